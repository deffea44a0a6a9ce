package rectification

import (
	"context"

	"xiaobao/api"
	"xiaobao/internal/answer"
	"xiaobao/internal/store"
)

// HTTP serves the rectifications' operations of the contract.
type HTTP struct {
	service *Service
	tokens  answer.Tokens
}

// NewHTTP makes the operations.
func NewHTTP(s *Service, tokens answer.Tokens) *HTTP { return &HTTP{service: s, tokens: tokens} }

// ListRectifications shows a work list.
func (h *HTTP) ListRectifications(ctx context.Context, r api.ListRectificationsRequestObject) (api.ListRectificationsResponseObject, error) {
	p := r.Params
	body, err := answer.Page(ctx, h.tokens, answer.Asked{Limit: p.Limit, PageToken: p.PageToken, IncludeTotal: p.IncludeTotal},
		func(ctx context.Context, page store.Page) (store.List[Shown], error) {
			return h.service.List(ctx, filterOf(p), page)
		}, toSummary)
	return api.ListRectifications200JSONResponse(body), err
}

func filterOf(p api.ListRectificationsParams) Filter {
	f := Filter{Owner: answer.Value(p.Owner), Department: answer.Value(p.Department), RootCauses: answer.Value(p.RootCauseCode), Severities: answer.Value(p.Severity),
		Overdue: p.Overdue, ComplaintID: answer.Value(p.ComplaintID), Sort: "due_on"}
	for _, state := range answer.Value(p.State) {
		f.States = append(f.States, string(state))
	}
	if p.Sort != nil {
		f.Sort = string(*p.Sort)
	}
	return f
}

// CreateRectification has a cause mended.
func (h *HTTP) CreateRectification(ctx context.Context, r api.CreateRectificationRequestObject) (api.CreateRectificationResponseObject, error) {
	b := r.Body
	d := Draft{RootCause: b.RootCauseCode, Severity: b.Severity, Measure: b.Action, OwnerID: b.OwnerID, DepartmentID: answer.Value(b.DepartmentID),
		DueOn: answer.Date(b.DueOn), ComplaintIDs: answer.Value(b.ComplaintIds), FindingIDs: answer.Value(b.FindingIds)}
	return answer.Once(ctx, func(ctx context.Context) (string, error) {
		return h.service.Create(ctx, d)
	}, func(ctx context.Context, id string) (api.CreateRectificationResponseObject, error) {
		shown, err := h.service.Get(ctx, id)
		if err != nil {
			return nil, err
		}
		body := toAPI(shown)
		return api.CreateRectification201JSONResponse{Body: body, Headers: api.CreateRectification201ResponseHeaders{ETag: body.Etag, Location: "/v1/rectifications/" + id}}, nil
	})
}

// GetRectification shows a rectification.
func (h *HTTP) GetRectification(ctx context.Context, r api.GetRectificationRequestObject) (api.GetRectificationResponseObject, error) {
	record, err := h.record(ctx, r.RectificationID)
	return api.GetRectification200JSONResponse{RectificationJSONResponse: record}, err
}

// UpdateRectification changes a rectification.
func (h *HTTP) UpdateRectification(ctx context.Context, r api.UpdateRectificationRequestObject) (api.UpdateRectificationResponseObject, error) {
	b := r.Body
	p := Patch{RootCause: b.RootCauseCode, Severity: b.Severity, Measure: b.Action, OwnerID: b.OwnerID, DueOn: answer.Date(b.DueOn), ComplaintIDs: answer.Value(b.ComplaintIds)}
	if err := h.service.Update(ctx, r.RectificationID, p, store.ParseMatch(r.Params.IfMatch)); err != nil {
		return nil, err
	}
	record, err := h.record(ctx, r.RectificationID)
	return api.UpdateRectification200JSONResponse{RectificationJSONResponse: record}, err
}

// CompleteRectification takes the owner's word that the measure is done.
func (h *HTTP) CompleteRectification(ctx context.Context, r api.CompleteRectificationRequestObject) (api.CompleteRectificationResponseObject, error) {
	return answer.Once(ctx, func(ctx context.Context) (string, error) {
		return h.service.Complete(ctx, r.RectificationID, r.Body.Evidence, store.ParseMatch(r.Params.IfMatch))
	}, func(ctx context.Context, id string) (api.CompleteRectificationResponseObject, error) {
		record, err := h.record(ctx, id)
		return api.CompleteRectification200JSONResponse{RectificationJSONResponse: record}, err
	})
}

// VerifyRectification takes down whether the measure had its effect.
func (h *HTTP) VerifyRectification(ctx context.Context, r api.VerifyRectificationRequestObject) (api.VerifyRectificationResponseObject, error) {
	found := Verification{Effective: r.Body.Effective, Comment: r.Body.Comment, NewDueOn: answer.Date(r.Body.NewDueOn)}
	return answer.Once(ctx, func(ctx context.Context) (string, error) {
		return h.service.Verify(ctx, r.RectificationID, found, store.ParseMatch(r.Params.IfMatch))
	}, func(ctx context.Context, id string) (api.VerifyRectificationResponseObject, error) {
		record, err := h.record(ctx, id)
		return api.VerifyRectification200JSONResponse{RectificationJSONResponse: record}, err
	})
}

// record is the answer that shows a rectification as it now is.
func (h *HTTP) record(ctx context.Context, id string) (api.RectificationJSONResponse, error) {
	shown, err := h.service.Get(ctx, id)
	if err != nil {
		return api.RectificationJSONResponse{}, err
	}
	body := toAPI(shown)
	return api.RectificationJSONResponse{Body: body, Headers: api.RectificationResponseHeaders{ETag: body.Etag}}, nil
}
