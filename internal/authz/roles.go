package authz

import "slices"

// RoleGrant is what a role may do on the rows of one scope, with the stages at which it may; "*" is any.
type RoleGrant struct {
	Permission string
	Stages     []string
	Scope      string
}

// Roles lists the roles of the policy that a person can be given: those that ship in their order, then an institution's own by name.
func (e *Engine) Roles() []string {
	lines := slices.Clone(e.policy.lines)
	for _, i := range e.policy.inherits {
		lines = append(lines, Line{Role: i.heir}, Line{Role: i.role})
	}
	var codes []string
	for _, role := range rolesIn(lines) {
		if role.code != clientRole {
			codes = append(codes, role.code)
		}
	}
	return codes
}

// DepartmentKinds lists the kinds of department; the other kinds are those of organisations that hold API keys.
func DepartmentKinds() []string {
	var codes []string
	for _, kind := range kinds {
		if kind.code != "partner" && kind.code != "regulator" {
			codes = append(codes, kind.code)
		}
	}
	return codes
}

// Serves says that a role grants something in a kind of department: by a sentence about that kind, its own or inherited, or by one of its own
// about every kind. What it inherits for every kind does not count: a role that grants no more than being staff is misplaced there.
func (e *Engine) Serves(role, kind string) bool {
	return slices.ContainsFunc(e.policy.lines, func(l Line) bool {
		return l.Kind == kind && e.policy.reaches(role, l.Role) || l.Kind == anything && l.Role == role
	})
}

// Includes says that whoever holds a role may whatever another may: it is the same, or inherits from it.
func (e *Engine) Includes(role, other string) bool { return e.policy.reaches(role, other) }

// Grants lists what a role may do in a kind of department, with all that it inherits, in the order of the vocabulary.
func (e *Engine) Grants(role, kind string) []RoleGrant {
	lines := only(e.policy.lines, func(l Line) bool {
		return (l.Kind == kind || l.Kind == anything) && e.policy.reaches(role, l.Role)
	})
	var all []RoleGrant
	for _, o := range objects {
		for _, act := range o.acts {
			q := Question{Object: o.name, Act: act}
			for _, rows := range scopes {
				if at := stagesOf(lines, q, rows.code); len(at) > 0 {
					all = append(all, RoleGrant{Permission: q.String(), Stages: at, Scope: rows.code})
				}
			}
		}
	}
	return all
}

// stagesOf are the stages at which the lines grant the question on the rows of a scope.
func stagesOf(lines []Line, q Question, scope string) []string {
	at := map[string]bool{}
	for _, l := range lines {
		if l.Object == q.Object && l.Act == q.Act && l.Scope == scope {
			at[l.Stage] = true
		}
	}
	if at[anything] {
		return []string{anything}
	}
	var codes []string
	for _, stage := range stages {
		if at[stage.code] {
			codes = append(codes, stage.code)
		}
	}
	return codes
}

// OfComplaint says that the question is about one complaint, or what belongs to one, that is there already.
func (q Question) OfComplaint() bool {
	o, known := findObject(q.Object)
	return known && o.staged && q.Act != "create" && q.Act != "import"
}
