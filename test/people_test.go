package test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"xiaobao/internal/servertest"
)

const (
	morning  = "2026-03-24T01:30:00Z"
	password = "seven quiet herons"
)

func match(etag string) map[string]string { return map[string]string{"If-Match": etag} }

// ask sends a request that must succeed.
func ask(t *testing.T, w *servertest.World, as, method, url, body string, headers map[string]string) servertest.Answer {
	t.Helper()
	a := w.Do(servertest.Request{As: as, Method: method, URL: url, Body: body, Headers: headers})
	if a.Status >= 300 {
		t.Fatalf("%s %s: %d %s", method, url, a.Status, a.Body)
	}
	return a
}

// employ makes a user and returns her id and her access token, her first password being changed.
func employ(t *testing.T, w *servertest.World, username, department, role string) (id, token string) {
	t.Helper()
	made := ask(t, w, "guanli", "POST", "/v1/users", fmt.Sprintf(`{"username":%q,"name":"新人","department_id":%q,"roles":[%q]}`, username, department, role), nil)
	token = w.SignIn(username, made.Get("initial_password")).Get("access_token")
	ask(t, w, token, "PUT", "/v1/me/password", fmt.Sprintf(`{"current_password":%q,"new_password":%q}`, made.Get("initial_password"), password), nil)
	return made.Get("id"), token
}

func patchUser(t *testing.T, w *servertest.World, id, body string) servertest.Answer {
	t.Helper()
	etag := ask(t, w, "guanli", "GET", "/v1/users/"+id, "", nil).Get("etag")
	return w.Do(servertest.Request{As: "guanli", Method: "PATCH", URL: "/v1/users/" + id, Body: body, Headers: match(etag)})
}

// A new user's password is shown once, and good for nothing but being changed.
func TestNewUserMustChangeHerPassword(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, morning)
	body := `{"username":"qianduoduo-2026","name":"钱多多","staff_id":"20001","department_id":"dep_demo_center","roles":["handler"],"phone":"02512345678","email":"q@example.com",
		"settlement_authority":{"amount":"500.00","currency":"CNY"}}`
	made := ask(t, w, "guanli", "POST", "/v1/users", body, key("u1"))
	first := made.Get("initial_password")
	if len(first) < 12 || made.Header.Get("Location") != "/v1/users/"+made.Get("id") || made.Get("settlement_authority.amount") != "500.00" {
		t.Fatalf("%s", made.Body)
	}
	again := ask(t, w, "guanli", "POST", "/v1/users", body, key("u1"))
	if again.Get("id") != made.Get("id") || !strings.Contains(again.Body, `"initial_password":null`) || again.Header.Get("Idempotency-Replayed") != "true" {
		t.Errorf("the replay: %s", again.Body)
	}
	in := w.SignIn("qianduoduo-2026", first)
	if in.Get("password_change_required") != "true" {
		t.Fatal(in.Body)
	}
	her := in.Get("access_token")
	put := func(name, current, chosen string, status int, code string) servertest.Scenario {
		return servertest.Scenario{Name: name, As: her, Method: "PUT", URL: "/v1/me/password", WantStatus: status, WantCode: code,
			Body: fmt.Sprintf(`{"current_password":%q,"new_password":%q}`, current, chosen), NotBody: []string{first, password}}
	}
	w.Run(t,
		servertest.Scenario{Name: "anything else", As: her, Method: "GET", URL: "/v1/users", WantStatus: 403, WantCode: "session.password_change_required", WantBody: []string{"请先修改密码。"}},
		servertest.Scenario{Name: "in English", As: her, Method: "GET", URL: "/v1/code-lists", Headers: map[string]string{"Accept-Language": "en"}, WantStatus: 403, WantBody: []string{"Change your password before anything else."}},
		servertest.Scenario{Name: "who am I", As: her, Method: "GET", URL: "/v1/me", WantStatus: 200},
		put("too short", first, "eleven char", 422, "value.too_short"),
		put("too long", first, strings.Repeat("长", 201), 422, "value.too_long"),
		put("the same", first, first, 422, "password.same"),
		put("the name", first, "QianDuoDuo-2026", 422, "password.is_name"),
		put("a wrong one", "something else", password, 422, "password.wrong"),
		put("good", first, password, 204, ""),
		servertest.Scenario{Name: "now all else", As: her, Method: "GET", URL: "/v1/users", WantStatus: 200},
		servertest.Scenario{Name: "a key has none", As: servertest.PartnerKey, Method: "GET", URL: "/v1/me/sessions", WantStatus: 403, WantCode: "auth.user_only", WantBody: []string{"此操作仅限登录用户"}},
	)
	if w.SignIn("qianduoduo-2026", first).Status != 401 || w.SignIn("qianduoduo-2026", password).Status != 201 {
		t.Error("the old password is good, or the new one is not")
	}
}

