package complaint

import (
	"context"
	"time"

	"xiaobao/internal/actor"
	"xiaobao/internal/fault"
	"xiaobao/internal/id"
	"xiaobao/internal/organisation"
	"xiaobao/internal/store"
	"xiaobao/internal/training"
)

// Draft begins the decision of a complaint and returns its id. Returns ErrDecisionOpen.
func (s *Service) Draft(ctx context.Context, complaintID string, d Decision) (string, error) {
	return store.Write(ctx, s.db, func(_ context.Context, tx *store.Tx) (string, error) {
		c, err := s.caseFor(&tx.View, tx.Actor(), complaintID, DraftDecision)
		if err != nil {
			return "", err
		}
		if err := c.allows(DraftDecision); err != nil {
			return "", s.withActions(tx, err, c)
		}
		d := d
		d.ID, d.Version, d.ComplaintID, d.State = id.For(ctx, "dec"), 1, complaintID, DecisionDraft
		d.DraftedBy, d.CreatedAt, d.UpdatedAt = tx.Actor().ID, tx.Now(), tx.Now()
		if err := s.judgeWays(&tx.View, c, d); err != nil {
			return "", err
		}
		if err := s.saveDecision(tx, DraftDecision, nil, d); err != nil {
			return "", err
		}
		return d.ID, s.touch(tx, c, DraftDecision)
	})
}

// judgeWays refuses review as a way that stays open, unless a branch decides.
func (s *Service) judgeWays(v *store.View, c Case, d Decision) error {
	department, err := organisation.LoadDepartment(v, c.DepartmentID)
	if err != nil {
		return err
	}
	return fault.Input(openWays("#/ways_open", d.WaysOpen, department.Kind == organisation.Branch))
}

// touch records an action that changes what can be done to the complaint, but not the complaint.
func (s *Service) touch(tx *store.Tx, before Case, action Action) error {
	after, err := before.Do(act{action: action, by: tx.Actor().ID, now: tx.Now()})
	if err != nil {
		return err
	}
	return s.save(tx, store.Act{Action: "complaint." + string(action)}, before, after)
}

// GetDecision returns a decision. Returns ErrDecisionNotFound.
func (s *Service) GetDecision(ctx context.Context, id string) (ShownDecision, error) {
	who := actor.From(ctx)
	shown, err := store.Read(ctx, s.db, func(v *store.View) (ShownDecision, error) {
		d, err := s.loadDecision(v, id)
		if err != nil {
			return ShownDecision{}, err
		}
		shown, err := s.show(v, who, d.ComplaintID)
		if err == error(NotFound) {
			return ShownDecision{}, ErrDecisionNotFound
		}
		if err != nil {
			return ShownDecision{}, err
		}
		if err := s.rights.Current().Check(who, readDecision, shown.row()); err != nil {
			return ShownDecision{}, err
		}
		return s.showDecision(v, d, shown)
	})
	if err != nil {
		return ShownDecision{}, err
	}
	return shown, s.look(ctx, shown.Shown, shown.Facts, shown.Basis, shown.Reasons, shown.Comment)
}

// decide does a step to a decision, and marks its complaint as changed.
func (s *Service) decide(ctx context.Context, id string, action Action, seen store.Match, change func(tx *store.Tx, c Case, d *Decision) error) (string, error) {
	return store.Write(ctx, s.db, func(_ context.Context, tx *store.Tx) (string, error) {
		before, err := s.loadDecision(&tx.View, id)
		if err != nil {
			return "", err
		}
		c, err := s.loadCase(&tx.View, before.ComplaintID)
		if err != nil {
			return "", err
		}
		err = s.mayDo(&tx.View, tx.Actor(), c, action)
		if err == error(NotFound) {
			return "", ErrDecisionNotFound
		}
		if err != nil {
			return "", err
		}
		if err := s.mayPersonally(training.Gate{}, tx.Actor(), c, action); err != nil {
			return "", err
		}
		if err := seen.Required(before.Version); err != nil {
			return "", err
		}
		if err := c.allows(action); err != nil {
			return "", s.withActions(tx, err, c)
		}
		after := before
		after.UpdatedAt = tx.Now()
		if err := change(tx, c, &after); err != nil {
			return "", err
		}
		if err := s.saveDecision(tx, action, &before, after); err != nil { // the first that is saved is the result
			return "", err
		}
		if action == ApproveDecision {
			if err := s.uphold(tx, c, after); err != nil {
				return "", err
			}
		}
		return id, s.touch(tx, c, action)
	})
}

