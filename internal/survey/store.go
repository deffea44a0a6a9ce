package survey

import (
	"errors"
	"time"

	"xiaobao/internal/complaint"
	"xiaobao/internal/pii"
	"xiaobao/internal/store"
	"xiaobao/internal/token"
)

type invitationRow struct {
	ID            string     `gorm:"primaryKey" audit:"ignore"`
	Version       int64      `audit:"ignore"`
	ComplaintID   string     `audit:"track"`
	DepartmentID  string     `audit:"track"`
	Questionnaire int64      `audit:"track"`
	State         string     `audit:"track"`
	Reason        string     `audit:"track"`
	MadeAt        time.Time  `audit:"ignore"`
	MadeOn        string     `audit:"ignore"`
	SentAt        *time.Time `audit:"track"`
	EndsOn        string     `audit:"track"`
	AnsweredAt    *time.Time `audit:"track"`
	Text          pii.Sealed `audit:"secret"`
	FurtherID     string     `audit:"track"`
}

func (invitationRow) TableName() string { return "survey_invitation" }

type scoreRow struct {
	InvitationID string `gorm:"primaryKey" audit:"ignore"`
	Question     string `gorm:"primaryKey" audit:"ignore"`
	Score        int64  `audit:"ignore"`
}

func (scoreRow) TableName() string { return "survey_score" }

type inviteeRow struct {
	ConsumerIndex []byte `gorm:"primaryKey" audit:"secret"`
	InvitationID  string `gorm:"primaryKey" audit:"ignore"`
}

func (inviteeRow) TableName() string { return "survey_invitee" }

type tokenRow struct {
	Hash         []byte `gorm:"primaryKey" audit:"ignore"`
	InvitationID string `audit:"ignore"`
}

func (tokenRow) TableName() string { return "survey_token" }

type messageRow struct {
	ID           string     `gorm:"primaryKey" audit:"ignore"`
	InvitationID string     `audit:"ignore"`
	Kind         string     `audit:"ignore"`
	State        string     `audit:"ignore"`
	DueAt        time.Time  `audit:"ignore"`
	NextAt       time.Time  `audit:"ignore"`
	LeasedUntil  *time.Time `audit:"ignore"`
	Attempts     int64      `audit:"ignore"`
}

func (messageRow) TableName() string { return "survey_message" }

func place(id string) pii.Place { return pii.Place{Column: "survey_invitation.text", Row: id} }

func (s *Service) toRow(i Invitation) (*invitationRow, error) {
	text, err := s.keys.Seal(place(i.ID), i.Text)
	return &invitationRow{ID: i.ID, Version: i.Version, ComplaintID: i.ComplaintID, DepartmentID: i.DepartmentID, Questionnaire: i.Questionnaire, State: string(i.State), Reason: i.Reason,
		MadeAt: i.MadeAt, MadeOn: i.MadeOn.String(), SentAt: i.SentAt, EndsOn: i.EndsOn.String(), AnsweredAt: i.AnsweredAt, Text: text, FurtherID: i.FurtherID}, err
}

func (s *Service) fromRow(r invitationRow) (Invitation, error) {
	text, err := s.keys.Unseal(place(r.ID), r.Text)
	i := Invitation{ID: r.ID, Version: r.Version, ComplaintID: r.ComplaintID, DepartmentID: r.DepartmentID, Questionnaire: r.Questionnaire, State: State(r.State), Reason: r.Reason,
		MadeAt: r.MadeAt.UTC(), SentAt: store.UTC(r.SentAt), AnsweredAt: store.UTC(r.AnsweredAt), Text: text, FurtherID: r.FurtherID}
	return i, errors.Join(err, i.MadeOn.UnmarshalText([]byte(r.MadeOn)), i.EndsOn.UnmarshalText([]byte(r.EndsOn)))
}

func toMessageRow(m Message) messageRow {
	return messageRow{ID: m.ID, InvitationID: m.InvitationID, Kind: string(m.Kind), State: m.State, DueAt: m.DueAt, NextAt: m.NextAt, LeasedUntil: m.LeasedUntil, Attempts: m.Attempts}
}

