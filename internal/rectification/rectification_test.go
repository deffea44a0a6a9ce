package rectification

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"xiaobao/internal/calendar"
	"xiaobao/internal/fault"
	"xiaobao/internal/store/storetest"
)

func day(t *testing.T, text string) calendar.Date {
	t.Helper()
	d, err := calendar.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestLife guards the table of states and actions, each cell of it.
func TestLife(t *testing.T) {
	want := map[State][]Action{Open: {Update, Complete}, Done: {Verify}, Reopened: {Update, Complete}, Verified: nil, "unheard of": nil}
	for state, may := range want {
		var got []Action
		for _, a := range actions {
			if state.takes(a) {
				got = append(got, a)
			}
		}
		if diff := cmp.Diff(may, got); diff != "" {
			t.Errorf("%s: %s", state, diff)
		}
	}
}

// TestVerification guards that a measure without effect is open again with a date of its own, and that one with effect is at its end.
func TestVerification(t *testing.T) {
	at, today := time.Date(2026, 3, 24, 1, 0, 0, 0, time.UTC), day(t, "2026-03-24")
	done := Rectification{Summary: Summary{State: Open, OwnerID: "usr_a", DueOn: day(t, "2026-03-01")}}.completed("usr_a", []string{"x"}, at)
	if done.State != Done || done.Overdue(today) || !done.involves("usr_a") || done.involves("usr_b") {
		t.Errorf("completed: %+v", done)
	}
	for _, tt := range []struct {
		found  Verification
		reason *fault.Reason
		state  State
	}{
		{Verification{Effective: true}, nil, Verified},
		{Verification{Effective: true, NewDueOn: today}, dueNotAsked, ""},
		{Verification{}, fault.Required, ""},
		{Verification{NewDueOn: day(t, "2026-03-23")}, duePassed, ""},
		{Verification{NewDueOn: today}, nil, Reopened},
	} {
		items := tt.found.faults(today)
		if tt.reason != nil {
			if len(items) != 1 || items[0].Reason != tt.reason || items[0].Pointer != "#/new_due_on" {
				t.Errorf("%+v: %+v", tt.found, items)
			}
			continue
		}
		r := done.verified("usr_b", tt.found, at)
		if len(items) > 0 || r.State != tt.state || *r.Effective != tt.found.Effective || r.VerifiedBy != "usr_b" {
			t.Errorf("%+v: %+v, %+v", tt.found, items, r)
		}
		if tt.state == Reopened && (r.Reopened != 1 || r.DueOn != today || r.Overdue(today) || !r.Overdue(today.AddDays(1))) {
			t.Errorf("reopened: %+v", r)
		}
	}
}

// TestRowKeepsEverything guards against a member that a translator forgot.
func TestRowKeepsEverything(t *testing.T) {
	s := &Service{keys: storetest.Keyring(t)}
	at, effective := time.Date(2026, 3, 24, 1, 2, 3, 4000, time.UTC), true
	want := Rectification{Summary: Summary{ID: "rec_1", Version: 2, State: Done, RootCause: "pricing", Severity: Low, OwnerID: "usr_a", DepartmentID: "dep_a", OpenedBy: "usr_b",
		OpenerDepartmentID: "dep_b", DueOn: day(t, "2026-05-01"), CompletedBy: "usr_a", CompletedAt: &at, VerifiedBy: "usr_c", VerifiedAt: &at, Effective: &effective,
		Reopened: 3, CreatedAt: at, UpdatedAt: at}, Measure: "m", Evidence: []string{"a", "b"}, Comment: "c"}
	row, err := s.toRow(want)
	if err != nil {
		t.Fatal(err)
	}
	got, err := s.fromRow(*row)
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v %s", err, diff)
	}
}
