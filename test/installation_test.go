package test

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"xiaobao/config"
	"xiaobao/internal/app"
	"xiaobao/internal/fault"
	"xiaobao/internal/servertest"
	"xiaobao/internal/store/storetest"
)

func settings(t *testing.T) config.Config {
	t.Helper()
	c, err := config.Load("", nil)
	if err != nil {
		t.Fatal(err)
	}
	c.Database, c.KeyFile = storetest.Database(t), filepath.Join(t.TempDir(), "keys", "x.key")
	return c
}

func parts() app.Parts {
	return app.Parts{Contract: servertest.Contract(), Clock: time.Now, Observe: func(string, int, time.Duration) {}}
}

// start wires an installation and closes it again; it says why it cannot.
func start(c config.Config) error {
	a, err := app.Wire(context.Background(), c, parts())
	if err != nil {
		return err
	}
	return a.DB.Close()
}

// An installation is made once, by init; each thing that is missing or wrong stops the start with a sentence.
func TestStartSaysWhatIsMissing(t *testing.T) {
	t.Parallel()
	c := settings(t)
	expect := func(what string, err error, sentence string) {
		t.Helper()
		if err == nil || !strings.Contains(fault.Sentence(err, "en"), sentence) {
			t.Errorf("%s: %v, want %q", what, err, sentence)
		}
	}
	expect("an empty database", start(c), "run `xiaobao init` first")
	secret, err := app.Init(context.Background(), c, parts(), "示例银行", "admin")
	if err != nil || len(secret) < 12 {
		t.Fatalf("init: %q, %v", secret, err)
	}
	if err := start(c); err != nil {
		t.Fatal(err)
	}
	_, err = app.Init(context.Background(), c, parts(), "示例银行", "admin")
	expect("init again", err, "init does not run twice")

	missing := c
	missing.KeyFile = filepath.Join(t.TempDir(), "none.key")
	expect("no key file", start(missing), "cannot be read")
	other := settings(t)
	if _, err := app.Init(context.Background(), other, parts(), "另一银行", "admin"); err != nil {
		t.Fatal(err)
	}
	wrong := c
	wrong.KeyFile = other.KeyFile
	expect("another's key file", start(wrong), "does not open the keyring of this database")
	if err := os.Chmod(other.KeyFile, 0o644); err != nil {
		t.Fatal(err)
	}
	expect("a key file that others can read", start(other), "allow its owner alone: chmod 600")
}

// /readyz tells the operator when the key file no longer fits; it repeats neither path nor key.
func TestReadyTellsAWrongKey(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, morning)
	ready := func() servertest.Answer {
		return w.Do(servertest.Request{Method: "GET", URL: "/readyz"})
	}
	if a := ready(); a.Status != 200 {
		t.Fatalf("%d %s", a.Status, a.Body)
	}
	kept := w.Settings.KeyFile + ".kept"
	if err := os.Rename(w.Settings.KeyFile, kept); err != nil {
		t.Fatal(err)
	}
	if a := ready(); a.Status != 503 || strings.Contains(a.Body, filepath.Dir(kept)) {
		t.Errorf("without the key file: %d %s", a.Status, a.Body)
	}
	if err := os.Rename(kept, w.Settings.KeyFile); err != nil {
		t.Fatal(err)
	}
	if a := ready(); a.Status != 200 {
		t.Errorf("with it again: %d %s", a.Status, a.Body)
	}
}

// The first administrator can do nothing before she has changed the password that init showed.
func TestFirstAdministratorChangesThePassword(t *testing.T) {
	t.Parallel()
	c := settings(t)
	secret, err := app.Init(context.Background(), c, parts(), "示例银行", "admin")
	if err != nil {
		t.Fatal(err)
	}
	w := servertest.Attach(t, c)
	in := w.SignIn("admin", secret)
	if in.Get("password_change_required") != "true" {
		t.Fatal(in.Body)
	}
	w.Run(t, servertest.Scenario{Name: "before", As: in.Get("access_token"), Method: "GET", URL: "/v1/users", WantStatus: 403, WantCode: "session.password_change_required"},
		servertest.Scenario{Name: "the change", As: in.Get("access_token"), Method: "PUT", URL: "/v1/me/password", WantStatus: 204,
			Body: `{"current_password":"` + secret + `","new_password":"four patient otters"}`},
		servertest.Scenario{Name: "after", As: in.Get("access_token"), Method: "GET", URL: "/v1/users", WantStatus: 200})
}

