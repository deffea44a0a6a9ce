package answer

import (
	"time"

	"xiaobao/api"
	"xiaobao/internal/edition"
)

// Edition is a version of an answer, among all other versions of its code, with the names of its people.
func Edition(e edition.Edition, others []edition.Edition, names map[string]string, now time.Time) api.Edition {
	ref := func(id string) *api.Ref { return Ref(id, names[id]) }
	ends := e.EndsAt(others)
	inForce := e.InForceAt != nil && !e.InForceAt.After(now) && (ends == nil || ends.After(now))
	return api.Edition{Number: e.Number, State: string(e.State), InForce: inForce, DraftedBy: api.Ref{ID: e.DraftedBy, Name: names[e.DraftedBy]}, DraftedAt: e.DraftedAt,
		ApprovedBy: ref(e.ApprovedBy), ApprovedAt: e.ApprovedAt, PublishedBy: ref(e.PublishedBy), PublishedAt: e.PublishedAt, InForceAt: e.InForceAt, EndsAt: ends,
		WithdrawnBy: ref(e.WithdrawnBy), WithdrawnAt: e.WithdrawnAt}
}
