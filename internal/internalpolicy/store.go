package internalpolicy

import (
	"strings"
	"time"

	"gorm.io/gorm"

	"xiaobao/internal/calendar"
	"xiaobao/internal/edition"
	"xiaobao/internal/store"
)

type policyRow struct {
	ID              string `gorm:"primaryKey" audit:"ignore"`
	Version         int64  `audit:"ignore"`
	Code            string `audit:"track"`
	Title           string `audit:"track"`
	RuleSet         string `audit:"track"`
	Departments     string `audit:"track"` // ids with commas between them, as the roles after it
	Roles           string `audit:"track"`
	ReviewDueOn     string `audit:"track"`
	Text            string `audit:"ignore"` // its digest is tracked
	TextSHA256      string `gorm:"column:text_sha256" audit:"track"`
	edition.Columns `gorm:"embedded" audit:"ignore"`
}

func (policyRow) TableName() string { return "internal_policy" }

type acknowledgementRow struct {
	ID             string    `gorm:"primaryKey" audit:"ignore"`
	Version        int64     `audit:"ignore"`
	PolicyID       string    `audit:"track"`
	UserID         string    `audit:"track"`
	AcknowledgedAt time.Time `audit:"ignore"`
}

func (acknowledgementRow) TableName() string { return "policy_acknowledgement" }

func toRow(p Policy) *policyRow {
	return &policyRow{ID: p.ID, Version: p.Version, Code: p.Code, Title: p.Title, RuleSet: p.RuleSet, Departments: strings.Join(p.Audience.Departments, ","),
		Roles: strings.Join(p.Audience.Roles, ","), ReviewDueOn: p.ReviewDueOn.String(), Text: p.Text, TextSHA256: p.TextSHA256, Columns: edition.ColumnsOf(p.Edition)}
}

func fromRow(r policyRow) (Policy, error) {
	review, err := calendar.Parse(r.ReviewDueOn)
	return Policy{ID: r.ID, Version: r.Version, Code: r.Code, Title: r.Title, RuleSet: r.RuleSet, Audience: Audience{Departments: split(r.Departments), Roles: split(r.Roles)},
		ReviewDueOn: review, Text: r.Text, TextSHA256: r.TextSHA256, Edition: r.Columns.Edition()}, err
}

func split(list string) []string {
	if list == "" {
		return nil
	}
	return strings.Split(list, ",")
}

func fromRows(rows []policyRow) ([]Policy, error) {
	all := make([]Policy, len(rows))
	for i, r := range rows {
		var err error
		all[i], err = fromRow(r)
		if err != nil {
			return nil, err
		}
	}
	return all, nil
}

func load(v *store.View, id string) (Policy, error) {
	row, err := store.Take[policyRow](v.Gorm().Where("id = ?", id), notFound)
	if err != nil {
		return Policy{}, err
	}
	return fromRow(row)
}

// versions are what a query finds, without the texts.
func versions(q *gorm.DB) ([]Policy, error) {
	var rows []policyRow
	if err := q.Omit("text").Order("code, edition").Find(&rows).Error; err != nil {
		return nil, err
	}
	return fromRows(rows)
}

// versionsOf are all versions of some policies.
func versionsOf(v *store.View, codes ...string) ([]Policy, error) {
	if len(codes) == 0 {
		return nil, nil
	}
	return versions(v.Gorm().Where("code IN ?", codes))
}

// published are the versions that were published, of one policy or, with the empty code, of all.
func published(v *store.View, code string) ([]Policy, error) {
	q := v.Gorm().Where("in_force_at IS NOT NULL")
	if code != "" {
		q = q.Where("code = ?", code)
	}
	return versions(q)
}

// acknowledgedBy is when a person acknowledged which of some versions.
func acknowledgedBy(v *store.View, userID string, ids ...string) (map[string]time.Time, error) {
	found := map[string]time.Time{}
	if len(ids) == 0 {
		return found, nil
	}
	var rows []acknowledgementRow
	err := v.Gorm().Where("user_id = ? AND policy_id IN ?", userID, ids).Find(&rows).Error
	for _, r := range rows {
		found[r.PolicyID] = r.AcknowledgedAt.UTC()
	}
	return found, err
}

// acknowledgedUntil is who had acknowledged which of some versions at an instant: version and person.
func acknowledgedUntil(v *store.View, at time.Time, ids ...string) (map[[2]string]bool, error) {
	found := map[[2]string]bool{}
	if len(ids) == 0 {
		return found, nil
	}
	var rows []acknowledgementRow
	err := v.Gorm().Select("policy_id, user_id").Where("policy_id IN ? AND acknowledged_at <= ?", ids, at.UTC()).Find(&rows).Error
	for _, r := range rows {
		found[[2]string{r.PolicyID, r.UserID}] = true
	}
	return found, err
}
