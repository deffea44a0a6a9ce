package test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"xiaobao/internal/app"
	"xiaobao/internal/contract"
	"xiaobao/internal/servertest"
)

// What the rights must always do; see never_test.go.

// Must 21: an unowned complaint is seen by its fallback department and escalated: one that came to no department in particular, and one whose responsible person
// is suspended.
func TestMust21AnUnownedComplaintIsSeenAndEscalated(t *testing.T) {
	t.Parallel()
	s := tell(t, "2026-03-24T01:30:00Z")
	fallen := ask(t, s.World, servertest.OtherKey, "POST", "/v1/complaints", intake("F-1"), key("f1")).Get("id") // its client has no department
	s.file("wuhao", fmt.Sprintf(galleryBody, ""))
	s.step("wuhao", "/acceptance", "")
	patchUser(t, s.World, "usr_demo_wuhao", `{"status":"suspended"}`)
	for _, day := range []string{"2026-03-24T02:00:00Z", "2026-05-01T01:00:00Z"} {
		s.Forward(day)
		s.Sweep()
		list := s.get("hejing", "/v1/complaints?responsible=none&sort=received_at")
		if got := rowsOf(list); len(got) != 2 || list.Get("data.0.id") != fallen || list.Get("data.1.id") != s.id {
			t.Fatalf("the office does not see them: %s", list.Body)
		}
		for i := range 2 {
			if escalated := list.Get(fmt.Sprintf("data.%d.escalated_at", i)) != ""; escalated != strings.HasPrefix(day, "2026-05") {
				t.Errorf("on %s escalated is %v: %s", day, escalated, list.Body)
			}
		}
	}
	if n := count(entries(t, s.World, fallen), "complaint.escalate|sweep"); n != 1 {
		t.Errorf("%d entries of the escalation", n)
	}
	s.id = fallen
	s.step("hejing", "/assignment", `{"department_id":"dep_demo_center"}`)
	s.step("zhaolei", "/acceptance", "")
}

// Must 22: the responsible handler of a complaint centre or branch in investigation and feedback reads the contact data of that complaint, and leaves one entry a day.
func TestMust22TheResponsibleHandlerReadsContact(t *testing.T) {
	t.Parallel()
	g := newGallery(t)
	_, colleague := employ(t, g.World, "tongshi", "dep_demo_center", "handler")
	_, other := employ(t, g.World, "tonghang", "dep_demo_nanjing", "handler")
	colleagues := map[string]string{"zhaolei": colleague, "wuhao": other}
	for day, date := range []string{"2026-09-24T02:00:00Z", "2026-09-25T01:00:00Z", "2026-09-25T15:59:59Z", "2026-09-25T16:00:01Z"} {
		g.Forward(date)
		for _, d := range handling[:2] {
			for _, stage := range []string{"investigation", "feedback"} {
				e := g.at(d.department, stage)
				for range 2 {
					a := g.get(d.handler, "/v1/complaints/"+e.id)
					if a.Get("complainant.phone") != "138 1234 5678" || a.Get("complainant.name") != "王小明" || !strings.Contains(a.Get("narrative"), "13812345678") {
						t.Errorf("%s at %s: %s", d.handler, stage, a.Body)
					}
					g.get(d.handler, "/v1/complaints/"+e.id+"/timeline")
				}
				// The first day is that of the registration, when the handler saw what she typed. A day is the institution's, from midnight to midnight.
				want := []int{1, 2, 2, 3}[day]
				if n := count(entries(t, g.World, e.id), "consumer.contact.read|"+e.responsible); n != want {
					t.Errorf("%s at %s on %s: %d entries, want %d", d.handler, stage, date, n, want)
				}
				if day == 0 {
					g.hides("a colleague's answer", g.get(colleagues[d.handler], "/v1/complaints/"+e.id))
				}
			}
		}
	}
}

// Must 23: where nobody eligible is left in the unit, the superior unit or the consumer-protection office can assign and approve.
func TestMust23TheSuperiorOrTheOfficeStepsIn(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ parent, superior string }{"the superior unit": {"dep_demo_nanjing", "zhoutao"}, "the office": {"dep_demo_nanjing", "hejing"}} {
		s := tell(t, "2026-03-24T01:30:00Z")
		unit := ask(t, s.World, "guanli", "POST", "/v1/departments", fmt.Sprintf(`{"code":"xinjiekou","name":"新街口支行","kind":"branch","parent_id":%q}`, c.parent), nil).Get("id")
		gone, first := employ(t, s.World, "first", unit, "handler")
		s.file(first, fmt.Sprintf(galleryBody, ""))
		s.step(first, "/acceptance", "")
		patchUser(t, s.World, gone, `{"status":"suspended"}`)
		new, second := employ(t, s.World, "second", unit, "handler") // and no head
		s.step(c.superior, "/assignment", fmt.Sprintf(`{"responsible_id":%q}`, new))
		s.step(second, "/investigation", finding)
		decision := "decisions/" + s.step(second, "/decisions", draft).Get("id")
		s.step(second, decision+"/submission", "")
		s.refused(second, decision+"/approval", "", 403, "auth.forbidden")
		if a := s.step(c.superior, decision+"/approval", ""); a.Get("state") != "approved" {
			t.Errorf("%s: %s", name, a.Body)
		}
	}
}

