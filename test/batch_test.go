package test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"xiaobao/internal/app"
	"xiaobao/internal/servertest"
	"xiaobao/internal/store"
)

const batches = "/v1/complaint-batches"

func batchOf(items ...string) string { return `{"complaints":[` + strings.Join(items, ",") + `]}` }

// intakes are sound complaints with references that begin alike.
func intakes(prefix string, n int) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = intake(fmt.Sprintf("%s-%03d", prefix, i))
	}
	return all
}

type batchAnswer struct {
	ID     string
	Counts struct{ Created, Known, Refused int }
	Items  []struct {
		Index             int
		ExternalReference *string `json:"external_reference"`
		Status            int
		Complaint         *struct{ ID, Number, Stage string }
		Problem           *struct {
			Code, Instance, Existing string
			Status                   int
			Errors                   []struct{ Pointer, Code, Suggestion, Detail string }
		}
	}
}

func readBatch(t *testing.T, a servertest.Answer, status int) (b batchAnswer) {
	t.Helper()
	if a.Status != status {
		t.Fatalf("status %d, want %d: %s", a.Status, status, a.Body)
	}
	if err := json.Unmarshal([]byte(a.Body), &b); err != nil {
		t.Fatal(err)
	}
	return b
}

// statuses are an answer's items in short: "0:201".
func (b batchAnswer) statuses() (all []string) {
	for _, item := range b.Items {
		all = append(all, fmt.Sprint(item.Index, ":", item.Status))
	}
	return all
}

func total(t *testing.T, w *servertest.World, as string) string {
	t.Helper()
	return w.Must(200, servertest.Request{As: as, Method: "GET", URL: "/v1/complaints?limit=1&include_total=true"}).Get("total")
}

// Each complaint of a batch has a fate of its own, with all its faults at once; the batch can be read again, in the other language as well.
func TestBatchGivesEachItsOwnFate(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, morning)
	known := w.Must(201, post(servertest.PartnerKey, "/v1/complaints", intake("B-known"), "k0")).Get("id")
	body := batchOf(
		intake("B-1"),
		`{"source":"owm","external_reference":"B-2","complainant":{"kind":"person","naem":"王小明","id_type":"resident_id","id_number":"110105194912310021","phone":"13812345678"},"request":"退费","narrative":"x"}`,
		intake("B-known"),
		strings.Replace(intake("B-known"), "两次", "三次", 1),
		`5`,
		strings.Replace(intake("B-1"), `"external_reference":"B-1",`, "", 1),
		strings.Replace(intake("B-6"), `"source"`, `"received_at":"2025-12-01T00:00:00Z","source"`, 1),
		intake("B-1"),
		strings.Replace(intake("B-1"), "两次", "三次", 1),
		`{"source":"own","external_reference":"not ascii 号","complainant":{"kind":"unidentified"},"request":"退费","narrative":"x"}`,
	)
	a := w.Do(post(servertest.PartnerKey, batches, body, "b1"))
	b := readBatch(t, a, 207)
	want := []string{"0:201", "1:422", "2:200", "3:409", "4:422", "5:422", "6:422", "7:200", "8:409", "9:422"}
	if got := b.statuses(); !slices.Equal(got, want) || b.Counts.Created != 1 || b.Counts.Known != 2 || b.Counts.Refused != 7 {
		t.Fatalf("%v %+v\n%s", got, b.Counts, a.Body)
	}
	if a.Header.Get("Location") != batches+"/"+b.ID || a.Header.Get("Idempotency-Replayed") != "" {
		t.Errorf("headers %v", a.Header)
	}
	if b.Items[2].Complaint.ID != known || b.Items[7].Complaint.ID != b.Items[0].Complaint.ID || b.Items[3].Problem.Existing != known || b.Items[3].Complaint != nil {
		t.Errorf("known ones: %s", a.Body)
	}
	if *b.Items[1].ExternalReference != "B-2" || b.Items[4].ExternalReference != nil || b.Items[9].ExternalReference != nil {
		t.Errorf("references: %s", a.Body)
	}
	var faults []string
	for _, e := range b.Items[1].Problem.Errors {
		faults = append(faults, e.Pointer+" "+e.Code+" "+e.Suggestion)
	}
	if want := []string{"#/complainant/id_number value.wrong_checksum ", "#/complainant/naem request.unknown_member name", "#/complainant/name value.required ",
		"#/source value.not_in_code_list own"}; !slices.Equal(slices.Sorted(slices.Values(faults)), want) {
		t.Errorf("faults %q", faults)
	}
	for index, code := range map[int]string{4: "value.wrong_type", 5: "value.required", 6: "complaint.received_too_long_ago", 9: "value.wrong_format"} {
		if p := b.Items[index].Problem; p.Code != "request.invalid" || p.Instance != batches || !slices.ContainsFunc(p.Errors, func(e struct{ Pointer, Code, Suggestion, Detail string }) bool { return e.Code == code }) {
			t.Errorf("item %d: %+v", index, p)
		}
	}
	for _, value := range []string{"13812345678", "王小明", "110105194912310021", "owm"} {
		if strings.Contains(a.Body, value) {
			t.Errorf("%s is repeated: %s", value, a.Body)
		}
	}
	again := readBatch(t, w.Do(servertest.Request{As: servertest.PartnerKey, Method: "GET", URL: batches + "/" + b.ID, Headers: map[string]string{"Accept-Language": "en"}}), 200)
	if !slices.Equal(again.statuses(), want) || !slices.ContainsFunc(again.Items[1].Problem.Errors, func(e struct{ Pointer, Code, Suggestion, Detail string }) bool {
		return e.Detail == "The checksum does not match; leave the member out, or post it as unverified."
	}) {
		t.Errorf("read again: %+v", again)
	}
	if n := total(t, w, servertest.PartnerKey); n != "2" {
		t.Errorf("%s complaints", n)
	}
}

