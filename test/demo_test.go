package test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"xiaobao/internal/servertest"
)

// seeded is a world in which the stories of the demonstration were told up to a start, in the institution's zone.
func seeded(t *testing.T, start string) *servertest.World {
	t.Helper()
	at, err := time.Parse("2006-01-02 15:04 -0700", start+" +0800")
	if err != nil {
		t.Fatal(err)
	}
	w := servertest.New(t, at.AddDate(0, 0, -90).Format(time.RFC3339))
	set := func(at time.Time) { w.Clock.Set(at.Format(time.RFC3339Nano)) }
	if err := w.App.SeedComplaints(context.Background(), at, set); err != nil {
		t.Fatal(err)
	}
	return w
}

// rowsOf are the ids of a list, sorted; each answer is checked against the contract by the way.
func demoRowsOf(t *testing.T, w *servertest.World, as, url string) []string {
	t.Helper()
	var page struct{ Data []struct{ ID string } }
	if err := json.Unmarshal([]byte(w.Must(200, servertest.Request{As: as, Method: "GET", URL: url}).Body), &page); err != nil {
		t.Fatal(err)
	}
	ids := []string{}
	for _, row := range page.Data {
		ids = append(ids, strings.TrimPrefix(row.ID, "cmp_demo_"))
	}
	slices.Sort(ids)
	return ids
}

// TestDemonstrationLooksAliveOnAnyDay guards that the work list of a newcomer has something of everything whenever the demonstration begins: on a workday, at
// night, in and after the long holidays, on a weekend, and in a year whose holidays are not known yet.
func TestDemonstrationLooksAliveOnAnyDay(t *testing.T) {
	t.Parallel()
	for _, start := range []string{"2026-11-24 20:30", "2026-11-29 09:00", "2026-02-17 00:05", "2026-02-24 08:30", "2026-10-09 00:01", "2027-01-05 10:00"} {
		t.Run(start, func(t *testing.T) {
			w := seeded(t, start)
			const open = "&stage=intake&stage=investigation&stage=feedback"
			for _, list := range []struct {
				as, query string
				want      []string
			}{
				{"zhaolei", "responsible=me" + open, []string{"d3", "hotline", "struck"}},
				{"zhaolei", "department=mine", []string{"d1", "d3", "fee", "hotline", "overdue", "partner", "struck"}},
				{"zhaolei", "overdue=true", []string{"overdue"}},
				{"zhaolei", "responsible=none", []string{"overdue", "partner"}},
				{"wuhao", "responsible=me", []string{"company", "d2"}},
				{"hejing", "overdue=true", []string{"late", "overdue"}},
				{"hejing", "department=mine", []string{"loan"}},
				{servertest.PartnerKey, "", []string{"partner"}},
				{servertest.OtherKey, "", []string{"loan"}},
			} {
				if diff := cmp.Diff(list.want, demoRowsOf(t, w, list.as, "/v1/complaints?"+list.query)); diff != "" {
					t.Errorf("%s %s: %s", list.as, list.query, diff)
				}
			}
			storiesAreTold(t, w)
			pillarsAreTold(t, w)
		})
	}
}

// storiesAreTold looks at what each complaint of the demonstration is there for.
func storiesAreTold(t *testing.T, w *servertest.World) {
	t.Helper()
	for _, c := range []struct {
		id, as string
		want   map[string]string
	}{
		{"d1", "zhaolei", map[string]string{"stage": "closed", "outcome": "settled", "late_registration": "true", "clocks.0.state": "met", "clocks.0.late": "false", "complainant.name": "周*"}},
		{"d2", "wuhao", map[string]string{"stage": "investigation", "extensions.0.state": "in_force", "extensions.0.notice.form": "letter", "respondent.staff_id": "10482", "overdue": "false"}},
		{"d3", "sunli", map[string]string{"stage": "feedback", "decision.id": "dec_demo_d3", "decision.state": "submitted", "responsible.name": "赵蕾", "overdue": "false"}},
		{"partner", "zhaolei", map[string]string{"stage": "intake", "client.name": "安心呼叫中心", "external_reference": "AX-0042"}},
		{"overdue", "zhaolei", map[string]string{"stage": "intake", "responsible": "", "overdue": "true"}},
		{"struck", "zhaolei", map[string]string{"struck_fields": `["/narrative"]`, "stage": "investigation"}},
		{"hotline", "zhaolei", map[string]string{"source": "12345", "clocks.2.kind": "stage", "clocks.2.state": "met"}},
		{"fee", "zhaolei", map[string]string{"stage": "closed", "outcome": "upheld", "decision.state": "notified", "notices.0.proof.reference": "SMS-9911", "clocks.0.late": "false"}},
		{"company", "wuhao", map[string]string{"decision.state": "returned", "complainant.kind": "organization", "overdue": "false"}},
		{"late", "fangyuan", map[string]string{"clocks.0.state": "breached", "overdue": "true", "stage": "investigation"}},
		{"loan", "hejing", map[string]string{"department.name": "消费者权益保护部", "stage": "intake"}},
		{"wealth", "fangyuan", map[string]string{"transaction.reference": "ORD-7001", "stage": "investigation", "overdue": "false"}},
		{"receipt", "fangyuan", map[string]string{"late_registration": "true", "outcome": "settled"}},
	} {
		a := w.Must(200, servertest.Request{As: c.as, Method: "GET", URL: "/v1/complaints/cmp_demo_" + c.id + "?expand=clocks&expand=stages&expand=extensions&expand=decision&expand=notices"})
		for path, want := range c.want {
			if got := a.Get(path); got != want {
				t.Errorf("%s: %s is %q, want %q", c.id, path, got, want)
			}
		}
		for _, secret := range []string{"318", "660417", "Spring2026"} {
			if strings.Contains(a.Get("narrative"), secret) {
				t.Errorf("%s shows %s", c.id, secret)
			}
		}
		if escalated := a.Get("escalated_at") != ""; escalated != (c.id == "late" || c.id == "overdue") {
			t.Errorf("%s: escalated is %t", c.id, escalated)
		}
		knownCodes(t, w, c.id, a)
		knownActions(t, w, c.id, c.as)
	}
	mending := w.Must(200, servertest.Request{As: "linchen", Method: "GET", URL: "/v1/rectifications?owner=me"})
	servertest.Scenario{WantStatus: 200, WantBody: []string{`"rec_demo_fee"`, `"state":"open"`, `"信用卡部"`}, NotBody: []string{`"overdue":true`}}.Judge(t, "what is to be mended", mending)
}

