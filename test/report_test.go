package test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/csv"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"xiaobao/internal/servertest"
)

const third = `"definition":"complaint_summary","from_on":"2026-07-01","to_on":"2026-09-30"`

// issue has a report made.
func issue(t *testing.T, w *servertest.World, as, members string) servertest.Answer {
	t.Helper()
	return w.Must(201, servertest.Request{As: as, Method: "POST", URL: "/v1/reports", Body: "{" + members + "}"})
}

// arrive files a complaint at a moment.
func arrive(t *testing.T, w *servertest.World, at, reference string) string {
	t.Helper()
	w.Clock.Set(at)
	return file(t, w, servertest.PartnerKey, reference)
}

// leave withdraws a complaint at a moment.
func leave(w *servertest.World, at, id string) {
	w.T.Helper()
	w.Clock.Set(at)
	w.Must(200, servertest.Request{As: servertest.PartnerKey, Method: "POST", URL: "/v1/complaints/" + id + "/withdrawal", Body: `{"form":"letter"}`})
}

// quarter is a world after the third quarter of 2026 with five complaints around it.
func quarter(t *testing.T) *servertest.World {
	w := servertest.New(t, "2026-06-20T01:00:00Z")
	old := arrive(t, w, "2026-06-20T02:00:00Z", "Q-1")
	quick := arrive(t, w, "2026-07-10T02:00:00Z", "Q-2")
	leave(w, "2026-07-14T02:00:00Z", quick)
	leave(w, "2026-08-01T02:00:00Z", old)
	arrive(t, w, "2026-09-01T02:00:00Z", "Q-3")
	arrive(t, w, "2026-09-30T15:30:00Z", "Q-4") // half past eleven in the evening, there
	arrive(t, w, "2026-09-30T16:30:00Z", "Q-5") // the first of October, there
	w.Forward("2026-10-08T01:30:00Z")
	return w
}

func pull(w *servertest.World, as, id, query string, headers map[string]string) servertest.Answer {
	w.T.Helper()
	return w.Do(servertest.Request{As: as, Method: "GET", URL: "/v1/reports/" + id + "/csv" + query, Headers: headers})
}

