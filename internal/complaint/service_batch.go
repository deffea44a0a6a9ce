package complaint

import (
	"context"
	"errors"
	"slices"

	"xiaobao/internal/actor"
	"xiaobao/internal/fault"
	"xiaobao/internal/id"
	"xiaobao/internal/store"
)

// batchChunk is how many complaints of a batch one transaction deals with: enough that a commit costs each of them little, few enough that others
// who write do not wait for long.
const batchChunk = 100

// CreateBatch registers complaints, each on its own: one that is refused does not hinder the others. The batch comes first and takes the idempotency
// key; its complaints follow in transactions of their own, each together with what became of them. So a batch that was cut off is taken up where it
// stopped when the request comes again, and nothing is done twice. Returns a *store.Replay when all had been done before.
func (s *Service) CreateBatch(ctx context.Context, all []Submission) (string, error) {
	now := s.db.Now()
	b := Batch{ID: id.New("cba"), Version: 1, PostedBy: actor.From(ctx).ID, Size: len(all), CreatedAt: now, UpdatedAt: now}
	if !s.batches.enter(b.ID) {
		return "", store.InProgress
	}
	defer s.batches.leave(b.ID)
	_, err := store.Write(ctx, s.db, func(_ context.Context, tx *store.Tx) (struct{}, error) {
		return struct{}{}, tx.Save(store.Act{Action: batchCreate, Object: batchObject, ID: b.ID}, nil, toBatchRow(b))
	})
	var replay *store.Replay
	if errors.As(err, &replay) {
		return replay.ID, s.resume(store.Unclaimed(ctx), replay, all)
	}
	if err != nil {
		return "", err
	}
	return b.ID, s.deal(store.Unclaimed(ctx), b.ID, all)
}

// resume goes on with a batch that was cut off. Returns the replay when there was nothing left to do.
func (s *Service) resume(ctx context.Context, replay *store.Replay, all []Submission) error {
	if !s.batches.enter(replay.ID) {
		return store.InProgress
	}
	defer s.batches.leave(replay.ID)
	b, err := store.Read(ctx, s.db, func(v *store.View) (Batch, error) { return loadBatch(v, replay.ID) })
	if err != nil {
		return err
	}
	if b.done() {
		return replay
	}
	return s.deal(ctx, b.ID, all)
}

// deal deals with what is left of a batch.
func (s *Service) deal(ctx context.Context, batchID string, all []Submission) error {
	left := make([]int, len(all))
	for i := range all {
		left[i] = i
	}
	left, err := store.Read(ctx, s.db, func(v *store.View) ([]int, error) { return undealt(v, batchID, left) })
	if err != nil {
		return err
	}
	who := actor.From(ctx)
	department, err := store.Read(ctx, s.db, func(v *store.View) (string, error) { return receivingDepartment(v, who) })
	if err != nil {
		return err
	}
	run := batchRun{s: s, id: batchID, who: who, department: department}
	for chunk := range slices.Chunk(left, batchChunk) {
		candidates, err := run.candidates(ctx, chunk, all)
		if err != nil {
			return err
		}
		if err := run.enter(ctx, candidates); err != nil {
			return err
		}
	}
	return nil
}

// batchRun deals with the complaints of one batch.
type batchRun struct {
	s          *Service
	id         string
	who        actor.Actor
	department string
}

// candidate is a submission that was judged for itself.
type candidate struct {
	index     int
	reference string
	digest    string
	refusal   *fault.Fault
	made      *registration // nil when it was refused or known then
}

// candidates judges submissions, and makes complaints of those that are sound and new.
func (b batchRun) candidates(ctx context.Context, chunk []int, all []Submission) ([]candidate, error) {
	references := make([]string, len(chunk))
	for i, index := range chunk {
		references[i] = all[index].Intake.ExternalReference
	}
	known, err := store.Read(ctx, b.s.db, func(v *store.View) (map[string]earlier, error) { return b.s.recall(v, b.who, references...) })
	if err != nil {
		return nil, err
	}
	judged := make([]candidate, len(chunk))
	var made []*registration
	for i, index := range chunk {
		one := all[index]
		c := candidate{index: index, reference: references[i], refusal: fault.From(one.Refusal)}
		items, err := b.s.Faults(ctx, one.Intake)
		if err != nil {
			return nil, err
		}
		if c.refusal == nil && len(items) > 0 {
			c.refusal = fault.From(fault.Input(items))
		}
		if c.refusal == nil {
			c.digest, err = b.s.digest(one.Intake)
			if err != nil {
				return nil, err
			}
			if _, ok := known[c.reference]; !ok {
				c.made = b.s.register(b.who, id.New("cmp"), b.department, c.digest, one.Intake)
				made = append(made, c.made)
			}
		}
		judged[i] = c
	}
	return judged, b.s.number(ctx, made...)
}

