package authz

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A role serves where a sentence is about it, or about what it inherits, in that kind of department; being staff serves nowhere else.
func TestRolesServeWhereTheyGrantSomething(t *testing.T) {
	e := shipped(t)
	serves := map[string][]string{}
	for _, role := range append(e.Roles(), clientRole, "unknown") {
		for _, kind := range DepartmentKinds() {
			if e.Serves(role, kind) {
				serves[role] = append(serves[role], kind)
			}
		}
	}
	want := map[string][]string{
		"handler": {"complaint_center", "branch", "business_unit", "legal"}, "head": {"complaint_center", "branch", "business_unit", "legal", "consumer_protection"},
		"officer": {"consumer_protection"}, "senior_manager": {"head_office"}, "auditor": {"audit"}, "administrator": {"head_office"}, "staff": DepartmentKinds(),
	}
	if diff := cmp.Diff(want, serves); diff != "" {
		t.Error(diff)
	}
}

// What a role grants includes what it inherits, and keeps the stages of each scope apart.
func TestGrantsOfARole(t *testing.T) {
	want := []RoleGrant{
		{"complaint.read", []string{"feedback"}, "all"}, {"complaint.note", []string{"feedback"}, "all"}, {"decision.read", []string{"feedback"}, "all"},
		{"rights_notice.read", []string{"*"}, "all"}, {"rights_notice.approve", []string{"*"}, "all"}, {"assessment.read", []string{"*"}, "all"},
		{"training_course.read", []string{"*"}, "all"}, {"certificate.read", []string{"*"}, "subtree"}, {"certificate.read", []string{"*"}, "assigned"},
		{"training_coverage.read", []string{"*"}, "subtree"},
		{"consent_text.read", []string{"*"}, "all"}, {"consent_text.approve", []string{"*"}, "all"},
		{"information_inventory.read", []string{"*"}, "all"},
		{"internal_policy.read", []string{"*"}, "all"}, {"internal_policy.approve", []string{"*"}, "all"}, {"policy_acknowledgement.read", []string{"*"}, "subtree"},
		{"user.read", []string{"*"}, "all"}, {"department.read", []string{"*"}, "all"}, {"role.read", []string{"*"}, "all"},
	}
	if diff := cmp.Diff(want, shipped(t).Grants("head", "legal")); diff != "" {
		t.Error(diff)
	}
}

// An explanation takes a complaint only where there is one.
func TestWhatIsAboutAComplaint(t *testing.T) {
	for permission, want := range map[string]bool{"complaint.read": true, "complaint.create": false, "complaint.import": false, "decision.approve": true,
		"consumer.contact.reveal": true, "user.read": false, "rectification.read": false} {
		q, err := ParsePermission(permission)
		if err != nil {
			t.Fatal(err)
		}
		if got := q.OfComplaint(); got != want {
			t.Errorf("%s: %v", permission, got)
		}
	}
}
