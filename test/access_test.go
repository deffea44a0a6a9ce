package test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"xiaobao/internal/servertest"
)

var inPath = regexp.MustCompile(`\{[^}]+\}`)

// subjects are all who can be asked about in a world, by what an explanation calls them.
func subjects(t *testing.T, w *servertest.World) map[string]string {
	t.Helper()
	all := map[string]string{servertest.PartnerKey: `"api_client_id":"cli_demo_anxin"`, servertest.OtherKey: `"api_client_id":"cli_demo_huimin"`, servertest.RegulatorKey: `"api_client_id":"cli_demo_regulator"`}
	for _, u := range w.Credentials.Users {
		id := "usr_demo_" + u.Username
		if u.Username == "guanli" {
			id = "usr_demo_admin"
		}
		all[u.Username] = fmt.Sprintf(`"user_id":%q`, id)
	}
	return all
}

func explain(t *testing.T, w *servertest.World, question string) servertest.Answer {
	t.Helper()
	return ask(t, w, "guanli", "POST", "/v1/access-explanations", "{"+question+"}", nil)
}

// Must 27, of one complaint: who reads it is told to read it, with the sentence that says so; who does not, what is amiss.
func TestExplanationOfOneComplaint(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, morning)
	made := ask(t, w, servertest.PartnerKey, "POST", "/v1/complaints", strings.Replace(intake("E-1"), `"source"`, `"respondent":{"staff_id":"10001","staff_name":"赵蕾"},"source"`, 1), key("e1"))
	id := made.Get("id")
	for as, subject := range subjects(t, w) {
		got := w.Do(servertest.Request{As: as, Method: "GET", URL: "/v1/complaints/" + id})
		x := explain(t, w, fmt.Sprintf(`%s,"operation_id":"getComplaint","complaint_id":%q`, subject, id))
		if (got.Status == 200) != (x.Get("allowed") == "true") {
			t.Errorf("%s: status %d, explained as %s", as, got.Status, x.Body)
		}
		for _, value := range []string{"王小明", "13812345678", "赵蕾", made.Get("number"), "credit_card", "两次"} {
			if strings.Contains(x.Body, value) {
				t.Errorf("the explanation tells %s: %s", value, x.Body)
			}
		}
	}
	for question, want := range map[string]string{
		`"user_id":"usr_demo_zhaolei","permission":"complaint.read"`:         `{"lacks":["distance"],"rule":null}`,
		`"user_id":"usr_demo_wuhao","permission":"complaint.read"`:           `{"lacks":["row"],"rule":{"department_kind":"branch","permission":"complaint.read","role":"handler","scope":"department","stage":"*"}}`,
		`"user_id":"usr_demo_linchen","operation_id":"getComplaint"`:         `"lacks":["stage","row"]`,
		`"user_id":"usr_demo_sunli","permission":"complaint.read"`:           `"because":[{"department_kind":"complaint_center","permission":"complaint.read","role":"handler","scope":"department","stage":"*"}`,
		`"api_client_id":"cli_demo_huimin","permission":"complaint.read"`:    `"lacks":["row"]`,
		`"api_client_id":"cli_demo_regulator","permission":"complaint.read"`: `{"lacks":["key_scope"],"rule":null}`,
		`"user_id":"usr_demo_gaofei","permission":"consumer.contact.read"`:   `"lacks":["department_kind","row"]`,
	} {
		if x := explain(t, w, fmt.Sprintf(`%s,"complaint_id":%q`, question, id)); !strings.Contains(sorted(t, x.Body), want) {
			t.Errorf("%s: %s", question, sorted(t, x.Body))
		}
	}
}

// Who explains and is herself named in the complaint is told what is told of one that does not exist.
func TestComplaintIsNotExplainedToWhoIsNamedInIt(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, morning)
	patchUser(t, w, "usr_demo_admin", `{"staff_id":"10099"}`)
	id := ask(t, w, servertest.PartnerKey, "POST", "/v1/complaints", strings.Replace(intake("E-2"), `"source"`, `"respondent":{"staff_id":"10099"},"source"`, 1), key("e2")).Get("id")
	body := func(id string) string {
		return fmt.Sprintf(`{"user_id":"usr_demo_hejing","permission":"complaint.read","complaint_id":%q}`, id)
	}
	named := w.Do(servertest.Request{As: "guanli", Method: "POST", URL: "/v1/access-explanations", Body: body(id)})
	absent := w.Do(servertest.Request{As: "guanli", Method: "POST", URL: "/v1/access-explanations", Body: body("cmp_absent")})
	if named.Status != 422 || strings.Replace(named.Body, named.Get("request_id"), "", 1) != strings.Replace(absent.Body, absent.Get("request_id"), "", 1) {
		t.Errorf("they differ:\n%s\n%s", named.Body, absent.Body)
	}
}

