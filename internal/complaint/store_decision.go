package complaint

import (
	"strings"
	"time"

	"xiaobao/internal/money"
	"xiaobao/internal/pii"
	"xiaobao/internal/store"
)

type decisionRow struct {
	ID             string     `gorm:"primaryKey" audit:"ignore"`
	Version        int64      `audit:"ignore"`
	ComplaintID    string     `audit:"track"`
	State          string     `audit:"track"`
	Outcome        string     `audit:"track"`
	InfringedRight string     `audit:"track"`
	Facts          pii.Sealed `audit:"secret"`
	Basis          pii.Sealed `audit:"secret"`
	Reasons        pii.Sealed `audit:"secret"`
	WaysOpen       string     `audit:"track"`
	Amount         *int64     `audit:"track"`
	Currency       string     `audit:"track"`
	DraftedBy      string     `audit:"track"`
	WrittenBy      string     `audit:"track"`
	ApprovedBy     string     `audit:"track"`
	ApprovedAt     *time.Time `audit:"track"`
	Comment        pii.Sealed `audit:"secret"`
	CreatedAt      time.Time  `gorm:"autoCreateTime:false" audit:"ignore"`
	UpdatedAt      time.Time  `gorm:"autoUpdateTime:false" audit:"ignore"`
}

func (decisionRow) TableName() string { return "decision" }

type noticeRow struct {
	ID             string     `gorm:"primaryKey" audit:"ignore"`
	Version        int64      `audit:"ignore"`
	ComplaintID    string     `audit:"track"`
	DecisionID     string     `audit:"track"`
	Form           string     `audit:"track"`
	SentAt         time.Time  `audit:"track"`
	ProofReference pii.Sealed `audit:"secret"`
	ProofNote      pii.Sealed `audit:"secret"`
	RecordedBy     string     `audit:"track"`
	RecordedAt     time.Time  `audit:"ignore"`
}

func (noticeRow) TableName() string { return "notice" }

func (s *Service) toDecisionRow(d Decision) (*decisionRow, error) {
	b := s.vault("decision", d.ID)
	r := &decisionRow{ID: d.ID, Version: d.Version, ComplaintID: d.ComplaintID, State: d.State, Outcome: d.Outcome, InfringedRight: d.InfringedRight, Facts: b.sealClean("facts", d.Facts),
		Basis: b.sealClean("basis", d.Basis), Reasons: b.sealClean("reasons", d.Reasons), WaysOpen: strings.Join(d.WaysOpen, ","), DraftedBy: d.DraftedBy,
		WrittenBy: strings.Join(d.WrittenBy, ","), ApprovedBy: d.ApprovedBy, ApprovedAt: d.ApprovedAt, Comment: b.sealClean("comment", d.Comment), CreatedAt: d.CreatedAt, UpdatedAt: d.UpdatedAt}
	if d.Compensation != nil {
		r.Amount, r.Currency = &d.Compensation.Cents, d.Compensation.Currency
	}
	return r, b.err
}

func (s *Service) fromDecisionRow(r decisionRow) (Decision, error) {
	b := s.vault("decision", r.ID)
	d := Decision{ID: r.ID, Version: r.Version, ComplaintID: r.ComplaintID, State: r.State, Outcome: r.Outcome, InfringedRight: r.InfringedRight, Facts: b.open("facts", r.Facts), Basis: b.open("basis", r.Basis),
		Reasons: b.open("reasons", r.Reasons), WaysOpen: split(r.WaysOpen), DraftedBy: r.DraftedBy, WrittenBy: split(r.WrittenBy), ApprovedBy: r.ApprovedBy, ApprovedAt: store.UTC(r.ApprovedAt),
		Comment: b.open("comment", r.Comment), CreatedAt: r.CreatedAt.UTC(), UpdatedAt: r.UpdatedAt.UTC()}
	if r.Amount != nil {
		d.Compensation = &money.Money{Cents: *r.Amount, Currency: r.Currency}
	}
	return d, b.err
}

func split(list string) []string {
	if list == "" {
		return []string{}
	}
	return strings.Split(list, ",")
}

// loadDecision finds a decision, whoever may see it. Returns ErrDecisionNotFound.
func (s *Service) loadDecision(v *store.View, id string) (Decision, error) {
	row, err := store.Take[decisionRow](v.Gorm().Where("id = ?", id), ErrDecisionNotFound)
	if err != nil {
		return Decision{}, err
	}
	return s.fromDecisionRow(row)
}

// newestDecisions returns the newest decision of each complaint that has one.
func (s *Service) newestDecisions(v *store.View, complaints ...string) (map[string]Decision, error) {
	var rows []decisionRow
	if err := v.Gorm().Where("complaint_id IN ?", complaints).Order("id").Find(&rows).Error; err != nil {
		return nil, err
	}
	newest := map[string]Decision{}
	for _, r := range rows {
		d, err := s.fromDecisionRow(r)
		if err != nil {
			return nil, err
		}
		newest[r.ComplaintID] = d
	}
	return newest, nil
}

// saveDecision changes a decision. Without before it is new.
func (s *Service) saveDecision(tx *store.Tx, action Action, before *Decision, after Decision) error {
	row, err := s.toDecisionRow(after)
	if err != nil {
		return err
	}
	act := store.Act{Action: "decision." + string(action), Object: "decision", ID: after.ID, Stage: string(StageFeedback)}
	if before == nil {
		return tx.Save(act, nil, row)
	}
	old, err := s.toDecisionRow(*before)
	if err != nil {
		return err
	}
	for _, text := range []struct {
		same     bool
		old, now *pii.Sealed
	}{{before.Facts == after.Facts, &old.Facts, &row.Facts}, {before.Basis == after.Basis, &old.Basis, &row.Basis},
		{before.Reasons == after.Reasons, &old.Reasons, &row.Reasons}, {before.Comment == after.Comment, &old.Comment, &row.Comment}} {
		if text.same {
			*text.now = *text.old // sealing twice gives two ciphertexts
		}
	}
	return tx.Save(act, old, row)
}

func (s *Service) toNoticeRow(n Notice) (*noticeRow, error) {
	b := s.vault("notice", n.ID)
	return &noticeRow{ID: n.ID, Version: 1, ComplaintID: n.ComplaintID, DecisionID: n.DecisionID, Form: n.Form, SentAt: n.SentAt.UTC(),
		ProofReference: b.sealClean("proof_reference", n.ProofReference), ProofNote: b.sealClean("proof_note", n.ProofNote), RecordedBy: n.RecordedBy, RecordedAt: n.RecordedAt}, b.err
}

func (s *Service) fromNoticeRow(r noticeRow) (Notice, error) {
	b := s.vault("notice", r.ID)
	return Notice{ID: r.ID, ComplaintID: r.ComplaintID, DecisionID: r.DecisionID, Form: r.Form, SentAt: r.SentAt.UTC(), ProofReference: b.open("proof_reference", r.ProofReference),
		ProofNote: b.open("proof_note", r.ProofNote), RecordedBy: r.RecordedBy, RecordedAt: r.RecordedAt.UTC()}, b.err
}

// noticesOf returns the notices of a complaint, oldest first.
func (s *Service) noticesOf(v *store.View, complaintID string) ([]Notice, error) {
	var rows []noticeRow
	if err := v.Gorm().Where("complaint_id = ?", complaintID).Order("id").Find(&rows).Error; err != nil {
		return nil, err
	}
	notices := make([]Notice, len(rows))
	for i, r := range rows {
		n, err := s.fromNoticeRow(r)
		if err != nil {
			return nil, err
		}
		notices[i] = n
	}
	return notices, nil
}
