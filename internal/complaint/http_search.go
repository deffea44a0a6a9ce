package complaint

import (
	"cmp"
	"context"

	"github.com/oapi-codegen/nullable"

	"xiaobao/api"
	"xiaobao/internal/answer"
	"xiaobao/internal/purpose"
	"xiaobao/internal/store"
)

// SearchComplaints finds complaints by personal data.
func (h *HTTP) SearchComplaints(ctx context.Context, r api.SearchComplaintsRequestObject) (api.SearchComplaintsResponseObject, error) {
	b := r.Body
	q := Search{Phone: answer.Value(b.Phone), IDNumber: answer.Value(b.IDNumber), CreditCode: answer.Value(b.CreditCode), Name: answer.Value(b.Name), Reason: b.Reason}
	return answer.Once(ctx, func(ctx context.Context) (string, error) {
		return h.service.Search(ctx, q)
	}, func(ctx context.Context, _ string) (api.SearchComplaintsResponseObject, error) {
		body, err := answer.Page(ctx, h.tokens, answer.Asked{}, func(ctx context.Context, _ store.Page) (store.List[Shown], error) {
			return h.service.Found(ctx, q, answer.From(ctx).Replayed)
		}, h.toSummary)
		return api.SearchComplaints200JSONResponse(body), err
	})
}

// RevealComplainant shows members of a complainant unmasked.
func (h *HTTP) RevealComplainant(ctx context.Context, r api.RevealComplainantRequestObject) (api.RevealComplainantResponseObject, error) {
	asked := Revealing{Fields: make([]string, len(r.Body.Fields)), Reason: r.Body.Reason,
		Purpose: cmp.Or(purpose.Purpose(answer.Value(r.Body.Purpose)), purpose.ComplaintHandling)}
	for i, f := range r.Body.Fields {
		asked.Fields[i] = string(f)
	}
	return answer.Once(ctx, func(ctx context.Context) (string, error) {
		return h.service.Reveal(ctx, r.ComplaintID, asked)
	}, func(ctx context.Context, id string) (api.RevealComplainantResponseObject, error) {
		c, err := h.service.Revealed(ctx, id, asked, answer.From(ctx).Replayed)
		if err != nil {
			return nil, err
		}
		return api.RevealComplainant200JSONResponse{ComplaintID: c.ID, Stage: string(c.Stage), Purpose: string(asked.Purpose), Basis: asked.Purpose.Basis(),
			Fields: revealed(c, r.Body.Fields)}, nil
	})
}

func revealed(c Complaint, fields []api.RevealField) api.RevealedFields {
	var body api.RevealedFields
	who := c.Complainant
	places := map[api.RevealField]struct {
		value string
		to    **nullable.Nullable[string]
	}{
		api.RevealFieldName: {c.ComplainantName, &body.Name}, api.RevealFieldPhone: {who.Phone, &body.Phone}, api.RevealFieldEmail: {who.Email, &body.Email},
		api.RevealFieldAddress: {who.Address, &body.Address}, api.RevealFieldLegalRepresentative: {who.LegalRepresentative, &body.LegalRepresentative},
		api.RevealFieldCreditCode: {who.CreditCode, &body.CreditCode}, api.RevealFieldIDNumber: {who.IDNumber, &body.IDNumber},
	}
	for _, field := range fields {
		place := places[field]
		shown := nullable.NewNullNullable[string]()
		if place.value != "" {
			shown.Set(place.value)
		}
		*place.to = &shown
	}
	return body
}
