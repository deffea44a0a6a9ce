package keyring

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm"

	"xiaobao/internal/store"
)

// only is the id of the one row.
const only = "main"

type row struct {
	ID        string    `gorm:"primaryKey" audit:"ignore"`
	Version   int64     `audit:"ignore"`
	Wrapped   []byte    `audit:"secret"`
	KeyIDs    string    `gorm:"column:key_ids" audit:"track"` // the one that seals first
	CreatedAt time.Time `gorm:"autoCreateTime:false" audit:"ignore"`
}

func (row) TableName() string { return "keyring" }

// Kept says whether a database has its keys, which is the mark of a finished init.
func Kept(ctx context.Context, db *store.DB) (bool, error) {
	return store.Read(ctx, db, func(v *store.View) (bool, error) {
		version, err := versionOf(v)
		return version != 0, err
	})
}

// Keep stores the wrapped keys of a new database. A second time is refused by the row's key.
func Keep(ctx context.Context, db *store.DB, wrapped []byte) error {
	_, err := store.Maintain(ctx, db, func(tx *store.Tx) (struct{}, error) {
		return struct{}{}, tx.Gorm().Create(&row{ID: only, Version: 1, Wrapped: wrapped, CreatedAt: tx.Now()}).Error
	})
	return err
}

// versionOf is 0 when there are no keys.
func versionOf(v *store.View) (version int64, err error) {
	err = v.Gorm().Model(&row{}).Select("version").Where("id = ?", only).Scan(&version).Error
	return version, err
}

var errNone = errors.New("the database has no keys: run `xiaobao init` first")

func rowOf(v *store.View) (row, error) {
	return store.Take[row](v.Gorm().Where("id = ?", only), errNone)
}

// table has sealed columns. What its values are bound to is its primary key, as pii.Place has it.
type table struct {
	name         string
	key, columns []string
}

// sealedRow is what a row of a table holds.
type sealedRow struct {
	key    []string
	values [][]byte
}

// where finds a row by its primary key.
func (t table) where(q *gorm.DB, key []string) *gorm.DB {
	for i, column := range t.key {
		q = q.Where(t.name+"."+column+" = ?", key[i])
	}
	return q
}
