// Package edition is the life of a text that people are held to (文本版本): a rights notice, a consent text, an internal policy, a standard. One
// person drafts a version and another approves it; it is published from an instant on, and never changed again: the next version follows it, or it
// is withdrawn.
//
// It guarantees that at any instant at most one version of a text is in force, that nobody approves her own draft, and that no version comes into
// force in the past or before the one that it follows. It refuses a second draft while one is under way.
package edition

import (
	"slices"
	"time"

	"xiaobao/internal/authz"
	"xiaobao/internal/fault"
)

// The refusals.
var (
	wrongState = fault.Declare(fault.Reason{Kind: fault.Conflict, Code: "edition.wrong_state",
		Title:  fault.Words{EN: "This cannot be done with a version in this state.", ZH: "该版本当前状态不能执行此操作。"},
		Causes: "POST /v1/rights-notices/{rights_notice_id}/approval a second time", Cures: "Read the version again: its state says what is left to do."})
	notApproved = fault.Declare(fault.Reason{Kind: fault.Conflict, Code: "edition.not_approved",
		Title:  fault.Words{EN: "The version has not been approved yet: somebody other than its drafter approves it before it is published.", ZH: "该版本尚未审批，须由起草人以外的人员审批后方可发布。"},
		Causes: "POST /v1/rights-notices/{rights_notice_id}/publication of a draft", Cures: "Have it approved first."})
	underWay = fault.Declare(fault.Reason{Kind: fault.Conflict, Code: "edition.under_way",
		Title:  fault.Words{EN: "Another version of it is still being drafted or waits for its publication.", ZH: "该文本已有一个版本在起草或待发布。"},
		Causes: "A second draft of one code.", Cures: "Publish the version that is there, or draft with replace in its place: list the versions of the code."})
	backdated = fault.Declare(fault.Reason{Kind: fault.Invalid, Code: "edition.backdated",
		Title:  fault.Words{EN: "A version comes into force now or later, never in the past.", ZH: "生效时间不得早于当前时间。"},
		Causes: `{"in_force_at":"2020-01-01T00:00:00+08:00"}`, Cures: "Leave in_force_at out for now, or name a later instant."})
	beforeFormer = fault.Declare(fault.Reason{Kind: fault.Invalid, Code: "edition.before_former",
		Title:  fault.Words{EN: "A version comes into force after the one that it follows.", ZH: "新版本的生效时间须晚于上一版本。"},
		Causes: "An in_force_at before that of a version which is published and not in force yet.", Cures: "Name a later instant."})
)

// State is where a version stands.
type State string

// The states.
const (
	Draft     State = "draft"
	Approved  State = "approved"
	Published State = "published"
	Withdrawn State = "withdrawn"
)

// Action is what can be done to a version; the words are those of its permissions.
type Action string

// The actions.
const (
	Approve  Action = "approve"
	Publish  Action = "publish"
	Withdraw Action = "withdraw"
)

// Actions stand in the order of life.
var Actions = []Action{Approve, Publish, Withdraw}

var steps = map[State]map[Action]State{
	Draft:     {Approve: Approved, Withdraw: Withdrawn},
	Approved:  {Publish: Published, Withdraw: Withdrawn},
	Published: {Withdraw: Withdrawn},
	Withdrawn: {},
}

// Edition is one version of a text. An instant is nil, and a person empty, until the step was taken.
type Edition struct {
	Number      int64 // 1 and up, within the code of the text
	State       State
	DraftedBy   string
	DraftedAt   time.Time
	ApprovedBy  string
	ApprovedAt  *time.Time
	PublishedBy string
	PublishedAt *time.Time
	InForceAt   *time.Time // from when people are held to it
	WithdrawnBy string
	WithdrawnAt *time.Time
}

// New is the version that follows all others of its code, as a draft. Returns underWay while one of them is not published.
func New(all []Edition, by string, now time.Time) (Edition, error) {
	e := Edition{Number: 1, State: Draft, DraftedBy: by, DraftedAt: now}
	for _, former := range all {
		if former.State == Draft || former.State == Approved {
			return e, underWay
		}
		e.Number = max(e.Number, former.Number+1)
	}
	return e, nil
}

