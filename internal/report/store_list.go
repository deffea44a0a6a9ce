package report

import (
	"context"

	"xiaobao/internal/actor"
	"xiaobao/internal/store"
)

// List returns the reports that the caller may read, the newest first.
func (s *Service) List(ctx context.Context, p store.Page) (store.List[Report], error) {
	who := actor.From(ctx)
	where, args := s.rights.Current().Scope(who, read).Where(columns)
	return store.Read(ctx, s.db, func(v *store.View) (store.List[Report], error) {
		q := v.Gorm().Model(&reportRow{}).Where(where, args...)
		for _, d := range Definitions {
			if !s.knows(who, d) {
				q = q.Where("report.definition <> ?", d.Code)
			}
		}
		list, err := store.ListOf(q, store.Order{Column: "report.id", ID: "report.id", Down: true}, p, func(r reportRow) []any { return []any{r.ID} })
		if err != nil {
			return store.List[Report]{}, err
		}
		return store.Shown(list, fromRow)
	})
}
