package consent

import (
	"context"
	"time"

	"xiaobao/internal/actor"
	"xiaobao/internal/apiclient"
	"xiaobao/internal/authz"
	"xiaobao/internal/calendar"
	"xiaobao/internal/clock"
	"xiaobao/internal/edition"
	"xiaobao/internal/fault"
	"xiaobao/internal/id"
	"xiaobao/internal/organisation"
	"xiaobao/internal/pii"
	"xiaobao/internal/purpose"
	"xiaobao/internal/ruleset"
	"xiaobao/internal/store"
)

// Service serves the operations on consents and their texts.
type Service struct {
	db     *store.DB
	keys   *pii.Keyring
	rights *authz.InForce
	rules  *ruleset.Sets
	clocks clock.Reckoner
}

// NewService makes the service.
func NewService(db *store.DB, keys *pii.Keyring, rights *authz.InForce, rules *ruleset.Sets, clocks clock.Reckoner) *Service {
	return &Service{db: db, keys: keys, rights: rights, rules: rules, clocks: clocks}
}

var (
	read     = authz.Question{Object: "consent", Act: "read"}
	withdraw = authz.Question{Object: "consent", Act: "withdraw"}
)

// Draft is what a consumer said, to be recorded.
type Draft struct {
	Consumer          Consumer
	Purpose           purpose.Purpose
	TextVersion       int64
	Decision          Decision
	At                *time.Time // nil: now
	Channel, Evidence string
}

// Record records what a consumer said; what she gives of her own accord is always taken. Returns coolingOff when she was asked too soon after she
// refused or withdrew, fault.RequestInvalid.
func (s *Service) Record(ctx context.Context, d Draft) (string, error) {
	return store.Write(ctx, s.db, func(ctx context.Context, tx *store.Tx) (string, error) {
		c, items := s.fresh(ctx, tx, d)
		if len(asks(d.Purpose)) == 0 {
			texts, err := editions(&tx.View, c.Purpose)
			if err != nil {
				return "", err
			}
			all := editionsOf(texts, c.Purpose, "")
			items = append(items, judgeVersion(all, edition.InForce(all, c.At), c.TextVersion)...)
		}
		if err := fault.Input(items); err != nil {
			return "", err
		}
		if c.Decision == Asked {
			if err := s.mayBeAsked(&tx.View, c); err != nil {
				return "", err
			}
		}
		return c.ID, s.insert(tx, c)
	})
}

// fresh is the record of a draft, with all that is wrong with it but its text.
func (s *Service) fresh(ctx context.Context, tx *store.Tx, d Draft) (Consent, []fault.Item) {
	who, now := tx.Actor(), tx.Now()
	c := Consent{ID: id.For(ctx, "cns"), Version: 1, Purpose: d.Purpose, Decision: d.Decision, TextVersion: d.TextVersion, At: now, Channel: d.Channel, Evidence: d.Evidence,
		RecordedAt: now, RecordedBy: who.ID, DepartmentID: who.DepartmentID}
	if who.Kind == actor.Client {
		c.ClientID, c.DepartmentID = who.ID, ""
	}
	items := asks(d.Purpose)
	var ok bool
	if c.ConsumerKind, c.Consumer, ok = d.Consumer.named(); !ok {
		items = append(items, fault.At("#", notOne))
	}
	if d.At != nil {
		c.At = d.At.UTC().Truncate(time.Microsecond)
	}
	if c.At.After(now) {
		items = append(items, fault.At("#/at", fault.InFuture))
	}
	c.RecordedLate = late(c.At, now, s.clocks.Zone)
	return c, items
}

