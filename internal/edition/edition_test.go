package edition

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"xiaobao/internal/authz"
	"xiaobao/internal/fault"
)

func at(day int) time.Time { return time.Date(2026, 3, day, 1, 0, 0, 0, time.UTC) }

// published makes a version in force from a day on.
func published(t *testing.T, all []Edition, drafted, from int) Edition {
	t.Helper()
	e, err := New(all, "usr_a", at(drafted))
	if err != nil {
		t.Fatal(err)
	}
	e, err = e.Approve("usr_b", at(drafted))
	if err != nil {
		t.Fatal(err)
	}
	begins := at(from)
	e, err = e.Publish(all, "usr_a", &begins, at(drafted))
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// Each cell of states and actions.
func TestSteps(t *testing.T) {
	want := map[State][]string{Draft: {"approve", "withdraw"}, Approved: {"publish", "withdraw"}, Published: {"withdraw"}, Withdrawn: {}, "unheard of": {}}
	for state, may := range want {
		if diff := cmp.Diff(may, Edition{State: state}.Allowed(func(Action) error { return nil })); diff != "" {
			t.Errorf("%s: %s", state, diff)
		}
	}
}

// Nobody approves her own draft, nothing is published unapproved, twice, in the past, or before what it follows; one draft at a time.
func TestRefusals(t *testing.T) {
	draft, err := New(nil, "usr_a", at(1))
	if err != nil || draft.Number != 1 {
		t.Fatalf("%+v, %v", draft, err)
	}
	if _, err := draft.Approve("usr_a", at(1)); !errors.Is(err, authz.SamePerson) {
		t.Errorf("her own draft: %v", err)
	}
	if _, err := draft.Publish(nil, "usr_b", nil, at(1)); !errors.Is(err, notApproved) {
		t.Errorf("unapproved: %v", err)
	}
	if _, err := New([]Edition{draft}, "usr_a", at(1)); !errors.Is(err, underWay) {
		t.Errorf("a second draft: %v", err)
	}
	approved, err := draft.Approve("usr_b", at(2))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := approved.Approve("usr_b", at(2)); !errors.Is(err, wrongState) {
		t.Errorf("approved twice: %v", err)
	}
	past := at(1)
	if _, err := approved.Publish(nil, "usr_a", &past, at(2)); !has(err, backdated) {
		t.Errorf("backdated: %v", err)
	}
	first := published(t, nil, 1, 10)
	if _, err := first.Publish(nil, "usr_a", nil, at(11)); !errors.Is(err, wrongState) {
		t.Errorf("published twice: %v", err)
	}
	second := published(t, []Edition{first}, 2, 12)
	if second.Number != 2 {
		t.Errorf("the second is %d", second.Number)
	}
	same := at(10)
	if _, err := approved.Publish([]Edition{first}, "usr_a", &same, at(3)); !has(err, beforeFormer) {
		t.Errorf("before the former: %v", err)
	}
	gone, err := draft.Withdraw("usr_a", at(2))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := gone.Withdraw("usr_a", at(2)); !errors.Is(err, wrongState) {
		t.Errorf("withdrawn twice: %v", err)
	}
}

func has(err error, reason *fault.Reason) bool {
	f := fault.From(err)
	return f != nil && len(f.Items) == 1 && f.Items[0].Reason == reason
}

// At any instant at most one version is in force; a withdrawn one leaves none, and one that was withdrawn before it began counts for nothing.
func TestInForce(t *testing.T) {
	first := published(t, nil, 1, 5)
	second := published(t, []Edition{first}, 2, 10)
	third := published(t, []Edition{first, second}, 3, 15)
	early := third
	early, err := early.Withdraw("usr_a", at(12))
	if err != nil {
		t.Fatal(err)
	}
	late, err := third.Withdraw("usr_a", at(20))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		all  []Edition
		day  int
		want int
	}{
		{[]Edition{first, second, third}, 4, -1}, {[]Edition{first, second, third}, 5, 0}, {[]Edition{first, second, third}, 10, 1}, {[]Edition{third, second, first}, 30, 0},
		{[]Edition{first, second, early}, 16, 1}, {[]Edition{first, second, late}, 19, 2}, {[]Edition{first, second, late}, 20, -1},
	} {
		if got := InForce(tt.all, at(tt.day)); got != tt.want {
			t.Errorf("on day %d: %d, want %d", tt.day, got, tt.want)
		}
	}
	if end := first.EndsAt([]Edition{second, third}); end == nil || !end.Equal(at(10)) {
		t.Errorf("the first ends at %v", end)
	}
	if end := second.EndsAt([]Edition{first, early}); end != nil {
		t.Errorf("the second ends at %v", end)
	}
	if end := late.EndsAt([]Edition{first, second}); end == nil || !end.Equal(at(20)) {
		t.Errorf("the third ends at %v", end)
	}
}

// A row keeps everything.
func TestColumns(t *testing.T) {
	e := published(t, nil, 1, 5)
	e, err := e.Withdraw("usr_c", at(6))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(e, ColumnsOf(e).Edition()); diff != "" {
		t.Error(diff)
	}
}
