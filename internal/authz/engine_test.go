package authz

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"xiaobao/internal/actor"
	"xiaobao/internal/fault"
)

// user is a member of staff in department dep_1, below which dep_2 lies.
func user(kind string, roles ...string) actor.Actor {
	return actor.Actor{Kind: actor.User, ID: "usr_1", Roles: roles, DepartmentKind: kind,
		DepartmentID: "dep_1", Subtree: []string{"dep_1", "dep_2"}}
}

// key is an API client of the kind, by a key with the scopes.
func key(kind string, scopes ...string) actor.Actor {
	return actor.Actor{Kind: actor.Client, ID: "cli_1", Roles: []string{clientRole}, DepartmentKind: kind, Scopes: scopes}
}

func ask(t testing.TB, permission string) Question {
	t.Helper()
	q, err := ParsePermission(permission)
	if err != nil {
		t.Fatal(err)
	}
	return q
}

// TestShippedPolicy holds cells of the policy that ships against never-and-must; the number is the row's.
func TestShippedPolicy(t *testing.T) {
	mine := func(stage string) Row {
		return Row{Stage: stage, DepartmentIDs: []string{"dep_1"}, Responsible: Holder{"usr_1", "dep_1"}, PostedBy: "cli_1"}
	}
	named := func(row Row, staffID string) Row { row.NamedStaffIDs = []string{staffID}; return row }
	clerk := func(staffID string) actor.Actor {
		a := user("branch", "handler")
		a.StaffID = staffID
		return a
	}
	tests := []struct {
		name       string
		who        actor.Actor
		permission string
		row        Row
		want       bool
	}{
		{"1 own of a partner", key("partner", "complaint.read"), "complaint.read", mine("intake"), true},
		{"1 of another partner", key("partner", "complaint.read"), "complaint.read", Row{Stage: "intake", PostedBy: "cli_2"}, false},
		{"1 posted by nobody", key("partner", "complaint.read"), "complaint.read", Row{Stage: "intake"}, false},
		{"2 partner accepts", key("partner", "complaint.accept"), "complaint.accept", mine("intake"), false},
		{"3 regulator reads one", key("regulator", "complaint.read"), "complaint.read", mine("closed"), false},
		{"4 business unit sees contact", user("business_unit", "head"), "consumer.contact.read", mine("investigation"), false},
		{"5 linked sees the matter", user("business_unit", "handler"), "complaint.read",
			Row{Stage: "closed", DepartmentIDs: []string{"dep_9"}, LinkedTo: []Holder{{"usr_2", "dep_1"}, {"usr_1", "dep_1"}}}, true},
		{"5 linked writes a note", user("business_unit", "handler"), "complaint.note", Row{Stage: "closed", LinkedTo: []Holder{{"usr_1", "dep_1"}}}, false},
		{"6 another branch's", user("branch", "handler"), "complaint.read", Row{Stage: "intake", DepartmentIDs: []string{"dep_9"}}, false},
		{"6 branch below, its head", user("branch", "head"), "complaint.read", Row{Stage: "intake", DepartmentIDs: []string{"dep_2"}}, true},
		{"6 branch below, a handler", user("branch", "handler"), "complaint.read", Row{Stage: "intake", DepartmentIDs: []string{"dep_2"}}, false},
		{"7 named in it", clerk("S1"), "complaint.read", named(mine("intake"), "S1"), false},
		{"7 another is named", clerk("S1"), "complaint.read", named(mine("intake"), "S2"), true},
		{"7 nobody is named, number unknown", clerk(""), "complaint.read", named(mine("intake"), ""), true},
		{"9 administrator reads", user("head_office", "administrator"), "complaint.read", mine("intake"), false},
		{"12 closed contact read", user("branch", "handler"), "consumer.contact.read", mine("closed"), false},
		{"13 legal reads contact", user("legal", "handler"), "consumer.contact.read", mine("feedback"), false},
		{"15 key without the scope", key("partner", "complaint.create"), "complaint.read", mine("intake"), false},
		{"15 scopes of a user are none", user("partner", "client"), "complaint.accept", mine("intake"), false},
		{"15 roles of a client are one", actor.Actor{Kind: actor.Client, ID: "cli_1", Roles: []string{"officer"},
			DepartmentKind: "consumer_protection", Scopes: []string{"complaint.read"}}, "complaint.read", mine("intake"), false},
		{"18 unknown role", user("branch", "tyrant"), "complaint.read", mine("intake"), false},
		{"18 kind as pattern", user("*", "officer"), "complaint.read", mine("intake"), false},
		{"22 contact, responsible", user("branch", "handler"), "consumer.contact.read", mine("investigation"), true},
		{"22 contact, another's", user("branch", "handler"), "consumer.contact.read",
			Row{Stage: "investigation", DepartmentIDs: []string{"dep_1"}, Responsible: Holder{"usr_2", "dep_1"}}, false},
		{"24 the office reads all", user("consumer_protection", "officer"), "complaint.read", Row{Stage: "archived"}, true},
		{"28 somebody administers", user("head_office", "administrator"), "user.update", Row{}, true},
		{"29 partner withdraws", key("partner", "complaint.withdraw"), "complaint.withdraw", mine("feedback"), true},
		{"rectification, which opened it", user("branch", "handler"), "rectification.read", Row{DepartmentIDs: []string{"dep_1", "dep_9"}}, true},
		{"rectification, which owns it", user("branch", "handler"), "rectification.read", Row{DepartmentIDs: []string{"dep_9", "dep_1"}}, true},
		{"rectification, neither", user("branch", "handler"), "rectification.read", Row{DepartmentIDs: []string{"dep_9"}}, false},
		{"nobody signed in", actor.Actor{}, "user.read", Row{}, false},
		{"the system", actor.Actor{Kind: actor.System, ID: "sweep", Roles: []string{"staff"}}, "user.read", Row{}, false},
		{"user without a department", actor.Actor{Kind: actor.User, ID: "usr_1", Roles: []string{"head"}, DepartmentKind: "branch"},
			"complaint.read", Row{Stage: "intake", DepartmentIDs: []string{""}}, false},
	}
	e := shipped(t)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			err := e.Check(test.who, ask(t, test.permission), test.row)
			if (err == nil) != test.want {
				t.Errorf("got %v, want allowed = %v", err, test.want)
			}
			if err != nil && fault.From(err) == nil {
				t.Errorf("%v is no fault", err)
			}
		})
	}
}

