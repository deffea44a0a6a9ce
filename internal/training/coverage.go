package training

import (
	"slices"
	"strings"

	"xiaobao/internal/calendar"
	"xiaobao/internal/fault"
)

// newMonths is for how long somebody is new, from the day on which her account was made [ours].
const newMonths = 12

// group is one of the three groups of the law (PBOC order, article 10), and who belongs to it [ours].
type group struct {
	code  string
	rule  fault.Words
	takes func(p person, asOf calendar.Date) bool
}

// person is somebody who works here, as the groups ask of her.
type person struct {
	id, name, departmentID string
	roles                  []string
	since                  calendar.Date
}

func (p person) has(role string) bool { return slices.Contains(p.roles, role) }

// Coverage tells who had special training in a year.
type Coverage struct {
	Year      int
	AsOf      calendar.Date // people are those of today; who is new is judged by this day
	Groups    []Group
	Overrides int64 // in the year, of missing certificates
}

// Group is the coverage of one group.
type Group struct {
	Code          string
	Rule          fault.Words
	Must, Trained int
	Units         []Unit // those with somebody who had none
}

// Unit are the members of a group in one department, and who of them had no training, by name.
type Unit struct {
	DepartmentID, Department string
	Must, Trained            int
	Missing                  []Missing
}

// Missing is somebody who had no training.
type Missing struct{ ID, Name string }

// cover reckons the groups. Trained are the groups in whose training people were, by user.
func cover(people []person, trained map[string][]string, asOf calendar.Date) []Group {
	all := make([]Group, len(groups))
	for i, g := range groups {
		units := map[string]*Unit{}
		all[i] = Group{Code: g.code, Rule: g.rule}
		for _, p := range people {
			if p.since.After(asOf) || !g.takes(p, asOf) {
				continue
			}
			u := units[p.departmentID]
			if u == nil {
				u = &Unit{DepartmentID: p.departmentID}
				units[p.departmentID] = u
			}
			u.Must++
			if slices.Contains(trained[p.id], g.code) {
				u.Trained++
			} else {
				u.Missing = append(u.Missing, Missing{p.id, p.name})
			}
		}
		all[i].add(units)
	}
	return all
}

func (g *Group) add(units map[string]*Unit) {
	for _, u := range units {
		g.Must, g.Trained = g.Must+u.Must, g.Trained+u.Trained
		if len(u.Missing) > 0 {
			slices.SortFunc(u.Missing, func(a, b Missing) int { return strings.Compare(a.Name+a.ID, b.Name+b.ID) })
			g.Units = append(g.Units, *u)
		}
	}
	slices.SortFunc(g.Units, func(a, b Unit) int { return strings.Compare(a.DepartmentID, b.DepartmentID) })
}

// Percent is how much of the group had training, to a tenth; nil when nobody belongs to it.
func (g Group) Percent() *float64 {
	if g.Must == 0 {
		return nil
	}
	p := float64(g.Trained*1000/g.Must) / 10 // rounded down: 99.96 is not all of them
	return &p
}
