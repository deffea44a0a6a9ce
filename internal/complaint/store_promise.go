package complaint

import (
	"time"

	"xiaobao/internal/money"
	"xiaobao/internal/pii"
	"xiaobao/internal/store"
)

type performanceRow struct {
	ComplaintID string     `gorm:"primaryKey" audit:"ignore"`
	Amount      int64      `audit:"ignore"`
	Currency    string     `audit:"ignore"`
	DueOn       string     `audit:"ignore"`
	PerformedOn string     `audit:"ignore"`
	Reference   pii.Sealed `audit:"secret"`
	RecordedBy  string     `audit:"ignore"`
	RecordedAt  time.Time  `audit:"ignore"`
}

func (performanceRow) TableName() string { return "performance" }

func (s *Service) toPerformanceRow(p Performance) (*performanceRow, error) {
	b := s.vault("performance", p.ComplaintID)
	return &performanceRow{ComplaintID: p.ComplaintID, Amount: p.Promised.Cents, Currency: p.Promised.Currency, DueOn: p.DueOn.String(), PerformedOn: p.PerformedOn.String(),
		Reference: b.sealClean("reference", p.Reference), RecordedBy: p.RecordedBy, RecordedAt: p.RecordedAt}, b.err
}

func (s *Service) fromPerformanceRow(r performanceRow) (Performance, error) {
	b := s.vault("performance", r.ComplaintID)
	p := Performance{ComplaintID: r.ComplaintID, Promised: money.Money{Cents: r.Amount, Currency: r.Currency}, Reference: b.open("reference", r.Reference),
		RecordedBy: r.RecordedBy, RecordedAt: r.RecordedAt.UTC()}
	if b.err != nil {
		return p, b.err
	}
	if err := p.DueOn.UnmarshalText([]byte(r.DueOn)); err != nil {
		return p, err
	}
	return p, p.PerformedOn.UnmarshalText([]byte(r.PerformedOn))
}

// performanceOf is how a complaint's promise was performed; nil while it was not.
func (s *Service) performanceOf(v *store.View, complaintID string) (*Performance, error) {
	var rows []performanceRow
	err := v.Gorm().Where("complaint_id = ?", complaintID).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	p, err := s.fromPerformanceRow(rows[0])
	return &p, err
}

// settledSum is what a settlement promised.
func settledSum(v *store.View, complaintID string) (money.Money, error) {
	var row settlementRow
	err := v.Gorm().Select("amount, currency").Where("complaint_id = ?", complaintID).Take(&row).Error
	if err != nil {
		return money.Money{}, err
	}
	return money.Money{Cents: *row.Amount, Currency: row.Currency}, nil // nothing else is promised without a decision
}

// complainedOf is the department that a complaint is about; empty when it is not known.
func complainedOf(v *store.View, complaintID string) (string, error) {
	return oneText(v, "complaint_matter m JOIN department d ON d.id = m.respondent_department_id", "m.complaint_id", "d.id", complaintID)
}

// infringedRight is the right that the investigation of a complaint found infringed; empty when there is none.
func infringedRight(v *store.View, complaintID string) (string, error) {
	return oneText(v, "investigation", "complaint_id", "infringed_right", complaintID)
}

func oneText(v *store.View, from, key, column, id string) (string, error) {
	var texts []string
	err := v.Gorm().Table(from).Where(key+" = ?", id).Pluck(column, &texts).Error
	if len(texts) == 0 {
		return "", err
	}
	return texts[0], err
}
