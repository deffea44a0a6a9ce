package consent

import (
	"time"

	"xiaobao/internal/purpose"
	"xiaobao/internal/store"
)

// AllowsUse says whether the data of somebody may be used for a purpose now, who is known by several names: under one of them she has given her consent, and under none has she
// refused or withdrawn it. Names that are empty are passed over.
func (s *Service) AllowsUse(v *store.View, p purpose.Purpose, names ...Consumer) (bool, error) {
	allowed := false
	for _, name := range names {
		ruling, err := s.rulingOf(v, p, name)
		if err != nil || Decision(ruling.Missing).againstUse() {
			return false, err
		}
		allowed = allowed || ruling.Allowed
	}
	return allowed, nil
}

// WithdrawUse ends the use for a purpose under each of the names under which it was allowed, inside the transaction of whoever took the withdrawal.
func (s *Service) WithdrawUse(tx *store.Tx, p purpose.Purpose, w Withdrawal, names ...Consumer) error {
	for _, name := range names {
		ruling, err := s.rulingOf(&tx.View, p, name)
		if err != nil {
			return err
		}
		if !ruling.Allowed {
			continue
		}
		given, err := s.load(&tx.View, ruling.ConsentID)
		if err != nil {
			return err
		}
		if err := s.end(tx, given, w); err != nil {
			return err
		}
	}
	return nil
}

// rulingOf is the ruling under one name; the zero ruling, which allows nothing, under an empty one.
func (s *Service) rulingOf(v *store.View, p purpose.Purpose, name Consumer) (Ruling, error) {
	names, _ := name.names()
	if len(names) == 0 {
		return Ruling{}, nil
	}
	return Allows(v, s.Key(names[0].Kind, names[0].Value), p, time.Time{})
}
