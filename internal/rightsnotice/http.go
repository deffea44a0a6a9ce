package rightsnotice

import (
	"context"

	"xiaobao/api"
	"xiaobao/internal/answer"
	"xiaobao/internal/ruleset"
	"xiaobao/internal/store"
)

// HTTP serves the notices' operations of the contract.
type HTTP struct {
	service *Service
	tokens  answer.Tokens
}

// NewHTTP makes the operations.
func NewHTTP(s *Service, tokens answer.Tokens) *HTTP { return &HTTP{service: s, tokens: tokens} }

// ListRightsNotices shows the versions of all notices.
func (h *HTTP) ListRightsNotices(ctx context.Context, r api.ListRightsNoticesRequestObject) (api.ListRightsNoticesResponseObject, error) {
	p := r.Params
	f := Filter{Codes: answer.Value(p.Code)}
	for _, state := range answer.Value(p.State) {
		f.States = append(f.States, string(state))
	}
	body, err := answer.Page(ctx, h.tokens, answer.Asked{Limit: p.Limit, PageToken: p.PageToken, IncludeTotal: p.IncludeTotal},
		func(ctx context.Context, page store.Page) (store.List[Shown], error) {
			return h.service.List(ctx, f, page)
		}, toSummary)
	return api.ListRightsNotices200JSONResponse(body), err
}

// CreateRightsNotice drafts a version.
func (h *HTTP) CreateRightsNotice(ctx context.Context, r api.CreateRightsNoticeRequestObject) (api.CreateRightsNoticeResponseObject, error) {
	b := r.Body
	d := Draft{Code: b.Code, Title: b.Title, Form: string(b.Form), Text: b.Text, Rights: b.Rights, TransactionKinds: b.TransactionKinds, Channels: b.Channels}
	return answer.Once(ctx, func(ctx context.Context) (string, error) {
		return h.service.Create(ctx, d)
	}, func(ctx context.Context, id string) (api.CreateRightsNoticeResponseObject, error) {
		n, err := h.notice(ctx, id)
		return api.CreateRightsNotice201JSONResponse{Body: n.Body, Headers: api.CreateRightsNotice201ResponseHeaders{ETag: n.Body.Etag, Location: "/v1/rights-notices/" + id}}, err
	})
}

// GetRightsNotice shows a version.
func (h *HTTP) GetRightsNotice(ctx context.Context, r api.GetRightsNoticeRequestObject) (api.GetRightsNoticeResponseObject, error) {
	n, err := h.notice(ctx, r.RightsNoticeID)
	return api.GetRightsNotice200JSONResponse{RightsNoticeJSONResponse: n}, err
}

// ApproveRightsNotice is the legal department's word.
func (h *HTTP) ApproveRightsNotice(ctx context.Context, r api.ApproveRightsNoticeRequestObject) (api.ApproveRightsNoticeResponseObject, error) {
	return answer.Once(ctx, func(ctx context.Context) (string, error) {
		return h.service.Texts.Approve(ctx, r.RightsNoticeID, store.ParseMatch(r.Params.IfMatch))
	}, func(ctx context.Context, id string) (api.ApproveRightsNoticeResponseObject, error) {
		n, err := h.notice(ctx, id)
		return api.ApproveRightsNotice200JSONResponse{RightsNoticeJSONResponse: n}, err
	})
}

// PublishRightsNotice puts a version in force.
func (h *HTTP) PublishRightsNotice(ctx context.Context, r api.PublishRightsNoticeRequestObject) (api.PublishRightsNoticeResponseObject, error) {
	return answer.Once(ctx, func(ctx context.Context) (string, error) {
		return h.service.Texts.Publish(ctx, r.RightsNoticeID, r.Body.InForceAt, store.ParseMatch(r.Params.IfMatch))
	}, func(ctx context.Context, id string) (api.PublishRightsNoticeResponseObject, error) {
		n, err := h.notice(ctx, id)
		return api.PublishRightsNotice200JSONResponse{RightsNoticeJSONResponse: n}, err
	})
}

// WithdrawRightsNotice takes a version out of force.
func (h *HTTP) WithdrawRightsNotice(ctx context.Context, r api.WithdrawRightsNoticeRequestObject) (api.WithdrawRightsNoticeResponseObject, error) {
	return answer.Once(ctx, func(ctx context.Context) (string, error) {
		return h.service.Texts.Withdraw(ctx, r.RightsNoticeID, store.ParseMatch(r.Params.IfMatch))
	}, func(ctx context.Context, id string) (api.WithdrawRightsNoticeResponseObject, error) {
		n, err := h.notice(ctx, id)
		return api.WithdrawRightsNotice200JSONResponse{RightsNoticeJSONResponse: n}, err
	})
}

// GetCurrentRightsNotices shows what has to be told before a transaction.
func (h *HTTP) GetCurrentRightsNotices(ctx context.Context, r api.GetCurrentRightsNoticesRequestObject) (api.GetCurrentRightsNoticesResponseObject, error) {
	p := r.Params
	due, at, err := h.service.Current(ctx, Transaction{Kind: p.TransactionKind, RiskLevel: int(answer.Value(p.RiskLevel))}, p.Channel, p.At)
	if err != nil {
		return nil, err
	}
	body := api.GetCurrentRightsNotices200JSONResponse{At: at, Notices: make([]api.CurrentRightsNotice, len(due))}
	for i, d := range due {
		body.Notices[i] = api.CurrentRightsNotice{Code: d.Requirement.Notice, Requirement: toRequirement(ctx, d.Requirement)}
		if d.Notice != nil {
			n := toAPI(*d.Notice)
			body.Notices[i].Notice = &n
		}
	}
	return body, nil
}

// notice is the answer that shows a version as it now is.
func (h *HTTP) notice(ctx context.Context, id string) (api.RightsNoticeJSONResponse, error) {
	shown, err := h.service.Get(ctx, id)
	if err != nil {
		return api.RightsNoticeJSONResponse{}, err
	}
	body := toAPI(shown)
	return api.RightsNoticeJSONResponse{Body: body, Headers: api.RightsNoticeResponseHeaders{ETag: body.Etag}}, nil
}

func toSummary(s Shown) api.RightsNoticeSummary {
	return api.RightsNoticeSummary{ID: s.ID, Etag: store.ETag(s.Version), Code: s.Code, Title: s.Title, Rights: s.Rights, TransactionKinds: s.TransactionKinds,
		Channels: s.Channels, Form: s.Form, TextSha256: s.TextSHA256, Edition: answer.Edition(s.Edition, s.Others, s.Names, s.Now), AllowedActions: s.Allowed}
}

func toAPI(s Shown) api.RightsNotice {
	row := toSummary(s)
	return api.RightsNotice{ID: row.ID, Etag: row.Etag, Code: row.Code, Title: row.Title, Rights: row.Rights, TransactionKinds: row.TransactionKinds,
		Channels: row.Channels, Form: row.Form, TextSha256: row.TextSha256, Edition: row.Edition, AllowedActions: row.AllowedActions, Text: s.Text}
}

func toRequirement(ctx context.Context, r ruleset.Requirement) api.NoticeRequirement {
	from := int32(r.RiskLevelFrom)
	req := api.NoticeRequirement{Act: string(r.Act), Official: r.Official, Article: answer.Text(r.Article), Source: r.Source.Say(answer.From(ctx).Language, nil), ValidFrom: *answer.Day(r.ValidFrom)}
	if from > 0 {
		req.RiskLevelFrom = &from
	}
	return req
}