// columns sums up a CSV by hand: its lines, and the sum of each column that holds numbers.
func columns(t *testing.T, content string) (lines int, sums map[string]int) {
	t.Helper()
	all, err := csv.NewReader(strings.NewReader(content)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	sums = map[string]int{}
	for _, line := range all[1:] {
		for i, cell := range line {
			n, _ := strconv.Atoi(cell)
			sums[all[0][i]] += n
		}
	}
	return len(all), sums
}

func fieldOf(content string) string {
	sum := sha256.Sum256([]byte(content))
	return "sha-256=:" + base64.StdEncoding.EncodeToString(sum[:]) + ":"
}

// The first ten minutes of a regulator: who am I, what is there, a closed quarter, its file, and that all of it is true.
func TestRegulatorFirstTenMinutes(t *testing.T) {
	t.Parallel()
	w := quarter(t)
	const as = servertest.RegulatorKey
	me := w.Must(200, servertest.Request{As: as, Method: "GET", URL: "/v1/me"})
	if me.Get("kind") != "client" || !strings.Contains(me.Body, `"report.create"`) {
		t.Errorf("me: %s", me.Body)
	}
	w.Run(t,
		servertest.Scenario{Name: "no complaint", As: as, Method: "GET", URL: "/v1/complaints", WantStatus: 403, WantCode: "auth.scope_missing"},
		servertest.Scenario{Name: "definitions", As: as, Method: "GET", URL: "/v1/report-definitions", WantStatus: 200,
			WantBody: []string{`"code":"complaint_summary"`, `"version":1`, `"code_list":"business"`, "撤回、不予处理、当场办结均为结果"}})

	r := issue(t, w, as, third)
	for path, want := range map[string]string{"number": "BB-2026-000001", "period.label": "2026-Q3", "state": "issued", "revision": "1", "time_zone": "Asia/Shanghai", "basis": "raw",
		"balance": `{"closed":2,"closing":2,"holds":true,"opening":1,"received":3}`, "definition": `{"code":"complaint_summary","version":1}`,
		"totals": `{"closed":2,"closed_in_time":1,"days_p50":4,"days_p90":42,"in_time_rate":0.5,"overdue_open":1,"received":3}`} {
		if got := r.Get(path); got != want {
			t.Errorf("%s is %s, want %s", path, got, want)
		}
	}
	if got := w.Must(200, servertest.Request{As: as, Method: "GET", URL: "/v1/reports/" + r.Get("id")}); got.Body != r.Body {
		t.Errorf("read again it is\n%s\nnot\n%s", got.Body, r.Body)
	}
	whole := pull(w, as, r.Get("id"), "", nil)
	isTrue(t, r, whole)
	inParts(t, w, r, whole)
	verifies(t, r, whole.Body)

	again := issue(t, w, as, third)
	if again.Get("sha256") != r.Get("sha256") || again.Get("revision") != "1" || again.Get("number") == r.Get("number") || again.Get("as_of") <= r.Get("as_of") {
		t.Errorf("again: %s", again.Body)
	}
	for _, text := range []string{r.Body, whole.Body, w.Must(200, servertest.Request{As: as, Method: "GET", URL: "/v1/reports/" + r.Get("id") + "/rows"}).Body} {
		for _, value := range []string{"王", "138", idNumber, "玄武", "TS-2026", "cmp_", "退还", "Q-1"} {
			if strings.Contains(text, value) {
				t.Errorf("a report holds %q: %s", value, text)
			}
		}
	}
	none := issue(t, w, as, `"definition":"complaint_summary","from_on":"2020-01-01","to_on":"2020-03-31"`)
	empty := pull(w, as, none.Get("id"), "", nil)
	if none.Get("row_count") != "0" || none.Get("balance.holds") != "true" || none.Get("totals.days_p50") != "" || strings.Count(empty.Body, "\n") != 1 {
		t.Errorf("a nil period: %s\n%q", none.Body, empty.Body)
	}
	verifies(t, none, empty.Body)
	trail := w.Must(200, servertest.Request{As: "hejing", Method: "GET", URL: "/v1/audit-entries?object=report&action=report.pull&limit=200&include_total=true&object_id=" + r.Get("id")})
	// the whole, with the mark and without, three parts each, three that gave the whole, and the rows
	if strings.Count(trail.Body, `"changes":{"csv":"pulled"}`) != 11 || strings.Count(trail.Body, `"changes":{"rows":"pulled"}`) != 1 || !strings.Contains(trail.Body, `"id":"cli_demo_regulator"`) {
		t.Errorf("the trail: %s", trail.Body)
	}
}

// isTrue holds a file against its report: digest, number of lines, and sums of columns by hand.
func isTrue(t *testing.T, r, file servertest.Answer) {
	t.Helper()
	sum := sha256.Sum256([]byte(file.Body))
	if file.Status != 200 || hex.EncodeToString(sum[:]) != r.Get("sha256") || file.Header.Get("Content-Digest") != fieldOf(file.Body) {
		t.Errorf("the digest is another: %d %v", file.Status, file.Header)
	}
	lines, sums := columns(t, file.Body)
	if want, _ := strconv.Atoi(r.Get("row_count")); lines != want+1 || strings.Count(file.Body, "\r\n") != lines {
		t.Errorf("%d lines, %d rows", lines, want)
	}
	for column, path := range map[string]string{"opening": "balance.opening", "received": "balance.received", "closed": "balance.closed", "closing": "balance.closing", "closed_in_time": "totals.closed_in_time",
		"overdue_open": "totals.overdue_open"} {
		if got := strconv.Itoa(sums[column]); got != r.Get(path) {
			t.Errorf("the column %s sums up to %s, %s is %s", column, got, path, r.Get(path))
		}
	}
	if r.Get("totals.received") != r.Get("balance.received") || r.Get("totals.closed") != r.Get("balance.closed") {
		t.Errorf("totals and balance differ: %s", r.Body)
	}
}

// inParts pulls a file with and without its mark, whole and in ranges.
func inParts(t *testing.T, w *servertest.World, r, whole servertest.Answer) {
	t.Helper()
	const as = servertest.RegulatorKey
	id := r.Get("id")
	marked := pull(w, as, id, "?bom=true", nil)
	if marked.Body != "\xEF\xBB\xBF"+whole.Body || marked.Header.Get("Content-Digest") != fieldOf(marked.Body) || marked.Header.Get("ETag") == whole.Header.Get("ETag") {
		t.Errorf("with its mark: %v", marked.Header)
	}
	for query, want := range map[string]servertest.Answer{"": whole, "?bom=true": marked} {
		joined, etag := "", want.Header.Get("ETag")
		for _, part := range []string{"bytes=0-99", "bytes=100-149", "bytes=150-"} {
			a := pull(w, as, id, query, map[string]string{"Range": part, "If-Range": etag})
			if a.Status != 206 || a.Header.Get("Content-Digest") != fieldOf(a.Body) || a.Header.Get("Repr-Digest") != fieldOf(want.Body) {
				t.Errorf("%s: %d %v", part, a.Status, a.Header)
			}
			joined += a.Body
		}
		if joined != want.Body {
			t.Errorf("the parts joined are\n%q, not\n%q", joined, want.Body)
		}
	}
	for name, headers := range map[string]map[string]string{"another file": {"Range": "bytes=0-9", "If-Range": `"other"`}, "several ranges": {"Range": "bytes=0-1,4-5"}, "another unit": {"Range": "lines=1-2"}} {
		if a := pull(w, as, id, "", headers); a.Status != 200 || a.Body != whole.Body {
			t.Errorf("%s: %d %q", name, a.Status, a.Body)
		}
	}
	for _, path := range []string{"", "/csv", "/csv?bom=true"} {
		first := w.Do(servertest.Request{As: as, Method: "GET", URL: "/v1/reports/" + id})
		if path != "" {
			first = map[string]servertest.Answer{"/csv": whole, "/csv?bom=true": marked}[path]
		}
		same := w.Do(servertest.Request{As: as, Method: "GET", URL: "/v1/reports/" + id + path, Headers: map[string]string{"If-None-Match": "W/" + first.Header.Get("ETag")}})
		if same.Status != 304 || same.Body != "" || same.Header.Get("Cache-Control") != "private, no-cache" {
			t.Errorf("%s unchanged: %d %v", path, same.Status, same.Header)
		}
	}
	w.Run(t, inBoth(servertest.Scenario{Name: "beyond the end", As: as, Method: "GET", URL: "/v1/reports/" + id + "/csv", Headers: map[string]string{"Range": "bytes=100000-"}, WantStatus: 416,
		WantCode: "report.range_unsatisfiable", WantHeader: map[string]string{"Content-Range": fmt.Sprintf("bytes */%d", len(whole.Body))}},
		"The range lies beyond the end of the file.", "请求的范围超出文件末尾。")...)
}

// verifies runs the line that a report carries, beside its file; then beside one of which a digit is another.
func verifies(t *testing.T, r servertest.Answer, content string) {
	t.Helper()
	folder := t.TempDir()
	name := filepath.Join(folder, r.Get("number")+".csv")
	run := func(line, content string) error {
		if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		shell := exec.Command("sh", "-c", line)
		shell.Dir = folder
		out, err := shell.CombinedOutput()
		if err == nil && !strings.Contains(string(out), "balance: OK") {
			t.Errorf("%s", out)
		}
		return err
	}
	if err := run(r.Get("verify"), content); err != nil {
		t.Errorf("%s: %v", r.Get("verify"), err)
	}
	changed := content + "own,,,,,,0,1,0,0,0,,,,0\r\n"
	if run(r.Get("verify"), changed) == nil {
		t.Error("another file passes for this one")
	}
	sum := sha256.Sum256([]byte(changed)) // whoever forges both meets the balance
	if run(strings.Replace(r.Get("verify"), r.Get("sha256"), hex.EncodeToString(sum[:]), 1), changed) == nil {
		t.Error("another balance passes for this one")
	}
}

// What is recorded later, of a past period, makes another revision; what happens later does not.
func TestReportAgainTellsWhetherThePastChanged(t *testing.T) {
	t.Parallel()
	w := quarter(t)
	first := issue(t, w, "hejing", third)
	open := w.Must(200, servertest.Request{As: "hejing", Method: "GET", URL: "/v1/complaints?stage=intake&sort=received_at"})
	leave(w, "2026-10-09T02:00:00Z", open.Get("data.0.id")) // later: closed in October
	w.Forward("2026-10-09T03:00:00Z")
	w.Must(200, servertest.Request{As: "zhaolei", Method: "POST", URL: "/v1/complaints/" + open.Get("data.1.id") + "/acceptance"})
	second := issue(t, w, "hejing", third)
	if second.Get("sha256") != first.Get("sha256") || second.Get("revision") != "1" {
		t.Errorf("what came afterwards changed it: %s", second.Body)
	}
	late := `{"source":"own","intake_channel":"letter","received_at":"2026-09-20T02:00:00Z","late_registration_reason":"网点迟报","complainant":{"kind":"unidentified"},"request":"退费","narrative":"重复收费"}`
	w.Must(201, servertest.Request{As: "zhaolei", Method: "POST", URL: "/v1/complaints", Body: late})
	amended := issue(t, w, "hejing", third)
	if amended.Get("sha256") == first.Get("sha256") || amended.Get("revision") != "2" || amended.Get("balance.received") != "4" || amended.Get("balance.holds") != "true" {
		t.Errorf("what came late did not change it: %s", amended.Body)
	}
	other := issue(t, w, "hejing", third+`,"dimensions":["outcome","source"]`)
	if other.Get("revision") != "1" || other.Get("dimensions") != `["source","outcome"]` || other.Get("balance") != amended.Get("balance") || other.Get("row_count") != "2" {
		t.Errorf("by other dimensions: %s", other.Body)
	}
	rows := w.Must(200, servertest.Request{As: "hejing", Method: "GET", URL: "/v1/reports/" + other.Get("id") + "/rows?limit=1&include_total=true"})
	next := w.Must(200, servertest.Request{As: "hejing", Method: "GET", URL: "/v1/reports/" + other.Get("id") + "/rows?limit=1&page_token=" + rows.Get("next_page_token")})
	if rows.Get("total") != "2" || rows.Get("data.0.outcome") != "" || rows.Get("data.0.closing") != "3" || next.Get("data.0.outcome") != "withdrawn" || next.Get("data.0.closed") != "2" ||
		next.Get("data.0.business_code") != "" || next.Get("next_page_token") != "" {
		t.Errorf("its rows: %s\n%s", rows.Body, next.Body)
	}
	now := issue(t, w, "hejing", `"definition":"complaint_summary","from_on":"2026-10-01","to_on":"2026-12-31","provisional":true`)
	if now.Get("state") != "provisional" || now.Get("balance") != `{"closed":1,"closing":3,"holds":true,"opening":3,"received":1}` {
		t.Errorf("the running quarter: %s", now.Body)
	}
	if a := pull(w, "hejing", now.Get("id"), "", map[string]string{"If-None-Match": "*"}); a.Status != 200 || a.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("a provisional report may be stored: %d %v", a.Status, a.Header)
	}
}

