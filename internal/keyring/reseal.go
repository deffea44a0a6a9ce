package keyring

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"xiaobao/internal/pii"
	"xiaobao/internal/store"
)

const (
	// lease tells Retire that values are being re-sealed. It is renewed by each batch, and whoever re-seals has it.
	lease, holder = "keyring.reseal", "reseal"
	// batchSize is how many rows are re-sealed in one transaction: some hundredths of a second for which others wait.
	batchSize = 200
)

// Count is how many values are sealed under which key, by column. Unknown are under a key that is not there.
type Count struct {
	Column  string
	ByKey   map[uint32]int64
	Unknown int64
}

// Counts are those of all columns.
type Counts []Count

// Under is how many values a key has sealed.
func (c Counts) Under(id uint32) (n int64) {
	for _, one := range c {
		n += one.ByKey[id]
	}
	return n
}

// All is how many values there are.
func (c Counts) All() (n int64) {
	for _, one := range c {
		n += one.Unknown
		for _, under := range one.ByKey {
			n += under
		}
	}
	return n
}

// Resealed is what became of all values.
type Resealed struct {
	Tables   int
	Values   int64 // that were sealed again
	Already  int64 // that were under the new key before
	Failures []Failure
}

// Failure is a value that does not open. It stays as it is.
type Failure struct {
	Place pii.Place
	Cause error
}

// tables finds the tables of columns, written table.column, and their primary keys.
func (r *Ring) tables(ctx context.Context, columns []string) ([]table, error) {
	var all []table
	for _, column := range columns {
		name, column, _ := strings.Cut(column, ".")
		i := slices.IndexFunc(all, func(t table) bool { return t.name == name })
		if i < 0 {
			key, err := store.PrimaryKey(ctx, r.db, name)
			if err != nil || len(key) == 0 {
				return nil, fmt.Errorf("the table %s has no primary key that could be read: %w", name, err)
			}
			i, all = len(all), append(all, table{name: name, key: key})
		}
		all[i].columns = append(all[i].columns, column)
	}
	return all, nil
}

// Count counts the values of columns by their keys: one look through each table.
func (r *Ring) Count(ctx context.Context, columns []string) (Counts, error) {
	tables, err := r.tables(ctx, columns)
	if err != nil {
		return nil, err
	}
	keys := r.List()
	return store.Read(ctx, r.db, func(v *store.View) (Counts, error) { return count(v, tables, keys) })
}

func count(v *store.View, tables []table, keys []pii.Key) (Counts, error) {
	var all Counts
	for _, t := range tables {
		var counts []string
		var args []any
		for _, column := range t.columns {
			counts = append(counts, fmt.Sprintf("COUNT(%s.%s)", t.name, column))
			for _, k := range keys {
				counts = append(counts, fmt.Sprintf("COUNT(CASE WHEN SUBSTR(%s.%s, 1, ?) = ? THEN 1 END)", t.name, column))
				args = append(args, len(pii.Mark(k.ID)), pii.Mark(k.ID))
			}
		}
		numbers := make([]int64, len(counts))
		err := store.Scan(v.Gorm().Table(t.name).Select(strings.Join(counts, ", "), args...), func() (pointers []any) {
			for i := range numbers {
				pointers = append(pointers, &numbers[i])
			}
			return pointers
		})
		if err != nil {
			return nil, err
		}
		for i, column := range t.columns {
			all = append(all, countOf(t.name+"."+column, keys, numbers[i*(len(keys)+1):]))
		}
	}
	return all, nil
}

// countOf reads the number of all values of a column and then those of each key.
func countOf(column string, keys []pii.Key, numbers []int64) Count {
	c := Count{Column: column, ByKey: map[uint32]int64{}, Unknown: numbers[0]}
	for i, k := range keys {
		c.ByKey[k.ID] = numbers[i+1]
		c.Unknown -= numbers[i+1]
	}
	return c
}

// Reseal seals with the new key what is sealed under others, table by table, until a look through all finds nothing more. It tells how many values
// it has done of those there were at the start.
func (r *Ring) Reseal(ctx context.Context, columns []string, progress func(table string, done, of int64)) (Resealed, error) {
	var all Resealed
	tables, err := r.tables(ctx, columns)
	if err != nil {
		return all, err
	}
	counts, err := r.Count(ctx, columns)
	if err != nil {
		return all, err
	}
	all.Tables, all.Already = len(tables), counts.Under(r.sealing())
	left := counts.All() - all.Already
	if left == 0 {
		return all, nil
	}
	err = store.Change(ctx, r.db, func(tx *store.Tx) error {
		tx.Note(store.Act{Action: "keyring.reseal", Object: "keyring", ID: only})
		return nil
	})
	for again := true; again && err == nil; {
		again, all.Failures = false, nil
		for _, t := range tables {
			var found bool
			found, err = r.resealTable(ctx, t, &all, func() { progress(t.name, all.Values, left) })
			if err != nil {
				break
			}
			again = again || found
		}
	}
	return all, err
}

// ResealingUntil is zero when nobody re-seals, and has not for a while.
func (r *Ring) ResealingUntil(ctx context.Context) (time.Time, error) {
	until, err := r.db.LeasedUntil(ctx, lease)
	if !until.After(r.db.Now()) {
		until = time.Time{}
	}
	return until, err
}

