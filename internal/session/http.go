package session

import (
	"context"

	"xiaobao/api"
	"xiaobao/internal/answer"
)

// HTTP serves the sessions' operations of the contract.
type HTTP struct {
	service *Service
	tokens  answer.Tokens
}

// NewHTTP makes the operations.
func NewHTTP(s *Service, tokens answer.Tokens) *HTTP { return &HTTP{service: s, tokens: tokens} }

// CreateSession signs in.
func (h *HTTP) CreateSession(ctx context.Context, r api.CreateSessionRequestObject) (api.CreateSessionResponseObject, error) {
	s, tokens, err := h.service.Create(ctx, r.Body.Username, r.Body.Password)
	if err != nil {
		return nil, err
	}
	return api.CreateSession201JSONResponse{SessionJSONResponse: toAPI(s, tokens)}, nil
}

// RefreshSession goes on with a session.
func (h *HTTP) RefreshSession(ctx context.Context, r api.RefreshSessionRequestObject) (api.RefreshSessionResponseObject, error) {
	s, tokens, err := h.service.Refresh(ctx, r.Body.RefreshToken)
	if err != nil {
		return nil, err
	}
	return api.RefreshSession201JSONResponse{SessionJSONResponse: toAPI(s, tokens)}, nil
}

// DeleteSession signs out.
func (h *HTTP) DeleteSession(ctx context.Context, _ api.DeleteSessionRequestObject) (api.DeleteSessionResponseObject, error) {
	if err := h.service.End(ctx); err != nil {
		return nil, err
	}
	return api.DeleteSession204Response{}, nil
}

func toAPI(s Session, t Tokens) api.SessionJSONResponse {
	return api.SessionJSONResponse{ID: s.ID, AccessToken: t.Access, RefreshToken: t.Refresh, ExpiresAt: t.AccessExpiresAt, PasswordChangeRequired: s.PasswordChangeRequired}
}
