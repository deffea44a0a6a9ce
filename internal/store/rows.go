package store

import (
	"fmt"
	"reflect"
	"sync"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/schema"
)

// parsed holds the rows' types as Rows has read them.
var parsed sync.Map

// Rows reads what a query finds into rows of T, by the names of the columns. For hot queries: GORM's own reading takes as long as all the rest of a request.
// A column that may be NULL needs a pointer.
func Rows[T any](q *gorm.DB) ([]*T, error) {
	var row T
	into, err := schema.Parse(&row, &parsed, q.NamingStrategy)
	if err != nil {
		return nil, err
	}
	rows, err := q.Rows()
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	pointers := make([]any, len(columns))
	for i, name := range columns {
		field := into.LookUpField(name)
		if field == nil {
			return nil, fmt.Errorf("store: %T has no place for the column %s", row, name)
		}
		pointers[i] = reflect.ValueOf(&row).Elem().FieldByIndex(field.StructField.Index).Addr().Interface()
	}
	var all []*T
	for rows.Next() {
		if err := rows.Scan(pointers...); err != nil {
			return nil, err
		}
		one := row
		all = append(all, &one)
	}
	return all, rows.Err()
}

// UTC is an instant of a column that may be NULL as the domain holds it: an engine gives it in the zone of its process.
func UTC(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	u := t.UTC()
	return &u
}
