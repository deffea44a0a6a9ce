package test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"xiaobao/internal/servertest"
	"xiaobao/internal/store"
)

const (
	phone    = "13812345678"
	idNumber = "11010519491231002X"
)

const fullBody = `{"source":"own","external_reference":"%s","complainant":{"kind":"person","name":"王小明","phone":"138 1234 5678","id_type":"resident_id","id_number":"11010519491231002X","address":"江苏省南京市玄武区中山路1号"},
	"business_code":"credit_card","request":"退还重复收取的费用。","narrative":"信用卡同一笔消费被收取两次手续费。"}`

// file registers a complaint of the partner, which goes to the complaint centre.
func file(t *testing.T, w *servertest.World, as, reference string) string {
	t.Helper()
	a := w.Do(servertest.Request{As: as, Method: "POST", URL: "/v1/complaints", Body: fmt.Sprintf(fullBody, reference), Headers: key("file-" + reference)})
	if a.Status != 201 {
		t.Fatal(a.Body)
	}
	return a.Get("id")
}

// put changes rows behind the product's back: what brings them there is built elsewhere.
func put(t *testing.T, w *servertest.World, table string, rows any, where ...any) {
	t.Helper()
	_, err := store.Maintain(context.Background(), w.App.DB, func(tx *store.Tx) (struct{}, error) {
		g := tx.Gorm().Table(table)
		if len(where) > 0 {
			return struct{}{}, g.Where(where[0], where[1:]...).Updates(rows).Error
		}
		return struct{}{}, g.Create(rows).Error
	})
	if err != nil {
		t.Fatal(err)
	}
}

// stage moves a complaint, with somebody responsible.
func stage(t *testing.T, w *servertest.World, id, stage, responsible string) {
	t.Helper()
	put(t, w, "complaint", map[string]any{"stage": stage, "responsible_id": responsible}, "id = ?", id)
}

