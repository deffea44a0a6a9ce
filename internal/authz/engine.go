package authz

import (
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/casbin/casbin/v2"
	"github.com/casbin/casbin/v2/model"

	"xiaobao/internal/actor"
)

// Engine answers by one policy, which never changes. It is safe for concurrent use.
type Engine struct {
	casbin *casbin.Enforcer
	policy Policy
	memo   sync.Map // cell -> scopeSet
}

// cell is what the policy is asked about, row scope apart. It holds nothing of a user or a row, so that there are few.
type cell struct{ role, kind, object, stage, act string }

// scopeSet has a bit for each scope.
type scopeSet uint8

// New builds an engine for the policy by a Casbin model of r and p = role, kind, obj, stage, act, scope. It refuses a
// model that cannot be read or evaluated, and one that grants to a role what no line grants.
func New(modelText []byte, p Policy) (*Engine, error) {
	m, err := model.NewModelFromString(string(modelText))
	if err != nil {
		return nil, fmt.Errorf("authz: read the model: %w", err)
	}
	enforcer, err := casbin.NewEnforcer(m)
	if err != nil {
		return nil, fmt.Errorf("authz: build the enforcer: %w", err)
	}
	if enforcer.GetRoleManager() == nil {
		return nil, errors.New("authz: the model does not define g, by which roles inherit")
	}
	lines := make([][]string, len(p.lines))
	for i, l := range p.lines {
		lines[i] = []string{l.Role, l.Kind, l.Object, l.Stage, l.Act, l.Scope}
	}
	heirs := make([][]string, len(p.inherits))
	for i, in := range p.inherits {
		heirs[i] = []string{in.heir, in.role}
	}
	_, err = enforcer.AddPolicies(lines)
	if err != nil {
		return nil, fmt.Errorf("authz: add the policy: %w", err)
	}
	_, err = enforcer.AddGroupingPolicies(heirs)
	if err != nil {
		return nil, fmt.Errorf("authz: add the roles: %w", err)
	}
	granted, err := enforcer.Enforce("?", "?", "?", "?", "?", "?")
	if err != nil {
		return nil, fmt.Errorf("authz: ask the model: %w", err)
	}
	if granted {
		return nil, errors.New("authz: the model grants what no line of the policy grants")
	}
	return &Engine{casbin: enforcer, policy: p}, nil
}

// May says that the actor may do this at some stage, on some row: what can be known of a request before its body is read.
func (e *Engine) May(a actor.Actor, q Question) bool { return e.Scope(a, q).somewhere() }

// Check says that the actor may do this to the row. Otherwise it returns ErrForbidden, or ErrScopeMissing for a key.
// Whether the refused actor may know of the row at all is another question, of the object's read.
func (e *Engine) Check(a actor.Actor, q Question, row Row) error {
	if e.Scope(a, q).Allows(row) {
		return nil
	}
	return e.Refusal(a, q)
}

// Scope compiles the question into the rows on which the actor may do this.
func (e *Engine) Scope(a actor.Actor, q Question) Filter {
	o, known := findObject(q.Object)
	if !known || !slices.Contains(o.acts, q.Act) || keyLacks(a, q) {
		return Filter{}
	}
	f := Filter{who: who{a}, names: o.names}
	for _, role := range rolesOf(a) {
		c := cell{role: role, kind: a.DepartmentKind, object: q.Object, stage: anything, act: q.Act}
		f.grant(anyStage, e.scopes(c))
		if !o.staged {
			continue
		}
		for i := range stages {
			c.stage = stages[i].code
			f.grant(stageBit(i), e.scopes(c))
		}
	}
	f.reduce()
	return f
}

// scopes asks Casbin, once, for each scope of the cell.
func (e *Engine) scopes(c cell) scopeSet {
	if known, ok := e.memo.Load(c); ok {
		return known.(scopeSet)
	}
	var set scopeSet
	for s := range scopeCount {
		granted, err := e.casbin.Enforce(c.role, c.kind, c.object, c.stage, c.act, scopes[s].code)
		// New has seen the model evaluate; should it fail all the same, it grants nothing.
		if err == nil && granted {
			set |= 1 << s
		}
	}
	e.memo.Store(c, set)
	return set
}

// rolesOf are the roles that the policy is asked for. An API client has its one role whatever its actor says, and the
// system asks for no rights: its jobs do what they were built for.
func rolesOf(a actor.Actor) []string {
	switch a.Kind {
	case actor.User:
		return a.Roles
	case actor.Client:
		return []string{clientRole}
	}
	return nil
}

// keyLacks says that the actor came by an API key without the scope.
func keyLacks(a actor.Actor, q Question) bool {
	return a.Kind == actor.Client && !slices.Contains(a.Scopes, q.String())
}