// A day ends in the institution's zone, in whatever zone a caller tells the time; the instant at which a limit is over is late.
func TestReportsGoByTheInstitutionsDays(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, "2026-09-20T02:00:00Z")
	settle := func(at string) {
		id := file(t, w, servertest.PartnerKey, at)
		body := fmt.Sprintf(`{"facts":"x","basis":"y","agreed":"z","ways_open":["court"],"form":"phone","reference":"r","notified_at":%q,"business_code":"debit_card","cause_code":"pricing"}`, at)
		w.Forward("2026-10-08T02:00:00Z")
		w.Must(200, servertest.Request{As: "zhaolei", Method: "POST", URL: "/v1/complaints/" + id + "/settlement", Body: body})
		w.Clock.Set("2026-09-20T02:00:00Z")
	}
	settle("2026-09-30T23:59:59+08:00")
	settle("2026-10-01T00:00:00+08:00")
	settle("2026-10-05T23:59:59+08:00") // the last second of the fifteenth day
	settle("2026-10-06T00:00:00+08:00")
	w.Forward("2026-10-08T03:00:00Z")
	for members, want := range map[string]string{third: "1,1", `"definition":"complaint_summary","from_on":"2026-10-01","to_on":"2026-10-07"`: "3,2"} {
		r := issue(t, w, servertest.RegulatorKey, members)
		if got := r.Get("totals.closed") + "," + r.Get("totals.closed_in_time"); got != want {
			t.Errorf("%s: %s closed and in time, want %s", members, got, want)
		}
	}
	r := issue(t, w, servertest.RegulatorKey, third)
	if content := pull(w, servertest.RegulatorKey, r.Get("id"), "", nil).Body; !strings.Contains(content, "own,phone,debit_card,pricing,,settled,0,1,1,1,0,1.0000,10,10,0\r\n") ||
		!strings.Contains(content, "own,phone,credit_card,,,,0,3,0,0,0,,,,3\r\n") {
		t.Errorf("what is open at the end has its first classification: %s", content)
	}
}

