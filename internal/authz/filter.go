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
	ResponsibleID string   // who is responsible, or owns it; empty while nobody is, as in intake
	PostedBy      string   // the API client that posted it; empty when none did
	LinkedTo      []string // the owners of the rectifications that mend what it complains of
	NamedStaffIDs []string // the numbers of the members of staff who are named in it
}

// Columns says where a query finds what a Row holds: names of columns, qualified where the query joins. A scope whose
// column is empty selects nothing.
type Columns struct {
	Stage       string
	Departments []string
	Responsible string
	PostedBy    string
	// Linked is a condition with one ? for the actor's id, true when the actor owns a rectification of the row:
	// "EXISTS (SELECT 1 FROM ... WHERE owner_id = ?)".
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
	if slices.Contains(f.who.Subtree, f.who.DepartmentID) {
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
	avoids := f.who.StaffID != "" && (f.names || c.Named != "")
	var terms []string
	var args []any
	for s := range scopeCount {
		term, termArgs := f.term(c, s)
		if term != "" {
			terms = append(terms, term)
			args = append(args, termArgs...)
		}
	}
	if len(terms) == 0 || avoids && c.Named == "" {
		return "1=0", nil
	}
	predicate := strings.Join(terms, " OR ")
	if len(terms) > 1 {
		predicate = "(" + predicate + ")"
	}
	if avoids {
		// IS NOT TRUE, because for a row that names nobody the comparison is NULL, and it must not be hidden.
		predicate += " AND (? IN (" + c.Named + ")) IS NOT TRUE"
		args = append(args, f.who.StaffID)
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
	switch {
	case s == scopeAll:
		return "1=1", nil
	case s == scopeLinked && c.Linked != "" && w.can(s):
		return "(" + c.Linked + ")", []any{w.ID}
	case s == scopeLinked:
		return "", nil
	}
	return oneOf(reaches[s].of(w), reaches[s].columns(c)...)
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
type who struct{ actor.Actor }

// reach is how a scope finds its rows: a row that holds, where the scope looks, one of the actor's own words. In memory and in SQL it is the same.
type reach struct {
	of      func(who) []string
	row     func(Row) []string
	columns func(Columns) []string // but for scopeLinked, which has a condition of its own
}

var reaches = map[scope]reach{
	scopeSubtree:    {func(w who) []string { return w.Subtree }, departmentsOf, departmentColumns},
	scopeDepartment: {func(w who) []string { return []string{w.DepartmentID} }, departmentsOf, departmentColumns},
	scopeAssigned:   {who.itself, func(r Row) []string { return []string{r.ResponsibleID} }, func(c Columns) []string { return []string{c.Responsible} }},
	scopeLinked:     {who.itself, func(r Row) []string { return r.LinkedTo }, nil},
	scopePosted:     {who.itself, func(r Row) []string { return []string{r.PostedBy} }, func(c Columns) []string { return []string{c.PostedBy} }},
}

func departmentsOf(r Row) []string         { return r.DepartmentIDs }
func departmentColumns(c Columns) []string { return c.Departments }
func (w who) itself() []string             { return []string{w.ID} }

// can says that a row of the scope can exist for the actor: what has no name owns nothing, least of all what is unowned.
func (w who) can(s scope) bool {
	r, known := reaches[s]
	return s == scopeAll || known && slices.ContainsFunc(r.of(w), func(id string) bool { return id != "" })
}

// holds says that the row lies in the scope.
func (w who) holds(s scope, row Row) bool {
	r, known := reaches[s]
	return s == scopeAll || known && slices.ContainsFunc(r.row(row), func(id string) bool { return id != "" && slices.Contains(r.of(w), id) })
}

// named says that the row names the actor.
func (w who) named(row Row) bool {
	return w.StaffID != "" && slices.Contains(row.NamedStaffIDs, w.StaffID)
}
