package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"sync"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"xiaobao/internal/id"
)

// Act is what is done to one object, in the words of its audit entry.
type Act struct {
	Action string // "complaint.accept"
	Object string // "complaint"
	ID     string
	Reason string // as the actor gave it; never a personal value
	Stage  string // the stage of the complaint at that moment

	Purpose string // for what personal data was looked at
	Basis   string // on what that rests: law, contract or consent
}

type auditRow struct {
	ID         string    `gorm:"primaryKey" audit:"ignore"`
	At         time.Time `audit:"ignore"`
	ActorKind  string    `audit:"ignore"`
	ActorID    string    `audit:"ignore"`
	ActorName  string    `audit:"ignore"`
	Department string    `gorm:"column:department_id" audit:"ignore"`
	Action     string    `audit:"ignore"`
	Object     string    `audit:"ignore"`
	ObjectID   string    `audit:"ignore"`
	RequestID  string    `audit:"ignore"`
	Stage      string    `audit:"ignore"`
	Basis      string    `audit:"ignore"`
	Purpose    string    `audit:"ignore"`
	Reason     string    `audit:"ignore"`
	Changes    string    `audit:"ignore"`
}

func (auditRow) TableName() string { return "audit_entry" }

// Owned are the rows that an object owns and that change with it.
type Owned struct {
	change change
	rows   []any
}

type change int

const (
	inserting change = iota
	updating
	putting
	deleting
)

// Insert adds rows: pointers to rows, or slices of rows, which go in as one statement each. Empty slices are passed over.
func Insert(rows ...any) Owned { return Owned{change: inserting, rows: rows} }

// Update overwrites rows by their primary keys: pointers to rows, or slices of rows.
func Update(rows ...any) Owned { return Owned{change: updating, rows: rows} }

// Put overwrites rows by their primary keys and adds those that are not there yet: slices of rows, which go in as one statement each. Empty
// slices are passed over.
func Put(rows ...any) Owned { return Owned{change: putting, rows: rows} }

// Delete takes rows away by their primary keys, for those whose being there is all that they say: pointers to rows, or slices of rows.
func Delete(rows ...any) Owned { return Owned{change: deleting, rows: rows} }

// Save changes one object: its row, the rows it owns, and its audit entry, which tells how after differs from before. Both are pointers
// to rows of one type with a Version. Without before the object is new; with it, Save raises the version of after, and a row that somebody
// else has changed since makes the whole Write run again. The first object that a Write saves is its result.
func (tx *Tx) Save(act Act, before, after any, owned ...Owned) error {
	changes, err := diff(before, after)
	if err != nil {
		return err
	}
	err = tx.own(func() error {
		if before == nil {
			return tx.g.Create(after).Error
		}
		return tx.update(before, after)
	})
	if err != nil {
		return translate(err)
	}
	if err := tx.put(owned); err != nil {
		return err
	}
	tx.note(act, changes)
	return nil
}

// Add makes many objects of one kind at once: their rows go in as one statement, and so do the rows that they own. Rows is a slice of rows; each
// object has its act, in the same order, and its audit entry.
func (tx *Tx) Add(acts []Act, rows any, owned ...Owned) error {
	v := reflect.ValueOf(rows)
	if v.Len() != len(acts) {
		return fmt.Errorf("store: %d acts for %d objects", len(acts), v.Len())
	}
	if len(acts) == 0 {
		return nil
	}
	changes := make([]string, len(acts))
	for i := range acts {
		var err error
		changes[i], err = diff(nil, v.Index(i).Addr().Interface())
		if err != nil {
			return err
		}
	}
	if err := tx.own(func() error { return tx.g.Create(rows).Error }); err != nil {
		return translate(err)
	}
	if err := tx.put(owned); err != nil {
		return err
	}
	for i, act := range acts {
		tx.note(act, changes[i])
	}
	return nil
}

// Note records an act that changes no row: a look at personal data, a refused attempt, a report that was pulled.
func (tx *Tx) Note(act Act) { tx.note(act, "") }

// Noted says whether an actor did this act to this object since an instant.
func Noted(v *View, act Act, actorID string, since time.Time) (bool, error) {
	var n int64
	err := v.g.Model(&auditRow{}).Where("object_id = ? AND action = ? AND actor_id = ? AND at >= ?", act.ID, act.Action, actorID, since.UTC()).Limit(1).Count(&n).Error
	return n > 0, err
}

func (tx *Tx) note(act Act, changes string) {
	tx.entries = append(tx.entries, auditRow{ID: id.New("aud"), At: tx.now, ActorKind: string(tx.actor.Kind), ActorID: tx.actor.ID, ActorName: tx.actor.Name,
		Department: tx.actor.DepartmentID, Action: act.Action, Object: act.Object, ObjectID: act.ID, RequestID: tx.request.ID, Stage: act.Stage,
		Basis: act.Basis, Purpose: act.Purpose, Reason: act.Reason, Changes: changes})
}

