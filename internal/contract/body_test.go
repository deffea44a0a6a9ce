package contract

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-cmp/cmp"

	"xiaobao/internal/fault"
)

func TestBodyIsReadStrictly(t *testing.T) {
	const bad = "request.malformed"
	const media = "header Content-Type request.unsupported_media application/json"
	with := func(members string) string { return `{` + minimal + `,` + members + `}` }
	run(t, []request{
		{name: "well", body: `{` + minimal + `}`},
		{name: "charset", header: []string{"Content-Type: application/json; charset=UTF-8"}, body: `{` + minimal + `}`},
		{name: "merge-patch", method: "PATCH", url: "/v1/complaints/cmp_1", header: []string{"Content-Type: application/merge-patch+json"}, body: `{"product":null}`},
		{name: "merge-patch of a POST", header: []string{"Content-Type: application/merge-patch+json"}, body: `{}`, verdict: "request.unsupported_media", want: []string{media}},
		{name: "text", header: []string{"Content-Type: text/plain"}, body: `{}`, verdict: "request.unsupported_media", want: []string{media}},
		{name: "gbk", header: []string{"Content-Type: application/json; charset=gbk"}, body: `{}`, verdict: "request.unsupported_media", want: []string{media}},
		{name: "another parameter", header: []string{"Content-Type: application/json; v=1"}, body: `{}`, verdict: "request.unsupported_media", want: []string{media}},
		{name: "no type", header: []string{"Content-Type: "}, body: `{}`, verdict: "request.unsupported_media", want: []string{media}},
		{name: "compressed", header: []string{"Content-Encoding: gzip"}, body: `{}`, verdict: "request.unsupported_media", want: []string{media}},
		{name: "empty", verdict: bad, want: []string{"body # request.body_missing"}},
		{name: "blank", body: " \n", verdict: bad, want: []string{"body # request.body_missing"}},
		{name: "empty where it may be", url: "/v1/complaints/cmp_1/reveals"},
		{name: "none declared", url: "/v1/complaints/cmp_1/acceptance"},
		{name: "none declared, some sent", url: "/v1/complaints/cmp_1/acceptance", body: `{}`, verdict: bad, want: []string{"body # request.body_undeclared"}},
		{name: "none declared, GET", method: "GET", body: `{}`, verdict: bad, want: []string{"body # request.body_undeclared"}},
		{name: "raw bytes are the operation's", url: "/v1/uploads", header: []string{"Content-Type: application/pdf"}, body: "%PDF"},
		{name: "too large", body: `"` + strings.Repeat("a", 64<<10) + `"`, verdict: "request.too_large", want: []string{"body # request.too_large 65536"}},
		{name: "cut off", body: `{"source":"own","complainant":{"kind":`, verdict: bad, want: []string{"body #/complainant/kind request.bad_json"}},
		{name: "two values", body: `{` + minimal + `} {}`, verdict: bad, want: []string{"body # request.bad_json"}},
		{name: "trailing comma", body: `{"source":"own",}`, verdict: bad, want: []string{"body # request.bad_json"}},
		{name: "trailing comma of a list", body: with(`"tags":["a",]`), verdict: bad, want: []string{"body #/tags/1 request.bad_json"}},
		{name: "mismatched", body: `[}`, verdict: bad, want: []string{"body #/0 request.bad_json"}},
		{name: "no name", body: `{1:2}`, verdict: bad, want: []string{"body # request.bad_json"}},
		{name: "single quotes", body: `{'a':1}`, verdict: bad, want: []string{"body # request.bad_json"}},
		{name: "NaN", body: with(`"rate":NaN`), verdict: bad, want: []string{"body #/rate request.bad_json"}},
		{name: "leading zero", body: with(`"days":01`), verdict: bad, want: []string{"body # request.bad_json"}},
		{name: "byte order mark", body: "\ufeff{}", verdict: bad, want: []string{"body # request.bad_json"}},
		{name: "too deep", body: strings.Repeat("[", 10_001), verdict: bad, want: []string{"body #" + strings.Repeat("/0", 499) + " request.bad_json"}},
		{name: "duplicate", body: with(`"product":"a","product":"b"`), verdict: bad, want: []string{"body #/product request.duplicate_member"}},
		{name: "duplicate by escape", body: with(`"product":"a","pr\u006fduct":"b"`), verdict: bad, want: []string{"body #/product request.duplicate_member"}},
		{name: "duplicate inside", body: `{"source":"own","complainant":{"kind":"person","name":"a","name":"` + sentinel + `"}}`, verdict: bad,
			want: []string{"body #/complainant/name request.duplicate_member"}},
		{name: "bad UTF-8", body: with("\"product\":\"\xff\""), verdict: bad, want: []string{"body #/product request.bad_utf8"}},
		{name: "bad UTF-8 in a name", body: with("\"\xff\":1"), verdict: bad, want: []string{"body # request.bad_utf8"}},
		{name: "lone surrogate", body: with(`"product":"\ud800"`), verdict: bad, want: []string{"body #/product request.lone_surrogate"}},
		{name: "second half first", body: with(`"product":"\udc00\ud800"`), verdict: bad, want: []string{"body #/product request.lone_surrogate"}},
		{name: "a pair", body: with(`"product":"\ud83d\ude00"`)},
		{name: "NUL", body: with(`"product":"a\u0000b"`), verdict: bad, want: []string{"body #/product request.nul"}},
		{name: "NUL in a name", body: with(`"a\u0000":1`), verdict: bad, want: []string{"body # request.nul"}},
		{name: "several, and the data", body: with("\"product\":\"\\u0000\",\"request\":\"\xff\",\"days\":-1"), verdict: bad, want: []string{
			"body #/product request.nul", "body #/request request.bad_utf8", "body #/days value.too_small 0", "body #/request value.too_short 1"}},
	})
}

