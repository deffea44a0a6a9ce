package test

import (
	"encoding/base64"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"xiaobao/internal/app"
	"xiaobao/internal/servertest"
)

// A page token is good for the list that it came from, and tells nothing of a person.
func TestPageTokenBelongsToItsList(t *testing.T) {
	t.Parallel()
	s := tell(t, morning)
	for range 2 {
		s.file("zhaolei", fmt.Sprintf(galleryBody, ""))
		s.step("zhaolei", "/notes", `{"text":"`+of+`"}`)
	}
	token := s.get("hejing", "/v1/complaints?limit=1").Get("next_page_token")
	for _, url := range []string{"/v1/users", "/v1/departments", "/v1/rectifications", "/v1/findings", "/v1/standards", "/v1/measurements", "/v1/extensions", "/v1/audit-entries", "/v1/me/sessions", "/v1/complaints/" + s.id + "/timeline"} {
		a := s.get("hejing", url+"?page_token="+token)
		servertest.Scenario{WantStatus: 400, WantCode: "page.token_mismatch"}.Judge(t, url, a)
	}
	for _, url := range []string{"/v1/complaints?limit=1", "/v1/complaints/" + s.id + "/timeline?limit=1"} {
		text, _, _ := strings.Cut(s.get("zhaolei", url).Get("next_page_token"), ".")
		plain, err := base64.RawURLEncoding.DecodeString(text)
		if err != nil || len(plain) == 0 {
			t.Fatal(url, err)
		}
		s.hides("a page token", servertest.Answer{Body: string(plain)})
	}
}

// A locked name answers alike whether or not somebody has it, blanks or not, and of many guesses at once the right one comes too late.
func TestLockTellsNothingOfWhoExists(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, morning)
	before := ask(t, w, "guanli", "GET", "/v1/users/usr_demo_zhaolei", "", nil)
	told := map[string][]string{}
	for name, as := range map[string]string{"somebody": "zhaolei", "nobody": "nemo"} {
		for i := range 7 {
			a := w.SignIn(as+strings.Repeat(" ", i%2), "wrong")
			told[name] = append(told[name], fmt.Sprint(a.Status, a.Header.Get("Retry-After"), strings.Replace(a.Body, a.Get("request_id"), "", 1)))
		}
	}
	if strings.Join(told["somebody"], "\n") != strings.Join(told["nobody"], "\n") || !strings.HasPrefix(told["nobody"][6], "429900") {
		t.Errorf("they differ, or lock nothing: %v", told)
	}
	after := ask(t, w, "guanli", "GET", "/v1/users/usr_demo_zhaolei", "", nil)
	if after.Get("etag") != before.Get("etag") || after.Get("updated_at") != before.Get("updated_at") || !strings.HasPrefix(after.Get("locked_until"), "2026-03-24T01:45:00") {
		t.Errorf("guessing changed the user, or she does not show as locked: %s", after.Body)
	}
	if all := entries(t, w, "usr_demo_zhaolei"); count(all, "session.denied|") != 4 || count(all, "session.lock|") != 1 {
		t.Errorf("the trail does not tell: %v", all)
	}
	ask(t, w, "guanli", "POST", "/v1/users/usr_demo_zhaolei/password-reset", "", nil)
	if w.SignIn("zhaolei", "wrong").Status != 401 {
		t.Error("a reset does not lift the lock")
	}
	var wg sync.WaitGroup
	for i := range 12 {
		wg.Go(func() { w.SignIn("wuhao", fmt.Sprint("wrong", i)) })
	}
	wg.Wait()
	if a := w.SignIn("wuhao", plainPassword); a.Status != 429 {
		t.Errorf("twelve guesses at once do not lock: %s", a.Body)
	}
}

const plainPassword = "correct horse battery"

// Nobody is made responsible for a complaint that she could not read afterwards.
func TestAssignmentToWhoCannotReadIsRefused(t *testing.T) {
	t.Parallel()
	s := tell(t, morning)
	s.file("zhaolei", fmt.Sprintf(galleryBody, ""))
	s.step("zhaolei", "/acceptance", "")
	for _, who := range []string{"wuhao", "zhoutao", "shenji", "xuli", "admin", "gaofei"} {
		s.refused("hejing", "/assignment", fmt.Sprintf(`{"responsible_id":"usr_demo_%s"}`, who), 409, "assignment.not_eligible")
	}
	s.step("hejing", "/assignment", `{"responsible_id":"usr_demo_linchen"}`)
}

