package organisation

import (
	"context"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"xiaobao/internal/store"
)

// The defaults of ours for guessing at the door.
const (
	maxFailures = 5
	lockTime    = 15 * time.Minute
	rememberFor = 24 * time.Hour // how long a failure counts that no other follows
)

// signInRow counts the failed sign-ins of a name in a row.
type signInRow struct {
	NameIndex   []byte     `gorm:"primaryKey" audit:"ignore"`
	Failures    int64      `audit:"ignore"`
	FailedAt    time.Time  `audit:"ignore"`
	LockedUntil *time.Time `audit:"ignore"`
}

func (signInRow) TableName() string { return "sign_in" }

// lockedUntil is until when nobody can sign in by the name; nil when it is not locked.
func (r signInRow) lockedUntil(now time.Time) *time.Time {
	if r.LockedUntil == nil || !now.Before(r.LockedUntil.UTC()) {
		return nil
	}
	until := r.LockedUntil.UTC()
	return &until
}

func (s *Service) signIn(v *store.View, username string) (signInRow, error) {
	row := signInRow{NameIndex: s.keys.Index("sign_in.name", username)}
	err := v.Gorm().Where("name_index = ?", row.NameIndex).Limit(1).Find(&row).Error
	return row, err
}

// LockedUntil is until when nobody can sign in by a name, whether or not somebody has it; nil when it is not locked.
func (s *Service) LockedUntil(v *store.View, username string) (*time.Time, error) {
	row, err := s.signIn(v, username)
	return row.lockedUntil(v.Now()), err
}

// CountFailure counts a failed sign-in by a name, and locks the name after too many in a row. It returns the lock that was there before: whoever guesses
// many at once is told no more than who guesses one by one. The trail tells of the failures of a user; of a name that nobody has, nothing is kept.
func (s *Service) CountFailure(ctx context.Context, username, userID string) (locked *time.Time, err error) {
	return store.Maintain(ctx, s.db, func(tx *store.Tx) (*time.Time, error) {
		row := signInRow{NameIndex: s.keys.Index("sign_in.name", username), Failures: 1, FailedAt: tx.Now()}
		more := clause.OnConflict{Columns: []clause.Column{{Name: "name_index"}},
			DoUpdates: clause.Assignments(map[string]any{"failures": gorm.Expr("sign_in.failures + 1"), "failed_at": tx.Now()})}
		if err := tx.Gorm().Clauses(more).Create(&row).Error; err != nil {
			return nil, err
		}
		row, err := s.signIn(&tx.View, username)
		if until := row.lockedUntil(tx.Now()); until != nil || err != nil {
			return until, err
		}
		act := store.Act{Action: "session.denied", Object: "user", ID: userID}
		if row.Failures >= maxFailures {
			act.Action = "session.lock"
			err = tx.Gorm().Model(&signInRow{}).Where("name_index = ?", row.NameIndex).Updates(map[string]any{"failures": 0, "locked_until": tx.Now().Add(lockTime)}).Error
		}
		if userID != "" {
			tx.Note(act)
		}
		return nil, err
	})
}

// ForgetFailures lets a name begin anew.
func (s *Service) ForgetFailures(ctx context.Context, username string) error {
	return s.forget(ctx, "name_index = ?", s.keys.Index("sign_in.name", username))
}

// ForgetOldFailures forgets those after which nothing followed for a day.
func (s *Service) ForgetOldFailures(ctx context.Context) error {
	return s.forget(ctx, "failed_at < ?", s.db.Now().Add(-rememberFor))
}

func (s *Service) forget(ctx context.Context, where string, value any) error {
	_, err := store.Maintain(ctx, s.db, func(tx *store.Tx) (struct{}, error) {
		return struct{}{}, tx.Gorm().Where(where, value).Delete(&signInRow{}).Error
	})
	return err
}
