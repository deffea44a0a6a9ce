package assessment

import (
	"fmt"
	"time"

	"xiaobao/internal/calendar"
	"xiaobao/internal/complaint"
	"xiaobao/internal/finding"
	"xiaobao/internal/organisation"
	"xiaobao/internal/rectification"
	"xiaobao/internal/ruleset"
	"xiaobao/internal/standard"
	"xiaobao/internal/store"
)

// quality makes the lines of a sheet of service quality.
func (s *Service) quality(v *store.View, sheet Sheet) (Sheet, error) {
	lines, err := s.standards.Lines(v, standard.Period(sheet.Period))
	if err != nil {
		return sheet, err
	}
	codes := make([]string, len(lines))
	for i, l := range lines {
		codes[i] = l.Standard.Code
	}
	standings, err := finding.Standings(v, finding.Breach, codes)
	if err != nil {
		return sheet, err
	}
	var open []string
	for _, l := range lines {
		line := toStandard(l)
		if f, ok := standings[line.Code]; ok && (f.State != finding.Closed || l.Measurement != nil && l.Measurement.FindingID == f.ID) {
			line.FindingID, line.FindingState, line.FindingDueOn, line.Reopened = f.ID, string(f.State), f.DueOn, f.Reopened
			open = append(open, f.ID)
		}
		sheet.Standards = append(sheet.Standards, line)
	}
	actions, err := rectification.Underway(v, open)
	for _, a := range actions {
		sheet.Actions = append(sheet.Actions, Action{FindingID: a.FindingID, ID: a.ID, State: string(a.State), DueOn: a.DueOn})
	}
	sheet.count()
	return sheet, err
}

func toStandard(l standard.Line) Standard {
	std := l.Standard
	line := Standard{StandardID: std.ID, Code: std.Code, Edition: std.Edition.Number, Title: std.Title, Measure: string(std.Measure), Direction: std.Direction, Target: std.Target,
		Period: l.Period.Name, State: notMeasured, Trend: l.Trend}
	if m := l.Measurement; m != nil {
		line.MeasurementID, line.State, line.N, line.Kept = m.ID, string(m.State), m.N, m.Kept
	}
	if b := l.Before; b != nil {
		line.BeforePeriod, line.BeforeN, line.BeforeKept = b.Period.Name, b.N, b.Kept
	}
	return line
}

// scoped is what an indicator is computed of.
type scoped struct {
	Period
	department  string
	departments []string                      // it and those below it; nil: the whole institution
	measured    map[standard.Measure][]string // the measurements of standards that there are
}

// evaluate makes the lines of an evaluation.
func (s *Service) evaluate(v *store.View, sheet Sheet, scheme ruleset.Scheme) (Sheet, error) {
	whole, err := s.scope(v, sheet.Period, "")
	if err != nil {
		return sheet, err
	}
	part, err := s.scope(v, sheet.Period, sheet.DepartmentID)
	if err != nil {
		return sheet, err
	}
	for _, e := range scheme.Elements {
		for _, ind := range e.Indicators {
			of, name := whole, ofInstitution
			if sheet.DepartmentID != "" && !ind.Whole {
				of, name = part, ofDepartment
			}
			line := Indicator{Element: e.Code, ElementTitle: e.Title, ElementWeight: int64(e.Weight), Code: string(ind.Code), Title: ind.Title, Weight: int64(ind.Weight), Scope: name}
			if err := s.compute(v, &line, ind, of); err != nil {
				return sheet, err
			}
			sheet.Indicators = append(sheet.Indicators, line)
		}
	}
	sheet.Measured, sheet.Points = Total(sheet.Indicators)
	return sheet, nil
}

func (s *Service) scope(v *store.View, p Period, department string) (scoped, error) {
	of := scoped{Period: p, department: department}
	if department != "" {
		d, err := organisation.LoadDepartment(v, department)
		if err != nil {
			return of, err
		}
		of.departments, err = organisation.Below(v, d.Path)
		if err != nil {
			return of, err
		}
	}
	var err error
	of.measured, err = s.standards.Of(v, department, standard.Period(p))
	return of, err
}

const satisfaction = ruleset.IndicatorCode(standard.Satisfaction)

// compute fills in a line. What has fewer records than the scheme wants is insufficient, and gives no points.
func (s *Service) compute(v *store.View, line *Indicator, ind ruleset.Indicator, of scoped) (err error) {
	line.State = measured
	switch code := ind.Code; {
	case code == ruleset.NotMeasured, of.department != "" && code == satisfaction: // a subtraction from the institution's figure would tell what a few have answered
		line.State = notMeasured
		return nil
	case code == ruleset.PolicyCoverage:
		line.N, line.Kept, err = s.policies.Covered(v, calendar.End(of.To, s.zone).Add(-time.Microsecond))
		line.Evidence = []string{"/v1/internal-policy-coverage?as_of=" + of.To.String()}
	case code == ruleset.TrainingCoverage:
		line.N, line.Kept, err = s.trainings.Trained(v, of.To, of.departments)
		line.Evidence = []string{fmt.Sprintf("/v1/training-coverage?year=%d", of.To.Year())}
	case code == ruleset.FindingOnTime:
		line.N, line.Kept, err = finding.OnTime(v, of.From, of.To, of.departments, s.zone)
		line.Evidence = []string{"/v1/findings?sort=due_on" + of.filter()}
	case code == ruleset.ComplaintCount:
		line.Evidence = []string{of.received()}
		var before int64
		before, err = s.arrivals(v, of, of.before())
		if err == nil && before == 0 { // nothing to set it against
			line.State = notMeasured
			return nil
		}
		if err == nil {
			line.N, err = s.arrivals(v, of, of.Period)
			line.Kept = min(line.N, before)
		}
	default:
		var share standard.Share
		share, err = s.standards.Measured(v, standard.Measure(ind.Code), ind.WithinDays, of.department, standard.Period(of.Period))
		line.N, line.Kept, line.Excluded = share.N, share.Kept, share.Excluded
		line.Evidence = of.behind(standard.Measure(ind.Code))
	}
	if line.N < ind.MinimumSample {
		line.State = insufficient
	}
	return err
}

func (s *Service) arrivals(v *store.View, of scoped, p Period) (int64, error) {
	return complaint.Arrivals(v, calendar.End(p.From.AddDays(-1), s.zone), calendar.End(p.To, s.zone), of.departments)
}

// mostEvidence is how many measurements a line names: the months of a year.
const mostEvidence = 12

// behind are the paths of what a measure was computed from: the measurements that there are, and the list of the records.
func (of scoped) behind(m standard.Measure) []string {
	var paths []string
	for _, measurementID := range of.measured[m] {
		if len(paths) < mostEvidence {
			paths = append(paths, "/v1/measurements/"+measurementID)
		}
	}
	switch m {
	case standard.RectificationOnTime:
		return append(paths, "/v1/rectifications?sort=due_on"+of.filter())
	case standard.Satisfaction:
		return append(paths, fmt.Sprintf("/v1/survey-results?from=%s&to=%s%s", of.From, of.To, of.filter()))
	case standard.TimelyClosing: // by the day on which the limit ends, by which complaints are not listed
		return paths
	}
	return append(paths, of.received())
}

func (of scoped) received() string {
	return fmt.Sprintf("/v1/complaints?received_from=%s&received_to=%s%s", of.From, of.To, of.filter())
}

// filter is the parameter by which a list is narrowed to the department, where there is one.
func (of scoped) filter() string {
	if of.department == "" {
		return ""
	}
	return "&department=" + of.department
}
