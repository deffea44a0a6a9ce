package test

import (
	"fmt"
	"testing"

	"xiaobao/internal/servertest"
)

// A teller tells a story: each step is a request that must succeed, or must be refused with a code.
type teller struct {
	*servertest.World
	t  *testing.T
	id string // of the complaint
}

func tell(t *testing.T, at string) *teller {
	return &teller{World: servertest.New(t, at), t: t}
}

// file registers a complaint and keeps its id.
func (s *teller) file(as, body string) servertest.Answer {
	s.t.Helper()
	a := s.Must(201, servertest.Request{As: as, Method: "POST", URL: "/v1/complaints", Body: body})
	s.id = a.Get("id")
	return a
}

// step does something to the complaint.
func (s *teller) step(as, path, body string) servertest.Answer {
	s.t.Helper()
	a := s.try(as, path, body)
	if a.Status != 200 && a.Status != 201 {
		s.t.Fatalf("%s as %s: %d\n%s", path, as, a.Status, a.Body)
	}
	return a
}

// refused tries something that must be refused.
func (s *teller) refused(as, path, body string, status int, code string) {
	s.t.Helper()
	a := s.try(as, path, body)
	scenario := servertest.Scenario{WantStatus: status, WantCode: code}
	scenario.Judge(s.t, path+" as "+as, a)
}

func (s *teller) try(as, path, body string) servertest.Answer {
	s.t.Helper()
	url := "/v1/complaints/" + s.id + path
	if path != "" && path[0] != '/' {
		url = "/v1/" + path
	}
	headers := map[string]string{"If-Match": "*"}
	return s.Do(servertest.Request{As: as, Method: "POST", URL: url, Body: body, Headers: headers})
}

// shows checks members of the complaint as somebody sees it.
func (s *teller) shows(as string, want map[string]string) {
	s.t.Helper()
	a := s.Must(200, servertest.Request{As: as, Method: "GET", URL: "/v1/complaints/" + s.id + "?expand=clocks&expand=stages&expand=extensions&expand=decision&expand=notices"})
	for path, value := range want {
		if got := a.Get(path); got != value {
			s.t.Errorf("%s is %q, want %q\n%s", path, got, value, a.Body)
		}
	}
}

const staffIntake = `{"source":"%s","intake_channel":"%s","received_at":"%s","complainant":{"kind":"person","name":"%s","phone":"13912345678"}%s,
	"request":"请予处理。","narrative":"%s"}`

const finding = `{"facts":"经核实，情况属实。","basis":"章程第12条","finding":"投诉属实","evidence":["流水"],"business_code":"credit_card","cause_code":"pricing"}`
const draft = `{"outcome":"upheld","facts":"情况属实","basis":"章程第12条","reasons":"系统差错","ways_open":["mediation","court"]}`

// D1: twelve yuan on a working Saturday. Receipt counts, not registration; a settlement at the first contact is timely.
func TestStoryD1TwelveYuan(t *testing.T) {
	t.Parallel()
	s := tell(t, "2026-05-12T02:00:00Z")
	late := fmt.Sprintf(staffIntake, "own", "phone", "2026-05-09T10:12:00+08:00", "周敏", "", "ATM 取款手续费 12.00 元被收取两次。")
	noReason := s.Do(servertest.Request{As: "zhaolei", Method: "POST", URL: "/v1/complaints", Body: late})
	servertest.Scenario{WantStatus: 422, WantBody: []string{`"pointer":"#/late_registration_reason"`}}.Judge(t, "late without a reason", noReason)
	reasoned := fmt.Sprintf(staffIntake, "own", "phone", "2026-05-09T10:12:00+08:00", "周敏", `,"late_registration_reason":"原登记为咨询，抽检后转为投诉"`, "ATM 取款手续费 12.00 元被收取两次。")
	s.file("zhaolei", reasoned)
	s.shows("zhaolei", map[string]string{"late_registration": "true", "due_on": "2026-05-24", "act_by_on": "2026-05-22", "received_at": "2026-05-09T02:12:00Z",
		"complainant.phone": "13912345678"})
	settle := `{"facts":"手续费重复收取","basis":"收费标准","agreed":"退还","ways_open":["mediation","court"],"form":"phone","reference":"CALL-42","notified_at":"2026-05-09T10:20:00+08:00",
		"amount":{"amount":"%s","currency":"CNY"},"business_code":"debit_card","cause_code":"pricing"}`
	s.refused("zhaolei", "/settlement", fmt.Sprintf(settle, "500.00"), 409, "settlement.authority_exceeded")
	s.refused("zhaolei", "/settlement", `{"facts":"x","basis":"y","agreed":"z","form":"phone","reference":"r","notified_at":"2026-05-09T10:20:00+08:00","business_code":"debit_card","cause_code":"pricing"}`, 422, "value.required")
	s.step("zhaolei", "/settlement", fmt.Sprintf(settle, "12.00"))
	s.shows("zhaolei", map[string]string{"stage": "closed", "outcome": "settled", "closed_at": "2026-05-09T02:20:00Z", "due_on": "", "complainant.phone": "139****5678",
		"clocks.0.kind": "statutory", "clocks.0.state": "met", "clocks.0.late": "false"})
	s.file("zhaolei", fmt.Sprintf(staffIntake, "nfra", "letter", "2026-05-12T09:00:00+08:00", "周敏", "", "转办投诉"))
	s.refused("zhaolei", "/settlement", fmt.Sprintf(settle, "12.00"), 409, "settlement.not_eligible")
}

