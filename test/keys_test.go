package test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"xiaobao/internal/actor"
	"xiaobao/internal/apiclient"
	"xiaobao/internal/app"
	"xiaobao/internal/servertest"
	"xiaobao/internal/store"
)

const (
	anxin       = "cli_demo_anxin"     // whose key is servertest.PartnerKey
	supervision = "cli_demo_regulator" // whose key is servertest.RegulatorKey
)

// inBoth is a refusal with its words in both languages.
func inBoth(s servertest.Scenario, en, zh string) []servertest.Scenario {
	var both []servertest.Scenario
	for language, words := range map[string]string{"en": en, "zh-CN": zh} {
		one := s
		one.Name = s.Name + " (" + language + ")"
		one.Headers = map[string]string{"Accept-Language": language}
		for name, value := range s.Headers {
			one.Headers[name] = value
		}
		one.WantBody = append([]string{words}, s.WantBody...)
		both = append(both, one)
	}
	return both
}

// makeKey makes a key and lets the world know its secret, by its name.
func makeKey(t *testing.T, w *servertest.World, client, more string) servertest.Answer {
	t.Helper()
	made := w.Do(servertest.Request{As: "guanli", Method: "POST", URL: "/v1/api-keys",
		Body: fmt.Sprintf(`{"api_client_id":%q,"name":"k",%s}`, client, more)})
	if made.Status != 201 || made.Get("secret") == "" {
		t.Fatalf("%d %s", made.Status, made.Body)
	}
	return made
}

// plant gives a client a key with scopes that no operation would let it have, and returns its secret.
func plant(t *testing.T, w *servertest.World, client string, scopes ...string) string {
	t.Helper()
	secret, err := store.Write(context.Background(), w.App.DB, func(_ context.Context, tx *store.Tx) (string, error) {
		_, secret, err := apiclient.AddKey(tx, apiclient.Key{ClientID: client, Name: "planted", Scopes: scopes})
		return secret, err
	})
	if err != nil {
		t.Fatal(err)
	}
	return secret
}

func meStatus(w *servertest.World, secret string, on *app.App) string {
	a := w.Do(servertest.Request{As: secret, Method: "GET", URL: "/v1/me", On: on})
	return fmt.Sprint(a.Status, a.Get("code"))
}

