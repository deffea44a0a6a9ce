package complaint

import (
	"errors"

	"xiaobao/internal/actor"
	"xiaobao/internal/authz"
	"xiaobao/internal/pii"
	"xiaobao/internal/store"
)

// Rows returns those of the complaints that the actor may read, each as the rights ask of it, in two queries however many they are.
func (s *Service) Rows(v *store.View, who actor.Actor, ids []string) (map[string]authz.Row, error) {
	if len(ids) == 0 {
		return map[string]authz.Row{}, nil
	}
	where, args := s.rights.Current().Scope(who, read).Where(columns)
	var found []complaintRow
	err := v.Gorm().Select("id, stage, department_id, responsible_id, client_id, named_staff_id").Where("id IN ?", ids).Where(where, args...).Find(&found).Error
	if err != nil {
		return nil, err
	}
	var links []struct{ ComplaintID, OwnerID string }
	err = v.Gorm().Table("rectification_complaint x").Joins("JOIN rectification r ON r.id = x.rectification_id").
		Where("x.complaint_id IN ?", ids).Distinct("x.complaint_id, r.owner_id").Scan(&links).Error
	if err != nil {
		return nil, err
	}
	owners := map[string][]string{}
	for _, l := range links {
		owners[l.ComplaintID] = append(owners[l.ComplaintID], l.OwnerID)
	}
	rows := make(map[string]authz.Row, len(found))
	for _, c := range found {
		rows[c.ID] = authz.Row{Stage: c.Stage, DepartmentIDs: []string{c.DepartmentID}, ResponsibleID: c.ResponsibleID, PostedBy: c.ClientID,
			LinkedTo: owners[c.ID], NamedStaffIDs: []string{c.NamedStaffID}}
	}
	return rows, nil
}

// PersonalValues are the values of the complaints' complainants, whoever may see them, for texts of other records to be masked by.
func (s *Service) PersonalValues(v *store.View, ids []string) ([]string, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	var found []struct {
		ID                                                                    string
		ComplainantName, LegalRepresentative, IDNumber, Phone, Email, Address pii.Sealed
	}
	err := v.Gorm().Table("complaint c").Joins("JOIN complaint_matter m ON m.complaint_id = c.id").Where("c.id IN ?", ids).
		Select("c.id, c.complainant_name, m.legal_representative, m.id_number, m.phone, m.email, m.address").Scan(&found).Error
	if err != nil {
		return nil, err
	}
	var values []string
	for _, c := range found {
		summary, matter := s.vault("complaint", c.ID), s.vault("complaint_matter", c.ID)
		for _, value := range []string{summary.open("complainant_name", c.ComplainantName), matter.open("legal_representative", c.LegalRepresentative),
			matter.open("id_number", c.IDNumber), matter.open("phone", c.Phone), matter.open("email", c.Email), matter.open("address", c.Address)} {
			if value != "" {
				values = append(values, value)
			}
		}
		if summary.err != nil || matter.err != nil {
			return nil, errors.Join(summary.err, matter.err)
		}
	}
	return values, nil
}
