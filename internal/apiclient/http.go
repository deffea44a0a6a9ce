package apiclient

import (
	"context"
	"encoding/json"

	"xiaobao/api"
	"xiaobao/internal/answer"
	"xiaobao/internal/fault"
	"xiaobao/internal/store"
)

// HTTP serves the clients' and keys' operations of the contract.
type HTTP struct {
	service *Service
	tokens  answer.Tokens
}

// NewHTTP makes the operations.
func NewHTTP(s *Service, tokens answer.Tokens) *HTTP { return &HTTP{service: s, tokens: tokens} }

// ListAPIClients shows who may call.
func (h *HTTP) ListAPIClients(ctx context.Context, r api.ListAPIClientsRequestObject) (api.ListAPIClientsResponseObject, error) {
	p := r.Params
	body, err := answer.Page(ctx, h.tokens, answer.Asked{Limit: p.Limit, PageToken: p.PageToken, IncludeTotal: p.IncludeTotal}, h.service.ListClients, toAPI)
	return api.ListAPIClients200JSONResponse(body), err
}

// CreateAPIClient admits a client.
func (h *HTTP) CreateAPIClient(ctx context.Context, r api.CreateAPIClientRequestObject) (api.CreateAPIClientResponseObject, error) {
	return answer.Once(ctx, func(ctx context.Context) (string, error) {
		return h.service.CreateClient(ctx, fromAPI(*r.Body))
	}, func(ctx context.Context, id string) (api.CreateAPIClientResponseObject, error) {
		c, err := h.service.GetClient(ctx, id)
		body := toAPI(c)
		return api.CreateAPIClient201JSONResponse{Body: body, Headers: api.CreateAPIClient201ResponseHeaders{ETag: body.Etag, Location: "/v1/api-clients/" + id}}, err
	})
}

// UpdateAPIClient changes or suspends a client.
func (h *HTTP) UpdateAPIClient(ctx context.Context, r api.UpdateAPIClientRequestObject) (api.UpdateAPIClientResponseObject, error) {
	patch := ClientPatch{Name: r.Body.Name, IntakeChannel: r.Body.IntakeChannel, Status: (*string)(r.Body.Status)}
	if r.Body.DepartmentID.IsSpecified() {
		department, _ := r.Body.DepartmentID.Get() // an error is null: none
		patch.DepartmentID = &department
	}
	if err := h.service.UpdateClient(ctx, r.APIClientID, store.ParseMatch(r.Params.IfMatch), patch); err != nil {
		return nil, err
	}
	c, err := h.service.GetClient(ctx, r.APIClientID)
	body := toAPI(c)
	return api.UpdateAPIClient200JSONResponse{Body: body, Headers: api.UpdateAPIClient200ResponseHeaders{ETag: body.Etag}}, err
}

// ClientFaults finds what no schema can say of a new client, in a body whose schema found other faults.
func (h *HTTP) ClientFaults(ctx context.Context, value any) []fault.Item {
	var body api.APIClientCreate
	if !bind(value, &body) {
		return nil
	}
	items, err := h.service.ClientFaults(ctx, fromAPI(body))
	if err != nil {
		return nil // the faults that are known are told all the same
	}
	return items
}

// bind reads what is left of a faulty body. It says whether that can be read at all.
func bind(value, body any) bool {
	text, err := json.Marshal(value)
	return err == nil && json.Unmarshal(text, body) == nil
}

func fromAPI(b api.APIClientCreate) Client {
	return Client{Name: b.Name, Kind: string(b.Kind), IntakeChannel: answer.Value(b.IntakeChannel), DepartmentID: answer.Value(b.DepartmentID)}
}

func toAPI(c ShownClient) api.APIClient {
	return api.APIClient{ID: c.ID, Etag: store.ETag(c.Version), Name: c.Name, Kind: api.APIClientKind(c.Kind), IntakeChannel: answer.Text(c.IntakeChannel),
		Department: answer.Ref(c.DepartmentID, c.Department), Status: c.Status, CreatedAt: c.CreatedAt, UpdatedAt: c.UpdatedAt}
}
