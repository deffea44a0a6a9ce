package store_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"xiaobao/internal/store"
	"xiaobao/internal/store/storetest"
)

// thing is a row of a feature that exists in this test alone; it borrows the table of leases for its shape.
type thing struct {
	ID      string `gorm:"primaryKey" audit:"ignore"`
	Version int64  `audit:"ignore"`
	Colour  string `audit:"track"`
	Secret  string `audit:"secret"`
}

func (thing) TableName() string { return "thing" }

type undecided struct {
	ID      string `gorm:"primaryKey" audit:"ignore"`
	Version int64  `audit:"ignore"`
	Colour  string
}

func (undecided) TableName() string { return "thing" }

func open(t *testing.T) *store.DB {
	t.Helper()
	clock := storetest.NewClock("2026-03-24T01:00:00Z")
	db := storetest.New(t, clock.Now)
	if err := store.CreateForTest(db, "CREATE TABLE thing (id VARCHAR(40) NOT NULL PRIMARY KEY, version BIGINT NOT NULL, colour VARCHAR(40) NOT NULL, secret VARCHAR(40) NOT NULL)"); err != nil {
		t.Fatal(err)
	}
	return db
}

func create(ctx context.Context, db *store.DB, id string) (string, error) {
	return store.Write(ctx, db, func(_ context.Context, tx *store.Tx) (string, error) {
		return id, tx.Save(store.Act{Action: "thing.create", Object: "thing", ID: id}, nil, &thing{ID: id, Version: 1, Colour: "red", Secret: "s3cr3t"})
	})
}

