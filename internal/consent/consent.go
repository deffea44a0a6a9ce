package consent

import (
	"time"

	"xiaobao/internal/calendar"
	"xiaobao/internal/fault"
	"xiaobao/internal/identity"
	"xiaobao/internal/pii"
	"xiaobao/internal/purpose"
)

// The refusals.
var (
	NotFound = fault.Declare(fault.Reason{Kind: fault.NotFound, Code: "consent.not_found",
		Title:  fault.Words{EN: "There is no such consent.", ZH: "没有该授权记录。"},
		Causes: "POST /v1/consents/cns_unknown/withdrawal", Cures: "POST /v1/consent-decisions tells the id of the record that decides."})
	noConsumer = fault.Declare(fault.Reason{Kind: fault.Invalid, Code: "consent.consumer_missing",
		Title:  fault.Words{EN: "Name the consumer by at least one of phone, id_number and customer_reference.", ZH: "请用 phone、id_number、customer_reference 中的至少一项指明消费者。"},
		Causes: `{"purpose":"survey"}`, Cures: `{"purpose":"survey","phone":"13812345678","customer_reference":"C-1"}`})
	notOne = fault.Declare(fault.Reason{Kind: fault.Invalid, Code: "consent.consumer_not_one",
		Title:  fault.Words{EN: "Name the consumer by exactly one of phone, id_number and customer_reference.", ZH: "请用 phone、id_number、customer_reference 中的一项（且仅一项）指明消费者。"},
		Causes: `{"decision":"given","phone":"13812345678","customer_reference":"C-1"}`, Cures: `{"decision":"given","phone":"13812345678"}`})
	restsOnLaw = fault.Declare(fault.Reason{Kind: fault.Invalid, Code: "consent.rests_on_law",
		Title:  fault.Words{EN: "This purpose rests on law (basis: law): no consent is asked for it.", ZH: "该使用目的以法律规定为依据（basis: law），无需征求同意。"},
		Causes: `{"purpose":"audit"}`, Cures: "Ask for survey, marketing, case_publication or sharing alone."})
	textNotInForce = fault.Declare(fault.Reason{Kind: fault.Invalid, Code: "consent.text_not_in_force",
		Title:  fault.Words{EN: "This version of the text was not the one in force at that instant.", ZH: "该授权文本版本在当时并非现行版本。"},
		Detail: fault.Words{EN: "This version of the text was not the one in force at that instant: version {version} was.", ZH: "该授权文本版本在当时并非现行版本，当时有效的是第 {version} 版。"},
		Causes: "A text_version that was superseded before `at`, or came into force after it.", Cures: "The version named here, if it is what the consumer was shown; else ask her on the text in force."})
	noText = fault.Declare(fault.Reason{Kind: fault.Invalid, Code: "consent.no_text",
		Title:  fault.Words{EN: "No text was in force for this purpose at that instant: nobody could consent to it.", ZH: "当时该使用目的没有现行有效的授权文本，不能据以取得同意。"},
		Causes: "A consent before the first version of its text was in force.", Cures: "Publish a text, and ask the consumer on it."})
	coolingOff = fault.Declare(fault.Reason{Kind: fault.Conflict, Code: "consent.cooling_off",
		Title:  fault.Words{EN: "The consumer refused or withdrew; she is not asked again so soon.", ZH: "消费者已拒绝或撤回同意，按本机构规定，征询间隔期内不再征询。"},
		Detail: fault.Words{EN: "The consumer refused or withdrew; she may be asked again from {date} on.", ZH: "消费者已拒绝或撤回同意，按本机构规定，{date} 起方可再次征询。"},
		Causes: `{"decision":"asked"} a month after a refusal`, Cures: "Wait until that day. What she gives of her own accord is taken at any time."})
)

// Decision is what a consumer said, or that she was asked.
type Decision string

// The decisions. Asked decides nothing; Withdrawn is never recorded by itself, it belongs to a record.
const (
	Asked     Decision = "asked"
	Given     Decision = "given"
	Refused   Decision = "refused"
	Withdrawn Decision = "withdrawn"
)

// againstUse says that the consumer does not want it.
func (d Decision) againstUse() bool { return d == Refused || d == Withdrawn }

// Consumer is by what a consumer is named: by one of the three or several.
type Consumer struct{ Phone, IDNumber, CustomerReference string }

// Name is one name of a consumer: its kind, and the value.
type Name struct{ Kind, Value string }

// The kinds of names.
const (
	byPhone     = "phone"
	byIDNumber  = "id_number"
	byReference = "customer_reference"
)

