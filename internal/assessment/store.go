package assessment

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"xiaobao/internal/actor"
	"xiaobao/internal/authz"
	"xiaobao/internal/fault"
	"xiaobao/internal/store"
)

type assessmentRow struct {
	ID            string     `gorm:"primaryKey" audit:"ignore"`
	Version       int64      `audit:"ignore"`
	Kind          string     `audit:"track"`
	Period        string     `audit:"track"`
	FromOn        string     `audit:"ignore"`
	ToOn          string     `audit:"ignore"`
	Revision      int64      `audit:"track"`
	Scheme        string     `audit:"track"`
	SchemeFromOn  string     `audit:"track"`
	SchemeTitleZH string     `gorm:"column:scheme_title_zh" audit:"ignore"`
	SchemeTitleEN string     `gorm:"column:scheme_title_en" audit:"ignore"`
	DepartmentID  string     `audit:"track"`
	AsOf          time.Time  `audit:"ignore"`
	MadeBy        string     `audit:"track"`
	ApprovedBy    string     `audit:"track"`
	ApprovedAt    *time.Time `audit:"track"`
	Measured      int64      `audit:"track"`
	Points        int64      `audit:"track"`
	SHA256        string     `gorm:"column:sha256" audit:"track"`
}

func (assessmentRow) TableName() string { return "assessment" }

// The lines. The digest of the assessment speaks for all of them.
type (
	standardRow struct {
		AssessmentID    string `gorm:"primaryKey" audit:"ignore"`
		Seq             int64  `gorm:"primaryKey" audit:"ignore"`
		StandardID      string `audit:"ignore"`
		Code            string `audit:"ignore"`
		Edition         int64  `audit:"ignore"`
		Title           string `audit:"ignore"`
		Measure         string `audit:"ignore"`
		Direction       string `audit:"ignore"`
		Target          int64  `audit:"ignore"`
		Period          string `audit:"ignore"`
		MeasurementID   string `audit:"ignore"`
		State           string `audit:"ignore"`
		N               int64  `audit:"ignore"`
		Met             int64  `audit:"ignore"`
		Trend           string `audit:"ignore"`
		BeforePeriod    string `audit:"ignore"`
		BeforeN         int64  `audit:"ignore"`
		BeforeMet       int64  `audit:"ignore"`
		FindingID       string `audit:"ignore"`
		FindingState    string `audit:"ignore"`
		FindingDueOn    string `audit:"ignore"`
		FindingReopened int64  `audit:"ignore"`
	}
	actionRow struct {
		AssessmentID    string `gorm:"primaryKey" audit:"ignore"`
		FindingID       string `gorm:"primaryKey" audit:"ignore"`
		RectificationID string `gorm:"primaryKey" audit:"ignore"`
		State           string `audit:"ignore"`
		DueOn           string `audit:"ignore"`
	}
	indicatorRow struct {
		AssessmentID   string `gorm:"primaryKey" audit:"ignore"`
		Seq            int64  `gorm:"primaryKey" audit:"ignore"`
		Element        string `audit:"ignore"`
		ElementTitleZH string `gorm:"column:element_title_zh" audit:"ignore"`
		ElementTitleEN string `gorm:"column:element_title_en" audit:"ignore"`
		ElementWeight  int64  `audit:"ignore"`
		Indicator      string `audit:"ignore"`
		TitleZH        string `gorm:"column:title_zh" audit:"ignore"`
		TitleEN        string `gorm:"column:title_en" audit:"ignore"`
		Weight         int64  `audit:"ignore"`
		Scope          string `audit:"ignore"`
		State          string `audit:"ignore"`
		N              int64  `audit:"ignore"`
		Met            int64  `audit:"ignore"`
		Excluded       int64  `audit:"ignore"`
		Evidence       string `audit:"ignore"`
	}
)

func (standardRow) TableName() string  { return "assessment_standard" }
func (actionRow) TableName() string    { return "assessment_action" }
func (indicatorRow) TableName() string { return "assessment_indicator" }

func toRow(a Assessment) *assessmentRow {
	return &assessmentRow{ID: a.ID, Version: a.Version, Kind: a.Kind, Period: a.Period.Name, FromOn: a.Period.From.String(), ToOn: a.Period.To.String(), Revision: a.Revision,
		Scheme: a.Scheme.Code, SchemeFromOn: a.Scheme.ValidFrom, SchemeTitleZH: a.Scheme.Title.ZH, SchemeTitleEN: a.Scheme.Title.EN, DepartmentID: a.DepartmentID,
		AsOf: a.AsOf, MadeBy: a.MadeBy, ApprovedBy: a.ApprovedBy, ApprovedAt: a.ApprovedAt, Measured: a.Measured, Points: a.Points, SHA256: a.SHA256}
}

