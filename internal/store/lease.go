package store

import (
	"context"
	"time"
)

type leaseRow struct {
	Name    string    `gorm:"primaryKey" audit:"ignore"`
	Holder  string    `audit:"ignore"`
	UntilAt time.Time `audit:"ignore"`
}

func (leaseRow) TableName() string { return "lease" }

// Lease gives a named job to one holder among all processes for a time. It reports whether this holder has it now; a holder that asks
// again before the end keeps it.
func (db *DB) Lease(ctx context.Context, name, holder string, term time.Duration) (bool, error) {
	return Maintain(ctx, db, func(tx *Tx) (bool, error) {
		until := tx.now.Add(term)
		done := tx.g.Model(&leaseRow{}).Where("name = ? AND (until_at < ? OR holder = ?)", name, tx.now, holder).
			Updates(map[string]any{"holder": holder, "until_at": until})
		if done.Error != nil || done.RowsAffected == 1 {
			return done.Error == nil, done.Error
		}
		var held int64
		if err := tx.g.Model(&leaseRow{}).Where("name = ?", name).Count(&held).Error; err != nil || held == 1 {
			return false, err
		}
		err := tx.g.Create(&leaseRow{Name: name, Holder: holder, UntilAt: until}).Error
		if _, ok := translate(err).(*Duplicate); ok {
			return false, nil
		}
		return err == nil, err
	})
}

// LeasedUntil is when the last lease of a job ends, or has ended; zero when nobody ever had it.
func (db *DB) LeasedUntil(ctx context.Context, name string) (time.Time, error) {
	return Read(ctx, db, func(v *View) (time.Time, error) {
		var row leaseRow
		err := v.g.Where("name = ?", name).Limit(1).Find(&row).Error
		return row.UntilAt, err
	})
}