func count(t *testing.T, db *store.DB, table string) int64 {
	t.Helper()
	n, err := store.Read(context.Background(), db, func(v *store.View) (int64, error) {
		var n int64
		return n, v.Gorm().Table(table).Count(&n).Error
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// A change and its audit entry are one: what is tracked stands in it, what is secret does not.
func TestSaveAuditsWhatChanged(t *testing.T) {
	db := open(t)
	ctx := context.Background()
	if _, err := create(ctx, db, "t1"); err != nil {
		t.Fatal(err)
	}
	_, err := store.Write(ctx, db, func(_ context.Context, tx *store.Tx) (string, error) {
		before := thing{}
		if err := tx.Gorm().Take(&before, "id = ?", "t1").Error; err != nil {
			return "", err
		}
		after := before
		after.Colour, after.Secret = "blue", "other"
		return "", tx.Save(store.Act{Action: "thing.paint", Object: "thing", ID: "t1"}, &before, &after)
	})
	if err != nil {
		t.Fatal(err)
	}
	changes, err := store.Read(ctx, db, func(v *store.View) (string, error) {
		var text string
		return text, v.Gorm().Table("audit_entry").Where("action = ?", "thing.paint").Select("changes").Scan(&text).Error
	})
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"colour":["red","blue"],"secret":"changed"}`; changes != want {
		t.Errorf("changes = %s, want %s", changes, want)
	}
}

// Many objects that are made at once have an entry each, in a number of statements that does not grow with theirs.
func TestManyAreAddedAtOnce(t *testing.T) {
	db := open(t)
	counting := []int64{}
	for _, many := range []int{1, 100} {
		ctx, statements := store.CountStatements(context.Background())
		_, err := store.Write(ctx, db, func(_ context.Context, tx *store.Tx) (struct{}, error) {
			acts, rows := make([]store.Act, many), make([]thing, many)
			for i := range rows {
				rows[i] = thing{ID: fmt.Sprint("t", many, "_", i), Version: 1, Colour: "red", Secret: "s"}
				acts[i] = store.Act{Action: "thing.create", Object: "thing", ID: rows[i].ID}
			}
			return struct{}{}, tx.Add(acts, rows)
		})
		if err != nil {
			t.Fatal(err)
		}
		counting = append(counting, statements.All.Load())
	}
	if entries := count(t, db, "audit_entry"); counting[0] != counting[1] || entries != 101 {
		t.Errorf("%d statements for one, %d for a hundred, %d entries", counting[0], counting[1], entries)
	}
}

// Rows that an object owns come and go with it, under its audit entry.
func TestOwnedRowsComeAndGo(t *testing.T) {
	db := open(t)
	for _, step := range []struct {
		owned store.Owned
		rows  int64
	}{
		{store.Insert([]thing{{ID: "o1"}, {ID: "o2"}}), 3},
		{store.Delete([]thing{{ID: "o1"}}), 2},
		{store.Delete([]thing{}, &thing{ID: "o2"}), 1},
	} {
		_, err := store.Write(context.Background(), db, func(_ context.Context, tx *store.Tx) (string, error) {
			var before []thing
			if err := tx.Gorm().Where("id = ?", "t1").Find(&before).Error; err != nil {
				return "", err
			}
			act := store.Act{Action: "thing.change", Object: "thing", ID: "t1"}
			if len(before) == 0 {
				return "t1", tx.Save(act, nil, &thing{ID: "t1", Version: 1}, step.owned)
			}
			after := before[0]
			return "t1", tx.Save(act, &before[0], &after, step.owned)
		})
		if n := count(t, db, "thing"); err != nil || n != step.rows {
			t.Errorf("%d rows, want %d, %v", n, step.rows, err)
		}
	}
	if n := count(t, db, "audit_entry"); n != 3 {
		t.Errorf("%d audit entries", n)
	}
}

// The mistakes that a programmer can make at the door are refused with a sentence, and nothing is left behind.
func TestDoorRefuses(t *testing.T) {
	ctx := context.Background()
	for _, c := range []struct {
		name string
		want error
		run  func(db *store.DB) error
	}{
		{"a Write inside a Write", store.ErrNested, func(db *store.DB) error {
			_, err := store.Write(ctx, db, func(ctx context.Context, _ *store.Tx) (string, error) { return create(ctx, db, "t1") })
			return err
		}},
		{"a change without an audit entry", store.ErrUnaudited, func(db *store.DB) error {
			_, err := store.Write(ctx, db, func(_ context.Context, tx *store.Tx) (int, error) {
				return 0, tx.Gorm().Create(&thing{ID: "t1"}).Error
			})
			return err
		}},
		{"a change in a Read", store.ErrOutside, func(db *store.DB) error {
			_, err := store.Read(ctx, db, func(v *store.View) (int, error) { return 0, v.Gorm().Create(&thing{ID: "t1"}).Error })
			return err
		}},
		{"a raw change in a Read", store.ErrOutside, func(db *store.DB) error {
			_, err := store.Read(ctx, db, func(v *store.View) (int, error) { return 0, v.Gorm().Exec("DELETE FROM thing").Error })
			return err
		}},
		{"a change dressed as a query", store.ErrOutside, func(db *store.DB) error {
			_, err := store.Read(ctx, db, func(v *store.View) (int, error) {
				var n []int
				return 0, v.Gorm().Raw("DELETE FROM thing").Scan(&n).Error
			})
			return err
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			db := open(t)
			if err := c.run(db); !errors.Is(err, c.want) {
				t.Errorf("got %v, want %v", err, c.want)
			}
			if n := count(t, db, "thing"); n != 0 {
				t.Errorf("%d rows were left", n)
			}
		})
	}
}

// A column about which nobody has decided what the audit keeps is not written.
func TestColumnNeedsAuditDecision(t *testing.T) {
	db := open(t)
	_, err := store.Write(context.Background(), db, func(_ context.Context, tx *store.Tx) (int, error) {
		return 0, tx.Save(store.Act{}, nil, &undecided{ID: "t1"})
	})
	if err == nil || !strings.Contains(err.Error(), `undecided.Colour needs audit:"track", "secret" or "ignore"`) {
		t.Errorf("got %v", err)
	}
}

// A panic and a failure roll back; the door stays usable.
func TestFailureLeavesNothing(t *testing.T) {
	db := open(t)
	ctx := context.Background()
	boom := errors.New("boom")
	_, err := store.Write(ctx, db, func(_ context.Context, tx *store.Tx) (int, error) {
		if err := tx.Save(store.Act{ID: "t1"}, nil, &thing{ID: "t1"}); err != nil {
			return 0, err
		}
		return 0, boom
	})
	if !errors.Is(err, boom) {
		t.Fatalf("got %v", err)
	}
	func() {
		defer func() {
			if recover() == nil {
				t.Error("the panic was swallowed")
			}
		}()
		_, _ = store.Write(ctx, db, func(_ context.Context, tx *store.Tx) (int, error) {
			if err := tx.Save(store.Act{ID: "t2"}, nil, &thing{ID: "t2"}); err != nil {
				return 0, err
			}
			panic("boom")
		})
	}()
	cancelled, cancel := context.WithCancel(ctx)
	_, err = store.Write(cancelled, db, func(_ context.Context, tx *store.Tx) (int, error) {
		if err := tx.Save(store.Act{ID: "t3"}, nil, &thing{ID: "t3"}); err != nil {
			return 0, err
		}
		cancel()
		return 0, nil
	})
	if err == nil {
		t.Error("a cancelled request was committed")
	}
	if n := count(t, db, "thing") + count(t, db, "audit_entry"); n != 0 {
		t.Errorf("%d rows were left", n)
	}
	if _, err := create(ctx, db, "t4"); err != nil {
		t.Errorf("the door is stuck: %v", err)
	}
}

// The schema is made once and in order; an older binary refuses a newer one with a sentence.
func TestSchemaSaysWhatToDo(t *testing.T) {
	ctx := context.Background()
	db := storetest.Open(t, storetest.Database(t), time.Now)
	state, err := db.Schema(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if err := state.Check(); err == nil || !strings.Contains(err.Error(), "run `xiaobao init` first") {
		t.Errorf("an empty database: %v", err)
	}
	for range 2 {
		if err := db.Migrate(ctx); err != nil {
			t.Fatal(err)
		}
	}
	state, err = db.Schema(ctx)
	if err != nil || state.Check() != nil {
		t.Errorf("after migrating: %v, %v", err, state.Check())
	}
	state.Current++
	if err := state.Check(); err == nil || !strings.Contains(err.Error(), "use the newer binary") {
		t.Errorf("a newer schema: %v", err)
	}
}
