package test

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"testing"

	"xiaobao/internal/servertest"
)

func asJSON(t *testing.T, value any) string {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func number(text string) int {
	n, err := strconv.Atoi(text)
	if err != nil {
		return 0
	}
	return n
}

// The first ten minutes of a frontend team, but for generating its client, which scripts/test does.
func TestFrontendFirstTenMinutes(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, morning)
	strip := func(a servertest.Answer) string { return strings.ReplaceAll(a.Body, a.Get("request_id"), "") }

	wrong, unknown := w.SignIn("zhaolei", "wrong password"), w.SignIn("nobody", "wrong password")
	if wrong.Status != 401 || strip(wrong) != strip(unknown) {
		t.Errorf("a wrong password and an unknown user differ:\n%s\n%s", wrong.Body, unknown.Body)
	}
	me := w.Must(200, servertest.Request{As: "zhaolei", Method: "GET", URL: "/v1/me"})
	if !strings.Contains(me.Body, `"permission":"complaint.accept","scopes":["department"],"stages":["intake"]`) {
		t.Errorf("me: %s", me.Body)
	}
	list := w.Must(200, servertest.Request{As: "zhaolei", Method: "GET", URL: "/v1/code-lists/cause"})
	again := w.Do(servertest.Request{As: "zhaolei", Method: "GET", URL: "/v1/code-lists/cause", Headers: map[string]string{"If-None-Match": list.Header.Get("ETag")}})
	if again.Status != 304 || again.Body != "" {
		t.Errorf("the code list again: %d %q", again.Status, again.Body)
	}

	var ids []string
	for i := range 3 {
		a := w.Must(201, servertest.Request{As: servertest.PartnerKey, Method: "POST", URL: "/v1/complaints", Body: intake("F-" + strconv.Itoa(i)), Headers: key("f" + strconv.Itoa(i))})
		ids = append(ids, a.Get("id"))
	}
	work := w.Must(200, servertest.Request{As: "zhaolei", Method: "GET", URL: "/v1/complaints?stage=intake&responsible=none&sort=act_by_on&limit=2&include_total=true"})
	if work.Get("total") != "3" || work.Get("data.0.complainant_name") != "王*明" || !strings.Contains(work.Get("data.0.allowed_actions"), `"accept"`) || work.Get("next_page_token") == "" {
		t.Errorf("the work list: %s", work.Body)
	}
	w.Run(t,
		servertest.Scenario{Name: "a mistyped filter, in English", As: "zhaolei", Method: "GET", URL: "/v1/complaints?stgae=intake", Headers: map[string]string{"Accept-Language": "en"},
			WantStatus: 400, WantCode: "request.unknown_parameter", WantBody: []string{`"suggestion":"stage"`, "There is no such parameter."}})

	id, etag := work.Get("data.0.id"), work.Get("data.0.etag")
	accept := func(headers ...string) servertest.Answer {
		h := map[string]string{}
		for i := 0; i < len(headers); i += 2 {
			h[headers[i]] = headers[i+1]
		}
		return w.Do(servertest.Request{As: "zhaolei", Method: "POST", URL: "/v1/complaints/" + id + "/acceptance", Headers: h})
	}
	accepted := accept("If-Match", etag, "Idempotency-Key", "accept-1")
	if accepted.Status != 200 || accepted.Get("stage") != "investigation" || accepted.Get("responsible.id") != "usr_demo_zhaolei" || accepted.Get("stage_due_on") != "2026-04-02" ||
		accepted.Get("etag") == etag || accepted.Header.Get("ETag") != accepted.Get("etag") {
		t.Errorf("accepted: %s", accepted.Body)
	}
	replayed := accept("If-Match", etag, "Idempotency-Key", "accept-1")
	if replayed.Status != 200 || replayed.Header.Get("Idempotency-Replayed") != "true" {
		t.Errorf("the same key with the old version: %d %s", replayed.Status, replayed.Body)
	}
	late := accept("Idempotency-Key", "accept-2")
	if late.Status != 409 || late.Get("code") != "complaint.wrong_stage" || late.Get("current_stage") != "investigation" || !strings.Contains(late.Get("allowed_actions"), `"investigate"`) {
		t.Errorf("too late: %s", late.Body)
	}

	change := func(headers map[string]string) servertest.Answer {
		return w.Do(servertest.Request{As: "zhaolei", Method: "PATCH", URL: "/v1/complaints/" + id, Body: `{"region_code":"cn-320000"}`, Headers: headers})
	}
	if a := change(nil); a.Status != 428 || a.Get("code") != "record.match_missing" {
		t.Errorf("without If-Match: %d %s", a.Status, a.Body)
	}
	if a := change(match(etag)); a.Status != 412 || a.Get("etag") != accepted.Get("etag") {
		t.Errorf("an old version: %d %s", a.Status, a.Body)
	}
	if a := change(match("W/" + accepted.Get("etag"))); a.Status != 200 || a.Get("region_code") != "cn-320000" {
		t.Errorf("the weakened present version: %d %s", a.Status, a.Body)
	}
	foreign, absent := w.Do(servertest.Request{As: "wuhao", Method: "GET", URL: "/v1/complaints/" + id}), w.Do(servertest.Request{As: "wuhao", Method: "GET", URL: "/v1/complaints/cmp_absent"})
	if foreign.Status != 404 || strings.ReplaceAll(strip(foreign), id, "cmp_absent") != strip(absent) {
		t.Errorf("another branch's clerk: %s", foreign.Body)
	}
	if len(ids) != 3 {
		t.Fatal(ids)
	}
}

// Browsers may ask from the origins that are configured, and read what they need, on errors too.
func TestBrowsersMayCall(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, morning)
	w.Settings.Origins = []string{"https://work.example"}
	w.App = w.Open()
	preflight := w.Do(servertest.Request{Method: "OPTIONS", URL: "/v1/complaints", Headers: map[string]string{"Origin": "https://work.example", "Access-Control-Request-Method": "POST",
		"Access-Control-Request-Headers": "authorization,idempotency-key"}})
	if preflight.Status != 204 || preflight.Header.Get("Access-Control-Allow-Origin") != "https://work.example" || !strings.Contains(preflight.Header.Get("Access-Control-Allow-Headers"), "Idempotency-Key") {
		t.Errorf("preflight: %d %v", preflight.Status, preflight.Header)
	}
	exposed := strings.Split(w.Do(servertest.Request{Method: "GET", URL: "/v1/problems", Headers: map[string]string{"Origin": "https://work.example"}}).Header.Get("Access-Control-Expose-Headers"), ", ")
	for _, header := range []string{"Etag", "Location", "Request-Id", "X-Request-Id", "Idempotency-Replayed", "Retry-After", "Content-Disposition", "Content-Digest", "Repr-Digest", "Content-Range", "Accept-Ranges"} {
		if !slices.Contains(exposed, header) {
			t.Errorf("a browser cannot read %s: %v", header, exposed)
		}
	}
	w.Run(t,
		servertest.Scenario{Name: "a 401", Method: "GET", URL: "/v1/me", Headers: map[string]string{"Origin": "https://work.example"}, WantStatus: 401, WantCode: "auth.missing",
			WantHeader: map[string]string{"Access-Control-Allow-Origin": "https://work.example", "WWW-Authenticate": "Bearer"}},
		servertest.Scenario{Name: "another origin", Method: "GET", URL: "/v1/problems", Headers: map[string]string{"Origin": "https://evil.example"}, WantStatus: 200,
			WantHeader: map[string]string{"Access-Control-Allow-Origin": ""}})
}