// Must 24: the consumer-protection office reads every complaint of the institution, from the person named in it excepted (never 7).
func TestMust24TheOfficeReadsEveryComplaint(t *testing.T) {
	t.Parallel()
	g := newGallery(t)
	posted := ask(t, g.World, servertest.PartnerKey, "POST", "/v1/complaints", intake("O-1"), key("o1")).Get("id")
	named := ask(t, g.World, servertest.PartnerKey, "POST", "/v1/complaints", strings.Replace(intake("O-2"), `"source"`, `"respondent":{"staff_id":"10003"},"source"`, 1), key("o2")).Get("id")
	want := append([]exhibit{{id: posted}}, g.items...)
	for _, e := range want {
		if a := g.get("hejing", "/v1/complaints/"+e.id); a.Status != 200 {
			t.Errorf("%s of %s: %d", e.stage, e.department, a.Status)
		}
	}
	list := g.get("hejing", "/v1/complaints?limit=200&include_total=true")
	if list.Get("total") != fmt.Sprint(len(want)) || strings.Contains(list.Body, named) || g.get("hejing", "/v1/complaints/"+named).Status != 404 {
		t.Errorf("the list: %s", list.Body)
	}
}

// Must 25: every 403 for a missing permission says which it is, to whom it is granted, and in which stage: TestMust27TheExplanationIsTheAnswer of every operation,
// TestRightsAtEachStage of every complaint.

// Must 26: every reveal, and each person's first unmasked read of a complaint on a day, leaves who, what, when, under which stage and basis; a reveal also its reason.
// Replays, and what must not be kept: TestRevealIsAnActOfItsOwn.
func TestMust26AnUnmaskedLookLeavesAnEntry(t *testing.T) {
	t.Parallel()
	s := tell(t, "2026-03-24T01:30:00Z")
	id := file(t, s.World, servertest.PartnerKey, "L-1")
	s.id = id
	s.get("zhaolei", "/v1/complaints/"+id)
	s.step("hejing", "/reveals", `{"fields":["phone","id_number"],"reason":"监管部门来函核实身份"}`)
	for action, who := range map[string]string{"consumer.contact.read": "usr_demo_zhaolei 赵蕾", "consumer.contact.reveal": "usr_demo_hejing 何静", "consumer.identity.reveal": "usr_demo_hejing 何静"} {
		trail := s.get("shenji", "/v1/audit-entries?include_total=true&object_id="+id+"&action="+action)
		reason := ""
		if strings.HasSuffix(action, "reveal") {
			reason = "监管部门来函核实身份"
		}
		for path, want := range map[string]string{"actor.kind": "user", "actor.id": strings.Fields(who)[0], "actor.name": strings.Fields(who)[1], "object.kind": "complaint", "object.id": id, "action": action,
			"stage": "intake", "purpose": "complaint_handling", "basis": "law", "reason": reason} {
			if got := trail.Get("data.0." + path); got != want {
				t.Errorf("%s: %s is %q, want %q", action, path, got, want)
			}
		}
		if trail.Get("total") != "1" || !strings.HasPrefix(trail.Get("data.0.at"), "2026-03-24T01:30:00") || trail.Get("data.0.request_id") == "" {
			t.Errorf("%s: %s", action, trail.Body)
		}
	}
}

