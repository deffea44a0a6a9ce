package session

import (
	"context"

	"xiaobao/api"
	"xiaobao/internal/actor"
	"xiaobao/internal/answer"
	"xiaobao/internal/store"
)

// ChangePassword gives the caller another password.
func (h *HTTP) ChangePassword(ctx context.Context, r api.ChangePasswordRequestObject) (api.ChangePasswordResponseObject, error) {
	err := h.service.ChangePassword(ctx, r.Body.CurrentPassword, r.Body.NewPassword)
	return api.ChangePassword204Response{}, err
}

// ResetPassword gives a user a password that is shown this once.
func (h *HTTP) ResetPassword(ctx context.Context, r api.ResetPasswordRequestObject) (api.ResetPasswordResponseObject, error) {
	var secret string
	return answer.Once(ctx, func(ctx context.Context) (id string, err error) {
		secret, err = h.service.ResetPassword(ctx, r.UserID)
		return r.UserID, err
	}, func(ctx context.Context, id string) (api.ResetPasswordResponseObject, error) {
		u, err := h.service.people.GetUser(ctx, id)
		return api.ResetPassword201JSONResponse{User: api.Ref{ID: u.ID, Name: u.Name}, Etag: store.ETag(u.Version), OneTimePassword: answer.Text(secret)}, err
	})
}

// ListMySessions shows where the caller is signed in.
func (h *HTTP) ListMySessions(ctx context.Context, r api.ListMySessionsRequestObject) (api.ListMySessionsResponseObject, error) {
	p := r.Params
	body, err := answer.Page(ctx, h.tokens, answer.Asked{Limit: p.Limit, PageToken: p.PageToken, IncludeTotal: p.IncludeTotal}, h.service.Mine,
		func(s Session) api.SessionSummary {
			return api.SessionSummary{ID: s.ID, CreatedAt: s.CreatedAt, ExpiresAt: s.ExpiresAt, Current: s.ID == actor.From(ctx).SessionID}
		})
	return api.ListMySessions200JSONResponse(body), err
}

// EndSession ends one of the caller's sessions.
func (h *HTTP) EndSession(ctx context.Context, r api.EndSessionRequestObject) (api.EndSessionResponseObject, error) {
	return api.EndSession204Response{}, h.service.EndOne(ctx, r.SessionID)
}
