package test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"xiaobao/internal/actor"
	findings "xiaobao/internal/finding"
	"xiaobao/internal/servertest"
	"xiaobao/internal/store"
)

const (
	findingBody = `{"title":"网点未公示投诉电话","description":"走访三家网点，均未公示；联系人 13812345678。","infringed_right":"to_know","severity":"medium","department_id":"%s"}`
	// complainedOf is a complaint about the card department, and about the holder of a staff number there.
	complainedOf = `{"source":"own","intake_channel":"phone","complainant":{"kind":"person","name":"王小明","phone":"13812345678"},"business_code":"credit_card",
		"respondent":{"department_id":"dep_demo_cards"%s},"request":"退还重复收取的费用。","narrative":"同一笔消费被收取两次手续费。"}`
	infringement = `{"outcome":"upheld","facts":"情况属实","basis":"章程第12条","reasons":"系统差错","ways_open":["mediation","court"],"compensation":{"amount":"12.00","currency":"CNY"}}`
)

// find records a finding.
func (s *teller) find(as, body string) string {
	s.t.Helper()
	return s.Must(201, servertest.Request{As: as, Method: "POST", URL: "/v1/findings", Body: body}).Get("id")
}

// uphold brings a complaint to an approved decision that names the right infringed, and returns the decision.
func (s *teller) uphold(more string) string {
	s.t.Helper()
	s.file("zhaolei", fmt.Sprintf(complainedOf, more))
	s.step("zhaolei", "/acceptance", "")
	s.step("zhaolei", "/investigation", finding)
	drafted := s.step("zhaolei", "/decisions", infringement)
	if drafted.Get("proposed_right") != "fair_dealing" || drafted.Get("infringed_right") != "" {
		s.t.Errorf("the right is not proposed, or it is set: %s", drafted.Body)
	}
	decision := drafted.Get("id")
	s.Must(200, servertest.Request{As: "zhaolei", Method: "PATCH", URL: "/v1/decisions/" + decision, Body: `{"infringed_right":"fair_dealing"}`, Headers: match("*")})
	s.step("zhaolei", "decisions/"+decision+"/submission", "")
	for range 2 { // a replay shows the decision, and opens nothing again
		a := s.Must(200, servertest.Request{As: "sunli", Method: "POST", URL: "/v1/decisions/" + decision + "/approval", Headers: with(match("*"), key("approve"))})
		if a.Get("id") != decision || a.Get("state") != "approved" {
			s.t.Error(a.Body)
		}
	}
	return decision
}

// state reads where a finding stands.
func (s *teller) state(id, want string) {
	s.t.Helper()
	if a := s.get("hejing", "/v1/findings/"+id); a.Get("state") != want {
		s.t.Errorf("the finding is %s, want %s", a.Body, want)
	}
}

