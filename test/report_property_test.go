package test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"
	"time"

	"xiaobao/internal/servertest"
)

// TestBalanceOfAnyPeriods guards the balance: of whatever complaints came and went, any two adjoining periods meet (what the first leaves open, the second
// begins with), every balance holds, and each figure is what a look at each complaint counts.
func TestBalanceOfAnyPeriods(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(20260930, 1))
	w := servertest.New(t, "2026-01-01T00:00:00Z")
	lives := someLives(t, w, random, 40)
	w.Forward("2026-05-01T00:00:00Z")
	day := func(n int) time.Time { return time.Date(2026, 1, 1+n, 0, 0, 0, 0, time.FixedZone("", 8*60*60)) }
	for range 12 {
		cuts := []int{random.IntN(115), random.IntN(115), random.IntN(115)}
		slices.Sort(cuts)
		cuts[1], cuts[2] = cuts[1]+1, cuts[2]+2 // no period is empty
		var reports []servertest.Answer
		for i := range 2 {
			from, end := day(cuts[i]), day(cuts[i+1])
			r := issue(t, w, servertest.RegulatorKey, fmt.Sprintf(`"definition":"complaint_summary","from_on":%q,"to_on":%q,"dimensions":["outcome"]`, from.Format(time.DateOnly), end.AddDate(0, 0, -1).Format(time.DateOnly)))
			if want := countLives(lives, from, end); r.Get("balance") != want {
				t.Errorf("%s: %s, want %s", r.Get("period"), r.Get("balance"), want)
			}
			reports = append(reports, r)
		}
		if reports[0].Get("balance.closing") != reports[1].Get("balance.opening") {
			t.Errorf("%s and %s do not meet", reports[0].Body, reports[1].Body)
		}
	}
}

// A life is when a complaint came, and when it went; zero when it has not.
type life struct{ received, closed time.Time }

// someLives has complaints come and go at random moments of four months; some are withdrawn with an earlier date.
func someLives(t *testing.T, w *servertest.World, random *rand.Rand, n int) []*life {
	t.Helper()
	type event struct {
		at time.Time
		do func()
	}
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	var events []event
	var lives []*life
	for i := range n {
		received := start.Add(time.Duration(random.IntN(100*24*60)) * time.Minute)
		one, id := &life{received: received}, ""
		lives = append(lives, one)
		events = append(events, event{received, func() { id = file(t, w, servertest.PartnerKey, "P-"+strconv.Itoa(i)) }})
		if random.IntN(4) == 0 {
			continue
		}
		one.closed = received.Add(time.Duration(1+random.IntN(20*24*60)) * time.Minute)
		body := `{"form":"phone"}`
		if on := one.closed.Add(8*time.Hour).AddDate(0, 0, -1); random.IntN(3) == 0 && on.After(received.Add(32*time.Hour)) {
			body = fmt.Sprintf(`{"form":"phone","withdrawn_on":%q}`, on.Format(time.DateOnly)) // counts on its own day
			events = append(events, event{one.closed, func() { withdraw(w, id, body) }})
			one.closed = time.Date(on.Year(), on.Month(), on.Day(), 15, 59, 59, 0, time.UTC)
			continue
		}
		events = append(events, event{one.closed, func() { withdraw(w, id, body) }})
	}
	slices.SortFunc(events, func(a, b event) int { return a.at.Compare(b.at) })
	for _, e := range events {
		w.Clock.Set(e.at.Format(time.RFC3339))
		e.do()
	}
	return lives
}

func withdraw(w *servertest.World, id, body string) {
	w.T.Helper()
	w.Must(200, servertest.Request{As: servertest.PartnerKey, Method: "POST", URL: "/v1/complaints/" + id + "/withdrawal", Body: body})
}

// countLives is the balance of a period, counted one by one.
func countLives(lives []*life, from, end time.Time) string {
	var opening, received, closed, closing int
	for _, l := range lives {
		open := func(at time.Time) bool { return l.received.Before(at) && (l.closed.IsZero() || !l.closed.Before(at)) }
		within := func(at time.Time) bool { return !at.IsZero() && !at.Before(from) && at.Before(end) }
		for counter, counts := range map[*int]bool{&opening: open(from), &received: within(l.received), &closed: within(l.closed), &closing: open(end)} {
			if counts {
				*counter++
			}
		}
	}
	return fmt.Sprintf(`{"closed":%d,"closing":%d,"holds":true,"opening":%d,"received":%d}`, closed, closing, opening, received)
}
