package test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"xiaobao/internal/servertest"
	"xiaobao/internal/store"
)

const absent = "rec_absent"

// register has a member of staff register a complaint that names a member of staff, or nobody.
func register(t *testing.T, w *servertest.World, as, staffID string) string {
	t.Helper()
	body := `{"source":"own","intake_channel":"phone","complainant":{"kind":"person","name":"王小明","phone":"13812345678"},"business_code":"credit_card",
		"request":"退还重复收取的费用。","narrative":"同一笔消费被收取两次手续费。"`
	if staffID != "" {
		body += `,"respondent":{"staff_id":"` + staffID + `"}`
	}
	a := w.Do(servertest.Request{As: as, Method: "POST", URL: "/v1/complaints", Body: body + "}"})
	if a.Status != 201 {
		t.Fatal(a.Body)
	}
	return a.Get("id")
}

func rectifyBody(owner string, complaints ...string) string {
	return fmt.Sprintf(`{"root_cause_code":"pricing","severity":"high","action":"修正批处理，并退还多收的手续费。","owner_id":"usr_demo_%s","complaint_ids":["%s"]}`,
		owner, strings.Join(complaints, `","`))
}

func rectify(t *testing.T, w *servertest.World, as, body string) string {
	t.Helper()
	a := w.Do(servertest.Request{As: as, Method: "POST", URL: "/v1/rectifications", Body: body})
	if a.Status != 201 {
		t.Fatal(a.Body)
	}
	return a.Get("id")
}

func with(headers ...map[string]string) map[string]string {
	all := map[string]string{}
	for _, h := range headers {
		maps.Copy(all, h)
	}
	return all
}

