package checkpoint

import (
	"context"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"xiaobao/internal/store"
)

// Horizon is how old an entry is when it is sealed: so old that no Write which began before it is still under way, with a reserve for commits that
// are slow and clocks that differ.
const Horizon = 5 * store.Overlap

const (
	batchSize   = 1000
	mostBatches = 100 // of one run, so that it ends before its lease does
)

// Sealer seals the audit trail.
type Sealer struct {
	db     *store.DB
	signer *Signer
	file   string
}

// NewSealer makes a sealer. The file is where checkpoints go outside the database; empty: nowhere.
func NewSealer(db *store.DB, signer *Signer, file string) *Sealer {
	return &Sealer{db: db, signer: signer, file: file}
}

// batch is what is sealed at once.
type batch struct {
	from       sealRow
	untilAt    time.Time
	untilID    string
	leaves     []leafRow
	nodes      []nodeRow
	checkpoint Checkpoint
}

// Seal gives the entries that are old enough their numbers, signs what they make, and writes it to the file. What a run leaves undone, the next does.
func (s *Sealer) Seal(ctx context.Context) error {
	for range mostBatches {
		b, err := store.Read(ctx, s.db, s.next)
		if err != nil {
			return err
		}
		_, err = store.Maintain(ctx, s.db, func(tx *store.Tx) (struct{}, error) { return struct{}{}, b.add(tx) })
		if err != nil {
			return err
		}
		if len(b.leaves) < batchSize {
			break
		}
	}
	return s.publish(ctx)
}

// next makes the next batch. Entries of that age do not change any more, so they need not be read inside the transaction.
func (s *Sealer) next(v *store.View) (*batch, error) {
	from, err := sealed(v)
	if err != nil {
		return nil, err
	}
	tree, err := loadEdge(v)
	if err != nil {
		return nil, err
	}
	b := &batch{from: from, untilAt: v.Now().Add(-Horizon), untilID: lastID}
	if b.untilAt.Before(from.UntilAt) { // a clock was put back
		b.untilAt, b.untilID = from.UntilAt, from.UntilID
	}
	entries, err := ripe(v, from, b.untilAt)
	if err != nil || len(entries) == 0 {
		return b, err
	}
	if len(entries) == batchSize {
		b.untilID = entries[batchSize-1].id()
		b.untilAt, err = instantOf(v, b.untilID)
		if err != nil {
			return nil, err
		}
	}
	for _, e := range entries {
		hash := e.hash()
		b.leaves = append(b.leaves, leafRow{Number: tree.size, EntryID: e.id(), Hash: hash[:]})
		tree.grow(hash, func(position int64, node tlog.Hash) tlog.Hash {
			b.nodes = append(b.nodes, nodeRow{Position: position, Hash: node[:]})
			return node
		})
	}
	root, err := tree.root()
	if err != nil {
		return nil, err
	}
	b.checkpoint, err = s.signer.checkpoint(tree.size, root, v.Now())
	return b, err
}
