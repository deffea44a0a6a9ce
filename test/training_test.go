package test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"xiaobao/internal/servertest"
)

const investigating = `  - {stage: investigation, competence: complaint_investigation, valid_from: 2026-01-01, official: false, source: {zh: 须持证, en: certified}}
`

// asking switches requirements on, as an operator does, by a file in the overrides.
func asking(t *testing.T, w *servertest.World, requirements string) {
	t.Helper()
	own := filepath.Join(t.TempDir(), "requirements")
	if err := os.MkdirAll(own, 0o700); err != nil {
		t.Fatal(err)
	}
	text := "requirements:\n" + requirements + "warning_days: 60\nrecording_days: 7\n"
	if err := os.WriteFile(filepath.Join(own, "competence.yaml"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	w.Settings.Overrides = filepath.Dir(own)
	w.App = w.Open()
}

const investigationCourse = `{"code":"%s","title":"投诉调查专项培训","competence":"complaint_investigation","exam_required":true,"pass_mark":80,"valid_months":12,"groups":["front_line"]}`

// teach adds a course and returns its id.
func teach(t *testing.T, w *servertest.World, code string) string {
	t.Helper()
	return ask(t, w, "hejing", "POST", "/v1/training-courses", fmt.Sprintf(investigationCourse, code), nil).Get("id")
}

// examine records a session in which people scored.
func examine(w *servertest.World, as, course, heldOn string, list ...string) servertest.Answer {
	return w.Do(servertest.Request{As: as, Method: "POST", URL: "/v1/training-sessions",
		Body: fmt.Sprintf(`{"course_id":%q,"held_on":%q,"trainer":"高飞","material_reference":"TRN/1","attendance":[%s]}`, course, heldOn, strings.Join(list, ","))})
}

func scored(user string, score int) string {
	return fmt.Sprintf(`{"user_id":%q,"attended":true,"exam_score":%d}`, user, score)
}

// subBranch is a branch below Nanjing with one certified handler, whose certificate ends on 2026-08-31; the head of Nanjing is certified for longer.
func subBranch(t *testing.T, requirements string) (s *teller, unit, id, handler string) {
	s = tell(t, "2026-07-10T01:00:00Z")
	unit = ask(t, s.World, "guanli", "POST", "/v1/departments", `{"code":"xinjiekou","name":"新街口支行","kind":"branch","parent_id":"dep_demo_nanjing"}`, nil).Get("id")
	id, handler = employ(t, s.World, "jingban", unit, "handler")
	course := teach(t, s.World, "investigation")
	if a := examine(s.World, "hejing", course, "2025-09-01", scored(id, 80)); a.Status != 201 || a.Get("attendance.0.certificate_ends_on") != "2026-08-31" || a.Get("backdated") != "true" {
		t.Fatal(a.Body)
	}
	if a := examine(s.World, "hejing", course, "2026-07-09", scored("usr_demo_zhoutao", 95)); a.Status != 201 || a.Get("backdated") != "false" {
		t.Fatal(a.Body)
	}
	asking(t, s.World, requirements)
	return s, unit, id, handler
}

// The only certified investigator's certificate ends on 2026-08-31: she is warned of it, refused on the first of September, and the superior unit takes what she
// cannot; no date of the law has moved (handbook §11 row 43, §1.14).
func TestStoryTheCertificateEnds(t *testing.T) {
	t.Parallel()
	s, _, id, handler := subBranch(t, investigating)
	for as, want := range map[string]string{"hejing": "2", "zhoutao": "2", handler: "1", "shenji": "2", "fangyuan": "0", "guanli": "0"} {
		a := s.get(as, "/v1/certificates?include_total=true")
		if a.Get("total") != want || want != "0" && (a.Get("data.0.user.id") != id || a.Get("data.0.state") != "expiring" || a.Get("data.0.department.name") != "新街口支行") {
			t.Errorf("%s is warned: %s", as, a.Body)
		}
	}
	s.Forward("2026-08-31T02:00:00Z")
	handler = s.SignIn("jingban", password).Get("access_token")
	s.file(handler, fmt.Sprintf(galleryBody, ""))
	s.step(handler, "/acceptance", "") // her last day
	investigated, due := s.id, s.get(handler, "/v1/complaints/"+s.id).Get("due_on")
	s.file(handler, fmt.Sprintf(galleryBody, ""))
	s.Forward("2026-09-01T02:00:00Z")
	handler = s.SignIn("jingban", password).Get("access_token")

	refusal := s.try(handler, "/acceptance", "")
	for _, want := range []string{`"code":"training.not_certified"`, "该人员不持有有效的“投诉调查资格”证书：其证书已于 2026-08-31 到期。"} {
		if refusal.Status != 409 || !strings.Contains(refusal.Body, want) {
			t.Errorf("%s is missing in %s", want, refusal.Body)
		}
	}
	shown := s.get(handler, "/v1/complaints/"+s.id)
	if strings.Contains(shown.Get("allowed_actions"), "accept") || !strings.Contains(shown.Get("blocked_actions"), `"code":"training.not_certified"`) ||
		strings.Contains(s.get(handler, "/v1/complaints?stage=intake").Get("data.0.allowed_actions"), "accept") {
		t.Errorf("the button explains itself: %s", shown.Body)
	}
	s.step("zhoutao", "/assignment", `{"department_id":"dep_demo_nanjing"}`)
	s.step("zhoutao", "/acceptance", "")
	s.shows("zhoutao", map[string]string{"stage": "investigation", "due_on": due, "responsible.id": "usr_demo_zhoutao"})

	s.id = investigated
	english := s.Do(servertest.Request{As: "zhoutao", Method: "POST", URL: "/v1/complaints/" + s.id + "/assignment", Body: fmt.Sprintf(`{"responsible_id":%q}`, id),
		Headers: with(match("*"), map[string]string{"Accept-Language": "en"})})
	if english.Status != 409 || !strings.Contains(english.Get("detail"), `no valid certificate "Investigation of complaints": the last one ended on 2026-08-31.`) {
		t.Error(english.Body)
	}
	before := s.get("zhoutao", "/v1/complaints/"+s.id+"?expand=clocks")
	s.step("zhoutao", "/assignment", `{"responsible_id":"usr_demo_zhoutao"}`)
	after := s.get("zhoutao", "/v1/complaints/"+s.id+"?expand=clocks")
	if after.Get("responsible.id") != "usr_demo_zhoutao" || after.Get("due_on") != due || after.Get("clocks") != before.Get("clocks") {
		t.Errorf("a date has moved:\n%s\n%s", before.Body, after.Body)
	}
	if a := s.get("hejing", "/v1/certificates?user="+id+"&valid_on=2026-08-31&expires_before=2026-09-01"); a.Get("data.0.state") != "expired" || a.Get("data.1.id") != "" {
		t.Error(a.Body)
	}
	if a := s.get("hejing", "/v1/certificates?valid_on=2026-09-01"); a.Get("data.0.user.id") != "usr_demo_zhoutao" || a.Get("data.0.state") != "valid" {
		t.Error(a.Body)
	}
}

// Where it must be so, a head lets a complaint go to who is not certified: with a reason that stands in the timeline without personal data, and is counted.
func TestACertificateIsOverridden(t *testing.T) {
	t.Parallel()
	s, unit, id, _ := subBranch(t, investigating+`  - {stage: feedback, competence: decision_drafting, valid_from: 2026-01-01, official: false, source: {zh: 须持证, en: certified}}
`)
	other, second := employ(t, s.World, "xinren", unit, "handler") // never certified
	s.file(second, fmt.Sprintf(galleryBody, ""))
	if a := s.try(second, "/acceptance", ""); a.Status != 409 || !strings.Contains(a.Body, "该人员不持有有效的“投诉调查资格”证书。") {
		t.Errorf("%d %s", a.Status, a.Body)
	}
	s.step("zhoutao", "/assignment", fmt.Sprintf(`{"department_id":%q,"override_reason":"本单位暂无其他人员，王小明 13812345678 催办"}`, unit))
	if a := s.get(second, "/v1/complaints?stage=intake"); !strings.Contains(a.Get("data.0.allowed_actions"), "accept") {
		t.Errorf("the department may: %s", a.Body)
	}
	s.step(second, "/acceptance", "")
	s.step("zhoutao", "/assignment", fmt.Sprintf(`{"responsible_id":%q,"override_reason":"不需要"}`, id)) // certified: nothing is overridden
	s.refused("zhoutao", "/assignment", fmt.Sprintf(`{"responsible_id":%q}`, other), 409, "training.not_certified")
	s.step("zhoutao", "/assignment", fmt.Sprintf(`{"responsible_id":%q,"override_reason":"经办人休假"}`, other))
	told := ""
	for _, e := range entries(t, s.World, s.id) {
		if strings.HasPrefix(e, "complaint.override_competence|usr_demo_zhoutao") {
			told += e + "\n"
		}
	}
	if strings.Count(told, "\n") != 2 || !strings.Contains(told, "本单位暂无其他人员") || !strings.Contains(told, "经办人休假") || strings.Contains(told, "13812345678") || strings.Contains(told, "王小明") {
		t.Errorf("the trail tells %s", told)
	}
	timeline := s.get("zhoutao", "/v1/complaints/"+s.id+"/timeline")
	if strings.Count(timeline.Body, `"action":"override_competence"`) != 2 || !strings.Contains(timeline.Body, "经办人休假") || strings.Contains(timeline.Body, "13812345678") {
		t.Error(timeline.Body)
	}
	for as, want := range map[string]string{"hejing": "2", "zhoutao": "2", "sunli": "0"} {
		if got := s.get(as, "/v1/training-coverage?year=2026").Get("competence_overrides"); got != want {
			t.Errorf("%s counts %s", as, got)
		}
	}
	// Nobody may draft: the complaint is nobody's, which the office sees, and its stage goes on.
	s.step(second, "/investigation", finding)
	s.shows("zhoutao", map[string]string{"stage": "feedback", "responsible": ""})
	if a := s.get("hejing", "/v1/complaints?responsible=none"); a.Get("data.0.id") != s.id {
		t.Error(a.Body)
	}
	s.refused("zhoutao", "/assignment", fmt.Sprintf(`{"responsible_id":%q}`, other), 409, "training.not_certified")
	s.step("zhoutao", "/assignment", fmt.Sprintf(`{"responsible_id":%q,"override_reason":"时限将届"}`, other))
}

// As shipped nothing is asked for, and no step takes a query more.
func TestNoCertificateIsAskedForAsShipped(t *testing.T) {
	t.Parallel()
	s := tell(t, "2026-09-24T02:00:00Z")
	s.file("wuhao", fmt.Sprintf(galleryBody, ""))
	_, _, free := counted(s.World, servertest.Request{As: "wuhao", Method: "GET", URL: "/v1/complaints"})
	s.step("zhoutao", "/assignment", `{"department_id":"dep_demo_nanjing","override_reason":"无须"}`)
	s.step("wuhao", "/acceptance", "")
	if n := count(entries(t, s.World, s.id), "complaint.override_competence"); n != 0 {
		t.Errorf("%d overrides of nothing", n)
	}
	asking(t, s.World, investigating)
	s.file("wuhao", fmt.Sprintf(galleryBody, ""))
	for range 3 {
		s.file("wuhao", fmt.Sprintf(galleryBody, ""))
	}
	if _, body, n := counted(s.World, servertest.Request{As: "wuhao", Method: "GET", URL: "/v1/complaints"}); n.All.Load() != free.All.Load()+2 {
		t.Errorf("%d statements without, %d with a requirement: %s", free.All.Load(), n.All.Load(), body)
	}
}

// What is recorded is what was held: each refusal says why, and whoever fails the exam keeps her attendance alone.
func TestTrainingIsRecorded(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, morning)
	course := teach(t, w, "investigation")
	free := ask(t, w, "hejing", "POST", "/v1/training-courses", `{"code":"managers-2026","title":"高管专项培训","competence":"consumer_protection","exam_required":false,"valid_months":24,"groups":["managers","new_staff"]}`, nil)
	if free.Get("pass_mark") != "" || free.Get("exam_required") != "false" || free.Get("created_by.name") != "何静" {
		t.Error(free.Body)
	}
	english := map[string]string{"Accept-Language": "en"}
	s := func(name, as, url, body string, headers map[string]string, status int, code string, want ...string) servertest.Scenario {
		return servertest.Scenario{Name: name, As: as, Method: "POST", URL: url, Body: body, Headers: headers, WantStatus: status, WantCode: code, WantBody: want}
	}
	session := func(course, heldOn string, list ...string) string {
		return fmt.Sprintf(`{"course_id":%q,"held_on":%q,"trainer":"高飞","attendance":[%s]}`, course, heldOn, strings.Join(list, ","))
	}
	const courses, sessions = "/v1/training-courses", "/v1/training-sessions"
	there := `{"user_id":"usr_demo_zhaolei","attended":true}`
	w.Run(t,
		s("the code twice", "hejing", courses, fmt.Sprintf(investigationCourse, "investigation"), nil, 409, "training.course_code_taken", "该课程编码已被使用。"),
		s("an exam without a pass mark", "hejing", courses, strings.Replace(fmt.Sprintf(investigationCourse, "x-1"), `"pass_mark":80,`, "", 1), english, 422, "training.pass_mark", "A course with an exam has a pass mark", "#/pass_mark"),
		s("a pass mark without an exam", "hejing", courses, strings.Replace(fmt.Sprintf(investigationCourse, "x-1"), `"exam_required":true`, `"exam_required":false`, 1), nil, 422, "training.pass_mark"),
		s("no such competence", "hejing", courses, strings.Replace(fmt.Sprintf(investigationCourse, "x-1"), "complaint_investigation", "complaint_investigatoin", 1), nil, 422, "value.not_in_code_list", `"suggestion":"complaint_investigation"`),
		s("a head adds no course", "zhoutao", courses, fmt.Sprintf(investigationCourse, "x-1"), nil, 403, "auth.forbidden", "training_course.create"),
		s("a head certifies nobody", "zhoutao", sessions, session(course, "2026-03-20", scored("usr_demo_wuhao", 90)), nil, 403, "auth.forbidden", "training_session.create"),
		s("a certificate before the exam", "hejing", sessions, session(course, "2026-03-20", there), nil, 422, "training.exam_missing", "该课程须考试，成绩登记前不得发放证书。", "#/attendance/0/exam_score"),
		s("the same in English", "hejing", sessions, session(course, "2026-03-20", there), english, 422, "training.exam_missing", "nobody is certified before her result is there"),
		s("all faults at once", "hejing", sessions, session(free.Get("id"), "2026-03-25", scored("usr_demo_zhaolei", 90), there, `{"user_id":"usr_nobody","attended":true}`), nil, 422, "value.in_future",
			"training.score_unexpected", "仅参加有考试课程的到场人员可登记成绩。", "value.not_unique", `"pointer":"#/attendance/1/user_id"`, "value.not_found", `"pointer":"#/attendance/2/user_id"`, `"pointer":"#/held_on"`),
		s("absent, with a score", "hejing", sessions, session(course, "2026-03-20", `{"user_id":"usr_demo_zhaolei","attended":false,"exam_score":90}`), nil, 422, "training.score_unexpected"),
		s("no such course", "hejing", sessions, session("crs_x", "2026-03-20", there), nil, 422, "value.not_found", "#/course_id"),
		s("nobody certifies herself", "hejing", sessions, session(course, "2026-03-20", scored("usr_demo_hejing", 100)), nil, 403, "four_eyes.same_person", "本人不得审核自己的工作"))
	held := session(course, "2026-03-17", scored("usr_demo_zhaolei", 80), scored("usr_demo_wuhao", 79), `{"user_id":"usr_demo_fangyuan","attended":false}`)
	first := ask(t, w, "hejing", "POST", sessions, held, key("t1"))
	again := ask(t, w, "hejing", "POST", sessions, held, key("t1"))
	if first.Body != again.Body || again.Header.Get("Idempotency-Replayed") != "true" || first.Get("backdated") != "false" || first.Get("material_reference") != "" {
		t.Errorf("%s\n%s", first.Body, again.Body)
	}
	for i, name := range []string{"方圆", "吴昊", "赵蕾"} { // by id
		certified := name == "赵蕾"
		if at := fmt.Sprintf("attendance.%d.", i); first.Get(at+"user.name") != name || (first.Get(at+"certificate_id") != "") != certified || certified && first.Get(at+"certificate_ends_on") != "2027-03-16" {
			t.Errorf("%s: %s", name, first.Body)
		}
	}
	if late := examine(w, "hejing", course, "2026-03-16", scored("usr_demo_linchen", 100)); late.Get("backdated") != "true" {
		t.Error(late.Body)
	}
	renewed := examine(w, "hejing", course, "2026-03-24", scored("usr_demo_zhaolei", 100))
	list := ask(t, w, "zhaolei", "GET", "/v1/certificates?user=me&competence=complaint_investigation&include_total=true", "", nil)
	if list.Get("total") != "2" || list.Get("data.0.state") != "renewed" || list.Get("data.1.state") != "valid" || list.Get("data.1.session_id") != renewed.Get("id") {
		t.Error(list.Body)
	}
	if n := count(entries(t, w, list.Get("data.0.id")), "certificate.issue|usr_demo_hejing"); n != 1 {
		t.Errorf("%d entries of the certificate", n)
	}
	if a := ask(t, w, "wuhao", "GET", "/v1/certificates?user=usr_demo_zhaolei", "", nil); a.Get("data") != "[]" {
		t.Errorf("another's certificates: %s", a.Body)
	}
	page := ask(t, w, "shenji", "GET", "/v1/certificates?limit=1", "", nil)
	next := ask(t, w, "shenji", "GET", "/v1/certificates?limit=2&page_token="+page.Get("next_page_token"), "", nil)
	if page.Get("data.0.user.name") != "林晨" || next.Get("data.0.state") != "renewed" || next.Get("data.1.state") != "valid" || next.Get("next_page_token") != "" {
		t.Errorf("%s\n%s", page.Body, next.Body)
	}
	var took [2]int64
	for i, limit := range []int{1, 3} {
		_, _, n := counted(w, servertest.Request{As: "shenji", Method: "GET", URL: fmt.Sprintf("/v1/certificates?limit=%d", limit)})
		took[i] = n.All.Load()
	}
	if took[0] != took[1] {
		t.Errorf("one row takes %d statements, three take %d", took[0], took[1])
	}
	if a := ask(t, w, "wuhao", "GET", "/v1/training-courses?competence=consumer_protection", "", nil); a.Get("data.0.code") != "managers-2026" || a.Get("data.1.id") != "" {
		t.Error(a.Body)
	}
}

// The three groups of the law, each with who had no training in the year, by department; a head sees her own departments (handbook §11 row 43).
func TestTrainingCoverage(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, morning)
	front := teach(t, w, "front-line")
	managers := ask(t, w, "hejing", "POST", "/v1/training-courses", `{"code":"managers","title":"高管专项培训","competence":"consumer_protection","exam_required":false,"valid_months":24,"groups":["managers","new_staff"]}`, nil).Get("id")
	examine(w, "hejing", front, "2026-03-20", scored("usr_demo_wuhao", 10), scored("usr_demo_fangyuan", 90), `{"user_id":"usr_demo_linchen","attended":false}`)
	examine(w, "hejing", front, "2025-12-31", scored("usr_demo_zhaolei", 90))
	examine(w, "hejing", managers, "2026-01-01", `{"user_id":"usr_demo_xuli","attended":true}`)
	coverage := func(as string, year int) servertest.Answer {
		return ask(t, w, as, "GET", fmt.Sprintf("/v1/training-coverage?year=%d", year), "", nil)
	}
	a := coverage("hejing", 2026)
	for path, want := range map[string]string{"as_of": "2026-03-24", "groups.0.code": "managers", "groups.0.must": "3", "groups.0.trained": "1", "groups.0.percent": "33.3",
		"groups.0.rule": "角色为负责人或高级管理人员的用户。", "groups.1.must": "5", "groups.1.trained": "2", "groups.1.percent": "40", "groups.2.trained": "1", "groups.2.code": "new_staff"} {
		if a.Get(path) != want {
			t.Errorf("%s is %s, want %s in %s", path, a.Get(path), want, a.Body)
		}
	}
	if !strings.Contains(a.Get("groups.1.units"), "赵蕾") || strings.Contains(a.Get("groups.1.units"), "吴昊") {
		t.Errorf("attendance counts, whatever the score, and last year's does not: %s", a.Body)
	}
	if mine := coverage("zhoutao", 2026); mine.Get("groups.0.must") != "1" || mine.Get("groups.1.must") != "1" || mine.Get("groups.1.percent") != "100" || strings.Contains(mine.Body, "赵蕾") ||
		mine.Get("groups.0.units.0.department.name") != "南京分行" || mine.Get("groups.0.units.0.missing.0.name") != "周涛" {
		t.Errorf("a head: %s", mine.Body)
	}
	// Nobody was here in 2025: the accounts were made in 2026.
	if before := coverage("shenji", 2025); before.Get("groups.1.must") != "0" || before.Get("groups.1.percent") != "" || before.Get("as_of") != "2025-12-31" {
		t.Error(before.Body)
	}
	w.Forward("2027-06-01T01:00:00Z")
	if a := coverage("xuli", 2027); a.Get("groups.2.must") != "0" || a.Get("groups.1.must") != "5" || a.Get("groups.1.trained") != "0" {
		t.Errorf("nobody is new after a year: %s", a.Body)
	}
	w.Run(t, servertest.Scenario{Name: "a handler is not told", As: "wuhao", Method: "GET", URL: "/v1/training-coverage?year=2026", WantStatus: 403, WantCode: "auth.forbidden", WantBody: []string{"training_coverage.read"}})
}
