package rectification

import (
	"fmt"

	"xiaobao/api"
	"xiaobao/internal/answer"
	"xiaobao/internal/pii"
	"xiaobao/internal/store"
)

func toSummary(s Shown) api.RectificationSummary {
	return api.RectificationSummary{ID: s.ID, Etag: store.ETag(s.Version), State: string(s.State), RootCauseCode: s.RootCause, Severity: s.Severity,
		Owner: s.ref(s.OwnerID), Department: s.ref(s.DepartmentID), OpenedBy: s.ref(s.OpenedBy), OpenerDepartment: s.ref(s.OpenerDepartmentID),
		DueOn: *answer.Day(s.DueOn), Overdue: s.Overdue(s.Today), Reopened: s.Reopened, ComplaintCount: int32(s.Count), CreatedAt: s.CreatedAt, UpdatedAt: s.UpdatedAt,
		AllowedActions: words(s.Allowed)}
}

// A rectification belongs to no single complaint, so nobody has a reason to see a consumer here, whatever she may see in the complaints.
func toAPI(s Shown) api.Rectification {
	row, v := toSummary(s), pii.NewVeil(s.Values)
	r := api.Rectification{ID: row.ID, Etag: row.Etag, State: row.State, RootCauseCode: row.RootCauseCode, Severity: row.Severity, Owner: row.Owner, Department: row.Department,
		OpenedBy: row.OpenedBy, OpenerDepartment: row.OpenerDepartment, DueOn: row.DueOn, Overdue: row.Overdue, Reopened: row.Reopened, ComplaintCount: row.ComplaintCount,
		CreatedAt: row.CreatedAt, UpdatedAt: row.UpdatedAt, AllowedActions: row.AllowedActions, Action: v.Text("/action", s.Measure), ComplaintIds: answer.List(s.ComplaintIDs),
		FindingIds: answer.List(s.FindingIDs)}
	if s.CompletedAt != nil {
		r.Completion = &api.RectificationCompletion{Evidence: make([]string, len(s.Evidence)), CompletedBy: s.ref(s.CompletedBy), CompletedAt: *s.CompletedAt}
		for i, text := range s.Evidence {
			r.Completion.Evidence[i] = v.Text(fmt.Sprintf("/completion/evidence/%d", i), text)
		}
	}
	if s.VerifiedAt != nil {
		r.Verification = &api.RectificationVerification{Effective: answer.Value(s.Effective), Comment: v.Text("/verification/comment", s.Comment),
			VerifiedBy: s.ref(s.VerifiedBy), VerifiedAt: *s.VerifiedAt}
	}
	r.MaskedFields = v.Masked()
	return r
}

func (s Shown) ref(id string) api.Ref { return api.Ref{ID: id, Name: s.People[id]} }

func words(actions []Action) []string {
	texts := make([]string, len(actions))
	for i, a := range actions {
		texts[i] = string(a)
	}
	return texts
}
