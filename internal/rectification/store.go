package rectification

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"xiaobao/internal/actor"
	"xiaobao/internal/authz"
	"xiaobao/internal/pii"
	"xiaobao/internal/store"
)

type rectificationRow struct {
	ID                 string     `gorm:"primaryKey" audit:"ignore"`
	Version            int64      `audit:"ignore"`
	State              string     `audit:"track"`
	RootCauseCode      string     `audit:"track"`
	Severity           string     `audit:"track"`
	Measure            pii.Sealed `audit:"secret"`
	OwnerID            string     `audit:"track"`
	DepartmentID       string     `audit:"track"`
	OpenedBy           string     `audit:"track"`
	OpenerDepartmentID string     `audit:"track"`
	DueOn              string     `audit:"track"`
	Evidence           pii.Sealed `audit:"secret"`
	CompletedBy        string     `audit:"track"`
	CompletedAt        *time.Time `audit:"track"`
	VerifiedBy         string     `audit:"track"`
	VerifiedAt         *time.Time `audit:"track"`
	Effective          *bool      `audit:"track"`
	Comment            pii.Sealed `audit:"secret"`
	Reopened           int64      `audit:"track"`
	CreatedAt          time.Time  `gorm:"autoCreateTime:false" audit:"ignore"`
	UpdatedAt          time.Time  `gorm:"autoUpdateTime:false" audit:"ignore"`
	// Complaints and Findings are no columns: the audit tells by them which links came and went.
	Complaints string `gorm:"-" audit:"track"`
	Findings   string `gorm:"-" audit:"track"`
}

func (rectificationRow) TableName() string { return "rectification" }

type linkRow struct {
	RectificationID string `gorm:"primaryKey" audit:"ignore"`
	ComplaintID     string `gorm:"primaryKey" audit:"ignore"`
}

func (linkRow) TableName() string { return "rectification_complaint" }

type findingLinkRow struct {
	RectificationID string `gorm:"primaryKey" audit:"ignore"`
	FindingID       string `gorm:"primaryKey" audit:"ignore"`
}

func (findingLinkRow) TableName() string { return "rectification_finding" }

// linksToFindings are the links to findings, which do not change.
func (r Rectification) linksToFindings() []findingLinkRow {
	rows := make([]findingLinkRow, len(r.FindingIDs))
	for i, id := range r.FindingIDs {
		rows[i] = findingLinkRow{RectificationID: r.ID, FindingID: id}
	}
	return rows
}

// linksTo are the links to complaints.
func (s Summary) linksTo(complaintIDs []string) []linkRow {
	rows := make([]linkRow, len(complaintIDs))
	for i, id := range complaintIDs {
		rows[i] = linkRow{RectificationID: s.ID, ComplaintID: id}
	}
	return rows
}

func place(column, id string) pii.Place {
	return pii.Place{Column: "rectification." + column, Row: id}
}

func (s *Service) toRow(r Rectification) (*rectificationRow, error) {
	row := &rectificationRow{ID: r.ID, Version: r.Version, State: string(r.State), RootCauseCode: r.RootCause, Severity: r.Severity, OwnerID: r.OwnerID,
		DepartmentID: r.DepartmentID, OpenedBy: r.OpenedBy, OpenerDepartmentID: r.OpenerDepartmentID, DueOn: r.DueOn.String(), CompletedBy: r.CompletedBy,
		CompletedAt: r.CompletedAt, VerifiedBy: r.VerifiedBy, VerifiedAt: r.VerifiedAt, Effective: r.Effective, Reopened: r.Reopened, CreatedAt: r.CreatedAt,
		UpdatedAt: r.UpdatedAt, Complaints: strings.Join(r.ComplaintIDs, ","), Findings: strings.Join(r.FindingIDs, ",")}
	evidence := ""
	if len(r.Evidence) > 0 {
		text, err := json.Marshal(r.Evidence)
		if err != nil {
			return nil, err
		}
		evidence = string(text)
	}
	var errs [3]error
	row.Measure, errs[0] = s.keys.Seal(place("measure", r.ID), r.Measure)
	row.Evidence, errs[1] = s.keys.Seal(place("evidence", r.ID), evidence)
	row.Comment, errs[2] = s.keys.Seal(place("comment", r.ID), r.Comment)
	return row, errors.Join(errs[:]...)
}

