package standard

import (
	"slices"
	"time"

	"gorm.io/gorm"

	"xiaobao/internal/actor"
	"xiaobao/internal/authz"
	"xiaobao/internal/organisation"
	"xiaobao/internal/store"
)

type measurementRow struct {
	ID                string    `gorm:"primaryKey" audit:"ignore"`
	Version           int64     `audit:"ignore"`
	StandardID        string    `audit:"track"`
	Code              string    `audit:"track"`
	Period            string    `audit:"track"`
	FromOn            string    `audit:"ignore"`
	ToOn              string    `audit:"ignore"`
	State             string    `audit:"track"`
	N                 int64     `audit:"track"`
	Met               int64     `audit:"track"`
	DefinitionVersion int64     `audit:"track"`
	AsOf              time.Time `audit:"ignore"`
	MeasuredBy        string    `audit:"ignore"`
	FindingID         string    `audit:"track"`
}

func (measurementRow) TableName() string { return "measurement" }

type recordRow struct {
	MeasurementID string `gorm:"primaryKey" audit:"ignore"`
	RecordID      string `gorm:"primaryKey" audit:"ignore"`
	Verdict       string `audit:"ignore"`
}

func (recordRow) TableName() string { return "measurement_record" }

func toMeasurementRow(m Measurement) *measurementRow {
	return &measurementRow{ID: m.ID, Version: m.Version, StandardID: m.StandardID, Code: m.Code, Period: m.Period.Name, FromOn: m.Period.From.String(), ToOn: m.Period.To.String(),
		State: string(m.State), N: m.N, Met: m.Kept, DefinitionVersion: m.Definition, AsOf: m.AsOf, MeasuredBy: m.MeasuredBy, FindingID: m.FindingID}
}

func fromMeasurementRow(r measurementRow) (Measurement, error) {
	m := Measurement{ID: r.ID, Version: r.Version, StandardID: r.StandardID, Code: r.Code, Period: Period{Name: r.Period}, State: State(r.State), N: r.N, Kept: r.Met,
		Definition: r.DefinitionVersion, AsOf: r.AsOf.UTC(), MeasuredBy: r.MeasuredBy, FindingID: r.FindingID}
	if err := m.Period.From.UnmarshalText([]byte(r.FromOn)); err != nil {
		return m, err
	}
	return m, m.Period.To.UnmarshalText([]byte(r.ToOn))
}

func fromMeasurementRows(rows []measurementRow) ([]Measurement, error) {
	all := make([]Measurement, len(rows))
	for i, r := range rows {
		var err error
		all[i], err = fromMeasurementRow(r)
		if err != nil {
			return nil, err
		}
	}
	return all, nil
}

// measurementsOf finds measurements, whoever may see them, in the order of their periods.
func measurementsOf(v *store.View, where string, args ...any) ([]Measurement, error) {
	var rows []measurementRow
	if err := v.Gorm().Where(where, args...).Order("from_on, id").Find(&rows).Error; err != nil {
		return nil, err
	}
	return fromMeasurementRows(rows)
}

// insertMeasurement keeps a measurement with the records that fell short, repeat another or were not counted, the secret ones excepted, in as many statements as they need.
func insertMeasurement(tx *store.Tx, m Measurement, records []Record) error {
	var rows []recordRow
	for _, r := range records {
		if r.Verdict != Kept && r.Verdict != Single && !r.Secret {
			rows = append(rows, recordRow{MeasurementID: m.ID, RecordID: r.ID, Verdict: string(r.Verdict)})
		}
	}
	var owned []store.Owned
	for some := range slices.Chunk(rows, 500) {
		owned = append(owned, store.Insert(some))
	}
	return tx.Save(store.Act{Action: "measurement.create", Object: "measurement", ID: m.ID}, nil, toMeasurementRow(m), owned...)
}

func saveMeasurement(tx *store.Tx, action string, before, after Measurement) error {
	return tx.Save(store.Act{Action: "measurement." + action, Object: "measurement", ID: after.ID}, toMeasurementRow(before), toMeasurementRow(after))
}

