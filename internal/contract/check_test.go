package contract

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"xiaobao/internal/fault"
)

// sentinel stands in values that are refused; no answer may hold it.
const sentinel = "13800138000"

// request is one line of a table: what is sent, and the faults that come back, one a line as told writes them.
type request struct {
	name    string
	method  string // POST
	url     string // /v1/complaints
	header  []string
	body    string
	want    []string // none: it passes
	verdict string   // "" with want: request.invalid
}

func (c request) send(t *testing.T, contract *Contract) (*Body, error) {
	t.Helper()
	method, target := c.method, c.url
	if method == "" {
		method = http.MethodPost
	}
	if target == "" || target[0] == '?' {
		target = "/v1/complaints" + target
	}
	path, _, _ := strings.Cut(target, "?")
	operation := contract.Operation(method, strings.Replace(path, "cmp_1", ":complaint_id", 1))
	if operation == nil {
		t.Fatalf("%s: no operation %s %s", c.name, method, path)
	}
	r := httptest.NewRequest(method, "/", strings.NewReader(c.body))
	_, r.URL.RawQuery, _ = strings.Cut(target, "?") // httptest would refuse what we want to see refused
	if c.body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for _, h := range c.header {
		name, value, _ := strings.Cut(h, ": ")
		if name == "Content-Type" {
			r.Header.Del(name)
		}
		r.Header.Add(name, value)
	}
	r.Body = http.MaxBytesReader(nil, r.Body, 64<<10)
	return operation.Check(r)
}

// told writes an error's items: place, code, parameters, suggestion.
func told(err error) (verdict string, items []string) {
	f := fault.From(err)
	if f == nil {
		return "", nil
	}
	for _, item := range f.Items {
		line := item.In + " " + item.Pointer + item.Name + " " + item.Reason.Code
		for _, name := range []string{"limit", "type", "format", "list"} {
			if v, ok := item.Params[name]; ok {
				line += fmt.Sprint(" ", v)
			}
		}
		if item.Suggestion != "" {
			line += " → " + item.Suggestion
		}
		items = append(items, line)
	}
	return f.Reason.Code, items
}

func run(t *testing.T, table []request) {
	t.Helper()
	c := load(t)
	for _, test := range table {
		t.Run(test.name, func(t *testing.T) {
			_, err := test.send(t, c)
			verdict, items := told(err)
			if diff := cmp.Diff(test.want, items); diff != "" {
				t.Errorf("%v: faults (-want +got):\n%s", err, diff)
			}
			want := test.verdict
			if want == "" && test.want != nil {
				want = "request.invalid"
			}
			if verdict != want {
				t.Errorf("verdict %q, want %q", verdict, want)
			}
			if err != nil && strings.Contains(words(err), sentinel) {
				t.Errorf("the answer repeats what was sent: %s", words(err))
			}
		})
	}
}

// words is everything that an answer may show of an error, in both languages.
func words(err error) string {
	var b strings.Builder
	f := fault.From(err)
	for _, language := range []string{"en", "zh-CN"} {
		for _, item := range f.Items {
			fmt.Fprintln(&b, item.Name, item.Pointer, item.Suggestion, item.Reason.Title.Say(language, item.Params), item.Reason.Detail.Say(language, item.Params))
		}
	}
	return b.String()
}

const minimal = `"source":"own","complainant":{"kind":"person"}`

