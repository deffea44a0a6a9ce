package apiclient

import (
	"xiaobao/internal/authz"
	"xiaobao/internal/id"
	"xiaobao/internal/store"
	"xiaobao/internal/token"
)

// Service serves the operations on clients and keys.
type Service struct {
	db     *store.DB
	rights *authz.InForce
}

// NewService makes the service.
func NewService(db *store.DB, rights *authz.InForce) *Service {
	return &Service{db: db, rights: rights}
}

// AddClient creates a client inside the caller's transaction.
func AddClient(tx *store.Tx, c Client) (Client, error) {
	if c.ID == "" {
		c.ID = id.New("cli")
	}
	c.Version, c.Status, c.CreatedAt, c.UpdatedAt = 1, Active, tx.Now(), tx.Now()
	return c, saveClient(tx, "api_client.create", nil, c)
}

// AddKey creates a key inside the caller's transaction and returns its secret, which is known to nobody afterwards.
func AddKey(tx *store.Tx, k Key) (Key, string, error) {
	secret := token.New(token.Key)
	if k.ID == "" {
		k.ID = id.New("key")
	}
	k.Version, k.Prefix, k.CreatedAt, k.UpdatedAt = 1, secret[:token.PrefixLength], tx.Now(), tx.Now()
	k.hash = token.Hash(secret)
	return k, secret, tx.Save(store.Act{Action: "api_key.create", Object: "api_key", ID: k.ID}, nil, toKeyRow(k))
}
