package test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"xiaobao/internal/contract"
	"xiaobao/internal/servertest"
)

// late is a body that the rights let through and the matter does not, so that a sweep changes nothing: an instant before the receipt, or an old etag.
var late = map[string]string{
	"updateComplaint": `{"product":"卡"}`, "settleComplaint": `{"facts":"x","basis":"x","agreed":"x","ways_open":["court"],"form":"sms","reference":"x","notified_at":"2020-01-01T00:00:00Z",` +
		`"business_code":"credit_card","cause_code":"pricing"}`,
	"refuseComplaint": `{"reason_code":"report_or_petition","text":"x","ways_open":["court"]}`, "assignComplaint": `{"responsible_id":"usr_demo_zhaolei"}`,
	"concludeInvestigation": finding, "withdrawComplaint": `{"form":"phone","withdrawn_on":"2020-01-01"}`, "draftDecision": draft,
	"recordNotice":      `{"decision_id":"dec_x","form":"sms","sent_at":"2020-01-01T00:00:00Z","proof":{"reference":"x"}}`,
	"recordPerformance": `{"performed_on":"2020-01-01","reference":"x"}`,
	"extendComplaint":   `{"tier":"complex","reason_code":"several_units","reason":"x"}`, "addNote": `{"text":"x"}`,
	"logContact":  `{"at":"2020-01-01T00:00:00Z","form":"phone","direction":"out","reached":true,"text":"x"}`,
	"addMaterial": `{"text":"x","received_at":"2020-01-01T00:00:00Z"}`, "updateDecision": `{"facts":"x"}`, "returnDecision": `{"comment":"x"}`,
}

// during are the stages in which a step can be done, as docs/workflow.md says; what is not here can be done at any.
var during = map[string]string{"acceptComplaint": "intake", "refuseComplaint": "intake", "settleComplaint": "intake investigation", "concludeInvestigation": "investigation",
	"updateComplaint": "intake investigation feedback", "withdrawComplaint": "intake investigation feedback", "assignComplaint": "intake investigation feedback",
	"extendComplaint": "intake investigation feedback", "draftDecision": "feedback", "updateDecision": "feedback", "submitDecision": "feedback", "approveDecision": "feedback",
	"returnDecision": "feedback", "recordNotice": "feedback", "recordPerformance": "closed"}

// Every operation on a complaint or its decision, by everybody, at every stage: what the answer says is what the policy says to a person who reads it.
// What may not be read looks like what is not there (never-and-must 14), and each refusal says which permission is missing, to whom it is granted and at
// which stage (25).
func TestRightsAtEachStage(t *testing.T) {
	t.Parallel()
	g, l := newGallery(t), readLaw(t)
	c, err := contract.Load(servertest.Contract())
	if err != nil {
		t.Fatal(err)
	}
	asked := 0
	for _, op := range c.Operations() {
		of := strings.Contains(op.Path, "{complaint_id}")
		if !of && !strings.Contains(op.Path, "{decision_id}") || op.ID == "revealComplainant" { // that one has two permissions, and a test of its own
			continue
		}
		for _, p := range everybody(g.World) {
			absent := g.sweep(op, p, "absent")
			for _, e := range g.items {
				if !of && e.decision == "" {
					continue
				}
				id := e.decision
				if of {
					id = e.id
				}
				asked++
				l.judge(t, op, p, e, g.sweep(op, p, id), absent)
			}
		}
	}
	if asked < 2000 {
		t.Errorf("only %d questions were asked", asked)
	}
}

// sweep asks for something in a way that changes nothing.
func (g *gallery) sweep(op *contract.Operation, p person, id string) servertest.Answer {
	headers := map[string]string{"If-Match": `"0"`}
	if op.Method == http.MethodGet {
		headers = nil
	}
	return g.Do(servertest.Request{As: p.name, Method: op.Method, URL: inPath.ReplaceAllString(op.Path, id), Body: late[op.ID], Headers: headers})
}

func (l law) judge(t *testing.T, op *contract.Operation, p person, e exhibit, got, absent servertest.Answer) {
	t.Helper()
	permission := op.Permissions[0]
	somewhere := slices.ContainsFunc(op.Permissions, func(q string) bool { return l.grants(p, q, nil, "") })
	readable, allowed := l.grants(p, "complaint.read", &e, e.stage), l.grants(p, permission, &e, e.stage)
	allowed = allowed || during[op.ID] != "" && !strings.Contains(during[op.ID], e.stage) && // then the stage is what is wrong, and is told
		slices.ContainsFunc(strings.Fields(during[op.ID]), func(stage string) bool { return l.grants(p, permission, &e, stage) })
	want := "done, or refused for its matter"
	switch {
	case !somewhere:
		want = "403"
	case !readable:
		want = "404"
	case !allowed:
		want = "403"
	}
	is := fmt.Sprint(got.Status)
	if slices.Contains([]int{200, 201, 409, 412, 422}, got.Status) || got.Get("code") == "four_eyes.same_person" {
		is = "done, or refused for its matter"
	}
	if is != want {
		t.Errorf("%s by %s at %s of %s: %d, want %s\n%s", op.ID, p.name, e.stage, e.department, got.Status, want, got.Body)
	}
	if got.Status == 404 && plain(got) != plain(absent) {
		t.Errorf("%s by %s: what may not be read differs from what is not there:\n%s\n%s", op.ID, p.name, got.Body, absent.Body)
	}
	if code := got.Get("code"); got.Status == 403 && code != "four_eyes.same_person" {
		if got.Get("permission") != permission || got.Get("granted_to.0.role") == "" || got.Get("granted_to.0.department_kind") == "" || got.Get("granted_to.0.stage") == "" {
			t.Errorf("%s by %s: the refusal does not say enough: %s", op.ID, p.name, got.Body)
		}
	}
}
