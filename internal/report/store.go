package report

import (
	"errors"
	"slices"
	"strings"
	"time"

	"xiaobao/internal/store"
)

type reportRow struct {
	ID                string    `gorm:"primaryKey" audit:"ignore"`
	Version           int64     `audit:"ignore"`
	Number            string    `audit:"track"`
	Definition        string    `audit:"track"`
	DefinitionVersion int       `audit:"track"`
	FromOn            string    `audit:"track"`
	ToOn              string    `audit:"track"`
	Dimensions        string    `audit:"track"`
	State             string    `audit:"track"`
	Revision          int       `audit:"track"`
	AsOf              time.Time `audit:"track"`
	TimeZone          string    `audit:"track"`
	ClientID          string    `audit:"track"`
	Notes             string    `audit:"track"`
	Opening           int64     `audit:"ignore"`
	Received          int64     `audit:"ignore"`
	Closed            int64     `audit:"ignore"`
	ClosedInTime      int64     `audit:"ignore"`
	OverdueOpen       int64     `audit:"ignore"`
	Closing           int64     `audit:"ignore"`
	DaysP50           *int      `gorm:"column:days_p50" audit:"ignore"`
	DaysP90           *int      `gorm:"column:days_p90" audit:"ignore"`
	RowCount          int       `audit:"track"`
	SHA256            string    `gorm:"column:sha256" audit:"track"`
}

func (reportRow) TableName() string { return "report" }

// lineRow is a row of a report. The digest of the report speaks for all of them.
type lineRow struct {
	ReportID            string `gorm:"primaryKey" audit:"ignore"`
	Seq                 int    `gorm:"primaryKey" audit:"ignore"`
	Source              string `audit:"ignore"`
	IntakeChannel       string `audit:"ignore"`
	BusinessCode        string `audit:"ignore"`
	CauseCode           string `audit:"ignore"`
	RegionCode          string `audit:"ignore"`
	Outcome             string `audit:"ignore"`
	Opening             int64  `audit:"ignore"`
	Received            int64  `audit:"ignore"`
	Closed              int64  `audit:"ignore"`
	ClosedInTime        int64  `audit:"ignore"`
	OverdueOpen         int64  `audit:"ignore"`
	Closing             int64  `audit:"ignore"`
	DaysP50             *int   `gorm:"column:days_p50" audit:"ignore"`
	DaysP90             *int   `gorm:"column:days_p90" audit:"ignore"`
	Section             string `audit:"ignore"`
	Standing            int    `audit:"ignore"`
	Month               string `audit:"ignore"`
	BusinessChannelCode string `audit:"ignore"`
	DepartmentID        string `audit:"ignore"`
	Merged              *int64 `audit:"ignore"`
	Share               *int   `audit:"ignore"`
	Previous            *int64 `audit:"ignore"`
	LastYear            *int64 `audit:"ignore"`
	Satisfaction        *int   `audit:"ignore"`
}

func (lineRow) TableName() string { return "report_row" }

// linesAtOnce is how many rows one statement inserts: an engine takes 32,766 values.
const linesAtOnce = 500

func toRow(r Report) *reportRow {
	t := r.Total
	return &reportRow{ID: r.ID, Version: r.Version, Number: r.Number, Definition: r.Definition, DefinitionVersion: r.Edition, FromOn: r.From.String(), ToOn: r.To.String(),
		Dimensions: strings.Join(r.Dimensions, ","), State: string(r.State), Revision: r.Revision, AsOf: r.AsOf, TimeZone: r.Zone, ClientID: r.ClientID, Notes: strings.Join(r.Notes, ","),
		Opening: t.Opening, Received: t.Received, Closed: t.Closed, ClosedInTime: t.ClosedInTime, OverdueOpen: t.OverdueOpen, Closing: t.Closing,
		DaysP50: t.P50, DaysP90: t.P90, RowCount: r.RowCount, SHA256: r.SHA256}
}

