package complaint

import (
	"errors"
	"time"

	"xiaobao/internal/actor"
	"xiaobao/internal/authz"
	"xiaobao/internal/clock"
	"xiaobao/internal/pii"
	"xiaobao/internal/ruleset"
	"xiaobao/internal/store"
)

type extensionRow struct {
	ID              string     `gorm:"primaryKey" audit:"ignore"`
	Version         int64      `audit:"ignore"`
	ComplaintID     string     `audit:"track"`
	ClockID         string     `audit:"track"`
	Tier            string     `audit:"track"`
	ReasonCode      string     `audit:"track"`
	Reason          pii.Sealed `audit:"secret"`
	State           string     `audit:"track"`
	RequestedBy     string     `audit:"track"`
	RequestedAt     time.Time  `audit:"track"`
	ApprovedBy      string     `audit:"track"`
	ApprovedAt      *time.Time `audit:"track"`
	NoticeForm      string     `audit:"track"`
	NoticeSentAt    *time.Time `audit:"track"`
	NoticeReference pii.Sealed `audit:"secret"`
	NoticeNote      pii.Sealed `audit:"secret"`
	InForceAt       *time.Time `audit:"track"`
	DueOnBefore     string     `audit:"track"`
	DueOnAfter      string     `audit:"track"`
	UpdatedAt       time.Time  `gorm:"autoUpdateTime:false" audit:"ignore"`
}

func (extensionRow) TableName() string { return "extension" }

func (s *Service) toExtensionRow(e Extension) (*extensionRow, error) {
	b := s.vault("extension", e.ID)
	return &extensionRow{ID: e.ID, Version: e.Version, ComplaintID: e.ComplaintID, ClockID: e.ClockID, Tier: string(e.Tier), ReasonCode: e.ReasonCode,
		Reason: b.sealClean("reason", e.Reason), State: e.State, RequestedBy: e.RequestedBy, RequestedAt: e.RequestedAt, ApprovedBy: e.ApprovedBy, ApprovedAt: e.ApprovedAt,
		NoticeForm: e.NoticeForm, NoticeSentAt: e.NoticeSentAt, NoticeReference: b.sealClean("notice_reference", e.NoticeProof), NoticeNote: b.sealClean("notice_note", e.NoticeNote),
		InForceAt: e.InForceAt, DueOnBefore: e.DueOnBefore.String(), DueOnAfter: e.DueOnAfter.String(), UpdatedAt: e.UpdatedAt}, b.err
}

func (s *Service) fromExtensionRow(r extensionRow) (Extension, error) {
	b := s.vault("extension", r.ID)
	e := Extension{ID: r.ID, Version: r.Version, ComplaintID: r.ComplaintID, ClockID: r.ClockID, Tier: ruleset.TierName(r.Tier), ReasonCode: r.ReasonCode,
		Reason: b.open("reason", r.Reason), State: r.State, RequestedBy: r.RequestedBy, RequestedAt: r.RequestedAt.UTC(), ApprovedBy: r.ApprovedBy, ApprovedAt: store.UTC(r.ApprovedAt),
		NoticeForm: r.NoticeForm, NoticeSentAt: store.UTC(r.NoticeSentAt), NoticeProof: b.open("notice_reference", r.NoticeReference), NoticeNote: b.open("notice_note", r.NoticeNote),
		InForceAt: store.UTC(r.InForceAt), UpdatedAt: r.UpdatedAt.UTC()}
	return e, errors.Join(b.err, e.DueOnBefore.UnmarshalText([]byte(r.DueOnBefore)), e.DueOnAfter.UnmarshalText([]byte(r.DueOnAfter)))
}

func (s *Service) loadExtension(v *store.View, id string) (Extension, error) {
	row, err := store.Take[extensionRow](v.Gorm().Where("id = ?", id), ErrExtensionNotFound)
	if err != nil {
		return Extension{}, err
	}
	return s.fromExtensionRow(row)
}

// extensionsOf returns the extensions of a complaint, oldest first.
func (s *Service) extensionsOf(v *store.View, complaintID string) ([]Extension, error) {
	var rows []extensionRow
	if err := v.Gorm().Where("complaint_id = ?", complaintID).Order("id").Find(&rows).Error; err != nil {
		return nil, err
	}
	return s.fromExtensionRows(rows)
}

func (s *Service) fromExtensionRows(rows []extensionRow) ([]Extension, error) {
	all := make([]Extension, len(rows))
	for i, r := range rows {
		e, err := s.fromExtensionRow(r)
		if err != nil {
			return nil, err
		}
		all[i] = e
	}
	return all, nil
}

// listExtensions returns a page of the extensions that the caller may read, newest first.
func (s *Service) listExtensions(v *store.View, who actor.Actor, f ExtensionFilter, p store.Page) (store.List[Extension], error) {
	where, args := s.rights.Current().Scope(who, authz.Question{Object: "extension", Act: "read"}).Where(columns)
	q := v.Gorm().Model(&extensionRow{}).Joins("JOIN complaint ON complaint.id = extension.complaint_id").Where(where, args...)
	if len(f.States) > 0 {
		q = q.Where("extension.state IN ?", f.States)
	}
	if f.ComplaintID != "" {
		q = q.Where("extension.complaint_id = ?", f.ComplaintID)
	}
	order := store.Order{Column: "extension.id", ID: "extension.id", Down: true}
	list, err := store.ListOf(q.Select("extension.*"), order, p, func(r extensionRow) []any { return []any{r.ID} })
	if err != nil {
		return store.List[Extension]{}, err
	}
	return store.Shown(list, s.fromExtensionRow)
}

func (s *Service) saveExtension(tx *store.Tx, action string, stage Stage, before *Extension, after Extension) error {
	row, err := s.toExtensionRow(after)
	if err != nil {
		return err
	}
	act := store.Act{Action: "extension." + action, Object: "extension", ID: after.ID, Stage: string(stage)}
	if before == nil {
		return tx.Save(act, nil, row)
	}
	old, err := s.toExtensionRow(*before)
	if err != nil {
		return err
	}
	row.Reason = old.Reason // never changes, and sealing twice gives two ciphertexts
	return tx.Save(act, old, row)
}

// casesOf loads the complaints of extensions with their clocks, in as many queries for fifty as for one.
func (s *Service) casesOf(v *store.View, extensions []Extension) (map[string]Case, error) {
	ids := make([]string, len(extensions))
	for i, e := range extensions {
		ids[i] = e.ComplaintID
	}
	var rows []complaintRow
	if err := v.Gorm().Where("id IN ?", ids).Find(&rows).Error; err != nil {
		return nil, err
	}
	clocks, err := clock.Load(v, ids...)
	if err != nil {
		return nil, err
	}
	decisions, err := s.newestDecisions(v, ids...)
	if err != nil {
		return nil, err
	}
	cases := map[string]Case{}
	for _, r := range rows {
		summary, err := s.fromRow(&r)
		if err != nil {
			return nil, err
		}
		c := Case{Summary: summary, Clocks: clocks[r.ID]}
		if d, ok := decisions[r.ID]; ok {
			c.Decision = &d
		}
		cases[r.ID] = c
	}
	return cases, nil
}
