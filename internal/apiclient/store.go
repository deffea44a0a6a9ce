package apiclient

import (
	"context"
	"strings"
	"time"

	"xiaobao/internal/store"
	"xiaobao/internal/token"
)

type clientRow struct {
	ID            string    `gorm:"primaryKey" audit:"ignore"`
	Version       int64     `audit:"ignore"`
	Name          string    `audit:"track"`
	Kind          string    `audit:"track"`
	IntakeChannel string    `audit:"track"`
	DepartmentID  string    `audit:"track"`
	Status        string    `audit:"track"`
	CreatedAt     time.Time `gorm:"autoCreateTime:false" audit:"ignore"`
	UpdatedAt     time.Time `gorm:"autoUpdateTime:false" audit:"ignore"`
}

func (clientRow) TableName() string { return "api_client" }

type keyRow struct {
	ID         string     `gorm:"primaryKey" audit:"ignore"`
	Version    int64      `audit:"ignore"`
	ClientID   string     `audit:"track"`
	Name       string     `audit:"track"`
	Prefix     string     `audit:"track"`
	Hash       []byte     `audit:"secret"`
	Scopes     string     `audit:"track"`
	IPAllow    string     `audit:"track"`
	ExpiresAt  *time.Time `audit:"track"`
	RevokedAt  *time.Time `audit:"track"`
	LastUsedAt *time.Time `audit:"ignore"`
	CreatedAt  time.Time  `gorm:"autoCreateTime:false" audit:"ignore"`
	UpdatedAt  time.Time  `gorm:"autoUpdateTime:false" audit:"ignore"`
}

func (keyRow) TableName() string { return "api_key" }

func toClientRow(c Client) *clientRow {
	return &clientRow{ID: c.ID, Version: c.Version, Name: c.Name, Kind: c.Kind, IntakeChannel: c.IntakeChannel, DepartmentID: c.DepartmentID, Status: c.Status,
		CreatedAt: c.CreatedAt, UpdatedAt: c.UpdatedAt}
}

func toKeyRow(k Key, hash []byte) *keyRow {
	return &keyRow{ID: k.ID, Version: k.Version, ClientID: k.ClientID, Name: k.Name, Prefix: k.Prefix, Hash: hash, Scopes: strings.Join(k.Scopes, " "),
		IPAllow: strings.Join(k.IPAllow, " "), ExpiresAt: k.ExpiresAt, RevokedAt: k.RevokedAt, LastUsedAt: k.LastUsedAt, CreatedAt: k.CreatedAt, UpdatedAt: k.UpdatedAt}
}

// holder is all that a request needs to know of a key and its client, in one query.
type holder struct {
	KeyID, Scopes, IPAllow string
	ExpiresAt, RevokedAt   *time.Time
	LastUsedAt             *time.Time
	ClientID, Name, Kind   string
	IntakeChannel, Status  string
	DepartmentID           string
}

// takeHolder finds who holds a key; nil when nobody does.
func takeHolder(v *store.View, secret string) (*holder, error) {
	var rows []holder
	err := v.Gorm().Table("api_key k").Joins("JOIN api_client c ON c.id = k.client_id").Where("k.hash = ?", token.Hash(secret)).
		Select("k.id AS key_id, k.scopes, k.ip_allow, k.expires_at, k.revoked_at, k.last_used_at, c.id AS client_id, c.name, c.kind, c.intake_channel, c.status, c.department_id").
		Scan(&rows).Error
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	return &rows[0], nil
}

// NamesOf looks up what clients are called, by id; empty ids are passed over.
func NamesOf(v *store.View, ids ...string) (map[string]string, error) {
	names := map[string]string{}
	var wanted []string
	for _, id := range ids {
		if _, known := names[id]; !known && id != "" {
			names[id] = ""
			wanted = append(wanted, id)
		}
	}
	if len(wanted) == 0 {
		return names, nil
	}
	var rows []struct{ ID, Name string }
	err := v.Gorm().Model(&clientRow{}).Select("id, name").Where("id IN ?", wanted).Scan(&rows).Error
	for _, r := range rows {
		names[r.ID] = r.Name
	}
	return names, err
}

// markUsed keeps that a key was used now.
func markUsed(ctx context.Context, db *store.DB, keyID string) error {
	_, err := store.Maintain(ctx, db, func(tx *store.Tx) (struct{}, error) {
		return struct{}{}, tx.Gorm().Model(&keyRow{}).Where("id = ?", keyID).UpdateColumn("last_used_at", tx.Now()).Error
	})
	return err
}
