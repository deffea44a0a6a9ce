package complaint

import (
	"context"

	"xiaobao/api"
	"xiaobao/internal/answer"
	"xiaobao/internal/calendar"
	"xiaobao/internal/clock"
	"xiaobao/internal/ruleset"
	"xiaobao/internal/store"
)

// ExtendComplaint asks for a longer limit.
func (h *HTTP) ExtendComplaint(ctx context.Context, r api.ExtendComplaintRequestObject) (api.ExtendComplaintResponseObject, error) {
	b := r.Body
	return answer.Once(ctx, func(ctx context.Context) (string, error) {
		return h.service.Extend(ctx, r.ComplaintID, store.ParseMatch(r.Params.IfMatch), ruleset.TierName(b.Tier), b.ReasonCode, b.Reason)
	}, func(ctx context.Context, id string) (api.ExtendComplaintResponseObject, error) {
		shown, err := h.service.GetExtension(ctx, id)
		if err != nil {
			return nil, err
		}
		body := h.toExtension(shown)
		return api.ExtendComplaint201JSONResponse{Body: body, Headers: api.ExtendComplaint201ResponseHeaders{ETag: body.Etag, Location: "/v1/complaints/" + r.ComplaintID}}, nil
	})
}

func (h *HTTP) extension(ctx context.Context, id string) (api.ExtensionJSONResponse, error) {
	shown, err := h.service.GetExtension(ctx, id)
	if err != nil {
		return api.ExtensionJSONResponse{}, err
	}
	body := h.toExtension(shown)
	return api.ExtensionJSONResponse{Body: body, Headers: api.ExtensionResponseHeaders{ETag: body.Etag}}, nil
}

// ApproveExtension approves an extension.
func (h *HTTP) ApproveExtension(ctx context.Context, r api.ApproveExtensionRequestObject) (api.ApproveExtensionResponseObject, error) {
	record, err := answer.Once(ctx, func(ctx context.Context) (string, error) {
		return h.service.ApproveExtension(ctx, r.ExtensionID, store.ParseMatch(r.Params.IfMatch))
	}, h.extension)
	return api.ApproveExtension200JSONResponse{ExtensionJSONResponse: record}, err
}

// RecordExtensionNotice records that the complainant was told.
func (h *HTTP) RecordExtensionNotice(ctx context.Context, r api.RecordExtensionNoticeRequestObject) (api.RecordExtensionNoticeResponseObject, error) {
	n := ExtensionNotice{Form: r.Body.Form, SentAt: r.Body.SentAt}
	if p := r.Body.Proof; p != nil {
		n.Reference, n.Note = answer.Value(p.Reference), answer.Value(p.Note)
	}
	record, err := answer.Once(ctx, func(ctx context.Context) (string, error) {
		return h.service.TellExtension(ctx, r.ExtensionID, store.ParseMatch(r.Params.IfMatch), n)
	}, h.extension)
	return api.RecordExtensionNotice200JSONResponse{ExtensionJSONResponse: record}, err
}

// ListExtensions shows the extensions to approve and to follow.
func (h *HTTP) ListExtensions(ctx context.Context, r api.ListExtensionsRequestObject) (api.ListExtensionsResponseObject, error) {
	f := ExtensionFilter{ComplaintID: answer.Value(r.Params.ComplaintID)}
	for _, state := range answer.Value(r.Params.State) {
		f.States = append(f.States, string(state))
	}
	body, err := answer.Page(ctx, h.tokens, answer.Asked{Limit: r.Params.Limit, PageToken: r.Params.PageToken},
		func(ctx context.Context, page store.Page) (store.List[ShownExtension], error) {
			return h.service.ListExtensions(ctx, f, page)
		}, h.toExtension)
	return api.ListExtensions200JSONResponse{Data: body.Data, NextPageToken: body.NextPageToken}, err
}

func (h *HTTP) toExtension(s ShownExtension) api.Extension {
	v := s.Shown.view()
	e := api.Extension{ID: s.ID, Etag: store.ETag(s.Version), Tier: string(s.Tier), State: s.State, ReasonCode: s.ReasonCode, Reason: v.ofStaff("/reason", s.Reason),
		RequestedBy: s.Shown.responsible(s.RequestedBy), RequestedAt: s.RequestedAt, ApprovedBy: s.Shown.responsible(s.ApprovedBy), ApprovedAt: s.ApprovedAt,
		InForceAt: s.InForceAt, DueOnBefore: *answer.Day(s.DueOnBefore), DueOnAfter: *answer.Day(s.DueOnAfter),
		Clock: toClock(s.Clock, s.Shown.Today, h.service.clocks.Zone.String(), s.Shown.ForKey), Complaint: toBrief(s.Brief)}
	if s.NoticeSentAt != nil {
		e.Notice = &api.ExtensionNotice{Form: s.NoticeForm, SentAt: *s.NoticeSentAt, Proof: v.proof("/notice/proof", s.NoticeProof, s.NoticeNote)}
	}
	e.MaskedFields = v.masked
	return e
}

// proof is how the complainant was told.
func (v *view) proof(pointer, reference, note string) api.ProofKept {
	return api.ProofKept{Reference: v.ofStaff(pointer+"/reference", reference), Note: v.ofStaff(pointer+"/note", note)}
}

// toClock shows a clock; to the holders of keys without the ids of those who acted.
func toClock(c clock.Clock, today calendar.Date, zone string, anonymous bool) api.Clock {
	k := api.Clock{ID: c.ID, Kind: string(c.Kind), StartOn: *answer.Day(c.StartOn), State: string(c.State), Late: c.Late(), DueOn: *answer.Day(c.DueOn), ActByOn: *answer.Day(c.ActByOn),
		DueAt: c.DueAt, DaysLeft: int32(c.DaysLeft(today)), TimeZone: zone, Provisional: c.Provisional, Ledger: make([]api.ClockEntry, len(c.Ledger))}
	if c.Rule != (clock.Rule{}) {
		k.Rule = &api.ClockRule{Set: c.Rule.Set, Article: answer.Text(c.Rule.Article), Official: c.Rule.Official}
		k.Limit = &api.TimeLimit{Value: int32(c.Limit.Value), Unit: api.TimeLimitUnit(c.Limit.Unit)}
	}
	for i, e := range c.Ledger {
		k.Ledger[i] = api.ClockEntry{At: e.At, Event: string(e.Event), DueOnBefore: answer.Day(e.DueOnBefore), DueOnAfter: answer.Day(e.DueOnAfter), ByID: answer.Text(e.By), Reason: answer.Text(e.Reason)}
		if anonymous {
			k.Ledger[i].ByID = nil
		}
	}
	return k
}