// A rectification is opened, done, found wanting, done again and verified; nothing is left to do then.
func TestRectificationIsMended(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, "2026-03-24T01:30:00Z")
	ids := []string{register(t, w, "zhaolei", ""), register(t, w, "wuhao", "")}
	step := func(name, as, method, url, body string, headers map[string]string, status int, code string, want ...string) servertest.Scenario {
		return servertest.Scenario{Name: name, As: as, Method: method, URL: "/v1/rectifications" + url, Body: body, Headers: headers, WantStatus: status, WantCode: code, WantBody: want}
	}
	create := rectifyBody("linchen", ids...)
	w.Run(t,
		step("open", "hejing", "POST", "", create, key("k1"), 201, "", `"state":"open"`, `"due_on":"2026-04-23"`, `"allowed_actions":["update"]`, `"complaint_count":2`, `"completion":null`),
		step("open, replayed", "hejing", "POST", "", create, key("k1"), 201, "", `"state":"open"`),
		step("the key for another", "hejing", "POST", "", strings.Replace(create, "high", "low", 1), key("k1"), 422, "idempotency.key_reused"),
	)
	list := w.Do(servertest.Request{As: "hejing", Method: "GET", URL: "/v1/rectifications?include_total=true&owner=usr_demo_linchen&severity=high&department=mine&state=open"})
	if list.Get("total") != "1" || list.Get("data.0.etag") != `"1"` || list.Get("data.0.complaint_count") != "2" || list.Get("data.0.department.name") != "信用卡部" {
		t.Fatal(list.Body)
	}
	one := "/" + list.Get("data.0.id")
	evidence, found := `{"evidence":["上线单","退费清单"]}`, `{"effective":false,"comment":"仍有重复入账。","new_due_on":"2026-05-15"}`
	w.Run(t,
		step("verify too early", "hejing", "POST", one+"/verification", found, match(`"1"`), 409, "rectification.wrong_state", `"current_state":"open"`, `"allowed_actions":["update"]`),
		step("complete, not hers", "hejing", "POST", one+"/completion", evidence, nil, 403, "auth.forbidden", `"permission":"rectification.complete"`),
		step("update, not hers", "linchen", "PATCH", one, `{"severity":"low"}`, match(`"1"`), 403, "auth.forbidden", `"permission":"rectification.update"`),
		step("complete, stale", "linchen", "POST", one+"/completion", evidence, match(`"7"`), 412, "record.stale"),
		step("complete", "linchen", "POST", one+"/completion", evidence, key("k2"), 200, "", `"state":"done"`, `"evidence":["上线单","退费清单"]`, `"allowed_actions":[]`),
		step("complete, replayed", "linchen", "POST", one+"/completion", evidence, with(key("k2"), match(`"1"`)), 200, ""),
		step("complete again", "linchen", "POST", one+"/completion", evidence, map[string]string{"Accept-Language": "en"}, 409, "rectification.wrong_state",
			"This cannot be done in the rectification's present state."),
		step("complete again, in Chinese", "linchen", "POST", one+"/completion", evidence, nil, 409, "rectification.wrong_state", "整改事项当前状态不能执行该操作。", `"allowed_actions":[]`),
		step("update when done", "hejing", "PATCH", one, `{"severity":"low"}`, match(`"2"`), 409, "rectification.wrong_state", `"allowed_actions":["verify"]`),
		step("verify unread", "hejing", "POST", one+"/verification", found, nil, 428, "record.match_missing"),
		step("verify stale", "hejing", "POST", one+"/verification", found, match(`"1"`), 412, "record.stale", `"etag":"\"2\""`),
		step("wanting, no date", "hejing", "POST", one+"/verification", `{"effective":false,"comment":"x"}`, match(`"2"`), 422, "value.required", `"pointer":"#/new_due_on"`),
		step("wanting, date passed", "hejing", "POST", one+"/verification", `{"effective":false,"comment":"x","new_due_on":"2026-03-23"}`, match(`"2"`), 422, "rectification.due_passed", "整改期限不能早于今天。"),
		step("effective, with date", "hejing", "POST", one+"/verification", `{"effective":true,"comment":"x","new_due_on":"2026-05-15"}`, match(`"2"`), 422, "rectification.due_not_asked", "仅在重新整改时填写新的整改期限。"),
		step("wanting", "hejing", "POST", one+"/verification", found, with(key("k3"), match(`W/"2"`)), 200, "", `"state":"reopened"`, `"reopened":1`, `"due_on":"2026-05-15"`, `"effective":false`, "仍有重复入账。"),
		step("wanting, replayed", "hejing", "POST", one+"/verification", found, with(key("k3"), match(`W/"2"`)), 200, "", `"reopened":1`),
		step("update unread", "hejing", "PATCH", one, `{"due_on":"2026-05-20"}`, nil, 428, "record.match_missing"),
		step("update nothing", "hejing", "PATCH", one, `{}`, match(`"3"`), 422, "request.invalid"),
		step("update, date passed", "hejing", "PATCH", one, `{"due_on":"2026-03-20"}`, with(match(`"3"`), map[string]string{"Accept-Language": "en"}), 422, "rectification.due_passed", "The due date has passed already."),
		step("update", "hejing", "PATCH", one, `{"due_on":"2026-05-20","severity":"medium","root_cause_code":"system_fault","action":"更换批处理。"}`, match(`"3"`), 200, "",
			`"due_on":"2026-05-20"`, `"severity":"medium"`, `"root_cause_code":"system_fault"`, "更换批处理。", `"etag":"\"4\""`),
		step("complete anew", "linchen", "POST", one+"/completion", `{"evidence":["新上线单"]}`, match(`"4"`), 200, "", `"evidence":["新上线单"]`, "仍有重复入账。"),
		step("verified", "hejing", "POST", one+"/verification", `{"effective":true,"comment":"已无重复。"}`, match(`"5"`), 200, "", `"state":"verified"`, `"allowed_actions":[]`, `"reopened":1`),
		step("at its end", "hejing", "PATCH", one, `{"due_on":"2026-06-20"}`, match(`"6"`), 409, "rectification.wrong_state"),
	)
	for _, id := range ids { // it keeps none of them open, nor changes them
		if a := w.Do(servertest.Request{As: "hejing", Method: "GET", URL: "/v1/complaints/" + id}); a.Get("etag") != `"1"` {
			t.Errorf("the complaint was changed: %s", a.Body)
		}
	}
}

