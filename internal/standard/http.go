package standard

import (
	"context"

	"xiaobao/api"
	"xiaobao/internal/answer"
	"xiaobao/internal/store"
)

// HTTP serves the standards' and measurements' operations of the contract.
type HTTP struct {
	service *Service
	tokens  answer.Tokens
}

// NewHTTP makes the operations.
func NewHTTP(s *Service, tokens answer.Tokens) *HTTP { return &HTTP{service: s, tokens: tokens} }

// ListStandards shows standards.
func (h *HTTP) ListStandards(ctx context.Context, r api.ListStandardsRequestObject) (api.ListStandardsResponseObject, error) {
	p := r.Params
	f := Filter{Measures: answer.Value(p.Measure), Code: answer.Value(p.Code)}
	for _, state := range answer.Value(p.State) {
		f.States = append(f.States, string(state))
	}
	body, err := answer.Page(ctx, h.tokens, answer.Asked{Limit: p.Limit, PageToken: p.PageToken, IncludeTotal: p.IncludeTotal},
		func(ctx context.Context, page store.Page) (store.List[Shown], error) {
			return h.service.List(ctx, f, page)
		}, toAPI)
	return api.ListStandards200JSONResponse(body), err
}

// CreateStandard drafts a version of a standard.
func (h *HTTP) CreateStandard(ctx context.Context, r api.CreateStandardRequestObject) (api.CreateStandardResponseObject, error) {
	b := r.Body
	d := Draft{Code: b.Code, Replace: answer.Value(b.Replace), Title: b.Title, Measure: Measure(b.Measure), WithinDays: int(answer.Value(b.WithinDays)), Department: answer.Value(b.DepartmentID), Percent: b.Target,
		Direction: string(b.Direction), Window: string(b.Window), Minimum: int64(b.MinimumSample), OwnerID: answer.Value(b.OwnerID), OwnerDepartment: answer.Value(b.OwnerDepartmentID)}
	return answer.Once(ctx, func(ctx context.Context) (string, error) { return h.service.Create(ctx, d) },
		func(ctx context.Context, id string) (api.CreateStandardResponseObject, error) {
			record, err := h.record(ctx, id)
			return api.CreateStandard201JSONResponse{Body: record.Body, Headers: api.CreateStandard201ResponseHeaders{ETag: record.Headers.ETag, Location: "/v1/standards?code=" + record.Body.Code}}, err
		})
}

// ApproveStandard approves and publishes a version.
func (h *HTTP) ApproveStandard(ctx context.Context, r api.ApproveStandardRequestObject) (api.ApproveStandardResponseObject, error) {
	record, err := answer.Once(ctx, func(ctx context.Context) (string, error) {
		return h.service.Texts.ApproveAndPublish(ctx, r.StandardID, r.Body.InForceAt, store.ParseMatch(r.Params.IfMatch))
	}, h.record)
	return api.ApproveStandard200JSONResponse{StandardJSONResponse: record}, err
}

// record is the answer that shows a standard as it now is.
func (h *HTTP) record(ctx context.Context, id string) (api.StandardJSONResponse, error) {
	shown, err := h.service.Get(ctx, id)
	if err != nil {
		return api.StandardJSONResponse{}, err
	}
	body := toAPI(shown)
	return api.StandardJSONResponse{Body: body, Headers: api.StandardResponseHeaders{ETag: body.Etag}}, nil
}

func toAPI(s Shown) api.Standard {
	ref := func(id string) *api.Ref { return answer.Ref(id, s.People[id]) }
	return api.Standard{ID: s.ID, Etag: store.ETag(s.Version), Code: s.Code, Edition: answer.Edition(s.Edition, s.Others, s.People, s.Now), Title: s.Title, Measure: string(s.Measure),
		WithinDays: days(s.WithinDays), Department: ref(s.Department), Target: float64(s.Target) / 100, Direction: s.Direction, Window: s.Window, MinimumSample: int32(s.Minimum),
		Owner: ref(s.OwnerID), OwnerDepartment: *ref(s.OwnerDepartment), AllowedActions: s.Allowed}
}

func days(n int) *int32 {
	if n == 0 {
		return nil
	}
	d := int32(n)
	return &d
}

