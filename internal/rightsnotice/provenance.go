package rightsnotice

import (
	"slices"
	"time"

	"xiaobao/internal/edition"
	"xiaobao/internal/ruleset"
)

// The results of a proof.
const (
	Proved    = "proved"
	Deficient = "deficient"
	Missing   = "missing"
	// NotRecorded: no version was published here at the time of the sale, and nothing was given: nothing can be said.
	NotRecorded = "not_recorded"
)

// The deficiencies, in the order in which they are told.
const (
	late         = "late"
	superseded   = "superseded"
	weakerAct    = "weaker_act"
	notPublished = "not_published"
	otherSale    = "other_transaction"        // the proof tells of another kind or instant of the sale than the complaint
	afterwards   = "recorded_after_complaint" // it was recorded when the complaint was there already
)

// Proof is what was given of a notice that was due.
type Proof struct {
	Requirement  ruleset.Requirement
	Due          *Notice // the version that was in force at the sale; nil when none was
	Status       string
	Deficiencies []string
	Deliveries   []Delivery
}

// proveAll is the proof of each notice that was due at a sale, of all versions and of what was given for it.
func proveAll(required []ruleset.Requirement, versions []Notice, given []Delivery, sale Transaction, receivedAt time.Time) []Proof {
	proofs := make([]Proof, len(required))
	for i, r := range required {
		mine := slices.DeleteFunc(slices.Clone(versions), func(n Notice) bool { return n.Code != r.Notice })
		proofs[i] = prove(r, mine, of(given, r.Notice), sale, receivedAt)
	}
	return proofs
}

// prove puts side by side what was due at a sale and what was given. One delivery in time, in the version that was due and of the act that was asked
// is enough; else the proof has the deficiencies of the one that has the fewest.
func prove(r ruleset.Requirement, versions []Notice, given []Delivery, sale Transaction, receivedAt time.Time) Proof {
	p := Proof{Requirement: r, Status: Missing, Deliveries: given}
	if due := edition.InForce(editions(versions), sale.At); due >= 0 {
		p.Due = &versions[due]
	}
	for i, d := range given {
		if wrong := p.deficiencies(d, sale, receivedAt); i == 0 || len(wrong) < len(p.Deficiencies) {
			p.Deficiencies = wrong
		}
	}
	switch {
	case len(given) == 0 && p.Due == nil:
		p.Status, p.Deficiencies = NotRecorded, []string{notPublished}
	case len(given) > 0 && len(p.Deficiencies) == 0:
		p.Status = Proved
	case len(given) > 0:
		p.Status = Deficient
	}
	return p
}

func (p Proof) deficiencies(d Delivery, sale Transaction, receivedAt time.Time) []string {
	wrong := []string{}
	if d.At.After(sale.At) {
		wrong = append(wrong, late)
	}
	if p.Due == nil {
		wrong = append(wrong, notPublished)
	} else if d.Edition != p.Due.Edition.Number {
		wrong = append(wrong, superseded)
	}
	if !d.Act.Proves(p.Requirement.Act) {
		wrong = append(wrong, weakerAct)
	}
	if d.Transaction.Kind != sale.Kind || !d.Transaction.At.Equal(sale.At) {
		wrong = append(wrong, otherSale)
	}
	if d.RecordedAt.After(receivedAt) {
		wrong = append(wrong, afterwards)
	}
	return wrong
}

// of are the deliveries of a notice, as they were given.
func of(all []Delivery, code string) []Delivery {
	mine := slices.DeleteFunc(slices.Clone(all), func(d Delivery) bool { return d.NoticeCode != code })
	slices.SortFunc(mine, func(a, b Delivery) int { return a.At.Compare(b.At) })
	return mine
}
