package contract

import (
	"bytes"
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/oapi-codegen/runtime"
	"github.com/oapi-codegen/runtime/types"

	"xiaobao/internal/fault"
)

// bound is what the generator would make of a part of ComplaintCreate.
type bound struct {
	Source      string      `json:"source"`
	ReceivedAt  *time.Time  `json:"received_at,omitempty"`
	OccurredOn  *types.Date `json:"occurred_on,omitempty"`
	Days        *int32      `json:"days,omitempty"`
	Serial      *int64      `json:"serial,omitempty"`
	Rate        *float64    `json:"rate,omitempty"`
	Narrative   *string     `json:"narrative,omitempty"`
	Tags        *[]string   `json:"tags,omitempty"`
	Complainant struct {
		Kind  string       `json:"kind"`
		Email *types.Email `json:"email,omitempty"`
		Token *types.UUID  `json:"token,omitempty"`
	} `json:"complainant"`
}

// TestWhatPassesCanBeBound guards the joint with the generated server: were a checked value not bindable, it would decode the
// bytes by its own rules and answer in words that are not ours.
func TestWhatPassesCanBeBound(t *testing.T) {
	body, err := request{body: `{"source":"own","received_at":"2026-02-28T23:59:59.5+08:00","occurred_on":"2024-02-29","days":0,"serial":9223372036854775807,
		"rate":5e-1,"narrative":"a\r\nb","tags":["a"],"complainant":{"kind":"person","email":"zl@example.cn","token":"0199b6a0-0000-7000-8000-000000000000"}}`}.send(t, load(t))
	if err != nil {
		t.Fatal(err)
	}
	var got bound
	err = runtime.BindJSONValue(body.ValidatedValue(), &got)
	if err != nil {
		t.Fatal(err)
	}
	if *got.Serial != math.MaxInt64 || *got.Rate != 0.5 || !got.ReceivedAt.Equal(time.Date(2026, 2, 28, 15, 59, 59, 5e8, time.UTC)) {
		t.Errorf("bound %+v", got)
	}
	// By way of the request: only the checked value has LF alone.
	r := httptest.NewRequest(http.MethodPost, "/v1/complaints", nil)
	r.Body = body
	var again bound
	err = runtime.BindJSONBody(r, &again)
	if err != nil || *again.Narrative != "a\nb" {
		t.Errorf("bound %v, %v", again.Narrative, err)
	}
}

// FuzzBody guards that no body makes the checker panic, and that what passes has no member twice, no NUL, and can be bound.
func FuzzBody(f *testing.F) {
	for _, seed := range []string{
		`{` + minimal + `}`, `{"source":"own","source":"own"}`, `{"a":"\ud800\u0000"}`, "\"\xff\"", `[1.0,1e999999999,-0]`,
		`{` + minimal + `,"days":1,"rate":1e-1,"tags":["a","a"],"received_at":"2026-01-01T00:00:00Z"}`, `{"bra/nch":{"til~de":1}}`, strings.Repeat("[", 50),
	} {
		f.Add([]byte(seed))
	}
	c := load(f)
	o := c.Operation(http.MethodPost, "/v1/complaints")
	f.Fuzz(func(t *testing.T, raw []byte) {
		r := httptest.NewRequest(http.MethodPost, "/v1/complaints", bytes.NewReader(raw))
		r.Header.Set("Content-Type", "application/json")
		body, err := o.Check(r)
		if err != nil {
			if fault.From(err) == nil {
				t.Fatalf("%q: an error that is no fault: %v", raw, err)
			}
			return
		}
		again, items, whole := parse(body.Canonical())
		if !whole || len(items) > 0 {
			t.Fatalf("%q: canonical %q is not clean: %v", raw, body.Canonical(), items)
		}
		if diff := cmp.Diff((&Body{value: again}).Canonical(), body.Canonical()); diff != "" {
			t.Fatalf("%q: canonical is not stable: %s", raw, diff)
		}
		if twice := duplicate(raw); twice {
			t.Fatalf("%q passed with a member twice", raw)
		}
		var into bound
		err = runtime.BindJSONValue(body.ValidatedValue(), &into)
		if err != nil {
			t.Fatalf("%q passed and cannot be bound: %v", raw, err)
		}
	})
}

func FuzzQuery(f *testing.F) {
	for _, seed := range []string{"limit=1&stage=intake", "a;b", "%zz", "limit=%00", "=", "&&", "received_at[gte]=2026-01-01T00:00:00Z"} {
		f.Add(seed)
	}
	o := load(f).Operation(http.MethodGet, "/v1/complaints")
	f.Fuzz(func(t *testing.T, query string) {
		r := httptest.NewRequest(http.MethodGet, "/v1/complaints", nil)
		r.URL.RawQuery = query
		_, err := o.Check(r)
		if err != nil && fault.From(err) == nil {
			t.Fatalf("%q: an error that is no fault: %v", query, err)
		}
		if strings.Contains(query, ";") && err == nil {
			t.Fatalf("%q passed", query)
		}
	})
}

func BenchmarkPost(b *testing.B) {
	// 25 members and 2.4 KB of Chinese.
	var members strings.Builder
	for _, name := range []string{"intake_channel", "business_code", "cause_code", "region_code", "external_reference", "source_reference", "product", "request"} {
		fmt.Fprintf(&members, `,%q:"abc-123"`, name)
	}
	text := `{"source":"own","received_at":"2026-03-24T10:00:00+08:00","occurred_on":"2026-03-20","days":3,"urgent":true,"tags":["a","b"],
		"complainant":{"kind":"person","name":"赵蕾","id_number":"x","phone":"13800138000","email":"zl@example.cn","address":"北京"},
		"respondent":{"unit":"a","staff_name":"b","staff_id":"c"},"amount_in_dispute":{"amount":"12.34","currency":"CNY"}` + members.String() +
		`,"narrative":"` + strings.Repeat("客户投诉", 200) + `"}`
	o := load(b).Operation(http.MethodPost, "/v1/complaints")
	b.ReportAllocs()
	for b.Loop() {
		r := httptest.NewRequest(http.MethodPost, "/v1/complaints", strings.NewReader(text))
		r.Header.Set("Content-Type", "application/json")
		_, err := o.Check(r)
		if err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkGet(b *testing.B) {
	o := load(b).Operation(http.MethodGet, "/v1/complaints")
	r := httptest.NewRequest(http.MethodGet, "/v1/complaints?stage=intake&stage=feedback&limit=50&sort=-received_at&received_from=2026-01-01", nil)
	b.ReportAllocs()
	for b.Loop() {
		_, err := o.Check(r)
		if err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkLoad(b *testing.B) {
	doc := document(b)
	for b.Loop() {
		_, err := loaded(doc)
		if err != nil {
			b.Fatal(err)
		}
	}
}