// A batch is sent once: the same key replays it as it now is, another body is refused, and whole requests are refused as others are.
func TestBatchIsSentOnce(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, morning)
	body := batchOf(append(intakes("S", 3), `{"source":"own","external_reference":"S-x","complainant":{"kind":"person"}}`)...)
	first := readBatch(t, w.Do(post(servertest.PartnerKey, batches, body, "s1")), 207)
	w.Must(200, servertest.Request{As: servertest.PartnerKey, Method: "POST", URL: "/v1/complaints/" + first.Items[0].Complaint.ID + "/withdrawal",
		Body: `{"form":"phone","withdrawn_on":"2026-03-24","reference":"CALL-1"}`})
	replay := w.Do(post(servertest.PartnerKey, batches, body, "s1"))
	b := readBatch(t, replay, 207)
	if replay.Header.Get("Idempotency-Replayed") != "true" || b.ID != first.ID || b.Counts != first.Counts || b.Items[0].Complaint.Stage != "closed" || b.Items[3].Status != 422 {
		t.Errorf("the replay: %v %s", replay.Header, replay.Body)
	}
	other := readBatch(t, w.Do(post(servertest.PartnerKey, batches, body, "s2")), 207)
	if other.ID == first.ID || other.Counts.Known != 3 || other.Counts.Created != 0 {
		t.Errorf("another key: %+v", other)
	}
	if n := total(t, w, servertest.PartnerKey); n != "3" {
		t.Errorf("%s complaints", n)
	}
	refused := func(name, body, k string, status int, code string, more ...string) servertest.Scenario {
		s := servertest.Scenario{Name: name, As: servertest.PartnerKey, Method: "POST", URL: batches, Body: body, WantStatus: status, WantCode: code, WantBody: more}
		if k != "" {
			s.Headers = key(k)
		}
		return s
	}
	w.Run(t,
		refused("the key with another sound item", strings.Replace(body, "两次", "三次", 1), "s1", 422, "idempotency.key_reused"),
		refused("the key with another faulty item", strings.Replace(body, "S-x", "S-y", 1), "s1", 422, "idempotency.key_reused"),
		refused("without a key", body, "", 400, "idempotency.key_missing"),
		refused("none", batchOf(), "s3", 422, "value.too_few", `"pointer":"#/complaints"`),
		refused("more than 500", batchOf(intakes("M", 501)...), "s4", 422, "value.too_many", "500"),
		refused("a member twice", `{"complaints":[{"source":"own","source":"own"}]}`, "s5", 400, "request.duplicate_member"),
		refused("too large", batchOf(strings.Replace(intake("L"), "两次", strings.Repeat("两", 3<<20), 1)), "s6", 413, "request.too_large", "8388608"),
	)
}

