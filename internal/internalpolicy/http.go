package internalpolicy

import (
	"context"

	"xiaobao/api"
	"xiaobao/internal/answer"
	"xiaobao/internal/store"
)

// HTTP serves the policies' operations of the contract.
type HTTP struct {
	service *Service
	tokens  answer.Tokens
}

// NewHTTP makes the operations.
func NewHTTP(s *Service, tokens answer.Tokens) *HTTP { return &HTTP{service: s, tokens: tokens} }

// ListInternalPolicies shows the versions of all policies.
func (h *HTTP) ListInternalPolicies(ctx context.Context, r api.ListInternalPoliciesRequestObject) (api.ListInternalPoliciesResponseObject, error) {
	p := r.Params
	f := Filter{Codes: answer.Value(p.Code), RuleSets: answer.Value(p.RuleSet), Mine: string(answer.Value(p.Acknowledgement))}
	for _, state := range answer.Value(p.State) {
		f.States = append(f.States, string(state))
	}
	list := func(ctx context.Context, page store.Page) (store.List[Shown], error) {
		return h.service.List(ctx, f, page)
	}
	body, err := answer.Page(ctx, h.tokens, answer.Asked{Limit: p.Limit, PageToken: p.PageToken, IncludeTotal: p.IncludeTotal}, list, toSummary)
	return api.ListInternalPolicies200JSONResponse(body), err
}

// CreateInternalPolicy drafts a version.
func (h *HTTP) CreateInternalPolicy(ctx context.Context, r api.CreateInternalPolicyRequestObject) (api.CreateInternalPolicyResponseObject, error) {
	b := r.Body
	draft := Policy{Code: b.Code, Title: b.Title, RuleSet: b.RuleSet, Text: b.Text, ReviewDueOn: answer.Date(&b.ReviewDueOn)}
	if a := b.Audience; a != nil {
		draft.Audience = Audience{Departments: answer.Value(a.Departments), Roles: answer.Value(a.Roles)}
	}
	return answer.Once(ctx, func(ctx context.Context) (string, error) {
		return h.service.Create(ctx, draft, answer.Value(b.Replace))
	}, func(ctx context.Context, id string) (api.CreateInternalPolicyResponseObject, error) {
		p, err := h.policy(ctx, id)
		return api.CreateInternalPolicy201JSONResponse{Body: p.Body, Headers: api.CreateInternalPolicy201ResponseHeaders{ETag: p.Body.Etag, Location: "/v1/internal-policies/" + id}}, err
	})
}

// GetInternalPolicy shows a version.
func (h *HTTP) GetInternalPolicy(ctx context.Context, r api.GetInternalPolicyRequestObject) (api.GetInternalPolicyResponseObject, error) {
	p, err := h.policy(ctx, r.InternalPolicyID)
	return api.GetInternalPolicy200JSONResponse{InternalPolicyJSONResponse: p}, err
}

// ApproveInternalPolicy is the word of senior management or legal.
func (h *HTTP) ApproveInternalPolicy(ctx context.Context, r api.ApproveInternalPolicyRequestObject) (api.ApproveInternalPolicyResponseObject, error) {
	return answer.Once(ctx, func(ctx context.Context) (string, error) {
		return h.service.Texts.Approve(ctx, r.InternalPolicyID, store.ParseMatch(r.Params.IfMatch))
	}, func(ctx context.Context, id string) (api.ApproveInternalPolicyResponseObject, error) {
		p, err := h.policy(ctx, id)
		return api.ApproveInternalPolicy200JSONResponse{InternalPolicyJSONResponse: p}, err
	})
}

// PublishInternalPolicy puts a version in force.
func (h *HTTP) PublishInternalPolicy(ctx context.Context, r api.PublishInternalPolicyRequestObject) (api.PublishInternalPolicyResponseObject, error) {
	return answer.Once(ctx, func(ctx context.Context) (string, error) {
		return h.service.Texts.Publish(ctx, r.InternalPolicyID, r.Body.InForceAt, store.ParseMatch(r.Params.IfMatch))
	}, func(ctx context.Context, id string) (api.PublishInternalPolicyResponseObject, error) {
		p, err := h.policy(ctx, id)
		return api.PublishInternalPolicy200JSONResponse{InternalPolicyJSONResponse: p}, err
	})
}

// AcknowledgeInternalPolicy keeps that the caller has read a version.
func (h *HTTP) AcknowledgeInternalPolicy(ctx context.Context, r api.AcknowledgeInternalPolicyRequestObject) (api.AcknowledgeInternalPolicyResponseObject, error) {
	return answer.Once(ctx, func(ctx context.Context) (string, error) {
		return h.service.Acknowledge(ctx, r.InternalPolicyID)
	}, func(ctx context.Context, id string) (api.AcknowledgeInternalPolicyResponseObject, error) {
		p, err := h.policy(ctx, id)
		return api.AcknowledgeInternalPolicy200JSONResponse{InternalPolicyJSONResponse: p}, err
	})
}

