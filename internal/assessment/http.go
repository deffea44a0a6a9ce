package assessment

import (
	"context"
	"fmt"

	"xiaobao/api"
	"xiaobao/internal/answer"
	"xiaobao/internal/calendar"
	"xiaobao/internal/store"
)

// HTTP serves the assessments' operations of the contract.
type HTTP struct {
	service *Service
	tokens  answer.Tokens
}

// NewHTTP makes the operations.
func NewHTTP(s *Service, tokens answer.Tokens) *HTTP { return &HTTP{service: s, tokens: tokens} }

// ListAssessments shows assessments.
func (h *HTTP) ListAssessments(ctx context.Context, r api.ListAssessmentsRequestObject) (api.ListAssessmentsResponseObject, error) {
	p := r.Params
	f := Filter{Period: answer.Value(p.Period)}
	for _, kind := range answer.Value(p.Kind) {
		f.Kinds = append(f.Kinds, string(kind))
	}
	for _, state := range answer.Value(p.State) {
		f.States = append(f.States, string(state))
	}
	body, err := answer.Page(ctx, h.tokens, answer.Asked{Limit: p.Limit, PageToken: p.PageToken, IncludeTotal: p.IncludeTotal},
		func(ctx context.Context, page store.Page) (store.List[Shown], error) {
			return h.service.List(ctx, f, page)
		}, toSummary)
	return api.ListAssessments200JSONResponse(body), err
}

// CreateAssessment makes a sheet.
func (h *HTTP) CreateAssessment(ctx context.Context, r api.CreateAssessmentRequestObject) (api.CreateAssessmentResponseObject, error) {
	b := r.Body
	w := Wanted{Kind: string(b.Kind), Period: b.Period, Scheme: answer.Value(b.Scheme), DepartmentID: answer.Value(b.DepartmentID)}
	return answer.Once(ctx, func(ctx context.Context) (string, error) { return h.service.Create(ctx, w, digest) },
		func(ctx context.Context, id string) (api.CreateAssessmentResponseObject, error) {
			record, err := h.record(ctx, id)
			return api.CreateAssessment201JSONResponse{Body: record.Body, Headers: api.CreateAssessment201ResponseHeaders{ETag: record.Headers.ETag, Location: "/v1/assessments/" + id}}, err
		})
}

// GetAssessment shows a sheet.
func (h *HTTP) GetAssessment(ctx context.Context, r api.GetAssessmentRequestObject) (api.GetAssessmentResponseObject, error) {
	record, err := h.record(ctx, r.AssessmentID)
	return api.GetAssessment200JSONResponse{AssessmentJSONResponse: record}, err
}

// ApproveAssessment approves a sheet.
func (h *HTTP) ApproveAssessment(ctx context.Context, r api.ApproveAssessmentRequestObject) (api.ApproveAssessmentResponseObject, error) {
	record, err := answer.Once(ctx, func(ctx context.Context) (string, error) {
		return h.service.Approve(ctx, r.AssessmentID, store.ParseMatch(r.Params.IfMatch))
	}, h.record)
	return api.ApproveAssessment200JSONResponse{AssessmentJSONResponse: record}, err
}

// record is the answer that shows a sheet. One whose lines do not give its digest was changed from outside, and is not shown.
func (h *HTTP) record(ctx context.Context, id string) (api.AssessmentJSONResponse, error) {
	shown, err := h.service.Get(ctx, id)
	if err != nil {
		return api.AssessmentJSONResponse{}, err
	}
	got, err := digest(shown.Sheet)
	if err != nil {
		return api.AssessmentJSONResponse{}, err
	}
	if got != shown.SHA256 {
		return api.AssessmentJSONResponse{}, fmt.Errorf("the lines of assessment %s give the digest %s, not %s: they were changed from outside", id, got, shown.SHA256)
	}
	s := toSummary(shown)
	body := api.Assessment{ID: s.ID, Etag: s.Etag, Kind: s.Kind, Period: s.Period, FromOn: s.FromOn, ToOn: s.ToOn, Revision: s.Revision, State: s.State, Scheme: s.Scheme, Department: s.Department,
		AsOf: s.AsOf, MadeBy: s.MadeBy, ApprovedBy: s.ApprovedBy, ApprovedAt: s.ApprovedAt, Measured: s.Measured, Points: s.Points, Sha256: s.Sha256, AllowedActions: s.AllowedActions,
		Standards: []api.AssessedStandard{}, Elements: toElements(shown.Indicators)}
	for _, l := range shown.Standards {
		if shown.Foreign[l.StandardID] {
			continue
		}
		line := toStandardLine(l)
		if shown.Named[l.FindingID] {
			line.FindingID = &l.FindingID
		}
		for _, a := range shown.Actions {
			if a.FindingID == l.FindingID {
				line.Actions = append(line.Actions, api.AssessmentAction{RectificationID: a.ID, State: a.State, DueOn: *answer.Day(day(a.DueOn))})
			}
		}
		body.Standards = append(body.Standards, line)
	}
	return api.AssessmentJSONResponse{Body: body, Headers: api.AssessmentResponseHeaders{ETag: body.Etag}}, nil
}

