package test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"xiaobao/internal/servertest"
)

// members are those of a schema of the contract.
func members(t *testing.T, schema string) map[string]any {
	t.Helper()
	var c struct {
		Components struct {
			Schemas map[string]struct{ Properties map[string]any }
		}
	}
	if err := yaml.Unmarshal(servertest.Contract().YAML(), &c); err != nil {
		t.Fatal(err)
	}
	return c.Components.Schemas[schema].Properties
}

// fullIntake gives every member that an intake can have.
const fullIntake = `{"source":"nfra","intake_channel":"phone","business_channel_code":"premises","external_reference":"REF-1","source_reference":"转办 1 号","source_received_on":"2026-03-20",
	"feedback_due_on":"2026-04-10","received_at":"2026-03-20T01:00:00Z","occurred_on":"2026-03-19","late_registration_reason":"周末收到",
	"complainant":{"kind":"person","name":"王小明","id_type":"passport","id_number":"E12345678","phone":"13812345678","email":"w@example.com","address":"南京路 1 号"},
	"respondent":{"department_id":"dep_demo_cards","unit":"柜台","staff_name":"钱某","staff_id":"99999"},"business_code":"credit_card","cause_code":"pricing","region_code":"cn-320000",
	"product":"分期","transaction":{"reference":"ORD-1","kind":"instalment","at":"2026-03-19T01:00:00Z","risk_level":2},"amount_in_dispute":{"amount":"12.00","currency":"CNY"},
	"request":"退还。","narrative":"收取两次。"}`

// Whatever the contract takes at intake is kept and shown again: a member that a mapping forgets comes back empty.
func TestIntakeForgetsNoMember(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, morning)
	var sent map[string]any
	if err := json.Unmarshal([]byte(fullIntake), &sent); err != nil {
		t.Fatal(err)
	}
	made := ask(t, w, "zhaolei", "POST", "/v1/complaints", fullIntake, nil)
	for name := range members(t, "ComplaintCreate") {
		if sent[name] == nil {
			t.Errorf("%s is not tried here: add it to fullIntake", name)
		} else if made.Get(name) == "" {
			t.Errorf("%s was sent and does not come back: %s", name, made.Body)
		}
	}
	for _, path := range []string{"complainant.phone", "complainant.email", "complainant.address", "complainant.id_number", "respondent.department.id", "respondent.unit",
		"respondent.staff_name", "respondent.staff_id", "transaction.risk_level", "transaction.reference", "transaction.at"} {
		if made.Get(path) == "" {
			t.Errorf("%s does not come back", path)
		}
	}
}

// quoted are the texts of a JSON value, names of members included.
var quoted = regexp.MustCompile(`"[^"]*"`)

// Each member of a correction changes what it names, and nothing else.
func TestPatchChangesWhatItNames(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, morning)
	id := ask(t, w, "zhaolei", "POST", "/v1/complaints", fullIntake, nil).Get("id")
	patches := map[string]string{"business_channel_code": `"sms"`, "business_code": `"loan"`, "cause_code": `"disclosure"`, "region_code": `"cn-310000"`, "product": `"贷款"`,
		"transaction": `{"reference":"ORD-2","kind":"loan","at":"2026-03-18T01:00:00Z"}`, "complainant": `{"phone":"13911112222","email":"v@example.com","address":"北京路 2 号"}`}
	// business_code and cause_code are shown in the classification as well
	always := map[string]bool{"etag": true, "updated_at": true, "classification": true, "business_code": true, "cause_code": true}
	for name := range members(t, "ComplaintPatch") {
		value, tried := patches[name]
		if !tried {
			t.Errorf("%s is not tried here", name)
			continue
		}
		before := ask(t, w, "zhaolei", "GET", "/v1/complaints/"+id, "", nil)
		after := ask(t, w, "zhaolei", "PATCH", "/v1/complaints/"+id, fmt.Sprintf(`{%q:%s}`, name, value), match(before.Get("etag")))
		if after.Get(name) == before.Get(name) {
			t.Errorf("%s does not change", name)
		}
		for _, want := range quoted.FindAllString(value, -1) {
			if text := strings.Trim(want, `"`); !strings.HasSuffix(text, "Z") && !strings.Contains(after.Get(name), text) {
				t.Errorf("%s: %s is missing in %s", name, want, after.Get(name))
			}
		}
		for other := range members(t, "Complaint") {
			if other != name && !always[other] && after.Get(other) != before.Get(other) {
				t.Errorf("%s changes %s as well: %s, then %s", name, other, before.Get(other), after.Get(other))
			}
		}
	}
}
