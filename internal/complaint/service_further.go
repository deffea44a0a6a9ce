package complaint

import (
	"context"
	"time"

	"xiaobao/internal/store"
)

// Further is a complaint that the complainant of another one makes through a feature above, to be registered in that feature's own transaction.
type Further struct{ *registration }

// PrepareFurther makes a complaint of the complainant of another one, written into a page of ours. It goes to the consumer-protection office when nobody is signed in: it may be about those
// who handled the first. Its number comes from a transaction of its own, so it is made before the Write that registers it. Returns NotFound.
func (s *Service) PrepareFurther(ctx context.Context, first, request, narrative string, at time.Time) (Further, error) {
	c, err := store.Read(ctx, s.db, func(v *store.View) (Shown, error) { return s.loadNamed(v, first) })
	if err != nil {
		return Further{}, err
	}
	r, err := s.prepare(ctx, Intake{Source: SourceOwn, IntakeChannel: "website", ReceivedAt: &at, ComplainantKind: c.ComplainantKind, ComplainantName: c.ComplainantName,
		Complainant: c.Complainant, Region: c.Region, Request: request, Narrative: narrative})
	if err != nil {
		return Further{}, err
	}
	return Further{r}, s.number(ctx, r)
}

// RegisterFurther stores what PrepareFurther made.
func (s *Service) RegisterFurther(tx *store.Tx, f Further) error { return s.insert(tx, f.registration) }
