package complaint

import (
	"context"
	"errors"
	"time"

	"xiaobao/internal/actor"
	"xiaobao/internal/authz"
	"xiaobao/internal/clock"
	"xiaobao/internal/fault"
	"xiaobao/internal/store"
)

// clockNotFound: the clock is absent or belongs to what the caller may not read, which look the same.
var clockNotFound = fault.Declare(fault.Reason{Kind: fault.NotFound, Code: "clock.not_found",
	Title:  fault.Words{EN: "There is no such clock.", ZH: "没有该期限。"},
	Causes: "GET /v1/clocks/clk_unknown/explanation", Cures: "GET /v1/complaints/{complaint_id}/timeline"})

// Explained is why a deadline falls on its day, as of an instant.
type Explained struct {
	clock.Explanation
	AsOf time.Time
}

// ExplainClock says why a clock of a complaint is due on its day. Returns clockNotFound.
func (s *Service) ExplainClock(ctx context.Context, clockID string) (Explained, error) {
	return store.Read(ctx, s.db, func(v *store.View) (Explained, error) {
		k, err := clock.LoadOne(v, clockID)
		if err != nil {
			return Explained{}, err
		}
		if k == nil {
			return Explained{}, clockNotFound
		}
		_, err = s.showFor(v, actor.From(ctx), k.Subject, read)
		if errors.Is(err, NotFound) || errors.Is(err, authz.ErrForbidden) {
			return Explained{}, clockNotFound
		}
		return Explained{Explanation: s.clocks.Explain(*k, actor.RequestFrom(ctx).Language), AsOf: v.Now()}, err
	})
}