func TestBodyIsHeldAgainstTheContract(t *testing.T) {
	with := func(members string) string { return `{` + minimal + `,` + members + `}` }
	run(t, []request{
		{name: "not an object", body: `[]`, want: []string{"body # value.wrong_type object"}},
		{name: "null", body: `null`, want: []string{"body # value.wrong_type object"}},
		{name: "required", body: `{}`, want: []string{"body #/complainant value.required", "body #/source value.required"}},
		{name: "required inside", body: `{"source":"own","complainant":{}}`, want: []string{"body #/complainant/kind value.required"}},
		{name: "unknown", body: with(`"narative":"` + sentinel + `"`), want: []string{"body #/narative request.unknown_member → narrative"}},
		{name: "unknown inside", body: `{"source":"own","complainant":{"kind":"person","phnoe":"` + sentinel + `"}}`,
			want: []string{"body #/complainant/phnoe request.unknown_member → phone"}},
		{name: "unknown and far", body: with(`"stage":"closed"`), want: []string{"body #/stage request.unknown_member"}},
		{name: "another way of writing", body: with(`"externalReference":"a"`), want: []string{"body #/externalReference request.unknown_member → external_reference"}},
		{name: "escaped", body: with(`"bra/nch":{"til~de":"abc"}`), want: []string{"body #/bra~1nch/til~0de value.too_long 2"}},
		{name: "unknown inside the escaped", body: with(`"bra/nch":{"tilde":"a"}`), want: []string{"body #/bra~1nch/tilde request.unknown_member → til~de"}},
		{name: "joined", url: "/v1/joined", body: `{"name":"a","phone":"b","fax":"c"}`, want: []string{"body #/fax request.unknown_member"}},
		{name: "joined, near", url: "/v1/joined", body: `{"name":"a","phnoe":"b"}`, want: []string{"body #/phnoe request.unknown_member → phone"}},
		{name: "type", body: with(`"product":5`), want: []string{"body #/product value.wrong_type string"}},
		{name: "null for a text", body: with(`"product":null`), want: []string{"body #/product value.wrong_type string"}},
		{name: "code points", body: `{"source":"own","complainant":{"kind":"person","name":"` + strings.Repeat("龘", 100) + `"}}`},
		{name: "one code point more", body: `{"source":"own","complainant":{"kind":"person","name":"` + strings.Repeat("𠮷", 101) + `"}}`,
			want: []string{"body #/complainant/name value.too_long 100"}},
		{name: "CR LF counts once", body: with(`"tags":["a\r\n\r\nb\r\n"]`)},
		{name: "short", body: with(`"narrative":""`), want: []string{"body #/narrative value.too_short 1"}},
		{name: "enum", body: `{"source":"own","complainant":{"kind":"persno"}}`, want: []string{"body #/complainant/kind value.not_allowed → person"}},
		{name: "enum, far", body: `{"source":"own","complainant":{"kind":"` + sentinel + `"}}`, want: []string{"body #/complainant/kind value.not_allowed"}},
		{name: "pattern", body: with(`"amount_in_dispute":{"amount":"1.5","currency":"CNY"}`),
			want: []string{`body #/amount_in_dispute/amount value.wrong_format ^[0-9]{1,15}\.[0-9]{2}$`}},
		{name: "date", body: with(`"occurred_on":"2026-02-29"`), want: []string{"body #/occurred_on value.wrong_format date"}},
		{name: "offset", body: with(`"received_at":"2026-02-28T23:59:59.123+08:00"`)},
		{name: "no offset", body: with(`"received_at":"2026-02-28T23:59:59"`), want: []string{"body #/received_at value.wrong_format date-time"}},
		{name: "small letters", body: with(`"received_at":"2026-02-28t23:59:59z"`), want: []string{"body #/received_at value.wrong_format date-time"}},
		{name: "leap second", body: with(`"received_at":"2016-12-31T23:59:60Z"`), want: []string{"body #/received_at value.wrong_format date-time"}},
		{name: "beyond the years", body: with(`"received_at":"9999-12-31T23:59:59-12:00"`), want: []string{"body #/received_at value.wrong_format date-time"}},
		{name: "email, uri, uuid", body: `{"source":"own","complainant":{"kind":"person","email":"zl@example.cn","website":"https://example.cn","token":"0199b6a0-0000-7000-8000-000000000000"}}`},
		{name: "no email, uri, uuid", body: `{"source":"own","complainant":{"kind":"person","email":"赵 <zl@example.cn>","website":"x","token":"x"}}`, want: []string{
			"body #/complainant/email value.wrong_format email", "body #/complainant/token value.wrong_format uuid", "body #/complainant/website value.wrong_format uri"}},
		{name: "list", body: with(`"tags":[]`), want: []string{"body #/tags value.too_few 1"}},
		{name: "long list", body: with(`"tags":["a","b","c","123456"]`), want: []string{"body #/tags value.too_many 3", "body #/tags/3 value.too_long 5"}},
		{name: "twice in a list", body: with(`"tags":["a","a"]`), want: []string{"body #/tags value.not_unique"}},
		{name: "a code", body: `{"source":"pobc","complainant":{"kind":"person"}}`, want: []string{"body #/source value.not_in_code_list source → pboc"}},
		{name: "a retired code", body: `{"source":"fax","complainant":{"kind":"person"}}`, want: []string{"body #/source value.not_in_code_list source"}},
		{name: "minimum", body: with(`"days":-1`), want: []string{"body #/days value.too_small 0"}},
		{name: "maximum", body: with(`"days":721`), want: []string{"body #/days value.too_big 720"}},
		{name: "a limit with a fraction", body: with(`"rate":0.6`), want: []string{"body #/rate value.too_big 0.5"}},
		{name: "zero below zero", body: with(`"days":-0`)},
		{name: "1.0", body: with(`"days":1.0`), want: []string{"body #/days value.wrong_type integer"}},
		{name: "1.5", body: with(`"days":1.5`), want: []string{"body #/days value.wrong_type integer"}},
		{name: "1e2", body: with(`"days":1e2`), want: []string{"body #/days value.wrong_type integer"}},
		{name: "1e0 for a number", body: with(`"rate":1e-1`)},
		{name: "a text for an integer", body: with(`"days":"1"`), want: []string{"body #/days value.wrong_type integer"}},
		{name: "the last int64", body: with(`"serial":9223372036854775807`)},
		{name: "the first int64", body: with(`"serial":-9223372036854775808`)},
		{name: "beyond int64", body: with(`"serial":9223372036854775808`), want: []string{"body #/serial value.too_big 9223372036854775807"}},
		{name: "below int64", body: with(`"serial":-9223372036854775809`), want: []string{"body #/serial value.too_small -9223372036854775808"}},
		{name: "twenty nines", body: with(`"serial":99999999999999999999`), want: []string{"body #/serial value.too_big 9223372036854775807"}},
		{name: "beyond int32", body: with(`"level":2147483648`), want: []string{"body #/level value.too_big 2147483647"}},
		{name: "below int32", body: with(`"level":-2147483649`), want: []string{"body #/level value.too_small -2147483648"}},
		{name: "beyond everything", body: with(`"rate":1e999999999`), want: []string{"body #/rate value.too_big 0.5"}},
		{name: "nullable", method: "PATCH", url: "/v1/complaints/cmp_1", body: `{"amount":null,"product":null}`},
		{name: "nullable, wrong", method: "PATCH", url: "/v1/complaints/cmp_1", body: `{"amount":{"amount":"1.00"},"product":"123456"}`,
			want: []string{"body #/amount/currency value.required", "body #/product value.too_long 5"}},
		{name: "nullable, unknown", method: "PATCH", url: "/v1/complaints/cmp_1", body: `{"amount":{"amount":"1.00","currency":"CNY","curency":1}}`,
			want: []string{"body #/amount/curency request.unknown_member → currency"}},
		{name: "nullable, another type", method: "PATCH", url: "/v1/complaints/cmp_1", body: `{"amount":5,"product":5}`,
			want: []string{"body #/amount value.wrong_type object", "body #/product value.wrong_type null, string"}},
		{name: "a patch of nothing", method: "PATCH", url: "/v1/complaints/cmp_1", body: `{}`, want: []string{"body # value.too_few_members 1"}},
	})
}

