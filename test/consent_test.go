package test

import (
	"fmt"
	"strings"
	"testing"

	"xiaobao/internal/servertest"
)

const (
	consents  = "/v1/consents"
	decisions = "/v1/consent-decisions"
)

// publishText brings a version of a purpose's consent text into force.
func publishText(t *testing.T, w *servertest.World, purpose, from string) {
	t.Helper()
	made := ask(t, w, "hejing", "POST", "/v1/consent-texts", fmt.Sprintf(`{"purpose":%q,"text_zh":"您是否同意？","text_en":"Do you agree?"}`, purpose), nil)
	one := "/v1/consent-texts/" + made.Get("id")
	ask(t, w, "gaofei", "POST", one+"/approval", from, match(`"1"`))
}

func saying(decision, more string) string {
	if decision == "given" && !strings.Contains(more, "evidence_reference") {
		more += `,"evidence_reference":"REC-1"`
	}
	return fmt.Sprintf(`{"phone":"138 1234 5678","purpose":"survey","text_version":1,"decision":%q,"channel":"phone"%s}`, decision, more)
}

// decide asks for the same person, written otherwise.
const decide = `{"phone":"+8613812345678","purpose":"survey"}`

// A text is drafted by the office, approved by legal, published; a draft can be replaced, and a purpose that rests on law or contract has none.
func TestConsentTextLife(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, morning)
	step := func(name, as, url, body string, headers map[string]string, status int, code string, want ...string) servertest.Scenario {
		return servertest.Scenario{Name: name, As: as, Method: "POST", URL: "/v1/consent-texts" + url, Body: body, Headers: headers, WantStatus: status, WantCode: code, WantBody: want}
	}
	draft := `{"purpose":"survey","text_zh":"您是否同意参加满意度调查？"}`
	w.Run(t, inBoth(step("on law", "hejing", "", `{"purpose":"audit","text_zh":"x"}`, nil, 422, "consent.rests_on_law", `"pointer":"#/purpose"`), "rests on law (basis: law)", "以法律规定为依据（basis: law）")...)
	w.Run(t, inBoth(step("a complaint", "hejing", "", `{"purpose":"complaint_handling","text_zh":"x"}`, nil, 422, "consent.rests_on_law"), "no consent is asked for it", "无需征求同意。")...)
	w.Run(t,
		step("draft", "hejing", "", draft, key("t1"), 201, "", `"state":"draft"`, `"number":1`, `"text_en":null`, `"allowed_actions":[]`, `"in_force":false`),
		step("draft, replayed", "hejing", "", draft, key("t1"), 201, "", `"number":1`),
		step("a second draft", "hejing", "", draft, nil, 409, "edition.under_way", "该文本已有一个版本在起草或待发布。"),
		step("in its place", "hejing", "", strings.Replace(draft, "{", `{"replace":true,`, 1), nil, 201, "", `"number":2`),
		step("by a handler", "zhaolei", "", draft, nil, 403, "auth.forbidden", `"permission":"consent_text.create"`),
	)
	list := ask(t, w, "gaofei", "GET", "/v1/consent-texts?purpose=survey&include_total=true", "", nil)
	if list.Get("total") != "2" || list.Get("data.0.edition.number") != "2" || list.Get("data.1.edition.state") != "withdrawn" || list.Get("data.0.allowed_actions") != `["approve"]` {
		t.Fatal(list.Body)
	}
	one := "/" + list.Get("data.0.id")
	w.Run(t,
		step("approved unread", "gaofei", one+"/approval", `{}`, nil, 428, "record.match_missing"),
		step("approved by the office", "hejing", one+"/approval", `{}`, match(`"1"`), 403, "auth.forbidden", `"permission":"consent_text.approve"`),
		step("absent", "gaofei", "/cnt_absent/approval", `{}`, match(`"1"`), 404, "consent_text.not_found", "没有该授权文本。"),
		step("backdated", "gaofei", one+"/approval", `{"in_force_at":"2026-03-01T00:00:00Z"}`, match(`"1"`), 422, "edition.backdated"),
		step("stale", "gaofei", one+"/approval", `{}`, match(`"9"`), 412, "record.stale"),
		step("approved and published", "gaofei", one+"/approval", `{}`, match(`"1"`), 200, "", `"state":"published"`, `"in_force":true`, `"name":"高飞"`, `"allowed_actions":[]`),
		step("approved again", "gaofei", one+"/approval", `{}`, match(`"2"`), 409, "edition.wrong_state"),
	)
	for _, as := range []string{"zhaolei", "wuhao", "shenji"} {
		if a := ask(t, w, as, "GET", "/v1/consent-texts?state=published", "", nil); a.Get("data.0.text_zh") != "您是否同意参加满意度调查？" {
			t.Error(a.Body)
		}
	}
	makeDrafter(t, w)
	mine := ask(t, w, "gaofei", "POST", "/v1/consent-texts", strings.Replace(draft, "survey", "marketing", 1), nil)
	w.Run(t, inBoth(step("her own draft", "gaofei", "/"+mine.Get("id")+"/approval", `{}`, match(`"1"`), 403, "four_eyes.same_person"), "Somebody else has to do this", "须由他人办理")...)
}

