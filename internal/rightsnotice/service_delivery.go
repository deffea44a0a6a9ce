package rightsnotice

import (
	"context"
	"errors"
	"slices"
	"time"

	"xiaobao/internal/actor"
	"xiaobao/internal/authz"
	"xiaobao/internal/calendar"
	"xiaobao/internal/complaint"
	"xiaobao/internal/fault"
	"xiaobao/internal/id"
	"xiaobao/internal/ruleset"
	"xiaobao/internal/store"
)

const deliveryObject = "notice_delivery"

var (
	createDelivery = authz.Question{Object: deliveryObject, Act: "create"}
	readDelivery   = authz.Question{Object: deliveryObject, Act: "read"}
)

// Outcome is what became of one delivery that was sent.
type Outcome struct {
	Delivery Delivery
	Known    bool  // it was there before
	Refusal  error // it was not taken
}

// Record keeps the deliveries that are sound and new, all in one transaction, and tells of each what became of it. Refused says by index what the
// contract found; such a delivery is not looked at. Returns a *store.Replay when the request was sent before: Repeat.
func (s *Service) Record(ctx context.Context, sent []Delivery, refused map[int]error) ([]Outcome, error) {
	for {
		outcomes, err := s.record(ctx, sent, refused)
		var raced *store.Duplicate
		if !errors.As(err, &raced) {
			return outcomes, err
		}
		// Somebody has recorded one of them since we looked: look again. Each turn finds at least one more.
	}
}

// Repeat is Record for a request that was sent before: what it recorded then is found, and what is sound only now is recorded now.
func (s *Service) Repeat(ctx context.Context, sent []Delivery, refused map[int]error) ([]Outcome, error) {
	return s.Record(store.Unclaimed(ctx), sent, refused)
}

func (s *Service) record(ctx context.Context, sent []Delivery, refused map[int]error) ([]Outcome, error) {
	var outcomes []Outcome
	_, err := store.Write(ctx, s.db, func(_ context.Context, tx *store.Tx) (struct{}, error) {
		var err error
		outcomes, err = s.judge(&tx.View, tx.Actor(), sent, refused)
		if err != nil {
			return struct{}{}, err
		}
		var acts []store.Act
		var rows []deliveryRow
		for _, o := range outcomes {
			if o.Known || o.Refusal != nil {
				continue
			}
			acts = append(acts, store.Act{Action: createDelivery.String(), Object: deliveryObject, ID: o.Delivery.ID})
			rows = append(rows, toDeliveryRow(o.Delivery))
		}
		return struct{}{}, tx.Add(acts, rows)
	})
	return outcomes, err
}

// judge says of each delivery whether it is known, refused, or to be recorded.
func (s *Service) judge(v *store.View, who actor.Actor, sent []Delivery, refused map[int]error) ([]Outcome, error) {
	var references, codes []string
	for i, d := range sent {
		if refused[i] == nil {
			references, codes = append(references, d.Transaction.Reference), append(codes, d.NoticeCode)
		}
	}
	known, err := delivered(v, who.ID, references)
	if err != nil {
		return nil, err
	}
	versions, err := versionsOf(v, codes...)
	if err != nil {
		return nil, err
	}
	byCode := map[string][]Notice{}
	for _, n := range versions {
		byCode[n.Code] = append(byCode[n.Code], n)
	}
	outcomes := make([]Outcome, len(sent))
	for i, d := range sent {
		if refused[i] != nil {
			outcomes[i] = Outcome{Delivery: d, Refusal: refused[i]}
			continue
		}
		d.ID, d.ClientID, d.RecordedAt, d.Late = id.New("ndl"), who.ID, v.Now(), d.At.After(d.Transaction.At)
		there, ok := known[d.key()]
		switch items := d.faults(byCode[d.NoticeCode], v.Now()); {
		case ok && there.same(d):
			outcomes[i] = Outcome{Delivery: there, Known: true}
		case ok:
			outcomes[i] = Outcome{Delivery: d, Refusal: conflict.With().Member("existing", there.ID)}
		case len(items) > 0:
			outcomes[i] = Outcome{Delivery: d, Refusal: fault.Input(items)}
		default:
			known[d.key()] = d // the next one in the request may be the same
			outcomes[i] = Outcome{Delivery: d}
		}
	}
	return outcomes, nil
}

// Provenance is what was told before the sale that a complaint is about.
type Provenance struct {
	ComplaintID string
	AsOf        time.Time
	Transaction Transaction
	Proofs      []Proof
}

// Provenance puts side by side what was due and what was given. Returns complaint.NotFound, complaint.TransactionUnknown.
func (s *Service) Provenance(ctx context.Context, complaintID string) (Provenance, error) {
	who := actor.From(ctx)
	return store.Read(ctx, s.db, func(v *store.View) (Provenance, error) {
		sale, receivedAt, err := s.complaints.TransactionOf(v, who, complaintID)
		if err != nil {
			return Provenance{}, err
		}
		p := Provenance{ComplaintID: complaintID, AsOf: v.Now(), Transaction: Transaction(sale)}
		required := s.due.Before(sale.Kind, sale.RiskLevel, calendar.DateOf(sale.At, s.zone))
		versions, err := versionsOf(v, codesOf(required)...)
		if err != nil {
			return Provenance{}, err
		}
		given, err := ofTransaction(v, sale.Reference)
		if err != nil {
			return Provenance{}, err
		}
		if who.Kind == actor.Client { // what others gave is theirs (never-and-must 1)
			given = slices.DeleteFunc(given, func(d Delivery) bool { return d.ClientID != who.ID })
		}
		p.Proofs = proveAll(required, versions, given, p.Transaction, receivedAt)
		return p, nil
	})
}

// Proven is how far what was due before the sale that a complaint is about is proved.
type Proven struct {
	ComplaintID string
	Imported    bool
	Sold        bool     // the complaint names a sale
	Statuses    []string // of each notice that was due
}

// Proven says of the complaints that came from an instant on and before another how far the notices of their sales are proved, whoever asks, in as many queries for a
// thousand as for one. Without departments they are the whole institution's.
func (s *Service) Proven(v *store.View, from, until time.Time, departments []string) ([]Proven, error) {
	sales, err := complaint.Sales(v, from, until, departments)
	if err != nil {
		return nil, err
	}
	required := make([][]ruleset.Requirement, len(sales))
	var codes []string
	for i, sale := range sales {
		if t := sale.Transaction; t != nil {
			required[i] = s.due.Before(t.Kind, t.RiskLevel, calendar.DateOf(t.At, s.zone))
			codes = append(codes, codesOf(required[i])...)
		}
	}
	slices.Sort(codes)
	versions, err := versionsOf(v, slices.Compact(codes)...)
	if err != nil {
		return nil, err
	}
	given, err := ofTransactions(v, complaint.References(v, from, until, departments))
	if err != nil {
		return nil, err
	}
	all := make([]Proven, len(sales))
	for i, sale := range sales {
		all[i] = Proven{ComplaintID: sale.ID, Imported: sale.Imported, Sold: sale.Transaction != nil}
		if sale.Transaction == nil {
			continue
		}
		for _, proof := range proveAll(required[i], versions, given[sale.Transaction.Reference], Transaction(*sale.Transaction), sale.ReceivedAt) {
			all[i].Statuses = append(all[i].Statuses, proof.Status)
		}
	}
	return all, nil
}

func codesOf(required []ruleset.Requirement) []string {
	codes := make([]string, len(required))
	for i, r := range required {
		codes[i] = r.Notice
	}
	return codes
}
