package test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"xiaobao/internal/organisation"
	"xiaobao/internal/servertest"
	"xiaobao/internal/store"
)

const complaintRules = `{"code":"complaint_handling","title":"消费投诉处理管理办法","rule_set":"complaint_handling","text":"第一条　为规范消费投诉处理工作，制定本办法。","review_due_on":"2027-05-18"%s}`

// enact has a version of a policy drafted, approved and published at once, and returns its id.
func enact(t *testing.T, w *servertest.World, body string) string {
	t.Helper()
	id := ask(t, w, "hejing", "POST", "/v1/internal-policies", body, nil).Get("id")
	ask(t, w, "xuli", "POST", "/v1/internal-policies/"+id+"/approval", "", match(`"1"`))
	ask(t, w, "hejing", "POST", "/v1/internal-policies/"+id+"/publication", `{}`, nil)
	return id
}

// crowd makes people of the Nanjing branch who sign in as the demonstration's do.
func crowd(t *testing.T, w *servertest.World, n int, name string) (names []string) {
	t.Helper()
	_, err := store.Write(context.Background(), w.App.DB, func(_ context.Context, tx *store.Tx) (struct{}, error) {
		names = nil
		known, err := w.App.People.UserByName(&tx.View, "wuhao")
		for i := range n {
			u := organisation.User{Username: fmt.Sprintf("%s%02d", name, i), Name: fmt.Sprintf("员工%02d", i), DepartmentID: "dep_demo_nanjing", Roles: []string{organisation.Handler}, PasswordHash: known.PasswordHash}
			if err == nil {
				_, err = w.App.People.AddUser(tx, u)
			}
			names = append(names, u.Username)
		}
		return struct{}{}, err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// signedIn is the token of one of a crowd.
func signedIn(w *servertest.World, username string) string {
	return w.SignIn(username, w.Credentials.Users[0].Password).Get("access_token")
}

func covers(t *testing.T, w *servertest.World, as, query string) servertest.Answer {
	t.Helper()
	return ask(t, w, as, "GET", "/v1/internal-policy-coverage?"+query, "", nil)
}

// figuresOf are a policy's figures: required, acknowledged, overdue, percent.
func figuresOf(a servertest.Answer) string {
	figure := func(name string) string { return a.Get("policies.0." + name) }
	return strings.Join([]string{figure("required"), figure("acknowledged"), figure("overdue"), figure("percent")}, " ")
}

// A policy is published on Monday 2026-05-18 and due in 15 working days, on Monday 06-08: by then 96 % have acknowledged it, and who has not is listed by
// unit. Who joins later has her own 15 working days, past the Dragon Boat Festival; who is suspended counts no more, from that day on, and comes back with
// new days; a new version asks everybody anew (handbook §11 row 48).
func TestPolicyIsAcknowledged(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, "2026-05-18T01:30:00Z")
	people := crowd(t, w, 14, "staff")
	first := enact(t, w, fmt.Sprintf(complaintRules, ""))
	acknowledge := func(as string) {
		t.Helper()
		if a := ask(t, w, as, "POST", "/v1/internal-policies/"+first+"/acknowledgements", "", nil); a.Get("acknowledgement.acknowledged_at") == "" || strings.Contains(a.Get("allowed_actions"), "acknowledge") {
			t.Errorf("%s: %s", as, a.Body)
		}
	}
	if a := covers(t, w, "hejing", ""); figuresOf(a) != "26 0 0 0" || a.Get("policies.0.due_on") != "2026-06-08" || a.Get("policies.0.units.0.missing") != "[]" {
		t.Errorf("on the day: %s", a.Body)
	}
	w.Forward("2026-06-08T08:00:00Z")
	patchUser(t, w, userID(t, w, "admin"), `{"status":"suspended"}`)
	for _, name := range people {
		acknowledge(signedIn(w, name))
	}
	for _, u := range w.Credentials.Users {
		if u.Username != "wuhao" {
			acknowledge(u.Username)
		}
	}
	a := covers(t, w, "hejing", "code=complaint_handling&as_of=2026-06-08")
	if figuresOf(a) != "25 24 0 96" || a.Get("policies.0.units.0.department.name") != "南京分行" || a.Get("policies.0.units.0.missing.0.person.name") != "吴昊" ||
		a.Get("policies.0.units.0.missing.0.due_on") != "2026-06-08" || a.Get("policies.0.units.1") != "" {
		t.Errorf("on the last day: %s", a.Body)
	}
	if a := covers(t, w, "hejing", "as_of=2026-06-05"); figuresOf(a) != "26 0 0 0" {
		t.Errorf("before the suspension: %s", a.Body)
	}
	w.Forward("2026-06-09T01:00:00Z")
	if a := covers(t, w, "hejing", ""); figuresOf(a) != "25 24 1 96" {
		t.Errorf("the day after: %s", a.Body)
	}
	joined := crowd(t, w, 1, "late")[0]
	if a := covers(t, w, "hejing", "code=complaint_handling"); figuresOf(a) != "26 24 1 92" || !strings.Contains(a.Body, `"due_on":"2026-07-01"`) {
		t.Errorf("somebody joined: %s", a.Body)
	}
	if a := ask(t, w, signedIn(w, joined), "GET", "/v1/internal-policies?acknowledgement=due", "", nil); a.Get("data.0.acknowledgement.due_on") != "2026-07-01" || a.Get("data.0.id") != first {
		t.Errorf("what she must: %s", a.Body)
	}
	if a := patchUser(t, w, "usr_demo_wuhao", `{"status":"suspended"}`); a.Status != 200 {
		t.Fatal(a.Body)
	}
	w.Forward("2026-06-12T01:00:00Z")
	if a := covers(t, w, "hejing", ""); figuresOf(a) != "25 24 0 96" {
		t.Errorf("suspended: %s", a.Body)
	}
	if a := covers(t, w, "hejing", "as_of=2026-06-08"); figuresOf(a) != "25 24 0 96" {
		t.Errorf("what was, stays: %s", a.Body)
	}
	if a := patchUser(t, w, "usr_demo_wuhao", `{"status":"active"}`); a.Status != 200 {
		t.Fatal(a.Body)
	}
	if a := ask(t, w, "wuhao", "GET", "/v1/internal-policies/"+first, "", nil); a.Get("acknowledgement.due_on") != "2026-07-06" {
		t.Errorf("back: %s", a.Body)
	}
	second := enact(t, w, fmt.Sprintf(complaintRules, ""))
	w.Run(t, servertest.Scenario{Name: "the version before", As: "wuhao", Method: "POST", URL: "/v1/internal-policies/" + first + "/acknowledgements", WantStatus: 409,
		WantCode: "internal_policy.not_in_force", WantBody: []string{"第 1 版尚未发布或已失效，现行有效的是第 2 版。", `"existing":"` + second + `"`}})
	if a := covers(t, w, "hejing", ""); figuresOf(a) != "26 0 0 0" {
		t.Errorf("a new version: %s", a.Body)
	}
	if a := ask(t, w, "zhaolei", "GET", "/v1/internal-policies?acknowledgement=done", "", nil); a.Get("data.0.id") != first || a.Get("data.1") != "" {
		t.Errorf("what she did: %s", a.Body)
	}
}

func userID(t *testing.T, w *servertest.World, username string) string {
	t.Helper()
	id, err := store.Read(context.Background(), w.App.DB, func(v *store.View) (string, error) {
		u, err := w.App.People.UserByName(v, username)
		return u.ID, err
	})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// The audience are departments with all below them, roles with those that include them, or both; a head sees her own people alone, and each sees the names
// of those missing only where one policy is asked about.
func TestPolicyAudience(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, morning)
	below := ask(t, w, "guanli", "POST", "/v1/departments", `{"code":"gulou","name":"鼓楼支行","kind":"branch","parent_id":"dep_demo_nanjing"}`, nil).Get("id")
	inner, _ := employ(t, w, "gulou", below, "handler")
	for audience, want := range map[string]string{
		`"departments":["dep_demo_nanjing"]`:                        "usr_demo_wuhao usr_demo_zhoutao " + inner,
		`"roles":["head"]`:                                          "usr_demo_sunli usr_demo_zhoutao",
		`"roles":["handler"],"departments":["` + below + `"]`:       inner,
		`"roles":["handler"],"departments":["dep_demo_center"]`:     "usr_demo_sunli usr_demo_zhaolei",
		`"roles":["auditor","officer"]`:                             "usr_demo_hejing usr_demo_shenji",
		`"roles":["auditor"],"departments":["dep_demo_nanjing"]`:    "",
		`"roles":["staff"],"departments":["` + below + `"]`:         inner,
		`"departments":["dep_demo_audit","dep_demo_legal"]`:         "usr_demo_gaofei usr_demo_shenji",
		`"roles":["senior_manager","administrator","nonesuch"]`:     "refused",
		`"departments":["dep_demo_audit","dep_unknown"],"roles":[]`: "refused",
	} {
		code := fmt.Sprintf("rules_%d", len(audience))
		body := strings.Replace(fmt.Sprintf(complaintRules, `,"audience":{`+audience+`}`), `"complaint_handling","title`, `"`+code+`","title`, 1)
		if want == "refused" {
			a := w.Do(servertest.Request{As: "hejing", Method: "POST", URL: "/v1/internal-policies", Body: body})
			if a.Status != 422 || !strings.Contains(a.Body, "#/audience/") {
				t.Errorf("%s: %d %s", audience, a.Status, a.Body)
			}
			continue
		}
		enact(t, w, body)
		a := covers(t, w, "hejing", "code="+code)
		for id := range strings.FieldsSeq(want) {
			if !strings.Contains(a.Body, `"id":"`+id+`"`) {
				t.Errorf("%s: %s is missing in %s", audience, id, a.Body)
			}
		}
		if got := a.Get("policies.0.required"); got != fmt.Sprint(len(strings.Fields(want))) {
			t.Errorf("%s: %s must, not %s", audience, got, want)
		}
	}
	enact(t, w, fmt.Sprintf(complaintRules, ""))
	if a := covers(t, w, "zhoutao", "code=complaint_handling"); figuresOf(a) != "3 0 0 0" || strings.Contains(a.Body, "usr_demo_zhaolei") || !strings.Contains(a.Body, inner) {
		t.Errorf("a head sees her people: %s", a.Body)
	}
	for _, as := range []string{"shenji", "xuli"} {
		if a := covers(t, w, as, "code=complaint_handling"); a.Get("policies.0.required") != "13" || !strings.Contains(a.Body, "赵蕾") {
			t.Errorf("%s sees all: %s", as, a.Body)
		}
	}
}

// Of the nine rule sets of article 8 the coverage says which have a policy in force, which is missing, and whose review is overdue.
func TestRuleSetsAreCovered(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, morning)
	enact(t, w, fmt.Sprintf(complaintRules, ""))
	enact(t, w, strings.NewReplacer("complaint_handling", "marketing", "2027-05-18", "2026-04-01").Replace(fmt.Sprintf(complaintRules, "")))
	status := func(query string) string {
		a := covers(t, w, "hejing", query)
		var all []string
		for i := range 10 {
			set := func(name string) string { return a.Get(fmt.Sprintf("rule_sets.%d.%s", i, name)) }
			all = append(all, set("rule_set")+" "+set("status")+" "+set("required")+" "+set("policies.0.code"))
		}
		return strings.Join(all, "\n")
	}
	before, _, _ := strings.Cut(morning, "T")
	if got := status("as_of=" + before); !strings.Contains(got, "marketing in_force true marketing") {
		t.Errorf("that day:\n%s", got)
	}
	w.Forward("2026-04-02T01:00:00Z")
	want := `assessment missing true 
risk_level_evaluation missing true 
information_protection missing true 
disclosure_and_query missing true 
marketing review_overdue true marketing
education missing true 
complaint_handling in_force true complaint_handling
supervision_and_accountability missing true 
major_event_emergency missing true 
other missing false `
	if got := status("code=marketing"); got != want {
		t.Errorf("after the review was due:\n%s", got)
	}
	w.Run(t, servertest.Scenario{Name: "a day to come", As: "hejing", Method: "GET", URL: "/v1/internal-policy-coverage?as_of=2026-04-03", WantStatus: 422, WantCode: "value.in_future", WantBody: []string{"as_of"}},
		servertest.Scenario{Name: "a handler", As: "wuhao", Method: "GET", URL: "/v1/internal-policy-coverage", WantStatus: 403, WantCode: "auth.forbidden", WantBody: []string{"policy_acknowledgement.read"}})
}

// A version is drafted by one and approved by another, who heads legal or manages; what is not published is seen by those who work on it alone.
func TestInternalPolicyLife(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, morning)
	_, head := employ(t, w, "legalhead", "dep_demo_legal", "head")
	body := fmt.Sprintf(complaintRules, "")
	id := ask(t, w, "hejing", "POST", "/v1/internal-policies", body, nil).Get("id")
	s := func(name, as, url, body string, headers map[string]string, status int, code string, want ...string) servertest.Scenario {
		return servertest.Scenario{Name: name, As: as, Method: "POST", URL: "/v1/internal-policies" + url, Body: body, Headers: headers, WantStatus: status, WantCode: code, WantBody: want}
	}
	get := func(name, as, url string, status int, code string, want ...string) servertest.Scenario {
		return servertest.Scenario{Name: name, As: as, Method: "GET", URL: "/v1/internal-policies" + url, WantStatus: status, WantCode: code, WantBody: want}
	}
	english := map[string]string{"Accept-Language": "en"}
	w.Run(t,
		s("one draft at a time", "hejing", "", body, nil, 409, "edition.under_way"),
		s("publication without approval", "hejing", "/"+id+"/publication", `{}`, nil, 409, "edition.not_approved", "须由起草人以外的人员审批后方可发布"),
		s("the drafter has no right to approve", "hejing", "/"+id+"/approval", "", match(`"1"`), 403, "auth.forbidden", "internal_policy.approve", "senior_manager"),
		s("legal's handler has none either", "gaofei", "/"+id+"/approval", "", match(`"1"`), 403, "auth.forbidden"),
		s("approval of what was not read", "xuli", "/"+id+"/approval", "", nil, 428, "record.match_missing"),
		s("approval of what has changed", "xuli", "/"+id+"/approval", "", match(`"7"`), 412, "record.stale"),
		s("a draft is not acknowledged", "xuli", "/"+id+"/acknowledgements", "", english, 409, "internal_policy.not_in_force", "Version 1 is not published, or holds no more; version – is in force."),
		s("a draft looks like none", "zhaolei", "/"+id+"/acknowledgements", "", nil, 404, "internal_policy.not_found", "没有该内部制度文本。"),
		get("to read too", "zhaolei", "/"+id, 404, "internal_policy.not_found"),
		s("a branch does not draft", "zhoutao", "", body, nil, 403, "auth.forbidden", "internal_policy.create"),
		s("a key acknowledges nothing", servertest.PartnerKey, "/"+id+"/acknowledgements", "", nil, 403, "auth.user_only"),
		s("an unknown kind", "hejing", "", strings.Replace(body, `"rule_set":"complaint_handling"`, `"rule_set":"complaint_handlin"`, 1), nil, 422, "value.not_in_code_list", `"suggestion":"complaint_handling"`),
		s("another draft in its place", "hejing", "", strings.Replace(body, "2027-05-18\"", "2027-05-18\",\"replace\":true", 1), key("r1"), 201, "", `"number":2`),
		get("which is withdrawn", "hejing", "/"+id, 200, "", `"state":"withdrawn"`))
	again := w.Must(201, servertest.Request{As: "hejing", Method: "POST", URL: "/v1/internal-policies", Body: strings.Replace(body, "2027-05-18\"", "2027-05-18\",\"replace\":true", 1), Headers: key("r1")})
	id = again.Get("id")
	w.Run(t,
		s("approved by the head of legal", head, "/"+id+"/approval", "", match(`"1"`), 200, "", `"state":"approved"`, `"allowed_actions":[]`),
		s("approved twice", "xuli", "/"+id+"/approval", "", match(`"2"`), 409, "edition.wrong_state"),
		s("in force in the past", "hejing", "/"+id+"/publication", `{"in_force_at":"2020-01-01T00:00:00+08:00"}`, nil, 422, "edition.backdated", "#/in_force_at"),
		s("published for later", "hejing", "/"+id+"/publication", `{"in_force_at":"2026-05-01T00:00:00+08:00"}`, nil, 200, "", `"in_force":false`, `"allowed_actions":["acknowledge"]`),
		get("nothing is due yet", "zhaolei", "?acknowledgement=due", 200, "", `"data":[]`),
		s("it can be acknowledged already", "zhaolei", "/"+id+"/acknowledgements", "", nil, 200, "", `"required":false`),
		get("published alone", "zhaolei", "?rule_set=complaint_handling&include_total=true", 200, "", `"total":1`, id),
		get("all", "hejing", "?code=complaint_handling&state=withdrawn&state=published&include_total=true", 200, "", `"total":2`))
	w.Forward("2026-05-06T01:00:00Z")
	w.Run(t, get("the first days are holidays", "wuhao", "?acknowledgement=due", 200, "", `"due_on":"2026-05-25"`),
		get("she did it before", "zhaolei", "?acknowledgement=due", 200, "", `"data":[]`))
}

