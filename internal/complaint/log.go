package complaint

import (
	"slices"
	"time"

	"xiaobao/internal/calendar"
	"xiaobao/internal/clock"
	"xiaobao/internal/fault"
	"xiaobao/internal/pii"
)

// LogKind is what an entry of a complaint's log is.
type LogKind string

// The kinds.
const (
	NoteLog     LogKind = "note"     // internal: a remark for colleagues
	ContactLog  LogKind = "contact"  // a call, letter or mail with the complainant
	MaterialLog LogKind = "material" // what the complainant or the partner sends later
)

// Log is an entry of a complaint's log.
type Log struct {
	ID, ComplaintID        string
	Kind                   LogKind
	At                     time.Time // when it happened; zero is now
	RecordedAt             time.Time
	AuthorID, DepartmentID string
	Text                   string
	Form, Direction        string // of a contact
	Reached                bool   // of a contact
	Reference              string // of a contact
	Struck                 bool   // a secret was struck out before it was stored
}

// beforeReceipt: nothing was said or sent about a complaint before the day on which it came. The day and not the instant counts, because the
// call by which a complaint comes begins before it is received.
var beforeReceipt = fault.Declare(fault.Reason{Kind: fault.Invalid, Code: "complaint.before_receipt",
	Title:  fault.Words{EN: "The time lies before the day on which the complaint was received.", ZH: "时间不能早于投诉收到之日。"},
	Causes: "POST /v1/complaints/{complaint_id}/contacts with an at of last year", Cures: "The time at which it really was."})

// faults are what is wrong with an entry beyond what the contract's schema says.
func (l Log) faults(c Summary, now time.Time, zone *time.Location) []fault.Item {
	pointer := "#/at"
	if l.Kind == MaterialLog {
		pointer = "#/received_at"
	}
	switch {
	case l.At.After(now.Add(clockSkew)):
		return []fault.Item{fault.At(pointer, fault.InFuture)}
	case calendar.DateOf(c.ReceivedAt, zone).After(calendar.DateOf(l.At, zone)):
		return []fault.Item{fault.At(pointer, beforeReceipt)}
	}
	return nil
}

// strike takes card security codes, passwords and the like out of the texts.
func (l Log) strike() Log {
	for _, text := range []*string{&l.Text, &l.Reference} {
		clean, kinds := pii.Strike(*text)
		*text, l.Struck = clean, l.Struck || len(kinds) > 0
	}
	return l
}

// acknowledge meets the clock of the first contact by an entry that tells of one that reached the complainant.
func (l Log) acknowledge(clocks []clock.Clock) []clock.Clock {
	clocks = slices.Clone(clocks)
	for i, k := range clocks {
		if l.Kind == ContactLog && l.Reached && k.Kind == clock.Acknowledgement {
			clocks[i] = k.Meet(l.At, l.AuthorID)
		}
	}
	return clocks
}
