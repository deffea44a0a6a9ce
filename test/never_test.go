package test

import (
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"

	"xiaobao/config"
	"xiaobao/internal/actor"
	"xiaobao/internal/contract"
	"xiaobao/internal/servertest"
	"xiaobao/internal/store"
)

// The files never*_test.go and must_test.go are for a compliance officer: what the rights must never do, and must always do, row by row, each shown on the running product. Where a
// row is shown elsewhere as well, the test is named. Row 20 waits for test keys. A change of the policy that breaks a row is refused at review.

// likeAbsent judges that something cannot be told from what is not there.
func likeAbsent(t *testing.T, w *servertest.World, r servertest.Request, id string) {
	t.Helper()
	hidden := w.Do(r)
	r.URL = strings.Replace(r.URL, id, id[:4]+"absent", 1)
	absent := w.Do(r)
	if hidden.Status != 404 || plain(hidden) != plain(absent) {
		t.Errorf("%s %s as %s differs from what is absent:\n%d %s\n%s", r.Method, r.URL, r.As, hidden.Status, hidden.Body, absent.Body)
	}
}

// permissions are all that operations ask for.
func permissions(t *testing.T) (all []string, ops []*contract.Operation) {
	t.Helper()
	c, err := contract.Load(servertest.Contract())
	if err != nil {
		t.Fatal(err)
	}
	for _, op := range c.Operations() {
		if strings.Contains(op.Permissions[0], ".") {
			all, ops = append(all, op.Permissions...), append(ops, op)
		}
	}
	slices.Sort(all)
	return slices.Compact(all), ops
}

// amend makes another policy the newest: that of the demonstration with a line put in the place of another.
func amend(t *testing.T, w *servertest.World, line, with string) {
	t.Helper()
	text, err := fs.ReadFile(config.Files, "authz_policy.csv")
	if err != nil || !strings.Contains(string(text), line) {
		t.Fatal(line, err)
	}
	put(t, w, "policy", map[string]any{"version": 2, "content": strings.Replace(string(text), line, with, 1), "created_at": w.Clock.Now().UTC()})
}

// Never 1: a partner reads, counts, finds or is told of a complaint that another client posted. Searches: TestSearchFindsWhatReadingShows.
func TestNever01APartnerIsToldOfAnothersComplaint(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, morning)
	posted := ask(t, w, servertest.PartnerKey, "POST", "/v1/complaints", intake("X-1"), key("x1"))
	id := posted.Get("id")
	clock := timelineClock(w, servertest.PartnerKey, id, "statutory")
	for _, r := range []servertest.Request{{Method: "GET", URL: "/v1/complaints/" + id}, {Method: "GET", URL: "/v1/complaints/" + id + "?" + allParts},
		{Method: "GET", URL: "/v1/complaints/" + id + "/timeline"}, {Method: "POST", URL: "/v1/complaints/" + id + "/materials", Body: `{"text":"x"}`},
		{Method: "POST", URL: "/v1/complaints/" + id + "/withdrawal", Body: `{"form":"phone"}`}} {
		r.As = servertest.OtherKey
		likeAbsent(t, w, r, id)
	}
	likeAbsent(t, w, servertest.Request{As: servertest.OtherKey, Method: "GET", URL: "/v1/clocks/" + clock + "/explanation"}, clock)
	for _, filter := range []string{"", "&number=" + posted.Get("number"), "&external_reference=X-1", "&client_id=" + anxin, "&department=dep_demo_center"} {
		if list := ask(t, w, servertest.OtherKey, "GET", "/v1/complaints?include_total=true"+filter, "", nil); list.Get("total") != "0" || list.Get("data") != "[]" {
			t.Errorf("%q: %s", filter, list.Body)
		}
	}
	if own := ask(t, w, servertest.OtherKey, "POST", "/v1/complaints", intake("X-1"), key("x1")); own.Status != 201 || own.Get("id") == id {
		t.Errorf("another's reference and key are taken: %s", own.Body)
	}
}

