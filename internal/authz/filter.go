package authz

import (
	"slices"
	"strings"

	"xiaobao/internal/actor"
)

// Row is what the rights ask of one record. Of a record that belongs to a complaint, a decision or an extension, the
// stage and who is named are the complaint's.
type Row struct {
	Stage         string   // of the complaint; empty for an object without stages
	DepartmentIDs []string // to which it belongs: one, or for a rectification that which opened it and that which owns it
	Responsible   Holder   // who is responsible, or owns it; empty while nobody is, as in intake
	PostedBy      string   // the API client that posted it; empty when none did
	LinkedTo      []Holder // the owners of the rectifications that mend what it complains of
	NamedStaffIDs []string // the numbers of the members of staff who are named in it
}

// Holder is who is responsible for something as one of a department. When she leaves the department, it is hers no more (never-and-must 17).
type Holder struct{ ID, In string }

// HolderColumns are where a query finds a Holder.
type HolderColumns struct{ ID, In string }

// Columns says where a query finds what a Row holds: names of columns, qualified where the query joins. A scope whose
// column is empty selects nothing.
type Columns struct {
	Stage       string
	Departments []string
	Responsible HolderColumns
	PostedBy    string
	// Linked is a condition with a ? for the actor's id and one for her department, true when she owns a rectification of the row there:
	// "EXISTS (SELECT 1 FROM ... WHERE owner_id = ? AND department_id = ?)".
	Linked string
	// Named is the column with the number of who is named, or a SELECT of such numbers where a row may name several.
	// Without it, whoever has a staff number gets no row of a complaint or of what belongs to one, rectifications included.
	Named string
}

// Filter is the rows on which one actor may do one thing. The zero Filter is no row.
type Filter struct {
	who     who
	names   bool
	granted [scopeCount]stageSet
}

// stageSet has a bit for "any stage", and one for each stage of a complaint.
type stageSet uint8

const anyStage stageSet = 1

func stageBit(index int) stageSet { return anyStage << (index + 1) }

// grant adds the scopes at a stage.
func (f *Filter) grant(stage stageSet, set scopeSet) {
	for s := range scopeCount {
		if set&(1<<s) != 0 {
			f.granted[s] |= stage
		}
	}
}

// reduce takes out what changes no answer, so that the database is asked for as little as possible.
func (f *Filter) reduce() {
	for s := range scopeCount {
		if f.granted[s]&anyStage != 0 {
			f.granted[s] = anyStage
		}
		if !f.who.can(s) {
			f.granted[s] = 0
		}
	}
	for s := scopeSubtree; s < scopeCount; s++ {
		f.granted[s] = f.granted[s].beyond(f.granted[scopeAll])
	}
	if slices.Contains(f.who.subtree, f.who.departmentID) {
		f.granted[scopeDepartment] = f.granted[scopeDepartment].beyond(f.granted[scopeSubtree])
	}
}

// beyond is the stages that a wider scope does not cover.
func (set stageSet) beyond(wider stageSet) stageSet {
	if wider&anyStage != 0 {
		return 0
	}
	return set &^ wider
}

// somewhere says that some row could be allowed.
func (f Filter) somewhere() bool { return f.granted != [scopeCount]stageSet{} }

// Links says that some row could be allowed through a rectification: that it is worth while to look up who is linked to one.
func (f Filter) Links() bool { return f.granted[scopeLinked] != 0 }

// Allows says that the filter holds the row.
func (f Filter) Allows(row Row) bool {
	if f.who.named(row) {
		return false
	}
	asked := anyStage
	if i := indexOf(stages, row.Stage); i >= 0 {
		asked |= stageBit(i)
	}
	for s := range scopeCount {
		if f.granted[s]&asked != 0 && f.who.holds(s, row) {
			return true
		}
	}
	return false
}

// Where is the same as one SQL predicate with its arguments, strings, one for each ?. It may be joined to others by AND.
func (f Filter) Where(c Columns) (string, []any) {
	avoidance, named, avoids := f.avoidance(c)
	var terms []string
	var args []any
	for s := range scopeCount {
		term, termArgs := f.term(c, s)
		if term != "" {
			terms = append(terms, term)
			args = append(args, termArgs...)
		}
	}
	if len(terms) == 0 || avoids && avoidance == "" {
		return "1=0", nil
	}
	predicate := strings.Join(terms, " OR ")
	if len(terms) > 1 {
		predicate = "(" + predicate + ")"
	}
	if avoids {
		predicate, args = predicate+" AND "+avoidance, append(args, named)
	}
	return predicate, args
}

