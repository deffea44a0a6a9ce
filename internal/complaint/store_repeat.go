package complaint

import (
	"strings"
	"time"

	"gorm.io/gorm"

	"xiaobao/internal/store"
)

// RepeatDays is how long before a complaint an earlier one of the same complainant, business and cause makes it a repeat [ours].
const RepeatDays = 365

// Repeating says of a complaint whether it repeats an earlier one, as far as that can be known.
type Repeating struct {
	ID         string
	Identified bool // it names an identity number, a credit code or a phone, by which complainants are told apart
	Classified bool // it has a business and a cause
	Repeats    bool
}

// The codes of a complaint as they stand: the final ones once there are some. The complaint is "@".
const (
	businessOf = "COALESCE(NULLIF(@.final_business_code, ''), @.business_code)"
	causeOf    = "COALESCE(NULLIF(@.final_cause_code, ''), @.cause_code)"
)

// Repeats says of the complaints that came from an instant on and before another whether they repeat one that came in the RepeatDays before: of the same complainant, by
// the blind indexes, and with the same business and cause. Whose identity numbers differ are two persons, though they share a phone. Whoever asks; without
// departments they are the whole institution's, and the earlier one is anybody's.
func Repeats(v *store.View, from, until time.Time, departments []string) ([]Repeating, error) {
	all, err := received(v, from, until, departments)
	if err != nil {
		return nil, err
	}
	repeated := map[string]bool{}
	for _, same := range []string{"n.id_index = m.id_index", "n.credit_index = m.credit_index",
		"n.phone_index = m.phone_index AND (n.id_index IS NULL OR m.id_index IS NULL OR n.id_index = m.id_index)"} {
		if err := pairs(v, same, from, until, repeated); err != nil {
			return nil, err
		}
	}
	for i := range all {
		all[i].Repeats = repeated[all[i].ID]
	}
	return all, nil
}

func received(v *store.View, from, until time.Time, departments []string) ([]Repeating, error) {
	var all []Repeating
	err := came(v, from, until, departments).Order("c.id").Select("c.id, m.id_index IS NOT NULL OR m.credit_index IS NOT NULL OR m.phone_index IS NOT NULL AS identified, " +
		of("c", businessOf) + " <> '' AND " + of("c", causeOf) + " <> '' AS classified").Scan(&all).Error
	return all, err
}

// Arrivals counts the complaints that came from an instant on and before another, whoever asks. Without departments they are the whole institution's.
func Arrivals(v *store.View, from, until time.Time, departments []string) (n int64, err error) {
	err = came(v, from, until, departments).Count(&n).Error
	return n, err
}

// pairs marks the complaints before which another one of somebody who is the same came.
func pairs(v *store.View, same string, from, until time.Time, repeated map[string]bool) error {
	var found []struct {
		ID            string
		Came, Earlier time.Time
	}
	earliest := from.AddDate(0, 0, -RepeatDays)
	err := came(v, from, until, nil).Joins("JOIN complaint_matter n ON "+same).Joins("JOIN complaint e ON e.id = n.complaint_id AND e.id <> c.id").
		Where("e.received_at >= ? AND (e.received_at < c.received_at OR e.received_at = c.received_at AND e.id < c.id)", earliest.UTC()).
		Where(of("c", businessOf) + " <> '' AND " + of("c", businessOf) + " = " + of("e", businessOf)).
		Where(of("c", causeOf) + " <> '' AND " + of("c", causeOf) + " = " + of("e", causeOf)).
		Select("c.id, c.received_at AS came, e.received_at AS earlier").Scan(&found).Error
	for _, p := range found {
		if !p.Earlier.Before(p.Came.AddDate(0, 0, -RepeatDays)) {
			repeated[p.ID] = true
		}
	}
	return err
}

// came is the query of the complaints, and their matters, that came from an instant on and before another.
func came(v *store.View, from, until time.Time, departments []string) *gorm.DB {
	q := v.Gorm().Table("complaint c").Joins("JOIN complaint_matter m ON m.complaint_id = c.id").Where("c.received_at >= ? AND c.received_at < ?", from.UTC(), until.UTC())
	if departments != nil {
		q = q.Where("c.department_id IN ?", departments)
	}
	return q
}

// of is a code of the complaint of an alias.
func of(alias, code string) string { return strings.ReplaceAll(code, "@", alias) }

// Sale is the sale that a complaint is about.
type Sale struct {
	ID          string
	ReceivedAt  time.Time
	Imported    bool
	Transaction *Transaction // nil when it names none
}

// Sales are those of the complaints that came from an instant on and before another, whoever asks. Without departments they are the whole institution's.
func Sales(v *store.View, from, until time.Time, departments []string) ([]Sale, error) {
	var rows []struct {
		ID         string
		ReceivedAt time.Time
		Imported   bool
		Matter     matterRow `gorm:"embedded"`
	}
	err := came(v, from, until, departments).Order("c.id").
		Select("c.id, c.received_at, c.imported, m.transaction_reference, m.transaction_kind, m.transacted_at, m.transaction_risk_level").Scan(&rows).Error
	all := make([]Sale, len(rows))
	for i, r := range rows {
		all[i] = Sale{ID: r.ID, ReceivedAt: r.ReceivedAt.UTC(), Imported: r.Imported, Transaction: r.Matter.transaction()}
	}
	return all, err
}

// References is the query of the references of those sales.
func References(v *store.View, from, until time.Time, departments []string) *gorm.DB {
	return came(v, from, until, departments).Where("m.transacted_at IS NOT NULL").Select("m.transaction_reference")
}