// A reset shows a password once, lifts the lock, ends every session, and asks for a change; a change ends the other sessions.
func TestPasswordResetAndChangeEndSessions(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, morning)
	id, one := employ(t, w, "lisi", "dep_demo_center", "handler")
	two := w.SignIn("lisi", password).Get("access_token")
	other := "another seven herons"
	ask(t, w, one, "PUT", "/v1/me/password", fmt.Sprintf(`{"current_password":%q,"new_password":%q}`, password, other), nil)
	w.Run(t,
		servertest.Scenario{Name: "the one who changed stays", As: one, Method: "GET", URL: "/v1/me", WantStatus: 200},
		servertest.Scenario{Name: "the other session ended", As: two, Method: "GET", URL: "/v1/me", WantStatus: 401, WantCode: "auth.invalid"},
	)
	for range 5 {
		w.SignIn("lisi", "wrong")
	}
	if a := w.SignIn("lisi", other); a.Status != 429 {
		t.Errorf("not locked: %s", a.Body)
	}
	reset := ask(t, w, "guanli", "POST", "/v1/users/"+id+"/password-reset", "", key("r1"))
	if replay := ask(t, w, "guanli", "POST", "/v1/users/"+id+"/password-reset", "", key("r1")); !strings.Contains(replay.Body, `"one_time_password":null`) || replay.Get("etag") != reset.Get("etag") {
		t.Errorf("the replay: %s", replay.Body)
	}
	if a := w.Do(servertest.Request{As: one, Method: "GET", URL: "/v1/me"}); a.Status != 401 {
		t.Errorf("a session outlived the reset: %s", a.Body)
	}
	if a := w.SignIn("lisi", reset.Get("one_time_password")); a.Status != 201 || a.Get("password_change_required") != "true" {
		t.Errorf("the new password: %s", a.Body)
	}
	w.Run(t,
		servertest.Scenario{Name: "nobody of this id", As: "guanli", Method: "POST", URL: "/v1/users/usr_absent/password-reset", WantStatus: 404, WantCode: "user.not_found", WantBody: []string{"没有该用户。"}},
		servertest.Scenario{Name: "not by a head", As: "sunli", Method: "POST", URL: "/v1/users/" + id + "/password-reset", WantStatus: 403, WantCode: "auth.forbidden",
			WantBody: []string{`"permission":"user.update"`, `"role":"administrator"`}})
}

// Guessing the password from within a stolen session locks the name like guessing at the door.
func TestWrongPresentPasswordLocks(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, morning)
	_, her := employ(t, w, "lisi", "dep_demo_center", "handler")
	body := fmt.Sprintf(`{"current_password":"wrong","new_password":%q}`, "another seven herons")
	for range 5 {
		if a := w.Do(servertest.Request{As: her, Method: "PUT", URL: "/v1/me/password", Body: body}); a.Status != 422 {
			t.Fatal(a.Body)
		}
	}
	if a := w.Do(servertest.Request{As: her, Method: "PUT", URL: "/v1/me/password", Body: body}); a.Status != 429 || a.Header.Get("Retry-After") != "900" {
		t.Errorf("%d %s", a.Status, a.Body)
	}
}

