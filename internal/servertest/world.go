package servertest

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"xiaobao/config"
	"xiaobao/internal/app"
	"xiaobao/internal/authz"
	"xiaobao/internal/contract"
	"xiaobao/internal/store/storetest"
)

// The keys of the world, as names for Scenario.As beside the user names of the demonstration.
const (
	PartnerKey   = "安心呼叫中心" // a call centre whose complaints go to the complaint centre
	OtherKey     = "惠民助贷"   // another partner
	RegulatorKey = "地方监管局"  // a regulator
	Nobody       = ""
)

// World is an installation with the demonstration's institution in it.
type World struct {
	T           testing.TB
	App         *app.App
	Clock       *storetest.Clock
	Settings    config.Config
	Credentials app.Credentials
	Log         *Journal // what the installation logged

	contract *contract.Contract
	tokens   map[string]string
}

// Contract is the published contract, which all worlds share.
var Contract = sync.OnceValue(func() *contract.Document {
	_, here, _, _ := runtime.Caller(0)
	text, err := os.ReadFile(filepath.Join(filepath.Dir(here), "..", "..", "openapi.yaml"))
	if err != nil {
		panic(err)
	}
	read, err := contract.Read(text)
	if err != nil {
		panic(err)
	}
	return read
})

// engines are shared by worlds, each with what it was asked before.
var engines sync.Map // by the policy: *authz.Engine

func engine(policy []byte) (*authz.Engine, error) {
	if known, ok := engines.Load(string(policy)); ok {
		return known.(*authz.Engine), nil
	}
	made, err := app.NewEngine(policy)
	if err != nil {
		return nil, err
	}
	kept, _ := engines.LoadOrStore(string(policy), made)
	return kept.(*authz.Engine), nil
}

// answers is what every world's answers are judged by. It asks for no codes, so that all can share it.
var answers = sync.OnceValues(func() (*contract.Contract, error) { return contract.Load(Contract()) })

// New makes a world at an instant in RFC 3339.
func New(t testing.TB, at string) *World {
	t.Helper()
	w := empty(t, at)
	w.begin(at, func() any { w.found(); return nil })
	return w
}

// After makes a world in which something has happened since an instant, and returns what was told of it: it happens once, and worlds of the same name are copies,
// where a database can be copied.
func After[T any](t testing.TB, at, name string, happens func(*World) T) (*World, T) {
	t.Helper()
	w := empty(t, at)
	told := w.begin(name, func() any {
		w.begin(at, func() any { w.found(); return nil })
		return happens(w)
	})
	return w, told.(T)
}

func empty(t testing.TB, at string) *World {
	t.Helper()
	c, err := config.Load("", nil)
	if err != nil {
		t.Fatal(err)
	}
	c.Database, c.KeyFile = storetest.Database(t), filepath.Join(t.TempDir(), "x.key")
	c.Checkpoints = filepath.Join(t.TempDir(), "checkpoints")
	return world(t, at, c)
}

// Attach opens an installation that is there already. Its clock is the present time of the demonstration's morning.
func Attach(t testing.TB, c config.Config) *World {
	t.Helper()
	w := world(t, "2026-03-24T02:00:00Z", c)
	w.App = w.Open()
	return w
}

func world(t testing.TB, at string, c config.Config) *World {
	t.Helper()
	judge, err := answers()
	if err != nil {
		t.Fatal(err)
	}
	return &World{T: t, Clock: storetest.NewClock(at), Settings: c, Log: &Journal{}, contract: judge, tokens: map[string]string{}}
}

func (w *World) parts() app.Parts {
	return app.Parts{Contract: Contract(), Clock: w.Clock.Now, Log: slog.New(slog.NewJSONHandler(w.Log, nil)), Observe: func(string, int, time.Duration) {}, Engine: engine}
}

// Open opens the world's database in another process, as it were.
func (w *World) Open() *app.App {
	w.T.Helper()
	a, err := app.Wire(context.Background(), w.Settings, w.parts())
	if err != nil {
		w.T.Fatal(err)
	}
	w.T.Cleanup(func() { _ = a.DB.Close() })
	return a
}

// Request is one request.
type Request struct {
	As      string // a user name, the name of a key, a token, or Nobody
	Method  string
	URL     string
	Body    string
	Headers map[string]string
	On      *app.App // where; nil is the world's own
	From    string   // the address that connects; empty is the same for all
}

// Answer is what came back.
type Answer struct {
	Status int
	Header http.Header
	Body   string
}

