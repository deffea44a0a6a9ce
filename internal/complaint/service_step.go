package complaint

import (
	"context"
	"errors"
	"slices"
	"time"

	"xiaobao/internal/actor"
	"xiaobao/internal/authz"
	"xiaobao/internal/calendar"
	"xiaobao/internal/clock"
	"xiaobao/internal/fault"
	"xiaobao/internal/organisation"
	"xiaobao/internal/pii"
	"xiaobao/internal/ruleset"
	"xiaobao/internal/store"
	"xiaobao/internal/training"
)

// evidence is what one step brings: it judges its input against the case, changes the case, and says when the complainant was told.
type evidence func(tx *store.Tx, c *Case) (told time.Time, owned []store.Owned, err error)

// move does a step to a complaint. Returns, in this order: NotFound; auth.forbidden; what the precondition says; ErrStage and other conflicts; the faults of the input.
func (s *Service) move(ctx context.Context, id string, action Action, seen func(version int64) error, bring evidence) (string, error) {
	return store.Write(ctx, s.db, func(_ context.Context, tx *store.Tx) (string, error) {
		before, err := s.caseFor(&tx.View, tx.Actor(), id, action)
		if err != nil {
			return "", err
		}
		if err := seen(before.Version); err != nil {
			return "", err
		}
		if err := before.allows(action); err != nil {
			return "", s.withActions(tx, err, before)
		}
		changed := before
		told, owned, err := bring(tx, &changed)
		if err != nil {
			return "", err
		}
		after, err := changed.Do(act{action: action, by: tx.Actor().ID, now: tx.Now(), told: told, arm: s.armStage(changed.Summary, tx.Actor().ID)})
		if err != nil {
			return "", err
		}
		return id, s.save(tx, store.Act{Action: "complaint." + string(action)}, before, after, owned...)
	})
}

// mayDo asks the rights with the real row. Returns NotFound for who may not even read it. Who could have done it in an earlier stage is let through, to be told
// that the stage is another.
func (s *Service) mayDo(v *store.View, who actor.Actor, c Case, action Action) error {
	row, err := s.readable(v, who, c.Summary)
	if err != nil {
		return err
	}
	step := stepOf(action)
	refusal := s.rights.Current().Check(who, step.Needs, row)
	if refusal == nil || slices.Contains(step.From, c.Stage) {
		return refusal
	}
	for _, stage := range step.From {
		row.Stage = string(stage)
		if s.rights.Current().Scope(who, step.Needs).Allows(row) {
			return nil
		}
	}
	return refusal
}

// withActions adds to a conflict what could be done instead.
func (s *Service) withActions(tx *store.Tx, err error, c Case) error {
	f := fault.From(err)
	if f == nil {
		return err
	}
	g, failed := s.gates.Gate(&tx.View, tx.Actor().ID, string(StageInvestigation), c.ID)
	if failed != nil {
		return failed
	}
	return f.Member("allowed_actions", s.allowed(g, tx.Actor(), c))
}

// armStage starts the clock of a stage by the internal terms of the day of receipt.
func (s *Service) armStage(c Summary, by string) func(Stage, time.Time) (clock.Clock, bool) {
	names := map[Stage]ruleset.Name{StageIntake: ruleset.Intake, StageInvestigation: ruleset.Investigation, StageFeedback: ruleset.Feedback}
	return func(stage Stage, from time.Time) (clock.Clock, bool) {
		term, ok := s.rules.Internal().Term(names[stage], calendar.DateOf(c.ReceivedAt, s.clocks.Zone))
		if !ok {
			return clock.Clock{}, false
		}
		return s.clocks.Arm(clock.Stage, c.ID, term, from, by), true
	}
}

// Accept takes a complaint into handling; who accepts is responsible. Returns training.not_certified.
func (s *Service) Accept(ctx context.Context, id string, seen store.Match) (string, error) {
	return s.move(ctx, id, Accept, seen.Optional, func(tx *store.Tx, c *Case) (time.Time, []store.Owned, error) {
		if err := s.gates.Admit(&tx.View, tx.Actor().ID, string(StageInvestigation), c.ID, c.DepartmentID); err != nil {
			return time.Time{}, nil, err
		}
		c.ResponsibleID, c.ResponsibleIn, c.AcceptedBy = tx.Actor().ID, tx.Actor().DepartmentID, tx.Actor().ID
		return time.Time{}, nil, nil
	})
}

