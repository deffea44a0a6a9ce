package consent

import (
	"time"

	"xiaobao/internal/pii"
	"xiaobao/internal/purpose"
	"xiaobao/internal/store"
)

type consentRow struct {
	ID                  string     `gorm:"primaryKey" audit:"ignore"`
	Version             int64      `audit:"ignore"`
	Purpose             string     `audit:"track"`
	ConsumerKind        string     `audit:"track"`
	ConsumerValue       pii.Sealed `audit:"secret"`
	Decision            string     `audit:"track"`
	TextVersion         int64      `audit:"track"`
	SaidAt              time.Time  `audit:"track"`
	Channel             string     `audit:"track"`
	EvidenceReference   string     `audit:"track"`
	RecordedAt          time.Time  `audit:"ignore"`
	RecordedLate        bool       `audit:"track"`
	RecordedBy          string     `audit:"ignore"`
	DepartmentID        string     `audit:"track"`
	ClientID            string     `audit:"track"`
	WithdrawnAt         *time.Time `audit:"track"`
	WithdrawalChannel   string     `audit:"track"`
	WithdrawalReference string     `audit:"track"`
}

func (consentRow) TableName() string { return "consent" }

// statementRow is what decisions are made by: narrow, and found by its primary key alone.
type statementRow struct {
	ConsumerIndex []byte    `gorm:"primaryKey" audit:"secret"`
	Purpose       string    `gorm:"primaryKey" audit:"ignore"`
	SaidAt        time.Time `gorm:"primaryKey" audit:"ignore"`
	ConsentID     string    `gorm:"primaryKey" audit:"ignore"`
	Decision      string    `audit:"ignore"`
}

func (statementRow) TableName() string { return "consent_statement" }

// Key is by what a consumer's statements are found: a blind index, which tells nobody who she is.
type Key []byte

// Key makes the key of a consumer, named by phone, id_number or customer_reference.
func (s *Service) Key(kind, value string) Key {
	return s.keys.Index("consent_statement."+kind, normal(kind, value))
}

// ownKey is by what the statements that a client itself recorded are found, whether they hold or not.
func (s *Service) ownKey(clientID, kind, value string) Key {
	return s.keys.Index("consent_statement."+kind+"."+clientID, normal(kind, value))
}

func place(id string) pii.Place { return pii.Place{Column: "consent.consumer_value", Row: id} }

func (s *Service) toRow(c Consent) (*consentRow, error) {
	sealed, err := s.keys.Seal(place(c.ID), c.Consumer)
	return &consentRow{ID: c.ID, Version: c.Version, Purpose: string(c.Purpose), ConsumerKind: c.ConsumerKind, ConsumerValue: sealed, Decision: string(c.Decision),
		TextVersion: c.TextVersion, SaidAt: c.At, Channel: c.Channel, EvidenceReference: c.Evidence, RecordedAt: c.RecordedAt, RecordedLate: c.RecordedLate, RecordedBy: c.RecordedBy,
		DepartmentID: c.DepartmentID, ClientID: c.ClientID, WithdrawnAt: c.WithdrawnAt, WithdrawalChannel: c.WithdrawalChannel, WithdrawalReference: c.WithdrawalEvidence}, err
}

func (s *Service) fromRow(r consentRow) (Consent, error) {
	value, err := s.keys.Unseal(place(r.ID), r.ConsumerValue)
	return Consent{ID: r.ID, Version: r.Version, Purpose: purpose.Purpose(r.Purpose), ConsumerKind: r.ConsumerKind, Consumer: value, Decision: Decision(r.Decision),
		TextVersion: r.TextVersion, At: r.SaidAt.UTC(), Channel: r.Channel, Evidence: r.EvidenceReference, RecordedAt: r.RecordedAt.UTC(), RecordedLate: r.RecordedLate,
		RecordedBy: r.RecordedBy, DepartmentID: r.DepartmentID, ClientID: r.ClientID, WithdrawnAt: store.UTC(r.WithdrawnAt), WithdrawalChannel: r.WithdrawalChannel,
		WithdrawalEvidence: r.WithdrawalReference}, err
}

// load finds a consent, whoever may see it. Returns NotFound.
func (s *Service) load(v *store.View, id string) (Consent, error) {
	row, err := store.Take[consentRow](v.Gorm().Where("id = ?", id), NotFound)
	if err != nil {
		return Consent{}, err
	}
	return s.fromRow(row)
}

// saying are the rows of a statement on the consumer of a record: that by which uses are decided, when it holds, and that of the client that recorded it.
func (s *Service) saying(c Consent, d Decision, at time.Time, clientID string, holds bool) []statementRow {
	var rows []statementRow
	row := statementRow{ConsumerIndex: s.Key(c.ConsumerKind, c.Consumer), Purpose: string(c.Purpose), SaidAt: at, ConsentID: c.ID, Decision: string(d)}
	if holds {
		rows = append(rows, row)
	}
	if clientID != "" {
		row.ConsumerIndex = s.ownKey(clientID, c.ConsumerKind, c.Consumer)
		rows = append(rows, row)
	}
	return rows
}

func (s *Service) insert(tx *store.Tx, c Consent, holds bool) error {
	row, err := s.toRow(c)
	if err != nil {
		return err
	}
	var said []statementRow
	if c.Decision != Asked {
		said = s.saying(c, c.Decision, c.At, c.ClientID, holds)
	}
	return tx.Save(store.Act{Action: "consent.record", Object: "consent", ID: c.ID}, nil, row, store.Insert(said))
}

func (s *Service) withdraw(tx *store.Tx, before, after Consent, said []statementRow) error {
	old, err := s.toRow(before)
	if err != nil {
		return err
	}
	row, err := s.toRow(after)
	if err != nil {
		return err
	}
	row.ConsumerValue = old.ConsumerValue // sealed twice it is two ciphertexts, and the audit would tell of a change
	return tx.Save(store.Act{Action: withdraw.String(), Object: "consent", ID: after.ID}, old, row, store.Insert(said))
}

// Allows says whether the data of a consumer may be used for a purpose, and on what that rests: as it stood at an instant, or as it stands now when
// the instant is zero. It is one look at one index, and none for what rests on law.
func Allows(v *store.View, consumer Key, p purpose.Purpose, at time.Time) (Ruling, error) {
	switch p.Basis() {
	case "":
		return Ruling{Missing: missingBasis}, nil
	case purpose.OnConsent:
		last, err := lastStatement(v, consumer, p, at)
		if err != nil {
			return Ruling{}, err
		}
		return rule(last), nil
	}
	return Ruling{Allowed: true, Basis: p.Basis()}, nil
}

// lastStatement is the last that a consumer said about a purpose, up to an instant; of all when the instant is zero, so that what another process
// committed counts even if its clock runs ahead.
func lastStatement(v *store.View, consumer Key, p purpose.Purpose, at time.Time) (last statement, err error) {
	until, args := "", []any{[]byte(consumer), string(p)}
	if !at.IsZero() {
		until, args = " AND said_at <= ?", append(args, at)
	}
	// Written out: GORM takes longer to build the statement than the engine to answer it, and every use of data asks.
	q := v.Gorm().Raw("SELECT decision, consent_id, said_at FROM consent_statement WHERE consumer_index = ? AND purpose = ?"+until+
		" ORDER BY said_at DESC, consent_id DESC LIMIT 1", args...)
	err = store.Scan(q, func() []any { return []any{&last.Decision, &last.ConsentID, &last.SaidAt} })
	last.SaidAt = last.SaidAt.UTC()
	return last, err
}
