package standard

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"xiaobao/internal/calendar"
	"xiaobao/internal/edition"
)

func day(t *testing.T, text string) calendar.Date {
	t.Helper()
	d, err := calendar.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestPeriods guards which names are periods of a window, and their days.
func TestPeriods(t *testing.T) {
	for _, tt := range []struct{ name, window, from, to string }{
		{"2026-Q1", Quarter, "2026-01-01", "2026-03-31"}, {"2026-Q4", Quarter, "2026-10-01", "2026-12-31"}, {"2028-02", Month, "2028-02-01", "2028-02-29"},
		{"2026-12", Month, "2026-12-01", "2026-12-31"}, {"2026-03", Quarter, "", ""}, {"2026-Q1", Month, "", ""}, {"2026-Q5", Quarter, "", ""}, {"2026-13", Month, "", ""},
		{"2026-3", Month, "", ""}, {"", Month, "", ""},
	} {
		p, ok := periodOf(tt.name, tt.window)
		if ok != (tt.from != "") || ok && (p.From.String() != tt.from || p.To.String() != tt.to) {
			t.Errorf("%s of a %s: %v %+v", tt.name, tt.window, ok, p)
		}
	}
}

func sample(kept, missed, excluded int) (records []Record) {
	for verdict, n := range map[Verdict]int{Kept: kept, Missed: missed, Ended: excluded} {
		for range n {
			records = append(records, Record{Verdict: verdict})
		}
	}
	return records
}

// TestJudge guards that a share is compared exactly, that what is excluded does not count, and that a small sample is never green.
func TestJudge(t *testing.T) {
	for _, tt := range []struct {
		direction              string
		target                 int64
		kept, missed, excluded int
		want                   State
		value                  float64
	}{
		{AtLeast, 95_00, 34, 4, 0, Breached, 89.47}, {AtLeast, 95_00, 38, 2, 0, Met, 95}, {AtLeast, 95_00, 37, 2, 0, Breached, 94.87}, {AtLeast, 95_00, 29, 0, 0, Insufficient, 100},
		{AtLeast, 95_00, 29, 0, 50, Insufficient, 100}, {AtMost, 5_00, 2, 38, 0, Met, 5}, {AtMost, 5_00, 3, 37, 0, Breached, 7.5}, {AtLeast, 66_67, 20, 10, 0, Breached, 66.67},
	} {
		s := Standard{Direction: tt.direction, Target: tt.target, Minimum: 30}
		m := s.judge(Measurement{}, sample(tt.kept, tt.missed, tt.excluded))
		if m.State != tt.want || *m.Value() != tt.value {
			t.Errorf("%+v: %s %v", tt, m.State, *m.Value())
		}
	}
	none := Standard{Direction: AtMost, Target: 5_00}.judge(Measurement{}, nil)
	if none.State != Insufficient || none.Value() != nil {
		t.Errorf("of nothing: %+v", none)
	}
}

// TestFlat guards that two whole periods after the closing, which say anything and are no better, reopen a finding, and that one that is better does not.
func TestFlat(t *testing.T) {
	closed := day(t, "2026-05-20")
	in := func(name string, state State, kept int64) Measurement {
		p, _ := periodOf(name, Quarter)
		return Measurement{Period: p, State: state, N: 100, Kept: kept}
	}
	breach, redefined := in("2026-Q1", Breached, 89), in("2026-Q4", Met, 99)
	redefined.Definition = breach.Definition + 1
	for name, tt := range map[string]struct {
		since          []Measurement
		flat, improved bool
	}{
		"none yet":         {nil, false, false},
		"the running one":  {[]Measurement{in("2026-Q2", Breached, 50), in("2026-Q3", Breached, 89)}, false, false},
		"two":              {[]Measurement{in("2026-Q3", Breached, 89), in("2026-Q4", Breached, 80)}, true, false},
		"one says nothing": {[]Measurement{in("2026-Q3", Insufficient, 0), in("2026-Q4", Breached, 80)}, false, false},
		"another measure":  {[]Measurement{in("2026-Q3", Breached, 80), redefined}, false, false},
		"one is better":    {[]Measurement{in("2026-Q3", Breached, 90), in("2026-Q4", Breached, 80)}, false, true},
		"one is met":       {[]Measurement{in("2026-Q3", Met, 95), in("2026-Q4", Breached, 80)}, false, true},
	} {
		flat, improved := Standard{Direction: AtLeast}.flat(breach, closed, tt.since)
		if flat != tt.flat || improved != tt.improved {
			t.Errorf("%s: %v, %v", name, flat, improved)
		}
	}
	if s := (Standard{Direction: AtMost}); !s.better(in("2026-Q3", Breached, 88), breach) || s.better(in("2026-Q3", Breached, 89), breach) {
		t.Error("the less the better")
	}
}

// TestRowsKeepEverything guards against a member that a translator forgot.
func TestRowsKeepEverything(t *testing.T) {
	at := time.Date(2026, 3, 24, 1, 2, 3, 4000, time.UTC)
	s := Standard{ID: "std_1", Version: 2, Code: "c", Edition: edition.Edition{Number: 3, State: edition.Withdrawn, DraftedBy: "a", DraftedAt: at, ApprovedBy: "b", ApprovedAt: &at,
		PublishedBy: "c", PublishedAt: &at, InForceAt: &at, WithdrawnBy: "d", WithdrawnAt: &at}, Title: "t", Measure: FirstContact, WithinDays: 4, Department: "dep_a", Target: 95_00,
		Direction: AtLeast, Window: Month, Minimum: 5, OwnerID: "usr_a", OwnerDepartment: "dep_b"}
	if diff := cmp.Diff(s, fromRow(*toRow(s))); diff != "" {
		t.Error(diff)
	}
	p, _ := periodOf("2026-Q1", Quarter)
	m := Measurement{ID: "mea_1", Version: 2, StandardID: "std_1", Code: "c", Period: p, State: Breached, N: 3, Kept: 2, Definition: 1, AsOf: at, MeasuredBy: "usr_a", FindingID: "fnd_1"}
	got, err := fromMeasurementRow(*toMeasurementRow(m))
	if diff := cmp.Diff(m, got); err != nil || diff != "" {
		t.Errorf("%v %s", err, diff)
	}
}

// TestTrend guards that a value is compared with the last one that says anything, of the same definition, the way that the standard looks.
func TestTrend(t *testing.T) {
	in := func(name string, state State, kept, definition int64) Measurement {
		p, _ := periodOf(name, Quarter)
		return Measurement{Period: p, State: state, N: 100, Kept: kept, Definition: definition}
	}
	before := []Measurement{in("2026-Q1", Breached, 80, 2), in("2026-Q2", Insufficient, 0, 2), in("2026-Q3", Met, 99, 1)}
	for _, tt := range []struct {
		direction string
		now       Measurement
		want      string
	}{{AtLeast, in("2026-Q4", Breached, 81, 2), Better}, {AtLeast, in("2026-Q4", Breached, 79, 2), Worse}, {AtLeast, in("2026-Q4", Breached, 80, 2), Flat}, {AtMost, in("2026-Q4", Breached, 81, 2), Worse},
		{AtLeast, in("2026-Q4", Insufficient, 99, 2), ""}, {AtLeast, in("2026-Q4", Met, 99, 3), First}} {
		got, than := Standard{Direction: tt.direction}.Trend(tt.now, before)
		if got != tt.want || (than != nil) != (tt.want != "" && tt.want != First) || than != nil && than.Period.Name != "2026-Q1" {
			t.Errorf("%s %+v: %s than %+v", tt.direction, tt.now, got, than)
		}
	}
	var months []string
	quarter, _ := periodOf("2026-Q4", Quarter)
	for _, p := range windows(quarter, Month) {
		months = append(months, p.Name+" "+p.To.String())
	}
	if diff := cmp.Diff([]string{"2026-10 2026-10-31", "2026-11 2026-11-30", "2026-12 2026-12-31"}, months); diff != "" {
		t.Error(diff)
	}
}