// entries are audit entries in the order in which they were made: action, actor, stage, purpose and basis, reason, changes.
func entries(t *testing.T, w *servertest.World, objectID string) []string {
	t.Helper()
	all, err := store.Read(context.Background(), w.App.DB, func(v *store.View) ([]string, error) {
		var rows []struct{ Action, ActorID, Stage, Purpose, Basis, Reason, Changes string }
		q := v.Gorm().Table("audit_entry").Order("id")
		if objectID != "" {
			q = q.Where("object_id = ?", objectID)
		}
		err := q.Find(&rows).Error
		var texts []string
		for _, r := range rows {
			texts = append(texts, strings.Join([]string{r.Action, r.ActorID, r.Stage, strings.TrimSpace(r.Purpose + " " + r.Basis), r.Reason, r.Changes}, "|"))
		}
		return texts, err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func count(all []string, prefix string) (n int) {
	for _, text := range all {
		if strings.HasPrefix(text, prefix) {
			n++
		}
	}
	return n
}

func post(as, url, body, k string) servertest.Request {
	r := servertest.Request{As: as, Method: "POST", URL: url, Body: body}
	if k != "" {
		r.Headers = key(k)
	}
	return r
}

// A note is for colleagues, and changes nothing that a partner sees.
func TestNoteIsInternal(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, "2026-03-24T01:30:00Z")
	id := file(t, w, servertest.PartnerKey, "N-1")
	url := "/v1/complaints/" + id + "/notes"
	body := `{"text":"客户说密码是abc123，号码13812345678，已转信用卡部。"}`
	before := w.Do(servertest.Request{As: "zhaolei", Method: "GET", URL: "/v1/complaints/" + id})
	first := w.Do(post("zhaolei", url, body, "n1"))
	if first.Status != 201 || first.Get("struck") != "true" || first.Get("by.name") != "赵蕾" || first.Get("complaint.etag") != before.Get("etag") ||
		first.Header.Get("Location") != "/v1/complaints/"+id || strings.Contains(first.Body, "abc123") || !strings.Contains(first.Body, phone) {
		t.Errorf("note: %d %s", first.Status, first.Body)
	}
	again := w.Do(post("zhaolei", url, body, "n1"))
	if again.Get("id") != first.Get("id") || again.Header.Get("Idempotency-Replayed") != "true" {
		t.Errorf("replay: %s", again.Body)
	}
	after := w.Do(servertest.Request{As: "zhaolei", Method: "GET", URL: "/v1/complaints/" + id})
	if after.Get("updated_at") != before.Get("updated_at") {
		t.Error("a note changed updated_at")
	}
	officer := w.Do(post("hejing", url, body, ""))
	if officer.Status != 201 || strings.Contains(officer.Body, phone) || officer.Get("masked_fields.0") != "/text" {
		t.Errorf("who may not see contacts reads them in a note: %s", officer.Body)
	}
	w.Run(t,
		servertest.Scenario{Name: "another branch", As: "wuhao", Method: "POST", URL: url, Body: body, WantStatus: 404, WantCode: "complaint.not_found"},
		servertest.Scenario{Name: "readable, not allowed", As: "shenji", Method: "POST", URL: url, Body: body, WantStatus: 403, WantCode: "auth.forbidden", WantBody: []string{"complaint.note"}},
		servertest.Scenario{Name: "partner", As: servertest.PartnerKey, Method: "POST", URL: url, Body: body, WantStatus: 403, WantCode: "auth.scope_missing", WantBody: []string{"complaint.note"}},
		servertest.Scenario{Name: "empty", As: "zhaolei", Method: "POST", URL: url, Body: `{"text":""}`, WantStatus: 422, WantCode: "value.too_short"},
		servertest.Scenario{Name: "partner's timeline", As: servertest.PartnerKey, Method: "GET", URL: "/v1/complaints/" + id + "/timeline", WantStatus: 200,
			NotBody: []string{`"note"`, "信用卡部。", "赵蕾", "何静", phone}},
		servertest.Scenario{Name: "colleague's timeline", As: "zhaolei", Method: "GET", URL: "/v1/complaints/" + id + "/timeline", WantStatus: 200, WantBody: []string{`"note"`, "赵蕾", phone}},
		servertest.Scenario{Name: "officer's timeline", As: "hejing", Method: "GET", URL: "/v1/complaints/" + id + "/timeline", WantStatus: 200, WantBody: []string{`"note"`, "138****5678"}, NotBody: []string{phone}},
	)
	for _, e := range entries(t, w, "") {
		if strings.Contains(e, phone) || strings.Contains(e, "abc123") {
			t.Errorf("the audit holds a personal value: %s", e)
		}
	}
	if n := count(entries(t, w, id), "consumer.contact.read|usr_demo_zhaolei"); n != 1 {
		t.Errorf("%d looks of one day", n)
	}
}

// The first contact that reached the complainant meets the acknowledgement clock, at its own time.
func TestContactMeetsAcknowledgement(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, "2026-03-24T01:30:00Z")
	id := file(t, w, servertest.PartnerKey, "C-1")
	url := "/v1/complaints/" + id + "/contacts"
	contact := func(at, direction string, reached bool) string {
		return fmt.Sprintf(`{"at":"%s","form":"phone","direction":"%s","reached":%t,"text":"致电13812345678告知受理。","reference":"REC-1"}`, at, direction, reached)
	}
	w.Forward("2026-03-26T06:00:00Z") // the acknowledgement was due on the 25th
	missed := w.Do(post("zhaolei", url, contact("2026-03-24T10:00:00+08:00", "out", false), "c1"))
	if missed.Status != 201 || missed.Get("complaint.etag") != `"2"` {
		t.Fatal(missed.Body)
	}
	met := w.Do(post("zhaolei", url, contact("2026-03-25T23:30:00+08:00", "in", true), "c2"))
	if met.Status != 201 || met.Get("complaint.etag") != `"3"` || met.Get("at") != "2026-03-25T15:30:00Z" {
		t.Fatal(met.Body)
	}
	w.Do(post("zhaolei", url, contact("2026-03-26T08:00:00+08:00", "out", true), "c3"))
	if c := w.Do(servertest.Request{As: "zhaolei", Method: "GET", URL: "/v1/complaints/" + id}); c.Get("due_on") != "2026-04-08" || c.Get("act_by_on") != "2026-04-08" || c.Get("stage_due_on") != "2026-03-25" {
		t.Errorf("the dates did not survive a contact: %s", c.Body)
	}
	line := w.Do(servertest.Request{As: servertest.PartnerKey, Method: "GET", URL: "/v1/complaints/" + id + "/timeline"})
	if n := strings.Count(line.Body, `"event":"met"`); n != 1 || strings.Contains(line.Body, `"event":"breached"`) || !strings.Contains(line.Body, `"reached":true`) {
		t.Errorf("%d times met: %s", n, line.Body)
	}
	for _, secret := range []string{"REC-1", "告知受理", "赵蕾", phone} {
		if strings.Contains(line.Body, secret) {
			t.Errorf("a partner reads %s", secret)
		}
	}
	if !strings.Contains(line.Body, "投诉处理中心") {
		t.Error("a partner is not told the department")
	}
	polled := w.Do(servertest.Request{As: servertest.PartnerKey, Method: "GET", URL: "/v1/complaints?updated_after=2026-03-25T00:00:00Z"})
	if polled.Get("data.0.id") != id {
		t.Error("a partner who polls does not hear of contacts")
	}
	for _, e := range entries(t, w, id) {
		if strings.HasPrefix(e, "complaint.log_contact") && strings.Contains(e, "complainant_name") {
			t.Errorf("a name that was sealed anew counts as a change: %s", e)
		}
	}
	for language, words := range map[string][]string{"zh-CN": {"时间不能早于投诉收到之日。"}, "en": {"The time lies before the day on which the complaint was received."}} {
		w.Run(t, servertest.Scenario{Name: language, As: "zhaolei", Method: "POST", URL: url, Body: contact("2026-03-23T23:59:59+08:00", "out", true),
			Headers: map[string]string{"Accept-Language": language}, WantStatus: 422, WantCode: "complaint.before_receipt", WantBody: append(words, `"#/at"`)})
	}
	w.Run(t,
		servertest.Scenario{Name: "in the future", As: "zhaolei", Method: "POST", URL: url, Body: contact("2026-03-26T06:10:00Z", "out", true), WantStatus: 422, WantCode: "value.in_future"},
		servertest.Scenario{Name: "unknown form", As: "zhaolei", Method: "POST", URL: url, Body: strings.Replace(contact("2026-03-26T06:00:00Z", "out", true), "phone", "phon", 1), WantStatus: 422, WantCode: "value.not_in_code_list"},
		servertest.Scenario{Name: "officer", As: "hejing", Method: "POST", URL: url, Body: contact("2026-03-26T06:00:00Z", "out", true), WantStatus: 403, WantCode: "auth.forbidden", WantBody: []string{"complaint.log_contact"}},
	)
}

// A partner adds material to what it posted, and to nothing else.
func TestMaterialOfPartner(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, "2026-03-24T01:30:00Z")
	id := file(t, w, servertest.PartnerKey, "M-1")
	url, body := "/v1/complaints/"+id+"/materials", `{"text":"王小明补充：3月20日的账单也有同样的收费。"}`
	first := w.Do(post(servertest.PartnerKey, url, body, "m1"))
	if first.Status != 201 || first.Get("by.name") != servertest.PartnerKey || first.Get("complaint.etag") != `"2"` || strings.Contains(first.Body, "王小明") {
		t.Errorf("material: %s", first.Body)
	}
	if again := w.Do(post(servertest.PartnerKey, url, body, "m1")); again.Status != 201 || again.Get("id") != first.Get("id") || again.Get("complaint.etag") != `"2"` {
		t.Errorf("replay: %s", again.Body)
	}
	stage(t, w, id, "archived", "usr_demo_zhaolei")
	w.Run(t,
		servertest.Scenario{Name: "for ever", As: servertest.PartnerKey, Method: "POST", URL: url, Body: body, WantStatus: 201},
		servertest.Scenario{Name: "another's", As: servertest.OtherKey, Method: "POST", URL: url, Body: body, WantStatus: 404, WantCode: "complaint.not_found"},
		servertest.Scenario{Name: "regulator", As: servertest.RegulatorKey, Method: "POST", URL: url, Body: body, WantStatus: 403, WantCode: "auth.scope_missing"},
		servertest.Scenario{Name: "before receipt", As: servertest.PartnerKey, Method: "POST", URL: url, Body: `{"text":"x","received_at":"2026-03-01T00:00:00Z"}`, WantStatus: 422,
			WantCode: "complaint.before_receipt", WantBody: []string{`"#/received_at"`}},
		servertest.Scenario{Name: "own timeline", As: servertest.PartnerKey, Method: "GET", URL: "/v1/complaints/" + id + "/timeline", WantStatus: 200,
			WantBody: []string{`"material"`, "补充：3月20日", servertest.PartnerKey, `"registered"`}, NotBody: []string{"王小明"}},
	)
}