// Never 2: a partner reveals, approves, accepts, assigns, or reads the audit trail or an internal note; not even with a key that says so.
func TestNever02APartnerActsAsStaff(t *testing.T) {
	t.Parallel()
	s := tell(t, morning)
	s.id = ask(t, s.World, servertest.PartnerKey, "POST", "/v1/complaints", intake("X-2"), key("x2")).Get("id")
	s.step("zhaolei", "/notes", `{"text":"内部意见：疑似重复投诉"}`)
	all, ops := permissions(t)
	greedy := plant(t, s.World, anxin, all...)
	partners := []string{"complaint.create", "complaint.import", "complaint.read", "complaint.add_material", "complaint.withdraw", "rights_notice.read", "notice_delivery.create", "notice_delivery.read",
		"consent.record", "consent.withdraw"}
	refused := 0
	for _, op := range ops {
		if slices.ContainsFunc(op.Permissions, func(p string) bool { return slices.Contains(partners, p) }) {
			continue
		}
		for _, as := range []string{servertest.PartnerKey, greedy} {
			refused++
			if a := s.Do(servertest.Request{As: as, Method: op.Method, URL: inPath.ReplaceAllString(op.Path, s.id), Body: "{}"}); a.Status != 403 {
				t.Errorf("%s: %d %s", op.ID, a.Status, a.Body)
			}
		}
	}
	if refused < 60 {
		t.Errorf("only %d were tried", refused)
	}
	for _, url := range []string{"/timeline", "?" + allParts} {
		if a := s.get(servertest.PartnerKey, "/v1/complaints/"+s.id+url); a.Status != 200 || strings.Contains(a.Body, "疑似") || strings.Contains(a.Body, "赵蕾") {
			t.Errorf("%s: %s", url, a.Body)
		}
	}
}

// Never 3: a regulator's key reads a single complaint or a personal value; not even with a key that says so.
func TestNever03ARegulatorReadsAComplaint(t *testing.T) {
	t.Parallel()
	s := tell(t, morning)
	s.file("zhaolei", fmt.Sprintf(galleryBody, ""))
	all, ops := permissions(t)
	greedy := plant(t, s.World, supervision, all...)
	for _, op := range ops {
		if strings.HasPrefix(op.Permissions[0], "report.") {
			continue
		}
		for _, as := range []string{servertest.RegulatorKey, greedy} {
			if op.ID == "getDuties" && as == greedy { // the list of responsible persons, which the regulator may demand, and nothing else of it
				a := s.get(as, op.Path)
				s.hides(op.ID, a)
				if a.Status != 200 || !strings.Contains(a.Body, `"matrix":null`) || strings.Contains(a.Body, s.id) {
					t.Errorf("%d %s", a.Status, a.Body)
				}
				continue
			}
			a := s.Do(servertest.Request{As: as, Method: op.Method, URL: inPath.ReplaceAllString(op.Path, s.id), Body: "{}"})
			s.hides(op.ID, a)
			if a.Status != 403 {
				t.Errorf("%s: %d %s", op.ID, a.Status, a.Body)
			}
		}
	}
}

// Never 4: a business unit sees a consumer's name, contact or identity number, masked excepted, at any stage. The texts of rectifications:
// TestRectificationOwnerSeesTheMatterOnly.
func TestNever04ABusinessUnitSeesTheConsumer(t *testing.T) {
	t.Parallel()
	g := newGallery(t)
	g.id = g.at("dep_demo_center", "investigation").id
	g.step("zhaolei", "/extensions", strings.NewReplacer("special", "complex", "facts_complexly", "facts").Replace(strings.Replace(galleryAsked, "specially_", "", 1)))
	g.step("sunli", "/assignment", `{"responsible_id":"usr_demo_linchen"}`)
	var ids []string
	for _, e := range g.items {
		ids = append(ids, e.id)
	}
	rectification := g.link("linchen", ids...)
	_, head := employ(t, g.World, "cardshead", "dep_demo_cards", "head")
	for _, as := range []string{"linchen", head} {
		g.hides("the rectification", g.get(as, "/v1/rectifications/"+rectification))
		for _, url := range []string{"/v1/complaints?limit=200&expand=clocks&expand=stages", "/v1/extensions", "/v1/rectifications"} {
			g.hides(url, g.get(as, url))
		}
		for _, e := range g.items {
			one := "/v1/complaints/" + e.id
			if a := g.get(as, one+"?"+allParts); (a.Status == 200) != (as == "linchen") {
				t.Errorf("%s: %d", e.stage, a.Status)
			} else {
				g.hides(e.stage, a)
			}
			g.hides(e.stage, g.get(as, one+"/timeline"))
			g.hides(e.stage, g.get(as, "/v1/decisions/"+e.decision))
			for path, body := range map[string]string{one + "/reveals": `{"fields":["phone"],"reason":"想联系客户核实"}`, "/v1/complaint-searches": `{"phone":"13812345678","reason":"想联系客户"}`} {
				if a := g.Do(servertest.Request{As: as, Method: "POST", URL: path, Body: body}); a.Status != 403 {
					t.Errorf("%s: %d %s", path, a.Status, a.Body)
				}
			}
		}
	}
	noted := g.step("linchen", "/notes", `{"text":"`+of+`"}`)
	g.hides("her own note", noted)
}