func fromRow(r reportRow) (Report, error) {
	report := Report{ID: r.ID, Number: r.Number, Version: r.Version, Definition: r.Definition, Edition: r.DefinitionVersion, Dimensions: strings.Split(r.Dimensions, ","),
		State: State(r.State), Revision: r.Revision, AsOf: r.AsOf.UTC(), Zone: r.TimeZone, ClientID: r.ClientID, RowCount: r.RowCount, SHA256: r.SHA256,
		Total: Figures{r.Opening, r.Received, r.Closed, r.ClosedInTime, r.OverdueOpen, r.Closing, r.DaysP50, r.DaysP90}}
	if r.Notes != "" {
		report.Notes = strings.Split(r.Notes, ",")
	}
	return report, errors.Join(report.From.UnmarshalText([]byte(r.FromOn)), report.To.UnmarshalText([]byte(r.ToOn)))
}

func toLines(reportID string, rows []Row) []lineRow {
	lines := make([]lineRow, len(rows))
	for i, r := range rows {
		lines[i] = lineRow{ReportID: reportID, Seq: i + 1, Source: r.Source, IntakeChannel: r.IntakeChannel, BusinessCode: r.Business, CauseCode: r.Cause, RegionCode: r.Region,
			Outcome: r.Outcome, Opening: r.Opening, Received: r.Received, Closed: r.Closed, ClosedInTime: r.ClosedInTime, OverdueOpen: r.OverdueOpen, Closing: r.Closing,
			DaysP50: r.P50, DaysP90: r.P90, Section: r.Section, Standing: r.Rank, Month: r.Month, BusinessChannelCode: r.BusinessChannel, DepartmentID: r.Department,
			Merged: r.Merged, Share: r.Share, Previous: r.Previous, LastYear: r.LastYear, Satisfaction: r.Satisfaction}
	}
	return lines
}

func (l lineRow) toDomain() Row {
	return Row{Section: l.Section, Month: l.Month, Source: l.Source, IntakeChannel: l.IntakeChannel, Business: l.BusinessCode, Cause: l.CauseCode, Region: l.RegionCode,
		Outcome: l.Outcome, BusinessChannel: l.BusinessChannelCode, Department: l.DepartmentID, Rank: l.Standing,
		Figures: Figures{l.Opening, l.Received, l.Closed, l.ClosedInTime, l.OverdueOpen, l.Closing, l.DaysP50, l.DaysP90},
		Merged:  l.Merged, Previous: l.Previous, LastYear: l.LastYear, Share: l.Share, Satisfaction: l.Satisfaction}
}

func insert(tx *store.Tx, r Report, rows []Row) error {
	var chunks []any
	for chunk := range slices.Chunk(toLines(r.ID, rows), linesAtOnce) {
		chunks = append(chunks, chunk)
	}
	return tx.Save(store.Act{Action: "report.create", Object: "report", ID: r.ID}, nil, toRow(r), store.Insert(chunks...))
}

// load finds a report, whoever may see it. Returns NotFound.
func load(v *store.View, id string) (Report, error) {
	row, err := store.Take[reportRow](v.Gorm().Where("id = ?", id), NotFound)
	if err != nil {
		return Report{}, err
	}
	return fromRow(row)
}

// latest finds the report of the same sort whose figures were taken last; nil when there is none.
func latest(v *store.View, r Report) (*Report, error) {
	sort := toRow(r)
	var rows []reportRow
	err := v.Gorm().Where("definition = ? AND definition_version = ? AND from_on = ? AND to_on = ? AND dimensions = ? AND state = ?",
		sort.Definition, sort.DefinitionVersion, sort.FromOn, sort.ToOn, sort.Dimensions, sort.State).Order("as_of DESC, id DESC").Limit(1).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	found, err := fromRow(rows[0])
	return &found, err
}

// linesOf returns all rows of a report.
func linesOf(v *store.View, id string) ([]Row, error) {
	var lines []lineRow
	err := v.Gorm().Where("report_id = ?", id).Order("seq").Find(&lines).Error
	rows := make([]Row, len(lines))
	for i, l := range lines {
		rows[i] = l.toDomain()
	}
	return rows, err
}

func pageOf(v *store.View, id string, p store.Page) (store.List[Row], error) {
	q := v.Gorm().Model(&lineRow{}).Where("report_id = ?", id)
	lines, err := store.ListOf(q, store.Order{Column: "seq", ID: "seq"}, p, func(l lineRow) []any { return []any{l.Seq} })
	if err != nil {
		return store.List[Row]{}, err
	}
	return store.Shown(lines, func(l lineRow) (Row, error) { return l.toDomain(), nil })
}
