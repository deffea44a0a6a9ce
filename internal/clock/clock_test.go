package clock

import (
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"xiaobao/internal/calendar"
	"xiaobao/internal/fault"
	"xiaobao/internal/ruleset"
)

var shanghai = time.FixedZone("Asia/Shanghai", 8*60*60)

func reckoner(t *testing.T) Reckoner {
	t.Helper()
	c, err := calendar.Load(os.DirFS("../../config"))
	if err != nil {
		t.Fatal(err)
	}
	return Reckoner{Calendar: c, Zone: shanghai}
}

func term(t *testing.T, set string, name ruleset.Name, received time.Time) ruleset.Term {
	t.Helper()
	sets, err := ruleset.Load(os.DirFS("../../config"))
	if err != nil {
		t.Fatal(err)
	}
	s, _ := sets.Set(set)
	found, ok := s.Term(name, calendar.DateOf(received, shanghai))
	if !ok {
		t.Fatalf("%s has no %s", set, name)
	}
	return found
}

// at reads an instant: local, "2026-10-23 11:05", or with a zone.
func at(t *testing.T, s string) time.Time {
	t.Helper()
	instant, err := time.ParseInLocation("2006-01-02 15:04", s, shanghai)
	if err != nil {
		instant, err = time.Parse(time.RFC3339, s)
	}
	if err != nil {
		t.Fatal(err)
	}
	return instant
}

