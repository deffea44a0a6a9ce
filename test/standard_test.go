package test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"xiaobao/internal/servertest"
)

const standardBody = `{"code":"first-contact","title":"一个工作日内首次联系","measure":"first_contact","target":95,"direction":"at_least","window":"quarter","minimum_sample":10,` +
	`"owner_department_id":"dep_demo_center"}`

// agree drafts a standard and has it approved, and returns its id.
func (s *teller) agree(body string) string {
	s.t.Helper()
	id := s.Must(201, servertest.Request{As: "hejing", Method: "POST", URL: "/v1/standards", Body: body}).Get("id")
	s.Must(200, servertest.Request{As: "xuli", Method: "POST", URL: "/v1/standards/" + id + "/approval", Body: "{}", Headers: match(`"1"`)})
	return id
}

// busy files complaints on a day, of which some are contacted that day.
func (s *teller) busy(at string, complaints, contacted int) {
	s.t.Helper()
	s.Forward(at)
	for i := range complaints {
		s.file("zhaolei", fmt.Sprintf(complainedOf, ""))
		if i < contacted {
			s.step("zhaolei", "/contacts", fmt.Sprintf(`{"at":%q,"form":"phone","direction":"out","reached":true,"text":"已联系"}`, s.Clock.Now().Format(time.RFC3339Nano)))
		}
	}
}

func (s *teller) measure(standard, period string) servertest.Answer {
	s.t.Helper()
	return s.Must(201, servertest.Request{As: "hejing", Method: "POST", URL: "/v1/standards/" + standard + "/measurements", Body: `{"period":"` + period + `"}`})
}

// mend has a finding mended and verified by another.
func (s *teller) mend(found string) {
	s.t.Helper()
	one := "rectifications/" + s.Must(201, servertest.Request{As: "hejing", Method: "POST", URL: "/v1/rectifications",
		Body: `{"root_cause_code":"rules_and_processes","severity":"medium","action":"增加联系提醒。","owner_id":"usr_demo_linchen","finding_ids":["` + found + `"]}`}).Get("id")
	s.step("linchen", one+"/completion", `{"evidence":["上线单"]}`)
	s.refused("linchen", one+"/verification", `{"effective":true,"comment":"x"}`, 403, "auth.forbidden")
	s.step("hejing", one+"/verification", `{"effective":true,"comment":"抽查合格。"}`)
}

// First contact 95 % within a working day, n = 38, 34 in time: one finding, one action, verified by another; the next two quarters are flat, and it is open again.
func TestStoryAStandardIsNotKept(t *testing.T) {
	t.Parallel()
	s := tell(t, "2026-01-05T01:00:00Z")
	std := s.agree(standardBody)
	s.busy("2026-02-02T01:00:00Z", 38, 34)
	s.Forward("2026-04-02T01:00:00Z")
	first := s.measure(std, "2026-Q1")
	for path, want := range map[string]string{"state": "breached", "value": "89.47", "n": "38", "kept": "34", "excluded": "[]", "target": "95", "definition_version": "2"} {
		if got := first.Get(path); got != want {
			t.Errorf("%s is %s, want %s", path, got, want)
		}
	}
	found := first.Get("finding_id")
	shown := s.get("sunli", "/v1/findings/"+found)
	if shown.Get("source.id") != first.Get("id") || shown.Get("title") != "服务标准未达标：一个工作日内首次联系" || !strings.Contains(shown.Get("description"), "89.47%（34/38）") {
		t.Error(shown.Body)
	}
	one := s.get("hejing", "/v1/measurements/"+first.Get("id")+"?limit=3&verdict=missed")
	if one.Get("records.2.verdict") != "missed" || one.Get("next_page_token") == "" {
		t.Error(one.Body)
	}
	rest := s.get("hejing", "/v1/measurements/"+first.Get("id")+"?limit=3&page_token="+one.Get("next_page_token"))
	if rest.Get("records.0.id") == "" || rest.Get("records.1.id") != "" || strings.Contains(one.Body, rest.Get("records.0.id")) {
		t.Error(rest.Body)
	}
	s.step("zhaolei", "/contacts", fmt.Sprintf(`{"at":%q,"form":"phone","direction":"out","reached":true,"text":"补联系"}`, s.Clock.Now().Format(time.RFC3339Nano)))
	if again := s.measure(std, "2026-Q1"); again.Body != first.Body {
		t.Errorf("what was frozen has changed: %s", again.Body)
	}
	s.Forward("2026-05-20T01:00:00Z")
	s.mend(found)
	s.state(found, "closed")
	s.busy("2026-06-01T01:00:00Z", 10, 5)
	s.busy("2026-08-03T01:00:00Z", 10, 8)
	s.busy("2026-11-02T01:00:00Z", 10, 8)
	s.Forward("2027-01-04T01:00:00Z")
	for _, period := range []string{"2026-Q2", "2026-Q3"} { // the quarter in which it was mended does not judge it; one flat quarter is not enough
		if m := s.measure(std, period); m.Get("state") != "breached" || m.Get("finding_id") != found {
			t.Error(m.Body)
		}
		s.state(found, "closed")
	}
	s.measure(std, "2026-Q4")
	s.state(found, "reopened")
	if a := s.get("hejing", "/v1/findings?include_total=true"); a.Get("total") != "1" || a.Get("data.0.reopened") != "1" {
		t.Errorf("a breach opened more than one finding: %s", a.Body)
	}
	if a := s.get("hejing", "/v1/findings/"+found); !strings.Contains(a.Get("reopen_reason"), "最近一期（2026-Q4）为 80.00%") {
		t.Error(a.Body)
	}
	if a := s.get("shenji", "/v1/measurements?include_total=true&code=first-contact&state=breached&limit=1"); a.Get("total") != "4" || a.Get("data.0.period") != "2026-Q4" || a.Get("next_page_token") == "" {
		t.Error(a.Body)
	}
}

