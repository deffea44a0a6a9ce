package complaint

import (
	"context"
	"slices"

	"xiaobao/internal/actor"
	"xiaobao/internal/authz"
	"xiaobao/internal/fault"
	"xiaobao/internal/pii"
	"xiaobao/internal/purpose"
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

// Revealing is what is to be shown unmasked, and why.
type Revealing struct {
	Fields  []string
	Reason  string
	Purpose purpose.Purpose
}

// purposeAsksConsent: no look at a complaint rests on consent.
var purposeAsksConsent = fault.Declare(fault.Reason{Kind: fault.Invalid, Code: "complaint.purpose_asks_consent",
	Title:  fault.Words{EN: "This purpose needs the consumer's consent and cannot be given for a look at a complaint.", ZH: "该使用目的须取得消费者同意，不得作为查看投诉信息的目的。"},
	Causes: `POST /v1/complaints/{complaint_id}/reveals {"fields":["phone"],"reason":"回访满意度","purpose":"survey"}`, Cures: `{"fields":["phone"],"reason":"电话核对地址","purpose":"complaint_handling"}`})

// Reveal audits that members of a complainant are shown unmasked, and why; Revealed shows them. Returns NotFound, the refusal of the missing permission, or
// fault.RequestInvalid when the purpose asks consent.
func (s *Service) Reveal(ctx context.Context, id string, r Revealing) (string, error) {
	return store.Write(ctx, s.db, func(_ context.Context, tx *store.Tx) (string, error) {
		shown, err := s.revealable(&tx.View, tx.Actor(), id, r.Fields)
		if err != nil {
			return "", err
		}
		if r.Purpose.AsksConsent() {
			return "", fault.Input([]fault.Item{fault.At("#/purpose", purposeAsksConsent)})
		}
		// The audit keeps no personal value: the reason may hold one.
		clean, _ := pii.Strike(r.Reason)
		clean = pii.MaskValues(clean, shown.Personal()...)
		for _, part := range reveals(r.Fields) {
			tx.NoteOf(looking(part.question.String(), "complaint", id, shown.Stage, r.Purpose, clean), "revealed", part.fields...)
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

// Revealed returns a complaint of which the caller may be shown these members of the complainant. To show them again is audited again. Returns what Reveal does.
func (s *Service) Revealed(ctx context.Context, id string, r Revealing, again bool) (Complaint, error) {
	if again {
		if _, err := s.Reveal(store.Unclaimed(ctx), id, r); err != nil {
			return Complaint{}, err
		}
	}
	return store.Read(ctx, s.db, func(v *store.View) (Complaint, error) {
		shown, err := s.revealable(v, actor.From(ctx), id, r.Fields)
		return shown.Complaint, err
	})
}
