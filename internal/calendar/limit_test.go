package calendar

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestDueDatesOfTheHandbook guards the vectors of handbook §5, without its column of rolled dates.
func TestDueDatesOfTheHandbook(t *testing.T) {
	c := china(t)
	limits := []Limit{{15, CalendarDay}, {30, CalendarDay}, {60, CalendarDay}, {3, WorkingDay}, {7, WorkingDay}, {15, WorkingDay}}
	for start, want := range map[string][6]string{
		"2025-01-24": {"2025-02-08", "2025-02-23", "2025-03-25", "2025-02-05", "2025-02-10", "2025-02-20"},
		"2025-04-25": {"2025-05-10", "2025-05-25", "2025-06-24", "2025-04-29", "2025-05-08", "2025-05-20"},
		"2026-02-12": {"2026-02-27", "2026-03-14", "2026-04-13", "2026-02-24", "2026-02-28", "2026-03-11"},
		"2026-09-20": {"2026-10-05", "2026-10-20", "2026-11-19", "2026-09-23", "2026-09-30", "2026-10-16"},
		"2026-09-24": {"2026-10-09", "2026-10-24", "2026-11-23", "2026-09-30", "2026-10-12", "2026-10-22"},
	} {
		for i, limit := range limits {
			due, provisional := c.Due(date(t, start), limit)
			if due.String() != want[i] || provisional {
				t.Errorf("%s + %v is %s (provisional %v), want %s", start, limit, due, provisional, want[i])
			}
		}
	}
}

// TestDueAndActByOfTheStories guards the dates of stories D1 to D8.
func TestDueAndActByOfTheStories(t *testing.T) {
	c := china(t)
	for _, tt := range []struct {
		start      string
		limit      Limit
		due, actBy string
	}{
		{"2026-05-09", Limit{15, CalendarDay}, "2026-05-24", "2026-05-22"},
		{"2026-05-09", Limit{30, CalendarDay}, "2026-06-08", "2026-06-08"},
		{"2026-05-09", Limit{1, WorkingDay}, "2026-05-11", "2026-05-11"},
		{"2025-01-24", Limit{15, CalendarDay}, "2025-02-08", "2025-02-08"}, // a Saturday that is worked
		{"2025-01-24", Limit{30, CalendarDay}, "2025-02-23", "2025-02-21"},
		{"2025-01-24", Limit{1, WorkingDay}, "2025-01-26", "2025-01-26"}, // a Sunday that is worked
		{"2025-01-24", Limit{3, WorkingDay}, "2025-02-05", "2025-02-05"},
		{"2026-09-24", Limit{30, CalendarDay}, "2026-10-24", "2026-10-23"},
		{"2026-09-24", Limit{1, WorkingDay}, "2026-09-28", "2026-09-28"},
		{"2026-03-13", Limit{15, CalendarDay}, "2026-03-28", "2026-03-27"},
		{"2026-03-02", Limit{60, CalendarDay}, "2026-05-01", "2026-04-30"},
		{"2026-03-06", Limit{7, WorkingDay}, "2026-03-17", "2026-03-17"},
		{"2026-04-20", Limit{15, CalendarDay}, "2026-05-05", "2026-04-30"},
		{"2026-04-20", Limit{60, CalendarDay}, "2026-06-19", "2026-06-18"},
		{"2026-06-12", Limit{30, CalendarDay}, "2026-07-12", "2026-07-10"},
		{"2026-06-12", Limit{60, CalendarDay}, "2026-08-11", "2026-08-11"},
	} {
		due, _ := c.Due(date(t, tt.start), tt.limit)
		if due.String() != tt.due || c.ActBy(due).String() != tt.actBy {
			t.Errorf("%s + %v is %s, act by %s; want %s, %s", tt.start, tt.limit, due, c.ActBy(due), tt.due, tt.actBy)
		}
	}
}

// TestUnpublishedYearMakesWorkingDaysProvisional guards handbook §11 row 50: calendar days never need the calendar.
func TestUnpublishedYearMakesWorkingDaysProvisional(t *testing.T) {
	c := china(t)
	for _, tt := range []struct {
		start string
		limit Limit
		want  bool
	}{
		{"2026-12-30", Limit{1, WorkingDay}, false}, // ends on the last day of 2026
		{"2026-12-31", Limit{1, WorkingDay}, true},
		{"2026-12-30", Limit{60, CalendarDay}, false},
		{"2018-12-20", Limit{3, WorkingDay}, true},
	} {
		_, provisional := c.Due(date(t, tt.start), tt.limit)
		if provisional != tt.want {
			t.Errorf("%s + %v: provisional is %v", tt.start, tt.limit, provisional)
		}
	}
}

