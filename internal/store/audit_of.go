package store

import (
	"encoding/json"
	"time"
)

// AuditLine is an audit entry as the history of its object tells it.
type AuditLine struct {
	ID           string
	At           time.Time
	ActorKind    string
	ActorID      string
	ActorName    string
	DepartmentID string
	Action       string
	Reason       string
	Changes      string // JSON: {"stage": ["intake", "investigation"], "name": "changed"}
}

// Acts is which acts are wanted; empty lists do not restrict.
type Acts struct{ Only, Not []string }

// AuditOf returns a page of what was done to an object, newest first. A page goes on after an instant in RFC 3339 and an id.
func AuditOf(v *View, objectID string, acts Acts, p Page) ([]AuditLine, error) {
	q := v.g.Model(&auditRow{}).Where("object_id = ?", objectID)
	if len(acts.Only) > 0 {
		q = q.Where("action IN ?", acts.Only)
	}
	if len(acts.Not) > 0 {
		q = q.Where("action NOT IN ?", acts.Not)
	}
	var rows []AuditLine
	err := Keyset(q, Order{Column: "at", ID: "id", Down: true, Instant: true}, p).Find(&rows).Error
	return rows, err
}

// ActorsOf is who did an act to objects, at whatever time, by object.
func ActorsOf(v *View, action string, objectIDs []string) (map[string][]string, error) {
	var rows []struct{ ObjectID, ActorID string }
	err := v.g.Model(&auditRow{}).Where("object_id IN ? AND action = ?", objectIDs, action).Distinct("object_id", "actor_id").Scan(&rows).Error
	actors := map[string][]string{}
	for _, r := range rows {
		actors[r.ObjectID] = append(actors[r.ObjectID], r.ActorID)
	}
	return actors, err
}

// NoteOf records an act that changes no row, and what was done to which members, by their names alone: {"phone": "revealed"}.
func (tx *Tx) NoteOf(act Act, done string, members ...string) {
	words := map[string]string{}
	for _, member := range members {
		words[member] = done
	}
	text, _ := json.Marshal(words) // texts alone cannot fail
	tx.note(act, string(text))
}
