package importer_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/text/encoding/simplifiedchinese"

	"xiaobao/config"
	"xiaobao/internal/app"
	"xiaobao/internal/importer"
	"xiaobao/internal/servertest"
)

const morning = "2026-03-24T01:30:00Z"

// importing makes a key that may import, of the call centre.
func importing(t *testing.T, w *servertest.World) string {
	t.Helper()
	return w.Must(201, servertest.Request{As: "guanli", Method: "POST", URL: "/v1/api-keys",
		Body: `{"api_client_id":"cli_demo_anxin","name":"import","scopes":["complaint.create","complaint.read","complaint.import"]}`}).Get("secret")
}

func shipped(t *testing.T, name string) *importer.Mapping {
	t.Helper()
	text, err := fs.ReadFile(config.Files, "import/"+name+".yaml")
	if err != nil {
		t.Fatal(err)
	}
	m, err := importer.ParseMapping(text)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func mapping(t *testing.T, text string) *importer.Mapping {
	t.Helper()
	m, err := importer.ParseMapping([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func write(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// imported runs a job to its end and checks its figures: created, known, refused.
func imported(t *testing.T, j importer.Job, want [3]int) importer.Summary {
	t.Helper()
	if j.Out == nil {
		j.Out = io.Discard
	}
	j.Progress, j.Workers, j.Patience, j.Pause = io.Discard, 4, time.Minute, time.Millisecond
	s, err := j.Run(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if got := [3]int{s.Created, s.Known, s.Refused}; got != want || !j.Preview && s.Rows != s.Created+s.Known+s.Refused {
		t.Fatalf("%s: created, known, refused %v, want %v", j.File, got, want)
	}
	return s
}

func total(t *testing.T, w *servertest.World) string {
	t.Helper()
	return w.Must(200, servertest.Request{As: servertest.PartnerKey, Method: "GET", URL: "/v1/complaints?limit=1&include_total=true"}).Get("total")
}

// The rows that ship go in once, however often they are sent: by the bureau's number, or by content and order. A preview stores nothing. What is
// old escalates nothing.
func TestShippedRowsGoInOnce(t *testing.T) {
	w := servertest.New(t, morning)
	server := httptest.NewServer(w.App.Handler)
	defer server.Close()
	job := importer.Job{URL: server.URL + "/", Key: importing(t, w)}
	for _, name := range []string{"complaints", "multichannel"} {
		job.File, job.Mapping, job.Refused = filepath.Join("../../test/testdata/cfpb", name+".csv"), shipped(t, "cfpb-"+name), filepath.Join(t.TempDir(), "r.csv")
		job.Preview = true
		before := total(t, w)
		if s := imported(t, job, [3]int{0, 0, 0}); s.Sound != 200 || total(t, w) != before {
			t.Errorf("the preview: %+v, %s complaints", s, total(t, w))
		}
		job.Preview = false
		imported(t, job, [3]int{200, 0, 0})
		imported(t, job, [3]int{0, 200, 0})
		if _, err := os.Stat(job.Refused); err == nil {
			t.Error("a file of refused rows was made for none")
		}
	}
	if n := total(t, w); n != "400" {
		t.Errorf("%s complaints", n)
	}
	w.Sweep()
	late := w.Must(200, servertest.Request{As: "hejing", Method: "GET", URL: "/v1/complaints?overdue=true&limit=200"})
	if !strings.Contains(late.Body, `"escalated_at":null`) || strings.Contains(late.Body, `"escalated_at":"`) {
		t.Error("an old complaint was escalated")
	}
	one := w.Must(200, servertest.Request{As: "hejing", Method: "GET", URL: "/v1/complaints?external_reference=cfpb:6791501"})
	id := one.Get("data.0.id")
	whole := w.Must(200, servertest.Request{As: "hejing", Method: "GET", URL: "/v1/complaints/" + id})
	for member, want := range map[string]string{"received_at": "2023-04-04T04:00:00Z", "source": "own", "intake_channel": "cfpb_web", "complainant.kind": "unidentified",
		"complainant.name": "", "business_code": "cfpb_payday_loan_title_loan_or_personal_loan", "region_code": "us-fl", "product": "Installment loan",
		"respondent.unit": "Braviant\u00a0Holdings,\u00a0LLC", "request": "", "client.id": "cli_demo_anxin"} {
		if got := whole.Get(member); got != want {
			t.Errorf("%s is %q, want %q", member, got, want)
		}
	}
}

const simple = `
zone: Asia/Shanghai
encoding: %s
reference: {prefix: 'S:', sha256: true}
members:
  source: {const: own}
  received_at: {from: 收到, date: YYYY-MM-DD}
  complainant.kind: {const: unidentified}
  cause_code: {from: 原因}
  narrative: {from: 内容}
`

// Rows that are refused stand in a file of the same form, with their reasons; mended there and sent again they go in, and what had gone in before is known. The
// reference of a row without a number of its own stays the same.
func TestRefusedRowsAreKeptToBeMended(t *testing.T) {
	w := servertest.New(t, morning)
	server := httptest.NewServer(w.App.Handler)
	defer server.Close()
	rows := "收到,原因,内容\n2026-03-01,pricing,一\n2026-03-02,pricng,二\n2026-03-02,pricng,二\n3月3日,pricing,三\n2026-03-04,pricing\n2030-01-01,pricing,五\n"
	job := importer.Job{URL: server.URL, Key: importing(t, w), Mapping: mapping(t, fmt.Sprintf(simple, "gb18030"))}
	encoded, err := simplifiedchinese.GB18030.NewEncoder().String(rows)
	if err != nil {
		t.Fatal(err)
	}
	job.File = write(t, "台账.csv", encoded)
	var listed bytes.Buffer
	job.Preview, job.Out = true, &listed
	imported(t, job, [3]int{0, 0, 5})
	for _, want := range []string{
		"row 2 (line 3) is refused:\n    #/cause_code value.not_in_code_list: The code does not stand in the list cause, or is retired. (did you mean pricing?)",
		"row 4 (line 5) is refused:\n    column 收到: not a date of the form YYYY-MM-DD", "row 5 (line 6) is refused:\n    it has 2 columns, the header has 3",
		"row 6 (line 7) is refused:\n    #/received_at value.in_future: The time lies in the future."} {
		if !strings.Contains(listed.String(), want) {
			t.Errorf("%q is missing in\n%s", want, &listed)
		}
	}
	if strings.Contains(listed.String(), "3月3日") {
		t.Error("a cell is repeated on the terminal")
	}
	job.Preview = false
	s := imported(t, job, [3]int{1, 0, 5})
	if want := strings.TrimSuffix(job.File, ".csv") + ".refused.csv"; s.RefusedFile != want {
		t.Errorf("the refused rows are in %s", s.RefusedFile)
	}
	raw, err := os.ReadFile(s.RefusedFile)
	if err != nil {
		t.Fatal(err)
	}
	kept, err := simplifiedchinese.GB18030.NewDecoder().String(string(raw))
	if err != nil {
		t.Fatal(err)
	}
	reader := csv.NewReader(strings.NewReader(kept))
	reader.FieldsPerRecord = -1 // the row that is too short stays so
	table, err := reader.ReadAll()
	if err != nil || len(table) != 6 || !slices.Equal(table[0], []string{"xiaobao_reference", "xiaobao_row", "xiaobao_reasons", "收到", "原因", "内容"}) || table[3][1] != "4" {
		t.Errorf("%v %q", err, table)
	}
	mended := strings.NewReplacer("pricng", "pricing", "3月3日", "2026-03-03", "2030-01-01", "2026-03-05", "2026-03-04,pricing", "2026-03-04,pricing,四").Replace(kept)
	encoded, err = simplifiedchinese.GB18030.NewEncoder().String(mended)
	if err != nil {
		t.Fatal(err)
	}
	job.File = write(t, "mended.csv", encoded)
	imported(t, job, [3]int{5, 0, 0})
	imported(t, job, [3]int{0, 5, 0})
	if n := total(t, w); n != "6" {
		t.Errorf("%s complaints", n)
	}
	info, err := os.Stat(s.RefusedFile)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("others can read people's data: %v %v", info.Mode(), err)
	}
}

// The example for an institution's own register goes in whole.
func TestExampleInChinese(t *testing.T) {
	w := servertest.New(t, morning)
	server := httptest.NewServer(w.App.Handler)
	defer server.Close()
	job := importer.Job{URL: server.URL, Key: importing(t, w), Mapping: shipped(t, "zh-example"), File: "../../config/import/zh-example.csv", Refused: filepath.Join(t.TempDir(), "r.csv")}
	imported(t, job, [3]int{6, 0, 0})
	imported(t, job, [3]int{0, 6, 0})
	found := w.Must(200, servertest.Request{As: "hejing", Method: "GET", URL: "/v1/complaints?external_reference=TZ:2024-0001"})
	whole := w.Must(200, servertest.Request{As: "hejing", Method: "GET", URL: "/v1/complaints/" + found.Get("data.0.id")})
	if whole.Get("received_at") != "2024-03-05T01:30:00Z" || whole.Get("amount_in_dispute.amount") != "12.00" || whole.Get("respondent.unit") != "南京分行 城南支行" ||
		whole.Get("complainant.id_unverified") != "true" {
		t.Error(whole.Body)
	}
}

// faulty serves what goes wrong on the way before it lets a request through.
type faulty struct {
	next http.Handler
	ways []func(w http.ResponseWriter)

	mu    sync.Mutex
	tries map[string][]string // bodies by key
}

func (f *faulty) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	key := r.Header.Get("Idempotency-Key")
	if key == "" {
		f.next.ServeHTTP(w, r)
		return
	}
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	f.mu.Lock()
	n := len(f.tries[key])
	f.tries[key] = append(f.tries[key], string(body))
	f.mu.Unlock()
	if n < len(f.ways) {
		f.ways[n](w)
		return
	}
	f.next.ServeHTTP(w, r)
	if n == len(f.ways) {
		panic(http.ErrAbortHandler) // it was done, and the answer is lost
	}
}

func says(status int, body string) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) {
		w.Header().Set("Retry-After", "0")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

func always(answer func(http.ResponseWriter)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { answer(w) })
}

// A server that is away, asks to wait, or whose answer is lost is asked again, with the same key and body; what the lost answer had done counts once.
func TestServerIsWaitedFor(t *testing.T) {
	w := servertest.New(t, morning)
	f := &faulty{next: w.App.Handler, tries: map[string][]string{}, ways: []func(http.ResponseWriter){
		says(429, `{"code":"request.too_many"}`), says(502, "<html>"), says(503, `{"code":"server.unavailable"}`), says(504, ""),
		says(409, `{"code":"idempotency.in_progress"}`), func(http.ResponseWriter) { panic(http.ErrAbortHandler) }}}
	server := httptest.NewServer(f)
	defer server.Close()
	imported(t, importer.Job{URL: server.URL, Key: importing(t, w), Mapping: shipped(t, "cfpb-multichannel"), File: "../../test/testdata/cfpb/multichannel.csv"}, [3]int{200, 0, 0})
	if n := total(t, w); n != "200" {
		t.Errorf("%s complaints", n)
	}
	for _, bodies := range f.tries {
		if len(bodies) != 8 || len(slices.Compact(bodies)) != 1 {
			t.Errorf("%d tries with one key, %d bodies", len(bodies), len(slices.Compact(bodies)))
		}
	}
}

// What waiting does not cure ends the run at once, and says what and what to quote.
func TestRunEndsAtWhatWaitingDoesNotCure(t *testing.T) {
	w := servertest.New(t, morning)
	server := httptest.NewServer(w.App.Handler)
	defer server.Close()
	down := httptest.NewServer(always(says(503, `{"code":"server.unavailable","detail":"later"}`)))
	defer down.Close()
	other := httptest.NewServer(always(says(200, "<html>")))
	defer other.Close()
	file := "../../test/testdata/cfpb/multichannel.csv"
	for name, c := range map[string]struct{ url, key, want string }{
		"no such key":     {server.URL, "xbk_live_wrong", "401 auth.invalid"},
		"not allowed":     {server.URL, w.Token(servertest.RegulatorKey), "403 "},
		"always down":     {down.URL, "k", "the server did not serve for 50ms; last: 503 server.unavailable"},
		"something else":  {other.URL, "k", "is the URL right?"},
		"no URL":          {"localhost:8080", "k", "the URL begins with https://"},
		"over the file":   {server.URL, "k", "over the file itself"},
		"nobody is there": {"http://127.0.0.1:1", "k", "did not serve"},
	} {
		j := importer.Job{URL: c.url, Key: c.key, Mapping: shipped(t, "cfpb-multichannel"), File: file, Workers: 4, Patience: 50 * time.Millisecond, Pause: time.Millisecond,
			Refused: filepath.Join(t.TempDir(), "r.csv"), Out: io.Discard, Progress: io.Discard}
		if name == "over the file" {
			j.Refused = file
		}
		_, err := j.Run(context.Background())
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if n := total(t, w); n != "0" {
		t.Errorf("%s complaints", n)
	}
}

// The command takes the key from the environment, tells the faults of a map and the refused rows, and says by its exit code whether all went well.
func TestCommand(t *testing.T) {
	w := servertest.New(t, morning)
	server := httptest.NewServer(w.App.Handler)
	defer server.Close()
	t.Setenv("XIAOBAO_KEY", importing(t, w))
	rows := write(t, "rows.csv", "收到,原因,内容\n2026-03-01,pricing,一\n2026-03-02,pricng,二\n")
	sound := write(t, "sound.yaml", fmt.Sprintf(simple, "utf-8"))
	faulty := write(t, "faulty.yaml", "encoding: x\nreference: {}\nmembers: {}\n")
	for _, c := range []struct {
		name string
		args []string
		code int
		out  []string
	}{
		{"refused rows", []string{rows, "--map", sound}, 1, []string{"created        1", "refused        1", "rows.refused.csv", "2 of 2 rows: 1 created, 0 known, 1 refused", "some rows were refused"}},
		{"preview", []string{rows, "--map", sound, "--preview"}, 1, []string{"row 2 (line 3) is refused", "sound          1"}},
		{"all well, with a map that ships", []string{"../../config/import/zh-example.csv", "--map", "zh-example"}, 0, []string{"created        6", "refused        0"}},
		{"again", []string{"../../config/import/zh-example.csv", "--map", "zh-example.yaml"}, 0, []string{"created        0", "known          6"}},
		{"a faulty map", []string{rows, "--map", faulty}, 1, []string{"has faults", "encoding:", "reference:", "members:"}},
		{"no map", []string{rows, "--map", "absent.yaml"}, 1, []string{"--map:"}},
		{"a map for other columns", []string{rows, "--map", "zh-example"}, 1, []string{`the file has no column "台账编号"`, `the file has no column "分行"`}},
		{"too many workers", []string{rows, "--map", sound, "--workers", "65"}, 1, []string{"1 to 64"}},
		{"no file", []string{"absent.csv", "--map", sound}, 2, []string{"absent.csv"}},
	} {
		var out bytes.Buffer
		code := app.Run(append([]string{"import", "--url", server.URL}, c.args...), servertest.Contract().YAML(), os.Environ(), &out, &out)
		if code != c.code {
			t.Errorf("%s: exit code %d, want %d\n%s", c.name, code, c.code, &out)
		}
		for _, want := range c.out {
			if !strings.Contains(out.String(), want) {
				t.Errorf("%s: %q is missing in\n%s", c.name, want, &out)
			}
		}
	}
}
