package test

import (
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"xiaobao/config"
	"xiaobao/internal/actor"
	"xiaobao/internal/app"
	"xiaobao/internal/contract"
	"xiaobao/internal/servertest"
	"xiaobao/internal/store"
)

// This file and must_test.go are for a compliance officer: what the rights must never do, and must always do, row by row, each shown on the running product. Where a
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
	partners := []string{"complaint.create", "complaint.import", "complaint.read", "complaint.add_material", "complaint.withdraw"}
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

// Never 9: an administrator reads a complaint or a consumer by being administrator. Explanations of access: TestExplanationOfOneComplaint.
func TestNever09AnAdministratorReadsAComplaint(t *testing.T) {
	t.Parallel()
	s := tell(t, morning)
	s.file("zhaolei", fmt.Sprintf(galleryBody, ""))
	_, ops := permissions(t)
	for _, op := range ops {
		object, _, _ := strings.Cut(op.Permissions[0], ".")
		if !slices.Contains([]string{"complaint", "consumer", "decision", "notice", "extension", "rectification", "audit", "report"}, object) {
			continue
		}
		a := s.Do(servertest.Request{As: "guanli", Method: op.Method, URL: inPath.ReplaceAllString(op.Path, s.id), Body: "{}"})
		s.hides(op.ID, a)
		if a.Status != 403 || a.Get("permission") != op.Permissions[0] {
			t.Errorf("%s: %d %s", op.ID, a.Status, a.Body)
		}
	}
}

// Never 10: an auditor changes anything. Every operation of the contract that is more than a look is refused her, by name.
func TestNever10AnAuditorChangesAnything(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, "2026-03-24T01:30:00Z")
	c, err := contract.Load(servertest.Contract())
	if err != nil {
		t.Fatal(err)
	}
	parameter := regexp.MustCompile(`\{[^}]+\}`)
	tried := 0
	for _, op := range c.Operations() {
		own := !strings.Contains(op.Permissions[0], ".") // herself: her password, her sessions
		if op.Method == http.MethodGet || own {
			continue
		}
		a := w.Do(servertest.Request{As: "shenji", Method: op.Method, URL: parameter.ReplaceAllString(op.Path, "x"), Body: `{}`})
		if a.Status != 403 || a.Get("code") != "auth.forbidden" {
			t.Errorf("%s: %d %s", op.ID, a.Status, a.Body)
		}
		tried++
	}
	if tried < 7 {
		t.Errorf("only %d operations were tried", tried)
	}
	if a := w.Do(servertest.Request{As: "shenji", Method: "GET", URL: "/v1/audit-entries?include_total=true&actor=usr_demo_shenji"}); a.Get("total") != "1" || a.Get("data.0.action") != "session.create" {
		t.Errorf("the auditor did more than to sign in: %s", a.Body)
	}
}

// Never 11: the person who asked for an extension approves it; the handling unit approves its own special one.
func TestNever11WhoAskedApprovesTheExtension(t *testing.T) {
	t.Parallel()
	for _, asks := range []string{"zhaolei", "sunli"} {
		s := tell(t, morning)
		s.file("zhaolei", fmt.Sprintf(galleryBody, ""))
		s.step("zhaolei", "/acceptance", "")
		s.step(asks, "/extensions", `{"tier":"complex","reason_code":"facts_complex","reason":"x"}`)
		special := s.step(asks, "/extensions", galleryAsked)
		s.hides("the extension", special)
		s.refused("sunli", "extensions/"+special.Get("id")+"/approval", "", 403, "extension.approver")
		s.hides("the list", s.get("xuli", "/v1/extensions"))
		s.step("xuli", "extensions/"+special.Get("id")+"/approval", "")
	}
}

// Never 12: a closed or archived complaint shows contact or identity without a reveal. The reveal: TestRevealIsAnActOfItsOwn.
func TestNever12AClosedComplaintShowsContact(t *testing.T) {
	t.Parallel()
	g := newGallery(t)
	for _, p := range everybody(g.World) {
		for _, stage := range []string{"closed", "archived"} {
			for _, d := range handling {
				e := g.at(d.department, stage)
				for _, url := range []string{"/v1/complaints/" + e.id + "?" + allParts, "/v1/complaints/" + e.id + "/timeline", "/v1/decisions/" + e.decision,
					"/v1/complaints?stage=" + stage + "&expand=clocks&expand=stages"} {
					g.hides(p.name+" at "+url, g.get(p.name, url))
				}
			}
		}
	}
}

