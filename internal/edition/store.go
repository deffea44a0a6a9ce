package edition

import (
	"context"
	"slices"
	"time"

	"xiaobao/internal/actor"
	"xiaobao/internal/store"
)

// Columns are those of a version in the row of its text, which embeds them.
type Columns struct {
	Number      int64      `gorm:"column:edition" audit:"track"`
	State       string     `audit:"track"`
	DraftedBy   string     `audit:"track"`
	DraftedAt   time.Time  `audit:"ignore"`
	ApprovedBy  string     `audit:"track"`
	ApprovedAt  *time.Time `audit:"track"`
	PublishedBy string     `audit:"track"`
	PublishedAt *time.Time `audit:"track"`
	InForceAt   *time.Time `audit:"track"`
	WithdrawnBy string     `audit:"track"`
	WithdrawnAt *time.Time `audit:"track"`
}

// ColumnsOf translates a version for its row.
func ColumnsOf(e Edition) Columns {
	return Columns{Number: e.Number, State: string(e.State), DraftedBy: e.DraftedBy, DraftedAt: e.DraftedAt, ApprovedBy: e.ApprovedBy, ApprovedAt: e.ApprovedAt,
		PublishedBy: e.PublishedBy, PublishedAt: e.PublishedAt, InForceAt: e.InForceAt, WithdrawnBy: e.WithdrawnBy, WithdrawnAt: e.WithdrawnAt}
}

// Edition translates a row's columns.
func (c Columns) Edition() Edition {
	return Edition{Number: c.Number, State: State(c.State), DraftedBy: c.DraftedBy, DraftedAt: c.DraftedAt.UTC(), ApprovedBy: c.ApprovedBy, ApprovedAt: store.UTC(c.ApprovedAt),
		PublishedBy: c.PublishedBy, PublishedAt: store.UTC(c.PublishedAt), InForceAt: store.UTC(c.InForceAt), WithdrawnBy: c.WithdrawnBy, WithdrawnAt: store.UTC(c.WithdrawnAt)}
}

// Texts walks the texts of one feature through their life: each step is one transaction, which loads the version, asks whether this actor may take the step, compares
// what she has read, takes it and saves it.
type Texts[T any] struct {
	DB *store.DB
	// Load finds a version for who may read it; what she may not read is not found.
	Load func(v *store.View, who actor.Actor, id string) (T, error)
	// Permit refuses what the actor may not do to a version that she may read, whatever its state.
	Permit func(who actor.Actor, a Action, t T) error
	// Others are the other versions of the same code.
	Others func(v *store.View, t T) ([]Edition, error)
	// Parts are the id of a version, the version of its record, and where it keeps its edition.
	Parts func(t *T) (id string, version int64, e *Edition)
	// ApprovalPublishes says that the approval is the only step that is offered: a kept policy may still grant another.
	ApprovalPublishes bool
	// Save keeps what a step has made of a version.
	Save func(tx *store.Tx, a Action, before, after T) error
}

// Approve is the word of somebody other than the drafter. Returns what Load says, authz.SamePerson, what the precondition says, edition.wrong_state.
func (x Texts[T]) Approve(ctx context.Context, id string, seen store.Match) (string, error) {
	return x.step(ctx, id, Approve, seen.Required, func(tx *store.Tx, e Edition, _ []Edition) (Edition, error) {
		return e.Approve(tx.Actor().ID, tx.Now())
	})
}

// Publish puts an approved version in force, from an instant on or at once. Returns what Load says, what the precondition says, and the refusals of Edition.Publish.
func (x Texts[T]) Publish(ctx context.Context, id string, from *time.Time, seen store.Match) (string, error) {
	return x.step(ctx, id, Publish, seen.Optional, func(tx *store.Tx, e Edition, others []Edition) (Edition, error) {
		return e.Publish(others, tx.Actor().ID, from, tx.Now())
	})
}

// ApproveAndPublish is both in one step, for texts whose approval is their publication. Returns what Approve and Publish return.
func (x Texts[T]) ApproveAndPublish(ctx context.Context, id string, from *time.Time, seen store.Match) (string, error) {
	return x.step(ctx, id, Approve, seen.Required, func(tx *store.Tx, e Edition, others []Edition) (Edition, error) {
		approved, err := e.Approve(tx.Actor().ID, tx.Now())
		if err != nil {
			return e, err
		}
		return approved.Publish(others, tx.Actor().ID, from, tx.Now())
	})
}

// Withdraw takes a version out of force. Returns what Load says, what the precondition says, edition.wrong_state.
func (x Texts[T]) Withdraw(ctx context.Context, id string, seen store.Match) (string, error) {
	return x.step(ctx, id, Withdraw, seen.Optional, func(tx *store.Tx, e Edition, _ []Edition) (Edition, error) {
		return e.Withdraw(tx.Actor().ID, tx.Now())
	})
}

func (x Texts[T]) step(ctx context.Context, id string, a Action, seen func(int64) error, take func(*store.Tx, Edition, []Edition) (Edition, error)) (string, error) {
	return store.Write(ctx, x.DB, func(_ context.Context, tx *store.Tx) (string, error) {
		before, err := x.Load(&tx.View, tx.Actor(), id)
		if err != nil {
			return "", err
		}
		if err := x.permits(tx.Actor(), a, before); err != nil {
			return "", err
		}
		after := before
		_, version, e := x.Parts(&after)
		if err := seen(version); err != nil {
			return "", err
		}
		others, err := x.Others(&tx.View, before)
		if err != nil {
			return "", err
		}
		*e, err = take(tx, *e, others)
		if err != nil {
			return "", err
		}
		return id, x.Save(tx, a, before, after)
	})
}

func (x Texts[T]) permits(who actor.Actor, a Action, t T) error {
	if err := x.Permit(who, a, t); err != nil {
		return err
	}
	_, _, e := x.Parts(&t)
	return e.Permits(a, who.ID)
}

// Allowed are what the actor may do to a version now.
func (x Texts[T]) Allowed(who actor.Actor, t T) []string {
	_, _, e := x.Parts(&t)
	allowed := e.Allowed(func(a Action) error { return x.permits(who, a, t) })
	if x.ApprovalPublishes {
		allowed = slices.DeleteFunc(allowed, func(a string) bool { return a != string(Approve) })
	}
	return allowed
}

// Draft adds the next version to all those of its code. With replace, the one that is not published yet is withdrawn for it. Add saves the new version, whose edition
// it is given. Returns edition.under_way, and what add returns.
func (x Texts[T]) Draft(tx *store.Tx, all []T, replace bool, add func(e Edition) error) error {
	var before, after *T
	editions := make([]Edition, len(all))
	for i := range all {
		id, _, e := x.Parts(&all[i])
		editions[i] = *e
		if !replace || e.State != Draft && e.State != Approved {
			continue
		}
		former, err := x.Load(&tx.View, tx.Actor(), id)
		if err != nil {
			return err
		}
		withdrawn := former
		_, _, e = x.Parts(&withdrawn)
		*e, err = e.Withdraw(tx.Actor().ID, tx.Now())
		if err != nil {
			return err
		}
		before, after, editions[i] = &former, &withdrawn, *e
	}
	next, err := New(editions, tx.Actor().ID, tx.Now())
	if err != nil {
		return err
	}
	// The new version first: what a Write saves first is its result.
	if err := add(next); err != nil || before == nil {
		return err
	}
	return x.Save(tx, Withdraw, *before, *after)
}