// enter stores what comes of candidates, all in one transaction. When another request takes one of their references at the same moment, each
// is tried on its own.
func (b batchRun) enter(ctx context.Context, all []candidate) error {
	_, err := store.Write(ctx, b.s.db, func(_ context.Context, tx *store.Tx) (struct{}, error) { return struct{}{}, b.write(tx, all) })
	if !isTaken(err) {
		return err
	}
	for _, one := range all {
		if err := b.enter(ctx, []candidate{one}); err != nil {
			return err
		}
	}
	return nil
}

func (b batchRun) write(tx *store.Tx, all []candidate) error {
	before, err := loadBatch(&tx.View, b.id)
	if err != nil {
		return err
	}
	// The same request may have come twice at once, in two processes.
	all, err = b.undealt(tx, all)
	if err != nil || len(all) == 0 {
		return err
	}
	references := make([]string, len(all))
	for i, c := range all {
		references[i] = c.reference
	}
	known, err := b.s.recall(&tx.View, b.who, references...)
	if err != nil {
		return err
	}
	items := make([]BatchItem, len(all))
	var made []*registration
	for i, c := range all {
		items[i] = c.settle(known)
		if items[i].Result != ItemCreated {
			continue
		}
		made = append(made, c.made)
		if c.reference != "" {
			known[c.reference] = earlier{ID: c.made.ID, digest: c.digest}
		}
	}
	rows, err := b.s.toItemRows(b.id, items)
	if err != nil {
		return err
	}
	after := before.with(items, tx.Now())
	if err := tx.Save(store.Act{Action: batchContinue, Object: batchObject, ID: b.id}, toBatchRow(before), toBatchRow(after), store.Insert(rows)); err != nil {
		return err
	}
	return b.s.insert(tx, made...)
}

func (b batchRun) undealt(tx *store.Tx, all []candidate) ([]candidate, error) {
	left := make([]int, len(all))
	for i, c := range all {
		left[i] = c.index
	}
	left, err := undealt(&tx.View, b.id, left)
	return slices.DeleteFunc(slices.Clone(all), func(c candidate) bool { return !slices.Contains(left, c.index) }), err
}

// settle says what becomes of a candidate, given what the references stand for.
func (c candidate) settle(known map[string]earlier) BatchItem {
	item := BatchItem{Index: c.index, Reference: c.reference, Result: ItemRefused, Refusal: c.refusal}
	if c.refusal != nil {
		return item
	}
	old, ok := known[c.reference]
	if !ok || c.reference == "" {
		item.Result, item.ComplaintID = ItemCreated, c.made.ID
		return item
	}
	item.ComplaintID = old.ID
	if err := old.is(c.digest); err != nil {
		item.Refusal = referenceConflict.With()
		return item
	}
	item.Result = ItemKnown
	return item
}

// ShownBatch is a batch as its poster may see it now.
type ShownBatch struct {
	Batch
	Items      []BatchItem
	Complaints map[string]Shown // those that she may read, by id
}

// Batch returns a batch to who posted it. Returns BatchNotFound.
func (s *Service) Batch(ctx context.Context, id string) (ShownBatch, error) {
	who := actor.From(ctx)
	return store.Read(ctx, s.db, func(v *store.View) (ShownBatch, error) {
		b, err := loadBatch(v, id)
		if err != nil {
			return ShownBatch{}, err
		}
		if b.PostedBy != who.ID {
			return ShownBatch{}, BatchNotFound
		}
		shown := ShownBatch{Batch: b}
		shown.Items, err = s.itemsOf(v, id)
		if err != nil {
			return ShownBatch{}, err
		}
		shown.Complaints, err = s.rowsOf(v, who, shown.Items)
		return shown, err
	})
}
