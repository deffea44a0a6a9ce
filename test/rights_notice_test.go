package test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"xiaobao/internal/servertest"
)

const riskNotice = `{"code":"product_risk","title":"产品风险告知","rights":["to_know","free_choice"],"transaction_kinds":["wealth_purchase"],
	"channels":["mobile_client","premises"],"form":"confirmation","text":"本产品可能损失本金。"}`

// publish has a version of a notice drafted, approved and published from an instant on, and returns its id.
func publish(t *testing.T, w *servertest.World, body, from string) string {
	t.Helper()
	post := func(status int, as, url, body string, headers map[string]string) servertest.Answer {
		return w.Must(status, servertest.Request{As: as, Method: "POST", URL: "/v1/rights-notices" + url, Body: body, Headers: headers})
	}
	id := post(201, "hejing", "", body, nil).Get("id")
	post(200, "gaofei", "/"+id+"/approval", "", match(`"1"`))
	post(200, "hejing", "/"+id+"/publication", `{"in_force_at":"`+from+`"}`, nil)
	return id
}

// delivery is a proof as a selling system posts it; more are members that come after, or instead of, the usual ones.
func delivery(reference string, edition int, at string, more ...string) string {
	body := fmt.Sprintf(`"transaction_reference":"%s","transaction_kind":"wealth_purchase","transacted_at":"2026-03-16T10:00:00+08:00","notice_code":"product_risk","edition":%d,`+
		`"act":"confirmed","at":"%s","channel":"mobile_client","evidence_reference":"evid/1"`, reference, edition, at)
	return "{" + strings.Join(append([]string{body}, more...), ",") + "}"
}

func deliver(w *servertest.World, as string, deliveries ...string) servertest.Answer {
	return w.Do(servertest.Request{As: as, Method: "POST", URL: "/v1/notice-deliveries", Body: `{"deliveries":[` + strings.Join(deliveries, ",") + `]}`})
}

// threeVersions is a world in which the third version of the risk notice is in force from the 16th of March 2026 on.
func threeVersions(t *testing.T) *servertest.World {
	w := servertest.New(t, "2026-03-01T01:00:00Z")
	publish(t, w, riskNotice, "2026-03-02T00:00:00+08:00")
	publish(t, w, riskNotice, "2026-03-09T00:00:00+08:00")
	publish(t, w, riskNotice, "2026-03-16T00:00:00+08:00")
	w.Forward("2026-03-17T08:00:00Z")
	return w
}

