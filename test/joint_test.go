package test

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"xiaobao/internal/app"
	"xiaobao/internal/servertest"
	"xiaobao/internal/store"
)

const complaintBody = `{"source":"own","external_reference":"%s","complainant":{"kind":"person","name":"王小明","phone":"13812345678"},
	"business_code":"credit_card","request":"退还重复收取的费用。","narrative":"信用卡同一笔消费被收取两次手续费。"}`

func intake(reference string) string { return fmt.Sprintf(complaintBody, reference) }

func key(k string) map[string]string { return map[string]string{"Idempotency-Key": k} }

// Fifty racers with one key, in two processes, make one complaint; an unrelated complaint does not wait for them.
func TestFiftyRacersMakeOneComplaint(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, "2026-03-24T01:30:00Z")
	apps := []*app.App{w.App, w.Open()}
	var wg sync.WaitGroup
	ids := sync.Map{}
	var busy, done atomic.Int64
	for i := range 50 {
		wg.Go(func() {
			a := w.Do(servertest.Request{As: servertest.PartnerKey, Method: "POST", URL: "/v1/complaints", Body: intake("R-1"), Headers: key("racer"), On: apps[i%2]})
			switch {
			case a.Status == 201:
				done.Add(1)
				ids.Store(a.Get("id"), true)
			case a.Status == 409 && a.Get("code") == "idempotency.in_progress":
				busy.Add(1)
			default:
				t.Errorf("status %d: %s", a.Status, a.Body)
			}
		})
	}
	other := w.Do(servertest.Request{As: servertest.OtherKey, Method: "POST", URL: "/v1/complaints", Body: intake("R-1"), Headers: key("racer")})
	if other.Status != 201 {
		t.Errorf("the unrelated complaint: %d %s", other.Status, other.Body)
	}
	wg.Wait()
	distinct := 0
	ids.Range(func(any, any) bool { distinct++; return true })
	list := w.Do(servertest.Request{As: servertest.PartnerKey, Method: "GET", URL: "/v1/complaints?include_total=true"})
	if distinct != 1 || list.Get("total") != "1" || done.Load() == 0 {
		t.Errorf("%d ids, total %s, %d done, %d told to wait", distinct, list.Get("total"), done.Load(), busy.Load())
	}
}

// What a partner meets in its first minutes: replays, references and conflicts.
func TestPartnerFilesOnce(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, "2026-03-24T01:30:00Z")
	body := intake("A-1")
	reordered := `{"narrative":"信用卡同一笔消费被收取两次手续费。","request":"退还重复收取的费用。","business_code":"credit_card",
		"complainant":{"phone":"13812345678","name":"王小明","kind":"person"},"external_reference":"A-1","source":"own"}`
	post := func(name, body, k string, status int, code string, headers map[string]string) servertest.Scenario {
		s := servertest.Scenario{Name: name, As: servertest.PartnerKey, Method: "POST", URL: "/v1/complaints", Body: body, WantStatus: status, WantCode: code, WantHeader: headers,
			NotBody: []string{"13812345678", "王小明"}}
		if k != "" {
			s.Headers = key(k)
		}
		return s
	}
	w.Run(t,
		post("without the key", body, "", 400, "idempotency.key_missing", nil),
		post("first", body, "k1", 201, "", map[string]string{"Idempotency-Replayed": ""}),
		post("again, members in another order", reordered, "k1", 201, "", map[string]string{"Idempotency-Replayed": "true"}),
		post("again, the key in quotes", body, `"k1"`, 201, "", map[string]string{"Idempotency-Replayed": "true"}),
		post("the key with another text", strings.Replace(body, "两次", "三次", 1), "k1", 422, "idempotency.key_reused", nil),
		post("another key, the same reference and content", body, "k2", 200, "", nil),
		post("another key, the same reference, other content", strings.Replace(body, "两次", "三次", 1), "k3", 409, "complaint.reference_conflict", nil),
	)
	other := w.Do(servertest.Request{As: servertest.PartnerKey, Method: "GET", URL: "/v1/complaints"})
	id := other.Get("data.0.id")
	absent := w.Do(servertest.Request{As: servertest.OtherKey, Method: "GET", URL: "/v1/complaints/cmp_absent"})
	foreign := w.Do(servertest.Request{As: servertest.OtherKey, Method: "GET", URL: "/v1/complaints/" + id})
	strip := func(a servertest.Answer) string {
		return strings.NewReplacer(a.Get("request_id"), "", a.Get("instance"), "").Replace(a.Body)
	}
	if absent.Status != 404 || foreign.Status != 404 || strip(absent) != strip(foreign) {
		t.Errorf("a foreign complaint can be told from an absent one:\n%s\n%s", absent.Body, foreign.Body)
	}
}