// The timeline comes in disjoint and complete pages, newest first, whatever the last digits of its microseconds are, also where entries of one instant
// stand on two pages.
func TestTimelineInPages(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, "2026-03-24T01:30:00Z")
	id := file(t, w, servertest.PartnerKey, "T-1")
	const notes = 15 // the clock of the test goes on by a few microseconds a request: some of them end with a zero
	for i := range notes {
		w.Do(post("zhaolei", "/v1/complaints/"+id+"/notes", fmt.Sprintf(`{"text":"备注 %d"}`, i), ""))
	}
	w.Do(post("zhaolei", "/v1/complaints/"+id+"/contacts", `{"at":"2026-03-24T00:10:00Z","form":"phone","direction":"in","reached":true,"text":"来电"}`, ""))
	whole := w.Do(servertest.Request{As: "zhaolei", Method: "GET", URL: "/v1/complaints/" + id + "/timeline?limit=200"})
	var ids, kinds []string
	url := "/v1/complaints/" + id + "/timeline?limit=1"
	for last := w.Clock.Now(); url != "" && len(ids) < 3*notes; {
		page := w.Do(servertest.Request{As: "zhaolei", Method: "GET", URL: url})
		if page.Status != 200 {
			t.Fatal(page.Body)
		}
		for i := 0; page.Get(fmt.Sprintf("data.%d.id", i)) != ""; i++ {
			at, err := time.Parse(time.RFC3339, page.Get(fmt.Sprintf("data.%d.at", i)))
			if err != nil || at.After(last) {
				t.Errorf("%s stands after %s", at, last)
			}
			last = at
			ids, kinds = append(ids, page.Get(fmt.Sprintf("data.%d.id", i))), append(kinds, page.Get(fmt.Sprintf("data.%d.kind", i)))
		}
		url = ""
		if token := page.Get("next_page_token"); token != "" {
			url = "/v1/complaints/" + id + "/timeline?limit=1&page_token=" + token
		}
	}
	at := 0
	for _, one := range ids {
		i := strings.Index(whole.Body[at:], `"`+one+`"`)
		if i < 0 {
			t.Fatalf("%s is twice in the pages, or in another order than in the whole", one)
		}
		at += i
	}
	if n := strings.Count(whole.Body, `"kind":"note"`); n != notes || len(ids) != strings.Count(whole.Body, `"masked_fields"`) {
		t.Errorf("%d entries in pages: %v; in the whole: %s", len(ids), kinds, whole.Body)
	}
	for _, kind := range []string{"note", "contact", "clock", "registered"} {
		if !strings.Contains(strings.Join(kinds, " "), kind) {
			t.Errorf("no %s in %v", kind, kinds)
		}
	}
	w.Run(t,
		servertest.Scenario{Name: "another branch", As: "wuhao", Method: "GET", URL: "/v1/complaints/" + id + "/timeline", WantStatus: 404, WantCode: "complaint.not_found"},
		servertest.Scenario{Name: "administrator", As: "guanli", Method: "GET", URL: "/v1/complaints/" + id + "/timeline", WantStatus: 403, WantCode: "auth.forbidden"})
}

