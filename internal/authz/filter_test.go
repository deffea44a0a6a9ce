package authz

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"xiaobao/internal/actor"
)

// TestPredicate pins the SQL that lists are asked with: no term that changes nothing, no row where a column is missing.
func TestPredicate(t *testing.T) {
	complaints := Columns{Stage: "c.stage", Departments: []string{"c.department_id"}, Responsible: HolderColumns{"c.responsible_id", "c.responsible_in"}, PostedBy: "c.client_id",
		Linked: "EXISTS (SELECT 1 FROM r WHERE r.owner_id = ? AND r.department_id = ?)", Named: "c.named"}
	without := func(change func(*Columns)) Columns { c := complaints; change(&c); return c }
	clerk, named := user("branch", "handler"), user("branch", "handler")
	named.StaffID = "S1"
	tests := []struct {
		name    string
		policy  string
		who     actor.Actor
		ask     string
		columns Columns
		want    string
		args    []any
	}{
		{"nobody", "", clerk, "complaint.read", complaints, "1=0", nil},
		{"everything", "p, handler, *, complaint, *, read, all\np, handler, branch, complaint, intake, read, assigned", clerk, "complaint.read", complaints,
			"1=1", nil},
		{"everything but what names her", "p, handler, *, complaint, *, read, all", named, "complaint.read", complaints,
			"1=1 AND (? IN (c.named)) IS NOT TRUE", []any{"S1"}},
		{"everything at a stage", "p, handler, *, complaint, closed, read, all\np, handler, *, complaint, intake, read, all", clerk, "complaint.read", complaints,
			"c.stage IN (?, ?)", []any{"intake", "closed"}},
		{"clerk", "p, handler, branch, complaint, investigation, read, assigned\np, handler, branch, complaint, *, read, department", named, "complaint.read", complaints,
			"(c.department_id IN (?) OR (c.stage IN (?) AND (c.responsible_id = ? AND c.responsible_in = ?))) AND (? IN (c.named)) IS NOT TRUE",
			[]any{"dep_1", "investigation", "usr_1", "dep_1", "S1"}},
		{"subtree holds the department", "p, handler, branch, complaint, *, read, subtree\np, handler, branch, complaint, *, read, department", clerk, "complaint.read", complaints,
			"c.department_id IN (?, ?)", []any{"dep_1", "dep_2"}},
		{"subtree at one stage only", "p, handler, branch, complaint, intake, read, subtree\np, handler, branch, complaint, *, read, department", clerk, "complaint.read", complaints,
			"((c.stage IN (?) AND c.department_id IN (?, ?)) OR c.department_id IN (?))", []any{"intake", "dep_1", "dep_2", "dep_1"}},
		{"linked", "p, handler, branch, complaint, closed, read, linked", clerk, "complaint.read", complaints,
			"(c.stage IN (?) AND (EXISTS (SELECT 1 FROM r WHERE r.owner_id = ? AND r.department_id = ?)))", []any{"closed", "usr_1", "dep_1"}},
		{"partner", "p, client, partner, complaint, *, read, posted", key("partner", "complaint.read"), "complaint.read", complaints,
			"c.client_id IN (?)", []any{"cli_1"}},
		{"two departments", "p, handler, branch, rectification, *, read, department\np, handler, branch, rectification, *, read, assigned", clerk, "rectification.read",
			Columns{Departments: []string{"opened_by", "owned_by"}, Responsible: HolderColumns{"owner_id", "owned_by"}, Named: "SELECT n FROM x"},
			"((opened_by IN (?) OR owned_by IN (?)) OR (owner_id = ? AND owned_by = ?))", []any{"dep_1", "dep_1", "usr_1", "dep_1"}},
		{"no stages", "p, handler, branch, report, *, read, all", clerk, "report.read", Columns{}, "1=1", nil},
		{"no stages, nobody named", "p, handler, branch, report, *, read, all", named, "report.read", Columns{}, "1=1", nil},
		{"column of the stage missing", "p, handler, branch, complaint, closed, read, department", clerk, "complaint.read",
			without(func(c *Columns) { c.Stage = "" }), "1=0", nil},
		{"column of the scope missing", "p, handler, branch, complaint, *, read, department\np, handler, branch, complaint, *, read, assigned", clerk, "complaint.read",
			without(func(c *Columns) { c.Departments = nil }), "(c.responsible_id = ? AND c.responsible_in = ?)", []any{"usr_1", "dep_1"}},
		{"all columns missing", "p, handler, branch, complaint, *, read, assigned\np, handler, branch, complaint, *, read, posted\np, handler, branch, complaint, *, read, linked",
			clerk, "complaint.read", Columns{Departments: []string{""}}, "1=0", nil},
		{"column of the named missing", "p, handler, branch, complaint, *, read, all", named, "complaint.read",
			without(func(c *Columns) { c.Named = "" }), "1=0", nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, args := engine(t, test.policy).Scope(test.who, ask(t, test.ask)).Where(test.columns)
			if got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
			if diff := cmp.Diff(test.args, args); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestMoveTakesEffectAtOnce guards never-and-must 17: nothing of the old department is remembered.
func TestMoveTakesEffectAtOnce(t *testing.T) {
	e, q := shipped(t), ask(t, "complaint.read")
	a, old := user("branch", "head"), Row{Stage: "intake", DepartmentIDs: []string{"dep_1"}}
	if !e.Scope(a, q).Allows(old) {
		t.Fatal("the head does not see her department")
	}
	a.DepartmentID, a.Subtree = "dep_7", []string{"dep_7"}
	if e.Scope(a, q).Allows(old) {
		t.Error("the moved head sees her old department")
	}
	unit, hers := user("business_unit", "handler"), Row{Stage: "investigation", DepartmentIDs: []string{"dep_9"}, Responsible: Holder{"usr_1", "dep_1"}, LinkedTo: []Holder{{"usr_1", "dep_1"}}}
	if !e.Scope(unit, q).Allows(hers) {
		t.Fatal("the unit's handler does not see what is assigned to her")
	}
	unit.DepartmentID, unit.Subtree = "dep_7", []string{"dep_7"}
	if e.Scope(unit, q).Allows(hers) {
		t.Error("the moved handler keeps what was assigned to her as one of the old unit")
	}
}
