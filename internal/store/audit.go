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
	Stage, Reason            string
	Purpose, Basis           string // for what personal data was looked at, and on what that rests
	DepartmentID             string // of who acted
	Changes                  string // JSON by column; empty when no row was changed
}

// AuditFilter is which entries are wanted. Empty members do not restrict; the members of a list are alternatives.
type AuditFilter struct {
	Object, ObjectID, ActorID string
	Actions, Purposes         []string
	ObjectIDs                 []string
	From, To                  *time.Time // both inclusive
	Where                     string     // what the caller may see, over the columns of audit_entry
	Args                      []any
}

// AuditEntries reads the trail, the newest first.
func AuditEntries(v *View, f AuditFilter, p Page) (List[AuditEntry], error) {
	order := Order{Column: "audit_entry.id", ID: "audit_entry.id", Down: true}
	page, err := ListOf(f.on(v.g.Model(&auditRow{})), order, p, func(r auditRow) []any { return []any{r.ID} })
	if err != nil {
		return List[AuditEntry]{}, err
	}
	return Shown(page, func(r auditRow) (AuditEntry, error) {
		return AuditEntry{ID: r.ID, At: r.At.UTC(), ActorKind: r.ActorKind, ActorID: r.ActorID, ActorName: r.ActorName, Action: r.Action, Object: r.Object,
			ObjectID: r.ObjectID, RequestID: r.RequestID, Stage: r.Stage, Purpose: r.Purpose, Basis: r.Basis, DepartmentID: r.Department, Reason: r.Reason, Changes: r.Changes}, nil
	})
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
	for column, values := range map[string][]string{"action": f.Actions, "purpose": f.Purposes, "object_id": f.ObjectIDs} {
		if len(values) > 0 {
			q = q.Where("audit_entry."+column+" IN ?", values)
		}
	}
	if f.From != nil {
		q = q.Where("audit_entry.at >= ?", f.From.UTC())
	}
	if f.To != nil {
		q = q.Where("audit_entry.at <= ?", f.To.UTC())
	}
	return q
}
