package calendar

import "time"

// Kind is what a day is for the counting of working days.
type Kind string

// The kinds of day. A Saturday inside a holiday is a Holiday.
const (
	Workday       Kind = "workday"
	Weekend       Kind = "weekend"
	Holiday       Kind = "holiday"
	MakeUpWorkday Kind = "make_up_workday"
)

// Day is what the calendar knows of a day.
type Day struct {
	Kind Kind
	Name string // the holiday that a holiday or make-up workday belongs to, 春节; else empty
}

// Calendar knows the holidays and make-up workdays of mainland China in the years that are published. It does not
// change once loaded and may be shared.
type Calendar struct {
	version string
	special map[Date]Day
	years   map[int]bool
}

// ID names the calendar: CN.
func (c *Calendar) ID() string { return "CN" }

// Version is the newest loaded year and a digest of every day that departs from the week: 2026-5d0a63c1. The same days
// give the same version, however their files are written.
func (c *Calendar) Version() string { return c.version }

// Loaded says that the holidays of a year are known. Until the State Council publishes them, they are not.
func (c *Calendar) Loaded(year int) bool { return c.years[year] }

// Day returns what a day is. In a year that is not loaded only the week is known.
func (c *Calendar) Day(d Date) Day {
	if day, ok := c.special[d]; ok {
		return day
	}
	switch d.Weekday() {
	case time.Saturday, time.Sunday:
		return Day{Kind: Weekend}
	}
	return Day{Kind: Workday}
}

// IsWorkday says that the day is worked.
func (c *Calendar) IsWorkday(d Date) bool {
	kind := c.Day(d).Kind
	return kind == Workday || kind == MakeUpWorkday
}
