package test

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"xiaobao/internal/app"
	"xiaobao/internal/mail/mailtest"
	"xiaobao/internal/servertest"
)

// A surveyor tells stories in which letters go out by a mail server.
type surveyor struct {
	*teller
	box *mailtest.Server
}

func survey(t *testing.T, at string) surveyor {
	t.Helper()
	s := surveyor{tell(t, at), mailtest.New(t, false)}
	publishText(t, s.World, "survey", `{}`)
	s.Settings.SMTPAddress, s.Settings.SMTPSecurity, s.Settings.SMTPFrom, s.Settings.SurveyURL = s.box.Address, "none", "示例银行 <survey@bank.example>", "https://bank.example/s/"
	s.App = s.Open()
	return s
}

// agrees records that the consumer of a number consents to surveys, and returns the consent.
func (s surveyor) agrees(n int) string {
	s.t.Helper()
	return s.Must(201, servertest.Request{As: "zhaolei", Method: "POST", URL: consents,
		Body: fmt.Sprintf(`{"phone":"1381234567%d","purpose":"survey","text_version":1,"decision":"given","evidence_reference":"REC-1","channel":"phone"}`, n)}).Get("id")
}

// closes registers and settles a complaint of the consumer of a number.
func (s surveyor) closes(n int) string {
	s.t.Helper()
	s.file("zhaolei", strings.Replace(fmt.Sprintf(complainedOf, ""), `"phone":"13812345678"`, fmt.Sprintf(`"phone":"1381234567%d","email":"c%d@example.com"`, n, n), 1))
	s.step("zhaolei", "/settlement", fmt.Sprintf(`{"facts":"x","basis":"y","agreed":"z","ways_open":["court"],"form":"phone","reference":"r","notified_at":%q,"business_code":"debit_card","cause_code":"pricing"}`,
		s.Clock.Now().Format(time.RFC3339Nano)))
	return s.id
}

// goes moves the clock, lets the jobs run, and returns what went out.
func (s surveyor) goes(at string) []mailtest.Received {
	s.t.Helper()
	s.Forward(at)
	if _, err := s.App.Surveys.Invite(context.Background()); err != nil {
		s.t.Fatal(err)
	}
	if _, err := s.App.Surveys.Send(context.Background()); err != nil {
		s.t.Fatal(err)
	}
	return s.box.Letters()
}

// one is the link's token of the only letter.
func (s surveyor) one(letters []mailtest.Received) string {
	s.t.Helper()
	if len(letters) != 1 {
		s.t.Fatalf("%d letters: %+v", len(letters), letters)
	}
	return link(letters[0])
}

var linked = regexp.MustCompile(`https://bank\.example/s/(\S+)`)

func link(l mailtest.Received) string { return linked.FindStringSubmatch(l.Text)[1] }

const allScores = `"scores":[{"question":"overall","score":%d},{"question":"speed","score":3},{"question":"clarity","score":4},{"question":"attitude","score":5}]`

func (s surveyor) answer(token, body string) servertest.Answer {
	s.t.Helper()
	return s.Do(servertest.Request{Method: "POST", URL: "/v1/surveys/" + token + "/answer", Body: body})
}

// dead judges that a link is answered as one that never was.
func (s surveyor) dead(what, token string) {
	s.t.Helper()
	wrong := s.Do(servertest.Request{Method: "GET", URL: "/v1/surveys/wrong"})
	cut := regexp.MustCompile(`"(request_id|instance)":"[^"]*"`)
	for _, a := range []servertest.Answer{s.Do(servertest.Request{Method: "GET", URL: "/v1/surveys/" + token}), s.answer(token, "{"+fmt.Sprintf(allScores, 4)+"}"), s.answer(token, `{}`)} {
		if a.Status != 404 || cut.ReplaceAllString(a.Body, "") != cut.ReplaceAllString(wrong.Body, "") || !strings.Contains(a.Body, "已使用") && !strings.Contains(a.Body, "已经使用") {
			s.t.Errorf("%s: %d %s; a wrong one is %s", what, a.Status, a.Body, wrong.Body)
		}
	}
}

