package standard

import (
	"context"
	"fmt"
	"slices"
	"time"

	"xiaobao/internal/actor"
	"xiaobao/internal/calendar"
	"xiaobao/internal/clock"
	"xiaobao/internal/complaint"
	"xiaobao/internal/edition"
	"xiaobao/internal/fault"
	"xiaobao/internal/finding"
	"xiaobao/internal/id"
	"xiaobao/internal/organisation"
	"xiaobao/internal/rectification"
	"xiaobao/internal/rightsnotice"
	"xiaobao/internal/store"
	"xiaobao/internal/survey"
)

// Measure measures a version in a period that is over, or finds the measurement that was made of it. A breach opens one finding. Returns NotFound,
// auth.forbidden, otherWindow in fault.RequestInvalid, periodOpen, notInForce.
func (s *Service) Measure(ctx context.Context, standardID, period string) (string, error) {
	return store.Write(ctx, s.db, func(ctx context.Context, tx *store.Tx) (string, error) {
		std, err := s.readable(&tx.View, tx.Actor(), standardID)
		if err != nil {
			return "", err
		}
		if err := s.permit(tx.Actor(), std); err != nil {
			return "", err
		}
		p, ok := periodOf(period, std.Window)
		if !ok {
			return "", fault.Input([]fault.Item{fault.At("#/period", otherWindow, "window", std.Window)})
		}
		made, err := measurementsOf(&tx.View, "standard_id = ? AND period = ?", std.ID, period)
		if err != nil {
			return "", err
		}
		if len(made) > 0 {
			// The key stands for the measurement: a look that is entered, so that a replay finds it.
			tx.Note(store.Act{Action: "measurement.look", Object: "measurement", ID: made[0].ID})
			return made[0].ID, nil
		}
		if err := s.holds(tx, std, p); err != nil {
			return "", err
		}
		return s.take(tx, id.For(ctx, "mea"), std, p)
	})
}

// take measures a version in a period, and opens the finding of a breach.
func (s *Service) take(tx *store.Tx, newID string, std Standard, p Period) (string, error) {
	records, err := s.records(&tx.View, std, p)
	if err != nil {
		return "", err
	}
	m := std.judge(Measurement{ID: newID, Version: 1, StandardID: std.ID, Code: std.Code, Period: p, Definition: definition, AsOf: tx.Now(), MeasuredBy: tx.Actor().ID}, records)
	if err := insertMeasurement(tx, m, records); err != nil {
		return "", store.Again(err, "measurement_standard_id_period")
	}
	if m.State != Breached {
		return m.ID, nil
	}
	return m.ID, s.breach(tx, std, m)
}

// holds refuses a period that is not over, and one at the end of which another version or none was in force.
func (s *Service) holds(tx *store.Tx, std Standard, p Period) error {
	end := calendar.End(p.To, s.clocks.Zone)
	if tx.Now().Before(end) {
		return periodOpen
	}
	all, err := versionsOf(&tx.View, std.Code)
	if err != nil {
		return err
	}
	i := edition.InForce(editions(all, ""), end.Add(-time.Microsecond))
	if i < 0 || all[i].ID != std.ID {
		return notInForce
	}
	return nil
}

// breach opens the finding of a standard that was not kept, or opens it again when what mended it has not helped. While its effect may still show, or a finding
// is open, a further breach opens nothing.
func (s *Service) breach(tx *store.Tx, std Standard, m Measurement) error {
	last, known, err := s.findings.Latest(&tx.View, finding.Breach, std.Code)
	if err != nil {
		return err
	}
	found := last.ID
	if known && last.State == finding.Closed {
		flat, improved, err := s.since(tx, std, last)
		switch {
		case err != nil:
			return err
		case flat:
			err = s.findings.Reopen(tx, last.ID, fmt.Sprintf("整改验证后连续%d个期间无改善，最近一期（%s）为 %.2f%%。", patience, m.Period.Name, *m.Value()))
		case improved: // it helped for a time: this is another one
			found, err = s.open(tx, std, m)
		}
		if err != nil {
			return err
		}
	}
	if !known || last.State != finding.Closed {
		found, err = s.open(tx, std, m)
		if err != nil {
			return err
		}
	}
	after := m
	after.FindingID = found
	return saveMeasurement(tx, "breach", m, after)
}

