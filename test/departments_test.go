package test

import (
	"fmt"
	"strings"
	"testing"

	"xiaobao/internal/servertest"
)

func patchDepartment(t *testing.T, w *servertest.World, id, body string) servertest.Answer {
	t.Helper()
	return w.Do(servertest.Request{As: "guanli", Method: "PATCH", URL: "/v1/departments/" + id, Body: body, Headers: match("*")})
}

// What is wrong with a department is told with what to do; what is right is made once and listed flat.
func TestDepartments(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, morning)
	const body = `{"code":"xinjiekou","name":"新街口支行","kind":"branch","parent_id":"dep_demo_nanjing"}`
	made := ask(t, w, "guanli", "POST", "/v1/departments", body, key("d1"))
	again := ask(t, w, "guanli", "POST", "/v1/departments", body, key("d1"))
	id := made.Get("id")
	if again.Get("id") != id || made.Header.Get("Location") != "/v1/departments/"+id || made.Get("parent_id") != "dep_demo_nanjing" {
		t.Errorf("%s %s", made.Body, again.Body)
	}
	patch := func(name, id, body, etag string, status int, code string, words ...string) servertest.Scenario {
		s := servertest.Scenario{Name: name, As: "guanli", Method: "PATCH", URL: "/v1/departments/" + id, Body: body, WantStatus: status, WantCode: code, WantBody: words}
		if etag != "" {
			s.Headers = match(etag)
		}
		return s
	}
	english := patch("in English", "dep_demo_nanjing", fmt.Sprintf(`{"parent_id":%q}`, id), "*", 422, "department.cycle", "A department cannot stand below itself.")
	english.Headers["Accept-Language"] = "en"
	w.Run(t,
		servertest.Scenario{Name: "flat, for all who work here", As: "zhaolei", Method: "GET", URL: "/v1/departments?parent_id=dep_demo_nanjing&kind=branch&include_total=true", WantStatus: 200, WantBody: []string{"新街口支行", `"total":1`, `"head":null`}},
		servertest.Scenario{Name: "a code twice", As: "guanli", Method: "POST", URL: "/v1/departments", Body: body, WantStatus: 409, WantCode: "department.code_taken", WantBody: []string{"该部门编码已被使用。"}},
		servertest.Scenario{Name: "no such kind", As: "guanli", Method: "POST", URL: "/v1/departments", Body: strings.Replace(body, `"branch"`, `"brunch"`, 1), WantStatus: 422, WantCode: "value.not_in_code_list", WantBody: []string{`"suggestion":"branch"`}},
		servertest.Scenario{Name: "no such parent", As: "guanli", Method: "POST", URL: "/v1/departments", Body: strings.Replace(body, "dep_demo_nanjing", "dep_absent", 1), WantStatus: 422, WantCode: "value.not_found", WantBody: []string{`"pointer":"#/parent_id"`}},
		servertest.Scenario{Name: "not by a head", As: "zhoutao", Method: "POST", URL: "/v1/departments", Body: body, WantStatus: 403, WantBody: []string{`"permission":"department.create"`}},
		patch("none of this id", "dep_absent", `{"name":"x"}`, "*", 404, "department.not_found", "没有该部门。"),
		patch("no version", id, `{"name":"x"}`, "", 428, "record.match_missing"),
		patch("an old version", id, `{"name":"x"}`, `"7"`, 412, "record.stale"),
		patch("below itself", id, fmt.Sprintf(`{"parent_id":%q}`, id), "*", 422, "department.cycle", "部门不能隶属于自身或其下级部门。"),
		english,
		patch("another's code", id, `{"code":"suzhou"}`, "*", 409, "department.code_taken"),
		patch("its kind, with users", "dep_demo_nanjing", `{"kind":"business_unit"}`, "*", 409, "department.in_use", "不能变更部门类别"),
		patch("its kind, unused", id, `{"kind":"business_unit"}`, "*", 200, ""),
		patch("a head from elsewhere", "dep_demo_nanjing", `{"head_id":"usr_demo_fangyuan"}`, "*", 422, "department.head_elsewhere", "负责人必须是本部门的在职用户。"),
		patch("nobody as head", "dep_demo_nanjing", `{"head_id":"usr_absent"}`, "*", 422, "department.head_elsewhere"),
		patch("its head", "dep_demo_nanjing", `{"head_id":"usr_demo_zhoutao"}`, "*", 200, "", `"head":{"id":"usr_demo_zhoutao","name":"周涛"}`),
	)
	patchUser(t, w, "usr_demo_zhoutao", `{"department_id":"dep_demo_suzhou"}`)
	if list := ask(t, w, "guanli", "GET", "/v1/departments", "", nil); strings.Contains(list.Body, "usr_demo_zhoutao") {
		t.Errorf("who left still heads: %s", list.Body)
	}
}

// A department with complaints keeps its kind, though nobody works there any more.
func TestDepartmentWithComplaintsKeepsItsKind(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, morning)
	ask(t, w, "fangyuan", "POST", "/v1/complaints", strings.Replace(intake("D-1"), `"source"`, `"intake_channel":"phone","source"`, 1), nil)
	patchUser(t, w, "usr_demo_fangyuan", `{"department_id":"dep_demo_nanjing"}`)
	if a := patchDepartment(t, w, "dep_demo_suzhou", `{"kind":"business_unit"}`); a.Get("code") != "department.in_use" {
		t.Error(a.Body)
	}
}

// A department moves with all below it, and the rows that its heads see move at once.
func TestMovedDepartmentTakesItsRowsAlong(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, morning)
	below := func(code, parent string) string {
		return ask(t, w, "guanli", "POST", "/v1/departments", fmt.Sprintf(`{"code":%q,"name":"支行","kind":"branch","parent_id":%q}`, code, parent), nil).Get("id")
	}
	middle := below("middle", "dep_demo_nanjing")
	lowest := below("lowest", middle)
	_, clerk := employ(t, w, "clerk", lowest, "handler")
	made := ask(t, w, clerk, "POST", "/v1/complaints", strings.Replace(intake("D-2"), `"source"`, `"intake_channel":"phone","source"`, 1), nil)
	sees := func(as string, want int) {
		t.Helper()
		if a := w.Do(servertest.Request{As: as, Method: "GET", URL: "/v1/complaints/" + made.Get("id")}); a.Status != want {
			t.Errorf("%s: %d, want %d", as, a.Status, want)
		}
	}
	_, head := employ(t, w, "suzhouhead", "dep_demo_suzhou", "head")
	sees("zhoutao", 200)
	sees(head, 404)
	if a := patchDepartment(t, w, middle, `{"parent_id":"dep_demo_suzhou"}`); a.Status != 200 {
		t.Fatal(a.Body)
	}
	sees("zhoutao", 404)
	sees(head, 200)
	sees(clerk, 200)
}

// The tree ends somewhere.
func TestTreeOfDepartmentsIsNotTooDeep(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, morning)
	parent := "dep_demo_nanjing"
	for i := range 40 {
		a := w.Do(servertest.Request{As: "guanli", Method: "POST", URL: "/v1/departments", Body: fmt.Sprintf(`{"code":"d%d","name":"支行","kind":"branch","parent_id":%q}`, i, parent)})
		if a.Status == 422 && i == 28 && strings.Contains(a.Body, "部门层级将超过 30 级。") {
			return
		}
		if a.Status != 201 {
			t.Fatalf("level %d: %s", i, a.Body)
		}
		parent = a.Get("id")
	}
	t.Error("no end")
}