// A level-4 product was sold on 2026-03-16, when version 3 was due; version 2 was served on the 17th. The proof is kept as what it is, and the complaint's
// provenance says superseded and late (handbook §11 row 31).
func TestProvenanceOfASale(t *testing.T) {
	t.Parallel()
	w := threeVersions(t)
	late := "2026-03-17T10:00:00+08:00"
	a := deliver(w, servertest.PartnerKey, delivery("ORD-1", 2, late))
	for _, want := range []string{`"status":422`, `"code":"notice_delivery.edition_not_in_force"`, "告知时，第 2 版未生效或已失效，当时有效的是第 3 版。", `"pointer":"#/edition"`} {
		if a.Status != 207 || !strings.Contains(a.Body, want) {
			t.Errorf("%s is missing in %s", want, a.Body)
		}
	}
	a = deliver(w, servertest.PartnerKey, delivery("ORD-1", 2, late, `"superseded":true`), delivery("ORD-2", 3, "2026-03-16T09:58:00+08:00"))
	if a.Get("items.0.status") != "201" || a.Get("items.0.delivery.late") != "true" || a.Get("items.0.delivery.superseded") != "true" || a.Get("items.1.delivery.late") != "false" {
		t.Fatal(a.Body)
	}
	complain := func(reference string, level int) string {
		return w.Must(201, servertest.Request{As: "zhaolei", Method: "POST", URL: "/v1/complaints", Body: fmt.Sprintf(`{"source":"own","intake_channel":"phone",
			"complainant":{"kind":"person","name":"王小明","phone":"13812345678"},"request":"退还本金。","narrative":"购买时未告知风险。",
			"transaction":{"reference":"%s","kind":"wealth_purchase","at":"2026-03-16T10:00:00+08:00","risk_level":%d}}`, reference, level)}).Get("id")
	}
	provenance := func(id string) servertest.Answer {
		return w.Must(200, servertest.Request{As: "zhaolei", Method: "GET", URL: "/v1/complaints/" + id + "/notice-provenance"})
	}
	first := complain("ORD-1", 4)
	p := provenance(first)
	if p.Get("notices.1.code") != "product_risk" || p.Get("notices.1.status") != "deficient" || p.Get("notices.1.deficiencies") != `["late","superseded"]` || p.Get("notices.1.due_edition") != "3" ||
		p.Get("notices.1.deliveries.0.edition") != "2" || p.Get("notices.0.status") != "not_recorded" || p.Get("notices.0.deficiencies") != `["not_published"]` {
		t.Errorf("%s", p.Body)
	}
	w.Forward("2026-03-18T08:00:00Z")
	if again := provenance(first); again.Get("sha256") != p.Get("sha256") || len(p.Get("sha256")) != 64 || again.Get("as_of") == p.Get("as_of") {
		t.Errorf("the same facts: %s, %s", p.Get("sha256"), again.Get("sha256"))
	}
	if p := provenance(complain("ORD-2", 4)); p.Get("notices.1.status") != "proved" || p.Get("notices.1.deficiencies") != "[]" {
		t.Errorf("in time: %s", p.Body)
	}
	if p := provenance(complain("ORD-3", 5)); p.Get("notices.1.status") != "missing" || p.Get("notices.1.deliveries") != "[]" {
		t.Errorf("nothing was given: %s", p.Body)
	}
	if p := provenance(complain("ORD-3", 3)); p.Get("notices.1.code") != "" {
		t.Errorf("level 3 asks for no confirmation of the risk: %s", p.Body)
	}
	third := complain("ORD-4", 4)
	deliver(w, servertest.OtherKey, strings.Replace(delivery("ORD-4", 3, "2026-03-16T09:58:00+08:00"), "10:00:00", "11:00:00", 1))
	if p := provenance(third); p.Get("notices.1.status") != "deficient" || p.Get("notices.1.deficiencies") != `["other_transaction","recorded_after_complaint"]` {
		t.Errorf("a proof that comes when the complaint is there, for another sale: %s", p.Body)
	}
	posted := w.Must(201, servertest.Request{As: servertest.OtherKey, Method: "POST", URL: "/v1/complaints", Headers: key("k"), Body: `{"source":"own","external_reference":"X-1",
		"complainant":{"kind":"person","name":"王小明","phone":"13812345678"},"request":"退还。","narrative":"未告知。","transaction":{"reference":"ORD-2","kind":"wealth_purchase","at":"2026-03-16T10:00:00+08:00","risk_level":4}}`}).Get("id")
	if p := w.Must(200, servertest.Request{As: servertest.OtherKey, Method: "GET", URL: "/v1/complaints/" + posted + "/notice-provenance"}); strings.Contains(p.Body, "ndl_") || p.Get("notices.1.status") != "missing" {
		t.Errorf("a key sees what another client gave: %s", p.Body)
	}
	bare := register(t, w, "zhaolei", "")
	w.Run(t,
		servertest.Scenario{Name: "a complaint that names no sale", As: "zhaolei", Method: "GET", URL: "/v1/complaints/" + bare + "/notice-provenance", WantStatus: 409,
			WantCode: "complaint.transaction_unknown", WantBody: []string{"该投诉未登记涉诉交易。"}},
		servertest.Scenario{Name: "another branch's complaint looks like none", As: "wuhao", Method: "GET", URL: "/v1/complaints/" + first + "/notice-provenance", WantStatus: 404,
			WantCode: "complaint.not_found", NotBody: []string{"ORD-1"}},
		servertest.Scenario{Name: "a sale in the future", As: "zhaolei", Method: "PATCH", URL: "/v1/complaints/" + bare, Headers: match(`"1"`),
			Body: `{"transaction":{"reference":"ORD-9","kind":"wealth_purchase","at":"2027-01-01T00:00:00Z"}}`, WantStatus: 422, WantCode: "value.in_future", WantBody: []string{"#/transaction/at"}},
		servertest.Scenario{Name: "the sale is named later", As: "zhaolei", Method: "PATCH", URL: "/v1/complaints/" + bare, Headers: match(`"1"`),
			Body: `{"transaction":{"reference":"ORD-2","kind":"wealth_purchase","at":"2026-03-16T10:00:00+08:00","risk_level":4}}`, WantStatus: 200, WantBody: []string{`"risk_level":4`}})
	if p := provenance(bare); p.Get("notices.1.status") != "proved" {
		t.Errorf("named later: %s", p.Body)
	}
}

