package rectification

import (
	"slices"
	"time"

	"xiaobao/internal/calendar"
	"xiaobao/internal/fault"
	"xiaobao/internal/ruleset"
)

// NotFound: the rectification is absent or out of the caller's scope, which look the same.
var NotFound = fault.Declare(fault.Reason{Kind: fault.NotFound, Code: "rectification.not_found",
	Title:  fault.Words{EN: "There is no such rectification.", ZH: "没有该整改事项。"},
	Causes: "GET /v1/rectifications/rec_unknown", Cures: "GET /v1/rectifications"})

// The other refusals.
var (
	wrongState = fault.Declare(fault.Reason{Kind: fault.Conflict, Code: "rectification.wrong_state",
		Title:  fault.Words{EN: "This cannot be done in the rectification's present state.", ZH: "整改事项当前状态不能执行该操作。"},
		Causes: "POST /v1/rectifications/{rectification_id}/verification before its completion", Cures: "One of allowed_actions."})
	interest = fault.Declare(fault.Reason{Kind: fault.Conflict, Code: "rectification.interest",
		Title:  fault.Words{EN: "Whoever is named in one of the complaints cannot own what mends them.", ZH: "被投诉人不能担任相关整改的责任人（回避）。"},
		Causes: "An owner_id of the person complained of.", Cures: "Name somebody else."})
	notEligible = fault.Declare(fault.Reason{Kind: fault.Conflict, Code: "rectification.not_eligible",
		Title:  fault.Words{EN: "The person is not active, or may not complete rectifications where she works.", ZH: "该人员已停用，或在其部门无权完成整改。"},
		Causes: "An owner_id of an auditor, or of a suspended user.", Cures: "Name an active user who holds rectification.complete."})
	notOwners = fault.Declare(fault.Reason{Kind: fault.Invalid, Code: "rectification.department_not_owners",
		Title:  fault.Words{EN: "The department must be the owner's own; leave it out.", ZH: "整改部门须为责任人所在部门，可不填写。"},
		Causes: "A department_id in which the owner does not work.", Cures: "Leave department_id out."})
	duePassed = fault.Declare(fault.Reason{Kind: fault.Invalid, Code: "rectification.due_passed",
		Title:  fault.Words{EN: "The due date has passed already.", ZH: "整改期限不能早于今天。"},
		Causes: `{"due_on":"2020-01-01"}`, Cures: "Today or a later day."})
	noOrigin = fault.Declare(fault.Reason{Kind: fault.Invalid, Code: "rectification.no_origin",
		Title:  fault.Words{EN: "A rectification grows out of complaints or findings: name at least one.", ZH: "整改须关联投诉或发现问题，请至少填写一项。"},
		Causes: "POST /v1/rectifications with neither complaint_ids nor finding_ids", Cures: `"complaint_ids":["cmp_..."] or "finding_ids":["fnd_..."]`})
	dueOver = fault.Declare(fault.Reason{Kind: fault.Conflict, Code: "rectification.due_over",
		Title:  fault.Words{EN: "The due date has passed, and is not moved any more.", ZH: "整改期限已过，不能再调整。"},
		Detail: fault.Words{EN: "The rectification was due on {due_on}. That it is late stands; a later date comes only of a verification that found no effect.", ZH: "整改期限为 {due_on}，逾期情况如实保留；仅在验证无效、重新整改时另定期限。"},
		Causes: `PATCH /v1/rectifications/{rectification_id} {"due_on":"2026-12-31"} of one that is overdue`, Cures: "Complete it; whoever verifies it sets a new date if it had no effect."})
	dueNotAsked = fault.Declare(fault.Reason{Kind: fault.Invalid, Code: "rectification.due_not_asked",
		Title:  fault.Words{EN: "Only a rectification that is reopened gets a new due date.", ZH: "仅在重新整改时填写新的整改期限。"},
		Causes: `{"effective":true,"comment":"...","new_due_on":"2026-06-30"}`, Cures: "Leave new_due_on out."})
)

// State is where a rectification stands.
type State string

// The states.
const (
	Open     State = "open"
	Done     State = "done"
	Verified State = "verified"
	Reopened State = "reopened"
)

// Pending says that the measure is still to be taken.
func (s State) Pending() bool { return s == Open || s == Reopened }