// makeDrafter lets legal draft as well, so that somebody can try to approve her own draft.
func makeDrafter(t *testing.T, w *servertest.World) {
	t.Helper()
	amend(t, w, "p, handler, legal, consent_text, *, approve, all\n", "p, handler, legal, consent_text, *, approve, all\np, handler, legal, consent_text, *, create, all\n")
	w.App = w.Open()
}

// What a consumer says rests on the version in force then, once, and by one name; what is wrong is told with the version that was right.
func TestConsentIsRecordedOnTheTextInForce(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, morning)
	record := func(name, body string, status int, code string, want ...string) servertest.Scenario {
		return servertest.Scenario{Name: name, As: "zhaolei", Method: "POST", URL: consents, Body: body, WantStatus: status, WantCode: code, WantBody: want, NotBody: []string{"13812345678", "138 1234 5678"}}
	}
	w.Run(t, inBoth(record("no text", saying("given", ""), 422, "consent.no_text"), "No text was in force", "没有现行有效的授权文本")...)
	publishText(t, w, "survey", `{"in_force_at":"2026-03-24T02:00:00Z"}`)
	w.Forward("2026-03-25T02:00:00Z")
	publishText(t, w, "survey", `{"in_force_at":"2026-03-25T03:00:00Z"}`)
	w.Forward("2026-03-25T04:00:00Z")
	w.Run(t, inBoth(record("superseded", saying("given", ""), 422, "consent.text_not_in_force", `"pointer":"#/text_version"`), "version 2 was", "当时有效的是第 2 版")...)
	w.Run(t, inBoth(record("nobody", `{"purpose":"survey","text_version":2,"decision":"given","channel":"phone"}`, 422, "consent.consumer_missing"), "at least one of phone", "至少一项")...)
	w.Run(t, inBoth(record("two names", saying("given", `,"customer_reference":"C-1"`), 422, "consent.consumer_not_one"), "exactly one of phone", "且仅一项")...)
	at := func(instant string) string { return fmt.Sprintf(`,"at":%q`, instant) }
	w.Run(t,
		record("not yet in force then", strings.Replace(saying("given", at("2026-03-24T03:00:00Z")), `"text_version":1`, `"text_version":2`, 1), 422, "consent.text_not_in_force", "第 1 版"),
		record("before any text", saying("given", at("2026-03-24T01:59:59Z")), 422, "consent.no_text"),
		record("tomorrow", saying("given", at("2026-03-26T00:00:00Z")), 422, "value.in_future"),
		record("a complaint", strings.Replace(saying("given", ""), "survey", "complaint_handling", 1), 422, "consent.rests_on_law"),
		record("late", saying("given", at("2026-03-24T03:00:00Z")+`,"evidence_reference":"REC-1"`), 201, "", `"recorded_late":true`, `"value":"138****5678"`, `"at":"2026-03-24T03:00:00Z"`,
			`"evidence_reference":"REC-1"`, `"name":"赵蕾"`, `"masked_fields":["/consumer/value"]`, `"withdrawn_at":null`),
		record("today", `{"id_number":"11010519491231002x","purpose":"survey","text_version":2,"decision":"refused","channel":"app"}`, 201, "", `"recorded_late":false`, `"value":"1****************X"`),
	)
	w.Run(t, servertest.Scenario{Name: "by legal", As: "gaofei", Method: "POST", URL: consents, Body: saying("given", ""), WantStatus: 403, WantCode: "auth.forbidden", WantBody: []string{`"permission":"consent.record"`}})
}

