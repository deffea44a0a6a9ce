package session

import (
	"context"

	"gorm.io/gorm"

	"xiaobao/internal/actor"
	"xiaobao/internal/organisation"
	"xiaobao/internal/store"
)

// List is a page of sessions.
type List struct {
	Rows  []Session
	After []any // where the next page goes on; nil at the end
	Total *int64
}

// Mine returns the caller's sessions that have not ended, the newest first.
func (s *Service) Mine(ctx context.Context, p store.Page) (List, error) {
	who := actor.From(ctx)
	return store.Read(ctx, s.db, func(v *store.View) (List, error) {
		q := v.Gorm().Model(&sessionRow{}).Where("user_id = ? AND ended_at IS NULL AND expires_at > ?", who.ID, v.Now())
		var list List
		if p.Total {
			list.Total = new(int64)
			if err := q.Session(&gorm.Session{}).Count(list.Total).Error; err != nil {
				return List{}, err
			}
		}
		var rows []sessionRow
		// Ids are ordered by time.
		if err := store.Keyset(q, store.Order{Column: "id", ID: "id", Down: true}, p).Find(&rows).Error; err != nil {
			return List{}, err
		}
		rows, more := store.Cut(rows, p)
		if more {
			list.After = []any{rows[len(rows)-1].ID}
		}
		for _, r := range rows {
			list.Rows = append(list.Rows, Session{ID: r.ID, UserID: r.UserID, CreatedAt: r.CreatedAt.UTC(), ExpiresAt: r.ExpiresAt.UTC()})
		}
		return list, nil
	})
}

// Caller is who a user would be in a request that she made now.
type Caller struct {
	Actor     actor.Actor
	Suspended bool
}

// CallerOf finds who a user would be in a request: nil when there is no such user.
func CallerOf(v *store.View, userID string) (*Caller, error) {
	var rows []signedIn
	err := v.Gorm().Table("user_account u").Joins("JOIN department d ON d.id = u.department_id").Where("u.id = ?", userID).Select(ofUser).Scan(&rows).Error
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	who, err := rows[0].actor(v)
	return &Caller{Actor: who, Suspended: rows[0].Status != organisation.Active}, err
}