// Action is what can be done to a rectification; the words are those of its permissions.
type Action string

// The actions.
const (
	Update   Action = "update"
	Complete Action = "complete"
	Verify   Action = "verify"
)

// actions stand in the order in which they are shown.
var actions = []Action{Update, Complete, Verify}

// steps are the life of a rectification: what may be done in which state, and what comes of it.
var steps = map[State]map[Action]State{
	Open:     {Update: Open, Complete: Done},
	Done:     {Verify: Verified}, // Reopened, if the measure had no effect
	Reopened: {Update: Reopened, Complete: Done},
	Verified: {},
}

// takes says that an action belongs to the state.
func (s State) takes(a Action) bool { return steps[s][a] != "" }

// The severities that rules name.
const (
	High   = "high"
	Medium = "medium"
	Low    = "low"
)

// limits are the names of the rules by which severities are due.
var limits = map[string]ruleset.Name{High: ruleset.RectificationHigh, Medium: ruleset.RectificationMedium, Low: ruleset.RectificationLow}

// Summary is what a row of a list knows of a rectification.
type Summary struct {
	ID                           string
	Version                      int64
	State                        State
	RootCause, Severity          string
	OwnerID, DepartmentID        string // who sees to it, and the department where she works
	OpenedBy, OpenerDepartmentID string
	DueOn                        calendar.Date
	CompletedBy                  string // empty before the first completion
	CompletedAt                  *time.Time
	VerifiedBy                   string // empty before the first verification
	VerifiedAt                   *time.Time
	Effective                    *bool // what the last verification found; nil before the first
	Reopened                     int64 // how many times
	CreatedAt, UpdatedAt         time.Time
	Concerned                    []string // who has a part in it besides: who answers for one of its findings, and who ever completed it
}

// Overdue says that the due date has passed and the measure is still to be taken.
func (s Summary) Overdue(today calendar.Date) bool { return s.State.Pending() && today.After(s.DueOn) }

// involves says that somebody owns or ever completed it, or answers for what it mends, and so cannot verify it.
func (s Summary) involves(userID string) bool {
	return userID == s.OwnerID || userID == s.CompletedBy || slices.Contains(s.Concerned, userID)
}

// Rectification is all of it.
type Rectification struct {
	Summary
	Measure      string
	Evidence     []string // of the last completion
	Comment      string   // of the last verification
	ComplaintIDs []string // sorted
	FindingIDs   []string // sorted
}

// completed is the rectification when somebody has said that the measure is taken. The last verification stays: whoever verifies again
// reads what was wanting.
func (r Rectification) completed(by string, evidence []string, at time.Time) Rectification {
	r.State = steps[r.State][Complete]
	r.Evidence, r.CompletedBy, r.CompletedAt = evidence, by, &at
	return r
}

// Verification is what was found of the effect.
type Verification struct {
	Effective bool
	Comment   string
	NewDueOn  calendar.Date // zero when it had its effect
}

// faults are all that is wrong with a verification beyond what the contract's schema says.
func (v Verification) faults(today calendar.Date) []fault.Item {
	switch {
	case v.Effective && !v.NewDueOn.IsZero():
		return []fault.Item{fault.At("#/new_due_on", dueNotAsked)}
	case !v.Effective && v.NewDueOn.IsZero():
		return []fault.Item{fault.At("#/new_due_on", fault.Required)}
	}
	return dueFaults("#/new_due_on", v.NewDueOn, today)
}

// dueFaults judges a due date that may be left out.
func dueFaults(pointer string, due, today calendar.Date) []fault.Item {
	if !due.IsZero() && due.Before(today) {
		return []fault.Item{fault.At(pointer, duePassed)}
	}
	return nil
}

// verified is the rectification when somebody has looked at its effect.
func (r Rectification) verified(by string, v Verification, at time.Time) Rectification {
	r.State = steps[r.State][Verify]
	r.VerifiedBy, r.VerifiedAt, r.Effective, r.Comment = by, &at, &v.Effective, v.Comment
	if !v.Effective {
		r.State, r.DueOn = Reopened, v.NewDueOn
		r.Reopened++
	}
	return r
}

// without are the texts of a that b lacks.
func without(a, b []string) []string {
	return slices.DeleteFunc(slices.Clone(a), func(text string) bool { return slices.Contains(b, text) })
}
