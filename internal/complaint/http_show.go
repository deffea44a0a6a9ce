package complaint

import (
	"context"
	"slices"

	"xiaobao/api"
	"xiaobao/internal/answer"
	"xiaobao/internal/store"
)

func (h *HTTP) toSummary(s Shown) api.ComplaintSummary {
	v := s.view()
	c := api.ComplaintSummary{ID: s.ID, Number: s.Number, Etag: store.ETag(s.Version), Stage: string(s.Stage), Outcome: answer.Text(s.Outcome), Source: s.Source,
		IntakeChannel: s.IntakeChannel, BusinessChannelCode: answer.Text(s.BusinessChannel), BusinessCode: answer.Text(s.Business()), CauseCode: answer.Text(s.Cause()),
		RegionCode: answer.Text(s.Region), ComplainantName: v.name("/complainant_name"), ExternalReference: answer.Text(s.ExternalReference),
		Client: answer.Ref(s.ClientID, s.Client), Responsible: s.responsible(s.ResponsibleID), Department: *answer.Ref(s.DepartmentID, s.People[s.DepartmentID]),
		ReceivedAt: s.ReceivedAt, RegisteredAt: s.RegisteredAt, UpdatedAt: s.UpdatedAt, ClosedAt: s.ClosedAt, DueOn: answer.Day(s.DueOn), ActByOn: answer.Day(s.ActByOn),
		StageDueOn: answer.Day(s.StageDueOn), StageActByOn: answer.Day(s.StageActByOn), PromiseDueOn: answer.Day(s.PromiseDueOn), Overdue: s.Overdue(s.Today), Provisional: s.Provisional,
		AllowedActions: answer.List(s.Allowed), EscalatedAt: s.EscalatedAt, MaskedFields: v.masked}
	c.Clocks, c.Stages = h.deadlines(s)
	return c
}

// responsible is who answers for a stage; keys are told no names of staff.
func (s Shown) responsible(id string) *api.Ref {
	if s.ForKey {
		return nil
	}
	return answer.Ref(id, s.People[id])
}

// deadlines are the parts of a complaint that lists can have, too.
func (h *HTTP) deadlines(s Shown) (*[]api.Clock, *[]api.Stage) {
	var clocks *[]api.Clock
	var stages *[]api.Stage
	if slices.Contains(s.expanded, PartClocks) {
		all := make([]api.Clock, len(s.Clocks))
		for i, k := range s.Clocks {
			all[i] = toClock(k, s.Today, h.service.clocks.Zone.String(), s.ForKey)
		}
		clocks = &all
	}
	if slices.Contains(s.expanded, PartStages) {
		all := make([]api.Stage, len(s.Stages))
		for i, one := range s.Stages {
			all[i] = toStage(s, one)
		}
		stages = &all
	}
	return clocks, stages
}

func toStage(s Shown, one Stay) api.Stage {
	st := api.Stage{Stage: one.Stage, EnteredAt: one.EnteredAt, LeftAt: one.LeftAt, Responsible: s.responsible(one.ResponsibleID),
		Department: *answer.Ref(one.DepartmentID, s.People[one.DepartmentID]), EnteredByAction: one.EnteredBy, LeftByAction: answer.Text(one.LeftBy)}
	if k := one.Clock; k != nil {
		due := k.DueAt
		st.Limit = &api.TimeLimit{Value: int32(k.Limit.Value), Unit: api.TimeLimitUnit(k.Limit.Unit)}
		st.DueOn, st.ActByOn, st.DueAt, st.Overdue = answer.Day(k.DueOn), answer.Day(k.ActByOn), &due, k.Late()
	}
	return st
}

func (h *HTTP) toAPI(ctx context.Context, s Shown) api.Complaint {
	row := h.toSummary(s)
	v := s.view()
	who := s.Complainant
	c := api.Complaint{ID: row.ID, Number: row.Number, Etag: row.Etag, Stage: row.Stage, Outcome: row.Outcome, Source: row.Source, IntakeChannel: row.IntakeChannel,
		BusinessChannelCode: row.BusinessChannelCode, BusinessCode: row.BusinessCode, CauseCode: row.CauseCode, RegionCode: row.RegionCode,
		ComplainantName: v.name("/complainant_name"), ExternalReference: row.ExternalReference, Client: row.Client, Responsible: row.Responsible, Department: row.Department,
		ReceivedAt: row.ReceivedAt, RegisteredAt: row.RegisteredAt, UpdatedAt: row.UpdatedAt, ClosedAt: row.ClosedAt, DueOn: row.DueOn, ActByOn: row.ActByOn,
		StageDueOn: row.StageDueOn, StageActByOn: row.StageActByOn, PromiseDueOn: row.PromiseDueOn, Overdue: row.Overdue, Provisional: row.Provisional, AllowedActions: row.AllowedActions,
		EscalatedAt: row.EscalatedAt, Clocks: row.Clocks, Stages: row.Stages,
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
	for _, b := range s.Blocked {
		words := b.Why.Reason.Detail
		if words.EN == "" {
			words = b.Why.Reason.Title
		}
		c.BlockedActions = append(c.BlockedActions, api.BlockedAction{Action: string(b.Action), Code: b.Why.Reason.Code, Detail: words.Say(answer.From(ctx).Language, b.Why.Params)})
	}
	if t := s.Transaction; t != nil {
		c.Transaction = answer.Transaction(t.Reference, t.Kind, t.At, t.RiskLevel)
	}
	c.MaskedFields = v.masked
	h.expand(&c, s)
	return c
}

// expand adds the parts that only one complaint's page can have.
func (h *HTTP) expand(c *api.Complaint, s Shown) {
	if slices.Contains(s.expanded, PartExtensions) {
		all := make([]api.Extension, len(s.Extensions))
		for i, e := range s.Extensions {
			all[i] = h.toExtension(e)
		}
		c.Extensions = &all
	}
	if s.Decision != nil {
		d := toDecision(*s.Decision)
		c.Decision = &d
	}
	if slices.Contains(s.expanded, PartNotices) {
		all := make([]api.Notice, len(s.Notices))
		for i, n := range s.Notices {
			all[i] = toNotice(n, s)
		}
		c.Notices = &all
	}
	if s.Performance != nil {
		p := toPerformance(*s.Performance, s)
		c.Performance = &p
	}
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
