package complaint

import (
	"strings"
	"time"

	"xiaobao/internal/pii"
)

type settlementRow struct {
	ComplaintID string     `gorm:"primaryKey" audit:"ignore"`
	Facts       pii.Sealed `audit:"secret"`
	Basis       pii.Sealed `audit:"secret"`
	Agreed      pii.Sealed `audit:"secret"`
	WaysOpen    string     `audit:"ignore"`
	Form        string     `audit:"ignore"`
	Reference   pii.Sealed `audit:"secret"`
	NotifiedAt  time.Time  `audit:"ignore"`
	Amount      *int64     `audit:"ignore"`
	Currency    string     `audit:"ignore"`
	SettledBy   string     `audit:"ignore"`
}

func (settlementRow) TableName() string { return "settlement" }

type refusalRow struct {
	ComplaintID string     `gorm:"primaryKey" audit:"ignore"`
	ReasonCode  string     `audit:"ignore"`
	Basis       string     `audit:"ignore"`
	Content     pii.Sealed `audit:"secret"`
	WaysOpen    string     `audit:"ignore"`
	RefusedBy   string     `audit:"ignore"`
}

func (refusalRow) TableName() string { return "refusal" }

type withdrawalRow struct {
	ComplaintID string     `gorm:"primaryKey" audit:"ignore"`
	Form        string     `audit:"ignore"`
	WithdrawnOn string     `audit:"ignore"`
	Reference   pii.Sealed `audit:"secret"`
	RecordedBy  string     `audit:"ignore"`
}

func (withdrawalRow) TableName() string { return "withdrawal" }

type investigationRow struct {
	ComplaintID    string     `gorm:"primaryKey" audit:"ignore"`
	Facts          pii.Sealed `audit:"secret"`
	Basis          pii.Sealed `audit:"secret"`
	Finding        pii.Sealed `audit:"secret"`
	Evidence       pii.Sealed `audit:"secret"`
	InfringedRight string     `audit:"ignore"`
	InvestigatedBy string     `audit:"ignore"`
}

func (investigationRow) TableName() string { return "investigation" }

// sealClean strikes secrets out of a free text before it seals it.
func (b *vault) sealClean(column, text string) pii.Sealed {
	clean, _ := pii.Strike(text)
	return b.seal(column, clean)
}

func (s *Service) toSettlementRow(id, by string, in Settlement) (*settlementRow, error) {
	b := s.vault("settlement", id)
	r := &settlementRow{ComplaintID: id, Facts: b.sealClean("facts", in.Facts), Basis: b.sealClean("basis", in.Basis), Agreed: b.sealClean("agreed", in.Agreed),
		WaysOpen: strings.Join(in.WaysOpen, ","), Form: in.Form, Reference: b.sealClean("reference", in.Reference), NotifiedAt: in.NotifiedAt.UTC(), SettledBy: by}
	if in.Amount != nil {
		r.Amount, r.Currency = &in.Amount.Cents, in.Amount.Currency
	}
	return r, b.err
}

func (s *Service) toRefusalRow(id, basis, by string, in Refusal) (*refusalRow, error) {
	b := s.vault("refusal", id)
	return &refusalRow{ComplaintID: id, ReasonCode: in.ReasonCode, Basis: basis, Content: b.sealClean("content", in.Text), WaysOpen: strings.Join(in.WaysOpen, ","), RefusedBy: by}, b.err
}

func (s *Service) toWithdrawalRow(id, by string, in Withdrawal) (*withdrawalRow, error) {
	b := s.vault("withdrawal", id)
	return &withdrawalRow{ComplaintID: id, Form: in.Form, WithdrawnOn: in.On.String(), Reference: b.sealClean("reference", in.Reference), RecordedBy: by}, b.err
}

func (s *Service) toInvestigationRow(id, by string, in Finding) (*investigationRow, error) {
	b := s.vault("investigation", id)
	return &investigationRow{ComplaintID: id, Facts: b.sealClean("facts", in.Facts), Basis: b.sealClean("basis", in.Basis), Finding: b.sealClean("finding", in.Finding),
		Evidence: b.sealClean("evidence", strings.Join(in.Evidence, "\n")), InfringedRight: in.InfringedRight, InvestigatedBy: by}, b.err
}
