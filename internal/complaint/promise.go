package complaint

import (
	"time"

	"xiaobao/internal/calendar"
	"xiaobao/internal/fault"
	"xiaobao/internal/money"
)

// The refusals of performances, and of decisions that name a right.
var (
	ErrNothingPromised = fault.Declare(fault.Reason{Kind: fault.Conflict, Code: "performance.nothing_promised",
		Title:  fault.Words{EN: "Nothing was promised to the complainant, or it was performed already.", ZH: "未向投诉人作出承诺，或者承诺已履行。"},
		Causes: "A second POST /v1/complaints/{complaint_id}/performances", Cures: "GET /v1/complaints/{complaint_id}?expand=performance shows the first."})
	errBeforePromise = fault.Declare(fault.Reason{Kind: fault.Invalid, Code: "performance.before_decision",
		Title:  fault.Words{EN: "What was promised cannot have been performed before it was decided.", ZH: "履行日期不能早于处理决定审批之日或者当场办结之日。"},
		Causes: "A performed_on of last year", Cures: "The day on which it really was performed."})
	errNotInfringed = fault.Declare(fault.Reason{Kind: fault.Invalid, Code: "decision.not_infringed",
		Title:  fault.Words{EN: "A decision that does not uphold the complaint says of no right that it was infringed.", ZH: "认定投诉不属实的处理决定不得同时认定侵害消费者权利。"},
		Causes: `POST /v1/decisions/{decision_id}/submission with "outcome":"not_upheld" and an infringed_right`, Cures: `PATCH /v1/decisions/{decision_id} {"infringed_right":null}`})
)

// Performance is that what was promised to the complainant was done (履行): the compensation of the decision, or the sum of the settlement.
type Performance struct {
	ComplaintID string
	Promised    money.Money
	DueOn       calendar.Date
	PerformedOn calendar.Date
	Reference   string
	RecordedBy  string
	RecordedAt  time.Time
}

// faults are what is wrong with a performance beyond what the contract's schema says.
func (p Performance) faults(decided, today calendar.Date) []fault.Item {
	switch {
	case p.PerformedOn.After(today):
		return []fault.Item{fault.At("#/performed_on", fault.InFuture)}
	case p.PerformedOn.Before(decided):
		return []fault.Item{fault.At("#/performed_on", errBeforePromise)}
	}
	return nil
}

// promises says that a sum is owed.
func promises(sum *money.Money) bool { return sum != nil && sum.Cents > 0 }

// infringes says that the decision finds a right infringed, which has to be mended.
func (d Decision) infringes() bool {
	return d.InfringedRight != "" && (d.Outcome == Upheld || d.Outcome == PartlyUpheld)
}