func fromMessageRow(r messageRow) Message {
	return Message{ID: r.ID, InvitationID: r.InvitationID, Kind: Kind(r.Kind), State: r.State, DueAt: r.DueAt.UTC(), NextAt: r.NextAt.UTC(), LeasedUntil: store.UTC(r.LeasedUntil), Attempts: r.Attempts}
}

// save keeps what an invitation has become, with the rows that it owns.
func (s *Service) save(tx *store.Tx, act store.Act, before *Invitation, after Invitation, owned ...store.Owned) error {
	act.Object, act.ID = "survey", after.ID
	row, err := s.toRow(after)
	if err != nil {
		return err
	}
	if before == nil {
		return tx.Save(act, nil, row, owned...)
	}
	old, err := s.toRow(*before)
	if err != nil {
		return err
	}
	return tx.Save(act, old, row, owned...)
}

// load finds an invitation by its id.
func (s *Service) load(v *store.View, id string) (Invitation, error) {
	row, err := store.Take[invitationRow](v.Gorm().Where("id = ?", id), NotFound)
	if err != nil {
		return Invitation{}, err
	}
	return s.fromRow(row)
}

// byToken finds the invitation of a link that works. Returns NotFound.
func (s *Service) byToken(v *store.View, text string) (Invitation, error) {
	if kind, ok := token.Parse(text); !ok || kind != token.Survey {
		return Invitation{}, NotFound
	}
	row, err := store.Take[invitationRow](v.Gorm().Joins("JOIN survey_token t ON t.invitation_id = survey_invitation.id").Where("t.hash = ?", token.Hash(text)), NotFound)
	if err != nil {
		return Invitation{}, err
	}
	i, err := s.fromRow(row)
	if err == nil && !i.works(s.today(v)) {
		return Invitation{}, NotFound
	}
	return i, err
}

// closed is a complaint that nobody has looked at yet.
type closed struct {
	ID, DepartmentID string
	ClosedAt         time.Time
}

// unseen are closed complaints that nobody has looked at yet, the oldest first.
func unseen(v *store.View, from, until time.Time) ([]closed, error) {
	var all []closed
	err := complaint.ClosedIn(v, from, until).Joins("LEFT JOIN survey_invitation i ON i.complaint_id = complaint.id").Where("i.id IS NULL").
		Order("complaint.closed_at, complaint.id").Limit(batch).Select("complaint.id, complaint.department_id, complaint.closed_at").Scan(&all).Error
	return all, err
}

// otherwise says whether somebody who is known by one of the indexes was invited by another invitation after an instant, or is about to be by one made before this.
func otherwise(v *store.View, indexes [][]byte, this string, since time.Time) (bool, error) {
	var n int64
	err := v.Gorm().Model(&inviteeRow{}).Joins("JOIN survey_invitation i ON i.id = survey_invitee.invitation_id").Where("survey_invitee.consumer_index IN ? AND i.id <> ?", indexes, this).
		Where("i.state = ? AND i.id < ? OR i.state <> ? AND i.sent_at >= ?", string(Waiting), this, string(NotInvited), since.UTC()).Count(&n).Error
	return n > 0, err
}

// dueMessages are those to be tried now, whoever sends them, the longest due first.
func dueMessages(v *store.View) ([]string, error) {
	var ids []string
	err := v.Gorm().Model(&messageRow{}).Where("state = ? AND next_at <= ? AND (leased_until IS NULL OR leased_until < ?)", due, v.Now(), v.Now()).Order("next_at, id").Limit(batch).
		Pluck("id", &ids).Error
	return ids, err
}

// loadMessage finds a message with its invitation and the other messages of that.
func (s *Service) loadMessage(v *store.View, id string) (m Message, i Invitation, others []Message, err error) {
	var row messageRow
	if err := v.Gorm().Where("id = ?", id).Take(&row).Error; err != nil {
		return m, i, nil, err
	}
	m = fromMessageRow(row)
	i, err = s.load(v, m.InvitationID)
	if err != nil {
		return m, i, nil, err
	}
	var rows []messageRow
	err = v.Gorm().Where("invitation_id = ? AND id <> ?", i.ID, m.ID).Find(&rows).Error
	for _, r := range rows {
		others = append(others, fromMessageRow(r))
	}
	return m, i, others, err
}
