package complaint

import (
	"time"

	"gorm.io/gorm"

	"xiaobao/internal/actor"
	"xiaobao/internal/calendar"
	"xiaobao/internal/clock"
	"xiaobao/internal/store"
)

// Timing is what a standard of service asks of one complaint: when it came and was recorded, and how one of its clocks stands.
type Timing struct {
	ID                       string
	ReceivedAt, RegisteredAt time.Time
	Imported                 bool
	State                    *clock.State // of the clock; nil when it has none
	DueAt, StoppedAt         *time.Time
}

// Received are the complaints that came from an instant on and before another, each with its clock of a kind, whoever asks. Without departments they are the
// whole institution's.
func Received(v *store.View, kind clock.Kind, from, until time.Time, departments []string) ([]Timing, error) {
	return timings(v, kind, departments, "c.received_at >= ? AND c.received_at < ?", from.UTC(), until.UTC())
}

// Due are the complaints whose clock of a kind came to its end in some days, first and last included, whoever asks.
func Due(v *store.View, kind clock.Kind, from, to calendar.Date, departments []string) ([]Timing, error) {
	return timings(v, kind, departments, "k.due_on >= ? AND k.due_on <= ?", from.String(), to.String())
}

func timings(v *store.View, kind clock.Kind, departments []string, where string, bounds ...any) ([]Timing, error) {
	// The newest clock of a kind is the one that holds; another one would count its complaint twice.
	q := v.Gorm().Table("complaint c").
		Joins("LEFT JOIN clock k ON k.subject_id = c.id AND k.kind = ? AND NOT EXISTS (SELECT 1 FROM clock l WHERE l.subject_id = c.id AND l.kind = k.kind AND l.id > k.id)", string(kind)).
		Where(where, bounds...)
	if departments != nil {
		q = q.Where("c.department_id IN ?", departments)
	}
	var all []Timing
	err := q.Order("c.id").Select("c.id, c.received_at, c.registered_at, c.imported, k.state, k.due_at, k.stopped_at").Scan(&all).Error
	return all, err
}

// ClosedIn is the query of the complaints that were closed from an instant on and before another, the imported ones excepted, whoever may see them, for features above to narrow down.
func ClosedIn(v *store.View, from, until time.Time) *gorm.DB {
	return v.Gorm().Table("complaint").Where("complaint.closed_at >= ? AND complaint.closed_at < ? AND complaint.imported = ?", from.UTC(), until.UTC(), false)
}

// Readable is the query of the complaints that an actor may read, for features above to narrow down.
func (s *Service) Readable(v *store.View, who actor.Actor) *gorm.DB {
	where, args := s.rights.Current().Scope(who, read).Where(columns)
	return v.Gorm().Model(&complaintRow{}).Where(where, args...)
}
