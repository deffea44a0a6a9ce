package report

import (
	"slices"

	"xiaobao/internal/fault"
)

// The definitions.
const (
	ComplaintSummary  = "complaint_summary"
	MonthlyAnalysis   = "monthly_analysis"
	AnnualPublication = "annual_publication"
)

// The notes by which a report says what its figures lack.
const (
	noRepeatLinks = "no_repeat_links" // merged counts are the raw ones
	noSurveys     = "no_surveys"      // no survey ended in the period
	tooFewAnswers = "too_few_answers" // fewer than may be shown
	surveysOpen   = "surveys_open"    // the period is not over: two reports of it would tell by a subtraction who answered what
)

// Definition says what a report counts, and how.
type Definition struct {
	Code     string
	Edition  int // raised when a column means something else than before
	Title    fault.Words
	Months   int  // of the period: 1 is a month and 12 a year, each whole; 0 is any period
	Internal bool // for those who may analyse, and never for a key
	Merged   bool // shares are of merged counts
	Notes    []string
	Columns  []Column // of the CSV, in this order
}

// Column is one column of a report.
type Column struct {
	Name    string
	Kind    Kind
	List    string // the code list of a code; empty for none
	Meaning fault.Words
	cell    func(Row) string
}

// Kind is what a column holds.
type Kind string

// The kinds.
const (
	Code   Kind = "code"   // by which complaints are counted apart
	Label  Kind = "label"  // which part of the report the row is
	Figure Kind = "figure" // what is counted
)

// Dimensions are the codes by which a report counts apart.
func (d Definition) Dimensions() []string {
	var names []string
	for _, c := range d.Columns {
		if c.Kind == Code {
			names = append(names, c.Name)
		}
	}
	return names
}

// several says that the report has several tables, each of which has every complaint.
func (d Definition) several() bool { return d.Months > 0 }

// Definitions are all that can be asked for.
var Definitions = []Definition{
	{Code: ComplaintSummary, Edition: 1, Title: fault.Words{EN: "Complaints received and closed, with timeliness", ZH: "投诉受理、办结与时效统计"},
		Columns: slices.Concat(summaryCodes, counted)},
	{Code: MonthlyAnalysis, Edition: 1, Title: fault.Words{EN: "Internal analysis of a month", ZH: "内部月度投诉分析"}, Months: 1, Internal: true,
		Columns: slices.Concat([]Column{section, month, business, cause, businessChannel, region, department, rank, share, previous, onPrevious, lastYear, onLastYear, satisfaction}, counted)},
	{Code: AnnualPublication, Edition: 1, Title: fault.Words{EN: "Yearly publication of complaints", ZH: "年度投诉情况披露"}, Months: 12, Merged: true, Notes: []string{noRepeatLinks},
		Columns: slices.Concat([]Column{section, business, cause, businessChannel, region, rank, merged, share}, counted)},
}

// definition finds a definition by its code. The contract's schema has judged the code before.
func definition(code string) Definition {
	for _, d := range Definitions {
		if d.Code == code {
			return d
		}
	}
	return Definition{}
}
