package complaint

import (
	"slices"
	"time"

	"xiaobao/internal/authz"
	"xiaobao/internal/calendar"
	"xiaobao/internal/clock"
	"xiaobao/internal/fault"
)

// Action is what can be done to a complaint; the words are those of the code list `action`.
type Action string

// The actions.
const (
	Register        Action = "register"
	Accept          Action = "accept"
	Settle          Action = "settle"
	Refuse          Action = "refuse"
	Withdraw        Action = "withdraw"
	Assign          Action = "assign"
	Update          Action = "update"
	Investigate     Action = "investigate"
	Extend          Action = "extend"
	DraftDecision   Action = "draft_decision"
	UpdateDecision  Action = "update_decision"
	SubmitDecision  Action = "submit_decision"
	ApproveDecision Action = "approve_decision"
	ReturnDecision  Action = "return_decision"
	RecordNotice    Action = "record_notice"
	AddNote         Action = "note"
	LogContact      Action = "log_contact"
	AddMaterial     Action = "add_material"
	Perform         Action = "record_performance"
	Archive         Action = "archive"
)

// A step is a row of the workflow: what may be done in which stages, by whom, and what comes of it.
type step struct {
	Action Action
	From   []Stage
	To     Stage          // empty: the complaint stays in its stage
	Needs  authz.Question // the permission; empty: the system does it
	Meets  []clock.Kind   // clocks that wait for just this
	Ends   bool           // nothing is owed any more: whatever still runs, ends
}

var (
	openStages = []Stage{StageIntake, StageInvestigation, StageFeedback}
	anyStage   = []Stage{StageIntake, StageInvestigation, StageFeedback, StageClosed, StageArchived}
)

// workflow is the life of a complaint. docs/workflow.md is made from it.
//
// The statutory clock is met by giving notice, and by nothing earlier: a settlement is told as it is agreed. Acceptance is an internal stage; no
// statutory clock starts, stops or waits for it (handbook §1.14). Leaving a stage meets that stage's own clock, entering one arms the next.
var workflow = []step{
	{Action: Accept, From: []Stage{StageIntake}, To: StageInvestigation, Needs: authz.Question{Object: "complaint", Act: "accept"}},
	{Action: Settle, From: []Stage{StageIntake, StageInvestigation}, To: StageClosed, Needs: authz.Question{Object: "complaint", Act: "settle"},
		Meets: []clock.Kind{clock.Acknowledgement, clock.Statutory}, Ends: true},
	{Action: Refuse, From: []Stage{StageIntake}, To: StageClosed, Needs: authz.Question{Object: "complaint", Act: "refuse"}, Ends: true},
	{Action: Withdraw, From: openStages, To: StageClosed, Needs: authz.Question{Object: "complaint", Act: "withdraw"}, Ends: true},
	{Action: Assign, From: openStages, Needs: authz.Question{Object: "complaint", Act: "assign"}},
	{Action: Update, From: openStages, Needs: authz.Question{Object: "complaint", Act: "update"}},
	{Action: Investigate, From: []Stage{StageInvestigation}, To: StageFeedback, Needs: authz.Question{Object: "complaint", Act: "investigate"}},
	{Action: Extend, From: openStages, Needs: authz.Question{Object: "complaint", Act: "extend"}},
	{Action: DraftDecision, From: []Stage{StageFeedback}, Needs: authz.Question{Object: "decision", Act: "draft"}},
	{Action: UpdateDecision, From: []Stage{StageFeedback}, Needs: authz.Question{Object: "decision", Act: "draft"}},
	{Action: SubmitDecision, From: []Stage{StageFeedback}, Needs: authz.Question{Object: "decision", Act: "draft"}},
	{Action: ApproveDecision, From: []Stage{StageFeedback}, Needs: authz.Question{Object: "decision", Act: "approve"}},
	{Action: ReturnDecision, From: []Stage{StageFeedback}, Needs: authz.Question{Object: "decision", Act: "approve"}},
	{Action: RecordNotice, From: []Stage{StageFeedback}, To: StageClosed, Needs: authz.Question{Object: "notice", Act: "record"},
		Meets: []clock.Kind{clock.Acknowledgement, clock.Statutory}, Ends: true},
	{Action: AddNote, From: anyStage, Needs: authz.Question{Object: "complaint", Act: "note"}},
	{Action: LogContact, From: anyStage, Needs: authz.Question{Object: "complaint", Act: "log_contact"}},
	{Action: AddMaterial, From: anyStage, Needs: authz.Question{Object: "complaint", Act: "add_material"}},
	{Action: Perform, From: []Stage{StageClosed}, Needs: authz.Question{Object: "complaint", Act: "perform"}},
	{Action: Archive, From: []Stage{StageClosed}, To: StageArchived},
}