// What is wrong with a draft is told at once and in words; nobody approves her own; a version holds from its approval on.
func TestStandardIsJudged(t *testing.T) {
	t.Parallel()
	s := tell(t, "2026-01-05T01:00:00Z")
	post := func(name, as, body string, status int, code string, want ...string) servertest.Scenario {
		return servertest.Scenario{Name: name, As: as, Method: "POST", URL: "/v1/standards", Body: body, WantStatus: status, WantCode: code, WantBody: want}
	}
	change := func(old, now string) string { return strings.Replace(standardBody, old, now, 1) }
	s.Run(t, post("by a handler", "zhaolei", standardBody, 403, "auth.forbidden"), post("by an auditor", "shenji", standardBody, 403, "auth.forbidden", `"permission":"standard.create"`),
		post("an unknown measure", "hejing", change(`"first_contact"`, `"first_contakt"`), 422, "value.not_in_code_list", `"suggestion":"first_contact"`),
		post("no such department", "hejing", change("dep_demo_center", "dep_nowhere"), 422, "value.not_found", `"pointer":"#/owner_department_id"`),
		post("no such owner", "hejing", change(`"owner_department_id":"dep_demo_center"`, `"owner_id":"usr_nobody"`), 422, "value.not_found", `"pointer":"#/owner_id"`))
	for name, tt := range map[string]struct{ body, code, en, zh string }{
		"no owner":   {change(`,"owner_department_id":"dep_demo_center"`, ""), "standard.owner_missing", "A standard has one owner", "须有且仅有一个责任主体"},
		"too much":   {change(`"target":95`, `"target":120`), "standard.target_out_of_range", "range, 0 to 100 percent", "取值范围（0 至 100"},
		"too little": {change(`"target":95`, `"target":-1`), "standard.target_out_of_range", "range, 0 to 100 percent", "取值范围（0 至 100"},
		"its limit":  {change(`"first_contact"`, `"timely_closing","within_days":3`), "standard.limit_not_asked", "leave within_days out", "无需填写 within_days"},
	} {
		s.Run(t, inBoth(post(name, "hejing", tt.body, 422, tt.code), tt.en, tt.zh)...)
	}
	s.Run(t, inBoth(post("an owner who may not read it", "hejing", change(`"owner_department_id":"dep_demo_center"`, `"owner_id":"usr_demo_zhaolei"`), 409, "standard.owner_not_eligible"),
		"may not read the standard", "无权查看该服务标准")...)
	s.Run(t, post("drafted", "hejing", standardBody, 201, "", `"state":"draft"`, `"within_days":1`, `"in_force":false`), post("two at once", "hejing", standardBody, 409, "edition.under_way"))
	s.Run(t, inBoth(post("another measure", "hejing", change(`"first_contact"`, `"registration_lag"`), 422, "standard.other_measure"), "another one is another standard", "如需变更请新建标准")...)
	std := s.get("hejing", "/v1/standards").Get("data.0.id")
	step := func(name, as, what, body, etag string, status int, code string, want ...string) servertest.Scenario {
		return servertest.Scenario{Name: name, As: as, Method: "POST", URL: "/v1/standards/" + std + what, Body: body, Headers: match(etag), WantStatus: status, WantCode: code, WantBody: want}
	}
	s.Run(t, step("not hers", "hejing", "/approval", "{}", `"1"`, 403, "auth.forbidden", `"permission":"standard.approve"`),
		step("stale", "xuli", "/approval", "{}", `"7"`, 412, "record.stale"),
		step("in the past", "xuli", "/approval", `{"in_force_at":"2026-01-01T00:00:00+08:00"}`, `"1"`, 422, "edition.backdated"),
		step("before its approval", "hejing", "/measurements", `{"period":"2025-Q4"}`, "*", 409, "measurement.not_in_force"),
		step("approved and published", "xuli", "/approval", "{}", `"1"`, 200, "", `"state":"published"`, `"in_force":true`, `"allowed_actions":[]`),
		step("twice", "xuli", "/approval", "{}", `"2"`, 409, "edition.wrong_state"))
	move(t, s.World, "hejing", "dep_demo_office", "head")
	second := s.Must(403, servertest.Request{As: "hejing", Method: "POST", URL: "/v1/standards", Body: standardBody})
	if second.Get("permission") != "standard.create" {
		t.Error(second.Body)
	}
	move(t, s.World, "hejing", "dep_demo_office", "officer,head")
	std = s.Must(201, servertest.Request{As: "hejing", Method: "POST", URL: "/v1/standards", Body: standardBody}).Get("id")
	s.Run(t, step("her own draft", "hejing", "/approval", "{}", `"1"`, 403, "four_eyes.same_person"), post("in its place", "hejing", change("{", `{"replace":true,`), 201, "", `"number":3`))
	for as, total := range map[string]string{"hejing": "3", "shenji": "3", "xuli": "3", "sunli": "3", "zhoutao": "0"} {
		if a := s.get(as, "/v1/standards?include_total=true"); a.Get("total") != total {
			t.Errorf("%s counts %s", as, a.Body)
		}
		if a := s.get(as, "/v1/standards?measure=first_contact&code=first-contact&state=published&limit=1"); (a.Get("data.0.code") != "") != (total != "0") {
			t.Errorf("%s finds %s", as, a.Body)
		}
	}
	absent := servertest.Scenario{As: "sunli", Method: "GET", URL: "/v1/measurements/mea_x", WantStatus: 404, WantCode: "measurement.not_found"}
	absent.Judge(t, "no such measurement", s.get("sunli", absent.URL))
	s.refusedBy("xuli", "/v1/standards/std_x/approval", "{}", 404, "standard.not_found")
}

