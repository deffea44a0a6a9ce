package complaint

import (
	"context"
	"slices"

	"xiaobao/internal/actor"
	"xiaobao/internal/authz"
	"xiaobao/internal/calendar"
	"xiaobao/internal/clock"
	"xiaobao/internal/organisation"
	"xiaobao/internal/purpose"
	"xiaobao/internal/store"
	"xiaobao/internal/training"
)

// Shown is a complaint as one caller may see it.
type Shown struct {
	Complaint
	People  organisation.Names
	Client  string // the name of the client that posted it
	Clear   bool   // whether the complainant's contact may be shown unmasked
	ForKey  bool   // whether an API key asks, which is told no names of staff
	Today   calendar.Date
	Allowed []string
	Blocked []Blocked

	// Only when expanded; nil otherwise.
	Clocks      []clock.Clock
	Stages      []Stay
	Extensions  []ShownExtension
	Decision    *ShownDecision
	Notices     []Notice
	Performance *Performance
	expanded    []string
}

// The parts that can be added to a complaint.
const (
	PartClocks      = "clocks"
	PartStages      = "stages"
	PartExtensions  = "extensions"
	PartDecision    = "decision"
	PartNotices     = "notices"
	PartPerformance = "performance"
)

// Stay is a complaint's stay in a stage, with the clock of the stage; nil once closed.
type Stay struct {
	stageRow
	Clock *clock.Clock
}

// ShownDecision is a decision with what the caller sees of its complaint.
type ShownDecision struct {
	Decision
	Proposed string // the right that it should name; empty when none is
	Shown    Shown
	People   organisation.Names
	Brief    Brief
}

// Brief is what an answer about a part says of its complaint, so that no second request is needed for the buttons.
type Brief struct {
	ID, Number string
	Stage      Stage
	Version    int64
	Allowed    []string
}

func (s *Service) briefOf(g training.Gate, who actor.Actor, c Case) Brief {
	return Brief{ID: c.ID, Number: c.Number, Stage: c.Stage, Version: c.Version, Allowed: s.allowed(g, who, c)}
}

func (s Shown) brief() Brief {
	return Brief{ID: s.ID, Number: s.Number, Stage: s.Stage, Version: s.Version, Allowed: s.Allowed}
}

var (
	read         = authz.Question{Object: "complaint", Act: "read"}
	readContact  = authz.Question{Object: "consumer.contact", Act: "read"}
	readDecision = authz.Question{Object: "decision", Act: "read"}
)

const lookAction = "consumer.contact.read"

// looking is an act by which personal data is shown, with its purpose and on what that rests.
func looking(action, object, id string, at Stage, p purpose.Purpose, reason string) store.Act {
	return store.Act{Action: action, Object: object, ID: id, Stage: string(at), Purpose: string(p), Basis: p.Basis(), Reason: reason}
}

// Get returns a complaint as the caller may see it, with the parts that are asked for. The first unmasked look of a person on a day leaves an audit
// entry. Returns NotFound.
func (s *Service) Get(ctx context.Context, id string, parts ...string) (Shown, error) {
	who := actor.From(ctx)
	shown, err := store.Read(ctx, s.db, func(v *store.View) (Shown, error) {
		shown, err := s.show(v, who, id)
		if err != nil {
			return Shown{}, err
		}
		return shown, s.expand(v, who, &shown, parts)
	})
	if err != nil || !shown.Clear {
		return shown, err
	}
	return shown, s.auditLook(ctx, shown)
}

// auditLook leaves an entry for the first unmasked look of a person at a complaint on a day.
func (s *Service) auditLook(ctx context.Context, shown Shown) error {
	who := actor.From(ctx)
	seen, err := store.Read(ctx, s.db, func(v *store.View) (bool, error) { return s.looked(v, who, shown.ID) })
	if err != nil || seen {
		return err
	}
	_, err = store.Write(store.Unclaimed(ctx), s.db, func(_ context.Context, tx *store.Tx) (struct{}, error) {
		tx.Note(looking(lookAction, "complaint", shown.ID, shown.Stage, purpose.ComplaintHandling, ""))
		return struct{}{}, nil
	})
	return err
}

// Registered is the complaint that the caller has just registered, masked and without anything to do, for who may not read it.
func (s *Service) Registered(ctx context.Context, id string) (Shown, error) {
	return store.Read(ctx, s.db, func(v *store.View) (Shown, error) {
		shown, err := s.loadNamed(v, id)
		shown.Today, shown.ForKey = calendar.DateOf(v.Now(), s.clocks.Zone), true
		return shown, err
	})
}

// show loads a complaint if the caller may read it.
func (s *Service) show(v *store.View, who actor.Actor, id string) (Shown, error) {
	shown, err := s.loadNamed(v, id)
	if err != nil {
		return Shown{}, err
	}
	row, err := s.readable(v, who, shown.Summary)
	if err != nil {
		return Shown{}, err
	}
	kase, err := s.dryCase(v, shown.Summary)
	if err != nil {
		return Shown{}, err
	}
	shown.Today, shown.ForKey = calendar.DateOf(v.Now(), s.clocks.Zone), who.Kind == actor.Client
	shown.Clear = s.rights.Current().Scope(who, readContact).Allows(row)
	g, err := s.gates.Gate(v, who.ID, string(StageInvestigation), shown.ID)
	shown.Allowed, shown.Blocked = s.allowed(g, who, kase), s.blocked(g, who, kase)
	return shown, err
}

