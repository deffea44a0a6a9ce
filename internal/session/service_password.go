package session

import (
	"context"
	"errors"

	"xiaobao/internal/actor"
	"xiaobao/internal/fault"
	"xiaobao/internal/organisation"
	"xiaobao/internal/password"
	"xiaobao/internal/store"
)

// ChangePassword gives the caller another password and ends her other sessions. Returns locked, and fault.RequestInvalid when the present password is
// wrong, which counts as a failed sign-in, or the new one may not be.
func (s *Service) ChangePassword(ctx context.Context, current, chosen string) error {
	who := actor.From(ctx)
	user, err := store.Read(ctx, s.db, func(v *store.View) (organisation.User, error) {
		u, err := s.people.LoadUser(v, who.ID)
		if err != nil {
			return organisation.User{}, err
		}
		return u, s.unlocked(ctx, v, u.Username)
	})
	if err != nil {
		return err
	}
	right, err := password.Verify(ctx, user.PasswordHash, current)
	if err != nil {
		return err
	}
	items := passwordFaults(user.Username, current, chosen)
	if !right {
		// A stolen session must not be a way to guess the password.
		if err := s.fail(ctx, user.Username, user.ID); !errors.Is(err, denied) {
			return err
		}
		items = append(items, fault.At("#/current_password", wrongPassword))
	}
	if err := fault.Input(items); err != nil {
		return err
	}
	hash, err := password.Hash(ctx, chosen)
	if err != nil {
		return err
	}
	_, err = store.Write(ctx, s.db, func(_ context.Context, tx *store.Tx) (struct{}, error) {
		before, err := s.people.LoadUser(&tx.View, who.ID)
		if err != nil {
			return struct{}{}, err
		}
		if before.PasswordHash != user.PasswordHash { // reset or changed in between
			return struct{}{}, fault.Input([]fault.Item{fault.At("#/current_password", wrongPassword)})
		}
		after := before
		after.PasswordHash, after.PasswordChangeRequired, after.UpdatedAt = hash, false, tx.Now()
		if err := s.people.SaveUser(tx, "user.change_password", &before, after); err != nil {
			return struct{}{}, err
		}
		return struct{}{}, endAll(tx, who.ID, who.SessionID, endedByReset)
	})
	if err != nil {
		return err
	}
	return s.people.ForgetFailures(ctx, user.Username)
}

// ResetPassword gives a user a password that she must change, lifts a lock and ends her sessions. The password is known to nobody afterwards.
// Returns organisation.UserNotFound.
func (s *Service) ResetPassword(ctx context.Context, userID string) (secret string, err error) {
	secret, hash, err := password.OneTime(ctx)
	if err != nil {
		return "", err
	}
	user, err := store.Write(ctx, s.db, func(_ context.Context, tx *store.Tx) (organisation.User, error) {
		user, err := s.people.ChangeUser(tx, userID, "user.reset_password", func(u *organisation.User) {
			u.PasswordHash, u.PasswordChangeRequired = hash, true
		})
		if err != nil {
			return user, err
		}
		return user, endAll(tx, userID, "", endedByReset)
	})
	if err != nil {
		return "", err
	}
	return secret, s.people.Unlock(ctx, user.Username)
}

// EndOne ends one of the caller's sessions. Returns notFound when it is another's, or has ended.
func (s *Service) EndOne(ctx context.Context, id string) error {
	_, err := store.Write(ctx, s.db, func(_ context.Context, tx *store.Tx) (struct{}, error) {
		row, err := openSession(&tx.View, id)
		if err != nil {
			return struct{}{}, err
		}
		if row == nil || row.UserID != tx.Actor().ID || !tx.Now().Before(row.ExpiresAt.UTC()) {
			return struct{}{}, notFound
		}
		return struct{}{}, end(tx, *row, endedByUser)
	})
	return err
}