// refusedBy tries a step that must be refused.
func (s *teller) refusedBy(as, url, body string, status int, code string) {
	s.t.Helper()
	servertest.Scenario{WantStatus: status, WantCode: code}.Judge(s.t, url, s.Do(servertest.Request{As: as, Method: "POST", URL: url, Body: body, Headers: match("*")}))
}

// A period is measured when it is over, once, and by the version that held at its end; a small sample says nothing; whoever may not read a record is not shown it.
func TestMeasurements(t *testing.T) {
	t.Parallel()
	s := tell(t, "2026-01-05T01:00:00Z")
	std := s.agree(standardBody)
	lag := s.agree(strings.NewReplacer("first-contact", "registration", "first_contact", "registration_lag", "quarter", "month", `"minimum_sample":10`, `"minimum_sample":1`).Replace(standardBody))
	due := s.agree(strings.NewReplacer("first-contact", "closing", "first_contact", "timely_closing", `"minimum_sample":10`, `"minimum_sample":1,"department_id":"dep_demo_nanjing"`).Replace(standardBody))
	mended := s.agree(strings.NewReplacer("first-contact", "mended", "first_contact", "rectification_on_time", `"minimum_sample":10`, `"minimum_sample":1`).Replace(standardBody))
	s.busy("2026-02-02T01:00:00Z", 2, 2)
	rectify(t, s.World, "hejing", rectifyBody("linchen", s.id)) // due on 2026-03-04, and never done
	s.step("zhaolei", "/withdrawal", `{"form":"phone"}`)
	register(t, s.World, "wuhao", "")
	s.Must(201, servertest.Request{As: "zhaolei", Method: "POST", URL: "/v1/complaints", Body: fmt.Sprintf(staffIntake, "own", "phone", "2026-01-28T10:00:00+08:00", "周敏", `,"late_registration_reason":"漏登"`, "x")})
	try := func(name, standard, period string, status int, code string) servertest.Scenario {
		return servertest.Scenario{Name: name, As: "hejing", Method: "POST", URL: "/v1/standards/" + standard + "/measurements", Body: `{"period":"` + period + `"}`, WantStatus: status, WantCode: code}
	}
	s.Forward("2026-03-31T15:59:59Z")
	s.Run(t, inBoth(try("its last second", std, "2026-Q1", 409, "measurement.period_open"), "has not ended yet", "该期间尚未结束")...)
	s.Run(t, inBoth(try("another window", std, "2026-03", 422, "measurement.other_window"), "measured by the quarter", "统计周期为 quarter")...)
	s.Run(t, inBoth(try("before it held", std, "2025-Q4", 409, "measurement.not_in_force"), "nobody was held to it", "期末未生效")...)
	s.refusedBy("sunli", "/v1/standards/"+std+"/measurements", `{"period":"2026-Q1"}`, 403, "auth.forbidden")
	s.refusedBy("zhaolei", "/v1/standards/"+std+"/measurements", `{"period":"2026-Q1"}`, 403, "auth.forbidden")
	s.Forward("2026-03-31T16:00:00Z")
	for _, tt := range []struct{ standard, period, state, value, n, excluded string }{
		{std, "2026-Q1", "insufficient", "50", "4", "[]"}, // two of four contacted, fewer than ten
		{lag, "2026-01", "breached", "0", "1", "[]"},      // received on Wednesday, registered on Monday
		{lag, "2026-02", "met", "100", "3", "[]"},         // and those of the day itself
		{due, "2026-Q1", "breached", "0", "1", "[]"},      // Nanjing's, and it alone
		{mended, "2026-Q1", "breached", "0", "1", "[]"},
	} {
		m := s.measure(tt.standard, tt.period)
		for path, want := range map[string]string{"state": tt.state, "value": tt.value, "n": tt.n, "excluded": tt.excluded} {
			if got := m.Get(path); got != want {
				t.Errorf("%s of %s: %s is %s, want %s\n%s", m.Get("standard.code"), tt.period, path, got, want, m.Body)
			}
		}
	}
	closing := s.get("shenji", "/v1/measurements?code=closing").Get("data.0.id")
	if a := s.get("sunli", "/v1/measurements/"+closing); a.Get("n") != "1" || !strings.Contains(a.Body, `"records":null`) { // the standard is her department's
		t.Error(a.Body)
	}
	if a := s.get("hejing", "/v1/measurements/"+closing); a.Get("records.0.verdict") != "missed" {
		t.Error(a.Body)
	}
	if a := s.get("zhoutao", "/v1/measurements?include_total=true"); a.Get("total") != "1" || a.Get("data.0.standard.code") != "closing" {
		t.Error(a.Body)
	}
	late := s.get("shenji", "/v1/measurements?code=mended").Get("data.0.id")
	if a := s.get("hejing", "/v1/measurements/"+late); !strings.HasPrefix(a.Get("records.0.id"), "rec_") {
		t.Error(a.Body)
	}
}

