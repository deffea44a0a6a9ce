package authz

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestPolicyWithFaultsIsRefused guards never-and-must 18: an unknown word refuses the policy, and all faults are told at
// once with their lines.
func TestPolicyWithFaultsIsRefused(t *testing.T) {
	tests := map[string]struct {
		policy string
		want   []string
	}{
		"unknown object": {"p, handler, branch, complain, *, read, all", []string{`policy line 1: unknown object "complain"`}},
		"unknown act":    {"p, handler, branch, complaint, *, erase, all", []string{`policy line 1: unknown act "erase" of complaint`}},
		"act of another object": {"p, handler, branch, complaint, *, reveal, all",
			[]string{`policy line 1: unknown act "reveal" of complaint`}},
		"unknown stage": {"p, handler, branch, complaint, review, read, all", []string{`policy line 1: unknown stage "review"`}},
		"unknown scope": {"p, handler, branch, complaint, *, read, region", []string{`policy line 1: unknown scope "region"`}},
		"unknown kind":  {"p, handler, branches, complaint, *, read, all", []string{`policy line 1: unknown kind of department "branches"`}},
		"stage of an object without": {"p, officer, audit, report, intake, read, all",
			[]string{`policy line 1: report has no stages: write * for "intake"`}},
		"pattern as role": {"p, *, branch, complaint, *, read, all",
			[]string{`policy line 1: "*" is not a role: a to z, then a to z, 0 to 9 and _, at most 64`}},
		"pattern as object": {"p, handler, branch, *, *, read, all", []string{`policy line 1: unknown object "*"`}},
		"pattern as act":    {"p, handler, branch, complaint, *, *, all", []string{`policy line 1: unknown act "*" of complaint`}},
		"pattern as scope":  {"p, handler, branch, complaint, *, read, *", []string{`policy line 1: unknown scope "*"`}},
		"role of capitals": {"g, Head, handler",
			[]string{`policy line 1: "Head" is not a role: a to z, then a to z, 0 to 9 and _, at most 64`}},
		"column too few": {"p, handler, branch, complaint, *, read",
			[]string{"policy line 1: p takes role, kind, object, stage, act, scope: 6 words, not 5"}},
		"column too many":   {"g, head, handler, branch", []string{"policy line 1: g takes heir and role: 2 words, not 3"}},
		"unknown line type": {"p2, handler, branch", []string{`policy line 1: a line begins with p or g, not with "p2"`}},
		"trailing comment":  {"g, head, handler # may all", []string{`policy line 1: "handler # may all" is not a role: a to z, then a to z, 0 to 9 and _, at most 64`}},
		"line twice": {"p, handler, branch, complaint, *, read, all\n# again\np,handler,branch,complaint,*,read,all",
			[]string{"policy line 3: the same stands in line 1"}},
		"own heir":    {"g, head, head", []string{"policy line 1: head would inherit from itself through head"}},
		"long circle": {"g, a, b\ng, b, c\ng, c, a", []string{"policy line 3: c would inherit from itself through a"}},
		"all at once": {"q\n\np, Handler, shop, complaint, never, erase, some\ng, a, a\r\n", []string{
			`policy line 1: a line begins with p or g, not with "q"`,
			`policy line 3: "Handler" is not a role: a to z, then a to z, 0 to 9 and _, at most 64`,
			`policy line 3: unknown kind of department "shop"`,
			`policy line 3: unknown act "erase" of complaint`,
			`policy line 3: unknown stage "never"`,
			`policy line 3: unknown scope "some"`,
			"policy line 4: a would inherit from itself through a",
		}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			p, err := ParseCSV([]byte(test.policy))
			if err == nil {
				t.Fatal("accepted")
			}
			if diff := cmp.Diff(test.want, strings.Split(err.Error(), "\n")); diff != "" {
				t.Error(diff)
			}
			if len(p.lines)+len(p.inherits) > 0 {
				t.Error("a refused policy grants something")
			}
		})
	}
}

// TestInheritanceMayMeetAgain: two ways to one role are no circle.
func TestInheritanceMayMeetAgain(t *testing.T) {
	p, err := ParseCSV([]byte("g, a, b\ng, a, c\ng, b, d\ng, c, d"))
	if err != nil || len(p.inherits) != 4 {
		t.Errorf("%v, %v", p.inherits, err)
	}
}

