package report

import "xiaobao/internal/fault"

// ComplaintSummary is the one definition so far.
const ComplaintSummary = "complaint_summary"

// Definition says what a report counts, and how.
type Definition struct {
	Code    string
	Edition int // raised when a column means something else than before
	Title   fault.Words
	Columns []Column // of the CSV and of a row, in this order
}

// Column is one column of a report.
type Column struct {
	Name    string
	List    string // the code list of a dimension; empty for a figure
	Meaning fault.Words
}

// Dimensions are the codes by which a report counts apart.
func (d Definition) Dimensions() []string {
	var names []string
	for _, c := range d.Columns {
		if c.List != "" {
			names = append(names, c.Name)
		}
	}
	return names
}

// Definitions are all that can be asked for.
var Definitions = []Definition{{Code: ComplaintSummary, Edition: 1, Title: fault.Words{EN: "Complaints received and closed, with timeliness", ZH: "投诉受理、办结与时效统计"}, Columns: []Column{
	{"source", "source", fault.Words{EN: "Who brought the complaint.", ZH: "投诉来源。"}},
	{"intake_channel", "intake_channel", fault.Words{EN: "How the complaint reached the institution.", ZH: "投诉接收渠道。"}},
	{"business_code", "business", fault.Words{EN: "The business: as finally classified where the complaint was closed by the end of the period, else as first classified; empty where it is not classified.",
		ZH: "业务类别：期末前已办结的按最终分类，其余按初步分类；未分类的为空。"}},
	{"cause_code", "cause", fault.Words{EN: "The cause, as the business.", ZH: "投诉原因，口径同业务类别。"}},
	{"region_code", "region", fault.Words{EN: "The region; empty where none was given.", ZH: "地区；未填写的为空。"}},
	{"outcome", "outcome", fault.Words{EN: "The outcome by the end of the period; empty while the complaint was open. Withdrawn, refused and settled are outcomes: nothing is subtracted for them.",
		ZH: "期末时的处理结果；未办结的为空。撤回、不予处理、当场办结均为结果，不从受理数中扣除。"}},
	{"opening", "", fault.Words{EN: "Open when the period began.", ZH: "期初未办结件数。"}},
	{"received", "", fault.Words{EN: "Received in the period, by the moment of receipt: all that were registered.", ZH: "期内收到件数：按收到时间统计全部已登记的投诉。"}},
	{"closed", "", fault.Words{EN: "Closed in the period: notice given, settled, withdrawn or refused.", ZH: "期内办结件数：已告知、当场办结、撤回或不予处理。"}},
	{"closed_in_time", "", fault.Words{EN: "Of those closed: before their statutory limit was over. One without such a limit cannot be late.", ZH: "办结件中未超过法定时限的件数；无法定时限的不计为超时。"}},
	{"overdue_open", "", fault.Words{EN: "Of those open when the period ended: their statutory limit was over by then.", ZH: "期末未办结件中已超过法定时限的件数。"}},
	{"in_time_rate", "", fault.Words{EN: "closed_in_time divided by closed, to four places; empty where none was closed.", ZH: "按时办结率：按时办结件数除以办结件数，保留四位小数；无办结的为空。"}},
	{"days_p50", "", fault.Words{EN: "Civil days from receipt to closing within which at least half of those closed were closed; empty where none was closed.", ZH: "办结用时中位数：从收到到办结的自然日；无办结的为空。"}},
	{"days_p90", "", fault.Words{EN: "The same, for at least nine in ten of those closed.", ZH: "办结用时第90百分位数，口径同上。"}},
	{"closing", "", fault.Words{EN: "Open when the period ended: opening + received - closed.", ZH: "期末未办结件数：期初＋收到－办结。"}},
}}}

// definition finds a definition by its code. The contract's schema has judged the code before.
func definition(code string) Definition {
	for _, d := range Definitions {
		if d.Code == code {
			return d
		}
	}
	return Definition{}
}