// missing is how many complaints of a month were not asked about for a reason.
func (s surveyor) missing(month, reason string, want int) {
	s.t.Helper()
	if a := s.get("hejing", "/v1/survey-results?from="+month+"-01&to=2026-12-31"); !strings.Contains(a.Body, fmt.Sprintf(`{"count":%d,"reason":%q}`, want, reason)) {
		s.t.Errorf("%d %s in %s", want, reason, a.Body)
	}
}

// A survey sent on Thursday 04-30: the first reminder falls into the holiday and goes out on Wednesday 05-06, the second on 05-07, the link ends with 05-14.
func TestStoryASurveyOverTheHoliday(t *testing.T) {
	t.Parallel()
	s := survey(t, "2026-04-29T02:00:00Z")
	s.agrees(1)
	s.closes(1)
	if got := s.goes("2026-04-29T09:00:00Z"); len(got) != 0 {
		t.Fatalf("asked on the day of the closing: %+v", got)
	}
	first := s.goes("2026-04-30T02:00:00Z")
	token := s.one(first)
	if l := first[0]; l.To != "c1@example.com" || l.Subject != "投诉处理满意度调查" || !strings.Contains(l.Text, "2026-05-14 前有效") || len(token) < 43 {
		t.Errorf("%+v", l)
	}
	for _, at := range []string{"2026-04-30T02:10:00Z", "2026-05-03T02:00:00Z", "2026-05-05T02:00:00Z", "2026-05-06T00:59:59Z"} {
		if got := s.goes(at); len(got) != 0 {
			t.Errorf("%s: %+v", at, got)
		}
	}
	again := s.one(s.goes("2026-05-06T01:00:00Z"))
	if got := s.goes("2026-05-06T08:00:00Z"); again == token || len(got) != 0 {
		t.Errorf("the reminder has the link of the letter, or came twice: %+v", got)
	}
	s.one(s.goes("2026-05-07T01:00:00Z"))
	if got := s.goes("2026-05-14T15:59:59Z"); len(got) != 0 {
		t.Errorf("a third reminder: %+v", got)
	}
	s.Run(t, inBoth(servertest.Scenario{Name: "on the last day", Method: "GET", URL: "/v1/surveys/" + token, WantStatus: 200, WantBody: []string{`"ends_on":"2026-05-14"`, `"code":"attitude"`}},
		"How we handled your complaint", "总体是否满意")...)
	s.Forward("2026-05-14T16:00:00Z")
	s.dead("ended", token)
	s.dead("ended, of the reminder", again)
}

// Consent to surveys that is withdrawn while letters wait keeps them back, the first and the reminders; the complaints go on.
func TestStorySurveyConsentIsWithdrawn(t *testing.T) {
	t.Parallel()
	s := survey(t, "2026-04-28T02:00:00Z")
	reminded, waiting := s.agrees(1), ""
	s.closes(1)
	token := s.one(s.goes("2026-04-29T02:00:00Z"))
	waiting = s.agrees(2)
	s.closes(2)
	if got := s.goes("2026-04-30T12:00:00Z"); len(got) != 0 {
		t.Fatalf("out of office hours: %+v", got)
	}
	open := s.file("zhaolei", strings.Replace(fmt.Sprintf(complainedOf, ""), "13812345678", "13812345672", 1)).Get("id")
	for _, id := range []string{reminded, waiting} {
		s.Must(200, servertest.Request{As: "zhaolei", Method: "POST", URL: consents + "/" + id + "/withdrawal", Body: `{}`})
	}
	for _, at := range []string{"2026-05-06T01:00:00Z", "2026-05-07T01:00:00Z"} {
		if got := s.goes(at); len(got) != 0 {
			t.Errorf("%s: %+v", at, got)
		}
	}
	s.id = open
	s.step("zhaolei", "/acceptance", "")
	s.shows("zhaolei", map[string]string{"stage": "investigation"})
	if a := s.answer(token, "{"+fmt.Sprintf(allScores, 4)+"}"); a.Status != 201 { // what she says of her own accord is taken
		t.Error(a.Body)
	}
	s.missing("2026-04", "consent_withdrawn", 1)
}