// pillarsAreTold guards that each page of the demonstration beside the complaints has something to show, under ids that stay.
func pillarsAreTold(t *testing.T, w *servertest.World) {
	t.Helper()
	for _, c := range []struct {
		as, url string
		want    []string
	}{
		{"hejing", "/v1/complaints/cmp_demo_wealth/notice-provenance", []string{`"status":"proved"`, `"status":"deficient"`, `"deficiencies":["late","superseded"]`, `"due_edition":2`, `"ntc_demo_product_risk_2"`}},
		{servertest.PartnerKey, "/v1/rights-notices/current?transaction_kind=wealth_purchase&channel=mobile_client&risk_level=4", []string{`"ntc_demo_consumer_rights"`, `"ntc_demo_product_risk_2"`}},
		{"gaofei", "/v1/rights-notices?state=draft", []string{`"ntc_demo_financing_cost"`, `"allowed_actions":["approve"]`}},
		{"gaofei", "/v1/consent-texts", []string{`"cnt_demo_survey"`, `"in_force":true`, `"cnt_demo_marketing"`, `"allowed_actions":["approve"]`}},
		{"hejing", "/v1/standards", []string{`"std_demo_registration"`, `"std_demo_first_contact"`, `"state":"draft"`}},
		{"hejing", "/v1/measurements", []string{`"mea_demo_registration"`, `"state":"breached"`, `"target":95`}},
		{"hejing", "/v1/findings?state=open", []string{`"fnd_demo_posters"`, `"source":{"id":"mea_demo_registration","type":"standard_breach"}`}},
		{"zhaolei", "/v1/internal-policies?acknowledgement=due", []string{`"pol_demo_handling"`, `"allowed_actions":["acknowledge"]`}},
		{"wuhao", "/v1/internal-policies?acknowledgement=done", []string{`"pol_demo_handling"`}},
		{"zhaolei", "/v1/findings", []string{`"type":"standard_breach"`}},
		{"fangyuan", "/v1/findings", []string{`"fnd_demo_posters"`, `"overdue":false`}},
	} {
		servertest.Scenario{WantStatus: 200, WantBody: c.want}.Judge(t, c.url, w.Do(servertest.Request{As: c.as, Method: "GET", URL: c.url}))
	}
	for phone, want := range map[string]string{"13900000011": `"allowed":true`, "13900000033": `"missing":"withdrawn"`, "13900000099": `"missing":"consent"`} {
		servertest.Scenario{WantStatus: 200, WantBody: []string{want}}.Judge(t, phone,
			w.Do(servertest.Request{As: "zhaolei", Method: "POST", URL: "/v1/consent-decisions", Body: `{"purpose":"survey","phone":"` + phone + `"}`}))
	}
}

// knownCodes guards that the stories keep to the code lists, which the services take on trust from the contract's check.
func knownCodes(t *testing.T, w *servertest.World, id string, a servertest.Answer) {
	t.Helper()
	for member, list := range map[string]string{"source": "source", "intake_channel": "intake_channel", "business_channel_code": "business_channel", "business_code": "business",
		"cause_code": "cause", "region_code": "region", "complainant.id_type": "id_type", "extensions.0.reason_code": "extension_reason", "notices.0.form": "notice_form"} {
		code := a.Get(member)
		if code == "" {
			continue
		}
		if _, known := codesOf(t, w, list)[code]; !known {
			t.Errorf("%s: %s %q is in no list", id, member, code)
		}
	}
}

