package consent

import (
	"context"
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
		t.ID, t.Version = id.For(ctx, "cnt"), 1
		return t.ID, s.Texts.Draft(tx, texts, replace, func(e edition.Edition) error {
			t.Edition = e
			return store.Again(insertText(tx, t), "consent_text_edition")
		})
	})
}

// walk is how texts go through their life.
func (s *Service) walk() edition.Texts[Text] {
	return edition.Texts[Text]{DB: s.db, Load: s.readableText, ApprovalPublishes: true,
		Permit: func(who actor.Actor, a edition.Action, _ Text) error {
			return s.rights.Current().Check(who, onText(a), authz.Row{})
		},
		Others: func(v *store.View, t Text) ([]edition.Edition, error) {
			texts, err := editions(v, t.Purpose)
			return editionsOf(texts, t.Purpose, t.ID), err
		},
		Parts: func(t *Text) (string, int64, *edition.Edition) { return t.ID, t.Version, &t.Edition },
		Save: func(tx *store.Tx, a edition.Action, before, after Text) error {
			return updateText(tx, onText(a).String(), before, after)
		}}
}

// readableText loads a text if the actor may read it. Returns textNotFound.
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
		shown[i] = ShownText{Text: t, Others: editionsOf(all, t.Purpose, t.ID), People: names, Now: v.Now(), Allowed: s.Texts.Allowed(who, t)}
	}
	return shown, err
}
