package store

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"
)

// Page is which part of a list is wanted.
type Page struct {
	Limit int
	After []any // the sort values and the id of the last row seen; nil for the first page
	Total bool  // whether all rows of the filter are to be counted
}

// Order is how a list is sorted: columns that may hold no NULL, each with its direction; the id breaks ties.
type Order struct {
	Column  string
	ID      string
	Down    bool
	Instant bool // Column holds instants, which come back from a page token as RFC 3339 texts
}

// seen is a sort value of the last row seen, as the column holds it. An instant is handed to the driver as one: only it writes the text
// by which the engine compares.
func (o Order) seen(value any) any {
	text, ok := value.(string)
	if !ok || !o.Instant {
		return value
	}
	at, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return value
	}
	return at
}

// Keyset cuts a query to one page. It asks for one row more than the limit, from which the caller sees that there is a next page.
func Keyset(q *gorm.DB, o Order, p Page) *gorm.DB {
	direction, beyond := "ASC", ">"
	if o.Down {
		direction, beyond = "DESC", "<"
	}
	if o.Column == o.ID {
		if len(p.After) == 1 {
			q = q.Where(fmt.Sprintf("%s %s ?", o.ID, beyond), p.After[0])
		}
		return q.Order(o.ID + " " + direction).Limit(p.Limit + 1)
	}
	if len(p.After) == 2 {
		// Not (a, b) > (?, ?): MariaDB does not use the index for it.
		q = q.Where(fmt.Sprintf("(%[1]s %[3]s ? OR (%[1]s = ? AND %[2]s %[3]s ?))", o.Column, o.ID, beyond), o.seen(p.After[0]), o.seen(p.After[0]), p.After[1])
	}
	return q.Order(o.Column + " " + direction + ", " + o.ID + " " + direction).Limit(p.Limit + 1)
}

// Cut divides the rows that Keyset asked for into the page and whether there is more.
func Cut[T any](rows []T, p Page) (page []T, more bool) {
	if len(rows) > p.Limit {
		return rows[:p.Limit], true
	}
	return rows, false
}

// List is a page of a list.
type List[T any] struct {
	Rows  []T
	After []any  // where the next page goes on; nil at the end
	Total *int64 // of all pages; nil when it was not asked for
}

// ListOf cuts a query to a page, and counts what it selects if that is asked for. After gives a row's sort value and id, or its id alone where the list
// is sorted by it.
func ListOf[R any](q *gorm.DB, o Order, p Page, after func(R) []any) (List[R], error) {
	var l List[R]
	if p.Total {
		l.Total = new(int64)
		if err := q.Session(&gorm.Session{}).Count(l.Total).Error; err != nil {
			return l, err
		}
	}
	if err := Keyset(q, o, p).Find(&l.Rows).Error; err != nil {
		return l, err
	}
	var more bool
	l.Rows, more = Cut(l.Rows, p)
	if more {
		l.After = after(l.Rows[len(l.Rows)-1])
	}
	return l, nil
}

// Shown is the same page with its rows as they are shown.
func Shown[R, T any](l List[R], show func(R) (T, error)) (List[T], error) {
	page := List[T]{Rows: make([]T, len(l.Rows)), After: l.After, Total: l.Total}
	for i, r := range l.Rows {
		var err error
		page.Rows[i], err = show(r)
		if err != nil {
			return page, err
		}
	}
	return page, nil
}

// Take finds the one row of a query. Returns the fault where there is none.
func Take[R any](q *gorm.DB, none error) (R, error) {
	var row R
	err := q.Take(&row).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		err = none
	}
	return row, err
}

// Names looks up what the rows of a table are called, by id; empty ids and those that do not begin with the prefix are passed over.
func Names(v *View, table, prefix string, ids []string) (map[string]string, error) {
	names := map[string]string{}
	for _, id := range ids {
		if id != "" && strings.HasPrefix(id, prefix) {
			names[id] = ""
		}
	}
	if len(names) == 0 {
		return names, nil
	}
	var rows []struct{ ID, Name string }
	err := v.g.Table(table).Select("id, name").Where("id IN ?", slices.Collect(maps.Keys(names))).Scan(&rows).Error
	for _, r := range rows {
		names[r.ID] = r.Name
	}
	return names, err
}

// Scan reads the rows of a query by hand: next gives the pointers of each. For a few columns, or more rows than may be held at once; else see Rows.
func Scan(q *gorm.DB, next func() []any) error {
	rows, err := q.Rows()
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := rows.Scan(next()...); err != nil {
			return err
		}
	}
	return rows.Err()
}