// timelineClock finds the id of a clock.
func timelineClock(w *servertest.World, as, id, kind string) string {
	body := w.Do(servertest.Request{As: as, Method: "GET", URL: "/v1/complaints/" + id + "/timeline"}).Body
	before, _, _ := strings.Cut(body, `"kind":"`+kind+`"`)
	return before[strings.LastIndex(before, "clk_"):][:30]
}

// An explanation lists the days by which a date comes about, in the language of the reader, for who may read the complaint.
func TestClockExplainsItself(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, "2026-02-12T02:00:00Z")
	id := file(t, w, servertest.PartnerKey, "E-1")
	url := "/v1/clocks/" + timelineClock(w, servertest.PartnerKey, id, "statutory") + "/explanation"
	for language, words := range map[string]string{"zh-CN": "15 个自然日", "en": "calendar days"} {
		w.Run(t, servertest.Scenario{Name: language, As: servertest.PartnerKey, Method: "GET", URL: url, Headers: map[string]string{"Accept-Language": language}, WantStatus: 200,
			WantBody: []string{words, `"due_on":"2026-02-27"`, `"why":"start_day"`, `"n":15`, `"label":"春节"`, `"n":null`}})
	}
	strip := func(a servertest.Answer) string {
		return strings.NewReplacer(a.Get("request_id"), "", a.Get("instance"), "").Replace(a.Body)
	}
	foreign := w.Do(servertest.Request{As: servertest.OtherKey, Method: "GET", URL: url})
	absent := w.Do(servertest.Request{As: servertest.OtherKey, Method: "GET", URL: "/v1/clocks/clk_absent/explanation"})
	if foreign.Status != 404 || absent.Get("code") != "clock.not_found" || strip(foreign) != strip(absent) {
		t.Errorf("a foreign clock can be told from an absent one:\n%s\n%s", foreign.Body, absent.Body)
	}
}