// An administrator admits a partner, makes its key, and the key does what it is meant for; the secret is shown once.
func TestKeyLife(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, "2026-03-24T01:30:00Z")
	const client = `{"name":"云上银行","kind":"partner","intake_channel":"app","department_id":"dep_demo_center"}`
	first := w.Do(servertest.Request{As: "guanli", Method: "POST", URL: "/v1/api-clients", Body: client, Headers: key("c1")})
	again := w.Do(servertest.Request{As: "guanli", Method: "POST", URL: "/v1/api-clients", Body: client, Headers: key("c1")})
	if first.Status != 201 || first.Get("department.name") != "投诉处理中心" || first.Get("status") != "active" || again.Get("id") != first.Get("id") ||
		first.Header.Get("Location") != "/v1/api-clients/"+first.Get("id") || again.Header.Get("Idempotency-Replayed") != "true" {
		t.Fatalf("%s\n%s", first.Body, again.Body)
	}
	body := fmt.Sprintf(`{"api_client_id":%q,"name":"生产","scopes":["complaint.read"],"expires_at":"2026-06-30T00:00:00+08:00","ip_allow":["192.0.2.0/24"]}`, first.Get("id"))
	made := w.Do(servertest.Request{As: "guanli", Method: "POST", URL: "/v1/api-keys", Body: body, Headers: key("k1")})
	secret := made.Get("secret")
	if made.Status != 201 || !strings.HasPrefix(secret, made.Get("prefix")) || made.Get("expires_at") != "2026-06-29T16:00:00Z" || made.Get("api_client.name") != "云上银行" {
		t.Fatal(made.Body)
	}
	if got := meStatus(w, secret, nil); got != "200" {
		t.Error("the new key: ", got)
	}
	one := "/v1/api-keys/" + made.Get("id")
	w.Run(t,
		servertest.Scenario{Name: "replay", As: "guanli", Method: "POST", URL: "/v1/api-keys", Body: body, Headers: key("k1"), WantStatus: 201,
			WantBody: []string{`"secret":null`, made.Get("id")}, NotBody: []string{secret}, WantHeader: map[string]string{"Idempotency-Replayed": "true"}},
		servertest.Scenario{Name: "get", As: "guanli", Method: "GET", URL: one, WantStatus: 200, NotBody: []string{secret, "secret"},
			WantBody: []string{`"last_used_at":"2026-03-24T01:30:00`, made.Get("prefix")}, WantHeader: map[string]string{"ETag": `"1"`, "Cache-Control": "no-store"}},
		servertest.Scenario{Name: "patch", As: "guanli", Method: "PATCH", URL: one, Body: `{"name":"新","expires_at":null,"ip_allow":[]}`,
			Headers: map[string]string{"If-Match": `W/"1"`}, WantStatus: 200, WantBody: []string{`"name":"新"`, `"expires_at":null`, `"ip_allow":[]`, `"scopes":["complaint.read"]`},
			WantHeader: map[string]string{"ETag": `"2"`}},
		servertest.Scenario{Name: "patch stale", As: "guanli", Method: "PATCH", URL: one, Body: `{"name":"旧"}`, Headers: map[string]string{"If-Match": `"1"`}, WantStatus: 412,
			WantCode: "record.stale", WantHeader: map[string]string{"ETag": `"2"`}},
		servertest.Scenario{Name: "patch unmatched", As: "guanli", Method: "PATCH", URL: one, Body: `{"name":"旧"}`, WantStatus: 428, WantCode: "record.match_missing"},
		servertest.Scenario{Name: "patch nothing", As: "guanli", Method: "PATCH", URL: one, Body: `{}`, WantStatus: 422, WantCode: "value.too_few_members"},
		servertest.Scenario{Name: "scopes never change", As: "guanli", Method: "PATCH", URL: one, Body: `{"scopes":["complaint.create"]}`, WantStatus: 422, WantCode: "request.unknown_member"},
		servertest.Scenario{Name: "delete", As: "guanli", Method: "DELETE", URL: one, WantStatus: 204},
		servertest.Scenario{Name: "delete again", As: "guanli", Method: "DELETE", URL: one, WantStatus: 204},
		servertest.Scenario{Name: "still readable", As: "guanli", Method: "GET", URL: one, WantStatus: 200, WantBody: []string{`"etag":"\"3\""`}, NotBody: []string{`"revoked_at":null`}},
	)
	w.Run(t, inBoth(servertest.Scenario{Name: "a revoked key", As: secret, Method: "GET", URL: "/v1/me", WantStatus: 401, WantCode: "auth.key_revoked"},
		"The key was revoked, or its client is suspended.", "接口密钥已吊销，或其客户端已停用。")...)
	w.Run(t, inBoth(servertest.Scenario{Name: "patch of a revoked key", As: "guanli", Method: "PATCH", URL: one, Body: `{"name":"旧"}`, Headers: map[string]string{"If-Match": "*"},
		WantStatus: 409, WantCode: "api_key.revoked"}, "The key was revoked, and stays so.", "接口密钥已吊销，不能再修改或轮换。")...)
	w.Run(t, servertest.Scenario{Name: "rotation of a revoked key", As: "guanli", Method: "POST", URL: one + "/rotation", Body: `{"overlap_hours":1}`, WantStatus: 409, WantCode: "api_key.revoked"})
}

