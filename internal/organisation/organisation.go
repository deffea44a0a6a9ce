package organisation

import (
	"time"

	"xiaobao/internal/money"
)

// The kinds of department that the rules name.
const (
	HeadOffice         = "head_office"
	ComplaintCenter    = "complaint_center"
	ConsumerProtection = "consumer_protection"
	Branch             = "branch"
)

// The roles that the rules name.
const (
	Administrator = "administrator"
	Head          = "head"
	Handler       = "handler"
	SeniorManager = "senior_manager"
	Officer       = "officer"
)

// The states of a user.
const (
	Active    = "active"
	Suspended = "suspended"
)

// Institution is the institution itself: one in each installation.
type Institution struct {
	Name string
}

// Department is a part of the institution.
type Department struct {
	ID                   string
	Version              int64
	Code, Name, Kind     string
	ParentID             string // empty for the root
	Path                 string // the ids from the root to this one, each between slashes
	HeadID               string // who heads it; empty while nobody does
	CreatedAt, UpdatedAt time.Time
}

// User is a person who works here.
type User struct {
	ID                     string
	Version                int64
	Username, Name         string
	StaffID                string // empty when unknown
	DepartmentID           string
	Roles                  []string
	Status                 string
	Phone, Email           string
	Authority              *money.Money // up to which sum she may settle on her own (settlement authority)
	PasswordHash           string
	PasswordChangeRequired bool
	CreatedAt, UpdatedAt   time.Time
}
