package clock

import (
	"math/rand"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestWhatHappensNeverChangesTheClockBefore guards the values: random lives from one clock never write into each other,
// and their ledgers only grow.
func TestWhatHappensNeverChangesTheClockBefore(t *testing.T) {
	r, armed := statutory(t, "NFRA-2020", "2026-09-24 09:00")
	random := rand.New(rand.NewSource(1))
	for range 300 {
		lives := []Clock{armed}
		for range 8 {
			before := lives[random.Intn(len(lives))]
			copied := before
			copied.Ledger = append([]Entry(nil), before.Ledger...)
			now := armed.DueAt.Add(time.Duration(random.Intn(100)-30) * 24 * time.Hour)
			after := live(r, before, random.Intn(4), now)
			if diff := cmp.Diff(copied, before); diff != "" {
				t.Fatalf("the clock before changed: %s", diff)
			}
			if diff := cmp.Diff(copied.Ledger, after.Ledger[:len(copied.Ledger)]); diff != "" {
				t.Fatalf("the ledger was rewritten: %s", diff)
			}
			if last := after.Ledger[len(after.Ledger)-1]; last.DueOnAfter != after.DueOn || after.RunsTo > after.Cap {
				t.Fatalf("due %s, ledger %+v, runs to %d", after.DueOn, last, after.RunsTo)
			}
			lives = append(lives, after)
		}
	}
}

func live(r Reckoner, c Clock, step int, now time.Time) Clock {
	switch step {
	case 0:
		return c.Meet(now, "usr_1")
	case 1:
		return c.End(now, "usr_1")
	case 2:
		return c.Breach(now)
	}
	longer, err := r.Extend(c, c.RunsTo+15, now, "usr_1", "facts_to_verify")
	if err != nil {
		return c
	}
	return longer
}
