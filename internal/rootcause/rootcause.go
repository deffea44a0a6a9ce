package rootcause

import (
	"math"
	"time"

	"xiaobao/internal/calendar"
	"xiaobao/internal/fault"
)

// The refusals.
var (
	NotFound = fault.Declare(fault.Reason{Kind: fault.NotFound, Code: "root_cause.not_found",
		Title:  fault.Words{EN: "There is no such root cause.", ZH: "没有该根本原因代码。"},
		Causes: "GET /v1/root-causes/unknown/loop", Cures: "GET /v1/code-lists/root_cause"})
	periodInvalid = fault.Declare(fault.Reason{Kind: fault.Invalid, Code: "root_cause.period_invalid",
		Title:  fault.Words{EN: "The period ends before it begins, or is longer than 366 days.", ZH: "统计期的结束日期早于开始日期，或者超过366天。"},
		Causes: "GET /v1/root-causes/pricing/loop?from=2026-03-31&to=2026-01-01", Cures: "?from=2026-01-01&to=2026-03-31"})
)

// longest is how many days a period may have.
const longest = 366

// What is enough to say something [ours].
const (
	minimumSample = 5  // complaints of the period, repeats merged
	effectiveFall = 20 // percent by which those of the next period have to be fewer
)

// Period is civil days, the first and the last.
type Period struct{ From, To calendar.Date }

// valid says that the period ends after it begins, and is not too long.
func (p Period) valid() bool { return !p.To.Before(p.From) && p.To.Sub(p.From) < longest }

// next is the period of equal length that follows: as many months where the period is whole months, else as many days.
func (p Period) next() Period {
	from := p.To.AddDays(1)
	first, after := start(p.From), start(from)
	if first.Day() != 1 || after.Day() != 1 {
		return Period{from, from.AddDays(p.To.Sub(p.From))}
	}
	count := 12*(after.Year()-first.Year()) + int(after.Month()-first.Month())
	return Period{from, calendar.DateOf(after.AddDate(0, count, -1), time.UTC)}
}

// start is the first instant of a day, for its parts.
func start(d calendar.Date) time.Time { return calendar.End(d.AddDays(-1), time.UTC) }

// Verdict is what the loop says of what was done.
type Verdict string

// The verdicts.
const (
	Effective    Verdict = "effective"
	Ineffective  Verdict = "ineffective"
	TooEarly     Verdict = "too_early"
	Insufficient Verdict = "insufficient"
)

// The reasons of verdicts.
const (
	fell           = "fell"
	notFallen      = "not_fallen"
	nextPeriodOpen = "next_period_open"
	sampleTooSmall = "sample_too_small"
	noMeasure      = "no_measure" // was completed by the end of the next period
)

// Count is a number of complaints as they were registered, and with repeats merged.
type Count struct{ Raw, Merged int64 }

// Actions are what was done about a root cause.
type Actions struct{ Opened, Completed, Verified, Effective, Reopened int64 }

// Findings are what was found out of which it was done.
type Findings struct{ Opened, Closed, Reopened int64 }

// Policy is a version of a rule set, with how many people of the caller's departments must acknowledge it, and have.
type Policy struct {
	ID, Code, Title        string
	Edition                int
	InForceAt              time.Time
	Required, Acknowledged int
}

// Training is a course of which sessions were held in the period or the next, with how often people of the caller's departments were there, and passed.
type Training struct {
	CourseID, Code, Title string
	Attended, Certified   int64
}

// Loop is what is known of a root cause in a period.
type Loop struct {
	RootCause      string
	Period, Next   Period
	Causes         []string // of the complaints that were traced to it
	Traced         int64    // of the complaints of the period
	Complaints     Count    // of the period, by those causes
	Findings       Findings
	Actions        Actions
	Policies       []Policy // that came into force in the period or the next
	Trainings      []Training
	NextComplaints Count
	AsOf           time.Time
	NextOver       bool
	Note           string // what the merged counts lack
}

// Change is by which part fewer or more complaints came in the next period, to four places; nil where there were none before.
func (l Loop) Change() *float64 {
	if l.Complaints.Merged == 0 {
		return nil
	}
	change := math.Round(float64(l.NextComplaints.Merged-l.Complaints.Merged)*10_000/float64(l.Complaints.Merged)) / 10_000
	return &change
}

// Verdict says whether what was done has helped, and why.
func (l Loop) Verdict() (verdict Verdict, reason string) {
	switch {
	case !l.NextOver:
		return TooEarly, nextPeriodOpen
	case l.Complaints.Merged < minimumSample:
		return Insufficient, sampleTooSmall
	case l.Actions.Completed == 0:
		return Insufficient, noMeasure
	case 100*l.NextComplaints.Merged <= (100-effectiveFall)*l.Complaints.Merged:
		return Effective, fell
	}
	return Ineffective, notFallen
}
