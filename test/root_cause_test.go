package test

import (
	"fmt"
	"slices"
	"testing"

	"xiaobao/internal/servertest"
)

const ofPricing = `{"source":"own","intake_channel":"phone","complainant":{"kind":"unidentified"},"business_code":"credit_card","cause_code":"%s"%s,"request":"退费","narrative":"重复收费"}`

// complain has some complaints of a cause come at the complaint centre, and returns their ids.
func (s *teller) complain(at, cause string, n int) (ids []string) {
	s.t.Helper()
	s.Forward(at)
	for range n {
		ids = append(ids, s.file("zhaolei", fmt.Sprintf(ofPricing, cause, "")).Get("id"))
	}
	return ids
}

// loop reads the loop of pricing and judges members of it.
func (s *teller) loop(as, from, to string, want map[string]string) {
	s.t.Helper()
	a := s.get(as, fmt.Sprintf("/v1/root-causes/pricing/loop?from=%s&to=%s", from, to))
	for path, value := range want {
		if got := a.Get(path); got != value {
			s.t.Errorf("%s is %s, want %s\n%s", path, got, value, a.Body)
		}
	}
}

// Ten complain of fees; a wrong batch is mended, and the effect verified by another. The next quarter has fewer: it helped. The quarter after has more again, of
// which the same measure is not enough.
func TestStoryTheLoopOfARootCause(t *testing.T) {
	t.Parallel()
	s := tell(t, "2026-01-05T01:00:00Z")
	s.Forward("2026-01-12T01:00:00Z")
	s.uphold("") // which opens a finding; closed as pricing
	upheld := s.id
	found := s.get("hejing", "/v1/findings?source_type=infringement").Get("data.0.id")
	traced := s.complain("2026-02-02T01:00:00Z", "pricing", 9)
	s.complain("2026-02-03T01:00:00Z", "marketing", 4) // which nobody traces to it
	one := "rectifications/" + s.Must(201, servertest.Request{As: "hejing", Method: "POST", URL: "/v1/rectifications", Body: fmt.Sprintf(
		`{"root_cause_code":"pricing","severity":"high","action":"修正批处理。","owner_id":"usr_demo_linchen","complaint_ids":[%q,%q],"finding_ids":[%q]}`, traced[0], traced[1], found)}).Get("id")
	s.loop("hejing", "2026-01-01", "2026-03-31", map[string]string{"verdict": "too_early", "verdict_reason": "next_period_open", "next_period": `{"from_on":"2026-04-01","to_on":"2026-06-30"}`,
		"traced": "3", "cause_codes": `["pricing"]`, "complaints": `{"merged":10,"raw":10}`, "findings": `{"closed":0,"opened":1,"reopened":0}`,
		"rectifications": `{"completed":0,"effective":0,"opened":1,"reopened":0,"verified":0}`, "notes": `["no_repeat_links"]`})
	s.Forward("2026-03-02T01:00:00Z")
	rules := enact(t, s.World, fmt.Sprintf(complaintRules, `,"audience":{"departments":["dep_demo_nanjing"]}`))
	ask(t, s.World, "wuhao", "POST", "/v1/internal-policies/"+rules+"/acknowledgements", "", nil)
	if a := examine(s.World, "hejing", teach(t, s.World, "pricing"), "2026-03-02", scored("usr_demo_linchen", 90), scored("usr_demo_wuhao", 50)); a.Status != 201 {
		t.Fatal(a.Body)
	}
	s.step("linchen", one+"/completion", `{"evidence":["上线单"]}`)
	s.step("hejing", one+"/verification", `{"effective":false,"comment":"仍有个别。","new_due_on":"2026-03-31"}`)
	s.step("linchen", one+"/completion", `{"evidence":["补丁单"]}`)
	s.step("hejing", one+"/verification", `{"effective":true,"comment":"抽查合格。"}`)
	s.complain("2026-05-06T01:00:00Z", "pricing", 5)
	effective := map[string]string{"complaints": `{"merged":10,"raw":10}`, "next_complaints": `{"merged":5,"raw":5}`, "change": "-0.5", "verdict": "effective", "verdict_reason": "fell",
		"findings": `{"closed":1,"opened":1,"reopened":0}`, "rectifications": `{"completed":1,"effective":1,"opened":1,"reopened":1,"verified":1}`,
		"policies.0.id": rules, "policies.0.edition": "1", "policies.0.acknowledged": "1", "policies.0.required": s.get("hejing", "/v1/internal-policy-coverage?").Get("policies.0.required"), "policies.1.id": "",
		"trainings.0.code": "pricing", "trainings.0.attended": "2", "trainings.0.certified": "1", "trainings.1.code": ""}
	s.Forward("2026-06-30T15:59:00Z") // a minute before midnight, there
	s.loop("hejing", "2026-01-01", "2026-03-31", map[string]string{"verdict": "too_early"})
	s.Forward("2026-06-30T16:00:00Z")
	s.loop("hejing", "2026-01-01", "2026-03-31", effective)
	for _, as := range []string{"xuli", "shenji"} {
		s.loop(as, "2026-01-01", "2026-03-31", map[string]string{"verdict": "effective", "complaints": `{"merged":10,"raw":10}`, "rectifications.opened": "1"})
	}
	for _, as := range []string{"sunli", "zhoutao"} { // what the office has opened for the card department is none of theirs, nor what it says of complaints
		s.loop(as, "2026-01-01", "2026-03-31", map[string]string{"verdict": "insufficient", "traced": "0", "complaints.raw": "0", "rectifications.opened": "0", "findings.opened": "0"})
	}
	s.loop("zhoutao", "2026-01-01", "2026-03-31", map[string]string{"trainings.0.attended": "1", "trainings.0.certified": "0", "policies.0.acknowledged": "1"}) // one of hers was there
	s.again(upheld)
}