// knownActions guards that whatever stands in a timeline has a name.
func knownActions(t *testing.T, w *servertest.World, id, as string) {
	t.Helper()
	var timeline struct{ Data []struct{ Action string } }
	url := "/v1/complaints/cmp_demo_" + id + "/timeline"
	if err := json.Unmarshal([]byte(w.Must(200, servertest.Request{As: as, Method: "GET", URL: url}).Body), &timeline); err != nil {
		t.Fatal(err)
	}
	for _, e := range timeline.Data {
		if _, known := codesOf(t, w, "action")[e.Action]; e.Action != "" && !known {
			t.Errorf("%s: the action %q has no name", id, e.Action)
		}
	}
}

var codeLists = map[string]map[string]bool{}

func codesOf(t *testing.T, w *servertest.World, name string) map[string]bool {
	t.Helper()
	if codeLists[name] != nil {
		return codeLists[name]
	}
	var list struct{ Items []struct{ Code string } }
	if err := json.Unmarshal([]byte(w.Must(200, servertest.Request{As: "hejing", Method: "GET", URL: "/v1/code-lists/" + name}).Body), &list); err != nil {
		t.Fatal(err)
	}
	codeLists[name] = map[string]bool{}
	for _, item := range list.Items {
		codeLists[name][item.Code] = true
	}
	return codeLists[name]
}

// The contract's page is there in every installation, offline; the demonstration's own pages are not.
func TestDocsPage(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, morning)
	w.Run(t,
		servertest.Scenario{Name: "the address as people type it", Method: "GET", URL: "/docs", WantStatus: 302, WantHeader: map[string]string{"Location": "/docs/"}},
		servertest.Scenario{Name: "the page", Method: "GET", URL: "/docs/", WantStatus: 200, WantBody: []string{"三类用户", "Three users"}, NotBody: []string{"data-examples", "http://", "https://"}},
		servertest.Scenario{Name: "its start", Method: "GET", URL: "/docs/start.js", WantStatus: 200, WantHeader: map[string]string{"Content-Type": "text/javascript; charset=utf-8"}},
		servertest.Scenario{Name: "unpacked to who takes no gzip", Method: "GET", URL: "/docs/swagger-ui.css", WantStatus: 200, WantBody: []string{".swagger-ui"},
			WantHeader: map[string]string{"Content-Encoding": "", "Vary": "Accept-Language"}},
		servertest.Scenario{Name: "packed", Method: "GET", URL: "/docs/swagger-ui-bundle.js", Headers: map[string]string{"Accept-Encoding": "br;q=1, GZIP;q=0.5"}, WantStatus: 200,
			WantHeader: map[string]string{"Content-Encoding": "gzip", "Content-Type": "text/javascript; charset=utf-8"}},
		servertest.Scenario{Name: "refused gzip", Method: "GET", URL: "/docs/swagger-ui.css", Headers: map[string]string{"Accept-Encoding": "gzip;q=0"}, WantStatus: 200, WantHeader: map[string]string{"Content-Encoding": ""}},
		servertest.Scenario{Name: "nothing else of the folder", Method: "GET", URL: "/docs/LICENSE", WantStatus: 404, WantCode: "request.no_such_path"},
		servertest.Scenario{Name: "no examples", Method: "GET", URL: "/docs/examples.json", WantStatus: 404, WantCode: "request.no_such_path"},
		servertest.Scenario{Name: "no work list", Method: "GET", URL: "/demo", WantStatus: 404, WantCode: "request.no_such_path"},
		servertest.Scenario{Name: "nor its pages", Method: "GET", URL: "/demo/pillars.js", WantStatus: 404, WantCode: "request.no_such_path"})
	page := w.Do(servertest.Request{Method: "GET", URL: "/docs/"})
	if policy := page.Header.Get("Content-Security-Policy"); !strings.Contains(policy, "script-src 'self';") || strings.Contains(policy, "http") {
		t.Errorf("the policy is %q", policy)
	}
	again := servertest.Request{Method: "GET", URL: "/docs/swagger-ui-bundle.js", Headers: map[string]string{}}
	again.Headers["If-None-Match"] = w.Do(again).Header.Get("ETag")
	if a := w.Do(again); a.Status != 304 || a.Body != "" {
		t.Errorf("again: %d", a.Status)
	}
	if n := fmt.Sprint(len(w.Do(servertest.Request{Method: "GET", URL: "/docs/swagger-ui-bundle.js"}).Body)); n != "1732839" {
		t.Errorf("the bundle unpacks to %s bytes", n)
	}
}