// Of many who measure a period at once, one does, and all are shown the same; it has one finding.
func TestMeasurementsAtOnce(t *testing.T) {
	t.Parallel()
	s := tell(t, "2026-01-05T01:00:00Z")
	std := s.agree(strings.Replace(standardBody, `"minimum_sample":10`, `"minimum_sample":1`, 1))
	s.busy("2026-02-02T01:00:00Z", 1, 0)
	s.Forward("2026-04-02T01:00:00Z")
	s.Token("hejing")
	var wg sync.WaitGroup
	bodies := make([]string, 8)
	for i := range bodies {
		wg.Go(func() {
			bodies[i] = s.Do(servertest.Request{As: "hejing", Method: "POST", URL: "/v1/standards/" + std + "/measurements", Body: `{"period":"2026-Q1"}`, Headers: key(fmt.Sprint("m", i))}).Body
		})
	}
	wg.Wait()
	for _, body := range bodies {
		if body != bodies[0] || !strings.Contains(body, `"state":"breached"`) {
			t.Errorf("%s\n%s", bodies[0], body)
		}
	}
	if a := s.get("hejing", "/v1/findings?include_total=true"); a.Get("total") != "1" {
		t.Error(a.Body)
	}
	for range 2 {
		a := s.Must(201, servertest.Request{As: "hejing", Method: "POST", URL: "/v1/standards/" + std + "/measurements", Body: `{"period":"2026-Q1"}`, Headers: key("later")})
		if a.Body != bodies[0] {
			t.Errorf("a replay shows %s", a.Body)
		}
	}
}

