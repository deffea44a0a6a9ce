package rootcause

import (
	"context"

	"xiaobao/api"
	"xiaobao/internal/answer"
)

// HTTP serves the loop's operation of the contract.
type HTTP struct{ service *Service }

// NewHTTP makes the operation.
func NewHTTP(s *Service) *HTTP { return &HTTP{service: s} }

// GetRootCauseLoop shows whether what was done about a root cause has helped.
func (h *HTTP) GetRootCauseLoop(ctx context.Context, r api.GetRootCauseLoopRequestObject) (api.GetRootCauseLoopResponseObject, error) {
	l, err := h.service.Loop(ctx, r.Code, Period{answer.Date(&r.Params.From), answer.Date(&r.Params.To)})
	if err != nil {
		return nil, err
	}
	verdict, reason := l.Verdict()
	return api.GetRootCauseLoop200JSONResponse{RootCauseCode: l.RootCause, Period: l.Period.toAPI(), NextPeriod: l.Next.toAPI(), AsOf: l.AsOf, CauseCodes: answer.List(l.Causes),
		Traced: l.Traced, Complaints: l.Complaints.toAPI(),
		Findings:       api.RootCauseFindings{Opened: l.Findings.Opened, Closed: l.Findings.Closed, Reopened: l.Findings.Reopened},
		Rectifications: api.RootCauseRectifications{Opened: l.Actions.Opened, Completed: l.Actions.Completed, Verified: l.Actions.Verified, Effective: l.Actions.Effective, Reopened: l.Actions.Reopened},
		Policies:       policies(l.Policies), Trainings: trainings(l.Trainings), NextComplaints: l.NextComplaints.toAPI(), Change: l.Change(), Verdict: string(verdict), VerdictReason: reason,
		MinimumSample: minimumSample, EffectiveFall: effectiveFall, Notes: []string{l.Note}}, nil
}

func (p Period) toAPI() api.RootCausePeriod {
	return api.RootCausePeriod{FromOn: *answer.Day(p.From), ToOn: *answer.Day(p.To)}
}

func (c Count) toAPI() api.RootCauseCount { return api.RootCauseCount{Raw: c.Raw, Merged: c.Merged} }

func policies(all []Policy) []api.RootCausePolicy {
	shown := make([]api.RootCausePolicy, len(all))
	for i, p := range all {
		shown[i] = api.RootCausePolicy{ID: p.ID, Code: p.Code, Title: p.Title, Edition: int32(p.Edition), InForceAt: p.InForceAt, Required: int32(p.Required), Acknowledged: int32(p.Acknowledged)}
	}
	return shown
}

func trainings(all []Training) []api.RootCauseTraining {
	shown := make([]api.RootCauseTraining, len(all))
	for i, t := range all {
		shown[i] = api.RootCauseTraining{CourseID: t.CourseID, Code: t.Code, Title: t.Title, Attended: t.Attended, Certified: t.Certified}
	}
	return shown
}
