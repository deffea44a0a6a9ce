package apiclient

import "time"

// The kinds of client.
const (
	Partner   = "partner"
	Regulator = "regulator"
)

// The states of a client.
const (
	Active    = "active"
	Suspended = "suspended"
)

// Client is an organisation that calls the API.
type Client struct {
	ID                   string
	Version              int64
	Name, Kind           string
	IntakeChannel        string // by which a partner's complaints come
	DepartmentID         string // to which they go; empty: the consumer-protection office
	Status               string
	CreatedAt, UpdatedAt time.Time
}

// Key is a secret of a client. The secret itself is not part of it.
type Key struct {
	ID                   string
	Version              int64
	ClientID, Name       string
	Prefix               string   // what may be shown of the secret
	Scopes               []string // permissions
	IPAllow              []string // addresses and networks; empty: all
	ExpiresAt, RevokedAt *time.Time
	LastUsedAt           *time.Time
	CreatedAt, UpdatedAt time.Time
}