// A decision that names a right opens a finding with its approval; only an effect that somebody else has verified closes it, and an ineffective measure does not.
func TestStoryAnInfringementIsMended(t *testing.T) {
	t.Parallel()
	s := tell(t, "2026-03-02T01:00:00Z")
	s.uphold("")
	list := s.get("hejing", "/v1/findings?include_total=true&source_type=infringement&infringed_right=fair_dealing&owner=none&state=open&department=dep_demo_cards")
	found := list.Get("data.0.id")
	if list.Get("total") != "1" || list.Get("data.0.source.id") != s.id || list.Get("data.0.due_on") != "2026-05-16" || list.Get("data.0.title") != "侵害消费者公平交易权：定价收费" {
		t.Fatal(list.Body)
	}
	unit := s.get("linchen", "/v1/findings/"+found)
	if unit.Get("source.type") != "infringement" || strings.Contains(unit.Body, s.id) || strings.Contains(unit.Body, "TS-") {
		t.Errorf("the unit learns which complaint it was: %s", unit.Body)
	}
	open := func(as, more string) servertest.Answer {
		return s.Do(servertest.Request{As: as, Method: "POST", URL: "/v1/rectifications", Body: `{"root_cause_code":"pricing","severity":"medium","action":"修正批处理。","owner_id":"usr_demo_linchen"` + more + `}`})
	}
	servertest.Scenario{WantStatus: 422, WantCode: "rectification.no_origin", WantBody: []string{"整改须关联投诉或发现问题"}}.Judge(t, "out of nothing", open("hejing", ""))
	servertest.Scenario{WantStatus: 422, WantCode: "value.not_found", WantBody: []string{`"pointer":"#/finding_ids/0"`}}.Judge(t, "out of one that she may not read", open("zhoutao", `,"finding_ids":["`+found+`"]`))
	made := open("hejing", `,"finding_ids":["`+found+`"]`)
	servertest.Scenario{WantStatus: 201, WantBody: []string{`"finding_ids":["` + found + `"]`, `"complaint_count":0`}}.Judge(t, "out of the finding", made)
	s.state(found, "acting")
	second := open("hejing", `,"finding_ids":["`+found+`"]`).Get("id")
	one := "rectifications/" + made.Get("id")
	s.step("linchen", one+"/completion", `{"evidence":["上线单"]}`)
	s.step("hejing", one+"/verification", `{"effective":false,"comment":"仍有重复入账。","new_due_on":"2026-05-15"}`)
	s.state(found, "acting")
	s.step("linchen", one+"/completion", `{"evidence":["新上线单"]}`)
	s.step("hejing", one+"/verification", `{"effective":true,"comment":"已无重复。"}`)
	s.state(found, "acting") // the second is still awaited
	s.step("linchen", "rectifications/"+second+"/completion", `{"evidence":["培训记录"]}`)
	s.step("hejing", "rectifications/"+second+"/verification", `{"effective":true,"comment":"抽查合格。"}`)
	s.state(found, "closed")
	if a := s.get("hejing", "/v1/findings/"+found); a.Get("rectification_ids.1") != second || a.Get("closed_at") == "" || a.Get("overdue") != "false" {
		t.Error(a.Body)
	}
	late := open("hejing", `,"finding_ids":["`+found+`"]`)
	servertest.Scenario{WantStatus: 409, WantCode: "finding.closed", WantBody: []string{"该发现问题已关闭"}}.Judge(t, "out of a closed one", late)
	if entries := count(entries(t, s.World, found), "finding.verify|"); entries != 2 {
		t.Errorf("%d entries tell of the verifications", entries)
	}
}

// Whoever is named in the complaint neither sees nor counts the finding, nor what mends it, nor owns that (never-and-must 7).
func TestFindingKeepsFromWhoIsNamed(t *testing.T) {
	t.Parallel()
	s := tell(t, "2026-03-02T01:00:00Z")
	s.uphold(`,"staff_id":"10007"`)
	found := s.get("hejing", "/v1/findings").Get("data.0.id")
	body := `{"root_cause_code":"pricing","severity":"medium","action":"修正批处理。","owner_id":"usr_demo_%s","finding_ids":["` + found + `"]}`
	s.Run(t,
		servertest.Scenario{Name: "list", As: "linchen", Method: "GET", URL: "/v1/findings?include_total=true", WantStatus: 200, WantBody: []string{`"total":0`}, NotBody: []string{found}},
		servertest.Scenario{Name: "get", As: "linchen", Method: "GET", URL: "/v1/findings/" + found, WantStatus: 404, WantCode: "finding.not_found"},
		servertest.Scenario{Name: "own", As: "hejing", Method: "POST", URL: "/v1/rectifications", Body: fmt.Sprintf(body, "linchen"), WantStatus: 409, WantCode: "rectification.interest"},
		servertest.Scenario{Name: "mended by another", As: "hejing", Method: "POST", URL: "/v1/rectifications", Body: fmt.Sprintf(body, "wuhao"), WantStatus: 201})
	rectification := s.get("hejing", "/v1/findings/"+found).Get("rectification_ids.0")
	move(t, s.World, "linchen", "dep_demo_office", "officer")
	s.Run(t,
		servertest.Scenario{Name: "what mends it", As: "linchen", Method: "GET", URL: "/v1/rectifications/" + rectification, WantStatus: 404},
		servertest.Scenario{Name: "nor in the list", As: "linchen", Method: "GET", URL: "/v1/rectifications?include_total=true", WantStatus: 200, WantBody: []string{`"total":0`}},
		servertest.Scenario{Name: "nor as an officer", As: "linchen", Method: "GET", URL: "/v1/findings?include_total=true", WantStatus: 200, WantBody: []string{`"total":0`}})
}

