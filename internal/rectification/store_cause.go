package rectification

import (
	"time"

	"gorm.io/gorm"

	"xiaobao/internal/authz"
	"xiaobao/internal/finding"
	"xiaobao/internal/store"
)

// Origins is the query of the ids of the complaints out of which the rectifications of a root cause grow, through findings too; of those that the filter allows.
func Origins(v *store.View, f authz.Filter, rootCause string) *gorm.DB {
	where, args := f.Where(columns)
	of := func(link string) *gorm.DB {
		return v.Gorm().Model(&rectificationRow{}).Joins(link).Where("rectification.root_cause_code = ?", rootCause).Where(where, args...)
	}
	return v.Gorm().Raw("? UNION ?", of("JOIN rectification_complaint l ON l.rectification_id = rectification.id").Select("l.complaint_id"),
		of("JOIN rectification_finding l ON l.rectification_id = rectification.id JOIN finding o ON o.id = l.finding_id").Where("o.source_type = ?", string(finding.Infringement)).Select("o.source_id"))
}

// Cause is a root cause in a time: its rectifications are those opened then, and those that grow out of a complaint received then.
type Cause struct {
	Code        string
	From, Until time.Time
	CompletedBy time.Time // before which a measure has to be completed to count as such
}

// rectifications are those that the filter allows.
func (c Cause) rectifications(v *store.View, f authz.Filter) *gorm.DB {
	where, args := f.Where(columns)
	const received = "c.received_at >= @from AND c.received_at < @until"
	return v.Gorm().Model(&rectificationRow{}).Where(where, args...).Where(`rectification.root_cause_code = @code AND (rectification.created_at >= @from AND rectification.created_at < @until OR
		rectification.id IN (SELECT x.rectification_id FROM rectification_complaint x JOIN complaint c ON c.id = x.complaint_id WHERE `+received+`) OR
		rectification.id IN (SELECT x.rectification_id FROM rectification_finding x JOIN finding o ON o.id = x.finding_id JOIN complaint c ON c.id = o.source_id WHERE `+received+`))`,
		map[string]any{"code": c.Code, "from": c.From.UTC(), "until": c.Until.UTC()})
}

// Figures are how far rectifications have come.
type Figures struct{ Opened, Completed, Verified, Effective, Reopened int64 }

// Figures counts the rectifications that the filter allows.
func (c Cause) Figures(v *store.View, f authz.Filter) (n Figures, err error) {
	err = c.rectifications(v, f).Select(`COUNT(*) AS opened,
		COALESCE(SUM(CASE WHEN rectification.completed_at < ? THEN 1 ELSE 0 END), 0) AS completed,
		COALESCE(SUM(CASE WHEN rectification.verified_at IS NOT NULL THEN 1 ELSE 0 END), 0) AS verified,
		COALESCE(SUM(CASE WHEN rectification.state = ? THEN 1 ELSE 0 END), 0) AS effective,
		COALESCE(SUM(CASE WHEN rectification.reopened > 0 THEN 1 ELSE 0 END), 0) AS reopened`, c.CompletedBy.UTC(), string(Verified)).Scan(&n).Error
	return n, err
}

// Findings is the query of the ids of the findings that they mend.
func (c Cause) Findings(v *store.View, f authz.Filter) *gorm.DB {
	return c.rectifications(v, f).Joins("JOIN rectification_finding l ON l.rectification_id = rectification.id").Select("l.finding_id")
}