// A body that passes what one complaint may have is taken: 500 long stories in one request.
func TestFullBatchOfLongStories(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, morning)
	all := intakes("F", 500)
	for i := range all {
		all[i] = strings.Replace(all[i], "两次", strings.Repeat("两次", 700), 1)
	}
	body := batchOf(all...)
	if len(body) < 2<<20 {
		t.Fatalf("only %d bytes", len(body))
	}
	b := readBatch(t, w.Do(post(servertest.PartnerKey, batches, body, "f1")), 207)
	numbers := map[string]bool{}
	for i, item := range b.Items {
		if item.Index != i || item.Status != 201 || *item.ExternalReference != fmt.Sprintf("F-%03d", i) {
			t.Fatalf("item %d: %+v", i, item)
		}
		numbers[item.Complaint.Number] = true
	}
	if len(numbers) != 500 || b.Counts.Created != 500 {
		t.Errorf("%d numbers, %+v", len(numbers), b.Counts)
	}
	one := w.Must(200, servertest.Request{As: servertest.PartnerKey, Method: "GET", URL: "/v1/complaints/" + b.Items[499].Complaint.ID + "?expand=clocks&expand=stages"})
	if one.Get("clocks.0.kind") != "statutory" || one.Get("stages.0.stage") != "intake" || one.Get("stages.0.due_on") == "" || one.Get("due_on") != "2026-04-08" {
		t.Errorf("the last one: %s", one.Body)
	}
	if n := total(t, w, servertest.PartnerKey); n != "500" {
		t.Errorf("%s complaints", n)
	}
	entries := w.Must(200, servertest.Request{As: "shenji", Method: "GET", URL: "/v1/audit-entries?action=complaint.create&include_total=true"})
	if entries.Get("total") != "500" {
		t.Errorf("%s audit entries", entries.Get("total"))
	}
}

// What a crash cut off is taken up where it stopped: the same request does the rest and no more, for complaints without a reference as well.
func TestBatchIsTakenUpWhereItStopped(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, morning)
	all := make([]string, 250)
	for i := range all {
		all[i] = fmt.Sprintf(staffIntake, "own", "phone", "2026-03-24T09:00:00+08:00", "周敏", "", fmt.Sprint("第", i, "件"))
	}
	body := batchOf(all...)
	first := readBatch(t, w.Do(post("zhaolei", batches, body, "c1")), 207)
	cut := 100
	if _, err := store.Maintain(context.Background(), w.App.DB, func(tx *store.Tx) (struct{}, error) {
		// As if the process had died after its first transaction.
		for _, statement := range []string{
			"DELETE FROM complaint WHERE id IN (SELECT complaint_id FROM complaint_batch_item WHERE seq >= ?)",
			"DELETE FROM complaint_batch_item WHERE seq >= ?", "UPDATE complaint_batch SET created = ?"} {
			if err := tx.Gorm().Exec(statement, cut).Error; err != nil {
				return struct{}{}, err
			}
		}
		return struct{}{}, nil
	}); err != nil {
		t.Fatal(err)
	}
	rest := w.Do(post("zhaolei", batches, body, "c1"))
	b := readBatch(t, rest, 207)
	if b.ID != first.ID || rest.Header.Get("Idempotency-Replayed") != "" || len(b.Items) != 250 || b.Counts.Created != 250 || b.Items[0].Complaint.ID != first.Items[0].Complaint.ID ||
		b.Items[cut].Complaint.ID == first.Items[cut].Complaint.ID {
		t.Errorf("taken up: %v %+v", rest.Header, b.Counts)
	}
	if replay := w.Do(post("zhaolei", batches, body, "c1")); replay.Header.Get("Idempotency-Replayed") != "true" || replay.Get("counts.created") != "250" {
		t.Errorf("then replayed: %s", replay.Body[:200])
	}
	if n := total(t, w, "zhaolei"); n != "250" {
		t.Errorf("%s complaints", n)
	}
}

