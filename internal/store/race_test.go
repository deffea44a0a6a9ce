package store_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"xiaobao/internal/store"
	"xiaobao/internal/store/storetest"
)

// Fifty racers with one key make one row; the others are told so or get its id. An unrelated write does not wait for them.
func TestOneKeyOneRow(t *testing.T) {
	database := storetest.Database(t)
	clock := storetest.NewClock("2026-03-24T01:00:00Z")
	db := storetest.Open(t, database, clock.Now)
	if err := db.Migrate(context.Background()); err != nil {
		t.Fatal(err)
	}
	if err := store.CreateForTest(db, "CREATE TABLE thing (id VARCHAR(40) NOT NULL PRIMARY KEY, version BIGINT NOT NULL, colour VARCHAR(40) NOT NULL, secret VARCHAR(40) NOT NULL)"); err != nil {
		t.Fatal(err)
	}
	other := storetest.Open(t, database, clock.Now) // a second process
	var wg sync.WaitGroup
	var made, replayed, busy, failed atomic.Int64
	start := make(chan struct{})
	for i := range 50 {
		wg.Go(func() {
			<-start
			ctx := store.WithClaim(context.Background(), store.Claim{Scope: "c", Key: "k", Fingerprint: strings.Repeat("f", 64)})
			_, err := create(ctx, []*store.DB{db, other}[i%2], fmt.Sprintf("t%d", i))
			var replay *store.Replay
			switch {
			case err == nil:
				made.Add(1)
			case errors.As(err, &replay):
				replayed.Add(1)
			case errors.Is(err, store.InProgress):
				busy.Add(1)
			default:
				failed.Add(1)
				t.Error(err)
			}
		})
	}
	unrelated := make(chan error, 1)
	go func() {
		<-start
		_, err := create(context.Background(), db, "unrelated")
		unrelated <- err
	}()
	close(start)
	if err := <-unrelated; err != nil {
		t.Error(err)
	}
	wg.Wait()
	if made.Load() != 1 || count(t, db, "thing") != 2 {
		t.Errorf("made %d, replayed %d, told to wait %d, failed %d; rows %d", made.Load(), replayed.Load(), busy.Load(), failed.Load(), count(t, db, "thing"))
	}
}

// A key names one request: the same request gets the stored result, another is refused, a failed one leaves the key free.
func TestKeyNamesOneRequest(t *testing.T) {
	db := open(t)
	claim := store.Claim{Scope: "c", Key: "k", Fingerprint: strings.Repeat("a", 64)}
	ctx := store.WithClaim(context.Background(), claim)
	boom := errors.New("boom")
	_, err := store.Write(ctx, db, func(context.Context, *store.Tx) (int, error) { return 0, boom })
	if !errors.Is(err, boom) {
		t.Fatal(err)
	}
	if _, err := create(ctx, db, "t1"); err != nil {
		t.Fatal(err)
	}
	_, err = create(ctx, db, "t2")
	var replay *store.Replay
	if !errors.As(err, &replay) || replay.ID != "t1" {
		t.Errorf("got %v, want a replay of t1", err)
	}
	claim.Fingerprint = strings.Repeat("b", 64)
	if _, err := create(store.WithClaim(context.Background(), claim), db, "t3"); !errors.Is(err, store.KeyReused) {
		t.Errorf("got %v, want %v", err, store.KeyReused)
	}
}