// term is the predicate of one scope at its stages, empty when it selects nothing.
func (f Filter) term(c Columns, s scope) (string, []any) {
	rows, args := f.who.rows(c, s)
	set := f.granted[s]
	if set == 0 || rows == "" {
		return "", nil
	}
	if set == anyStage {
		return rows, args
	}
	var codes []string
	for i := range stages {
		if set&stageBit(i) != 0 {
			codes = append(codes, stages[i].code)
		}
	}
	at, atArgs := oneOf(codes, c.Stage)
	switch {
	case at == "":
		return "", nil
	case s == scopeAll:
		return at, atArgs
	}
	return "(" + at + " AND " + rows + ")", append(atArgs, args...)
}

// rows is the predicate of a scope at any stage, empty when it selects nothing.
func (w who) rows(c Columns, s scope) (string, []any) {
	switch s {
	case scopeAll:
		return "1=1", nil
	case scopeSubtree:
		return oneOf(w.subtree, c.Departments...)
	case scopeDepartment:
		return oneOf([]string{w.departmentID}, c.Departments...)
	case scopeAssigned:
		if c.Responsible.ID != "" && c.Responsible.In != "" && w.departmentID != "" {
			return "(" + c.Responsible.ID + " = ? AND " + c.Responsible.In + " = ?)", []any{w.id, w.departmentID}
		}
	case scopePosted:
		return oneOf([]string{w.id}, c.PostedBy)
	case scopeLinked:
		if c.Linked != "" && w.departmentID != "" {
			return "(" + c.Linked + ")", []any{w.id, w.departmentID}
		}
	}
	return "", nil
}

// oneOf is true when one of the columns holds one of the values, empty when there are none of either.
func oneOf(values []string, columns ...string) (string, []any) {
	values = slices.DeleteFunc(slices.Clone(values), func(v string) bool { return v == "" })
	columns = slices.DeleteFunc(slices.Clone(columns), func(c string) bool { return c == "" })
	if len(values) == 0 || len(columns) == 0 {
		return "", nil
	}
	marks := " IN (?" + strings.Repeat(", ?", len(values)-1) + ")"
	var args []any
	for range columns {
		for _, v := range values {
			args = append(args, v)
		}
	}
	condition := strings.Join(columns, marks+" OR ") + marks
	if len(columns) > 1 {
		condition = "(" + condition + ")"
	}
	return condition, args
}

// who is the actor as the scopes see it.
type who struct {
	id, departmentID, staffID string
	subtree                   []string
}

func whoIs(a actor.Actor) who {
	return who{id: a.ID, departmentID: a.DepartmentID, staffID: a.StaffID, subtree: a.Subtree}
}

// can says that a row of the scope can exist for the actor: what has no name owns nothing, least of all what is unowned.
func (w who) can(s scope) bool {
	switch s {
	case scopeAll:
		return true
	case scopeSubtree:
		return slices.ContainsFunc(w.subtree, func(id string) bool { return id != "" })
	case scopeDepartment:
		return w.departmentID != ""
	case scopeAssigned, scopeLinked, scopePosted:
		return w.id != ""
	}
	return false
}

// holds says that the row lies in the scope.
func (w who) holds(s scope, row Row) bool {
	if !w.can(s) {
		return false
	}
	switch s {
	case scopeAll:
		return true
	case scopeSubtree:
		return slices.ContainsFunc(row.DepartmentIDs, func(id string) bool { return id != "" && slices.Contains(w.subtree, id) })
	case scopeDepartment:
		return slices.Contains(row.DepartmentIDs, w.departmentID)
	case scopeAssigned:
		return w.departmentID != "" && row.Responsible == Holder{w.id, w.departmentID}
	case scopeLinked:
		return w.departmentID != "" && slices.Contains(row.LinkedTo, Holder{w.id, w.departmentID})
	case scopePosted:
		return row.PostedBy == w.id
	}
	return false
}
