package complaint

import (
	"slices"
	"time"

	"xiaobao/internal/fault"
	"xiaobao/internal/money"
)

// The states of a decision.
const (
	DecisionDraft     = "draft"
	DecisionSubmitted = "submitted"
	DecisionReturned  = "returned"
	DecisionApproved  = "approved"
	DecisionNotified  = "notified"
)

// Decision is the institution's answer to a complaint (处理决定): drafted by one person, approved by another.
type Decision struct {
	ID                    string
	Version               int64
	ComplaintID           string
	State                 string
	Outcome               string
	InfringedRight        string // empty: none
	Facts, Basis, Reasons string
	WaysOpen              []string
	Compensation          *money.Money
	DraftedBy, ApprovedBy string
	WrittenBy             []string // who changed or submitted it beside who drafted it
	Comment               string   // why it was returned
	ApprovedAt            *time.Time
	CreatedAt, UpdatedAt  time.Time
}

// Notice is the act of telling the complainant (告知), with its proof.
type Notice struct {
	ID, ComplaintID, DecisionID string
	Form                        string
	SentAt                      time.Time
	ProofReference, ProofNote   string
	RecordedBy                  string
	RecordedAt                  time.Time
}

// The refusals of decisions and notices.
var (
	ErrDecisionOpen = fault.Declare(fault.Reason{Kind: fault.Conflict, Code: "decision.already_open",
		Title:  fault.Words{EN: "The complaint has a decision under way already.", ZH: "该投诉已有在办的处理决定。"},
		Causes: "A second POST /v1/complaints/{complaint_id}/decisions", Cures: "PATCH /v1/decisions/{decision_id}"})
	ErrNotDraft = fault.Declare(fault.Reason{Kind: fault.Conflict, Code: "decision.not_draft",
		Title:  fault.Words{EN: "Only a draft, or a decision that was returned, can be changed and submitted.", ZH: "只有草稿或被退回的处理决定才能修改和提交。"},
		Causes: "PATCH /v1/decisions/{decision_id} after its submission", Cures: "Have it returned first."})
	ErrNotSubmitted = fault.Declare(fault.Reason{Kind: fault.Conflict, Code: "decision.not_submitted",
		Title:  fault.Words{EN: "Only a submitted decision can be approved or returned.", ZH: "只有已提交的处理决定才能审批或退回。"},
		Causes: "POST /v1/decisions/{decision_id}/approval of a draft", Cures: "POST /v1/decisions/{decision_id}/submission"})
	ErrNotApproved = fault.Declare(fault.Reason{Kind: fault.Conflict, Code: "decision.not_approved",
		Title:  fault.Words{EN: "Notice is given of an approved decision only.", ZH: "只能告知已审批的处理决定。"},
		Causes: "POST /v1/complaints/{complaint_id}/notices before the approval", Cures: "POST /v1/decisions/{decision_id}/approval"})
	ErrPartMissing = fault.Declare(fault.Reason{Kind: fault.Invalid, Code: "decision.part_missing",
		Title:  fault.Words{EN: "The decision is not complete.", ZH: "处理决定内容不完整。"},
		Causes: "POST /v1/decisions/{decision_id}/submission without reasons", Cures: "PATCH the parts that missing lists."})
	ErrDecisionNotFound = fault.Declare(fault.Reason{Kind: fault.NotFound, Code: "decision.not_found",
		Title:  fault.Words{EN: "There is no such decision.", ZH: "没有该处理决定。"},
		Causes: "GET /v1/decisions/dec_unknown", Cures: "GET /v1/complaints/{complaint_id}?expand=decision"})
	ErrProofMissing = fault.Declare(fault.Reason{Kind: fault.Invalid, Code: "notice.proof_missing",
		Title:  fault.Words{EN: "A notice needs its proof: the number of the letter, message or call.", ZH: "告知须留存凭证，例如邮单号、短信或通话编号。"},
		Causes: "POST /v1/complaints/{complaint_id}/notices without proof.reference", Cures: `"proof":{"reference":"EMS 1098765432100"}`})
	ErrBeforeApproval = fault.Declare(fault.Reason{Kind: fault.Invalid, Code: "notice.before_approval",
		Title:  fault.Words{EN: "The notice was sent before the decision was approved.", ZH: "告知时间早于处理决定审批时间。"},
		Causes: "sent_at earlier than the approval", Cures: "Give notice of the approved decision."})
)

// allows says whether an action fits the state of the complaint's decision, nil before the first.
func (d *Decision) allows(a Action) error {
	editable := d != nil && (d.State == DecisionDraft || d.State == DecisionReturned)
	switch a {
	case DraftDecision:
		if d != nil {
			return ErrDecisionOpen.With().Member("existing", d.ID)
		}
	case UpdateDecision, SubmitDecision:
		if !editable {
			return ErrNotDraft
		}
	case ApproveDecision, ReturnDecision:
		if d == nil || d.State != DecisionSubmitted {
			return ErrNotSubmitted
		}
	case RecordNotice:
		if d == nil || d.State != DecisionApproved {
			return ErrNotApproved
		}
	}
	return nil
}

// written is the decision with one more who wrote at it.
func (d Decision) written(by string) Decision {
	if !d.isBy(by) {
		d.WrittenBy = append(slices.Clip(d.WrittenBy), by)
	}
	return d
}

// isBy says that somebody drafted, changed or submitted the decision: it is hers, and for another to approve.
func (d Decision) isBy(userID string) bool {
	return userID == d.DraftedBy || slices.Contains(d.WrittenBy, userID)
}

// missing are the parts that a decision needs before it can be submitted (handbook §1.7).
func (d Decision) missing() []string {
	var parts []string
	for name, there := range map[string]bool{"outcome": d.Outcome != "", "facts": d.Facts != "", "basis": d.Basis != "", "reasons": d.Reasons != "", "ways_open": len(d.WaysOpen) > 0} {
		if !there {
			parts = append(parts, name)
		}
	}
	return parts
}