// An acknowledgement is kept once, however often and by however many requests at once, and is her own act alone.
func TestAcknowledgementIsKeptOnce(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, morning)
	id := enact(t, w, fmt.Sprintf(complaintRules, ""))
	url, token := "/v1/internal-policies/"+id+"/acknowledgements", w.Token("shenji")
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			if a := w.Do(servertest.Request{As: token, Method: "POST", URL: url}); a.Status != 200 {
				t.Errorf("%d %s", a.Status, a.Body)
			}
		})
	}
	wait.Wait()
	first := ask(t, w, "shenji", "POST", url, "", key("a")).Get("acknowledgement.acknowledged_at")
	w.Forward("2026-03-25T08:00:00Z")
	if again := ask(t, w, "shenji", "POST", url, "", key("a")).Get("acknowledgement.acknowledged_at"); again != first || first == "" {
		t.Errorf("said again: %s, %s", first, again)
	}
	if a := covers(t, w, "hejing", ""); a.Get("policies.0.acknowledged") != "1" {
		t.Errorf("%s", a.Body)
	}
	entries := ask(t, w, "shenji", "GET", "/v1/audit-entries?include_total=true&action=internal_policy.acknowledge", "", nil)
	if entries.Get("total") != "1" || entries.Get("data.0.object.id")+entries.Get("data.0.object_id") != id {
		t.Errorf("the trail: %s", entries.Body)
	}
}
