package complaint

import (
	"time"

	"xiaobao/internal/calendar"
	"xiaobao/internal/fault"
	"xiaobao/internal/ruleset"
)

// The states of an extension.
const (
	ExtensionRequested = "requested"
	ExtensionApproved  = "approved"
	ExtensionInForce   = "in_force"
	ExtensionLapsed    = "lapsed"
)

// Extension is a longer statutory limit (延期). It is in force when all that the rule set asks is there before the running limit ends, and lapses
// otherwise.
type Extension struct {
	ID                      string
	Version                 int64
	ComplaintID, ClockID    string
	Tier                    ruleset.TierName
	ReasonCode, Reason      string
	State                   string
	RequestedBy             string
	RequestedAt             time.Time
	ApprovedBy              string
	ApprovedAt              *time.Time
	NoticeForm              string
	NoticeSentAt            *time.Time
	NoticeProof, NoticeNote string
	InForceAt               *time.Time
	DueOnBefore, DueOnAfter calendar.Date
	UpdatedAt               time.Time
}

// The refusals of extensions.
var (
	ErrExtensionOpen = fault.Declare(fault.Reason{Kind: fault.Conflict, Code: "extension.already_open",
		Title:  fault.Words{EN: "An extension of this complaint waits for its approval or notice already.", ZH: "该投诉已有待审批或待告知的延期申请。"},
		Causes: "A second extension while the first waits.", Cures: "Have the first approved and told."})
	ErrNoTier = fault.Declare(fault.Reason{Kind: fault.Invalid, Code: "extension.no_such_tier",
		Title:  fault.Words{EN: "The complaint's rule set knows no such extension.", ZH: "该投诉适用的规则没有这一档延期。"},
		Causes: `"tier":"special" for a complaint under PBOC-2020`, Cures: `"tier":"complex"`})
	ErrExtensionApprover = fault.Declare(fault.Reason{Kind: fault.Forbidden, Code: "extension.approver",
		Title:  fault.Words{EN: "This extension is approved by somebody else: not who asked, not the handling unit, and who the rule set names.", ZH: "该延期须由规则规定的其他人员审批，申请人和经办单位不得自批。"},
		Causes: "POST /v1/extensions/{extension_id}/approval by who asked for it", Cures: "A senior manager of head office, or the head that the rule set names."})
	ErrExtensionNotApproved = fault.Declare(fault.Reason{Kind: fault.Conflict, Code: "extension.not_approved",
		Title:  fault.Words{EN: "The extension has not been approved.", ZH: "该延期尚未获得批准。"},
		Causes: "POST /v1/extensions/{extension_id}/notice before the approval", Cures: "POST /v1/extensions/{extension_id}/approval"})
	ErrExtensionState = fault.Declare(fault.Reason{Kind: fault.Conflict, Code: "extension.wrong_state",
		Title:  fault.Words{EN: "The extension does not wait for this.", ZH: "该延期当前不需要此操作。"},
		Causes: "A second approval.", Cures: "GET /v1/extensions"})
	ErrExtensionNotFound = fault.Declare(fault.Reason{Kind: fault.NotFound, Code: "extension.not_found",
		Title:  fault.Words{EN: "There is no such extension.", ZH: "没有该延期申请。"},
		Causes: "POST /v1/extensions/ext_unknown/approval", Cures: "GET /v1/extensions"})
	ErrNoStatutory = fault.Declare(fault.Reason{Kind: fault.Conflict, Code: "extension.no_statutory_limit",
		Title:  fault.Words{EN: "No statutory limit was in force when the complaint was received; there is nothing to extend.", ZH: "该投诉收到时尚无法定期限，无须延期。"},
		Causes: "An extension of a complaint received in 2019.", Cures: "Nothing: no limit runs."})
)

// waiting says that the extension could still come into force.
func (e Extension) waiting() bool {
	return e.State == ExtensionRequested || e.State == ExtensionApproved
}