// Never 13: legal sees contact data.
func TestNever13LegalSeesContact(t *testing.T) {
	t.Parallel()
	g := newGallery(t)
	e := g.at("dep_demo_center", "feedback")
	g.id = e.id
	for _, url := range []string{"/v1/complaints/" + e.id + "?" + allParts, "/v1/complaints/" + e.id + "/timeline", "/v1/decisions/" + e.decision, "/v1/complaints?expand=clocks&expand=stages"} {
		a := g.get("gaofei", url)
		if a.Status != 200 {
			t.Errorf("%s: %d", url, a.Status)
		}
		g.hides(url, a)
	}
	g.hides("her own note", g.step("gaofei", "/notes", `{"text":"`+of+`"}`))
	g.refused("gaofei", "/reveals", `{"fields":["phone"],"reason":"想联系客户核实"}`, 403, "auth.forbidden")
}

// Never 14: a list, count, chart, search or export shows a row that reading it would refuse, or the reverse. What reading would refuse, by the policy as a
// person reads it: TestRightsAtEachStage. Rectifications: TestRectificationRights.
func TestNever14AListShowsWhatReadingRefuses(t *testing.T) {
	t.Parallel()
	g := newGallery(t)
	g.link("linchen", g.at("dep_demo_suzhou", "closed").id)
	l := readLaw(t)
	for _, p := range everybody(g.World) {
		var read []string
		for _, e := range g.items {
			if g.get(p.name, "/v1/complaints/"+e.id).Status == 200 {
				read = append(read, e.id)
			}
		}
		list := g.get(p.name, "/v1/complaints?limit=200&include_total=true&sort=received_at")
		if list.Status == 403 && len(read) == 0 {
			continue
		}
		byStage := 0
		for _, stage := range stages {
			byStage += number(g.get(p.name, "/v1/complaints?limit=1&include_total=true&stage="+stage).Get("total"))
		}
		if got := rowsOf(list); !slices.Equal(got, slices.Sorted(slices.Values(read))) || list.Get("total") != fmt.Sprint(len(read)) || byStage != len(read) {
			t.Errorf("%s reads %v, lists %v, counts %s and %d", p.name, read, got, list.Get("total"), byStage)
		}
		search := g.Do(servertest.Request{As: p.name, Method: "POST", URL: "/v1/complaint-searches", Body: `{"name":"王小明","reason":"投诉人来电查询"}`})
		if l.grants(p, "complaint.search", nil, "") != (search.Status == 200) || search.Status == 200 && !slices.Equal(rowsOf(search), slices.Sorted(slices.Values(read))) {
			t.Errorf("%s reads %v, finds %d %v", p.name, read, search.Status, rowsOf(search))
		}
	}
}

var rowID = regexp.MustCompile(`"id":"(cmp_[^"]+)"`)

// rowsOf are the complaints of a list, sorted.
func rowsOf(a servertest.Answer) (ids []string) {
	for _, m := range rowID.FindAllStringSubmatch(a.Body, -1) {
		ids = append(ids, m[1])
	}
	slices.Sort(ids)
	return ids
}

