package app

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"
)

// printed is what a start prints, while it prints.
type printed struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (p *printed) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text.Write(b)
}

func (p *printed) String() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text.String()
}

// started is a demonstration that runs.
type started struct {
	t       *testing.T
	printed string
	Credentials
}

// startDemo starts the demonstration, and ends it with stop.
func startDemo(t *testing.T, data string, fresh bool) (s started, stop func()) {
	t.Helper()
	contract, err := os.ReadFile("../../openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	out, ended := &printed{}, make(chan error, 1)
	e := &environment{ctx: ctx, contract: contract, out: out, log: slog.New(slog.DiscardHandler)}
	d := demoCommand{Listen: "127.0.0.1:0", Data: data, Fresh: fresh}
	go func() { ended <- d.Run(e) }()
	for !strings.Contains(out.String(), "REGULATOR_KEY") {
		select {
		case err := <-ended:
			t.Fatal(err)
		case <-time.After(20 * time.Millisecond):
		}
	}
	s = started{t: t, printed: out.String()}
	s.Credentials, err = d.read()
	if err != nil {
		t.Fatal(err)
	}
	return s, func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
}

func (s started) do(method, path, token, body string) (int, http.Header, string) {
	s.t.Helper()
	r, err := http.NewRequest(method, s.BaseURL+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+token)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return answer.StatusCode, answer.Header, string(text)
}

// opens signs in and opens one of the complaints that are there from the beginning.
func (s started) opens(id string) {
	s.t.Helper()
	status, _, text := s.do("POST", "/v1/sessions", "", `{"username":"zhaolei","password":"`+s.Users[1].Password+`"}`)
	var session struct {
		Token string `json:"access_token"`
	}
	if err := json.Unmarshal([]byte(text), &session); err != nil || status != 201 {
		s.t.Fatalf("%d %s", status, text)
	}
	if status, _, text := s.do("GET", "/v1/complaints/"+id, session.Token, ""); status != 200 {
		s.t.Errorf("%s: %d %s", id, status, text)
	}
	if status, _, text := s.do("GET", "/v1/me", s.Keys[0].Secret, ""); status != 200 || !strings.Contains(text, s.Keys[0].Name) {
		s.t.Errorf("%d %s", status, text)
	}
}

// TestDemoStarts guards a newcomer's first minute: what is printed works, a second start goes on where the first ended, and --fresh begins anew, with
// the same ids and other secrets.
func TestDemoStarts(t *testing.T) {
	data := t.TempDir()
	first, stop := startDemo(t, data, false)
	for _, text := range []string{first.BaseURL + "/demo", first.BaseURL + "/docs", first.BaseURL + "/openapi.yaml", "export XIAOBAO_URL=" + first.BaseURL,
		"export XIAOBAO_PARTNER_KEY=" + first.Keys[0].Secret, "export XIAOBAO_PARTNER_KEY_2=" + first.Keys[1].Secret, "export XIAOBAO_REGULATOR_KEY=" + first.Keys[2].Secret,
		first.Users[1].Password, "投诉处理中心"} {
		if !strings.Contains(first.printed, text) {
			t.Errorf("%q is not printed:\n%s", text, first.printed)
		}
	}
	first.opens("cmp_demo_d3")
	first.showsItsPages()
	stop()

	again, stop := startDemo(t, data, false)
	if again.Users[1].Password != first.Users[1].Password || again.Keys[0].Secret != first.Keys[0].Secret {
		t.Error("a second start has other secrets")
	}
	again.opens("cmp_demo_d3")
	stop()

	fresh, stop := startDemo(t, data, true)
	defer stop()
	if fresh.Users[1].Password == first.Users[1].Password || fresh.Keys[0].Secret == first.Keys[0].Secret {
		t.Error("--fresh kept the secrets")
	}
	fresh.opens("cmp_demo_d3")
}

// showsItsPages looks at what only the demonstration has, and that it tells nobody a secret.
func (s started) showsItsPages() {
	s.t.Helper()
	status, header, page := s.do("GET", "/demo", "", "")
	policy := header.Get("Content-Security-Policy")
	if status != 200 || !strings.Contains(page, "消保工作台") || strings.Count(policy, "'sha256-") != 2 || strings.Contains(policy, "unsafe") {
		s.t.Errorf("/demo: %d, %s", status, policy)
	}
	if lines := strings.Count(page, "\n"); lines > 400 {
		s.t.Errorf("the page has %d lines, more than 400", lines)
	}
	if status, header, script := s.do("GET", "/demo/pillars.js", "", ""); status != 200 || !strings.Contains(header.Get("Content-Type"), "javascript") || strings.Count(script, "\n") > 400 {
		s.t.Errorf("/demo/pillars.js: %d, %v, %d bytes", status, header, len(script))
	}
	_, _, docs := s.do("GET", "/docs/", "", "")
	if !strings.Contains(docs, `<body data-examples="examples.json">`) {
		s.t.Error("the contract's page does not look for examples")
	}
	_, _, text := s.do("GET", "/docs/examples.json", "", "")
	for _, want := range []string{`"base_url":"` + s.BaseURL + `"`, `"username":"zhaolei"`, `"cmp_demo_d3"`, "地方监管局", `"en":"`} {
		if !strings.Contains(text, want) {
			s.t.Errorf("the examples lack %s: %s", want, text)
		}
	}
	for _, u := range s.Users {
		if strings.Contains(text, u.Password) {
			s.t.Error("the examples tell the password of", u.Username)
		}
	}
	if strings.Contains(text, "xbk_") {
		s.t.Error("the examples tell a key")
	}
}

func TestReachable(t *testing.T) {
	for address, want := range map[string]string{"127.0.0.1:8080": "127.0.0.1:8080", "0.0.0.0:80": "127.0.0.1:80", "[::]:8080": "127.0.0.1:8080", "[::1]:1": "[::1]:1"} {
		if got := reachable(address); got != want {
			t.Errorf("%s is reached at %s, want %s", address, got, want)
		}
	}
}
