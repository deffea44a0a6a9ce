package test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"xiaobao/internal/app"
	"xiaobao/internal/servertest"
)

// assess makes an assessment.
func (s *teller) assess(body string) servertest.Answer {
	s.t.Helper()
	return s.Must(201, servertest.Request{As: "hejing", Method: "POST", URL: "/v1/assessments", Body: body})
}

// has judges members of an answer.
func (s *teller) has(a servertest.Answer, want map[string]string) {
	s.t.Helper()
	for path, value := range want {
		if got := a.Get(path); got != value {
			s.t.Errorf("%s is %s, want %s\n%s", path, got, value, a.Body)
		}
	}
}

const ofQuarter = `{"kind":"service_quality","period":"%s"}`

// The sheet of a quarter: all standards that were in force at its end, measured where they were not, with trend, finding and what is under way; approved by another
// and seen by all heads; the flat quarters after the mending show as reopened.
func TestStoryTheSheetOfAQuarter(t *testing.T) {
	t.Parallel()
	s := tell(t, "2026-01-05T01:00:00Z")
	std := s.agree(standardBody)
	s.busy("2026-02-02T01:00:00Z", 38, 34)
	s.agree(strings.NewReplacer("first-contact", "registration", "first_contact", "registration_lag", "quarter", "month", `"minimum_sample":10`, `"minimum_sample":30`).Replace(standardBody))
	s.Forward("2026-04-02T01:00:00Z")
	first := s.assess(fmt.Sprintf(ofQuarter, "2026-Q1"))
	s.has(first, map[string]string{"state": "draft", "revision": "1", "from_on": "2026-01-01", "to_on": "2026-03-31", "scheme": "", "points": "", "elements": "[]", "allowed_actions": "[]",
		"standards.0.code": "first-contact", "standards.0.state": "breached", "standards.0.value": "89.47", "standards.0.n": "38", "standards.0.trend": "first", "standards.0.previous_value": "",
		"standards.0.finding_state": "open", "standards.0.open_actions": "0", "standards.0.target": "95", "standards.0.number": "1",
		// the standard by the month began in February: nothing was promised in January, and an empty month is not green
		"standards.1.period": "2026-01", "standards.1.state": "not_measured", "standards.1.trend": "", "standards.1.evidence": "[]",
		"standards.2.period": "2026-02", "standards.2.state": "met", "standards.2.value": "100",
		"standards.3.period": "2026-03", "standards.3.state": "insufficient", "standards.3.value": "", "standards.4.code": ""})
	found := first.Get("standards.0.finding_id")
	if m := s.measure(std, "2026-Q1"); "/v1/measurements/"+m.Get("id") != first.Get("standards.0.evidence.0") || m.Get("finding_id") != found {
		t.Errorf("the sheet measured %s, a measurement %s", first.Body, m.Body)
	}
	one := "/v1/assessments/" + first.Get("id")
	for as, status := range map[string]int{"hejing": 200, "xuli": 200, "shenji": 200, "sunli": 404, "zhoutao": 404, "gaofei": 403, "zhaolei": 403} {
		s.Must(status, servertest.Request{As: as, Method: "GET", URL: one})
	}
	s.Must(200, servertest.Request{As: "xuli", Method: "POST", URL: one + "/approval", Headers: match(`"1"`)})
	for as, named := range map[string]bool{"hejing": true, "xuli": true, "shenji": true, "sunli": true, "zhoutao": false} {
		a := s.get(as, one)
		s.has(a, map[string]string{"state": "approved", "approved_by.name": "许立", "sha256": first.Get("sha256"), "standards.0.finding_state": "open", "allowed_actions": "[]"})
		if (a.Get("standards.0.finding_id") == found) != named {
			t.Errorf("%s is shown %s", as, a.Body)
		}
	}
	s.Forward("2026-05-20T01:00:00Z")
	s.mend(found)
	s.busy("2026-08-03T01:00:00Z", 10, 8)
	s.busy("2026-11-02T01:00:00Z", 10, 8)
	s.Forward("2026-12-31T16:00:00Z")
	s.assess(fmt.Sprintf(ofQuarter, "2026-Q3"))
	last := s.assess(fmt.Sprintf(ofQuarter, "2026-Q4"))
	s.has(last, map[string]string{"standards.0.state": "breached", "standards.0.value": "80", "standards.0.trend": "flat", "standards.0.previous_period": "2026-Q3", "standards.0.previous_value": "80",
		"standards.0.finding_state": "reopened", "standards.0.finding_reopened": "1", "standards.0.finding_id": found})
	s.Must(201, servertest.Request{As: "hejing", Method: "POST", URL: "/v1/rectifications",
		Body: `{"root_cause_code":"rules_and_processes","severity":"medium","action":"增加人手。","owner_id":"usr_demo_linchen","finding_ids":["` + found + `"]}`})
	again := s.assess(fmt.Sprintf(ofQuarter, "2026-Q4"))
	s.has(again, map[string]string{"revision": "2", "standards.0.finding_state": "acting", "standards.0.open_actions": "1", "standards.0.actions.0.state": "open", "standards.0.actions.0.due_on": "2027-03-02"})
	if a := s.get("hejing", "/v1/assessments/"+last.Get("id")); a.Body != last.Body || again.Get("sha256") == last.Get("sha256") {
		t.Errorf("what was frozen has changed: %s\n%s", last.Body, a.Body)
	}
	s.has(s.get("sunli", "/v1/assessments?include_total=true"), map[string]string{"total": "1", "data.0.period": "2026-Q1"})
	s.has(s.get("shenji", "/v1/assessments?include_total=true&state=draft&kind=service_quality&period=2026-Q4&limit=1"), map[string]string{"total": "2", "data.0.revision": "2"})
}

