package apiclient

import (
	"time"

	"xiaobao/internal/actor"
	"xiaobao/internal/fault"
)

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

// The refusals of clients.
var (
	ClientNotFound = fault.Declare(fault.Reason{Kind: fault.NotFound, Code: "api_client.not_found",
		Title:  fault.Words{EN: "There is no such client.", ZH: "没有该接口客户端。"},
		Causes: "PATCH /v1/api-clients/cli_unknown", Cures: "GET /v1/api-clients"})
	nameTaken = fault.Declare(fault.Reason{Kind: fault.Conflict, Code: "api_client.name_taken",
		Title:  fault.Words{EN: "Another client has this name.", ZH: "已有同名的接口客户端。"},
		Causes: "POST /v1/api-clients twice with one name", Cures: "Choose another name, or use the client that is there: GET /v1/api-clients"})
	onlyForPartner = fault.Declare(fault.Reason{Kind: fault.Invalid, Code: "api_client.only_for_partner",
		Title:  fault.Words{EN: "The member belongs to partners only: a regulator posts no complaints.", ZH: "该项仅适用于合作机构，监管机构不提交投诉。"},
		Causes: `POST /v1/api-clients {"kind":"regulator","intake_channel":"phone"}`, Cures: "Leave the member out."})
)

var cannotAccept = fault.Declare(fault.Reason{Kind: fault.Invalid, Code: "api_client.department_cannot_accept",
	Title:  fault.Words{EN: "Nobody in this department can accept complaints; name another, or none for the consumer-protection office.", ZH: "该部门无人可受理投诉，请另选部门，或不填写（由消费者权益保护部门分派）。"},
	Causes: "The department_id of a legal department.", Cures: "The department_id of the complaint centre or a branch, or null."})

// ClientPatch is what is to change of a client; what is nil stays. An empty department is none.
type ClientPatch struct{ Name, IntakeChannel, DepartmentID, Status *string }

func (p ClientPatch) on(c Client) Client {
	for _, m := range []struct{ from, to *string }{{p.Name, &c.Name}, {p.IntakeChannel, &c.IntakeChannel}, {p.DepartmentID, &c.DepartmentID}, {p.Status, &c.Status}} {
		if m.from != nil {
			*m.to = *m.from
		}
	}
	return c
}

// faults are all that is wrong with a client beyond what its schema says.
func (c Client) faults() []fault.Item {
	var items []fault.Item
	if c.Kind == Partner && c.IntakeChannel == "" {
		items = append(items, fault.At("#/intake_channel", fault.Required))
	}
	if c.Kind == Regulator && c.IntakeChannel != "" {
		items = append(items, fault.At("#/intake_channel", onlyForPartner))
	}
	if c.Kind == Regulator && c.DepartmentID != "" {
		items = append(items, fault.At("#/department_id", onlyForPartner))
	}
	return items
}

// actor is who acts with a key of the client that has these scopes.
func (c Client) actor(keyID string, scopes []string) actor.Actor {
	return actor.Actor{Kind: actor.Client, ID: c.ID, Name: c.Name, DepartmentKind: c.Kind, DepartmentID: c.DepartmentID, Scopes: scopes,
		IntakeChannel: c.IntakeChannel, KeyID: keyID}
}
