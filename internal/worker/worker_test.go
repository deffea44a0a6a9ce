package worker

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"sync/atomic"
	"testing"
	"time"

	"xiaobao/internal/store/storetest"
)

// A job is done in one process at a time; one that failed is tried again; the other process takes over when the first has stopped.
func TestOneProcessDoesTheJob(t *testing.T) {
	clock := storetest.NewClock("2026-03-24T01:00:00Z")
	database := storetest.Database(t)
	a := storetest.Open(t, database, clock.Now)
	if err := a.Migrate(context.Background()); err != nil {
		t.Fatal(err)
	}
	b := storetest.Open(t, database, clock.Now)
	done := 0
	job := Job{Name: "sweep", Every: time.Minute, Do: func(context.Context) error { done++; return nil }}
	for _, step := range []struct {
		at, holder string
		want       int
	}{
		{"2026-03-24T01:00:00Z", "a", 1},
		{"2026-03-24T01:00:10Z", "b", 1},
		{"2026-03-24T01:01:00Z", "a", 2},
		{"2026-03-24T01:03:59Z", "b", 2},
		{"2026-03-24T01:04:10Z", "b", 3},
		{"2026-03-24T01:05:00Z", "a", 3},
	} {
		clock.Set(step.at)
		db := a
		if step.holder == "b" {
			db = b
		}
		if err := once(context.Background(), db, step.holder, job); err != nil || done != step.want {
			t.Errorf("%s at %s: done %d times, %v; want %d", step.holder, step.at, done, err, step.want)
		}
	}
}

// Run goes on after a failure, and ends with its context.
func TestFailureIsTriedAgain(t *testing.T) {
	db := storetest.New(t, time.Now)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var calls atomic.Int64
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		Run(ctx, db, slog.New(slog.NewTextHandler(io.Discard, nil)), Job{Name: "j", Every: time.Millisecond, Do: func(context.Context) error {
			if calls.Add(1) == 1 {
				return errors.New("boom")
			}
			cancel()
			return nil
		}})
	}()
	select {
	case <-ended:
	case <-time.After(20 * time.Second):
		t.Fatal("Run did not end")
	}
	if calls.Load() < 2 {
		t.Errorf("%d calls", calls.Load())
	}
}