// An evaluation by the shipped scheme: what is there is computed, what is not gets no points and is told; each path of evidence can be followed.
func TestStoryAnEvaluation(t *testing.T) {
	t.Parallel()
	s := tell(t, "2026-01-05T01:00:00Z")
	s.agree(standardBody)
	s.agree(strings.NewReplacer("first-contact", "of-cards", `"title"`, `"department_id":"dep_demo_cards","title"`).Replace(standardBody))
	s.busy("2026-02-02T01:00:00Z", 8, 6) // all eight by one complainant, about one business and no cause
	s.find("hejing", `{"title":"公示缺失","description":"x","severity":"high","department_id":"dep_demo_center","due_on":"2026-03-01"}`)
	s.Forward("2026-04-02T01:00:00Z")
	quarter := s.assess(fmt.Sprintf(ofQuarter, "2026-Q1"))
	approved := func(id string) string {
		s.Must(200, servertest.Request{As: "xuli", Method: "POST", URL: "/v1/assessments/" + id + "/approval", Headers: match(`"1"`)})
		return "/v1/assessments/" + id
	}
	// The standard of one department is nothing to the head of another; what the whole institution promises is everybody's.
	sheet := approved(quarter.Get("id"))
	s.has(s.get("zhoutao", sheet), map[string]string{"standards.0.code": "first-contact", "standards.1.code": ""})
	s.has(s.get("sunli", sheet), map[string]string{"standards.0.code": "first-contact", "standards.1.code": "of-cards"})
	made := s.assess(`{"kind":"evaluation","period":"2026-Q1"}`)
	s.has(made, map[string]string{"scheme.code": "SELF-EVALUATION", "scheme.valid_from": "2025-09-10", "department": "", "standards": "[]", "revision": "1",
		// 40 of 30 for notices in time (all late: 0), 20 of 30 for registration (all: 6), 50 of 10 for rule sets (none: 0), 30 of 10 for findings (none in time: 0), 20 of 10 for training (none: 0),
		// 50 of 10 for first contact (6 of 8: 3.75)
		"measured": "33", "points": "9.75",
		"elements.0.code": "marketing_conduct", "elements.0.weight": "25", "elements.0.measured": "0", "elements.0.indicators.0.state": "insufficient", "elements.0.indicators.0.excluded": "8",
		"elements.0.indicators.0.points": "", "elements.0.indicators.1.state": "not_measured",
		"elements.1.indicators.1.code": "registration_lag", "elements.1.indicators.1.points": "6", "elements.1.indicators.1.most": "6", "elements.1.indicators.3.state": "insufficient",
		"elements.2.indicators.0.n": "9", "elements.2.indicators.0.kept": "0", "elements.2.indicators.1.n": "1", "elements.2.indicators.1.value": "0", "elements.2.indicators.2.value": "0",
		"elements.4.title.zh-CN": "金融教育", "elements.4.indicators.0.state": "not_measured", "elements.4.points": "0", "elements.4.measured": "0",
		"elements.5.indicators.0.value": "75", "elements.5.indicators.0.points": "3.75", "elements.5.indicators.0.scope": "institution"})
	if paths := made.Get("elements.5.indicators.0.evidence"); !strings.Contains(paths, "/v1/measurements/mea_") {
		t.Errorf("the measurement is no evidence: %s", paths)
	}
	for _, element := range []string{"0", "1", "2", "5"} {
		for _, indicator := range []string{"0", "1", "2", "3"} {
			for _, path := range []string{"0", "1"} {
				if url := made.Get("elements." + element + ".indicators." + indicator + ".evidence." + path); url != "" {
					s.get("hejing", url)
				}
			}
		}
	}
	again := s.assess(`{"kind":"evaluation","period":"2026-Q1","scheme":"SELF-EVALUATION"}`)
	s.has(again, map[string]string{"revision": "2", "sha256": made.Get("sha256")})
	part := s.assess(`{"kind":"evaluation","period":"2026-Q1","department_id":"dep_demo_nanjing"}`)
	s.has(part, map[string]string{"revision": "1", "department.name": "南京分行", "elements.5.indicators.0.scope": "department", "elements.5.indicators.0.state": "insufficient",
		"elements.2.indicators.0.scope": "institution", "elements.2.indicators.0.n": "9", "elements.5.indicators.1.code": "satisfaction", "elements.5.indicators.1.state": "not_measured"})
	// Never 6: what is counted of one branch is read by its own head alone.
	one := approved(part.Get("id"))
	for as, status := range map[string]int{"hejing": 200, "xuli": 200, "shenji": 200, "zhoutao": 200, "sunli": 404} {
		s.Must(status, servertest.Request{As: as, Method: "GET", URL: one})
	}
	s.has(s.get("sunli", "/v1/assessments?kind=evaluation&include_total=true"), map[string]string{"total": "0"})
	s.has(s.get("zhoutao", "/v1/assessments?kind=evaluation&include_total=true"), map[string]string{"total": "1"})
}

