package report

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"xiaobao/internal/calendar"
	"xiaobao/internal/complaint"
	"xiaobao/internal/fault"
)

func date(t *testing.T, text string) calendar.Date {
	t.Helper()
	d, err := calendar.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestLabelsNameAPeriodAsPeopleDo(t *testing.T) {
	for _, c := range []struct{ from, to, want string }{
		{"2026-01-01", "2026-12-31", "2026"}, {"2026-01-01", "2026-06-30", "2026-H1"}, {"2026-07-01", "2026-12-31", "2026-H2"},
		{"2026-07-01", "2026-09-30", "2026-Q3"}, {"2026-10-01", "2026-12-31", "2026-Q4"}, {"2024-02-01", "2024-02-29", "2024-02"},
		{"2026-02-01", "2026-02-28", "2026-02"}, {"2026-12-01", "2026-12-31", "2026-12"}, {"2026-09-30", "2026-09-30", "2026-09-30"},
		{"2026-07-02", "2026-09-30", "2026-07-02/2026-09-30"}, {"2025-07-01", "2026-06-30", "2025-07-01/2026-06-30"},
	} {
		if got := (Period{date(t, c.from), date(t, c.to)}).Label(); got != c.want {
			t.Errorf("%s to %s: %s, want %s", c.from, c.to, got, c.want)
		}
	}
}

func TestPercentilesAreDaysThatOccurred(t *testing.T) {
	for _, c := range []struct {
		days     map[int]int64
		p50, p90 int
	}{
		{map[int]int64{4: 1}, 4, 4}, {map[int]int64{4: 1, 42: 1}, 4, 42}, {map[int]int64{0: 9, 30: 1}, 0, 0}, {map[int]int64{0: 8, 7: 1, 30: 1}, 0, 7},
		{map[int]int64{1: 1, 2: 1, 3: 1}, 2, 3},
	} {
		if p50, p90 := percentile(c.days, 50), percentile(c.days, 90); *p50 != c.p50 || *p90 != c.p90 {
			t.Errorf("%v: %d and %d", c.days, *p50, *p90)
		}
	}
	if percentile(nil, 50) != nil {
		t.Error("nothing has a percentile")
	}
}

func TestRatesAreRoundedToFourPlaces(t *testing.T) {
	for _, c := range []struct {
		in, all int64
		want    string
	}{{1, 3, "0.3333"}, {2, 3, "0.6667"}, {1, 1, "1.0000"}, {0, 7, "0.0000"}, {0, 0, ""}, {1, 20_000, "0.0001"}} {
		if got := fraction(Figures{ClosedInTime: c.in, Closed: c.all}.Rate()); got != c.want {
			t.Errorf("%d of %d: %s, want %s", c.in, c.all, got, c.want)
		}
	}
}

// A text that a spreadsheet would reckon with is kept from it; a number is not a text.
func TestFormulasAreGuardedInTextsAlone(t *testing.T) {
	four := 4
	content, err := encode(Definitions[0], []Row{{Source: "=1+1", IntakeChannel: `a,"b`, Business: "-x", Cause: "@y", Region: "+1", Outcome: "settled",
		Figures: Figures{Opening: 1, Received: 2, Closed: 3, ClosedInTime: 2, Closing: -1, P50: &four, P90: &four}}})
	want := "source,intake_channel,business_code,cause_code,region_code,outcome,opening,received,closed,closed_in_time,overdue_open,in_time_rate,days_p50,days_p90,closing\r\n" +
		"'=1+1,\"a,\"\"b\",'-x,'@y,'+1,settled,1,2,3,2,0,0.6667,4,4,-1\r\n"
	if err != nil || string(content) != want {
		t.Errorf("%v\n%s\nwant\n%s", err, content, want)
	}
}

// Rows add up to the totals, except for percentiles, which are of all complaints together.
func TestTotalsAreOfAllRows(t *testing.T) {
	rows, total := sum([]complaint.Figure{
		{Opening: 1, Received: 2, Closed: 2, ClosedInTime: 1, Closing: 1, Days: map[int]int64{1: 1, 2: 1}},
		{Received: 3, Closed: 1, OverdueOpen: 1, Closing: 2, Days: map[int]int64{9: 1}}})
	if len(rows) != 2 || total.Opening != 1 || total.Received != 5 || total.Closed != 3 || total.ClosedInTime != 1 || total.OverdueOpen != 1 || total.Closing != 3 ||
		*total.P50 != 2 || *total.P90 != 9 || !total.Holds() {
		t.Errorf("%+v", total)
	}
}

func TestRevisionTellsWhetherFiguresChanged(t *testing.T) {
	r := Report{SHA256: "a"}
	for _, c := range []struct {
		latest *Report
		want   int
	}{{nil, 1}, {&Report{Revision: 1, SHA256: "a"}, 1}, {&Report{Revision: 3, SHA256: "a"}, 3}, {&Report{Revision: 3, SHA256: "b"}, 4}} {
		if r.follows(c.latest); r.Revision != c.want {
			t.Errorf("after %+v: %d", c.latest, r.Revision)
		}
	}
}

// Two large reports never run at once, and who waits in vain is told in both languages.
func TestOneReportAtATime(t *testing.T) {
	g := newGate(time.Millisecond)
	leave, err := g.enter(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	_, err = g.enter(context.Background())
	f := fault.From(err)
	if f == nil || f.Reason.Code != "report.busy" || !f.Reason.Retry || !strings.HasPrefix(f.Reason.Title.Say("en", nil), "Another report") || !strings.HasPrefix(f.Reason.Title.Say("zh-CN", nil), "正在生成") {
		t.Errorf("the second: %v", err)
	}
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := (gate{g.inside, time.Minute}).enter(ended); !errors.Is(err, context.Canceled) {
		t.Errorf("who left: %v", err)
	}
	leave()
	if _, err := g.enter(context.Background()); err != nil {
		t.Errorf("after the first has left: %v", err)
	}
}