// People are those who had to do with the version.
func (e Edition) People() []string {
	return []string{e.DraftedBy, e.ApprovedBy, e.PublishedBy, e.WithdrawnBy}
}

// Takes says that an action belongs to the state, whoever takes it.
func (e Edition) Takes(a Action) bool { return steps[e.State][a] != "" }

// Permits refuses who may not take an action herself, whatever the state: nobody approves her own draft.
func (e Edition) Permits(a Action, by string) error {
	if a == Approve && by == e.DraftedBy {
		return authz.SamePerson
	}
	return nil
}

// Approve is the version as somebody other than its drafter has approved it.
func (e Edition) Approve(by string, now time.Time) (Edition, error) {
	if !e.Takes(Approve) {
		return e, e.refusal()
	}
	e.State, e.ApprovedBy, e.ApprovedAt = steps[e.State][Approve], by, &now
	return e, e.Permits(Approve, by)
}

// Publish is the version as it is published, from an instant on or at once when none is given. The others are all other versions of its code.
func (e Edition) Publish(others []Edition, by string, from *time.Time, now time.Time) (Edition, error) {
	if e.State == Draft {
		return e, notApproved.With().Member("current_state", string(e.State))
	}
	if !e.Takes(Publish) {
		return e, e.refusal()
	}
	begins := now
	if from != nil {
		begins = from.UTC().Truncate(time.Microsecond)
	}
	if begins.Before(now) {
		return e, fault.Input([]fault.Item{fault.At("#/in_force_at", backdated)})
	}
	for _, former := range others {
		if former.counts() && !begins.After(*former.InForceAt) {
			return e, fault.Input([]fault.Item{fault.At("#/in_force_at", beforeFormer)})
		}
	}
	e.State, e.PublishedBy, e.PublishedAt, e.InForceAt = steps[e.State][Publish], by, &now, &begins
	return e, nil
}

// Withdraw is the version as it is withdrawn: from now on nobody is held to it, and no former version revives.
func (e Edition) Withdraw(by string, now time.Time) (Edition, error) {
	if !e.Takes(Withdraw) {
		return e, e.refusal()
	}
	e.State, e.WithdrawnBy, e.WithdrawnAt = steps[e.State][Withdraw], by, &now
	return e, nil
}

func (e Edition) refusal() error { return wrongState.With().Member("current_state", string(e.State)) }

// counts says that the version was or will be in force: it is published, and was not withdrawn before it began.
func (e Edition) counts() bool {
	return e.InForceAt != nil && (e.WithdrawnAt == nil || e.WithdrawnAt.After(*e.InForceAt))
}

// EndsAt is when a version stops being in force: the next one begins, or it is withdrawn. Nil while neither is known.
func (e Edition) EndsAt(others []Edition) *time.Time {
	end := e.WithdrawnAt
	for _, o := range others {
		if e.counts() && o.counts() && o.InForceAt.After(*e.InForceAt) && (end == nil || o.InForceAt.Before(*end)) {
			end = o.InForceAt
		}
	}
	return end
}

// InForce is the index of the version that was in force at an instant, -1 when none was: the last one that had begun, if it was not withdrawn since.
func InForce(all []Edition, at time.Time) int {
	last := -1
	for i, e := range all {
		if e.counts() && !e.InForceAt.After(at) && (last < 0 || e.InForceAt.After(*all[last].InForceAt)) {
			last = i
		}
	}
	if last >= 0 && all[last].WithdrawnAt != nil && !all[last].WithdrawnAt.After(at) {
		return -1
	}
	return last
}

// Allowed are the actions of the state that permit lets through.
func (e Edition) Allowed(permit func(Action) error) []string {
	allowed := []string{}
	for _, a := range Actions {
		if e.Takes(a) && permit(a) == nil {
			allowed = append(allowed, string(a))
		}
	}
	return slices.Clip(allowed)
}
