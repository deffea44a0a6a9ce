package session

import (
	"errors"
	"strings"
	"time"

	"gorm.io/gorm"

	"xiaobao/internal/actor"
	"xiaobao/internal/organisation"
	"xiaobao/internal/store"
	"xiaobao/internal/token"
)

type sessionRow struct {
	ID        string     `gorm:"primaryKey" audit:"ignore"`
	Version   int64      `audit:"ignore"`
	UserID    string     `audit:"track"`
	CreatedAt time.Time  `gorm:"autoCreateTime:false" audit:"ignore"`
	ExpiresAt time.Time  `audit:"ignore"`
	EndedAt   *time.Time `audit:"track"`
	EndedBy   string     `audit:"track"`
}

func (sessionRow) TableName() string { return "user_session" }

type tokenRow struct {
	Hash      []byte     `gorm:"primaryKey" audit:"ignore"`
	SessionID string     `audit:"ignore"`
	Kind      string     `audit:"ignore"`
	ExpiresAt time.Time  `audit:"ignore"`
	UsedAt    *time.Time `audit:"ignore"`
}

func (tokenRow) TableName() string { return "session_token" }

func toRow(s Session, version int64) *sessionRow {
	return &sessionRow{ID: s.ID, Version: version, UserID: s.UserID, CreatedAt: s.CreatedAt, ExpiresAt: s.ExpiresAt, EndedAt: s.EndedAt, EndedBy: s.EndedBy}
}

func newTokens(sessionID string, now time.Time) (Tokens, []tokenRow) {
	t := Tokens{Access: token.New(token.Access), Refresh: token.New(token.Refresh), AccessExpiresAt: now.Add(accessLife)}
	return t, []tokenRow{
		{Hash: token.Hash(t.Access), SessionID: sessionID, Kind: string(token.Access), ExpiresAt: t.AccessExpiresAt},
		{Hash: token.Hash(t.Refresh), SessionID: sessionID, Kind: string(token.Refresh), ExpiresAt: now.Add(refreshLife)},
	}
}

// takeToken finds a token and its session by the token's hash; nil when there is none.
func takeToken(v *store.View, text string) (*tokenRow, *sessionRow, error) {
	var t tokenRow
	err := v.Gorm().Where("hash = ?", token.Hash(text)).Take(&t).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	var s sessionRow
	if err := v.Gorm().Where("id = ?", t.SessionID).Take(&s).Error; err != nil {
		return nil, nil, err
	}
	return &t, &s, nil
}

// signedIn is all that a request needs to know of its caller, in one query.
type signedIn struct {
	SessionID              string
	ExpiresAt              time.Time
	EndedAt                *time.Time
	UserID                 string
	Name                   string
	StaffID                *string
	Roles                  string
	Status                 string
	PasswordChangeRequired bool
	DepartmentID           string
	Kind                   string
	Path                   string
}

// ofUser is what signedIn knows of a user u in a department d.
const ofUser = "u.id AS user_id, u.name, u.staff_id, u.roles, u.status, u.password_change_required, d.id AS department_id, d.kind, d.path"

func takeSignedIn(v *store.View, text string) (*signedIn, error) {
	var rows []signedIn
	err := v.Gorm().Table("session_token t").
		Joins("JOIN user_session s ON s.id = t.session_id").
		Joins("JOIN user_account u ON u.id = s.user_id").
		Joins("JOIN department d ON d.id = u.department_id").
		Where("t.hash = ? AND t.kind = ?", token.Hash(text), string(token.Access)).
		Select("s.id AS session_id, t.expires_at, s.ended_at, " + ofUser).
		Scan(&rows).Error
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	return &rows[0], nil
}

func (s signedIn) actor(v *store.View) (actor.Actor, error) {
	a := actor.Actor{Kind: actor.User, ID: s.UserID, Name: s.Name, Roles: strings.Split(s.Roles, ","), DepartmentID: s.DepartmentID,
		DepartmentKind: s.Kind, SessionID: s.SessionID, MustChangePassword: s.PasswordChangeRequired}
	if s.StaffID != nil {
		a.StaffID = *s.StaffID
	}
	var err error
	a.Subtree, err = organisation.Below(v, s.Path)
	return a, err
}

// openSession finds a session that has not ended; nil when there is none.
func openSession(v *store.View, id string) (*sessionRow, error) {
	var rows []sessionRow
	err := v.Gorm().Where("id = ? AND ended_at IS NULL", id).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	return &rows[0], nil
}

// endAll ends the user's open sessions but one.
func endAll(tx *store.Tx, userID, except, by string) error {
	var open []sessionRow
	if err := tx.Gorm().Where("user_id = ? AND id <> ? AND ended_at IS NULL AND expires_at > ?", userID, except, tx.Now()).Find(&open).Error; err != nil {
		return err
	}
	for _, before := range open {
		if err := end(tx, before, by); err != nil {
			return err
		}
	}
	return nil
}

func end(tx *store.Tx, before sessionRow, by string) error {
	after, now := before, tx.Now()
	after.EndedAt, after.EndedBy = &now, by
	return tx.Save(store.Act{Action: "session.end", Object: "session", ID: before.ID}, &before, &after)
}
