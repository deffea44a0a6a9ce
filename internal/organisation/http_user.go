package organisation

import (
	"context"

	"xiaobao/api"
	"xiaobao/internal/answer"
	"xiaobao/internal/money"
	"xiaobao/internal/store"
)

// ListUsers shows who works here.
func (h *HTTP) ListUsers(ctx context.Context, r api.ListUsersRequestObject) (api.ListUsersResponseObject, error) {
	p := r.Params
	f := UserFilter{DepartmentID: answer.Value(p.DepartmentID), Role: answer.Value(p.Role), Status: string(answer.Value(p.Status))}
	body, err := answer.Page(ctx, h.tokens, answer.Asked{Limit: p.Limit, PageToken: p.PageToken, IncludeTotal: p.IncludeTotal},
		func(ctx context.Context, page store.Page) (store.List[ShownUser], error) {
			return h.service.ListUsers(ctx, f, page)
		}, toSummary)
	return api.ListUsers200JSONResponse(body), err
}

// CreateUser makes a user, and shows her first password this once.
func (h *HTTP) CreateUser(ctx context.Context, r api.CreateUserRequestObject) (api.CreateUserResponseObject, error) {
	u, err := fromAPI(*r.Body)
	if err != nil {
		return nil, err
	}
	var secret string
	return answer.Once(ctx, func(ctx context.Context) (id string, err error) {
		id, secret, err = h.service.CreateUser(ctx, u)
		return id, err
	}, func(ctx context.Context, id string) (api.CreateUserResponseObject, error) {
		shown, err := h.service.GetUser(ctx, id)
		if err != nil {
			return nil, err
		}
		u := toAPI(shown)
		body := api.UserCreated{ID: u.ID, Etag: u.Etag, Username: u.Username, Name: u.Name, StaffID: u.StaffID, Department: u.Department, Roles: u.Roles, Status: u.Status,
			Phone: u.Phone, Email: u.Email, MaskedFields: u.MaskedFields, SettlementAuthority: u.SettlementAuthority, PasswordChangeRequired: u.PasswordChangeRequired,
			LockedUntil: u.LockedUntil, CreatedAt: u.CreatedAt, UpdatedAt: u.UpdatedAt, InitialPassword: answer.Text(secret)}
		return api.CreateUser201JSONResponse{Body: body, Headers: api.CreateUser201ResponseHeaders{ETag: body.Etag, Location: "/v1/users/" + id}}, nil
	})
}

// GetUser shows a user.
func (h *HTTP) GetUser(ctx context.Context, r api.GetUserRequestObject) (api.GetUserResponseObject, error) {
	record, err := h.record(ctx, r.UserID)
	return api.GetUser200JSONResponse{UserJSONResponse: record}, err
}

// UpdateUser changes, moves or suspends a user.
func (h *HTTP) UpdateUser(ctx context.Context, r api.UpdateUserRequestObject) (api.UpdateUserResponseObject, error) {
	patch, err := patchFromAPI(*r.Body)
	if err != nil {
		return nil, err
	}
	if err := h.service.UpdateUser(ctx, r.UserID, store.ParseMatch(r.Params.IfMatch), patch); err != nil {
		return nil, err
	}
	record, err := h.record(ctx, r.UserID)
	return api.UpdateUser200JSONResponse{UserJSONResponse: record}, err
}

// record is the answer that shows a user as she now is.
func (h *HTTP) record(ctx context.Context, id string) (api.UserJSONResponse, error) {
	shown, err := h.service.GetUser(ctx, id)
	if err != nil {
		return api.UserJSONResponse{}, err
	}
	body := toAPI(shown)
	return api.UserJSONResponse{Body: body, Headers: api.UserResponseHeaders{ETag: body.Etag}}, nil
}

func fromAPI(b api.UserCreate) (User, error) {
	u := User{Username: b.Username, Name: b.Name, StaffID: answer.Value(b.StaffID), DepartmentID: b.DepartmentID, Roles: b.Roles,
		Phone: answer.Value(b.Phone), Email: string(answer.Value(b.Email))}
	var err error
	u.Authority, err = answer.Money(b.SettlementAuthority)
	return u, err
}

func patchFromAPI(b api.UserPatch) (UserPatch, error) {
	p := UserPatch{Name: b.Name, StaffID: changed(b.StaffID), DepartmentID: b.DepartmentID, Roles: answer.Value(b.Roles), Status: (*string)(b.Status),
		Phone: changed(b.Phone), Email: changed(b.Email), SetAuthority: b.SettlementAuthority.IsSpecified()}
	sum, err := b.SettlementAuthority.Get()
	if err != nil { // left out, or null
		return p, nil
	}
	m, err := money.Parse(sum.Amount, sum.Currency)
	p.Authority = &m
	return p, err
}

func toSummary(s ShownUser) api.UserSummary {
	row := api.UserSummary{ID: s.ID, Etag: store.ETag(s.Version), Username: s.Username, Name: s.Name, StaffID: answer.Text(s.StaffID),
		Department: *answer.Ref(s.DepartmentID, s.Department), Roles: answer.List(s.Roles), Status: api.UserStatus(s.Status), MaskedFields: []string{}}
	if s.Clear {
		row.Phone, row.Email = answer.Text(s.Phone), answer.Text(s.Email)
		return row
	}
	// Named whether there is a value or not: that there is one is kept as well.
	row.MaskedFields = []string{"/phone", "/email"}
	return row
}

func toAPI(s ShownUser) api.User {
	row := toSummary(s)
	return api.User{ID: row.ID, Etag: row.Etag, Username: row.Username, Name: row.Name, StaffID: row.StaffID, Department: row.Department, Roles: row.Roles, Status: row.Status,
		Phone: row.Phone, Email: row.Email, MaskedFields: row.MaskedFields, SettlementAuthority: answer.Sum(s.Authority), PasswordChangeRequired: s.PasswordChangeRequired,
		LockedUntil: s.LockedUntil, CreatedAt: s.CreatedAt, UpdatedAt: s.UpdatedAt}
}
