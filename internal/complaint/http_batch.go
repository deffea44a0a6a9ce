package complaint

import (
	"context"

	"xiaobao/api"
	"xiaobao/internal/answer"
	"xiaobao/internal/fault"
)

// itemStatuses are what createComplaint would have answered.
var itemStatuses = map[Result]int32{ItemCreated: 201, ItemKnown: 200}

// CreateComplaintBatch registers complaints, each on its own.
func (h *HTTP) CreateComplaintBatch(ctx context.Context, r api.CreateComplaintBatchRequestObject) (api.CreateComplaintBatchResponseObject, error) {
	refused := answer.From(ctx).Elements
	all := make([]Submission, len(r.Body.Complaints))
	for i, one := range r.Body.Complaints {
		in, err := fromAPI(one)
		if err != nil {
			return nil, err
		}
		all[i] = Submission{Intake: in, Refusal: refused[i]}
	}
	return answer.Once(ctx, func(ctx context.Context) (string, error) {
		return h.service.CreateBatch(ctx, all)
	}, func(ctx context.Context, id string) (api.CreateComplaintBatchResponseObject, error) {
		body, err := h.batch(ctx, id)
		return api.CreateComplaintBatch207JSONResponse{Body: body, Headers: api.CreateComplaintBatch207ResponseHeaders{Location: "/v1/complaint-batches/" + id}}, err
	})
}

// GetComplaintBatch shows a batch again.
func (h *HTTP) GetComplaintBatch(ctx context.Context, r api.GetComplaintBatchRequestObject) (api.GetComplaintBatchResponseObject, error) {
	body, err := h.batch(ctx, r.BatchID)
	return api.GetComplaintBatch200JSONResponse(body), err
}

func (h *HTTP) batch(ctx context.Context, id string) (api.ComplaintBatch, error) {
	b, err := h.service.Batch(ctx, id)
	if err != nil {
		return api.ComplaintBatch{}, err
	}
	body := api.ComplaintBatch{ID: b.ID, CreatedAt: b.CreatedAt, Items: make([]api.ComplaintBatchItem, len(b.Items)),
		Counts: api.ComplaintBatchCounts{Created: int32(b.Counts[ItemCreated]), Known: int32(b.Counts[ItemKnown]), Refused: int32(b.Counts[ItemRefused])}}
	for i, item := range b.Items {
		body.Items[i] = h.toBatchItem(ctx, b, item)
	}
	return body, nil
}

func (h *HTTP) toBatchItem(ctx context.Context, b ShownBatch, item BatchItem) api.ComplaintBatchItem {
	one := api.ComplaintBatchItem{Index: int32(item.Index), ExternalReference: answer.Text(item.Reference), Status: itemStatuses[item.Result]}
	shown, readable := b.Complaints[item.ComplaintID]
	switch {
	case item.Refusal != nil:
		problem := answer.From(ctx).Problem(refusalOf(item, readable))
		one.Status, one.Problem = problem.Status, &problem
	case readable:
		summary := h.toSummary(shown)
		one.Complaint = &summary
	}
	return one
}

// refusalOf is a refusal with the complaint that is in the way, for who may read it.
func refusalOf(item BatchItem, readable bool) *fault.Fault {
	f := *item.Refusal
	if readable {
		return f.Member("existing", item.ComplaintID)
	}
	return &f
}
