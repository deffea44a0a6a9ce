package access

import (
	"context"

	"xiaobao/api"
	"xiaobao/internal/answer"
	"xiaobao/internal/codelist"
)

// HTTP serves the operations of the contract on roles and explanations.
type HTTP struct {
	service *Service
	lists   *codelist.Lists
}

// NewHTTP makes the operations. The lists say what roles are called.
func NewHTTP(s *Service, lists *codelist.Lists) *HTTP { return &HTTP{service: s, lists: lists} }

// ListRoles shows what each role may do.
func (h *HTTP) ListRoles(context.Context, api.ListRolesRequestObject) (api.ListRolesResponseObject, error) {
	var body api.ListRoles200JSONResponse
	for _, r := range h.service.Roles() {
		role := api.Role{Code: r.Code, Labels: api.Labels{En: h.lists.Label("role", r.Code, "en"), ZhCN: h.lists.Label("role", r.Code, "zh-CN")},
			Departments: make([]api.RoleInDepartment, len(r.Kinds))}
		for i, k := range r.Kinds {
			role.Departments[i] = api.RoleInDepartment{Kind: k.Kind, Permissions: make([]api.RolePermission, len(k.Grants))}
			for j, g := range k.Grants {
				role.Departments[i].Permissions[j] = api.RolePermission{Permission: g.Permission, Stages: g.Stages, Scope: g.Scope}
			}
		}
		body.Data = append(body.Data, role)
	}
	return body, nil
}

// ExplainAccess says whether somebody may do something, and why.
func (h *HTTP) ExplainAccess(ctx context.Context, r api.ExplainAccessRequestObject) (api.ExplainAccessResponseObject, error) {
	b := r.Body
	x, err := h.service.Explain(ctx, Question{UserID: answer.Value(b.UserID), ClientID: answer.Value(b.APIClientID), KeyID: answer.Value(b.APIKeyID),
		Permission: answer.Value(b.Permission), OperationID: answer.Value(b.OperationID), ComplaintID: answer.Value(b.ComplaintID)})
	if err != nil {
		return nil, err
	}
	body := api.ExplainAccess200JSONResponse{Allowed: x.Allowed, Because: make([]api.AccessRule, len(x.Because)), Missing: make([]api.AccessMissing, len(x.Missing))}
	for i, line := range x.Because {
		body.Because[i] = ruleOf(line.Object, line.Act, line.Role, line.Kind, line.Stage, line.Scope)
	}
	for i, m := range x.Missing {
		body.Missing[i].Lacks = m.Lacks
		if l := m.Line; l.Role != "" {
			rule := ruleOf(l.Object, l.Act, l.Role, l.Kind, l.Stage, l.Scope)
			body.Missing[i].Rule = &rule
		}
	}
	return body, nil
}

func ruleOf(object, act, role, kind, stage, scope string) api.AccessRule {
	return api.AccessRule{Permission: object + "." + act, Role: role, DepartmentKind: kind, Stage: stage, Scope: scope}
}
