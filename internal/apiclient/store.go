package apiclient

import (
	"context"
	"errors"
	"strings"
	"time"

	"xiaobao/internal/store"
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

func (r clientRow) toDomain() Client {
	return Client{ID: r.ID, Version: r.Version, Name: r.Name, Kind: r.Kind, IntakeChannel: r.IntakeChannel, DepartmentID: r.DepartmentID, Status: r.Status,
		CreatedAt: r.CreatedAt.UTC(), UpdatedAt: r.UpdatedAt.UTC()}
}

func toKeyRow(k Key) *keyRow {
	return &keyRow{ID: k.ID, Version: k.Version, ClientID: k.ClientID, Name: k.Name, Prefix: k.Prefix, Hash: k.hash, Scopes: strings.Join(k.Scopes, " "),
		IPAllow: strings.Join(k.IPAllow, " "), ExpiresAt: k.ExpiresAt, RevokedAt: k.RevokedAt, LastUsedAt: k.LastUsedAt, CreatedAt: k.CreatedAt, UpdatedAt: k.UpdatedAt}
}

func (r keyRow) toDomain() Key {
	return Key{ID: r.ID, Version: r.Version, ClientID: r.ClientID, Name: r.Name, Prefix: r.Prefix, Scopes: strings.Fields(r.Scopes), IPAllow: strings.Fields(r.IPAllow),
		ExpiresAt: store.UTC(r.ExpiresAt), RevokedAt: store.UTC(r.RevokedAt), LastUsedAt: store.UTC(r.LastUsedAt), CreatedAt: r.CreatedAt.UTC(), UpdatedAt: r.UpdatedAt.UTC(), hash: r.Hash}
}

// loadClient finds a client, whoever may see it. Returns ClientNotFound.
func loadClient(v *store.View, id string) (Client, error) {
	row, err := store.Take[clientRow](v.Gorm().Where("id = ?", id), ClientNotFound)
	return row.toDomain(), err
}

// saveClient changes a client. Without before it is new. Returns nameTaken.
func saveClient(tx *store.Tx, action string, before *Client, after Client) error {
	act := store.Act{Action: action, Object: "api_client", ID: after.ID}
	var old any
	if before != nil {
		old = toClientRow(*before)
	}
	err := tx.Save(act, old, toClientRow(after))
	var duplicate *store.Duplicate
	if errors.As(err, &duplicate) && duplicate.Key == "api_client_name" {
		return nameTaken
	}
	return err
}

// loadKey finds a key, whoever may see it. Returns KeyNotFound.
func loadKey(v *store.View, id string) (Key, error) {
	row, err := store.Take[keyRow](v.Gorm().Where("id = ?", id), KeyNotFound)
	return row.toDomain(), err
}

func saveKey(tx *store.Tx, action string, before, after Key) error {
	after.UpdatedAt = tx.Now()
	return tx.Save(store.Act{Action: action, Object: "api_key", ID: after.ID}, toKeyRow(before), toKeyRow(after))
}

// NamesOf looks up what clients are called, by id; empty ids are passed over.
func NamesOf(v *store.View, ids ...string) (map[string]string, error) {
	return store.Names(v, "api_client", "", ids)
}

// markUsed keeps that a key was used now.
func markUsed(ctx context.Context, db *store.DB, keyID string) error {
	_, err := store.Maintain(ctx, db, func(tx *store.Tx) (struct{}, error) {
		return struct{}{}, tx.Gorm().Model(&keyRow{}).Where("id = ?", keyID).UpdateColumn("last_used_at", tx.Now()).Error
	})
	return err
}