func (tx *Tx) update(before, after any) error {
	old := version(before)
	version(after).SetInt(old.Int() + 1)
	// Select("*"): a column that became zero is written, too.
	done := tx.g.Model(after).Where("version = ?", old.Int()).Select("*").Updates(after)
	if done.Error == nil && done.RowsAffected == 0 {
		return errRaced
	}
	return done.Error
}

func version(row any) reflect.Value { return reflect.ValueOf(row).Elem().FieldByName("Version") }

func (tx *Tx) put(owned []Owned) error {
	for _, o := range owned {
		for _, row := range o.rows {
			if err := tx.putOne(o.change, row); err != nil {
				return translate(err)
			}
		}
	}
	return nil
}

func (tx *Tx) putOne(how change, row any) error {
	v := reflect.ValueOf(row)
	element := v.Type().Elem()
	if _, err := decisions(element); err != nil {
		return err
	}
	return tx.own(func() error {
		if v.Kind() != reflect.Slice {
			return tx.putRow(how, row)
		}
		if v.Len() == 0 {
			return nil
		}
		switch how {
		case inserting:
			return tx.g.Create(row).Error
		case putting:
			return tx.g.Clauses(clause.OnConflict{UpdateAll: true}).Create(row).Error
		}
		for i := range v.Len() {
			if err := tx.putRow(how, v.Index(i).Addr().Interface()); err != nil {
				return err
			}
		}
		return nil
	})
}

func (tx *Tx) putRow(how change, row any) error {
	var done *gorm.DB
	switch how {
	case inserting:
		return tx.g.Create(row).Error
	case updating:
		done = tx.g.Model(row).Select("*").Updates(row)
	case deleting:
		done = tx.g.Delete(row)
	}
	if done.Error == nil && done.RowsAffected == 0 {
		return errRaced
	}
	return done.Error
}

// own marks the statements that belong to an audit entry, or to the store itself.
func (tx *Tx) own(fn func() error) error {
	was := tx.saving
	tx.saving = true
	defer func() { tx.saving = was }()
	return fn()
}

func (tx *Tx) writeAudit() error {
	if len(tx.entries) == 0 {
		return nil
	}
	return tx.own(func() error { return tx.g.Create(&tx.entries).Error })
}

// A decision says what the audit keeps of a column.
type decision struct {
	column string
	index  []int
	kind   string // track, secret, ignore
}

var decided sync.Map // reflect.Type → []decision

var errUndecided = errors.New("store: a column has no audit decision")

func decisions(row reflect.Type) ([]decision, error) {
	if known, ok := decided.Load(row); ok {
		return known.([]decision), nil
	}
	var all []decision
	for _, f := range reflect.VisibleFields(row) {
		kind := f.Tag.Get("audit")
		if kind != "track" && kind != "secret" && kind != "ignore" {
			return nil, fmt.Errorf("%w: %s.%s needs audit:\"track\", \"secret\" or \"ignore\"", errUndecided, row.Name(), f.Name)
		}
		all = append(all, decision{column: snake(f.Name), index: f.Index, kind: kind})
	}
	decided.Store(row, all)
	return all, nil
}

// diff tells how the tracked columns changed, as JSON: {"stage": ["intake", "investigation"], "name": "changed"}.
func diff(before, after any) (string, error) {
	v := reflect.ValueOf(after).Elem()
	columns, err := decisions(v.Type())
	if err != nil {
		return "", err
	}
	old := reflect.Zero(v.Type())
	if before != nil {
		old = reflect.ValueOf(before).Elem()
	}
	changes := map[string]any{}
	for _, c := range columns {
		from, to := old.FieldByIndex(c.index).Interface(), v.FieldByIndex(c.index).Interface()
		if c.kind == "ignore" || reflect.DeepEqual(from, to) {
			continue
		}
		if c.kind == "secret" {
			changes[c.column] = "changed"
			continue
		}
		changes[c.column] = []any{from, to}
	}
	text, err := json.Marshal(changes)
	return string(text), err
}

func snake(name string) string {
	var out []rune
	for i, r := range name {
		upper := r >= 'A' && r <= 'Z'
		if upper && i > 0 && (name[i-1] < 'A' || name[i-1] > 'Z' || i+1 < len(name) && name[i+1] >= 'a') {
			out = append(out, '_')
		}
		if upper {
			r += 'a' - 'A'
		}
		out = append(out, r)
	}
	return string(out)
}

// Again makes the whole Write run again when a key was taken: another transaction has added the row since this one looked, and the next run sees it.
// Any other error comes back as it is.
func Again(err error, key string) error {
	var taken *Duplicate
	if errors.As(err, &taken) && taken.Key == key {
		return errRaced
	}
	return err
}
