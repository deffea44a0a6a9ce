package complaint

import (
	"time"

	"gorm.io/gorm"

	"xiaobao/internal/authz"
	"xiaobao/internal/store"
)

// causeNow is the cause that counts today: the final one when there is one.
const causeNow = "CASE WHEN complaint.final_cause_code <> '' THEN complaint.final_cause_code ELSE complaint.cause_code END"

// Causes are the causes of those of some complaints that were received before an instant, and how many of them were received from another one on. The
// complaints are a query of ids, of which those count that the filter allows.
func Causes(v *store.View, f authz.Filter, ids *gorm.DB, from, until time.Time) (causes []string, received int64, err error) {
	where, args := f.Where(columns)
	var rows []figureRow
	err = v.Gorm().Model(&complaintRow{}).Where(where, args...).Where("complaint.id IN (?) AND complaint.received_at < ?", ids, until.UTC()).
		Select(causeNow+" AS by_cause, SUM(CASE WHEN complaint.received_at >= ? THEN 1 ELSE 0 END) AS received", from.UTC()).Group(causeNow).Order("by_cause").Scan(&rows).Error
	for _, r := range rows {
		received += r.Received
		if r.ByCause != "" {
			causes = append(causes, r.ByCause)
		}
	}
	return causes, received, err
}

// Recurring counts the complaints of some causes that the filter allows: those received from an instant on and before another, and those from there on and before
// a third.
func Recurring(v *store.View, f authz.Filter, causes []string, from, until, end time.Time) (earlier, later int64, err error) {
	if len(causes) == 0 {
		return 0, 0, nil
	}
	where, args := f.Where(columns)
	var n struct{ Earlier, Later int64 }
	err = v.Gorm().Model(&complaintRow{}).Where(where, args...).Where("complaint.received_at >= ? AND complaint.received_at < ? AND "+causeNow+" IN ?", from.UTC(), end.UTC(), causes).
		Select("COALESCE(SUM(CASE WHEN complaint.received_at < ? THEN 1 ELSE 0 END), 0) AS earlier, COALESCE(SUM(CASE WHEN complaint.received_at < ? THEN 0 ELSE 1 END), 0) AS later", until.UTC(), until.UTC()).
		Scan(&n).Error
	return n.Earlier, n.Later, err
}