// A copy of the database and of the key file is the whole installation: what was sealed before opens in the restored one.
func TestRestoreFromBackup(t *testing.T) {
	t.Parallel()
	if storetest.OnMariaDB() {
		return // mariadb-dump is not ours to test
	}
	w := servertest.New(t, morning)
	id := w.Must(201, servertest.Request{As: "zhaolei", Method: "POST", URL: "/v1/complaints", Body: `{"source":"own","intake_channel":"phone",
		"complainant":{"kind":"person","name":"王小明","phone":"13812345678"},"request":"退费","narrative":"重复收费"}`}).Get("id")
	folder := t.TempDir()
	if err := w.App.DB.Close(); err != nil { // stopped, as docs/run.md says
		t.Fatal(err)
	}
	restored := w.Settings
	file, _ := strings.CutPrefix(w.Settings.Database, "sqlite:")
	for from, to := range map[string]string{file: filepath.Join(folder, "x.db"), w.Settings.KeyFile: filepath.Join(folder, "x.key")} {
		text, err := os.ReadFile(from)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(to, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	restored.Database, restored.KeyFile = "sqlite:"+filepath.Join(folder, "x.db"), filepath.Join(folder, "x.key")
	again := servertest.Attach(t, restored)
	again.Credentials = w.Credentials
	got := again.Must(200, servertest.Request{As: "zhaolei", Method: "GET", URL: "/v1/complaints/" + id})
	if got.Get("complainant.phone") != "13812345678" {
		t.Errorf("the sealed value does not open: %s", got.Body)
	}
}

// One line with a valid_from changes a limit: what was received before keeps the old one, and both say why.
func TestDatedLimit(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, "2026-03-24T01:30:00Z")
	shipped, err := os.ReadFile("../config/rulesets/nfra-2020.yaml")
	if err != nil {
		t.Fatal(err)
	}
	const twenty = `  statutory:
    - valid_from: 2026-03-25
      value: 20
      unit: calendar_day
      official: true
      source: {zh: 自收到之日起20日内, en: within 20 days of receipt}
`
	own := filepath.Join(t.TempDir(), "rulesets")
	if err := os.MkdirAll(own, 0o700); err != nil {
		t.Fatal(err)
	}
	changed := strings.Replace(string(shipped), "  statutory:\n", twenty, 1)
	if err := os.WriteFile(filepath.Join(own, "nfra-2020.yaml"), []byte(changed), 0o600); err != nil {
		t.Fatal(err)
	}
	w.Settings.Overrides = filepath.Dir(own)
	w.App = w.Open()
	for _, c := range []struct{ at, due, days string }{{"2026-03-24T02:00:00Z", "2026-04-08", "15"}, {"2026-03-25T02:00:00Z", "2026-04-14", "20"}} {
		w.Forward(c.at)
		made := w.Must(201, servertest.Request{As: "zhaolei", Method: "POST", URL: "/v1/complaints", Body: `{"source":"own","intake_channel":"phone",
			"complainant":{"kind":"unidentified"},"request":"退费","narrative":"重复收费"}`})
		if made.Get("due_on") != c.due {
			t.Errorf("received %s: due %s, want %s", c.at, made.Get("due_on"), c.due)
		}
		clock := w.Must(200, servertest.Request{As: "zhaolei", Method: "GET", URL: "/v1/complaints/" + made.Get("id") + "?expand=clocks"}).Get("clocks.0.id")
		why := w.Must(200, servertest.Request{As: "zhaolei", Method: "GET", URL: "/v1/clocks/" + clock + "/explanation", Headers: map[string]string{"Accept-Language": "en"}})
		if !strings.Contains(why.Get("text"), "the limit runs to day "+c.days) {
			t.Errorf("%s", why.Get("text"))
		}
	}
}

// A database that is away is 503 with Retry-After, and the request with the same key makes one complaint once it is back, without a restart.
func TestDatabaseAwayAndBack(t *testing.T) {
	t.Parallel()
	if !storetest.OnMariaDB() {
		return // an embedded database is away only with its process
	}
	w := servertest.New(t, morning)
	var line *storetest.Line
	line, w.Settings.Database = storetest.Between(t, w.Settings.Database)
	w.App = w.Open()
	post := servertest.Request{As: servertest.PartnerKey, Method: "POST", URL: "/v1/complaints", Body: intake("Z-1"), Headers: key("z1")}
	line.Cut()
	a := w.Do(post)
	if a.Status != 503 || a.Header.Get("Retry-After") == "" || a.Get("retryable") != "true" {
		t.Errorf("while it is away: %d %s", a.Status, a.Body)
	}
	line.Mend()
	if a := w.Do(post); a.Status != 201 {
		t.Errorf("when it is back: %d %s", a.Status, a.Body)
	}
	list := w.Do(servertest.Request{As: servertest.PartnerKey, Method: "GET", URL: "/v1/complaints?include_total=true"})
	if list.Get("total") != "1" {
		t.Errorf("%s complaints", list.Get("total"))
	}
}

// A database that does not compare texts byte by byte is refused at the start, and before it gets its first table, with what makes it right.
func TestOtherCollationIsRefused(t *testing.T) {
	t.Parallel()
	if !storetest.OnMariaDB() {
		return // an embedded database compares bytes
	}
	w := servertest.New(t, morning)
	name := w.Settings.Database[strings.LastIndex(w.Settings.Database, "/")+1:]
	name, _, _ = strings.Cut(name, "?")
	start := func() error {
		a, err := app.Wire(context.Background(), w.Settings, app.Parts{Contract: servertest.Contract(), Clock: w.Clock.Now, Log: slog.New(slog.DiscardHandler)})
		if err == nil {
			t.Cleanup(func() { _ = a.DB.Close() })
		}
		return err
	}
	alter := func(statement string) {
		t.Helper()
		if err := storetest.Alter(w.Settings.Database, statement); err != nil {
			t.Fatal(err)
		}
	}
	alter("ALTER DATABASE " + name + " CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci")
	err := start()
	if err == nil || !strings.Contains(err.Error(), "utf8mb4_general_ci, and needs utf8mb4_bin: ALTER DATABASE `"+name+"` CHARACTER SET utf8mb4 COLLATE utf8mb4_bin") {
		t.Errorf("a database: %v", err)
	}
	if err := w.App.DB.Migrate(context.Background()); err == nil {
		t.Error("it is migrated")
	}
	alter(err.Error()[strings.Index(err.Error(), "ALTER"):])
	alter("ALTER TABLE lease CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci")
	err = start()
	if err == nil || !strings.Contains(err.Error(), "the table lease has the collation utf8mb4_general_ci, and needs utf8mb4_bin") {
		t.Fatalf("a table: %v", err)
	}
	alter(err.Error()[strings.Index(err.Error(), "ALTER"):])
	if err := start(); err != nil {
		t.Errorf("made right: %v", err)
	}
}
