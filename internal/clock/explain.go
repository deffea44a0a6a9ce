package clock

import (
	"strings"

	"xiaobao/internal/calendar"
	"xiaobao/internal/fault"
)

// Explanation says why a clock is due on its day.
type Explanation struct {
	ClockID         string
	Text            string // one sentence, in the language that was asked for
	CalendarID      string
	CalendarVersion string
	Days            []calendar.CountedDay // from the start to DueOn, at most calendar.MaxDays
	DueOn           calendar.Date
	Provisional     bool
}

// Explain lists the days of a clock as it now runs, and says in a sentence by which rule, from which day and through
// which extensions its date came about. The language is zh-CN or en.
func (r Reckoner) Explain(c Clock, language string) Explanation {
	unit := c.Limit.Unit
	if c.Kind == Transfer {
		unit = calendar.CalendarDay
	}
	return Explanation{
		ClockID: c.ID, Text: r.text(c, language),
		CalendarID: r.Calendar.ID(), CalendarVersion: r.Calendar.Version(),
		Days:  r.Calendar.Explain(c.StartOn, c.DueOn, unit),
		DueOn: c.DueOn, Provisional: c.Provisional,
	}
}

// The parts of the sentence.
var (
	byLaw = fault.Words{EN: "Under {set}{article}", ZH: "依据 {set}{article}"}
	byUs  = fault.Words{EN: "Under our own rule {set}, which is not the law", ZH: "依据内部规定 {set}（非监管要求）"}
	art   = fault.Words{EN: " article {n}", ZH: " 第 {n} 条"}
	count = fault.Words{
		EN: ", the limit runs to day {value}, counted in {unit} after {start}",
		ZH: "，自 {start} 起（当日不计）{value} 个{unit}"}
	extended = fault.Words{
		EN: ", was extended on {on} from {before} to {after}",
		ZH: "，{on} 由 {before} 延长至 {after}"}
	ends    = fault.Words{EN: ", and ends at 24:00 on {due}", ZH: "，至 {due} 24:00 止"}
	written = fault.Words{
		EN: "The transferring body has written {due} on its paper, and the limit ends at 24:00 on that day",
		ZH: "转办来文载明的反馈期限为 {due}，至当日 24:00 止"}
	restDay = fault.Words{
		EN: "; that is a rest day, which does not move the end, so act by {act_by}",
		ZH: "；该日为休息日，期限不顺延，应在 {act_by} 当日或之前办理"}
	provisional = fault.Words{
		EN: "; the date is provisional, because the holidays of a year in the count are not known yet",
		ZH: "；所跨年度的节假日安排尚未载入，日期为暂定"}
	stop = fault.Words{EN: ".", ZH: "。"}

	units = map[calendar.Unit]fault.Words{
		calendar.CalendarDay: {EN: "calendar days", ZH: "自然日"},
		calendar.WorkingDay:  {EN: "working days", ZH: "工作日"},
	}
)

func (r Reckoner) text(c Clock, language string) string {
	var b strings.Builder
	say := func(w fault.Words, values map[string]any) { b.WriteString(w.Say(language, values)) }
	if c.Kind == Transfer {
		say(written, map[string]any{"due": c.DueOn})
	} else {
		r.sayRule(c, language, say)
	}
	if c.ActByOn != c.DueOn {
		say(restDay, map[string]any{"act_by": c.ActByOn})
	}
	if c.Provisional {
		say(provisional, nil)
	}
	say(stop, nil)
	return b.String()
}

func (r Reckoner) sayRule(c Clock, language string, say func(fault.Words, map[string]any)) {
	article := ""
	if c.Rule.Article != "" {
		article = art.Say(language, map[string]any{"n": c.Rule.Article})
	}
	by := byUs
	if c.Rule.Official {
		by = byLaw
	}
	say(by, map[string]any{"set": c.Rule.Set, "article": article})
	say(count, map[string]any{
		"value": c.Limit.Value, "unit": units[c.Limit.Unit].Say(language, nil), "start": c.StartOn,
	})
	for _, e := range c.Ledger {
		if e.Event == Extended {
			on := calendar.DateOf(e.At, r.Zone)
			say(extended, map[string]any{"on": on, "before": e.DueOnBefore, "after": e.DueOnAfter})
		}
	}
	say(ends, map[string]any{"due": c.DueOn})
}
