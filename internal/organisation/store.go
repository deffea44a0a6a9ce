package organisation

import (
	"maps"
	"strings"
	"time"

	"xiaobao/internal/fault"
	"xiaobao/internal/money"
	"xiaobao/internal/pii"
	"xiaobao/internal/store"
)

// The refusals of look-ups.
var (
	UserNotFound = fault.Declare(fault.Reason{Kind: fault.NotFound, Code: "user.not_found",
		Title:  fault.Words{EN: "There is no such user.", ZH: "没有该用户。"},
		Causes: "GET /v1/users/usr_unknown", Cures: "GET /v1/users"})
	DepartmentNotFound = fault.Declare(fault.Reason{Kind: fault.NotFound, Code: "department.not_found",
		Title:  fault.Words{EN: "There is no such department.", ZH: "没有该部门。"},
		Causes: "PATCH /v1/departments/dep_unknown", Cures: "GET /v1/departments"})
)

type institutionRow struct {
	ID        string    `gorm:"primaryKey" audit:"ignore"`
	Version   int64     `audit:"ignore"`
	Name      string    `audit:"track"`
	CreatedAt time.Time `gorm:"autoCreateTime:false" audit:"ignore"`
}

func (institutionRow) TableName() string { return "institution" }

type departmentRow struct {
	ID        string    `gorm:"primaryKey" audit:"ignore"`
	Version   int64     `audit:"ignore"`
	Code      string    `audit:"track"`
	Name      string    `audit:"track"`
	Kind      string    `audit:"track"`
	ParentID  string    `audit:"track"`
	Path      string    `audit:"ignore"`
	HeadID    string    `audit:"track"`
	CreatedAt time.Time `gorm:"autoCreateTime:false" audit:"ignore"`
	UpdatedAt time.Time `gorm:"autoUpdateTime:false" audit:"ignore"`
}

func (departmentRow) TableName() string { return "department" }

func (r departmentRow) toDomain() Department {
	return Department{ID: r.ID, Version: r.Version, Code: r.Code, Name: r.Name, Kind: r.Kind, ParentID: r.ParentID, Path: r.Path, HeadID: r.HeadID,
		CreatedAt: r.CreatedAt.UTC(), UpdatedAt: r.UpdatedAt.UTC()}
}

func toDepartmentRow(d Department) *departmentRow {
	return &departmentRow{ID: d.ID, Version: d.Version, Code: d.Code, Name: d.Name, Kind: d.Kind, ParentID: d.ParentID, Path: d.Path, HeadID: d.HeadID,
		CreatedAt: d.CreatedAt, UpdatedAt: d.UpdatedAt}
}

type userRow struct {
	ID                     string     `gorm:"primaryKey" audit:"ignore"`
	Version                int64      `audit:"ignore"`
	Username               string     `audit:"track"`
	Name                   string     `audit:"track"`
	StaffID                *string    `audit:"track"`
	DepartmentID           string     `audit:"track"`
	Roles                  string     `audit:"track"`
	Status                 string     `audit:"track"`
	Phone                  pii.Sealed `audit:"secret"`
	Email                  pii.Sealed `audit:"secret"`
	AuthorityAmount        *int64     `audit:"track"`
	AuthorityCurrency      string     `audit:"track"`
	PasswordHash           string     `audit:"secret"`
	PasswordChangeRequired bool       `audit:"track"`
	CreatedAt              time.Time  `gorm:"autoCreateTime:false" audit:"ignore"`
	UpdatedAt              time.Time  `gorm:"autoUpdateTime:false" audit:"ignore"`
}

func (userRow) TableName() string { return "user_account" }

func (s *Service) fromUserRow(r userRow) (User, error) {
	phone, err := s.keys.Unseal(userPlace("phone", r.ID), r.Phone)
	if err != nil {
		return User{}, err
	}
	email, err := s.keys.Unseal(userPlace("email", r.ID), r.Email)
	if err != nil {
		return User{}, err
	}
	u := User{ID: r.ID, Version: r.Version, Username: r.Username, Name: r.Name, DepartmentID: r.DepartmentID, Roles: splitRoles(r.Roles), Status: r.Status,
		Phone: phone, Email: email, PasswordHash: r.PasswordHash, PasswordChangeRequired: r.PasswordChangeRequired,
		CreatedAt: r.CreatedAt.UTC(), UpdatedAt: r.UpdatedAt.UTC()}
	if r.StaffID != nil {
		u.StaffID = *r.StaffID
	}
	if r.AuthorityAmount != nil {
		u.Authority = &money.Money{Cents: *r.AuthorityAmount, Currency: r.AuthorityCurrency}
	}
	return u, nil
}