// What is wrong with a client or key is told at once, with pointers, in both languages, and nothing is stored.
func TestKeyRefusals(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, "2026-03-24T01:30:00Z")
	post := func(name, url, body string, status int, code string, more ...string) servertest.Scenario {
		return servertest.Scenario{Name: name, As: "guanli", Method: "POST", URL: url, Body: body, WantStatus: status, WantCode: code, WantBody: more}
	}
	const clients, keys = "/v1/api-clients", "/v1/api-keys"
	w.Run(t, inBoth(post("name taken", clients, `{"name":"安心呼叫中心","kind":"regulator"}`, 409, "api_client.name_taken"),
		"Another client has this name.", "已有同名的接口客户端。")...)
	w.Run(t, inBoth(post("a regulator with a channel", clients, `{"name":"x","kind":"regulator","intake_channel":"phone","department_id":"dep_demo_center"}`, 422, "api_client.only_for_partner",
		`"pointer":"#/intake_channel"`, `"pointer":"#/department_id"`), "The member belongs to partners only: a regulator posts no complaints.", "该项仅适用于合作机构，监管机构不提交投诉。")...)
	w.Run(t,
		post("a partner without a channel", clients, `{"name":"x","kind":"partner"}`, 422, "value.required", `"pointer":"#/intake_channel"`),
		post("a partner with a mistyped channel", clients, `{"name":"x","kind":"partner","intake_channel":"phnoe"}`, 422, "value.not_in_code_list", `"suggestion":"phone"`),
		post("an unknown department", clients, `{"name":"x","kind":"partner","intake_channel":"phone","department_id":"dep_none"}`, 422, "value.not_found", `"pointer":"#/department_id"`),
		post("faults of schema and feature", clients, `{"name":" x","kind":"partner","department_id":"dep_none"}`, 422, "value.wrong_format",
			`"pointer":"#/name"`, `"pointer":"#/intake_channel"`, `"pointer":"#/department_id"`),
	)
	w.Run(t, inBoth(post("beyond the kind", keys, `{"api_client_id":"cli_demo_regulator","name":"k","scopes":["report.read","complaint.read","user.read"]}`, 422, "api_key.scope_beyond_kind",
		`"pointer":"#/scopes/1"`, `"pointer":"#/scopes/2"`), "The policy grants this permission to no client of this kind.", "现行权限策略未将该权限授予此类客户端。")...)
	w.Run(t, inBoth(post("no addresses", keys, `{"api_client_id":"cli_demo_anxin","name":"k","scopes":["complaint.read"],"ip_allow":["192.0.2.1","192.0.2.*","192.0.2.0/33"]}`, 422, "api_key.not_an_address",
		`"pointer":"#/ip_allow/1"`, `"pointer":"#/ip_allow/2"`), "This is neither an IP address nor a network in CIDR form.", "既不是 IP 地址，也不是 CIDR 格式的网段。")...)
	w.Run(t, inBoth(post("an end in the past", keys, `{"api_client_id":"cli_demo_anxin","name":"k","scopes":["complaint.read"],"expires_at":"2026-03-24T01:00:00Z"}`, 422, "api_key.expiry_past",
		`"pointer":"#/expires_at"`), "The key would have ended already; to end it now, revoke it.", "到期时间必须晚于现在；如需立即停用，请吊销密钥。")...)
	w.Run(t,
		post("a mistyped scope, and more", keys, `{"api_client_id":"cli_none","name":"k","scopes":["complaint.raed"],"ip_allow":["x.y"]}`, 422, "value.not_allowed",
			`"pointer":"#/scopes/0"`, `"suggestion":"complaint.read"`, `"pointer":"#/api_client_id"`, `"pointer":"#/ip_allow/0"`),
		post("no scope", keys, `{"api_client_id":"cli_demo_anxin","name":"k","scopes":[]}`, 422, "value.too_few"),
		post("a scope twice", keys, `{"api_client_id":"cli_demo_anxin","name":"k","scopes":["complaint.read","complaint.read"]}`, 422, "value.not_unique"),
		post("an overlap beyond thirty days", "/v1/api-keys/key_x/rotation", `{"overlap_hours":721}`, 422, "value.too_big"),
		post("an unknown key", "/v1/api-keys/key_x/rotation", `{"overlap_hours":720}`, 404, "api_key.not_found"),
	)
	w.Run(t, inBoth(servertest.Scenario{Name: "no such key", As: "guanli", Method: "DELETE", URL: "/v1/api-keys/key_x", WantStatus: 404, WantCode: "api_key.not_found"},
		"There is no such key.", "没有该接口密钥。")...)
	w.Run(t, inBoth(servertest.Scenario{Name: "no such client", As: "guanli", Method: "PATCH", URL: "/v1/api-clients/cli_x", Body: `{"status":"active"}`, WantStatus: 404,
		WantCode: "api_client.not_found"}, "There is no such client.", "没有该接口客户端。")...)
	for _, url := range []string{clients, keys} {
		if list := w.Do(servertest.Request{As: "guanli", Method: "GET", URL: url + "?include_total=true"}); list.Get("total") != "3" {
			t.Errorf("something was stored: %s", list.Body)
		}
	}
}

