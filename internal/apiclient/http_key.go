package apiclient

import (
	"context"
	"time"

	"xiaobao/api"
	"xiaobao/internal/answer"
	"xiaobao/internal/fault"
	"xiaobao/internal/store"
)

// ListAPIKeys shows keys.
func (h *HTTP) ListAPIKeys(ctx context.Context, r api.ListAPIKeysRequestObject) (api.ListAPIKeysResponseObject, error) {
	p := r.Params
	body, err := answer.Page(ctx, h.tokens, answer.Asked{Limit: p.Limit, PageToken: p.PageToken, IncludeTotal: p.IncludeTotal},
		func(ctx context.Context, page store.Page) (store.List[ShownKey], error) {
			return h.service.ListKeys(ctx, answer.Value(p.APIClientID), page)
		}, toKey)
	return api.ListAPIKeys200JSONResponse(body), err
}

// GetAPIKey shows a key.
func (h *HTTP) GetAPIKey(ctx context.Context, r api.GetAPIKeyRequestObject) (api.GetAPIKeyResponseObject, error) {
	record, err := h.record(ctx, r.APIKeyID)
	return api.GetAPIKey200JSONResponse{APIKeyJSONResponse: record}, err
}

// CreateAPIKey makes a key.
func (h *HTTP) CreateAPIKey(ctx context.Context, r api.CreateAPIKeyRequestObject) (api.CreateAPIKeyResponseObject, error) {
	made, err := h.once(ctx, func(ctx context.Context) (NewKey, error) { return h.service.CreateKey(ctx, fromKey(*r.Body)) })
	return api.CreateAPIKey201JSONResponse{NewAPIKeyJSONResponse: made}, err
}

// RotateAPIKey replaces a key.
func (h *HTTP) RotateAPIKey(ctx context.Context, r api.RotateAPIKeyRequestObject) (api.RotateAPIKeyResponseObject, error) {
	made, err := h.once(ctx, func(ctx context.Context) (NewKey, error) {
		return h.service.RotateKey(ctx, r.APIKeyID, store.ParseMatch(r.Params.IfMatch), time.Duration(r.Body.OverlapHours)*time.Hour)
	})
	return api.RotateAPIKey201JSONResponse{NewAPIKeyJSONResponse: made}, err
}

// once makes a key once. Only the request that makes it has its secret; a replay finds the key as it is now.
func (h *HTTP) once(ctx context.Context, do func(context.Context) (NewKey, error)) (api.NewAPIKeyJSONResponse, error) {
	var made NewKey
	return answer.Once(ctx, func(ctx context.Context) (id string, err error) {
		made, err = do(ctx)
		return made.ID, err
	}, func(ctx context.Context, id string) (api.NewAPIKeyJSONResponse, error) {
		k := made
		if made.ID != id {
			var err error
			k.ShownKey, err = h.service.GetKey(ctx, id)
			if err != nil {
				return api.NewAPIKeyJSONResponse{}, err
			}
		}
		body := toNewKey(k)
		return api.NewAPIKeyJSONResponse{Body: body, Headers: api.NewAPIKeyResponseHeaders{ETag: body.Etag, Location: "/v1/api-keys/" + id}}, nil
	})
}

// UpdateAPIKey changes a key.
func (h *HTTP) UpdateAPIKey(ctx context.Context, r api.UpdateAPIKeyRequestObject) (api.UpdateAPIKeyResponseObject, error) {
	patch := KeyPatch{Name: r.Body.Name, IPAllow: r.Body.IPAllow, SetExpiry: r.Body.ExpiresAt.IsSpecified()}
	if at, err := r.Body.ExpiresAt.Get(); err == nil {
		patch.ExpiresAt = instant(&at)
	}
	if err := h.service.UpdateKey(ctx, r.APIKeyID, store.ParseMatch(r.Params.IfMatch), patch); err != nil {
		return nil, err
	}
	record, err := h.record(ctx, r.APIKeyID)
	return api.UpdateAPIKey200JSONResponse{APIKeyJSONResponse: record}, err
}

// DeleteAPIKey revokes a key.
func (h *HTTP) DeleteAPIKey(ctx context.Context, r api.DeleteAPIKeyRequestObject) (api.DeleteAPIKeyResponseObject, error) {
	if err := h.service.RevokeKey(ctx, r.APIKeyID); err != nil {
		return nil, err
	}
	return api.DeleteAPIKey204Response{}, nil
}

// KeyFaults finds what no schema can say of a new key, in a body whose schema found other faults.
func (h *HTTP) KeyFaults(ctx context.Context, value any) []fault.Item {
	var body api.APIKeyCreate
	if !bind(value, &body) {
		return nil
	}
	items, err := h.service.KeyFaults(ctx, fromKey(body))
	if err != nil {
		return nil // the faults that are known are told all the same
	}
	return items
}

// record is the answer that shows a key as it now is.
func (h *HTTP) record(ctx context.Context, id string) (api.APIKeyJSONResponse, error) {
	k, err := h.service.GetKey(ctx, id)
	body := toKey(k)
	return api.APIKeyJSONResponse{Body: body, Headers: api.APIKeyResponseHeaders{ETag: body.Etag}}, err
}

func fromKey(b api.APIKeyCreate) Key {
	k := Key{ClientID: b.APIClientID, Name: b.Name, ExpiresAt: instant(b.ExpiresAt), IPAllow: answer.Value(b.IPAllow)}
	for _, scope := range b.Scopes {
		k.Scopes = append(k.Scopes, string(scope))
	}
	return k
}

// instant is an instant as the database keeps it.
func instant(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	u := t.UTC().Truncate(time.Microsecond)
	return &u
}

func toKey(k ShownKey) api.APIKey {
	return api.APIKey{ID: k.ID, Etag: store.ETag(k.Version), APIClient: api.Ref{ID: k.ClientID, Name: k.Client}, Name: k.Name, Prefix: k.Prefix, Scopes: answer.List(k.Scopes),
		IPAllow: answer.List(k.IPAllow), ExpiresAt: k.ExpiresAt, RevokedAt: k.RevokedAt, LastUsedAt: k.LastUsedAt, CreatedAt: k.CreatedAt, UpdatedAt: k.UpdatedAt}
}

func toNewKey(k NewKey) api.NewAPIKey {
	c := toKey(k.ShownKey)
	return api.NewAPIKey{ID: c.ID, Etag: c.Etag, APIClient: c.APIClient, Name: c.Name, Prefix: c.Prefix, Scopes: c.Scopes, IPAllow: c.IPAllow, ExpiresAt: c.ExpiresAt,
		RevokedAt: c.RevokedAt, LastUsedAt: c.LastUsedAt, CreatedAt: c.CreatedAt, UpdatedAt: c.UpdatedAt, Secret: answer.Text(k.Secret)}
}