// since judges the periods after a finding was closed by the measurement that opened it.
func (s *Service) since(tx *store.Tx, std Standard, last finding.Finding) (flat, improved bool, err error) {
	opened, err := measurementsOf(&tx.View, "id = ?", last.SourceID)
	if err != nil {
		return false, false, err
	}
	all, err := measurementsOf(&tx.View, "code = ? AND from_on > ?", std.Code, opened[0].Period.From.String())
	if err != nil {
		return false, false, err
	}
	flat, improved = std.flat(opened[0], calendar.DateOf(*last.ClosedAt, s.clocks.Zone), all)
	return flat, improved, nil
}

func (s *Service) open(tx *store.Tx, std Standard, m Measurement) (string, error) {
	return s.findings.Open(tx, finding.Draft{Source: finding.Breach, SourceID: m.ID, Subject: std.Code, Title: "服务标准未达标：" + std.Title,
		Description: fmt.Sprintf("%s 实测 %.2f%%（%d/%d），目标 %.2f%%。", m.Period.Name, *m.Value(), m.Kept, m.N, float64(std.Target)/100),
		Severity:    severity, DepartmentID: std.OwnerDepartment, OwnerID: std.OwnerID})
}

// severity is how grave a breach is, until somebody looks at it [ours].
const severity = "medium"

// records are what a standard is measured by in a period, each with its verdict.
func (s *Service) records(v *store.View, std Standard, p Period) ([]Record, error) {
	var departments []string
	if std.Department != "" {
		d, err := organisation.LoadDepartment(v, std.Department)
		if err != nil {
			return nil, err
		}
		departments, err = organisation.Below(v, d.Path)
		if err != nil {
			return nil, err
		}
	}
	begin, end := calendar.End(p.From.AddDays(-1), s.clocks.Zone), calendar.End(p.To, s.clocks.Zone)
	switch std.Measure {
	case RegistrationLag:
		all, err := complaint.Received(v, clock.Acknowledgement, begin, end, departments)
		return verdicts(all, func(t complaint.Timing) Verdict { return s.inDays(t, &t.RegisteredAt, std.WithinDays, v.Now()) }), err
	case FirstContact:
		all, err := complaint.Received(v, clock.Acknowledgement, begin, end, departments)
		return verdicts(all, func(t complaint.Timing) Verdict { return s.contacted(t, std.WithinDays, v.Now()) }), err
	case TimelyClosing:
		all, err := complaint.Due(v, clock.Statutory, p.From, p.To, departments)
		return verdicts(all, closed), err
	case RectificationOnTime:
		all, err := rectification.Due(v, p.From, p.To, departments)
		records := make([]Record, len(all))
		for i, t := range all {
			records[i] = Record{ID: t.ID, Verdict: s.mended(t)}
		}
		return records, err
	case Satisfaction:
		all, err := survey.Ended(v, p.From, p.To, departments)
		return satisfaction(all), err
	case NoticeProof:
		all, err := s.notices.Proven(v, begin, end, departments)
		records := make([]Record, len(all))
		for i, p := range all {
			records[i] = Record{ID: p.ComplaintID, Verdict: proved(p)}
		}
		return records, err
	case RepeatShare:
		all, err := complaint.Repeats(v, begin, end, departments)
		records := make([]Record, len(all))
		for i, r := range all {
			records[i] = Record{ID: r.ID, Verdict: repeats(r)}
		}
		return records, err
	}
	return nil, fmt.Errorf("standard: no such measure %s", std.Measure)
}

// proved says whether the sale complained about has its proofs: all of them.
func proved(p rightsnotice.Proven) Verdict {
	switch {
	case p.Imported:
		return Imported
	case !p.Sold:
		return NoSale
	case len(p.Statuses) == 0:
		return NothingDue
	case slices.Contains(p.Statuses, rightsnotice.Missing), slices.Contains(p.Statuses, rightsnotice.Deficient):
		return Missed
	case slices.Contains(p.Statuses, rightsnotice.NotRecorded):
		return NotPublished
	}
	return Kept
}

func repeats(r complaint.Repeating) Verdict {
	switch {
	case !r.Identified:
		return NoIdentity
	case !r.Classified:
		return NotClassified
	case r.Repeats:
		return Repeats
	}
	return Single
}