// Never 15: a key does more than its scopes, or its owner's kind, whichever is less.
func TestNever15AKeyDoesMoreThanItsScopesOrItsKind(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, "2026-03-24T01:30:00Z")
	filed := w.Do(servertest.Request{As: servertest.PartnerKey, Method: "POST", URL: "/v1/complaints", Body: intake("B-1"), Headers: key("b")})
	one := "/v1/complaints/" + filed.Get("id")
	reader := makeKey(t, w, anxin, `"scopes":["complaint.read"]`).Get("secret")
	planted := plant(t, w, supervision, "complaint.read", "complaint.create", "consumer.contact.reveal", "audit.read", "api_key.create")
	greedy := plant(t, w, anxin, "audit.read", "api_client.read", "api_key.create", "complaint.accept")
	no := func(name, as, method, url, body, code string) servertest.Scenario {
		return servertest.Scenario{Name: name, As: as, Method: method, URL: url, Body: body, Headers: key("x"), WantStatus: 403, WantCode: code,
			WantBody: []string{`"permission":"`, `"granted_to":[`}, NotBody: []string{"王小明", "13812345678", filed.Get("number")}}
	}
	w.Run(t,
		servertest.Scenario{Name: "a reader reads", As: reader, Method: "GET", URL: one, WantStatus: 200, NotBody: []string{"王小明", "13812345678"}},
		no("a reader files", reader, "POST", "/v1/complaints", intake("B-2"), "auth.scope_missing"),
		no("a regulator lists", servertest.RegulatorKey, "GET", "/v1/complaints", "", "auth.scope_missing"),
		no("a regulator reads", servertest.RegulatorKey, "GET", one, "", "auth.scope_missing"),
		no("a regulator with scopes beyond its kind lists", planted, "GET", "/v1/complaints", "", "auth.forbidden"),
		no("a regulator with scopes beyond its kind reads", planted, "GET", one, "", "auth.forbidden"),
		no("a regulator with scopes beyond its kind files", planted, "POST", "/v1/complaints", intake("B-3"), "auth.forbidden"),
		no("a regulator with scopes beyond its kind audits", planted, "GET", "/v1/audit-entries", "", "auth.forbidden"),
		no("a partner makes a key", greedy, "POST", "/v1/api-keys", `{"api_client_id":"cli_demo_anxin","name":"k","scopes":["complaint.read"]}`, "auth.forbidden"),
		no("a partner lists clients", greedy, "GET", "/v1/api-clients", "", "auth.forbidden"),
		// Never 2: a partner reads the audit trail.
		no("a partner audits", servertest.PartnerKey, "GET", "/v1/audit-entries", "", "auth.scope_missing"),
		no("a partner with the scope audits", greedy, "GET", "/v1/audit-entries", "", "auth.forbidden"),
	)
	for _, as := range []string{"zhaolei", "hejing", "shenji", "xuli"} {
		w.Run(t, no("keys are the administrators': "+as, as, "GET", "/v1/api-keys", "", "auth.forbidden"),
			no("clients are the administrators': "+as, as, "PATCH", "/v1/api-clients/"+anxin, `{"status":"suspended"}`, "auth.forbidden"))
	}
	if me := w.Do(servertest.Request{As: planted, Method: "GET", URL: "/v1/me"}); me.Get("permissions") != "[]" {
		t.Errorf("scopes beyond the kind are shown as held: %s", me.Body)
	}
}

// Never 15, of the scope that is asked for nothing by itself: once the policy takes it from partners, a key that has it imports no more.
func TestNever15AKeyImportsWhenPartnersMayNot(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, morning)
	importer := makeKey(t, w, anxin, `"scopes":["complaint.create","complaint.read","complaint.import"]`).Get("secret")
	const old = `{"source":"own","external_reference":"%s","received_at":"2024-03-24T01:00:00Z","complainant":{"kind":"unidentified"}}`
	ask(t, w, importer, "POST", "/v1/complaints", fmt.Sprintf(old, "I-1"), key("i1"))
	amend(t, w, "p, client, partner, complaint, *, import, posted\n", "")
	a := w.Do(servertest.Request{As: importer, Method: "POST", URL: "/v1/complaints", Body: fmt.Sprintf(old, "I-2"), Headers: key("i2"), On: w.Open()})
	servertest.Scenario{WantStatus: 422, WantCode: "complaint.received_too_long_ago", WantBody: []string{`"pointer":"#/narrative"`}}.Judge(t, "without the permission", a)
}

// Never 16: a suspended client, a revoked or expired key, a signed-out or deactivated user does one more thing.
// Here the clients and keys, in this process or another. Signing out: TestMySessions.
func TestNever16AnEndedKeyDoesOneMoreThing(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, "2026-03-24T01:30:00Z")
	apps := []*app.App{w.App, w.Open()}
	want := func(when, secret, want string) {
		t.Helper()
		for i, on := range apps {
			if got := meStatus(w, secret, on); got != want {
				t.Errorf("%s, process %d: %s, want %s", when, i, got, want)
			}
		}
	}
	suspend := func(status, etag string) {
		t.Helper()
		a := w.Do(servertest.Request{As: "guanli", Method: "PATCH", URL: "/v1/api-clients/" + anxin, Body: `{"status":"` + status + `"}`, Headers: map[string]string{"If-Match": etag}})
		if a.Status != 200 || a.Get("status") != status {
			t.Fatal(a.Body)
		}
	}
	short := makeKey(t, w, anxin, `"scopes":["complaint.create"],"expires_at":"2026-03-24T02:00:00Z"`)
	want("at first", servertest.PartnerKey, "200")
	want("before its end", short.Get("secret"), "200")
	suspend("suspended", `"1"`)
	want("suspended", servertest.PartnerKey, "401auth.key_revoked")
	want("suspended", short.Get("secret"), "401auth.key_revoked")
	want("another client", servertest.OtherKey, "200")
	suspend("active", `"2"`)
	want("active again", servertest.PartnerKey, "200")
	if a := w.Do(servertest.Request{As: "guanli", Method: "DELETE", URL: "/v1/api-keys/" + short.Get("id"), On: apps[1]}); a.Status != 204 {
		t.Fatal(a.Body)
	}
	want("revoked in the other process", short.Get("secret"), "401auth.key_revoked")
	late := makeKey(t, w, anxin, `"scopes":["complaint.create"],"expires_at":"2026-03-24T02:00:00Z"`)
	w.Clock.Set("2026-03-24T01:59:59Z")
	want("a second before its end", late.Get("secret"), "200")
	w.Clock.Set("2026-03-24T02:00:00Z")
	want("at its end", late.Get("secret"), "401auth.key_expired")
	w.Run(t, inBoth(servertest.Scenario{Name: "an expired key files", As: late.Get("secret"), Method: "POST", URL: "/v1/complaints", Body: intake("E-1"), Headers: key("e"),
		WantStatus: 401, WantCode: "auth.key_expired", WantHeader: map[string]string{"WWW-Authenticate": "Bearer"}}, "The key has expired.", "接口密钥已过期。")...)
}

