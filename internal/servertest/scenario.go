package servertest

import (
	"strings"
	"testing"
)

// Scenario is a request and what must, and must not, come of it.
type Scenario struct {
	Name    string
	As      string
	Method  string
	URL     string
	Body    string
	Headers map[string]string

	WantStatus int
	WantCode   string   // of a problem, or of one of its errors
	WantBody   []string // texts that stand in the body
	NotBody    []string // texts that do not
	WantHeader map[string]string
}

// Run runs scenarios one after the other in one world.
func (w *World) Run(t *testing.T, scenarios ...Scenario) {
	t.Helper()
	for _, s := range scenarios {
		t.Run(s.Name, func(t *testing.T) {
			t.Helper()
			answer := w.Do(Request{As: s.As, Method: s.Method, URL: s.URL, Body: s.Body, Headers: s.Headers})
			s.judge(t, answer)
		})
	}
}

func (s Scenario) judge(t *testing.T, a Answer) {
	t.Helper()
	if a.Status != s.WantStatus {
		t.Errorf("status %d, want %d\n%s", a.Status, s.WantStatus, a.Body)
	}
	if s.WantCode != "" && !strings.Contains(a.Body, `"code":"`+s.WantCode+`"`) {
		t.Errorf("no code %s in %s", s.WantCode, a.Body)
	}
	for _, text := range s.WantBody {
		if !strings.Contains(a.Body, text) {
			t.Errorf("%q is missing in %s", text, a.Body)
		}
	}
	for _, text := range s.NotBody {
		if strings.Contains(a.Body, text) {
			t.Errorf("%q stands in %s", text, a.Body)
		}
	}
	for name, want := range s.WantHeader {
		if got := a.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}
