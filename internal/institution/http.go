package institution

import (
	"context"

	"xiaobao/api"
	"xiaobao/internal/actor"
	"xiaobao/internal/answer"
)

// HTTP serves an integrator's first two calls.
type HTTP struct{ service *Service }

// NewHTTP makes the operations.
func NewHTTP(s *Service) *HTTP { return &HTTP{service: s} }

// GetInstitution tells what installation this is.
func (h *HTTP) GetInstitution(ctx context.Context, _ api.GetInstitutionRequestObject) (api.GetInstitutionResponseObject, error) {
	about, err := h.service.About(ctx)
	if err != nil {
		return nil, err
	}
	s := h.service.settings
	return api.GetInstitution200JSONResponse{Name: about.Name, TimeZone: s.Zone.String(), TodayOn: *answer.Day(about.Today), Currency: s.Currency, Languages: s.Languages,
		Calendar: api.CalendarRef{ID: s.Calendar.ID(), Version: s.Calendar.Version()}, Limits: api.Limits{PageMax: 200, BatchMax: 500, BodyBytesMax: s.BodyMax, BatchBodyBytesMax: s.BatchBodyMax},
		ProductVersion: s.Version, ContractSha256: s.ContractSHA256}, nil
}

// GetMe tells the caller who she is and what she may do.
func (h *HTTP) GetMe(ctx context.Context, _ api.GetMeRequestObject) (api.GetMeResponseObject, error) {
	me, err := h.service.Me(ctx)
	if err != nil {
		return nil, err
	}
	who := me.Actor
	body := api.GetMe200JSONResponse{Kind: api.MeKind(who.Kind), ID: who.ID, Name: who.Name, Roles: answer.List(who.Roles), IntakeChannel: answer.Text(who.IntakeChannel),
		Permissions: make([]api.Permission, len(me.Held))}
	if who.Kind == actor.User {
		body.Department = answer.Ref(who.DepartmentID, me.DepartmentName)
	}
	for i, h := range me.Held {
		body.Permissions[i] = api.Permission{Permission: h.Permission, Stages: h.Stages, Scopes: h.Scopes}
	}
	return body, nil
}