// readableQuery is the query of the measurements whose standard the actor may read.
func (s *Service) readableQuery(v *store.View, who actor.Actor) *gorm.DB {
	where, args := s.rights.Current().Scope(who, read).Where(columns)
	return v.Gorm().Model(&measurementRow{}).Joins("JOIN standard ON standard.id = measurement.standard_id").Where(where, args...)
}

func (s *Service) readableMeasurements(v *store.View, who actor.Actor, ids []string) ([]Measurement, error) {
	var rows []measurementRow
	if err := s.readableQuery(v, who).Where("measurement.id IN ?", ids).Find(&rows).Error; err != nil {
		return nil, err
	}
	return fromMeasurementRows(rows)
}

// showMeasurements adds to measurements what they are shown with, in as many queries for fifty as for one.
func (s *Service) showMeasurements(v *store.View, who actor.Actor, all []Measurement) ([]Measured, error) {
	shown := make([]Measured, len(all))
	if len(all) == 0 {
		return shown, nil
	}
	ids, standards, findings, people := make([]string, len(all)), make([]string, len(all)), []string{}, make([]string, len(all))
	for i, m := range all {
		ids[i], standards[i], people[i] = m.ID, m.StandardID, m.MeasuredBy
		if m.FindingID != "" {
			findings = append(findings, m.FindingID)
		}
	}
	var rows []standardRow
	if err := v.Gorm().Where("id IN ?", standards).Find(&rows).Error; err != nil {
		return nil, err
	}
	readable, err := s.findings.Rows(v, who, findings)
	if err != nil {
		return nil, err
	}
	names, err := organisation.NamesOf(v, people...)
	if err != nil {
		return nil, err
	}
	var counts []struct {
		MeasurementID, Verdict string
		N                      int64
	}
	err = v.Gorm().Model(&recordRow{}).Where("measurement_id IN ? AND verdict NOT IN ?", ids, []string{string(Missed), string(Repeats)}).Group("measurement_id, verdict").Order("measurement_id, verdict").
		Select("measurement_id, verdict, COUNT(*) AS n").Scan(&counts).Error
	for i, m := range all {
		_, ok := readable[m.FindingID]
		shown[i] = Measured{Measurement: m, People: names, FindingShown: ok}
		shown[i].Standard = fromRow(rows[slices.IndexFunc(rows, func(r standardRow) bool { return r.ID == m.StandardID })])
		for _, c := range counts {
			if c.MeasurementID == m.ID {
				shown[i].Excluded = append(shown[i].Excluded, Exclusion{Verdict(c.Verdict), c.N})
			}
		}
	}
	return shown, err
}

// behind is a page of a measurement's records that the actor may read.
func (s *Service) behind(v *store.View, who actor.Actor, m Measured, verdicts []string, p store.Page) (store.List[Record], error) {
	q, key := s.complaints.Readable(v, who), "complaint.id"
	if m.Standard.Measure == RectificationOnTime {
		q, key = s.rectifications.Readable(v, who), "rectification.id"
	}
	q = q.Joins("JOIN measurement_record r ON r.record_id = "+key).Where("r.measurement_id = ?", m.ID)
	if len(verdicts) > 0 {
		q = q.Where("r.verdict IN ?", verdicts)
	}
	list, err := store.ListOf(q.Select("r.record_id, r.verdict"), store.Order{ID: key, Column: key}, p, func(r recordRow) []any { return []any{r.RecordID} })
	if err != nil {
		return store.List[Record]{}, err
	}
	return store.Shown(list, func(r recordRow) (Record, error) { return Record{ID: r.RecordID, Verdict: Verdict(r.Verdict)}, nil })
}

// Rows returns those of the measurements that the actor may read, each as the rights ask of its standard.
func (s *Service) Rows(v *store.View, who actor.Actor, ids []string) (map[string]authz.Row, error) {
	found, err := s.readableMeasurements(v, who, ids)
	rows := map[string]authz.Row{}
	for _, m := range found {
		rows[m.ID] = authz.Row{} // that it is there is all that is asked
	}
	return rows, err
}
