package test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"xiaobao/internal/servertest"
	"xiaobao/internal/store"
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

// A stranger who guesses locks a name for her own address, not for whose it is; a header that anyone can send is no address, a proxy's that is trusted is. Guessing from
// everywhere at once has an end, too. A name that nobody has is locked alike.
func TestStrangersLockOutNobody(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, morning)
	from := func(address, forwarded, username, secret string) int {
		t.Helper()
		return w.Do(servertest.Request{Method: "POST", URL: "/v1/sessions", Body: fmt.Sprintf(`{"username":%q,"password":%q}`, username, secret), From: address,
			Headers: map[string]string{"X-Forwarded-For": forwarded}}).Status
	}
	for _, name := range []string{"zhaolei", "nemo"} {
		for i := range 5 {
			from("203.0.113.9", fmt.Sprint("198.51.100.", i), name, "wrong")
		}
		for address, want := range map[string]int{"203.0.113.9": 429, "203.0.113.10": 401} {
			if got := from(address, "", name, "wrong"); got != want {
				t.Errorf("%s from %s: %d, want %d", name, address, got, want)
			}
		}
	}
	if got := from("203.0.113.10", "", "zhaolei", plainPassword); got != 201 {
		t.Errorf("a stranger locks her out: %d", got)
	}
	if got := from("203.0.113.9", "", "zhaolei", plainPassword); got != 429 {
		t.Errorf("her sign-in elsewhere lets the stranger go on: %d", got)
	}
	for i := range 5 {
		from(fmt.Sprintf("2001:db8::%d", i), "", "sunli", "wrong")
	}
	if got := from("2001:db8::9", "", "sunli", plainPassword); got != 429 {
		t.Errorf("a network of the sixth version counts as many addresses: %d", got)
	}
	w.Settings.TrustedProxies = []string{"203.0.113.9/32"}
	w.App = w.Open()
	for address, want := range map[string]int{"192.0.2.7": 201, "198.51.100.1, 203.0.113.9": 201} {
		if got := from("203.0.113.9", address, "zhaolei", plainPassword); got != want {
			t.Errorf("behind the proxy from %s: %d", address, got)
		}
	}
}

// A hundred failures in a row lock a name for all, from however many addresses they come.
func TestGuessingFromEverywhereHasAnEnd(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, morning)
	w.SignIn("zhaolei", "wrong")
	_, err := store.Maintain(context.Background(), w.App.DB, func(tx *store.Tx) (struct{}, error) {
		return struct{}{}, tx.Gorm().Table("sign_in").Where("address_index = ?", make([]byte, 16)).Update("failures", 99).Error
	})
	if err != nil {
		t.Fatal(err)
	}
	if a := w.Do(servertest.Request{Method: "POST", URL: "/v1/sessions", Body: `{"username":"zhaolei","password":"wrong"}`, From: "203.0.113.9"}); a.Status != 401 {
		t.Errorf("the hundredth: %s", a.Body)
	}
	if a := w.SignIn("zhaolei", plainPassword); a.Status != 429 || a.Header.Get("Retry-After") != "900" {
		t.Errorf("after it: %s", a.Body)
	}
	ask(t, w, "guanli", "POST", "/v1/users/usr_demo_zhaolei/password-reset", "", nil)
	if w.SignIn("zhaolei", "wrong").Status != 401 {
		t.Error("a reset does not lift it")
	}
}
