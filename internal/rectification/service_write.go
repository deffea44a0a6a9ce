package rectification

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"xiaobao/internal/actor"
	"xiaobao/internal/authz"
	"xiaobao/internal/calendar"
	"xiaobao/internal/fault"
	"xiaobao/internal/id"
	"xiaobao/internal/organisation"
	"xiaobao/internal/pii"
	"xiaobao/internal/store"
)

// maxComplaints is how many complaints a rectification may have.
const maxComplaints = 200

// Draft is a rectification to be opened.
type Draft struct {
	RootCause, Severity, Measure string
	OwnerID                      string
	DepartmentID                 string        // empty: the owner's
	DueOn                        calendar.Date // zero: by the severity
	ComplaintIDs, FindingIDs     []string
}

// Create opens a rectification, and tells its findings. Returns auth.forbidden for a complaint or finding that the caller may read and not open one for,
// interest and notEligible for the owner, finding.AlreadyClosed, fault.RequestInvalid with all other faults.
func (s *Service) Create(ctx context.Context, d Draft) (string, error) {
	return store.Write(ctx, s.db, func(_ context.Context, tx *store.Tx) (string, error) {
		who, now := tx.Actor(), tx.Now()
		named, items, err := s.link(&tx.View, who, create, d.ComplaintIDs, d.ComplaintIDs)
		if err != nil {
			return "", err
		}
		if len(d.ComplaintIDs)+len(d.FindingIDs) == 0 {
			items = append(items, fault.At("#/complaint_ids", noOrigin))
		}
		also, more, err := s.linkFindings(&tx.View, who, d.FindingIDs)
		if err != nil {
			return "", err
		}
		named, items = append(named, also...), append(items, more...)
		r := Rectification{ComplaintIDs: slices.Sorted(slices.Values(d.ComplaintIDs)), FindingIDs: slices.Sorted(slices.Values(d.FindingIDs)), Summary: Summary{ID: id.For(ctx, "rec"), Version: 1, State: Open, RootCause: d.RootCause,
			Severity: d.Severity, OpenedBy: who.ID, OpenerDepartmentID: who.DepartmentID, DueOn: d.DueOn, CreatedAt: now, UpdatedAt: now}}
		r.Measure = struck(d.Measure)
		more, err = s.own(&tx.View, &r, d.OwnerID, named)
		if err != nil {
			return "", err
		}
		items = append(items, more...)
		if d.DepartmentID != "" && r.DepartmentID != "" && d.DepartmentID != r.DepartmentID {
			items = append(items, fault.At("#/department_id", notOwners))
		}
		items = append(items, s.due(&r, s.today(&tx.View))...)
		if err := fault.Input(items); err != nil {
			return "", err
		}
		if err := s.insert(tx, r); err != nil { // the first that is saved is the result
			return "", err
		}
		return r.ID, s.findings.Act(tx, r.FindingIDs)
	})
}

// due fills in the date by which the measure has to be taken, and judges one that was given.
func (s *Service) due(r *Rectification, today calendar.Date) []fault.Item {
	if !r.DueOn.IsZero() {
		return dueFaults("#/due_on", r.DueOn, today)
	}
	term, ok := s.rules.Internal().Term(limits[r.Severity], today)
	if !ok { // a severity that the institution added
		return []fault.Item{fault.At("#/due_on", fault.Required)}
	}
	r.DueOn, _ = s.clocks.Calendar.Due(today, term.Limit)
	return nil
}

// link judges complaints that are to be added, of all that the list of a request names. One that cannot be read is told like one that is absent; one that
// can, and lies outside the permission, is refused. It returns who is named in those that are added.
func (s *Service) link(v *store.View, who actor.Actor, ask authz.Question, added, all []string) (named []string, items []fault.Item, err error) {
	rows, err := s.complaints.Rows(v, who, added)
	if err != nil {
		return nil, nil, err
	}
	for i, id := range all {
		if !slices.Contains(added, id) {
			continue
		}
		row, ok := rows[id]
		if !ok {
			items = append(items, fault.At(fmt.Sprintf("#/complaint_ids/%d", i), fault.NotFoundHere))
			continue
		}
		if err := s.rights.Current().Check(who, ask, row); err != nil {
			return nil, nil, err
		}
		named = append(named, row.NamedStaffIDs...)
	}
	return named, items, nil
}

