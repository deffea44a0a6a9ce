package test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"xiaobao/internal/app"
	"xiaobao/internal/servertest"
)

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
