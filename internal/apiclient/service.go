package apiclient

import (
	"context"
	"net/netip"
	"slices"
	"strings"
	"time"

	"xiaobao/internal/actor"
	"xiaobao/internal/fault"
	"xiaobao/internal/id"
	"xiaobao/internal/store"
	"xiaobao/internal/token"
)

// The refusals of keys.
var (
	keyExpired = fault.Declare(fault.Reason{Kind: fault.Unauthenticated, Code: "auth.key_expired",
		Title:  fault.Words{EN: "The key has expired.", ZH: "接口密钥已过期。"},
		Causes: "A request with a key after its expires_at.", Cures: "Ask the institution for a new key."})
	keyRevoked = fault.Declare(fault.Reason{Kind: fault.Unauthenticated, Code: "auth.key_revoked",
		Title:  fault.Words{EN: "The key was revoked, or its client is suspended.", ZH: "接口密钥已吊销，或其客户端已停用。"},
		Causes: "A request with a revoked key.", Cures: "Ask the institution for a new key."})
	addressRefused = fault.Declare(fault.Reason{Kind: fault.Unauthenticated, Code: "auth.address_refused",
		Title:  fault.Words{EN: "The key may not be used from this address.", ZH: "接口密钥不允许从该地址使用。"},
		Causes: "A request from an address outside ip_allow.", Cures: "Call from an allowed address, or have ip_allow changed."})
)

// Service serves the operations on clients and keys.
type Service struct{ db *store.DB }

// NewService makes the service.
func NewService(db *store.DB) *Service { return &Service{db: db} }

// Authenticate finds who holds a key: the zero Actor when nobody does. Returns keyExpired, keyRevoked or addressRefused for a key that is
// known and not good here and now.
func (s *Service) Authenticate(ctx context.Context, secret, remote string) (actor.Actor, error) {
	h, err := store.Read(ctx, s.db, func(v *store.View) (*holder, error) { return takeHolder(v, secret) })
	if err != nil || h == nil {
		return actor.Actor{}, err
	}
	now := s.db.Now()
	switch {
	case h.RevokedAt != nil && !now.Before(h.RevokedAt.UTC()), h.Status != Active:
		return actor.Actor{}, keyRevoked
	case h.ExpiresAt != nil && !now.Before(h.ExpiresAt.UTC()):
		return actor.Actor{}, keyExpired
	case !allowed(strings.Fields(h.IPAllow), remote):
		return actor.Actor{}, addressRefused
	}
	if err := s.used(ctx, *h, now); err != nil {
		return actor.Actor{}, err
	}
	return actor.Actor{Kind: actor.Client, ID: h.ClientID, Name: h.Name, DepartmentKind: h.Kind, DepartmentID: h.DepartmentID,
		Scopes: strings.Fields(h.Scopes), IntakeChannel: h.IntakeChannel, KeyID: h.KeyID}, nil
}

// used keeps when a key was last used, to the minute: each request would be a write otherwise.
func (s *Service) used(ctx context.Context, h holder, now time.Time) error {
	if h.LastUsedAt != nil && now.Sub(h.LastUsedAt.UTC()) < time.Minute {
		return nil
	}
	return markUsed(ctx, s.db, h.KeyID)
}

func allowed(list []string, remote string) bool {
	if len(list) == 0 {
		return true
	}
	address, err := netip.ParseAddr(remote)
	if err != nil {
		return false
	}
	address = address.Unmap()
	return slices.ContainsFunc(list, func(entry string) bool {
		if network, err := netip.ParsePrefix(entry); err == nil {
			return network.Contains(address)
		}
		one, err := netip.ParseAddr(entry)
		return err == nil && one.Unmap() == address
	})
}

// AddClient creates a client inside the caller's transaction.
func AddClient(tx *store.Tx, c Client) (Client, error) {
	if c.ID == "" {
		c.ID = id.New("cli")
	}
	c.Version, c.Status, c.CreatedAt, c.UpdatedAt = 1, Active, tx.Now(), tx.Now()
	return c, tx.Save(store.Act{Action: "api_client.create", Object: "api_client", ID: c.ID}, nil, toClientRow(c))
}

// AddKey creates a key inside the caller's transaction and returns its secret, which is known to nobody afterwards.
func AddKey(tx *store.Tx, k Key) (Key, string, error) {
	secret := token.New(token.Key)
	if k.ID == "" {
		k.ID = id.New("key")
	}
	k.Version, k.Prefix, k.CreatedAt, k.UpdatedAt = 1, secret[:token.PrefixLength], tx.Now(), tx.Now()
	return k, secret, tx.Save(store.Act{Action: "api_key.create", Object: "api_key", ID: k.ID}, nil, toKeyRow(k, token.Hash(secret)))
}
