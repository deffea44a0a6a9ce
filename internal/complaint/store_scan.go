package complaint

import (
	"strings"

	"gorm.io/gorm"

	"xiaobao/internal/store"
)

// listColumns are the columns of a complaint in the order of pointers, which a test compares. Lists are read by hand: GORM spends as long on fifty wide rows as
// all the rest of the request.
var listColumns = []string{
	"id", "version", "number", "stage", "outcome", "source", "intake_channel",
	"business_channel_code", "business_code", "cause_code", "region_code", "final_business_code", "final_cause_code", "client_id",
	"reference_owner", "external_reference", "content_digest", "department_id", "responsible_id", "responsible_in", "accepted_by", "named_staff_id", "complainant_kind",
	"complainant_name", "rule_set", "received_at", "registered_at", "updated_at", "closed_at", "escalated_at",
	"due_on", "act_by_on", "stage_due_on", "stage_act_by_on", "promise_due_on", "provisional", "late_registration", "imported",
}

// pointers are where the columns of a row go.
func (r *complaintRow) pointers() []any {
	return []any{&r.ID, &r.Version, &r.Number, &r.Stage, &r.Outcome, &r.Source, &r.IntakeChannel, &r.BusinessChannelCode,
		&r.BusinessCode, &r.CauseCode, &r.RegionCode, &r.FinalBusinessCode, &r.FinalCauseCode, &r.ClientID, &r.ReferenceOwner, &r.ExternalReference, &r.ContentDigest,
		&r.DepartmentID, &r.ResponsibleID, &r.ResponsibleIn, &r.AcceptedBy, &r.NamedStaffID, &r.ComplainantKind, &r.ComplainantName, &r.RuleSet, &r.ReceivedAt,
		&r.RegisteredAt, &r.UpdatedAt, &r.ClosedAt, &r.EscalatedAt, &r.DueOn, &r.ActByOn, &r.StageDueOn, &r.StageActByOn, &r.PromiseDueOn,
		&r.Provisional, &r.LateRegistration, &r.Imported}
}

// scanNamed runs a query on complaints and reads its rows with the names that they are shown with.
func scanNamed(q *gorm.DB) ([]namedRow, error) {
	columns := "complaint." + strings.Join(listColumns, ", complaint.") + ", d.name, u.name, u.status, u.department_id, c.name"
	var all []namedRow
	err := store.Scan(q.Joins(namedJoins).Select(columns), func() []any {
		all = append(all, namedRow{})
		r := &all[len(all)-1]
		return append(r.Complaint.pointers(), &r.DepartmentName, &r.ResponsibleName, &r.ResponsibleStatus, &r.ResponsibleNowIn, &r.ClientName)
	})
	return all, err
}
