package complaint

import (
	"context"

	"xiaobao/internal/actor"
	"xiaobao/internal/clock"
	"xiaobao/internal/store"
)

// Timeline is a page of what happened to a complaint.
type Timeline struct {
	Complaint Shown
	Entries   []Entry
	Names     map[string]string
	After     []any // where the next page goes on; nil at the end
}

// Timeline tells what happened to a complaint, newest first. The first unmasked look of a person on a day leaves an audit entry. Returns NotFound, or
// the refusal for who may read the matter alone.
func (s *Service) Timeline(ctx context.Context, complaintID string, p store.Page) (Timeline, error) {
	who := actor.From(ctx)
	t, err := store.Read(ctx, s.db, func(v *store.View) (Timeline, error) {
		shown, err := s.showFor(v, who, complaintID, read)
		if err != nil {
			return Timeline{}, err
		}
		entries, err := s.happened(v, who, complaintID, p)
		if err != nil {
			return Timeline{}, err
		}
		t := Timeline{Complaint: shown}
		var more bool
		t.Entries, more = store.Cut(entries, p)
		if more {
			k := t.Entries[len(t.Entries)-1].key()
			t.After = []any{k[0], k[1]}
		}
		return t, t.name(v, who)
	})
	if err != nil {
		return Timeline{}, err
	}
	var texts []string
	for _, e := range t.Entries {
		texts = append(texts, e.Text)
		if e.Contact != nil {
			texts = append(texts, e.Contact.Reference)
		}
	}
	return t, s.look(ctx, t.Complaint, texts...)
}

// happened collects the entries of a page from all sources; there may be more of them than the page holds.
func (s *Service) happened(v *store.View, who actor.Actor, complaintID string, p store.Page) ([]Entry, error) {
	entries, err := audited(v, who, complaintID, p)
	if err != nil {
		return nil, err
	}
	var except []LogKind
	if who.Kind == actor.Client {
		except = []LogKind{NoteLog}
	}
	log, err := s.logOf(v, complaintID, except, p)
	if err != nil {
		return nil, err
	}
	for _, l := range log {
		entries = append(entries, fromLog(l))
	}
	clocks, err := clock.Load(v, complaintID)
	if err != nil {
		return nil, err
	}
	var ticks []Entry
	for _, k := range clocks[complaintID] {
		ticks = append(ticks, fromClock(k)...)
	}
	entries = append(entries, beyond(ticks, p.After)...)
	newestFirst(entries)
	return entries, nil
}

// keyActs are the steps that an API key is told of; drafts, approvals and looks at personal data are not its business.
var keyActs = []string{"complaint.create", "complaint.update", "complaint.accept", "complaint.assign", "complaint.investigate", "complaint.extend", "complaint.settle",
	"complaint.refuse", "complaint.record_notice", "complaint.withdraw", "complaint.archive"}

// audited are a complaint's steps from its audit. What the log tells itself is passed over.
func audited(v *store.View, who actor.Actor, complaintID string, p store.Page) ([]Entry, error) {
	acts := store.Acts{Not: []string{breachAction}} // the clock's own ledger tells it
	for _, action := range logActions {
		acts.Not = append(acts.Not, "complaint."+string(action))
	}
	if who.Kind == actor.Client {
		acts.Only = keyActs
	}
	lines, err := store.AuditOf(v, complaintID, acts, p)
	if err != nil {
		return nil, err
	}
	entries := make([]Entry, len(lines))
	for i, l := range lines {
		entries[i] = fromAudit(l)
	}
	return entries, nil
}

func fromAudit(l store.AuditLine) Entry {
	e := Entry{ID: l.ID, At: l.At.UTC(), Kind: EntryAction, Action: actionOf(l.Action), DepartmentID: l.DepartmentID, Text: l.Reason}
	if l.ActorKind != string(actor.System) {
		e.ActorID, e.Actor = l.ActorID, l.ActorName
	}
	e.StageBefore, e.StageAfter = passage(l.Changes)
	switch {
	case l.Action == "complaint.create":
		e.Kind = EntryRegistered
	case e.StageAfter != "":
		e.Kind = EntryStageChanged
	}
	return e
}

// name looks up who is who, and leaves out what the caller is not told.
func (t *Timeline) name(v *store.View, who actor.Actor) error {
	var ids []string
	for i, e := range t.Entries {
		if who.Kind == actor.Client {
			t.Entries[i] = e.forKey(who.ID)
		}
		ids = append(ids, t.Entries[i].ActorID, e.DepartmentID)
	}
	names, err := namesOf(v, ids...)
	if err != nil {
		return err
	}
	t.Names = names
	for i, e := range t.Entries {
		if e.Actor == "" {
			t.Entries[i].Actor = names[e.ActorID]
		}
		if t.Entries[i].Actor == "" {
			t.Entries[i].ActorID = "" // a job
		}
	}
	return nil
}
