package internalpolicy

import (
	"slices"
	"time"

	"xiaobao/internal/authz"
	"xiaobao/internal/calendar"
	"xiaobao/internal/store"
)

// Revised are the versions that came into force from an instant on and before another, each with who must and who has acknowledged it by now, of the people that
// the filter allows.
func (s *Service) Revised(v *store.View, f authz.Filter, from, until time.Time) ([]PolicyCoverage, error) {
	all, err := published(v, "")
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(p Policy) bool { return p.Edition.InForceAt.Before(from) || !p.Edition.InForceAt.Before(until) })
	return s.policies(v, all, v.Now(), calendar.DateOf(v.Now(), s.clocks.Zone), f)
}
