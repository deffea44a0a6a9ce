package finding

import (
	"gorm.io/gorm"

	"xiaobao/internal/authz"
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
