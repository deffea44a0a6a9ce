package test

import (
	"strings"
	"testing"

	"xiaobao/internal/servertest"
)

const lookedAt = `{"source":"own","external_reference":"R","complainant":{"kind":"person","name":"N","id_type":"resident_id","id_number":"I","phone":"P"},"request":"退还手续费","narrative":"信用卡同一笔消费被收取两次手续费，多次联系未果。"}`

// looked files a complaint of a person.
func looked(t *testing.T, w *servertest.World, reference, name, number, phone, staff string) string {
	t.Helper()
	body := strings.NewReplacer(`"R"`, `"`+reference+`"`, `"N"`, `"`+name+`"`, `"P"`, `"`+phone+`"`).Replace(lookedAt)
	if number == "" {
		body = strings.Replace(body, `"id_type":"resident_id","id_number":"I",`, "", 1)
	}
	body = strings.Replace(body, `"I"`, `"`+number+`"`, 1)
	if staff != "" {
		body = strings.Replace(body, `"request"`, `"respondent":{"staff_id":"`+staff+`"},"request"`, 1)
	}
	return w.Must(201, servertest.Request{As: servertest.PartnerKey, Method: "POST", URL: "/v1/complaints", Body: body, Headers: key(reference)}).Get("id")
}

// A consumer learns on which day which department looked at what of hers, for which purpose and on which basis; not who it was, and nothing of others.
func TestWhoLooked(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, "2026-03-24T01:30:00Z")
	hers := looked(t, w, "A-1", "欧阳若曦", "11010519491231002X", "13700001111", "")
	alike := looked(t, w, "A-2", "欧阳若曦", "", "13700001111", "10003") // without a number; the officer is named in it
	others := looked(t, w, "A-3", "王小明", "", "13812345678", "")
	ask := func(as, body string) servertest.Answer {
		t.Helper()
		return w.Must(200, servertest.Request{As: as, Method: "POST", URL: "/v1/access-reports", Body: body})
	}
	const byPhone = `{"phone":"137 0000 1111"}`
	if a := ask("shenji", byPhone); a.Get("total") != "0" || a.Get("data") != "[]" {
		t.Errorf("nobody looked: %s", a.Body)
	}
	for _, id := range []string{hers, alike, others} {
		w.Must(200, servertest.Request{As: "zhaolei", Method: "GET", URL: "/v1/complaints/" + id})
	}
	w.Forward("2026-03-24T18:30:00Z") // the next day in Shanghai
	revealed := w.Must(200, servertest.Request{As: "hejing", Method: "POST", URL: "/v1/complaints/" + hers + "/reveals",
		Body: `{"fields":["phone","id_number"],"reason":"监管部门来函核实身份","purpose":"regulatory_reporting"}`})
	if revealed.Get("purpose") != "regulatory_reporting" || revealed.Get("basis") != "law" {
		t.Error(revealed.Body)
	}
	for _, body := range []string{byPhone, `{"complaint_id":"` + hers + `"}`, `{"complaint_id":"` + alike + `"}`} {
		a := ask("shenji", body)
		if a.Get("total") != "4" {
			t.Errorf("%s: %s", body, a.Body)
		}
		for path, want := range map[string]string{"data.0.looked_on": "2026-03-25", "data.0.department.name": "消费者权益保护部", "data.0.purpose": "regulatory_reporting", "data.0.basis": "law", "data.0.what": "identity",
			"data.1.what": "contact", "data.2.looked_on": "2026-03-24", "data.2.department.name": "投诉处理中心", "data.2.purpose": "complaint_handling", "data.2.basis": "law", "data.2.what": "contact"} {
			if a.Get(path) != want {
				t.Errorf("%s: %s is %q, want %q", body, path, a.Get(path), want)
			}
		}
		for _, name := range []string{"何静", "赵蕾", "usr_", "13700001111", "监管部门"} {
			if strings.Contains(a.Body, name) {
				t.Errorf("%s stands in %s", name, a.Body)
			}
		}
	}
	if a := ask("shenji", `{"id_number":"11010519491231002x"}`); a.Get("total") != "3" {
		t.Errorf("by the number alone: %s", a.Body)
	}
	// Who is named in a complaint gets nothing of it.
	if a := ask("hejing", byPhone); a.Get("total") != "3" {
		t.Errorf("the officer: %s", a.Body)
	}
	w.Run(t, inBoth(servertest.Scenario{Name: "a complaint in which she is named", As: "hejing", Method: "POST", URL: "/v1/access-reports", Body: `{"complaint_id":"` + alike + `"}`,
		WantStatus: 422, WantCode: "value.not_found"}, "There is no such record.", "没有对应的记录。")...)
	trail := w.Must(200, servertest.Request{As: "shenji", Method: "GET", URL: "/v1/audit-entries?include_total=true&action=access_report.create"})
	if trail.Get("total") != "6" || !strings.Contains(trail.Body, `"changes":{"phone":"searched"}`) || strings.Contains(trail.Body, "13700001111") || strings.Contains(trail.Body, "11010519491231002") {
		t.Error(trail.Body)
	}
	w.Run(t, servertest.Scenario{Name: "what one was told", As: "shenji", Method: "GET", URL: "/v1/audit-entries?object_id=" + hers + "&action=access_report.create", WantStatus: 200, WantBody: []string{`"complaint_id":"searched"`}})
}

