package complaint

import (
	"context"
	"slices"
	"strings"
	"time"

	"xiaobao/internal/actor"
	"xiaobao/internal/authz"
	"xiaobao/internal/calendar"
	"xiaobao/internal/clock"
	"xiaobao/internal/fault"
	"xiaobao/internal/id"
	"xiaobao/internal/organisation"
	"xiaobao/internal/ruleset"
	"xiaobao/internal/store"
)

// ExtensionFilter is which extensions a list shows.
type ExtensionFilter struct {
	States      []string
	ComplaintID string
}

// ShownExtension is an extension with its clock, and what the caller sees of its complaint: an approver need not be able to read that.
type ShownExtension struct {
	Extension
	Clock clock.Clock
	Shown Shown // for masking and names; nobody is shown a complainant here
	Brief Brief
}

var (
	readExtension    = authz.Question{Object: "extension", Act: "read"}
	approveExtension = authz.Question{Object: "extension", Act: "approve"}
)

// Extend asks for a longer statutory limit, and returns the extension's id; where the rule set asks for nothing more it is in force at once. Returns
// clock.ErrLimitOver, clock.ErrCapReached, ErrExtensionOpen.
func (s *Service) Extend(ctx context.Context, complaintID string, seen store.Match, tierName ruleset.TierName, reasonCode, reason string) (string, error) {
	return store.Write(ctx, s.db, func(_ context.Context, tx *store.Tx) (string, error) {
		c, err := s.caseFor(&tx.View, tx.Actor(), complaintID, Extend)
		if err != nil {
			return "", err
		}
		if err := seen.Optional(c.Version); err != nil {
			return "", err
		}
		if err := c.allows(Extend); err != nil {
			return "", s.withActions(tx, err, c)
		}
		k, tier, err := s.extendable(c, tierName, reasonCode)
		if err != nil {
			return "", err
		}
		if err := s.noneWaits(&tx.View, c, tx.Now()); err != nil {
			return "", err
		}
		e := Extension{ID: id.For(ctx, "ext"), Version: 1, ComplaintID: complaintID, ClockID: k.ID, Tier: tierName, ReasonCode: reasonCode, Reason: reason,
			State: ExtensionRequested, RequestedBy: tx.Actor().ID, RequestedAt: tx.Now(), DueOnBefore: k.DueOn, UpdatedAt: tx.Now()}
		// Tried out now, so that who asks too late, or for too much, is told at once.
		longer, err := s.clocks.Extend(k, tier.ToDay, tx.Now(), tx.Actor().ID, reasonCode)
		if err != nil {
			return "", err
		}
		e.DueOnAfter = longer.DueOn
		if tier.Approver == ruleset.NoApprover && tier.Telling == ruleset.TellingLogged {
			now := tx.Now()
			e.State, e.InForceAt = ExtensionInForce, &now
		}
		if err := s.saveExtension(tx, "request", c.Stage, nil, e); err != nil {
			return "", err
		}
		return e.ID, s.lengthen(tx, c, e, longer)
	})
}

// extendable finds the clock and the tier that an extension is about.
func (s *Service) extendable(c Case, name ruleset.TierName, reasonCode string) (clock.Clock, ruleset.Tier, error) {
	i := slices.IndexFunc(c.Clocks, func(k clock.Clock) bool { return k.Kind == clock.Statutory })
	set, known := s.rules.Set(c.RuleSet)
	if i < 0 || !known {
		return clock.Clock{}, ruleset.Tier{}, ErrNoStatutory
	}
	term, _ := set.Term(ruleset.Statutory, calendar.DateOf(c.ReceivedAt, s.clocks.Zone))
	tier, ok := term.Tier(name)
	if !ok {
		return clock.Clock{}, ruleset.Tier{}, fault.Input([]fault.Item{fault.At("#/tier", ErrNoTier)})
	}
	if s.lists.Tier("extension_reason", reasonCode) != string(name) {
		return clock.Clock{}, ruleset.Tier{}, fault.Input([]fault.Item{fault.At("#/reason_code", fault.NotInCodeList, "list", "extension_reason")})
	}
	return c.Clocks[i], tier, nil
}

// noneWaits refuses a second extension while one could still come into force.
func (s *Service) noneWaits(v *store.View, c Case, now time.Time) error {
	all, err := s.extensionsOf(v, c.ID)
	if err != nil {
		return err
	}
	for _, e := range all {
		if e.waiting() && !s.lapsed(e, c.Clocks, now) {
			return ErrExtensionOpen.With().Member("existing", e.ID)
		}
	}
	return nil
}

// lapsed says that an extension did not come into force before the limit that it was to extend ended.
func (s *Service) lapsed(e Extension, clocks []clock.Clock, now time.Time) bool {
	i := slices.IndexFunc(clocks, func(k clock.Clock) bool { return k.ID == e.ClockID })
	return e.waiting() && i >= 0 && (clocks[i].Overdue(now) || !clocks[i].Open())
}