// D2: the letter before Spring Festival. The dates run over the holiday; whoever is named sees nothing; late is late.
func TestStoryD2LetterBeforeSpringFestival(t *testing.T) {
	t.Parallel()
	s := tell(t, "2025-02-05T02:00:00Z")
	named := `,"respondent":{"unit":"城南支行","staff_name":"吴昊","staff_id":"10004"},"late_registration_reason":"信件由网点代收"`
	body := fmt.Sprintf(staffIntake, "own", "letter", "2025-01-24T16:40:00+08:00", "陈国强", named, "柜台人员把五年期保险当存款销售，金额 200000 元。")
	s.file("zhoutao", body)
	s.shows("zhoutao", map[string]string{"due_on": "2025-02-08", "act_by_on": "2025-02-08", "late_registration": "true", "clocks.1.kind": "acknowledgement"})
	for _, url := range []string{"/v1/complaints/" + s.id, "/v1/complaints?number=TS-20250205-000001"} {
		a := s.Do(servertest.Request{As: "wuhao", Method: "GET", URL: url})
		if a.Status != 404 && a.Get("data.0.id") != "" {
			t.Errorf("the person named sees %s: %s", url, a.Body)
		}
	}
	s.step("zhoutao", "/acceptance", "")
	s.refused("zhoutao", "/assignment", `{"responsible_id":"usr_demo_wuhao"}`, 409, "assignment.interest")
	s.Forward("2025-02-07T02:00:00Z")
	s.step("zhoutao", "/extensions", `{"tier":"complex","reason_code":"facts_complex","reason":"需调取录像"}`)
	s.shows("zhoutao", map[string]string{"due_on": "2025-02-23", "act_by_on": "2025-02-21", "extensions.0.state": "in_force"})
	s.step("zhoutao", "/investigation", finding)
	s.step("zhoutao", "/decisions", draft)
	decision := s.Must(200, servertest.Request{As: "zhoutao", Method: "GET", URL: "/v1/complaints/" + s.id + "?expand=decision"}).Get("decision.id")
	s.step("zhoutao", "decisions/"+decision+"/submission", "")
	s.refused("zhoutao", "decisions/"+decision+"/approval", "", 403, "four_eyes.same_person")
	s.Forward("2025-02-21T07:00:00Z")
	s.step("hejing", "decisions/"+decision+"/approval", "")
	s.Clock.Set("2025-02-21T08:05:00Z")
	s.step("zhoutao", "/notices", fmt.Sprintf(`{"decision_id":"%s","form":"letter","sent_at":"2025-02-21T16:00:00+08:00","proof":{"reference":"EMS 1098765432100"}}`, decision))
	s.shows("zhoutao", map[string]string{"stage": "closed", "outcome": "upheld", "clocks.0.state": "met", "clocks.0.late": "false", "decision.state": "notified", "notices.0.form": "letter"})
}

// D2, the variant: nothing recorded by 24:00 on the due day. The breach bears that instant, and no extension comes after it.
func TestStoryD2BreachStands(t *testing.T) {
	t.Parallel()
	s := tell(t, "2025-02-05T02:00:00Z")
	body := fmt.Sprintf(staffIntake, "own", "letter", "2025-01-24T16:40:00+08:00", "陈国强", `,"late_registration_reason":"信件由网点代收"`, "保险当存款销售。")
	s.file("zhoutao", body)
	s.step("zhoutao", "/acceptance", "")
	s.Forward("2025-02-08T15:59:00Z")
	s.Sweep()
	s.shows("zhoutao", map[string]string{"clocks.0.state": "running"})
	s.Forward("2025-02-10T01:00:00Z")
	s.Sweep()
	s.shows("zhoutao", map[string]string{"clocks.0.state": "breached", "clocks.0.ledger.1.at": "2025-02-08T16:00:00Z", "overdue": "true"})
	s.refused("zhoutao", "/extensions", `{"tier":"complex","reason_code":"facts_complex","reason":"x"}`, 409, "clock.limit_over")
}