// A client keeps its name, department and channel apart from its kind; what does not fit is refused as at the start.
func TestClientChanges(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, "2026-03-24T01:30:00Z")
	patch := func(name, client, body, match string, status int, code string, more ...string) servertest.Scenario {
		s := servertest.Scenario{Name: name, As: "guanli", Method: "PATCH", URL: "/v1/api-clients/" + client, Body: body, WantStatus: status, WantCode: code, WantBody: more}
		if match != "" {
			s.Headers = map[string]string{"If-Match": match}
		}
		return s
	}
	w.Run(t,
		patch("without If-Match", anxin, `{"name":"安心"}`, "", 428, "record.match_missing"),
		patch("all", anxin, `{"name":"安心","intake_channel":"email","department_id":null}`, `"1"`, 200, "", `"name":"安心"`, `"intake_channel":"email"`, `"department":null`, `"status":"active"`),
		patch("stale", anxin, `{"name":"安心"}`, `"1"`, 412, "record.stale", `"etag":"\"2\""`),
		patch("another's name", anxin, `{"name":"惠民助贷"}`, "*", 409, "api_client.name_taken"),
		patch("the kind", anxin, `{"kind":"regulator"}`, "*", 422, "request.unknown_member"),
		patch("an unknown department", anxin, `{"department_id":"dep_none"}`, "*", 422, "value.not_found"),
		patch("a regulator's department", supervision, `{"department_id":"dep_demo_center"}`, "*", 422, "api_client.only_for_partner"),
	)
	filed := w.Do(servertest.Request{As: servertest.PartnerKey, Method: "POST", URL: "/v1/complaints", Body: intake("C-1"), Headers: key("c")})
	if filed.Get("department.id") != "dep_demo_office" || filed.Get("intake_channel") != "email" {
		t.Errorf("the next complaint went elsewhere: %s", filed.Body)
	}
}