// Each refusal in both languages; who makes a sheet does not approve it, and it is approved once.
func TestAssessmentIsRefused(t *testing.T) {
	t.Parallel()
	s := tell(t, "2026-04-02T01:00:00Z")
	post := func(name, as, body string, status int, code string, want ...string) servertest.Scenario {
		return servertest.Scenario{Name: name, As: as, Method: "POST", URL: "/v1/assessments", Body: body, WantStatus: status, WantCode: code, WantBody: want}
	}
	for name, tt := range map[string]struct {
		body, code, en, zh string
		status             int
	}{
		"the present quarter": {`{"kind":"evaluation","period":"2026-Q2"}`, "assessment.period_open", "has not ended yet", "该期间尚未结束", 409},
		"before any scheme":   {`{"kind":"evaluation","period":"2025-Q2"}`, "assessment.no_scheme", "No scheme was in force", "期末没有生效的评价方案", 409},
		"no such scheme":      {`{"kind":"evaluation","period":"2026-Q1","scheme":"X"}`, "assessment.scheme_unknown", "no scheme of this code", "没有该代码的评价方案", 422},
		"a year":              {`{"kind":"service_quality","period":"2025"}`, "assessment.quarter_only", "by the quarter, as 2026-Q2", "按季度进行", 422},
		"a scheme":            {`{"kind":"service_quality","period":"2026-Q1","scheme":"SELF-EVALUATION"}`, "assessment.other_kind", "belongs to evaluations alone", "仅用于考核评价", 422},
		"a department":        {`{"kind":"service_quality","period":"2026-Q1","department_id":"dep_demo_center"}`, "assessment.other_kind", "belongs to evaluations alone", "仅用于考核评价", 422},
	} {
		s.Run(t, inBoth(post(name, "hejing", tt.body, tt.status, tt.code), tt.en, tt.zh)...)
	}
	q1 := fmt.Sprintf(ofQuarter, "2026-Q1")
	s.Run(t, post("no such department", "hejing", `{"kind":"evaluation","period":"2026-Q1","department_id":"dep_x"}`, 422, "value.not_found", `"pointer":"#/department_id"`),
		post("by a manager", "xuli", q1, 403, "auth.forbidden", `"permission":"assessment.create"`), post("by an auditor", "shenji", q1, 403, "auth.forbidden"))
	move(t, s.World, "hejing", "dep_demo_office", "officer,head")
	made := s.Must(201, servertest.Request{As: "hejing", Method: "POST", URL: "/v1/assessments", Body: q1, Headers: key("once")})
	again := s.Must(201, servertest.Request{As: "hejing", Method: "POST", URL: "/v1/assessments", Body: q1, Headers: key("once")})
	if again.Body != made.Body || again.Header.Get("Idempotency-Replayed") != "true" || made.Get("standards") != "[]" {
		t.Errorf("a replay is %s", again.Body)
	}
	approval := func(name, as, etag string, status int, code string, want ...string) servertest.Scenario {
		one := servertest.Scenario{Name: name, As: as, Method: "POST", URL: "/v1/assessments/" + made.Get("id") + "/approval", WantStatus: status, WantCode: code, WantBody: want}
		if etag != "" {
			one.Headers = match(etag)
		}
		return one
	}
	s.Run(t, inBoth(approval("her own", "hejing", `"1"`, 403, "four_eyes.same_person"), "Somebody else has to do this", "须由他人办理")...)
	s.Run(t, approval("an auditor", "shenji", `"1"`, 403, "auth.forbidden", `"permission":"assessment.approve"`), approval("unread", "xuli", "", 428, "record.match_missing"),
		approval("stale", "xuli", `"7"`, 412, "record.stale"), approval("approved", "xuli", `"1"`, 200, "", `"state":"approved"`, `"allowed_actions":[]`))
	s.Run(t, inBoth(approval("twice", "xuli", `"2"`, 409, "assessment.approved"), "was approved already", "已审批")...)
	s.Run(t, inBoth(servertest.Scenario{As: "sunli", Method: "GET", URL: "/v1/assessments/asm_x", WantStatus: 404, WantCode: "assessment.not_found"}, "no such assessment", "没有该评估表")...)
	draft := s.assess(`{"kind":"evaluation","period":"2026-Q1"}`).Get("id")
	s.refusedBy("sunli", "/v1/assessments/"+draft+"/approval", "", 403, "auth.forbidden")
	var none bytes.Buffer
	if code := app.Run([]string{"config"}, nil, nil, &none, &none); code != 0 {
		t.Errorf("the shipped scheme is refused: %s", none.String())
	}
}

