package complaint

import (
	"xiaobao/internal/authz"
	"xiaobao/internal/store"
)

// AccessRow is what the rights ask of a complaint, and nothing else of it, whoever may see it. Returns NotFound.
func (s *Service) AccessRow(v *store.View, id string) (authz.Row, error) {
	summary, err := s.loadSummary(v, id)
	if err != nil {
		return authz.Row{}, err
	}
	asked := summary.row()
	asked.LinkedTo, err = linkedTo(v, id)
	return asked, err
}

// OfDepartment says that a department answers for a complaint, in whatever stage.
func OfDepartment(v *store.View, departmentID string) (bool, error) {
	var n int64
	err := v.Gorm().Model(&complaintRow{}).Where("department_id = ?", departmentID).Limit(1).Count(&n).Error
	return n > 0, err
}
