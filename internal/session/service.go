package session

import (
	"context"

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

// NewService makes the service.
func NewService(db *store.DB, people *organisation.Service) *Service {
	return &Service{db: db, people: people}
}

// Create signs a user in. Returns denied for an unknown user, a suspended one or a wrong password, locked after too many failures.
func (s *Service) Create(ctx context.Context, username, secret string) (Session, Tokens, error) {
	user, err := store.Read(ctx, s.db, func(v *store.View) (organisation.User, error) {
		u, err := s.people.UserByName(v, username)
		if err == organisation.UserNotFound {
			return organisation.User{}, nil // goes on: as slow as a known one
		}
		return u, err
	})
	if err != nil {
		return Session{}, Tokens{}, err
	}
	if err := s.unlocked(user); err != nil {
		return Session{}, Tokens{}, err
	}
	// Outside the transaction: a hash takes as long as many intakes.
	right, err := password.Verify(ctx, user.PasswordHash, secret)
	if err != nil {
		return Session{}, Tokens{}, err
	}
	if user.ID == "" {
		return Session{}, Tokens{}, denied
	}
	if !right || user.Status != organisation.Active {
		return Session{}, Tokens{}, s.fail(ctx, user.ID)
	}
	return s.open(ctx, user.ID)
}

// fail counts a failed sign-in, and locks the name after too many in a row.
func (s *Service) fail(ctx context.Context, userID string) error {
	_, err := store.Write(ctx, s.db, func(_ context.Context, tx *store.Tx) (struct{}, error) {
		before, err := s.people.LoadUser(&tx.View, userID)
		if err != nil {
			return struct{}{}, err
		}
		after := before
		after.Failures++
		if after.Failures >= maxFailures {
			until := tx.Now().Add(lockTime)
			after.Failures, after.LockedUntil = 0, &until
		}
		return struct{}{}, s.people.SaveUser(tx, "session.denied", &before, after)
	})
	if err != nil {
		return err
	}
	return denied
}

type opened struct {
	session Session
	tokens  Tokens
}

func (s *Service) open(ctx context.Context, userID string) (Session, Tokens, error) {
	got, err := store.Write(ctx, s.db, func(_ context.Context, tx *store.Tx) (opened, error) {
		user, err := s.people.LoadUser(&tx.View, userID)
		if err != nil {
			return opened{}, err
		}
		made := Session{ID: id.New("ses"), UserID: userID, CreatedAt: tx.Now(), ExpiresAt: tx.Now().Add(refreshLife), PasswordChangeRequired: user.PasswordChangeRequired}
		tokens, rows := newTokens(made.ID, tx.Now())
		err = tx.Save(store.Act{Action: "session.create", Object: "session", ID: made.ID}, nil, toRow(made, 1), store.Insert(rows))
		if err != nil || user.Failures == 0 && user.LockedUntil == nil {
			return opened{made, tokens}, err
		}
		after := user
		after.Failures, after.LockedUntil = 0, nil
		return opened{made, tokens}, s.people.SaveUser(tx, "session.unlock", &user, after)
	})
	return got.session, got.tokens, err
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
