package internalpolicy

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"xiaobao/internal/calendar"
	"xiaobao/internal/edition"
)

// A row keeps everything.
func TestRow(t *testing.T) {
	at := time.Date(2026, 5, 18, 1, 30, 0, 0, time.UTC)
	review, err := calendar.Parse("2027-05-18")
	if err != nil {
		t.Fatal(err)
	}
	p := Policy{ID: "pol_1", Version: 3, Code: "rules", Title: "制度", RuleSet: "marketing", Text: "第一条", Audience: Audience{Departments: []string{"dep_1", "dep_2"}, Roles: []string{"head", "officer"}},
		ReviewDueOn: review, TextSHA256: digest("第一条"), Edition: edition.Edition{Number: 2, State: edition.Published, DraftedBy: "usr_1", DraftedAt: at, ApprovedBy: "usr_2", ApprovedAt: &at,
			PublishedBy: "usr_1", PublishedAt: &at, InForceAt: &at}}
	got, err := fromRow(*toRow(p))
	if diff := cmp.Diff(p, got); diff != "" || err != nil {
		t.Error(diff, err)
	}
	none, err := fromRow(*toRow(Policy{ReviewDueOn: review}))
	if err != nil || len(none.Audience.Departments) != 0 || len(none.Audience.Roles) != 0 {
		t.Errorf("an empty audience: %+v, %v", none.Audience, err)
	}
}

// A hundred percent are all, and nobody is everybody of nobody.
func TestPercent(t *testing.T) {
	for c, want := range map[Count]int{{Must: 25, Has: 24}: 96, {Must: 300, Has: 299}: 99, {Must: 3, Has: 3}: 100, {}: 100, {Must: 7}: 0} {
		if got := c.Percent(); got != want {
			t.Errorf("%+v: %d", c, got)
		}
	}
}
