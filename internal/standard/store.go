package standard

import (
	"xiaobao/internal/authz"
	"xiaobao/internal/edition"
	"xiaobao/internal/store"
)

type standardRow struct {
	ID                string `gorm:"primaryKey" audit:"ignore"`
	Version           int64  `audit:"ignore"`
	Code              string `audit:"track"`
	edition.Columns   `gorm:"embedded" audit:"ignore"`
	Title             string `audit:"track"`
	Measure           string `audit:"track"`
	WithinDays        int    `audit:"track"`
	DepartmentID      string `audit:"track"`
	Target            int64  `audit:"track"`
	Direction         string `audit:"track"`
	Span              string `audit:"track"`
	MinimumSample     int64  `audit:"track"`
	OwnerID           string `audit:"track"`
	OwnerDepartmentID string `audit:"track"`
}

func (standardRow) TableName() string { return "standard" }

func toRow(s Standard) *standardRow {
	return &standardRow{ID: s.ID, Version: s.Version, Code: s.Code, Columns: edition.ColumnsOf(s.Edition), Title: s.Title, Measure: string(s.Measure), WithinDays: s.WithinDays,
		DepartmentID: s.Department, Target: s.Target, Direction: s.Direction, Span: s.Window, MinimumSample: s.Minimum, OwnerID: s.OwnerID, OwnerDepartmentID: s.OwnerDepartment}
}

func fromRow(r standardRow) Standard {
	return Standard{ID: r.ID, Version: r.Version, Code: r.Code, Edition: r.Columns.Edition(), Title: r.Title, Measure: Measure(r.Measure), WithinDays: r.WithinDays,
		Department: r.DepartmentID, Target: r.Target, Direction: r.Direction, Window: r.Span, Minimum: r.MinimumSample, OwnerID: r.OwnerID, OwnerDepartment: r.OwnerDepartmentID}
}

// columns are where the rights find what they ask of a standard's row: it belongs to its owner's department and to the one that it is about.
var columns = authz.Columns{Departments: []string{"standard.owner_department_id", "standard.department_id"}, Responsible: authz.HolderColumns{ID: "standard.owner_id", In: "standard.owner_department_id"}}

// row is a standard as the rights ask of it.
func (s Standard) row() authz.Row {
	row := authz.Row{DepartmentIDs: []string{s.OwnerDepartment}, Responsible: authz.Holder{ID: s.OwnerID, In: s.OwnerDepartment}}
	if s.Department != "" {
		row.DepartmentIDs = append(row.DepartmentIDs, s.Department)
	}
	return row
}

// load finds a standard, whoever may see it. Returns NotFound.
func load(v *store.View, id string) (Standard, error) {
	row, err := store.Take[standardRow](v.Gorm().Where("id = ?", id), NotFound)
	return fromRow(row), err
}

// versionsOf are all versions of codes, oldest first.
func versionsOf(v *store.View, codes ...string) ([]Standard, error) {
	var rows []standardRow
	err := v.Gorm().Where("code IN ?", codes).Order("code, edition").Find(&rows).Error
	all := make([]Standard, len(rows))
	for i, r := range rows {
		all[i] = fromRow(r)
	}
	return all, err
}

// editions are the lives of versions, in their order, without that of one.
func editions(all []Standard, but string) []edition.Edition {
	lives := make([]edition.Edition, 0, len(all))
	for _, s := range all {
		if s.ID != but {
			lives = append(lives, s.Edition)
		}
	}
	return lives
}

// save changes a standard. Without before it is new.
func save(tx *store.Tx, action string, before *Standard, after Standard) error {
	act := store.Act{Action: "standard." + action, Object: "standard", ID: after.ID}
	if before == nil {
		return tx.Save(act, nil, toRow(after))
	}
	return tx.Save(act, toRow(*before), toRow(after))
}
