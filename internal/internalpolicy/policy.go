package internalpolicy

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"xiaobao/internal/calendar"
	"xiaobao/internal/edition"
	"xiaobao/internal/fault"
)

// The refusals.
var (
	notFound = fault.Declare(fault.Reason{Kind: fault.NotFound, Code: "internal_policy.not_found",
		Title:  fault.Words{EN: "There is no such version of an internal policy.", ZH: "没有该内部制度文本。"},
		Causes: "GET /v1/internal-policies/pol_unknown", Cures: "GET /v1/internal-policies"})
	notInForce = fault.Declare(fault.Reason{Kind: fault.Conflict, Code: "internal_policy.not_in_force",
		Title:  fault.Words{EN: "This version cannot be acknowledged: it is not published, or holds no more.", ZH: "该版本尚未发布或已失效，不能确认阅知。"},
		Detail: fault.Words{EN: "Version {edition} is not published, or holds no more; version {in_force} is in force.", ZH: "第 {edition} 版尚未发布或已失效，现行有效的是第 {in_force} 版。"},
		Causes: "POST /v1/internal-policies/{internal_policy_id}/acknowledgements of a version that another one has followed.",
		Cures:  "Read and acknowledge the version in force; the member `existing` is its id."})
)

// acknowledge is what a reader can do to a version, beside the actions of its life.
const acknowledge = "acknowledge"

// other is the kind of rule set that no order asks for.
const other = "other"

// Policy is one version of a policy.
type Policy struct {
	ID                         string
	Version                    int64 // of the record
	Code, Title, RuleSet, Text string
	Audience                   Audience
	ReviewDueOn                calendar.Date
	TextSHA256                 string
	Edition                    edition.Edition
}

// Audience is who must acknowledge: the people of some departments and of all below them, those with some roles, and where both are named those with
// the roles in the departments. The empty Audience is everybody.
type Audience struct{ Departments, Roles []string }

// includes says that somebody is of the audience, by the path of her department and her roles; covers says that a role is another or inherits from it.
func (a Audience) includes(path string, roles []string, covers func(role, other string) bool) bool {
	within := len(a.Departments) == 0 || slices.ContainsFunc(a.Departments, func(id string) bool { return strings.Contains(path, "/"+id+"/") })
	return within && (len(a.Roles) == 0 || slices.ContainsFunc(a.Roles, func(named string) bool {
		return slices.ContainsFunc(roles, func(role string) bool { return covers(role, named) })
	}))
}

func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// published says that the version is, or was to be, one that people are held to.
func (p Policy) published() bool { return p.Edition.InForceAt != nil }

// takesAcknowledgement says that the version can be acknowledged: it is published and not over, given the others of its code.
func (p Policy) takesAcknowledgement(others []edition.Edition, now time.Time) bool {
	ends := p.Edition.EndsAt(others)
	return p.published() && (ends == nil || ends.After(now))
}

// editions are the versions of policies, in their order.
func editions(all []Policy) []edition.Edition {
	got := make([]edition.Edition, len(all))
	for i, p := range all {
		got[i] = p.Edition
	}
	return got
}

// ofCode are the versions of one code.
func ofCode(all []Policy, code string) []Policy {
	return slices.DeleteFunc(slices.Clone(all), func(p Policy) bool { return p.Code != code })
}

// without are the versions beside one of them.
func without(all []Policy, id string) []edition.Edition {
	return editions(slices.DeleteFunc(slices.Clone(all), func(p Policy) bool { return p.ID == id }))
}

// inForce is the version of a code that was in force at an instant; nil when none was.
func inForce(all []Policy, code string, at time.Time) *Policy {
	mine := ofCode(all, code)
	if i := edition.InForce(editions(mine), at); i >= 0 {
		return &mine[i]
	}
	return nil
}

// allInForce are the versions that were in force at an instant, by code.
func allInForce(all []Policy, at time.Time) []Policy {
	var found []Policy
	codes := make([]string, len(all))
	for i, p := range all {
		codes[i] = p.Code
	}
	slices.Sort(codes)
	for _, code := range slices.Compact(codes) {
		if p := inForce(all, code, at); p != nil {
			found = append(found, *p)
		}
	}
	return found
}
