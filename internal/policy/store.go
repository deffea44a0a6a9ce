package policy

import (
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"xiaobao/internal/authz"
	"xiaobao/internal/store"
)

type policyRow struct {
	Version   int64     `gorm:"primaryKey;autoIncrement:false" audit:"track"`
	Content   string    `audit:"secret"`
	CreatedAt time.Time `gorm:"autoCreateTime:false" audit:"ignore"`
}

func (policyRow) TableName() string { return "policy" }

// Seed keeps the first version of a new database.
func Seed(tx *store.Tx, content []byte) error {
	return tx.Save(store.Act{Action: "policy.seed", Object: "policy", ID: "1"}, nil, &policyRow{Version: 1, Content: string(content), CreatedAt: tx.Now()})
}

// newest loads the newest version if it is newer than the one known; a nil engine is "no news".
func newest(v *store.View, build Build, known int64) (*authz.Engine, int64, error) {
	var row policyRow
	err := v.Gorm().Where("version > ?", known).Order("version DESC").Take(&row).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return nil, known, nil
	}
	if err != nil {
		return nil, known, err
	}
	engine, err := build([]byte(row.Content))
	if err != nil {
		return nil, known, fmt.Errorf("version %d of the policy: %w", row.Version, err)
	}
	return engine, row.Version, nil
}

// At builds the engine of the version that was in force at an instant, and returns its number; before the first version it is that one.
func At(v *store.View, build Build, inForce *authz.InForce, at time.Time) (*authz.Engine, int64, error) {
	var row policyRow
	err := v.Gorm().Where("created_at <= ? OR version = 1", at.UTC()).Order("version DESC").Take(&row).Error
	if err != nil || row.Version == inForce.Version() {
		return inForce.Current(), row.Version, err
	}
	engine, err := build([]byte(row.Content))
	return engine, row.Version, err
}
