package rootcause

import (
	"testing"

	"xiaobao/internal/calendar"
)

func period(t *testing.T, from, to string) Period {
	t.Helper()
	first, err := calendar.Parse(from)
	if err != nil {
		t.Fatal(err)
	}
	last, err := calendar.Parse(to)
	if err != nil {
		t.Fatal(err)
	}
	return Period{first, last}
}

func TestTheNextPeriodIsAsLong(t *testing.T) {
	for _, c := range []struct{ from, to, nextFrom, nextTo string }{
		{"2026-01-01", "2026-03-31", "2026-04-01", "2026-06-30"}, {"2026-01-01", "2026-12-31", "2027-01-01", "2027-12-31"}, {"2026-10-01", "2026-12-31", "2027-01-01", "2027-03-31"},
		{"2028-02-01", "2028-02-29", "2028-03-01", "2028-03-31"}, {"2026-01-02", "2026-03-31", "2026-04-01", "2026-06-28"}, {"2026-01-01", "2026-01-01", "2026-01-02", "2026-01-02"},
		{"2026-01-01", "2026-03-30", "2026-03-31", "2026-06-27"},
	} {
		if got, want := period(t, c.from, c.to).next(), period(t, c.nextFrom, c.nextTo); got != want {
			t.Errorf("after %s to %s: %s to %s, want %s to %s", c.from, c.to, got.From, got.To, c.nextFrom, c.nextTo)
		}
	}
}

func TestPeriodsThatAreNone(t *testing.T) {
	for _, c := range []struct {
		from, to string
		want     bool
	}{{"2026-01-02", "2026-01-01", false}, {"2026-01-01", "2026-01-01", true}, {"2028-01-01", "2028-12-31", true}, {"2026-01-01", "2027-01-02", false}} {
		if got := period(t, c.from, c.to).valid(); got != c.want {
			t.Errorf("%s to %s: %t", c.from, c.to, got)
		}
	}
}

// Nothing is called effective too early, of too few, or without a measure; and a fall by less than a fifth is none.
func TestVerdicts(t *testing.T) {
	for name, c := range map[string]struct {
		before, after, completed int64
		over                     bool
		want                     Verdict
		reason                   string
	}{
		"next period runs":   {100, 0, 1, false, TooEarly, nextPeriodOpen},
		"four":               {4, 0, 1, true, Insufficient, sampleTooSmall},
		"nothing was done":   {100, 0, 0, true, Insufficient, noMeasure},
		"a fifth fewer":      {5, 4, 1, true, Effective, fell},
		"less than a fifth":  {100, 81, 1, true, Ineffective, notFallen},
		"more":               {10, 11, 2, true, Ineffective, notFallen},
		"nobody any more":    {5, 0, 1, true, Effective, fell},
		"few and not judged": {0, 0, 0, false, TooEarly, nextPeriodOpen},
	} {
		l := Loop{Complaints: Count{c.before, c.before}, NextComplaints: Count{c.after, c.after}, Actions: Actions{Completed: c.completed}, NextOver: c.over}
		if got, reason := l.Verdict(); got != c.want || reason != c.reason {
			t.Errorf("%s: %s because %s", name, got, reason)
		}
	}
	l := Loop{Complaints: Count{3, 3}, NextComplaints: Count{1, 1}}
	if *l.Change() != -0.6667 || (Loop{}).Change() != nil {
		t.Errorf("the change is %v", *l.Change())
	}
}