// again is the second half of the story: the cause comes back.
func (s *teller) again(upheld string) {
	s.t.Helper()
	more := s.complain("2026-08-03T01:00:00Z", "pricing", 6)
	s.Forward("2026-10-08T01:00:00Z")
	s.loop("hejing", "2026-04-01", "2026-06-30", map[string]string{"verdict": "insufficient", "verdict_reason": "no_measure", "complaints.raw": "5", "next_complaints.raw": "6", "traced": "0", "change": "0.2"})
	spring := s.get("hejing", "/v1/complaints?received_from=2026-05-06&received_to=2026-05-06").Get("data.0.id")
	one := "rectifications/" + s.Must(201, servertest.Request{As: "hejing", Method: "POST", URL: "/v1/rectifications", Body: rectifyBody("linchen", spring, more[0])}).Get("id")
	s.step("linchen", one+"/completion", `{"evidence":["上线单"]}`) // when the next quarter was over already
	s.loop("hejing", "2026-04-01", "2026-06-30", map[string]string{"verdict": "insufficient", "verdict_reason": "no_measure", "rectifications.opened": "1", "rectifications.completed": "0", "policies": "[]", "trainings": "[]"})
	s.complain("2026-11-02T01:00:00Z", "pricing", 6)
	s.Forward("2027-01-04T01:00:00Z")
	s.loop("hejing", "2026-07-01", "2026-09-30", map[string]string{"verdict": "ineffective", "verdict_reason": "not_fallen", "change": "0", "complaints.raw": "6", "next_complaints.raw": "6", "traced": "1",
		"rectifications": `{"completed":1,"effective":0,"opened":1,"reopened":0,"verified":0}`, "findings.opened": "0"})
	s.loop("hejing", "2026-02-04", "2026-02-28", map[string]string{"verdict": "insufficient", "verdict_reason": "sample_too_small", "change": ""})
	if a := s.get("hejing", "/v1/complaints/"+upheld); a.Status != 200 {
		s.t.Error(a.Body)
	}
}

// Whoever is named in a complaint counts neither it nor what mends it; who has no right to analyse is told which is missing; what is no root cause or no period is said.
func TestWhoSeesTheLoop(t *testing.T) {
	t.Parallel()
	s := tell(t, "2026-01-05T01:00:00Z")
	about := s.file("zhaolei", fmt.Sprintf(ofPricing, "pricing", `,"respondent":{"staff_id":"10003"}`)).Get("id") // the officer's own number
	other := s.file("zhaolei", fmt.Sprintf(ofPricing, "pricing", "")).Get("id")
	s.Must(201, servertest.Request{As: "sunli", Method: "POST", URL: "/v1/rectifications", Body: rectifyBody("linchen", about, other)})
	for as, want := range map[string]string{"sunli": "2", "hejing": "0"} {
		s.loop(as, "2026-01-01", "2026-01-31", map[string]string{"complaints.raw": want, "traced": want})
	}
	get := func(name, as, code, query string, status int, problem string, words ...string) servertest.Scenario {
		return servertest.Scenario{Name: name, As: as, Method: "GET", URL: "/v1/root-causes/" + code + "/loop" + query, WantStatus: status, WantCode: problem, WantBody: words}
	}
	const january = "?from=2026-01-01&to=2026-01-31"
	s.Run(t, slices.Concat([]servertest.Scenario{
		get("a handler", "zhaolei", "pricing", january, 403, "auth.forbidden", `"permission":"analysis.read"`),
		get("a unit's head", "linchen", "pricing", january, 403, "auth.forbidden"),
		get("an administrator", "guanli", "pricing", january, 403, "auth.forbidden"),
		get("a partner", servertest.PartnerKey, "pricing", january, 403, "auth.scope_missing"),
		get("a regulator", servertest.RegulatorKey, "pricing", january, 403, "auth.scope_missing"),
		get("no period", "hejing", "pricing", "", 400, "request.malformed"),
		get("too long", "hejing", "pricing", "?from=2026-01-01&to=2027-01-02", 422, "root_cause.period_invalid", `"name":"to"`),
	},
		inBoth(get("backwards", "hejing", "pricing", "?from=2026-01-31&to=2026-01-01", 422, "root_cause.period_invalid"), "The period ends before it begins", "统计期的结束日期早于开始日期"),
		inBoth(get("no root cause", "hejing", "pricin", january, 404, "root_cause.not_found"), "There is no such root cause.", "没有该根本原因代码。"))...)
}

// One request, and as many statements for many complaints as for one.
func TestTheLoopDoesNotGrow(t *testing.T) {
	t.Parallel()
	s := tell(t, "2026-01-05T01:00:00Z")
	url := "/v1/root-causes/pricing/loop?from=2026-01-01&to=2026-01-31"
	took := func() int64 {
		s.Token("hejing")
		status, body, n := counted(s.World, servertest.Request{As: "hejing", Method: "GET", URL: url})
		if status != 200 {
			t.Fatal(body)
		}
		return n.All.Load()
	}
	for _, id := range s.complain("2026-01-06T01:00:00Z", "pricing", 1) {
		rectify(t, s.World, "hejing", rectifyBody("linchen", id))
	}
	took()
	one := took()
	for _, id := range s.complain("2026-01-06T01:05:00Z", "marketing", 12) {
		rectify(t, s.World, "hejing", rectifyBody("linchen", id))
	}
	if many := took(); many != one || one > 12 {
		t.Errorf("one complaint takes %d statements, thirteen take %d", one, many)
	}
	s.loop("hejing", "2026-01-01", "2026-01-31", map[string]string{"traced": "13", "cause_codes": `["marketing","pricing"]`, "rectifications.opened": "13"})
}
