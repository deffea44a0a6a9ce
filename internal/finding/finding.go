package finding

import (
	"time"

	"xiaobao/internal/calendar"
	"xiaobao/internal/fault"
	"xiaobao/internal/ruleset"
)

// NotFound: the finding is absent or out of the caller's scope, which look the same.
var NotFound = fault.Declare(fault.Reason{Kind: fault.NotFound, Code: "finding.not_found",
	Title:  fault.Words{EN: "There is no such finding.", ZH: "没有该发现问题。"},
	Causes: "GET /v1/findings/fnd_unknown", Cures: "GET /v1/findings"})

// AlreadyClosed: its effect was verified, and nothing is left to mend.
var AlreadyClosed = fault.Declare(fault.Reason{Kind: fault.Conflict, Code: "finding.closed",
	Title:  fault.Words{EN: "The finding is closed: its effect was verified, and nothing is left to mend.", ZH: "该发现问题已关闭，整改效果已验证，无需再发起整改。"},
	Causes: "POST /v1/rectifications with the finding_ids of one that is closed", Cures: "GET /v1/findings?state=open&state=acting&state=reopened"})

// The other refusals.
var (
	notEligible = fault.Declare(fault.Reason{Kind: fault.Conflict, Code: "finding.not_eligible",
		Title:  fault.Words{EN: "The person is not active, or may not read the findings of this department.", ZH: "该人员已停用，或无权查看该部门的发现问题。"},
		Causes: "An owner_id of a suspended user, or of one of another department.", Cures: "Leave owner_id out: the head of the department answers."})
	duePassed = fault.Declare(fault.Reason{Kind: fault.Invalid, Code: "finding.due_passed",
		Title:  fault.Words{EN: "The due date has passed already.", ZH: "整改期限不能早于今天。"},
		Causes: `{"due_on":"2020-01-01"}`, Cures: "Today or a later day."})
)

// State is where a finding stands.
type State string

// The states.
const (
	Open     State = "open"
	Acting   State = "acting" // something is being done
	Closed   State = "closed" // and had its effect
	Reopened State = "reopened"
)

// Source is how something was found.
type Source string

// The sources. Those that are records of a feature are known to that feature alone, which says who may read them: From.
const (
	Infringement Source = "infringement"    // a decision names the right infringed; the record is the complaint
	Breach       Source = "standard_breach" // a standard was not kept; the record is the measurement
	Manual       Source = "manual"          // somebody saw it
)

// limits are the names of the rules by which severities are due.
var limits = map[string]ruleset.Name{"high": ruleset.FindingHigh, "medium": ruleset.FindingMedium, "low": ruleset.FindingLow}

// Draft is a finding to be opened.
type Draft struct {
	Source             Source
	SourceID           string // the record of the source; empty for Manual
	Subject            string // what it is about, of which there is one open finding; of Manual each is about something else
	Title, Description string
	Right              string // infringed; empty when none is
	Severity           string
	DepartmentID       string
	OwnerID            string        // empty: the head of the department, if she can answer for it
	DueOn              calendar.Date // zero: by the severity
}

// Summary is what a row of a list knows of a finding.
type Summary struct {
	ID                    string
	Version               int64
	Source                Source
	SourceID, Subject     string
	Title                 string
	Right, Severity       string
	DepartmentID, OwnerID string // OwnerID is empty while the head of the department answers
	DueOn                 calendar.Date
	State                 State
	Reopened              int64 // how many times
	CreatedAt, UpdatedAt  time.Time
	ClosedAt              *time.Time
}

// Overdue says that the due date has passed and the finding is not closed.
func (s Summary) Overdue(today calendar.Date) bool { return s.State != Closed && today.After(s.DueOn) }

// Finding is all of it.
type Finding struct {
	Summary
	Description  string
	ReopenReason string // of the last reopening
}

// acting is the finding when something is being done. Returns AlreadyClosed.
func (f Finding) acting() (Finding, error) {
	if f.State == Closed {
		return f, AlreadyClosed
	}
	f.State = Acting
	return f, nil
}

// closed is the finding when what was done had its effect.
func (f Finding) closed(at time.Time) Finding {
	f.State, f.ClosedAt = Closed, &at
	return f
}

// reopened is the finding when its effect did not last.
func (f Finding) reopened(reason string, due calendar.Date) Finding {
	f.State, f.ClosedAt, f.ReopenReason, f.DueOn = Reopened, nil, reason, due
	f.Reopened++
	return f
}
