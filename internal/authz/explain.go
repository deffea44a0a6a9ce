package authz

import (
	"slices"

	"xiaobao/internal/actor"
)

// Lack is one thing that is not as it would have to be.
type Lack string

// The lacks. The first three stand alone: no line of the policy could cure them.
const (
	LackGrant    Lack = "grant"     // nobody is granted this permission, or there is none of this name
	LackKeyScope Lack = "key_scope" // the API key is not meant for it
	LackDistance Lack = "distance"  // the actor is named in the row
	LackRole     Lack = "role"
	LackKind     Lack = "department_kind"
	LackStage    Lack = "stage"
	LackRow      Lack = "row" // the row lies outside the scope of the line
)

// Explanation is why the actor may or may not do this.
type Explanation struct {
	Allowed bool
	Because []Line    // the lines of the policy that say yes, even where something else forbids it
	Missing []Missing // what forbids it, and the lines that would say yes if they met; empty exactly when allowed
}

// Missing is what would have to be otherwise.
type Missing struct {
	Line  Line // the line that would say yes; zero for what no line could cure
	Lacks []Lack
}

// Explain answers as Check does for the row, and as May does without one, and says why.
func (e *Engine) Explain(a actor.Actor, q Question, row *Row) Explanation {
	f := e.Scope(a, q)
	x := Explanation{Allowed: f.somewhere()}
	if row != nil {
		x.Allowed = f.Allows(*row)
	}
	w := who{a}
	var short []Missing
	for _, l := range e.policy.granting(q) {
		if lacks := e.lacks(a, l, row); len(lacks) > 0 {
			short = append(short, Missing{Line: l, Lacks: lacks})
		} else {
			x.Because = append(x.Because, l)
		}
	}
	if x.Allowed {
		return x
	}
	if keyLacks(a, q) {
		x.Missing = append(x.Missing, Missing{Lacks: []Lack{LackKeyScope}})
	}
	if row != nil && w.named(*row) {
		x.Missing = append(x.Missing, Missing{Lacks: []Lack{LackDistance}})
	}
	switch {
	case len(x.Because) == 0 && len(short) == 0:
		x.Missing = append(x.Missing, Missing{Lacks: []Lack{LackGrant}})
	case len(x.Because) == 0:
		x.Missing = append(x.Missing, short...)
	}
	return x
}

// lacks says what keeps the line from saying yes.
func (e *Engine) lacks(a actor.Actor, l Line, row *Row) []Lack {
	var lacks []Lack
	if !slices.ContainsFunc(rolesOf(a), func(role string) bool { return e.inherits(role, l.Role) }) {
		lacks = append(lacks, LackRole)
	}
	if l.Kind != anything && l.Kind != a.DepartmentKind {
		lacks = append(lacks, LackKind)
	}
	if row != nil && l.Stage != anything && l.Stage != row.Stage {
		lacks = append(lacks, LackStage)
	}
	w, s := who{a}, scope(indexOf(scopes, l.Scope))
	if !w.can(s) || row != nil && !w.holds(s, *row) {
		lacks = append(lacks, LackRow)
	}
	return lacks
}

// inherits asks Casbin's own roles, so that the explanation follows what the matcher follows.
func (e *Engine) inherits(heir, role string) bool {
	linked, err := e.casbin.GetRoleManager().HasLink(heir, role)
	return err == nil && linked
}