// Get finds a member of the answer by its path, "data.0.etag"; the empty string when it is not there.
func (a Answer) Get(path string) string {
	var value any
	if err := json.Unmarshal([]byte(a.Body), &value); err != nil {
		return ""
	}
	for name := range strings.SplitSeq(path, ".") {
		switch v := value.(type) {
		case map[string]any:
			value = v[name]
		case []any:
			i := slices.Index([]string{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"}, name)
			if i < 0 || i >= len(v) {
				return ""
			}
			value = v[i]
		default:
			return ""
		}
	}
	if text, ok := value.(string); ok {
		return text
	}
	if value == nil {
		return ""
	}
	text, err := json.Marshal(value)
	if err != nil {
		return ""
	}
	return string(text)
}

// Do sends a request and checks the answer against the contract.
func (w *World) Do(r Request) Answer {
	w.T.Helper()
	request := httptest.NewRequest(r.Method, r.URL, strings.NewReader(r.Body))
	if r.From != "" {
		request.RemoteAddr = net.JoinHostPort(r.From, "40000")
	}
	if r.Body == "" {
		request.Body = nil
	} else {
		request.Header.Set("Content-Type", "application/json")
	}
	if r.As != Nobody {
		request.Header.Set("Authorization", "Bearer "+w.Token(r.As))
	}
	for name, value := range r.Headers {
		request.Header.Set(name, value)
	}
	a := w.App
	if r.On != nil {
		a = r.On
	}
	recorder := httptest.NewRecorder()
	a.Handler.ServeHTTP(recorder, request)
	body, err := io.ReadAll(recorder.Body)
	if err != nil {
		w.T.Fatal(err)
	}
	answer := Answer{Status: recorder.Code, Header: recorder.Header(), Body: string(body)}
	if answer.Status == http.StatusInternalServerError {
		w.T.Errorf("%s %s: an internal error; the log says:\n%s", r.Method, r.URL, w.Log)
	}
	w.keepsContract(r, answer)
	return answer
}

func (w *World) keepsContract(r Request, a Answer) {
	w.T.Helper()
	path, _, _ := strings.Cut(r.URL, "?")
	for _, op := range w.contract.Operations() {
		if op.Method == r.Method && sameRoute(op.Path, path) {
			if err := op.CheckResponse(a.Status, a.Header, []byte(a.Body)); err != nil {
				w.T.Errorf("%s %s: the answer breaks the contract: %v\n%s", r.Method, r.URL, err, a.Body)
			}
			return
		}
	}
}

func sameRoute(pattern, path string) bool {
	p, q := strings.Split(pattern, "/"), strings.Split(path, "/")
	if len(p) != len(q) {
		return false
	}
	for i := range p {
		if p[i] != q[i] && !strings.HasPrefix(p[i], "{") {
			return false
		}
	}
	return true
}

// Token is what a user or key sends; a user signs in at the first call. What is neither is taken for a token itself.
func (w *World) Token(as string) string {
	w.T.Helper()
	if known, ok := w.tokens[as]; ok {
		return known
	}
	for _, u := range w.Credentials.Users {
		if u.Username == as {
			w.tokens[as] = w.SignIn(as, u.Password).Get("access_token")
			return w.tokens[as]
		}
	}
	return as
}

// SignIn signs in anew.
func (w *World) SignIn(username, password string) Answer {
	w.T.Helper()
	body, err := json.Marshal(map[string]string{"username": username, "password": password})
	if err != nil {
		w.T.Fatal(err)
	}
	return w.Do(Request{Method: "POST", URL: "/v1/sessions", Body: string(body)})
}

// Forget makes the next request of a user sign in anew: hours have passed.
func (w *World) Forget(as string) { delete(w.tokens, as) }

// Must sends a request that has to be answered with a status, and returns the answer.
func (w *World) Must(status int, r Request) Answer {
	w.T.Helper()
	a := w.Do(r)
	if a.Status != status {
		w.T.Fatalf("%s %s as %s: status %d, want %d\n%s", r.Method, r.URL, r.As, a.Status, status, a.Body)
	}
	return a
}

// Sweep does what time alone brings about.
func (w *World) Sweep() {
	w.T.Helper()
	if _, err := w.App.Complaints.Sweep(context.Background()); err != nil {
		w.T.Fatal(err)
	}
}

// Forward moves the clock to an instant, and signs everybody in anew at their next request.
func (w *World) Forward(at string) {
	w.Clock.Set(at)
	for _, u := range w.Credentials.Users {
		delete(w.tokens, u.Username)
	}
}
