package servertest

import (
	"context"
	"os"
	"sync"
	"time"

	"xiaobao/internal/app"
	"xiaobao/internal/store/storetest"
)

// All people of a world have one password, and its hash is made at no cost to speak of: nothing here depends on whose it is, and signing in is most of what
// people do in tests.
const (
	plainPassword = "correct horse battery"
	cheapHash     = "$argon2id$v=19$m=8,t=1,p=1$AAECAwQFBgcICQoLDA0ODw$Df5QnPsxnm9jlneZqtPE2c4G1+mr75903MRdMO2p1gw"
)

// founding is a world as it was left: what others of the same name begin with.
type founding struct {
	mu   sync.Mutex
	made bool

	database, key []byte
	credentials   app.Credentials
	until         time.Time // the instant after
	log           string
	told          any
}

// founded keeps them by their names: to make one anew costs more than most tests do with it.
var founded sync.Map // *founding

// begin makes the installation: anew, or as a copy of the one of that name, where a database can be copied.
func (w *World) begin(name string, anew func() any) (told any) {
	w.T.Helper()
	if _, ok := storetest.File(w.Settings.Database); !ok {
		return anew()
	}
	one, _ := founded.LoadOrStore(name, &founding{})
	f := one.(*founding)
	first := f.first(func() {
		f.told = anew()
		w.keep(f)
	})
	if !first {
		w.copy(f)
	}
	w.App = w.Open()
	return f.told
}

// first does something unless it was done; one that failed is done again by the next.
func (f *founding) first(do func()) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.made {
		return false
	}
	do()
	f.made = true
	return true
}

// found makes the installation and the demonstration's institution in it.
func (w *World) found() {
	w.T.Helper()
	if _, err := app.Init(context.Background(), w.Settings, w.parts(), "示例银行", "admin"); err != nil {
		w.T.Fatal(err)
	}
	w.App = w.Open()
	made, err := w.App.Seed(context.Background(), func(context.Context) (string, string, error) { return plainPassword, cheapHash, nil })
	if err != nil {
		w.T.Fatal(err)
	}
	w.know(made)
}

// keep closes the world's database, and with it what was not yet in its file, and takes what was made.
func (w *World) keep(f *founding) {
	w.T.Helper()
	if err := w.App.DB.Close(); err != nil {
		w.T.Fatal(err)
	}
	file, _ := storetest.File(w.Settings.Database)
	f.database, f.key, f.credentials, f.until, f.log = w.read(file), w.read(w.Settings.KeyFile), w.Credentials, w.Clock.Now(), w.Log.String()
}

func (w *World) copy(f *founding) {
	w.T.Helper()
	file, _ := storetest.File(w.Settings.Database)
	for path, content := range map[string][]byte{file: f.database, w.Settings.KeyFile: f.key} {
		if err := os.WriteFile(path, content, 0o600); err != nil {
			w.T.Fatal(err)
		}
	}
	w.know(f.credentials)
	w.Clock.Set(f.until.Format(time.RFC3339Nano))
	_, _ = w.Log.Write([]byte(f.log))
}

func (w *World) know(c app.Credentials) {
	w.Credentials = c
	for _, k := range c.Keys {
		w.tokens[k.Name] = k.Secret
	}
}

func (w *World) read(path string) []byte {
	w.T.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		w.T.Fatal(err)
	}
	return content
}