// TestBulkElementsAreJudgedApart guards that one bad complaint of a batch does not refuse the others.
func TestBulkElementsAreJudgedApart(t *testing.T) {
	c := load(t)
	body, err := request{url: "/v1/complaint-batches", body: `{"complaints":[{` + minimal + `},{"source":"own","days":1e999},5]}`}.send(t, c)
	if err != nil {
		t.Fatal(err)
	}
	got := map[int][]string{}
	for i, err := range body.Elements() {
		_, got[i] = told(err)
	}
	want := map[int][]string{
		1: {"body #/complainant value.required", "body #/days value.too_big 720"},
		2: {"body # value.wrong_type object"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if s := string((&Body{value: body.ValidatedValue()}).Canonical()); s != `{"complaints":[{"complainant":{"kind":"person"},"source":"own"},{"source":"own"},{}]}` {
		t.Errorf("the value is %s", s)
	}
	if s := string(body.Canonical()); !strings.Contains(s, `,5]`) {
		t.Errorf("another faulty request would count as the same: %s", s)
	}
	for sent, want := range map[string]string{
		`{"complaints":[{},{},{},{}]}`:               "body #/complaints value.too_many 3",
		`{"complaints":[{"source":"a","source":1}]}`: "body #/complaints/0/source request.duplicate_member",
		`{"complaints":{"0":{}}}`:                    "body #/complaints value.wrong_type array",
	} {
		_, err := request{url: "/v1/complaint-batches", body: sent}.send(t, c)
		if _, items := told(err); len(items) != 1 || items[0] != want {
			t.Errorf("%s: %q, want %q", sent, items, want)
		}
	}
}

func TestBodyCarriesWhatWasSentAndWhatWasChecked(t *testing.T) {
	sent := `{ "source":"own", "complainant":{"kind":"person"}, "days":-0, "narrative":"a\r\nb\rc", "rate":1e-1 }`
	body, err := request{body: sent}.send(t, load(t))
	if err != nil {
		t.Fatal(err)
	}
	raw, err := io.ReadAll(body)
	if err != nil || string(raw) != sent {
		t.Errorf("read %q, %v", raw, err)
	}
	want := `{"complainant":{"kind":"person"},"days":0,"narrative":"a\nb\rc","rate":0.1,"source":"own"}`
	if string(body.Canonical()) != want {
		t.Errorf("canonical %s", body.Canonical())
	}
	if narrative := body.ValidatedValue().(map[string]any)["narrative"]; narrative != "a\nb\rc" {
		t.Errorf("narrative %q", narrative)
	}
}

func TestCanonicalIsEqualForTheSame(t *testing.T) {
	c := load(t)
	canonical := func(body string) string {
		b, err := request{body: body}.send(t, c)
		if err != nil {
			t.Fatal(err)
		}
		return string(b.Canonical())
	}
	a := canonical(`{"source":"own","complainant":{"kind":"person","name":"赵"},"serial":9007199254740993}`)
	if b := canonical("{\"serial\":9007199254740993,\n\"complainant\":{\"name\":\"\\u8d75\",\"kind\":\"person\"},\"source\":\"own\"}"); a != b {
		t.Errorf("%s and %s say the same", a, b)
	}
	if b := canonical(`{"source":"own","complainant":{"kind":"person","name":"赵"},"serial":9007199254740992}`); a == b {
		t.Error("numbers beyond 2^53 differ and must not look equal")
	}
}

// TestFaultsAreBounded guards that a body does not buy an answer, or work, far beyond its own size.
func TestFaultsAreBounded(t *testing.T) {
	c := load(t)
	var b strings.Builder
	for i := range 2000 {
		fmt.Fprintf(&b, `,"narrativ%d":1`, i)
	}
	_, err := request{body: `{` + minimal + b.String() + `,"a":"\u0000"}`}.send(t, c)
	verdict, items := told(err)
	if verdict != "request.malformed" || len(items) != maxFaults {
		t.Errorf("%s with %d faults", verdict, len(items))
	}
	_, items, _ = parseTold(`[` + strings.Repeat("1,", maxValues) + `1]`)
	if len(items) != 1 || !strings.HasPrefix(items[0], "request.too_many_values at #/") {
		t.Errorf("faults of too many values: %q", items)
	}
	_, err = request{body: `{` + minimal + `,"` + strings.Repeat("n", 2000) + `":1}`}.send(t, c)
	if _, items := told(err); len(items) != 1 || items[0] != "body # request.unknown_member" {
		t.Errorf("a long name is shown: %.100q", items)
	}
	_, err = request{method: "GET", url: "?" + strings.Repeat("n", 2000) + "=1"}.send(t, c)
	if _, items := told(err); len(items) != 1 || items[0] != "query  request.bad_query" {
		t.Errorf("a long name is shown: %.100q", items)
	}
}

func parseTold(text string) (any, []string, bool) {
	v, items, whole := parse([]byte(text))
	var told []string
	for _, item := range items {
		told = append(told, item.Reason.Code+" at "+item.Pointer)
	}
	return v, told, whole
}

type brokenBody struct{}

func (brokenBody) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }
func (brokenBody) Close() error             { return nil }

func TestBodyThatBreaksOffIsTheSendersTrouble(t *testing.T) {
	r := httptest.NewRequest(http.MethodPost, "/v1/complaints", nil)
	r.Body = brokenBody{}
	_, err := load(t).Operation(http.MethodPost, "/v1/complaints").Check(r)
	if !errors.Is(err, fault.RequestMalformed) || !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("error %v", err)
	}
}

// duplicate asks another decoder than ours.
func duplicate(raw []byte) bool {
	_, err := jsontext.NewDecoder(bytes.NewReader(raw)).ReadValue()
	return errors.Is(err, jsontext.ErrDuplicateName)
}
