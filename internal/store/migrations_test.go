package store_test

import (
	"context"
	"strings"
	"testing"

	"xiaobao/internal/store"
	"xiaobao/internal/store/storetest"
)

// Complaints of before keep all they had when their table is made anew, and get whose their reference is, and as one of which department somebody is responsible.
func TestComplaintsOutliveTheirTable(t *testing.T) {
	db := storetest.Open(t, storetest.Database(t), storetest.NewClock("2026-03-24T01:30:00Z").Now)
	if err := store.MigrateTo(db, 12); err != nil {
		t.Fatal(err)
	}
	const at, user = "'2026-03-24 01:30:00'", "INSERT INTO user_account (id, version, username, name, department_id, roles, status, authority_currency, password_hash, " +
		"password_change_required, created_at, updated_at) VALUES ('usr_1', 1, 'u', 'u', 'dep_unit', 'handler', 'active', '', '', FALSE, "
	row := func(id, client, responsible string) string {
		names := "id, version, number, stage, outcome, source, intake_channel, business_channel_code, business_code, cause_code, region_code, final_business_code, final_cause_code, " +
			"client_id, external_reference, content_digest, department_id, responsible_id, accepted_by, named_staff_id, complainant_kind, rule_set, received_at, registered_at, " +
			"updated_at, due_on, act_by_on, stage_due_on, stage_act_by_on, provisional, late_registration, imported"
		return "INSERT INTO complaint (" + names + ") VALUES ('" + id + "', 7, '" + id + "', 'investigation', '', 'own', 'phone', '', '', '', '', '', '', '" + client + "', 'R', '', 'dep_branch', '" +
			responsible + "', '', '', 'person', '', " + strings.Repeat(at+", ", 3) + strings.Repeat("'2026-04-01', ", 4) + "FALSE, FALSE, TRUE)"
	}
	for _, statement := range []string{user + at + ", " + at + ")", row("cmp_1", "cli_1", ""), row("cmp_2", "", "usr_1")} {
		if err := store.CreateForTest(db, statement); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Migrate(context.Background()); err != nil {
		t.Fatal(err)
	}
	got, err := store.Read(context.Background(), db, func(v *store.View) (string, error) {
		var rows []struct{ ID, ReferenceOwner, ResponsibleIn, Stage, DueOn, Version string }
		err := v.Gorm().Table("complaint").Order("id").Find(&rows).Error
		var all []string
		for _, r := range rows {
			all = append(all, r.ID+" "+r.ReferenceOwner+" "+r.ResponsibleIn+" "+r.Stage+" "+r.DueOn+" "+r.Version)
		}
		return strings.Join(all, "\n"), err
	})
	if want := "cmp_1 cli_1  investigation 2026-04-01 7\ncmp_2 dep_branch dep_unit investigation 2026-04-01 7"; got != want || err != nil {
		t.Errorf("%s\n%v", got, err)
	}
}