// An answer is taken once, whole, without secrets; what is a complaint becomes one of the same complainant, received then; an opt-out withdraws the consent at once.
func TestSurveyIsAnswered(t *testing.T) {
	t.Parallel()
	s := survey(t, "2026-03-23T02:00:00Z")
	for n := range 2 {
		s.agrees(n)
		s.closes(n)
	}
	letters := s.goes("2026-03-24T02:00:00Z")
	if len(letters) != 2 {
		t.Fatalf("%+v", letters)
	}
	one, two := link(letters[0]), link(letters[1])
	post := func(name, body string, status int, code string, want ...string) servertest.Scenario {
		return servertest.Scenario{Name: name, Method: "POST", URL: "/v1/surveys/" + one + "/answer", Body: body, WantStatus: status, WantCode: code, WantBody: want}
	}
	s.Run(t, inBoth(post("one left out", `{"scores":[{"question":"overall","score":4}]}`, 422, "survey.scores_incomplete"), "answered, once", "且仅回答一次")...)
	s.Run(t, inBoth(post("opt-out and text", `{"opt_out":true,"text":"x"}`, 422, "survey.opt_out_alone"), "stands alone", "须单独提交")...)
	s.Run(t, post("six", "{"+fmt.Sprintf(allScores, 6)+"}", 422, "value.too_big"), post("unknown", `{"scores":[{"question":"x","score":4}]}`, 422, "value.not_allowed"))
	s.Forward("2026-03-28T02:34:56Z") // a Saturday
	body := "{" + fmt.Sprintf(allScores, 1) + `,"text":"我的密码是 hunter22，请查。","complaint":{"request":"请重新处理。","narrative":"客服推诿，没有人回电。"}}`
	var answers [2]servertest.Answer
	var racers sync.WaitGroup
	for i, on := range []*app.App{s.App, s.Open()} {
		racers.Go(func() {
			answers[i] = s.Do(servertest.Request{Method: "POST", URL: "/v1/surveys/" + one + "/answer", Body: body, On: on})
		})
	}
	racers.Wait()
	if answers[0].Status != 201 {
		answers[0], answers[1] = answers[1], answers[0]
	}
	if answers[0].Status != 201 || answers[1].Status != 404 {
		t.Fatalf("%s\n%s", answers[0].Body, answers[1].Body)
	}
	s.dead("used", one)
	number := answers[0].Get("complaint_number")
	list := s.get("hejing", "/v1/complaints?received_from=2026-03-28&include_total=true")
	s.id = list.Get("data.0.id")
	if list.Get("total") != "1" || !strings.HasPrefix(answers[0].Get("answered_at"), "2026-03-28T02:34:56") || list.Get("data.0.number") != number || !strings.HasPrefix(number, "TS-20260328-") {
		t.Error(list.Body)
	}
	s.shows("hejing", map[string]string{"received_at": answers[0].Get("answered_at"), "source": "own", "intake_channel": "website", "narrative": "客服推诿，没有人回电。", "department.id": "dep_demo_office",
		"complainant.phone": "138****5670"})
	if trail := s.get("shenji", "/v1/audit-entries?object_id="+s.id).Body; !strings.Contains(trail, `"complaint.create"`) {
		t.Error(trail)
	}
	if a := s.answer(two, `{"opt_out":true}`); a.Status != 201 || a.Get("state") != "opted_out" || a.Get("complaint_number") != "" {
		t.Error(a.Body)
	}
	if a := ask(t, s.World, "hejing", "POST", decisions, `{"phone":"13812345671","purpose":"survey"}`, nil); a.Get("allowed") != "false" || a.Get("missing") != "withdrawn" {
		t.Error(a.Body)
	}
	s.dead("opted out", two)
	s.closes(1)
	if got := s.goes("2026-03-31T02:00:00Z"); len(got) != 0 {
		t.Errorf("somebody who answered, or opted out, was written to: %+v", got)
	}
	s.Forward("2026-04-01T02:00:00Z")
	s.missing("2026-03", "no_consent", 1)
}

