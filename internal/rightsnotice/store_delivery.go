package rightsnotice

import (
	"context"
	"time"

	"gorm.io/gorm"

	"xiaobao/internal/actor"
	"xiaobao/internal/authz"
	"xiaobao/internal/ruleset"
	"xiaobao/internal/store"
)

type deliveryRow struct {
	ID                   string    `gorm:"primaryKey" audit:"ignore"`
	Version              int64     `audit:"ignore"`
	ClientID             string    `audit:"ignore"`
	TransactionReference string    `audit:"track"`
	TransactionKind      string    `audit:"track"`
	TransactedAt         time.Time `audit:"track"`
	NoticeCode           string    `audit:"track"`
	Edition              int64     `audit:"track"`
	Act                  string    `audit:"track"`
	At                   time.Time `audit:"track"`
	Channel              string    `audit:"track"`
	EvidenceReference    string    `audit:"track"`
	Late                 bool      `audit:"track"`
	Superseded           bool      `audit:"track"`
	RecordedAt           time.Time `audit:"ignore"`
}

func (deliveryRow) TableName() string { return "notice_delivery" }

func toDeliveryRow(d Delivery) deliveryRow {
	return deliveryRow{ID: d.ID, Version: 1, ClientID: d.ClientID, TransactionReference: d.Transaction.Reference, TransactionKind: d.Transaction.Kind, TransactedAt: d.Transaction.At,
		NoticeCode: d.NoticeCode, Edition: d.Edition, Act: string(d.Act), At: d.At, Channel: d.Channel, EvidenceReference: d.EvidenceReference, Late: d.Late,
		Superseded: d.Superseded, RecordedAt: d.RecordedAt}
}

func fromDeliveryRow(row deliveryRow) Delivery {
	return Delivery{ID: row.ID, ClientID: row.ClientID, Transaction: Transaction{Reference: row.TransactionReference, Kind: row.TransactionKind, At: row.TransactedAt.UTC()},
		NoticeCode: row.NoticeCode, Edition: row.Edition, Act: ruleset.Act(row.Act), At: row.At.UTC(), Channel: row.Channel, EvidenceReference: row.EvidenceReference,
		Late: row.Late, Superseded: row.Superseded, RecordedAt: row.RecordedAt.UTC()}
}

func fromDeliveryRows(rows []deliveryRow) []Delivery {
	all := make([]Delivery, len(rows))
	for i, row := range rows {
		all[i] = fromDeliveryRow(row)
	}
	return all
}

// delivered are a client's deliveries of some transactions.
func delivered(v *store.View, clientID string, references []string) (map[key]Delivery, error) {
	known := map[key]Delivery{}
	if len(references) == 0 {
		return known, nil
	}
	var rows []deliveryRow
	err := v.Gorm().Where("transaction_reference IN ? AND client_id = ?", references, clientID).Find(&rows).Error
	for _, d := range fromDeliveryRows(rows) {
		known[d.key()] = d
	}
	return known, err
}

// ofTransaction are the deliveries of one transaction, whoever posted them.
func ofTransaction(v *store.View, reference string) ([]Delivery, error) {
	var rows []deliveryRow
	err := v.Gorm().Where("transaction_reference = ?", reference).Order("id").Find(&rows).Error
	return fromDeliveryRows(rows), err
}

// ofTransactions are the deliveries of the transactions whose references a query finds, whoever posted them, by reference.
func ofTransactions(v *store.View, references *gorm.DB) (map[string][]Delivery, error) {
	var rows []deliveryRow
	err := v.Gorm().Where("transaction_reference IN (?)", references).Order("id").Find(&rows).Error
	all := map[string][]Delivery{}
	for _, d := range fromDeliveryRows(rows) {
		all[d.Transaction.Reference] = append(all[d.Transaction.Reference], d)
	}
	return all, err
}

// DeliveryFilter is which deliveries a list shows; empty members do not restrict.
type DeliveryFilter struct {
	Reference string
	Codes     []string
}

// Deliveries returns those that the caller may read, newest first.
func (s *Service) Deliveries(ctx context.Context, f DeliveryFilter, p store.Page) (store.List[Delivery], error) {
	who := actor.From(ctx)
	return store.Read(ctx, s.db, func(v *store.View) (store.List[Delivery], error) {
		where, args := s.rights.Current().Scope(who, readDelivery).Where(authz.Columns{PostedBy: "notice_delivery.client_id"})
		q := v.Gorm().Model(&deliveryRow{}).Where(where, args...)
		if f.Reference != "" {
			q = q.Where("transaction_reference = ?", f.Reference)
		}
		if len(f.Codes) > 0 {
			q = q.Where("notice_code IN ?", f.Codes)
		}
		list, err := store.ListOf(q, store.Order{Column: "id", ID: "id", Down: true}, p, func(row deliveryRow) []any { return []any{row.ID} })
		return store.List[Delivery]{Rows: fromDeliveryRows(list.Rows), After: list.After, Total: list.Total}, err
	})
}
