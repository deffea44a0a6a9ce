package apiclient

import (
	"slices"
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

type callerRow struct {
	KeyID, Scopes         string
	ExpiresAt, RevokedAt  *time.Time
	ClientID, Name, Kind  string
	IntakeChannel, Status string
	DepartmentID          string
}

const ofClient = "c.id AS client_id, c.name, c.kind, c.intake_channel, c.status, c.department_id"

func (r callerRow) actor() actor.Actor {
	return actor.Actor{Kind: actor.Client, ID: r.ClientID, Name: r.Name, DepartmentKind: r.Kind, DepartmentID: r.DepartmentID,
		Scopes: strings.Fields(r.Scopes), IntakeChannel: r.IntakeChannel, KeyID: r.KeyID}
}

func (r callerRow) lacks(now time.Time) []string {
	var lacks []string
	if r.Status != Active {
		lacks = append(lacks, LackSuspended)
	}
	if r.RevokedAt != nil && !now.Before(r.RevokedAt.UTC()) {
		lacks = append(lacks, LackRevoked)
	}
	if r.ExpiresAt != nil && !now.Before(r.ExpiresAt.UTC()) {
		lacks = append(lacks, LackExpired)
	}
	return lacks
}

// CallerOfKey finds who a key would be in a request: nil when there is no such key.
func CallerOfKey(v *store.View, keyID string) (*Caller, error) {
	var rows []callerRow
	err := v.Gorm().Table("api_key k").Joins("JOIN api_client c ON c.id = k.client_id").Where("k.id = ?", keyID).
		Select("k.id AS key_id, k.scopes, k.expires_at, k.revoked_at, " + ofClient).Scan(&rows).Error
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	return &Caller{rows[0].actor(), rows[0].lacks(v.Now())}, nil
}

// CallerOfClient finds who a client would be with the scopes of all its usable keys: nil when there is no such client.
func CallerOfClient(v *store.View, clientID string) (*Caller, error) {
	var clients, keys []callerRow
	err := v.Gorm().Table("api_client c").Where("c.id = ?", clientID).Select(ofClient).Scan(&clients).Error
	if err != nil || len(clients) == 0 {
		return nil, err
	}
	caller := &Caller{clients[0].actor(), clients[0].lacks(v.Now())}
	err = v.Gorm().Table("api_key k").Where("k.client_id = ?", clientID).Select("k.id AS key_id, k.scopes, k.expires_at, k.revoked_at").Order("k.id").Scan(&keys).Error
	if err != nil {
		return nil, err
	}
	for i := range keys {
		keys[i].Status = Active // the client's was asked above
	}
	keys = slices.DeleteFunc(keys, func(k callerRow) bool { return len(k.lacks(v.Now())) > 0 })
	if len(keys) == 0 {
		caller.Lacks = append(caller.Lacks, LackNoKey)
	}
	for _, k := range keys {
		caller.Actor.Scopes = append(caller.Actor.Scopes, strings.Fields(k.Scopes)...)
	}
	return caller, nil
}
