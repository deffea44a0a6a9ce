package authz

import (
	"database/sql"
	"fmt"
	"math/rand"
	"slices"
	"strings"
	"testing"

	"github.com/casbin/casbin/v2"
	"github.com/casbin/casbin/v2/model"
	stringadapter "github.com/casbin/casbin/v2/persist/string-adapter"
	"github.com/google/go-cmp/cmp"
	_ "modernc.org/sqlite"

	"xiaobao/internal/actor"
)

// TestPredicateSelectsWhatCasbinAllows guards never-and-must 14 and 27: for random policies, actors and rows, the SQL
// predicate, the filter, the check and the explanation all say what Casbin says when it is asked row by row.
func TestPredicateSelectsWhatCasbinAllows(t *testing.T) {
	const policies, actors, rows = 500, 3, 24
	random := rand.New(rand.NewSource(20260324))
	all, db := randomTable(t, random, rows)
	modelText := shippedText(t, "authz_model.conf")
	allowed, denied := 0, 0
	for range policies {
		text := randomPolicy(random)
		e := engine(t, text)
		judge := independent(t, string(modelText), text)
		for range actors {
			a, q := randomActor(random), pick(random, questions)
			want := []int{}
			for id, row := range all {
				ok := judge.allows(t, a, q, row)
				if ok {
					want = append(want, id)
				}
				agree(t, e, a, q, row, ok)
			}
			f := e.Scope(a, q)
			if diff := cmp.Diff(want, selected(t, db, f, pick(random, []string{"named", "SELECT staff_id FROM named WHERE row_id = id"}))); diff != "" {
				predicate, args := f.Where(columns("named"))
				t.Fatalf("%s\n%+v\n%s\n%s %v\n%s", text, a, q, predicate, args, diff)
			}
			if len(want) > 0 && !e.May(a, q) || e.Explain(a, q, nil).Allowed != e.May(a, q) {
				t.Fatalf("%s\n%+v\n%s: may = %t, explained %+v", text, a, q, e.May(a, q), e.Explain(a, q, nil))
			}
			allowed, denied = allowed+len(want), denied+rows-len(want)
		}
	}
	t.Logf("%d allowed, %d denied", allowed, denied)
	if allowed < 2000 || denied < 2000 {
		t.Errorf("%d allowed and %d denied prove little", allowed, denied)
	}
}

// agree compares the answers in memory with what the judge says.
func agree(t *testing.T, e *Engine, a actor.Actor, q Question, row Row, want bool) {
	t.Helper()
	x := e.Explain(a, q, &row)
	got := []bool{e.Scope(a, q).Allows(row), e.Check(a, q, row) == nil, x.Allowed, len(x.Missing) == 0}
	if slices.Contains(got, !want) || want && len(x.Because) == 0 {
		t.Fatalf("%+v\n%s\n%+v\nallowed %t; filter, check, explanation, nothing missing: %v; because %v", a, q, row, want, got, x.Because)
	}
}

// judge asks Casbin for each row, without a filter and without a memo.
type judge struct{ *casbin.Enforcer }

func independent(t *testing.T, modelText, policyText string) judge {
	t.Helper()
	m, err := model.NewModelFromString(modelText)
	if err != nil {
		t.Fatal(err)
	}
	e, err := casbin.NewEnforcer(m, stringadapter.NewAdapter(policyText))
	if err != nil {
		t.Fatal(err)
	}
	return judge{e}
}

func (j judge) allows(t *testing.T, a actor.Actor, q Question, row Row) bool {
	t.Helper()
	if a.StaffID != "" && row.NamedStaffIDs[0] == a.StaffID {
		return false
	}
	asked, stage := a.Roles, row.Stage
	switch {
	case a.Kind == actor.Client && slices.Contains(a.Scopes, q.Object+"."+q.Act):
		asked = []string{"client"}
	case a.Kind != actor.User:
		return false
	}
	if q.Object == "rectification" || q.Object == "report" {
		stage = "*"
	}
	mine := func(id string) bool { return id != "" && id == a.ID }
	held := func(h Holder) bool { return mine(h.ID) && h.In != "" && h.In == a.DepartmentID }
	in := map[string]bool{
		"all":        true,
		"subtree":    slices.ContainsFunc(row.DepartmentIDs, func(id string) bool { return id != "" && slices.Contains(a.Subtree, id) }),
		"department": slices.ContainsFunc(row.DepartmentIDs, func(id string) bool { return id != "" && id == a.DepartmentID }),
		"assigned":   held(row.Responsible),
		"linked":     slices.ContainsFunc(row.LinkedTo, held),
		"posted":     mine(row.PostedBy),
	}
	for _, role := range asked {
		for name, holds := range in {
			if !holds {
				continue
			}
			ok, err := j.Enforce(role, a.DepartmentKind, q.Object, stage, q.Act, name)
			if err != nil {
				t.Fatal(err)
			}
			if ok {
				return true
			}
		}
	}
	return false
}

var questions = []Question{{"complaint", "read"}, {"consumer.contact", "read"}, {"rectification", "read"}, {"report", "read"}}