// lengthen moves the complaint's dates when an extension is in force, and marks the complaint as changed in any case.
func (s *Service) lengthen(tx *store.Tx, before Case, e Extension, longer clock.Clock) error {
	after, err := before.Do(act{action: Extend, by: tx.Actor().ID, now: tx.Now()})
	if err != nil {
		return err
	}
	if e.State == ExtensionInForce {
		for i, k := range after.Clocks {
			if k.ID == longer.ID {
				after.Clocks[i] = longer
			}
		}
		after.follow(after.Clocks)
	}
	return s.save(tx, store.Act{Action: "complaint." + string(Extend)}, before, after)
}

// ApproveExtension approves one. Returns ErrExtensionApprover for who may not approve just this one, clock.ErrLimitOver.
func (s *Service) ApproveExtension(ctx context.Context, id string, seen store.Match) (string, error) {
	return s.extension(ctx, id, "approve", func(tx *store.Tx, c Case, e *Extension, tier ruleset.Tier) error {
		if err := s.rights.Current().Check(tx.Actor(), approveExtension, c.row()); err != nil {
			return err
		}
		handling, err := organisation.LoadDepartment(&tx.View, c.DepartmentID)
		if err != nil {
			return err
		}
		if !e.approvable(tier, tx.Actor(), handling) {
			return ErrExtensionApprover
		}
		if err := seen.Optional(e.Version); err != nil {
			return err
		}
		if e.State != ExtensionRequested || tier.Approver == ruleset.NoApprover {
			return ErrExtensionState
		}
		now := tx.Now()
		e.State, e.ApprovedBy, e.ApprovedAt = ExtensionApproved, tx.Actor().ID, &now
		if tier.Telling == ruleset.TellingLogged {
			e.State, e.InForceAt = ExtensionInForce, &now
		}
		return nil
	})
}

// ExtensionNotice is how the complainant was told of an extension.
type ExtensionNotice struct {
	Form, Reference, Note string
	SentAt                time.Time
}

// TellExtension records that the complainant was told, with which an approved extension comes into force. Returns ErrExtensionNotApproved, clock.ErrLimitOver.
func (s *Service) TellExtension(ctx context.Context, id string, seen store.Match, n ExtensionNotice) (string, error) {
	return s.extension(ctx, id, "tell", func(tx *store.Tx, c Case, e *Extension, tier ruleset.Tier) error {
		// Not mayDo: it leaves the refusal of a stage to the workflow, which is not asked about the telling of an extension in force.
		row, err := s.readable(&tx.View, tx.Actor(), c.Summary)
		if err != nil {
			return err
		}
		if err := s.rights.Current().Check(tx.Actor(), stepOf(Extend).Needs, row); err != nil {
			return err
		}
		if err := seen.Optional(e.Version); err != nil {
			return err
		}
		if e.NoticeSentAt != nil {
			return ErrExtensionState
		}
		if e.State == ExtensionRequested && tier.Approver != ruleset.NoApprover {
			return ErrExtensionNotApproved
		}
		items := happened("#/sent_at", n.SentAt, c.ReceivedAt, tx.Now())
		if n.Reference == "" {
			items = append(items, fault.At("#/proof/reference", ErrProofMissing))
		}
		if err := fault.Input(items); err != nil {
			return err
		}
		sent := n.SentAt.UTC()
		e.NoticeForm, e.NoticeSentAt, e.NoticeProof, e.NoticeNote = n.Form, &sent, n.Reference, n.Note
		if e.State != ExtensionInForce {
			now := tx.Now()
			e.State, e.InForceAt = ExtensionInForce, &now
		}
		return nil
	})
}

// extension does a step to an extension; when it comes into force by it, the clock runs longer from now on, if it still runs.
func (s *Service) extension(ctx context.Context, id, action string, change func(tx *store.Tx, c Case, e *Extension, tier ruleset.Tier) error) (string, error) {
	return store.Write(ctx, s.db, func(_ context.Context, tx *store.Tx) (string, error) {
		before, err := s.loadExtension(&tx.View, id)
		if err != nil {
			return "", err
		}
		c, err := s.loadCase(&tx.View, before.ComplaintID)
		if err != nil {
			return "", err
		}
		if err := s.seesExtension(&tx.View, tx.Actor(), c); err != nil {
			return "", err
		}
		k, tier, err := s.extendable(c, before.Tier, before.ReasonCode)
		if err != nil {
			return "", err
		}
		after := before
		after.UpdatedAt = tx.Now()
		if err := change(tx, c, &after, tier); err != nil {
			return "", err
		}
		longer := k
		if before.State != ExtensionInForce {
			longer, err = s.clocks.Extend(k, tier.ToDay, tx.Now(), tx.Actor().ID, before.ReasonCode)
			if err != nil {
				return "", err
			}
		}
		if err := s.saveExtension(tx, action, c.Stage, &before, after); err != nil {
			return "", err
		}
		if before.State == ExtensionInForce {
			return id, nil // the telling of one that needed none: the complaint does not change
		}
		return id, s.lengthen(tx, c, after, longer)
	})
}