// What is wrong with a user is told with what to do.
func TestUsersRefused(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, morning)
	post := func(name, body string, status int, code string, words ...string) servertest.Scenario {
		return servertest.Scenario{Name: name, As: "guanli", Method: "POST", URL: "/v1/users", Body: body, WantStatus: status, WantCode: code, WantBody: words}
	}
	const user = `{"username":"lisi","name":"李四","department_id":"dep_demo_nanjing","roles":["handler"]}`
	ask(t, w, "guanli", "POST", "/v1/users", user, nil)
	change := func(from, to string) string { return strings.NewReplacer("lisi", "wangwu", from, to).Replace(user) }
	english := post("a role that grants nothing there, in English", change(`"handler"`, `"handler","auditor"`), 422, "user.role_idle",
		"The role grants nothing in a department of kind branch; it counts in audit.", `"pointer":"#/roles/1"`)
	english.Headers = map[string]string{"Accept-Language": "en"}
	w.Run(t,
		post("a name twice", user, 409, "user.name_taken", "该用户名已被使用。"),
		post("a staff number twice", change(`"roles"`, `"staff_id":"10001","roles"`), 409, "user.staff_id_taken", "该工号已被使用。"),
		post("no such department", change("dep_demo_nanjing", "dep_absent"), 422, "value.not_found", `"pointer":"#/department_id"`),
		post("no such role", change(`"handler"`, `"hander"`), 422, "user.role_unknown", "现有角色为 handler, head, officer"),
		post("a key's role", change(`"handler"`, `"client"`), 422, "user.role_unknown"),
		english,
		post("a name with blanks", strings.Replace(user, `"lisi"`, `" lisi"`, 1), 422, "value.wrong_format"),
		post("no role", change(`"handler"`, ``), 422, "value.too_few"),
		servertest.Scenario{Name: "not by a handler", As: "zhaolei", Method: "POST", URL: "/v1/users", Body: change("a", "a"), WantStatus: 403, WantCode: "auth.forbidden", WantBody: []string{`"permission":"user.create"`}},
		servertest.Scenario{Name: "nobody of this id", As: "zhaolei", Method: "GET", URL: "/v1/users/usr_absent", WantStatus: 404, WantCode: "user.not_found"},
		servertest.Scenario{Name: "no version", As: "guanli", Method: "PATCH", URL: "/v1/users/usr_demo_wuhao", Body: `{"name":"吴 昊"}`, WantStatus: 428, WantCode: "record.match_missing"},
		servertest.Scenario{Name: "an old version", As: "guanli", Method: "PATCH", URL: "/v1/users/usr_demo_wuhao", Body: `{"name":"吴 昊"}`, Headers: match(`"0"`), WantStatus: 412, WantCode: "record.stale", WantBody: []string{`"etag":`}},
		servertest.Scenario{Name: "a role that counts there no more", As: "guanli", Method: "PATCH", URL: "/v1/users/usr_demo_hejing", Body: `{"department_id":"dep_demo_nanjing"}`, Headers: match(`*`), WantStatus: 422, WantCode: "user.role_idle"},
		servertest.Scenario{Name: "a move with its role", As: "guanli", Method: "PATCH", URL: "/v1/users/usr_demo_hejing", Body: `{"department_id":"dep_demo_nanjing","roles":["handler"]}`, Headers: match(`*`), WantStatus: 200},
	)
}

// Colleagues see who is who; telephone and e-mail are for who may change them. What was cleared is null.
func TestContactOfColleaguesIsForAdministrators(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, morning)
	const url = "/v1/users/usr_demo_wuhao"
	patched := patchUser(t, w, "usr_demo_wuhao", `{"phone":"02512345678","email":"wuhao@example.com","settlement_authority":{"amount":"1000.00","currency":"CNY"}}`)
	if patched.Get("phone") != "02512345678" || patched.Get("settlement_authority.amount") != "1000.00" {
		t.Fatal(patched.Body)
	}
	contact := []string{"02512345678", "wuhao@example.com"}
	w.Run(t,
		servertest.Scenario{Name: "a row for a colleague", As: "zhaolei", Method: "GET", URL: "/v1/users?department_id=dep_demo_nanjing", WantStatus: 200, NotBody: contact,
			WantBody: []string{"吴昊", "南京分行", `"roles":["handler"]`, `"masked_fields":["/phone","/email"]`}},
		servertest.Scenario{Name: "one for a colleague", As: "zhaolei", Method: "GET", URL: url, WantStatus: 200, NotBody: contact},
		servertest.Scenario{Name: "a row for the administrator", As: "guanli", Method: "GET", URL: "/v1/users?department_id=dep_demo_nanjing&role=handler&status=active", WantStatus: 200, WantBody: contact, NotBody: []string{"周涛"}},
		servertest.Scenario{Name: "not for a partner", As: servertest.PartnerKey, Method: "GET", URL: "/v1/users", WantStatus: 403},
	)
	cleared := patchUser(t, w, "usr_demo_wuhao", `{"phone":null,"settlement_authority":null}`)
	if !strings.Contains(cleared.Body, `"phone":null`) || !strings.Contains(cleared.Body, `"settlement_authority":null`) || cleared.Get("email") != "wuhao@example.com" {
		t.Error(cleared.Body)
	}
	if strings.Contains(w.Log.String(), "02512345678") {
		t.Error("a telephone number stands in the log")
	}
}

// The pages of users are disjoint and complete.
func TestUsersByPages(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, morning)
	seen := map[string]bool{}
	for next := "/v1/users?limit=5&include_total=true"; next != ""; {
		page := ask(t, w, "zhaolei", "GET", next, "", nil)
		var body struct {
			Data []struct{ ID string }
		}
		if err := json.Unmarshal([]byte(page.Body), &body); err != nil {
			t.Fatal(err)
		}
		for _, u := range body.Data {
			if seen[u.ID] {
				t.Errorf("%s twice", u.ID)
			}
			seen[u.ID] = true
		}
		if page.Get("total") != "12" {
			t.Errorf("total %s", page.Get("total"))
		}
		next = ""
		if token := page.Get("next_page_token"); token != "" {
			next = "/v1/users?limit=5&include_total=true&page_token=" + url.QueryEscape(token)
		}
	}
	if len(seen) != 12 {
		t.Errorf("%d users", len(seen))
	}
}