// A rotation leaves both keys working for the overlap and then the new one; what the two do is one client's.
func TestRotation(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, "2026-03-24T01:30:00Z")
	old := makeKey(t, w, anxin, `"scopes":["complaint.create","complaint.read"],"ip_allow":["192.0.2.1"],"expires_at":"2027-03-24T01:30:00Z"`)
	url := "/v1/api-keys/" + old.Get("id") + "/rotation"
	rotate := func(k, body string) servertest.Answer {
		return w.Do(servertest.Request{As: "guanli", Method: "POST", URL: url, Body: body, Headers: key(k)})
	}
	fresh := rotate("r", `{"overlap_hours":24}`)
	again := rotate("r", `{"overlap_hours":24}`)
	if fresh.Status != 201 || fresh.Get("secret") == "" || fresh.Get("scopes") != old.Get("scopes") || fresh.Get("ip_allow") != `["192.0.2.1"]` ||
		!strings.HasPrefix(fresh.Get("expires_at"), "2027-03-24T01:30") || fresh.Header.Get("Location") != "/v1/api-keys/"+fresh.Get("id") {
		t.Fatal(fresh.Body)
	}
	if again.Status != 201 || again.Get("id") != fresh.Get("id") || !strings.Contains(again.Body, `"secret":null`) || again.Header.Get("Idempotency-Replayed") != "true" {
		t.Errorf("the replay: %s", again.Body)
	}
	filed := w.Do(servertest.Request{As: old.Get("secret"), Method: "POST", URL: "/v1/complaints", Body: intake("R-1"), Headers: key("one")})
	replayed := w.Do(servertest.Request{As: fresh.Get("secret"), Method: "POST", URL: "/v1/complaints", Body: intake("R-1"), Headers: key("one")})
	if filed.Status != 201 || replayed.Get("id") != filed.Get("id") || replayed.Header.Get("Idempotency-Replayed") != "true" {
		t.Errorf("the idempotency key did not outlive the rotation: %s", replayed.Body)
	}
	w.Forward("2026-03-25T01:29:00Z")
	if got := meStatus(w, old.Get("secret"), nil); got != "200" {
		t.Error("the old key in the overlap: ", got)
	}
	w.Forward("2026-03-25T01:31:00Z")
	if got := meStatus(w, old.Get("secret"), nil); got != "401auth.key_expired" {
		t.Error("the old key after the overlap: ", got)
	}
	if got := meStatus(w, fresh.Get("secret"), nil); got != "200" {
		t.Error("the new key after the overlap: ", got)
	}
	url = "/v1/api-keys/" + fresh.Get("id") + "/rotation"
	stale := w.Do(servertest.Request{As: "guanli", Method: "POST", URL: url, Body: `{"overlap_hours":0}`, Headers: map[string]string{"If-Match": `"9"`}})
	if stale.Status != 412 {
		t.Errorf("a stale rotation: %s", stale.Body)
	}
	if last := rotate("r2", `{"overlap_hours":0}`); last.Status != 201 || meStatus(w, last.Get("secret"), nil) != "200" || meStatus(w, fresh.Get("secret"), nil) != "401auth.key_expired" {
		t.Errorf("without overlap: %s", last.Body)
	}
}

// A key works from its addresses only; the tests call from 192.0.2.1.
func TestAddressesOfAKey(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, "2026-03-24T01:30:00Z")
	here := makeKey(t, w, anxin, `"scopes":["complaint.read"],"ip_allow":["2001:db8::/32","192.0.2.0/28"]`)
	elsewhere := makeKey(t, w, anxin, `"scopes":["complaint.read"],"ip_allow":["198.51.100.0/24"]`)
	if got := meStatus(w, here.Get("secret"), nil); got != "200" {
		t.Error(got)
	}
	w.Run(t, inBoth(servertest.Scenario{Name: "elsewhere", As: elsewhere.Get("secret"), Method: "GET", URL: "/v1/me", Headers: map[string]string{"X-Forwarded-For": "198.51.100.7"},
		WantStatus: 401, WantCode: "auth.address_refused"}, "The key may not be used from this address.", "接口密钥不允许从该地址使用。")...)
	if got := w.Do(servertest.Request{As: "guanli", Method: "GET", URL: "/v1/api-keys/" + elsewhere.Get("id")}); !strings.Contains(got.Body, `"last_used_at":null`) {
		t.Errorf("a refused use counts as one: %s", got.Body)
	}
}

