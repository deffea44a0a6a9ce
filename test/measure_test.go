package test

import (
	"fmt"
	"strings"
	"testing"

	"xiaobao/internal/servertest"
)

// measured judges a measurement and, by their verdicts, the records that it shows.
func (s *teller) measured(standard, period string, want map[string]string, records map[string]string) {
	s.t.Helper()
	m := s.measure(standard, period)
	for path, value := range want {
		if got := m.Get(path); got != value {
			s.t.Errorf("%s is %s, want %s\n%s", path, got, value, m.Body)
		}
	}
	for verdict, id := range records {
		if a := s.get("hejing", "/v1/measurements/"+m.Get("id")+"?verdict="+verdict); a.Get("records") != fmt.Sprintf(`[{"id":%q,"verdict":%q}]`, id, verdict) {
			s.t.Errorf("%s: %s", verdict, a.Body)
		}
	}
}

// Of the complaints about a sale before which notices were due, those count as kept that have a proof of each; what cannot be said is told with its reason.
func TestNoticesAreMeasured(t *testing.T) {
	t.Parallel()
	s := tell(t, "2026-03-01T01:00:00Z")
	std := s.agree(strings.NewReplacer("first-contact", "notices", "first_contact", "notice_proof", `"minimum_sample":10`, `"minimum_sample":1`).Replace(standardBody))
	rights := strings.NewReplacer("product_risk", "consumer_rights", `"wealth_purchase"`, `"wealth_purchase","insurance_purchase"`).Replace(riskNotice)
	publish(t, s.World, riskNotice, "2026-03-02T00:00:00+08:00")
	publish(t, s.World, rights, "2026-03-02T00:00:00+08:00")
	s.Forward("2026-03-20T01:00:00Z")
	shown := func(sent string) string { return strings.Replace(sent, "product_risk", "consumer_rights", 1) }
	in := "2026-03-16T09:58:00+08:00"
	insured := strings.Replace(shown(delivery("ORD-5", 1, in)), `"wealth_purchase"`, `"insurance_purchase"`, 1)
	sent := deliver(s.World, servertest.PartnerKey, delivery("ORD-1", 1, in), shown(delivery("ORD-1", 1, in)), shown(delivery("ORD-2", 1, in)), insured)
	if strings.Count(sent.Body, `"status":201`) != 4 {
		t.Fatal(sent.Body)
	}
	complain := func(sale string) string {
		body := `{"source":"own","intake_channel":"phone","complainant":{"kind":"person","name":"王小明","phone":"13812345678"},"request":"退还本金。","narrative":"购买时未告知风险。"` + sale + `}`
		return s.file("zhaolei", body).Get("id")
	}
	sale := func(reference, kind, at string) string {
		return complain(fmt.Sprintf(`,"transaction":{"reference":%q,"kind":%q,"at":%q,"risk_level":4}`, reference, kind, at))
	}
	at := "2026-03-16T10:00:00+08:00"
	sale("ORD-1", "wealth_purchase", at)
	records := map[string]string{"missed": sale("ORD-2", "wealth_purchase", at), "no_sale": complain(""), "nothing_due": sale("ORD-4", "wealth_purchase", "2020-03-16T10:00:00+08:00"),
		"not_published": sale("ORD-5", "insurance_purchase", at)}
	s.Forward("2026-04-02T01:00:00Z")
	s.measured(std, "2026-Q1", map[string]string{"state": "breached", "value": "50", "n": "2", "kept": "1", "definition_version": "2",
		"excluded": `[{"count":1,"reason":"no_sale"},{"count":1,"reason":"not_published"},{"count":1,"reason":"nothing_due"}]`}, records)
}

// A complaint repeats one of the same complainant, business and cause of the 365 days before [ours]; who has another identity number is another person.
func TestRepeatsAreMeasured(t *testing.T) {
	t.Parallel()
	s := tell(t, "2025-03-30T01:00:00Z")
	std := s.agree(strings.NewReplacer("first-contact", "repeats", "first_contact", "repeat_share", `"minimum_sample":10`, `"minimum_sample":1`, "at_least", "at_most", `"target":95`, `"target":5`).Replace(standardBody))
	complain := func(complainant, cause string) string {
		return s.file("zhaolei", fmt.Sprintf(`{"source":"own","intake_channel":"phone","complainant":{"kind":"person","name":"王小明"%s},"business_code":"credit_card"%s,
			"request":"退费。","narrative":"重复收费。"}`, complainant, cause)).Get("id")
	}
	phone := func(n string) string { return fmt.Sprintf(`,"phone":"1381234567%s"`, n) }
	const pricing = `,"cause_code":"pricing"`
	identity := `,"id_type":"resident_id","id_number":"110101199003078515"`
	complain(phone("1"), pricing)
	complain(phone("2"), pricing)
	complain(phone("3")+identity, pricing)
	s.Forward("2026-03-30T00:00:00Z")
	records := map[string]string{"repeat": complain(phone("1"), pricing)}
	s.Forward("2026-03-30T02:00:00Z")
	complain(phone("2"), pricing)                     // 365 days and an hour later
	complain(phone("1"), `,"cause_code":"marketing"`) // about something else
	complain(phone("3")+strings.Replace(identity, "110101199003078515", "11010519491231002X", 1), pricing)
	records["not_classified"] = complain(phone("1"), "")
	s.Forward("2026-04-02T01:00:00Z")
	s.measured(std, "2026-Q1", map[string]string{"state": "breached", "value": "25", "n": "4", "kept": "1", "excluded": `[{"count":1,"reason":"not_classified"}]`}, records)
}
