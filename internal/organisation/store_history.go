package organisation

import (
	"time"

	"xiaobao/internal/store"
)

// placementRow is where a person stands, and as what, from an instant on. It goes in with the change of her record, which is what is audited.
type placementRow struct {
	UserID       string    `gorm:"primaryKey" audit:"ignore"`
	FromAt       time.Time `gorm:"primaryKey" audit:"ignore"`
	DepartmentID string    `audit:"ignore"`
	Roles        string    `audit:"ignore"`
	Status       string    `audit:"ignore"`
}

func (placementRow) TableName() string { return "user_placement" }

type headRow struct {
	DepartmentID string    `gorm:"primaryKey" audit:"ignore"`
	FromAt       time.Time `gorm:"primaryKey" audit:"ignore"`
	HeadID       string    `audit:"ignore"`
}

func (headRow) TableName() string { return "department_head" }

// placementsOf is the history that a change of a user writes: none when she stays where and what she was.
func placementsOf(before, after *userRow, now time.Time) []placementRow {
	if before != nil && before.DepartmentID == after.DepartmentID && before.Roles == after.Roles && before.Status == after.Status {
		return nil
	}
	return []placementRow{{UserID: after.ID, FromAt: now, DepartmentID: after.DepartmentID, Roles: after.Roles, Status: after.Status}}
}

func headsOf(before *Department, after Department, now time.Time) []headRow {
	if before == nil && after.HeadID == "" || before != nil && before.HeadID == after.HeadID {
		return nil
	}
	return []headRow{{DepartmentID: after.ID, FromAt: now, HeadID: after.HeadID}}
}

// Placement is where a person stood, and as what, from an instant until the next of hers.
type Placement struct {
	UserID, DepartmentID string
	Path                 string // of the department, in the tree as it now stands
	Roles                []string
	Active               bool
	From                 time.Time
}

// PlacementsUntil are the placements up to an instant of some people, of all when none is named: those of one person together and in their order.
func PlacementsUntil(v *store.View, at time.Time, userIDs ...string) ([]Placement, error) {
	q := v.Gorm().Table("user_placement p").Joins("JOIN department d ON d.id = p.department_id").Where("p.from_at <= ?", at.UTC())
	if len(userIDs) > 0 {
		q = q.Where("p.user_id IN ?", userIDs)
	}
	var rows []struct {
		UserID, DepartmentID, Path, Roles, Status string
		FromAt                                    time.Time
	}
	err := q.Select("p.user_id, p.from_at, p.department_id, p.roles, p.status, d.path").Order("p.user_id, p.from_at").Scan(&rows).Error
	all := make([]Placement, len(rows))
	for i, r := range rows {
		all[i] = Placement{UserID: r.UserID, DepartmentID: r.DepartmentID, Path: r.Path, Roles: splitRoles(r.Roles), Active: r.Status == Active, From: r.FromAt.UTC()}
	}
	return all, err
}

// Headship is who headed a department from an instant until the next of it; nobody where the head is empty.
type Headship struct {
	DepartmentID, HeadID string
	From                 time.Time
}

// HeadshipsUntil are the headships of all departments up to an instant, those of one department together and in their order.
func HeadshipsUntil(v *store.View, at time.Time) ([]Headship, error) {
	var rows []headRow
	err := v.Gorm().Where("from_at <= ?", at.UTC()).Order("department_id, from_at").Find(&rows).Error
	all := make([]Headship, len(rows))
	for i, r := range rows {
		all[i] = Headship{DepartmentID: r.DepartmentID, HeadID: r.HeadID, From: r.FromAt.UTC()}
	}
	return all, err
}

// Tree are all departments as they now stand, by code.
func Tree(v *store.View) ([]Department, error) {
	var rows []departmentRow
	err := v.Gorm().Order("code").Find(&rows).Error
	all := make([]Department, len(rows))
	for i, r := range rows {
		all[i] = r.toDomain()
	}
	return all, err
}
