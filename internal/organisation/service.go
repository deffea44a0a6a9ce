package organisation

import (
	"xiaobao/internal/authz"
	"xiaobao/internal/id"
	"xiaobao/internal/pii"
	"xiaobao/internal/store"
)

// Service serves the operations on departments and users.
type Service struct {
	db     *store.DB
	keys   *pii.Keyring
	rights *authz.InForce
	uses   []Use

	suspensions []func(tx *store.Tx, userID string) error
}

// NewService makes the service. While an installation is made there are no rights yet: nil serves AddUser and its like.
func NewService(db *store.DB, keys *pii.Keyring, rights *authz.InForce) *Service {
	return &Service{db: db, keys: keys, rights: rights}
}

// WhenSuspended adds what else ends for a user who is suspended, in the transaction that suspends her.
func (s *Service) WhenSuspended(end func(tx *store.Tx, userID string) error) {
	s.suspensions = append(s.suspensions, end)
}

// AddDepartment creates a department below its parent inside the caller's transaction. Only its code, name, kind, parent and head are read.
func AddDepartment(tx *store.Tx, d Department) (Department, error) {
	if d.ID == "" {
		d.ID = id.New("dep")
	}
	d.Version, d.Path = 1, "/"+d.ID+"/"
	d.CreatedAt, d.UpdatedAt = tx.Now(), tx.Now()
	if d.ParentID != "" {
		parent, err := LoadDepartment(&tx.View, d.ParentID)
		if err != nil {
			return Department{}, err
		}
		d.Path = parent.Path + d.ID + "/"
	}
	return d, SaveDepartment(tx, "department.create", nil, d)
}

// AddUser creates a user inside the caller's transaction.
func (s *Service) AddUser(tx *store.Tx, u User) (User, error) {
	if u.ID == "" {
		u.ID = id.New("usr")
	}
	u.Version, u.Status, u.StaffID = 1, Active, pii.NormalID(u.StaffID)
	u.CreatedAt, u.UpdatedAt = tx.Now(), tx.Now()
	return u, s.SaveUser(tx, "user.create", nil, u)
}
