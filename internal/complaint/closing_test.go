package complaint

import (
	"testing"
	"time"
)

// Figures go by the moment of closing: it is told in UTC whatever zone the caller's clock shows, and never lies before the receipt, which a caller's
// clock may have put some minutes into the future.
func TestClosingIsComparable(t *testing.T) {
	received := time.Date(2026, 9, 30, 16, 3, 0, 0, time.UTC)
	for _, told := range []time.Time{received.Add(time.Hour).In(time.FixedZone("", 8*60*60)), received.Add(-3 * time.Minute)} {
		after, err := Case{Summary: Summary{Stage: StageIntake, ReceivedAt: received}}.Do(act{action: Withdraw, now: told, told: told})
		if err != nil || after.ClosedAt.Location() != time.UTC || after.ClosedAt.Before(received) || after.ClosedAt.Sub(received) > time.Hour {
			t.Errorf("closed at %v, %v", after.ClosedAt, err)
		}
	}
}