// D3: three limits over National Day. Who approves, who is told, and the last second.
func TestStoryD3ThreeLimits(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		sentAt string
		late   string
	}{{"2026-11-23T15:59:59Z", "false"}, {"2026-11-23T16:00:00Z", "true"}} {
		t.Run(c.sentAt, func(t *testing.T) {
			s := untilSpecial(t)
			decision := s.Must(200, servertest.Request{As: "wuhao", Method: "GET", URL: "/v1/complaints/" + s.id + "?expand=decision"}).Get("decision.id")
			s.Forward("2026-11-23T16:00:01Z")
			s.step("wuhao", "/notices", fmt.Sprintf(`{"decision_id":"%s","form":"sms","sent_at":"%s","proof":{"reference":"SMS-1"}}`, decision, c.sentAt))
			s.shows("zhoutao", map[string]string{"stage": "closed", "clocks.0.state": "met", "clocks.0.late": c.late})
		})
	}
}

// untilSpecial tells D3 up to the special extension in force and the approved decision.
func untilSpecial(t *testing.T) *teller {
	t.Helper()
	s := tell(t, "2026-09-24T02:00:00Z")
	s.file("wuhao", fmt.Sprintf(staffIntake, "own", "branch", "2026-09-24T09:30:00+08:00", "刘敏", "", "分期付款方案与宣传不符，涉及 36800 元。"))
	s.step("wuhao", "/acceptance", "")
	s.shows("wuhao", map[string]string{"due_on": "2026-10-09", "clocks.1.due_on": "2026-09-28"})
	s.Forward("2026-10-08T02:00:00Z")
	s.step("wuhao", "/extensions", `{"tier":"complex","reason_code":"several_units","reason":"涉及多个部门"}`)
	s.shows("wuhao", map[string]string{"due_on": "2026-10-24", "act_by_on": "2026-10-23"})
	s.Forward("2026-10-19T02:00:00Z")
	special := s.step("wuhao", "/extensions", `{"tier":"special","reason_code":"facts_specially_complex","reason":"特别复杂"}`).Get("id")
	s.refused("wuhao", "/extensions", `{"tier":"special","reason_code":"facts_specially_complex","reason":"再次"}`, 409, "extension.already_open")
	s.refused("wuhao", "extensions/"+special+"/notice", `{"form":"sms","sent_at":"2026-10-19T10:00:00+08:00","proof":{"reference":"SMS"}}`, 409, "extension.not_approved")
	s.Forward("2026-10-22T02:00:00Z")
	s.refused("zhoutao", "extensions/"+special+"/approval", "", 403, "auth.forbidden")
	s.refused("sunli", "extensions/"+special+"/approval", "", 403, "extension.approver")
	s.step("xuli", "extensions/"+special+"/approval", "")
	s.shows("wuhao", map[string]string{"due_on": "2026-10-24"})
	s.Forward("2026-10-23T03:06:00Z")
	s.step("wuhao", "extensions/"+special+"/notice", `{"form":"sms","sent_at":"2026-10-23T11:05:00+08:00","proof":{"reference":"SMS-1023"}}`)
	s.shows("wuhao", map[string]string{"due_on": "2026-11-23", "act_by_on": "2026-11-23"})
	s.refused("wuhao", "/extensions", `{"tier":"special","reason_code":"facts_specially_complex","reason":"第三次"}`, 409, "clock.cap_reached")
	s.Forward("2026-11-20T02:00:00Z")
	s.step("wuhao", "/investigation", finding)
	decision := s.step("wuhao", "/decisions", draft).Get("id")
	s.step("wuhao", "decisions/"+decision+"/submission", "")
	s.step("zhoutao", "decisions/"+decision+"/approval", "")
	return s
}

// D3, the variant: told only after the running limit had ended. The extension is refused and the breach stands.
func TestStoryD3ToldTooLate(t *testing.T) {
	t.Parallel()
	s := tell(t, "2026-09-24T02:00:00Z")
	s.file("wuhao", fmt.Sprintf(staffIntake, "own", "branch", "2026-09-24T09:30:00+08:00", "刘敏", "", "分期付款方案与宣传不符。"))
	s.step("wuhao", "/acceptance", "")
	s.Forward("2026-10-08T02:00:00Z")
	s.step("wuhao", "/extensions", `{"tier":"complex","reason_code":"several_units","reason":"涉及多个部门"}`)
	s.Forward("2026-10-22T02:00:00Z")
	special := s.step("wuhao", "/extensions", `{"tier":"special","reason_code":"facts_specially_complex","reason":"特别复杂"}`).Get("id")
	s.step("xuli", "extensions/"+special+"/approval", "")
	s.Forward("2026-10-26T02:00:00Z")
	s.refused("wuhao", "extensions/"+special+"/notice", `{"form":"sms","sent_at":"2026-10-26T09:00:00+08:00","proof":{"reference":"SMS"}}`, 409, "clock.limit_over")
	s.Sweep()
	s.shows("wuhao", map[string]string{"clocks.0.state": "breached", "clocks.0.ledger.2.at": "2026-10-24T16:00:00Z", "extensions.1.state": "lapsed"})
}