func randomPolicy(random *rand.Rand) string {
	text := map[string]bool{}
	for range 10 + random.Intn(40) {
		q := pick(random, questions)
		stage := pick(random, []string{"*", "*", "intake", "investigation", "feedback", "closed", "archived"})
		if o, _ := findObject(q.Object); !o.staged {
			stage = "*"
		}
		line := fmt.Sprintf("p, %s, %s, %s, %s, %s, %s\n", pick(random, []string{"handler", "head", "officer", "staff", "client"}),
			pick(random, []string{"*", "branch", "legal", "partner"}), q.Object, stage, q.Act,
			pick(random, []string{"all", "subtree", "department", "assigned", "linked", "posted"}))
		text[line] = true
	}
	heirs := []string{"head", "handler", "officer", "staff", "client"} // each inherits from later ones: no circle
	for range random.Intn(4) {
		i := random.Intn(len(heirs) - 1)
		text[fmt.Sprintf("g, %s, %s\n", heirs[i], heirs[i+1+random.Intn(len(heirs)-1-i)])] = true
	}
	lines := make([]string, 0, len(text))
	for line := range text {
		lines = append(lines, line)
	}
	slices.Sort(lines)
	return strings.Join(lines, "")
}

func randomActor(random *rand.Rand) actor.Actor {
	a := actor.Actor{
		Kind:           pick(random, []actor.Kind{actor.User, actor.User, actor.User, actor.User, actor.Client, actor.Client, actor.System, ""}),
		ID:             pick(random, []string{"a1", "a2", "a3", ""}),
		DepartmentKind: pick(random, []string{"branch", "branch", "legal", "partner", "partner", "", "*"}),
		DepartmentID:   pick(random, []string{"d1", "d2", "d3", ""}),
		Subtree:        pick(random, [][]string{nil, {""}, {"d1"}, {"d1", "d2"}, {"d2", "", "d3"}}),
		StaffID:        pick(random, []string{"", "", "S1", "S2"}),
	}
	for range random.Intn(4) {
		a.Roles = append(a.Roles, pick(random, []string{"handler", "head", "officer", "staff", "client", "unknown"}))
	}
	for range random.Intn(9) {
		a.Scopes = append(a.Scopes, pick(random, questions).String())
	}
	return a
}

// randomTable makes rows, some with gaps where the database has NULL or an empty text, and the same in SQLite.
func randomTable(t *testing.T, random *rand.Rand, n int) ([]Row, *sql.DB) {
	t.Helper()
	db, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	db.SetMaxOpenConns(1)
	exec := func(statement string, args ...any) {
		if _, err := db.Exec(statement, args...); err != nil {
			t.Fatal(err)
		}
	}
	exec("CREATE TABLE thing (id INTEGER, stage TEXT, opened_by TEXT, owned_by TEXT, responsible TEXT, responsible_in TEXT, client TEXT, named TEXT)")
	exec("CREATE TABLE named (row_id INTEGER, staff_id TEXT)")
	exec("CREATE TABLE link (row_id INTEGER, owner_id TEXT, department_id TEXT)")
	orNull := func(s string) any {
		if s == "" && random.Intn(2) == 0 {
			return nil
		}
		return s
	}
	rows := make([]Row, n)
	for id := range rows {
		r := Row{
			Stage:         pick(random, []string{"intake", "investigation", "feedback", "closed", "archived", "limbo", ""}),
			DepartmentIDs: []string{pick(random, []string{"d1", "d2", "d3", "d4", ""}), pick(random, []string{"d1", "d3", "", ""})},
			Responsible:   Holder{pick(random, []string{"a1", "a2", "a3", ""}), pick(random, []string{"d1", "d2", ""})},
			PostedBy:      pick(random, []string{"a1", "a2", ""}),
			NamedStaffIDs: []string{pick(random, []string{"", "", "S1", "S2", "S3"})},
		}
		exec("INSERT INTO thing VALUES (?, ?, ?, ?, ?, ?, ?, ?)", id, orNull(r.Stage), orNull(r.DepartmentIDs[0]), orNull(r.DepartmentIDs[1]),
			orNull(r.Responsible.ID), orNull(r.Responsible.In), orNull(r.PostedBy), orNull(r.NamedStaffIDs[0]))
		exec("INSERT INTO named VALUES (?, NULL), (?, ?)", id, id, orNull(r.NamedStaffIDs[0]))
		for range random.Intn(3) {
			owner := Holder{pick(random, []string{"a1", "a2", ""}), pick(random, []string{"d1", "d2", ""})}
			r.LinkedTo = append(r.LinkedTo, owner)
			exec("INSERT INTO link VALUES (?, ?, ?)", id, orNull(owner.ID), orNull(owner.In))
		}
		rows[id] = r
	}
	return rows, db
}

func columns(named string) Columns {
	return Columns{Stage: "stage", Departments: []string{"opened_by", "owned_by"}, Responsible: HolderColumns{"responsible", "responsible_in"}, PostedBy: "client",
		Linked: "EXISTS (SELECT 1 FROM link WHERE row_id = id AND owner_id = ? AND department_id = ?)", Named: named}
}

func selected(t *testing.T, db *sql.DB, f Filter, named string) []int {
	t.Helper()
	predicate, args := f.Where(columns(named))
	found, err := db.Query("SELECT id FROM thing WHERE id >= 0 AND "+predicate+" ORDER BY id", args...)
	if err != nil {
		t.Fatalf("%s %v: %v", predicate, args, err)
	}
	defer found.Close()
	ids := []int{}
	for found.Next() {
		var id int
		if err := found.Scan(&id); err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
	}
	if err := found.Err(); err != nil {
		t.Fatal(err)
	}
	return ids
}

func pick[T any](random *rand.Rand, from []T) T { return from[random.Intn(len(from))] }