// linkFindings judges the findings out of which a rectification is to grow, as link does complaints, and returns who is named in theirs.
func (s *Service) linkFindings(v *store.View, who actor.Actor, ids []string) (named []string, items []fault.Item, err error) {
	rows, err := s.findings.Rows(v, who, ids)
	if err != nil {
		return nil, nil, err
	}
	for i, id := range ids {
		row, ok := rows[id]
		if !ok {
			items = append(items, fault.At(fmt.Sprintf("#/finding_ids/%d", i), fault.NotFoundHere))
			continue
		}
		if err := s.rights.Current().Check(who, create, row); err != nil {
			return nil, nil, err
		}
		named = append(named, row.NamedStaffIDs...)
	}
	return named, items, nil
}

// own gives a rectification to an owner, who brings her department. Returns interest, notEligible.
func (s *Service) own(v *store.View, r *Rectification, ownerID string, named []string) ([]fault.Item, error) {
	owner, err := organisation.ActorOf(v, ownerID)
	if errors.Is(err, organisation.UserNotFound) {
		return []fault.Item{fault.At("#/owner_id", fault.NotFoundHere)}, nil
	}
	if err != nil {
		return nil, err
	}
	if owner.StaffID != "" && slices.Contains(named, owner.StaffID) {
		return nil, interest
	}
	r.OwnerID, r.DepartmentID = ownerID, owner.DepartmentID
	if !s.rights.Current().Scope(owner, Complete.asks()).Allows(r.row()) {
		return nil, notEligible
	}
	return nil, nil
}

// reassign gives a rectification the owner that a patch names; whom it leaves must keep her distance to the complaints that it brings. Returns
// interest, notEligible.
func (s *Service) reassign(v *store.View, r *Rectification, p Patch, named []string) ([]fault.Item, error) {
	if p.OwnerID != nil {
		return s.own(v, r, *p.OwnerID, named)
	}
	if p.ComplaintIDs == nil {
		return nil, nil
	}
	owner, err := s.people.LoadUser(v, r.OwnerID)
	if err == nil && owner.StaffID != "" && slices.Contains(named, owner.StaffID) {
		err = interest
	}
	return nil, err
}

// take loads a rectification for an action. Returns, in this order: NotFound; auth.forbidden or authz.SamePerson; what the precondition
// says; wrongState.
func (s *Service) take(tx *store.Tx, id string, a Action, seen func(version int64) error) (Rectification, []string, error) {
	r, row, err := s.readable(&tx.View, tx.Actor(), id)
	if err != nil {
		return r, nil, err
	}
	if err := s.permit(tx.Actor(), a, r.Summary, row); err != nil {
		return r, nil, err
	}
	if err := seen(r.Version); err != nil {
		return r, nil, err
	}
	if !r.State.takes(a) {
		return r, nil, wrongState.With().Member("current_state", string(r.State)).Member("allowed_actions", s.allowed(tx.Actor(), r.Summary, row))
	}
	return r, row.NamedStaffIDs, nil
}

// Patch is what changes in a rectification; what is nil stays.
type Patch struct {
	RootCause, Severity, Measure, OwnerID *string
	DueOn                                 calendar.Date // zero: stays
	ComplaintIDs                          []string      // nil: stay
}

