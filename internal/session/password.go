package session

import (
	"strings"

	"xiaobao/internal/fault"
)

// The refusals of passwords.
var (
	wrongPassword = fault.Declare(fault.Reason{Kind: fault.Invalid, Code: "password.wrong",
		Title:  fault.Words{EN: "This is not your present password.", ZH: "当前密码不正确。"},
		Causes: "PUT /v1/me/password with a wrong current_password", Cures: "Type it again, or ask an administrator to reset it."})
	samePassword = fault.Declare(fault.Reason{Kind: fault.Invalid, Code: "password.same",
		Title:  fault.Words{EN: "The new password is the present one.", ZH: "新密码不能与当前密码相同。"},
		Causes: "PUT /v1/me/password with the same password twice", Cures: "Another password."})
	passwordIsName = fault.Declare(fault.Reason{Kind: fault.Invalid, Code: "password.is_name",
		Title:  fault.Words{EN: "The password is the user name.", ZH: "密码不能与用户名相同。"},
		Causes: "PUT /v1/me/password with the user name as new_password", Cures: "Another password."})
)

// passwordFaults are what is wrong with a new password beyond its length, which the contract bounds. The rules are ours, after NIST SP 800-63B:
// length instead of classes of characters.
func passwordFaults(username, old, chosen string) []fault.Item {
	var items []fault.Item
	if strings.EqualFold(chosen, username) {
		items = append(items, fault.At("#/new_password", passwordIsName))
	}
	if chosen == old {
		items = append(items, fault.At("#/new_password", samePassword))
	}
	return items
}
