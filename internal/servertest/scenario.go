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
			s.Judge(t, s.Name, answer)
		})
	}
}

// Judge compares an answer with what is wanted.
func (s Scenario) Judge(t *testing.T, name string, a Answer) {
	t.Helper()
	if a.Status != s.WantStatus {
		t.Errorf("%s: status %d, want %d\n%s", name, a.Status, s.WantStatus, a.Body)
	}
	if s.WantCode != "" && !strings.Contains(a.Body, `"code":"`+s.WantCode+`"`) {
		t.Errorf("%s: no code %s in %s", name, s.WantCode, a.Body)
	}
	for _, text := range s.WantBody {
		if !strings.Contains(a.Body, text) {
			t.Errorf("%s: %q is missing in %s", name, text, a.Body)
		}
	}
	for _, text := range s.NotBody {
		if strings.Contains(a.Body, text) {
			t.Errorf("%s: %q stands in %s", name, text, a.Body)
		}
	}
	for header, want := range s.WantHeader {
		if got := a.Header.Get(header); got != want {
			t.Errorf("%s: header %q, want %q", name, got, want)
		}
	}
}