// ErrStage: the action is not one of the complaint's stage.
var ErrStage = fault.Declare(fault.Reason{Kind: fault.Conflict, Code: "complaint.wrong_stage",
	Title:  fault.Words{EN: "This cannot be done in the complaint's present stage.", ZH: "投诉当前所处阶段不能执行该操作。"},
	Causes: "POST /v1/complaints/{complaint_id}/acceptance for a complaint that was accepted before", Cures: "One of allowed_actions."})

func stepOf(a Action) step {
	i := slices.IndexFunc(workflow, func(s step) bool { return s.Action == a })
	return workflow[i] // every Action of this package stands in the table, which its test makes sure of
}

// Case is a complaint with all that its steps depend on.
type Case struct {
	Summary
	Clocks   []clock.Clock
	Decision *Decision // the newest; nil before the first draft
	Stay     stay      // in the present stage
}

// stay is where the complaint's passage through the stages has come.
type stay struct {
	Seq           int
	EnteredAt     time.Time
	EnteredBy     Action
	ClockID       string
	ResponsibleID string
	DepartmentID  string
}

// allows says whether an action is one of the complaint's stage and state, whoever wants to do it.
func (c Case) allows(a Action) error {
	if !slices.Contains(stepOf(a).From, c.Stage) {
		return ErrStage.With().Member("current_stage", string(c.Stage))
	}
	if a == Settle && !c.settles() {
		return ErrNotEligible
	}
	if a == Perform && c.PromiseDueOn.IsZero() {
		return ErrNothingPromised
	}
	return c.Decision.allows(a)
}

// act is one thing done to a complaint.
type act struct {
	action Action
	by     string    // id of the actor
	now    time.Time // when it is recorded
	told   time.Time // when the complainant was told, or asked: the instant that clocks go by; zero: now
	arm    func(stage Stage, from time.Time) (clock.Clock, bool)
}

// Do is the only function that moves a complaint to another stage. It is pure. Who may do it, and that all the evidence is there, has been asked before.
// Returns ErrStage, and what the state of the decision or the source of the complaint rules out.
func (c Case) Do(a act) (Case, error) {
	if err := c.allows(a.action); err != nil {
		return Case{}, err
	}
	s := stepOf(a.action)
	if a.told.IsZero() {
		a.told = a.now
	}
	a.told = a.told.UTC().Truncate(time.Microsecond)
	c.Clocks = slices.Clone(c.Clocks)
	for i, k := range c.Clocks {
		switch {
		case slices.Contains(s.Meets, k.Kind):
			c.Clocks[i] = k.Meet(a.told, a.by)
		case k.Kind == clock.Stage && s.To != "":
			c.Clocks[i] = k.Meet(a.now, a.by)
		case s.Ends:
			c.Clocks[i] = k.End(a.told, a.by)
		}
	}
	c.UpdatedAt = a.now
	if a.action == Perform {
		c.PromiseDueOn = calendar.Date{}
	}
	if s.To != "" {
		c = c.enter(s, a)
	}
	c.follow(c.Clocks)
	return c, nil
}

func (c Case) enter(s step, a act) Case {
	c.Stage = s.To
	c.Stay = stay{Seq: c.Stay.Seq + 1, EnteredAt: a.now, EnteredBy: a.action}
	if s.To.Open() {
		if k, ok := a.arm(s.To, a.now); ok {
			c.Clocks, c.Stay.ClockID = append(c.Clocks, k), k.ID
		}
	}
	if s.To == StageClosed {
		closed := a.told
		if closed.Before(c.ReceivedAt) { // a caller's clock ran ahead at the intake: nothing is closed before it came
			closed = c.ReceivedAt
		}
		c.ClosedAt = &closed
	}
	return c
}