// Complaints of a client go where they can be accepted.
func TestClientDepartmentMustAccept(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, morning)
	for _, department := range []string{"dep_demo_legal", "dep_demo_cards", "dep_demo_audit"} {
		body := fmt.Sprintf(`{"department_id":%q}`, department)
		w.Run(t, inBoth(servertest.Scenario{Name: department, As: "guanli", Method: "PATCH", URL: "/v1/api-clients/" + anxin, Body: body, Headers: match("*"), WantStatus: 422,
			WantCode: "api_client.department_cannot_accept"}, "Nobody in this department can accept complaints", "该部门无人可受理投诉")...)
	}
	for _, department := range []string{"dep_demo_office", "dep_demo_nanjing", "dep_demo_center"} {
		ask(t, w, "guanli", "PATCH", "/v1/api-clients/"+anxin, fmt.Sprintf(`{"department_id":%q}`, department), match("*"))
	}
}

// A partner that looks at the extensions and notices of its complaint is told dates, and neither who works here nor what they wrote; colleagues read it masked.
func TestExtensionsAndNoticesHideWhatStaffWrote(t *testing.T) {
	t.Parallel()
	s := tell(t, morning)
	s.id = ask(t, s.World, servertest.PartnerKey, "POST", "/v1/complaints", fmt.Sprintf(galleryBody, `"external_reference":"H-1",`), key("h1")).Get("id")
	s.step("zhaolei", "/acceptance", "")
	now := func() string { return s.Clock.Now().Format(time.RFC3339Nano) }
	extension := s.step("zhaolei", "/extensions", strings.NewReplacer("special", "complex", "facts_specially_complex", "facts_complex").Replace(galleryAsked)).Get("id")
	s.step("zhaolei", "extensions/"+extension+"/notice", fmt.Sprintf(`{"form":"sms","sent_at":%q,"proof":{"reference":"致 13812345678","note":"`+of+`"}}`, now()))
	s.step("zhaolei", "/investigation", finding)
	decision := s.step("zhaolei", "/decisions", draft).Get("id")
	s.step("zhaolei", "decisions/"+decision+"/submission", "")
	s.step("sunli", "decisions/"+decision+"/approval", "")
	s.hides("the notice", s.step("zhaolei", "/notices", fmt.Sprintf(galleryTold, decision, now())))
	partner := s.get(servertest.PartnerKey, "/v1/complaints/"+s.id+"?"+allParts)
	for path, want := range map[string]string{"extensions.0.state": "in_force", "extensions.0.reason": "", "extensions.0.requested_by": "", "extensions.0.notice.proof.reference": "", "extensions.0.notice.proof.note": "",
		"notices.0.form": "sms", "notices.0.proof.reference": "", "notices.0.proof.note": "", "extensions.0.clock.ledger.1.by_id": ""} {
		if got := partner.Get(path); got != want {
			t.Errorf("the partner is shown %s: %q", path, got)
		}
	}
	if strings.Contains(partner.Body, "usr_") || strings.Contains(partner.Body, "赵蕾") {
		t.Errorf("the partner is told who works here: %s", partner.Body)
	}
	for as, url := range map[string]string{"shenji": "/v1/complaints/" + s.id + "?" + allParts, "xuli": "/v1/extensions", "zhaolei": "/v1/complaints/" + s.id + "?" + allParts} {
		a := s.get(as, url)
		s.hides(as, a)
		if !strings.Contains(a.Body, `"/reason"`) || !strings.Contains(a.Body, `"/notice/proof/note"`) {
			t.Errorf("%s is not told what is masked: %s", as, a.Body)
		}
	}
}

