package standard

import (
	"context"

	"xiaobao/internal/actor"
	"xiaobao/internal/store"
)

// Filter is which standards a list shows. Empty members do not restrict; the members of a list are alternatives.
type Filter struct {
	States, Measures []string
	Code             string
}

// List returns the standards that the caller may read, newest first.
func (s *Service) List(ctx context.Context, f Filter, p store.Page) (store.List[Shown], error) {
	who := actor.From(ctx)
	return store.Read(ctx, s.db, func(v *store.View) (store.List[Shown], error) {
		where, args := s.rights.Current().Scope(who, read).Where(columns)
		q := v.Gorm().Model(&standardRow{}).Where(where, args...)
		for column, values := range map[string][]string{"state": f.States, "measure": f.Measures} {
			if len(values) > 0 {
				q = q.Where("standard."+column+" IN ?", values)
			}
		}
		if f.Code != "" {
			q = q.Where("standard.code = ?", f.Code)
		}
		order := store.Order{ID: "standard.id", Column: "standard.drafted_at", Instant: true, Down: true}
		list, err := store.ListOf(q, order, p, func(r standardRow) []any { return []any{r.DraftedAt.UTC(), r.ID} })
		if err != nil {
			return store.List[Shown]{}, err
		}
		all := make([]Standard, len(list.Rows))
		for i, r := range list.Rows {
			all[i] = fromRow(r)
		}
		shown, err := s.show(v, who, all)
		return store.List[Shown]{Rows: shown, After: list.After, Total: list.Total}, err
	})
}

// MeasurementFilter is which measurements a list shows, as Filter is for standards.
type MeasurementFilter struct {
	States                   []string
	StandardID, Code, Period string
}

// Measurements returns the measurements of the standards that the caller may read, the newest period first.
func (s *Service) Measurements(ctx context.Context, f MeasurementFilter, p store.Page) (store.List[Measured], error) {
	who := actor.From(ctx)
	return store.Read(ctx, s.db, func(v *store.View) (store.List[Measured], error) {
		q := s.readableQuery(v, who)
		if len(f.States) > 0 {
			q = q.Where("measurement.state IN ?", f.States)
		}
		for column, value := range map[string]string{"standard_id": f.StandardID, "code": f.Code, "period": f.Period} {
			if value != "" {
				q = q.Where("measurement."+column+" = ?", value)
			}
		}
		order := store.Order{ID: "measurement.id", Column: "measurement.from_on", Down: true}
		list, err := store.ListOf(q, order, p, func(r measurementRow) []any { return []any{r.FromOn, r.ID} })
		if err != nil {
			return store.List[Measured]{}, err
		}
		all, err := fromMeasurementRows(list.Rows)
		if err != nil {
			return store.List[Measured]{}, err
		}
		shown, err := s.showMeasurements(v, who, all)
		return store.List[Measured]{Rows: shown, After: list.After, Total: list.Total}, err
	})
}