// Must 27: the explanation of an access gives the answer that the request would get, for every operation and everybody, and says why not; of one complaint:
// TestExplanationOfOneComplaint. Must 25: every refusal says which permission is missing and to whom it is granted; for one complaint: TestRightsAtEachStage.
func TestMust27TheExplanationIsTheAnswer(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, morning)
	c, err := contract.Load(servertest.Contract())
	if err != nil {
		t.Fatal(err)
	}
	who := subjects(t, w)
	made := ask(t, w, "guanli", "POST", "/v1/users", `{"username":"newcomer","name":"新人","department_id":"dep_demo_center","roles":["handler"]}`, nil)
	newcomer := w.SignIn("newcomer", made.Get("initial_password")).Get("access_token") // must change her password first
	who[newcomer] = fmt.Sprintf(`"user_id":%q`, made.Get("id"))
	for _, op := range c.Operations() {
		if op.Permissions[0] == "public" {
			continue
		}
		for as, subject := range who {
			// A parameter that is not there is refused after the rights and before anything is done.
			got := w.Do(servertest.Request{As: as, Method: op.Method, URL: inPath.ReplaceAllString(op.Path, "absent") + "?sentinel=1"})
			x := explain(t, w, fmt.Sprintf(`%s,"operation_id":%q`, subject, op.ID))
			if got.Status != 400 && got.Status != 403 {
				t.Fatalf("%s as %s: %d %s", op.ID, as, got.Status, got.Body)
			}
			if (got.Status == 400) != (x.Get("allowed") == "true") || (x.Get("missing") == "[]") != (x.Get("allowed") == "true") {
				t.Errorf("%s as %s: status %d, explained as %s", op.ID, as, got.Status, x.Body)
			}
			if code := got.Get("code"); code == "auth.forbidden" || code == "auth.scope_missing" {
				if got.Get("permission") != op.Permissions[0] || got.Get("granted_to.0.role") == "" || got.Get("granted_to.0.department_kind") == "" || got.Get("granted_to.0.stage") == "" {
					t.Errorf("%s as %s: the refusal does not say enough: %s", op.ID, as, got.Body)
				}
			}
		}
	}
}

// Must 28: at least one person can always administer users and, later, the policy.
func TestMust28SomebodyCanAdministerUsers(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, morning)
	first := ask(t, w, "guanli", "GET", "/v1/users?role=administrator&status=active", "", nil).Get("data.0.id") // admin stands before guanli
	if a := patchUser(t, w, first, `{"status":"suspended"}`); a.Status != 200 {
		t.Fatal(a.Body)
	}
	for name, body := range map[string]string{"suspended": `{"status":"suspended"}`, "another role": `{"roles":["staff"]}`, "moved": `{"department_id":"dep_demo_center","roles":["handler"]}`} {
		a := patchUser(t, w, "usr_demo_admin", body)
		if a.Status != 409 || a.Get("code") != "user.last_administrator" || a.Get("detail") != "此后将无人能够管理用户，请先指定另一名系统管理员。" {
			t.Errorf("%s: %d %s", name, a.Status, a.Body)
		}
	}
	if a := patchUser(t, w, "usr_demo_admin", `{"phone":"02512345678"}`); a.Status != 200 {
		t.Errorf("another change: %s", a.Body)
	}
	other, _ := employ(t, w, "second", ask(t, w, "guanli", "GET", "/v1/me", "", nil).Get("department.id"), "administrator")
	if a := patchUser(t, w, other, `{"status":"suspended"}`); a.Status != 200 {
		t.Errorf("the other one: %s", a.Body)
	}
}

// Must 28, under a race: of two administrators who suspend each other at once, in two processes, one stays.
func TestMust28TwoAdministratorsSuspendEachOther(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, morning)
	first := ask(t, w, "guanli", "GET", "/v1/users?role=administrator", "", nil).Get("data.0.id")
	patchUser(t, w, first, `{"status":"suspended"}`)
	office := ask(t, w, "guanli", "GET", "/v1/me", "", nil).Get("department.id")
	id, token := employ(t, w, "second", office, "administrator")
	apps := []*app.App{w.App, w.Open()}
	w.Token("guanli")
	for range 5 {
		var wg sync.WaitGroup
		status := make([]int, 2)
		for i, r := range []servertest.Request{{As: "guanli", URL: "/v1/users/" + id}, {As: token, URL: "/v1/users/usr_demo_admin"}} {
			wg.Go(func() {
				r.Method, r.Body, r.Headers, r.On = "PATCH", `{"status":"suspended"}`, match("*"), apps[i]
				status[i] = w.Do(r).Status
			})
		}
		wg.Wait()
		if (status[0] == 200) == (status[1] == 200) {
			t.Fatalf("answers %v: one of the two must succeed", status)
		}
		left, gone := "guanli", id
		if status[1] == 200 {
			left, gone = token, "usr_demo_admin"
		}
		ask(t, w, left, "PATCH", "/v1/users/"+gone, `{"status":"active"}`, match("*"))
	}
}

