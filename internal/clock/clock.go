package clock

import (
	"slices"
	"time"

	"xiaobao/internal/calendar"
	"xiaobao/internal/fault"
	"xiaobao/internal/id"
	"xiaobao/internal/ruleset"
)

// Kind is what a clock is for.
type Kind string

// The kinds of clock.
const (
	Statutory       Kind = "statutory"       // the law's limit for the notice of the decision
	Stage           Kind = "stage"           // the house's limit for one stage
	Acknowledgement Kind = "acknowledgement" // the house's limit for the first contact
	Transfer        Kind = "transfer"        // the date that a transferring body has written on its paper
)

// State is where a clock stands.
type State string

// The states. A breached clock is open; once the act is done it is Met, and Late tells that it was late.
const (
	StateRunning  State = "running"
	StateBreached State = "breached"
	StateMet      State = "met"
	StateEnded    State = "ended" // by a withdrawal or the like: nothing is owed any more
)

// Event is what an entry of the ledger tells.
type Event string

// The events.
const (
	Armed    Event = "armed"
	Extended Event = "extended"
	Breached Event = "breached"
	Met      Event = "met"
	Ended    Event = "ended"
)

// Entry is one line of the ledger, in the order in which it was learnt.
type Entry struct {
	At          time.Time // when it took effect
	Event       Event
	DueOnBefore calendar.Date // zero when the clock was armed
	DueOnAfter  calendar.Date
	By          string // id of the actor; empty for what happens by itself
	Reason      string // of an extension
}

// Rule is where a clock's limit comes from; zero for a written date.
type Rule struct {
	Set      string       // code of the rule set
	Limit    ruleset.Name // its limit: statutory, investigation
	Article  string       // number of the article, empty where unknown
	Official bool         // the letter of the law; false: our own rule
}

// Clock is one deadline. It is a value: what happens to it gives a new one.
type Clock struct {
	ID      string // clk_...
	Kind    Kind
	Subject string // id of what owes the act: cmp_...
	Rule    Rule

	StartOn calendar.Date  // not counted
	Limit   calendar.Limit // as the rule gave it; zero for a written date
	RunsTo  int            // the total that it now runs to, in the limit's unit; above Limit.Value once extended
	Cap     int            // the total that no extension passes

	DueOn       calendar.Date
	ActByOn     calendar.Date // the last working day on or before DueOn: work lists and reminders go by it
	DueAt       time.Time     // the first instant that is too late
	Provisional bool          // DueOn counts through a year whose holidays are not published

	State     State
	StoppedAt time.Time // of the act that met or ended it; zero while open
	Ledger    []Entry
}

// Reckoner turns limits into dates by the institution's calendar and time zone.
type Reckoner struct {
	Calendar *calendar.Calendar
	Zone     *time.Location
}

// AsOf is the instant at which a question about a day is answered: the end of that day, or now for today and for the zero day, which is today. False for a
// day to come.
func (r Reckoner) AsOf(day calendar.Date, now time.Time) (calendar.Date, time.Time, bool) {
	today := calendar.DateOf(now, r.Zone)
	if day.IsZero() || day == today {
		return today, now, true
	}
	return day, calendar.End(day, r.Zone).Add(-time.Microsecond), day.Before(today)
}

// Arm starts a clock by a term of a rule set. The day of from in the institution's zone is the start day: the receipt for
// a statutory clock, the entry for a stage.
func (r Reckoner) Arm(kind Kind, subject string, term ruleset.Term, from time.Time, by string) Clock {
	c := Clock{
		Kind: kind, Subject: subject,
		Rule:  Rule{Set: term.Set, Limit: term.Name, Article: term.Article, Official: term.Official},
		Limit: term.Limit, RunsTo: term.Limit.Value, Cap: term.Cap(),
		StartOn: calendar.DateOf(from, r.Zone),
	}
	due, provisional := r.Calendar.Due(c.StartOn, c.Limit)
	c.Provisional = provisional
	return r.arm(c, due, from, by)
}

// ArmUntil starts a clock of kind Transfer with the date that the transferring body has written. The date is taken as it
// stands, also when it is past: its letter may have been slow.
func (r Reckoner) ArmUntil(subject string, due calendar.Date, from time.Time, by string) Clock {
	c := Clock{Kind: Transfer, Subject: subject, StartOn: calendar.DateOf(from, r.Zone)}
	return r.arm(c, due, from, by)
}

func (r Reckoner) arm(c Clock, due calendar.Date, from time.Time, by string) Clock {
	c.ID, c.State = id.New("clk"), StateRunning
	return r.move(c, due, Entry{At: from, Event: Armed, By: by})
}

// move sets the due date and all that follows from it.
func (r Reckoner) move(c Clock, due calendar.Date, e Entry) Clock {
	e.DueOnBefore = c.DueOn
	c.DueOn, c.ActByOn, c.DueAt = due, r.Calendar.ActBy(due), calendar.End(due, r.Zone)
	return c.enter(e)
}

