package complaint

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"xiaobao/internal/calendar"
	"xiaobao/internal/store/storetest"
)

// fill gives every field below a value a value of its own that is not zero, so that a mapping that forgets or swaps one shows.
func fill(v reflect.Value, n *int) {
	*n++
	switch v.Interface().(type) {
	case time.Time:
		v.Set(reflect.ValueOf(time.Date(2026, 3, 1, 0, 0, *n, 0, time.UTC)))
		return
	case calendar.Date:
		v.Set(reflect.ValueOf(calendar.DateOf(time.Date(2026, 3, *n, 12, 0, 0, 0, time.UTC), time.UTC)))
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), n)
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i), n)
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0), n)
	case reflect.String:
		v.SetString(fmt.Sprint("text ", *n))
	case reflect.Bool:
		v.SetBool(true)
	default:
		v.SetInt(int64(*n))
	}
}

// What is stored of a complaint comes back: no member is forgotten on the way to the rows or on the way back.
func TestRowsKeepEverything(t *testing.T) {
	s, n := &Service{keys: storetest.Keyring(t)}, 0
	var want Complaint
	fill(reflect.ValueOf(&want).Elem(), &n)
	row, err := s.toRow(want.Summary)
	if err != nil {
		t.Fatal(err)
	}
	matter, err := s.toMatterRow(want)
	if err != nil {
		t.Fatal(err)
	}
	summary, err := s.fromRow(row)
	if err != nil {
		t.Fatal(err)
	}
	got := Complaint{Summary: summary}
	if err := s.fromMatterRow(&got, matter); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// What a patch does not name stays: whatever may be edited is read before it is written.
func TestEditingNothingChangesNothing(t *testing.T) {
	n := 0
	var want Complaint
	fill(reflect.ValueOf(&want).Elem(), &n)
	got := want
	e := want.editable()
	e.into(&got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("edited: %s", diff)
	}
	if strings.Contains(fmt.Sprintf("%#v", e), `""`) {
		t.Errorf("a member of %#v is not filled", e)
	}
}
