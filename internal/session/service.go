package session

import (
	"context"
	"strings"
	"time"

	"xiaobao/internal/actor"
	"xiaobao/internal/id"
	"xiaobao/internal/organisation"
	"xiaobao/internal/password"
	"xiaobao/internal/store"
	"xiaobao/internal/token"
)

// Service serves the operations on sessions.
type Service struct {
	db     *store.DB
	people *organisation.Service
}

// NewService makes the service. From now on, who is suspended loses her sessions in the same transaction.
func NewService(db *store.DB, people *organisation.Service) *Service {
	people.WhenSuspended(func(tx *store.Tx, userID string) error { return endAll(tx, userID, "", endedBySuspension) })
	return &Service{db: db, people: people}
}

// Create signs a user in. Returns denied for an unknown user, a suspended one or a wrong password, locked after too many failures; of a name that nobody has, the
// same is told as of one that somebody has.
func (s *Service) Create(ctx context.Context, username, secret string) (Session, Tokens, error) {
	username = strings.TrimSpace(username) // by the database, too, blanks at the end make no other name
	user, err := store.Read(ctx, s.db, func(v *store.View) (organisation.User, error) {
		if err := s.unlocked(ctx, v, username); err != nil {
			return organisation.User{}, err
		}
		u, err := s.people.UserByName(v, username)
		if err == organisation.UserNotFound {
			return organisation.User{}, nil // goes on: as slow as a known one
		}
		return u, err
	})
	if err != nil {
		return Session{}, Tokens{}, err
	}
	// Outside the transaction: a hash takes as long as many intakes.
	right, err := password.Verify(ctx, user.PasswordHash, secret)
	if err != nil {
		return Session{}, Tokens{}, err
	}
	if user.ID == "" || !right || user.Status != organisation.Active {
		return Session{}, Tokens{}, s.fail(ctx, username, user.ID)
	}
	return s.open(ctx, user)
}

// fail counts a failed sign-in. Returns denied, or locked where the name has been locked in the meantime.
func (s *Service) fail(ctx context.Context, username, userID string) error {
	until, err := s.people.CountFailure(ctx, username, userID)
	if err != nil {
		return err
	}
	if until != nil {
		return s.lockedUntil(*until)
	}
	return denied
}

// unlocked refuses a name that is locked for the caller's address.
func (s *Service) unlocked(ctx context.Context, v *store.View, username string) error {
	until, err := s.people.LockedFrom(v, username, actor.RequestFrom(ctx).Address)
	if err != nil || until == nil {
		return err
	}
	return s.lockedUntil(*until)
}

func (s *Service) lockedUntil(until time.Time) error {
	return locked.With("seconds", int(until.Sub(s.db.Now())/time.Second)+1)
}

type opened struct {
	session Session
	tokens  Tokens
}

func (s *Service) open(ctx context.Context, user organisation.User) (Session, Tokens, error) {
	got, err := store.Write(ctx, s.db, func(_ context.Context, tx *store.Tx) (opened, error) {
		// A suspension at this moment either sees this session and ends it, or is seen here.
		if err := organisation.Hold(tx); err != nil {
			return opened{}, err
		}
		// Again: of many guesses at once the right one comes too late when the others have locked the name.
		if err := s.unlocked(ctx, &tx.View, user.Username); err != nil {
			return opened{}, err
		}
		// She may have been suspended, or given another password, while the hash was made.
		now, err := s.people.LoadUser(&tx.View, user.ID)
		if err != nil {
			return opened{}, err
		}
		if now.Status != organisation.Active || now.PasswordHash != user.PasswordHash {
			return opened{}, denied
		}
		tx.ActAs(holder(now))
		made := Session{ID: id.New("ses"), UserID: user.ID, CreatedAt: tx.Now(), ExpiresAt: tx.Now().Add(refreshLife), PasswordChangeRequired: user.PasswordChangeRequired}
		tokens, rows := newTokens(made.ID, tx.Now())
		return opened{made, tokens}, tx.Save(store.Act{Action: "session.create", Object: "session", ID: made.ID}, nil, toRow(made, 1), store.Insert(rows))
	})
	if err != nil {
		return Session{}, Tokens{}, err
	}
	return got.session, got.tokens, s.people.ForgetFailures(ctx, user.Username)
}

// holder is whom the trail names for what a user does to her session before a request could be hers.
func holder(u organisation.User) actor.Actor {
	return actor.Actor{Kind: actor.User, ID: u.ID, Name: u.Name, DepartmentID: u.DepartmentID}
}

// Refresh gives a session new tokens for its refresh token. Returns reused, and ends the session, when the token was used before.
func (s *Service) Refresh(ctx context.Context, refresh string) (Session, Tokens, error) {
	var stolen bool
	got, err := store.Write(ctx, s.db, func(_ context.Context, tx *store.Tx) (opened, error) {
		stolen = false
		t, row, err := takeToken(&tx.View, refresh)
		if err != nil {
			return opened{}, err
		}
		if t == nil || t.Kind != string(token.Refresh) || row.EndedAt != nil || tx.Now().After(t.ExpiresAt) {
			return opened{}, denied
		}
		if t.UsedAt != nil {
			stolen = true
			return opened{}, end(tx, *row, endedByReuse)
		}
		user, err := s.people.LoadUser(&tx.View, row.UserID)
		if err != nil {
			return opened{}, err
		}
		if user.Status != organisation.Active {
			return opened{}, denied
		}
		tx.ActAs(holder(user))
		now := tx.Now()
		used := *t
		used.UsedAt = &now
		after := *row
		after.ExpiresAt = now.Add(refreshLife)
		tokens, rows := newTokens(row.ID, now)
		made := Session{ID: row.ID, UserID: row.UserID, CreatedAt: row.CreatedAt, ExpiresAt: after.ExpiresAt, PasswordChangeRequired: user.PasswordChangeRequired}
		return opened{made, tokens}, tx.Save(store.Act{Action: "session.refresh", Object: "session", ID: row.ID}, row, &after, store.Update(&used), store.Insert(rows))
	})
	if err == nil && stolen {
		return Session{}, Tokens{}, reused
	}
	return got.session, got.tokens, err
}

// End signs the caller out.
func (s *Service) End(ctx context.Context) error {
	_, err := store.Write(ctx, s.db, func(_ context.Context, tx *store.Tx) (struct{}, error) {
		row, err := openSession(&tx.View, tx.Actor().SessionID)
		if err != nil || row == nil {
			return struct{}{}, err
		}
		return struct{}{}, end(tx, *row, endedByUser)
	})
	return err
}

// Authenticate finds who holds an access token: the zero Actor when nobody does. Returns expired for a token that was good once.
func (s *Service) Authenticate(ctx context.Context, text string) (actor.Actor, error) {
	return store.Read(ctx, s.db, func(v *store.View) (actor.Actor, error) {
		in, err := takeSignedIn(v, text)
		if err != nil || in == nil || in.EndedAt != nil || in.Status != organisation.Active {
			return actor.Actor{}, err
		}
		if v.Now().After(in.ExpiresAt.UTC()) {
			return actor.Actor{}, expired
		}
		return in.actor(v)
	})
}