// What keeps a caller out before any permission is asked is told, and a question that cannot be asked is refused.
func TestExplanationOfWhoCannotCall(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, morning)
	patchUser(t, w, "usr_demo_wuhao", `{"status":"suspended"}`)
	newcomer := ask(t, w, "guanli", "POST", "/v1/users", `{"username":"newcomer","name":"新人","department_id":"dep_demo_center","roles":["handler"]}`, nil).Get("id")
	for question, want := range map[string]string{
		`"user_id":"usr_demo_wuhao","operation_id":"getMe"`:                 `"lacks":["suspended"]`,
		`"user_id":"usr_demo_wuhao","operation_id":"listProblems"`:          `"allowed":true`,
		fmt.Sprintf(`"user_id":%q,"operation_id":"getMe"`, newcomer):        `"allowed":true`,
		fmt.Sprintf(`"user_id":%q,"permission":"complaint.read"`, newcomer): `"lacks":["password_change"]`,
		`"api_client_id":"cli_demo_anxin","operation_id":"changePassword"`:  `"lacks":["user_only"]`,
		`"api_client_id":"cli_demo_anxin","permission":"complaint.create"`:  `"allowed":true`,
	} {
		if x := explain(t, w, question); !strings.Contains(x.Body, want) {
			t.Errorf("%s: %s", question, x.Body)
		}
	}
	refused := func(name, body, code string, words ...string) servertest.Scenario {
		return servertest.Scenario{Name: name, As: "guanli", Method: "POST", URL: "/v1/access-explanations", Body: body, WantStatus: 422, WantCode: code, WantBody: words}
	}
	w.Run(t,
		refused("nobody and nothing", `{}`, "access.one_subject", "access.one_question", "请指明对象", "请指明操作"),
		refused("two at once", `{"user_id":"usr_demo_wuhao","api_key_id":"key_1","permission":"complaint.read"}`, "access.one_subject"),
		refused("no such permission", `{"user_id":"usr_demo_wuhao","permission":"complaint.burn"}`, "value.not_allowed", `"pointer":"#/permission"`),
		refused("no such operation", `{"user_id":"usr_demo_wuhao","operation_id":"burnComplaint"}`, "value.not_found", `"pointer":"#/operation_id"`),
		refused("no such user", `{"user_id":"usr_absent","permission":"complaint.read"}`, "value.not_found", `"pointer":"#/user_id"`),
		refused("no such key", `{"api_key_id":"key_absent","permission":"complaint.read"}`, "value.not_found", `"pointer":"#/api_key_id"`),
		refused("nothing of a complaint", `{"user_id":"usr_demo_wuhao","permission":"user.read","complaint_id":"cmp_1"}`, "access.no_complaint", "此项与具体投诉无关。"),
		servertest.Scenario{Name: "not for others", As: "hejing", Method: "POST", URL: "/v1/access-explanations", Body: `{}`, WantStatus: 403, WantBody: []string{`"permission":"access.explain"`}},
	)
}

// The roles say what they grant where, by the policy in force.
func TestRoles(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, morning)
	roles := ask(t, w, "zhaolei", "GET", "/v1/roles", "", nil)
	for _, text := range []string{
		`{"code":"auditor","departments":[{"kind":"audit","permissions":[{"permission":"complaint.read","scope":"all","stages":["*"]}`,
		`"labels":{"en":"Handler","zh-CN":"经办人员"}`,
		`{"permission":"consumer.contact.read","scope":"assigned","stages":["investigation","feedback"]}`,
	} {
		if !strings.Contains(sorted(t, roles.Body), text) {
			t.Errorf("%s is missing in %s", text, sorted(t, roles.Body))
		}
	}
	if strings.Contains(roles.Body, `"code":"client"`) {
		t.Error("a key's role is listed for people")
	}
}

// A code list is fetched once and then found unchanged, by keys too.
func TestCodeListsAreRevalidated(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, morning)
	for _, url := range []string{"/v1/code-lists", "/v1/code-lists/region", "/v1/code-lists/refusal_reason"} {
		list := ask(t, w, servertest.PartnerKey, "GET", url, "", nil)
		etag := list.Header.Get("ETag")
		if list.Header.Get("Cache-Control") != "no-cache" {
			t.Error(list.Header)
		}
		for name, tag := range map[string]string{"the tag": etag, "weakened": "W/" + etag, "compressed": strings.TrimSuffix(etag, `"`) + `-gzip"`, "among others": `"x", ` + etag, "any": "*"} {
			a := w.Do(servertest.Request{As: "zhaolei", Method: "GET", URL: url, Headers: map[string]string{"If-None-Match": tag}})
			if a.Status != 304 || a.Body != "" || a.Header.Get("ETag") != etag {
				t.Errorf("%s, %s: %d %s", url, name, a.Status, a.Body)
			}
		}
	}
	w.Run(t,
		servertest.Scenario{Name: "another tag", As: "zhaolei", Method: "GET", URL: "/v1/code-lists/source", Headers: map[string]string{"If-None-Match": `"x"`}, WantStatus: 200, WantBody: []string{`"code":"own"`}},
		servertest.Scenario{Name: "the edition", As: "zhaolei", Method: "GET", URL: "/v1/code-lists/source?version=2026-11-24", WantStatus: 200},
		servertest.Scenario{Name: "another edition", As: "zhaolei", Method: "GET", URL: "/v1/code-lists/source?version=2001-01-01", WantStatus: 404, WantCode: "code_list.not_found", WantBody: []string{"没有该代码表，或没有该版本。"}},
		servertest.Scenario{Name: "no such list", As: "zhaolei", Method: "GET", URL: "/v1/code-lists/colour", WantStatus: 404, WantCode: "code_list.not_found"},
		servertest.Scenario{Name: "nobody", Method: "GET", URL: "/v1/code-lists", WantStatus: 401, WantCode: "auth.missing"},
	)
}

// sorted is a JSON text with the members of its objects in order.
func sorted(t *testing.T, text string) string {
	t.Helper()
	var value any
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		t.Fatal(err)
	}
	out, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}
