package store_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"xiaobao/internal/actor"
	"xiaobao/internal/store"
	"xiaobao/internal/store/storetest"
)

func trail(t *testing.T, db *store.DB, f store.AuditFilter, p store.Page) store.List[store.AuditEntry] {
	t.Helper()
	page, err := store.Read(context.Background(), db, func(v *store.View) (store.List[store.AuditEntry], error) { return store.AuditEntries(v, f, p) })
	if err != nil {
		t.Fatal(err)
	}
	return page
}

// An entry holds who, what, when, on which request, at which stage, on which basis and why; a look has no changes, a creation all of them.
func TestEntryHoldsTheWholeAct(t *testing.T) {
	db := open(t)
	who := actor.Actor{Kind: actor.User, ID: "usr_1", Name: "赵蕾", DepartmentID: "dep_1"}
	ctx := actor.WithRequest(actor.With(context.Background(), who), actor.Request{ID: "req_1"})
	_, err := store.Write(ctx, db, func(_ context.Context, tx *store.Tx) (int, error) {
		tx.Note(store.Act{Action: "thing.look", Object: "thing", ID: "t0", Stage: "intake", Purpose: "handling", Basis: "contract", Reason: "asked"})
		return 0, tx.Save(store.Act{Action: "thing.create", Object: "thing", ID: "t1"}, nil, &thing{ID: "t1", Version: 1, Colour: "red", Secret: "s3cr3t"})
	})
	if err != nil {
		t.Fatal(err)
	}
	got := trail(t, db, store.AuditFilter{}, store.Page{Limit: 10})
	at := time.Date(2026, 3, 24, 1, 0, 0, 0, time.UTC)
	want := []store.AuditEntry{
		{At: at, ActorKind: "user", ActorID: "usr_1", ActorName: "赵蕾", Action: "thing.create", Object: "thing", ObjectID: "t1", RequestID: "req_1", DepartmentID: "dep_1",
			Changes: `{"colour":["","red"],"secret":"changed"}`},
		{At: at, ActorKind: "user", ActorID: "usr_1", ActorName: "赵蕾", Action: "thing.look", Object: "thing", ObjectID: "t0", RequestID: "req_1", DepartmentID: "dep_1",
			Stage: "intake", Purpose: "handling", Basis: "contract", Reason: "asked"},
	}
	if diff := cmp.Diff(want, got.Rows, cmpopts.IgnoreFields(store.AuditEntry{}, "ID"), cmpopts.EquateApproxTime(time.Second)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, e := range got.Rows {
		if e.ID == "" {
			t.Errorf("no id: %+v", e)
		}
	}
}

// An act that fails leaves no entry, be it a look or a change.
func TestFailedActLeavesNoEntry(t *testing.T) {
	db := open(t)
	boom := errors.New("boom")
	_, err := store.Write(context.Background(), db, func(_ context.Context, tx *store.Tx) (int, error) {
		tx.Note(store.Act{Action: "thing.look", Object: "thing", ID: "t0"})
		return 0, boom
	})
	if !errors.Is(err, boom) {
		t.Fatal(err)
	}
	if got := trail(t, db, store.AuditFilter{}, store.Page{Limit: 10}); len(got.Rows) != 0 {
		t.Errorf("%+v", got)
	}
}

// Noted finds an act by object, action, actor and time, and no other.
func TestNoted(t *testing.T) {
	clock := storetest.NewClock("2026-03-24T01:00:00Z")
	db := storetest.New(t, clock.Now)
	ctx := actor.With(context.Background(), actor.Actor{Kind: actor.User, ID: "usr_1"})
	_, err := store.Write(ctx, db, func(_ context.Context, tx *store.Tx) (int, error) {
		tx.Note(store.Act{Action: "look", Object: "thing", ID: "t1"})
		return 0, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	day := time.Date(2026, 3, 24, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		action, id, actor string
		since             time.Time
		want              bool
	}{
		{"look", "t1", "usr_1", day, true},
		{"touch", "t1", "usr_1", day, false},
		{"look", "t2", "usr_1", day, false},
		{"look", "t1", "usr_2", day, false},
		{"look", "t1", "usr_1", day.AddDate(0, 0, 1), false},
	} {
		got, err := store.Read(ctx, db, func(v *store.View) (bool, error) {
			return store.Noted(v, store.Act{Action: c.action, ID: c.id}, c.actor, c.since)
		})
		if err != nil || got != c.want {
			t.Errorf("%+v: %v, %v", c, got, err)
		}
	}
}

// The trail is read the newest first, page by page, by object, actor, action and time.
func TestTrailIsFiltered(t *testing.T) {
	clock := storetest.NewClock("2026-03-24T01:00:00Z")
	db := storetest.New(t, clock.Now)
	for i := range 6 {
		clock.Set(fmt.Sprintf("2026-03-24T0%d:00:00Z", i))
		ctx := actor.With(context.Background(), actor.Actor{Kind: actor.User, ID: fmt.Sprint("usr_", i%2)})
		_, err := store.Write(ctx, db, func(_ context.Context, tx *store.Tx) (int, error) {
			tx.Note(store.Act{Action: fmt.Sprint("act.", i%3), Object: []string{"thing", "other"}[i/4], ID: fmt.Sprint("t", i), Purpose: []string{"", "audit", "survey"}[i%3]})
			return 0, nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	from, to := time.Date(2026, 3, 24, 2, 0, 0, 0, time.UTC), time.Date(2026, 3, 24, 4, 30, 0, 0, time.FixedZone("", 0))
	for _, c := range []struct {
		name string
		f    store.AuditFilter
		want string
	}{
		{"all", store.AuditFilter{}, "t5 t4 t3 t2 t1 t0"},
		{"object", store.AuditFilter{Object: "other"}, "t5 t4"},
		{"id", store.AuditFilter{ObjectID: "t3"}, "t3"},
		{"actor", store.AuditFilter{ActorID: "usr_1"}, "t5 t3 t1"},
		{"actions", store.AuditFilter{Actions: []string{"act.0", "act.2"}}, "t5 t3 t2 t0"},
		{"purposes", store.AuditFilter{Purposes: []string{"audit", "survey"}}, "t5 t4 t2 t1"},
		{"ids", store.AuditFilter{ObjectIDs: []string{"t1", "t4"}}, "t4 t1"},
		{"from", store.AuditFilter{From: &from}, "t5 t4 t3 t2"},
		{"from and to", store.AuditFilter{From: &from, To: &to}, "t4 t3 t2"},
		{"what the caller may see", store.AuditFilter{Object: "thing", Where: "(audit_entry.actor_id = ? OR 1=0)", Args: []any{"usr_0"}}, "t2 t0"},
	} {
		var got []string
		page := store.Page{Limit: 2, Total: true}
		for more := true; more; {
			p := trail(t, db, c.f, page)
			for _, e := range p.Rows {
				got = append(got, e.ObjectID)
				page.After = []any{e.ID}
			}
			more = p.After != nil
			if n := int64(len(strings.Fields(c.want))); *p.Total != n {
				t.Errorf("%s: total %d, want %d", c.name, *p.Total, n)
			}
		}
		if !slices.Equal(got, strings.Fields(c.want)) {
			t.Errorf("%s: %v, want %s", c.name, got, c.want)
		}
	}
}

// A key that is taken is told by its name; the value that was refused is told to nobody, the log included.
func TestDuplicateIsNamedAndNotLogged(t *testing.T) {
	var log bytes.Buffer
	was := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&log, nil)))
	defer slog.SetDefault(was)
	db := open(t)
	err := store.CreateForTest(db, "CREATE TABLE pair (id VARCHAR(40) NOT NULL PRIMARY KEY, version BIGINT NOT NULL, a VARCHAR(40) NOT NULL, b VARCHAR(40) NOT NULL, CONSTRAINT pair_a_b UNIQUE (a, b))")
	if err != nil {
		t.Fatal(err)
	}
	var got error
	for _, id := range []string{"p1", "p2"} {
		_, got = store.Write(context.Background(), db, func(_ context.Context, tx *store.Tx) (int, error) {
			return 0, tx.Save(store.Act{Action: "pair.create", Object: "pair", ID: id}, nil, &pair{ID: id, A: "13812345678", B: "王小明"})
		})
	}
	var duplicate *store.Duplicate
	if !errors.As(got, &duplicate) || duplicate.Key != "pair_a_b" {
		t.Errorf("got %v", got)
	}
	if text := log.String() + fmt.Sprint(got); strings.Contains(text, "13812345678") || strings.Contains(text, "王小明") {
		t.Errorf("the value was told: %s", text)
	}
}

type pair struct {
	ID      string `gorm:"primaryKey" audit:"ignore"`
	Version int64  `audit:"ignore"`
	A       string `audit:"track"`
	B       string `audit:"track"`
}

func (pair) TableName() string { return "pair" }