func fromRow(r assessmentRow) (Assessment, error) {
	a := Assessment{ID: r.ID, Version: r.Version, Kind: r.Kind, Period: Period{Name: r.Period}, Revision: r.Revision,
		Scheme:       Scheme{Code: r.Scheme, ValidFrom: r.SchemeFromOn, Title: fault.Words{ZH: r.SchemeTitleZH, EN: r.SchemeTitleEN}},
		DepartmentID: r.DepartmentID, AsOf: r.AsOf.UTC(), MadeBy: r.MadeBy, ApprovedBy: r.ApprovedBy, ApprovedAt: store.UTC(r.ApprovedAt), Measured: r.Measured, Points: r.Points, SHA256: r.SHA256}
	return a, errors.Join(a.Period.From.UnmarshalText([]byte(r.FromOn)), a.Period.To.UnmarshalText([]byte(r.ToOn)))
}

func toStandardRow(id string, seq int, l Standard) standardRow {
	return standardRow{AssessmentID: id, Seq: int64(seq + 1), StandardID: l.StandardID, Code: l.Code, Edition: l.Edition, Title: l.Title, Measure: l.Measure, Direction: l.Direction,
		Target: l.Target, Period: l.Period, MeasurementID: l.MeasurementID, State: l.State, N: l.N, Met: l.Kept, Trend: l.Trend, BeforePeriod: l.BeforePeriod, BeforeN: l.BeforeN,
		BeforeMet: l.BeforeKept, FindingID: l.FindingID, FindingState: l.FindingState, FindingDueOn: l.FindingDueOn, FindingReopened: l.Reopened}
}

func fromStandardRow(r standardRow) Standard {
	return Standard{StandardID: r.StandardID, Code: r.Code, Edition: r.Edition, Title: r.Title, Measure: r.Measure, Direction: r.Direction, Target: r.Target, Period: r.Period,
		MeasurementID: r.MeasurementID, State: r.State, N: r.N, Kept: r.Met, Trend: r.Trend, BeforePeriod: r.BeforePeriod, BeforeN: r.BeforeN, BeforeKept: r.BeforeMet,
		FindingID: r.FindingID, FindingState: r.FindingState, FindingDueOn: r.FindingDueOn, Reopened: r.FindingReopened}
}

func toIndicatorRow(id string, seq int, l Indicator) indicatorRow {
	return indicatorRow{AssessmentID: id, Seq: int64(seq + 1), Element: l.Element, ElementTitleZH: l.ElementTitle.ZH, ElementTitleEN: l.ElementTitle.EN, ElementWeight: l.ElementWeight,
		Indicator: l.Code, TitleZH: l.Title.ZH, TitleEN: l.Title.EN, Weight: l.Weight, Scope: l.Scope, State: l.State, N: l.N, Met: l.Kept, Excluded: l.Excluded,
		Evidence: strings.Join(l.Evidence, " ")}
}

func fromIndicatorRow(r indicatorRow) Indicator {
	return Indicator{Element: r.Element, ElementTitle: fault.Words{ZH: r.ElementTitleZH, EN: r.ElementTitleEN}, ElementWeight: r.ElementWeight, Code: r.Indicator,
		Title: fault.Words{ZH: r.TitleZH, EN: r.TitleEN}, Weight: r.Weight, Scope: r.Scope, State: r.State, N: r.N, Kept: r.Met, Excluded: r.Excluded,
		Evidence: strings.Fields(r.Evidence)}
}

// columns are where the rights find what they ask of an assessment's row: the department that is evaluated.
var columns = authz.Columns{Departments: []string{"assessment.department_id"}}

func (a Assessment) row() authz.Row {
	if a.DepartmentID == "" {
		return authz.Row{}
	}
	return authz.Row{DepartmentIDs: []string{a.DepartmentID}}
}

// linesAtOnce is how many rows one statement inserts: an engine takes 32,766 values.
const linesAtOnce = 500