// seesExtension lets through who may read extensions, and who may read the complaint. Returns ErrExtensionNotFound.
func (s *Service) seesExtension(v *store.View, who actor.Actor, c Case) error {
	if s.rights.Current().Scope(who, readExtension).Allows(c.row()) {
		return nil
	}
	_, err := s.readable(v, who, c.Summary)
	if err == error(NotFound) {
		return ErrExtensionNotFound
	}
	return err
}

// GetExtension returns an extension. Returns ErrExtensionNotFound.
func (s *Service) GetExtension(ctx context.Context, id string) (ShownExtension, error) {
	who := actor.From(ctx)
	return store.Read(ctx, s.db, func(v *store.View) (ShownExtension, error) {
		e, err := s.loadExtension(v, id)
		if err != nil {
			return ShownExtension{}, err
		}
		c, err := s.loadCase(v, e.ComplaintID)
		if err != nil {
			return ShownExtension{}, err
		}
		if err := s.seesExtension(v, who, c); err != nil {
			return ShownExtension{}, err
		}
		shown, err := s.showExtensions(v, who, []Extension{e}, map[string]Case{c.ID: c})
		if err != nil {
			return ShownExtension{}, err
		}
		return shown[0], nil
	})
}

// showExtensions adds to extensions what they are shown with, in as many queries for fifty as for one.
func (s *Service) showExtensions(v *store.View, who actor.Actor, all []Extension, cases map[string]Case) ([]ShownExtension, error) {
	var people, complaints []string
	for _, e := range all {
		people, complaints = append(people, e.RequestedBy, e.ApprovedBy), append(complaints, e.ComplaintID)
	}
	names, err := organisation.NamesOf(v, people...)
	if err != nil {
		return nil, err
	}
	complainants, err := s.Complainants(v, complaints)
	if err != nil {
		return nil, err
	}
	g, err := s.gates.Gate(v, who.ID, string(StageInvestigation), complaints...)
	if err != nil {
		return nil, err
	}
	rows := make([]ShownExtension, len(all))
	for i, e := range all {
		c := cases[e.ComplaintID]
		if s.lapsed(e, c.Clocks, v.Now()) {
			e.State = ExtensionLapsed
		}
		rows[i] = ShownExtension{Extension: e, Brief: s.briefOf(g, who, c), Shown: Shown{Complaint: complainants[c.ID], People: names, ForKey: who.Kind == actor.Client,
			Today: calendar.DateOf(v.Now(), s.clocks.Zone)}}
		for _, k := range c.Clocks {
			if k.ID == e.ClockID {
				rows[i].Clock = k.Breach(v.Now())
			}
		}
	}
	return rows, nil
}

// ListExtensions returns the extensions that the caller may read, newest first.
func (s *Service) ListExtensions(ctx context.Context, f ExtensionFilter, p store.Page) (store.List[ShownExtension], error) {
	who := actor.From(ctx)
	return store.Read(ctx, s.db, func(v *store.View) (store.List[ShownExtension], error) {
		list, err := s.listExtensions(v, who, f, p)
		if err != nil {
			return store.List[ShownExtension]{}, err
		}
		cases, err := s.casesOf(v, list.Rows)
		if err != nil {
			return store.List[ShownExtension]{}, err
		}
		rows, err := s.showExtensions(v, who, list.Rows, cases)
		return store.List[ShownExtension]{Rows: rows, After: list.After, Total: list.Total}, err
	})
}

// approvable says whether a person may approve an extension of this tier. handling is the department that handles the complaint.
func (e Extension) approvable(tier ruleset.Tier, who actor.Actor, handling organisation.Department) bool {
	if who.ID == e.RequestedBy || who.DepartmentID == handling.ID {
		// The complaint head is of the handling unit by nature: the rule names an office, not a distance (PBOC order art 43).
		return tier.Approver == ruleset.ComplaintHead && who.ID != e.RequestedBy && isComplaintHead(who)
	}
	switch tier.Approver {
	case ruleset.ComplaintHead:
		return isComplaintHead(who)
	case ruleset.SuperiorOrSeniorManager:
		above := slices.Contains(who.Roles, organisation.Head) && strings.Contains(handling.Path, "/"+who.DepartmentID+"/")
		return above || slices.Contains(who.Roles, organisation.SeniorManager) && who.DepartmentKind == organisation.HeadOffice
	}
	return false
}

func isComplaintHead(who actor.Actor) bool {
	return slices.Contains(who.Roles, organisation.Head) && who.DepartmentKind == organisation.ComplaintCenter
}
