package organisation

import (
	"context"

	"github.com/oapi-codegen/nullable"

	"xiaobao/api"
	"xiaobao/internal/answer"
	"xiaobao/internal/store"
)

// HTTP serves the operations of the contract on users and departments.
type HTTP struct {
	service *Service
	tokens  answer.Tokens
}

// NewHTTP makes the operations.
func NewHTTP(s *Service, tokens answer.Tokens) *HTTP { return &HTTP{service: s, tokens: tokens} }

// changed is what a member of a patch says: nil when it was left out, the empty text when it was null.
func changed(n nullable.Nullable[string]) *string {
	if !n.IsSpecified() {
		return nil
	}
	text, err := n.Get()
	if err != nil { // null
		text = ""
	}
	return &text
}

// ListDepartments shows the departments.
func (h *HTTP) ListDepartments(ctx context.Context, r api.ListDepartmentsRequestObject) (api.ListDepartmentsResponseObject, error) {
	p := r.Params
	f := DepartmentFilter{Kind: answer.Value(p.Kind), ParentID: answer.Value(p.ParentID)}
	body, err := answer.Page(ctx, h.tokens, answer.Asked{Limit: p.Limit, PageToken: p.PageToken, IncludeTotal: p.IncludeTotal},
		func(ctx context.Context, page store.Page) (store.List[ShownDepartment], error) {
			return h.service.ListDepartments(ctx, f, page)
		}, departmentToAPI)
	return api.ListDepartments200JSONResponse(body), err
}

// CreateDepartment makes a department.
func (h *HTTP) CreateDepartment(ctx context.Context, r api.CreateDepartmentRequestObject) (api.CreateDepartmentResponseObject, error) {
	return answer.Once(ctx, func(ctx context.Context) (string, error) {
		return h.service.CreateDepartment(ctx, Department{Code: r.Body.Code, Name: r.Body.Name, Kind: r.Body.Kind, ParentID: r.Body.ParentID})
	}, func(ctx context.Context, id string) (api.CreateDepartmentResponseObject, error) {
		d, err := h.service.GetDepartment(ctx, id)
		if err != nil {
			return nil, err
		}
		body := departmentToAPI(d)
		return api.CreateDepartment201JSONResponse{Body: body, Headers: api.CreateDepartment201ResponseHeaders{ETag: body.Etag, Location: "/v1/departments/" + id}}, nil
	})
}

// UpdateDepartment changes or moves a department.
func (h *HTTP) UpdateDepartment(ctx context.Context, r api.UpdateDepartmentRequestObject) (api.UpdateDepartmentResponseObject, error) {
	b := r.Body
	patch := DepartmentPatch{Code: b.Code, Name: b.Name, Kind: b.Kind, ParentID: b.ParentID, HeadID: changed(b.HeadID)}
	if err := h.service.UpdateDepartment(ctx, r.DepartmentID, store.ParseMatch(r.Params.IfMatch), patch); err != nil {
		return nil, err
	}
	d, err := h.service.GetDepartment(ctx, r.DepartmentID)
	body := departmentToAPI(d)
	return api.UpdateDepartment200JSONResponse{Body: body, Headers: api.UpdateDepartment200ResponseHeaders{ETag: body.Etag}}, err
}

func departmentToAPI(d ShownDepartment) api.Department {
	return api.Department{ID: d.ID, Etag: store.ETag(d.Version), Code: d.Code, Name: d.Name, Kind: d.Kind, ParentID: answer.Text(d.ParentID),
		Head: answer.Ref(d.HeadID, d.Head), CreatedAt: d.CreatedAt, UpdatedAt: d.UpdatedAt}
}