// Settle closes a complaint that was agreed on the spot. Returns ErrNotEligible, ErrAuthority.
func (s *Service) Settle(ctx context.Context, id string, seen store.Match, in Settlement) (string, error) {
	return s.move(ctx, id, Settle, seen.Optional, func(tx *store.Tx, c *Case) (time.Time, []store.Owned, error) {
		user, err := s.people.LoadUser(&tx.View, tx.Actor().ID)
		if err != nil {
			return time.Time{}, nil, err
		}
		if in.Amount != nil && in.Amount.Cents > 0 && (user.Authority == nil || user.Authority.Currency != in.Amount.Currency || in.Amount.Cents > user.Authority.Cents) {
			return time.Time{}, nil, ErrAuthority
		}
		items := happened("#/notified_at", in.NotifiedAt, c.ReceivedAt, tx.Now())
		items = append(items, openWays("#/ways_open", in.WaysOpen, tx.Actor().DepartmentKind == organisation.Branch)...)
		if err := fault.Input(items); err != nil {
			return time.Time{}, nil, err
		}
		c.Outcome, c.Final = Settled, in.Codes
		if promises(in.Amount) {
			c.PromiseDueOn = s.promiseDue(c.Summary, in.NotifiedAt)
		}
		row, err := s.toSettlementRow(c.ID, tx.Actor().ID, in)
		return in.NotifiedAt, []store.Owned{store.Insert(row)}, err
	})
}

// Refuse closes a complaint that is not handled. Returns ErrRefusalApprover: an internal reason is for an officer of the consumer-protection office.
func (s *Service) Refuse(ctx context.Context, id string, seen store.Match, in Refusal) (string, error) {
	return s.move(ctx, id, Refuse, seen.Optional, func(tx *store.Tx, c *Case) (time.Time, []store.Owned, error) {
		basis := s.lists.Basis("refusal_reason", in.ReasonCode)
		if basis != basisLaw && tx.Actor().DepartmentKind != organisation.ConsumerProtection {
			return time.Time{}, nil, ErrRefusalApprover
		}
		if err := fault.Input(openWays("#/ways_open", in.WaysOpen, tx.Actor().DepartmentKind == organisation.Branch)); err != nil {
			return time.Time{}, nil, err
		}
		c.Outcome = Refused
		row, err := s.toRefusalRow(c.ID, basis, tx.Actor().ID, in)
		return time.Time{}, []store.Owned{store.Insert(row)}, err
	})
}

// basisLaw marks the one reason to refuse that the law knows (handbook §1.4).
const basisLaw = "law"

// Withdraw ends a complaint by the complainant's own act, on the day that it was received. It never fails as stale.
func (s *Service) Withdraw(ctx context.Context, id string, in Withdrawal) (string, error) {
	fresh := func(int64) error { return nil }
	return s.move(ctx, id, Withdraw, fresh, func(tx *store.Tx, c *Case) (time.Time, []store.Owned, error) {
		today := calendar.DateOf(tx.Now(), s.clocks.Zone)
		if in.On.IsZero() {
			in.On = today
		}
		told := tx.Now()
		if in.On.Before(today) { // recorded later: it counts on its own day
			told = calendar.End(in.On, s.clocks.Zone).Add(-time.Microsecond)
		}
		items := []fault.Item{}
		if in.On.After(today) {
			items = append(items, fault.At("#/withdrawn_on", fault.InFuture))
		}
		if in.On.Before(calendar.DateOf(c.ReceivedAt, s.clocks.Zone)) {
			items = append(items, fault.At("#/withdrawn_on", beforeReceipt))
		}
		if err := fault.Input(items); err != nil {
			return time.Time{}, nil, err
		}
		c.Outcome = Withdrawn
		row, err := s.toWithdrawalRow(c.ID, tx.Actor().ID, in)
		return told, []store.Owned{store.Insert(row)}, err
	})
}

