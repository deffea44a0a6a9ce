package rightsnotice

import (
	"time"

	"xiaobao/internal/edition"
	"xiaobao/internal/fault"
	"xiaobao/internal/pii"
	"xiaobao/internal/ruleset"
)

// clockSkew is by how much a caller's clock may run before ours [ours].
const clockSkew = 5 * time.Minute

// The refusals of single deliveries.
var (
	conflict = fault.Declare(fault.Reason{Kind: fault.Conflict, Code: "notice_delivery.conflict",
		Title:  fault.Words{EN: "This act of this notice is recorded for the transaction with another content.", ZH: "该交易的同一告知行为已登记，且内容不同。"},
		Causes: "The same transaction_reference, notice_code and act with another edition.", Cures: "GET /v1/notice-deliveries?transaction_reference=..."})
	editionUnknown = fault.Declare(fault.Reason{Kind: fault.Invalid, Code: "notice_delivery.edition_unknown",
		Title:  fault.Words{EN: "The notice has no published version of this number.", ZH: "该告知没有此编号的已发布版本。"},
		Causes: `{"notice_code":"product_risk","edition":99}`, Cures: "GET /v1/rights-notices?code=product_risk"})
	editionNotInForce = fault.Declare(fault.Reason{Kind: fault.Invalid, Code: "notice_delivery.edition_not_in_force",
		Title:  fault.Words{EN: "This version of the notice was not in force at that instant.", ZH: "该告知版本在告知时未生效或已失效。"},
		Detail: fault.Words{EN: "Version {edition} of the notice was not in force at that instant; {in_force} was.", ZH: "告知时，第 {edition} 版未生效或已失效，当时有效的是第 {in_force} 版。"},
		Causes: "An edition that another one has followed.", Cures: "Send the edition in force; if the other one was really given, say so with \"superseded\": true."})
	notSuperseded = fault.Declare(fault.Reason{Kind: fault.Invalid, Code: "notice_delivery.not_superseded",
		Title:  fault.Words{EN: "This version was in force at that instant; superseded belongs to one that had been followed.", ZH: "该版本在告知时有效，不应标记为已被取代。"},
		Causes: `"superseded": true with the version in force, or one that had not begun`, Cures: "Leave superseded out."})
	channelNotServed = fault.Declare(fault.Reason{Kind: fault.Invalid, Code: "notice_delivery.channel_not_served",
		Title:  fault.Words{EN: "The notice is not meant for this channel or this kind of transaction.", ZH: "该告知不适用于此渠道或交易类别。"},
		Causes: "A channel that the version does not name.", Cures: "GET /v1/rights-notices/current?transaction_kind=...&channel=..."})
)

// Transaction is a sale, or whatever else a consumer agreed to (交易).
type Transaction struct {
	Reference, Kind string
	At              time.Time
	RiskLevel       int // of the product, 1 to 5; 0 when it has none
}

// Delivery is a proof that a notice was given.
type Delivery struct {
	ID                string
	ClientID          string
	Transaction       Transaction // its risk level is not known here
	NoticeCode        string
	Edition           int64
	Act               ruleset.Act
	At                time.Time
	Channel           string
	EvidenceReference string
	Late, Superseded  bool
	RecordedAt        time.Time
}

// key is what makes a delivery the same one.
type key struct {
	reference, notice string
	act               ruleset.Act
}

func (d Delivery) key() key { return key{d.Transaction.Reference, d.NoticeCode, d.Act} }

// same says that a delivery which is there already is what was sent.
func (d Delivery) same(sent Delivery) bool {
	return d.Transaction.Kind == sent.Transaction.Kind && d.Transaction.At.Equal(sent.Transaction.At) && d.Edition == sent.Edition && d.At.Equal(sent.At) &&
		d.Channel == sent.Channel && d.EvidenceReference == sent.EvidenceReference && d.Superseded == sent.Superseded
}

// faults are all that is wrong with a delivery beyond its schema, given all versions of its notice.
func (d Delivery) faults(versions []Notice, now time.Time) []fault.Item {
	items := pii.JudgeReference("#/evidence_reference", d.EvidenceReference)
	bad := func(member string, reason *fault.Reason, pairs ...any) {
		items = append(items, fault.At("#/"+member, reason, pairs...))
	}
	if d.At.After(now.Add(clockSkew)) {
		bad("at", fault.InFuture)
	}
	if d.Transaction.At.After(now.Add(clockSkew)) {
		bad("transacted_at", fault.InFuture)
	}
	if len(versions) == 0 {
		bad("notice_code", fault.NotFoundHere)
		return items
	}
	given := -1
	for i, n := range versions {
		if n.Edition.Number == d.Edition && n.Edition.InForceAt != nil {
			given = i
		}
	}
	if given < 0 {
		bad("edition", editionUnknown)
		return items
	}
	if !versions[given].serves(d.Transaction.Kind, d.Channel) {
		bad("channel", channelNotServed)
	}
	inForce := edition.InForce(editions(versions), d.At)
	begun := !versions[given].Edition.InForceAt.After(d.At)
	switch {
	case given == inForce && d.Superseded, !begun && d.Superseded:
		bad("superseded", notSuperseded)
	case given == inForce || d.Superseded:
	case inForce < 0:
		bad("edition", editionNotInForce, "edition", d.Edition, "in_force", "–")
	default:
		bad("edition", editionNotInForce, "edition", d.Edition, "in_force", versions[inForce].Edition.Number)
	}
	return items
}
