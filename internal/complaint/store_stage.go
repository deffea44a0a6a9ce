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

// row is the stage row of a complaint's present stay.
func (c Case) stageRow() *stageRow {
	return &stageRow{ComplaintID: c.ID, Seq: c.Stay.Seq, Stage: string(c.Stage), EnteredAt: c.Stay.EnteredAt, ResponsibleID: c.ResponsibleID,
		DepartmentID: c.DepartmentID, ClockID: c.Stay.ClockID, EnteredBy: string(c.Stay.EnteredBy)}
}

// caseRow is a complaint and its present stay, in one query.
type caseRow struct {
	Complaint complaintRow `gorm:"embedded"`
	Seq       int
	EnteredAt time.Time
	EnteredBy string
	ClockID   string
}

// loadCase finds a complaint with all that its steps depend on, whoever may see it. Returns NotFound.
func (s *Service) loadCase(v *store.View, id string) (Case, error) {
	c, err := s.loadStay(v, id)
	if err != nil {
		return Case{}, err
	}
	return s.fill(v, c)
}

// caseFor is loadCase for who may do a step. To find that she may not read it costs no more than to find that it is not there: neither can be
// told from the other by a stop-watch. Returns NotFound, auth.forbidden.
func (s *Service) caseFor(v *store.View, who actor.Actor, id string, action Action) (Case, error) {
	c, err := s.loadStay(v, id)
	if err != nil {
		return Case{}, err
	}
	if err := s.mayDo(v, who, c, action); err != nil {
		return Case{}, err
	}
	return s.fill(v, c)
}

// loadStay finds a complaint and its present stay.
func (s *Service) loadStay(v *store.View, id string) (Case, error) {
	rows, err := store.Rows[caseRow](v.Gorm().Table("complaint").Joins("JOIN complaint_stage st ON st.complaint_id = complaint.id AND st.left_at IS NULL").
		Where("complaint.id = ?", id).Select("complaint.*, st.seq, st.entered_at, st.entered_by, st.clock_id"))
	if err != nil {
		return Case{}, err
	}
	if len(rows) == 0 {
		return Case{}, NotFound
	}
	r := rows[0]
	summary, err := s.fromRow(&r.Complaint)
	if err != nil {
		return Case{}, err
	}
	return Case{Summary: summary, Stay: stay{Seq: r.Seq, EnteredAt: r.EnteredAt.UTC(), EnteredBy: Action(r.EnteredBy), ClockID: r.ClockID}}, nil
}

// fill adds the clocks and the decision.
func (s *Service) fill(v *store.View, c Case) (Case, error) {
	clocks, err := clock.Load(v, c.ID)
	if err != nil {
		return Case{}, err
	}
	c.Clocks = clocks[c.ID]
	if c.Stage != StageFeedback && c.Stage.Open() {
		return c, nil
	}
	decisions, err := s.newestDecisions(v, c.ID)
	if d, ok := decisions[c.ID]; ok {
		c.Decision = &d
	}
	return c, err
}

// save changes a complaint as a step left it: its row, its passage through the stages, its clocks, and what the step brings along.
func (s *Service) save(tx *store.Tx, act store.Act, before, after Case, owned ...store.Owned) error {
	old, err := s.toRow(before.Summary)
	if err != nil {
		return err
	}
	row, err := s.toRow(after.Summary)
	if err != nil {
		return err
	}
	if before.ComplainantName == after.ComplainantName {
		row.ComplainantName = old.ComplainantName // sealing twice gives two ciphertexts
	}
	act.Object, act.ID, act.Stage = "complaint", before.ID, string(before.Stage)
	owned = append(owned, before.stays(after)...)
	return tx.Save(act, old, row, append(owned, clock.Changes(before.Clocks, after.Clocks)...)...)
}

