package complaint

import (
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"xiaobao/internal/clock"
	"xiaobao/internal/store/storetest"
)

// TestLogRowKeepsAll guards the mapping that was forgotten: every field of an entry comes back from its row.
func TestLogRowKeepsAll(t *testing.T) {
	at := time.Date(2026, 3, 24, 2, 0, 0, 123000, time.UTC)
	want := Log{ID: "log_1", ComplaintID: "cmp_1", Kind: ContactLog, At: at, RecordedAt: at.Add(time.Minute), AuthorID: "usr_1", DepartmentID: "dep_1", Text: "来电",
		Form: "phone", Direction: "in", Reached: true, Reference: "REC-1", Struck: true}
	for v, i := reflect.ValueOf(want), 0; i < v.NumField(); i++ {
		if v.Field(i).IsZero() {
			t.Errorf("%s is zero", v.Type().Field(i).Name)
		}
	}
	s := &Service{keys: storetest.Keyring(t)}
	row, err := s.toLogRow(want)
	if err != nil {
		t.Fatal(err)
	}
	got, err := s.fromLogRow(*row)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestOnlyAReachedContactAcknowledges guards that neither a missed call nor a note meets the clock of the first contact, and that no other clock is met by one.
func TestOnlyAReachedContactAcknowledges(t *testing.T) {
	at := time.Date(2026, 3, 24, 2, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name string
		log  Log
		want clock.State
	}{
		{"reached", Log{Kind: ContactLog, Reached: true, At: at}, clock.StateMet},
		{"missed", Log{Kind: ContactLog, At: at}, clock.StateRunning},
		{"material", Log{Kind: MaterialLog, Reached: true, At: at}, clock.StateRunning},
	} {
		clocks := []clock.Clock{{Kind: clock.Statutory, State: clock.StateRunning, DueAt: at.Add(time.Hour)}, {Kind: clock.Acknowledgement, State: clock.StateRunning, DueAt: at.Add(time.Hour)}}
		after := c.log.acknowledge(clocks)
		if after[0].State != clock.StateRunning || after[1].State != c.want || clocks[1].State != clock.StateRunning {
			t.Errorf("%s: %s, %s", c.name, after[0].State, after[1].State)
		}
	}
}

// TestTimelineSpeaksTheWordsOfTheCodeList guards how acts of the audit become actions, and changes of it stages.
func TestTimelineSpeaksTheWordsOfTheCodeList(t *testing.T) {
	for act, want := range map[string]string{"complaint.create": "register", "complaint.accept": "accept", "complaint.draft_decision": "draft_decision",
		"consumer.contact.reveal": "reveal", "consumer.identity.reveal": "reveal", "consumer.contact.read": "look"} {
		if got := actionOf(act); got != want {
			t.Errorf("%s: %s, want %s", act, got, want)
		}
	}
	for changes, want := range map[string][2]string{`{"stage":["","intake"],"number":["","1"]}`: {"", "intake"}, `{"stage":["intake","investigation"]}`: {"intake", "investigation"},
		`{"product":"changed"}`: {}, `{"stage":"changed"}`: {}, "": {}} {
		if before, after := passage(changes); before != want[0] || after != want[1] {
			t.Errorf("%s: %q, %q", changes, before, after)
		}
	}
}
