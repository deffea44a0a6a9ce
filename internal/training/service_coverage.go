package training

import (
	"context"

	"xiaobao/internal/actor"
	"xiaobao/internal/authz"
	"xiaobao/internal/calendar"
	"xiaobao/internal/fault"
	"xiaobao/internal/organisation"
	"xiaobao/internal/store"
)

var readCoverage = authz.Question{Object: "training_coverage", Act: "read"}

// groups are the three of the law, in its order.
var groups = []group{
	{"managers", fault.Words{EN: "Users with the role head or senior_manager.", ZH: "角色为负责人或高级管理人员的用户。"}, func(p person, _ calendar.Date) bool {
		return p.has(organisation.Head) || p.has(organisation.SeniorManager)
	}},
	{"front_line", fault.Words{EN: "Users with the role handler.", ZH: "角色为经办人的用户。"}, func(p person, _ calendar.Date) bool { return p.has(organisation.Handler) }},
	{"new_staff", fault.Words{EN: "Users in the first 12 months since their account was made.", ZH: "账号创建未满 12 个月的用户。"}, func(p person, asOf calendar.Date) bool {
		return !asOf.After(p.since.Through(newMonths))
	}},
}

// Coverage tells who had special training in a year, of the people whom the caller may ask about.
func (s *Service) Coverage(ctx context.Context, year int) (Coverage, error) {
	who := actor.From(ctx)
	return store.Read(ctx, s.db, func(v *store.View) (Coverage, error) {
		c := Coverage{Year: year, AsOf: calendar.DateOf(v.Now(), s.zone)}
		first, last := yearOf(year)
		if last.Before(c.AsOf) {
			c.AsOf = last
		}
		scope := s.rights.Current().Scope(who, readCoverage)
		where, args := scope.Where(authz.Columns{Departments: []string{"department_id"}})
		people, err := s.staff(v, where, args...)
		if err != nil {
			return c, err
		}
		trained, err := trainedBetween(v, first, last)
		if err != nil {
			return c, err
		}
		c.Groups = cover(people, trained, c.AsOf)
		c.Overrides, err = overridesBetween(v, scope, calendar.End(first.AddDays(-1), s.zone), calendar.End(last, s.zone))
		if err != nil {
			return c, err
		}
		return c, c.name(v)
	})
}

// Trained counts the members of the three groups, each as often as she has groups, and those who had their training from the year's beginning until a day; whoever asks.
// Without departments they are the whole institution's.
func (s *Service) Trained(v *store.View, until calendar.Date, departments []string) (must, trained int64, err error) {
	where, args := "1=1", []any(nil)
	if departments != nil {
		where, args = "department_id IN ?", []any{departments}
	}
	people, err := s.staff(v, where, args...)
	if err != nil {
		return 0, 0, err
	}
	first, _ := yearOf(until.Year())
	held, err := trainedBetween(v, first, until)
	for _, g := range cover(people, held, until) {
		must, trained = must+int64(g.Must), trained+int64(g.Trained)
	}
	return must, trained, err
}

// name looks up what the units are called.
func (c Coverage) name(v *store.View) error {
	var ids []string
	for _, g := range c.Groups {
		for _, u := range g.Units {
			ids = append(ids, u.DepartmentID)
		}
	}
	names, err := organisation.NamesOf(v, ids...)
	for _, g := range c.Groups {
		for i, u := range g.Units {
			g.Units[i].Department = names[u.DepartmentID]
		}
	}
	return err
}
