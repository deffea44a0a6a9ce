package assessment

import "testing"

// TestPoints guards that points are the share of what an indicator can give, that of repeats less is better, and that what was not measured neither gives nor counts.
func TestPoints(t *testing.T) {
	lines := []Indicator{
		{ElementWeight: 30, Weight: 40, Code: "timely_closing", State: measured, N: 3, Kept: 2},
		{ElementWeight: 30, Weight: 20, Code: "repeat_share", State: measured, N: 4, Kept: 1},
		{ElementWeight: 10, Weight: 100, Code: "not_measured", State: notMeasured},
		{ElementWeight: 10, Weight: 50, Code: "satisfaction", State: insufficient, N: 2, Kept: 2},
		{ElementWeight: 1, Weight: 1, Code: "first_contact", State: measured, N: 2, Kept: 1},
	}
	for i, want := range []int64{8_00, 4_50, -1, -1, 1} {
		got, ok := lines[i].Points()
		if ok != (want >= 0) || ok && got != want {
			t.Errorf("%s gives %d, %v", lines[i].Code, got, ok)
		}
	}
	if most, points := Total(lines); most != 18_01 || points != 12_51 {
		t.Errorf("of %d, %d", most, points)
	}
}

// TestPeriods guards the days of quarters and years, and of the period before.
func TestPeriods(t *testing.T) {
	for _, tt := range []struct{ name, from, to, before string }{{"2026-Q1", "2026-01-01", "2026-03-31", "2025-10-01"}, {"2026-Q4", "2026-10-01", "2026-12-31", "2026-07-01"},
		{"2028", "2028-01-01", "2028-12-31", "2027-01-01"}} {
		p := periodOf(tt.name)
		b := p.before()
		if p.From.String() != tt.from || p.To.String() != tt.to || b.From.String() != tt.before || b.To != p.From.AddDays(-1) || p.quarter() != (len(tt.name) > 4) {
			t.Errorf("%s: %+v before %+v", tt.name, p, b)
		}
	}
}
