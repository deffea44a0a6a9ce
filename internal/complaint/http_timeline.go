package complaint

import (
	"context"

	"xiaobao/api"
	"xiaobao/internal/answer"
)

// ListTimeline tells what happened to a complaint.
func (h *HTTP) ListTimeline(ctx context.Context, r api.ListTimelineRequestObject) (api.ListTimelineResponseObject, error) {
	page, err := h.tokens.Page(ctx, r.Params.Limit, r.Params.PageToken, nil)
	if err != nil {
		return nil, err
	}
	t, err := h.service.Timeline(ctx, r.ComplaintID, page)
	if err != nil {
		return nil, err
	}
	body := api.ListTimeline200JSONResponse{Data: make([]api.TimelineEntry, len(t.Entries))}
	for i, e := range t.Entries {
		body.Data[i] = t.entry(e)
	}
	body.NextPageToken, err = h.tokens.NextOrNone(ctx, t.After)
	return body, err
}

func (t Timeline) entry(e Entry) api.TimelineEntry {
	v := t.Complaint.view()
	entry := api.TimelineEntry{ID: e.ID, At: e.At, Kind: string(e.Kind), Action: answer.Text(e.Action), By: answer.Ref(e.ActorID, e.Actor),
		Department: answer.Ref(e.DepartmentID, t.Names[e.DepartmentID]), Text: v.text("/text", e.Text), StageBefore: answer.Text(e.StageBefore), StageAfter: answer.Text(e.StageAfter)}
	if c := e.Contact; c != nil {
		entry.Contact = &api.TimelineContact{Form: c.Form, Direction: api.TimelineContactDirection(c.Direction), Reached: c.Reached, Reference: v.text("/contact/reference", c.Reference)}
	}
	if c := e.Clock; c != nil {
		entry.Clock = &api.TimelineClock{ID: e.ClockID, Kind: string(e.ClockKind), Event: string(c.Event), DueOnBefore: answer.Day(c.DueOnBefore), DueOnAfter: answer.Day(c.DueOnAfter)}
	}
	entry.MaskedFields = v.masked
	return entry
}

// ExplainClock says why a deadline falls on its day.
func (h *HTTP) ExplainClock(ctx context.Context, r api.ExplainClockRequestObject) (api.ExplainClockResponseObject, error) {
	x, err := h.service.ExplainClock(ctx, r.ClockID)
	if err != nil {
		return nil, err
	}
	body := api.ExplainClock200JSONResponse{ClockID: x.ClockID, AsOf: x.AsOf, Text: x.Text, Calendar: api.CalendarRef{ID: x.CalendarID, Version: x.CalendarVersion},
		Days: make([]api.CountedDay, len(x.Days)), DueOn: *answer.Day(x.DueOn), Provisional: x.Provisional}
	for i, d := range x.Days {
		body.Days[i] = api.CountedDay{On: *answer.Day(d.On), Counts: d.Counts, Why: string(d.Why), Label: answer.Text(d.Label)}
		if d.Counts {
			n := int32(d.N)
			body.Days[i].N = &n
		}
	}
	return body, nil
}