// summary leaves the texts sealed.
func (row rectificationRow) summary() (Summary, error) {
	s := Summary{ID: row.ID, Version: row.Version, State: State(row.State), RootCause: row.RootCauseCode, Severity: row.Severity, OwnerID: row.OwnerID,
		DepartmentID: row.DepartmentID, OpenedBy: row.OpenedBy, OpenerDepartmentID: row.OpenerDepartmentID, CompletedBy: row.CompletedBy, CompletedAt: store.UTC(row.CompletedAt),
		VerifiedBy: row.VerifiedBy, VerifiedAt: store.UTC(row.VerifiedAt), Effective: row.Effective, Reopened: row.Reopened, CreatedAt: row.CreatedAt.UTC(), UpdatedAt: row.UpdatedAt.UTC()}
	return s, s.DueOn.UnmarshalText([]byte(row.DueOn))
}

func (s *Service) fromRow(row rectificationRow) (Rectification, error) {
	summary, err := row.summary()
	r := Rectification{Summary: summary}
	errs := [4]error{err}
	var evidence string
	r.Measure, errs[1] = s.keys.Unseal(place("measure", row.ID), row.Measure)
	evidence, errs[2] = s.keys.Unseal(place("evidence", row.ID), row.Evidence)
	r.Comment, errs[3] = s.keys.Unseal(place("comment", row.ID), row.Comment)
	if err := errors.Join(errs[:]...); err != nil || evidence == "" {
		return r, err
	}
	return r, json.Unmarshal([]byte(evidence), &r.Evidence)
}

// columns are where the rights find what they ask of a rectification's row.
var columns = authz.Columns{Departments: []string{"rectification.opener_department_id", "rectification.department_id"}, Responsible: authz.HolderColumns{ID: "rectification.owner_id", In: "rectification.department_id"},
	Named: "SELECT c.named_staff_id FROM rectification_complaint x JOIN complaint c ON c.id = x.complaint_id WHERE x.rectification_id = rectification.id UNION ALL " +
		"SELECT c.named_staff_id FROM rectification_finding y JOIN finding f ON f.id = y.finding_id JOIN complaint c ON c.id = f.source_id WHERE y.rectification_id = rectification.id"}

// row is a rectification as the rights ask of it, but for who is named in its complaints.
func (s Summary) row() authz.Row {
	return authz.Row{DepartmentIDs: []string{s.OpenerDepartmentID, s.DepartmentID}, Responsible: authz.Holder{ID: s.OwnerID, In: s.DepartmentID}}
}

// load finds a rectification, whoever may see it, and who is named in its complaints. Returns NotFound.
func (s *Service) load(v *store.View, id string) (r Rectification, named []string, err error) {
	row, err := store.Take[rectificationRow](v.Gorm().Where("id = ?", id), NotFound)
	if err != nil {
		return r, nil, err
	}
	r, err = s.fromRow(row)
	if err != nil {
		return r, nil, err
	}
	err = v.Gorm().Model(&linkRow{}).Where("rectification_id = ?", id).Order("complaint_id").Pluck("complaint_id", &r.ComplaintIDs).Error
	if err != nil {
		return r, nil, err
	}
	err = v.Gorm().Model(&findingLinkRow{}).Where("rectification_id = ?", id).Order("finding_id").Pluck("finding_id", &r.FindingIDs).Error
	if err != nil {
		return r, nil, err
	}
	origins, err := s.origins(v, r)
	if err != nil {
		return r, nil, err
	}
	named, err = namedIn(v, origins)
	if err != nil {
		return r, nil, err
	}
	concerned, err := concernedIn(v, id)
	r.Concerned = concerned[id]
	return r, named, err
}

// concernedIn are those who have a part in rectifications besides their owners, by rectification. Who completed one is told by its trail: the row knows the last alone.
func concernedIn(v *store.View, ids ...string) (map[string][]string, error) {
	concerned, err := store.ActorsOf(v, Complete.asks().String(), ids)
	if err != nil {
		return nil, err
	}
	var links []struct{ RectificationID, UserID string }
	// A finding without an owner is the head's of its department.
	err = v.Gorm().Table("rectification_finding y").Joins("JOIN finding f ON f.id = y.finding_id").Joins("JOIN department d ON d.id = f.department_id").
		Where("y.rectification_id IN ?", ids).Select("y.rectification_id, CASE WHEN f.owner_id = '' THEN d.head_id ELSE f.owner_id END AS user_id").Scan(&links).Error
	for _, l := range links {
		concerned[l.RectificationID] = append(concerned[l.RectificationID], l.UserID)
	}
	return concerned, err
}

