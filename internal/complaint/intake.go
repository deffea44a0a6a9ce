package complaint

import (
	"slices"
	"strings"
	"time"

	"xiaobao/internal/actor"
	"xiaobao/internal/calendar"
	"xiaobao/internal/fault"
	"xiaobao/internal/identity"
	"xiaobao/internal/pii"
)

const (
	clockSkew = 5 * time.Minute     // of a caller's clock [ours]
	keyReach  = 30 * 24 * time.Hour // how far back a key without complaint.import may post [ours]
)

// residentID is the code of the resident identity card, the one document whose number has a checksum.
const residentID = "resident_id"

// The refusals of an intake's members, beyond those of the contract.
var (
	channelNotYours = fault.Declare(fault.Reason{Kind: fault.Invalid, Code: "complaint.channel_not_yours",
		Title:  fault.Words{EN: "A key posts by its client's channel: leave the member out.", ZH: "接口密钥只能使用其客户端的渠道，请不要填写该项。"},
		Causes: `POST /v1/complaints {"intake_channel":"branch"} with the key of a call centre`, Cures: "Leave intake_channel out."})
	sourceNotYours = fault.Declare(fault.Reason{Kind: fault.Invalid, Code: "complaint.source_not_yours",
		Title:  fault.Words{EN: "A key posts complaints of its own callers only: source is own.", ZH: "接口密钥只能提交自有来源的投诉，source 应为 own。"},
		Causes: `POST /v1/complaints {"source":"nfra"} with an API key`, Cures: `{"source":"own"}`})
	departmentNotYours = fault.Declare(fault.Reason{Kind: fault.Invalid, Code: "complaint.department_not_yours",
		Title:  fault.Words{EN: "A key does not name the institution's departments: write the branch or counter into respondent.unit.", ZH: "接口密钥不能指定机构内部部门，请在 respondent.unit 中写明被投诉网点。"},
		Causes: `"respondent":{"department_id":"dep_demo_nanjing"} with an API key`, Cures: `"respondent":{"unit":"城南支行"}`})
	tooLongAgo = fault.Declare(fault.Reason{Kind: fault.Invalid, Code: "complaint.received_too_long_ago",
		Title:  fault.Words{EN: "A key without complaint.import may go back 30 days.", ZH: "没有 complaint.import 权限的接口密钥最多可补录 30 天内收到的投诉。"},
		Causes: "A received_at of last year.", Cures: "Ask for a key with the scope complaint.import."})
	namesYou = fault.Declare(fault.Reason{Kind: fault.Invalid, Code: "complaint.names_you",
		Title:  fault.Words{EN: "A complaint about yourself is registered by a colleague; hand it over at once.", ZH: "针对您本人的投诉须由其他同事登记，请立即转交（回避）。"},
		Causes: `"respondent":{"staff_id":"10004"} by the holder of that staff number`, Cures: "Give the letter or message to a colleague, or to the consumer-protection office."})
	contactMissing = fault.Declare(fault.Reason{Kind: fault.Invalid, Code: "complaint.contact_missing",
		Title:  fault.Words{EN: "Give a phone number, an e-mail address or a postal address, unless the complainant is unidentified.", ZH: "除身份不明者外，请至少提供电话、电子邮箱或通讯地址之一。"},
		Causes: `"complainant":{"kind":"person","name":"王小明"}`, Cures: `"complainant":{"kind":"person","name":"王小明","phone":"13812345678"}`})
	onlyOrganization = fault.Declare(fault.Reason{Kind: fault.Invalid, Code: "complaint.only_for_organization",
		Title:  fault.Words{EN: "The member belongs to organisations only.", ZH: "该项仅适用于单位投诉人。"},
		Causes: `"complainant":{"kind":"person","credit_code":"..."}`, Cures: "Leave the member out."})
	onlyTransfer = fault.Declare(fault.Reason{Kind: fault.Invalid, Code: "complaint.only_for_transfer",
		Title:  fault.Words{EN: "The member belongs to complaints that another body transferred.", ZH: "该项仅适用于其他机构转办的投诉。"},
		Causes: `{"source":"own","feedback_due_on":"2026-03-16"}`, Cures: "Leave the member out."})
)

// intakeContext is what an intake is judged by.
type intakeContext struct {
	actor actor.Actor
	// importing says that the caller may post complaints as they were kept elsewhere: old dates, any channel, no texts.
	importing bool
	// nowhere says that there is no such department as the intake complains of.
	nowhere bool
	now     time.Time
	zone    *time.Location
	late    func(received, registered time.Time) bool
}