// All faults of a bad intake come back at once, with pointers and suggestions, in both languages, repeating nothing of what was sent.
func TestBadIntakeTellsAllFaults(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, "2026-03-24T01:30:00Z")
	bad := `{"source":"owm","external_reference":"B-1","complainant":{"kind":"person","naem":"王小明","id_type":"resident_id","id_number":"110105194912310021","phone":"13812345678"},
		"business_code":"credit_crad","received_at":"2026-03-24T03:00:00Z","request":"退费","narrative":"x"}`
	for language, words := range map[string][]string{
		"zh-CN": {"校验码不符；可不填该项，或按未核实提交。", "没有这个成员。", "时间不能晚于现在。"},
		"en":    {"The checksum does not match; leave the member out, or post it as unverified.", "There is no such member.", "The time lies in the future."},
	} {
		w.Run(t, servertest.Scenario{Name: language, As: servertest.PartnerKey, Method: "POST", URL: "/v1/complaint-previews", Body: bad,
			Headers: map[string]string{"Accept-Language": language}, WantStatus: 422, WantCode: "request.invalid",
			WantBody: append(words, `"pointer":"#/source","suggestion":"own"`, `"pointer":"#/complainant/naem","suggestion":"name"`, `"pointer":"#/complainant/id_number"`,
				`"pointer":"#/business_code","suggestion":"credit_card"`, `"pointer":"#/received_at"`, `"pointer":"#/complainant/name"`),
			NotBody:    []string{"110105194912310021", "13812345678", "王小明", "crad", "owm"},
			WantHeader: map[string]string{"Content-Language": language}})
	}
	cured := strings.NewReplacer(`"owm"`, `"own"`, "naem", "name", "110105194912310021", "11010519491231002X", "crad", "card", "T03:00", "T01:00").Replace(bad)
	w.Run(t, servertest.Scenario{Name: "cured", As: servertest.PartnerKey, Method: "POST", URL: "/v1/complaint-previews", Body: cured, WantStatus: 200,
		WantBody: []string{`"due_on":"2026-04-08"`, `"rule_set":"NFRA-2020"`}})
	if list := w.Do(servertest.Request{As: servertest.PartnerKey, Method: "GET", URL: "/v1/complaints?include_total=true"}); list.Get("total") != "0" {
		t.Errorf("a preview stored something: %s", list.Body)
	}
}

// Pages are disjoint and complete while others insert; a token goes with its filter and its owner.
func TestPagesAreDisjointAndComplete(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, "2026-03-24T01:30:00Z")
	post := func(i int) string {
		a := w.Do(servertest.Request{As: servertest.PartnerKey, Method: "POST", URL: "/v1/complaints", Body: intake(fmt.Sprint("P-", i)), Headers: key(fmt.Sprint("p", i))})
		if a.Status != 201 {
			t.Fatal(a.Body)
		}
		return a.Get("id")
	}
	want := map[string]bool{}
	for i := range 7 {
		want[post(i)] = true
	}
	seen := map[string]bool{}
	url, first := "/v1/complaints?stage=intake&sort=act_by_on&limit=3", ""
	for n := 7; url != ""; n++ {
		page := w.Do(servertest.Request{As: servertest.PartnerKey, Method: "GET", URL: url})
		if page.Status != 200 {
			t.Fatal(page.Body)
		}
		for i := range 3 {
			id := page.Get(fmt.Sprintf("data.%d.id", i))
			if id != "" && seen[id] {
				t.Errorf("%s came twice", id)
			}
			seen[id] = true
		}
		post(n)
		url = ""
		if token := page.Get("next_page_token"); token != "" {
			url = "/v1/complaints?limit=3&page_token=" + token
			first = token
		}
	}
	for id := range want {
		if !seen[id] {
			t.Errorf("%s never came", id)
		}
	}
	w.Run(t,
		servertest.Scenario{Name: "another filter", As: servertest.PartnerKey, Method: "GET", URL: "/v1/complaints?stage=closed&page_token=" + first, WantStatus: 400, WantCode: "page.token_mismatch"},
		servertest.Scenario{Name: "another's token", As: servertest.OtherKey, Method: "GET", URL: "/v1/complaints?page_token=" + first, WantStatus: 400, WantCode: "page.token_invalid"},
		servertest.Scenario{Name: "a forged token", As: servertest.PartnerKey, Method: "GET", URL: "/v1/complaints?page_token=" + first[:len(first)-2] + "AA", WantStatus: 400, WantCode: "page.token_invalid"},
		servertest.Scenario{Name: "limit 201", As: servertest.PartnerKey, Method: "GET", URL: "/v1/complaints?limit=201", WantStatus: 400, WantCode: "request.bad_parameter"},
		servertest.Scenario{Name: "a mistyped parameter", As: servertest.PartnerKey, Method: "GET", URL: "/v1/complaints?stgae=intake", WantStatus: 400, WantBody: []string{`"suggestion":"stage"`}},
	)
}

