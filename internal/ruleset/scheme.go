package ruleset

import (
	"slices"

	"xiaobao/internal/calendar"
	"xiaobao/internal/fault"
)

// IndicatorCode is what an indicator of a scheme is computed by.
type IndicatorCode string

// The indicators that can be computed beside the measures of service quality, whose codes they share, and the one that cannot.
const (
	PolicyCoverage   IndicatorCode = "policy_coverage"   // of the required rule sets, those with a policy in force when the period ends
	TrainingCoverage IndicatorCode = "training_coverage" // of the three groups, those who had training in the year, until the period ends
	FindingOnTime    IndicatorCode = "finding_on_time"   // of the findings due in the period, those that were closed by then
	ComplaintCount   IndicatorCode = "complaint_count"   // complaints received, set against those of the period before
	NotMeasured      IndicatorCode = "not_measured"      // the platform has nothing to compute it from
)

// RepeatShare is the one indicator of which less is better.
const RepeatShare IndicatorCode = "repeat_share"

// Aspect is what PBOC order, article 11, wants weighed.
type Aspect string

// The aspects, and what is none of them.
const (
	Compliance    Aspect = "compliance"
	Satisfaction  Aspect = "satisfaction"
	Timeliness    Aspect = "timeliness"
	PassRate      Aspect = "pass_rate"
	BareCount     Aspect = "count"
	nothingToTell Aspect = ""
)

// Aspects says of every indicator which aspect it shows. That work is done right the first time, which rectifications in time and few repeats show, is our reading
// of the pass rate [ours].
var Aspects = map[IndicatorCode]Aspect{
	"notice_proof": Compliance, PolicyCoverage: Compliance, TrainingCoverage: Compliance, FindingOnTime: Compliance,
	"satisfaction": Satisfaction, "timely_closing": Timeliness, "first_contact": Timeliness, "registration_lag": Timeliness,
	"rectification_on_time": PassRate, RepeatShare: PassRate, ComplaintCount: BareCount, NotMeasured: nothingToTell,
}

// Scheme is one version of how the institution is evaluated (评价方案). Its weights add to 100.
type Scheme struct {
	Citation
	Code      string
	Title     fault.Words
	ValidFrom calendar.Date
	Elements  []Element
}

// Element is a part of a scheme. The weights of its indicators add to 100.
type Element struct {
	Code       string
	Title      fault.Words
	Weight     int
	Indicators []Indicator
}

// Indicator is what an element is judged by.
type Indicator struct {
	Code          IndicatorCode
	Title         fault.Words
	Weight        int
	Whole         bool // of the institution, whichever department is evaluated
	WithinDays    int  // working days, where the measure takes them
	MinimumSample int64
}

// Schemes are all versions, the oldest first.
type Schemes []Scheme

// On is the scheme of a day: of a code, or of whichever began last. False before the first.
func (all Schemes) On(code string, day calendar.Date) (Scheme, bool) {
	for _, s := range slices.Backward(all) {
		if (code == "" || s.Code == code) && !s.ValidFrom.After(day) {
			return s, true
		}
	}
	return Scheme{}, false
}

// Knows says that there is a scheme of a code, whenever it begins.
func (all Schemes) Knows(code string) bool {
	return slices.ContainsFunc(all, func(s Scheme) bool { return s.Code == code })
}