// A head sees the numbers alone, so that what is missing tells nobody that she is named; the office and audit see which records fell short (never-and-must 7).
func TestMeasurementTellsNobodyThatSheIsNamed(t *testing.T) {
	t.Parallel()
	s := tell(t, "2026-01-05T01:00:00Z")
	std := s.agree(standardBody)
	s.busy("2026-02-02T01:00:00Z", 12, 11)
	s.file("zhaolei", fmt.Sprintf(complainedOf, `,"staff_id":"10002"`)) // the head of the centre
	s.Forward("2026-04-02T01:00:00Z")
	one := "/v1/measurements/" + s.measure(std, "2026-Q1").Get("id")
	for as, records := range map[string]string{"sunli": "", "xuli": "", "hejing": "missed", "shenji": "missed"} {
		a := s.get(as, one+"?limit=1")
		if a.Get("n") != "13" || a.Get("records.0.verdict") != records || (records == "") != strings.Contains(a.Body, `"records":null`) || (records == "") == (a.Get("next_page_token") != "") {
			t.Errorf("%s is shown %s", as, a.Body)
		}
	}
	if a := s.get("hejing", one+"?verdict=ended"); a.Get("records") != "[]" {
		t.Errorf("none of a verdict: %s", a.Body)
	}
}

// What is withdrawn in time was not owed any more; what is withdrawn when it was late already is a miss (handbook §1.14).
func TestWithdrawnTooLateIsMissed(t *testing.T) {
	t.Parallel()
	s := tell(t, "2026-01-05T01:00:00Z")
	contact := s.agree(strings.Replace(standardBody, `"minimum_sample":10`, `"minimum_sample":1`, 1))
	closing := s.agree(strings.NewReplacer("first-contact", "closing", "first_contact", "timely_closing", `"minimum_sample":10`, `"minimum_sample":1`).Replace(standardBody))
	for _, at := range []string{"2026-01-05T02:00:00Z", "2026-03-10T01:00:00Z"} {
		s.file("zhaolei", fmt.Sprintf(complainedOf, ""))
		s.step("zhaolei", "/acceptance", "")
		s.Forward(at)
		s.Sweep()
		s.step("zhaolei", "/withdrawal", `{"form":"phone"}`)
	}
	s.Forward("2026-04-02T01:00:00Z")
	for _, std := range []string{contact, closing} {
		m := s.measure(std, "2026-Q1")
		if m.Get("state") != "breached" || m.Get("n") != "1" || m.Get("kept") != "0" || m.Get("excluded") != `[{"count":1,"reason":"ended"}]` {
			t.Error(m.Body)
		}
	}
}
