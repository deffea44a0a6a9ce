package clock

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"xiaobao/internal/calendar"
)

// TestRowKeepsDates guards that a clock comes back from its row, also where two of its dates are the same.
func TestRowKeepsDates(t *testing.T) {
	day := func(text string) (d calendar.Date) {
		if err := d.UnmarshalText([]byte(text)); err != nil {
			t.Fatal(err)
		}
		return d
	}
	for _, actBy := range []string{"2026-04-08", "2026-04-03"} {
		c := Clock{ID: "clk_1", Kind: Statutory, Subject: "cmp_1", Rule: Rule{Set: "NFRA-2020", Limit: "statutory", Article: "17", Official: true}, StartOn: day("2026-03-24"),
			Limit: calendar.Limit{Value: 15, Unit: calendar.CalendarDay}, RunsTo: 30, Cap: 60, DueOn: day("2026-04-08"), ActByOn: day(actBy),
			DueAt: time.Date(2026, 4, 8, 16, 0, 0, 0, time.UTC), Provisional: true, State: StateMet, StoppedAt: time.Date(2026, 4, 1, 2, 0, 0, 0, time.UTC)}
		got, err := fromRow(toRow(c))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c, got, cmp.Comparer(func(a, b calendar.Date) bool { return a == b })); diff != "" {
			t.Error(diff)
		}
	}
}