// digest is that of the lines as everybody is shown them.
func digest(s Sheet) (string, error) {
	standards := make([]api.AssessedStandard, len(s.Standards))
	for i, l := range s.Standards {
		standards[i] = toStandardLine(l)
	}
	return answer.Digest(map[string]any{"standards": standards, "elements": toElements(s.Indicators)})
}

func toSummary(s Shown) api.AssessmentSummary {
	ref := func(id string) *api.Ref { return answer.Ref(id, s.People[id]) }
	body := api.AssessmentSummary{ID: s.ID, Etag: store.ETag(s.Version), Kind: api.AssessmentKind(s.Kind), Period: s.Period.Name, FromOn: *answer.Day(s.Period.From), ToOn: *answer.Day(s.Period.To),
		Revision: s.Revision, State: api.AssessmentState(s.State()), Department: ref(s.DepartmentID), AsOf: s.AsOf, MadeBy: *ref(s.MadeBy), ApprovedBy: ref(s.ApprovedBy), ApprovedAt: s.ApprovedAt,
		Sha256: s.SHA256, AllowedActions: s.Allowed}
	if s.Kind == Evaluation {
		measured, points := points(s.Measured), points(s.Points)
		body.Measured, body.Points = &measured, &points
		body.Scheme = &api.AssessmentScheme{Code: s.Scheme.Code, ValidFrom: *answer.Day(day(s.Scheme.ValidFrom)), Title: answer.Labels(s.Scheme.Title)}
	}
	return body
}

// toStandardLine is a line as everybody is shown it.
func toStandardLine(l Standard) api.AssessedStandard {
	line := api.AssessedStandard{StandardID: l.StandardID, Code: l.Code, Number: l.Edition, Title: l.Title, Measure: l.Measure, Direction: l.Direction, Target: float64(l.Target) / 100,
		Period: l.Period, State: l.State, Value: percent(l.Kept, l.N), N: l.N, Kept: l.Kept, Trend: answer.Text(l.Trend), PreviousPeriod: answer.Text(l.BeforePeriod),
		PreviousValue: percent(l.BeforeKept, l.BeforeN), FindingState: answer.Text(l.FindingState), FindingDueOn: answer.Day(day(l.FindingDueOn)), FindingReopened: l.Reopened,
		OpenActions: l.OpenActions, Actions: []api.AssessmentAction{}, Evidence: []string{}}
	if l.MeasurementID != "" {
		line.Evidence = append(line.Evidence, "/v1/measurements/"+l.MeasurementID)
	}
	return line
}

// toElements gathers indicators, which stand in the order of their scheme, by element.
func toElements(all []Indicator) []api.AssessedElement {
	elements := []api.AssessedElement{}
	for i, l := range all {
		if i == 0 || all[i-1].Element != l.Element {
			elements = append(elements, api.AssessedElement{Code: l.Element, Title: answer.Labels(l.ElementTitle), Weight: l.ElementWeight})
		}
		e := &elements[len(elements)-1]
		line := api.AssessedIndicator{Code: l.Code, Title: answer.Labels(l.Title), Weight: l.Weight, Most: points(l.Most()), Scope: l.Scope, State: l.State, Value: percent(l.Kept, l.N), N: l.N, Kept: l.Kept,
			Excluded: l.Excluded, Evidence: answer.List(l.Evidence)}
		if p, ok := l.Points(); ok {
			got := points(p)
			line.Points = &got
		}
		e.Indicators = append(e.Indicators, line)
	}
	for i, j := 0, 0; i < len(elements); i++ {
		n := len(elements[i].Indicators)
		most, got := Total(all[j : j+n])
		elements[i].Measured, elements[i].Points = points(most), points(got)
		j += n
	}
	return elements
}

// points are hundredths of points as they are shown.
func points(hundredths int64) float64 { return float64(hundredths) / 100 }

// day is a date as it is kept; the zero date when there is none.
func day(text string) calendar.Date {
	d, _ := calendar.Parse(text)
	return d
}
