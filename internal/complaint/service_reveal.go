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
		for _, r := range reveals(fields) {
			shown, err := s.showFor(&tx.View, tx.Actor(), id, r.question)
			if err != nil {
				return "", err
			}
			// The audit keeps no personal value: the reason may hold one.
			who := shown.Complainant
			clean, _ := pii.Strike(reason)
			clean = pii.MaskValues(clean, shown.ComplainantName, who.LegalRepresentative, who.IDNumber, who.Phone, who.Email, who.Address)
			act := store.Act{Action: r.question.String(), Object: "complaint", ID: id, Stage: string(shown.Stage), Basis: basisHandling, Reason: clean}
			tx.NoteOf(act, "revealed", r.fields...)
		}
		return id, nil
	})
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
		var shown Shown
		for _, r := range reveals(fields) {
			var err error
			shown, err = s.showFor(v, actor.From(ctx), id, r.question)
			if err != nil {
				return Complaint{}, err
			}
		}
		return shown.Complaint, nil
	})
}