// Of those who make a sheet at once each makes a revision of its own, and the standard is measured once.
func TestAssessmentsAtOnce(t *testing.T) {
	t.Parallel()
	s := tell(t, "2026-01-05T01:00:00Z")
	s.agree(strings.Replace(standardBody, `"minimum_sample":10`, `"minimum_sample":1`, 1))
	s.busy("2026-02-02T01:00:00Z", 1, 0)
	s.Forward("2026-04-02T01:00:00Z")
	s.Token("hejing")
	var wg sync.WaitGroup
	answers := make([]servertest.Answer, 4)
	for i := range answers {
		wg.Go(func() {
			answers[i] = s.Do(servertest.Request{As: "hejing", Method: "POST", URL: "/v1/assessments", Body: fmt.Sprintf(ofQuarter, "2026-Q1"), Headers: key(fmt.Sprint("a", i))})
		})
	}
	wg.Wait()
	revisions := map[string]bool{}
	for _, a := range answers {
		revisions[a.Get("revision")] = true
		if a.Status != 201 || a.Get("standards.0.evidence.0") != answers[0].Get("standards.0.evidence.0") || a.Get("sha256") != answers[0].Get("sha256") {
			t.Errorf("%s\n%s", a.Body, answers[0].Body)
		}
	}
	if len(revisions) != len(answers) {
		t.Errorf("revisions %v", revisions)
	}
	s.Token("xuli")
	one, statuses := "/v1/assessments/"+answers[0].Get("id")+"/approval", make([]int, 3)
	for i := range statuses {
		wg.Go(func() {
			statuses[i] = s.Do(servertest.Request{As: "xuli", Method: "POST", URL: one, Headers: with(match(`"1"`), key(fmt.Sprint("b", i)))}).Status
		})
	}
	wg.Wait()
	if n := strings.Count(fmt.Sprint(statuses), "200"); n != 1 || strings.Count(fmt.Sprint(statuses), "412") != 2 {
		t.Errorf("approved at once: %v", statuses)
	}
}

