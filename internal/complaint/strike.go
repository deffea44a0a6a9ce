package complaint

import "xiaobao/internal/pii"

// strike takes card security codes, passwords and the like out of every free text before anything of it is stored, and says where it did.
func (in Intake) strike() (Intake, []string) {
	struck := []string{}
	for _, f := range []struct {
		pointer string
		text    *string
	}{
		{"/narrative", &in.Narrative}, {"/request", &in.Request}, {"/product", &in.Product}, {"/late_registration_reason", &in.LateReason},
		{"/respondent/unit", &in.Respondent.Unit}, {"/complainant/address", &in.Complainant.Address},
	} {
		clean, kinds := pii.Strike(*f.text)
		if len(kinds) > 0 {
			*f.text = clean
			struck = append(struck, f.pointer)
		}
	}
	return in, struck
}
