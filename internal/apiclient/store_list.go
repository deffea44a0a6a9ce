package apiclient

import (
	"gorm.io/gorm"

	"xiaobao/internal/actor"
	"xiaobao/internal/authz"
	"xiaobao/internal/store"
)

// Where the rights find what they ask: a client belongs to the department that receives its complaints, and counts as posted by itself; a key is as
// its client.
var (
	clientColumns = authz.Columns{Departments: []string{"api_client.department_id"}, PostedBy: "api_client.id"}
	keyColumns    = authz.Columns{Departments: []string{"c.department_id"}, PostedBy: "api_key.client_id"}
)

func (c Client) row() authz.Row {
	return authz.Row{DepartmentIDs: []string{c.DepartmentID}, PostedBy: c.ID}
}

// listed is a page of rows.
type listed[R any] struct {
	rows  []R
	more  bool
	total *int64
}

// list cuts a query to a page, in the order of the ids.
func list[R any](q *gorm.DB, id string, p store.Page) (listed[R], error) {
	var l listed[R]
	if p.Total {
		var n int64
		if err := q.Session(&gorm.Session{}).Count(&n).Error; err != nil {
			return l, err
		}
		l.total = &n
	}
	err := store.Keyset(q, store.Order{Column: id, ID: id}, p).Find(&l.rows).Error
	l.rows, l.more = store.Cut(l.rows, p)
	return l, err
}

func (s *Service) listClients(v *store.View, who actor.Actor, p store.Page) (listed[clientRow], error) {
	where, args := s.rights.Current().Scope(who, readClient).Where(clientColumns)
	return list[clientRow](v.Gorm().Model(&clientRow{}).Where(where, args...), "api_client.id", p)
}

// listKeys lists the keys of one client, or of all.
func (s *Service) listKeys(v *store.View, who actor.Actor, clientID string, p store.Page) (listed[keyRow], error) {
	where, args := s.rights.Current().Scope(who, readKey).Where(keyColumns)
	q := v.Gorm().Model(&keyRow{}).Joins("JOIN api_client c ON c.id = api_key.client_id").Where(where, args...)
	if clientID != "" {
		q = q.Where("api_key.client_id = ?", clientID)
	}
	return list[keyRow](q, "api_key.id", p)
}
