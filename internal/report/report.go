package report

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"xiaobao/internal/calendar"
	"xiaobao/internal/fault"
)

// NotFound: the report is absent or out of the caller's scope, which look the same.
var NotFound = fault.Declare(fault.Reason{Kind: fault.NotFound, Code: "report.not_found",
	Title:  fault.Words{EN: "There is no such report.", ZH: "没有该报表。"},
	Causes: "GET /v1/reports/rpt_unknown", Cures: "GET /v1/reports"})

// The other refusals.
var (
	notOver = fault.Declare(fault.Reason{Kind: fault.Invalid, Code: "report.period_not_over",
		Title:  fault.Words{EN: "The period is not over yet; ask for a provisional report or wait.", ZH: "统计期尚未结束，可申请临时报表或待期满后再出具。"},
		Causes: `POST /v1/reports with the last day of the running quarter as to_on`, Cures: `The same with "provisional": true, or after the period.`})
	backwards = fault.Declare(fault.Reason{Kind: fault.Invalid, Code: "report.period_backwards",
		Title:  fault.Words{EN: "The period ends before it begins.", ZH: "统计期的结束日期早于开始日期。"},
		Causes: `{"from_on":"2026-09-30","to_on":"2026-07-01"}`, Cures: `{"from_on":"2026-07-01","to_on":"2026-09-30"}`})
	notAMonth = fault.Declare(fault.Reason{Kind: fault.Invalid, Code: "report.not_a_month",
		Title:  fault.Words{EN: "This report is of one whole month: from its first day to its last.", ZH: "该报表按整月出具，统计期须为某月首日至末日。"},
		Causes: `{"definition":"monthly_analysis","from_on":"2026-07-02","to_on":"2026-07-31"}`, Cures: `"from_on":"2026-07-01"`})
	notAYear = fault.Declare(fault.Reason{Kind: fault.Invalid, Code: "report.not_a_year",
		Title:  fault.Words{EN: "This report is of one whole year: from 1 January to 31 December.", ZH: "该报表按整年出具，统计期须为1月1日至12月31日。"},
		Causes: `{"definition":"annual_publication","from_on":"2026-07-01","to_on":"2026-09-30"}`, Cures: `"from_on":"2026-01-01","to_on":"2026-12-31"`})
	dimensionsFixed = fault.Declare(fault.Reason{Kind: fault.Invalid, Code: "report.dimensions_fixed",
		Title:  fault.Words{EN: "This report always has the same tables; leave dimensions out.", ZH: "该报表的统计维度固定，无需填写 dimensions。"},
		Causes: `{"definition":"annual_publication","from_on":"2026-01-01","to_on":"2026-12-31","dimensions":["source"]}`, Cures: "Leave dimensions out."})
	busy = fault.Declare(fault.Reason{Kind: fault.Unavailable, Code: "report.busy", Retry: true,
		Title:  fault.Words{EN: "Another report is being computed; try again in a moment with the same Idempotency-Key.", ZH: "正在生成另一份报表，请稍后使用相同的 Idempotency-Key 重试。"},
		Causes: "Two large reports at once.", Cures: "Send it again with the same Idempotency-Key after Retry-After seconds."})
	outOfRange = fault.Declare(fault.Reason{Kind: fault.Unsatisfiable, Code: "report.range_unsatisfiable",
		Title:  fault.Words{EN: "The range lies beyond the end of the file.", ZH: "请求的范围超出文件末尾。"},
		Causes: "Range: bytes=1000000- of a file of 2000 bytes", Cures: "A range that begins before the size which Content-Range tells."})
)

// State is what a report's figures are worth.
type State string

// The states.
const (
	Issued      State = "issued"
	Provisional State = "provisional" // asked for as such, mostly before its period is over
)

// Period is the civil days of a report, the first and the last.
type Period struct{ From, To calendar.Date }

// Label names a period as people do: 2026, 2026-H1, 2026-Q3, 2026-09, 2026-09-30, and by both of its days if it is none of these.
func (p Period) Label() string {
	year := p.From.String()[:4]
	if p.From == p.To {
		return p.From.String()
	}
	for _, part := range []struct {
		months int
		form   string
	}{{12, "%s"}, {6, "%s-H%d"}, {3, "%s-Q%d"}, {1, "%s-%02d"}} {
		for n := range 12 / part.months {
			if p != months(p.From.Year(), n*part.months+1, part.months) {
				continue
			}
			if part.months == 12 {
				return year
			}
			return fmt.Sprintf(part.form, year, n+1)
		}
	}
	return p.From.String() + "/" + p.To.String()
}

// months is the period of some months from the first day of one.
func months(year, first, count int) Period {
	day := func(month int) calendar.Date {
		return calendar.DateOf(time.Date(year, time.Month(month), 1, 0, 0, 0, 0, time.UTC), time.UTC)
	}
	return Period{day(first), day(first + count).AddDays(-1)}
}

// is says that the period is one whole month, or one whole year.
func (p Period) is(count int) bool {
	return p == p.shifted(0, count) && (count != 12 || p.month() == 1)
}