func TestQueryIsHeldAgainstTheContract(t *testing.T) {
	const bad = "request.malformed"
	run(t, []request{
		{name: "nothing", method: "GET"},
		{name: "all well", method: "GET", url: "?limit=200&stage=intake&stage=closed&sort=-received_at&received_from=2026-01-31&overdue=true&rate=0.5"},
		{name: "instant with an offset", method: "GET", url: "?updated_after=2026-01-01T00:00:00%2B08:00"},
		{name: "brackets and colons", method: "GET", url: "?received_at[gte]=2026-01-01T00:00:00Z"},
		{name: "an empty part", method: "GET", url: "?limit=1&&"},
		{name: "a retired code may filter", method: "GET", url: "?source=fax"},
		{name: "unknown", method: "GET", url: "?stgae=intake", verdict: bad, want: []string{"query stgae request.unknown_parameter → stage"}},
		{name: "unknown and far", method: "GET", url: "?fields=id", verdict: bad, want: []string{"query fields request.unknown_parameter"}},
		{name: "another way of writing", method: "GET", url: "?pageToken=x", verdict: bad, want: []string{"query pageToken request.unknown_parameter → page_token"}},
		{name: "unknown twice is one fault", method: "GET", url: "?a=1&a=2", verdict: bad, want: []string{"query a request.unknown_parameter"}},
		{name: "repeated", method: "GET", url: "?limit=1&limit=2", verdict: bad, want: []string{"query limit request.repeated_parameter"}},
		{name: "semicolon", method: "GET", url: "?limit=1;stage=intake", verdict: bad, want: []string{"query limit request.bad_query"}},
		{name: "a;b", method: "GET", url: "?a;b", verdict: bad, want: []string{"query a;b request.bad_query"}},
		{name: "bad escape", method: "GET", url: "?page_token=%zz", verdict: bad, want: []string{"query page_token request.bad_query"}},
		{name: "bad escape in the name", method: "GET", url: "?%zz=1", verdict: bad, want: []string{"query  request.bad_query"}},
		{name: "no name", method: "GET", url: "?=1", verdict: bad, want: []string{"query  request.bad_query"}},
		{name: "NUL", method: "GET", url: "?page_token=a%00b", verdict: bad, want: []string{"query page_token request.nul"}},
		{name: "bad UTF-8", method: "GET", url: "?page_token=%ff", verdict: bad, want: []string{"query page_token request.bad_utf8"}},
		{name: "below", method: "GET", url: "?limit=0", verdict: bad, want: []string{"query limit request.bad_parameter"}},
		{name: "above", method: "GET", url: "?limit=201", verdict: bad, want: []string{"query limit request.bad_parameter"}},
		{name: "a fraction", method: "GET", url: "?limit=1.0", verdict: bad, want: []string{"query limit request.bad_parameter"}},
		{name: "a word", method: "GET", url: "?limit=ten", verdict: bad, want: []string{"query limit request.bad_parameter"}},
		{name: "a plus", method: "GET", url: "?limit=%2B5", verdict: bad, want: []string{"query limit request.bad_parameter"}},
		{name: "a great number", method: "GET", url: "?limit=99999999999999999999", verdict: bad, want: []string{"query limit request.bad_parameter"}},
		{name: "empty", method: "GET", url: "?limit=", verdict: bad, want: []string{"query limit request.bad_parameter"}},
		{name: "no boolean", method: "GET", url: "?overdue=1", verdict: bad, want: []string{"query overdue request.bad_parameter"}},
		{name: "no number", method: "GET", url: "?rate=0x1", verdict: bad, want: []string{"query rate request.bad_parameter"}},
		{name: "a number without end", method: "GET", url: "?rate=1e999999999", verdict: bad, want: []string{"query rate request.bad_parameter"}},
		{name: "no date", method: "GET", url: "?received_from=2026-02-30", verdict: bad, want: []string{"query received_from request.bad_parameter"}},
		{name: "a plus that became a blank", method: "GET", url: "?updated_after=2026-01-01T00:00:00+08:00", verdict: bad, want: []string{"query updated_after request.bad_parameter"}},
		{name: "a word of a list", method: "GET", url: "?stage=intake&stage=closd", verdict: bad, want: []string{"query stage request.bad_parameter → closed"}},
		{name: "commas", method: "GET", url: "?stage=intake,closed", verdict: bad, want: []string{"query stage request.bad_parameter"}},
		{name: "a long list", method: "GET", url: "?stage=intake&stage=intake&stage=intake&stage=intake", verdict: bad, want: []string{"query stage request.bad_parameter"}},
		{name: "an order", method: "GET", url: "?sort=-recieved_at", verdict: bad, want: []string{"query sort request.bad_parameter → -received_at"}},
		{name: "a code", method: "GET", url: "?source=pbco", verdict: bad, want: []string{"query source request.bad_parameter → pboc"}},
		{name: "required", method: "GET", url: "/v1/reports", verdict: bad, want: []string{"query from_on request.bad_parameter"}},
		{name: "all at once", method: "GET", url: "?limit=0&stgae=x&sort=" + sentinel + "&%zz", verdict: bad, want: []string{
			"query  request.bad_query", "query limit request.bad_parameter", "query sort request.bad_parameter",
			"query stgae request.unknown_parameter → stage"}},
	})
}

