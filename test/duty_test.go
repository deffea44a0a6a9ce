package test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"xiaobao/internal/servertest"
)

// duties asks for whose duty is what.
func duties(t *testing.T, w *servertest.World, as, query string) servertest.Answer {
	t.Helper()
	return ask(t, w, as, "GET", "/v1/duties"+query, "", nil)
}

// holders are the names of those who hold a duty, by unit.
func holders(t *testing.T, a servertest.Answer, duty string) string {
	t.Helper()
	var body struct {
		Matrix struct {
			Duties []struct {
				Duty  string
				Units []struct {
					Department struct{ Name string }
					Holders    []struct{ Name string }
				}
			}
		}
	}
	if err := json.Unmarshal([]byte(a.Body), &body); err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, d := range body.Matrix.Duties {
		for _, u := range d.Units {
			for _, h := range u.Holders {
				if d.Duty == duty {
					all = append(all, u.Department.Name+" "+h.Name)
				}
			}
		}
	}
	slices.Sort(all)
	return strings.Join(all, ", ")
}

func gap(duty, id, name string, covered bool) string {
	return fmt.Sprintf(`{"covered":%t,"department":{"id":%q,"name":%q},"duty":%q}`, covered, id, name, duty)
}

func idle(office, person, name, unit, unitName string) string {
	return fmt.Sprintf(`{"department":{"id":%q,"name":%q},"office":%q,"person":{"id":%q,"name":%q}}`, unit, unitName, office, person, name)
}

// heads makes somebody the head of the Nanjing branch.
func heads(t *testing.T, w *servertest.World, id string) {
	t.Helper()
	etag := ask(t, w, "guanli", "GET", "/v1/departments?kind=branch", "", nil).Get("data.0.etag")
	ask(t, w, "guanli", "PATCH", "/v1/departments/dep_demo_nanjing", `{"head_id":"`+id+`"}`, match(etag))
}

// The matrix is made from the policy and the offices of the day: who holds a duty, where nobody does, whose office comes without its right. What was, stays
// (handbook §11 row 28).
func TestDutiesOfADay(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, "2026-03-24T01:30:00Z")
	a := duties(t, w, "hejing", "")
	for duty, want := range map[string]string{
		"acceptance":               "南京分行 吴昊, 南京分行 周涛, 投诉处理中心 孙丽, 投诉处理中心 赵蕾, 苏州分行 方圆",
		"decision_approval":        "南京分行 周涛, 投诉处理中心 孙丽, 消费者权益保护部 何静",
		"audit":                    "审计部 沈霁",
		"supervision":              "消费者权益保护部 何静",
		"rights_notice_approval":   "法律合规部 高飞",
		"rectification_completion": "信用卡部 林晨, 南京分行 吴昊, 南京分行 周涛, 苏州分行 方圆",
	} {
		if got := holders(t, a, duty); got != want {
			t.Errorf("%s: %s, want %s", duty, got, want)
		}
	}
	suzhou := func(duty string, covered bool) string { return gap(duty, "dep_demo_suzhou", "苏州分行", covered) }
	for _, want := range []string{suzhou("decision_approval", true), gap("internal_policy_approval", "dep_demo_legal", "法律合规部", true),
		gap("investigation", "dep_demo_wealth", "财富管理部", false), `"offices_without_right":[]`, `"rights_without_duty":[]`, `"policy_version":1`} {
		if !strings.Contains(a.Body, want) {
			t.Errorf("%s is missing in %s", want, a.Body)
		}
	}
	if strings.Contains(a.Body, suzhou("acceptance", false)) {
		t.Errorf("Suzhou has somebody who accepts: %s", a.Body)
	}
	w.Forward("2026-03-26T01:30:00Z")
	heads(t, w, "usr_demo_wuhao")
	if a := patchUser(t, w, "usr_demo_fangyuan", `{"department_id":"dep_demo_cards"}`); a.Status != 200 {
		t.Fatal(a.Body)
	}
	a = duties(t, w, "xuli", "")
	for _, want := range []string{suzhou("acceptance", false), suzhou("decision_approval", true), idle("head", "usr_demo_wuhao", "吴昊", "dep_demo_nanjing", "南京分行")} {
		if !strings.Contains(a.Body, want) {
			t.Errorf("%s is missing in %s", want, a.Body)
		}
	}
	if got := holders(t, a, "rectification_completion"); got != "信用卡部 方圆, 信用卡部 林晨, 南京分行 吴昊, 南京分行 周涛" {
		t.Errorf("after the move: %s", got)
	}
	a = duties(t, w, "shenji", "?as_of=2026-03-25")
	if got := holders(t, a, "acceptance"); !strings.Contains(got, "苏州分行 方圆") || strings.Contains(a.Body, suzhou("acceptance", false)) || !strings.Contains(a.Body, `"offices_without_right":[]`) {
		t.Errorf("the day before: %s", a.Body)
	}
	w.Run(t, servertest.Scenario{Name: "a day to come", As: "hejing", Method: "GET", URL: "/v1/duties?as_of=2026-03-27", WantStatus: 422, WantCode: "value.in_future", WantBody: []string{"时间不能晚于现在。"}},
		servertest.Scenario{Name: "in English", As: "guanli", Method: "GET", URL: "/v1/duties?as_of=2026-03-27", Headers: map[string]string{"Accept-Language": "en"}, WantStatus: 422, WantBody: []string{"The time lies in the future."}},
		servertest.Scenario{Name: "a head", As: "sunli", Method: "GET", URL: "/v1/duties", WantStatus: 403, WantCode: "auth.forbidden", WantBody: []string{"duty.read"}})
}