// The refusals of an extension.
var (
	ErrLimitOver = fault.Declare(fault.Reason{Kind: fault.Conflict, Code: "clock.limit_over",
		Title: fault.Words{EN: "The limit is over and can no longer be extended.", ZH: "期限已届满或已结束，不能再延长。"},
		Detail: fault.Words{
			EN: "The limit ran to 24:00 on {due_on}. An extension takes effect only when it is recorded, approved and told before the running limit ends.",
			ZH: "期限至 {due_on} 24:00 止。延期须在期限届满前完成登记、审批和告知，方为有效。"},
		Causes: "An extension is asked for on the day after due_on.",
		Cures:  "Give notice of the decision without delay; the breach stands and is reported as it is."})
	ErrCapReached = fault.Declare(fault.Reason{Kind: fault.Conflict, Code: "clock.cap_reached",
		Title: fault.Words{EN: "The longest limit that the rule allows is reached.", ZH: "已达到规则允许的最长期限。"},
		Detail: fault.Words{
			EN: "The limit already runs to day {current}; the extension would run to day {asked}, and no extension goes beyond day {cap}.",
			ZH: "期限现至第 {current} 日，申请延长至第 {asked} 日，延期最长至第 {cap} 日。"},
		Causes: "A third extension is asked for after the one to day 60.",
		Cures:  "Give notice of the decision by due_on."})
)

// Extend moves the end of the limit to a later day, counted from the start in the limit's unit, at the instant when the
// last of its conditions is recorded. It returns ErrLimitOver when the running limit has ended by then or the clock has
// stopped, and ErrCapReached when the clock runs as far already or the rule goes no further.
func (r Reckoner) Extend(c Clock, toDay int, at time.Time, by, reason string) (Clock, error) {
	if c.State != StateRunning || !at.Before(c.DueAt) {
		return Clock{}, ErrLimitOver.With("due_on", c.DueOn)
	}
	if toDay <= c.RunsTo || toDay > c.Cap {
		return Clock{}, ErrCapReached.With("current", c.RunsTo, "asked", toDay, "cap", c.Cap)
	}
	due, provisional := r.Calendar.Due(c.StartOn, calendar.Limit{Value: toDay, Unit: c.Limit.Unit})
	c.RunsTo, c.Provisional = toDay, provisional
	return r.move(c, due, Entry{At: at, Event: Extended, By: by, Reason: reason}), nil
}

// Breach enters the breach of a clock whose limit is over by now. The breach bears the instant at which the limit ended,
// not the one at which it was noticed. A clock that is not over, or no longer running, comes back as it was.
func (c Clock) Breach(now time.Time) Clock {
	if c.State != StateRunning || now.Before(c.DueAt) {
		return c
	}
	c.State = StateBreached
	return c.enter(Entry{At: c.DueAt, Event: Breached, DueOnBefore: c.DueOn})
}

// Meet enters the act that the clock waits for, at the instant of the act. An act after the limit breaches the clock
// first. A clock that has stopped comes back as it was: the first act counts.
func (c Clock) Meet(at time.Time, by string) Clock { return c.stop(StateMet, Met, at, by) }

// End enters that nothing is owed any more, from the instant on. What was breached by then stays breached. A clock that
// has stopped comes back as it was.
func (c Clock) End(at time.Time, by string) Clock { return c.stop(StateEnded, Ended, at, by) }

func (c Clock) stop(state State, event Event, at time.Time, by string) Clock {
	if !c.Open() {
		return c
	}
	c = c.Breach(at)
	c.State, c.StoppedAt = state, at
	return c.enter(Entry{At: at, Event: event, DueOnBefore: c.DueOn, By: by})
}

// enter appends to a copy of the ledger, so that the clock before keeps its own.
func (c Clock) enter(e Entry) Clock {
	e.DueOnAfter = c.DueOn
	c.Ledger = append(slices.Clip(c.Ledger), e)
	return c
}

// Open says that the act is still owed.
func (c Clock) Open() bool { return c.State == StateRunning || c.State == StateBreached }

// Overdue says that the act is still owed though the limit is over, whether or not the breach is entered yet.
func (c Clock) Overdue(now time.Time) bool { return c.Open() && !now.Before(c.DueAt) }

// Late says that the clock was breached for good: the limit was over when it stopped, or it is open and its breach is
// entered.
func (c Clock) Late() bool {
	return c.State == StateBreached || !c.Open() && !c.StoppedAt.Before(c.DueAt)
}

// DaysLeft returns the civil days from today to the due date: 0 on it, negative after it, 0 for a clock that has stopped.
func (c Clock) DaysLeft(today calendar.Date) int {
	if !c.Open() {
		return 0
	}
	return c.DueOn.Sub(today)
}
