package rightsnotice

import (
	"context"
	"time"

	"xiaobao/api"
	"xiaobao/internal/answer"
	"xiaobao/internal/ruleset"
	"xiaobao/internal/store"
)

// ListNoticeDeliveries shows proofs.
func (h *HTTP) ListNoticeDeliveries(ctx context.Context, r api.ListNoticeDeliveriesRequestObject) (api.ListNoticeDeliveriesResponseObject, error) {
	p := r.Params
	f := DeliveryFilter{Reference: answer.Value(p.TransactionReference), Codes: answer.Value(p.NoticeCode)}
	body, err := answer.Page(ctx, h.tokens, answer.Asked{Limit: p.Limit, PageToken: p.PageToken, IncludeTotal: p.IncludeTotal},
		func(ctx context.Context, page store.Page) (store.List[Delivery], error) {
			return h.service.Deliveries(ctx, f, page)
		}, toDelivery)
	return api.ListNoticeDeliveries200JSONResponse(body), err
}

// RecordNoticeDeliveries keeps proofs, each on its own.
func (h *HTTP) RecordNoticeDeliveries(ctx context.Context, r api.RecordNoticeDeliveriesRequestObject) (api.RecordNoticeDeliveriesResponseObject, error) {
	sent := make([]Delivery, len(r.Body.Deliveries))
	for i, d := range r.Body.Deliveries {
		sent[i] = Delivery{Transaction: Transaction{Reference: d.TransactionReference, Kind: d.TransactionKind, At: whole(d.TransactedAt)}, NoticeCode: d.NoticeCode,
			Edition: d.Edition, Act: ruleset.Act(d.Act), At: whole(d.At), Channel: d.Channel, EvidenceReference: d.EvidenceReference, Superseded: answer.Value(d.Superseded)}
	}
	refused := answer.From(ctx).Elements
	var outcomes []Outcome
	return answer.Once(ctx, func(ctx context.Context) (id string, err error) {
		outcomes, err = h.service.Record(ctx, sent, refused)
		return "", err
	}, func(ctx context.Context, _ string) (api.RecordNoticeDeliveriesResponseObject, error) {
		if outcomes == nil {
			var err error
			outcomes, err = h.service.Repeat(ctx, sent, refused)
			if err != nil {
				return nil, err
			}
		}
		body := api.RecordNoticeDeliveries207JSONResponse{Items: make([]api.NoticeDeliveryItem, len(outcomes))}
		for i, o := range outcomes {
			body.Items[i] = toItem(ctx, i, o)
		}
		return body, nil
	})
}

// whole is an instant as the database keeps it.
func whole(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }

func toItem(ctx context.Context, i int, o Outcome) api.NoticeDeliveryItem {
	item := api.NoticeDeliveryItem{Index: int32(i), TransactionReference: answer.Text(o.Delivery.Transaction.Reference), Status: 201}
	if o.Refusal != nil {
		problem := answer.From(ctx).Problem(o.Refusal)
		item.Status, item.Problem = problem.Status, &problem
		return item
	}
	if o.Known {
		item.Status = 200
	}
	d := toDelivery(o.Delivery)
	item.Delivery = &d
	return item
}

func toDelivery(d Delivery) api.NoticeDelivery {
	return api.NoticeDelivery{ID: d.ID, TransactionReference: d.Transaction.Reference, TransactionKind: d.Transaction.Kind, TransactedAt: d.Transaction.At, NoticeCode: d.NoticeCode,
		Edition: d.Edition, Act: string(d.Act), At: d.At, Channel: d.Channel, EvidenceReference: d.EvidenceReference, Late: d.Late, Superseded: d.Superseded,
		RecordedAt: d.RecordedAt, ClientID: d.ClientID}
}

// GetNoticeProvenance shows what was told before the sale complained about.
func (h *HTTP) GetNoticeProvenance(ctx context.Context, r api.GetNoticeProvenanceRequestObject) (api.GetNoticeProvenanceResponseObject, error) {
	p, err := h.service.Provenance(ctx, r.ComplaintID)
	if err != nil {
		return nil, err
	}
	body := api.NoticeProvenance{ComplaintID: p.ComplaintID, AsOf: p.AsOf, Transaction: *answer.Transaction(p.Transaction.Reference, p.Transaction.Kind, p.Transaction.At, p.Transaction.RiskLevel),
		Notices: make([]api.NoticeProof, len(p.Proofs))}
	for i, proof := range p.Proofs {
		given := make([]api.NoticeDelivery, len(proof.Deliveries))
		for j, d := range proof.Deliveries {
			given[j] = toDelivery(d)
		}
		one := api.NoticeProof{Code: proof.Requirement.Notice, Requirement: toRequirement(ctx, proof.Requirement), Status: proof.Status,
			Deficiencies: answer.List(proof.Deficiencies), Deliveries: given}
		if proof.Due != nil {
			one.Title, one.DueEdition, one.DueNoticeID = &proof.Due.Title, &proof.Due.Edition.Number, &proof.Due.ID
		}
		body.Notices[i] = one
	}
	body.Sha256, err = answer.Digest(map[string]any{"complaint_id": body.ComplaintID, "transaction": body.Transaction, "notices": body.Notices})
	return api.GetNoticeProvenance200JSONResponse(body), err
}
