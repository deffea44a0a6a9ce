package complaint

import (
	"context"

	"xiaobao/api"
	"xiaobao/internal/answer"
	"xiaobao/internal/store"
)

// DraftDecision begins the decision of a complaint.
func (h *HTTP) DraftDecision(ctx context.Context, r api.DraftDecisionRequestObject) (api.DraftDecisionResponseObject, error) {
	b := r.Body
	compensation, err := answer.Money(b.Compensation)
	if err != nil {
		return nil, err
	}
	d := Decision{Outcome: string(answer.Value(b.Outcome)), Facts: answer.Value(b.Facts), Basis: answer.Value(b.Basis), Reasons: answer.Value(b.Reasons),
		InfringedRight: answer.Value(b.InfringedRight), WaysOpen: answer.Value(b.WaysOpen), Compensation: compensation}
	return answer.Once(ctx, func(ctx context.Context) (string, error) { return h.service.Draft(ctx, r.ComplaintID, d) },
		func(ctx context.Context, id string) (api.DraftDecisionResponseObject, error) {
			shown, err := h.service.GetDecision(ctx, id)
			if err != nil {
				return nil, err
			}
			body := toDecision(shown)
			return api.DraftDecision201JSONResponse{Body: body, Headers: api.DraftDecision201ResponseHeaders{ETag: body.Etag, Location: "/v1/decisions/" + id}}, nil
		})
}

// GetDecision shows a decision.
func (h *HTTP) GetDecision(ctx context.Context, r api.GetDecisionRequestObject) (api.GetDecisionResponseObject, error) {
	record, err := h.decision(ctx, r.DecisionID)
	return api.GetDecision200JSONResponse{DecisionJSONResponse: record}, err
}

func (h *HTTP) decision(ctx context.Context, id string) (api.DecisionJSONResponse, error) {
	shown, err := h.service.GetDecision(ctx, id)
	if err != nil {
		return api.DecisionJSONResponse{}, err
	}
	body := toDecision(shown)
	return api.DecisionJSONResponse{Body: body, Headers: api.DecisionResponseHeaders{ETag: body.Etag}}, nil
}

// UpdateDecision changes a draft.
func (h *HTTP) UpdateDecision(ctx context.Context, r api.UpdateDecisionRequestObject) (api.UpdateDecisionResponseObject, error) {
	b := r.Body
	compensation, err := answer.Money(b.Compensation)
	if err != nil {
		return nil, err
	}
	id, err := h.service.UpdateDecision(ctx, r.DecisionID, store.ParseMatch(r.Params.IfMatch), func(d *Decision) {
		patch(&d.InfringedRight, b.InfringedRight)
		patch(&d.Facts, b.Facts)
		patch(&d.Basis, b.Basis)
		patch(&d.Reasons, b.Reasons)
		if b.Outcome != nil {
			d.Outcome = string(*b.Outcome)
		}
		if b.WaysOpen != nil {
			d.WaysOpen = *b.WaysOpen
		}
		if compensation != nil {
			d.Compensation = compensation
		}
	})
	if err != nil {
		return nil, err
	}
	record, err := h.decision(ctx, id)
	return api.UpdateDecision200JSONResponse{DecisionJSONResponse: record}, err
}

// SubmitDecision hands a draft to its approver.
func (h *HTTP) SubmitDecision(ctx context.Context, r api.SubmitDecisionRequestObject) (api.SubmitDecisionResponseObject, error) {
	record, err := answer.Once(ctx, func(ctx context.Context) (string, error) {
		return h.service.Submit(ctx, r.DecisionID, store.ParseMatch(r.Params.IfMatch))
	}, h.decision)
	return api.SubmitDecision200JSONResponse{DecisionJSONResponse: record}, err
}

// ApproveDecision approves a decision.
func (h *HTTP) ApproveDecision(ctx context.Context, r api.ApproveDecisionRequestObject) (api.ApproveDecisionResponseObject, error) {
	record, err := answer.Once(ctx, func(ctx context.Context) (string, error) {
		return h.service.Approve(ctx, r.DecisionID, store.ParseMatch(r.Params.IfMatch))
	}, h.decision)
	return api.ApproveDecision200JSONResponse{DecisionJSONResponse: record}, err
}

// ReturnDecision gives a decision back.
func (h *HTTP) ReturnDecision(ctx context.Context, r api.ReturnDecisionRequestObject) (api.ReturnDecisionResponseObject, error) {
	record, err := answer.Once(ctx, func(ctx context.Context) (string, error) {
		return h.service.Return(ctx, r.DecisionID, store.ParseMatch(r.Params.IfMatch), r.Body.Comment)
	}, h.decision)
	return api.ReturnDecision200JSONResponse{DecisionJSONResponse: record}, err
}

// RecordNotice records that the complainant was told.
func (h *HTTP) RecordNotice(ctx context.Context, r api.RecordNoticeRequestObject) (api.RecordNoticeResponseObject, error) {
	n := Notice{DecisionID: r.Body.DecisionID, Form: r.Body.Form, SentAt: r.Body.SentAt}
	if p := r.Body.Proof; p != nil {
		n.ProofReference, n.ProofNote = answer.Value(p.Reference), answer.Value(p.Note)
	}
	return answer.Once(ctx, func(ctx context.Context) (string, error) {
		return h.service.RecordNotice(ctx, r.ComplaintID, store.ParseMatch(r.Params.IfMatch), n)
	}, func(ctx context.Context, id string) (api.RecordNoticeResponseObject, error) {
		n, shown, err := h.service.GetNotice(ctx, r.ComplaintID, id)
		if err != nil {
			return nil, err
		}
		return api.RecordNotice201JSONResponse{Body: toNotice(n, shown), Headers: api.RecordNotice201ResponseHeaders{Location: "/v1/complaints/" + r.ComplaintID}}, nil
	})
}

func toBrief(b Brief) api.ComplaintBrief {
	return api.ComplaintBrief{ID: b.ID, Number: b.Number, Stage: string(b.Stage), Etag: store.ETag(b.Version), AllowedActions: answer.List(b.Allowed)}
}

func toDecision(s ShownDecision) api.Decision {
	v := s.Shown.view()
	d := api.Decision{ID: s.ID, Etag: store.ETag(s.Version), State: s.State, Outcome: answer.Text(s.Outcome), InfringedRight: answer.Text(s.InfringedRight),
		ProposedRight: answer.Text(s.Proposed), Facts: v.text("/facts", s.Facts), Basis: v.text("/basis", s.Basis),
		Reasons: v.text("/reasons", s.Reasons), WaysOpen: answer.List(s.WaysOpen), Compensation: answer.Sum(s.Compensation), DraftedBy: *answer.Ref(s.DraftedBy, s.People[s.DraftedBy]),
		ApprovedBy: answer.Ref(s.ApprovedBy, s.People[s.ApprovedBy]), ApprovedAt: s.ApprovedAt, ReturnComment: v.text("/return_comment", s.Comment),
		CreatedAt: s.CreatedAt, UpdatedAt: s.UpdatedAt, Complaint: toBrief(s.Brief)}
	d.MaskedFields = v.masked
	return d
}

func toNotice(n Notice, s Shown) api.Notice {
	v := s.view()
	notice := api.Notice{ID: n.ID, DecisionID: n.DecisionID, Form: n.Form, SentAt: n.SentAt, Proof: v.proof("/proof", n.ProofReference, n.ProofNote), RecordedAt: n.RecordedAt,
		Complaint: toBrief(s.brief())}
	notice.MaskedFields = v.masked
	return notice
}