// A withdrawal holds when its transaction is committed, in every process, and complaints go on; nobody asks again inside the cool-off, and what she gives
// of her own accord is taken.
func TestConsentIsWithdrawnAtOnce(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, morning)
	other := w.Open()
	publishText(t, w, "survey", `{}`)
	decided := func(want string) {
		t.Helper()
		for _, r := range []servertest.Request{{}, {On: other}} {
			r.As, r.Method, r.URL, r.Body = "hejing", "POST", decisions, decide
			if a := w.Must(200, r); a.Get("allowed")+" "+a.Get("missing") != want || strings.Contains(a.Body, "13812345678") {
				t.Errorf("%s, want %s", a.Body, want)
			}
		}
	}
	decided("false consent")
	ask(t, w, "zhaolei", "POST", consents, saying("asked", ""), nil)
	decided("false consent")
	given := ask(t, w, "zhaolei", "POST", consents, saying("given", ""), key("c1"))
	if again := ask(t, w, "zhaolei", "POST", consents, saying("given", ""), key("c1")); again.Get("id") != given.Get("id") || again.Header.Get("Idempotency-Replayed") != "true" {
		t.Error(again.Body)
	}
	decided("true ")
	one := consents + "/" + given.Get("id") + "/withdrawal"
	gone := ask(t, w, "wuhao", "POST", one, `{"channel":"branch","evidence_reference":"F-9"}`, with(key("w"), match(`"7"`))) // another branch, and nothing is stale
	if !strings.HasPrefix(gone.Get("withdrawn_at"), "2026-03-24T01:30") || gone.Get("withdrawal_channel") != "branch" || gone.Get("withdrawal_reference") != "F-9" {
		t.Error(gone.Body)
	}
	decided("false withdrawn")
	for range 2 { // with the key and without
		if again := ask(t, w, "wuhao", "POST", one, `{"channel":"branch","evidence_reference":"F-9"}`, nil); again.Get("etag") != gone.Get("etag") {
			t.Error(again.Body)
		}
	}
	asks := func(name string, status int, code string) servertest.Scenario {
		return servertest.Scenario{Name: name, As: "zhaolei", Method: "POST", URL: consents, Body: saying("asked", ""), WantStatus: status, WantCode: code}
	}
	w.Forward("2026-09-20T01:30:00Z")
	w.Run(t, inBoth(asks("on the last day", 409, "consent.cooling_off"), "she may be asked again from 2026-09-21 on", "按本机构规定，2026-09-21 起方可再次征询")...)
	if a := ask(t, w, "hejing", "POST", decisions, decide, nil); a.Get("may_ask_from_on") != "2026-09-21" || a.Get("detail") != "消费者已撤回同意。" || a.Get("consent_id") != given.Get("id") {
		t.Error(a.Body)
	}
	ask(t, w, "zhaolei", "POST", consents, saying("given", fmt.Sprintf(`,"at":%q`, given.Get("at"))), nil) // before she withdrew
	decided("false withdrawn")
	ask(t, w, "zhaolei", "POST", consents, saying("given", ""), nil)
	decided("true ")
	opted := ask(t, w, "zhaolei", "POST", consents, saying("asked", ""), nil) // whoever was asked may opt out
	ask(t, w, "hejing", "POST", consents+"/"+opted.Get("id")+"/withdrawal", `{}`, nil)
	decided("false withdrawn")
	w.Forward("2027-03-20T01:30:00Z")
	w.Run(t, asks("after the cool-off", 201, ""))
	for purpose, basis := range map[string]string{"complaint_handling": "law", "regulatory_reporting": "law"} {
		if a := ask(t, w, "zhaolei", "POST", decisions, strings.Replace(decide, "survey", purpose, 1), nil); a.Get("allowed") != "true" || a.Get("basis") != basis || a.Get("detail") != "" {
			t.Error(a.Body)
		}
	}
	w.Run(t, servertest.Scenario{Name: "of nobody", As: "zhaolei", Method: "POST", URL: decisions, Body: `{"purpose":"survey"}`, WantStatus: 422, WantCode: "consent.consumer_missing"})
}

