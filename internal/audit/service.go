package audit

import (
	"context"

	"xiaobao/internal/actor"
	"xiaobao/internal/authz"
	"xiaobao/internal/checkpoint"
	"xiaobao/internal/store"
)

// Filter is which entries are wanted.
type Filter = store.AuditFilter

// Entry is what the trail keeps of one act.
type Entry = store.AuditEntry

// Service serves the operations on the trail.
type Service struct {
	db     *store.DB
	rights *authz.InForce
}

// NewService makes the service.
func NewService(db *store.DB, rights *authz.InForce) *Service {
	return &Service{db: db, rights: rights}
}

var read = authz.Question{Object: "audit", Act: "read"}

// List returns the entries that the caller may read, the newest first. The filter's own condition is set here.
func (s *Service) List(ctx context.Context, f Filter, p store.Page) (store.List[Entry], error) {
	who := actor.From(ctx)
	f.Where, f.Args = s.rights.Current().Scope(who, read).Where(columns)
	return store.Read(ctx, s.db, func(v *store.View) (store.List[Entry], error) {
		own, err := naming(v, who.StaffID)
		if err != nil {
			return store.List[Entry]{}, err
		}
		if len(own) > 0 {
			f.Where += unmentioned
			f.Args = append(f.Args, own)
		}
		return store.AuditEntries(v, f, p)
	})
}

// Checkpoints returns the checkpoints of the trail, the newest first. They tell nothing of what its entries are about.
func (s *Service) Checkpoints(ctx context.Context, p store.Page) (store.List[checkpoint.Checkpoint], error) {
	return store.Read(ctx, s.db, func(v *store.View) (store.List[checkpoint.Checkpoint], error) { return checkpoint.List(v, p) })
}