// received is when the complaint counts as received.
func (in Intake) received(now time.Time) time.Time {
	if in.ReceivedAt == nil {
		return now
	}
	return in.ReceivedAt.UTC().Truncate(time.Microsecond)
}

// faults are all that is wrong with an intake beyond what the contract's schema says.
func (in Intake) faults(c intakeContext) []fault.Item {
	var items []fault.Item
	bad := func(pointer string, reason *fault.Reason) { items = append(items, fault.At(pointer, reason)) }
	if c.actor.Kind == actor.Client {
		in.keyFaults(c, bad)
	} else if in.IntakeChannel == "" {
		bad("#/intake_channel", fault.Required)
	}
	if !c.importing {
		if in.Request == "" {
			bad("#/request", fault.Required)
		}
		if in.Narrative == "" {
			bad("#/narrative", fault.Required)
		}
	}
	if c.nowhere {
		bad("#/respondent/department_id", fault.NotFoundHere)
	}
	if in.NamedStaffID != "" && pii.NormalID(in.NamedStaffID) == c.actor.StaffID {
		bad("#/respondent/staff_id", namesYou)
	}
	in.dateFaults(c, bad)
	if in.Source == SourceOwn {
		for pointer, set := range map[string]bool{"#/source_reference": in.SourceReference != "",
			"#/source_received_on": !in.SourceReceivedOn.IsZero(), "#/feedback_due_on": !in.FeedbackDueOn.IsZero()} {
			if set {
				bad(pointer, onlyTransfer)
			}
		}
	}
	in.complainantFaults(bad)
	slices.SortFunc(items, func(a, b fault.Item) int { return strings.Compare(a.Pointer, b.Pointer) })
	return items
}

func (in Intake) keyFaults(c intakeContext, bad func(string, *fault.Reason)) {
	if in.ExternalReference == "" {
		bad("#/external_reference", fault.Required)
	}
	if in.Respondent.DepartmentID != "" { // whether or not there is one: a key is not told
		bad("#/respondent/department_id", departmentNotYours)
	}
	if c.importing {
		return
	}
	if in.Source != "" && in.Source != SourceOwn {
		bad("#/source", sourceNotYours)
	}
	if in.IntakeChannel != "" && in.IntakeChannel != c.actor.IntakeChannel {
		bad("#/intake_channel", channelNotYours)
	}
	if c.now.Sub(in.received(c.now)) > keyReach {
		bad("#/received_at", tooLongAgo)
	}
}

func (in Intake) dateFaults(c intakeContext, bad func(string, *fault.Reason)) {
	today := calendar.DateOf(c.now, c.zone)
	received := in.received(c.now)
	if received.After(c.now.Add(clockSkew)) {
		bad("#/received_at", fault.InFuture)
	}
	if in.OccurredOn.After(today) {
		bad("#/occurred_on", fault.InFuture)
	}
	if in.Transaction != nil && in.Transaction.At.After(c.now.Add(clockSkew)) {
		bad("#/transaction/at", fault.InFuture)
	}
	if in.SourceReceivedOn.After(today) {
		bad("#/source_received_on", fault.InFuture)
	}
	if in.LateReason == "" && !c.importing && c.late(received, c.now) {
		bad("#/late_registration_reason", fault.Required)
	}
}

func (in Intake) complainantFaults(bad func(string, *fault.Reason)) {
	who := in.Complainant
	if in.ComplainantKind != Unidentified {
		if in.ComplainantName == "" {
			bad("#/complainant/name", fault.Required)
		}
		if who.Phone == "" && who.Email == "" && who.Address == "" {
			bad("#/complainant", contactMissing)
		}
	}
	if in.ComplainantKind != Organization {
		if who.CreditCode != "" {
			bad("#/complainant/credit_code", onlyOrganization)
		}
		if who.LegalRepresentative != "" {
			bad("#/complainant/legal_representative", onlyOrganization)
		}
	} else if who.CreditCode != "" && !identity.ValidCreditCode(who.CreditCode) {
		bad("#/complainant/credit_code", fault.WrongChecksum)
	}
	if who.IDNumber != "" && who.IDType == residentID && !who.IDUnverified && !identity.ValidResidentID(who.IDNumber) {
		bad("#/complainant/id_number", fault.WrongChecksum)
	}
}