// A due date that has passed is not moved: that it was missed stands, until a verification sets another.
func TestRectificationDueDateIsNotMovedWhenItHasPassed(t *testing.T) {
	t.Parallel()
	s := tell(t, "2026-01-05T01:00:00Z")
	std := s.agree(strings.NewReplacer("first-contact", "mended", "first_contact", "rectification_on_time", `"minimum_sample":10`, `"minimum_sample":1`).Replace(standardBody))
	r := rectify(t, s.World, "hejing", strings.Replace(rectifyBody("linchen", register(t, s.World, "zhaolei", "")), `"severity"`, `"due_on":"2026-01-20","severity"`, 1))
	move := servertest.Scenario{Name: "moved", As: "hejing", Method: "PATCH", URL: "/v1/rectifications/" + r, Body: `{"due_on":"2026-12-31"}`, Headers: match("*"), WantStatus: 200}
	s.Forward("2026-01-20T15:59:59Z") // its last second
	move.Body = `{"due_on":"2026-02-20"}`
	s.Run(t, move)
	s.Forward("2026-02-20T16:00:00Z")
	move.Body, move.WantStatus, move.WantCode = `{"due_on":"2026-12-31"}`, 409, "rectification.due_over"
	s.Run(t, inBoth(move, "was due on 2026-02-20. That it is late stands", "整改期限为 2026-02-20，逾期情况如实保留")...)
	move.Name, move.Body, move.WantStatus, move.WantCode = "the rest is", `{"severity":"low"}`, 200, ""
	s.Run(t, move)
	s.Forward("2026-04-02T01:00:00Z")
	if m := s.measure(std, "2026-Q1"); m.Get("state") != "breached" || m.Get("n") != "1" {
		t.Error(m.Body)
	}
	s.step("linchen", "rectifications/"+r+"/completion", `{"evidence":["上线单"]}`)
	s.step("hejing", "rectifications/"+r+"/verification", `{"effective":false,"comment":"无效。","new_due_on":"2026-05-15"}`)
	move.Name, move.Body = "after its reopening", `{"due_on":"2026-05-20"}`
	s.Run(t, move)
}

// Nobody verifies what closes her own finding, nor what she once completed herself, whoever completed it last.
func TestRectificationIsVerifiedByWhoHadNoPart(t *testing.T) {
	t.Parallel()
	s := tell(t, "2026-03-24T01:30:00Z")
	found := s.find("hejing", `{"title":"x","description":"y","severity":"low","department_id":"dep_demo_office","owner_id":"usr_demo_hejing"}`)
	verify := func(name, id string) servertest.Scenario {
		return servertest.Scenario{Name: name, As: "hejing", Method: "POST", URL: "/v1/rectifications/" + id + "/verification", Body: `{"effective":true,"comment":"x"}`, Headers: match("*"),
			WantStatus: 403, WantCode: "four_eyes.same_person"}
	}
	const en, zh = "Somebody else has to do this: nobody judges what she did herself.", "须由他人办理：本人不得审核自己的工作。"
	hers := s.Must(201, servertest.Request{As: "hejing", Method: "POST", URL: "/v1/rectifications",
		Body: `{"root_cause_code":"pricing","severity":"low","action":"z","owner_id":"usr_demo_linchen","finding_ids":["` + found + `"]}`}).Get("id")
	s.step("linchen", "rectifications/"+hers+"/completion", `{"evidence":["1"]}`)
	s.Run(t, inBoth(verify("her finding", hers), en, zh)...)
	move(t, s.World, "hejing", "dep_demo_cards", "handler")
	former := rectify(t, s.World, "sunli", rectifyBody("hejing", register(t, s.World, "zhaolei", "")))
	s.step("hejing", "rectifications/"+former+"/completion", `{"evidence":["1"]}`)
	move(t, s.World, "zhaolei", "dep_demo_office", "officer")
	s.step("zhaolei", "rectifications/"+former+"/verification", `{"effective":false,"comment":"x","new_due_on":"2026-05-15"}`)
	s.Must(200, servertest.Request{As: "sunli", Method: "PATCH", URL: "/v1/rectifications/" + former, Body: `{"owner_id":"usr_demo_linchen"}`, Headers: match("*")})
	s.step("linchen", "rectifications/"+former+"/completion", `{"evidence":["2"]}`)
	move(t, s.World, "hejing", "dep_demo_office", "officer")
	s.Run(t, inBoth(verify("what she once completed", former), en, zh)...)
	for as, want := range map[string]int{"hejing": 0, "zhaolei": 2} {
		if list := s.get(as, "/v1/rectifications?state=done"); strings.Count(list.Body, `"allowed_actions":["verify"]`) != want || list.Get("data.1.id") == "" {
			t.Errorf("%s may verify %s", as, list.Body)
		}
	}
	s.step("zhaolei", "rectifications/"+hers+"/verification", `{"effective":true,"comment":"x"}`)
	s.state(found, "closed")
}