// Everybody is judged by the same rule, once, and it is kept why somebody is not asked; a letter that fails is tried again and keeps no other back; two processes send one.
func TestSurveyRule(t *testing.T) {
	t.Parallel()
	s := survey(t, "2026-03-23T02:00:00Z")
	for n := range 3 {
		s.agrees(n)
		s.closes(n)
	}
	s.closes(1) // again, on the same day
	s.closes(4) // without consent
	s.agrees(5)
	s.file("zhaolei", strings.Replace(fmt.Sprintf(complainedOf, ""), "13812345678", "13812345675", 1)) // a telephone number alone
	s.step("zhaolei", "/withdrawal", `{"form":"phone","withdrawn_on":"2026-03-23"}`)
	s.box.Refuse(func(to string) bool { return to == "c0@example.com" })
	s.Forward("2026-03-24T02:00:00Z")
	other := s.Open()
	var racers sync.WaitGroup
	for _, a := range []*app.App{s.App, other} {
		racers.Go(func() {
			_, err := a.Surveys.Invite(context.Background())
			if err != nil {
				t.Error(err)
			}
		})
	}
	racers.Wait()
	for _, a := range []*app.App{s.App, other} {
		racers.Go(func() {
			_, err := a.Surveys.Send(context.Background())
			if err != nil && (!strings.Contains(err.Error(), "the server answered 450") || strings.Contains(err.Error(), "example.com")) {
				t.Error(err)
			}
		})
	}
	racers.Wait()
	if got := s.box.Letters(); len(got) != 2 || got[0].To == got[1].To {
		t.Errorf("%+v", got)
	}
	s.box.Refuse(nil)
	if got := s.goes("2026-03-24T02:04:00Z"); len(got) != 0 {
		t.Errorf("too soon: %+v", got)
	}
	if got := s.goes("2026-03-24T02:06:00Z"); len(got) != 1 || got[0].To != "c0@example.com" {
		t.Errorf("%+v", got)
	}
	s.Forward("2026-06-19T02:00:00Z") // 87 days after
	s.closes(0)
	if got := s.goes("2026-06-22T02:00:00Z"); len(got) != 0 { // the 90th
		t.Errorf("inside the cool-off: %+v", got)
	}
	s.closes(1)
	if got := s.goes("2026-06-23T02:00:00Z"); len(got) != 1 || got[0].To != "c1@example.com" {
		t.Errorf("after it: %+v", got)
	}
	s.missing("2026-03", "cool_off", 1)
	s.missing("2026-03", "no_consent", 1)
	s.missing("2026-03", "no_email", 1)
	s.Settings.SMTPAddress = ""
	s.App = s.Open()
	s.closes(2)
	s.goes("2026-06-24T02:00:00Z")
	s.Forward("2026-07-24T02:00:00Z")
	s.missing("2026-06", "no_channel", 1)
	s.missing("2026-06", "cool_off", 1)
}

