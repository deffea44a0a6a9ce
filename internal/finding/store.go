package finding

import (
	"errors"
	"time"

	"xiaobao/internal/actor"
	"xiaobao/internal/authz"
	"xiaobao/internal/pii"
	"xiaobao/internal/store"
)

type findingRow struct {
	ID             string     `gorm:"primaryKey" audit:"ignore"`
	Version        int64      `audit:"ignore"`
	SourceType     string     `audit:"track"`
	SourceID       string     `audit:"track"`
	Subject        string     `audit:"ignore"`
	OpenKey        *string    `audit:"ignore"`
	Title          pii.Sealed `audit:"secret"`
	Description    pii.Sealed `audit:"secret"`
	InfringedRight string     `audit:"track"`
	Severity       string     `audit:"track"`
	DepartmentID   string     `audit:"track"`
	OwnerID        string     `audit:"track"`
	DueOn          string     `audit:"track"`
	State          string     `audit:"track"`
	Reopened       int64      `audit:"track"`
	ReopenReason   pii.Sealed `audit:"secret"`
	CreatedAt      time.Time  `gorm:"autoCreateTime:false" audit:"ignore"`
	UpdatedAt      time.Time  `gorm:"autoUpdateTime:false" audit:"ignore"`
	ClosedAt       *time.Time `audit:"track"`
}

func (findingRow) TableName() string { return "finding" }

// openKey is the constraint by which a subject has one open finding.
const openKey = "finding_open_key"

func place(column, id string) pii.Place { return pii.Place{Column: "finding." + column, Row: id} }

func (s *Service) toRow(f Finding) (*findingRow, error) {
	row := &findingRow{ID: f.ID, Version: f.Version, SourceType: string(f.Source), SourceID: f.SourceID, Subject: f.Subject, InfringedRight: f.Right, Severity: f.Severity,
		DepartmentID: f.DepartmentID, OwnerID: f.OwnerID, DueOn: f.DueOn.String(), State: string(f.State), Reopened: f.Reopened,
		CreatedAt: f.CreatedAt, UpdatedAt: f.UpdatedAt, ClosedAt: f.ClosedAt}
	if f.State != Closed {
		key := string(f.Source) + "/" + f.Subject
		row.OpenKey = &key
	}
	var errs [3]error
	row.Title, errs[0] = s.keys.Seal(place("title", f.ID), f.Title)
	row.Description, errs[1] = s.keys.Seal(place("description", f.ID), f.Description)
	row.ReopenReason, errs[2] = s.keys.Seal(place("reopen_reason", f.ID), f.ReopenReason)
	return row, errors.Join(errs[:]...)
}

// summary leaves the longer texts sealed.
func (s *Service) summary(row findingRow) (Summary, error) {
	f := Summary{ID: row.ID, Version: row.Version, Source: Source(row.SourceType), SourceID: row.SourceID, Subject: row.Subject, Right: row.InfringedRight,
		Severity: row.Severity, DepartmentID: row.DepartmentID, OwnerID: row.OwnerID, State: State(row.State), Reopened: row.Reopened,
		CreatedAt: row.CreatedAt.UTC(), UpdatedAt: row.UpdatedAt.UTC(), ClosedAt: store.UTC(row.ClosedAt)}
	var err error
	f.Title, err = s.keys.Unseal(place("title", row.ID), row.Title)
	return f, errors.Join(err, f.DueOn.UnmarshalText([]byte(row.DueOn)))
}

func (s *Service) fromRow(row findingRow) (Finding, error) {
	summary, err := s.summary(row)
	f, errs := Finding{Summary: summary}, [3]error{err}
	f.Description, errs[1] = s.keys.Unseal(place("description", row.ID), row.Description)
	f.ReopenReason, errs[2] = s.keys.Unseal(place("reopen_reason", row.ID), row.ReopenReason)
	return f, errors.Join(errs[:]...)
}

// columns are where the rights find what they ask of a finding's row.
var columns = authz.Columns{Departments: []string{"finding.department_id"}, Responsible: authz.HolderColumns{ID: "finding.owner_id", In: "finding.department_id"},
	Named: "SELECT c.named_staff_id FROM complaint c WHERE c.id = finding.source_id"}

// row is a finding as the rights ask of it, with who is named in the complaint from which it came.
func (f Summary) row(named map[string]string) authz.Row {
	row := authz.Row{DepartmentIDs: []string{f.DepartmentID}, Responsible: authz.Holder{ID: f.OwnerID, In: f.DepartmentID}}
	if staffID := named[f.SourceID]; staffID != "" {
		row.NamedStaffIDs = []string{staffID}
	}
	return row
}