// Each version is drafted by one, approved by legal, published, and never changed; each refusal says why.
func TestRightsNoticeLife(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, morning)
	id := w.Must(201, servertest.Request{As: "hejing", Method: "POST", URL: "/v1/rights-notices", Body: riskNotice}).Get("id")
	s := func(name, as, url, body string, headers map[string]string, status int, code string, want ...string) servertest.Scenario {
		return servertest.Scenario{Name: name, As: as, Method: "POST", URL: "/v1/rights-notices" + url, Body: body, Headers: headers, WantStatus: status, WantCode: code, WantBody: want}
	}
	english := map[string]string{"Accept-Language": "en"}
	w.Run(t,
		s("one draft at a time", "hejing", "", riskNotice, nil, 409, "edition.under_way", "该文本已有一个版本在起草或待发布。"),
		s("publication without approval", "hejing", "/"+id+"/publication", `{}`, nil, 409, "edition.not_approved", "须由起草人以外的人员审批后方可发布", `"current_state":"draft"`),
		s("the office does not approve", "hejing", "/"+id+"/approval", "", match(`"1"`), 403, "auth.forbidden", "rights_notice.approve", `"department_kind":"legal"`),
		s("a branch does not draft", "wuhao", "", riskNotice, nil, 403, "auth.forbidden", "rights_notice.create"),
		s("approval of what was not read", "gaofei", "/"+id+"/approval", "", nil, 428, "record.match_missing"),
		s("approved", "gaofei", "/"+id+"/approval", "", match(`"1"`), 200, "", `"state":"approved"`, `"allowed_actions":[]`),
		s("approved twice", "gaofei", "/"+id+"/approval", "", match(`"2"`), 409, "edition.wrong_state", "该版本当前状态不能执行此操作。", `"current_state":"approved"`),
		s("in force in the past", "hejing", "/"+id+"/publication", `{"in_force_at":"2020-01-01T00:00:00+08:00"}`, english, 422, "edition.backdated", "never in the past", "#/in_force_at"),
		s("published", "hejing", "/"+id+"/publication", `{"in_force_at":"2026-04-01T00:00:00+08:00"}`, nil, 200, "", `"state":"published"`, `"in_force":false`, `"allowed_actions":["withdraw"]`),
		s("nobody has it", "hejing", "/ntc_unknown/withdrawal", "", nil, 404, "rights_notice.not_found", "没有该权益告知文本。"),
		s("unknown codes", "hejing", "", strings.Replace(riskNotice, "wealth_purchase", "wealth_purchse", 1), nil, 422, "value.not_in_code_list", `"suggestion":"wealth_purchase"`))
	second := w.Must(201, servertest.Request{As: "hejing", Method: "POST", URL: "/v1/rights-notices", Body: riskNotice}).Get("id")
	w.Must(200, servertest.Request{As: "gaofei", Method: "POST", URL: "/v1/rights-notices/" + second + "/approval", Headers: match(`"1"`)})
	w.Run(t,
		s("before the version that it follows", "hejing", "/"+second+"/publication", `{"in_force_at":"2026-03-31T00:00:00+08:00"}`, nil, 422, "edition.before_former", "新版本的生效时间须晚于上一版本。"),
		s("withdrawn", "hejing", "/"+second+"/withdrawal", "", nil, 200, "", `"state":"withdrawn"`, `"number":2`),
		s("withdrawn is the end", "hejing", "/"+second+"/publication", `{}`, nil, 409, "edition.wrong_state"))
	get := func(url string) servertest.Answer {
		return w.Must(200, servertest.Request{As: servertest.PartnerKey, Method: "GET", URL: url})
	}
	if a := get("/v1/rights-notices"); strings.Contains(a.Body, second) || !strings.Contains(a.Body, id) {
		t.Errorf("clients see what was published alone: %s", a.Body)
	}
	current := "/v1/rights-notices/current?transaction_kind=wealth_purchase&risk_level=4&channel="
	if a := get(current + "premises"); a.Get("notices.1.code") != "product_risk" || a.Get("notices.1.notice") != "" || a.Get("notices.1.requirement.official") != "false" {
		t.Errorf("not in force yet: %s", a.Body)
	}
	if a := get(current + "premises&at=2026-04-01T00:00:00%2B08:00"); a.Get("notices.1.notice.id") != id || a.Get("notices.1.notice.text") != "本产品可能损失本金。" {
		t.Errorf("from the first of April: %s", a.Body)
	}
	if a := get(current + "sms&at=2026-04-01T00:00:00%2B08:00"); a.Get("notices.1.notice") != "" {
		t.Errorf("not for this channel: %s", a.Body)
	}
}

