package consent

import (
	"context"
	"errors"
	"slices"
	"time"

	"xiaobao/internal/actor"
	"xiaobao/internal/authz"
	"xiaobao/internal/edition"
	"xiaobao/internal/fault"
	"xiaobao/internal/id"
	"xiaobao/internal/organisation"
	"xiaobao/internal/store"
)

var readTexts = authz.Question{Object: "consent_text", Act: "read"}

// onText is the permission that an action on a text needs.
func onText(a edition.Action) authz.Question {
	return authz.Question{Object: "consent_text", Act: string(a)}
}

// DraftText drafts the next version of a purpose's text; with replace, the version that is not published yet is withdrawn first. Returns
// edition.under_way, fault.RequestInvalid.
func (s *Service) DraftText(ctx context.Context, t Text, replace bool) (string, error) {
	return store.Write(ctx, s.db, func(ctx context.Context, tx *store.Tx) (string, error) {
		if err := fault.Input(asks(t.Purpose)); err != nil {
			return "", err
		}
		texts, err := editions(&tx.View, t.Purpose)
		if err != nil {
			return "", err
		}
		var former *Text
		if i := slices.IndexFunc(texts, unpublished); i >= 0 && replace {
			former = &texts[i]
		}
		all := editionsOf(texts, t.Purpose, "")
		if former != nil {
			all = editionsOf(texts, t.Purpose, former.ID)
		}
		t.ID, t.Version = id.For(ctx, "cnt"), 1
		t.Edition, err = edition.New(all, tx.Actor().ID, tx.Now())
		if err != nil {
			return "", err
		}
		if former != nil {
			t.Number = former.Number + 1
		}
		err = insertText(tx, t)
		var duplicate *store.Duplicate
		if errors.As(err, &duplicate) { // somebody else drafted the same version at the same time
			_, err = edition.New(append(all, t.Edition), tx.Actor().ID, tx.Now())
		}
		if err != nil || former == nil {
			return t.ID, err
		}
		return t.ID, s.withdrawText(tx, former.ID)
	})
}

func unpublished(t Text) bool { return t.State == edition.Draft || t.State == edition.Approved }

func (s *Service) withdrawText(tx *store.Tx, textID string) error {
	before, err := loadText(&tx.View, textID)
	if err != nil {
		return err
	}
	after := before
	after.Edition, err = before.Withdraw(tx.Actor().ID, tx.Now())
	if err != nil {
		return err
	}
	return updateText(tx, onText(edition.Withdraw).String(), before, after)
}

// Approve approves a draft. Returns textNotFound, four_eyes.same_person, edition.wrong_state, and what Match.Required returns.
func (s *Service) Approve(ctx context.Context, textID string, seen store.Match) (string, error) {
	return s.step(ctx, textID, edition.Approve, seen.Required, func(tx *store.Tx, t Text) (edition.Edition, error) {
		return t.Edition.Approve(tx.Actor().ID, tx.Now())
	})
}

// Publish publishes an approved version, from an instant on or at once. Returns textNotFound, edition.wrong_state, edition.not_approved, fault.RequestInvalid.
func (s *Service) Publish(ctx context.Context, textID string, from *time.Time, seen store.Match) (string, error) {
	return s.step(ctx, textID, edition.Publish, seen.Optional, func(tx *store.Tx, t Text) (edition.Edition, error) {
		texts, err := editions(&tx.View, t.Purpose)
		if err != nil {
			return t.Edition, err
		}
		return t.Edition.Publish(editionsOf(texts, t.Purpose, t.ID), tx.Actor().ID, from, tx.Now())
	})
}

func (s *Service) step(ctx context.Context, textID string, a edition.Action, match func(int64) error, take func(*store.Tx, Text) (edition.Edition, error)) (string, error) {
	return store.Write(ctx, s.db, func(_ context.Context, tx *store.Tx) (string, error) {
		before, err := s.readableText(&tx.View, tx.Actor(), textID)
		if err != nil {
			return "", err
		}
		if err := s.permitText(tx.Actor(), a, before); err != nil {
			return "", err
		}
		if err := match(before.Version); err != nil {
			return "", err
		}
		after := before
		after.Edition, err = take(tx, before)
		if err != nil {
			return "", err
		}
		return textID, updateText(tx, onText(a).String(), before, after)
	})
}

// permitText refuses what the actor may not do to a text herself, whatever its state.
func (s *Service) permitText(who actor.Actor, a edition.Action, t Text) error {
	if err := s.rights.Current().Check(who, onText(a), authz.Row{}); err != nil {
		return err
	}
	return t.Permits(a, who.ID)
}

func (s *Service) readableText(v *store.View, who actor.Actor, textID string) (Text, error) {
	t, err := loadText(v, textID)
	if err == nil && !s.rights.Current().Scope(who, readTexts).Allows(authz.Row{}) {
		return Text{}, textNotFound
	}
	return t, err
}

// ShownText is a text as one caller may see it.
type ShownText struct {
	Text
	Others  []edition.Edition // of its purpose
	People  organisation.Names
	Allowed []string
	Now     time.Time
}

// GetText returns a text. Returns textNotFound.
func (s *Service) GetText(ctx context.Context, textID string) (ShownText, error) {
	who := actor.From(ctx)
	return store.Read(ctx, s.db, func(v *store.View) (ShownText, error) {
		t, err := s.readableText(v, who, textID)
		if err != nil {
			return ShownText{}, err
		}
		shown, err := s.showTexts(v, who, []Text{t})
		if err != nil {
			return ShownText{}, err
		}
		return shown[0], nil
	})
}

// showTexts adds what texts are shown with, in two queries whatever their number.
func (s *Service) showTexts(v *store.View, who actor.Actor, texts []Text) ([]ShownText, error) {
	shown := make([]ShownText, len(texts))
	var purposes, people []string
	for _, t := range texts {
		purposes = append(purposes, string(t.Purpose))
		people = append(people, t.People()...)
	}
	all, err := editions(v, purposes...)
	if err != nil {
		return nil, err
	}
	names, err := organisation.NamesOf(v, people...)
	for i, t := range texts {
		shown[i] = ShownText{Text: t, Others: editionsOf(all, t.Purpose, t.ID), People: names, Now: v.Now(),
			Allowed: t.Allowed(func(a edition.Action) error { return s.permitText(who, a, t) })}
	}
	return shown, err
}
