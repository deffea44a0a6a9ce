package complaint

import (
	"context"

	"github.com/oapi-codegen/nullable"

	"xiaobao/api"
	"xiaobao/internal/answer"
)

// SearchComplaints finds complaints by personal data.
func (h *HTTP) SearchComplaints(ctx context.Context, r api.SearchComplaintsRequestObject) (api.SearchComplaintsResponseObject, error) {
	b := r.Body
	q := Search{Phone: answer.Value(b.Phone), IDNumber: answer.Value(b.IDNumber), CreditCode: answer.Value(b.CreditCode), Name: answer.Value(b.Name), Reason: b.Reason}
	return answer.Once(ctx, func(ctx context.Context) (string, error) {
		return h.service.Search(ctx, q)
	}, func(ctx context.Context, _ string) (api.SearchComplaintsResponseObject, error) {
		list, err := h.service.Found(ctx, q, answer.From(ctx).Replayed)
		if err != nil {
			return nil, err
		}
		body, err := h.page(ctx, list)
		return api.SearchComplaints200JSONResponse(body), err
	})
}

// RevealComplainant shows members of a complainant unmasked.
func (h *HTTP) RevealComplainant(ctx context.Context, r api.RevealComplainantRequestObject) (api.RevealComplainantResponseObject, error) {
	fields := make([]string, len(r.Body.Fields))
	for i, f := range r.Body.Fields {
		fields[i] = string(f)
	}
	return answer.Once(ctx, func(ctx context.Context) (string, error) {
		return h.service.Reveal(ctx, r.ComplaintID, fields, r.Body.Reason)
	}, func(ctx context.Context, id string) (api.RevealComplainantResponseObject, error) {
		c, err := h.service.Revealed(ctx, id, fields, r.Body.Reason, answer.From(ctx).Replayed)
		if err != nil {
			return nil, err
		}
		return api.RevealComplainant200JSONResponse{ComplaintID: c.ID, Stage: string(c.Stage), Fields: revealed(c, r.Body.Fields)}, nil
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