func (s *Service) toUserRow(u User) (*userRow, error) {
	phone, err := s.keys.Seal(userPlace("phone", u.ID), u.Phone)
	if err != nil {
		return nil, err
	}
	email, err := s.keys.Seal(userPlace("email", u.ID), u.Email)
	if err != nil {
		return nil, err
	}
	r := &userRow{ID: u.ID, Version: u.Version, Username: u.Username, Name: u.Name, DepartmentID: u.DepartmentID, Roles: strings.Join(u.Roles, ","), Status: u.Status,
		Phone: phone, Email: email, PasswordHash: u.PasswordHash, PasswordChangeRequired: u.PasswordChangeRequired,
		CreatedAt: u.CreatedAt, UpdatedAt: u.UpdatedAt}
	if u.StaffID != "" {
		r.StaffID = &u.StaffID
	}
	if u.Authority != nil {
		r.AuthorityAmount, r.AuthorityCurrency = &u.Authority.Cents, u.Authority.Currency
	}
	return r, nil
}

func userPlace(column, id string) pii.Place {
	return pii.Place{Column: "user_account." + column, Row: id}
}

func splitRoles(roles string) []string {
	if roles == "" {
		return []string{}
	}
	return strings.Split(roles, ",")
}

// LoadUser finds a user by id. Returns UserNotFound.
func (s *Service) LoadUser(v *store.View, id string) (User, error) {
	return s.takeUser(v, "id = ?", id)
}

// UserByName finds a user by the name that she signs in with. Returns UserNotFound.
func (s *Service) UserByName(v *store.View, username string) (User, error) {
	return s.takeUser(v, "username = ?", username)
}

func (s *Service) takeUser(v *store.View, where string, value string) (User, error) {
	row, err := store.Take[userRow](v.Gorm().Where(where, value), UserNotFound)
	if err != nil {
		return User{}, err
	}
	return s.fromUserRow(row)
}

// SaveUser changes a user inside the caller's transaction. Without before she is new.
func (s *Service) SaveUser(tx *store.Tx, action string, before *User, after User) error {
	row, err := s.toUserRow(after)
	if err != nil {
		return err
	}
	act := store.Act{Action: action, Object: "user", ID: after.ID}
	if before == nil {
		return tx.Save(act, nil, row, store.Put(placementsOf(nil, row, tx.Now())))
	}
	old, err := s.toUserRow(*before)
	if err != nil {
		return err
	}
	// Sealing the same text twice gives two ciphertexts: an unchanged value keeps the old one.
	if before.Phone == after.Phone {
		row.Phone = old.Phone
	}
	if before.Email == after.Email {
		row.Email = old.Email
	}
	return tx.Save(act, old, row, store.Put(placementsOf(old, row, tx.Now())))
}

// LoadDepartment finds a department by id. Returns DepartmentNotFound.
func LoadDepartment(v *store.View, id string) (Department, error) {
	row, err := store.Take[departmentRow](v.Gorm().Where("id = ?", id), DepartmentNotFound)
	return row.toDomain(), err
}

// DepartmentOfKind finds the first department of a kind. Returns DepartmentNotFound.
func DepartmentOfKind(v *store.View, kind string) (Department, error) {
	row, err := store.Take[departmentRow](v.Gorm().Where("kind = ?", kind).Order("id"), DepartmentNotFound)
	return row.toDomain(), err
}

// SaveDepartment changes a department inside the caller's transaction. Without before it is new.
func SaveDepartment(tx *store.Tx, action string, before *Department, after Department) error {
	act := store.Act{Action: action, Object: "department", ID: after.ID}
	heads := store.Put(headsOf(before, after, tx.Now()))
	if before == nil {
		return tx.Save(act, nil, toDepartmentRow(after), heads)
	}
	return tx.Save(act, toDepartmentRow(*before), toDepartmentRow(after), heads)
}

// Names are what departments and users are called, by id.
type Names map[string]string

// NamesOf looks up what departments (dep_) and users (usr_) are called; other ids and empty ones are passed over.
func NamesOf(v *store.View, ids ...string) (Names, error) {
	names := Names{}
	for prefix, table := range map[string]string{"dep_": "department", "usr_": "user_account"} {
		found, err := store.Names(v, table, prefix, ids)
		if err != nil {
			return nil, err
		}
		maps.Copy(names, found)
	}
	return names, nil
}

// LoadInstitution returns the institution.
func LoadInstitution(v *store.View) (Institution, error) {
	var row institutionRow
	err := v.Gorm().Take(&row).Error
	return Institution{Name: row.Name}, err
}

// Found creates the institution of a new database.
func Found(tx *store.Tx, name string) error {
	return tx.Save(store.Act{Action: "institution.found", Object: "institution", ID: "main"}, nil,
		&institutionRow{ID: "main", Version: 1, Name: name, CreatedAt: tx.Now()})
}

// Below lists a department and all below it, by its path.
func Below(v *store.View, path string) ([]string, error) {
	var ids []string
	err := v.Gorm().Model(&departmentRow{}).Where("path LIKE ?", path+"%").Pluck("id", &ids).Error
	return ids, err
}
