package apiclient

import (
	"context"
	"slices"
	"strings"
	"time"

	"xiaobao/internal/actor"
	"xiaobao/internal/fault"
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

// Authenticate finds who holds a key: the zero Actor when nobody does. Returns keyExpired, keyRevoked or addressRefused for a key that is
// known and not good here and now.
func (s *Service) Authenticate(ctx context.Context, secret, remote string) (actor.Actor, error) {
	found, err := store.Read(ctx, s.db, func(v *store.View) ([]*holder, error) { return holders(v, "k.hash = ?", token.Hash(secret)) })
	if err != nil || len(found) == 0 {
		return actor.Actor{}, err
	}
	h, now := found[0], s.db.Now()
	switch lacks := h.lacks(now); {
	case slices.Contains(lacks, LackSuspended), slices.Contains(lacks, LackRevoked):
		return actor.Actor{}, keyRevoked
	case len(lacks) > 0:
		return actor.Actor{}, keyExpired
	case !allowed(strings.Fields(h.IPAllow), remote):
		return actor.Actor{}, addressRefused
	}
	if err := s.used(ctx, *h, now); err != nil {
		return actor.Actor{}, err
	}
	return h.actor(), nil
}

// used keeps when a key was last used, to the minute: each request would be a write otherwise.
func (s *Service) used(ctx context.Context, h holder, now time.Time) error {
	if h.LastUsedAt != nil && now.Sub(h.LastUsedAt.UTC()) < time.Minute {
		return nil
	}
	return markUsed(ctx, s.db, h.KeyID)
}
