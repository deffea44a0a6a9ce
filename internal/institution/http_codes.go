package institution

import (
	"context"
	"crypto/sha256"
	"encoding/hex"

	openapi_types "github.com/oapi-codegen/runtime/types"

	"xiaobao/api"
	"xiaobao/internal/answer"
	"xiaobao/internal/calendar"
	"xiaobao/internal/codelist"
)

// revalidated lets a client keep a list and ask whether it is still the present one.
const revalidated = "no-cache"

// ListCodeLists shows which code lists are in force.
func (h *HTTP) ListCodeLists(_ context.Context, r api.ListCodeListsRequestObject) (api.ListCodeListsResponseObject, error) {
	lists := h.service.settings.Lists
	var body api.CodeListIndex
	whole := sha256.New()
	for _, name := range lists.Names() {
		list, _ := lists.Get(name)
		body.Data = append(body.Data, api.CodeListSummary{Name: list.Name, Version: list.Version, Title: labels(list.Title), Standard: answer.Text(list.Standard), Etag: etagOf(list)})
		whole.Write([]byte(list.Digest))
	}
	etag := tag(hex.EncodeToString(whole.Sum(nil)))
	if answer.Unchanged(r.Params.IfNoneMatch, etag) {
		return api.ListCodeLists304Response{Headers: api.ListCodeLists304ResponseHeaders{CacheControl: revalidated, ETag: etag}}, nil
	}
	return api.ListCodeLists200JSONResponse{Body: body, Headers: api.ListCodeLists200ResponseHeaders{CacheControl: revalidated, ETag: etag}}, nil
}

// GetCodeList shows the codes of a list.
func (h *HTTP) GetCodeList(_ context.Context, r api.GetCodeListRequestObject) (api.GetCodeListResponseObject, error) {
	list, known := h.service.settings.Lists.Get(r.Name)
	if !known || r.Params.Version != nil && *r.Params.Version != list.Version {
		return nil, codeListNotFound
	}
	etag := etagOf(list)
	if answer.Unchanged(r.Params.IfNoneMatch, etag) {
		return api.GetCodeList304Response{Headers: api.GetCodeList304ResponseHeaders{CacheControl: revalidated, ETag: etag}}, nil
	}
	body := api.CodeList{Name: list.Name, Version: list.Version, Title: labels(list.Title), Standard: answer.Text(list.Standard), Etag: etag,
		Note: answer.Text(list.Note), Credit: answer.Text(list.Credit), Items: make([]api.Code, len(list.Items))}
	for i, item := range list.Items {
		code, err := codeToAPI(item)
		if err != nil {
			return nil, err
		}
		body.Items[i] = code
	}
	return api.GetCodeList200JSONResponse{Body: body, Headers: api.GetCodeList200ResponseHeaders{CacheControl: revalidated, ETag: etag}}, nil
}

func codeToAPI(item codelist.Item) (api.Code, error) {
	code := api.Code{Code: item.Code, Parent: answer.Text(item.Parent), Labels: labels(item.Labels), Standard: answer.Text(item.Standard),
		StandardCode: answer.Text(item.StandardCode), Basis: answer.Text(item.Basis), Tier: answer.Text(item.Tier)}
	for to, from := range map[**openapi_types.Date]string{&code.ValidFrom: item.ValidFrom, &code.ValidTo: item.ValidTo} {
		var d calendar.Date
		if err := d.UnmarshalText([]byte(from)); err != nil {
			return code, err
		}
		*to = answer.Day(d)
	}
	return code, nil
}

func labels(l codelist.Labels) api.Labels { return api.Labels{En: l.EN, ZhCN: l.ZH} }

func etagOf(l codelist.List) string { return tag(l.Digest) }

// tag shortens a digest: sixteen digits tell one edition from another.
func tag(digest string) string { return `"` + digest[:16] + `"` }