// policy is the answer that shows a version as it now is.
func (h *HTTP) policy(ctx context.Context, id string) (api.InternalPolicyJSONResponse, error) {
	shown, err := h.service.Get(ctx, id)
	if err != nil {
		return api.InternalPolicyJSONResponse{}, err
	}
	body := toAPI(shown)
	return api.InternalPolicyJSONResponse{Body: body, Headers: api.InternalPolicyResponseHeaders{ETag: body.Etag}}, nil
}

func toSummary(s Shown) api.InternalPolicySummary {
	audience := api.PolicyAudience{Departments: make([]api.Ref, len(s.Audience.Departments)), Roles: answer.List(s.Audience.Roles)}
	for i, id := range s.Audience.Departments {
		audience.Departments[i] = api.Ref{ID: id, Name: s.Names[id]}
	}
	own := api.OwnAcknowledgement{Required: s.Mine.Must, DueOn: answer.Day(s.Mine.DueOn)}
	if !s.Mine.AcknowledgedAt.IsZero() {
		own.AcknowledgedAt = &s.Mine.AcknowledgedAt
	}
	return api.InternalPolicySummary{ID: s.ID, Etag: store.ETag(s.Version), Code: s.Code, Title: s.Title, RuleSet: s.RuleSet, Audience: audience, ReviewDueOn: *answer.Day(s.ReviewDueOn),
		TextSha256: s.TextSHA256, Edition: answer.Edition(s.Edition, s.Others, s.Names, s.Now), Acknowledgement: own, AllowedActions: s.Allowed}
}

func toAPI(s Shown) api.InternalPolicy {
	row := toSummary(s)
	return api.InternalPolicy{ID: row.ID, Etag: row.Etag, Code: row.Code, Title: row.Title, RuleSet: row.RuleSet, Audience: row.Audience, ReviewDueOn: row.ReviewDueOn,
		TextSha256: row.TextSha256, Edition: row.Edition, Acknowledgement: row.Acknowledgement, AllowedActions: row.AllowedActions, Text: s.Text}
}

// GetInternalPolicyCoverage tells who has acknowledged, and which rule sets there are.
func (h *HTTP) GetInternalPolicyCoverage(ctx context.Context, r api.GetInternalPolicyCoverageRequestObject) (api.GetInternalPolicyCoverageResponseObject, error) {
	c, err := h.service.Coverage(ctx, answer.Value(r.Params.Code), answer.Date(r.Params.AsOf))
	if err != nil {
		return nil, err
	}
	body := api.GetInternalPolicyCoverage200JSONResponse{AsOf: *answer.Day(c.AsOf), Policies: make([]api.PolicyCoverage, len(c.Policies)), RuleSets: make([]api.RuleSetCoverage, len(c.RuleSets))}
	for i, p := range c.Policies {
		body.Policies[i] = api.PolicyCoverage{Policy: c.policy(p.Policy), DueOn: *answer.Day(p.DueOn), Required: int32(p.Must), Acknowledged: int32(p.Has), Overdue: int32(p.Overdue),
			Percent: int32(p.Percent()), Units: make([]api.UnitCoverage, len(p.Units))}
		for j, u := range p.Units {
			unit := api.UnitCoverage{Department: api.Ref{ID: u.DepartmentID, Name: c.Names[u.DepartmentID]}, Required: int32(u.Must), Acknowledged: int32(u.Has), Overdue: int32(u.Overdue),
				Missing: make([]api.MissingAcknowledgement, len(u.Missing))}
			for k, m := range u.Missing {
				unit.Missing[k] = api.MissingAcknowledgement{Person: api.Ref{ID: m.UserID, Name: c.Names[m.UserID]}, DueOn: *answer.Day(m.DueOn)}
			}
			body.Policies[i].Units[j] = unit
		}
	}
	for i, kind := range c.RuleSets {
		set := api.RuleSetCoverage{RuleSet: kind.Kind, Required: kind.Required, Status: kind.Status(c.AsOf), Policies: make([]api.PolicyInForce, len(kind.Policies))}
		for j, p := range kind.Policies {
			set.Policies[j] = c.policy(p)
		}
		body.RuleSets[i] = set
	}
	return body, nil
}

func (c Coverage) policy(p Policy) api.PolicyInForce {
	return api.PolicyInForce{ID: p.ID, Code: p.Code, Title: p.Title, Edition: p.Edition.Number, InForceAt: *p.Edition.InForceAt, ReviewDueOn: *answer.Day(p.ReviewDueOn),
		ReviewOverdue: p.ReviewOverdue(c.AsOf)}
}
