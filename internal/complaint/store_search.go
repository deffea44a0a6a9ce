package complaint

import (
	"gorm.io/gorm"

	"xiaobao/internal/actor"
	"xiaobao/internal/authz"
	"xiaobao/internal/store"
)

// mostFound is how many rows a search shows; who finds more should say more.
const mostFound = 200

// found looks a search's values up in the blind indexes.
func (s *Service) found(v *store.View, who actor.Actor, search Search) (store.List[Shown], error) {
	b := s.vault("complaint_matter", "")
	column := map[string]string{"phone": "phone_index", "id_number": "id_index", "credit_code": "credit_index", "name": "name_index"}
	matter := v.Gorm().Model(&matterRow{}).Select("complaint_id")
	for kind, value := range search.normal() {
		if index := b.index(kind, value); index != nil {
			matter = matter.Where(column[kind]+" = ?", index)
		}
	}
	q := v.Gorm().Model(&complaintRow{}).Where("complaint.id IN (?)", matter)
	for _, question := range []authz.Question{searching, read} {
		where, args := s.rights.Current().Scope(who, question).Where(columns)
		q = q.Where(where, args...)
	}
	var list store.List[Shown]
	var n int64
	if err := q.Session(&gorm.Session{}).Count(&n).Error; err != nil {
		return store.List[Shown]{}, err
	}
	list.Total = &n
	rows, err := scanNamed(q.Order("complaint.received_at DESC, complaint.id DESC").Limit(mostFound))
	if err != nil {
		return store.List[Shown]{}, err
	}
	list.Rows, err = s.showRows(v, who, rows)
	return list, err
}