// Whoever is named in a complaint does not register it: it would be hers to see. A key that may create and not read is told what became of its complaint.
func TestWhoRegistersSeesWhatBecameOfIt(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, morning)
	self := `{"source":"own","intake_channel":"branch","complainant":{"kind":"unidentified"},"request":"退费","narrative":"柜员态度差","respondent":{"staff_id":"10004"}}`
	for language, words := range map[string]string{"en": "registered by a colleague", "zh-CN": "须由其他同事登记"} {
		w.Run(t, servertest.Scenario{Name: language, As: "wuhao", Method: "POST", URL: "/v1/complaints", Body: self, Headers: map[string]string{"Accept-Language": language},
			WantStatus: 422, WantCode: "complaint.names_you", WantBody: []string{"#/respondent/staff_id", words}})
	}
	made := w.Must(201, servertest.Request{As: "guanli", Method: "POST", URL: "/v1/api-keys", Body: `{"api_client_id":"cli_demo_anxin","name":"只写","scopes":["complaint.create"]}`})
	first := w.Must(201, servertest.Request{As: made.Get("secret"), Method: "POST", URL: "/v1/complaints", Body: intake("W-1"), Headers: key("w1")})
	if first.Get("complainant.phone") != "138****5678" || first.Get("allowed_actions") != "[]" {
		t.Error(first.Body)
	}
	if a := w.Do(servertest.Request{As: made.Get("secret"), Method: "GET", URL: "/v1/complaints/" + first.Get("id")}); a.Status != 403 {
		t.Errorf("the key reads: %d", a.Status)
	}
}

// Whom a complaint is about is a department that there is. A key is told the same of one that there is and of one that there is not.
func TestRespondentDepartment(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, morning)
	about := func(department, body string) string {
		return strings.Replace(body, `"source"`, fmt.Sprintf(`"respondent":{"department_id":%q},"source"`, department), 1)
	}
	staff := fmt.Sprintf(staffIntake, "own", "phone", "2026-03-24T09:00:00+08:00", "周敏", "", "甲")
	made := w.Must(201, post("wuhao", "/v1/complaints", about("dep_demo_suzhou", staff), ""))
	if made.Get("respondent.department.name") != "苏州分行" {
		t.Error(made.Body)
	}
	w.Run(t, servertest.Scenario{Name: "none", As: "wuhao", Method: "POST", URL: "/v1/complaints", Body: about("dep_absent", staff), WantStatus: 422, WantCode: "value.not_found",
		WantBody: []string{`"pointer":"#/respondent/department_id"`}})
	item := readBatch(t, w.Do(post("wuhao", batches, batchOf(about("dep_absent", staff)), "")), 207).Items[0]
	if item.Status != 422 || item.Problem.Errors[0].Code != "value.not_found" {
		t.Errorf("in a batch: %+v", item.Problem)
	}
	var told []string
	for _, id := range []string{"dep_demo_suzhou", "dep_absent"} {
		a := w.Do(post(servertest.PartnerKey, "/v1/complaints", about(id, intake("D-1")), "d1"))
		servertest.Scenario{WantStatus: 422, WantCode: "complaint.department_not_yours", WantBody: []string{"接口密钥不能指定机构内部部门，请在 respondent.unit 中写明被投诉网点。"}}.Judge(t, id, a)
		told = append(told, plain(a))
	}
	if told[0] != told[1] {
		t.Errorf("a key learns which departments there are: %v", told)
	}
}

// What is changed is found by a poll that goes back as far as a transaction may lag behind; the contract says how far.
func TestContractTellsThePollsOverlap(t *testing.T) {
	t.Parallel()
	if !strings.Contains(string(servertest.Contract().YAML()), fmt.Sprintf("A change shows up to %.0f seconds after its `updated_at`", store.Overlap.Seconds())) {
		t.Error("the contract names another overlap than the store keeps")
	}
}
