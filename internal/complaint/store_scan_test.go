package complaint

import (
	"reflect"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gorm.io/gorm/schema"
)

// Lists are read by hand: each column of a complaint goes into its own field, none is forgotten.
func TestListColumnsAreTheRows(t *testing.T) {
	parsed, err := schema.Parse(&complaintRow{}, &sync.Map{}, schema.NamingStrategy{})
	if err != nil {
		t.Fatal(err)
	}
	var columns []string
	var row complaintRow
	pointers := row.pointers()
	for i, f := range parsed.Fields {
		columns = append(columns, f.DBName)
		if i < len(pointers) && reflect.ValueOf(pointers[i]).Pointer() != reflect.ValueOf(&row).Elem().FieldByName(f.Name).Addr().Pointer() {
			t.Errorf("%s is read into another field", f.Name)
		}
	}
	if diff := cmp.Diff(strings.Join(columns, " "), strings.Join(listColumns, " ")); diff != "" || len(pointers) != len(columns) {
		t.Error(diff)
	}
}
