package audit

import (
	"strings"

	"xiaobao/internal/authz"
	"xiaobao/internal/store"
)

// belongs says how the rows that belong to complaints find theirs, by table; a complaint belongs to itself. What an entry is about is told by its id
// alone, which no two tables share.
var belongs = []struct{ table, complaint string }{
	{"complaint", "x.id"},
	{"decision", "x.complaint_id"},
	{"extension", "x.complaint_id"},
	{"notice", "x.complaint_id"},
	{"complaint_log", "x.complaint_id"},
	{"clock", "x.subject_id"},
	{"rectification", "l.complaint_id"},
	{"finding", "x.source_id"},
	{"competence_override", "x.complaint_id"},
	{"survey_invitation", "x.complaint_id"},
	{"rectification", "f.source_id"},
}

// columns are where the rights find what they ask of an entry: the department of who acted, and who is named in the complaint that it is about.
var columns = authz.Columns{Departments: []string{"audit_entry.department_id"}, Named: named()}

// named selects the staff numbers that stand in the complaints of an entry.
func named() string {
	parts := make([]string, len(belongs))
	for i, b := range belongs {
		from := b.table + " x"
		switch b.complaint {
		case "l.complaint_id":
			from += " JOIN rectification_complaint l ON l.rectification_id = x.id"
		case "f.source_id":
			from += " JOIN rectification_finding l ON l.rectification_id = x.id JOIN finding f ON f.id = l.finding_id"
		}
		parts[i] = "SELECT c.named_staff_id FROM " + from + " JOIN complaint c ON c.id = " + b.complaint + " WHERE x.id = audit_entry.object_id"
	}
	return strings.Join(parts, " UNION ALL ")
}

// unmentioned leaves out the entries whose changes mention one of some complaints: what was linked to one and is no more does not belong to it, but its trail
// still tells of it.
const unmentioned = " AND NOT EXISTS (SELECT 1 FROM complaint m WHERE m.id IN ? AND INSTR(audit_entry.changes, m.id) > 0)"

// naming are the complaints in which a member of staff is named.
func naming(v *store.View, staffID string) (ids []string, err error) {
	if staffID == "" {
		return nil, nil
	}
	err = v.Gorm().Table("complaint").Where("named_staff_id = ?", staffID).Pluck("id", &ids).Error
	return ids, err
}