func TestReportRefusals(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, "2026-09-30T15:59:00Z")
	post := func(name, members, code string) servertest.Scenario {
		return servertest.Scenario{Name: name, As: servertest.RegulatorKey, Method: "POST", URL: "/v1/reports", Body: "{" + members + "}", WantStatus: 422, WantCode: code}
	}
	notOver := post("the last minute", third, "report.period_not_over")
	notOver.WantBody = []string{`"pointer":"#/to_on"`}
	w.Run(t, slices.Concat(
		inBoth(notOver, "The period is not over yet", "统计期尚未结束"),
		inBoth(post("backwards", strings.NewReplacer("07-01", "09-30", "09-30", "07-01").Replace(third), "report.period_backwards"), "The period ends before it begins.", "统计期的结束日期早于开始日期。"),
		inBoth(servertest.Scenario{Name: "absent", As: "hejing", Method: "GET", URL: "/v1/reports/rpt_absent", WantStatus: 404, WantCode: "report.not_found"}, "There is no such report.", "没有该报表。"),
		[]servertest.Scenario{
			post("a mistyped definition", strings.Replace(third, "summary", "sumary", 1), "value.not_allowed"),
			post("a dimension twice", third+`,"dimensions":["source","source"]`, "value.not_unique"),
			post("no dimension", third+`,"dimensions":[]`, "value.too_few"),
			{Name: "rows of none", As: "hejing", Method: "GET", URL: "/v1/reports/rpt_absent/rows", WantStatus: 404, WantCode: "report.not_found"},
			{Name: "a file of none", As: "hejing", Method: "GET", URL: "/v1/reports/rpt_absent/csv", WantStatus: 404, WantCode: "report.not_found"},
		})...)
	w.Clock.Set("2026-09-30T16:00:00Z")
	issue(t, w, servertest.RegulatorKey, third)
	first := w.Must(201, servertest.Request{As: servertest.RegulatorKey, Method: "POST", URL: "/v1/reports", Body: "{" + third + "}", Headers: key("once")})
	again := w.Must(201, servertest.Request{As: servertest.RegulatorKey, Method: "POST", URL: "/v1/reports", Body: "{" + third + "}", Headers: key("once")})
	if again.Body != first.Body || again.Header.Get("Idempotency-Replayed") != "true" {
		t.Errorf("sent again: %s", again.Body)
	}
}

