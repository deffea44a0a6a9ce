package store

import (
	"time"

	"gorm.io/gorm"
)

// AuditEntry is what the audit keeps of one act.
type AuditEntry struct {
	ID                       string
	At                       time.Time
	ActorKind, ActorID       string // empty before anybody is known
	ActorName                string
	Action, Object, ObjectID string
	RequestID                string
	Stage, Basis, Reason     string
	Changes                  string // JSON by column; empty when no row was changed
}

// AuditFilter is which entries are wanted. Empty members do not restrict; the members of a list are alternatives.
type AuditFilter struct {
	Object, ObjectID, ActorID string
	Actions                   []string
	From, To                  *time.Time // both inclusive
	Where                     string     // what the caller may see, over the columns of audit_entry
	Args                      []any
}

// AuditPage is a part of the trail.
type AuditPage struct {
	Entries []AuditEntry
	More    bool
	Total   *int64 // when asked for
}

// AuditEntries reads the trail, the newest first.
func AuditEntries(v *View, f AuditFilter, p Page) (AuditPage, error) {
	q := f.on(v.g.Model(&auditRow{}))
	var page AuditPage
	if p.Total {
		var n int64
		if err := q.Session(&gorm.Session{}).Count(&n).Error; err != nil {
			return AuditPage{}, err
		}
		page.Total = &n
	}
	var rows []auditRow
	err := Keyset(q, Order{Column: "audit_entry.id", ID: "audit_entry.id", Down: true}, p).Find(&rows).Error
	if err != nil {
		return AuditPage{}, err
	}
	rows, page.More = Cut(rows, p)
	page.Entries = make([]AuditEntry, len(rows))
	for i, r := range rows {
		page.Entries[i] = AuditEntry{ID: r.ID, At: r.At.UTC(), ActorKind: r.ActorKind, ActorID: r.ActorID, ActorName: r.ActorName, Action: r.Action, Object: r.Object,
			ObjectID: r.ObjectID, RequestID: r.RequestID, Stage: r.Stage, Basis: r.Basis, Reason: r.Reason, Changes: r.Changes}
	}
	return page, nil
}

func (f AuditFilter) on(q *gorm.DB) *gorm.DB {
	if f.Where != "" {
		q = q.Where(f.Where, f.Args...)
	}
	for column, value := range map[string]string{"object": f.Object, "object_id": f.ObjectID, "actor_id": f.ActorID} {
		if value != "" {
			q = q.Where("audit_entry."+column+" = ?", value)
		}
	}
	if len(f.Actions) > 0 {
		q = q.Where("audit_entry.action IN ?", f.Actions)
	}
	if f.From != nil {
		q = q.Where("audit_entry.at >= ?", f.From.UTC())
	}
	if f.To != nil {
		q = q.Where("audit_entry.at <= ?", f.To.UTC())
	}
	return q
}