// satisfaction says what surveys contribute. Of fewer answers than may be shown none counts, whatever the standard's minimum sample.
func satisfaction(all []survey.Outcome) []Record {
	records, answered := make([]Record, len(all)), 0
	for i, o := range all {
		r := Record{ID: o.ComplaintID, Verdict: NoAnswer}
		if o.Answered {
			answered++
			r.Verdict, r.Secret = Missed, true
			if o.Satisfied {
				r.Verdict = Kept
			}
		}
		records[i] = r
	}
	if answered >= survey.Few {
		return records
	}
	for i, r := range records {
		if r.Secret {
			records[i] = Record{ID: r.ID, Verdict: TooFew}
		}
	}
	return records
}

func verdicts(all []complaint.Timing, judge func(complaint.Timing) Verdict) []Record {
	records := make([]Record, len(all))
	for i, t := range all {
		records[i] = Record{ID: t.ID, Verdict: judge(t)}
	}
	return records
}

// inDays says whether something was done within some working days of the receipt; at is nil while it is not.
func (s *Service) inDays(t complaint.Timing, at *time.Time, days int, now time.Time) Verdict {
	if t.Imported {
		return Imported
	}
	due, _ := s.clocks.Calendar.Due(calendar.DateOf(t.ReceivedAt, s.clocks.Zone), calendar.Limit{Value: days, Unit: calendar.WorkingDay})
	over := calendar.End(due, s.clocks.Zone)
	switch {
	case at != nil && at.Before(over):
		return Kept
	case at == nil && now.Before(over):
		return NotDue
	}
	return Missed
}

func (s *Service) contacted(t complaint.Timing, days int, now time.Time) Verdict {
	switch {
	case t.Imported:
		return Imported
	case t.State == nil:
		return NoLimit
	}
	return ended(t, s.inDays(t, t.StoppedAt, days, now))
}

// ended is the verdict on what may have ended before its act: in time, nothing was owed any more; too late, the breach stands.
func ended(t complaint.Timing, v Verdict) Verdict {
	if v == Kept && *t.State == clock.StateEnded {
		return Ended
	}
	return v
}

// closed says whether the notice was given before the statutory limit was over, which it is.
func closed(t complaint.Timing) Verdict {
	switch {
	case t.StoppedAt != nil && t.StoppedAt.Before(*t.DueAt):
		return ended(t, Kept)
	case t.Imported:
		return Imported
	}
	return Missed
}

func (s *Service) mended(t rectification.Timing) Verdict {
	done := t.State == string(rectification.Done) || t.State == string(rectification.Verified)
	if done && calendar.DateOf(*t.CompletedAt, s.clocks.Zone).String() <= t.DueOn {
		return Kept
	}
	return Missed
}

// Measured is a measurement as one caller may see it.
type Measured struct {
	Measurement
	Standard     Standard
	People       organisation.Names
	Excluded     []Exclusion // by reason
	FindingShown bool        // whether the caller may read the finding
}

// Exclusion is how many records were not counted for a reason.
type Exclusion struct {
	Verdict Verdict
	N       int64
}

// Measurement returns a measurement as the caller may see it, with a page of those of its records that fell short or were not counted and that she may read; none,
// not even an empty one, for who sees the numbers alone. Returns MeasurementNotFound.
func (s *Service) Measurement(ctx context.Context, measurementID string, verdicts []string, p store.Page) (Measured, store.List[Record], error) {
	type page struct {
		measured Measured
		records  store.List[Record]
	}
	who := actor.From(ctx)
	got, err := store.Read(ctx, s.db, func(v *store.View) (page, error) {
		found, err := s.readableMeasurements(v, who, []string{measurementID})
		if err != nil {
			return page{}, err
		}
		if len(found) == 0 {
			return page{}, MeasurementNotFound
		}
		shown, err := s.showMeasurements(v, who, found)
		if err != nil {
			return page{}, err
		}
		// Beside the numbers of all records, a list that is shorter tells whoever is named in one that she is.
		if !s.rights.Current().Scope(who, drill).Allows(shown[0].Standard.row()) {
			return page{measured: shown[0]}, nil
		}
		records, err := s.behind(v, who, shown[0], verdicts, p)
		return page{shown[0], records}, err
	})
	return got.measured, got.records, err
}