func day(t *testing.T, s string) calendar.Date {
	t.Helper()
	d, err := calendar.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func statutory(t *testing.T, set, received string) (Reckoner, Clock) {
	t.Helper()
	r := reckoner(t)
	from := at(t, received)
	return r, r.Arm(Statutory, "cmp_1", term(t, set, ruleset.Statutory, from), from, "usr_1")
}

func extend(t *testing.T, r Reckoner, c Clock, toDay int, when string) Clock {
	t.Helper()
	after, err := r.Extend(c, toDay, at(t, when), "usr_2", "facts_to_verify")
	if err != nil {
		t.Fatal(err)
	}
	return after
}

func wantDue(t *testing.T, c Clock, due, actBy string) {
	t.Helper()
	if c.DueOn != day(t, due) || c.ActByOn != day(t, actBy) || c.Provisional {
		t.Errorf("due %s, act by %s, provisional %v; want %s, %s", c.DueOn, c.ActByOn, c.Provisional, due, actBy)
	}
}

// wantLedger compares events with the instants at which they took effect.
func wantLedger(t *testing.T, c Clock, want ...string) {
	t.Helper()
	var got []string
	for _, e := range c.Ledger {
		got = append(got, e.At.In(shanghai).Format("2006-01-02 15:04 ")+string(e.Event))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("ledger: %s", diff)
	}
}

// TestTwelveYuanOnAWorkingSaturday guards story D1.
func TestTwelveYuanOnAWorkingSaturday(t *testing.T) {
	r, c := statutory(t, "NFRA-2020", "2026-05-09 10:12")
	wantDue(t, c, "2026-05-24", "2026-05-22")
	c = c.Meet(at(t, "2026-05-09 10:30"), "usr_1")
	if c.State != StateMet || c.Late() || c.Open() {
		t.Errorf("closed on day 0: %s, late %v", c.State, c.Late())
	}
	from := at(t, "2026-05-09 10:12")
	first := r.Arm(Acknowledgement, "cmp_1", term(t, "INTERNAL", ruleset.Acknowledgement, from), from, "")
	wantDue(t, first, "2026-05-11", "2026-05-11")
	if first.Rule != (Rule{Set: "INTERNAL", Limit: ruleset.Acknowledgement}) {
		t.Errorf("rule %+v", first.Rule)
	}
}

// TestLetterBeforeSpringFestival guards story D2: make-up workdays, and the extension that came two days late.
func TestLetterBeforeSpringFestival(t *testing.T) {
	r, c := statutory(t, "NFRA-2020", "2025-01-24 16:40")
	wantDue(t, c, "2025-02-08", "2025-02-08")
	longer := extend(t, r, c, 30, "2025-02-07 09:00")
	wantDue(t, longer, "2025-02-23", "2025-02-21")
	if longer.Meet(at(t, "2025-02-21 16:00"), "usr_1").Late() {
		t.Error("posted on 02-21: late")
	}
	swept := c.Breach(at(t, "2025-02-10 03:00"))
	wantLedger(t, swept, "2025-01-24 16:40 armed", "2025-02-09 00:00 breached")
	for name, over := range map[string]Clock{"swept": swept, "not swept": c} {
		_, err := r.Extend(over, 30, at(t, "2025-02-10 09:00"), "usr_2", "facts_to_verify")
		if !errors.Is(err, ErrLimitOver) {
			t.Errorf("%s: extended after the limit: %v", name, err)
		}
	}
	from := at(t, "2025-01-24 16:40")
	first := r.Arm(Acknowledgement, "cmp_1", term(t, "INTERNAL", ruleset.Acknowledgement, from), from, "")
	wantDue(t, first, "2025-01-26", "2025-01-26")
	if met := first.Meet(at(t, "2025-02-05 10:00"), "usr_1"); met.State != StateMet || !met.Late() {
		t.Errorf("acknowledged on 02-05: %s, late %v", met.State, met.Late())
	}
}

// TestThreeLimitsOverNationalDay guards story D3, up to the second of 24:00.
func TestThreeLimitsOverNationalDay(t *testing.T) {
	r, c := statutory(t, "NFRA-2020", "2026-09-24 09:00")
	wantDue(t, c, "2026-10-09", "2026-10-09")
	complex := extend(t, r, c, 30, "2026-10-08 15:00")
	wantDue(t, complex, "2026-10-24", "2026-10-23")
	special := extend(t, r, complex, 60, "2026-10-23 11:05")
	wantDue(t, special, "2026-11-23", "2026-11-23")
	wantLedger(t, special, "2026-09-24 09:00 armed", "2026-10-08 15:00 extended", "2026-10-23 11:05 extended")

	_, err := r.Extend(complex, 60, at(t, "2026-10-26 09:00"), "usr_2", "specially_complex")
	if !errors.Is(err, ErrLimitOver) {
		t.Errorf("told on 10-26: %v", err)
	}
	wantLedger(t, complex.Breach(at(t, "2026-10-26 09:00")),
		"2026-09-24 09:00 armed", "2026-10-08 15:00 extended", "2026-10-25 00:00 breached")
	_, err = r.Extend(special, 60, at(t, "2026-11-20 09:00"), "usr_2", "specially_complex")
	if !errors.Is(err, ErrCapReached) {
		t.Errorf("third extension: %v", err)
	}

	timely := special.Meet(at(t, "2026-11-23T15:59:59Z"), "usr_1")
	if timely.State != StateMet || timely.Late() {
		t.Errorf("a second before 24:00: %s, late %v", timely.State, timely.Late())
	}
	late := special.Meet(at(t, "2026-11-23T16:00:00Z"), "usr_1")
	if late.State != StateMet || !late.Late() {
		t.Errorf("at 24:00: %s, late %v", late.State, late.Late())
	}
	wantLedger(t, late, "2026-09-24 09:00 armed", "2026-10-08 15:00 extended", "2026-10-23 11:05 extended",
		"2026-11-24 00:00 breached", "2026-11-24 00:00 met")
}

// TestPBOCDayIsHard guards article 43 of the PBOC's order: one extension, to day 60.
func TestPBOCDayIsHard(t *testing.T) {
	r, c := statutory(t, "PBOC-2020", "2026-09-24 09:00")
	if c.Rule != (Rule{Set: "PBOC-2020", Limit: ruleset.Statutory, Article: "43", Official: true}) {
		t.Errorf("rule %+v", c.Rule)
	}
	wantDue(t, extend(t, r, c, 60, "2026-10-09 23:59"), "2026-11-23", "2026-11-23")
	_, err := r.Extend(c, 61, at(t, "2026-10-09 23:59"), "usr_2", "facts_to_verify")
	if !errors.Is(err, ErrCapReached) {
		t.Errorf("to day 61: %v", err)
	}
}

// TestRefusalsInTheUsersWords guards what a person reads when an extension is refused.
func TestRefusalsInTheUsersWords(t *testing.T) {
	r, c := statutory(t, "NFRA-2020", "2026-09-24 09:00")
	for _, tt := range []struct {
		c          Clock
		toDay      int
		when       string
		code       string
		title, tit string
		en, zh     string
	}{
		{c, 30, "2026-10-10 00:00", "clock.limit_over",
			"The limit is over and can no longer be extended.", "期限已届满或已结束，不能再延长。",
			"The limit ran to 24:00 on 2026-10-09. An extension takes effect only when it is recorded, approved and told before the running limit ends.",
			"期限至 2026-10-09 24:00 止。延期须在期限届满前完成登记、审批和告知，方为有效。"},
		{extend(t, r, c, 30, "2026-10-08 15:00"), 30, "2026-10-09 15:00", "clock.cap_reached",
			"The longest limit that the rule allows is reached.", "已达到规则允许的最长期限。",
			"The limit already runs to day 30; the extension would run to day 30, and no extension goes beyond day 60.",
			"期限现至第 30 日，申请延长至第 30 日，延期最长至第 60 日。"},
	} {
		_, err := r.Extend(tt.c, tt.toDay, at(t, tt.when), "usr_2", "facts_to_verify")
		f := fault.From(err)
		if f == nil || f.Reason.Code != tt.code || f.Reason.Kind != fault.Conflict {
			t.Errorf("%s: got %v", tt.code, err)
			continue
		}
		got := []string{f.Reason.Title.EN, f.Reason.Title.ZH, f.Reason.Detail.Say("en", f.Params), f.Reason.Detail.Say("zh-CN", f.Params)}
		if diff := cmp.Diff([]string{tt.title, tt.tit, tt.en, tt.zh}, got); diff != "" {
			t.Errorf("%s: %s", tt.code, diff)
		}
	}
}

// TestOwnLimitsTakeNoExtension guards that only a rule with extensions is extended.
func TestOwnLimitsTakeNoExtension(t *testing.T) {
	r := reckoner(t)
	from := at(t, "2026-09-24 09:00")
	stage := r.Arm(Stage, "cmp_1", term(t, "INTERNAL", ruleset.Investigation, from), from, "usr_1")
	wantDue(t, stage, "2026-10-12", "2026-10-12")
	written := r.ArmUntil("cmp_1", day(t, "2026-10-12"), from, "usr_1")
	for _, c := range []Clock{stage, written} {
		_, err := r.Extend(c, 30, at(t, "2026-09-28 09:00"), "usr_2", "facts_to_verify")
		if !errors.Is(err, ErrCapReached) {
			t.Errorf("%s: %v", c.Kind, err)
		}
	}
}

// TestWrittenDateIsTakenAsItStands guards handbook §11 row 11: typed, never computed, also when it is past.
func TestWrittenDateIsTakenAsItStands(t *testing.T) {
	r := reckoner(t)
	c := r.ArmUntil("cmp_1", day(t, "2026-03-16"), at(t, "2026-03-10 10:00"), "usr_1")
	wantDue(t, c, "2026-03-16", "2026-03-16")
	if c.Kind != Transfer || c.Rule != (Rule{}) || c.Limit != (calendar.Limit{}) {
		t.Errorf("%+v", c)
	}
	slow := r.ArmUntil("cmp_1", day(t, "2026-03-08"), at(t, "2026-03-10 10:00"), "usr_1")
	wantDue(t, slow, "2026-03-08", "2026-03-06")
	if !slow.Overdue(at(t, "2026-03-10 10:00")) {
		t.Error("a date that is past is not overdue")
	}
}

// TestArmedClockIsComplete guards every member that is kept.
func TestArmedClockIsComplete(t *testing.T) {
	_, c := statutory(t, "NFRA-2020", "2026-09-23T16:30:00Z") // 24 September in Shanghai
	if !strings.HasPrefix(c.ID, "clk_") || len(c.ID) != 30 {
		t.Errorf("id %q", c.ID)
	}
	from := at(t, "2026-09-23T16:30:00Z")
	want := Clock{
		ID: c.ID, Kind: Statutory, Subject: "cmp_1",
		Rule:    Rule{Set: "NFRA-2020", Limit: ruleset.Statutory, Official: true},
		StartOn: day(t, "2026-09-24"), Limit: calendar.Limit{Value: 15, Unit: calendar.CalendarDay}, RunsTo: 15, Cap: 60,
		DueOn: day(t, "2026-10-09"), ActByOn: day(t, "2026-10-09"), DueAt: at(t, "2026-10-09T16:00:00Z"),
		State:  StateRunning,
		Ledger: []Entry{{At: from, Event: Armed, DueOnAfter: day(t, "2026-10-09"), By: "usr_1"}},
	}
	if diff := cmp.Diff(want, c); diff != "" {
		t.Error(diff)
	}
}

// TestExtensionIsOnTheLedger guards that a moved date says when, by whom and why.
func TestExtensionIsOnTheLedger(t *testing.T) {
	r, c := statutory(t, "NFRA-2020", "2026-09-24 09:00")
	longer := extend(t, r, c, 30, "2026-10-08 15:00")
	want := Entry{
		At: at(t, "2026-10-08 15:00"), Event: Extended, DueOnBefore: day(t, "2026-10-09"), DueOnAfter: day(t, "2026-10-24"),
		By: "usr_2", Reason: "facts_to_verify",
	}
	if diff := cmp.Diff(want, longer.Ledger[1]); diff != "" {
		t.Error(diff)
	}
	if longer.RunsTo != 30 || longer.Limit.Value != 15 {
		t.Errorf("runs to %d, limit %d", longer.RunsTo, longer.Limit.Value)
	}
}

// TestActInTimeRecordedLateIsInTime guards handbook §1.14: the act of sending counts, not its recording.
func TestActInTimeRecordedLateIsInTime(t *testing.T) {
	_, c := statutory(t, "NFRA-2020", "2026-09-24 09:00")
	c = c.Breach(at(t, "2026-10-10 03:00")).Meet(at(t, "2026-10-09 17:00"), "usr_1")
	if c.State != StateMet || c.Late() {
		t.Errorf("%s, late %v", c.State, c.Late())
	}
	wantLedger(t, c, "2026-09-24 09:00 armed", "2026-10-10 00:00 breached", "2026-10-09 17:00 met")
}

// TestBreachedClockIsStillOwed guards that a breach neither ends the duty nor is entered twice.
func TestBreachedClockIsStillOwed(t *testing.T) {
	_, c := statutory(t, "NFRA-2020", "2026-09-24 09:00")
	if early := c.Breach(at(t, "2026-10-09 23:59")); early.State != StateRunning || len(early.Ledger) != 1 {
		t.Errorf("breached inside the limit: %v", early.Ledger)
	}
	now := at(t, "2026-10-12 09:00")
	if !c.Overdue(now) || c.Late() {
		t.Error("an unswept clock is overdue, and its breach is not entered")
	}
	c = c.Breach(now).Breach(now)
	if !c.Open() || !c.Overdue(now) || !c.Late() || len(c.Ledger) != 2 {
		t.Errorf("open %v, late %v, ledger %v", c.Open(), c.Late(), c.Ledger)
	}
	c = c.Meet(now, "usr_1")
	if c.Open() || c.Overdue(now) || !c.Late() || c.StoppedAt != now {
		t.Errorf("met late: open %v, late %v, stopped %s", c.Open(), c.Late(), c.StoppedAt)
	}
}

// TestStoppedClockStaysAsItIs guards that the first act counts.
func TestStoppedClockStaysAsItIs(t *testing.T) {
	r, c := statutory(t, "NFRA-2020", "2026-09-24 09:00")
	later := at(t, "2026-10-20 09:00")
	for name, stopped := range map[string]Clock{
		"met":   c.Meet(at(t, "2026-10-08 09:00"), "usr_1"),
		"ended": c.End(at(t, "2026-10-08 09:00"), "usr_1"),
	} {
		for _, again := range []Clock{stopped.Meet(later, "usr_2"), stopped.End(later, "usr_2"), stopped.Breach(later)} {
			if diff := cmp.Diff(stopped, again); diff != "" {
				t.Errorf("%s: %s", name, diff)
			}
		}
		_, err := r.Extend(stopped, 30, at(t, "2026-10-08 10:00"), "usr_2", "facts_to_verify")
		if !errors.Is(err, ErrLimitOver) {
			t.Errorf("%s: extended: %v", name, err)
		}
	}
}

// TestWithdrawalAfterTheLimitKeepsTheBreach guards that ending a clock hides nothing.
func TestWithdrawalAfterTheLimitKeepsTheBreach(t *testing.T) {
	_, c := statutory(t, "NFRA-2020", "2026-09-24 09:00")
	late := c.End(at(t, "2026-10-12 09:00"), "usr_1")
	if late.State != StateEnded || !late.Late() {
		t.Errorf("%s, late %v", late.State, late.Late())
	}
	wantLedger(t, late, "2026-09-24 09:00 armed", "2026-10-10 00:00 breached", "2026-10-12 09:00 ended")
	if c.End(at(t, "2026-10-09 09:00"), "usr_1").Late() {
		t.Error("ended inside the limit: late")
	}
}

func TestDaysLeftCountTowardsTheDueDate(t *testing.T) {
	_, c := statutory(t, "NFRA-2020", "2026-09-24 09:00")
	for today, want := range map[string]int{"2026-09-24": 15, "2026-10-09": 0, "2026-10-12": -3} {
		if got := c.DaysLeft(day(t, today)); got != want {
			t.Errorf("on %s %d days are left, want %d", today, got, want)
		}
	}
	if got := c.Meet(at(t, "2026-10-08 09:00"), "").DaysLeft(day(t, "2026-10-12")); got != 0 {
		t.Errorf("a stopped clock has %d days left", got)
	}
}