// Who issues reports and who sees which: a key sees its own client's, those who answer for the institution all, others none. Whoever is named in a
// complaint counts it in an issued report like everybody (never-and-must 7, 15).
func TestWhoSeesReports(t *testing.T) {
	t.Parallel()
	w := quarter(t)
	w.Must(201, servertest.Request{As: "zhaolei", Method: "POST", URL: "/v1/complaints", Body: `{"source":"own","intake_channel":"letter","received_at":"2026-09-20T02:00:00Z","late_registration_reason":"迟报",
		"respondent":{"staff_id":"10003"},"complainant":{"kind":"unidentified"},"request":"退费","narrative":"重复收费"}`})
	theirs, ours := issue(t, w, servertest.RegulatorKey, third), issue(t, w, "hejing", third)
	if ours.Get("balance.received") != "4" || ours.Get("sha256") != theirs.Get("sha256") {
		t.Errorf("an issued report depends on who issues it:\n%s\n%s", ours.Body, theirs.Body)
	}
	for as, sees := range map[string]int{"hejing": 2, "xuli": 2, "shenji": 2, servertest.RegulatorKey: 1} {
		if list := w.Must(200, servertest.Request{As: as, Method: "GET", URL: "/v1/reports?include_total=true"}); list.Get("total") != strconv.Itoa(sees) {
			t.Errorf("%s sees %s", as, list.Body)
		}
	}
	page := w.Must(200, servertest.Request{As: "shenji", Method: "GET", URL: "/v1/reports?limit=1"})
	last := w.Must(200, servertest.Request{As: "shenji", Method: "GET", URL: "/v1/reports?page_token=" + page.Get("next_page_token")})
	if page.Get("data.0.id") != ours.Get("id") || last.Get("data.0.id") != theirs.Get("id") || last.Get("next_page_token") != "" {
		t.Errorf("pages: %s\n%s", page.Body, last.Body)
	}
	w.Run(t,
		servertest.Scenario{Name: "a foreign report", As: servertest.RegulatorKey, Method: "GET", URL: "/v1/reports/" + ours.Get("id"), WantStatus: 404, WantCode: "report.not_found"},
		servertest.Scenario{Name: "its file", As: servertest.RegulatorKey, Method: "GET", URL: "/v1/reports/" + ours.Get("id") + "/csv", WantStatus: 404, WantCode: "report.not_found"},
		servertest.Scenario{Name: "a manager issues none", As: "xuli", Method: "POST", URL: "/v1/reports", Body: "{" + third + "}", WantStatus: 403, WantCode: "auth.forbidden", WantBody: []string{`"permission":"report.create"`}},
		servertest.Scenario{Name: "an auditor issues none", As: "shenji", Method: "POST", URL: "/v1/reports", Body: "{" + third + "}", WantStatus: 403, WantCode: "auth.forbidden"},
		servertest.Scenario{Name: "a handler sees none", As: "zhaolei", Method: "GET", URL: "/v1/reports", WantStatus: 403, WantCode: "auth.forbidden"},
		servertest.Scenario{Name: "a branch sees none", As: "zhoutao", Method: "GET", URL: "/v1/reports/" + ours.Get("id") + "/csv", WantStatus: 403, WantCode: "auth.forbidden"},
		servertest.Scenario{Name: "an administrator sees none", As: "guanli", Method: "GET", URL: "/v1/report-definitions", WantStatus: 403, WantCode: "auth.forbidden"},
		servertest.Scenario{Name: "a partner issues none", As: servertest.PartnerKey, Method: "POST", URL: "/v1/reports", Body: "{" + third + "}", WantStatus: 403, WantCode: "auth.scope_missing"},
		servertest.Scenario{Name: "a partner sees none", As: servertest.PartnerKey, Method: "GET", URL: "/v1/reports", WantStatus: 403, WantCode: "auth.scope_missing"})
}
