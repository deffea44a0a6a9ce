package consent

import (
	"xiaobao/internal/calendar"
	"xiaobao/internal/ruleset"
	"xiaobao/internal/store"
)

// mayBeAsked refuses that a consumer was asked inside the cool-off, under whichever of her names she refused. A client is told of its own records alone:
// else it could find out who refused elsewhere. Returns coolingOff.
func (s *Service) mayBeAsked(v *store.View, c Consent, consumer Consumer) error {
	names, _ := consumer.names()
	rulings := make([]Ruling, len(names))
	for i, n := range names {
		key := s.Key(n.Kind, n.Value)
		if c.ClientID != "" {
			key = s.ownKey(c.ClientID, n.Kind, n.Value)
		}
		var err error
		if rulings[i], err = Allows(v, key, c.Purpose, c.At); err != nil {
			return err
		}
	}
	if from := s.mayAskFrom(strictest(rulings)); calendar.DateOf(c.At, s.clocks.Zone).Before(from) {
		return coolingOff.With("date", from.String())
	}
	return nil
}

// mayAskFrom is the first day after the cool-off; zero when nothing was refused or withdrawn.
func (s *Service) mayAskFrom(r Ruling) calendar.Date {
	if r.against.IsZero() {
		return calendar.Date{}
	}
	said := calendar.DateOf(r.against, s.clocks.Zone)
	term, ok := s.rules.Internal().Term(ruleset.ConsentCoolOff, said)
	if !ok { // the institution's rules do not reach back so far
		return calendar.Date{}
	}
	last, _ := s.clocks.Calendar.Due(said, term.Limit)
	return last.AddDays(1)
}