// shifted is the period of some months that begins so many months after the first month of this one.
func (p Period) shifted(by, count int) Period { return months(p.From.Year(), p.month()+by, count) }

// month is the month in which it begins.
func (p Period) month() int { return int(calendar.End(p.From.AddDays(-1), time.UTC).Month()) }

// Draft is a report to be issued.
type Draft struct {
	Definition string
	Period
	Provisional bool
	Dimensions  []string // empty: all
}

// faults are all that is wrong with a draft beyond what the contract's schema says.
func (d Draft) faults(today calendar.Date) []fault.Item {
	var items []fault.Item
	if d.To.Before(d.From) {
		items = append(items, fault.At("#/to_on", backwards))
	}
	if !d.Provisional && !d.To.Before(today) {
		items = append(items, fault.At("#/to_on", notOver))
	}
	of := definition(d.Definition)
	switch {
	case of.Months == 1 && !d.is(1):
		items = append(items, fault.At("#/from_on", notAMonth))
	case of.Months == 12 && !d.is(12):
		items = append(items, fault.At("#/from_on", notAYear))
	}
	if of.several() && len(d.Dimensions) > 0 {
		items = append(items, fault.At("#/dimensions", dimensionsFixed))
	}
	return items
}

// state is that of the report which comes of a draft.
func (d Draft) state() State {
	if d.Provisional {
		return Provisional
	}
	return Issued
}

// Figures are what a row, and a whole report, counts.
type Figures struct {
	Opening, Received, Closed, ClosedInTime, OverdueOpen, Closing int64
	P50, P90                                                      *int // civil days from receipt to closing; nil where nothing was closed
}

// Holds says that what was open, plus what came, less what was closed, is what stays open.
func (f Figures) Holds() bool { return f.Opening+f.Received-f.Closed == f.Closing }

// places is to how many parts of one a rate is told.
const places = 10_000

// Rate is the share that was closed in time, rounded to four places; nil where nothing was closed.
func (f Figures) Rate() *float64 {
	if f.Closed == 0 {
		return nil
	}
	rate := float64((2*places*f.ClosedInTime+f.Closed)/(2*f.Closed)) / places
	return &rate
}

func (f *Figures) add(g Figures) {
	f.Opening, f.Received, f.Closed = f.Opening+g.Opening, f.Received+g.Received, f.Closed+g.Closed
	f.ClosedInTime, f.OverdueOpen, f.Closing = f.ClosedInTime+g.ClosedInTime, f.OverdueOpen+g.OverdueOpen, f.Closing+g.Closing
}

// percentile is the smallest number of days within which at least so many of a hundred were closed; nil of none.
func percentile(days map[int]int64, percent int64) *int {
	var all int64
	for _, n := range days {
		all += n
	}
	var seen int64
	for _, day := range slices.Sorted(maps.Keys(days)) {
		seen += days[day]
		if 100*seen >= percent*all {
			return &day
		}
	}
	return nil
}

// Row is the figures of one combination of codes; an empty code is none, or one by which the row does not count. What a report does not tell is nil.
type Row struct {
	Section                                                                              string // empty in a report of one table
	Month                                                                                string // of the trend, 2026-09
	Source, IntakeChannel, Business, Cause, Region, Outcome, BusinessChannel, Department string
	Rank                                                                                 int // 0 is none
	Figures
	Merged, Previous, LastYear *int64
	Share, Satisfaction        *int // in tenths of a percent
}

// change is by which part of an earlier number more were received; nil where that is nothing, or not told.
func (r Row) change(earlier *int64) *float64 {
	if earlier == nil || *earlier == 0 {
		return nil
	}
	change := math.Round(float64(r.Received-*earlier)*places/float64(*earlier)) / places
	return &change
}

// shares parts a thousand, the tenths of a hundred percent, by some numbers: what is left over by rounding down goes to the largest remainders, of equal ones to
// the first. Nothing has no shares.
func shares(numbers []int64) []*int {
	var all, given int64
	for _, n := range numbers {
		all += n
	}
	parts := make([]*int, len(numbers))
	if all == 0 {
		return parts
	}
	order := make([]int, len(numbers))
	for i, n := range numbers {
		part := int(1000 * n / all)
		parts[i], order[i], given = &part, i, given+int64(part)
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(1000*numbers[j]%all, 1000*numbers[i]%all) })
	for _, i := range order[:1000-given] {
		*parts[i]++
	}
	return parts
}

// Report is a report as it was issued, without its rows.
type Report struct {
	ID, Number string
	Version    int64
	Definition string
	Edition    int // of the definition
	Period
	Dimensions []string // in the order of the definition
	State      State
	Revision   int // how often the figures have changed since the first report of this sort, that one counted
	AsOf       time.Time
	Zone       string
	ClientID   string // whose key pulled it; empty for a user
	Notes      []string
	Total      Figures
	RowCount   int
	SHA256     string
}

// follows says by its revision how a report differs from the latest one of its sort; nil when there is none.
func (r *Report) follows(latest *Report) {
	r.Revision = 1
	if latest == nil {
		return
	}
	r.Revision = latest.Revision
	if latest.SHA256 != r.SHA256 {
		r.Revision++
	}
}
