package complaint

import (
	"context"
	"time"

	"xiaobao/internal/actor"
	"xiaobao/internal/apiclient"
	"xiaobao/internal/authz"
	"xiaobao/internal/fault"
	"xiaobao/internal/id"
	"xiaobao/internal/organisation"
	"xiaobao/internal/store"
)

// logActions are the actions by which the log gets its entries.
var logActions = map[LogKind]Action{NoteLog: AddNote, ContactLog: LogContact, MaterialLog: AddMaterial}

// Log adds an entry to a complaint's log. What comes from or goes to the complainant changes the complaint, so that who follows it hears of it and who decides has to look again;
// a note changes nothing but the log. Returns NotFound, the refusal of the missing permission, or fault.RequestInvalid.
func (s *Service) Log(ctx context.Context, complaintID string, l Log) (string, error) {
	return store.Write(ctx, s.db, func(_ context.Context, tx *store.Tx) (string, error) {
		who, action := tx.Actor(), logActions[l.Kind]
		c, err := s.caseFor(&tx.View, who, complaintID, action)
		if err != nil {
			return "", err
		}
		entry := l.strike()
		entry.ID, entry.ComplaintID, entry.AuthorID, entry.DepartmentID = id.New("log"), complaintID, who.ID, who.DepartmentID
		entry.RecordedAt = tx.Now()
		if entry.At.IsZero() {
			entry.At = tx.Now()
		}
		entry.At = entry.At.UTC().Truncate(time.Microsecond)
		if items := entry.faults(c.Summary, tx.Now(), s.clocks.Zone); len(items) > 0 {
			return "", fault.Input(items)
		}
		row, err := s.toLogRow(entry)
		if err != nil {
			return "", err
		}
		act := store.Act{Action: "complaint." + string(action), Object: "complaint_log", ID: entry.ID, Stage: string(c.Stage)}
		if err := tx.Save(act, nil, row); err != nil {
			return "", err
		}
		if entry.Kind == NoteLog {
			return entry.ID, nil
		}
		after := c
		after.Clocks, after.UpdatedAt = entry.acknowledge(c.Clocks), tx.Now()
		after.follow(after.Clocks)
		return entry.ID, s.save(tx, act, c, after)
	})
}

// Logged is an entry of the log with the complaint that it belongs to.
type Logged struct {
	Log
	Author    string
	Complaint Shown
	Brief     Brief
}

// Logged returns an entry of the log as the caller may see it now. Returns NotFound.
func (s *Service) Logged(ctx context.Context, logID string) (Logged, error) {
	who := actor.From(ctx)
	logged, err := store.Read(ctx, s.db, func(v *store.View) (Logged, error) {
		l, err := s.loadLog(v, logID)
		if err != nil {
			return Logged{}, err
		}
		shown, err := s.showFor(v, who, l.ComplaintID, read)
		if err != nil {
			return Logged{}, err
		}
		names, err := namesOf(v, l.AuthorID)
		return Logged{Log: l, Author: names[l.AuthorID], Complaint: shown, Brief: shown.brief()}, err
	})
	if err != nil {
		return Logged{}, err
	}
	return logged, s.look(ctx, logged.Complaint, logged.Text, logged.Reference)
}

// showFor loads a complaint for what goes beyond its matter, which is all that the owner of a rectification is shown. Returns NotFound, or the
// refusal of the missing permission.
func (s *Service) showFor(v *store.View, who actor.Actor, id string, q authz.Question) (Shown, error) {
	shown, err := s.show(v, who, id)
	if err != nil {
		return Shown{}, err
	}
	return shown, s.rights.Current().Check(who, q, shown.row())
}

// look audits the first look of a person on a day at texts that show her what others see masked.
func (s *Service) look(ctx context.Context, shown Shown, texts ...string) error {
	if !shown.bares(texts) {
		return nil
	}
	return s.auditLook(ctx, shown)
}

// bares says that a text shows the caller what others see masked.
func (s Shown) bares(texts []string) bool {
	if !s.Clear {
		return false
	}
	s.Clear = false
	v := s.view()
	for _, text := range texts {
		v.text("", text)
	}
	return len(v.masked) > 0
}

// namesOf looks up what departments, users and clients are called.
func namesOf(v *store.View, ids ...string) (map[string]string, error) {
	names, err := organisation.NamesOf(v, ids...)
	if err != nil {
		return nil, err
	}
	clients, err := apiclient.NamesOf(v, ids...)
	for id, name := range clients {
		if name != "" {
			names[id] = name
		}
	}
	return names, err
}