// Never 5: a business unit's rectification owner sees more of a complaint than its matter: no timeline, note, contact, decision, clock or passage, nor in a list.
func TestNever05TheOwnerSeesMoreThanTheMatter(t *testing.T) {
	t.Parallel()
	g := newGallery(t)
	for _, stage := range stages {
		e := g.at("dep_demo_nanjing", stage)
		g.link("linchen", e.id)
		one := "/v1/complaints/" + e.id
		clock := timelineClock(g.World, "wuhao", e.id, "statutory")
		for _, a := range []servertest.Answer{g.get("linchen", one+"?"+allParts), g.get("linchen", "/v1/complaints?expand=clocks&expand=stages&number="+e.number)} {
			if a.Status != 200 || !strings.Contains(a.Body, e.id) {
				t.Errorf("%s: %s", stage, a.Body)
			}
			for _, part := range []string{"clocks", "stages", "extensions", "decision", "notices"} {
				if strings.Contains(a.Body, `"`+part+`":`) {
					t.Errorf("at %s the owner is shown the %s: %s", stage, part, a.Body)
				}
			}
		}
		for url, want := range map[string]int{one + "/timeline": 403, "/v1/clocks/" + clock + "/explanation": 404, "/v1/decisions/" + cmp.Or(e.decision, "absent"): 403} {
			if a := g.get("linchen", url); a.Status != want {
				t.Errorf("%s at %s: %d %s", url, stage, a.Status, a.Body)
			}
		}
		if a := g.Do(servertest.Request{As: "linchen", Method: "POST", URL: one + "/notes", Body: `{"text":"x"}`}); a.Status != 403 {
			t.Errorf("a note at %s: %d", stage, a.Status)
		}
	}
}

// Never 6: a branch sees another branch's complaint: list, count, search, report, export, error text, timing of the 404. The time is told by the statements
// that a refusal costs: as many as for what is absent.
func TestNever06ABranchSeesAnotherBranchsComplaint(t *testing.T) {
	t.Parallel()
	g := newGallery(t)
	_, ops := permissions(t)
	for _, stage := range stages {
		e := g.at("dep_demo_nanjing", stage)
		for _, op := range ops {
			url := strings.Replace(op.Path, "{complaint_id}", e.id, 1)
			r := servertest.Request{As: "fangyuan", Method: op.Method, URL: url, Body: late[op.ID]}
			if url == op.Path || op.ID == "revealComplainant" || g.Do(r).Status == 403 {
				continue // she may do it nowhere
			}
			likeAbsent(t, g.World, r, e.id)
			_, _, hidden := counted(g.World, r)
			r.URL = strings.Replace(url, e.id, "cmp_absent", 1)
			if _, _, absent := counted(g.World, r); hidden.All.Load() != absent.All.Load() {
				t.Errorf("%s at %s: %d statements, %d for what is absent", op.ID, stage, hidden.All.Load(), absent.All.Load())
			}
		}
		if a := g.get("fangyuan", "/v1/complaints?include_total=true&number="+e.number); a.Get("total") != "0" {
			t.Errorf("found by its number: %s", a.Body)
		}
	}
	search := servertest.Request{As: "fangyuan", Method: "POST", URL: "/v1/complaint-searches", Body: `{"phone":"13812345678","reason":"投诉人来电查询"}`}
	for name, a := range map[string]servertest.Answer{"list": g.get("fangyuan", "/v1/complaints?limit=200&include_total=true"), "search": g.Do(search)} {
		if a.Get("total") != "5" || strings.Count(a.Body, `"id":"cmp_`) != 5 || strings.Contains(a.Body, "dep_demo_nanjing") {
			t.Errorf("%s: %s", name, a.Body)
		}
	}
}

// Never 7: whoever is named in a complaint sees it, is assigned it, counts it (issued reports apart) or is notified of it; whatever role, administrator included, and
// in whatever width and case her number is written. The trail: TestTrailHidesFromWhoIsNamed. Rectifications: TestRectificationRights. Explanations:
// TestComplaintIsNotExplainedToWhoIsNamedInIt.
func TestNever07WhoIsNamedSeesIt(t *testing.T) {
	t.Parallel()
	s := tell(t, morning)
	patchUser(t, s.World, "usr_demo_admin", `{"staff_id":"a-99"}`)
	for _, p := range everybody(s.World) {
		number := s.get("guanli", "/v1/users/"+p.id).Get("staff_id")
		if p.role == "client" {
			continue
		}
		for i, written := range []string{number, strings.ToLower(number), strings.NewReplacer("1", "１", "0", "０", "A", "Ａ").Replace(number) + " "} {
			reference := fmt.Sprint("N-", p.name, i)
			s.id = ask(t, s.World, servertest.PartnerKey, "POST", "/v1/complaints", strings.Replace(intake(reference), `"source"`, fmt.Sprintf(`"respondent":{"staff_id":%q},"source"`, written), 1), key(reference)).Get("id")
			if a := s.get(p.name, "/v1/complaints/"+s.id); a.Status != 404 && a.Status != 403 {
				t.Errorf("%s reads the complaint about %q: %s", p.name, written, a.Body)
			}
			list := s.get(p.name, "/v1/complaints?limit=200&include_total=true")
			found := s.Do(servertest.Request{As: p.name, Method: "POST", URL: "/v1/complaint-searches", Body: `{"phone":"13812345678","reason":"投诉人来电查询"}`})
			if n := strings.Count(list.Body, `"id":"cmp_`); strings.Contains(list.Body, s.id) || strings.Contains(found.Body, s.id) || list.Status == 200 && list.Get("total") != fmt.Sprint(n) {
				t.Errorf("%s lists, counts or finds the complaint about %q", p.name, written)
			}
		}
		handler, officer := "zhaolei", "hejing"
		if p.name == handler {
			handler = "sunli"
		}
		if p.name == officer {
			officer = "sunli"
		}
		s.step(handler, "/acceptance", "")
		s.refused(officer, "/assignment", fmt.Sprintf(`{"responsible_id":%q}`, p.id), 409, "assignment.interest")
	}
}

