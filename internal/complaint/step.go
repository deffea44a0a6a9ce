package complaint

import (
	"time"

	"xiaobao/internal/calendar"
	"xiaobao/internal/fault"
	"xiaobao/internal/money"
)

// The outcomes of a complaint.
const (
	Upheld       = "upheld"
	PartlyUpheld = "partly_upheld"
	NotUpheld    = "not_upheld"
	Settled      = "settled"
	Refused      = "refused"
	Withdrawn    = "withdrawn"
)

// wayReview is the review by the superior of the deciding branch (核查), which no other decision has (handbook §11 row 10).
const wayReview = "review"

// The refusals of steps.
var (
	ErrNotEligible = fault.Declare(fault.Reason{Kind: fault.Conflict, Code: "settlement.not_eligible",
		Title:  fault.Words{EN: "A transferred complaint, or one about a member of staff, cannot be settled on the spot.", ZH: "转办的投诉或针对员工的投诉不能当场办结。"},
		Causes: "POST /v1/complaints/{complaint_id}/settlement for a complaint from nfra", Cures: "POST /v1/complaints/{complaint_id}/acceptance"})
	ErrAuthority = fault.Declare(fault.Reason{Kind: fault.Conflict, Code: "settlement.authority_exceeded",
		Title:  fault.Words{EN: "The sum exceeds your settlement authority.", ZH: "金额超出您的当场办结权限。"},
		Causes: "A settlement of 500.00 by who may settle up to 200.00", Cures: "Accept the complaint and have a decision approved, or ask a colleague with a higher authority."})
	ErrRefusalApprover = fault.Declare(fault.Reason{Kind: fault.Forbidden, Code: "refusal.approver",
		Title:  fault.Words{EN: "Only a consumer-protection officer refuses for an internal reason.", ZH: "以内部理由不予处理，须由消费者权益保护部门的人员作出。"},
		Causes: `POST /v1/complaints/{complaint_id}/refusal {"reason_code":"report_or_petition"} by a head`, Cures: "Have an officer of the consumer-protection office refuse it."})
	ErrInterest = fault.Declare(fault.Reason{Kind: fault.Conflict, Code: "assignment.interest",
		Title:  fault.Words{EN: "Whoever is named in a complaint cannot be assigned it.", ZH: "被投诉人不能承办该投诉（回避）。"},
		Causes: "An assignment to the person complained of.", Cures: "Assign somebody else."})
	ErrCannotAct = fault.Declare(fault.Reason{Kind: fault.Conflict, Code: "assignment.not_eligible",
		Title:  fault.Words{EN: "The person or department cannot act at this stage.", ZH: "该人员或部门在当前阶段无权办理。"},
		Causes: "An assignment to an auditor, or to a suspended user.", Cures: "Assign an active user whose role acts at this stage."})
	noReview = fault.Declare(fault.Reason{Kind: fault.Invalid, Code: "decision.no_review",
		Title:  fault.Words{EN: "Review is open only against a branch's decision; name mediation, arbitration or court.", ZH: "仅对分支机构的处理决定可申请核查，请告知调解、仲裁或诉讼等途径。"},
		Causes: `"ways_open":["review"] in a decision of the complaint centre`, Cures: `"ways_open":["mediation","court"]`})
	partNeeded = fault.Declare(fault.Reason{Kind: fault.Invalid, Code: "assignment.one_target",
		Title:  fault.Words{EN: "In intake give department_id; from the investigation on give responsible_id.", ZH: "受理阶段请填写 department_id，自调查阶段起请填写 responsible_id。"},
		Causes: `POST /v1/complaints/{complaint_id}/assignment {"responsible_id":"usr_..."} in intake`, Cures: `{"department_id":"dep_..."}`})
)

// settles says that a complaint may be settled on the spot: it is the institution's own, and about no member of staff.
func (s Summary) settles() bool { return s.Source == SourceOwn && s.NamedStaffID == "" }

// Settlement is an agreement at the first contact (当场办结).
type Settlement struct {
	Facts, Basis, Agreed string
	WaysOpen             []string
	Form, Reference      string // of the notice, as agreed
	NotifiedAt           time.Time
	Amount               *money.Money
	Codes                Codes
}

// Refusal is a complaint that is not handled (不予处理).
type Refusal struct {
	ReasonCode, Text string
	WaysOpen         []string
}

// Withdrawal is the complainant's own act (撤回).
type Withdrawal struct {
	Form, Reference string
	On              calendar.Date
}

// Assignment says who takes over, and why in spite of a missing certificate.
type Assignment struct{ DepartmentID, ResponsibleID, OverrideReason string }

// Finding is what an investigation found (调查结论).
type Finding struct {
	Facts, Basis, Finding string
	Evidence              []string
	Codes                 Codes
	InfringedRight        string // empty: none
}

// happened judges an instant at which something was done: not before the receipt, not in the future.
func happened(pointer string, at, received, now time.Time) []fault.Item {
	switch {
	case at.After(now.Add(clockSkew)):
		return []fault.Item{fault.At(pointer, fault.InFuture)}
	case at.Before(received):
		return []fault.Item{fault.At(pointer, beforeReceipt)}
	}
	return nil
}

// openWays judges the ways that stay open to the complainant.
func openWays(pointer string, ways []string, byBranch bool) []fault.Item {
	for _, w := range ways {
		if w == wayReview && !byBranch {
			return []fault.Item{fault.At(pointer, noReview)}
		}
	}
	return nil
}