// TestShippedPolicyReachesNoFurther asks every permission of the vocabulary for each role that must be kept from something.
func TestShippedPolicyReachesNoFurther(t *testing.T) {
	e := shipped(t)
	tests := []struct {
		name string
		who  actor.Actor
		may  func(Question) bool
	}{
		{"10 an auditor changes nothing", user("audit", "auditor"), func(q Question) bool {
			return q.Act == "read" && !strings.HasPrefix(q.Object, "consumer.") || q.Object == "access_report" || q.String() == "standard.drill" // looks, too
		}},
		{"9 an administrator sees no matter", user("head_office", "administrator"), func(q Question) bool {
			o, _ := findObject(q.Object)
			return !o.names && q.Object != "consent"
		}},
		{"2 a partner has five acts on complaints, proves what consumers were told, and records consents", key("partner"), func(q Question) bool {
			return q.Object == "complaint" && strings.Contains("create import read add_material withdraw", q.Act) || q.Object == "notice_delivery" || q.String() == "rights_notice.read" ||
				q.Object == "consent" && strings.Contains("record read withdraw", q.Act)
		}},
		{"3 a regulator has reports, and the list of responsible persons", key("regulator"), func(q Question) bool { return q.Object == "report" || q.String() == "responsible_person.read" }},
		{"a member of staff knows who is who", user("branch", "staff"), func(q Question) bool { return q.Act == "read" }},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			for _, o := range objects {
				for _, act := range o.acts {
					q := Question{o.name, act}
					if test.who.Kind == actor.Client {
						test.who.Scopes = []string{q.String()}
					}
					if e.May(test.who, q) && !test.may(q) {
						t.Errorf("may %s", q)
					}
				}
			}
		})
	}
}

