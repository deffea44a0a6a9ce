package calendar

// Unit is what a limit counts.
type Unit string

// The units of a limit.
const (
	CalendarDay Unit = "calendar_day"
	WorkingDay  Unit = "working_day"
)

// Limit is a number of days.
type Limit struct {
	Value int
	Unit  Unit
}

// Due returns the last day of a limit that starts on a day which is itself not counted. A rest day at the end stays the
// end. The date is provisional when a count of working days touches a year that is not loaded; a count of calendar days
// needs no calendar and never is.
func (c *Calendar) Due(start Date, limit Limit) (due Date, provisional bool) {
	if limit.Unit == CalendarDay {
		return start.AddDays(limit.Value), false
	}
	due = start
	for n := 0; n < limit.Value; {
		due = due.AddDays(1)
		if c.IsWorkday(due) {
			n++
		}
		provisional = provisional || !c.Loaded(due.Year())
	}
	return due, provisional
}

// ActBy returns the last working day on or before a due date.
func (c *Calendar) ActBy(due Date) Date {
	for !c.IsWorkday(due) {
		due = due.AddDays(-1)
	}
	return due
}

// MaxDays is the longest list of days that an explanation gives, by the contract.
const MaxDays = 800

// Why is the reason for which a day counts towards a limit, or does not.
type Why string

// The reasons. Counted, and MakeUpWorkday in a count of working days, count; the others do not.
const (
	WhyStartDay      Why = "start_day"
	WhyCounted       Why = "counted"
	WhyWeekend       Why = "weekend"
	WhyHoliday       Why = "holiday"
	WhyMakeUpWorkday Why = "make_up_workday"
)

// CountedDay is one day of an explanation.
type CountedDay struct {
	On     Date
	Counts bool
	N      int // the how-manieth counted day this is, from 1; 0 when it does not count
	Why    Why
	Label  string // the holiday that the day belongs to, also where it makes no difference; else empty
}

// Explain lists the days from the start to the due date, both included, and says of each whether it counts. A start
// after the due date is listed alone. From more than MaxDays days it gives the first MaxDays.
func (c *Calendar) Explain(start, due Date, unit Unit) []CountedDay {
	days := []CountedDay{{On: start, Why: WhyStartDay, Label: c.Day(start).Name}}
	n := 0
	for on := start.AddDays(1); !on.After(due) && len(days) < MaxDays; on = on.AddDays(1) {
		day := CountedDay{On: on, Counts: true, Why: WhyCounted, Label: c.Day(on).Name}
		if unit == WorkingDay {
			day.Counts, day.Why = c.IsWorkday(on), whyWorking[c.Day(on).Kind]
		}
		if day.Counts {
			n++
			day.N = n
		}
		days = append(days, day)
	}
	return days
}

var whyWorking = map[Kind]Why{
	Workday: WhyCounted, MakeUpWorkday: WhyMakeUpWorkday, Weekend: WhyWeekend, Holiday: WhyHoliday,
}
