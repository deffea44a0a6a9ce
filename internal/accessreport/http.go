package accessreport

import (
	"context"

	"xiaobao/api"
	"xiaobao/internal/answer"
)

// HTTP serves the operation of the contract on access reports.
type HTTP struct{ service *Service }

// NewHTTP makes the operation.
func NewHTTP(s *Service) *HTTP { return &HTTP{service: s} }

// CreateAccessReport tells who looked at a consumer's data.
func (h *HTTP) CreateAccessReport(ctx context.Context, r api.CreateAccessReportRequestObject) (api.CreateAccessReportResponseObject, error) {
	c := Consumer{ComplaintID: answer.Value(r.Body.ComplaintID), Phone: answer.Value(r.Body.Phone), IDNumber: answer.Value(r.Body.IDNumber)}
	return answer.Once(ctx, func(ctx context.Context) (string, error) {
		return h.service.Create(ctx, c)
	}, func(ctx context.Context, _ string) (api.CreateAccessReportResponseObject, error) {
		report, err := h.service.Made(ctx, c, answer.From(ctx).Replayed)
		return toAPI(report), err
	})
}

func toAPI(r Report) api.CreateAccessReport200JSONResponse {
	body := api.CreateAccessReport200JSONResponse{Data: make([]api.AccessReportRow, len(r.Looks)), Total: r.Total}
	for i, l := range r.Looks {
		body.Data[i] = api.AccessReportRow{LookedOn: *answer.Day(l.On), Department: answer.Ref(l.DepartmentID, l.Department), Purpose: answer.Text(l.Purpose), Basis: answer.Text(l.Basis), What: l.What}
	}
	return body
}
