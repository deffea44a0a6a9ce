package finding

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"xiaobao/internal/calendar"
	"xiaobao/internal/store/storetest"
)

// TestLife guards that only a finding which is not closed is acted upon, and that a reopened one has a date of its own and is overdue by it.
func TestLife(t *testing.T) {
	at := time.Date(2026, 3, 24, 1, 0, 0, 0, time.UTC)
	today := calendar.DateOf(at, time.UTC)
	f := Finding{Summary: Summary{State: Open, DueOn: today}}
	acting, err := f.acting()
	if err != nil || acting.State != Acting || f.Overdue(today) || !f.Overdue(today.AddDays(1)) {
		t.Errorf("%+v %v", acting, err)
	}
	closed := acting.closed(at)
	if _, err := closed.acting(); err != error(AlreadyClosed) || closed.ClosedAt == nil || closed.Overdue(today.AddDays(9)) {
		t.Errorf("%+v %v", closed, err)
	}
	again := closed.reopened("flat", today.AddDays(30))
	acting, err = again.acting()
	if again.State != Reopened || again.Reopened != 1 || again.ClosedAt != nil || again.ReopenReason != "flat" || again.Overdue(today.AddDays(30)) || err != nil || acting.State != Acting {
		t.Errorf("%+v %v", again, err)
	}
}

// TestRowKeepsEverything guards against a member that a translator forgot, and that a closed finding leaves its key to the next.
func TestRowKeepsEverything(t *testing.T) {
	s := &Service{keys: storetest.Keyring(t)}
	at := time.Date(2026, 3, 24, 1, 2, 3, 4000, time.UTC)
	want := Finding{Summary: Summary{ID: "fnd_1", Version: 2, Source: Infringement, SourceID: "cmp_1", Subject: "cmp_1/respect", Title: "t", Right: "respect", Severity: "low",
		DepartmentID: "dep_a", OwnerID: "usr_a", DueOn: calendar.DateOf(at, time.UTC), State: Closed, Reopened: 3, CreatedAt: at, UpdatedAt: at, ClosedAt: &at},
		Description: "d", ReopenReason: "r"}
	row, err := s.toRow(want)
	if err != nil || row.OpenKey != nil {
		t.Fatal(err, row.OpenKey)
	}
	got, err := s.fromRow(*row)
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v %s", err, diff)
	}
	want.State = Reopened
	row, err = s.toRow(want)
	if err != nil || row.OpenKey == nil || *row.OpenKey != "infringement/cmp_1/respect" {
		t.Errorf("%v %v", err, row.OpenKey)
	}
}