// Must 29: a partner can read, follow and withdraw what it posted, for ever: whoever handles it, at every stage, after its client has moved on and its key was rotated.
func TestMust29APartnerFollowsWhatItPosted(t *testing.T) {
	t.Parallel()
	s := tell(t, "2026-03-24T01:30:00Z")
	made := makeKey(t, s.World, anxin, `"scopes":["complaint.create","complaint.read","complaint.add_material","complaint.withdraw"]`)
	post := func(reference string) string {
		return ask(t, s.World, made.Get("secret"), "POST", "/v1/complaints", intake(reference), key(reference)).Get("id")
	}
	kept, withdrawn := post("K-1"), post("K-2")
	fresh := ask(t, s.World, "guanli", "POST", "/v1/api-keys/"+made.Get("id")+"/rotation", `{"overlap_hours":0}`, nil).Get("secret")
	ask(t, s.World, "guanli", "PATCH", "/v1/api-clients/"+anxin, `{"department_id":null,"name":"安心"}`, match("*"))
	follows := func(id, stage string) {
		t.Helper()
		one := s.get(fresh, "/v1/complaints/"+id+"?"+allParts)
		if one.Status != 200 || one.Get("stage") != stage || s.get(fresh, "/v1/complaints/"+id+"/timeline").Status != 200 || !strings.Contains(s.get(fresh, "/v1/complaints").Body, id) {
			t.Errorf("at %s: %d %s", stage, one.Status, one.Body)
		}
		s.hides("the partner's answer", one)
		ask(t, s.World, fresh, "POST", "/v1/complaints/"+id+"/materials", `{"text":"补充"}`, nil)
	}
	follows(kept, "intake")
	s.id = kept
	s.step("hejing", "/assignment", `{"department_id":"dep_demo_nanjing"}`)
	s.step("wuhao", "/acceptance", "")
	follows(kept, "investigation")
	s.step("wuhao", "/investigation", galleryFound)
	decision := s.step("wuhao", "/decisions", galleryDraft).Get("id")
	s.step("wuhao", "decisions/"+decision+"/submission", "")
	s.step("zhoutao", "decisions/"+decision+"/approval", "")
	follows(kept, "feedback")
	s.step("wuhao", "/notices", fmt.Sprintf(galleryTold, decision, s.Clock.Now().Format(time.RFC3339Nano)))
	follows(kept, "closed")
	s.refused(fresh, "/withdrawal", `{"form":"phone"}`, 409, "complaint.wrong_stage")
	s.id = withdrawn
	s.step(fresh, "/withdrawal", `{"form":"phone"}`)
	follows(withdrawn, "closed")
	s.Forward("2027-03-24T01:30:00Z")
	s.Sweep()
	follows(kept, "archived")
	follows(withdrawn, "archived")
}

// Must 30: the same policy answers in every process, at the latest two seconds after a change.
func TestMust30ANewPolicyAnswersInEveryProcess(t *testing.T) { // not beside others: its two seconds are of real time
	w := servertest.New(t, "2026-03-24T01:30:00Z")
	apps := []*app.App{w.App, w.Open()}
	ctx, end := context.WithCancel(context.Background())
	defer end()
	for _, a := range apps {
		go a.Run(ctx)
	}
	id := ask(t, w, servertest.PartnerKey, "POST", "/v1/complaints", intake("P-1"), key("p1")).Get("id")
	answers := func(want int) (late int) {
		for _, a := range apps {
			for as, status := range map[string]int{"sunli": 200, "wuhao": want} {
				if w.Do(servertest.Request{As: as, Method: "GET", URL: "/v1/complaints/" + id, On: a}).Status != status {
					late++
				}
			}
		}
		return late
	}
	if answers(404) != 0 {
		t.Fatal("the first policy does not answer as it should")
	}
	const line = "p, handler, branch, complaint, *, read, department"
	amend(t, w, line, line[:len(line)-len("department")]+"all")
	changed := time.Now()
	for answers(200) != 0 {
		if time.Since(changed) > 2*time.Second {
			t.Fatal("two seconds later a process answers by the old policy")
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// Beside the rows: what turns out to be wrong is corrected as long as the complaint is open (PIPL art 46), also the address that the notice goes to.
func TestTheHandlerCorrectsUntilTheNotice(t *testing.T) {
	t.Parallel()
	g := newGallery(t)
	for _, d := range handling[:2] {
		for _, stage := range stages[:3] {
			e := g.at(d.department, stage)
			shown := g.get(d.handler, "/v1/complaints/"+e.id)
			a := g.Do(servertest.Request{As: d.handler, Method: "PATCH", URL: "/v1/complaints/" + e.id, Body: `{"complainant":{"phone":"13912345678"}}`, Headers: match(shown.Get("etag"))})
			if a.Status != 200 || !strings.Contains(shown.Get("allowed_actions"), `"update"`) {
				t.Errorf("%s at %s: %d %s, allowed %s", d.department, stage, a.Status, a.Body, shown.Get("allowed_actions"))
			}
		}
	}
}
