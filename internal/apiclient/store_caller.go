package apiclient

import (
	"strings"
	"time"

	"xiaobao/internal/actor"
	"xiaobao/internal/store"
)

// What keeps a key from being let in, wherever it calls from.
const (
	LackSuspended = "suspended"
	LackRevoked   = "key_revoked"
	LackExpired   = "key_expired"
	LackNoKey     = "no_key"
)

// Caller is who a key, or a client with all its usable keys, would be in a request that it made now.
type Caller struct {
	Actor actor.Actor
	Lacks []string // empty: it would be let in
}

// holder is all that a request needs to know of a key and its client, in one query.
type holder struct {
	KeyID, Scopes, IPAllow string
	ExpiresAt, RevokedAt   *time.Time
	LastUsedAt             *time.Time
	ClientID, Name, Kind   string
	IntakeChannel, Status  string
	DepartmentID           string
}

func (h holder) actor() actor.Actor {
	c := Client{ID: h.ClientID, Name: h.Name, Kind: h.Kind, DepartmentID: h.DepartmentID, IntakeChannel: h.IntakeChannel}
	return c.actor(h.KeyID, strings.Fields(h.Scopes))
}

func (h holder) lacks(now time.Time) []string {
	var lacks []string
	if h.Status != Active {
		lacks = append(lacks, LackSuspended)
	}
	if h.RevokedAt != nil && !now.Before(h.RevokedAt.UTC()) {
		lacks = append(lacks, LackRevoked)
	}
	if h.ExpiresAt != nil && !now.Before(h.ExpiresAt.UTC()) {
		lacks = append(lacks, LackExpired)
	}
	return lacks
}

// holders finds clients with their keys; one without has an empty row.
func holders(v *store.View, where string, value any) ([]*holder, error) {
	return store.Rows[holder](v.Gorm().Table("api_client c").Joins("LEFT JOIN api_key k ON k.client_id = c.id").Where(where, value).Order("k.id").
		Select("COALESCE(k.id, '') AS key_id, COALESCE(k.scopes, '') AS scopes, COALESCE(k.ip_allow, '') AS ip_allow, k.expires_at, k.revoked_at, k.last_used_at, " +
			"c.id AS client_id, c.name, c.kind, c.intake_channel, c.status, c.department_id"))
}

// CallerOfKey finds who a key would be in a request: nil when there is no such key.
func CallerOfKey(v *store.View, keyID string) (*Caller, error) {
	rows, err := holders(v, "k.id = ?", keyID)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	return &Caller{rows[0].actor(), rows[0].lacks(v.Now())}, nil
}

// CallerOfClient finds who a client would be with the scopes of all its usable keys: nil when there is no such client.
func CallerOfClient(v *store.View, clientID string) (*Caller, error) {
	rows, err := holders(v, "c.id = ?", clientID)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	client := *rows[0]
	client.KeyID, client.Scopes, client.RevokedAt, client.ExpiresAt = "", "", nil, nil
	caller := &Caller{client.actor(), client.lacks(v.Now())}
	usable := false
	for _, k := range rows {
		k.Status = Active // the client's was asked above
		if k.KeyID == "" || len(k.lacks(v.Now())) > 0 {
			continue
		}
		usable = true
		caller.Actor.Scopes = append(caller.Actor.Scopes, strings.Fields(k.Scopes)...)
	}
	if !usable {
		caller.Lacks = append(caller.Lacks, LackNoKey)
	}
	return caller, nil
}