// UpdateDecision changes a draft. Returns ErrNotDraft.
func (s *Service) UpdateDecision(ctx context.Context, id string, seen store.Match, change func(d *Decision)) (string, error) {
	return s.decide(ctx, id, UpdateDecision, seen, func(tx *store.Tx, c Case, d *Decision) error {
		change(d)
		*d = d.written(tx.Actor().ID)
		return s.judgeWays(&tx.View, c, *d)
	})
}

// Submit hands a draft to its approver. Returns ErrPartMissing with the parts that it still needs.
func (s *Service) Submit(ctx context.Context, id string, seen store.Match) (string, error) {
	return s.decide(ctx, id, SubmitDecision, seen, func(tx *store.Tx, _ Case, d *Decision) error {
		if parts := d.missing(); len(parts) > 0 {
			return ErrPartMissing.With().Member("missing", parts)
		}
		if d.InfringedRight != "" && !d.infringes() {
			return fault.Input([]fault.Item{fault.At("#/infringed_right", errNotInfringed)})
		}
		*d = d.written(tx.Actor().ID)
		d.State, d.Comment = DecisionSubmitted, ""
		return nil
	})
}

// Approve approves a submitted decision; a right that it says was infringed becomes a finding with it. Returns authz.SamePerson for who drafted, changed or submitted it.
func (s *Service) Approve(ctx context.Context, id string, seen store.Match) (string, error) {
	return s.decide(ctx, id, ApproveDecision, seen, func(tx *store.Tx, _ Case, d *Decision) error {
		now := tx.Now()
		d.State, d.ApprovedBy, d.ApprovedAt = DecisionApproved, tx.Actor().ID, &now
		return nil
	})
}

// Return gives a submitted decision back to who drafted it, with the reason.
func (s *Service) Return(ctx context.Context, id string, seen store.Match, comment string) (string, error) {
	return s.decide(ctx, id, ReturnDecision, seen, func(_ *store.Tx, _ Case, d *Decision) error {
		d.State, d.Comment = DecisionReturned, comment
		return nil
	})
}

// RecordNotice records the act of telling the complainant, which closes the complaint, and returns the notice's id. Returns ErrNotApproved, ErrProofMissing.
func (s *Service) RecordNotice(ctx context.Context, complaintID string, seen store.Match, n Notice) (string, error) {
	n.ID, n.ComplaintID = id.For(ctx, "ntc"), complaintID
	_, err := s.move(ctx, complaintID, RecordNotice, seen.Required, func(tx *store.Tx, c *Case) (time.Time, []store.Owned, error) {
		if err := judgeNotice(n, *c, tx.Now()); err != nil {
			return time.Time{}, nil, err
		}
		n.RecordedBy, n.RecordedAt = tx.Actor().ID, tx.Now()
		row, err := s.toNoticeRow(n)
		if err != nil {
			return time.Time{}, nil, err
		}
		if err := tx.Save(store.Act{Action: "notice.record", Object: "notice", ID: n.ID, Stage: string(c.Stage)}, nil, row); err != nil {
			return time.Time{}, nil, err
		}
		notified := *c.Decision
		notified.State, notified.UpdatedAt = DecisionNotified, tx.Now()
		c.Outcome = notified.Outcome
		if promises(notified.Compensation) {
			c.PromiseDueOn = s.promiseDue(c.Summary, n.SentAt)
		}
		return n.SentAt, nil, s.saveDecision(tx, RecordNotice, c.Decision, notified)
	})
	return n.ID, err
}

func judgeNotice(n Notice, c Case, now time.Time) error {
	var items []fault.Item
	if n.DecisionID != c.Decision.ID {
		items = append(items, fault.At("#/decision_id", fault.NotFoundHere))
	}
	if n.ProofReference == "" {
		items = append(items, fault.At("#/proof/reference", ErrProofMissing))
	}
	items = append(items, happened("#/sent_at", n.SentAt, c.ReceivedAt, now)...)
	if c.Decision.ApprovedAt != nil && n.SentAt.Before(c.Decision.ApprovedAt.Truncate(time.Minute)) { // callers' clocks show minutes
		items = append(items, fault.At("#/sent_at", ErrBeforeApproval))
	}
	return fault.Input(items)
}

// GetNotice returns a notice of a complaint that the caller may read. Returns NotFound.
func (s *Service) GetNotice(ctx context.Context, complaintID, id string) (Notice, Shown, error) {
	type got struct {
		notice Notice
		shown  Shown
	}
	who := actor.From(ctx)
	g, err := store.Read(ctx, s.db, func(v *store.View) (got, error) {
		shown, err := s.show(v, who, complaintID)
		if err != nil {
			return got{}, err
		}
		notices, err := s.noticesOf(v, complaintID)
		for _, n := range notices {
			if n.ID == id {
				return got{n, shown}, err
			}
		}
		return got{}, NotFound
	})
	return g.notice, g.shown, err
}
