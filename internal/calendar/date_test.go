package calendar

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func date(t *testing.T, s string) Date {
	t.Helper()
	d, err := Parse(s)
	if err != nil {
		t.Fatalf("%q: %v", s, err)
	}
	return d
}

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func instant(t *testing.T, s string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestParseRefusesWhatIsNoDay(t *testing.T) {
	for _, s := range []string{"", "2026-02-29", "2026-2-3", "26-02-03", "2026-02-03T00:00:00Z", " 2026-02-03", "0000-01-01", "2026/02/03"} {
		d, err := Parse(s)
		if err == nil || !d.IsZero() {
			t.Errorf("%q was read as %s", s, d)
		}
	}
}

// FuzzParse guards that each text which is taken for a day is exactly the text that the day prints.
func FuzzParse(f *testing.F) {
	f.Add("2024-02-29")
	f.Add("0001-01-01")
	f.Add("9999-12-31")
	f.Fuzz(func(t *testing.T, s string) {
		d, err := Parse(s)
		if err == nil && d.String() != s {
			t.Errorf("%q prints as %q", s, d)
		}
	})
}

func TestDayOfAnInstantIsTheInstitutionsDay(t *testing.T) {
	shanghai := zone(t, "Asia/Shanghai")
	for at, want := range map[string]string{
		"2026-03-03T15:59:59Z":      "2026-03-03",
		"2026-03-03T16:30:00Z":      "2026-03-04",
		"2026-03-04T00:00:00+08:00": "2026-03-04",
		"1969-12-31T20:00:00Z":      "1970-01-01",
		"1900-01-01T12:00:00Z":      "1900-01-01",
	} {
		if got := DateOf(instant(t, at), shanghai).String(); got != want {
			t.Errorf("%s fell on %s, want %s", at, got, want)
		}
	}
}

// TestDayEndsAtItsMidnight guards that End is the first instant of the next day, also where the clocks skip midnight.
func TestDayEndsAtItsMidnight(t *testing.T) {
	for _, tt := range []struct{ zone, day, want string }{
		{"Asia/Shanghai", "2026-11-23", "2026-11-23T16:00:00Z"},
		{"UTC", "2026-12-31", "2027-01-01T00:00:00Z"},
		{"America/Sao_Paulo", "2018-11-03", "2018-11-04T03:00:00Z"}, // 00:00 became 01:00
		{"America/Sao_Paulo", "2018-02-17", "2018-02-18T03:00:00Z"}, // 24:00 became 23:00
		{"Asia/Beirut", "2025-03-29", "2025-03-29T22:00:00Z"},       // 00:00 became 01:00
	} {
		loc := zone(t, tt.zone)
		d := date(t, tt.day)
		end := End(d, loc)
		if !end.Equal(instant(t, tt.want)) {
			t.Errorf("%s in %s ends at %s, want %s", tt.day, tt.zone, end.UTC(), tt.want)
		}
		if DateOf(end, loc) != d.AddDays(1) || DateOf(end.Add(-1), loc) != d {
			t.Errorf("%s in %s: %s is not the border", tt.day, tt.zone, end.UTC())
		}
	}
}

func TestDatesCountAndCompare(t *testing.T) {
	a, b := date(t, "2024-02-28"), date(t, "2024-03-01")
	if b.Sub(a) != 2 || a.Sub(b) != -2 || a.AddDays(2) != b || b.AddDays(-2) != a {
		t.Error("the leap day was not counted")
	}
	if !a.Before(b) || a.After(b) || !b.After(a) || a.Compare(b) != -1 || b.Compare(a) != 1 || a.Compare(a) != 0 {
		t.Error("the order is wrong")
	}
	if a.Weekday() != time.Wednesday || a.Year() != 2024 {
		t.Errorf("%s is a %s of %d", a, a.Weekday(), a.Year())
	}
}

// TestDateTravelsAsText guards that a day, and no day, come back from JSON as they went in.
func TestDateTravelsAsText(t *testing.T) {
	type record struct{ Due, None Date }
	before := record{Due: date(t, "2026-05-24")}
	text, err := json.Marshal(before)
	if err != nil {
		t.Fatal(err)
	}
	if string(text) != `{"Due":"2026-05-24","None":""}` {
		t.Errorf("written as %s", text)
	}
	after := record{None: date(t, "2000-01-01")}
	err = json.Unmarshal(text, &after)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, after); diff != "" {
		t.Error(diff)
	}
	if json.Unmarshal([]byte(`{"Due":"2026-02-30"}`), &after) == nil {
		t.Error("2026-02-30 was read")
	}
}

// TestThrough guards that a term of months ends the day before the one of the same number, and where a month has no such day, on its last one.
func TestThrough(t *testing.T) {
	for _, tt := range []struct {
		from   string
		months int
		want   string
	}{{"2025-09-01", 12, "2026-08-31"}, {"2026-03-20", 12, "2027-03-19"}, {"2026-08-31", 6, "2027-02-28"}, {"2027-08-31", 6, "2028-02-29"}, {"2024-02-29", 12, "2025-02-28"}, {"2024-02-29", 48, "2028-02-28"},
		{"2026-01-31", 1, "2026-02-28"}, {"2026-12-15", 1, "2027-01-14"}} {
		if got := date(t, tt.from).Through(tt.months).String(); got != tt.want {
			t.Errorf("%d months from %s: %s, want %s", tt.months, tt.from, got, tt.want)
		}
	}
}
