package duty

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"xiaobao/internal/authz"
	"xiaobao/internal/codelist"
)

// Duty is something that somebody has to do (职责).
type Duty struct {
	Code        string
	Permissions []string // of which its holder has all
	Kinds       []string // of department whose duty it is; empty is every kind
}

// Load reads the duties of the code list. The error joins all words that the vocabulary of rights does not know.
func Load(lists *codelist.Lists) ([]Duty, error) {
	list, _ := lists.Get("duty")
	var all []Duty
	var faults []error
	for _, item := range list.Items {
		for _, permission := range item.Permissions {
			if _, err := authz.ParsePermission(permission); err != nil {
				faults = append(faults, fmt.Errorf("codes/duty.yaml: %s: %w", item.Code, err))
			}
		}
		for _, kind := range item.Kinds {
			if !slices.Contains(authz.DepartmentKinds(), kind) {
				faults = append(faults, fmt.Errorf("codes/duty.yaml: %s: unknown kind of department %q", item.Code, kind))
			}
		}
		all = append(all, Duty{Code: item.Code, Permissions: item.Permissions, Kinds: item.Kinds})
	}
	return all, errors.Join(faults...)
}

// Unit is a department, with who headed it; empty when nobody did.
type Unit struct{ ID, Kind, Path, HeadID string }

// Person is somebody active, with where she worked and as what.
type Person struct {
	ID    string
	Unit  Unit
	Roles []string
}

// Matrix is whose duty is what.
type Matrix struct {
	Duties        []Holders
	Gaps          []Gap
	Offices       []Office // without their right
	Unclaimed     []string // permissions that belong to no duty
	PolicyVersion int64
}

// Holders are who hold a duty, by unit.
type Holders struct {
	Duty
	Units []UnitHolders
}

// UnitHolders are who hold a duty in a unit.
type UnitHolders struct {
	UnitID string
	People []string
}

// Gap is a unit in which nobody holds a duty that the policy gives to its kind. Without a unit, the policy gives the duty to nobody.
type Gap struct {
	Duty, UnitID string
	Covered      bool // somebody elsewhere may do it there: above, or for the whole institution
}

// Office is an office that somebody holds without the right that belongs to it: she heads a unit without the rights of a head, or has a role that grants
// nothing where she works.
type Office struct{ Role, PersonID, UnitID string }

// head is the role that belongs to heading a unit.
const head = "head"

// rights are what the roles of a policy grant, looked up once for each role and kind of department.
type rights struct {
	engine *authz.Engine
	known  map[[2]string]map[string][]string
}

// of are the scopes of each permission that a role has in a kind of department.
func (r *rights) of(role, kind string) map[string][]string {
	key := [2]string{role, kind}
	if r.known[key] == nil {
		r.known[key] = map[string][]string{}
		for _, g := range r.engine.Grants(role, kind) {
			r.known[key][g.Permission] = append(r.known[key][g.Permission], g.Scope)
		}
	}
	return r.known[key]
}

// holds says that the roles have all permissions of a duty in a kind of department.
func (r *rights) holds(d Duty, roles []string, kind string) bool {
	return (len(d.Kinds) == 0 || slices.Contains(d.Kinds, kind)) && !slices.ContainsFunc(d.Permissions, func(permission string) bool {
		return !slices.ContainsFunc(roles, func(role string) bool { return len(r.of(role, kind)[permission]) > 0 })
	})
}

// reaches says that a holder may do her duty on what belongs to a unit.
func (r *rights) reaches(d Duty, p Person, u Unit) bool {
	return !slices.ContainsFunc(d.Permissions, func(permission string) bool {
		return !slices.ContainsFunc(p.Roles, func(role string) bool {
			scopes := r.of(role, p.Unit.Kind)[permission]
			return slices.Contains(scopes, "all") || slices.Contains(scopes, "subtree") && strings.HasPrefix(u.Path, p.Unit.Path) || len(scopes) > 0 && p.Unit.ID == u.ID
		})
	})
}

// Make makes the matrix of a policy for the units and people of a day.
func Make(engine *authz.Engine, duties []Duty, units []Unit, people []Person) Matrix {
	r := &rights{engine: engine, known: map[[2]string]map[string][]string{}}
	var m Matrix
	for _, d := range duties {
		holders := slices.DeleteFunc(slices.Clone(people), func(p Person) bool { return !r.holds(d, p.Roles, p.Unit.Kind) })
		m.Duties = append(m.Duties, Holders{Duty: d, Units: byUnit(units, holders)})
		m.Gaps = append(m.Gaps, r.gaps(d, units, holders)...)
	}
	m.Offices, m.Unclaimed = r.offices(units, people), r.unclaimed(duties)
	return m
}

func byUnit(units []Unit, holders []Person) []UnitHolders {
	in := map[string][]string{}
	for _, p := range holders {
		in[p.Unit.ID] = append(in[p.Unit.ID], p.ID)
	}
	var all []UnitHolders
	for _, u := range units {
		if len(in[u.ID]) > 0 {
			all = append(all, UnitHolders{UnitID: u.ID, People: in[u.ID]})
		}
	}
	return all
}

func (r *rights) gaps(d Duty, units []Unit, holders []Person) []Gap {
	var kinds []string
	for _, kind := range authz.DepartmentKinds() {
		if slices.ContainsFunc(r.engine.Roles(), func(role string) bool { return r.holds(d, []string{role}, kind) }) {
			kinds = append(kinds, kind)
		}
	}
	if len(kinds) == 0 {
		return []Gap{{Duty: d.Code}}
	}
	var gaps []Gap
	for _, u := range units {
		if !slices.Contains(kinds, u.Kind) || slices.ContainsFunc(holders, func(p Person) bool { return p.Unit.ID == u.ID }) {
			continue
		}
		gaps = append(gaps, Gap{Duty: d.Code, UnitID: u.ID, Covered: slices.ContainsFunc(holders, func(p Person) bool { return r.reaches(d, p, u) })})
	}
	return gaps
}

func (r *rights) offices(units []Unit, people []Person) []Office {
	roles := map[string][]string{}
	var all []Office
	for _, p := range people {
		roles[p.ID] = p.Roles
		for _, role := range p.Roles {
			if !r.engine.Serves(role, p.Unit.Kind) {
				all = append(all, Office{Role: role, PersonID: p.ID, UnitID: p.Unit.ID})
			}
		}
	}
	for _, u := range units {
		heads := slices.ContainsFunc(roles[u.HeadID], func(role string) bool { return r.engine.Includes(role, head) })
		if u.HeadID != "" && r.engine.Serves(head, u.Kind) && !heads {
			all = append(all, Office{Role: head, PersonID: u.HeadID, UnitID: u.ID})
		}
	}
	return all
}

// unclaimed are the permissions of people that belong to no duty. To read and to search are none.
func (r *rights) unclaimed(duties []Duty) []string {
	var all []string
	for _, role := range r.engine.Roles() {
		for _, kind := range authz.DepartmentKinds() {
			for permission := range r.of(role, kind) {
				looks := strings.HasSuffix(permission, ".read") || strings.HasSuffix(permission, ".search")
				if !looks && !slices.ContainsFunc(duties, func(d Duty) bool { return slices.Contains(d.Permissions, permission) }) {
					all = append(all, permission)
				}
			}
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}
