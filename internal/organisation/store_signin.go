package organisation

import (
	"bytes"
	"context"
	"net/netip"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"xiaobao/internal/actor"
	"xiaobao/internal/store"
)

// The defaults of ours for guessing at the door. What a stranger does counts against her own address, so that she locks out nobody but herself; the ceiling over
// all addresses is that of NIST SP 800-63B.
const (
	maxFailures = 5   // of a name from one address
	maxAnywhere = 100 // of a name from all addresses
	lockTime    = 15 * time.Minute
	rememberFor = 24 * time.Hour // how long a failure counts that no other follows
)

// anywhere stands for all addresses.
var anywhere = make([]byte, 16)

// signInRow counts the failed sign-ins of a name in a row, from an address or from anywhere.
type signInRow struct {
	NameIndex    []byte     `gorm:"primaryKey" audit:"ignore"`
	AddressIndex []byte     `gorm:"primaryKey" audit:"ignore"`
	Failures     int64      `audit:"ignore"`
	FailedAt     time.Time  `audit:"ignore"`
	LockedUntil  *time.Time `audit:"ignore"`
}

func (signInRow) TableName() string { return "sign_in" }

func (r signInRow) tooMany() bool {
	if bytes.Equal(r.AddressIndex, anywhere) {
		return r.Failures >= maxAnywhere
	}
	return r.Failures >= maxFailures
}

// lastLock is until when the last of the rows' locks holds; nil when none does.
func lastLock(rows []signInRow, now time.Time) (last *time.Time) {
	for _, r := range rows {
		if r.LockedUntil == nil || !now.Before(r.LockedUntil.UTC()) {
			continue
		}
		if until := r.LockedUntil.UTC(); last == nil || until.After(*last) {
			last = &until
		}
	}
	return last
}

func (s *Service) nameIndex(username string) []byte { return s.keys.Index("sign_in.name", username) }

// addresses are what failures from an address count against. Of the sixth version whoever has one has a network of 64 bits full.
func (s *Service) addresses(address string) [][]byte {
	if a, err := netip.ParseAddr(address); err == nil && a.Is6() && !a.Is4In6() {
		address = netip.PrefixFrom(a.WithZone(""), 64).Masked().String()
	}
	return [][]byte{anywhere, s.keys.Index("sign_in.address", address)}
}

// LockedUntil is until when nobody can sign in by a name from some address or other, whether or not somebody has it; nil when it is not locked.
func (s *Service) LockedUntil(v *store.View, username string) (*time.Time, error) {
	var rows []signInRow
	err := v.Gorm().Where("name_index = ?", s.nameIndex(username)).Find(&rows).Error
	return lastLock(rows, v.Now()), err
}

// LockedFrom is until when nobody can sign in by a name from an address, whether or not somebody has it; nil when it is not locked.
func (s *Service) LockedFrom(v *store.View, username, address string) (*time.Time, error) {
	rows, err := s.failuresOf(v, username, address)
	return lastLock(rows, v.Now()), err
}

func (s *Service) failuresOf(v *store.View, username, address string) ([]signInRow, error) {
	var rows []signInRow
	err := v.Gorm().Where("name_index = ? AND address_index IN ?", s.nameIndex(username), s.addresses(address)).Find(&rows).Error
	return rows, err
}

// CountFailure counts a failed sign-in by a name, and locks the name after too many in a row. It returns the lock that was there before: whoever guesses
// many at once is told no more than who guesses one by one. The trail tells of the failures of a user; of a name that nobody has, nothing is kept.
func (s *Service) CountFailure(ctx context.Context, username, userID string) (locked *time.Time, err error) {
	address := actor.RequestFrom(ctx).Address
	return store.Maintain(ctx, s.db, func(tx *store.Tx) (*time.Time, error) {
		var failed []signInRow
		for _, index := range s.addresses(address) {
			failed = append(failed, signInRow{NameIndex: s.nameIndex(username), AddressIndex: index, Failures: 1, FailedAt: tx.Now()})
		}
		more := clause.OnConflict{Columns: []clause.Column{{Name: "name_index"}, {Name: "address_index"}},
			DoUpdates: clause.Assignments(map[string]any{"failures": gorm.Expr("sign_in.failures + 1"), "failed_at": tx.Now()})}
		if err := tx.Gorm().Clauses(more).Create(&failed).Error; err != nil {
			return nil, err
		}
		rows, err := s.failuresOf(&tx.View, username, address)
		if until := lastLock(rows, tx.Now()); until != nil || err != nil {
			return until, err
		}
		act := store.Act{Action: "session.denied", Object: "user", ID: userID}
		for _, r := range rows {
			if !r.tooMany() {
				continue
			}
			act.Action = "session.lock"
			lock := tx.Gorm().Model(&signInRow{}).Where("name_index = ? AND address_index = ?", r.NameIndex, r.AddressIndex)
			if err := lock.Updates(map[string]any{"failures": 0, "locked_until": tx.Now().Add(lockTime)}).Error; err != nil {
				return nil, err
			}
		}
		if userID != "" {
			tx.Note(act)
		}
		return nil, nil
	})
}

// ForgetFailures lets a name begin anew for who got in: at her address, and over all.
func (s *Service) ForgetFailures(ctx context.Context, username string) error {
	return s.forget(ctx, "name_index = ? AND address_index IN ?", s.nameIndex(username), s.addresses(actor.RequestFrom(ctx).Address))
}

// Unlock lets a name begin anew at every address.
func (s *Service) Unlock(ctx context.Context, username string) error {
	return s.forget(ctx, "name_index = ?", s.nameIndex(username))
}

// ForgetOldFailures forgets those after which nothing followed for a day.
func (s *Service) ForgetOldFailures(ctx context.Context) error {
	return s.forget(ctx, "failed_at < ?", s.db.Now().Add(-rememberFor))
}

func (s *Service) forget(ctx context.Context, where string, values ...any) error {
	_, err := store.Maintain(ctx, s.db, func(tx *store.Tx) (struct{}, error) {
		return struct{}{}, tx.Gorm().Where(where, values...).Delete(&signInRow{}).Error
	})
	return err
}
