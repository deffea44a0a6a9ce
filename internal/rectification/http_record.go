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

func toAPI(s Shown) api.Rectification {
	row, v := toSummary(s), view{values: s.Values, masked: []string{}}
	r := api.Rectification{ID: row.ID, Etag: row.Etag, State: row.State, RootCauseCode: row.RootCauseCode, Severity: row.Severity, Owner: row.Owner, Department: row.Department,
		OpenedBy: row.OpenedBy, OpenerDepartment: row.OpenerDepartment, DueOn: row.DueOn, Overdue: row.Overdue, Reopened: row.Reopened, ComplaintCount: row.ComplaintCount,
		CreatedAt: row.CreatedAt, UpdatedAt: row.UpdatedAt, AllowedActions: row.AllowedActions, Action: v.text("/action", s.Measure), ComplaintIds: answer.List(s.ComplaintIDs),
		FindingIds: answer.List(s.FindingIDs)}
	if s.CompletedAt != nil {
		r.Completion = &api.RectificationCompletion{Evidence: make([]string, len(s.Evidence)), CompletedBy: s.ref(s.CompletedBy), CompletedAt: *s.CompletedAt}
		for i, text := range s.Evidence {
			r.Completion.Evidence[i] = v.text(fmt.Sprintf("/completion/evidence/%d", i), text)
		}
	}
	if s.VerifiedAt != nil {
		r.Verification = &api.RectificationVerification{Effective: answer.Value(s.Effective), Comment: v.text("/verification/comment", s.Comment),
			VerifiedBy: s.ref(s.VerifiedBy), VerifiedAt: *s.VerifiedAt}
	}
	r.MaskedFields = v.masked
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

// A view masks the consumers in the texts of one rectification, and remembers where it did. A rectification belongs to no single complaint, so
// nobody has a reason to see one here, whatever she may see in the complaints.
type view struct {
	values, masked []string
}

func (v *view) text(pointer, text string) string {
	hidden := pii.MaskValues(text, v.values...)
	if hidden != text {
		v.masked = append(v.masked, pointer)
	}
	return hidden
}