// Of fewer than five answers nothing is shown, nor measured; what was written is masked, and for the office alone; a satisfied consumer gave 4 or 5.
func TestSurveyResults(t *testing.T) {
	t.Parallel()
	s := survey(t, "2026-03-23T02:00:00Z")
	std := s.agree(strings.NewReplacer(`"first-contact"`, `"satisfaction"`, `"first_contact"`, `"satisfaction"`, `"minimum_sample":10`, `"minimum_sample":1`, `"quarter"`, `"month"`).Replace(standardBody))
	for n := range 7 {
		s.agrees(n)
		s.closes(n)
	}
	letters := s.goes("2026-03-24T02:00:00Z") // their links end with 04-07
	for n, l := range letters[:4] {
		s.answer(link(l), "{"+fmt.Sprintf(allScores, 2+n%3)+`,"text":"王小明，13812345678，等了很久。"}`)
	}
	url := "/v1/survey-results?from=2026-04-01&to=2026-06-30"
	if a := s.get("hejing", url); a.Get("data") != "[]" {
		t.Errorf("a month that is not over: %s", a.Body)
	}
	s.answer(link(letters[4]), "{"+fmt.Sprintf(allScores, 5)+"}")
	s.Forward("2026-05-06T02:00:00Z")
	a := s.get("hejing", url)
	for path, want := range map[string]string{"data.0.from_on": "2026-04-01", "data.0.sent": "7", "data.0.answered": "5", "data.0.response_rate": "71.43", "data.0.suppressed": "false", "department": "",
		"data.0.questions.0.code": "overall", "data.0.questions.0.distribution": "[0,2,1,1,1]", "data.0.questions.0.mean": "3.2", "data.0.questions.1.distribution": "[0,0,5,0,0]", "data.1": ""} {
		if got := a.Get(path); got != want {
			t.Errorf("%s is %s, want %s", path, got, want)
		}
	}
	if text := a.Get("data.0.texts.0"); text != "****，138****5678，等了很久。" || a.Get("data.0.texts.3") != text || strings.Contains(a.Body, "cmp_") {
		t.Error(a.Body)
	}
	if b := s.get("sunli", url+"&department=dep_demo_center"); b.Get("data.0.answered") != "5" || b.Get("data.0.texts") != "" || b.Get("department.id") != "dep_demo_center" {
		t.Error(b.Body)
	}
	if b := s.get("hejing", url+"&department=dep_demo_cards"); b.Get("data.0.suppressed") != "true" || b.Get("data.0.questions.0.mean") != "" || b.Get("data.0.questions.0.code") != "overall" {
		t.Error(b.Body)
	}
	get := func(name, as, url string, status int, code string, want ...string) servertest.Scenario {
		return servertest.Scenario{Name: name, As: as, Method: "GET", URL: url, WantStatus: status, WantCode: code, WantBody: want}
	}
	s.Run(t, get("a head sees no whole", "sunli", url, 403, "auth.forbidden", `"permission":"survey.read"`), get("nor another's", "sunli", url+"&department=dep_demo_office", 404, "department.not_found"),
		get("absent", "sunli", url+"&department=dep_absent", 404, "department.not_found"), get("a handler", "zhaolei", url, 403, "auth.forbidden"), get("a partner", servertest.PartnerKey, url, 403, ""),
		get("the auditor reads no text", "shenji", url, 200, "", `"texts":null`, `"mean":3.2`))
	s.Run(t, inBoth(get("backwards", "hejing", "/v1/survey-results?from=2026-06-30&to=2026-04-01", 400, "survey.period_invalid"), "ends before it begins", "结束日早于开始日")...)
	m := s.measure(std, "2026-04")
	if m.Get("n") != "5" || m.Get("kept") != "2" || m.Get("value") != "40" || m.Get("state") != "breached" || m.Get("excluded") != `[{"count":2,"reason":"no_answer"}]` {
		t.Error(m.Body)
	}
	if r := issue(t, s.World, "hejing", monthlyOf("2026-04")); r.Get("notes") != "[]" || s.get("hejing", "/v1/reports/"+r.Get("id")+"/rows").Get("data.0.satisfaction") != "40" {
		t.Errorf("the analysis of the month: %s", r.Body)
	}
	if b := s.get("hejing", "/v1/measurements/"+m.Get("id")); strings.Contains(b.Body, `"missed"`) || strings.Count(b.Body, `"verdict":"no_answer"`) != 2 {
		t.Errorf("it is shown who answered what: %s", b.Body)
	}
	s.answer(s.few(), "{"+fmt.Sprintf(allScores, 1)+"}")
	s.Forward("2026-06-01T02:00:00Z")
	if m := s.measure(std, "2026-05"); m.Get("state") != "insufficient" || m.Get("n") != "0" || m.Get("value") != "" || m.Get("excluded") != `[{"count":1,"reason":"too_few"}]` {
		t.Error(m.Body)
	}
	if r := issue(t, s.World, "hejing", monthlyOf("2026-05")); r.Get("notes") != `["too_few_answers"]` || s.get("hejing", "/v1/reports/"+r.Get("id")+"/rows").Get("data.0.satisfaction") != "" {
		t.Errorf("the analysis tells of one answer: %s", r.Body)
	}
	if r := issue(t, s.World, "hejing", monthlyOf("2026-06")+`,"provisional":true`); r.Get("notes") != `["surveys_open"]` {
		t.Errorf("the analysis of a month that runs: %s", r.Body)
	}
	if b := s.get("hejing", url); b.Get("data.1.suppressed") != "true" || b.Get("data.1.answered") != "" || b.Get("data.1.texts") != "[]" || b.Get("data.1.sent") != "1" {
		t.Error(b.Body)
	}
}

// few has one more consumer asked.
func (s surveyor) few() string {
	s.t.Helper()
	s.agrees(8)
	s.closes(8)
	return s.one(s.goes("2026-05-07T02:00:00Z"))
}
