package internalpolicy

import (
	"context"
	"slices"
	"time"

	"xiaobao/internal/actor"
	"xiaobao/internal/calendar"
	"xiaobao/internal/edition"
	"xiaobao/internal/organisation"
	"xiaobao/internal/store"
)

// Shown is a version as one caller may see it.
type Shown struct {
	Policy
	Others  []edition.Edition // the other versions of its code
	Names   organisation.Names
	Allowed []string
	Mine    Mine
	Now     time.Time
}

// Mine is what a version asks of the caller herself.
type Mine struct {
	Must           bool          // it is in force, and she is of its audience
	DueOn          calendar.Date // zero when she need not
	AcknowledgedAt time.Time     // zero when she has not
}

// Get returns a version as the caller may see it. Returns notFound.
func (s *Service) Get(ctx context.Context, id string) (Shown, error) {
	who := actor.From(ctx)
	return store.Read(ctx, s.db, func(v *store.View) (Shown, error) {
		p, err := s.readable(v, who, id)
		if err != nil {
			return Shown{}, err
		}
		shown, err := s.show(v, who, p)
		if err != nil {
			return Shown{}, err
		}
		return shown[0], nil
	})
}

// show adds to versions what they are shown with, in as many queries for fifty as for one.
func (s *Service) show(v *store.View, who actor.Actor, all ...Policy) ([]Shown, error) {
	var codes, ids, named []string
	for _, p := range all {
		codes, ids, named = append(codes, p.Code), append(ids, p.ID), append(append(named, p.Edition.People()...), p.Audience.Departments...)
	}
	versions, err := versionsOf(v, codes...)
	if err != nil {
		return nil, err
	}
	names, err := organisation.NamesOf(v, named...)
	if err != nil {
		return nil, err
	}
	done, err := acknowledgedBy(v, who.ID, ids...)
	if err != nil {
		return nil, err
	}
	places, err := organisation.PlacementsUntil(v, v.Now(), who.ID)
	if err != nil {
		return nil, err
	}
	shown := make([]Shown, len(all))
	for i, p := range all {
		others := without(ofCode(versions, p.Code), p.ID)
		mine := s.mine(p, inForce(versions, p.Code, v.Now()), places)
		mine.AcknowledgedAt = done[p.ID]
		shown[i] = Shown{Policy: p, Others: others, Names: names, Now: v.Now(), Mine: mine, Allowed: s.Texts.Allowed(who, p)}
		if p.takesAcknowledgement(others, v.Now()) && mine.AcknowledgedAt.IsZero() {
			shown[i].Allowed = append(shown[i].Allowed, acknowledge)
		}
	}
	return shown, nil
}

// mine is what a version asks of the person with these placements, given the one in force.
func (s *Service) mine(p Policy, current *Policy, places []organisation.Placement) Mine {
	if current == nil || current.ID != p.ID {
		return Mine{}
	}
	audience := s.audience(p, places)
	if len(audience) == 0 {
		return Mine{}
	}
	due, _ := s.due(*p.Edition.InForceAt, audience[0].since)
	return Mine{Must: true, DueOn: due}
}

// addressed is a person of an audience.
type addressed struct {
	user, department string
	since            time.Time // from when on she is of it without a break
}

// audience are those of the placements who, at their end, are active and of a policy's audience.
func (s *Service) audience(p Policy, places []organisation.Placement) []addressed {
	covers := s.rights.Current().Includes
	var all []addressed
	var since time.Time
	for i, place := range places {
		if i > 0 && places[i-1].UserID != place.UserID {
			since = time.Time{}
		}
		switch {
		case !place.Active || !p.Audience.includes(place.Path, place.Roles, covers):
			since = time.Time{}
		case since.IsZero():
			since = place.From
		}
		last := i == len(places)-1 || places[i+1].UserID != place.UserID
		if last && !since.IsZero() {
			all = append(all, addressed{place.UserID, place.DepartmentID, since})
		}
	}
	return all
}

// Filter is which versions a list shows; empty members do not restrict.
type Filter struct {
	Codes, RuleSets, States []string
	Mine                    string // Due or Done
}

// What the caller's own acknowledgement can be asked by.
const (
	Due  = "due"  // she must, and has not
	Done = "done" // she has
)

// List returns the versions that the caller may read, newest first, without their texts.
func (s *Service) List(ctx context.Context, f Filter, p store.Page) (store.List[Shown], error) {
	who := actor.From(ctx)
	return store.Read(ctx, s.db, func(v *store.View) (store.List[Shown], error) {
		q := v.Gorm().Model(&policyRow{}).Omit("text")
		if !s.works(who) {
			q = q.Where("in_force_at IS NOT NULL")
		}
		for column, values := range map[string][]string{"code": f.Codes, "rule_set": f.RuleSets, "state": f.States} {
			if len(values) > 0 {
				q = q.Where(column+" IN ?", values)
			}
		}
		switch f.Mine {
		case Due:
			ids, err := s.dueFrom(v, who)
			if err != nil {
				return store.List[Shown]{}, err
			}
			q = q.Where("id IN ?", append(ids, "")) // never an empty list
		case Done:
			q = q.Where("id IN (?)", v.Gorm().Model(&acknowledgementRow{}).Select("policy_id").Where("user_id = ?", who.ID))
		}
		list, err := store.ListOf(q, store.Order{Column: "id", ID: "id", Down: true}, p, func(r policyRow) []any { return []any{r.ID} })
		if err != nil {
			return store.List[Shown]{}, err
		}
		policies, err := fromRows(list.Rows)
		if err != nil {
			return store.List[Shown]{}, err
		}
		shown, err := s.show(v, who, policies...)
		return store.List[Shown]{Rows: shown, After: list.After, Total: list.Total}, err
	})
}

// dueFrom are the versions in force that a person must acknowledge and has not.
func (s *Service) dueFrom(v *store.View, who actor.Actor) ([]string, error) {
	all, err := published(v, "")
	if err != nil {
		return nil, err
	}
	places, err := organisation.PlacementsUntil(v, v.Now(), who.ID)
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, p := range allInForce(all, v.Now()) {
		if len(s.audience(p, places)) > 0 {
			ids = append(ids, p.ID)
		}
	}
	done, err := acknowledgedBy(v, who.ID, ids...)
	return slices.DeleteFunc(ids, func(id string) bool { _, known := done[id]; return known }), err
}
