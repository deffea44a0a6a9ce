package store_test

import (
	"context"
	"strings"
	"testing"

	"xiaobao/internal/store"
)

// Rows reads by the names of columns, and says so when there is one that it has no place for, or no value where there must be one.
func TestRows(t *testing.T) {
	db := open(t)
	if _, err := create(context.Background(), db, "1"); err != nil {
		t.Fatal(err)
	}
	read := func(columns string) ([]*thing, error) {
		return store.Read(context.Background(), db, func(v *store.View) ([]*thing, error) {
			return store.Rows[thing](v.Gorm().Table("thing").Select(columns))
		})
	}
	rows, err := read("version, id")
	if err != nil || len(rows) != 1 || rows[0].ID != "1" || rows[0].Version != 1 {
		t.Errorf("%+v, %v", rows, err)
	}
	if _, err := read("id, 1 AS unheard_of"); err == nil || !strings.Contains(err.Error(), "unheard_of") {
		t.Errorf("a column without place: %v", err)
	}
	if _, err := read("NULL AS id"); err == nil {
		t.Error("NULL where a value must be")
	}
}