// Never 2, 12, 19, must 26: a closed complaint shows contact and identity by a reveal alone, which is audited with its reason and without a value.
func TestRevealIsAnActOfItsOwn(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, "2026-03-24T01:30:00Z")
	id := file(t, w, servertest.PartnerKey, "V-1")
	stage(t, w, id, "closed", "usr_demo_zhaolei")
	url := "/v1/complaints/" + id + "/reveals"
	body := `{"fields":["phone","email","id_number"],"reason":"通知退信，致电王小明 13812345678 核对地址，密码是abc123"}`
	for _, as := range []string{"zhaolei", "hejing", "sunli"} {
		w.Run(t, servertest.Scenario{Name: as, As: as, Method: "GET", URL: "/v1/complaints/" + id, WantStatus: 200, NotBody: []string{phone, "138 1234 5678", idNumber, "王小明"}})
	}
	shown := w.Do(post("hejing", url, body, "v1"))
	if shown.Status != 200 || shown.Get("fields.phone") != "138 1234 5678" || shown.Get("fields.id_number") != idNumber || !strings.Contains(shown.Body, `"email":null`) ||
		strings.Contains(shown.Body, "address") || shown.Header.Get("Cache-Control") != "no-store" {
		t.Fatalf("reveal: %s", shown.Body)
	}
	if again := w.Do(post("hejing", url, body, "v1")); again.Status != 200 || again.Header.Get("Idempotency-Replayed") != "true" || again.Get("fields.phone") == "" {
		t.Errorf("replay: %s", again.Body)
	}
	all := entries(t, w, id)
	if n := count(all, "consumer.contact.reveal|usr_demo_hejing|closed|complaint_handling law|通知退信"); n != 2 {
		t.Errorf("%d entries of two reveals: %v", n, all)
	}
	if n := count(all, "consumer.identity.reveal|usr_demo_hejing|closed|complaint_handling law|通知退信"); n != 2 {
		t.Errorf("%d entries of two reveals: %v", n, all)
	}
	text := strings.Join(all, "\n")
	if !strings.Contains(text, `{"email":"revealed","phone":"revealed"}`) || !strings.Contains(text, `{"id_number":"revealed"}`) {
		t.Errorf("which members were shown is not told: %s", text)
	}
	for _, secret := range []string{phone, "138 1234 5678", idNumber, "王小明", "abc123"} {
		if strings.Contains(text, secret) || strings.Contains(w.Log.String(), secret) {
			t.Errorf("%s stands in the audit or the log", secret)
		}
	}
	w.Run(t,
		servertest.Scenario{Name: "head without identity", As: "sunli", Method: "POST", URL: url, Body: body, WantStatus: 403, WantCode: "auth.forbidden", WantBody: []string{`"permission":"consumer.identity.reveal"`}, NotBody: []string{phone, idNumber}},
		servertest.Scenario{Name: "head, contact", As: "sunli", Method: "POST", URL: url, Body: `{"fields":["name","address"],"reason":"通知退信，核对地址"}`, WantStatus: 200, WantBody: []string{"王小明", "中山路"}},
		servertest.Scenario{Name: "handler, closed", As: "zhaolei", Method: "POST", URL: url, Body: `{"fields":["id_number"],"reason":"通知退信，核对地址"}`, WantStatus: 403, WantCode: "auth.forbidden"},
		servertest.Scenario{Name: "partner", As: servertest.PartnerKey, Method: "POST", URL: url, Body: body, WantStatus: 403, WantCode: "auth.scope_missing"},
		servertest.Scenario{Name: "auditor", As: "shenji", Method: "POST", URL: url, Body: body, WantStatus: 403, WantCode: "auth.forbidden"},
		servertest.Scenario{Name: "another branch", As: "wuhao", Method: "POST", URL: url, Body: body, WantStatus: 404, WantCode: "complaint.not_found"},
		servertest.Scenario{Name: "no reason", As: "hejing", Method: "POST", URL: url, Body: `{"fields":["phone"],"reason":"看看"}`, WantStatus: 422, WantCode: "value.too_short"},
		servertest.Scenario{Name: "unknown member", As: "hejing", Method: "POST", URL: url, Body: `{"fields":["phon"],"reason":"通知退信，核对地址"}`, WantStatus: 422, WantCode: "value.not_allowed"},
		servertest.Scenario{Name: "timeline of staff", As: "hejing", Method: "GET", URL: "/v1/complaints/" + id + "/timeline", WantStatus: 200, WantBody: []string{`"action":"reveal"`}, NotBody: []string{phone}},
		servertest.Scenario{Name: "timeline of the partner", As: servertest.PartnerKey, Method: "GET", URL: "/v1/complaints/" + id + "/timeline", WantStatus: 200, NotBody: []string{"reveal", `"look"`}},
	)
	stage(t, w, id, "intake", "")
	put(t, w, "complaint", map[string]any{"named_staff_id": "10003"}, "id = ?", id)
	w.Run(t, servertest.Scenario{Name: "replay under today's rights", As: "hejing", Method: "POST", URL: url, Body: body, Headers: key("v1"), WantStatus: 404, WantCode: "complaint.not_found", NotBody: []string{phone}})
}

