package session

import (
	"context"

	"xiaobao/internal/actor"
	"xiaobao/internal/organisation"
	"xiaobao/internal/store"
)

// Mine returns the caller's sessions that have not ended, the newest first.
func (s *Service) Mine(ctx context.Context, p store.Page) (store.List[Session], error) {
	who := actor.From(ctx)
	return store.Read(ctx, s.db, func(v *store.View) (store.List[Session], error) {
		q := v.Gorm().Model(&sessionRow{}).Where("user_id = ? AND ended_at IS NULL AND expires_at > ?", who.ID, v.Now())
		// Ids are ordered by time.
		list, err := store.ListOf(q, store.Order{Column: "id", ID: "id", Down: true}, p, func(r sessionRow) []any { return []any{r.ID} })
		if err != nil {
			return store.List[Session]{}, err
		}
		return store.Shown(list, func(r sessionRow) (Session, error) {
			return Session{ID: r.ID, UserID: r.UserID, CreatedAt: r.CreatedAt.UTC(), ExpiresAt: r.ExpiresAt.UTC()}, nil
		})
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
