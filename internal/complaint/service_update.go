package complaint

import (
	"context"

	"xiaobao/internal/fault"
	"xiaobao/internal/pii"
	"xiaobao/internal/store"
)

// Editable is what may be corrected of a complaint while it is open. What was received, and when, is not.
type Editable struct {
	BusinessChannel, Region string
	Codes                   Codes
	Product                 string
	Transaction             *Transaction
	Phone, Email, Address   string
}

func (c Complaint) editable() Editable {
	return Editable{BusinessChannel: c.BusinessChannel, Region: c.Region, Codes: c.Preliminary, Product: c.Product, Transaction: c.Transaction,
		Phone: c.Complainant.Phone, Email: c.Complainant.Email, Address: c.Complainant.Address}
}

func (e Editable) into(c *Complaint) {
	c.BusinessChannel, c.Region, c.Preliminary, c.Product, c.Transaction = e.BusinessChannel, e.Region, e.Codes, e.Product, e.Transaction
	c.Complainant.Phone, c.Complainant.Email, c.Complainant.Address = e.Phone, e.Email, e.Address
}

// Update corrects a complaint. Returns NotFound, store.Stale, ErrStage; fault.RequestInvalid when no contact would be left.
func (s *Service) Update(ctx context.Context, id string, seen store.Match, change func(e *Editable)) (string, error) {
	return store.Write(ctx, s.db, func(_ context.Context, tx *store.Tx) (string, error) {
		before, err := s.caseFor(&tx.View, tx.Actor(), id, Update)
		if err != nil {
			return "", err
		}
		if err := seen.Required(before.Version); err != nil {
			return "", err
		}
		after, err := before.Do(act{action: Update, by: tx.Actor().ID, now: tx.Now()})
		if err != nil {
			return "", s.withActions(tx, err, before)
		}
		c, err := s.withMatter(&tx.View, before.Summary)
		if err != nil {
			return "", err
		}
		edited := c.editable()
		change(&edited)
		edited.Product, _ = pii.Strike(edited.Product)
		edited.Address, _ = pii.Strike(edited.Address)
		edited.into(&c)
		if c.Transaction != nil && c.Transaction.At.After(tx.Now().Add(clockSkew)) {
			return "", fault.Input([]fault.Item{fault.At("#/transaction/at", fault.InFuture)})
		}
		if c.ComplainantKind != Unidentified && c.Complainant.Phone == "" && c.Complainant.Email == "" && c.Complainant.Address == "" {
			return "", fault.Input([]fault.Item{fault.At("#/complainant", contactMissing)})
		}
		after.BusinessChannel, after.Region, after.Preliminary = c.BusinessChannel, c.Region, c.Preliminary
		matter, err := s.toMatterRow(c)
		if err != nil {
			return "", err
		}
		return id, s.save(tx, store.Act{Action: "complaint." + string(Update)}, before, after, store.Update(matter))
	})
}
