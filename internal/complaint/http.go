package complaint

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"xiaobao/api"
	"xiaobao/internal/answer"
	"xiaobao/internal/fault"
	"xiaobao/internal/store"
)

// HTTP serves the complaints' operations of the contract.
type HTTP struct {
	service *Service
	tokens  answer.Tokens
}

// NewHTTP makes the operations.
func NewHTTP(s *Service, tokens answer.Tokens) *HTTP { return &HTTP{service: s, tokens: tokens} }

// CreateComplaint registers a complaint.
func (h *HTTP) CreateComplaint(ctx context.Context, r api.CreateComplaintRequestObject) (api.CreateComplaintResponseObject, error) {
	in, err := fromAPI(*r.Body)
	if err != nil {
		return nil, err
	}
	known, made := false, false
	return answer.Once(ctx, func(ctx context.Context) (id string, err error) {
		id, known, err = h.service.Create(ctx, in)
		made = err == nil
		return id, err
	}, func(ctx context.Context, id string) (api.CreateComplaintResponseObject, error) {
		shown, err := h.service.Get(ctx, id)
		if made && errors.Is(err, NotFound) { // a key that may create and not read must not take it for lost
			shown, err = h.service.Registered(ctx, id)
		}
		if err != nil {
			return nil, err
		}
		body := h.toAPI(ctx, shown)
		if known {
			return api.CreateComplaint200JSONResponse{Body: body, Headers: api.CreateComplaint200ResponseHeaders{ETag: body.Etag}}, nil
		}
		return api.CreateComplaint201JSONResponse{Body: body, Headers: api.CreateComplaint201ResponseHeaders{ETag: body.Etag, Location: "/v1/complaints/" + id}}, nil
	})
}

// Faults finds what no schema can say of an intake, in a body whose schema found other faults.
func (h *HTTP) Faults(ctx context.Context, value any) []fault.Item {
	text, err := json.Marshal(value)
	if err != nil {
		return nil // cannot be: it was JSON
	}
	var body api.ComplaintCreate
	if err := json.Unmarshal(text, &body); err != nil {
		return nil // a fault that is told already
	}
	in, err := fromAPI(body)
	if err != nil {
		return nil // as above
	}
	items, err := h.service.Faults(ctx, in)
	if err != nil {
		return nil // what the schema found is told all the same
	}
	return items
}

// GetComplaint shows a complaint.
func (h *HTTP) GetComplaint(ctx context.Context, r api.GetComplaintRequestObject) (api.GetComplaintResponseObject, error) {
	var parts []string
	for _, part := range answer.Value(r.Params.Expand) {
		parts = append(parts, string(part))
	}
	record, err := h.recordWith(ctx, r.ComplaintID, parts)
	return api.GetComplaint200JSONResponse{ComplaintJSONResponse: record}, err
}

// record is the answer that shows a complaint as it now is.
func (h *HTTP) record(ctx context.Context, id string) (api.ComplaintJSONResponse, error) {
	return h.recordWith(ctx, id, nil)
}

func (h *HTTP) recordWith(ctx context.Context, id string, parts []string) (api.ComplaintJSONResponse, error) {
	shown, err := h.service.Get(ctx, id, parts...)
	if err != nil {
		return api.ComplaintJSONResponse{}, err
	}
	body := h.toAPI(ctx, shown)
	return api.ComplaintJSONResponse{Body: body, Headers: api.ComplaintResponseHeaders{ETag: body.Etag}}, nil
}

// PreviewComplaint checks an intake and stores nothing.
func (h *HTTP) PreviewComplaint(ctx context.Context, r api.PreviewComplaintRequestObject) (api.PreviewComplaintResponseObject, error) {
	in, err := fromAPI(*r.Body)
	if err != nil {
		return nil, err
	}
	p, err := h.service.Preview(ctx, in)
	if err != nil {
		return nil, err
	}
	c := p.Complaint
	return api.PreviewComplaint200JSONResponse{Department: *answer.Ref(p.Department.ID, p.Department.Name), RuleSet: answer.Text(c.RuleSet), ReceivedAt: c.ReceivedAt,
		DueOn: answer.Day(c.DueOn), ActByOn: answer.Day(c.ActByOn), StageDueOn: *answer.Day(c.StageDueOn), LateRegistration: c.LateRegistration,
		Provisional: c.Provisional, StruckFields: answer.List(c.Struck)}, nil
}

