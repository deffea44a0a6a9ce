package standard

import (
	"fmt"
	"math"
	"slices"
	"time"

	"xiaobao/internal/calendar"
	"xiaobao/internal/fault"
)

// MeasurementNotFound: the measurement is absent or out of the caller's scope, which look the same.
var MeasurementNotFound = fault.Declare(fault.Reason{Kind: fault.NotFound, Code: "measurement.not_found",
	Title:  fault.Words{EN: "There is no such measurement.", ZH: "没有该监测结果。"},
	Causes: "GET /v1/measurements/mea_unknown", Cures: "GET /v1/measurements"})

// The refusals of measurements.
var (
	otherWindow = fault.Declare(fault.Reason{Kind: fault.Invalid, Code: "measurement.other_window",
		Title:  fault.Words{EN: "The standard is measured by the {window}; this is another period, or none.", ZH: "该标准的统计周期为 {window}，所填期间不符。"},
		Causes: `POST /v1/standards/{standard_id}/measurements {"period":"2026-03"} of a standard by the quarter`, Cures: `"period":"2026-Q1"`})
	periodOpen = fault.Declare(fault.Reason{Kind: fault.Conflict, Code: "measurement.period_open",
		Title:  fault.Words{EN: "The period has not ended yet: what is frozen would not be all of it.", ZH: "该期间尚未结束，不能出具监测结果。"},
		Causes: "A measurement of the present quarter.", Cures: "The day after its last one."})
	notInForce = fault.Declare(fault.Reason{Kind: fault.Conflict, Code: "measurement.not_in_force",
		Title:  fault.Words{EN: "This version was not in force when the period ended; nobody was held to it.", ZH: "该版本在期末未生效，不能据以监测。"},
		Causes: "A measurement of a period before in_force_at.", Cures: "The version that was in force then: GET /v1/standards?code=..."})
)

// State is what a measurement says of its standard.
type State string

// The states.
const (
	Met          State = "met"
	Breached     State = "breached"
	Insufficient State = "insufficient" // too few records to say
)

// Verdict is what a record contributes: those that count, or why it does not.
type Verdict string

// The verdicts.
const (
	Kept     Verdict = "kept"
	Missed   Verdict = "missed"
	Imported Verdict = "imported" // from before the installation: its instants are not ours
	NoLimit  Verdict = "no_limit" // no such limit ran
	Ended    Verdict = "ended"    // withdrawn, refused and the like in time: nothing was owed any more
	NotDue   Verdict = "not_due"  // its days are not over yet
	NoAnswer Verdict = "no_answer"
	TooFew   Verdict = "too_few" // answers of which nothing may be told, because there are fewer than five

	NoSale        Verdict = "no_sale"        // the complaint names none
	NothingDue    Verdict = "nothing_due"    // no notice was due before such a sale that day
	NotPublished  Verdict = "not_published"  // what was due had no version here yet, and nothing speaks against the rest
	NoIdentity    Verdict = "no_identity"    // nothing by which the complainant could be known again
	NotClassified Verdict = "not_classified" // no business or no cause
	Repeats       Verdict = "repeat"         // counts for the share, and is what its records show
	Single        Verdict = "single"         // repeats none; there is nothing to look at
)

// Record is a record of a measurement.
type Record struct {
	ID      string
	Verdict Verdict
	Secret  bool // counted and not kept: nobody learns what a consumer answered
}

// Period is a month or quarter, both days included.
type Period struct {
	Name     string // 2026-03, 2026-Q1
	From, To calendar.Date
}

// periodOf reads the name of a period of a window; false when it is none.
func periodOf(name, window string) (Period, bool) {
	var year, part int
	form, months := "%d-%d", 1
	if window == Quarter {
		form, months = "%d-Q%d", 3
	}
	n, err := fmt.Sscanf(name, form, &year, &part)
	first := time.Date(year, time.Month(months*(part-1)+1), 1, 0, 0, 0, 0, time.UTC)
	p := Period{Name: name, From: calendar.DateOf(first, time.UTC), To: calendar.DateOf(first.AddDate(0, months, -1), time.UTC)}
	return p, err == nil && n == 2 && p.name(window) == name
}