// dryCase is as much of a case as the workflow asks for when it says what may be done.
func (s *Service) dryCase(v *store.View, c Summary) (Case, error) {
	kase := Case{Summary: c}
	if c.Stage != StageFeedback {
		return kase, nil
	}
	decisions, err := s.newestDecisions(v, c.ID)
	if d, ok := decisions[c.ID]; ok {
		kase.Decision = &d
	}
	return kase, err
}

// expand adds the parts that are asked for. The owner of a rectification, who reads the matter alone, gets none.
func (s *Service) expand(v *store.View, who actor.Actor, shown *Shown, parts []string) error {
	if !s.rights.Current().Scope(who, read).Allows(shown.row()) {
		return nil
	}
	shown.expanded = parts
	rows := []Shown{*shown}
	if err := s.expandRows(v, who, rows, parts); err != nil {
		return err
	}
	*shown = rows[0]
	if slices.Contains(parts, PartExtensions) {
		if err := s.expandExtensions(v, who, shown); err != nil {
			return err
		}
	}
	if slices.Contains(parts, PartNotices) {
		notices, err := s.noticesOf(v, shown.ID)
		if err != nil {
			return err
		}
		shown.Notices = notices
	}
	if slices.Contains(parts, PartPerformance) {
		if err := s.expandPerformance(v, shown); err != nil {
			return err
		}
	}
	if slices.Contains(parts, PartDecision) && s.rights.Current().Scope(who, readDecision).Allows(shown.row()) {
		return s.expandDecision(v, shown)
	}
	return nil
}

func (s *Service) expandExtensions(v *store.View, who actor.Actor, shown *Shown) error {
	all, err := s.extensionsOf(v, shown.ID)
	if err != nil {
		return err
	}
	kase, err := s.loadCase(v, shown.ID)
	if err != nil {
		return err
	}
	shown.Extensions, err = s.showExtensions(v, who, all, map[string]Case{shown.ID: kase})
	return err
}

func (s *Service) expandDecision(v *store.View, shown *Shown) error {
	decisions, err := s.newestDecisions(v, shown.ID)
	if err != nil {
		return err
	}
	d, ok := decisions[shown.ID]
	if !ok {
		return nil
	}
	part, err := s.showDecision(v, d, *shown)
	shown.Decision = &part
	return err
}

func (s *Service) showDecision(v *store.View, d Decision, shown Shown) (ShownDecision, error) {
	proposed, err := s.propose(v, shown.Summary)
	if err != nil {
		return ShownDecision{}, err
	}
	names, err := organisation.NamesOf(v, d.DraftedBy, d.ApprovedBy)
	return ShownDecision{Decision: d, Proposed: proposed, Shown: shown, People: names, Brief: shown.brief()}, err
}

// expandRows adds clocks and stages to the rows of a list, in as many queries for fifty as for one; not to those of which the caller reads the matter alone.
func (s *Service) expandRows(v *store.View, who actor.Actor, rows []Shown, parts []string) error {
	withClocks, withStages := slices.Contains(parts, PartClocks), slices.Contains(parts, PartStages)
	if !withClocks && !withStages {
		return nil
	}
	whole := s.rights.Current().Scope(who, read)
	ids := make([]string, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	clocks, err := clock.Load(v, ids...)
	if err != nil {
		return err
	}
	stays := map[string][]stageRow{}
	if withStages {
		stays, err = staysOf(v, ids)
		if err != nil {
			return err
		}
	}
	for i := range rows {
		if !whole.Allows(rows[i].row()) {
			continue
		}
		rows[i].expanded = parts
		for j, k := range clocks[rows[i].ID] {
			clocks[rows[i].ID][j] = k.Breach(v.Now()) // the sweep may not have come by yet
		}
		if withClocks {
			rows[i].Clocks = clocks[rows[i].ID]
		}
		if err := rows[i].stay(v, stays[rows[i].ID], clocks[rows[i].ID]); err != nil {
			return err
		}
	}
	return nil
}

// stay puts the clocks to the stays, and the names of those who were responsible to the people.
func (s *Shown) stay(v *store.View, rows []stageRow, clocks []clock.Clock) error {
	var people []string
	for _, r := range rows {
		one := Stay{stageRow: r}
		if i := slices.IndexFunc(clocks, func(k clock.Clock) bool { return k.ID == r.ClockID }); i >= 0 {
			one.Clock = &clocks[i]
		}
		s.Stages = append(s.Stages, one)
		for _, id := range []string{r.ResponsibleID, r.DepartmentID} {
			if _, known := s.People[id]; id != "" && !known {
				people = append(people, id)
			}
		}
	}
	if len(people) == 0 {
		return nil
	}
	names, err := organisation.NamesOf(v, people...)
	all := organisation.Names{}
	for _, some := range []organisation.Names{s.People, names} {
		for id, name := range some {
			all[id] = name
		}
	}
	s.People = all
	return err
}
