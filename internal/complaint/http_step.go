package complaint

import (
	"context"
	"errors"

	"github.com/oapi-codegen/nullable"

	"xiaobao/api"
	"xiaobao/internal/answer"
	"xiaobao/internal/store"
)

// stepped answers a step with the whole complaint as it now is. Who may no longer see it, because the step gave it away, gets what
// there was to see before.
func (h *HTTP) stepped(ctx context.Context, id string, do func(ctx context.Context) (string, error)) (api.ComplaintJSONResponse, error) {
	before, beforeErr := h.record(ctx, id)
	done := false
	return answer.Once(ctx, func(ctx context.Context) (string, error) {
		id, err := do(ctx)
		done = err == nil
		return id, err
	}, func(ctx context.Context, id string) (api.ComplaintJSONResponse, error) {
		record, err := h.record(ctx, id)
		if done && beforeErr == nil && errors.Is(err, NotFound) {
			return before, nil
		}
		return record, err
	})
}

// AcceptComplaint takes a complaint into handling.
func (h *HTTP) AcceptComplaint(ctx context.Context, r api.AcceptComplaintRequestObject) (api.AcceptComplaintResponseObject, error) {
	record, err := h.after(ctx, func(ctx context.Context) (string, error) {
		return h.service.Accept(ctx, r.ComplaintID, store.ParseMatch(r.Params.IfMatch))
	})
	return api.AcceptComplaint200JSONResponse{ComplaintJSONResponse: record}, err
}

// after answers a step that keeps the complaint in the caller's sight.
func (h *HTTP) after(ctx context.Context, do func(ctx context.Context) (string, error)) (api.ComplaintJSONResponse, error) {
	return answer.Once(ctx, do, h.record)
}

// SettleComplaint settles on the spot.
func (h *HTTP) SettleComplaint(ctx context.Context, r api.SettleComplaintRequestObject) (api.SettleComplaintResponseObject, error) {
	b := r.Body
	amount, err := answer.Money(b.Amount)
	if err != nil {
		return nil, err
	}
	in := Settlement{Facts: b.Facts, Basis: b.Basis, Agreed: b.Agreed, WaysOpen: b.WaysOpen, Form: b.Form, Reference: b.Reference, NotifiedAt: b.NotifiedAt, Amount: amount,
		Codes: Codes{Business: b.BusinessCode, Cause: b.CauseCode}}
	record, err := h.after(ctx, func(ctx context.Context) (string, error) {
		return h.service.Settle(ctx, r.ComplaintID, store.ParseMatch(r.Params.IfMatch), in)
	})
	return api.SettleComplaint200JSONResponse{ComplaintJSONResponse: record}, err
}

// RefuseComplaint closes a complaint that is not handled.
func (h *HTTP) RefuseComplaint(ctx context.Context, r api.RefuseComplaintRequestObject) (api.RefuseComplaintResponseObject, error) {
	in := Refusal{ReasonCode: r.Body.ReasonCode, Text: r.Body.Text, WaysOpen: r.Body.WaysOpen}
	record, err := h.after(ctx, func(ctx context.Context) (string, error) {
		return h.service.Refuse(ctx, r.ComplaintID, store.ParseMatch(r.Params.IfMatch), in)
	})
	return api.RefuseComplaint200JSONResponse{ComplaintJSONResponse: record}, err
}

// AssignComplaint gives a complaint to somebody else.
func (h *HTTP) AssignComplaint(ctx context.Context, r api.AssignComplaintRequestObject) (api.AssignComplaintResponseObject, error) {
	in := Assignment{DepartmentID: answer.Value(r.Body.DepartmentID), ResponsibleID: answer.Value(r.Body.ResponsibleID), OverrideReason: answer.Value(r.Body.OverrideReason)}
	record, err := h.stepped(ctx, r.ComplaintID, func(ctx context.Context) (string, error) {
		return h.service.Assign(ctx, r.ComplaintID, store.ParseMatch(r.Params.IfMatch), in)
	})
	return api.AssignComplaint200JSONResponse{ComplaintJSONResponse: record}, err
}

// ConcludeInvestigation records what was found.
func (h *HTTP) ConcludeInvestigation(ctx context.Context, r api.ConcludeInvestigationRequestObject) (api.ConcludeInvestigationResponseObject, error) {
	b := r.Body
	in := Finding{Facts: b.Facts, Basis: b.Basis, Finding: b.Finding, Evidence: b.Evidence, Codes: Codes{Business: b.BusinessCode, Cause: b.CauseCode}, InfringedRight: answer.Value(b.InfringedRight)}
	record, err := h.stepped(ctx, r.ComplaintID, func(ctx context.Context) (string, error) {
		return h.service.Conclude(ctx, r.ComplaintID, store.ParseMatch(r.Params.IfMatch), in)
	})
	return api.ConcludeInvestigation200JSONResponse{ComplaintJSONResponse: record}, err
}

// WithdrawComplaint ends a complaint by the complainant's own act.
func (h *HTTP) WithdrawComplaint(ctx context.Context, r api.WithdrawComplaintRequestObject) (api.WithdrawComplaintResponseObject, error) {
	in := Withdrawal{Form: r.Body.Form, Reference: answer.Value(r.Body.Reference), On: answer.Date(r.Body.WithdrawnOn)}
	record, err := h.after(ctx, func(ctx context.Context) (string, error) { return h.service.Withdraw(ctx, r.ComplaintID, in) })
	return api.WithdrawComplaint200JSONResponse{ComplaintJSONResponse: record}, err
}

// UpdateComplaint corrects a complaint.
func (h *HTTP) UpdateComplaint(ctx context.Context, r api.UpdateComplaintRequestObject) (api.UpdateComplaintResponseObject, error) {
	id, err := h.service.Update(ctx, r.ComplaintID, store.ParseMatch(r.Params.IfMatch), func(e *Editable) {
		b := r.Body
		patch(&e.BusinessChannel, b.BusinessChannelCode)
		patch(&e.Codes.Business, b.BusinessCode)
		patch(&e.Codes.Cause, b.CauseCode)
		patch(&e.Region, b.RegionCode)
		patch(&e.Product, b.Product)
		if b.Transaction != nil {
			e.Transaction = transactionOf(b.Transaction)
		}
		if who := b.Complainant; who != nil {
			patch(&e.Phone, who.Phone)
			patch(&e.Email, who.Email)
			patch(&e.Address, who.Address)
		}
	})
	if err != nil {
		return nil, err
	}
	record, err := h.record(ctx, id)
	return api.UpdateComplaint200JSONResponse{ComplaintJSONResponse: record}, err
}

// patch takes over a member of a merge patch: left out, it stays; null clears.
func patch(old *string, member nullable.Nullable[string]) {
	switch {
	case !member.IsSpecified():
	case member.IsNull():
		*old = ""
	default:
		*old = member.MustGet()
	}
}
