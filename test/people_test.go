package test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"testing"

	"xiaobao/internal/app"
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

// Never 16: a suspended user does not one thing more, and can come back.
func TestSuspendedUserDoesNothingMore(t *testing.T) {
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
	if a := w.SignIn("wuhao", "correct horse battery"); a.Status != 201 {
		t.Error(a.Body)
	}
}

// Never 17: a user moved to another department keeps none of the old one's rows, from her next request on.
func TestMovedUserKeepsNothing(t *testing.T) {
	w := servertest.New(t, morning)
	made := ask(t, w, "wuhao", "POST", "/v1/complaints", strings.Replace(intake("M-1"), `"source"`, `"intake_channel":"phone","source"`, 1), nil)
	const list = "/v1/complaints?include_total=true"
	if a := ask(t, w, "wuhao", "GET", list, "", nil); a.Get("total") != "1" {
		t.Fatal(a.Body)
	}
	patchUser(t, w, "usr_demo_wuhao", `{"department_id":"dep_demo_suzhou"}`)
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

// Never 9: an administrator reads neither complaint nor consumer by being administrator.
func TestAdministratorReadsNoComplaint(t *testing.T) {
	w := servertest.New(t, morning)
	made := ask(t, w, servertest.PartnerKey, "POST", "/v1/complaints", intake("N-9"), key("n9"))
	for _, url := range []string{"/v1/complaints", "/v1/complaints/" + made.Get("id")} {
		// Must 25: the refusal says which permission, to whom it is granted, and at which stage.
		w.Run(t, servertest.Scenario{Name: url, As: "guanli", Method: "GET", URL: url, WantStatus: 403, WantCode: "auth.forbidden", NotBody: []string{"王", "1381234"},
			WantBody: []string{`"permission":"complaint.read"`, `{"role":"handler","department_kind":"branch","stage":"*"}`, `{"role":"handler","department_kind":"legal","stage":"feedback"}`}})
	}
}

// Must 28: somebody can always administer users.
func TestLastAdministratorStays(t *testing.T) {
	w := servertest.New(t, morning)
	first := ask(t, w, "guanli", "GET", "/v1/users?role=administrator&status=active", "", nil).Get("data.0.id") // admin stands before guanli
	if a := patchUser(t, w, first, `{"status":"suspended"}`); a.Status != 200 {
		t.Fatal(a.Body)
	}
	for name, body := range map[string]string{"suspended": `{"status":"suspended"}`, "another role": `{"roles":["staff"]}`, "moved": `{"department_id":"dep_demo_center","roles":["handler"]}`} {
		a := patchUser(t, w, "usr_demo_admin", body)
		if a.Status != 409 || a.Get("code") != "user.last_administrator" || a.Get("detail") != "此后将无人能够管理用户，请先指定另一名系统管理员。" {
			t.Errorf("%s: %d %s", name, a.Status, a.Body)
		}
	}
	if a := patchUser(t, w, "usr_demo_admin", `{"phone":"02512345678"}`); a.Status != 200 {
		t.Errorf("another change: %s", a.Body)
	}
	other, _ := employ(t, w, "second", ask(t, w, "guanli", "GET", "/v1/me", "", nil).Get("department.id"), "administrator")
	if a := patchUser(t, w, other, `{"status":"suspended"}`); a.Status != 200 {
		t.Errorf("the other one: %s", a.Body)
	}
}

// Must 28, under a race: of two administrators who suspend each other at once, in two processes, one stays.
func TestTwoAdministratorsCannotSuspendEachOther(t *testing.T) {
	w := servertest.New(t, morning)
	first := ask(t, w, "guanli", "GET", "/v1/users?role=administrator", "", nil).Get("data.0.id")
	patchUser(t, w, first, `{"status":"suspended"}`)
	office := ask(t, w, "guanli", "GET", "/v1/me", "", nil).Get("department.id")
	id, token := employ(t, w, "second", office, "administrator")
	apps := []*app.App{w.App, w.Open()}
	w.Token("guanli")
	for range 5 {
		var wg sync.WaitGroup
		status := make([]int, 2)
		for i, r := range []servertest.Request{{As: "guanli", URL: "/v1/users/" + id}, {As: token, URL: "/v1/users/usr_demo_admin"}} {
			wg.Go(func() {
				r.Method, r.Body, r.Headers, r.On = "PATCH", `{"status":"suspended"}`, match("*"), apps[i]
				status[i] = w.Do(r).Status
			})
		}
		wg.Wait()
		if (status[0] == 200) == (status[1] == 200) {
			t.Fatalf("answers %v: one of the two must succeed", status)
		}
		left, gone := "guanli", id
		if status[1] == 200 {
			left, gone = token, "usr_demo_admin"
		}
		ask(t, w, left, "PATCH", "/v1/users/"+gone, `{"status":"active"}`, match("*"))
	}
}
