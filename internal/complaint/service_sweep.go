package complaint

import (
	"context"
	"errors"

	"xiaobao/internal/actor"
	"xiaobao/internal/calendar"
	"xiaobao/internal/clock"
	"xiaobao/internal/ruleset"
	"xiaobao/internal/store"
)

// sweepBatch is how many complaints one look takes up.
const sweepBatch = 200

// SweepActor is who the audit names for what happens by itself.
var SweepActor = actor.Actor{Kind: actor.System, ID: "sweep"}

// Sweep enters what time alone has brought about: breaches, with the instant at which the limit ended, extensions that lapsed, and the archiving of complaints
// whose review window is over. What is late is escalated once, whether or not anybody is responsible for it; old complaints that were imported are not. It
// goes by the clocks' own dates, so that a sweep that was missed costs nothing. It returns how many complaints it changed.
func (s *Service) Sweep(ctx context.Context) (int, error) {
	ctx = actor.With(ctx, SweepActor)
	changed := 0
	for {
		late, err := store.Read(ctx, s.db, func(v *store.View) ([]string, error) { return clock.SubjectsOver(v, sweepBatch) })
		if err != nil {
			return changed, err
		}
		n, err := s.each(ctx, late, s.breach)
		changed += n
		if err != nil || len(late) < sweepBatch || n == 0 {
			return s.archive(ctx, changed, err)
		}
	}
}

// each does one thing to many complaints. One that fails does not keep the others from it.
func (s *Service) each(ctx context.Context, ids []string, do func(tx *store.Tx, c Case) error) (int, error) {
	var faults []error
	done := 0
	for _, id := range ids {
		if ctx.Err() != nil {
			return done, ctx.Err()
		}
		_, err := store.Write(ctx, s.db, func(_ context.Context, tx *store.Tx) (struct{}, error) {
			c, err := s.loadCase(&tx.View, id)
			if err != nil {
				return struct{}{}, err
			}
			return struct{}{}, do(tx, c)
		})
		if err != nil {
			faults = append(faults, err)
			continue
		}
		done++
	}
	return done, errors.Join(faults...)
}

const (
	breachAction   = "complaint.breach"
	escalateAction = "complaint.escalate"
)

func (s *Service) breach(tx *store.Tx, before Case) error {
	after := before
	after.Clocks = make([]clock.Clock, len(before.Clocks))
	for i, k := range before.Clocks {
		after.Clocks[i] = k.Breach(tx.Now())
	}
	act := store.Act{Action: breachAction}
	if before.EscalatedAt == nil && !before.Imported && before.Stage.Open() {
		now := tx.Now()
		after.EscalatedAt = &now
		act.Action = escalateAction
	}
	after.UpdatedAt = tx.Now()
	if err := s.save(tx, act, before, after); err != nil {
		return err
	}
	return s.lapse(tx, before, after)
}

// lapse enters that the extensions which wait can no longer come into force.
func (s *Service) lapse(tx *store.Tx, before, after Case) error {
	all, err := s.extensionsOf(&tx.View, before.ID)
	if err != nil {
		return err
	}
	for _, e := range all {
		if !s.lapsed(e, after.Clocks, tx.Now()) {
			continue
		}
		lapsed := e
		lapsed.State, lapsed.UpdatedAt = ExtensionLapsed, tx.Now()
		if err := s.saveExtension(tx, "lapse", before.Stage, &e, lapsed); err != nil {
			return err
		}
	}
	return nil
}

// archive moves closed complaints on whose review window is over.
func (s *Service) archive(ctx context.Context, changed int, before error) (int, error) {
	now := s.db.Now()
	today := calendar.DateOf(now, s.clocks.Zone)
	term, ok := s.rules.Internal().Term(ruleset.Archiving, today)
	if !ok {
		return changed, before
	}
	// The day of closing is not counted, as everywhere.
	last := calendar.End(today.AddDays(-term.Limit.Value-1), s.clocks.Zone)
	ids, err := store.Read(ctx, s.db, func(v *store.View) ([]string, error) { return closedBefore(v, last) })
	if err != nil {
		return changed, errors.Join(before, err)
	}
	n, err := s.each(ctx, ids, func(tx *store.Tx, c Case) error {
		after, err := c.Do(act{action: Archive, by: SweepActor.ID, now: tx.Now(), arm: s.armStage(c.Summary, SweepActor.ID)})
		if err != nil {
			return err
		}
		return s.save(tx, store.Act{Action: "complaint." + string(Archive)}, c, after)
	})
	return changed + n, errors.Join(before, err)
}
