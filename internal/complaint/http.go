package complaint

import (
	"context"
	"encoding/json"

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
	known := false
	return answer.Once(ctx, func(ctx context.Context) (id string, err error) {
		id, known, err = h.service.Create(ctx, in)
		return id, err
	}, func(ctx context.Context, id string) (api.CreateComplaintResponseObject, error) {
		shown, err := h.service.Get(ctx, id)
		if err != nil {
			return nil, err
		}
		body := toAPI(shown)
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
	return h.service.Faults(ctx, in)
}

// GetComplaint shows a complaint.
func (h *HTTP) GetComplaint(ctx context.Context, r api.GetComplaintRequestObject) (api.GetComplaintResponseObject, error) {
	record, err := h.record(ctx, r.ComplaintID)
	return api.GetComplaint200JSONResponse{ComplaintJSONResponse: record}, err
}

// record is the answer that shows a complaint as it now is.
func (h *HTTP) record(ctx context.Context, id string) (api.ComplaintJSONResponse, error) {
	shown, err := h.service.Get(ctx, id)
	if err != nil {
		return api.ComplaintJSONResponse{}, err
	}
	body := toAPI(shown)
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
	page, err := h.tokens.Page(ctx, p.Limit, p.PageToken, p.IncludeTotal)
	if err != nil {
		return nil, err
	}
	list, err := h.service.List(ctx, filterOf(p), page)
	if err != nil {
		return nil, err
	}
	body, err := h.page(ctx, list)
	return api.ListComplaints200JSONResponse(body), err
}

func (h *HTTP) page(ctx context.Context, list List) (api.ComplaintPage, error) {
	body := api.ComplaintPage{Data: make([]api.ComplaintSummary, len(list.Rows)), Total: list.Total}
	for i, row := range list.Rows {
		body.Data[i] = toSummary(row)
	}
	if list.After == nil {
		return body, nil
	}
	next, err := h.tokens.Next(ctx, list.After...)
	body.NextPageToken = &next
	return body, err
}

func filterOf(p api.ListComplaintsParams) Filter {
	f := Filter{Outcomes: answer.Value(p.Outcome), Sources: answer.Value(p.Source), Channels: answer.Value(p.IntakeChannel), Businesses: answer.Value(p.BusinessCode),
		Causes: answer.Value(p.CauseCode), Regions: answer.Value(p.RegionCode), Department: answer.Value(p.Department), Responsible: answer.Value(p.Responsible),
		Overdue: p.Overdue, ActBy: answer.Date(p.ActBy), ReceivedFrom: answer.Date(p.ReceivedFrom), ReceivedTo: answer.Date(p.ReceivedTo), UpdatedAfter: p.UpdatedAfter,
		Number: answer.Value(p.Number), ExternalReference: answer.Value(p.ExternalReference), ClientID: answer.Value(p.ClientID), Sort: "-received_at"}
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
	var err error
	in.Amount, err = answer.Money(b.AmountInDispute)
	return in, err
}

func toSummary(s Shown) api.ComplaintSummary {
	v := s.view()
	return api.ComplaintSummary{ID: s.ID, Number: s.Number, Etag: store.ETag(s.Version), Stage: string(s.Stage), Outcome: answer.Text(s.Outcome), Source: s.Source,
		IntakeChannel: s.IntakeChannel, BusinessChannelCode: answer.Text(s.BusinessChannel), BusinessCode: answer.Text(s.Business()), CauseCode: answer.Text(s.Cause()),
		RegionCode: answer.Text(s.Region), ComplainantName: v.name("/complainant_name"), ExternalReference: answer.Text(s.ExternalReference),
		Client: answer.Ref(s.ClientID, s.Client), Responsible: answer.Ref(s.ResponsibleID, s.People[s.ResponsibleID]), Department: *answer.Ref(s.DepartmentID, s.People[s.DepartmentID]),
		ReceivedAt: s.ReceivedAt, RegisteredAt: s.RegisteredAt, UpdatedAt: s.UpdatedAt, ClosedAt: s.ClosedAt, DueOn: answer.Day(s.DueOn), ActByOn: answer.Day(s.ActByOn),
		StageDueOn: answer.Day(s.StageDueOn), StageActByOn: answer.Day(s.StageActByOn), Overdue: s.Overdue(s.Today), Provisional: s.Provisional,
		AllowedActions: []string{}, MaskedFields: v.masked}
}

func toAPI(s Shown) api.Complaint {
	row := toSummary(s)
	v := s.view()
	who := s.Complainant
	c := api.Complaint{ID: row.ID, Number: row.Number, Etag: row.Etag, Stage: row.Stage, Outcome: row.Outcome, Source: row.Source, IntakeChannel: row.IntakeChannel,
		BusinessChannelCode: row.BusinessChannelCode, BusinessCode: row.BusinessCode, CauseCode: row.CauseCode, RegionCode: row.RegionCode,
		ComplainantName: v.name("/complainant_name"), ExternalReference: row.ExternalReference, Client: row.Client, Responsible: row.Responsible, Department: row.Department,
		ReceivedAt: row.ReceivedAt, RegisteredAt: row.RegisteredAt, UpdatedAt: row.UpdatedAt, ClosedAt: row.ClosedAt, DueOn: row.DueOn, ActByOn: row.ActByOn,
		StageDueOn: row.StageDueOn, StageActByOn: row.StageActByOn, Overdue: row.Overdue, Provisional: row.Provisional, AllowedActions: row.AllowedActions,
		Complainant: api.Complainant{Kind: api.ComplainantKind(s.ComplainantKind), Name: v.name("/complainant/name"), IDType: answer.Text(who.IDType),
			IDNumber: v.idNumber(), IDUnverified: who.IDUnverified, CreditCode: answer.Text(who.CreditCode),
			LegalRepresentative: v.contact("/complainant/legal_representative", who.LegalRepresentative, maskName),
			Phone:               v.contact("/complainant/phone", who.Phone, maskPhone), Email: v.contact("/complainant/email", who.Email, maskEmail),
			Address: v.contact("/complainant/address", who.Address, maskAddress)},
		OccurredOn: answer.Day(s.OccurredOn), Product: v.text("/product", s.Product), AmountInDispute: answer.Sum(s.Amount), Request: v.text("/request", s.Request),
		Narrative: v.text("/narrative", s.Narrative), SourceReference: answer.Text(s.SourceReference), SourceReceivedOn: answer.Day(s.SourceReceivedOn),
		FeedbackDueOn: answer.Day(s.FeedbackDueOn), StruckFields: answer.List(s.Struck), LateRegistration: s.LateRegistration,
		LateRegistrationReason: v.text("/late_registration_reason", s.LateReason), RuleSet: answer.Text(s.RuleSet),
		Classification: api.Classification{Preliminary: *codes(s.Preliminary), Final: codesOrNone(s.Final)}, BlockedActions: []api.BlockedAction{}, ReceiptDigest: s.ContentDigest}
	if s.Respondent != (Respondent{}) || s.NamedStaffID != "" {
		c.Respondent = &api.Respondent{Department: answer.Ref(s.Respondent.DepartmentID, s.People[s.Respondent.DepartmentID]), Unit: v.text("/respondent/unit", s.Respondent.Unit),
			StaffName: v.contact("/respondent/staff_name", s.Respondent.StaffName, maskName), StaffID: answer.Text(s.NamedStaffID)}
	}
	c.MaskedFields = v.masked
	return c
}

func codes(c Codes) *api.Codes {
	return &api.Codes{BusinessCode: answer.Text(c.Business), CauseCode: answer.Text(c.Cause)}
}

func codesOrNone(c Codes) *api.Codes {
	if c == (Codes{}) {
		return nil
	}
	return codes(c)
}
