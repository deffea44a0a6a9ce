package test

import (
	"fmt"
	"strings"
	"testing"

	"xiaobao/internal/servertest"
)

// Who signs in learns nothing of who exists: an unknown user and a wrong password differ in nothing but the request.
func TestUnknownUserAndWrongPasswordLookAlike(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, morning)
	for language, words := range map[string]string{"zh-CN": "用户名或密码错误，或会话已结束。", "en": "The user name or the password is wrong, or the session has ended."} {
		answers := make([]string, 2)
		for i, name := range []string{"zhaolei", "nobody"} {
			a := w.Do(servertest.Request{Method: "POST", URL: "/v1/sessions", Body: fmt.Sprintf(`{"username":%q,"password":"wrong"}`, name), Headers: map[string]string{"Accept-Language": language}})
			if a.Status != 401 || a.Get("detail") != words || a.Header.Get("WWW-Authenticate") == "" {
				t.Errorf("%s: %d %s", name, a.Status, a.Body)
			}
			answers[i] = strings.Replace(a.Body, a.Get("request_id"), "", 1)
		}
		if answers[0] != answers[1] {
			t.Errorf("they differ:\n%s\n%s", answers[0], answers[1])
		}
	}
}

// Five failures in a row lock a name for fifteen minutes, and no other name.
func TestFiveFailuresLockAName(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, morning)
	for range 4 {
		w.SignIn("zhaolei", "wrong")
	}
	if a := w.SignIn("zhaolei", "correct horse battery"); a.Status != 201 {
		t.Fatalf("four failures lock: %s", a.Body)
	}
	for range 5 {
		if a := w.SignIn("zhaolei", "wrong"); a.Status != 401 {
			t.Fatalf("a success between does not count anew: %s", a.Body)
		}
	}
	a := w.SignIn("zhaolei", "correct horse battery")
	if a.Status != 429 || a.Get("code") != "session.locked" || a.Get("detail") != "登录失败次数过多，该用户名暂时锁定。" || a.Header.Get("Retry-After") != "900" || a.Get("retryable") != "true" {
		t.Errorf("%d %s %s", a.Status, a.Header.Get("Retry-After"), a.Body)
	}
	if a := w.SignIn("sunli", "correct horse battery"); a.Status != 201 {
		t.Errorf("another name: %s", a.Body)
	}
	w.Forward("2026-03-24T01:46:00Z")
	if a := w.SignIn("zhaolei", "correct horse battery"); a.Status != 201 {
		t.Errorf("after a quarter of an hour: %s", a.Body)
	}
}

// A refresh token works once; the second use ends the whole session, the new tokens too.
func TestReusedRefreshTokenEndsTheSession(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, morning)
	in := w.SignIn("zhaolei", "correct horse battery")
	refresh := func(token string) servertest.Answer {
		return w.Do(servertest.Request{Method: "POST", URL: "/v1/session-refreshes", Body: fmt.Sprintf(`{"refresh_token":%q}`, token)})
	}
	w.Clock.Set("2026-03-24T02:31:00Z")
	w.Run(t, servertest.Scenario{Name: "the access token has expired", As: in.Get("access_token"), Method: "GET", URL: "/v1/me", WantStatus: 401, WantCode: "session.expired", WantBody: []string{"访问令牌已过期，请刷新会话。"}})
	next := refresh(in.Get("refresh_token"))
	if next.Status != 201 || next.Get("id") != in.Get("id") || next.Get("access_token") == in.Get("access_token") {
		t.Fatal(next.Body)
	}
	ask(t, w, next.Get("access_token"), "GET", "/v1/me", "", nil)
	if a := refresh(in.Get("refresh_token")); a.Status != 401 || a.Get("code") != "session.refresh_reused" || a.Get("detail") != "刷新令牌已被使用过，会话已终止。" {
		t.Errorf("the second use: %s", a.Body)
	}
	if a := refresh(next.Get("refresh_token")); a.Status != 401 {
		t.Errorf("the new refresh token outlived it: %s", a.Body)
	}
	w.Run(t, servertest.Scenario{Name: "the new access token", As: next.Get("access_token"), Method: "GET", URL: "/v1/me", WantStatus: 401, WantCode: "auth.invalid"})
	late := w.SignIn("zhaolei", "correct horse battery")
	w.Clock.Set("2026-03-24T15:00:00Z")
	if a := refresh(late.Get("refresh_token")); a.Status != 401 || a.Get("code") != "session.denied" {
		t.Errorf("after twelve hours: %s", a.Body)
	}
}

// A person sees where she is signed in, ends one of her sessions and signs out; another's session is not there for her.
func TestMySessions(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, morning)
	one, two := w.SignIn("zhaolei", "correct horse battery"), w.SignIn("zhaolei", "correct horse battery")
	other := w.SignIn("sunli", "correct horse battery")
	as := one.Get("access_token")
	page := ask(t, w, as, "GET", "/v1/me/sessions?limit=1&include_total=true", "", nil)
	if page.Get("total") != "2" || page.Get("data.0.id") != two.Get("id") || page.Get("data.0.current") != "false" {
		t.Error(page.Body)
	}
	rest := ask(t, w, as, "GET", "/v1/me/sessions?limit=1&page_token="+page.Get("next_page_token"), "", nil)
	if rest.Get("data.0.id") != one.Get("id") || rest.Get("data.0.current") != "true" || rest.Get("next_page_token") != "" {
		t.Error(rest.Body)
	}
	end := func(name, id string, status int, code string) servertest.Scenario {
		return servertest.Scenario{Name: name, As: as, Method: "DELETE", URL: "/v1/me/sessions/" + id, WantStatus: status, WantCode: code}
	}
	w.Run(t,
		end("another's", other.Get("id"), 404, "session.not_found"),
		end("none", "ses_absent", 404, "session.not_found"),
		end("hers", two.Get("id"), 204, ""),
		end("twice", two.Get("id"), 404, "session.not_found"),
		servertest.Scenario{Name: "ended", As: two.Get("access_token"), Method: "GET", URL: "/v1/me", WantStatus: 401, WantCode: "auth.invalid"},
		servertest.Scenario{Name: "sign out", As: as, Method: "DELETE", URL: "/v1/sessions/current", WantStatus: 204},
		servertest.Scenario{Name: "signed out", As: as, Method: "GET", URL: "/v1/me", WantStatus: 401, WantCode: "auth.invalid"},
	)
}

// The trail names who signs in, goes on and signs out.
func TestTrailNamesWhoSignsIn(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, morning)
	in := w.SignIn("zhaolei", plainPassword)
	next := w.Must(201, servertest.Request{Method: "POST", URL: "/v1/session-refreshes", Body: fmt.Sprintf(`{"refresh_token":%q}`, in.Get("refresh_token"))})
	w.Must(204, servertest.Request{As: next.Get("access_token"), Method: "DELETE", URL: "/v1/sessions/current"})
	w.Run(t, servertest.Scenario{Name: "an actor", As: "shenji", Method: "GET", URL: "/v1/audit-entries?include_total=true&actor=usr_demo_zhaolei&object_id=" + in.Get("id"), WantStatus: 200,
		WantBody: []string{`"total":3`, `"action":"session.create"`, `"action":"session.refresh"`, `"action":"session.end"`, `"actor":{"id":"usr_demo_zhaolei","kind":"user","name":"赵蕾"}`}})
}
