package survey

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"xiaobao/config"
	"xiaobao/internal/calendar"
	"xiaobao/internal/clock"
	"xiaobao/internal/ruleset"
)

func reckoner(t *testing.T) clock.Reckoner {
	t.Helper()
	days, err := calendar.Load(config.Files)
	if err != nil {
		t.Fatal(err)
	}
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	return clock.Reckoner{Calendar: days, Zone: zone}
}

func day(t *testing.T, text string) calendar.Date {
	t.Helper()
	d, err := calendar.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// Letters go out in office hours of working days: a holiday, a weekend and an evening wait for the next morning, a Saturday that is worked does not.
func TestOfficeHours(t *testing.T) {
	c := reckoner(t)
	for at, want := range map[string]string{
		"2026-04-30T09:00:00+08:00": "2026-04-30T09:00:00+08:00", "2026-04-30T17:59:59+08:00": "2026-04-30T17:59:59+08:00", "2026-04-30T18:00:00+08:00": "2026-05-06T09:00:00+08:00",
		"2026-04-30T08:59:59+08:00": "2026-04-30T09:00:00+08:00", "2026-05-09T10:00:00+08:00": "2026-05-09T10:00:00+08:00", "2026-05-10T10:00:00+08:00": "2026-05-11T09:00:00+08:00",
	} {
		from, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		if got := inOffice(c, from).In(c.Zone).Format(time.RFC3339); got != want {
			t.Errorf("%s: %s, want %s", at, got, want)
		}
	}
	if got := reminderAt(c, day(t, "2026-05-03")).In(c.Zone).Format(time.RFC3339); got != "2026-05-06T09:00:00+08:00" {
		t.Error(got)
	}
}

// What is shown never tells of fewer than five answers, alone or taken from the whole.
func TestFewAnswersAreHidden(t *testing.T) {
	for _, tt := range []struct {
		answers map[string]int64
		hidden  string
	}{
		{map[string]int64{}, ""},
		{map[string]int64{"a": 4}, "[a]"},
		{map[string]int64{"a": 5, "b": 9}, ""},
		{map[string]int64{"a": 1, "b": 9, "c": 6}, "[a c]"}, // all − b − c would tell a
		{map[string]int64{"a": 2, "b": 3, "c": 6}, "[a b]"}, // five together
		{map[string]int64{"a": 2, "b": 2, "c": 6, "d": 6}, "[a b c]"},
	} {
		away := hidden(tt.answers)
		var got []string
		whole, together := int64(0), int64(0)
		for _, d := range []string{"a", "b", "c", "d"} {
			whole += tt.answers[d]
			if away[d] {
				got, together = append(got, d), together+tt.answers[d]
			}
			if n, ok := shown(tt.answers, d); ok != (tt.answers[d] >= Few && !away[d]) || n != tt.answers[d] {
				t.Errorf("%v: %s is %d, %v", tt.answers, d, n, ok)
			}
		}
		if s := fmt.Sprint(got); s != tt.hidden && (tt.hidden != "" || s != "[]") {
			t.Errorf("%v: %s is hidden, want %s", tt.answers, s, tt.hidden)
		}
		n, ok := shown(tt.answers, "")
		if n != whole || ok != (whole >= Few) || ok && together > 0 && together < Few {
			t.Errorf("%v: the whole is %d, %v; %d are hidden", tt.answers, n, ok, together)
		}
	}
	if got := (Scores{1, 0, 0, 1, 1}).Mean(); got != 3.33 {
		t.Error(got)
	}
}

// Whole months that are over are shown, none else.
func TestMonths(t *testing.T) {
	for _, tt := range []struct {
		from, to, today, want string
		ok                    bool
	}{
		{"2026-04-01", "2026-06-30", "2026-07-01", "[2026-04-01–2026-04-30 2026-05-01–2026-05-31 2026-06-01–2026-06-30]", true},
		{"2026-04-02", "2026-06-29", "2026-07-01", "[2026-05-01–2026-05-31]", true},
		{"2026-04-01", "2026-06-30", "2026-05-31", "[2026-04-01–2026-04-30]", true},
		{"2028-02-01", "2028-02-29", "2028-03-01", "[2028-02-01–2028-02-29]", true},
		{"2026-04-01", "2026-04-29", "2026-07-01", "[]", true},
		{"2026-04-02", "2026-04-01", "2026-07-01", "[]", false},
		{"2020-01-01", "2026-04-01", "2026-07-01", "[]", false},
	} {
		all, ok := months(day(t, tt.from), day(t, tt.to), day(t, tt.today))
		got := []string{}
		for _, m := range all {
			got = append(got, m.From.String()+"–"+m.To.String())
		}
		if fmt.Sprint(got) != tt.want || ok != tt.ok {
			t.Errorf("%s to %s on %s: %s, %v", tt.from, tt.to, tt.today, got, ok)
		}
	}
}

// Each question is answered once; an opt-out stands alone.
func TestAnswerIsJudged(t *testing.T) {
	q := ruleset.Questionnaire{Questions: []ruleset.Question{{Code: "overall"}, {Code: "speed"}}}
	both := []Score{{"overall", 4}, {"speed", 1}}
	for name, tt := range map[string]struct {
		answer Answer
		want   []string
	}{
		"whole":             {Answer{Scores: both, Text: "x", Complains: true}, nil},
		"opt-out":           {Answer{OptOut: true}, nil},
		"nothing":           {Answer{}, []string{"survey.scores_incomplete #/scores"}},
		"one left out":      {Answer{Scores: both[:1]}, []string{"survey.scores_incomplete #/scores"}},
		"one twice":         {Answer{Scores: append(slices.Clone(both), both[0])}, []string{"survey.scores_incomplete #/scores/2/question"}},
		"unknown":           {Answer{Scores: append(slices.Clone(both), Score{"x", 1})}, []string{"value.not_allowed #/scores/2/question"}},
		"opt-out and score": {Answer{OptOut: true, Scores: both}, []string{"survey.opt_out_alone #/opt_out"}},
		"opt-out and text":  {Answer{OptOut: true, Text: "x"}, []string{"survey.opt_out_alone #/opt_out"}},
	} {
		var got []string
		for _, item := range tt.answer.faults(q) {
			got = append(got, item.Reason.Code+" "+item.Pointer)
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s: %v, want %v", name, got, tt.want)
		}
	}
}

// What failed is tried less and less often, and never given up by this.
func TestFailureIsPutOff(t *testing.T) {
	now := time.Date(2026, 4, 30, 2, 0, 0, 0, time.UTC)
	for attempts, want := range map[int64]time.Duration{1: 5 * time.Minute, 2: 10 * time.Minute, 7: 320 * time.Minute, 8: 12 * time.Hour, 900: 12 * time.Hour} {
		if m := (Message{Attempts: attempts, LeasedUntil: &now}).later(now); m.NextAt.Sub(now) != want || m.LeasedUntil != nil {
			t.Errorf("%d: %s", attempts, m.NextAt.Sub(now))
		}
	}
}