func (p Period) name(window string) string {
	month := calendar.End(p.From, time.UTC).Month()
	if window == Quarter {
		return fmt.Sprintf("%04d-Q%d", p.From.Year(), (month+2)/3)
	}
	return fmt.Sprintf("%04d-%02d", p.From.Year(), month)
}

// Measurement is what was measured of a standard in a period.
type Measurement struct {
	ID         string
	Version    int64
	StandardID string
	Code       string
	Period     Period
	State      State
	N, Kept    int64
	Definition int64
	AsOf       time.Time
	MeasuredBy string
	FindingID  string // of a breach; empty otherwise
}

// Value is the share in percent, with two decimals; nil of no records.
func (m Measurement) Value() *float64 {
	if m.N == 0 {
		return nil
	}
	v := math.Round(float64(m.Kept)*100_00/float64(m.N)) / 100
	return &v
}

// judge counts records, and says whether the standard was kept. The comparison is exact: 94.996 % are not 95.
func (s Standard) judge(m Measurement, records []Record) Measurement {
	for _, r := range records {
		switch r.Verdict {
		case Kept, Repeats:
			m.N, m.Kept = m.N+1, m.Kept+1
		case Missed, Single:
			m.N++
		}
	}
	share, target := m.Kept*100_00, s.Target*m.N
	switch {
	case m.N == 0 || m.N < s.Minimum:
		m.State = Insufficient
	case s.Direction == AtLeast && share >= target, s.Direction == AtMost && share <= target:
		m.State = Met
	default:
		m.State = Breached
	}
	return m
}

// better says that a measurement is nearer to the target than another one, whichever way the standard looks.
func (s Standard) better(m, than Measurement) bool {
	now, then := m.Kept*than.N, than.Kept*m.N
	if s.Direction == AtMost {
		return now < then
	}
	return now > then
}

// The trends of a value, against the last one before that says anything.
const (
	Better = "better"
	Worse  = "worse"
	Flat   = "flat"
	First  = "first" // none before, of the same definition, says anything
)

// Trend compares a measurement with those before it, the latest last; empty when it says nothing itself.
func (s Standard) Trend(m Measurement, before []Measurement) (trend string, than *Measurement) {
	if m.State == Insufficient {
		return "", nil
	}
	for _, b := range slices.Backward(before) {
		switch {
		case b.State == Insufficient || b.Definition != m.Definition:
			continue
		case s.better(m, b):
			return Better, &b
		case s.better(b, m):
			return Worse, &b
		}
		return Flat, &b
	}
	return First, nil
}

// windows are the periods of a window in a quarter, in their order.
func windows(quarter Period, window string) []Period {
	if window == Quarter {
		return []Period{quarter}
	}
	all := make([]Period, 3)
	for i := range all {
		first := calendar.End(quarter.From, time.UTC).AddDate(0, i, -1)
		p := Period{From: calendar.DateOf(first, time.UTC), To: calendar.DateOf(first.AddDate(0, 1, -1), time.UTC)}
		p.Name = p.name(Month)
		all[i] = p
	}
	return all
}

// patience is how many whole periods after its closing a finding may stay without improvement [ours].
const patience = 2

// flat says that a breach, as it was when its finding was opened, has not become better in any of the periods that began after the finding was closed and that
// say anything, and that there are enough of them.
func (s Standard) flat(breach Measurement, closedOn calendar.Date, since []Measurement) (flat, improved bool) {
	n := 0
	for _, m := range since {
		if m.State == Insufficient || m.Definition != breach.Definition || !m.Period.From.After(closedOn) {
			continue // of another definition the same records have another value
		}
		if m.State == Met || s.better(m, breach) {
			return false, true
		}
		n++
	}
	return n >= patience, false
}