// Assign gives a complaint to another department while it is in intake, to another person afterwards. Returns ErrInterest, ErrCannotAct, training.not_certified.
func (s *Service) Assign(ctx context.Context, id string, seen store.Match, in Assignment) (string, error) {
	return s.move(ctx, id, Assign, seen.Required, func(tx *store.Tx, c *Case) (time.Time, []store.Owned, error) {
		inIntake := c.Stage == StageIntake
		if (in.DepartmentID != "") == (in.ResponsibleID != "") || inIntake != (in.DepartmentID != "") {
			return time.Time{}, nil, fault.Input([]fault.Item{fault.At("#", partNeeded)})
		}
		assign := s.assignPerson
		if inIntake {
			assign = s.assignDepartment
		}
		owned, err := assign(tx, c, in)
		return time.Time{}, owned, err
	})
}

func (s *Service) assignDepartment(tx *store.Tx, c *Case, in Assignment) ([]store.Owned, error) {
	d, err := organisation.LoadDepartment(&tx.View, in.DepartmentID)
	if errors.Is(err, organisation.DepartmentNotFound) {
		return nil, fault.Input([]fault.Item{fault.At("#/department_id", fault.NotFoundHere)})
	}
	if err != nil {
		return nil, err
	}
	if !d.Accepts(s.rights.Current()) {
		return nil, ErrCannotAct
	}
	c.DepartmentID = d.ID
	if in.OverrideReason == "" || s.gates.Asks(&tx.View, string(StageInvestigation)) == "" {
		return nil, nil
	}
	return s.except(tx, c, in, StageInvestigation, d.ID)
}

// actsAt is what a responsible person has to be able to do at a stage.
var actsAt = map[Stage]authz.Question{StageInvestigation: stepOf(Investigate).Needs, StageFeedback: stepOf(DraftDecision).Needs}

func (s *Service) assignPerson(tx *store.Tx, c *Case, in Assignment) ([]store.Owned, error) {
	candidate, err := organisation.ActorOf(&tx.View, in.ResponsibleID)
	if errors.Is(err, organisation.UserNotFound) {
		return nil, fault.Input([]fault.Item{fault.At("#/responsible_id", fault.NotFoundHere)})
	}
	if err != nil {
		return nil, err
	}
	if candidate.StaffID != "" && candidate.StaffID == c.NamedStaffID {
		return nil, ErrInterest
	}
	if !s.canAct(candidate, *c, c.Stage) {
		return nil, ErrCannotAct
	}
	c.ResponsibleID, c.ResponsibleIn = in.ResponsibleID, candidate.DepartmentID
	lacks := s.gates.Admit(&tx.View, in.ResponsibleID, string(c.Stage), "", "")
	if fault.From(lacks) != nil && in.OverrideReason != "" {
		return s.except(tx, c, in, c.Stage, candidate.DepartmentID)
	}
	return nil, lacks
}

// canAct says that somebody, once responsible, could do what a stage asks of who is: read the complaint, and act on it.
func (s *Service) canAct(who actor.Actor, c Case, at Stage) bool {
	rights, row := s.rights.Current(), c.row()
	row.Stage, row.Responsible = string(at), authz.Holder{ID: who.ID, In: who.DepartmentID}
	return !who.IsZero() && rights.Scope(who, read).Allows(row) && rights.Scope(who, actsAt[at]).Allows(row)
}

// Conclude ends the investigation. What a business unit's handler found goes back to whoever accepted the complaint.
func (s *Service) Conclude(ctx context.Context, id string, seen store.Match, in Finding) (string, error) {
	return s.move(ctx, id, Investigate, seen.Optional, func(tx *store.Tx, c *Case) (time.Time, []store.Owned, error) {
		c.Final = in.Codes
		row, err := s.toInvestigationRow(c.ID, tx.Actor().ID, in)
		if err != nil {
			return time.Time{}, nil, err
		}
		return time.Time{}, []store.Owned{store.Insert(row)}, s.handBack(tx, c)
	})
}