// One letter of a key mistyped is refused without a look-up; a well-formed key that nobody holds takes one.
func TestMistypedKeyAsksNobody(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, "2026-03-24T01:30:00Z")
	secret := w.Token(servertest.PartnerKey)
	letter := "a"
	if secret[20] == 'a' {
		letter = "b"
	}
	for name, c := range map[string]struct {
		token      string
		status     int
		statements bool
	}{
		"as it is":     {secret, 200, true},
		"mistyped":     {secret[:20] + letter + secret[21:], 401, false},
		"cut short":    {secret[:len(secret)-1], 401, false},
		"another kind": {"xbs_live_" + secret[9:], 401, false},
		"nobody's":     {"xbk_live_" + strings.Repeat("0", 43) + checksumOfZeros, 401, true},
	} {
		ctx, statements := store.CountStatements(context.Background())
		request := httptest.NewRequestWithContext(ctx, http.MethodGet, "/v1/me", nil)
		request.Header.Set("Authorization", "Bearer "+c.token)
		recorder := httptest.NewRecorder()
		w.App.Handler.ServeHTTP(recorder, request)
		if recorder.Code != c.status || (statements.All.Load() > 0) != c.statements {
			t.Errorf("%s: %d after %d statements", name, recorder.Code, statements.All.Load())
		}
	}
}

// checksumOfZeros is the checksum of a key of zeros (package token).
const checksumOfZeros = "a7f14f"

// Pages of keys and clients are disjoint and complete, and a filter holds over them.
func TestPagesOfKeys(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, "2026-03-24T01:30:00Z")
	want := map[string]bool{}
	for range 5 {
		want[makeKey(t, w, anxin, `"scopes":["complaint.read"]`).Get("id")] = true
	}
	seen := map[string]bool{}
	for url := "/v1/api-keys?api_client_id=" + anxin + "&limit=2&include_total=true"; url != ""; {
		page := w.Do(servertest.Request{As: "guanli", Method: "GET", URL: url})
		if page.Status != 200 || page.Get("total") != "6" {
			t.Fatal(page.Body)
		}
		for i := range 2 {
			id := page.Get(fmt.Sprintf("data.%d.id", i))
			if client := page.Get(fmt.Sprintf("data.%d.api_client.id", i)); id == "" || seen[id] || client != anxin {
				t.Errorf("%q of %s in %s", id, client, page.Body)
			}
			seen[id] = true
		}
		url = ""
		if token := page.Get("next_page_token"); token != "" {
			url = "/v1/api-keys?limit=2&include_total=true&page_token=" + token
		}
	}
	for id := range want {
		if !seen[id] {
			t.Errorf("%s never came", id)
		}
	}
	first := w.Do(servertest.Request{As: "guanli", Method: "GET", URL: "/v1/api-clients?limit=2"})
	second := w.Do(servertest.Request{As: "guanli", Method: "GET", URL: "/v1/api-clients?limit=2&page_token=" + first.Get("next_page_token")})
	if first.Get("data.1.id") == "" || second.Get("data.0.id") == "" || second.Get("data.1.id") != "" || second.Get("next_page_token") != "" {
		t.Errorf("%s\n%s", first.Body, second.Body)
	}
	w.Run(t, servertest.Scenario{Name: "another filter", As: "guanli", Method: "GET", URL: "/v1/api-keys?api_client_id=" + supervision + "&page_token=" + first.Get("next_page_token"),
		WantStatus: 400, WantCode: "page.token_mismatch"})
	ctx, few := store.CountStatements(actor.With(context.Background(), actor.Actor{}))
	list := func(limit int) int64 {
		before := few.All.Load()
		request := httptest.NewRequestWithContext(ctx, http.MethodGet, fmt.Sprint("/v1/api-keys?limit=", limit), nil)
		request.Header.Set("Authorization", "Bearer "+w.Token("guanli"))
		w.App.Handler.ServeHTTP(httptest.NewRecorder(), request)
		return few.All.Load() - before
	}
	if one, all := list(1), list(50); one != all {
		t.Errorf("a page of one row takes %d statements, of all rows %d", one, all)
	}
}