// stays are the stage rows that change from one case to the next.
func (c Case) stays(after Case) []store.Owned {
	if c.Stay.Seq == after.Stay.Seq {
		if c.ResponsibleID == after.ResponsibleID && c.DepartmentID == after.DepartmentID {
			return nil
		}
		return []store.Owned{store.Update(after.stageRow())}
	}
	left := c.stageRow()
	left.LeftAt, left.LeftBy = &after.Stay.EnteredAt, string(after.Stay.EnteredBy)
	return []store.Owned{store.Put([]stageRow{*left, *after.stageRow()})}
}

// looked says whether a person looked at this complaint's contact before, today.
func (s *Service) looked(v *store.View, who actor.Actor, id string) (bool, error) {
	today := calendar.DateOf(v.Now(), s.clocks.Zone)
	return store.Noted(v, store.Act{Action: lookAction, ID: id}, who.ID, calendar.End(today.AddDays(-1), s.clocks.Zone))
}

// columns are where the rights find what they ask of a complaint's row.
var columns = authz.Columns{Stage: "complaint.stage", Departments: []string{"complaint.department_id"}, Responsible: authz.HolderColumns{ID: "complaint.responsible_id", In: "complaint.responsible_in"},
	PostedBy: "complaint.client_id", Named: "complaint.named_staff_id",
	Linked: "complaint.id IN (SELECT x.complaint_id FROM rectification_complaint x JOIN rectification r ON r.id = x.rectification_id WHERE r.owner_id = ? AND r.department_id = ?)"}

// row is a complaint as the rights ask of it, but for who is linked to it.
func (s Summary) row() authz.Row {
	return authz.Row{Stage: string(s.Stage), DepartmentIDs: []string{s.DepartmentID}, Responsible: authz.Holder{ID: s.ResponsibleID, In: s.ResponsibleIn}, PostedBy: s.ClientID, NamedStaffIDs: []string{s.NamedStaffID}}
}

// readable returns a complaint as the rights ask of it, if the caller may read it. Returns NotFound otherwise.
func (s *Service) readable(v *store.View, who actor.Actor, c Summary) (authz.Row, error) {
	filter, row := s.rights.Current().Scope(who, read), c.row()
	if filter.Allows(row) {
		return row, nil
	}
	if !filter.Links() {
		return row, NotFound
	}
	var err error
	row.LinkedTo, err = linkedTo(v, c.ID)
	if err != nil {
		return row, err
	}
	if !filter.Allows(row) {
		return row, NotFound
	}
	return row, nil
}

// linkedTo are the owners of the rectifications of a complaint.
func linkedTo(v *store.View, complaintID string) ([]authz.Holder, error) {
	var rows []struct{ OwnerID, DepartmentID string }
	err := v.Gorm().Table("rectification_complaint x").Joins("JOIN rectification r ON r.id = x.rectification_id").
		Where("x.complaint_id = ?", complaintID).Distinct("r.owner_id", "r.department_id").Scan(&rows).Error
	owners := make([]authz.Holder, len(rows))
	for i, r := range rows {
		owners[i] = authz.Holder{ID: r.OwnerID, In: r.DepartmentID}
	}
	return owners, err
}

// closedBefore returns closed complaints, closed before an instant and not archived, whose promises are performed; a batch at most.
func closedBefore(v *store.View, at time.Time) ([]string, error) {
	var ids []string
	err := v.Gorm().Model(&complaintRow{}).Where("stage = ? AND closed_at < ? AND promise_due_on = ?", string(StageClosed), at.UTC(), noDate).Limit(sweepBatch).Pluck("id", &ids).Error
	return ids, err
}

// staysOf returns the passage of complaints through the stages.
func staysOf(v *store.View, ids []string) (map[string][]stageRow, error) {
	var rows []stageRow
	if err := v.Gorm().Where("complaint_id IN ?", ids).Order("complaint_id, seq").Find(&rows).Error; err != nil {
		return nil, err
	}
	stays := map[string][]stageRow{}
	for _, r := range rows {
		r.EnteredAt, r.LeftAt = r.EnteredAt.UTC(), store.UTC(r.LeftAt)
		stays[r.ComplaintID] = append(stays[r.ComplaintID], r)
	}
	return stays, nil
}
