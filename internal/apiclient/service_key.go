package apiclient

import (
	"context"
	"fmt"
	"time"

	"xiaobao/internal/actor"
	"xiaobao/internal/authz"
	"xiaobao/internal/fault"
	"xiaobao/internal/store"
)

var (
	readKey   = authz.Question{Object: "api_key", Act: "read"}
	createKey = authz.Question{Object: "api_key", Act: "create"}
	updateKey = authz.Question{Object: "api_key", Act: "update"}
	deleteKey = authz.Question{Object: "api_key", Act: "delete"}
)

// ShownKey is a key with its client's name.
type ShownKey struct {
	Key
	Client string
}

// NewKey is a key with its secret, which nobody sees again.
type NewKey struct {
	ShownKey
	Secret string
}

// ListKeys returns the keys that the caller may read, of one client or of all.
func (s *Service) ListKeys(ctx context.Context, clientID string, p store.Page) (store.List[ShownKey], error) {
	return store.Read(ctx, s.db, func(v *store.View) (store.List[ShownKey], error) {
		l, err := s.listKeys(v, actor.From(ctx), clientID, p)
		if err != nil {
			return store.List[ShownKey]{}, err
		}
		return store.Shown(l, func(r listedKey) (ShownKey, error) { return ShownKey{r.Key.toDomain(), r.Client}, nil })
	})
}

// GetKey returns a key. Returns KeyNotFound.
func (s *Service) GetKey(ctx context.Context, id string) (ShownKey, error) {
	return store.Read(ctx, s.db, func(v *store.View) (ShownKey, error) {
		k, c, err := s.readableKey(v, actor.From(ctx), id)
		return ShownKey{k, c.Name}, err
	})
}

// readableKey finds a key that somebody may read, and its client. Returns KeyNotFound.
func (s *Service) readableKey(v *store.View, who actor.Actor, id string) (Key, Client, error) {
	k, err := loadKey(v, id)
	if err != nil {
		return Key{}, Client{}, err
	}
	c, err := loadClient(v, k.ClientID)
	if err == nil && !s.rights.Current().Scope(who, readKey).Allows(c.row()) {
		return Key{}, Client{}, KeyNotFound
	}
	return k, c, err
}

// takeKey loads a key, and its client, for what somebody would do to it. Returns KeyNotFound, the refusal of the permission, and what the precondition says.
func (s *Service) takeKey(tx *store.Tx, id string, q authz.Question, seen func(version int64) error) (Key, Client, error) {
	k, c, err := s.readableKey(&tx.View, tx.Actor(), id)
	if err == nil {
		err = s.rights.Current().Check(tx.Actor(), q, c.row())
	}
	if err == nil {
		err = seen(k.Version)
	}
	return k, c, err
}

// CreateKey makes a key. Returns fault.RequestInvalid with all faults.
func (s *Service) CreateKey(ctx context.Context, k Key) (NewKey, error) {
	return store.Write(ctx, s.db, func(_ context.Context, tx *store.Tx) (NewKey, error) {
		c, items, err := s.keyFaults(&tx.View, tx.Actor(), k, tx.Now())
		if err != nil {
			return NewKey{}, err
		}
		if c.ID != "" {
			if err := s.rights.Current().Check(tx.Actor(), createKey, c.row()); err != nil {
				return NewKey{}, err
			}
		}
		if err := fault.Input(items); err != nil {
			return NewKey{}, err
		}
		made, secret, err := AddKey(tx, k)
		return NewKey{ShownKey{made, c.Name}, secret}, err
	})
}

// KeyFaults are all that is wrong with a new key beyond what its schema says.
func (s *Service) KeyFaults(ctx context.Context, k Key) ([]fault.Item, error) {
	return store.Read(ctx, s.db, func(v *store.View) ([]fault.Item, error) {
		_, items, err := s.keyFaults(v, actor.From(ctx), k, v.Now())
		return items, err
	})
}

// keyFaults also finds the key's client; the zero Client when the caller can see none of that id.
func (s *Service) keyFaults(v *store.View, who actor.Actor, k Key, now time.Time) (Client, []fault.Item, error) {
	items := append(expiryFaults(k.ExpiresAt, now), addressFaults(k.IPAllow)...)
	c, err := s.readableClient(v, who, k.ClientID)
	if err == ClientNotFound {
		return Client{}, append(items, fault.At("#/api_client_id", fault.NotFoundHere)), nil
	}
	if err != nil {
		return Client{}, nil, err
	}
	beyond, err := s.scopeFaults(c, k.Scopes)
	return c, append(items, beyond...), err
}

// scopeFaults asks the policy in force whether a key of the client could use each scope at all.
func (s *Service) scopeFaults(c Client, scopes []string) ([]fault.Item, error) {
	var items []fault.Item
	holder := c.actor("", scopes)
	for i, scope := range scopes {
		q, err := authz.ParsePermission(scope)
		if err != nil {
			return nil, err // the contract and the vocabulary disagree
		}
		if !s.rights.Current().May(holder, q) {
			items = append(items, fault.At(fmt.Sprintf("#/scopes/%d", i), scopeBeyondKind))
		}
	}
	return items, nil
}

// UpdateKey changes a key. Returns KeyNotFound, store.Stale, alreadyRevoked, fault.RequestInvalid with all faults.
func (s *Service) UpdateKey(ctx context.Context, id string, seen store.Match, p KeyPatch) error {
	return store.Change(ctx, s.db, func(tx *store.Tx) error {
		before, _, err := s.takeKey(tx, id, updateKey, seen.Required)
		if err != nil {
			return err
		}
		if before.RevokedAt != nil {
			return alreadyRevoked
		}
		after, items := p.on(before, tx.Now())
		if err := fault.Input(items); err != nil {
			return err
		}
		return saveKey(tx, "api_key.update", before, after)
	})
}

// RevokeKey ends a key for ever; one that is revoked stays as it is. Returns KeyNotFound.
func (s *Service) RevokeKey(ctx context.Context, id string) error {
	return store.Change(ctx, s.db, func(tx *store.Tx) error {
		before, _, err := s.takeKey(tx, id, deleteKey, store.Match{}.Optional)
		if err != nil || before.RevokedAt != nil {
			return err
		}
		after, now := before, tx.Now()
		after.RevokedAt = &now
		return saveKey(tx, "api_key.revoke", before, after)
	})
}

// RotateKey makes a key that takes another's place, which ends after the overlap at the latest. Returns KeyNotFound, store.Stale, alreadyRevoked.
func (s *Service) RotateKey(ctx context.Context, id string, seen store.Match, overlap time.Duration) (NewKey, error) {
	return store.Write(ctx, s.db, func(_ context.Context, tx *store.Tx) (NewKey, error) {
		old, c, err := s.takeKey(tx, id, createKey, seen.Optional)
		if err != nil {
			return NewKey{}, err
		}
		if old.RevokedAt != nil {
			return NewKey{}, alreadyRevoked
		}
		// First: it is what a replay answers with.
		made, secret, err := AddKey(tx, old.successor(tx.Now()))
		if err != nil {
			return NewKey{}, err
		}
		return NewKey{ShownKey{made, c.Name}, secret}, saveKey(tx, "api_key.rotate", old, old.endingBy(tx.Now().Add(overlap)))
	})
}