// except lets a complaint go on to a stage with a person, or with whoever of a department accepts it, in spite of what she lacks. The reason stands in the timeline.
func (s *Service) except(tx *store.Tx, c *Case, in Assignment, at Stage, departmentID string) ([]store.Owned, error) {
	shown, err := s.loadNamed(&tx.View, c.ID)
	if err != nil {
		return nil, err
	}
	// The audit keeps no personal value: the reason may hold one.
	clean, _ := pii.Strike(in.OverrideReason)
	clean = pii.MaskValues(clean, shown.Personal()...)
	tx.Note(store.Act{Action: "complaint.override_competence", Object: "complaint", ID: c.ID, Stage: string(c.Stage), Reason: clean})
	return []store.Owned{training.Override(tx, c.ID, departmentID, in.ResponsibleID, s.gates.Asks(&tx.View, string(at)))}, nil
}

// handBack says who is responsible for the feedback. Who accepted may have left the department since, and whoever it is may lack the certificate that the
// feedback asks for: then it is nobody's, which lists and the sweep show, and no clock waits.
func (s *Service) handBack(tx *store.Tx, c *Case) error {
	if tx.Actor().DepartmentID != c.DepartmentID {
		back, err := organisation.ActorOf(&tx.View, c.AcceptedBy)
		if err != nil && !errors.Is(err, organisation.UserNotFound) {
			return err
		}
		c.ResponsibleID, c.ResponsibleIn = "", ""
		if s.canAct(back, *c, StageFeedback) {
			c.ResponsibleID, c.ResponsibleIn = back.ID, back.DepartmentID
		}
	}
	err := s.gates.Admit(&tx.View, c.ResponsibleID, string(StageFeedback), "", "")
	if fault.From(err) != nil {
		c.ResponsibleID, c.ResponsibleIn, err = "", "", nil
	}
	return err
}

// permits are, for each step of the workflow, the rows on which a person may do it.
func (s *Service) permits(who actor.Actor) []authz.Filter {
	rights, filters := s.rights.Current(), make([]authz.Filter, len(workflow))
	for i, step := range workflow {
		if step.Needs.Object != "" {
			filters[i] = rights.Scope(who, step.Needs)
		}
	}
	return filters
}

// allowed are the actions that a person may do to a complaint now: the workflow, dry-run with the rights.
func (s *Service) allowed(g training.Gate, who actor.Actor, c Case) []string {
	return s.allowedBy(s.permits(who), g, who, c)
}

func (s *Service) allowedBy(may []authz.Filter, g training.Gate, who actor.Actor, c Case) []string {
	row := c.row()
	actions := []string{}
	for i, step := range workflow {
		if may[i].Allows(row) && c.allows(step.Action) == nil && s.mayPersonally(g, who, c, step.Action) == nil {
			actions = append(actions, string(step.Action))
		}
	}
	return actions
}

// Blocked is an action that is not open to the caller now, and why.
type Blocked struct {
	Action Action
	Why    *fault.Fault
}

// blocked are the actions that the caller could do to some complaint, at some stage, and not to this one now.
func (s *Service) blocked(g training.Gate, who actor.Actor, c Case) []Blocked {
	rights, row := s.rights.Current(), c.row()
	var all []Blocked
	for _, step := range workflow {
		if step.Needs.Object == "" || !rights.May(who, step.Needs) {
			continue
		}
		err := c.allows(step.Action)
		if err == nil {
			err = errors.Join(rights.Check(who, step.Needs, row), s.mayPersonally(g, who, c, step.Action))
		}
		if f := fault.From(err); f != nil {
			all = append(all, Blocked{Action: step.Action, Why: f})
		}
	}
	return all
}

// mayPersonally asks what no right knows: nobody approves what she wrote at, or accepts what she is not certified for.
func (s *Service) mayPersonally(g training.Gate, who actor.Actor, c Case, a Action) error {
	if a == Accept {
		return g.Check(c.ID, c.DepartmentID)
	}
	if slices.Contains([]Action{ApproveDecision, ReturnDecision}, a) && c.Decision != nil && c.Decision.isBy(who.ID) {
		return authz.SamePerson
	}
	return nil
}
