package apiclient

import (
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

func (s *Service) listClients(v *store.View, who actor.Actor, p store.Page) (store.List[clientRow], error) {
	where, args := s.rights.Current().Scope(who, readClient).Where(clientColumns)
	q := v.Gorm().Model(&clientRow{}).Where(where, args...)
	return store.ListOf(q, store.Order{Column: "api_client.id", ID: "api_client.id"}, p, func(r clientRow) []any { return []any{r.ID} })
}

// listedKey is a key's row with its client's name.
type listedKey struct {
	Key    keyRow `gorm:"embedded"`
	Client string
}

// listKeys lists the keys of one client, or of all.
func (s *Service) listKeys(v *store.View, who actor.Actor, clientID string, p store.Page) (store.List[listedKey], error) {
	where, args := s.rights.Current().Scope(who, readKey).Where(keyColumns)
	q := v.Gorm().Model(&keyRow{}).Joins("JOIN api_client c ON c.id = api_key.client_id").Where(where, args...)
	if clientID != "" {
		q = q.Where("api_key.client_id = ?", clientID)
	}
	q = q.Select("api_key.*, c.name AS client")
	return store.ListOf(q, store.Order{Column: "api_key.id", ID: "api_key.id"}, p, func(r listedKey) []any { return []any{r.Key.ID} })
}
