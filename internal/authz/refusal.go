package authz

import (
	"slices"

	"xiaobao/internal/actor"
	"xiaobao/internal/fault"
)

var (
	// ErrForbidden carries the members permission and granted_to.
	ErrForbidden = fault.Declare(fault.Reason{Kind: fault.Forbidden, Code: "auth.forbidden",
		Title:  fault.Words{EN: "You are not allowed to do this.", ZH: "您无权进行此操作。"},
		Detail: fault.Words{EN: "It needs the permission {permission}.", ZH: "此操作需要权限 {permission}。"},
		Causes: "POST /v1/decisions/{decision_id}/approval by a handler",
		Cures:  "Ask one of those to whom the permission is granted: see granted_to."})
	// ErrScopeMissing carries the members permission and granted_to.
	ErrScopeMissing = fault.Declare(fault.Reason{Kind: fault.Forbidden, Code: "auth.scope_missing",
		Title:  fault.Words{EN: "The API key is not meant for this.", ZH: "该 API 密钥不能用于此操作。"},
		Detail: fault.Words{EN: "It needs the scope {permission}.", ZH: "此操作需要授权范围 {permission}。"},
		Causes: "POST /v1/complaints with a key whose scopes lack complaint.create",
		Cures:  "Use a key with the scope, which its owner's kind must be granted too: see granted_to."})
	// SamePerson: two steps that need four eyes (never-and-must 8).
	SamePerson = fault.Declare(fault.Reason{Kind: fault.Forbidden, Code: "four_eyes.same_person",
		Title:  fault.Words{EN: "Somebody else has to do this: nobody judges what she did herself.", ZH: "须由他人办理：本人不得审核自己的工作。"},
		Causes: "POST /v1/rectifications/{rectification_id}/verification by its owner",
		Cures:  "Leave it to a colleague with the permission."})
)

// Grant says to whom, and at which stage, a permission is granted: an item of a problem's granted_to.
type Grant struct {
	Role           string `json:"role"`
	DepartmentKind string `json:"department_kind"` // "*": every kind
	Stage          string `json:"stage"`           // "*": every stage
}

// Refusal is the answer to who may not do this: ErrScopeMissing when the key lacks the scope, else ErrForbidden.
func (e *Engine) Refusal(a actor.Actor, q Question) error {
	reason := ErrForbidden
	if keyLacks(a, q) {
		reason = ErrScopeMissing
	}
	grants := []Grant{}
	for _, l := range e.policy.granting(q) {
		g := Grant{Role: l.Role, DepartmentKind: l.Kind, Stage: l.Stage}
		if !slices.Contains(grants, g) {
			grants = append(grants, g)
		}
	}
	return reason.With("permission", q.String()).Member("permission", q.String()).Member("granted_to", grants)
}