// mayBeAsked refuses that a consumer was asked inside the cool-off. Returns coolingOff.
func (s *Service) mayBeAsked(v *store.View, c Consent) error {
	ruling, err := Allows(v, s.Key(c.ConsumerKind, c.Consumer), c.Purpose, c.At)
	if err != nil {
		return err
	}
	if from := s.mayAskFrom(ruling); calendar.DateOf(c.At, s.clocks.Zone).Before(from) {
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

// Withdrawal is how a consumer withdrew, where that is known.
type Withdrawal struct{ Channel, Evidence string }

// Withdraw ends the use for the purpose of a record, whatever else was said about it before: when the transaction is committed, every decision
// says no. A repetition changes nothing. Returns NotFound.
func (s *Service) Withdraw(ctx context.Context, consentID string, w Withdrawal) (string, error) {
	return store.Write(ctx, s.db, func(_ context.Context, tx *store.Tx) (string, error) {
		before, err := s.readable(&tx.View, tx.Actor(), consentID)
		if err != nil {
			return "", err
		}
		if err := s.rights.Current().Check(tx.Actor(), withdraw, before.row()); err != nil {
			return "", err
		}
		return consentID, s.end(tx, before, w)
	})
}

// end adds the withdrawal to what was said, after all that was said before.
func (s *Service) end(tx *store.Tx, before Consent, w Withdrawal) error {
	key := s.Key(before.ConsumerKind, before.Consumer)
	last, err := lastStatement(&tx.View, key, before.Purpose, time.Time{})
	if err != nil || last.Decision == Withdrawn {
		return err
	}
	at := tx.Now()
	if !at.After(last.SaidAt) { // the clock of another process runs ahead
		at = last.SaidAt.Add(time.Microsecond)
	}
	after := before
	after.WithdrawnAt, after.WithdrawalChannel, after.WithdrawalEvidence = &at, w.Channel, w.Evidence
	return s.withdraw(tx, before, after, key)
}

// Shown is a consent with the name of who recorded it.
type Shown struct {
	Consent
	RecordedByName string
}

// Get returns a consent as the caller may see it. Returns NotFound.
func (s *Service) Get(ctx context.Context, consentID string) (Shown, error) {
	return store.Read(ctx, s.db, func(v *store.View) (Shown, error) {
		c, err := s.readable(v, actor.From(ctx), consentID)
		if err != nil {
			return Shown{}, err
		}
		var names organisation.Names
		if c.ClientID != "" {
			names, err = apiclient.NamesOf(v, c.ClientID)
		} else {
			names, err = organisation.NamesOf(v, c.RecordedBy)
		}
		return Shown{Consent: c, RecordedByName: names[c.RecordedBy]}, err
	})
}

// readable loads a consent if the actor may read it. Returns NotFound.
func (s *Service) readable(v *store.View, who actor.Actor, consentID string) (Consent, error) {
	c, err := s.load(v, consentID)
	if err == nil && !s.rights.Current().Scope(who, read).Allows(c.row()) {
		return Consent{}, NotFound
	}
	return c, err
}

func (c Consent) row() authz.Row {
	return authz.Row{DepartmentIDs: []string{c.DepartmentID}, PostedBy: c.ClientID}
}

// Decided is a ruling, and from which day on the consumer may be asked again.
type Decided struct {
	Ruling
	Purpose    purpose.Purpose
	MayAskFrom calendar.Date // zero: now, or she need not be
}

// Decide answers whether the data of a consumer may be used for a purpose now. Returns fault.RequestInvalid.
func (s *Service) Decide(ctx context.Context, c Consumer, p purpose.Purpose) (Decided, error) {
	kind, value, ok := c.named()
	if !ok {
		return Decided{}, fault.Input([]fault.Item{fault.At("#", notOne)})
	}
	return store.Read(ctx, s.db, func(v *store.View) (Decided, error) {
		ruling, err := Allows(v, s.Key(kind, value), p, time.Time{})
		d := Decided{Ruling: ruling, Purpose: p}
		if from := s.mayAskFrom(ruling); from.After(calendar.DateOf(v.Now(), s.clocks.Zone)) {
			d.MayAskFrom = from
		}
		return d, err
	})
}