// A scheme with 24 for marketing, one that adds to 101 and one of counts alone stop `xiaobao config`, and the start, in both languages; one of the institution's own
// that is sound goes before the shipped one from its day on.
func TestStoryASchemeIsRefused(t *testing.T) {
	t.Parallel()
	s := tell(t, "2026-04-02T01:00:00Z")
	text, err := os.ReadFile("../config/schemes/self-evaluation.yaml")
	if err != nil {
		t.Fatal(err)
	}
	own := strings.NewReplacer("code: SELF-EVALUATION", "code: OWN", "valid_from: 2025-09-10", "valid_from: 2026-01-01").Replace(string(text))
	folder := t.TempDir()
	if err := os.MkdirAll(filepath.Join(folder, "schemes"), 0o700); err != nil {
		t.Fatal(err)
	}
	put := func(text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(folder, "schemes", "own.yaml"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	counts := regexp.MustCompile(`\{code: [a-z_]+,`).ReplaceAllString(own, "{code: complaint_count,")
	for text, want := range map[string][]string{
		strings.NewReplacer("weight: 25\n", "weight: 24\n", "weight: 30\n", "weight: 31\n").Replace(own): {"要素 marketing_conduct 的权重为 24，低于下限 25", "the element marketing_conduct has the weight 24, below its floor of 25"},
		strings.Replace(own, "weight: 30\n", "weight: 31\n", 1):                                          {"各要素权重合计为 101，应为 100", "the weights of the elements add to 101, not to 100"},
		counts: {"不得仅以投诉数量考核：《中国人民银行金融消费者权益保护实施办法》第十一条", "rests on the number of complaints alone: PBOC Order 2020 No. 5, article 11"},
	} {
		put(text)
		var out bytes.Buffer
		code := app.Run([]string{"config"}, nil, []string{"XIAOBAO_OVERRIDES=" + folder}, &out, &out)
		for _, want := range append(want, "schemes/own.yaml") {
			if code != 1 || !strings.Contains(out.String(), want) {
				t.Errorf("code %d, and %s is missing in %s", code, want, out.String())
			}
		}
	}
	put(strings.Replace(own, "{code: satisfaction, title: {zh: 投诉处理满意率, en: Consumers satisfied}, weight: 50,",
		"{code: complaint_count, title: {zh: 投诉量, en: Complaints}, weight: 10}\n      - {code: satisfaction, title: {zh: 投诉处理满意率, en: Consumers satisfied}, weight: 40,", 1))
	s.Settings.Overrides = folder
	s.App = s.Open()
	s.has(s.assess(`{"kind":"evaluation","period":"2026-Q1"}`), map[string]string{"scheme.code": "OWN", "elements.5.indicators.1.code": "complaint_count", "elements.5.indicators.1.state": "not_measured"})
	s.has(s.assess(`{"kind":"evaluation","period":"2025"}`), map[string]string{"scheme.code": "SELF-EVALUATION", "to_on": "2025-12-31"})
}