// What is wrong with a draft is told at once, and an unreadable complaint like an absent one.
func TestRectificationDraftIsJudged(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, "2026-03-24T01:30:00Z")
	center, nanjing, about := register(t, w, "zhaolei", ""), register(t, w, "wuhao", ""), register(t, w, "zhaolei", "10007")
	good := rectifyBody("linchen", center)
	post := func(name, as, body string, status int, code string, want ...string) servertest.Scenario {
		return servertest.Scenario{Name: name, As: as, Method: "POST", URL: "/v1/rectifications", Body: body, WantStatus: status, WantCode: code, WantBody: want}
	}
	english := func(s servertest.Scenario, words string) servertest.Scenario {
		s.Name, s.Headers, s.WantBody = s.Name+", in English", map[string]string{"Accept-Language": "en"}, []string{words}
		return s
	}
	member := func(more string) string { return strings.TrimSuffix(good, "}") + "," + more + "}" }
	interest := post("the owner is named", "sunli", rectifyBody("linchen", center, about), 409, "rectification.interest", "被投诉人不能担任相关整改的责任人（回避）。")
	unfit := post("the owner may not complete", "sunli", rectifyBody("shenji", center), 409, "rectification.not_eligible", "该人员已停用，或在其部门无权完成整改。")
	elsewhere := post("another department", "sunli", member(`"department_id":"dep_demo_wealth","due_on":"2026-03-23"`), 422, "rectification.department_not_owners",
		`"pointer":"#/department_id"`, `"pointer":"#/due_on"`, "整改部门须为责任人所在部门，可不填写。")
	w.Run(t,
		post("by a handler", "zhaolei", good, 403, "auth.forbidden", `"permission":"rectification.create"`, `"granted_to":[{"role":"head"`),
		post("by a partner", servertest.PartnerKey, good, 403, "auth.scope_missing"),
		post("by an auditor", "shenji", good, 403, "auth.forbidden"),
		post("absent and unreadable alike", "sunli", rectifyBody("linchen", center, nanjing, "cmp_absent"), 422, "value.not_found", `"pointer":"#/complaint_ids/1"`, `"pointer":"#/complaint_ids/2"`),
		post("no such owner", "sunli", rectifyBody("nobody", center), 422, "value.not_found", `"pointer":"#/owner_id"`),
		post("unknown codes", "sunli", strings.NewReplacer("pricing", "pricng", `"high"`, `"huge"`).Replace(good), 422, "value.not_in_code_list", `"suggestion":"pricing"`, `"pointer":"#/severity"`),
		post("a complaint twice", "sunli", rectifyBody("linchen", center, center), 422, "value.not_unique"),
		interest, english(interest, "Whoever is named in one of the complaints cannot own what mends them."),
		unfit, english(unfit, "The person is not active, or may not complete rectifications where she works."),
		elsewhere, english(elsewhere, "The department must be the owner's own; leave it out."),
		post("her department, and a date", "sunli", member(`"department_id":"dep_demo_cards","due_on":"2026-03-24"`), 201, "", `"due_on":"2026-03-24"`),
	)
}