// TestEveryDueDateKeepsTheLaws walks every start of eight years: as many days counted as the limit has, the last of them
// the due date, never before the start, later starts never due earlier, longer limits always later.
func TestEveryDueDateKeepsTheLaws(t *testing.T) {
	c := china(t)
	for _, unit := range []Unit{CalendarDay, WorkingDay} {
		for _, value := range []int{1, 2, 7, 15, 30, 60} {
			last := Date{}
			for start := date(t, "2019-01-01"); start.Year() < 2027; start = start.AddDays(1) {
				due, _ := c.Due(start, Limit{value, unit})
				longer, _ := c.Due(start, Limit{value + 1, unit})
				if !due.After(start) || due.Before(last) || !longer.After(due) {
					t.Fatalf("%s + %d %s is %s; a day more %s; a day earlier %s", start, value, unit, due, longer, last)
				}
				if n := counted(c, start, due, unit); n != value {
					t.Fatalf("%s + %d %s: %d days count", start, value, unit, n)
				}
				actBy := c.ActBy(due)
				if unit == WorkingDay && actBy != due || !c.IsWorkday(actBy) || counted(c, actBy, due, WorkingDay) != 0 {
					t.Fatalf("%s + %d %s: due %s, act by %s", start, value, unit, due, actBy)
				}
				last = due
			}
		}
	}
}

func counted(c *Calendar, after, through Date, unit Unit) int {
	n := 0
	for d := after.AddDays(1); !d.After(through); d = d.AddDays(1) {
		if unit == CalendarDay || c.IsWorkday(d) {
			n++
		}
	}
	return n
}

// TestExplanationSaysWhyEachDayCounts guards the Spring Festival of 2026, in both units.
func TestExplanationSaysWhyEachDayCounts(t *testing.T) {
	c := china(t)
	start := date(t, "2026-02-12")
	on := func(n int) Date { return start.AddDays(n) }
	want := []CountedDay{
		{On: on(0), Why: WhyStartDay},
		{On: on(1), Counts: true, N: 1, Why: WhyCounted},
		{On: on(2), Counts: true, N: 2, Why: WhyMakeUpWorkday, Label: "春节"},
	}
	for n := 3; n <= 11; n++ {
		want = append(want, CountedDay{On: on(n), Why: WhyHoliday, Label: "春节"})
	}
	want = append(want, CountedDay{On: on(12), Counts: true, N: 3, Why: WhyCounted})
	if diff := cmp.Diff(want, c.Explain(start, on(12), WorkingDay)); diff != "" {
		t.Errorf("3 working days: %s", diff)
	}
	want = []CountedDay{
		{On: on(0), Why: WhyStartDay},
		{On: on(1), Counts: true, N: 1, Why: WhyCounted},
		{On: on(2), Counts: true, N: 2, Why: WhyCounted, Label: "春节"},
		{On: on(3), Counts: true, N: 3, Why: WhyCounted, Label: "春节"},
	}
	if diff := cmp.Diff(want, c.Explain(start, on(3), CalendarDay)); diff != "" {
		t.Errorf("3 calendar days: %s", diff)
	}
	weekend := c.Explain(date(t, "2026-03-06"), date(t, "2026-03-07"), WorkingDay)[1]
	if diff := cmp.Diff(CountedDay{On: date(t, "2026-03-07"), Why: WhyWeekend}, weekend); diff != "" {
		t.Errorf("Saturday: %s", diff)
	}
}

func TestExplanationHasBounds(t *testing.T) {
	c := china(t)
	start := date(t, "2026-03-20")
	if days := c.Explain(start, start.AddDays(-4), CalendarDay); len(days) != 1 || days[0].On != start {
		t.Errorf("due before the start: %v", days)
	}
	if days := c.Explain(start, start.AddDays(900), CalendarDay); len(days) != MaxDays || days[MaxDays-1].N != MaxDays-1 {
		t.Errorf("%d days listed", len(days))
	}
}
