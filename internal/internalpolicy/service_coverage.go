package internalpolicy

import (
	"context"
	"slices"
	"strings"
	"time"

	"xiaobao/internal/actor"
	"xiaobao/internal/authz"
	"xiaobao/internal/calendar"
	"xiaobao/internal/fault"
	"xiaobao/internal/organisation"
	"xiaobao/internal/store"
)

var (
	readAcknowledgements = authz.Question{Object: "policy_acknowledgement", Act: "read"}
	readUsers            = authz.Question{Object: "user", Act: "read"}
)

// maxNamed is how many people the coverage names [ours]; it counts them all.
const maxNamed = 2000

// Coverage is who has acknowledged the policies in force, and which rule sets have one.
type Coverage struct {
	AsOf     calendar.Date
	Policies []PolicyCoverage
	RuleSets []RuleSetCoverage
	Names    organisation.Names
}

// PolicyCoverage is who must, and who has acknowledged a version, as far as the caller sees them.
type PolicyCoverage struct {
	Policy
	DueOn calendar.Date // for who was of the audience when it came into force
	Count
	Units []UnitCoverage // those where somebody is missing
}

// Count is how many must, have, and are late.
type Count struct{ Must, Has, Overdue int }

// Percent is how many of a hundred have, rounded down so that a hundred are all; a hundred when nobody must.
func (c Count) Percent() int {
	if c.Must == 0 {
		return 100
	}
	return c.Has * 100 / c.Must
}

// UnitCoverage is the same for the people of one department.
type UnitCoverage struct {
	DepartmentID string
	Count
	Missing []Missing // those whom the caller may see, the first of them, and only for one policy
}

// Missing is a person who must acknowledge, and has not.
type Missing struct {
	UserID string
	DueOn  calendar.Date
}

// RuleSetCoverage is which policies in force serve a kind of rule set.
type RuleSetCoverage struct {
	Kind     string
	Required bool // by the order; false for the catch-all
	Policies []Policy
}

// Status is whether the kind has a policy in force, and whether the review of one of them was due before a day.
func (c RuleSetCoverage) Status(on calendar.Date) string {
	switch {
	case len(c.Policies) == 0:
		return "missing"
	case slices.ContainsFunc(c.Policies, func(p Policy) bool { return p.ReviewOverdue(on) }):
		return "review_overdue"
	}
	return "in_force"
}

// ReviewOverdue says that a policy's review was due before a day.
func (p Policy) ReviewOverdue(on calendar.Date) bool { return p.ReviewDueOn.Before(on) }

// Coverage tells how it stood at the end of a day, or now for today and the zero day: of one policy by name, or of all in numbers. Returns
// fault.RequestInvalid for a day to come.
func (s *Service) Coverage(ctx context.Context, code string, day calendar.Date) (Coverage, error) {
	who, rights := actor.From(ctx), s.rights.Current()
	visible := rights.Scope(who, readAcknowledgements)
	return store.Read(ctx, s.db, func(v *store.View) (Coverage, error) {
		day, at, past := s.clocks.AsOf(day, v.Now())
		if !past {
			return Coverage{}, fault.Input([]fault.Item{fault.In("query", "as_of", fault.InFuture)})
		}
		all, err := published(v, "")
		if err != nil {
			return Coverage{}, err
		}
		current := allInForce(all, at)
		c := Coverage{AsOf: day, RuleSets: s.ruleSets(current)}
		if code != "" {
			current = ofCode(current, code)
		}
		c.Policies, err = s.policies(v, current, at, day, visible)
		if err != nil {
			return Coverage{}, err
		}
		people := maxNamed
		if code == "" {
			people = 0
		}
		c.Names, err = named(v, c.Policies, rights.Scope(who, readUsers), people)
		return c, err
	})
}

func (s *Service) ruleSets(current []Policy) []RuleSetCoverage {
	kinds, _ := s.lists.Get("rule_set_kind")
	all := make([]RuleSetCoverage, len(kinds.Items))
	for i, kind := range kinds.Items {
		mine := slices.DeleteFunc(slices.Clone(current), func(p Policy) bool { return p.RuleSet != kind.Code })
		all[i] = RuleSetCoverage{Kind: kind.Code, Required: kind.Code != other, Policies: mine}
	}
	return all
}

// Covered counts the required kinds of rule set, and those that had a policy in force at an instant.
func (s *Service) Covered(v *store.View, at time.Time) (required, covered int64, err error) {
	all, err := published(v, "")
	for _, kind := range s.ruleSets(allInForce(all, at)) {
		if !kind.Required {
			continue
		}
		required++
		if len(kind.Policies) > 0 {
			covered++
		}
	}
	return required, covered, err
}

func (s *Service) policies(v *store.View, current []Policy, at time.Time, day calendar.Date, visible authz.Filter) ([]PolicyCoverage, error) {
	ids := make([]string, len(current))
	for i, p := range current {
		ids[i] = p.ID
	}
	done, err := acknowledgedUntil(v, at, ids...)
	if err != nil {
		return nil, err
	}
	places, err := organisation.PlacementsUntil(v, at)
	if err != nil {
		return nil, err
	}
	all := make([]PolicyCoverage, len(current))
	for i, p := range current {
		all[i] = PolicyCoverage{Policy: p}
		all[i].DueOn, _ = s.due(*p.Edition.InForceAt, time.Time{})
		units := map[string]*UnitCoverage{}
		for _, a := range s.audience(p, places) {
			if !visible.Allows(authz.Row{DepartmentIDs: []string{a.department}}) {
				continue
			}
			unit := units[a.department]
			if unit == nil {
				unit = &UnitCoverage{DepartmentID: a.department}
				units[a.department] = unit
			}
			due, _ := s.due(*p.Edition.InForceAt, a.since)
			unit.count(a.user, due, done[[2]string{p.ID, a.user}], day)
		}
		all[i].sum(units)
	}
	return all, nil
}

// count takes in a person.
func (u *UnitCoverage) count(user string, due calendar.Date, has bool, day calendar.Date) {
	u.Must++
	if has {
		u.Has++
		return
	}
	if due.Before(day) {
		u.Overdue++
	}
	u.Missing = append(u.Missing, Missing{user, due})
}

// sum adds the units up, and keeps those where somebody is missing.
func (c *PolicyCoverage) sum(units map[string]*UnitCoverage) {
	for _, u := range units {
		c.Must, c.Has, c.Overdue = c.Must+u.Must, c.Has+u.Has, c.Overdue+u.Overdue
		if u.Has < u.Must {
			c.Units = append(c.Units, *u)
		}
	}
	slices.SortFunc(c.Units, func(a, b UnitCoverage) int { return strings.Compare(a.DepartmentID, b.DepartmentID) })
}

// named looks up what the units are called, and so many of the people whom the caller may see; the others are left out.
func named(v *store.View, all []PolicyCoverage, seen authz.Filter, people int) (organisation.Names, error) {
	var ids []string
	for i := range all {
		for j := range all[i].Units {
			u := &all[i].Units[j]
			ids = append(ids, u.DepartmentID)
			if !seen.Allows(authz.Row{DepartmentIDs: []string{u.DepartmentID}}) {
				u.Missing = nil
			}
			u.Missing = u.Missing[:min(len(u.Missing), people)]
			people -= len(u.Missing)
			for _, m := range u.Missing {
				ids = append(ids, m.UserID)
			}
		}
	}
	return organisation.NamesOf(v, ids...)
}