// Of two that do at once what only one can, one does; the other is told so, and the trail has one entry.
func TestStepsAtOnce(t *testing.T) {
	t.Parallel()
	s := tell(t, morning)
	apps := []*app.App{s.App, s.Open()}
	var n int
	race := func(name string, entry string, requests ...servertest.Request) {
		t.Helper()
		n++
		won, codes := 0, make([]string, len(requests))
		var wg sync.WaitGroup
		for i, r := range requests {
			s.Token(r.As)
			r.Method, r.On = "POST", apps[i%2]
			wg.Go(func() { a := s.Do(r); codes[i] = fmt.Sprint(a.Status, " ", a.Get("code")) })
		}
		wg.Wait()
		for _, code := range codes {
			if strings.HasPrefix(code, "20") {
				won++
			} else if !strings.HasPrefix(code, "409 ") && !strings.HasPrefix(code, "412 ") {
				t.Errorf("%s: %v", name, codes)
			}
		}
		if made := count(entries(t, s.World, ""), entry); won != 1 || made != 1 {
			t.Errorf("%s: %d won, %d entries: %v", name, won, made, codes)
		}
	}
	_, second := employ(t, s.World, "second", "dep_demo_center", "handler")
	s.file("zhaolei", fmt.Sprintf(galleryBody, ""))
	one := "/v1/complaints/" + s.id
	race("two accept", "complaint.accept|", servertest.Request{As: "zhaolei", URL: one + "/acceptance"}, servertest.Request{As: second, URL: one + "/acceptance"})
	s.step("sunli", "/assignment", `{"responsible_id":"usr_demo_zhaolei"}`)
	s.step("zhaolei", "/extensions", `{"tier":"complex","reason_code":"facts_complex","reason":"x"}`)
	special := "/v1/extensions/" + s.step("zhaolei", "/extensions", galleryAsked).Get("id") + "/approval"
	race("an extension is approved twice", "extension.approve|", servertest.Request{As: "xuli", URL: special}, servertest.Request{As: "xuli", URL: special})
	s.step("zhaolei", "/investigation", finding)
	race("two decisions are drafted", "decision.draft_decision|", servertest.Request{As: "zhaolei", URL: one + "/decisions", Body: draft}, servertest.Request{As: "zhaolei", URL: one + "/decisions", Body: draft})
	decision := s.get("zhaolei", one+"?expand=decision").Get("decision.id")
	url := "/v1/decisions/" + decision
	s.step("zhaolei", "decisions/"+decision+"/submission", "")
	race("approved and returned", "decision.approve_decision|", servertest.Request{As: "sunli", URL: url + "/approval", Headers: match(`"2"`)},
		servertest.Request{As: "hejing", URL: url + "/approval", Headers: match(`"2"`)})
	told := fmt.Sprintf(galleryTold, decision, s.Clock.Now().Format(time.RFC3339Nano))
	race("told twice", "notice.record|", servertest.Request{As: "zhaolei", URL: one + "/notices", Body: told, Headers: match("*")}, servertest.Request{As: "zhaolei", URL: one + "/notices", Body: told, Headers: match("*")})
	if a := s.get("zhaolei", one+"?expand=stages"); a.Get("stage") != "closed" || strings.Count(a.Body, `"left_at":null`) != 1 {
		t.Errorf("the passage is broken: %s", a.Body)
	}
}