// origins are the complaints out of which a rectification grows, those of its findings among them.
func (s *Service) origins(v *store.View, r Rectification) ([]string, error) {
	through, err := s.findings.Complaints(v, r.FindingIDs)
	return append(slices.Clone(r.ComplaintIDs), through...), err
}

// awaited are those of a rectification's findings that another one has still to mend.
func awaited(v *store.View, r Rectification) (ids []string, err error) {
	if len(r.FindingIDs) == 0 {
		return nil, nil
	}
	err = v.Gorm().Table("rectification_finding y").Joins("JOIN rectification o ON o.id = y.rectification_id").
		Where("y.finding_id IN ? AND o.id <> ? AND o.state <> ?", r.FindingIDs, r.ID, string(Verified)).Distinct("y.finding_id").Pluck("y.finding_id", &ids).Error
	return ids, err
}

// OfFindings are the rectifications of findings that the actor may read, by finding.
func (s *Service) OfFindings(v *store.View, who actor.Actor, findingIDs []string) (map[string][]string, error) {
	where, args := s.rights.Current().Scope(who, read).Where(columns)
	var links []findingLinkRow
	err := v.Gorm().Table("rectification").Joins("JOIN rectification_finding l ON l.rectification_id = rectification.id").Where("l.finding_id IN ?", findingIDs).
		Where(where, args...).Order("rectification.id").Select("l.rectification_id, l.finding_id").Scan(&links).Error
	of := map[string][]string{}
	for _, l := range links {
		of[l.FindingID] = append(of[l.FindingID], l.RectificationID)
	}
	return of, err
}

// Standing is where a rectification of a finding stands.
type Standing struct {
	ID, FindingID, DueOn string
	State                State
}

// Underway are the rectifications of findings that were not verified yet, whoever may see them.
func Underway(v *store.View, findingIDs []string) ([]Standing, error) {
	var all []Standing
	if len(findingIDs) == 0 {
		return all, nil
	}
	err := v.Gorm().Table("rectification").Joins("JOIN rectification_finding l ON l.rectification_id = rectification.id").
		Where("l.finding_id IN ? AND rectification.state <> ?", findingIDs, string(Verified)).Order("l.finding_id, rectification.id").
		Select("rectification.id, l.finding_id, rectification.due_on, rectification.state").Scan(&all).Error
	return all, err
}

// namedIn are the staff numbers of who is named in complaints.
func namedIn(v *store.View, complaintIDs []string) (named []string, err error) {
	if len(complaintIDs) == 0 {
		return nil, nil
	}
	err = v.Gorm().Table("complaint").Where("id IN ? AND named_staff_id <> ''", complaintIDs).Distinct("named_staff_id").Pluck("named_staff_id", &named).Error
	return named, err
}

func (s *Service) insert(tx *store.Tx, r Rectification) error {
	row, err := s.toRow(r)
	if err != nil {
		return err
	}
	return tx.Save(store.Act{Action: "rectification.create", Object: "rectification", ID: r.ID}, nil, row, store.Insert(r.linksTo(r.ComplaintIDs), r.linksToFindings()))
}

func (s *Service) update(tx *store.Tx, a Action, before, after Rectification) error {
	after.UpdatedAt = tx.Now()
	old, err := s.toRow(before)
	if err != nil {
		return err
	}
	row, err := s.toRow(after)
	if err != nil {
		return err
	}
	// Sealing the same text twice gives two ciphertexts: an unchanged text keeps the old one, and the audit tells of no change.
	if before.Measure == after.Measure {
		row.Measure = old.Measure
	}
	if slices.Equal(before.Evidence, after.Evidence) {
		row.Evidence = old.Evidence
	}
	if before.Comment == after.Comment {
		row.Comment = old.Comment
	}
	gone, added := after.linksTo(without(before.ComplaintIDs, after.ComplaintIDs)), after.linksTo(without(after.ComplaintIDs, before.ComplaintIDs))
	return tx.Save(store.Act{Action: a.asks().String(), Object: "rectification", ID: after.ID}, old, row, store.Delete(gone), store.Insert(added))
}
