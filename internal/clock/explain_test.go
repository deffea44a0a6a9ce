package clock

import (
	"testing"

	"xiaobao/internal/calendar"
	"xiaobao/internal/ruleset"
)

// TestExplanationSaysItInOneSentence guards both languages: rule, article, start, limit, extensions, rest day.
func TestExplanationSaysItInOneSentence(t *testing.T) {
	r, nfra := statutory(t, "NFRA-2020", "2026-09-24 09:00")
	_, pboc := statutory(t, "PBOC-2020", "2026-09-24 09:00")
	longer := extend(t, r, nfra, 30, "2026-10-08 15:00")
	longest := extend(t, r, longer, 60, "2026-10-23 11:05")
	from := at(t, "2026-12-30 09:00")
	stage := r.Arm(Stage, "cmp_1", term(t, "INTERNAL", ruleset.Feedback, from), from, "")
	written := r.ArmUntil("cmp_1", day(t, "2026-03-28"), at(t, "2026-03-13 10:00"), "usr_1")
	for _, tt := range []struct {
		c      Clock
		en, zh string
	}{
		{nfra,
			"Under NFRA-2020, the limit runs to day 15, counted in calendar days after 2026-09-24, and ends at 24:00 on 2026-10-09.",
			"依据 NFRA-2020，自 2026-09-24 起（当日不计）15 个自然日，至 2026-10-09 24:00 止。"},
		{pboc,
			"Under PBOC-2020 article 43, the limit runs to day 15, counted in calendar days after 2026-09-24, and ends at 24:00 on 2026-10-09.",
			"依据 PBOC-2020 第 43 条，自 2026-09-24 起（当日不计）15 个自然日，至 2026-10-09 24:00 止。"},
		{longer,
			"Under NFRA-2020, the limit runs to day 15, counted in calendar days after 2026-09-24, was extended on 2026-10-08 from 2026-10-09 to 2026-10-24, and ends at 24:00 on 2026-10-24; that is a rest day, which does not move the end, so act by 2026-10-23.",
			"依据 NFRA-2020，自 2026-09-24 起（当日不计）15 个自然日，2026-10-08 由 2026-10-09 延长至 2026-10-24，至 2026-10-24 24:00 止；该日为休息日，期限不顺延，应在 2026-10-23 当日或之前办理。"},
		{longest,
			"Under NFRA-2020, the limit runs to day 15, counted in calendar days after 2026-09-24, was extended on 2026-10-08 from 2026-10-09 to 2026-10-24, was extended on 2026-10-23 from 2026-10-24 to 2026-11-23, and ends at 24:00 on 2026-11-23.",
			"依据 NFRA-2020，自 2026-09-24 起（当日不计）15 个自然日，2026-10-08 由 2026-10-09 延长至 2026-10-24，2026-10-23 由 2026-10-24 延长至 2026-11-23，至 2026-11-23 24:00 止。"},
		{stage,
			"Under our own rule INTERNAL, which is not the law, the limit runs to day 3, counted in working days after 2026-12-30, and ends at 24:00 on 2027-01-04; the date is provisional, because the holidays of a year in the count are not known yet.",
			"依据内部规定 INTERNAL（非监管要求），自 2026-12-30 起（当日不计）3 个工作日，至 2027-01-04 24:00 止；所跨年度的节假日安排尚未载入，日期为暂定。"},
		{written,
			"The transferring body has written 2026-03-28 on its paper, and the limit ends at 24:00 on that day; that is a rest day, which does not move the end, so act by 2026-03-27.",
			"转办来文载明的反馈期限为 2026-03-28，至当日 24:00 止；该日为休息日，期限不顺延，应在 2026-03-27 当日或之前办理。"},
	} {
		if got := r.Explain(tt.c, "en").Text; got != tt.en {
			t.Errorf("got  %s\nwant %s", got, tt.en)
		}
		if got := r.Explain(tt.c, "zh-CN").Text; got != tt.zh {
			t.Errorf("got  %s\nwant %s", got, tt.zh)
		}
	}
}

// TestExplanationListsTheDays guards the starting contract: 15 working days from 2026-02-12 end on 2026-03-11, and each
// day is listed.
func TestExplanationListsTheDays(t *testing.T) {
	r := reckoner(t)
	from := at(t, "2026-02-12 09:00")
	fifteen := term(t, "INTERNAL", ruleset.Investigation, from)
	fifteen.Limit = calendar.Limit{Value: 15, Unit: calendar.WorkingDay}
	c := r.Arm(Stage, "cmp_1", fifteen, from, "")
	e := r.Explain(c, "en")
	last := e.Days[len(e.Days)-1]
	if len(e.Days) != 28 || last.On != day(t, "2026-03-11") || last.N != 15 || e.DueOn != last.On || e.Provisional {
		t.Errorf("%d days to %+v, due %s", len(e.Days), last, e.DueOn)
	}
	if e.ClockID != c.ID || e.CalendarID != "CN" || e.CalendarVersion != r.Calendar.Version() {
		t.Errorf("%s by %s %s", e.ClockID, e.CalendarID, e.CalendarVersion)
	}
	written := r.Explain(r.ArmUntil("cmp_1", day(t, "2026-03-16"), at(t, "2026-03-13 10:00"), ""), "en")
	if len(written.Days) != 4 || written.Days[3].N != 3 {
		t.Errorf("a written date lists %v", written.Days)
	}
}