// sealing is the key that seals.
func (r *Ring) sealing() uint32 {
	for _, k := range r.List() {
		if k.Primary {
			return k.ID
		}
	}
	return 0
}

// resealTable goes once through a table. It says whether it found anything that opens: what somebody else has changed meanwhile has to be looked at again.
func (r *Ring) resealTable(ctx context.Context, t table, all *Resealed, progress func()) (found bool, err error) {
	var after []string
	for {
		// Both before anything is sealed: a batch that was sealed under keys which others have since changed is not written.
		if _, err := r.db.Lease(ctx, lease, holder, 2*store.Overlap); err != nil {
			return found, err
		}
		stored, _ := r.seen()
		rows, err := store.Read(ctx, r.db, func(v *store.View) ([]sealedRow, error) { return t.older(v, pii.Mark(r.sealing()), after) })
		if err != nil || len(rows) == 0 {
			return found, err
		}
		var changes []change
		for _, row := range rows {
			c, failures, err := r.again(t, row)
			if err != nil {
				return found, err
			}
			all.Failures = append(all.Failures, failures...)
			if len(c.to) > 0 {
				changes = append(changes, c)
			}
		}
		if len(changes) > 0 {
			found = true
			n, err := r.put(ctx, t, changes, stored.Version)
			all.Values += n
			if err != nil {
				return found, err
			}
			progress()
		}
		after = rows[len(rows)-1].key
	}
}

// change is what becomes of the values of a row, by column.
type change struct {
	key  []string
	from map[string][]byte
	to   map[string]any
}

// again seals the older values of a row with the new key.
func (r *Ring) again(t table, row sealedRow) (change, []Failure, error) {
	c := change{key: row.key, from: map[string][]byte{}, to: map[string]any{}}
	var failures []Failure
	for i, old := range row.values {
		sealed := pii.Sealed(old)
		if len(old) == 0 || sealed.KeyID() == r.sealing() {
			continue
		}
		place := pii.Place{Column: t.name + "." + t.columns[i], Row: strings.Join(row.key, "/")}
		text, err := r.Keys.Unseal(place, sealed)
		if errors.Is(err, pii.ErrUnreadable) || errors.Is(err, pii.ErrNotSealed) {
			failures = append(failures, Failure{place, err})
			continue
		}
		if err != nil {
			return c, failures, err
		}
		next, err := r.Keys.Seal(place, text)
		if err != nil {
			return c, failures, err
		}
		c.from[t.columns[i]], c.to[t.columns[i]] = old, []byte(next)
	}
	return c, failures, nil
}

// put writes a batch. A row of which a value was changed meanwhile is passed over, and so is the whole batch when the keys were.
func (r *Ring) put(ctx context.Context, t table, changes []change, sealed int64) (int64, error) {
	// Again, and for twice as long as a change may be seen late: while it lasts, no key is retired.
	if _, err := r.db.Lease(ctx, lease, holder, 2*store.Overlap); err != nil {
		return 0, err
	}
	return store.Maintain(ctx, r.db, func(tx *store.Tx) (n int64, err error) {
		version, err := versionOf(&tx.View)
		if err != nil {
			return 0, err
		}
		if version != sealed {
			return 0, ErrChanged
		}
		for _, c := range changes {
			q := t.where(tx.Gorm().Table(t.name), c.key)
			for column, old := range c.from {
				q = q.Where(t.name+"."+column+" = ?", old)
			}
			done := q.Updates(c.to)
			if done.Error != nil {
				return 0, done.Error
			}
			n += done.RowsAffected * int64(len(c.to))
		}
		return n, nil
	})
}

// older reads the rows after one, in the order of their keys, that hold a value without a mark: one batch.
func (t table) older(v *store.View, mark []byte, after []string) ([]sealedRow, error) {
	var names, conditions []string
	var args []any
	for _, column := range slices.Concat(t.key, t.columns) {
		names = append(names, t.name+"."+column)
	}
	for _, column := range names[len(t.key):] {
		conditions = append(conditions, "SUBSTR("+column+", 1, ?) <> ?")
		args = append(args, len(mark), mark)
	}
	q := v.Gorm().Table(t.name).Select(names).Where("("+strings.Join(conditions, " OR ")+")", args...)
	if after != nil {
		q = t.beyond(q, after)
	}
	var rows []sealedRow
	err := store.Scan(q.Order(strings.Join(names[:len(t.key)], ", ")).Limit(batchSize), func() (pointers []any) {
		rows = append(rows, sealedRow{key: make([]string, len(t.key)), values: make([][]byte, len(t.columns))})
		into := rows[len(rows)-1]
		for i := range into.key {
			pointers = append(pointers, &into.key[i])
		}
		for i := range into.values {
			pointers = append(pointers, &into.values[i])
		}
		return pointers
	})
	return rows, err
}

// beyond keeps the rows whose keys come after one.
func (t table) beyond(q *gorm.DB, after []string) *gorm.DB {
	var conditions []string
	var args []any
	equal := ""
	for i, column := range t.key {
		conditions = append(conditions, "("+equal+t.name+"."+column+" > ?)")
		for _, value := range after[:i+1] {
			args = append(args, value)
		}
		equal += t.name + "." + column + " = ? AND "
	}
	return q.Where("("+strings.Join(conditions, " OR ")+")", args...)
}