// Whoever is named in one of its complaints neither sees nor counts a rectification (never-and-must 7), and each list shows what reading would (14).
func TestRectificationRights(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, "2026-03-24T01:30:00Z")
	center, nanjing, aboutHejing := register(t, w, "zhaolei", ""), register(t, w, "wuhao", ""), register(t, w, "wuhao", "10003")
	every := []string{rectify(t, w, "hejing", rectifyBody("linchen", center, nanjing)), rectify(t, w, "zhoutao", rectifyBody("wuhao", nanjing)), rectify(t, w, "zhoutao", rectifyBody("linchen", aboutHejing))}
	want := map[string][]int{"hejing": {0, 1}, "shenji": {0, 1, 2}, "linchen": {0, 2}, "wuhao": {1, 2}, "zhoutao": {1, 2}, "zhaolei": {}, "sunli": {}, "fangyuan": {}, "gaofei": nil, "guanli": nil, "xuli": nil}
	for as, indices := range want {
		list := w.Do(servertest.Request{As: as, Method: "GET", URL: "/v1/rectifications?include_total=true"})
		if indices == nil {
			if list.Status != 403 {
				t.Errorf("%s lists: %d", as, list.Status)
			}
			continue
		}
		if list.Get("total") != fmt.Sprint(len(indices)) {
			t.Errorf("%s counts %s: %s", as, list.Get("total"), list.Body)
		}
		for i, id := range every {
			one := w.Do(servertest.Request{As: as, Method: "GET", URL: "/v1/rectifications/" + id})
			may := slices.Contains(indices, i)
			if (one.Status == 200) != may || strings.Contains(list.Body, id) != may {
				t.Errorf("%s, rectification %d: reading gives %d, the list %s", as, i, one.Status, list.Body)
			}
			other := w.Do(servertest.Request{As: as, Method: "GET", URL: "/v1/rectifications/" + absent})
			if !may && plain(one) != plain(other) {
				t.Errorf("%s can tell a hidden rectification from an absent one: %s", as, one.Body)
			}
		}
	}
	for _, method := range []string{"completion", "verification"} {
		body := map[string]string{"completion": `{"evidence":["x"]}`, "verification": `{"effective":true,"comment":"x"}`}[method]
		a := w.Do(servertest.Request{As: map[string]string{"completion": "fangyuan", "verification": "hejing"}[method], Method: "POST", URL: "/v1/rectifications/" + every[2] + "/" + method, Body: body})
		if a.Status != 404 {
			t.Errorf("%s of a hidden one: %d", method, a.Status)
		}
	}
}

// plain is an answer without what differs between any two requests.
func plain(a servertest.Answer) string {
	return strings.NewReplacer(a.Get("request_id"), "", a.Get("instance"), "").Replace(a.Body)
}

// The owner in a business unit sees the matter of the complaints and never the consumer (never-and-must 4, 5); so do the rectification's own texts.
func TestRectificationOwnerSeesTheMatterOnly(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, "2026-03-24T01:30:00Z")
	id := register(t, w, "zhaolei", "")
	get := servertest.Scenario{Name: "not linked", As: "linchen", Method: "GET", URL: "/v1/complaints/" + id, WantStatus: 404, WantCode: "complaint.not_found"}
	w.Run(t, get)
	body := strings.Replace(rectifyBody("linchen", id), "修正", "联系王小明（138 1234 5678），其密码是abc123，修正", 1)
	rec := rectify(t, w, "hejing", body)
	consumer := []string{"王小明", "13812345678", "138 1234 5678", "abc123"}
	get.Name, get.WantStatus, get.WantCode, get.WantBody, get.NotBody = "linked", 200, "", []string{"收取两次手续费"}, consumer
	texts := servertest.Scenario{Name: "texts", As: "linchen", Method: "GET", URL: "/v1/rectifications/" + rec, WantStatus: 200,
		WantBody: []string{`"masked_fields":["/action"]`, "[已删除]", "退还多收的手续费", `"complaint_ids":["` + id + `"]`}, NotBody: consumer}
	w.Run(t, get, texts)
	texts.Name, texts.As = "texts, for the officer", "hejing"
	w.Run(t, texts, servertest.Scenario{Name: "list", As: "linchen", Method: "GET", URL: "/v1/complaints", WantStatus: 200, WantBody: []string{id}, NotBody: consumer})
	if strings.Contains(w.Log.String(), "王小明") {
		t.Error("the log names the consumer")
	}
}

