package consent

import (
	"context"
	"encoding/hex"
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
	Texts  edition.Texts[Text] // approves and publishes versions of texts
	db     *store.DB
	keys   *pii.Keyring
	rights *authz.InForce
	rules  *ruleset.Sets
	clocks clock.Reckoner
}

// NewService makes the service.
func NewService(db *store.DB, keys *pii.Keyring, rights *authz.InForce, rules *ruleset.Sets, clocks clock.Reckoner) *Service {
	s := &Service{db: db, keys: keys, rights: rights, rules: rules, clocks: clocks}
	s.Texts = s.walk()
	return s
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
			if err := s.mayBeAsked(&tx.View, c, d.Consumer); err != nil {
				return "", err
			}
		}
		holds, err := s.holds(&tx.View, c)
		if err != nil {
			return "", err
		}
		return c.ID, s.insert(tx, c, holds)
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
	names, unnamed := d.Consumer.names()
	items := append(asks(d.Purpose), unnamed...)
	if len(names) > 0 {
		c.ConsumerKind, c.Consumer = names[0].Kind, names[0].Value
	}
	if len(names) > 1 && d.Decision != Asked {
		items = append(items, fault.At("#", notOne))
	}
	if d.Decision == Given && d.Evidence == "" {
		items = append(items, fault.At("#/evidence_reference", fault.Required))
	}
	items = append(items, pii.JudgeReference("#/evidence_reference", d.Evidence)...)
	if d.At != nil {
		c.At = d.At.UTC().Truncate(time.Microsecond)
	}
	if c.At.After(now) {
		items = append(items, fault.At("#/at", fault.InFuture))
	}
	c.RecordedLate = late(c.At, now, s.clocks.Zone)
	return c, items
}

// holds says whether what was recorded takes effect. What a client records changes nothing of a refusal or withdrawal that it did not record itself: it
// is kept, and staff can record it.
func (s *Service) holds(v *store.View, c Consent) (bool, error) {
	if c.ClientID == "" {
		return true, nil
	}
	last, err := lastStatement(v, s.Key(c.ConsumerKind, c.Consumer), c.Purpose, c.At)
	if err != nil || !last.Decision.againstUse() {
		return err == nil, err
	}
	own, err := lastStatement(v, s.ownKey(c.ClientID, c.ConsumerKind, c.Consumer), c.Purpose, last.SaidAt)
	return own == last, err
}

// Withdrawal is how a consumer withdrew, where that is known.
type Withdrawal struct{ Channel, Evidence string }

// Withdraw ends the use for the purpose of a record, whatever else was said about it before: when the transaction is committed, every decision
// says no. Only a client's withdrawal of a record that the consumer was asked leaves alone what others recorded. A repetition changes nothing. Returns
// NotFound, fault.RequestInvalid.
func (s *Service) Withdraw(ctx context.Context, consentID string, w Withdrawal) (string, error) {
	return store.Write(ctx, s.db, func(_ context.Context, tx *store.Tx) (string, error) {
		before, err := s.readable(&tx.View, tx.Actor(), consentID)
		if err != nil {
			return "", err
		}
		if err := s.rights.Current().Check(tx.Actor(), withdraw, before.row()); err != nil {
			return "", err
		}
		if err := fault.Input(pii.JudgeReference("#/evidence_reference", w.Evidence)); err != nil {
			return "", err
		}
		return consentID, s.end(tx, before, w)
	})
}

// end adds the withdrawal to what was said, after all that was said before. Whether it is a repetition goes by what the caller may know: for a client by
// its own records.
func (s *Service) end(tx *store.Tx, before Consent, w Withdrawal) error {
	key := s.Key(before.ConsumerKind, before.Consumer)
	last, err := lastStatement(&tx.View, key, before.Purpose, time.Time{})
	if err != nil {
		return err
	}
	known, by := last, ""
	if who := tx.Actor(); who.Kind == actor.Client {
		by = who.ID
		known, err = lastStatement(&tx.View, s.ownKey(by, before.ConsumerKind, before.Consumer), before.Purpose, time.Time{})
		if err != nil {
			return err
		}
	}
	if before.WithdrawnAt != nil && known.Decision == Withdrawn {
		return nil
	}
	holds := by == "" || last == known || !last.Decision.againstUse() && (before.Decision != Asked || last.Decision == "")
	at := tx.Now()
	for _, said := range []time.Time{last.SaidAt, known.SaidAt} {
		if !at.After(said) { // the clock of another process runs ahead
			at = said.Add(time.Microsecond)
		}
	}
	after := before
	after.WithdrawnAt, after.WithdrawalChannel, after.WithdrawalEvidence = &at, w.Channel, w.Evidence
	return s.withdraw(tx, before, after, s.saying(after, Withdrawn, at, by, holds))
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

var decide = authz.Question{Object: "consent", Act: "decide"}

// Decide answers whether the data of a consumer may be used for a purpose now: of all her names the strictest answer. Returns fault.RequestInvalid.
func (s *Service) Decide(ctx context.Context, c Consumer, p purpose.Purpose) (Decided, error) {
	names, items := c.names()
	if len(items) > 0 {
		return Decided{}, fault.Input(items)
	}
	keys := make([]Key, len(names))
	for i, n := range names {
		keys[i] = s.Key(n.Kind, n.Value)
	}
	d, err := store.Read(ctx, s.db, func(v *store.View) (Decided, error) {
		rulings := make([]Ruling, len(keys))
		for i, key := range keys {
			var err error
			if rulings[i], err = Allows(v, key, p, time.Time{}); err != nil {
				return Decided{}, err
			}
		}
		d := Decided{Ruling: strictest(rulings), Purpose: p}
		if from := s.mayAskFrom(d.Ruling); from.After(calendar.DateOf(v.Now(), s.clocks.Zone)) {
			d.MayAskFrom = from
		}
		return d, nil
	})
	if err != nil || !p.AsksConsent() || actor.From(ctx).Kind != actor.User {
		return d, err
	}
	return d, s.auditDecision(ctx, keys, p)
}

// auditDecision leaves an entry for the first time on a day that a person asks what a consumer agreed to. The entry names her by her key alone.
func (s *Service) auditDecision(ctx context.Context, keys []Key, p purpose.Purpose) error {
	who := actor.From(ctx)
	acts, err := store.Read(ctx, s.db, func(v *store.View) ([]store.Act, error) {
		var acts []store.Act
		since := calendar.End(calendar.DateOf(v.Now(), s.clocks.Zone).AddDays(-1), s.clocks.Zone)
		for _, key := range keys {
			act := store.Act{Action: decide.String(), Object: "consumer", ID: hex.EncodeToString(key), Purpose: string(p), Basis: p.Basis()}
			noted, err := store.Noted(v, act, who.ID, since)
			if err != nil {
				return nil, err
			}
			if !noted {
				acts = append(acts, act)
			}
		}
		return acts, nil
	})
	if err != nil || len(acts) == 0 {
		return err
	}
	_, err = store.Write(store.Unclaimed(ctx), s.db, func(_ context.Context, tx *store.Tx) (struct{}, error) {
		for _, act := range acts {
			tx.Note(act)
		}
		return struct{}{}, nil
	})
	return err
}
