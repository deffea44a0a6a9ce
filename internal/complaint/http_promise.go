package complaint

import (
	"context"

	"xiaobao/api"
	"xiaobao/internal/answer"
	"xiaobao/internal/store"
)

// RecordPerformance records that what was promised was done.
func (h *HTTP) RecordPerformance(ctx context.Context, r api.RecordPerformanceRequestObject) (api.RecordPerformanceResponseObject, error) {
	p := Performance{PerformedOn: answer.Date(&r.Body.PerformedOn), Reference: r.Body.Reference}
	return answer.Once(ctx, func(ctx context.Context) (string, error) {
		return h.service.Perform(ctx, r.ComplaintID, store.ParseMatch(r.Params.IfMatch), p)
	}, func(ctx context.Context, id string) (api.RecordPerformanceResponseObject, error) {
		p, shown, err := h.service.GetPerformance(ctx, id)
		if err != nil {
			return nil, err
		}
		return api.RecordPerformance201JSONResponse{Body: toPerformance(p, shown), Headers: api.RecordPerformance201ResponseHeaders{Location: "/v1/complaints/" + id}}, nil
	})
}

func toPerformance(p Performance, s Shown) api.Performance {
	v := s.view()
	body := api.Performance{Promised: *answer.Sum(&p.Promised), DueOn: *answer.Day(p.DueOn), PerformedOn: *answer.Day(p.PerformedOn), Reference: v.ofStaff("/reference", p.Reference),
		RecordedBy: s.responsible(p.RecordedBy), RecordedAt: p.RecordedAt, Complaint: toBrief(s.brief())}
	body.MaskedFields = v.masked
	return body
}
