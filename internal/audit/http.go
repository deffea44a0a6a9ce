package audit

import (
	"context"
	"encoding/json"
	"errors"

	"xiaobao/api"
	"xiaobao/internal/answer"
	"xiaobao/internal/checkpoint"
	"xiaobao/internal/store"
)

// HTTP serves the trail's operations of the contract.
type HTTP struct {
	service *Service
	tokens  answer.Tokens
}

// NewHTTP makes the operations.
func NewHTTP(s *Service, tokens answer.Tokens) *HTTP { return &HTTP{service: s, tokens: tokens} }

// ListAuditEntries shows the trail.
func (h *HTTP) ListAuditEntries(ctx context.Context, r api.ListAuditEntriesRequestObject) (api.ListAuditEntriesResponseObject, error) {
	p := r.Params
	f := Filter{Object: answer.Value(p.Object), ObjectID: answer.Value(p.ObjectID), ActorID: answer.Value(p.Actor), Actions: answer.Value(p.Action), Purposes: answer.Value(p.Purpose),
		From: p.AtFrom, To: p.AtTo}
	var broken error
	body, err := answer.Page(ctx, h.tokens, answer.Asked{Limit: p.Limit, PageToken: p.PageToken, IncludeTotal: p.IncludeTotal},
		func(ctx context.Context, page store.Page) (store.List[Entry], error) {
			return h.service.List(ctx, f, page)
		},
		func(e Entry) api.AuditEntry {
			entry, err := toAPI(e)
			broken = errors.Join(broken, err)
			return entry
		})
	return api.ListAuditEntries200JSONResponse(body), errors.Join(err, broken)
}

// ListAuditCheckpoints shows the signed checkpoints of the trail.
func (h *HTTP) ListAuditCheckpoints(ctx context.Context, r api.ListAuditCheckpointsRequestObject) (api.ListAuditCheckpointsResponseObject, error) {
	p := r.Params
	body, err := answer.Page(ctx, h.tokens, answer.Asked{Limit: p.Limit, PageToken: p.PageToken, IncludeTotal: p.IncludeTotal}, h.service.Checkpoints,
		func(c checkpoint.Checkpoint) api.AuditCheckpoint {
			return api.AuditCheckpoint{Size: c.Size, Root: c.Root, Note: c.Note, At: c.At}
		})
	return api.ListAuditCheckpoints200JSONResponse(body), err
}

func toAPI(e Entry) (api.AuditEntry, error) {
	entry := api.AuditEntry{ID: e.ID, At: e.At, Action: e.Action, Object: api.AuditObject{Kind: e.Object, ID: e.ObjectID}, RequestID: answer.Text(e.RequestID),
		Stage: answer.Text(e.Stage), Purpose: answer.Text(e.Purpose), Basis: answer.Text(e.Basis), Reason: answer.Text(e.Reason)}
	if e.ActorKind != "" {
		entry.Actor = &api.AuditActor{Kind: e.ActorKind, ID: e.ActorID, Name: e.ActorName}
	}
	if e.Changes == "" {
		return entry, nil
	}
	var columns map[string]json.RawMessage // passed on as they are: a sum is no float
	if err := json.Unmarshal([]byte(e.Changes), &columns); err != nil {
		return entry, err
	}
	changes := make(map[string]any, len(columns))
	for name, value := range columns {
		changes[name] = value
	}
	entry.Changes = &changes
	return entry, nil
}
