package assessment

import (
	"fmt"
	"math"
	"slices"
	"time"

	"xiaobao/internal/calendar"
	"xiaobao/internal/fault"
)

// NotFound: the assessment is absent, or not for the caller yet, which look the same.
var NotFound = fault.Declare(fault.Reason{Kind: fault.NotFound, Code: "assessment.not_found",
	Title:  fault.Words{EN: "There is no such assessment.", ZH: "没有该评估表。"},
	Causes: "GET /v1/assessments/asm_unknown", Cures: "GET /v1/assessments"})

// The other refusals.
var (
	quarterOnly = fault.Declare(fault.Reason{Kind: fault.Invalid, Code: "assessment.quarter_only",
		Title:  fault.Words{EN: "Service quality is assessed by the quarter, as 2026-Q2.", ZH: "服务质量评估按季度进行，例如 2026-Q2。"},
		Causes: `{"kind":"service_quality","period":"2026"}`, Cures: `"period":"2026-Q2"`})
	otherKind = fault.Declare(fault.Reason{Kind: fault.Invalid, Code: "assessment.other_kind",
		Title:  fault.Words{EN: "This belongs to evaluations alone: leave it out.", ZH: "该项仅用于考核评价，请勿填写。"},
		Causes: `{"kind":"service_quality","scheme":"SELF-EVALUATION"}`, Cures: "Leave scheme and department_id out."})
	schemeUnknown = fault.Declare(fault.Reason{Kind: fault.Invalid, Code: "assessment.scheme_unknown",
		Title:  fault.Words{EN: "The configuration has no scheme of this code.", ZH: "没有该代码的评价方案。"},
		Causes: `{"kind":"evaluation","scheme":"X"}`, Cures: "Leave scheme out, or name one of schemes/*.yaml."})
	noScheme = fault.Declare(fault.Reason{Kind: fault.Conflict, Code: "assessment.no_scheme",
		Title:  fault.Words{EN: "No scheme was in force when the period ended.", ZH: "期末没有生效的评价方案。"},
		Causes: "An evaluation of a year before the scheme's valid_from.", Cures: "A later period, or a scheme that was in force then."})
	periodOpen = fault.Declare(fault.Reason{Kind: fault.Conflict, Code: "assessment.period_open",
		Title:  fault.Words{EN: "The period has not ended yet: what is frozen would not be all of it.", ZH: "该期间尚未结束，不能出具评估表。"},
		Causes: "An assessment of the present quarter.", Cures: "The day after its last one."})
	approved = fault.Declare(fault.Reason{Kind: fault.Conflict, Code: "assessment.approved",
		Title:  fault.Words{EN: "The assessment was approved already.", ZH: "该评估表已审批。"},
		Causes: "POST /v1/assessments/{assessment_id}/approval a second time", Cures: "Nothing is left to do."})
)

// The kinds.
const (
	ServiceQuality = "service_quality"
	Evaluation     = "evaluation"
)

// The states of an assessment.
const (
	Draft    = "draft"
	Approved = "approved"
)

// The states of a line beside those of a measurement.
const (
	measured     = "measured"
	insufficient = "insufficient"
	notMeasured  = "not_measured"
)

// Period is a quarter or a year, both days included.
type Period struct {
	Name     string // 2026-Q2, 2026
	From, To calendar.Date
}

// periodOf reads the name of a period, which the contract has checked.
func periodOf(name string) Period {
	var year, quarter int
	months := 12
	if n, _ := fmt.Sscanf(name, "%d-Q%d", &year, &quarter); n == 2 {
		months = 3
	} else {
		quarter = 1
	}
	return period(name, time.Date(year, time.Month(3*(quarter-1)+1), 1, 0, 0, 0, 0, time.UTC), months)
}

func period(name string, first time.Time, months int) Period {
	return Period{Name: name, From: calendar.DateOf(first, time.UTC), To: calendar.DateOf(first.AddDate(0, months, -1), time.UTC)}
}

func (p Period) quarter() bool { return len(p.Name) == len("2026-Q2") }

// before is the period of the same length that ends where this one begins.
func (p Period) before() Period {
	months := 12
	if p.quarter() {
		months = 3
	}
	return period("", calendar.End(p.From.AddDays(-1), time.UTC).AddDate(0, -months, 0), months)
}

// Assessment is what a list knows of a sheet.
type Assessment struct {
	ID           string
	Version      int64
	Kind         string
	Period       Period
	Revision     int64
	Scheme       Scheme // of an evaluation
	DepartmentID string // evaluated, with those below it; empty: the whole institution
	AsOf         time.Time
	MadeBy       string
	ApprovedBy   string
	ApprovedAt   *time.Time
	Measured     int64 // of an evaluation, in hundredths of a point
	Points       int64
	SHA256       string
}

// State is where it stands.
func (a Assessment) State() string {
	if a.ApprovedAt != nil {
		return Approved
	}
	return Draft
}

// Scheme is the version of a scheme by which an evaluation was made.
type Scheme struct {
	Code      string
	ValidFrom string
	Title     fault.Words
}

// Sheet is all of an assessment: the lines of its kind.
type Sheet struct {
	Assessment
	Standards  []Standard
	Actions    []Action
	Indicators []Indicator
}

// Standard is a line of service quality: a standard in a period.
type Standard struct {
	StandardID, Code, Title, Measure, Direction string
	Edition, Target                             int64
	Period                                      string
	MeasurementID                               string // empty: not measured
	State                                       string
	N, Kept                                     int64
	Trend                                       string // empty when the line says nothing
	BeforePeriod                                string
	BeforeN, BeforeKept                         int64
	FindingID, FindingState, FindingDueOn       string // empty without one
	Reopened                                    int64
	OpenActions                                 int64 // how many of the sheet's actions are of the finding, whoever may read them
}

// Action is a rectification of a finding that was not verified yet.
type Action struct{ FindingID, ID, State, DueOn string }

// percent is a share with two decimals; nil of no records.
func percent(kept, n int64) *float64 {
	if n == 0 {
		return nil
	}
	v := math.Round(float64(kept)*100_00/float64(n)) / 100
	return &v
}

// count says of each line how many actions its finding has.
func (s *Sheet) count() {
	for i := range s.Standards {
		for _, a := range s.Actions {
			if a.FindingID == s.Standards[i].FindingID {
				s.Standards[i].OpenActions++
			}
		}
	}
}

// keep leaves of the actions those of some rectifications.
func (s *Sheet) keep(known []string) {
	s.Actions = slices.DeleteFunc(s.Actions, func(a Action) bool { return !slices.Contains(known, a.ID) })
}