func insert(tx *store.Tx, sheet Sheet) error {
	standards, actions, indicators := []standardRow{}, []actionRow{}, []indicatorRow{}
	for i, l := range sheet.Standards {
		standards = append(standards, toStandardRow(sheet.ID, i, l))
	}
	for _, a := range sheet.Actions {
		actions = append(actions, actionRow{AssessmentID: sheet.ID, FindingID: a.FindingID, RectificationID: a.ID, State: a.State, DueOn: a.DueOn})
	}
	for i, l := range sheet.Indicators {
		indicators = append(indicators, toIndicatorRow(sheet.ID, i, l))
	}
	owned := append(append(chunks(standards), chunks(actions)...), chunks(indicators)...)
	return tx.Save(store.Act{Action: create.String(), Object: "assessment", ID: sheet.ID}, nil, toRow(sheet.Assessment), store.Insert(owned...))
}

func chunks[R any](rows []R) (all []any) {
	for some := range slices.Chunk(rows, linesAtOnce) {
		all = append(all, some)
	}
	return all
}

// nextRevision is the number of an assessment that is made now.
func nextRevision(v *store.View, a Assessment) (int64, error) {
	var n int64
	err := v.Gorm().Model(&assessmentRow{}).Where("kind = ? AND period = ? AND scheme = ? AND department_id = ?", a.Kind, a.Period.Name, a.Scheme.Code, a.DepartmentID).Count(&n).Error
	return n + 1, err
}

// load finds an assessment, whoever may see it. Returns NotFound.
func load(v *store.View, id string) (Assessment, error) {
	row, err := store.Take[assessmentRow](v.Gorm().Where("id = ?", id), NotFound)
	if err != nil {
		return Assessment{}, err
	}
	return fromRow(row)
}

// lines is the whole sheet of an assessment.
func lines(v *store.View, a Assessment) (Sheet, error) {
	sheet := Sheet{Assessment: a}
	var standards []standardRow
	var actions []actionRow
	var indicators []indicatorRow
	err := errors.Join(v.Gorm().Where("assessment_id = ?", a.ID).Order("seq").Find(&standards).Error, v.Gorm().Where("assessment_id = ?", a.ID).Order("seq").Find(&indicators).Error,
		v.Gorm().Where("assessment_id = ?", a.ID).Order("finding_id, rectification_id").Find(&actions).Error)
	for _, r := range standards {
		sheet.Standards = append(sheet.Standards, fromStandardRow(r))
	}
	for _, r := range actions {
		sheet.Actions = append(sheet.Actions, Action{FindingID: r.FindingID, ID: r.RectificationID, State: r.State, DueOn: r.DueOn})
	}
	for _, r := range indicators {
		sheet.Indicators = append(sheet.Indicators, fromIndicatorRow(r))
	}
	sheet.count()
	return sheet, err
}

// Filter is which assessments a list shows. Empty members do not restrict; the members of a list are alternatives.
type Filter struct {
	Kinds, States []string
	Period        string
}

// List returns the assessments that the caller may read, the newest first.
func (s *Service) List(ctx context.Context, f Filter, p store.Page) (store.List[Shown], error) {
	who, rights := actor.From(ctx), s.rights.Current()
	return store.Read(ctx, s.db, func(v *store.View) (store.List[Shown], error) {
		whole, args := rights.Scope(who, read).Where(columns)
		part, ofPart := rights.Scope(who, readPart).Where(columns)
		drafts, more := rights.Scope(who, readDraft).Where(columns)
		q := v.Gorm().Model(&assessmentRow{}).
			Where("(assessment.department_id = '' AND "+whole+" OR assessment.department_id <> '' AND "+part+")", append(args, ofPart...)...).Where("(assessment.approved_at IS NOT NULL OR "+drafts+")", more...)
		if len(f.Kinds) > 0 {
			q = q.Where("assessment.kind IN ?", f.Kinds)
		}
		if f.Period != "" {
			q = q.Where("assessment.period = ?", f.Period)
		}
		if len(f.States) == 1 {
			q = q.Where("(assessment.approved_at IS NOT NULL) = ?", f.States[0] == Approved)
		}
		order := store.Order{ID: "assessment.id", Column: "assessment.as_of", Instant: true, Down: true}
		list, err := store.ListOf(q, order, p, func(r assessmentRow) []any { return []any{r.AsOf.UTC(), r.ID} })
		if err != nil {
			return store.List[Shown]{}, err
		}
		all := make([]Assessment, len(list.Rows))
		for i, r := range list.Rows {
			if all[i], err = fromRow(r); err != nil {
				return store.List[Shown]{}, err
			}
		}
		shown, err := s.show(v, who, all)
		return store.List[Shown]{Rows: shown, After: list.After, Total: list.Total}, err
	})
}
