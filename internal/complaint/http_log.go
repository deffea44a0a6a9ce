package complaint

import (
	"context"

	"xiaobao/api"
	"xiaobao/internal/answer"
)

// AddNote adds an internal note.
func (h *HTTP) AddNote(ctx context.Context, r api.AddNoteRequestObject) (api.AddNoteResponseObject, error) {
	return logOnce(ctx, h, r.ComplaintID, Log{Kind: NoteLog, Text: r.Body.Text}, func(l Logged, v *view) api.AddNoteResponseObject {
		return api.AddNote201JSONResponse{Headers: api.AddNote201ResponseHeaders{Location: l.location()}, Body: api.Note{ID: l.ID,
			Text: answer.Value(v.text("/text", l.Text)), Struck: l.Struck, RecordedAt: l.RecordedAt, By: answer.Ref(l.AuthorID, l.Author), MaskedFields: v.masked,
			Complaint: toBrief(l.Brief)}}
	})
}

// LogContact logs a contact with the complainant.
func (h *HTTP) LogContact(ctx context.Context, r api.LogContactRequestObject) (api.LogContactResponseObject, error) {
	b := r.Body
	entry := Log{Kind: ContactLog, At: b.At, Form: b.Form, Direction: string(b.Direction), Reached: b.Reached, Text: b.Text, Reference: answer.Value(b.Reference)}
	return logOnce(ctx, h, r.ComplaintID, entry, func(l Logged, v *view) api.LogContactResponseObject {
		return api.LogContact201JSONResponse{Headers: api.LogContact201ResponseHeaders{Location: l.location()}, Body: api.Contact{ID: l.ID, At: l.At, Form: l.Form,
			Direction: api.ContactDirection(l.Direction), Reached: l.Reached, Text: answer.Value(v.text("/text", l.Text)), Reference: v.text("/reference", l.Reference),
			Struck: l.Struck, RecordedAt: l.RecordedAt, By: answer.Ref(l.AuthorID, l.Author), MaskedFields: v.masked, Complaint: toBrief(l.Brief)}}
	})
}

// AddMaterial adds what was sent later.
func (h *HTTP) AddMaterial(ctx context.Context, r api.AddMaterialRequestObject) (api.AddMaterialResponseObject, error) {
	entry := Log{Kind: MaterialLog, At: answer.Value(r.Body.ReceivedAt), Text: r.Body.Text}
	return logOnce(ctx, h, r.ComplaintID, entry, func(l Logged, v *view) api.AddMaterialResponseObject {
		return api.AddMaterial201JSONResponse{Headers: api.AddMaterial201ResponseHeaders{Location: l.location()}, Body: api.Material{ID: l.ID, ReceivedAt: l.At,
			Text: answer.Value(v.text("/text", l.Text)), Struck: l.Struck, RecordedAt: l.RecordedAt, By: answer.Ref(l.AuthorID, l.Author), MaskedFields: v.masked,
			Complaint: toBrief(l.Brief)}}
	})
}

// logOnce adds an entry to a complaint's log, and shows it as the caller may see it.
func logOnce[R any](ctx context.Context, h *HTTP, complaintID string, l Log, show func(Logged, *view) R) (R, error) {
	return answer.Once(ctx, func(ctx context.Context) (string, error) {
		return h.service.Log(ctx, complaintID, l)
	}, func(ctx context.Context, id string) (R, error) {
		logged, err := h.service.Logged(ctx, id)
		if err != nil {
			var none R
			return none, err
		}
		return show(logged, logged.Complaint.view()), nil
	})
}

// location is the complaint's: an entry of the log has no page of its own.
func (l Logged) location() string { return "/v1/complaints/" + l.ComplaintID }
