package complaint

import (
	"time"

	"xiaobao/internal/actor"
	"xiaobao/internal/authz"
	"xiaobao/internal/calendar"
	"xiaobao/internal/clock"
	"xiaobao/internal/store"
)

// stageRow is a complaint's stay in a stage.
type stageRow struct {
	ComplaintID   string     `gorm:"primaryKey" audit:"ignore"`
	Seq           int        `gorm:"primaryKey" audit:"ignore"`
	Stage         string     `audit:"ignore"`
	EnteredAt     time.Time  `audit:"ignore"`
	LeftAt        *time.Time `audit:"ignore"`
	ResponsibleID string     `audit:"ignore"`
	DepartmentID  string     `audit:"ignore"`
	ClockID       string     `audit:"ignore"`
	EnteredBy     string     `audit:"ignore"`
	LeftBy        string     `audit:"ignore"`
}

func (stageRow) TableName() string { return "complaint_stage" }

// enter is the row of a stage that a complaint enters now, by an action.
func enter(c Complaint, seq int, action Action, clocks []clock.Clock) *stageRow {
	r := &stageRow{ComplaintID: c.ID, Seq: seq, Stage: string(c.Stage), EnteredAt: c.UpdatedAt, ResponsibleID: c.ResponsibleID, DepartmentID: c.DepartmentID, EnteredBy: string(action)}
	for _, k := range clocks {
		if k.Kind == clock.Stage && k.Open() {
			r.ClockID = k.ID
		}
	}
	return r
}

// looked says whether a person looked at this complaint's contact before, today.
func (s *Service) looked(v *store.View, who actor.Actor, id string) (bool, error) {
	today := calendar.DateOf(v.Now(), s.clocks.Zone)
	return store.Noted(v, store.Act{Action: lookAction, ID: id}, who.ID, calendar.End(today.AddDays(-1), s.clocks.Zone))
}

// columns are where the rights find what they ask of a complaint's row.
var columns = authz.Columns{Stage: "complaint.stage", Departments: []string{"complaint.department_id"}, Responsible: "complaint.responsible_id",
	PostedBy: "complaint.client_id", Named: "complaint.named_staff_id",
	Linked: "complaint.id IN (SELECT x.complaint_id FROM rectification_complaint x JOIN rectification r ON r.id = x.rectification_id WHERE r.owner_id = ?)"}

// rowOf is a complaint as the rights ask of it.
func (s *Service) rowOf(v *store.View, c Summary) (authz.Row, error) {
	row := authz.Row{Stage: string(c.Stage), DepartmentIDs: []string{c.DepartmentID}, ResponsibleID: c.ResponsibleID, PostedBy: c.ClientID, NamedStaffIDs: []string{c.NamedStaffID}}
	err := v.Gorm().Table("rectification_complaint x").Joins("JOIN rectification r ON r.id = x.rectification_id").
		Where("x.complaint_id = ?", c.ID).Distinct("r.owner_id").Pluck("r.owner_id", &row.LinkedTo).Error
	return row, err
}
