package finding

import (
	"time"

	"gorm.io/gorm"

	"xiaobao/internal/authz"
	"xiaobao/internal/calendar"
	"xiaobao/internal/store"
)

// Count is how far findings have come.
type Count struct{ Opened, Closed, Reopened int64 }

// Figures counts findings by a query of their ids, those that the filter allows.
func Figures(v *store.View, f authz.Filter, ids *gorm.DB) (n Count, err error) {
	where, args := f.Where(columns)
	err = v.Gorm().Model(&findingRow{}).Where(where, args...).Where("finding.id IN (?)", ids).Select(`COUNT(*) AS opened,
		COALESCE(SUM(CASE WHEN finding.state = ? THEN 1 ELSE 0 END), 0) AS closed,
		COALESCE(SUM(CASE WHEN finding.reopened > 0 THEN 1 ELSE 0 END), 0) AS reopened`, string(Closed)).Scan(&n).Error
	return n, err
}

// Standing is where a finding stands, without its texts.
type Standing struct {
	ID       string
	State    State
	DueOn    string
	Reopened int64
}

// Standings are the newest findings of some subjects, by subject, whoever may see them.
func Standings(v *store.View, source Source, subjects []string) (map[string]Standing, error) {
	var rows []findingRow
	err := v.Gorm().Select("id, subject, state, due_on, reopened").Where("source_type = ? AND subject IN ?", string(source), subjects).Order("id").Find(&rows).Error
	newest := map[string]Standing{}
	for _, r := range rows {
		newest[r.Subject] = Standing{ID: r.ID, State: State(r.State), DueOn: r.DueOn, Reopened: r.Reopened}
	}
	return newest, err
}

// OnTime counts the findings whose due date lies in some days, and those of them that were closed by then, whoever may see them. Without departments they are the
// whole institution's.
func OnTime(v *store.View, from, to calendar.Date, departments []string, zone *time.Location) (due, closed int64, err error) {
	q := v.Gorm().Model(&findingRow{}).Select("id, due_on, closed_at").Where("due_on >= ? AND due_on <= ?", from.String(), to.String())
	if departments != nil {
		q = q.Where("department_id IN ?", departments)
	}
	var rows []findingRow
	err = q.Find(&rows).Error
	for _, r := range rows {
		if r.ClosedAt != nil && calendar.DateOf(*r.ClosedAt, zone).String() <= r.DueOn {
			closed++
		}
	}
	return int64(len(rows)), closed, err
}