// ListComplaints shows a work list.
func (h *HTTP) ListComplaints(ctx context.Context, r api.ListComplaintsRequestObject) (api.ListComplaintsResponseObject, error) {
	p := r.Params
	body, err := answer.Page(ctx, h.tokens, answer.Asked{Limit: p.Limit, PageToken: p.PageToken, IncludeTotal: p.IncludeTotal},
		func(ctx context.Context, page store.Page) (store.List[Shown], error) {
			return h.service.List(ctx, filterOf(p), page)
		}, h.toSummary)
	return api.ListComplaints200JSONResponse(body), err
}

func filterOf(p api.ListComplaintsParams) Filter {
	f := Filter{Outcomes: answer.Value(p.Outcome), Sources: answer.Value(p.Source), Channels: answer.Value(p.IntakeChannel), Businesses: answer.Value(p.BusinessCode),
		Causes: answer.Value(p.CauseCode), Regions: answer.Value(p.RegionCode), Department: answer.Value(p.Department), Responsible: answer.Value(p.Responsible),
		Overdue: p.Overdue, ActBy: answer.Date(p.ActBy), ReceivedFrom: answer.Date(p.ReceivedFrom), ReceivedTo: answer.Date(p.ReceivedTo), UpdatedAfter: p.UpdatedAfter,
		Number: answer.Value(p.Number), ExternalReference: answer.Value(p.ExternalReference), ClientID: answer.Value(p.ClientID), Sort: "-received_at"}
	for _, part := range answer.Value(p.Expand) {
		f.Parts = append(f.Parts, string(part))
	}
	for _, stage := range answer.Value(p.Stage) {
		f.Stages = append(f.Stages, string(stage))
	}
	if p.Sort != nil {
		f.Sort = string(*p.Sort)
	}
	return f
}

func fromAPI(b api.ComplaintCreate) (Intake, error) {
	who := b.Complainant
	in := Intake{Source: b.Source, IntakeChannel: answer.Value(b.IntakeChannel), BusinessChannel: answer.Value(b.BusinessChannelCode),
		ExternalReference: answer.Value(b.ExternalReference), SourceReference: answer.Value(b.SourceReference), SourceReceivedOn: answer.Date(b.SourceReceivedOn),
		FeedbackDueOn: answer.Date(b.FeedbackDueOn), ReceivedAt: b.ReceivedAt, OccurredOn: answer.Date(b.OccurredOn),
		ComplainantKind: string(who.Kind), ComplainantName: answer.Value(who.Name),
		Complainant: Complainant{IDType: answer.Value(who.IDType), IDNumber: answer.Value(who.IDNumber), IDUnverified: answer.Value(who.IDUnverified),
			CreditCode: answer.Value(who.CreditCode), LegalRepresentative: answer.Value(who.LegalRepresentative), Phone: answer.Value(who.Phone),
			Email: string(answer.Value(who.Email)), Address: answer.Value(who.Address)},
		Codes: Codes{Business: answer.Value(b.BusinessCode), Cause: answer.Value(b.CauseCode)}, Region: answer.Value(b.RegionCode), Product: answer.Value(b.Product),
		Request: answer.Value(b.Request), Narrative: answer.Value(b.Narrative), LateReason: answer.Value(b.LateRegistrationReason)}
	if r := b.Respondent; r != nil {
		in.Respondent = Respondent{DepartmentID: answer.Value(r.DepartmentID), Unit: answer.Value(r.Unit), StaffName: answer.Value(r.StaffName)}
		in.NamedStaffID = answer.Value(r.StaffID)
	}
	in.Transaction = transactionOf(b.Transaction)
	var err error
	in.Amount, err = answer.Money(b.AmountInDispute)
	return in, err
}

func transactionOf(b *api.TransactionCreate) *Transaction {
	if b == nil {
		return nil
	}
	return &Transaction{Reference: b.Reference, Kind: b.Kind, At: b.At.UTC().Truncate(time.Microsecond), RiskLevel: int(answer.Value(b.RiskLevel))}
}