// What the question for who looked must say, and who may ask it.
func TestWhoLookedIsRefused(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, "2026-03-24T01:30:00Z")
	id := looked(t, w, "F-1", "欧阳若曦", "", "13700001111", "")
	looked(t, w, "F-2", "欧阳建国", "", "13700001111", "")
	post := func(name, as, body string, status int, code string) servertest.Scenario {
		return servertest.Scenario{Name: name, As: as, Method: "POST", URL: "/v1/access-reports", Body: body, WantStatus: status, WantCode: code}
	}
	for _, s := range []struct {
		servertest.Scenario
		en, zh string
	}{
		{post("nobody", "hejing", `{}`, 422, "access_report.who"), "Name the consumer by complaint_id alone, or by phone, id_number or both.", "请仅以 complaint_id，或以 phone、id_number（可同时）指明消费者。"},
		{post("in two ways", "hejing", `{"complaint_id":"`+id+`","phone":"13700001111"}`, 422, "access_report.who"), "by complaint_id alone", "请仅以 complaint_id"},
		{post("a family", "hejing", `{"phone":"13700001111"}`, 422, "access_report.several"), "Several consumers have this value; say by complaint_id, or by id_number, who is meant.", "该信息对应多名消费者，请以 complaint_id 或 id_number 指明具体对象。"},
		{post("an absent complaint", "hejing", `{"complaint_id":"cmp_none"}`, 422, "value.not_found"), "There is no such record.", "没有对应的记录。"},
		{post("the code of China alone", "hejing", `{"phone":"+86 - "}`, 422, "value.holds_nothing"), "The value is nothing but blanks and signs.", "该值只有空格和符号，没有实际内容。"},
		{post("a blank beside a phone", "hejing", `{"phone":"13700001111","id_number":"\u3000"}`, 422, "value.holds_nothing"), "The value is nothing", "该值只有空格和符号"},
		{post("blanks", "hejing", `{"phone":"     "}`, 422, "value.wrong_format"), "The value does not have the form", "值不符合格式"},
		{post("brackets", "hejing", `{"phone":"((((("}`, 422, "value.wrong_format"), "The value does not have the form", "值不符合格式"},
		{post("a blank number", "hejing", `{"id_number":" "}`, 422, "value.wrong_format"), "The value does not have the form", "值不符合格式"},
		{post("a handler", "zhaolei", `{"complaint_id":"`+id+`"}`, 403, "auth.forbidden"), "It needs the permission access_report.create.", "此操作需要权限 access_report.create。"},
	} {
		w.Run(t, inBoth(s.Scenario, s.en, s.zh)...)
	}
	w.Run(t, post("one of the family", "hejing", `{"complaint_id":"`+id+`"}`, 200, ""),
		post("with a key", servertest.PartnerKey, `{"complaint_id":"`+id+`"}`, 403, "auth.scope_missing"))
	again := servertest.Request{As: "hejing", Method: "POST", URL: "/v1/access-reports", Body: `{"complaint_id":"` + id + `"}`, Headers: key("again")}
	w.Must(200, again)
	if a := w.Must(200, again); a.Header.Get("Idempotency-Replayed") != "true" {
		t.Error(a.Header)
	}
	if a := w.Do(servertest.Request{As: "shenji", Method: "GET", URL: "/v1/audit-entries?include_total=true&action=access_report.create"}); a.Get("total") != "3" {
		t.Errorf("each report is audited: %s", a.Body)
	}
}

// A look at a complaint rests on law or contract; for what asks the consumer's consent there is none, and nothing is shown or noted.
func TestRevealForAPurposeThatAsksConsent(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, "2026-03-24T01:30:00Z")
	id := looked(t, w, "P-1", "欧阳若曦", "", "13700001111", "")
	reveal := func(purpose string) servertest.Scenario {
		return servertest.Scenario{Name: purpose, As: "hejing", Method: "POST", URL: "/v1/complaints/" + id + "/reveals", Body: `{"fields":["phone"],"reason":"回访客户满意度","purpose":"` + purpose + `"}`,
			WantStatus: 422, NotBody: []string{"13700001111"}}
	}
	for _, purpose := range []string{"survey", "marketing", "case_publication", "sharing"} {
		s := reveal(purpose)
		s.WantCode, s.WantBody = "complaint.purpose_asks_consent", []string{`"pointer":"#/purpose"`}
		w.Run(t, inBoth(s, "This purpose needs the consumer's consent and cannot be given for a look at a complaint.", "该使用目的须取得消费者同意，不得作为查看投诉信息的目的。")...)
	}
	s := reveal("curiosity")
	s.WantCode = "value.not_in_code_list"
	w.Run(t, s)
	if a := w.Do(servertest.Request{As: "shenji", Method: "GET", URL: "/v1/audit-entries?include_total=true&action=consumer.contact.reveal"}); a.Get("total") != "0" {
		t.Error(a.Body)
	}
}
