package complaint

import (
	"context"
	"slices"

	"xiaobao/internal/actor"
	"xiaobao/internal/authz"
	"xiaobao/internal/pii"
	"xiaobao/internal/store"
)

var (
	revealContact  = authz.Question{Object: "consumer.contact", Act: "reveal"}
	revealIdentity = authz.Question{Object: "consumer.identity", Act: "reveal"}
)

// reveal is which members of a complainant are asked for under a permission.
type reveal struct {
	question authz.Question
	fields   []string
}

// reveals divides members by the permission that they need.
func reveals(fields []string) []reveal {
	contact := reveal{question: revealContact}
	identity := reveal{question: revealIdentity}
	for _, field := range fields {
		if field == "id_number" {
			identity.fields = append(identity.fields, field)
			continue
		}
		contact.fields = append(contact.fields, field)
	}
	return slices.DeleteFunc([]reveal{contact, identity}, func(r reveal) bool { return len(r.fields) == 0 })
}

// Reveal audits that members of a complainant are shown unmasked, and why; Revealed shows them. Returns NotFound, or the refusal of the missing permission.
func (s *Service) Reveal(ctx context.Context, id string, fields []string, reason string) (string, error) {
	return store.Write(ctx, s.db, func(_ context.Context, tx *store.Tx) (string, error) {
		shown, err := s.revealable(&tx.View, tx.Actor(), id, fields)
		if err != nil {
			return "", err
		}
		// The audit keeps no personal value: the reason may hold one.
		clean, _ := pii.Strike(reason)
		clean = pii.MaskValues(clean, shown.personal()...)
		for _, r := range reveals(fields) {
			act := store.Act{Action: r.question.String(), Object: "complaint", ID: id, Stage: string(shown.Stage), Basis: basisHandling, Reason: clean}
			tx.NoteOf(act, "revealed", r.fields...)
		}
		return id, nil
	})
}

// revealable returns a complaint of which somebody may be shown these members. Returns NotFound, or the refusal of the missing permission.
func (s *Service) revealable(v *store.View, who actor.Actor, id string, fields []string) (Shown, error) {
	shown, err := s.show(v, who, id)
	if err != nil {
		return Shown{}, err
	}
	for _, r := range reveals(fields) {
		if err := s.rights.Current().Check(who, r.question, shown.row()); err != nil {
			return Shown{}, err
		}
	}
	return shown, nil
}

// Revealed returns a complaint of which the caller may be shown these members of the complainant. To show them again is audited again. Returns NotFound,
// or the refusal of the missing permission.
func (s *Service) Revealed(ctx context.Context, id string, fields []string, reason string, again bool) (Complaint, error) {
	if again {
		if _, err := s.Reveal(store.Unclaimed(ctx), id, fields, reason); err != nil {
			return Complaint{}, err
		}
	}
	return store.Read(ctx, s.db, func(v *store.View) (Complaint, error) {
		shown, err := s.revealable(v, actor.From(ctx), id, fields)
		return shown.Complaint, err
	})
}