// Two writers who saw the same version do not overwrite each other: the second runs again and sees the first's work.
func TestRaceRunsAgain(t *testing.T) {
	db := open(t)
	ctx := context.Background()
	if _, err := create(ctx, db, "t1"); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			_, err := store.Write(ctx, db, func(_ context.Context, tx *store.Tx) (int, error) {
				var before thing
				if err := tx.Gorm().Take(&before, "id = ?", "t1").Error; err != nil {
					return 0, err
				}
				after := before
				after.Colour = fmt.Sprint(before.Colour, i)
				return 0, tx.Save(store.Act{ID: "t1"}, &before, &after)
			})
			if err != nil && !errors.Is(err, store.Unavailable) {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	got, err := store.Read(ctx, db, func(v *store.View) (thing, error) {
		var row thing
		return row, v.Gorm().Take(&row, "id = ?", "t1").Error
	})
	if err != nil {
		t.Fatal(err)
	}
	if int64(len(got.Colour)) != int64(len("red"))+got.Version-1 {
		t.Errorf("version %d but colour %q: a write was lost", got.Version, got.Colour)
	}
}

// Numbers are unique over processes.
func TestNumbersAreUnique(t *testing.T) {
	database := storetest.Database(t)
	clock := storetest.NewClock("2026-03-24T01:00:00Z")
	a := storetest.Open(t, database, clock.Now)
	if err := a.Migrate(context.Background()); err != nil {
		t.Fatal(err)
	}
	b := storetest.Open(t, database, clock.Now)
	var mu sync.Mutex
	seen := map[int64]bool{}
	var wg sync.WaitGroup
	for i := range 4 {
		wg.Go(func() {
			for round := range 60 {
				all, err := []*store.DB{a, b}[i%2].Numbers(context.Background(), "complaint", "20260324", 1+round%3*40)
				if err != nil || len(all) != 1+round%3*40 {
					t.Error(len(all), err)
					return
				}
				mu.Lock()
				for _, n := range all {
					if seen[n] {
						t.Errorf("%d was handed out twice", n)
					}
					seen[n] = true
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
}

// A lease has one holder until it ends.
func TestLeaseHasOneHolder(t *testing.T) {
	clock := storetest.NewClock("2026-03-24T01:00:00Z")
	db := storetest.New(t, clock.Now)
	for _, c := range []struct {
		at, holder string
		want       bool
	}{
		{"2026-03-24T01:00:00Z", "a", true},
		{"2026-03-24T01:00:30Z", "b", false},
		{"2026-03-24T01:00:40Z", "a", true},
		{"2026-03-24T01:01:30Z", "b", false},
		{"2026-03-24T01:02:00Z", "b", true},
		{"2026-03-24T01:02:10Z", "a", false},
	} {
		clock.Set(c.at)
		got, err := db.Lease(context.Background(), "sweep", c.holder, time.Minute)
		if err != nil || got != c.want {
			t.Errorf("%s asks at %s: %v, %v; want %v", c.holder, c.at, got, err, c.want)
		}
	}
}

// Transactions that are alone under a name do not both find that the other's row is still there.
func TestAloneKeepsTheLastOne(t *testing.T) {
	db := open(t)
	for range 10 {
		for _, id := range []string{"1", "2"} {
			if _, err := create(context.Background(), db, id); err != nil {
				t.Fatal(err)
			}
		}
		var wg sync.WaitGroup
		for _, id := range []string{"1", "2"} {
			wg.Go(func() {
				_, err := store.Maintain(context.Background(), db, func(tx *store.Tx) (struct{}, error) {
					if err := tx.Alone("things"); err != nil {
						return struct{}{}, err
					}
					var left int64
					if err := tx.Gorm().Model(&thing{}).Count(&left).Error; err != nil || left == 1 {
						return struct{}{}, err
					}
					return struct{}{}, tx.Gorm().Where("id = ?", id).Delete(&thing{}).Error
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if n := count(t, db, "thing"); n != 1 {
			t.Fatalf("%d things are left", n)
		}
		_, err := store.Maintain(context.Background(), db, func(tx *store.Tx) (struct{}, error) {
			return struct{}{}, tx.Gorm().Where("1 = 1").Delete(&thing{}).Error
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// A transaction that takes too long is given up: a change is never seen later than Overlap after the instant that it bears.
func TestSlowTransactionIsGivenUp(t *testing.T) {
	db := open(t)
	store.GiveUpAfter(db, 20*time.Millisecond)
	_, err := store.Write(context.Background(), db, func(ctx context.Context, tx *store.Tx) (string, error) {
		err := tx.Save(store.Act{Action: "thing.create", Object: "thing", ID: "t1"}, nil, &thing{ID: "t1", Version: 1, Colour: "red", Secret: "s"})
		<-ctx.Done()
		return "", err
	})
	if !errors.Is(err, store.Unavailable) {
		t.Errorf("it ended with %v", err)
	}
	if n := count(t, db, "thing"); n != 0 {
		t.Errorf("%d rows stayed", n)
	}
}
