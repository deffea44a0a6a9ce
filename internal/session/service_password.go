package session

import (
	"context"
	"errors"
	"time"

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
	user, err := store.Read(ctx, s.db, func(v *store.View) (organisation.User, error) { return s.people.LoadUser(v, who.ID) })
	if err != nil {
		return err
	}
	if err := s.unlocked(user); err != nil {
		return err
	}
	right, err := password.Verify(ctx, user.PasswordHash, current)
	if err != nil {
		return err
	}
	items := passwordFaults(user.Username, current, chosen)
	if !right {
		// A stolen session must not be a way to guess the password.
		if err := s.fail(ctx, user.ID); !errors.Is(err, denied) {
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
		after.PasswordHash, after.PasswordChangeRequired, after.Failures, after.UpdatedAt = hash, false, 0, tx.Now()
		if err := s.people.SaveUser(tx, "user.change_password", &before, after); err != nil {
			return struct{}{}, err
		}
		return struct{}{}, endAll(tx, who.ID, who.SessionID, endedByReset)
	})
	return err
}

// unlocked refuses a name that is locked.
func (s *Service) unlocked(u organisation.User) error {
	if u.LockedUntil == nil || !s.db.Now().Before(*u.LockedUntil) {
		return nil
	}
	return locked.With("seconds", int(u.LockedUntil.Sub(s.db.Now())/time.Second)+1)
}

// ResetPassword gives a user a password that she must change, lifts a lock and ends her sessions. The password is known to nobody afterwards.
// Returns organisation.UserNotFound.
func (s *Service) ResetPassword(ctx context.Context, userID string) (secret string, err error) {
	secret, hash, err := password.OneTime(ctx)
	if err != nil {
		return "", err
	}
	_, err = store.Write(ctx, s.db, func(_ context.Context, tx *store.Tx) (struct{}, error) {
		_, err := s.people.ChangeUser(tx, userID, "user.reset_password", func(u *organisation.User) {
			u.PasswordHash, u.PasswordChangeRequired, u.Failures, u.LockedUntil = hash, true, 0, nil
		})
		if err != nil {
			return struct{}{}, err
		}
		return struct{}{}, endAll(tx, userID, "", endedByReset)
	})
	if err != nil {
		return "", err
	}
	return secret, nil
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
