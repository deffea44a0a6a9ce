package duty

import (
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"xiaobao/internal/authz"
	"xiaobao/internal/codelist"
	"xiaobao/internal/organisation"
)

func engine(t *testing.T, lines string) *authz.Engine {
	t.Helper()
	model, err := os.ReadFile("../../config/authz_model.conf")
	if err != nil {
		t.Fatal(err)
	}
	p, err := authz.ParseCSV([]byte(lines))
	if err != nil {
		t.Fatal(err)
	}
	e, err := authz.New(model, p)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// A duty is held by who has all of its permissions; a unit without a holder is covered by one above it or one for all; an office without its right and a right
// without a duty are listed.
func TestMake(t *testing.T) {
	e := engine(t, `
		p, handler, branch, complaint, intake, accept, department
		p, handler, branch, complaint, *, assign, assigned
		p, head, branch, decision, feedback, approve, subtree
		p, officer, consumer_protection, report, *, create, all
		p, officer, consumer_protection, complaint, *, search, all
		g, head, handler`)
	units := []Unit{{"dep_a", "branch", "/dep_a/", "usr_h"}, {"dep_b", "branch", "/dep_a/dep_b/", "usr_x"}, {"dep_c", "branch", "/dep_c/", ""}, {"dep_o", "consumer_protection", "/dep_o/", "usr_o"}}
	people := []Person{{"usr_h", units[0], []string{"head"}}, {"usr_x", units[1], []string{"handler"}}, {"usr_o", units[3], []string{"officer"}}, {"usr_y", units[3], []string{"handler"}}}
	m := Make(e, []Duty{{Code: "acceptance", Permissions: []string{"complaint.accept", "complaint.assign"}}, {Code: "approval", Permissions: []string{"decision.approve"}},
		{Code: "notice", Permissions: []string{"notice.record"}}, {Code: "branch_reporting", Permissions: []string{"report.create"}, Kinds: []string{"branch"}}}, units, people)
	want := map[string][]UnitHolders{"acceptance": {{"dep_a", []string{"usr_h"}}, {"dep_b", []string{"usr_x"}}}, "approval": {{"dep_a", []string{"usr_h"}}}, "notice": nil, "branch_reporting": nil}
	for _, d := range m.Duties {
		if diff := cmp.Diff(want[d.Code], d.Units); diff != "" {
			t.Errorf("%s: %s", d.Code, diff)
		}
	}
	gaps := []Gap{{Duty: "acceptance", UnitID: "dep_c"}, {Duty: "approval", UnitID: "dep_b", Covered: true}, {Duty: "approval", UnitID: "dep_c"}, {Duty: "notice"}, {Duty: "branch_reporting"}}
	if diff := cmp.Diff(gaps, m.Gaps); diff != "" {
		t.Error(diff)
	}
	offices := []Office{{"handler", "usr_y", "dep_o"}, {"head", "usr_x", "dep_b"}}
	if diff := cmp.Diff(offices, m.Offices); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"report.create"}, Make(e, []Duty{{Code: "all", Permissions: []string{"complaint.accept", "complaint.assign", "decision.approve"}}}, units, people).Unclaimed); diff != "" {
		t.Error(diff)
	}
}

// A change that leaves a senior manager where she is makes no new entry; a move, a suspension and the loss of the role end hers.
func TestManagers(t *testing.T) {
	day := func(d int) time.Time { return time.Date(2026, 3, d, 0, 0, 0, 0, time.UTC) }
	place := func(user, unit string, active bool, from int, roles ...string) organisation.Placement {
		return organisation.Placement{UserID: user, DepartmentID: unit, Active: active, Roles: roles, From: day(from)}
	}
	until := func(d int) *time.Time { at := day(d); return &at }
	got := managers([]organisation.Placement{
		place("usr_a", "dep_1", true, 1, "staff"), place("usr_a", "dep_1", true, 2, "senior_manager"), place("usr_a", "dep_1", true, 3, "senior_manager", "administrator"),
		place("usr_a", "dep_2", true, 4, "senior_manager"), place("usr_a", "dep_2", false, 5, "senior_manager"), place("usr_a", "dep_2", true, 6, "senior_manager"),
		place("usr_b", "dep_2", true, 1, "senior_manager"), place("usr_b", "dep_2", true, 7, "staff"), place("usr_c", "dep_2", true, 8, "senior_manager")})
	want := []Responsible{{"dep_1", "senior_manager", "usr_a", day(2), until(4)}, {"dep_2", "senior_manager", "usr_a", day(4), until(5)}, {"dep_2", "senior_manager", "usr_a", day(6), nil},
		{"dep_2", "senior_manager", "usr_b", day(1), until(7)}, {"dep_2", "senior_manager", "usr_c", day(8), nil}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// A duty with a word that the rights do not know never comes into force.
func TestLoadRefuses(t *testing.T) {
	lists, err := codelist.Load(fstest.MapFS{"duty.yaml": {Data: []byte("name: duty\nversion: 2026-11-24\ntitle: {zh-CN: 职责, en: Duty}\nitems:\n" +
		"  - {code: x, labels: {zh-CN: 项, en: I}, permissions: [complaint.acept], kinds: [brnch]}\n")}})
	if err != nil {
		t.Fatal(err)
	}
	_, err = Load(lists)
	for _, want := range []string{`codes/duty.yaml: x: authz: permission "complaint.acept"`, `codes/duty.yaml: x: unknown kind of department "brnch"`} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q is missing in %v", want, err)
		}
	}
}