// namedIn are the staff numbers of who is named in complaints, by complaint.
func namedIn(v *store.View, complaintIDs []string) (map[string]string, error) {
	named := map[string]string{}
	if len(complaintIDs) == 0 {
		return named, nil
	}
	var rows []struct{ ID, NamedStaffID string }
	err := v.Gorm().Table("complaint").Select("id, named_staff_id").Where("id IN ? AND named_staff_id <> ''", complaintIDs).Scan(&rows).Error
	for _, r := range rows {
		named[r.ID] = r.NamedStaffID
	}
	return named, err
}

// Complaints are the complaints from which findings came, whoever may see them.
func (s *Service) Complaints(v *store.View, findingIDs []string) (ids []string, err error) {
	if len(findingIDs) == 0 {
		return nil, nil
	}
	err = v.Gorm().Model(&findingRow{}).Where("id IN ? AND source_type = ?", findingIDs, string(Infringement)).Pluck("source_id", &ids).Error
	return ids, err
}

// Rows returns those of the findings that the actor may read, each as the rights ask of it.
func (s *Service) Rows(v *store.View, who actor.Actor, ids []string) (map[string]authz.Row, error) {
	rows := map[string]authz.Row{}
	if len(ids) == 0 {
		return rows, nil
	}
	where, args := s.rights.Current().Scope(who, read).Where(columns)
	var found []findingRow
	if err := v.Gorm().Omit("title", "description", "reopen_reason").Where("id IN ?", ids).Where(where, args...).Find(&found).Error; err != nil {
		return nil, err
	}
	sources := make([]string, len(found))
	for i, f := range found {
		sources[i] = f.SourceID // the ids of other records are no complaint's
	}
	named, err := namedIn(v, sources)
	for _, f := range found {
		rows[f.ID] = Summary{SourceID: f.SourceID, DepartmentID: f.DepartmentID, OwnerID: f.OwnerID}.row(named)
	}
	return rows, err
}

// load finds a finding, whoever may see it. Returns NotFound.
func (s *Service) load(v *store.View, id string) (Finding, error) {
	all, err := s.loadAll(v, []string{id})
	if err == nil && len(all) == 0 {
		err = NotFound
	}
	if err != nil {
		return Finding{}, err
	}
	return all[0], nil
}

func (s *Service) loadAll(v *store.View, ids []string) ([]Finding, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	var rows []findingRow
	if err := v.Gorm().Where("id IN ?", ids).Order("id").Find(&rows).Error; err != nil {
		return nil, err
	}
	all := make([]Finding, len(rows))
	for i, row := range rows {
		var err error
		all[i], err = s.fromRow(row)
		if err != nil {
			return nil, err
		}
	}
	return all, nil
}

// openOne finds the open finding of a subject; false when there is none.
func (s *Service) openOne(v *store.View, source Source, subject string) (string, bool, error) {
	var ids []string
	err := v.Gorm().Model(&findingRow{}).Where("open_key = ?", string(source)+"/"+subject).Pluck("id", &ids).Error
	if len(ids) == 0 {
		return "", false, err
	}
	return ids[0], true, err
}

func (s *Service) newest(v *store.View, source Source, subject string) (Finding, bool, error) {
	row, err := store.Take[findingRow](v.Gorm().Where("source_type = ? AND subject = ?", string(source), subject).Order("id DESC"), NotFound)
	if errors.Is(err, NotFound) {
		return Finding{}, false, nil
	}
	if err != nil {
		return Finding{}, false, err
	}
	f, err := s.fromRow(row)
	return f, true, err
}

// save changes a finding. Without before it is new.
func (s *Service) save(tx *store.Tx, action string, before *Finding, after Finding) error {
	after.UpdatedAt = tx.Now()
	row, err := s.toRow(after)
	if err != nil {
		return err
	}
	act := store.Act{Action: "finding." + action, Object: "finding", ID: after.ID}
	if before == nil {
		return tx.Save(act, nil, row)
	}
	old, err := s.toRow(*before)
	if err != nil {
		return err
	}
	// Sealing the same text twice gives two ciphertexts: an unchanged text keeps the old one, and the audit tells of no change.
	row.Title, row.Description = old.Title, old.Description
	if before.ReopenReason == after.ReopenReason {
		row.ReopenReason = old.ReopenReason
	}
	return tx.Save(act, old, row)
}