// Never 1, 6, 7, 14: a search finds what reading would show, by exact values however they are spaced, and keeps none of them.
func TestSearchFindsWhatReadingShows(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, "2026-03-24T01:30:00Z")
	id := file(t, w, servertest.PartnerKey, "S-1")  // of the complaint centre
	other := file(t, w, servertest.OtherKey, "S-2") // of the consumer-protection office
	ask := func(name, as, value string, found ...string) servertest.Scenario {
		s := servertest.Scenario{Name: name, As: as, Method: "POST", URL: "/v1/complaint-searches", Body: `{` + value + `,"reason":"投诉人来电查询，号码13812345678"}`, WantStatus: 200,
			WantBody: []string{fmt.Sprintf(`"total":%d`, len(found))}, NotBody: []string{phone, idNumber, "王小明"}}
		s.WantBody = append(s.WantBody, found...)
		return s
	}
	w.Run(t,
		ask("phone", "zhaolei", `"phone":"+86 138-1234-5678"`, id),
		ask("id number", "zhaolei", `"id_number":"11010519491231002x"`, id),
		ask("name and phone", "zhaolei", `"name":" 王小明 ","phone":"13812345678"`, id),
		ask("all must match", "zhaolei", `"name":"李小明","phone":"13812345678"`),
		ask("officer", "hejing", `"phone":"13812345678"`, id, other),
		ask("another branch", "wuhao", `"phone":"13812345678"`),
		ask("unknown credit code", "zhaolei", `"credit_code":"91320000134750000X"`),
		servertest.Scenario{Name: "partner", As: servertest.PartnerKey, Method: "POST", URL: "/v1/complaint-searches", Body: `{"phone":"13812345678","reason":"投诉人来电"}`, WantStatus: 403, WantCode: "auth.scope_missing"},
		servertest.Scenario{Name: "auditor", As: "shenji", Method: "POST", URL: "/v1/complaint-searches", Body: `{"phone":"13812345678","reason":"投诉人来电"}`, WantStatus: 403, WantCode: "auth.forbidden", WantBody: []string{"complaint.search"}},
		servertest.Scenario{Name: "no value", As: "zhaolei", Method: "POST", URL: "/v1/complaint-searches", Body: `{"reason":"投诉人来电"}`, Headers: map[string]string{"Accept-Language": "en"}, WantStatus: 422,
			WantCode: "complaint.search_empty", WantBody: []string{"Give at least one of phone, id_number, credit_code and name."}},
		servertest.Scenario{Name: "no value, Chinese", As: "zhaolei", Method: "POST", URL: "/v1/complaint-searches", Body: `{"reason":"投诉人来电","name":"  "}`, WantStatus: 422, WantBody: []string{"请至少填写"}},
	)
	put(t, w, "complaint", map[string]any{"named_staff_id": "10001"}, "id = ?", id)
	replay := post("hejing", "/v1/complaint-searches", `{"name":"王小明","reason":"投诉人来电查询"}`, "s1")
	w.Do(replay)
	if a := w.Do(replay); a.Get("total") != "2" || a.Header.Get("Idempotency-Replayed") != "true" {
		t.Errorf("replay: %s", a.Body)
	}
	w.Run(t, ask("named in it", "zhaolei", `"phone":"13812345678"`))
	all := entries(t, w, "")
	if n := count(all, "complaint.search|usr_demo_hejing||complaint_handling law|投诉人来电查询|{\"name\":\"searched\"}"); n != 2 {
		t.Errorf("%d entries of two searches: %v", n, all)
	}
	for _, secret := range []string{phone, idNumber, "王小明", "11010519491231002x"} {
		if strings.Contains(strings.Join(all, "\n"), secret) || strings.Contains(w.Log.String(), secret) {
			t.Errorf("%s stands in the audit or the log", secret)
		}
	}
}
