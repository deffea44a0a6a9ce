package standard

import (
	"context"

	"gorm.io/gorm"

	"xiaobao/internal/actor"
	"xiaobao/internal/store"
)

// Filter is which standards a list shows. Empty members do not restrict; the members of a list are alternatives.
type Filter struct {
	States, Measures []string
	Code             string
}

// List is a page of standards, newest first.
type List struct {
	Rows  []Shown
	After []any // where the next page goes on; nil at the end
	Total *int64
}

// List returns the standards that the caller may read.
func (s *Service) List(ctx context.Context, f Filter, p store.Page) (List, error) {
	who := actor.From(ctx)
	return store.Read(ctx, s.db, func(v *store.View) (List, error) {
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
		var list List
		var err error
		list.Total, err = total(q, p)
		if err != nil {
			return list, err
		}
		var rows []standardRow
		if err := store.Keyset(q, store.Order{ID: "standard.id", Column: "standard.drafted_at", Instant: true, Down: true}, p).Find(&rows).Error; err != nil {
			return list, err
		}
		rows, more := store.Cut(rows, p)
		all := make([]Standard, len(rows))
		for i, r := range rows {
			all[i] = fromRow(r)
		}
		if more {
			last := all[len(all)-1]
			list.After = []any{last.Edition.DraftedAt, last.ID}
		}
		list.Rows, err = s.show(v, who, all)
		return list, err
	})
}

// total counts all rows of a filter, if they are asked for.
func total(q *gorm.DB, p store.Page) (*int64, error) {
	if !p.Total {
		return nil, nil
	}
	var n int64
	err := q.Session(&gorm.Session{}).Count(&n).Error
	return &n, err
}

// MeasurementFilter is which measurements a list shows, as Filter is for standards.
type MeasurementFilter struct {
	States                   []string
	StandardID, Code, Period string
}

// MeasurementList is a page of measurements, the newest period first.
type MeasurementList struct {
	Rows  []Measured
	After []any // where the next page goes on; nil at the end
	Total *int64
}

// Measurements returns the measurements of the standards that the caller may read.
func (s *Service) Measurements(ctx context.Context, f MeasurementFilter, p store.Page) (MeasurementList, error) {
	who := actor.From(ctx)
	return store.Read(ctx, s.db, func(v *store.View) (MeasurementList, error) {
		q := s.readableQuery(v, who)
		if len(f.States) > 0 {
			q = q.Where("measurement.state IN ?", f.States)
		}
		for column, value := range map[string]string{"standard_id": f.StandardID, "code": f.Code, "period": f.Period} {
			if value != "" {
				q = q.Where("measurement."+column+" = ?", value)
			}
		}
		var list MeasurementList
		var err error
		list.Total, err = total(q, p)
		if err != nil {
			return list, err
		}
		var rows []measurementRow
		if err := store.Keyset(q, store.Order{ID: "measurement.id", Column: "measurement.from_on", Down: true}, p).Find(&rows).Error; err != nil {
			return list, err
		}
		rows, more := store.Cut(rows, p)
		if more {
			last := rows[len(rows)-1]
			list.After = []any{last.FromOn, last.ID}
		}
		all, err := fromMeasurementRows(rows)
		if err != nil {
			return list, err
		}
		list.Rows, err = s.showMeasurements(v, who, all)
		return list, err
	})
}