// Batches with the same references, single intakes with them and the same batch many times, all at once and in two processes, make each complaint once.
func TestRacingBatchesMakeEachComplaintOnce(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, morning)
	apps := []*app.App{w.App, w.Open()}
	all := intakes("R", 120)
	backwards := slices.Clone(all)
	slices.Reverse(backwards)
	var wg sync.WaitGroup
	send := func(on *app.App, body, k string) {
		wg.Go(func() {
			for {
				r := post(servertest.PartnerKey, batches, body, k)
				r.On = on
				a := w.Do(r)
				if a.Status == 207 {
					if a.Get("counts.refused") != "0" || strings.Count(a.Body, `"index":`) != 120 {
						t.Errorf("%s: %s", k, a.Body[:300])
					}
					return
				}
				if a.Get("retryable") != "true" {
					t.Errorf("%s: %d %s", k, a.Status, a.Body)
					return
				}
			}
		})
	}
	for i := range 3 {
		send(apps[i%2], batchOf(all...), "same")
		send(apps[i%2], batchOf(backwards...), fmt.Sprint("other", i))
	}
	wg.Go(func() {
		for i := range 20 {
			a := w.Do(post(servertest.PartnerKey, "/v1/complaints", all[i*6], fmt.Sprint("single", i)))
			if a.Status != 200 && a.Status != 201 {
				t.Errorf("single: %d %s", a.Status, a.Body)
			}
		}
	})
	wg.Wait()
	if n := total(t, w, servertest.PartnerKey); n != "120" {
		t.Errorf("%s complaints", n)
	}
}

// Never 1 and 15, for batches: a partner learns nothing of another's complaints, and a key does no more than its scopes.
func TestBatchKeepsToItsPoster(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, morning)
	mine := readBatch(t, w.Do(post(servertest.PartnerKey, batches, batchOf(intakes("X", 2)...), "x")), 207)
	theirs := readBatch(t, w.Do(post(servertest.OtherKey, batches, batchOf(intakes("X", 2)...), "x")), 207)
	if theirs.Counts.Created != 2 || theirs.ID == mine.ID || theirs.Items[0].Complaint.ID == mine.Items[0].Complaint.ID {
		t.Errorf("another client's references are its own: %+v", theirs)
	}
	strip := func(a servertest.Answer) string {
		return strings.NewReplacer(a.Get("request_id"), "", a.Get("instance"), "").Replace(a.Body)
	}
	absent := w.Do(servertest.Request{As: servertest.OtherKey, Method: "GET", URL: batches + "/cba_absent"})
	for _, as := range []string{servertest.OtherKey, "zhaolei"} {
		foreign := w.Do(servertest.Request{As: as, Method: "GET", URL: batches + "/" + mine.ID})
		if foreign.Status != 404 || strip(foreign) != strip(absent) {
			t.Errorf("as %s: %s", as, foreign.Body)
		}
	}
	w.Run(t, inBoth(servertest.Scenario{Name: "absent", As: servertest.PartnerKey, Method: "GET", URL: batches + "/cba_absent", WantStatus: 404, WantCode: "complaint_batch.not_found"},
		"There is no such batch.", "没有该批次。")...)
	reading := makeKey(t, w, anxin, `"scopes":["complaint.read"]`).Get("secret")
	for _, as := range []string{servertest.RegulatorKey, reading, "hejing", "shenji"} {
		w.Run(t, servertest.Scenario{Name: "not for " + as, As: as, Method: "POST", URL: batches, Body: batchOf(intake("N-1")), Headers: key("n"), WantStatus: 403, WantBody: []string{"complaint.create"}},
			servertest.Scenario{Name: "nor to read for " + as, As: as, Method: "GET", URL: batches + "/" + mine.ID, WantStatus: 403})
	}
	writing := makeKey(t, w, anxin, `"scopes":["complaint.create"]`).Get("secret")
	blind := readBatch(t, w.Do(post(writing, batches, batchOf(intake("X-000"), intake("W-1"), strings.Replace(intake("X-001"), "两次", "三次", 1)), "w")), 207)
	if blind.Counts.Known != 1 || blind.Counts.Created != 1 || blind.Items[0].Complaint != nil || blind.Items[1].Complaint != nil || blind.Items[2].Problem.Existing != "" {
		t.Errorf("a key that may not read is shown a complaint: %+v", blind)
	}
	old := strings.Replace(intake("O-1"), `"source"`, `"received_at":"2019-12-01T00:00:00Z","intake_channel":"fax","source"`, 1)
	importing := makeKey(t, w, anxin, `"scopes":["complaint.create","complaint.import"]`).Get("secret")
	for as, want := range map[string]int{writing: 422, importing: 201} {
		if b := readBatch(t, w.Do(post(as, batches, batchOf(old), "o"+as[:12])), 207); b.Items[0].Status != want {
			t.Errorf("old dates, by any channel: %d, want %d", b.Items[0].Status, want)
		}
	}
}

