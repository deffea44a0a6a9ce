package keyring

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"xiaobao/internal/pii"
	"xiaobao/internal/store"
)

const (
	// every is how often a process looks for newer keys; with the time of a look it keeps the promise of two seconds.
	every = time.Second
	// patience is how long one look at the database may take.
	patience = 5 * time.Second
)

// Ring is the keys of a database and how they become others.
type Ring struct {
	Keys *pii.Keyring // seals and opens with the newest keys that are known

	db   *store.DB
	path string

	mu  sync.Mutex
	row row
	set *pii.Keyset
}

// Open opens the keys of a database with a key file. They are their own probe: only the right file opens them.
func Open(ctx context.Context, db *store.DB, path string) (*Ring, error) {
	stored, err := store.Read(ctx, db, rowOf)
	if err != nil {
		return nil, err
	}
	r := &Ring{db: db, path: path, row: stored}
	r.set, r.Keys, err = r.open(stored)
	if err != nil {
		return nil, err
	}
	r.Keys.RenewBy(func() error { return r.look(context.Background()) })
	return r, nil
}

func (r *Ring) open(stored row) (*pii.Keyset, *pii.Keyring, error) {
	kek, err := pii.ReadKEK(r.path)
	if err != nil {
		return nil, nil, err
	}
	set, err := pii.OpenKeyset(stored.Wrapped, kek)
	if err != nil {
		return nil, nil, err
	}
	keys, err := set.Keyring()
	return set, keys, err
}

// Refresh takes the keys of the database where somebody has changed them. When the file no longer opens them the known ones stay, and seal only
// as long as nobody has rotated.
func (r *Ring) Refresh(ctx context.Context) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	stored, err := store.Read(ctx, r.db, rowOf)
	if err != nil || stored.Version == r.row.Version && bytes.Equal(stored.Wrapped, r.row.Wrapped) { // a restored database may count anew
		return err
	}
	set, newer, err := r.open(stored)
	if err != nil {
		if primary(stored.KeyIDs) != primary(ids(r.set)) {
			r.Keys.FallBehind()
		}
		return err
	}
	r.Keys.Take(newer)
	r.row, r.set = stored, set
	return nil
}

// look refreshes, and gives up on a database that does not answer: whoever waits for the keys would wait as long.
func (r *Ring) look(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return r.Refresh(ctx)
}

// Follow takes what others change until the context ends.
func (r *Ring) Follow(ctx context.Context, log *slog.Logger) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if err := r.look(ctx); err != nil && ctx.Err() == nil {
			log.Error("the changed keys were not taken; the known ones stay", "cause", err)
		}
	}
}

// seen is what is known of the database's keys.
func (r *Ring) seen() (row, *pii.Keyset) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.row, r.set
}

// List is the keys that seal values, in the order in which they were made.
func (r *Ring) List() []pii.Key {
	stored, set := r.seen()
	all := set.Keys()
	for i, k := range all {
		if k.MadeAt.IsZero() {
			all[i].MadeAt = stored.CreatedAt.UTC()
		}
	}
	return all
}

// Rotate makes a new key, which seals from now on.
func (r *Ring) Rotate(ctx context.Context) (pii.Key, error) {
	stored, set := r.seen()
	next, added, err := set.Rotate(r.db.Now())
	if err != nil {
		return added, err
	}
	return added, r.change(ctx, "keyring.rotate", stored, next, nil)
}

// Rewrap makes the keys open with another key file and with no other. The file is made when it is not there.
func (r *Ring) Rewrap(ctx context.Context, path string) error {
	kek, err := pii.EnsureKEK(path)
	if err != nil {
		return err
	}
	stored, set := r.seen()
	if _, err := pii.OpenKeyset(stored.Wrapped, kek); err == nil {
		return ErrSameFile.With("path", path)
	}
	next, err := set.Under(kek)
	if err != nil {
		return err
	}
	return r.change(ctx, "keyring.rewrap", stored, next, nil)
}

// Retire destroys an old key under which no value of the columns is sealed.
func (r *Ring) Retire(ctx context.Context, columns []string, id uint32) error {
	stored, set := r.seen()
	keys := set.Keys()
	i := slices.IndexFunc(keys, func(k pii.Key) bool { return k.ID == id })
	if i < 0 {
		return ErrUnknown.With("key", id)
	}
	if keys[i].Primary {
		return ErrPrimary.With("key", id)
	}
	// Before the count: whoever wrote under the key has ended by then, and is counted, or had the new one from the start.
	until, err := r.settled(ctx)
	if err != nil {
		return err
	}
	asked := r.db.Now()
	tables, err := r.tables(ctx, columns)
	if err != nil {
		return err
	}
	unused := func(v *store.View) error {
		counts, err := count(v, tables, keys)
		if n := counts.Under(id); n > 0 {
			return ErrInUse.With("key", id, "count", n)
		}
		return err
	}
	if _, err := store.Read(ctx, r.db, func(v *store.View) (struct{}, error) { return struct{}{}, unused(v) }); err != nil {
		return err
	}
	if asked.Before(until) {
		return ErrRecent.With("key", id, "until", until.Add(time.Second).Format(time.RFC3339))
	}
	next, err := set.Retire(id)
	if err != nil {
		return err
	}
	return r.change(ctx, "keyring.retire", stored, next, unused) // counted again: the transaction may have waited for one that wrote under the key
}

// settled is from when on nothing is under way that began before the last rotation, or that holds what was re-sealed meanwhile.
func (r *Ring) settled(ctx context.Context) (time.Time, error) {
	until, err := r.db.LeasedUntil(ctx, lease)
	for _, k := range r.List() {
		if rotated := k.MadeAt.Add(2 * store.Overlap); k.Primary && rotated.After(until) {
			until = rotated
		}
	}
	return until.UTC(), err
}

// change puts other keys in the place of those that were seen, unless what is judged in the same transaction forbids it.
func (r *Ring) change(ctx context.Context, action string, seen row, next *pii.Keyset, judge func(*store.View) error) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	wrapped, err := next.Wrap()
	if err != nil {
		return err
	}
	keys, err := next.Keyring()
	if err != nil {
		return err
	}
	var after row
	err = store.Change(ctx, r.db, func(tx *store.Tx) error {
		before, err := rowOf(&tx.View)
		if err != nil {
			return err
		}
		if before.Version != seen.Version {
			return ErrChanged
		}
		if judge != nil {
			if err := judge(&tx.View); err != nil {
				return err
			}
		}
		before.KeyIDs = ids(r.set) // of keys that were never changed nothing is written there
		after = before
		after.Wrapped, after.KeyIDs = wrapped, ids(next)
		return tx.Save(store.Act{Action: action, Object: "keyring", ID: only}, &before, &after)
	})
	if err != nil {
		return err
	}
	r.Keys.Take(keys)
	r.row, r.set = after, next
	return nil
}

// ids names the keys, the one that seals first.
func ids(set *pii.Keyset) string {
	var all []string
	for _, k := range set.Keys() {
		if k.Primary {
			all = slices.Insert(all, 0, fmt.Sprint(k.ID))
		} else {
			all = append(all, fmt.Sprint(k.ID))
		}
	}
	return strings.Join(all, ",")
}

func primary(ids string) string {
	first, _, _ := strings.Cut(ids, ",")
	return first
}