// Never 16, the user.
func TestNever16ADeactivatedUserDoesOneMoreThing(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, morning)
	in := w.SignIn("wuhao", "correct horse battery")
	token := in.Get("access_token")
	ask(t, w, token, "GET", "/v1/me", "", nil)
	patchUser(t, w, "usr_demo_wuhao", `{"status":"suspended"}`)
	refresh := fmt.Sprintf(`{"refresh_token":%q}`, in.Get("refresh_token"))
	w.Run(t,
		servertest.Scenario{Name: "next request", As: token, Method: "GET", URL: "/v1/me", WantStatus: 401, WantCode: "auth.invalid"},
		servertest.Scenario{Name: "refresh", Method: "POST", URL: "/v1/session-refreshes", Body: refresh, WantStatus: 401, WantCode: "session.denied"},
		servertest.Scenario{Name: "sign in", Method: "POST", URL: "/v1/sessions", Body: `{"username":"wuhao","password":"correct horse battery"}`, WantStatus: 401, WantCode: "session.denied"},
		servertest.Scenario{Name: "shown to colleagues", As: "zhaolei", Method: "GET", URL: "/v1/users?status=suspended", WantStatus: 200, WantBody: []string{"吴昊"}},
	)
	patchUser(t, w, "usr_demo_wuhao", `{"status":"active"}`)
	w.Run(t,
		servertest.Scenario{Name: "active again, the old session", As: token, Method: "GET", URL: "/v1/me", WantStatus: 401, WantCode: "auth.invalid"},
		servertest.Scenario{Name: "active again, its refresh token", Method: "POST", URL: "/v1/session-refreshes", Body: refresh, WantStatus: 401, WantCode: "session.denied"},
	)
	if a := w.SignIn("wuhao", "correct horse battery"); a.Status != 201 {
		t.Error(a.Body)
	}
}

// Never 17: a user moved to another department keeps the old department's rows.
func TestNever17AMovedUserKeepsTheOldRows(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, morning)
	made := ask(t, w, "wuhao", "POST", "/v1/complaints", strings.Replace(intake("M-1"), `"source"`, `"intake_channel":"phone","source"`, 1), nil)
	const list = "/v1/complaints?include_total=true"
	if a := ask(t, w, "wuhao", "GET", list, "", nil); a.Get("total") != "1" {
		t.Fatal(a.Body)
	}
	ask(t, w, "wuhao", "POST", "/v1/complaints/"+made.Get("id")+"/acceptance", "", nil) // responsible, too, she keeps nothing
	patchUser(t, w, "usr_demo_wuhao", `{"department_id":"dep_demo_suzhou"}`)
	if a := w.Do(servertest.Request{As: "wuhao", Method: "POST", URL: "/v1/complaints/" + made.Get("id") + "/investigation", Body: finding}); a.Status != 404 {
		t.Errorf("still handled: %s", a.Body)
	}
	if a := ask(t, w, "wuhao", "GET", list, "", nil); a.Get("total") != "0" {
		t.Errorf("still listed: %s", a.Body)
	}
	if a := w.Do(servertest.Request{As: "wuhao", Method: "GET", URL: "/v1/complaints/" + made.Get("id")}); a.Status != 404 {
		t.Errorf("still read: %s", a.Body)
	}
	if a := ask(t, w, "wuhao", "GET", "/v1/me", "", nil); a.Get("department.name") != "苏州分行" {
		t.Error(a.Body)
	}
}

