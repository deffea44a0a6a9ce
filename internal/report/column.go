package report

import "xiaobao/internal/fault"

// code is a column of codes.
func code(name, list string, of func(Row) string, en, zh string) Column {
	return Column{name, Code, list, fault.Words{EN: en, ZH: zh}, func(r Row) string { return guard(of(r)) }}
}

// figure is a column of what is counted.
func figure(name string, cell func(Row) string, en, zh string) Column {
	return Column{name, Figure, "", fault.Words{EN: en, ZH: zh}, cell}
}

// summaryCodes are what the summary counts apart by.
var summaryCodes = []Column{
	code("source", "source", func(r Row) string { return r.Source }, "Who brought the complaint.", "投诉来源。"),
	code("intake_channel", "intake_channel", func(r Row) string { return r.IntakeChannel }, "How the complaint reached the institution.", "投诉接收渠道。"),
	business, cause, region,
	code("outcome", "outcome", func(r Row) string { return r.Outcome },
		"The outcome by the end of the period; empty while the complaint was open. Withdrawn, refused and settled are outcomes: nothing is subtracted for them.",
		"期末时的处理结果；未办结的为空。撤回、不予处理、当场办结均为结果，不从受理数中扣除。"),
}

// The codes.
var (
	business = code("business_code", "business", func(r Row) string { return r.Business },
		"The business: as finally classified where the complaint was closed by the end of the period, else as first classified; empty where it is not classified.",
		"业务类别：期末前已办结的按最终分类，其余按初步分类；未分类的为空。")
	cause           = code("cause_code", "cause", func(r Row) string { return r.Cause }, "The cause, as the business.", "投诉原因，口径同业务类别。")
	region          = code("region_code", "region", func(r Row) string { return r.Region }, "The region; empty where none was given.", "地区；未填写的为空。")
	businessChannel = code("business_channel_code", "business_channel", func(r Row) string { return r.BusinessChannel },
		"The channel of business in which the dispute arose; empty where none was given.", "投诉业务办理渠道；未填写的为空。")
	department = code("department_id", "", func(r Row) string { return r.Department },
		"The department complained of, not the one that handles it; empty where none was named.", "被投诉部门（非承办部门）；未填写的为空。")
)

// The columns of reports of several tables.
var (
	section = Column{"section", Label, "", fault.Words{EN: "The table: total, trend, or what the row counts apart by: business, cause, channel, region, department. Each has every complaint.",
		ZH: "所属表：total 合计，trend 趋势，business 业务、cause 原因、channel 渠道、region 地区、department 部门；每张表均含全部投诉。"}, func(r Row) string { return r.Section }}
	month  = Column{"month", Label, "", fault.Words{EN: "The month of the trend.", ZH: "趋势所属月份。"}, func(r Row) string { return r.Month }}
	rank   = figure("rank", func(r Row) string { return positive(r.Rank) }, "By the complaints received, the most first; equal numbers have one rank.", "按收到件数由多到少的名次，件数相同名次相同。")
	merged = figure("merged", func(r Row) string { return optional(r.Merged) },
		"Received, those that repeat another one counted once with it. Where the report's notes say no_repeat_links, none were linked, and it is as received.",
		"合并重复投诉后的件数。备注为 no_repeat_links 时，尚未关联重复投诉，与收到件数相同。")
	share = figure("share", func(r Row) string { return tenths(r.Share) },
		"Of all complaints of the table, in percent with one decimal, so that they add up to 100.0 (the largest remainders are rounded up); empty where there are none.",
		"占比（%），保留一位小数，按最大余额法取整，合计为100.0；无投诉的为空。")
	previous   = figure("previous", func(r Row) string { return optional(r.Previous) }, "Received in the month before.", "上月收到件数。")
	onPrevious = figure("previous_change", func(r Row) string { return fraction(r.change(r.Previous)) }, "Received against the month before, to four places: 0.25 is a quarter more; empty where that had none.",
		"环比变动，保留四位小数；上月为零的为空。")
	lastYear     = figure("last_year", func(r Row) string { return optional(r.LastYear) }, "Received in the same month of the year before.", "上年同月收到件数。")
	onLastYear   = figure("last_year_change", func(r Row) string { return fraction(r.change(r.LastYear)) }, "Received against the same month of the year before, as previous_change.", "同比变动，口径同环比。")
	satisfaction = figure("satisfaction", func(r Row) string { return tenths(r.Satisfaction) },
		"Of the surveys that ended in the period: answers of 4 or 5 of all answers, in percent with one decimal; empty where the report's notes say why.", "期内截止的满意度调查中评分为4分或5分的答复占全部答复的比例（%），保留一位小数；为空的，原因见备注。")
)

// counted are the figures of every report. They are the last columns of each.
var counted = []Column{
	figure("opening", func(r Row) string { return number(r.Opening) }, "Open when the period began.", "期初未办结件数。"),
	figure("received", func(r Row) string { return number(r.Received) }, "Received in the period, by the moment of receipt: all that were registered.", "期内收到件数：按收到时间统计全部已登记的投诉。"),
	figure("closed", func(r Row) string { return number(r.Closed) }, "Closed in the period: notice given, settled, withdrawn or refused.", "期内办结件数：已告知、当场办结、撤回或不予处理。"),
	figure("closed_in_time", func(r Row) string { return number(r.ClosedInTime) }, "Of those closed: before their statutory limit was over. One without such a limit cannot be late.", "办结件中未超过法定时限的件数；无法定时限的不计为超时。"),
	figure("overdue_open", func(r Row) string { return number(r.OverdueOpen) }, "Of those open when the period ended: their statutory limit was over by then.", "期末未办结件中已超过法定时限的件数。"),
	figure("in_time_rate", func(r Row) string { return fraction(r.Rate()) }, "closed_in_time divided by closed, to four places; empty where none was closed.", "按时办结率：按时办结件数除以办结件数，保留四位小数；无办结的为空。"),
	figure("days_p50", func(r Row) string { return days(r.P50) }, "Civil days from receipt to closing within which at least half of those closed were closed; empty where none was closed.", "办结用时中位数：从收到到办结的自然日；无办结的为空。"),
	figure("days_p90", func(r Row) string { return days(r.P90) }, "The same, for at least nine in ten of those closed.", "办结用时第90百分位数，口径同上。"),
	figure("closing", func(r Row) string { return number(r.Closing) }, "Open when the period ended: opening + received - closed.", "期末未办结件数：期初＋收到－办结。"),
}
