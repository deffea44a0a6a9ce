package consent

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"xiaobao/internal/edition"
	"xiaobao/internal/purpose"
	"xiaobao/internal/store/storetest"
)

// Nothing is forgotten on the way into the database and back.
func TestRowsRoundTrip(t *testing.T) {
	s := NewService(nil, storetest.Keyring(t), nil, nil, zoned)
	at := time.Date(2026, 3, 24, 1, 0, 0, 0, time.UTC)
	end := at.Add(time.Hour)
	c := Consent{ID: "cns_1", Version: 2, Purpose: purpose.Survey, ConsumerKind: byPhone, Consumer: "13812345678", Decision: Given, TextVersion: 3, At: at, Channel: "phone", Evidence: "R-1",
		RecordedAt: end, RecordedLate: true, RecordedBy: "usr_1", DepartmentID: "dep_1", ClientID: "cli_1", WithdrawnAt: &end, WithdrawalChannel: "app", WithdrawalEvidence: "R-2"}
	row, err := s.toRow(c)
	if err != nil {
		t.Fatal(err)
	}
	got, err := s.fromRow(*row)
	if diff := cmp.Diff(c, got); err != nil || diff != "" {
		t.Error(err, diff)
	}
	x := Text{ID: "cnt_1", Version: 2, Purpose: purpose.Survey, ZH: "中", EN: "en", Edition: edition.Edition{Number: 1, State: edition.Withdrawn, DraftedBy: "a", DraftedAt: at,
		ApprovedBy: "b", ApprovedAt: &at, PublishedBy: "c", PublishedAt: &at, InForceAt: &at, WithdrawnBy: "d", WithdrawnAt: &end}}
	if diff := cmp.Diff(x, toTextRow(x).text()); diff != "" {
		t.Error(diff)
	}
}

// A consumer is named by something, found however it is written, and seen by nobody.
func TestConsumer(t *testing.T) {
	s := NewService(nil, storetest.Keyring(t), nil, nil, zoned)
	for _, none := range []Consumer{{}, {Phone: "+86 - "}, {IDNumber: "\u3000", CustomerReference: "2"}} {
		if _, items := none.names(); len(items) != 1 {
			t.Errorf("%+v is somebody: %v", none, items)
		}
	}
	if names, items := (Consumer{IDNumber: "X1", Phone: "1"}).names(); !slices.Equal(names, []Name{{byPhone, "1"}, {byIDNumber, "X1"}}) || items != nil {
		t.Error(names, items)
	}
	if !cmp.Equal(s.Key(byPhone, "+86 138 1234 5678"), s.Key(byPhone, "13812345678")) || !cmp.Equal(s.Key(byIDNumber, "11010519491231002x"), s.Key(byIDNumber, "11010519491231002X")) {
		t.Error("the way of writing makes another consumer")
	}
	if cmp.Equal(s.Key(byPhone, "13812345678"), s.Key(byReference, "13812345678")) {
		t.Error("a number and a reference are told to be equal")
	}
	for value, want := range map[[2]string]string{{byPhone, "13812345678"}: "138****5678", {byIDNumber, "11010519491231002X"}: "1****************X", {byIDNumber, "E12345678"}: "E******78",
		{byReference, "C-20260001"}: "*****0001"} {
		if got := masked(value[0], value[1]); got != want {
			t.Errorf("%v: %s", value, got)
		}
	}
}

// The last statement decides, and each refusal says what is missing.
func TestRule(t *testing.T) {
	at := time.Date(2026, 3, 24, 1, 0, 0, 0, time.UTC)
	for d, want := range map[Decision]string{Given: "", Refused: "refused", Withdrawn: "withdrawn", "": missingConsent} {
		r := rule(statement{Decision: d, ConsentID: "cns_1", SaidAt: at})
		if r.Missing != want || r.Allowed != (want == "") || r.Basis != purpose.OnConsent || r.against.IsZero() != (want == "" || want == missingConsent) {
			t.Errorf("%s: %+v", d, r)
		}
		if (r.Why("en") == "") != r.Allowed || (r.Why("zh-CN") == "") != r.Allowed || !r.Allowed && r.Why("en") == r.Why("zh-CN") {
			t.Errorf("%s: %q %q", d, r.Why("en"), r.Why("zh-CN"))
		}
	}
}

// Of several names a refusal wins over a consent, the last refusal over the others, and a consent over silence, in whatever order they are named.
func TestStrictest(t *testing.T) {
	at := time.Date(2026, 3, 24, 1, 0, 0, 0, time.UTC)
	silent, given := rule(statement{}), rule(statement{Given, "cns_1", at.AddDate(0, 1, 0)})
	refused, later := rule(statement{Refused, "cns_2", at}), rule(statement{Withdrawn, "cns_3", at.Add(time.Hour)})
	for _, tt := range []struct {
		want Ruling
		of   []Ruling
	}{{given, []Ruling{silent, given}}, {refused, []Ruling{refused, given, silent}}, {later, []Ruling{given, refused, later}}, {silent, []Ruling{silent, silent}}} {
		backwards := slices.Clone(tt.of)
		slices.Reverse(backwards)
		if strictest(tt.of) != tt.want || strictest(backwards) != tt.want {
			t.Errorf("%+v: %+v, %+v", tt.want, strictest(tt.of), strictest(backwards))
		}
	}
}

// Late is by the days of the institution, not by hours.
func TestLate(t *testing.T) {
	night := time.Date(2026, 3, 24, 15, 59, 0, 0, time.UTC) // 23:59 in Shanghai
	if late(night, night.Add(30*time.Second), zoned.Zone) || !late(night, night.Add(2*time.Minute), zoned.Zone) {
		t.Error("late by something else than the civil day")
	}
}