func TestHeadersAreHeldAgainstTheContract(t *testing.T) {
	run(t, []request{
		{name: "well", header: []string{"Idempotency-Key: \"k-1\""}, body: `{` + minimal + `}`},
		{name: "unknown headers are nobody's business", header: []string{"X-Other: " + sentinel}, body: `{` + minimal + `}`},
		{name: "blank", header: []string{"Idempotency-Key: a b"}, body: `{` + minimal + `}`, verdict: "request.malformed",
			want: []string{"header Idempotency-Key request.bad_parameter"}},
		{name: "twice", header: []string{"Idempotency-Key: a", "Idempotency-Key: b"}, body: `{` + minimal + `}`, verdict: "request.malformed",
			want: []string{"header Idempotency-Key request.repeated_parameter"}},
		{name: "of the whole path", header: []string{"Accept-Language: " + strings.Repeat("z", 101)}, body: `{` + minimal + `}`, verdict: "request.malformed",
			want: []string{"header Accept-Language request.bad_parameter"}},
		{name: "a path parameter of a wrong form is a 404, later", method: "PATCH", url: "/v1/complaints/cmp_1", body: `{"product":"a"}`},
	})
}

// TestAllFaultsComeAtOnce guards that a person mends a form in one go, wherever the faults are.
func TestAllFaultsComeAtOnce(t *testing.T) {
	run(t, []request{
		{name: "of data", body: `{"source":"owm","complainant":{"kind":"persn","phone":"` + sentinel + `x","id_number":5},"narative":"x","days":1.0,"occurred_on":"x"}`, want: []string{
			"body #/complainant/id_number value.wrong_type string",
			"body #/complainant/kind value.not_allowed → person",
			"body #/complainant/phone value.wrong_format ^[0-9+ -]+$",
			"body #/days value.wrong_type integer",
			"body #/narative request.unknown_member → narrative",
			"body #/occurred_on value.wrong_format date",
			"body #/source value.not_in_code_list source → own"}},
		{name: "of query, header and body", url: "?a=1", header: []string{"Idempotency-Key: é"}, body: `{"source":"own","source":"own","complainant":{}}`,
			verdict: "request.malformed", want: []string{
				"query a request.unknown_parameter", "header Idempotency-Key request.bad_parameter",
				"body #/source request.duplicate_member", "body #/complainant/kind value.required"}},
		{name: "of query and media type", url: "?a=1", header: []string{"Content-Type: text/csv"}, body: `a,b`, verdict: "request.malformed",
			want: []string{"query a request.unknown_parameter", "header Content-Type request.unsupported_media application/json"}},
	})
}

// TestRefusalsSpeakBothLanguages shows the sentences that people read.
func TestRefusalsSpeakBothLanguages(t *testing.T) {
	c := load(t)
	for _, test := range []struct {
		request
		en, zh string
	}{
		{request{url: "?a=1", body: `{` + minimal + `}`}, "There is no such parameter.", "没有这个参数。"},
		{request{body: `{`}, "The body is not well-formed JSON.", "请求体不是合法的 JSON。"},
		{request{}, "The operation needs a body.", "该操作需要请求体。"},
		{request{body: `{` + minimal + `,"source":"own"}`}, "The member stands twice in its object.", "同一对象中该成员重复出现。"},
		{request{body: `{"source":"own","complainant":{"kind":"person","name":"` + strings.Repeat("名", 101) + `"}}`},
			"The text is longer than 100 characters.", "文本超过 100 个字符。"},
		{request{body: `{"source":"x","complainant":{"kind":"person"}}`},
			"The code does not stand in the list source, or is retired.", "代码不在代码表 source 中，或已停用。"},
		{request{body: `{` + minimal + `,"days":1.0}`}, "The value must be of type integer.", "值的类型应为 integer。"},
		{request{method: "PATCH", url: "/v1/complaints/cmp_1", body: `{}`}, "The object has fewer than 1 members.", "对象的成员少于 1 个。"},
		{request{body: `"` + strings.Repeat("a", 64<<10) + `"`}, "The body is too large. No more than 65536 bytes are read.", "请求体过大。 请求体不得超过 65536 字节。"},
		{request{header: []string{"Content-Type: text/csv"}, body: `a`},
			"The body is of a media type or encoding that the operation does not read. Send application/json in UTF-8, without a content encoding.",
			"该操作不支持请求体的媒体类型或编码。 请以 UTF-8 编码的 application/json 发送，且不作内容压缩。"},
	} {
		_, err := test.send(t, c)
		f := fault.From(err)
		if f == nil || len(f.Items) != 1 {
			t.Errorf("%q: %v, want one fault", test.body, err)
			continue
		}
		item := f.Items[0]
		for language, want := range map[string]string{"en": test.en, "zh-CN": test.zh} {
			got := strings.TrimSpace(item.Reason.Title.Say(language, item.Params) + " " + item.Reason.Detail.Say(language, item.Params))
			if got != want {
				t.Errorf("%s: %q, want %q", language, got, want)
			}
		}
	}
}