// names are by what the consumer is named, and what is wrong with them.
func (c Consumer) names() ([]Name, []fault.Item) {
	var names []Name
	var items []fault.Item
	for _, n := range []Name{{byPhone, c.Phone}, {byIDNumber, c.IDNumber}, {byReference, c.CustomerReference}} {
		switch {
		case n.Value == "":
		case normal(n.Kind, n.Value) == "":
			items = append(items, fault.At("#/"+n.Kind, fault.HoldsNothing))
		default:
			names = append(names, n)
		}
	}
	if len(names)+len(items) == 0 {
		items = append(items, fault.At("#", noConsumer))
	}
	return names, items
}

// normal is a name as it is looked up.
func normal(kind, value string) string {
	switch kind {
	case byPhone:
		return pii.NormalPhone(value)
	case byIDNumber:
		return pii.NormalID(value)
	}
	return value
}

// masked is a name as everybody sees it.
func masked(kind, value string) string {
	switch {
	case kind == byPhone:
		return pii.MaskPhone(value)
	case kind == byReference:
		return pii.MaskAccount(value)
	case identity.ValidResidentID(pii.NormalID(value)):
		return pii.MaskResidentID(value)
	}
	return pii.MaskDocument(value)
}

// Consent is what a consumer said about one purpose.
type Consent struct {
	ID                     string
	Version                int64
	Purpose                purpose.Purpose
	ConsumerKind, Consumer string
	Decision               Decision
	TextVersion            int64
	At                     time.Time
	Channel, Evidence      string
	RecordedAt             time.Time
	RecordedLate           bool
	RecordedBy             string // a user or a client
	DepartmentID           string // of the user
	ClientID               string // empty: recorded by a user
	WithdrawnAt            *time.Time
	WithdrawalChannel      string
	WithdrawalEvidence     string
}

// asks refuses a purpose for which no consent is asked.
func asks(p purpose.Purpose) []fault.Item {
	switch {
	case p.AsksConsent():
		return nil
	case p.Basis() == purpose.OnLaw:
		return []fault.Item{fault.At("#/purpose", restsOnLaw)}
	}
	return []fault.Item{fault.At("#/purpose", fault.NotAllowed)} // a code that the institution added, of which nobody knows on what it rests
}

// Ruling is whether data may be used for a purpose, and on what that rests.
type Ruling struct {
	Allowed   bool
	Basis     string // empty: unknown
	ConsentID string // of the record that decided; empty: none did
	Missing   string // why not; empty when allowed

	against time.Time // when she refused or withdrew
}

// What can be missing.
const (
	missingConsent = "consent"
	missingBasis   = "basis"
)

// reasons say what is missing, in words.
var reasons = map[string]fault.Words{
	missingConsent:    {EN: "The consumer has not given consent for this purpose.", ZH: "消费者尚未就该使用目的作出同意。"},
	string(Refused):   {EN: "The consumer has refused her consent.", ZH: "消费者已拒绝同意。"},
	string(Withdrawn): {EN: "The consumer has withdrawn her consent.", ZH: "消费者已撤回同意。"},
	missingBasis:      {EN: "It is not known on what this purpose rests.", ZH: "该使用目的没有已知的合法性依据。"},
}

// Why says in a language what is missing; empty when the use is allowed.
func (r Ruling) Why(language string) string { return reasons[r.Missing].Say(language, nil) }

// statement is the last that a consumer said about a purpose.
type statement struct {
	Decision  Decision
	ConsentID string
	SaidAt    time.Time
}

// strictest is what holds for a consumer with several names: a refusal or withdrawal under one outweighs a consent under another, the last of them all
// others; a name under which nothing was said says nothing.
func strictest(rulings []Ruling) Ruling {
	hardest := rulings[0]
	for _, r := range rulings[1:] {
		if r.against.After(hardest.against) || r.Allowed && hardest.against.IsZero() {
			hardest = r
		}
	}
	return hardest
}

// rule decides by the last statement; the zero statement is none.
func rule(last statement) Ruling {
	r := Ruling{Basis: purpose.OnConsent, ConsentID: last.ConsentID, Allowed: last.Decision == Given}
	switch {
	case last.Decision.againstUse():
		r.Missing, r.against = string(last.Decision), last.SaidAt
	case !r.Allowed:
		r.Missing = missingConsent
	}
	return r
}

// late says that something was recorded on a later day than it was said.
func late(said, recorded time.Time, zone *time.Location) bool {
	return calendar.DateOf(recorded, zone).After(calendar.DateOf(said, zone))
}
