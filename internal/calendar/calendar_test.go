package calendar

import (
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

func china(t *testing.T) *Calendar {
	t.Helper()
	c, err := Load(os.DirFS("../../config"))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestWorkingDaysOfTheMonths guards the two published years against handbook §5.
func TestWorkingDaysOfTheMonths(t *testing.T) {
	c := china(t)
	want := map[int][12]int{
		2025: {19, 19, 21, 22, 19, 20, 23, 21, 23, 18, 20, 23},
		2026: {21, 16, 22, 21, 19, 21, 23, 21, 22, 18, 21, 23},
	}
	got := map[int][12]int{}
	for d := date(t, "2025-01-01"); d.Year() < 2027; d = d.AddDays(1) {
		if c.IsWorkday(d) {
			months := got[d.Year()]
			months[d.time().Month()-1]++
			got[d.Year()] = months
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestNoticesOverrideTheWeekBothWays(t *testing.T) {
	c := china(t)
	for on, want := range map[string]Day{
		"2026-05-08": {Kind: Workday},
		"2026-05-09": {Kind: MakeUpWorkday, Name: "劳动节"}, // Saturday
		"2026-05-10": {Kind: Weekend},
		"2026-05-05": {Kind: Holiday, Name: "劳动节"},      // Tuesday
		"2026-02-15": {Kind: Holiday, Name: "春节"},       // Sunday
		"2018-12-29": {Kind: MakeUpWorkday, Name: "元旦"}, // stands in the file of 2019
		"2022-12-31": {Kind: Holiday, Name: "元旦"},       // stands in the file of 2023
		"2027-01-01": {Kind: Workday},                   // not published: only the week is known
	} {
		if got := c.Day(date(t, on)); got != want {
			t.Errorf("%s is %v, want %v", on, got, want)
		}
	}
}

func TestYearWithoutDaysIsNotLoaded(t *testing.T) {
	c := china(t)
	for year, want := range map[int]bool{2018: false, 2019: true, 2025: true, 2026: true, 2027: false} {
		if c.Loaded(year) != want {
			t.Errorf("Loaded(%d) is %v", year, !want)
		}
	}
}

// TestVersionNamesTheDays guards that the version changes with a day and with nothing else.
func TestVersionNamesTheDays(t *testing.T) {
	load := func(text string) string {
		c, err := Load(fstest.MapFS{"calendars/2026.json": {Data: []byte(text)}})
		if err != nil {
			t.Fatal(err)
		}
		return c.ID() + " " + c.Version()
	}
	a := load(`{"year":2026,"days":[{"name":"元旦","date":"2026-01-01","isOffDay":true},{"name":"元旦","date":"2026-01-04","isOffDay":false}]}`)
	b := load(`{"days":[{"date":"2026-01-04","isOffDay":false,"name":"元旦"},{"date":"2026-01-01","isOffDay":true,"name":"元旦"}],"year":2026}`)
	other := load(`{"year":2026,"days":[{"name":"元旦","date":"2026-01-01","isOffDay":true}]}`)
	if a != b || a == other || !strings.HasPrefix(a, "CN 2026-") || len(a) != len("CN 2026-12345678") {
		t.Errorf("versions %s, %s, %s", a, b, other)
	}
}

// TestLoadTellsAllFaults guards that an operator mends a calendar in one go, and that no doubtful day is taken.
func TestLoadTellsAllFaults(t *testing.T) {
	_, err := Load(fstest.MapFS{
		"calendars/2025.json": {Data: []byte(`{"year":2026,"days":[
			{"name":"元旦","date":"2026-01-01"},
			{"name":"","date":"2026-01-02","isOffDay":true},
			{"name":"元旦","date":"2026-01-32","isOffDay":true},
			{"name":"元旦","date":"2029-01-01","isOffDay":true},
			{"name":"元旦","date":"2026-01-04","isOffDay":true}]}`)},
		"calendars/2026.json": {Data: []byte(`{"year":2026,"days":[{"name":"元旦","date":"2026-01-04","isOffDay":false}]}`)},
		"calendars/2027.json": {Data: []byte(`{"year":2027,`)},
	})
	if err == nil {
		t.Fatal("a faulty calendar was loaded")
	}
	for _, want := range []string{
		"2025.json: the year inside is 2026",
		"2025.json: days[0]: 2026-01-01 needs name and isOffDay",
		"2025.json: days[1]: 2026-01-02 needs name and isOffDay",
		`2025.json: days[2]: date "2026-01-32" is no day`,
		`2025.json: days[3]: date "2029-01-01" is no day`,
		"2026.json: days[0]: 2026-01-04 is make_up_workday here and holiday elsewhere",
		"2027.json: unexpected end of JSON input",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("missing %q in:\n%v", want, err)
		}
	}
}

func TestLoadRefusesNoYears(t *testing.T) {
	_, err := Load(fstest.MapFS{"calendars/2027.json": {Data: []byte(`{"year":2027,"days":[]}`)}})
	if err == nil || err.Error() != "calendars: no year is loaded" {
		t.Errorf("got %v", err)
	}
}
