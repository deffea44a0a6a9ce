package test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"xiaobao/internal/servertest"
	"xiaobao/internal/store"
)

// counted sends a request and tells how many statements it took.
func counted(w *servertest.World, r servertest.Request) (status int, body string, n *store.Statements) {
	ctx, n := store.CountStatements(context.Background())
	request := httptest.NewRequestWithContext(ctx, r.Method, r.URL, strings.NewReader(r.Body))
	if r.Body == "" {
		request.Body = nil
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", "Bearer "+w.Token(r.As))
	for name, value := range r.Headers {
		request.Header.Set(name, value)
	}
	recorder := httptest.NewRecorder()
	w.App.Handler.ServeHTTP(recorder, request)
	return recorder.Code, recorder.Body.String(), n
}

// mostInWrite is how many statements a step may run between begin and commit, where others wait for it.
const mostInWrite = 12

// Every step of a complaint's life is short inside its transaction, and does not grow with what happened before.
func TestStepsAreShort(t *testing.T) {
	t.Parallel()
	s := tell(t, "2026-09-24T02:00:00Z")
	n := 0
	do := func(as, method, url, body string) string {
		t.Helper()
		s.Token(as)
		n++
		status, text, statements := counted(s.World, servertest.Request{As: as, Method: method, URL: url, Body: body, Headers: with(match("*"), key(fmt.Sprint("step-", n)))})
		if in := statements.InWrite.Load(); status >= 300 || in > mostInWrite {
			t.Errorf("%s %s: %d with %d statements in the write\n%s", method, url, status, in, text)
		}
		return servertest.Answer{Body: text}.Get("id")
	}
	now := func() string { return s.Clock.Now().Format(time.RFC3339Nano) }
	file := func() string {
		return "/v1/complaints/" + do(servertest.PartnerKey, "POST", "/v1/complaints", intake(fmt.Sprint("S-", n)))
	}
	one := file()
	do("zhaolei", "PATCH", one, `{"product":"卡"}`)
	do("sunli", "POST", one+"/assignment", `{"department_id":"dep_demo_center"}`)
	do("zhaolei", "POST", one+"/acceptance", "")
	do("zhaolei", "POST", one+"/notes", `{"text":"x"}`)
	do("zhaolei", "POST", one+"/contacts", fmt.Sprintf(`{"at":%q,"form":"phone","direction":"out","reached":true,"text":"来电"}`, now()))
	do(servertest.PartnerKey, "POST", one+"/materials", `{"text":"x"}`)
	extension := do("zhaolei", "POST", one+"/extensions", `{"tier":"complex","reason_code":"facts_complex","reason":"x"}`)
	do("zhaolei", "POST", "/v1/extensions/"+extension+"/notice", fmt.Sprintf(`{"form":"sms","sent_at":%q,"proof":{"reference":"x"}}`, now()))
	extension = do("zhaolei", "POST", one+"/extensions", galleryAsked)
	do("xuli", "POST", "/v1/extensions/"+extension+"/approval", "")
	do("zhaolei", "POST", "/v1/extensions/"+extension+"/notice", fmt.Sprintf(`{"form":"sms","sent_at":%q,"proof":{"reference":"x"}}`, now()))
	do("sunli", "POST", one+"/assignment", `{"responsible_id":"usr_demo_linchen"}`)
	do("linchen", "POST", one+"/investigation", finding) // and back to who accepted it
	decision := do("zhaolei", "POST", one+"/decisions", draft)
	url := "/v1/decisions/" + decision
	do("zhaolei", "PATCH", url, `{"reasons":"x"}`)
	do("zhaolei", "POST", url+"/submission", "")
	do("sunli", "POST", url+"/return", `{"comment":"x"}`)
	do("zhaolei", "POST", url+"/submission", "")
	do("sunli", "POST", url+"/approval", "")
	do("zhaolei", "POST", one+"/notices", fmt.Sprintf(`{"decision_id":%q,"form":"sms","sent_at":%q,"proof":{"reference":"x"}}`, decision, now()))
	do("hejing", "POST", one+"/reveals", `{"fields":["phone","id_number"],"reason":"通知退信，核对地址"}`)
	do("zhaolei", "POST", file()+"/settlement", fmt.Sprintf(`{"facts":"x","basis":"y","agreed":"z","ways_open":["court"],"form":"phone","reference":"r","notified_at":%q,
		"business_code":"debit_card","cause_code":"pricing"}`, now()))
	do("hejing", "POST", file()+"/refusal", `{"reason_code":"report_or_petition","text":"x","ways_open":["court"]}`)
	do(servertest.PartnerKey, "POST", file()+"/withdrawal", `{"form":"phone"}`)
	rectification := "/v1/rectifications/" + do("hejing", "POST", "/v1/rectifications", rectifyBody("linchen", strings.TrimPrefix(one, "/v1/complaints/")))
	do("hejing", "PATCH", rectification, `{"severity":"low"}`)
	do("linchen", "POST", rectification+"/completion", `{"evidence":["x"]}`)
	do("hejing", "POST", rectification+"/verification", `{"effective":true,"comment":"x"}`)
}

// A list of many rows takes as many statements as a list of one.
func TestListsDoNotGrowWithTheirRows(t *testing.T) {
	t.Parallel()
	s := tell(t, "2026-09-24T02:00:00Z")
	many := 20
	for i := range many { // alike, so that the first row asks for what all ask for
		s.id = ask(t, s.World, servertest.PartnerKey, "POST", "/v1/complaints", intake(fmt.Sprint("L-", i)), key(fmt.Sprint("l", i))).Get("id")
		s.step("zhaolei", "/acceptance", "")
		s.step("zhaolei", "/extensions", `{"tier":"complex","reason_code":"facts_complex","reason":"王小明 13812345678"}`)
		s.step("zhaolei", "/investigation", finding)
		s.step("zhaolei", "/decisions", draft)
		rectify(t, s.World, "hejing", rectifyBody("linchen", s.id))
		s.step("zhaolei", "/notes", `{"text":"x"}`)
		s.find("hejing", fmt.Sprintf(findingBody, "dep_demo_center"))
		s.Must(201, servertest.Request{As: "hejing", Method: "POST", URL: "/v1/standards", Body: strings.Replace(standardBody, "first-contact", fmt.Sprint("code-", i), 1)})
		s.SignIn("hejing", s.Credentials.Users[0].Password)
	}
	for url, as := range map[string]string{"/v1/complaints?sort=-received_at&expand=clocks&expand=stages&include_total=true": "hejing", "/v1/complaints?": servertest.PartnerKey,
		"/v1/complaints?expand=stages": "linchen", "/v1/extensions?": "xuli", "/v1/rectifications?include_total=true": "hejing", "/v1/findings?include_total=true": "hejing", "/v1/standards?include_total=true": "hejing", "/v1/audit-entries?include_total=true": "shenji",
		"/v1/complaints/" + s.id + "/timeline?": "zhaolei", "/v1/users?include_total=true": "hejing", "/v1/departments?include_total=true": "hejing", "/v1/api-keys?": "guanli",
		"/v1/api-clients?": "guanli", "/v1/me/sessions?": "hejing"} {
		var took [2]int64
		var size [2]int
		for i, limit := range []int{1, many} {
			_, body, n := counted(s.World, servertest.Request{As: as, Method: "GET", URL: fmt.Sprintf("%s&limit=%d", url, limit)})
			took[i], size[i] = n.All.Load(), strings.Count(body, `"id"`)
		}
		if took[0] != took[1] || size[0] >= size[1] {
			t.Errorf("%s as %s: one row takes %d statements, all take %d (%d and %d ids)", url, as, took[0], took[1], size[0], size[1])
		}
	}
	if _, _, n := counted(s.World, servertest.Request{As: "hejing", Method: "POST", URL: "/v1/complaint-searches", Body: `{"name":"王小明","reason":"投诉人来电查询"}`}); n.All.Load() > 14 {
		t.Errorf("a search of %d rows takes %d statements", many, n.All.Load())
	}
}
