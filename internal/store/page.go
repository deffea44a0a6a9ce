package store

import (
	"fmt"
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

// Scan reads the rows of a query by hand: next gives the pointers of each. For hot lists, where GORM spends as long as all the rest.
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