// TestPermissionSplitsAtLastDot guards the contract's x-permission: object, dot, act.
func TestPermissionSplitsAtLastDot(t *testing.T) {
	for permission, want := range map[string]Question{
		"consumer.contact.reveal": {"consumer.contact", "reveal"},
		"complaint.log_contact":   {"complaint", "log_contact"},
	} {
		got, err := ParsePermission(permission)
		if err != nil || got != want || got.String() != permission {
			t.Errorf("%s: %+v, %v", permission, got, err)
		}
	}
	for permission, want := range map[string]string{
		"complaint":       `authz: permission "complaint" is not an object, a dot and an act`,
		"consumer.reveal": `authz: permission "consumer.reveal" is about an unknown object`,
		"complaint.":      `authz: permission "complaint.": nobody can "" a complaint`,
		"complaint.erase": `authz: permission "complaint.erase": nobody can "erase" a complaint`,
	} {
		_, err := ParsePermission(permission)
		if err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", permission, err, want)
		}
	}
}

// FuzzParseCSV: whatever is accepted can be built, grants what each of its lines says, and can be rendered.
func FuzzParseCSV(f *testing.F) {
	f.Add(shippedText(f, "authz_policy.csv"))
	f.Add([]byte("g, head, handler\r\np, handler, *, complaint, intake, read, assigned\n"))
	f.Add([]byte("\ufeff# from a spreadsheet\np,\"handler\",branch,report,*,read,all"))
	modelText := shippedText(f, "authz_model.conf")
	f.Fuzz(func(t *testing.T, text []byte) {
		p, err := ParseCSV(text)
		if err != nil {
			return
		}
		e, err := New(modelText, p)
		if err != nil {
			t.Fatal(err)
		}
		rendered := p.Markdown()
		for _, l := range p.lines {
			set := e.scopes(cell{l.Role, strings.Replace(l.Kind, "*", "branch", 1), l.Object, strings.Replace(l.Stage, "*", "closed", 1), l.Act})
			if set&(1<<indexOf(scopes, l.Scope)) == 0 {
				t.Errorf("%+v does not grant itself", l)
			}
			if !strings.Contains(rendered, l.Act) {
				t.Errorf("%+v is not rendered", l)
			}
		}
	})
}

// TestMarkdownReadsAsSentences pins the text of docs/permissions.md.
func TestMarkdownReadsAsSentences(t *testing.T) {
	p := policy(t, `
		p, head, branch, complaint, intake, refuse, subtree
		p, handler, branch, complaint, intake, accept, department
		p, surveyor, branch, report, *, read, posted
		p, handler, branch, complaint, *, search, department
		p, handler, branch, complaint, *, read, department
		p, handler, branch, complaint, *, read, linked
		p, staff, *, role, *, read, all
		g, head, handler
		g, surveyor, staff`)
	want := "# Who may do what\n" + `
Each row reads as a sentence: who holds the role in such a department may do this, at this stage, on these rows.
Whoever is named in a complaint sees nothing of it, whatever stands here.

## Branch 分支机构 (~branch~)

### Handler 经办人 (~handler~)

| Object 对象 | Stage 环节 | Acts 操作 | Rows 数据范围 |
|---|---|---|---|
| complaint | any 任一环节 | read, search | own department 本部门 |
| complaint | any 任一环节 | read | through an own rectification 经本人整改事项关联 |
| complaint | intake 受理 | accept | own department 本部门 |

### Head 负责人 (~head~)

| Object 对象 | Stage 环节 | Acts 操作 | Rows 数据范围 |
|---|---|---|---|
| complaint | intake 受理 | refuse | own department and below 本部门及下级 |

### ~surveyor~

| Object 对象 | Stage 环节 | Acts 操作 | Rows 数据范围 |
|---|---|---|---|
| report | any 任一环节 | read | posted by itself 自行提交 |

## Every department 所有部门 (~*~)

### Staff 员工 (~staff~)

| Object 对象 | Stage 环节 | Acts 操作 | Rows 数据范围 |
|---|---|---|---|
| role | any 任一环节 | read | all 全部 |

## Inherited 继承

- Head 负责人 (~head~) may also what Handler 经办人 (~handler~) may
- ~surveyor~ may also what Staff 员工 (~staff~) may
`
	if diff := cmp.Diff(strings.ReplaceAll(want, "~", "`"), p.Markdown()); diff != "" {
		t.Error(diff)
	}
}

func policy(t testing.TB, text string) Policy {
	t.Helper()
	p, err := ParseCSV([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func engine(t testing.TB, policyText string) *Engine {
	t.Helper()
	e, err := New(shippedText(t, "authz_model.conf"), policy(t, policyText))
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func shipped(t testing.TB) *Engine {
	t.Helper()
	return engine(t, string(shippedText(t, "authz_policy.csv")))
}

func shippedText(t testing.TB, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("../../config/%s", name))
	if err != nil {
		t.Fatal(err)
	}
	return text
}
