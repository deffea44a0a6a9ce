package store

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"gorm.io/gorm"

	"xiaobao/internal/actor"
	"xiaobao/internal/fault"
)

// Unavailable: the database cannot be reached, or was lost while it committed. The idempotency key tells what became of it.
var Unavailable = fault.Declare(fault.Reason{Kind: fault.Unavailable, Code: "server.unavailable", Retry: true,
	Title:  fault.Words{EN: "The service cannot reach its database; try again with the same Idempotency-Key.", ZH: "服务暂时无法访问数据库，请使用相同的 Idempotency-Key 重试。"},
	Causes: "Any request while the database is down.", Cures: "Send the same request with the same Idempotency-Key after Retry-After seconds."})

const attempts = 6

// Overlap is how much later than the instant that it bears a change may be seen: a transaction takes its instant when it begins, and is given up after
// half of this; the other half is for the commit, and for clocks of processes that differ.
const Overlap = time.Minute

// Tx is a Write or Maintain under way.
type Tx struct {
	View
	ctx       context.Context
	actor     actor.Actor
	request   actor.Request
	saving    bool
	maintains bool
	unaudited []string
	entries   []auditRow
}

// Actor is who acts.
func (tx *Tx) Actor() actor.Actor { return tx.actor }

// ActAs makes what follows the act of somebody who is known from here on only: who signs in, or goes on with a session.
func (tx *Tx) ActAs(a actor.Actor) { tx.actor = a }

type insideKey struct{}

// Write runs a function that changes rows, and commits what it did together with its audit entries. A clash with another
// writer runs the function again, up to six times, so it must have no effect but on the Tx. Under an idempotency claim in the
// context the claim is the first statement; a claim that was settled before returns a *Replay.
func Write[T any](ctx context.Context, db *DB, fn func(ctx context.Context, tx *Tx) (T, error)) (T, error) {
	var got T
	if ctx.Value(insideKey{}) != nil {
		return got, ErrNested
	}
	leave, err := db.running.enter(claimFrom(ctx))
	if err != nil {
		return got, err
	}
	defer leave()
	err = db.again(ctx, func() error {
		return db.transact(ctx, false, func(ctx context.Context, tx *Tx) error {
			got, err = fn(ctx, tx)
			return err
		})
	})
	if err != nil {
		var none T
		return none, outward(err)
	}
	return got, nil
}

// Change is Write for what has no result but its effect.
func Change(ctx context.Context, db *DB, fn func(tx *Tx) error) error {
	_, err := Write(ctx, db, func(_ context.Context, tx *Tx) (struct{}, error) { return struct{}{}, fn(tx) })
	return err
}

// Maintain changes what is the machine's own: counters, marks of use, leases, expired keys. No change is audited, so nothing that people
// answer for may be changed by it; an act may be noted.
func Maintain[T any](ctx context.Context, db *DB, fn func(tx *Tx) (T, error)) (T, error) {
	var got T
	err := db.again(ctx, func() error {
		return db.transact(Unclaimed(ctx), true, func(_ context.Context, tx *Tx) error {
			var err error
			got, err = fn(tx)
			return err
		})
	})
	return got, outward(err)
}

// again repeats what clashed, with jitter, inside the caller's deadline.
func (db *DB) again(ctx context.Context, run func() error) error {
	waits := 0
	for attempt := 1; ; attempt++ {
		err := run()
		switch judge(err) {
		case lockWait:
			waits++
			if waits > 1 {
				return err
			}
		case clash:
			if attempt == attempts {
				return err
			}
		default:
			return err
		}
		select {
		case <-ctx.Done():
			return errors.Join(ctx.Err(), err)
		case <-time.After(time.Duration(rand.Int64N(int64(attempt) * int64(10*time.Millisecond)))):
		}
	}
}

func (db *DB) transact(ctx context.Context, maintains bool, fn func(context.Context, *Tx) error) (err error) {
	ctx, cancel := context.WithTimeout(ctx, db.longest)
	defer cancel()
	inside := context.WithValue(ctx, insideKey{}, true)
	begun := db.w.WithContext(inside).Begin()
	if begun.Error != nil {
		return begun.Error
	}
	tx := &Tx{View: View{now: db.Now()}, ctx: inside, actor: actor.From(ctx), request: actor.RequestFrom(ctx), maintains: maintains}
	// Without Session the conditions of one statement leak into the next.
	tx.g = begun.Set(txKey, tx).Session(&gorm.Session{})
	defer func() {
		if p := recover(); p != nil {
			begun.Rollback()
			panic(p)
		}
	}()
	err = tx.run(fn)
	if err != nil {
		if back := begun.Rollback().Error; back != nil {
			return errors.Join(err, fmt.Errorf("roll back: %w", back))
		}
		return err
	}
	// A connection lost here may have committed: never tried again, the idempotency key tells.
	if err := begun.Commit().Error; err != nil {
		if judge(err) == gone {
			return Unavailable.Because(fmt.Errorf("commit: %w", err))
		}
		return err
	}
	return nil
}

func (tx *Tx) run(fn func(context.Context, *Tx) error) error {
	claim := claimFrom(tx.ctx)
	if claim != nil {
		if err := tx.claim(claim); err != nil {
			return err
		}
	}
	if err := fn(tx.ctx, tx); err != nil {
		return err
	}
	if len(tx.unaudited) > 0 {
		return fmt.Errorf("%w: %s", ErrUnaudited, strings.Join(tx.unaudited, ", "))
	}
	if err := tx.writeAudit(); err != nil {
		return err
	}
	if claim != nil {
		return tx.settle(claim)
	}
	return nil
}

// outward turns the engine's troubles into what a caller may be told.
func outward(err error) error {
	if err == nil || fault.From(err) != nil {
		return err
	}
	switch judge(err) {
	case gone, clash, lockWait:
		return Unavailable.Because(err)
	}
	return translate(err)
}