// An idempotency key stands for one request of one caller at one operation, and a replay shows what its caller may see by then.
func TestIdempotencyKeyGrantsNothing(t *testing.T) {
	t.Parallel()
	s := tell(t, morning)
	s.file("wuhao", fmt.Sprintf(galleryBody, ""))
	one := "/v1/complaints/" + s.id
	accept := servertest.Request{As: "wuhao", Method: "POST", URL: one + "/acceptance", Headers: key("same")}
	first := s.Must(200, accept)
	note := servertest.Request{As: "wuhao", Method: "POST", URL: one + "/notes", Body: `{"text":"x"}`, Headers: key("same")}
	if a := s.Must(201, note); a.Header.Get("Idempotency-Replayed") != "" {
		t.Error("a key of one operation is taken for another")
	}
	if a := s.Do(servertest.Request{As: "zhoutao", Method: "POST", URL: one + "/acceptance", Headers: key("same")}); a.Header.Get("Idempotency-Replayed") != "" || a.Status != 409 {
		t.Errorf("a key of one caller is taken for another's: %s", a.Body)
	}
	token := s.SignIn("wuhao", plainPassword).Get("access_token")
	accept.As = token
	if a := s.Must(200, accept); a.Header.Get("Idempotency-Replayed") != "true" || a.Get("etag") == first.Get("etag") && a.Get("id") != first.Get("id") {
		t.Errorf("the replay: %s", a.Body)
	}
	patch := servertest.Request{As: token, Method: "PATCH", URL: one, Body: `{"product":"卡"}`, Headers: with(match("*"), key("same"))}
	if a := s.Must(200, patch); a.Header.Get("Idempotency-Replayed") != "" {
		t.Error("a key counts on a PATCH")
	}
	patchUser(t, s.World, "usr_demo_wuhao", `{"department_id":"dep_demo_suzhou"}`)
	accept.As = token
	servertest.Scenario{WantStatus: 404, WantCode: "complaint.not_found", NotBody: herValues}.Judge(t, "after a move", s.Do(accept))
	patchUser(t, s.World, "usr_demo_wuhao", `{"department_id":"dep_demo_legal"}`)
	servertest.Scenario{WantStatus: 403, WantCode: "auth.forbidden", NotBody: herValues}.Judge(t, "after another", s.Do(accept))
	s.Must(204, servertest.Request{As: token, Method: "DELETE", URL: "/v1/sessions/current"})
	servertest.Scenario{WantStatus: 401, WantCode: "auth.invalid"}.Judge(t, "signed out", s.Do(accept))
	for _, bad := range []string{`""`, `"`, "a b", "键", strings.Repeat("k", 256), strings.Repeat("k", 258), `"` + strings.Repeat("k", 256) + `"`} {
		a := s.Do(servertest.Request{As: servertest.PartnerKey, Method: "POST", URL: "/v1/complaints", Body: intake("I-1"), Headers: key(bad)})
		if a.Status != 400 {
			t.Errorf("key %q: %d %s", bad, a.Status, a.Body)
		}
	}
	longest := strings.Repeat("k", 255)
	ask(t, s.World, servertest.PartnerKey, "POST", "/v1/complaints", intake("I-1"), key(longest))
	if a := ask(t, s.World, servertest.PartnerKey, "POST", "/v1/complaints", intake("I-1"), key(`"`+longest+`"`)); a.Header.Get("Idempotency-Replayed") != "true" {
		t.Error("the longest key, in quotes, is another")
	}
}

// If-Match is read as it is sent, and what is no version of the record is stale.
func TestIfMatchIsRead(t *testing.T) {
	t.Parallel()
	s := tell(t, morning)
	s.file("zhaolei", fmt.Sprintf(galleryBody, ""))
	s.step("zhaolei", "/acceptance", "")
	etag := s.get("zhaolei", "/v1/complaints/"+s.id).Get("etag")
	for sent, want := range map[string]int{`"1"`: 412, `1`: 412, `""`: 412, `,`: 412, `"abc"`: 412, `W/"0"`: 412, `"-1"`: 412, `"99999999999999999999"`: 412, `'` + etag: 412, `"1", "7"`: 412,
		`"` + strings.Repeat("2", 150) + `"`: 412, strings.Repeat("x", 201): 400, etag: 200} {
		a := s.Do(servertest.Request{As: "zhaolei", Method: "PATCH", URL: "/v1/complaints/" + s.id, Body: `{"product":"卡"}`, Headers: match(sent)})
		if a.Status != want || want == 412 && a.Header.Get("ETag") == "" {
			t.Errorf("If-Match %s: %d %s", sent, a.Status, a.Body)
		}
		if a.Status == 200 {
			etag = a.Get("etag")
		}
	}
	for _, form := range []string{"W/" + "%s", `"0", %s`, "*", `%s , "0"`} {
		if strings.Contains(form, "%s") {
			form = fmt.Sprintf(form, etag)
		}
		a := s.Must(200, servertest.Request{As: "zhaolei", Method: "PATCH", URL: "/v1/complaints/" + s.id, Body: `{"product":"卡"}`, Headers: match(form)})
		etag = a.Get("etag")
	}
}
