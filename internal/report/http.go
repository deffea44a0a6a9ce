package report

import (
	"context"

	openapi_types "github.com/oapi-codegen/runtime/types"

	"xiaobao/api"
	"xiaobao/internal/answer"
	"xiaobao/internal/calendar"
	"xiaobao/internal/store"
)

// HTTP serves the reports' operations of the contract.
type HTTP struct {
	service *Service
	tokens  answer.Tokens
}

// NewHTTP makes the operations.
func NewHTTP(s *Service, tokens answer.Tokens) *HTTP { return &HTTP{service: s, tokens: tokens} }

// ListReportDefinitions tells what can be reported.
func (h *HTTP) ListReportDefinitions(ctx context.Context, _ api.ListReportDefinitionsRequestObject) (api.ListReportDefinitionsResponseObject, error) {
	var body api.ListReportDefinitions200JSONResponse
	for _, d := range h.service.Definitions(ctx) {
		shown := api.ReportDefinition{Code: d.Code, Version: int32(d.Edition), Title: answer.Labels(d.Title)}
		for _, c := range d.Columns {
			column := api.ReportColumn{Name: c.Name, Kind: api.ReportColumnKindFigure, CodeList: answer.Text(c.List), Meaning: answer.Labels(c.Meaning)}
			if c.Kind != Figure {
				column.Kind = api.ReportColumnKindDimension
			}
			shown.Columns = append(shown.Columns, column)
		}
		body.Data = append(body.Data, shown)
	}
	return body, nil
}

// ListReports shows which reports there are.
func (h *HTTP) ListReports(ctx context.Context, r api.ListReportsRequestObject) (api.ListReportsResponseObject, error) {
	p := r.Params
	body, err := answer.Page(ctx, h.tokens, answer.Asked{Limit: p.Limit, PageToken: p.PageToken, IncludeTotal: p.IncludeTotal}, h.service.List, toAPI)
	return api.ListReports200JSONResponse(body), err
}

// CreateReport issues a report.
func (h *HTTP) CreateReport(ctx context.Context, r api.CreateReportRequestObject) (api.CreateReportResponseObject, error) {
	b := r.Body
	d := Draft{Definition: string(b.Definition), Period: Period{answer.Date(&b.FromOn), answer.Date(&b.ToOn)}, Provisional: answer.Value(b.Provisional)}
	for _, name := range answer.Value(b.Dimensions) {
		d.Dimensions = append(d.Dimensions, string(name))
	}
	return answer.Once(ctx, func(ctx context.Context) (string, error) {
		return h.service.Create(ctx, d)
	}, func(ctx context.Context, id string) (api.CreateReportResponseObject, error) {
		made, err := h.service.Get(ctx, id)
		if err != nil {
			return nil, err
		}
		body := toAPI(made)
		return api.CreateReport201JSONResponse{Body: body, Headers: api.CreateReport201ResponseHeaders{ETag: body.Etag, Location: "/v1/reports/" + id}}, nil
	})
}

// GetReport shows a report.
func (h *HTTP) GetReport(ctx context.Context, r api.GetReportRequestObject) (api.GetReportResponseObject, error) {
	found, err := h.service.Get(ctx, r.ReportID)
	if err != nil {
		return nil, err
	}
	body := toAPI(found)
	if found.State == Issued && answer.Unchanged(r.Params.IfNoneMatch, body.Etag) {
		return api.GetReport304Response{Headers: api.GetReport304ResponseHeaders{CacheControl: kept(found), ETag: body.Etag}}, nil
	}
	return api.GetReport200JSONResponse{Body: body, Headers: api.GetReport200ResponseHeaders{CacheControl: kept(found), ETag: body.Etag}}, nil
}

// kept says who may store a report: nobody but the caller, and no provisional one.
func kept(r Report) string {
	if r.State == Issued {
		return "private, no-cache"
	}
	return "no-store"
}

// ListReportRows shows the rows of a report.
func (h *HTTP) ListReportRows(ctx context.Context, r api.ListReportRowsRequestObject) (api.ListReportRowsResponseObject, error) {
	p := r.Params
	body, err := answer.Page(ctx, h.tokens, answer.Asked{Limit: p.Limit, PageToken: p.PageToken, IncludeTotal: p.IncludeTotal},
		func(ctx context.Context, page store.Page) (store.List[Row], error) {
			return h.service.Rows(ctx, r.ReportID, page)
		}, rowToAPI)
	return api.ListReportRows200JSONResponse(body), err
}

func toAPI(r Report) api.Report {
	t := r.Total
	return api.Report{ID: r.ID, Etag: store.ETag(r.Version), Number: r.Number, Definition: api.ReportDefinitionRef{Code: r.Definition, Version: int32(r.Edition)},
		Period: api.ReportPeriod{FromOn: day(r.From), ToOn: day(r.To), Label: r.Label()}, State: string(r.State), Revision: int32(r.Revision), AsOf: r.AsOf,
		TimeZone: r.Zone, Basis: basis(r), Dimensions: r.Dimensions, Notes: answer.List(r.Notes),
		Balance: api.ReportBalance{Opening: t.Opening, Received: t.Received, Closed: t.Closed, Closing: t.Closing, Holds: t.Holds()},
		Totals: api.ReportTotals{Received: t.Received, Closed: t.Closed, ClosedInTime: t.ClosedInTime, OverdueOpen: t.OverdueOpen, InTimeRate: t.Rate(),
			DaysP50: small(t.P50), DaysP90: small(t.P90)},
		RowCount: int32(r.RowCount), Sha256: r.SHA256, Verify: r.Verify()}
}

// basis is what the shares of a report are of.
func basis(r Report) string {
	if definition(r.Definition).Merged {
		return "merged"
	}
	return "raw"
}

func rowToAPI(r Row) api.ReportRow {
	return api.ReportRow{Source: answer.Text(r.Source), IntakeChannel: answer.Text(r.IntakeChannel), BusinessCode: answer.Text(r.Business), CauseCode: answer.Text(r.Cause),
		RegionCode: answer.Text(r.Region), Outcome: answer.Text(r.Outcome), Opening: r.Opening, Received: r.Received, Closed: r.Closed, ClosedInTime: r.ClosedInTime,
		OverdueOpen: r.OverdueOpen, InTimeRate: r.Rate(), DaysP50: small(r.P50), DaysP90: small(r.P90), Closing: r.Closing,
		Section: answer.Text(r.Section), Month: answer.Text(r.Month), BusinessChannelCode: answer.Text(r.BusinessChannel), DepartmentID: answer.Text(r.Department),
		Rank: ranked(r.Rank), Merged: r.Merged, Share: percent(r.Share), Previous: r.Previous, PreviousChange: r.change(r.Previous), LastYear: r.LastYear,
		LastYearChange: r.change(r.LastYear), Satisfaction: percent(r.Satisfaction)}
}

func day(d calendar.Date) openapi_types.Date { return *answer.Day(d) }

func small(n *int) *int32 {
	if n == nil {
		return nil
	}
	small := int32(*n)
	return &small
}

func ranked(n int) *int32 {
	if n == 0 {
		return nil
	}
	return small(&n)
}

// percent is told with one decimal.
func percent(tenths *int) *float64 {
	if tenths == nil {
		return nil
	}
	p := float64(*tenths) / 10
	return &p
}