// A reference is the department's own when its people send it: the same content is known, another is refused, and another department's reference tells nothing,
// whatever it stands for.
func TestStaffReferences(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, morning)
	with := func(narrative string) string {
		return strings.Replace(fmt.Sprintf(staffIntake, "own", "phone", "2026-03-24T09:00:00+08:00", "周敏", "", narrative), `"source"`, `"external_reference":"OA-1","source"`, 1)
	}
	first := w.Must(201, post("wuhao", "/v1/complaints", with("甲"), "")).Get("id")
	if again := w.Must(200, post("wuhao", "/v1/complaints", with("甲"), "")); again.Get("id") != first {
		t.Errorf("known: %s", again.Body)
	}
	conflict := w.Must(409, post("wuhao", "/v1/complaints", with("乙"), ""))
	if conflict.Get("code") != "complaint.reference_conflict" || conflict.Get("existing") != first {
		t.Errorf("conflict: %s", conflict.Body)
	}
	elsewhere := w.Must(201, post("fangyuan", "/v1/complaints", with("甲"), "")).Get("id")
	if elsewhere == first {
		t.Error("another branch is given it")
	}
	b := readBatch(t, w.Do(post("zhaolei", batches, batchOf(with("乙"), with("甲")), "")), 207)
	if b.Items[0].Status != 201 || b.Items[1].Status != 409 || b.Items[1].Problem.Existing != b.Items[0].Complaint.ID {
		t.Errorf("another department's reference stands in the way: %+v", b)
	}
	// Handed on, it stays the reference of who registered it, of whom some may no longer read it.
	etag := w.Must(200, servertest.Request{As: "zhoutao", Method: "GET", URL: "/v1/complaints/" + first}).Get("etag")
	w.Must(200, servertest.Request{As: "zhoutao", Method: "POST", URL: "/v1/complaints/" + first + "/assignment", Body: `{"department_id":"dep_demo_suzhou"}`, Headers: match(etag)})
	for _, narrative := range []string{"甲", "乙"} {
		if a := w.Must(409, post("wuhao", "/v1/complaints", with(narrative), "")); a.Get("existing") != "" || strings.Contains(a.Body, first) {
			t.Errorf("who handed it on is told of it: %s", a.Body)
		}
	}
	if again := w.Must(200, post("fangyuan", "/v1/complaints", with("甲"), "")); again.Get("id") != elsewhere {
		t.Errorf("whom it was handed to is given another than her own: %s", again.Body)
	}
}

// Old complaints that are imported come with their breaches: the sweep finds nothing to tell of them, and nothing is escalated.
func TestImportedComplaintsAreBreachedAsTheyCome(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, morning)
	importing := makeKey(t, w, anxin, `"scopes":["complaint.create","complaint.read","complaint.import"]`).Get("secret")
	old := func(reference string) string {
		return strings.Replace(intake(reference), `"source"`, `"received_at":"2025-11-03T02:00:00Z","source"`, 1)
	}
	w.Must(201, post(importing, "/v1/complaints", old("O-1"), "o1"))
	readBatch(t, w.Do(post(importing, batches, batchOf(old("O-2"), old("O-3")), "o2")), 207)
	for _, at := range []string{"2026-03-24T01:31:00Z", "2026-03-27T01:31:00Z"} {
		w.Clock.Set(at)
		if n, err := w.App.Complaints.Sweep(context.Background()); n != 0 || err != nil {
			t.Errorf("at %s the sweep changes %d: %v", at, n, err)
		}
	}
	list := w.Must(200, servertest.Request{As: "zhaolei", Method: "GET", URL: "/v1/complaints?overdue=true&expand=clocks&include_total=true"})
	if list.Get("total") != "3" || list.Get("data.0.escalated_at") != "" || list.Get("data.0.updated_at") != list.Get("data.0.registered_at") {
		t.Error(list.Body)
	}
	for i := range 3 {
		clock := fmt.Sprintf("data.0.clocks.%d.", i)
		breached := list.Get(clock + "ledger.1.at")
		if list.Get(clock+"state") != "breached" || list.Get(clock+"ledger.1.event") != "breached" || breached != list.Get(clock+"due_at") || breached > "2025-12" {
			t.Errorf("clock %d: %s", i, list.Body)
		}
	}
	if n := count(entries(t, w, ""), "complaint.breach"); n != 0 {
		t.Errorf("%d entries of breaches", n)
	}
}
