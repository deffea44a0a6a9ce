package consent

import (
	"context"
	"fmt"
	"testing"
	"time"

	"xiaobao/internal/clock"
	"xiaobao/internal/purpose"
	"xiaobao/internal/store"
	"xiaobao/internal/store/storetest"
)

var zoned = clock.Reckoner{Zone: time.FixedZone("Asia/Shanghai", 8*60*60)}

// world is a database with what one consumer said, and many others beside her.
func world(t testing.TB, others int) (*store.DB, *Service) {
	t.Helper()
	db := storetest.New(t, storetest.NewClock("2026-03-24T01:00:00Z").Now)
	s := NewService(db, storetest.Keyring(t), nil, nil, zoned)
	const together = 1000
	for from := 0; from < others; from += together {
		_, err := store.Write(context.Background(), db, func(_ context.Context, tx *store.Tx) (struct{}, error) {
			for i := from; i < min(from+together, others); i++ {
				c := Consent{ID: fmt.Sprintf("cns_%06d", i), Version: 1, Purpose: purpose.Marketing, ConsumerKind: byReference, Consumer: fmt.Sprint("C-", i), Decision: Given, At: tx.Now(), RecordedAt: tx.Now()}
				if err := s.insert(tx, c, true); err != nil {
					return struct{}{}, err
				}
			}
			return struct{}{}, nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return db, s
}

// A decision is at most one query, none where no consent is asked; it goes by what was said up to an instant, wherever it stands in the order of recording.
func TestAllows(t *testing.T) {
	db, s := world(t, 1)
	day := func(d int) time.Time { return time.Date(2026, 3, d, 1, 0, 0, 0, time.UTC) }
	key := s.Key(byPhone, "13812345678")
	said := func(id string, d Decision, at time.Time) Consent {
		return Consent{ID: id, Version: 1, Purpose: purpose.Marketing, ConsumerKind: byPhone, Consumer: "13812345678", Decision: d, At: at, RecordedAt: day(24)}
	}
	_, err := store.Write(context.Background(), db, func(_ context.Context, tx *store.Tx) (struct{}, error) {
		for _, c := range []Consent{said("cns_c", Given, day(20)), said("cns_a", Refused, day(10)), said("cns_b", Asked, day(22))} {
			if err := s.insert(tx, c, true); err != nil {
				return struct{}{}, err
			}
		}
		return struct{}{}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		p       purpose.Purpose
		at      time.Time
		want    Ruling
		queries int64
	}{
		{purpose.ComplaintHandling, time.Time{}, Ruling{Allowed: true, Basis: "law"}, 0},
		{purpose.Audit, time.Time{}, Ruling{Allowed: true, Basis: "law"}, 0},
		{"unheard of", time.Time{}, Ruling{Missing: "basis"}, 0},
		{purpose.Survey, time.Time{}, Ruling{Basis: "consent", Missing: "consent"}, 1},
		{purpose.Marketing, day(9), Ruling{Basis: "consent", Missing: "consent"}, 1},
		{purpose.Marketing, day(10), Ruling{Basis: "consent", ConsentID: "cns_a", Missing: "refused", against: day(10)}, 1},
		{purpose.Marketing, day(20), Ruling{Allowed: true, Basis: "consent", ConsentID: "cns_c"}, 1},
		{purpose.Marketing, time.Time{}, Ruling{Allowed: true, Basis: "consent", ConsentID: "cns_c"}, 1},
	} {
		ctx, n := store.CountStatements(context.Background())
		got, err := store.Read(ctx, db, func(v *store.View) (Ruling, error) { return Allows(v, key, tt.p, tt.at) })
		if err != nil || got != tt.want || n.All.Load() != tt.queries {
			t.Errorf("%s at %s: %+v by %d queries, want %+v by %d (%v)", tt.p, tt.at, got, n.All.Load(), tt.want, tt.queries, err)
		}
	}
}

// A withdrawal comes after all that was said before it, even where the clock of another process ran ahead.
func TestWithdrawalComesLast(t *testing.T) {
	db, s := world(t, 0)
	ahead := Consent{ID: "cns_1", Version: 1, Purpose: purpose.Survey, ConsumerKind: byPhone, Consumer: "13812345678", Decision: Given, At: db.Now().Add(time.Second), RecordedAt: db.Now()}
	ctx := context.Background()
	_, err := store.Write(ctx, db, func(_ context.Context, tx *store.Tx) (struct{}, error) {
		return struct{}{}, s.insert(tx, ahead, true)
	})
	if err != nil {
		t.Fatal(err)
	}
	ruling := func() Ruling {
		t.Helper()
		r, err := store.Read(ctx, db, func(v *store.View) (Ruling, error) {
			return Allows(v, s.Key(byPhone, "13812345678"), purpose.Survey, time.Time{})
		})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	if !ruling().Allowed {
		t.Fatal("not given")
	}
	_, err = store.Write(ctx, db, func(_ context.Context, tx *store.Tx) (struct{}, error) {
		return struct{}{}, s.end(tx, ahead, Withdrawal{})
	})
	if r := ruling(); err != nil || r.Allowed || r.Missing != "withdrawn" || !r.against.After(ahead.At) {
		t.Errorf("%v: %+v", err, r)
	}
}

// scripts/bench is for requests; this is the decision alone, which has to stay below 50 µs warm.
func BenchmarkAllows(b *testing.B) {
	db, s := world(b, 20_000)
	key := s.Key(byReference, "C-777")
	for b.Loop() {
		r, err := store.Read(b.Context(), db, func(v *store.View) (Ruling, error) { return Allows(v, key, purpose.Marketing, time.Time{}) })
		if err != nil || !r.Allowed {
			b.Fatal(r, err)
		}
	}
}
