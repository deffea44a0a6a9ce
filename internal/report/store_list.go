package report

import (
	"context"

	"gorm.io/gorm"

	"xiaobao/internal/actor"
	"xiaobao/internal/store"
)

// List is a page of reports.
type List struct {
	Reports []Report
	After   []any // where the next page goes on; nil at the end
	Total   *int64
}

// List returns the reports that the caller may read, the newest first.
func (s *Service) List(ctx context.Context, p store.Page) (List, error) {
	where, args := s.rights.Current().Scope(actor.From(ctx), read).Where(columns)
	return store.Read(ctx, s.db, func(v *store.View) (List, error) {
		q := v.Gorm().Model(&reportRow{}).Where(where, args...)
		var list List
		if p.Total {
			var n int64
			if err := q.Session(&gorm.Session{}).Count(&n).Error; err != nil {
				return list, err
			}
			list.Total = &n
		}
		var rows []reportRow
		if err := store.Keyset(q, store.Order{Column: "report.id", ID: "report.id", Down: true}, p).Find(&rows).Error; err != nil {
			return list, err
		}
		rows, more := store.Cut(rows, p)
		if more {
			list.After = []any{rows[len(rows)-1].ID}
		}
		for _, row := range rows {
			r, err := fromRow(row)
			if err != nil {
				return list, err
			}
			list.Reports = append(list.Reports, r)
		}
		return list, nil
	})
}
