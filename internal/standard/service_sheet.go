package standard

import (
	"context"
	"errors"
	"slices"
	"time"

	"xiaobao/internal/actor"
	"xiaobao/internal/calendar"
	"xiaobao/internal/edition"
	"xiaobao/internal/id"
	"xiaobao/internal/store"
)

// Line is a period of a standard that was in force when a quarter ended: the quarter itself, or one of its months.
type Line struct {
	Standard    Standard // the version of the period's end; where none was in force then, that of the quarter's end
	Period      Period
	Measurement *Measurement // nil: not measured
	Trend       string       // empty when the measurement says nothing
	Before      *Measurement // against which the trend is
}

// MeasureQuarter measures the standards of a quarter that is over in those periods of it that were not measured yet, each in a transaction of its own: what was
// measured stands, whatever becomes of what is made of it.
func (s *Service) MeasureQuarter(ctx context.Context, quarter Period) error {
	lines, err := store.Read(ctx, s.db, func(v *store.View) ([]Line, error) { return s.Lines(v, quarter) })
	if err != nil {
		return err
	}
	for _, l := range lines {
		if l.Measurement != nil {
			continue
		}
		err := store.Change(store.Unclaimed(ctx), s.db, func(tx *store.Tx) error {
			made, err := measurementsOf(&tx.View, "standard_id = ? AND period = ?", l.Standard.ID, l.Period.Name)
			if err != nil || len(made) > 0 {
				return err
			}
			err = s.holds(tx, l.Standard, l.Period)
			if errors.Is(err, notInForce) { // it began later in the quarter
				return nil
			}
			if err != nil {
				return err
			}
			_, err = s.take(tx, id.New("mea"), l.Standard, l.Period)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// Lines are the standards that were in force when a quarter ended, each with its periods in the quarter, by code; whoever asks, in a few queries however many they are.
func (s *Service) Lines(v *store.View, quarter Period) ([]Line, error) {
	byCode, codes, err := published(v)
	if err != nil {
		return nil, err
	}
	made, err := measurementsOf(v, "code IN ? AND from_on <= ?", codes, quarter.To.String())
	if err != nil {
		return nil, err
	}
	measured := map[string][]Measurement{}
	for _, m := range made {
		measured[m.Code] = append(measured[m.Code], m)
	}
	var lines []Line
	for _, code := range codes {
		all := byCode[code]
		at := func(p Period) int { return edition.InForce(editions(all, ""), lastInstant(p, s.clocks.Zone)) }
		last := at(quarter)
		if last < 0 {
			continue
		}
		for _, p := range windows(quarter, all[last].Window) {
			l := Line{Standard: all[last], Period: p}
			if i := at(p); i >= 0 {
				l.Standard = all[i]
			}
			l.look(measured[code])
			lines = append(lines, l)
		}
	}
	return lines, nil
}

// look finds the measurement of a line, and its trend, among those of its code.
func (l *Line) look(all []Measurement) {
	var before []Measurement
	for _, m := range all {
		switch {
		case m.Period.Name == l.Period.Name && m.StandardID == l.Standard.ID:
			l.Measurement = &m
		case m.Period.From.Before(l.Period.From):
			before = append(before, m)
		}
	}
	if l.Measurement != nil {
		l.Trend, l.Before = l.Standard.Trend(*l.Measurement, before)
	}
}

// Foreign are those standards of a department that the actor may not read. What is promised by the whole institution is nobody's secret inside.
func (s *Service) Foreign(v *store.View, who actor.Actor, ids []string) (map[string]bool, error) {
	where, args := s.rights.Current().Scope(who, read).Where(columns)
	var hidden []string
	err := v.Gorm().Model(&standardRow{}).Where("standard.id IN ? AND standard.department_id <> ''", ids).Where("NOT ("+where+")", args...).Pluck("standard.id", &hidden).Error
	foreign := map[string]bool{}
	for _, standardID := range hidden {
		foreign[standardID] = true
	}
	return foreign, err
}

func lastInstant(p Period, zone *time.Location) time.Time {
	return calendar.End(p.To, zone).Add(-time.Microsecond)
}

// Share is what a measure gives of a period, without a standard that it should reach.
type Share struct{ N, Kept, Excluded int64 }

// Measured computes a measure of a period, of the whole institution or of a department and those below it; whoever asks.
func (s *Service) Measured(v *store.View, m Measure, withinDays int, department string, p Period) (Share, error) {
	records, err := s.records(v, Standard{Measure: m, WithinDays: withinDays, Department: department}, p)
	counted := Standard{}.judge(Measurement{}, records)
	return Share{N: counted.N, Kept: counted.Kept, Excluded: int64(len(records)) - counted.N}, err
}

// Of are the measurements of periods that lie in another one, by measure: what there is to look at behind a figure; of the whole institution alone, or of a department.
func (s *Service) Of(v *store.View, department string, p Period) (map[Measure][]string, error) {
	var rows []struct{ ID, Measure string }
	err := v.Gorm().Model(&measurementRow{}).Joins("JOIN standard ON standard.id = measurement.standard_id").Where("standard.department_id = ?", department).
		Where("measurement.from_on >= ? AND measurement.to_on <= ?", p.From.String(), p.To.String()).Order("measurement.from_on, measurement.id").
		Select("measurement.id, standard.measure").Scan(&rows).Error
	found := map[Measure][]string{}
	for _, r := range rows {
		found[Measure(r.Measure)] = append(found[Measure(r.Measure)], r.ID)
	}
	return found, err
}

// published are the versions of all standards that came into force, by code.
func published(v *store.View) (map[string][]Standard, []string, error) {
	var rows []standardRow
	if err := v.Gorm().Where("in_force_at IS NOT NULL").Order("code, edition").Find(&rows).Error; err != nil {
		return nil, nil, err
	}
	byCode, codes := map[string][]Standard{}, make([]string, len(rows))
	for i, r := range rows {
		byCode[r.Code], codes[i] = append(byCode[r.Code], fromRow(r)), r.Code
	}
	return byCode, slices.Compact(codes), nil
}
