package consent

import (
	"context"

	"xiaobao/api"
	"xiaobao/internal/answer"
	"xiaobao/internal/purpose"
	"xiaobao/internal/store"
)

// ListConsentTexts shows the versions of the consent texts.
func (h *HTTP) ListConsentTexts(ctx context.Context, r api.ListConsentTextsRequestObject) (api.ListConsentTextsResponseObject, error) {
	p := r.Params
	f := TextFilter{Purposes: answer.Value(p.Purpose)}
	for _, state := range answer.Value(p.State) {
		f.States = append(f.States, string(state))
	}
	body, err := answer.Page(ctx, h.tokens, answer.Asked{Limit: p.Limit, PageToken: p.PageToken, IncludeTotal: p.IncludeTotal},
		func(ctx context.Context, page store.Page) (store.List[ShownText], error) {
			return h.service.ListTexts(ctx, f, page)
		}, textToAPI)
	return api.ListConsentTexts200JSONResponse(body), err
}

// CreateConsentText drafts the next version of a text.
func (h *HTTP) CreateConsentText(ctx context.Context, r api.CreateConsentTextRequestObject) (api.CreateConsentTextResponseObject, error) {
	b := r.Body
	t := Text{Purpose: purpose.Purpose(b.Purpose), ZH: b.TextZh, EN: answer.Value(b.TextEn)}
	return answer.Once(ctx, func(ctx context.Context) (string, error) {
		return h.service.DraftText(ctx, t, answer.Value(b.Replace))
	}, func(ctx context.Context, id string) (api.CreateConsentTextResponseObject, error) {
		body, err := h.text(ctx, id)
		return api.CreateConsentText201JSONResponse{Body: body.Body,
			Headers: api.CreateConsentText201ResponseHeaders{ETag: body.Body.Etag, Location: "/v1/consent-texts?purpose=" + body.Body.Purpose}}, err
	})
}

// ApproveConsentText approves a draft.
func (h *HTTP) ApproveConsentText(ctx context.Context, r api.ApproveConsentTextRequestObject) (api.ApproveConsentTextResponseObject, error) {
	return answer.Once(ctx, func(ctx context.Context) (string, error) {
		return h.service.Texts.ApproveAndPublish(ctx, r.ConsentTextID, r.Body.InForceAt, store.ParseMatch(r.Params.IfMatch))
	}, func(ctx context.Context, id string) (api.ApproveConsentTextResponseObject, error) {
		body, err := h.text(ctx, id)
		return api.ApproveConsentText200JSONResponse{ConsentTextJSONResponse: body}, err
	})
}

// text is the answer that shows a version as it now is.
func (h *HTTP) text(ctx context.Context, id string) (api.ConsentTextJSONResponse, error) {
	shown, err := h.service.GetText(ctx, id)
	if err != nil {
		return api.ConsentTextJSONResponse{}, err
	}
	body := textToAPI(shown)
	return api.ConsentTextJSONResponse{Body: body, Headers: api.ConsentTextResponseHeaders{ETag: body.Etag}}, nil
}

func textToAPI(t ShownText) api.ConsentText {
	return api.ConsentText{ID: t.ID, Etag: store.ETag(t.Version), Purpose: string(t.Purpose), Edition: answer.Edition(t.Edition, t.Others, t.People, t.Now),
		TextZh: t.ZH, TextEn: answer.Text(t.EN), AllowedActions: t.Allowed}
}