// A day is judged by the policy that was in force on it: a role that grants nothing any more, a duty that nobody can have, and a right that no duty names are
// listed from then on.
func TestDutiesByThePolicyOfTheDay(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, "2026-03-24T01:30:00Z")
	w.Forward("2026-03-26T01:30:00Z")
	amend(t, w, "p, handler, legal, consent_text, *, approve, all", "p, handler, legal, complaint, *, import, all")
	a := duties(t, w, "hejing", "")
	for _, want := range []string{`{"covered":false,"department":null,"duty":"consent_text_approval"}`, `"rights_without_duty":["complaint.import"]`, `"policy_version":2`} {
		if !strings.Contains(a.Body, want) {
			t.Errorf("%s is missing in %s", want, a.Body)
		}
	}
	a = duties(t, w, "hejing", "?as_of=2026-03-25")
	if holders(t, a, "consent_text_approval") != "法律合规部 高飞" || a.Get("matrix.policy_version") != "1" || a.Get("matrix.rights_without_duty") != "[]" {
		t.Errorf("the day before: %s", a.Body)
	}
}

// The list of responsible persons keeps every change, and is all that a regulator's key gets, if it was made for that.
func TestResponsiblePersons(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, "2026-03-24T01:30:00Z")
	heads(t, w, "usr_demo_wuhao")
	w.Forward("2026-04-01T01:30:00Z")
	heads(t, w, "usr_demo_zhoutao")
	w.Forward("2026-04-08T01:30:00Z")
	if a := patchUser(t, w, "usr_demo_zhoutao", `{"department_id":"dep_demo_suzhou"}`); a.Status != 200 {
		t.Fatal(a.Body)
	}
	_, second := employ(t, w, "fuhang", userDepartment(t, w, "usr_demo_xuli"), "senior_manager")
	if a := patchUser(t, w, "usr_demo_xuli", `{"status":"suspended"}`); a.Status != 200 {
		t.Fatal(a.Body)
	}
	listed := func(a servertest.Answer) string {
		var all []string
		for i := range 4 {
			person := func(name string) string {
				return a.Get(fmt.Sprintf("responsible_persons.%d.%s", i, name))
			}
			until, _, _ := strings.Cut(person("until"), "T")
			from, _, _ := strings.Cut(person("from"), "T")
			all = append(all, strings.Join([]string{person("office"), person("person.name"), from, until}, " "))
		}
		return strings.TrimSpace(strings.Join(all, "\n"))
	}
	regulator := plant(t, w, supervision, "report.read", "responsible_person.read")
	for as, matrix := range map[string]bool{"hejing": true, second: true, regulator: false} {
		a := duties(t, w, as, "")
		got := listed(a)
		for _, want := range []string{"head 吴昊 2026-03-24 2026-04-01", "head 周涛 2026-04-01 2026-04-08", "senior_manager 许立 2026-03-24 2026-04-08", "senior_manager 新人 2026-04-08 "} {
			if !strings.Contains(got+" ", want) {
				t.Errorf("%s is missing for %s in %s", want, as, got)
			}
		}
		if (a.Get("matrix") != "") != matrix || matrix == strings.Contains(a.Body, `"matrix":null`) {
			t.Errorf("%s: %s", as, a.Body)
		}
	}
	if got := listed(duties(t, w, regulator, "?as_of=2026-03-31")); strings.Contains(got, "周涛") || !strings.Contains(got+"\n", "head 吴昊 2026-03-24 \n") && !strings.HasSuffix(got, "head 吴昊 2026-03-24") {
		t.Errorf("on the last day of March: %s", got)
	}
	w.Run(t, servertest.Scenario{Name: "a regulator's key that was not made for it", As: servertest.RegulatorKey, Method: "GET", URL: "/v1/duties", WantStatus: 403, WantCode: "auth.scope_missing"},
		servertest.Scenario{Name: "a partner's key that claims it", As: plant(t, w, anxin, "duty.read", "responsible_person.read"), Method: "GET", URL: "/v1/duties", WantStatus: 403, WantCode: "auth.forbidden"})
}

func userDepartment(t *testing.T, w *servertest.World, id string) string {
	t.Helper()
	return ask(t, w, "guanli", "GET", "/v1/users/"+id, "", nil).Get("department.id")
}