// Update changes a rectification that is still to be done. Returns what take and Create return, dueOver for a due date that has passed.
func (s *Service) Update(ctx context.Context, id string, p Patch, seen store.Match) error {
	_, err := store.Write(ctx, s.db, func(_ context.Context, tx *store.Tx) (string, error) {
		before, named, err := s.take(tx, id, Update, seen.Required)
		if err != nil {
			return "", err
		}
		today := s.today(&tx.View)
		if !p.DueOn.IsZero() && before.Overdue(today) {
			return "", dueOver.With("due_on", before.DueOn)
		}
		after, items := before, dueFaults("#/due_on", p.DueOn, today)
		if p.ComplaintIDs != nil {
			var more []fault.Item
			named, more, err = s.relink(&tx.View, tx.Actor(), &after, p.ComplaintIDs)
			if err != nil {
				return "", err
			}
			items = append(items, more...)
		}
		more, err := s.reassign(&tx.View, &after, p, named)
		if err != nil {
			return "", err
		}
		if err := fault.Input(append(items, more...)); err != nil {
			return "", err
		}
		p.apply(&after)
		return id, s.update(tx, Update, before, after)
	})
	return err
}

// apply sets what needs no look at others.
func (p Patch) apply(r *Rectification) {
	if p.RootCause != nil {
		r.RootCause = *p.RootCause
	}
	if p.Severity != nil {
		r.Severity = *p.Severity
	}
	if p.Measure != nil {
		r.Measure = struck(*p.Measure)
	}
	if !p.DueOn.IsZero() {
		r.DueOn = p.DueOn
	}
}

// relink gives a rectification other complaints, and returns who is named in them. A caller knows, and so replaces, those that she may read; the others stay.
func (s *Service) relink(v *store.View, who actor.Actor, r *Rectification, ids []string) (named []string, items []fault.Item, err error) {
	known, err := s.complaints.Rows(v, who, r.ComplaintIDs)
	if err != nil {
		return nil, nil, err
	}
	hidden := slices.DeleteFunc(slices.Clone(r.ComplaintIDs), func(id string) bool { _, ok := known[id]; return ok })
	// One that is linked and hidden is judged like any other that she may not read.
	added := slices.DeleteFunc(slices.Clone(ids), func(id string) bool { _, ok := known[id]; return ok })
	named, items, err = s.link(v, who, Update.asks(), added, ids)
	if err != nil {
		return nil, nil, err
	}
	if len(hidden)+len(ids) > maxComplaints {
		items = append(items, fault.At("#/complaint_ids", fault.ManyItems, "limit", maxComplaints))
	}
	r.ComplaintIDs = slices.Compact(slices.Sorted(slices.Values(append(hidden, ids...))))
	origins, err := s.origins(v, *r)
	if err != nil {
		return nil, nil, err
	}
	before, err := namedIn(v, without(origins, added))
	return append(named, before...), items, err
}

// Complete says that the measure is taken. Returns what take returns.
func (s *Service) Complete(ctx context.Context, id string, evidence []string, seen store.Match) (string, error) {
	return store.Write(ctx, s.db, func(_ context.Context, tx *store.Tx) (string, error) {
		before, _, err := s.take(tx, id, Complete, seen.Optional)
		if err != nil {
			return "", err
		}
		clean := make([]string, len(evidence))
		for i, text := range evidence {
			clean[i] = struck(text)
		}
		return id, s.update(tx, Complete, before, before.completed(tx.Actor().ID, clean, tx.Now()))
	})
}

// Verify says whether the measure had its effect; without, the rectification is open again. With it, the findings of which no other is awaited are closed. Returns what take returns, and fault.RequestInvalid.
func (s *Service) Verify(ctx context.Context, id string, found Verification, seen store.Match) (string, error) {
	return store.Write(ctx, s.db, func(_ context.Context, tx *store.Tx) (string, error) {
		before, _, err := s.take(tx, id, Verify, seen.Required)
		if err != nil {
			return "", err
		}
		if err := fault.Input(found.faults(s.today(&tx.View))); err != nil {
			return "", err
		}
		found.Comment = struck(found.Comment)
		if err := s.update(tx, Verify, before, before.verified(tx.Actor().ID, found, tx.Now())); err != nil || !found.Effective {
			return id, err
		}
		awaited, err := awaited(&tx.View, before)
		if err != nil {
			return "", err
		}
		return id, s.findings.Verified(tx, before.FindingIDs, awaited)
	})
}

// struck is a text without the secrets that must not be stored.
func struck(text string) string {
	clean, _ := pii.Strike(text)
	return clean
}
