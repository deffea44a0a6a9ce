package complaint

import (
	"errors"
	"time"

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
	err := v.Gorm().Select("id, stage, department_id, responsible_id, responsible_in, client_id, named_staff_id").Where("id IN ?", ids).Where(where, args...).Find(&found).Error
	if err != nil {
		return nil, err
	}
	var links []struct{ ComplaintID, OwnerID, DepartmentID string }
	err = v.Gorm().Table("rectification_complaint x").Joins("JOIN rectification r ON r.id = x.rectification_id").
		Where("x.complaint_id IN ?", ids).Distinct("x.complaint_id, r.owner_id, r.department_id").Scan(&links).Error
	if err != nil {
		return nil, err
	}
	owners := map[string][]authz.Holder{}
	for _, l := range links {
		owners[l.ComplaintID] = append(owners[l.ComplaintID], authz.Holder{ID: l.OwnerID, In: l.DepartmentID})
	}
	rows := make(map[string]authz.Row, len(found))
	for _, c := range found {
		rows[c.ID] = authz.Row{Stage: c.Stage, DepartmentIDs: []string{c.DepartmentID}, Responsible: authz.Holder{ID: c.ResponsibleID, In: c.ResponsibleIn}, PostedBy: c.ClientID,
			LinkedTo: owners[c.ID], NamedStaffIDs: []string{c.NamedStaffID}}
	}
	return rows, nil
}

// TransactionOf is the sale that a complaint is about, and when the complaint was received, for who may read it. Returns NotFound, TransactionUnknown.
func (s *Service) TransactionOf(v *store.View, who actor.Actor, id string) (sale Transaction, receivedAt time.Time, err error) {
	readable, err := s.Rows(v, who, []string{id})
	if err != nil {
		return sale, receivedAt, err
	}
	if len(readable) == 0 {
		return sale, receivedAt, NotFound
	}
	var row struct {
		Matter     matterRow `gorm:"embedded"`
		ReceivedAt time.Time
	}
	err = v.Gorm().Table("complaint_matter m").Joins("JOIN complaint c ON c.id = m.complaint_id").Where("m.complaint_id = ?", id).
		Select("m.transaction_reference, m.transaction_kind, m.transacted_at, m.transaction_risk_level, c.received_at").Take(&row).Error
	if err != nil {
		return sale, receivedAt, err
	}
	named := row.Matter.transaction()
	if named == nil {
		return sale, receivedAt, TransactionUnknown
	}
	return *named, row.ReceivedAt.UTC(), nil
}

// PersonalValues are the values of the complaints' complainants, whoever may see them, for texts of other records to be masked by.
func (s *Service) PersonalValues(v *store.View, ids []string) ([]string, error) {
	complainants, err := s.Complainants(v, ids)
	var values []string
	for _, c := range complainants {
		for _, value := range c.Personal() {
			if value != "" {
				values = append(values, value)
			}
		}
	}
	return values, err
}

// Complainants are the complainants of complaints, whoever may see them, with what texts are masked by: their names and values.
func (s *Service) Complainants(v *store.View, ids []string) (map[string]Complaint, error) {
	all := map[string]Complaint{}
	if len(ids) == 0 {
		return all, nil
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
	for _, r := range found {
		summary, matter := s.vault("complaint", r.ID), s.vault("complaint_matter", r.ID)
		c := Complaint{Complainant: Complainant{LegalRepresentative: matter.open("legal_representative", r.LegalRepresentative), IDNumber: matter.open("id_number", r.IDNumber),
			Phone: matter.open("phone", r.Phone), Email: matter.open("email", r.Email), Address: matter.open("address", r.Address)}}
		c.ComplainantName = summary.open("complainant_name", r.ComplainantName)
		if err := errors.Join(summary.err, matter.err); err != nil {
			return nil, err
		}
		all[r.ID] = c
	}
	return all, nil
}
