package store

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm"
)

type keyringRow struct {
	ID        string    `gorm:"primaryKey" audit:"ignore"`
	Wrapped   []byte    `audit:"secret"`
	CreatedAt time.Time `gorm:"autoCreateTime:false" audit:"ignore"`
}

func (keyringRow) TableName() string { return "keyring" }

// Keyring returns the wrapped keys of the database, nil when it has none yet. What unwraps them is kept elsewhere.
func (db *DB) Keyring(ctx context.Context) ([]byte, error) {
	return Read(ctx, db, func(v *View) ([]byte, error) {
		var row keyringRow
		err := v.g.Where("id = ?", "main").Take(&row).Error
		if errors.Is(err, gorm.ErrRecordNotFound) {
			return nil, nil
		}
		return row.Wrapped, err
	})
}

// KeepKeyring stores the wrapped keys of a new database. A second time is refused by the row's key.
func (db *DB) KeepKeyring(ctx context.Context, wrapped []byte) error {
	_, err := Maintain(ctx, db, func(tx *Tx) (struct{}, error) {
		return struct{}{}, tx.g.Create(&keyringRow{ID: "main", Wrapped: wrapped, CreatedAt: tx.now}).Error
	})
	return err
}