// Never 8: the drafter approves; the owner verifies; the requester of a policy change approves it. Whoever changed or submitted a draft is its drafter, too. (Policies
// are not changed by operations yet.)
func TestNever08TheDrafterApproves(t *testing.T) {
	t.Parallel()
	for name, steps := range map[string][3]string{"drafted": {"sunli", "", "zhaolei"}, "changed": {"zhaolei", "sunli", "zhaolei"}, "submitted": {"zhaolei", "", "sunli"}} {
		s := tell(t, morning)
		s.file("zhaolei", fmt.Sprintf(galleryBody, ""))
		s.step("zhaolei", "/acceptance", "")
		s.step("zhaolei", "/investigation", finding)
		as := func(who string) {
			s.step("hejing", "/assignment", fmt.Sprintf(`{"responsible_id":"usr_demo_%s"}`, who))
		}
		as(steps[0])
		url := "decisions/" + s.step(steps[0], "/decisions", draft).Get("id")
		if steps[1] != "" {
			as(steps[1])
			s.Must(200, servertest.Request{As: steps[1], Method: "PATCH", URL: "/v1/" + url, Body: `{"reasons":"另有理由"}`, Headers: match("*")})
		}
		as(steps[2])
		s.step(steps[2], url+"/submission", "")
		for _, step := range []string{"/approval", "/return"} {
			s.refused("sunli", url+step, map[string]string{"/return": `{"comment":"x"}`}[step], 403, "four_eyes.same_person")
		}
		if a := s.get("sunli", "/v1/complaints/"+s.id); strings.Contains(a.Get("allowed_actions"), "approve_decision") || !strings.Contains(a.Body, `"four_eyes.same_person"`) {
			t.Errorf("%s: the button is there: %s", name, a.Body)
		}
		s.step("hejing", url+"/approval", "")
	}
}

// Never 8, of rectifications: whoever owned and completed it does not verify it, wherever she works by then.
func TestNever08TheOwnerVerifies(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, "2026-03-24T01:30:00Z")
	one := "/v1/rectifications/" + rectify(t, w, "hejing", rectifyBody("linchen", register(t, w, "zhaolei", "")))
	w.Run(t, servertest.Scenario{Name: "complete", As: "linchen", Method: "POST", URL: one + "/completion", Body: `{"evidence":["x"]}`, WantStatus: 200})
	ctx := actor.With(context.Background(), actor.Actor{Kind: actor.System, ID: "test"})
	_, err := store.Write(ctx, w.App.DB, func(_ context.Context, tx *store.Tx) (struct{}, error) {
		before, err := w.App.People.LoadUser(&tx.View, "usr_demo_linchen")
		if err != nil {
			return struct{}{}, err
		}
		after := before
		after.DepartmentID, after.Roles = "dep_demo_office", []string{"officer"}
		return struct{}{}, w.App.People.SaveUser(tx, "user.update", &before, after)
	})
	if err != nil {
		t.Fatal(err)
	}
	verify := servertest.Scenario{Name: "verify", As: "linchen", Method: "POST", URL: one + "/verification", Body: `{"effective":true,"comment":"x"}`, Headers: match(`"2"`),
		WantStatus: 403, WantCode: "four_eyes.same_person", WantBody: []string{"须由他人办理：本人不得审核自己的工作。"}}
	english := verify
	english.Name, english.Headers, english.WantBody = "verify, in English", with(match(`"9"`), map[string]string{"Accept-Language": "en"}), []string{"Somebody else has to do this"}
	get := servertest.Scenario{Name: "buttons", As: "linchen", Method: "GET", URL: one, WantStatus: 200, WantBody: []string{`"allowed_actions":[]`}}
	w.Run(t, verify, english, get)
	get.As, get.WantBody = "hejing", []string{`"allowed_actions":["verify"]`}
	w.Run(t, get)
}