// A proof is kept once however often, and by however many at once, it is sent; each refusal keeps none of the others from being kept, and a client
// sees its own alone.
func TestNoticeDeliveriesAreKeptOnce(t *testing.T) {
	t.Parallel()
	w := threeVersions(t)
	in := "2026-03-16T09:58:00+08:00"
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			if a := deliver(w, w.Token(servertest.PartnerKey), delivery("ORD-1", 3, in), delivery("ORD-2", 3, in)); a.Status != 207 || strings.Contains(a.Body, `"problem":{`) {
				t.Errorf("racing: %d %s", a.Status, a.Body)
			}
		})
	}
	wait.Wait()
	count := func(as, query string) string {
		return w.Must(200, servertest.Request{As: as, Method: "GET", URL: "/v1/notice-deliveries?include_total=true" + query}).Get("total")
	}
	if n := count("hejing", ""); n != "2" {
		t.Errorf("%s deliveries", n)
	}
	a := deliver(w, servertest.PartnerKey, delivery("ORD-1", 3, in), delivery("ORD-1", 3, "2026-03-16T09:59:00+08:00"), delivery("ORD-3", 9, in), delivery("ORD-4", 3, "2027-03-16T09:58:00+08:00"),
		delivery("ORD-5", 3, in, `"superseded":true`), strings.Replace(delivery("ORD-6", 3, in), "mobile_client", "sms", 1), strings.Replace(delivery("ORD-7", 3, in), "product_risk", "no_notice", 1),
		`{"transaction_reference":"ORD-8"}`, delivery("ORD-9", 1, "2026-03-01T10:00:00+08:00", `"superseded":true`), delivery("ORD-10", 3, in))
	for i, want := range []string{`"status":200`, `notice_delivery.conflict`, `notice_delivery.edition_unknown`, `value.in_future`, `notice_delivery.not_superseded`, `notice_delivery.channel_not_served`,
		`value.not_found`, `value.required`, `notice_delivery.not_superseded`, `"status":201`} {
		if got := a.Get(fmt.Sprintf("items.%d", i)); !strings.Contains(got, want) {
			t.Errorf("%d: %s is missing in %s", i, want, got)
		}
	}
	for _, words := range []string{"该交易的同一告知行为已登记，且内容不同。", "该告知没有此编号的已发布版本。", "该版本在告知时有效，不应标记为已被取代。", "该告知不适用于此渠道或交易类别。"} {
		if !strings.Contains(a.Body, words) {
			t.Errorf("%s is missing in %s", words, a.Body)
		}
	}
	if mine, all := count(servertest.OtherKey, ""), count("shenji", "&transaction_reference=ORD-1"); mine != "0" || all != "1" {
		t.Errorf("another client sees %s, the auditor %s", mine, all)
	}
	key := map[string]string{"Idempotency-Key": "k1"}
	body := `{"deliveries":[` + delivery("ORD-11", 3, in) + `]}`
	post := func(body string) servertest.Answer {
		return w.Do(servertest.Request{As: servertest.PartnerKey, Method: "POST", URL: "/v1/notice-deliveries", Body: body, Headers: key})
	}
	first, again := post(body), post(body)
	if first.Get("items.0.status") != "201" || again.Get("items.0.status") != "200" || first.Get("items.0.delivery.id") != again.Get("items.0.delivery.id") {
		t.Errorf("with a key: %s\n%s", first.Body, again.Body)
	}
	early := `{"deliveries":[` + delivery("ORD-20", 3, in) + "," + delivery("ORD-21", 3, "2026-03-17T17:00:00+08:00") + `]}`
	key["Idempotency-Key"] = "k2"
	if a := post(early); a.Get("items.1.problem.errors.0.code") != "value.in_future" {
		t.Errorf("an hour too early: %s", a.Body)
	}
	w.Forward("2026-03-17T10:00:00Z")
	if a := post(early); a.Header.Get("Idempotency-Replayed") != "true" || a.Get("items.0.status") != "200" || a.Get("items.1.status") != "201" || count("shenji", "&transaction_reference=ORD-21") != "1" {
		t.Errorf("what is sound by now is kept by now: %s", a.Body)
	}
	key["Idempotency-Key"] = "k1"
	if other := post(strings.Replace(body, "ORD-11", "ORD-12", 1)); other.Get("code") != "idempotency.key_reused" {
		t.Errorf("the key for something else: %s", other.Body)
	}
	w.Run(t, servertest.Scenario{Name: "staff post no proofs", As: "zhaolei", Method: "POST", URL: "/v1/notice-deliveries", Body: body, WantStatus: 403, WantCode: "auth.forbidden", WantBody: []string{"notice_delivery.create"}},
		servertest.Scenario{Name: "a handler does not browse them", As: "zhaolei", Method: "GET", URL: "/v1/notice-deliveries", WantStatus: 403, WantCode: "auth.forbidden"})
}