// move has somebody work elsewhere.
func move(t *testing.T, w *servertest.World, username, department, role string) {
	t.Helper()
	ctx := actor.With(context.Background(), actor.Actor{Kind: actor.System, ID: "test"})
	_, err := store.Write(ctx, w.App.DB, func(_ context.Context, tx *store.Tx) (struct{}, error) {
		before, err := w.App.People.LoadUser(&tx.View, "usr_demo_"+username)
		if err != nil {
			return struct{}{}, err
		}
		after := before
		after.DepartmentID, after.Roles = department, []string{role}
		return struct{}{}, w.App.People.SaveUser(tx, "user.update", &before, after)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// What somebody saw is judged as a whole, belongs to its department and to who heads it, and shows no consumer.
func TestFindingThatSomebodySaw(t *testing.T) {
	t.Parallel()
	s := tell(t, "2026-03-02T01:00:00Z")
	nanjing := fmt.Sprintf(findingBody, "dep_demo_nanjing")
	member := func(more string) string { return strings.TrimSuffix(nanjing, "}") + "," + more + "}" }
	post := func(name, as, body string, status int, code string, want ...string) servertest.Scenario {
		return servertest.Scenario{Name: name, As: as, Method: "POST", URL: "/v1/findings", Body: body, WantStatus: status, WantCode: code, WantBody: want}
	}
	s.Run(t, post("by a handler", "zhaolei", nanjing, 403, "auth.forbidden", `"permission":"finding.create"`), post("by an auditor", "shenji", nanjing, 403, "auth.forbidden"),
		post("no such department", "hejing", strings.Replace(nanjing, "nanjing", "nowhere", 1), 422, "value.not_found", `"pointer":"#/department_id"`),
		post("no such owner", "hejing", member(`"owner_id":"usr_nobody"`), 422, "value.not_found", `"pointer":"#/owner_id"`))
	s.Run(t, inBoth(post("an owner who may not read it", "hejing", member(`"owner_id":"usr_demo_gaofei"`), 409, "finding.not_eligible"), "The person is not active", "无权查看该部门的发现问题")...)
	s.Run(t, inBoth(post("a date that has passed", "hejing", member(`"due_on":"2026-03-01"`), 422, "finding.due_passed"), "The due date has passed already.", "整改期限不能早于今天。")...)
	ask(t, s.World, "guanli", "PATCH", "/v1/departments/dep_demo_nanjing", `{"head_id":"usr_demo_zhoutao"}`, match("*"))
	id := s.find("hejing", nanjing)
	s.Run(t, servertest.Scenario{Name: "her head's", As: "wuhao", Method: "GET", URL: "/v1/findings/" + id, WantStatus: 200,
		WantBody: []string{`"id":"usr_demo_zhoutao"`, `"masked_fields":["/description"]`, `"source":{"id":null,"type":"manual"}`}, NotBody: []string{"13812345678"}})
	s.find("hejing", fmt.Sprintf(strings.Replace(findingBody, "medium", "high", 1), "dep_demo_center"))
	for as, total := range map[string]string{"hejing": "2", "shenji": "2", "xuli": "2", "zhoutao": "1", "wuhao": "1", "zhaolei": "1", "fangyuan": "0", "linchen": "0"} {
		if a := s.get(as, "/v1/findings?include_total=true"); a.Get("total") != total {
			t.Errorf("%s counts %s", as, a.Body)
		}
		if a := s.get(as, "/v1/findings/"+id); (a.Status == 200) != strings.Contains("hejing shenji xuli zhoutao wuhao", as) {
			t.Errorf("%s reads it: %d", as, a.Status)
		}
	}
	s.Forward("2026-04-16T15:59:00Z") // the last minute of the 45th day
	for filter, total := range map[string]string{"overdue=true": "0", "overdue=false": "2", "severity=high": "1", "department=mine": "0", "owner=none": "1", "state=closed": "0", "sort=-created_at&limit=1": "2"} {
		if a := s.get("hejing", "/v1/findings?include_total=true&"+filter); a.Get("total") != total {
			t.Errorf("%s: %s", filter, a.Body)
		}
	}
	s.Clock.Set("2026-04-16T16:00:00Z")
	if a := s.get("hejing", "/v1/findings?include_total=true&overdue=true"); a.Get("total") != "1" || a.Get("data.0.severity") != "high" {
		t.Error(a.Body)
	}
}

// One subject has one open finding, however many find it at once; when it is closed, the next is another.
func TestFindingsAtOnce(t *testing.T) {
	t.Parallel()
	s := tell(t, morning)
	ctx := actor.With(context.Background(), actor.Actor{Kind: actor.System, ID: "test"})
	open := func() (string, error) {
		return store.Write(ctx, s.App.DB, func(_ context.Context, tx *store.Tx) (string, error) {
			return s.App.Findings.Open(tx, findings.Draft{Source: findings.Infringement, SourceID: "cmp_x", Subject: "cmp_x/respect", Title: "x", Description: "y", Severity: "low",
				DepartmentID: "dep_demo_center"})
		})
	}
	var wg sync.WaitGroup
	ids := make([]string, 12)
	for i := range ids {
		wg.Go(func() {
			var err error
			ids[i], err = open()
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	for _, id := range ids {
		if id != ids[0] {
			t.Fatalf("two findings of one subject: %v", ids)
		}
	}
	change := func(do func(tx *store.Tx) error) {
		t.Helper()
		_, err := store.Write(ctx, s.App.DB, func(_ context.Context, tx *store.Tx) (struct{}, error) { return struct{}{}, do(tx) })
		if err != nil {
			t.Fatal(err)
		}
	}
	all := s.App.Findings
	change(func(tx *store.Tx) error { return all.Reopen(tx, ids[0], "还未关闭") })
	change(func(tx *store.Tx) error { return all.Act(tx, ids[:1]) })
	change(func(tx *store.Tx) error { return all.Verified(tx, ids[:1], nil) })
	s.Forward("2026-09-01T01:00:00Z")
	change(func(tx *store.Tx) error {
		return all.Reopen(tx, ids[0], "两个季度均无改善，联系 13812345678")
	})
	again := s.get("hejing", "/v1/findings/"+ids[0])
	for path, want := range map[string]string{"state": "reopened", "reopened": "1", "due_on": "2026-12-15", "closed_at": "", "masked_fields.0": "/reopen_reason"} {
		if got := again.Get(path); got != want {
			t.Errorf("%s is %q, want %q: %s", path, got, want, again.Body)
		}
	}
	if same, err := open(); same != ids[0] || err != nil {
		t.Errorf("reopened, and yet another is opened: %s %v", same, err)
	}
	change(func(tx *store.Tx) error { return all.Act(tx, ids[:1]) })
	change(func(tx *store.Tx) error { return all.Verified(tx, ids[:1], nil) })
	if other, err := open(); other == ids[0] || err != nil {
		t.Errorf("what is closed was found again as the same: %v", err)
	}
}

// A complaint is archived when its promise is performed, and not before; until then its date stands on the work list (handbook §1.14).
func TestStoryAPromiseIsPerformed(t *testing.T) {
	t.Parallel()
	s := tell(t, "2026-03-02T01:00:00Z")
	decision := s.uphold("")
	s.refused("zhaolei", "/performances", `{"performed_on":"2026-03-02","reference":"x"}`, 409, "complaint.wrong_stage")
	s.Forward("2026-03-03T01:00:00Z")
	s.step("zhaolei", "/notices", fmt.Sprintf(`{"decision_id":%q,"form":"sms","sent_at":%q,"proof":{"reference":"SMS-1"}}`, decision, s.Clock.Now().Format(time.RFC3339)))
	s.shows("zhaolei", map[string]string{"stage": "closed", "promise_due_on": "2026-03-18", "overdue": "false"})
	overdue := func() string { return s.get("hejing", "/v1/complaints?include_total=true&overdue=true").Get("total") }
	s.Forward("2026-03-18T15:59:00Z")
	if overdue() != "0" {
		t.Error("late on the last day")
	}
	s.Forward("2026-05-02T01:00:00Z")
	s.Sweep()
	s.shows("zhaolei", map[string]string{"stage": "closed", "overdue": "true"})
	if overdue() != "1" || s.get("hejing", "/v1/complaints?include_total=true&overdue=false").Get("total") != "0" {
		t.Error("the work list does not show the promise")
	}
	post := func(name, as, body string, status int, code string, want ...string) servertest.Scenario {
		return servertest.Scenario{Name: name, As: as, Method: "POST", URL: "/v1/complaints/" + s.id + "/performances", Body: body, WantStatus: status, WantCode: code, WantBody: want}
	}
	s.Run(t, post("not hers", "hejing", `{"performed_on":"2026-05-01","reference":"x"}`, 403, "auth.forbidden", `"permission":"complaint.perform"`),
		post("tomorrow", "zhaolei", `{"performed_on":"2026-05-03","reference":"x"}`, 422, "value.in_future", `"pointer":"#/performed_on"`))
	s.Run(t, inBoth(post("before the decision", "zhaolei", `{"performed_on":"2026-03-01","reference":"x"}`, 422, "performance.before_decision"), "cannot have been performed before it was decided", "履行日期不能早于")...)
	done := post("performed", "zhaolei", `{"performed_on":"2026-03-02","reference":"流水 13812345678"}`, 201, "", `"promised":{"amount":"12.00","currency":"CNY"}`, `"due_on":"2026-03-18"`, `"masked_fields":["/reference"]`)
	done.NotBody = []string{"13812345678", "record_performance"}
	s.Run(t, done)
	s.Run(t, inBoth(post("again", "zhaolei", `{"performed_on":"2026-03-04","reference":"x"}`, 409, "performance.nothing_promised"), "Nothing was promised", "未向投诉人作出承诺")...)
	if a := s.get("zhaolei", "/v1/complaints/"+s.id+"?expand=performance"); a.Get("performance.performed_on") != "2026-03-02" || a.Get("performance.recorded_by.name") != "赵蕾" || a.Get("promise_due_on") != "" {
		t.Error(a.Body)
	}
	s.Sweep()
	s.shows("zhaolei", map[string]string{"stage": "archived", "overdue": "false"})
}

// What was agreed on the spot is a promise like any other.
func TestSettlementPromises(t *testing.T) {
	t.Parallel()
	s := tell(t, morning)
	s.file("zhaolei", fmt.Sprintf(complainedOf, ""))
	s.step("zhaolei", "/settlement", fmt.Sprintf(`{"facts":"x","basis":"y","agreed":"z","ways_open":["court"],"form":"phone","reference":"r","notified_at":%q,"amount":{"amount":"12.00","currency":"CNY"},
		"business_code":"debit_card","cause_code":"pricing"}`, s.Clock.Now().Format(time.RFC3339Nano)))
	s.shows("zhaolei", map[string]string{"promise_due_on": "2026-04-08"})
	s.refused("zhaolei", "/performances", `{"performed_on":"2026-03-23","reference":"x"}`, 422, "performance.before_decision")
	if a := s.step("zhaolei", "/performances", `{"performed_on":"2026-03-24","reference":"x"}`); a.Get("promised.amount") != "12.00" {
		t.Error(a.Body)
	}
}

// A decision that does not uphold the complaint says of no right that it was infringed.
func TestNothingInfringedIsNoInfringement(t *testing.T) {
	t.Parallel()
	s := tell(t, morning)
	s.file("zhaolei", fmt.Sprintf(complainedOf, ""))
	s.step("zhaolei", "/acceptance", "")
	s.step("zhaolei", "/investigation", strings.Replace(finding, `"facts"`, `"infringed_right":"respect","facts"`, 1))
	drafted := s.step("zhaolei", "/decisions", strings.Replace(draft, `"upheld"`, `"not_upheld","infringed_right":"respect"`, 1))
	if drafted.Get("proposed_right") != "respect" {
		t.Errorf("what the investigation found is not proposed: %s", drafted.Body)
	}
	url := "/v1/decisions/" + drafted.Get("id")
	s.Run(t, inBoth(servertest.Scenario{Name: "submission", As: "zhaolei", Method: "POST", URL: url + "/submission", Headers: match("*"), WantStatus: 422, WantCode: "decision.not_infringed",
		WantBody: []string{`"pointer":"#/infringed_right"`}}, "does not uphold the complaint", "不得同时认定侵害消费者权利")...)
	s.Must(200, servertest.Request{As: "zhaolei", Method: "PATCH", URL: url, Body: `{"infringed_right":null}`, Headers: match("*")})
	s.step("zhaolei", "decisions/"+drafted.Get("id")+"/submission", "")
	s.step("sunli", "decisions/"+drafted.Get("id")+"/approval", "")
	if a := s.get("hejing", "/v1/findings?include_total=true"); a.Get("total") != "0" {
		t.Error(a.Body)
	}
}
