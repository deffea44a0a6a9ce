package test

import (
	"fmt"
	"slices"
	"testing"

	"xiaobao/internal/servertest"
)

// Pages by an instant are disjoint and complete in both directions, whatever the last digits of its microseconds are.
func TestPagesByInstant(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, "2026-03-24T01:30:00Z")
	var want []string
	for i := range 12 {
		a := w.Do(servertest.Request{As: servertest.PartnerKey, Method: "POST", URL: "/v1/complaints", Body: intake(fmt.Sprint("I-", i)), Headers: key(fmt.Sprint("i", i))})
		want = append(want, a.Get("id"))
	}
	down := slices.Clone(want)
	slices.Reverse(down)
	for sort, order := range map[string][]string{"received_at": want, "-received_at": down, "updated_at": want, "-updated_at": down} {
		var got []string
		for url := "/v1/complaints?limit=1&sort=" + sort; url != "" && len(got) <= len(want); {
			page := w.Do(servertest.Request{As: servertest.PartnerKey, Method: "GET", URL: url})
			got = append(got, page.Get("data.0.id"))
			url = ""
			if token := page.Get("next_page_token"); token != "" {
				url = "/v1/complaints?limit=1&page_token=" + token
			}
		}
		if !slices.Equal(got, order) {
			t.Errorf("%s: %v, want %v", sort, got, order)
		}
	}
}
