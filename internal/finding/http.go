package finding

import (
	"context"

	"xiaobao/api"
	"xiaobao/internal/answer"
	"xiaobao/internal/pii"
	"xiaobao/internal/store"
)

// HTTP serves the findings' operations of the contract.
type HTTP struct {
	service *Service
	tokens  answer.Tokens
}

// NewHTTP makes the operations.
func NewHTTP(s *Service, tokens answer.Tokens) *HTTP { return &HTTP{service: s, tokens: tokens} }

// ListFindings shows a work list.
func (h *HTTP) ListFindings(ctx context.Context, r api.ListFindingsRequestObject) (api.ListFindingsResponseObject, error) {
	p := r.Params
	body, err := answer.Page(ctx, h.tokens, answer.Asked{Limit: p.Limit, PageToken: p.PageToken, IncludeTotal: p.IncludeTotal},
		func(ctx context.Context, page store.Page) (store.List[Shown], error) {
			return h.service.List(ctx, filterOf(p), page)
		}, toSummary)
	return api.ListFindings200JSONResponse(body), err
}

func filterOf(p api.ListFindingsParams) Filter {
	f := Filter{Severities: answer.Value(p.Severity), Rights: answer.Value(p.InfringedRight), Owner: answer.Value(p.Owner), Department: answer.Value(p.Department),
		Overdue: p.Overdue, Sort: "due_on"}
	for _, state := range answer.Value(p.State) {
		f.States = append(f.States, string(state))
	}
	for _, source := range answer.Value(p.SourceType) {
		f.Sources = append(f.Sources, string(source))
	}
	if p.Sort != nil {
		f.Sort = string(*p.Sort)
	}
	return f
}

// CreateFinding opens a finding that somebody saw.
func (h *HTTP) CreateFinding(ctx context.Context, r api.CreateFindingRequestObject) (api.CreateFindingResponseObject, error) {
	b := r.Body
	d := Draft{Title: b.Title, Description: b.Description, Right: answer.Value(b.InfringedRight), Severity: b.Severity, DepartmentID: b.DepartmentID,
		OwnerID: answer.Value(b.OwnerID), DueOn: answer.Date(b.DueOn)}
	return answer.Once(ctx, func(ctx context.Context) (string, error) { return h.service.Create(ctx, d) },
		func(ctx context.Context, id string) (api.CreateFindingResponseObject, error) {
			shown, err := h.service.Get(ctx, id)
			if err != nil {
				return nil, err
			}
			body := toAPI(shown)
			return api.CreateFinding201JSONResponse{Body: body, Headers: api.CreateFinding201ResponseHeaders{ETag: body.Etag, Location: "/v1/findings/" + id}}, nil
		})
}

// GetFinding shows a finding.
func (h *HTTP) GetFinding(ctx context.Context, r api.GetFindingRequestObject) (api.GetFindingResponseObject, error) {
	shown, err := h.service.Get(ctx, r.FindingID)
	if err != nil {
		return nil, err
	}
	body := toAPI(shown)
	return api.GetFinding200JSONResponse{Body: body, Headers: api.GetFinding200ResponseHeaders{ETag: body.Etag}}, nil
}

func toSummary(s Shown) api.FindingSummary {
	return summary(s, pii.NewVeil(s.Values))
}

func summary(s Shown, v *pii.Veil) api.FindingSummary {
	f := api.FindingSummary{ID: s.ID, Etag: store.ETag(s.Version), State: string(s.State), Source: api.FindingSource{Type: string(s.Source)}, Title: v.Text("/title", s.Title),
		InfringedRight: answer.Text(s.Right), Severity: s.Severity, Department: api.Ref{ID: s.DepartmentID, Name: s.People[s.DepartmentID]},
		Owner: answer.Ref(s.OwnerID, s.People[s.OwnerID]), DueOn: *answer.Day(s.DueOn), Overdue: s.Overdue(s.Today), Reopened: s.Reopened, CreatedAt: s.CreatedAt,
		UpdatedAt: s.UpdatedAt, ClosedAt: s.ClosedAt}
	if s.SourceShown {
		f.Source.ID = answer.Text(s.SourceID)
	}
	f.MaskedFields = v.Masked()
	return f
}

func toAPI(s Shown) api.Finding {
	v := pii.NewVeil(s.Values)
	row := summary(s, v)
	f := api.Finding{ID: row.ID, Etag: row.Etag, State: row.State, Source: row.Source, Title: row.Title, InfringedRight: row.InfringedRight, Severity: row.Severity,
		Department: row.Department, Owner: row.Owner, DueOn: row.DueOn, Overdue: row.Overdue, Reopened: row.Reopened, CreatedAt: row.CreatedAt, UpdatedAt: row.UpdatedAt,
		ClosedAt: row.ClosedAt, Description: v.Text("/description", s.Description), RectificationIds: answer.List(s.Rectifications)}
	if s.ReopenReason != "" {
		reason := v.Text("/reopen_reason", s.ReopenReason)
		f.ReopenReason = &reason
	}
	f.MaskedFields = v.Masked()
	return f
}