// A partner records, sees and withdraws its own alone, and decides nothing; nothing personal is left in the trail or the log.
func TestConsentRights(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, morning)
	publishText(t, w, "survey", `{}`)
	scopes := `"scopes":["consent.record","consent.read","consent.withdraw"]`
	mine, theirs := makeKey(t, w, anxin, scopes).Get("secret"), makeKey(t, w, "cli_demo_huimin", scopes).Get("secret")
	posted := ask(t, w, mine, "POST", consents, saying("given", ""), key("c"))
	if posted.Get("recorded_by.name") != servertest.PartnerKey || posted.Get("consumer.value") != "138****5678" {
		t.Error(posted.Body)
	}
	one := consents + "/" + posted.Get("id") + "/withdrawal"
	likeAbsent(t, w, servertest.Request{As: theirs, Method: "POST", URL: one, Body: `{}`}, posted.Get("id"))
	staff := ask(t, w, "zhaolei", "POST", consents, saying("given", ""), nil)
	likeAbsent(t, w, servertest.Request{As: mine, Method: "POST", URL: consents + "/" + staff.Get("id") + "/withdrawal", Body: `{}`}, staff.Get("id"))
	no := func(as, url, body, code, permission string) servertest.Scenario {
		return servertest.Scenario{Name: as + " " + url, As: as, Method: "POST", URL: url, Body: body, WantStatus: 403, WantCode: code, WantBody: []string{`"permission":"` + permission + `"`}}
	}
	w.Run(t, no(mine, decisions, decide, "auth.scope_missing", "consent.decide"), no("shenji", decisions, decide, "auth.forbidden", "consent.decide"),
		no("shenji", one, `{}`, "auth.forbidden", "consent.withdraw"), no("guanli", decisions, decide, "auth.forbidden", "consent.decide"),
		no("linchen", consents, saying("given", ""), "auth.forbidden", "consent.record"),
		servertest.Scenario{Name: "no such consent", As: "zhaolei", Method: "POST", URL: consents + "/cns_absent/withdrawal", Body: `{}`, WantStatus: 404, WantCode: "consent.not_found", WantBody: []string{"没有该授权记录。"}})
	if a := ask(t, w, mine, "POST", one, `{}`, nil); a.Get("withdrawn_at") == "" {
		t.Error(a.Body)
	}
	trail := strings.Join(entries(t, w, ""), "\n")
	if !strings.Contains(trail, "consent.record") || !strings.Contains(trail, "consent.withdraw") {
		t.Error(trail)
	}
	for name, text := range map[string]string{"the trail": trail, "the log": w.Log.String(), "the table": dump(t, w.Settings.Database)["consent"]} {
		if strings.Contains(text, "13812345678") || strings.Contains(text, "138 1234 5678") {
			t.Errorf("%s holds her number", name)
		}
	}
}