// MeasureStandard measures a version in a period.
func (h *HTTP) MeasureStandard(ctx context.Context, r api.MeasureStandardRequestObject) (api.MeasureStandardResponseObject, error) {
	return answer.Once(ctx, func(ctx context.Context) (string, error) { return h.service.Measure(ctx, r.StandardID, r.Body.Period) },
		func(ctx context.Context, id string) (api.MeasureStandardResponseObject, error) {
			measured, _, err := h.service.Measurement(ctx, id, nil, store.Page{Limit: 1})
			if err != nil {
				return nil, err
			}
			return api.MeasureStandard201JSONResponse{Body: toSummary(measured), Headers: api.MeasureStandard201ResponseHeaders{Location: "/v1/measurements/" + id}}, nil
		})
}

// ListMeasurements shows measurements.
func (h *HTTP) ListMeasurements(ctx context.Context, r api.ListMeasurementsRequestObject) (api.ListMeasurementsResponseObject, error) {
	p := r.Params
	f := MeasurementFilter{StandardID: answer.Value(p.StandardID), Code: answer.Value(p.Code), Period: answer.Value(p.Period)}
	for _, state := range answer.Value(p.State) {
		f.States = append(f.States, string(state))
	}
	body, err := answer.Page(ctx, h.tokens, answer.Asked{Limit: p.Limit, PageToken: p.PageToken, IncludeTotal: p.IncludeTotal},
		func(ctx context.Context, page store.Page) (store.List[Measured], error) {
			return h.service.Measurements(ctx, f, page)
		}, toSummary)
	return api.ListMeasurements200JSONResponse(body), err
}

// GetMeasurement shows a measurement with its records.
func (h *HTTP) GetMeasurement(ctx context.Context, r api.GetMeasurementRequestObject) (api.GetMeasurementResponseObject, error) {
	page, err := h.tokens.Page(ctx, r.Params.Limit, r.Params.PageToken, nil)
	if err != nil {
		return nil, err
	}
	var verdicts []string
	for _, v := range answer.Value(r.Params.Verdict) {
		verdicts = append(verdicts, string(v))
	}
	measured, records, err := h.service.Measurement(ctx, r.MeasurementID, verdicts, page)
	if err != nil {
		return nil, err
	}
	row := toSummary(measured)
	body := api.GetMeasurement200JSONResponse{ID: row.ID, Standard: row.Standard, Period: row.Period, FromOn: row.FromOn, ToOn: row.ToOn, State: row.State, Value: row.Value, Target: row.Target,
		Direction: row.Direction, N: row.N, Kept: row.Kept, Excluded: row.Excluded, DefinitionVersion: row.DefinitionVersion, AsOf: row.AsOf, MeasuredBy: row.MeasuredBy,
		FindingID: row.FindingID, Records: toRecords(records.Rows)}
	body.NextPageToken, err = h.tokens.NextOrNone(ctx, records.After)
	return body, err
}

// toRecords keeps none at all apart from an empty page.
func toRecords(records []Record) *[]api.MeasurementRecord {
	if records == nil {
		return nil
	}
	rows := make([]api.MeasurementRecord, len(records))
	for i, r := range records {
		rows[i] = api.MeasurementRecord{ID: r.ID, Verdict: string(r.Verdict)}
	}
	return &rows
}

func toSummary(m Measured) api.MeasurementSummary {
	body := api.MeasurementSummary{ID: m.ID, Standard: api.MeasuredStandard{ID: m.StandardID, Code: m.Code, Number: m.Standard.Edition.Number, Title: m.Standard.Title, Measure: string(m.Standard.Measure)},
		Period: m.Period.Name, FromOn: *answer.Day(m.Period.From), ToOn: *answer.Day(m.Period.To), State: string(m.State), Value: m.Value(), Target: float64(m.Standard.Target) / 100,
		Direction: m.Standard.Direction, N: m.N, Kept: m.Kept, Excluded: make([]api.MeasurementExclusion, len(m.Excluded)), DefinitionVersion: m.Definition, AsOf: m.AsOf,
		MeasuredBy: api.Ref{ID: m.MeasuredBy, Name: m.People[m.MeasuredBy]}}
	for i, e := range m.Excluded {
		body.Excluded[i] = api.MeasurementExclusion{Reason: string(e.Verdict), Count: e.N}
	}
	if m.FindingShown {
		body.FindingID = answer.Text(m.FindingID)
	}
	return body
}