// Never 17, the handler of a business unit: what she was given as one of the unit, a complaint of another department or a rectification and what it mends, stays with
// the unit. List, count and read agree, and the complaint shows as nobody's.
func TestNever17AMovedUnitHandlerKeepsWhatSheWasGiven(t *testing.T) {
	t.Parallel()
	g := newGallery(t)
	g.id = g.at("dep_demo_center", "investigation").id
	g.step("sunli", "/assignment", `{"responsible_id":"usr_demo_linchen"}`)
	mended := g.at("dep_demo_suzhou", "closed").id
	rectification := g.link("linchen", mended)
	urls := []string{"/v1/complaints/" + g.id, "/v1/complaints/" + mended, "/v1/rectifications/" + rectification}
	judge := func(when string, status int, total string) {
		t.Helper()
		for _, url := range urls {
			if a := g.get("linchen", url); a.Status != status {
				t.Errorf("%s: %s: %d", when, url, a.Status)
			}
		}
		for _, query := range []string{"", "&responsible=me"} {
			a := g.get("linchen", "/v1/complaints?include_total=true"+query)
			if query != "" && total != "0" {
				total = "1"
			}
			if a.Get("total") != total || len(rowsOf(a)) != number(total) {
				t.Errorf("%s%s: %s of %s", when, query, a.Body, total)
			}
		}
	}
	judge("before", 200, "2")
	patchUser(t, g.World, "usr_demo_linchen", `{"department_id":"dep_demo_wealth"}`)
	judge("moved", 404, "0")
	if a := g.Do(servertest.Request{As: "linchen", Method: "POST", URL: urls[0] + "/investigation", Body: galleryFound}); a.Status != 404 {
		t.Errorf("still handled: %s", a.Body)
	}
	unowned := g.get("sunli", "/v1/complaints?stage=investigation&responsible=none")
	if got := rowsOf(unowned); !slices.Equal(got, []string{g.id}) || unowned.Get("data.0.responsible") != "" {
		t.Errorf("it does not show as nobody's: %s", unowned.Body)
	}
	patchUser(t, g.World, "usr_demo_linchen", `{"department_id":"dep_demo_cards"}`)
	judge("back", 200, "2")
}

// Never 18: an unknown object, stage, act, scope or role in the policy grants anything: the policy is refused, or the line denies. Each unknown word: authz.TestPolicy.
func TestNever18AnUnknownWordGrants(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, morning)
	id := ask(t, w, servertest.PartnerKey, "POST", "/v1/complaints", intake("U-1"), key("u1")).Get("id")
	ctx, end := context.WithCancel(context.Background())
	defer end()
	go w.App.Run(ctx)
	amend(t, w, "p, handler, complaint_center, complaint, *, read, department", "p, handler, complaint_center, complaint, *, read, everything")
	for range 40 {
		if strings.Contains(w.Log.String(), "a new policy was not put in force") {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	if log := w.Log.String(); !strings.Contains(log, "a new policy was not put in force") || !strings.Contains(log, "everything") {
		t.Errorf("nobody is told of the refusal: %s", log)
	}
	w.Run(t,
		servertest.Scenario{Name: "the old policy stays", As: "zhaolei", Method: "GET", URL: "/v1/complaints/" + id, WantStatus: 200},
		servertest.Scenario{Name: "and grants no more", As: "wuhao", Method: "GET", URL: "/v1/complaints/" + id, WantStatus: 404},
	)
}

// Never 19: an error, a log line, a metric or an audit entry contains a personal value. At rest and after failures of every sort: TestNothingPersonalAtRest,
// TestTrailHoldsNoPersonalValue; metrics have no label that a caller wrote (app.metrics).
func TestNever19ALogOrAnEntryHoldsAPersonalValue(t *testing.T) {
	t.Parallel()
	g := newGallery(t)
	e := g.at("dep_demo_center", "closed")
	g.id = e.id
	reason := "核对 " + of + "另有李四来电13987654321"
	g.step("hejing", "/reveals", fmt.Sprintf(`{"fields":["phone","id_number"],"reason":%q}`, reason))
	g.Must(200, servertest.Request{As: "hejing", Method: "POST", URL: "/v1/complaint-searches", Body: fmt.Sprintf(`{"name":"王小明","phone":"13812345678","id_number":"11010519491231002X","reason":%q}`, reason)})
	told := append(slices.Clone(herValues[:4]), herValues[4], "13987654321")
	for name, text := range map[string]string{"the log": g.Log.String(), "the trail": strings.Join(entries(t, g.World, ""), "\n")} {
		for _, value := range told {
			if at := strings.Index(text, value); at >= 0 {
				t.Errorf("%s holds %s: ...%s", name, value, text[max(0, at-120):at+40])
			}
		}
	}
}
