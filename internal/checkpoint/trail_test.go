package checkpoint_test

import (
	"context"
	"crypto/ed25519"
	"database/sql"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	_ "github.com/go-sql-driver/mysql"
	_ "modernc.org/sqlite"

	"xiaobao/internal/actor"
	"xiaobao/internal/checkpoint"
	"xiaobao/internal/store"
	"xiaobao/internal/store/storetest"
)

const start = "2026-03-24T01:00:00Z"

// trail is a database with a sealed trail, and a way past the store.
type trail struct {
	t        testing.TB
	clock    *storetest.Clock
	database string
	db       *store.DB
	signer   *checkpoint.Signer
	sealer   *checkpoint.Sealer
	file     string
	raw      *sql.DB
}

func newTrail(t testing.TB) *trail {
	t.Helper()
	tr := &trail{t: t, clock: storetest.NewClock(start), database: storetest.Database(t), file: filepath.Join(t.TempDir(), "outside", "checkpoints"), signer: signer(t, 1)}
	tr.db = storetest.Open(t, tr.database, tr.clock.Now)
	if err := tr.db.Migrate(context.Background()); err != nil {
		t.Fatal(err)
	}
	tr.sealer = checkpoint.NewSealer(tr.db, tr.signer, tr.file)
	engine, source, _ := strings.Cut(tr.database, ":")
	var err error
	tr.raw, err = sql.Open(engine, source)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = tr.raw.Close() })
	return tr
}

func signer(t testing.TB, seed byte) *checkpoint.Signer {
	t.Helper()
	key := make([]byte, ed25519.SeedSize)
	key[0] = seed
	s, err := checkpoint.NewSigner(ed25519.NewKeyFromSeed(key))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// act makes as many entries as are asked for.
func (tr *trail) act(n int) {
	tr.t.Helper()
	ctx := actor.WithRequest(actor.With(context.Background(), actor.Actor{Kind: actor.User, ID: "usr_1", Name: "赵蕾", DepartmentID: "dep_1"}), actor.Request{ID: "req_1"})
	for n > 0 {
		some := min(n, 500)
		n -= some
		_, err := store.Write(ctx, tr.db, func(_ context.Context, tx *store.Tx) (int, error) {
			for i := range some {
				tx.NoteOf(store.Act{Action: "complaint.look", Object: "complaint", ID: fmt.Sprint("cmp_", i), Stage: "intake", Purpose: "complaint_handling", Basis: "contract", Reason: "来电"}, "seen", "phone")
			}
			return 0, nil
		})
		if err != nil {
			tr.t.Fatal(err)
		}
	}
}

func (tr *trail) seal() {
	tr.t.Helper()
	if err := tr.sealer.Seal(context.Background()); err != nil {
		tr.t.Fatal(err)
	}
}

// age lets all entries become old enough.
func (tr *trail) age() { tr.clock.Set(tr.clock.Now().Add(checkpoint.Horizon).Format(time.RFC3339Nano)) }

func (tr *trail) exec(query string, args ...any) {
	tr.t.Helper()
	got, err := tr.raw.Exec(query, args...)
	if err != nil {
		tr.t.Fatal(err)
	}
	if n, err := got.RowsAffected(); err != nil || n == 0 {
		tr.t.Fatalf("%s: %d rows, %v", query, n, err)
	}
}

// entry is the id of the entry under a leaf.
func (tr *trail) entry(number int) string {
	tr.t.Helper()
	var id string
	if err := tr.raw.QueryRow("SELECT entry_id FROM audit_leaf WHERE number = ?", number).Scan(&id); err != nil {
		tr.t.Fatal(err)
	}
	return id
}

func (tr *trail) verify() (checkpoint.Verified, string) {
	tr.t.Helper()
	var said strings.Builder
	got, err := checkpoint.Verify(context.Background(), tr.db, tr.signer, checkpoint.Verification{File: tr.file,
		Found:    func(f checkpoint.Finding) { said.WriteString(f.Say("en") + " " + f.Say("zh-CN") + "\n") },
		Progress: func(int64, int64) {}})
	if err != nil {
		tr.t.Fatal(err)
	}
	return got, said.String()
}

// finds wants one finding, with these words.
func (tr *trail) finds(words ...string) {
	tr.t.Helper()
	got, said := tr.verify()
	if got.Findings != 1 {
		tr.t.Errorf("%d findings:\n%s", got.Findings, said)
	}
	for _, w := range words {
		if !strings.Contains(said, w) {
			tr.t.Errorf("%q is missing in:\n%s", w, said)
		}
	}
}

func (tr *trail) whole(sealed, waiting int64) {
	tr.t.Helper()
	got, said := tr.verify()
	if got.Findings != 0 || got.Sealed != sealed || got.Waiting != waiting {
		tr.t.Errorf("%+v; want %d sealed, %d waiting\n%s", got, sealed, waiting, said)
	}
}
