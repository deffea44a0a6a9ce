package store

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"xiaobao/internal/fault"
)

// The refusals of idempotency keys.
var (
	InProgress = fault.Declare(fault.Reason{Kind: fault.Conflict, Code: "idempotency.in_progress", Retry: true,
		Title:  fault.Words{EN: "A request with this Idempotency-Key is still under way.", ZH: "使用该 Idempotency-Key 的请求仍在处理中。"},
		Causes: "The same key twice at once.", Cures: "Wait a moment and send it again with the same key."})
	KeyReused = fault.Declare(fault.Reason{Kind: fault.Invalid, Code: "idempotency.key_reused",
		Title:  fault.Words{EN: "This Idempotency-Key was used for another request.", ZH: "该 Idempotency-Key 已用于另一请求。"},
		Causes: "The same key with another body.", Cures: "A new key for each new request."})
)

// Claim is an idempotency key of the request under way.
type Claim struct {
	Scope       string // who and where: the caller's id and the route
	Key         string
	Fingerprint string // of the whole request
	result      string
}

// Replay is not a failure: the claim was settled before, with this result.
type Replay struct{ ID string }

func (r *Replay) Error() string { return "replay of " + r.ID }

type claimKey struct{}

// WithClaim puts a claim into the context; the next Write under it settles it.
func WithClaim(ctx context.Context, c Claim) context.Context {
	return context.WithValue(ctx, claimKey{}, &c)
}

// WithResult says beforehand what the next Write will make, so that a claim has its result from the first statement on.
func WithResult(ctx context.Context, id string) context.Context {
	c := claimFrom(ctx)
	if c == nil {
		return ctx
	}
	known := *c
	known.result = id
	return WithClaim(ctx, known)
}

// Unclaimed takes the claim out of the context, for a Write that is not the request's effect: the audit entry of a look.
func Unclaimed(ctx context.Context) context.Context {
	return context.WithValue(ctx, claimKey{}, (*Claim)(nil))
}

func claimFrom(ctx context.Context) *Claim {
	c, _ := ctx.Value(claimKey{}).(*Claim)
	return c
}

type idempotencyRow struct {
	Scope       string    `gorm:"primaryKey" audit:"ignore"`
	Key         string    `gorm:"column:request_key;primaryKey" audit:"ignore"`
	Fingerprint string    `audit:"ignore"`
	ResourceID  string    `audit:"ignore"`
	CreatedAt   time.Time `gorm:"autoCreateTime:false" audit:"ignore"`
}

func (idempotencyRow) TableName() string { return "idempotency" }

// claim takes the key, or finds out what became of it. A racer in another process makes the insert wait for its end.
func (tx *Tx) claim(c *Claim) error {
	row := idempotencyRow{Scope: c.Scope, Key: c.Key, Fingerprint: c.Fingerprint, ResourceID: c.result, CreatedAt: tx.now}
	err := tx.own(func() error { return tx.g.Create(&row).Error })
	var duplicate *Duplicate
	if err == nil || !errors.As(translate(err), &duplicate) {
		if judge(err) == lockWait {
			return InProgress.Because(err)
		}
		return err
	}
	var old idempotencyRow
	if err := tx.g.Where("scope = ? AND request_key = ?", c.Scope, c.Key).Take(&old).Error; err != nil {
		return err
	}
	if old.Fingerprint != c.Fingerprint {
		return KeyReused
	}
	return &Replay{ID: old.ResourceID}
}

// settle keeps the result of the Write: the first object that it saved. A Write that saved nothing has nothing to replay,
// and its key is free again.
func (tx *Tx) settle(c *Claim) error {
	if len(tx.entries) > 0 && tx.entries[0].ObjectID == c.result {
		return nil
	}
	mine := tx.g.Model(&idempotencyRow{}).Where("scope = ? AND request_key = ?", c.Scope, c.Key)
	return tx.own(func() error {
		if len(tx.entries) == 0 {
			return mine.Delete(&idempotencyRow{}).Error
		}
		return mine.Update("resource_id", tx.entries[0].ObjectID).Error
	})
}

// ForgetKeys deletes idempotency keys that are older than two days; callers were promised one.
func ForgetKeys(ctx context.Context, db *DB) error {
	_, err := Maintain(ctx, db, func(tx *Tx) (struct{}, error) {
		err := tx.g.Where("created_at < ?", tx.now.Add(-48*time.Hour)).Delete(&idempotencyRow{}).Error
		return struct{}{}, err
	})
	if err != nil {
		return fmt.Errorf("forget idempotency keys: %w", err)
	}
	return nil
}

// running holds the claims under way in this process. Without it the racers for one key would each hold a connection while
// they wait for the first.
type running struct {
	mu   sync.Mutex
	keys map[[2]string]bool
}

func (r *running) enter(c *Claim) (leave func(), err error) {
	if c == nil {
		return func() {}, nil
	}
	key := [2]string{c.Scope, c.Key}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.keys[key] {
		return nil, InProgress
	}
	if r.keys == nil {
		r.keys = map[[2]string]bool{}
	}
	r.keys[key] = true
	return func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		delete(r.keys, key)
	}, nil
}