// A caller sees, filters by and replaces only those complaints of a rectification that she may read; the others stay.
func TestRectificationHidesForeignComplaints(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, "2026-03-24T01:30:00Z")
	center, n1, n2, about := register(t, w, "zhaolei", ""), register(t, w, "wuhao", ""), register(t, w, "wuhao", ""), register(t, w, "zhoutao", "10004")
	one := "/v1/rectifications/" + rectify(t, w, "hejing", rectifyBody("wuhao", center, n1))
	ids := func(complaints ...string) string {
		return `{"complaint_ids":["` + strings.Join(complaints, `","`) + `"]}`
	}
	patch := func(name, body, etag string, status int, code string, want ...string) servertest.Scenario {
		return servertest.Scenario{Name: name, As: "zhoutao", Method: "PATCH", URL: one, Body: body, Headers: match(etag), WantStatus: status, WantCode: code, WantBody: want, NotBody: []string{center}}
	}
	list := func(name, as, complaint, total string) servertest.Scenario {
		return servertest.Scenario{Name: name, As: as, Method: "GET", URL: "/v1/rectifications?include_total=true&complaint_id=" + complaint, WantStatus: 200, WantBody: []string{`"total":` + total}}
	}
	w.Run(t,
		servertest.Scenario{Name: "read", As: "wuhao", Method: "GET", URL: one, WantStatus: 200, WantBody: []string{`"complaint_ids":["` + n1 + `"]`, `"complaint_count":2`}, NotBody: []string{center}},
		list("by a foreign complaint", "wuhao", center, "0"), list("by an own complaint", "wuhao", n1, "1"), list("by any complaint", "hejing", center, "1"),
		patch("a foreign one", ids(n1, center), `"1"`, 422, "value.not_found", `"pointer":"#/complaint_ids/1"`),
		patch("one that names the owner", ids(n1, about), `"1"`, 409, "rectification.interest"),
		patch("another", ids(n2), `"1"`, 200, "", `"complaint_ids":["`+n2+`"]`, `"complaint_count":2`),
		patch("an owner who may not", `{"owner_id":"usr_demo_gaofei"}`, `"2"`, 409, "rectification.not_eligible"),
		patch("another owner", `{"owner_id":"usr_demo_linchen"}`, `"2"`, 404, "rectification.not_found"), // it left her branch
		list("it stayed", "hejing", center, "1"), list("it went", "hejing", n1, "0"),
	)
	changes := audited(t, w, "rectification.update")
	if !strings.Contains(changes, n2) || !strings.Contains(changes, center) || strings.Contains(changes, "measure") {
		t.Errorf("the audit says %s", changes)
	}
}

// audited are the changes of the first entry of an action.
func audited(t *testing.T, w *servertest.World, action string) string {
	t.Helper()
	changes, err := store.Read(context.Background(), w.App.DB, func(v *store.View) (text string, err error) {
		return text, v.Gorm().Table("audit_entry").Where("action = ?", action).Order("id").Limit(1).Pluck("changes", &text).Error
	})
	if err != nil {
		t.Fatal(err)
	}
	return changes
}

// The list is cut into pages in either order, and knows what is overdue.
func TestRectificationList(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, "2026-03-24T01:30:00Z")
	id := register(t, w, "zhaolei", "")
	var want []string
	for _, severity := range []string{"low", "high", "medium", "high", "low"} {
		want = append(want, rectify(t, w, "hejing", strings.Replace(rectifyBody("linchen", id), "high", severity, 1)))
	}
	walk := func(url string) (seen []string) {
		for next := url; next != ""; {
			page := w.Do(servertest.Request{As: "hejing", Method: "GET", URL: next})
			if page.Status != 200 {
				t.Fatal(page.Body)
			}
			for i := range 2 {
				if id := page.Get(fmt.Sprintf("data.%d.id", i)); id != "" {
					seen = append(seen, id)
				}
			}
			next = ""
			if token := page.Get("next_page_token"); token != "" {
				next = "/v1/rectifications?limit=2&page_token=" + token
			}
		}
		return seen
	}
	down := slices.Clone(want)
	slices.Reverse(down)
	for sort, order := range map[string][]string{"": {want[1], want[3], want[2], want[0], want[4]}, "-due_on": {want[4], want[0], want[2], want[3], want[1]}, "created_at": want, "-created_at": down} {
		url := "/v1/rectifications?limit=2"
		if sort != "" {
			url += "&sort=" + sort
		}
		if got := walk(url); !slices.Equal(got, order) {
			t.Errorf("sorted by %q: %v, want %v", sort, got, order)
		}
	}
	w.Forward("2026-05-23T15:59:00Z") // the last minute of the 60th day
	for filter, n := range map[string]int{"overdue=true": 2, "overdue=false": 3, "owner=me": 0, "root_cause_code=pricing": 5, "root_cause_code=other": 0, "severity=low&severity=medium": 3,
		"state=done&state=verified": 0, "department=dep_demo_cards": 5, "department=dep_demo_wealth": 0} {
		if got := walk("/v1/rectifications?limit=2&" + filter); len(got) != n {
			t.Errorf("%s: %d, want %d", filter, len(got), n)
		}
	}
}