// TestRefusalNamesPermission guards never-and-must 25, with the words that the user sees.
func TestRefusalNamesPermission(t *testing.T) {
	e := engine(t, `
		p, head, branch, decision, feedback, approve, subtree
		p, head, branch, decision, feedback, approve, department
		p, officer, *, decision, *, approve, all`)
	granted := []Grant{{"head", "branch", "feedback"}, {"officer", "*", "*"}}
	tests := []struct {
		name       string
		who        actor.Actor
		permission string
		code       string
		en, zh     string
		granted    []Grant
	}{
		{"role", user("branch", "handler"), "decision.approve", "auth.forbidden",
			"You are not allowed to do this. It needs the permission decision.approve.",
			"您无权进行此操作。此操作需要权限 decision.approve。", granted},
		{"key with the scope, kind without", key("partner", "decision.approve"), "decision.approve", "auth.forbidden",
			"You are not allowed to do this. It needs the permission decision.approve.",
			"您无权进行此操作。此操作需要权限 decision.approve。", granted},
		{"key without the scope", key("partner", "complaint.read"), "decision.approve", "auth.scope_missing",
			"The API key is not meant for this. It needs the scope decision.approve.",
			"该 API 密钥不能用于此操作。此操作需要授权范围 decision.approve。", granted},
		{"granted to nobody", user("branch", "head"), "report.read", "auth.forbidden",
			"You are not allowed to do this. It needs the permission report.read.",
			"您无权进行此操作。此操作需要权限 report.read。", []Grant{}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			q := ask(t, test.permission)
			f := fault.From(e.Check(test.who, q, Row{Stage: "feedback", DepartmentIDs: []string{"dep_1"}}))
			if f == nil {
				t.Fatal("allowed")
			}
			said := map[string]string{}
			for _, language := range []string{"en", "zh-CN"} {
				gap := map[string]string{"en": " "}[language]
				said[language] = f.Reason.Title.Say(language, nil) + gap + f.Reason.Detail.Say(language, f.Params)
			}
			if diff := cmp.Diff(map[string]string{"en": test.en, "zh-CN": test.zh}, said); diff != "" {
				t.Error(diff)
			}
			if f.Reason.Code != test.code || f.Reason.Kind != fault.Forbidden {
				t.Errorf("got %s of kind %d", f.Reason.Code, f.Reason.Kind)
			}
			want := map[string]any{"permission": test.permission, "granted_to": test.granted}
			if diff := cmp.Diff(want, f.Members); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestExplanationSaysWhy guards never-and-must 27: each thing that is missing is told.
func TestExplanationSaysWhy(t *testing.T) {
	e := engine(t, `
		p, handler, branch, complaint, investigation, settle, assigned
		p, officer, consumer_protection, complaint, *, settle, all
		g, head, handler`)
	byHandler := Line{"handler", "branch", "complaint", "investigation", "settle", "assigned"}
	byOfficer := Line{"officer", "consumer_protection", "complaint", "*", "settle", "all"}
	mine := Row{Stage: "investigation", Responsible: Holder{"usr_1", "dep_1"}, NamedStaffIDs: []string{"S1"}}
	named := user("branch", "head")
	named.StaffID = "S1"
	tests := []struct {
		name       string
		who        actor.Actor
		permission string
		row        *Row
		want       Explanation
	}{
		{"allowed", user("branch", "head"), "complaint.settle", &mine, Explanation{Allowed: true, Because: []Line{byHandler}}},
		{"allowed somewhere", named, "complaint.settle", nil, Explanation{Allowed: true, Because: []Line{byHandler}}},
		{"named in it", named, "complaint.settle", &mine,
			Explanation{Because: []Line{byHandler}, Missing: []Missing{{Lacks: []Lack{LackDistance}}}}},
		{"stage and row", user("branch", "handler"), "complaint.settle", &Row{Stage: "closed", Responsible: Holder{"usr_2", "dep_1"}}, Explanation{Missing: []Missing{
			{byHandler, []Lack{LackStage, LackRow}}, {byOfficer, []Lack{LackRole, LackKind}}}}},
		{"role and kind", user("legal", "staff"), "complaint.settle", nil, Explanation{Missing: []Missing{
			{byHandler, []Lack{LackRole, LackKind}}, {byOfficer, []Lack{LackRole, LackKind}}}}},
		{"key without the scope", key("partner"), "complaint.settle", nil, Explanation{Missing: []Missing{{Lacks: []Lack{LackKeyScope}},
			{byHandler, []Lack{LackRole, LackKind}}, {byOfficer, []Lack{LackRole, LackKind}}}}},
		{"granted to nobody", user("branch", "head"), "complaint.read", &mine, Explanation{Missing: []Missing{{Lacks: []Lack{LackGrant}}}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, e.Explain(test.who, ask(t, test.permission), test.row)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestUnknownPermissionIsDenied: a question that no policy can grant is answered without asking it.
func TestUnknownPermissionIsDenied(t *testing.T) {
	e := shipped(t)
	officer := user("consumer_protection", "officer")
	for _, q := range []Question{{}, {"complaint", "erase"}, {"customer", "read"}, {"*", "*"}} {
		predicate, args := e.Scope(officer, q).Where(Columns{Named: "named"})
		if e.May(officer, q) || predicate != "1=0" || len(args) > 0 {
			t.Errorf("%s: %s %v", q, predicate, args)
		}
		if x := e.Explain(officer, q, nil); x.Allowed || len(x.Missing) != 1 {
			t.Errorf("%s: %+v", q, x)
		}
	}
}

// TestModelIsTried: a model that cannot answer, or grants by itself, does not come into force.
func TestModelIsTried(t *testing.T) {
	good := string(shippedText(t, "authz_model.conf"))
	tests := map[string]string{
		"empty":                    "",
		"no matcher":               good[:strings.Index(good, "[matchers]")],
		"unreadable matcher":       strings.Replace(good, "r.act == p.act", "r.act ==", 1),
		"no inheritance":           strings.Replace(strings.Replace(good, "[role_definition]\ng = _, _\n", "", 1), "g(r.role, p.role)", "r.role == p.role", 1),
		"another shape":            strings.ReplaceAll(good, "stage, act, scope", "act, scope"),
		"grants what no line does": good[:strings.LastIndex(good, "m = ")] + "m = r.act == r.act",
	}
	for name, model := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := New([]byte(model), policy(t, "p, head, branch, complaint, *, read, all"))
			if err == nil {
				t.Error("accepted")
			}
		})
	}
}