// The proof of a delivery is named by its file, never by a number of the consumer.
func TestDeliveryEvidenceHoldsNoNumber(t *testing.T) {
	t.Parallel()
	w := threeVersions(t)
	for language, words := range map[string]string{"en": "A reference never holds a telephone, identity or card number", "zh-CN": "凭证编号不得含有电话号码"} {
		body := strings.Replace(delivery("ORD-9", 3, "2026-03-16T09:58:00+08:00"), "evid/1", "evid/13812345678", 1)
		a := w.Must(207, servertest.Request{As: servertest.PartnerKey, Method: "POST", URL: "/v1/notice-deliveries", Body: `{"deliveries":[` + body + `]}`, Headers: map[string]string{"Accept-Language": language}})
		for _, want := range []string{`"status":422`, `"code":"value.holds_personal_number"`, `"pointer":"#/evidence_reference"`, words} {
			if !strings.Contains(a.Body, want) {
				t.Errorf("%s is missing in %s", want, a.Body)
			}
		}
	}
}

// Of those who draft a version at once one does; the others are told of hers.
func TestOneVersionIsDraftedAtATime(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, morning)
	texts := map[string]string{"/v1/rights-notices": riskNotice, "/v1/consent-texts": `{"purpose":"survey","text_zh":"我们想询问投诉处理情况。"}`,
		"/v1/internal-policies": `{"code":"complaint_rules","title":"投诉处理制度","rule_set":"complaint_handling","text":"第一条","audience":{},"review_due_on":"2027-01-01"}`}
	token := w.Token("hejing")
	for url, body := range texts {
		statuses := make(chan int, 8)
		var wait sync.WaitGroup
		for range cap(statuses) {
			wait.Go(func() {
				a := w.Do(servertest.Request{As: token, Method: "POST", URL: url, Body: body})
				if a.Status != 201 && a.Get("code") != "edition.under_way" {
					t.Errorf("%s: %d %s", url, a.Status, a.Body)
				}
				statuses <- a.Status
			})
		}
		wait.Wait()
		close(statuses)
		made := 0
		for status := range statuses {
			if status == 201 {
				made++
			}
		}
		if made != 1 {
			t.Errorf("%s: %d were made", url, made)
		}
	}
}
