package complaint

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"xiaobao/internal/clock"
)

// EntryKind is what sort of entry a timeline has.
type EntryKind string

// The kinds, beside those of the log.
const (
	EntryRegistered   EntryKind = "registered"
	EntryStageChanged EntryKind = "stage_changed"
	EntryAction       EntryKind = "action"
	EntryClock        EntryKind = "clock"
)

// Entry is something that happened to a complaint.
type Entry struct {
	ID                      string
	At                      time.Time
	Kind                    EntryKind
	Action                  string // by the code list `action`; empty for what a clock tells
	ActorID, Actor          string // empty for the system
	DepartmentID            string
	Text                    string
	StageBefore, StageAfter string
	Contact                 *Log // of a contact
	ClockID                 string
	ClockKind               clock.Kind
	Clock                   *clock.Entry // of what a clock tells
}

// micro is an instant in one width, so that its text is ordered as it is, and in a form that page tokens bring back to the store.
const micro = "2006-01-02T15:04:05.000000Z07:00"

// key is where an entry stands in the order of a timeline.
func (e Entry) key() [2]string { return [2]string{e.At.UTC().Format(micro), e.ID} }

// newestFirst puts entries of several sources in the order of the timeline.
func newestFirst(entries []Entry) {
	slices.SortFunc(entries, func(a, b Entry) int {
		k, l := a.key(), b.key()
		return slices.Compare(l[:], k[:])
	})
}

// beyond leaves out the entries that stand before the place where a page begins, and that place itself; nil is the beginning.
func beyond(entries []Entry, place []any) []Entry {
	if len(place) != 2 {
		return entries
	}
	begin := []string{fmt.Sprint(place[0]), fmt.Sprint(place[1])}
	return slices.DeleteFunc(entries, func(e Entry) bool {
		k := e.key()
		return slices.Compare(k[:], begin) >= 0
	})
}

// fromLog is an entry of the log as the timeline tells it.
func fromLog(l Log) Entry {
	e := Entry{ID: l.ID, At: l.At, Kind: EntryKind(l.Kind), Action: string(logActions[l.Kind]), ActorID: l.AuthorID, DepartmentID: l.DepartmentID, Text: l.Text}
	if l.Kind == ContactLog {
		e.Contact = &l
	}
	return e
}

// fromClock are the lines of a clock's ledger as the timeline tells them.
func fromClock(k clock.Clock) []Entry {
	entries := make([]Entry, len(k.Ledger))
	for i, line := range k.Ledger {
		entries[i] = Entry{ID: fmt.Sprintf("%s.%d", k.ID, i+1), At: line.At, Kind: EntryClock, ActorID: line.By, Text: line.Reason, ClockID: k.ID, ClockKind: k.Kind, Clock: &line}
	}
	return entries
}

// passage says which stage an audited change left and which it entered.
func passage(changes string) (before, after string) {
	var c struct{ Stage [2]string }
	if json.Unmarshal([]byte(changes), &c) != nil {
		return "", "" // a change of something else
	}
	return c.Stage[0], c.Stage[1]
}

// actionOf is the word of the code list `action` for the act of an audit entry: "complaint.accept" is accept.
func actionOf(act string) string {
	switch act {
	case "complaint.create":
		return "register"
	case lookAction:
		return "look"
	}
	return act[strings.LastIndexByte(act, '.')+1:]
}

// forKey leaves out what an API key is not told: names of staff, and what they wrote.
func (e Entry) forKey(client string) Entry {
	if e.ActorID == client {
		return e
	}
	e.ActorID, e.Actor = "", ""
	if e.Kind != EntryKind(MaterialLog) {
		e.Text = ""
	}
	if e.Contact != nil {
		contact := *e.Contact
		contact.Reference = ""
		e.Contact = &contact
	}
	return e
}
