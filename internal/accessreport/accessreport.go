package accessreport

import (
	"xiaobao/internal/calendar"
	"xiaobao/internal/fault"
	"xiaobao/internal/pii"
)

// Consumer is whom a report is about: by a complaint alone, or by phone, identity number or both.
type Consumer struct{ ComplaintID, Phone, IDNumber string }

// The refusals of the question.
var (
	who = fault.Declare(fault.Reason{Kind: fault.Invalid, Code: "access_report.who",
		Title:  fault.Words{EN: "Name the consumer by complaint_id alone, or by phone, id_number or both.", ZH: "请仅以 complaint_id，或以 phone、id_number（可同时）指明消费者。"},
		Causes: "POST /v1/access-reports {}", Cures: `{"phone":"13812345678"}`})
	several = fault.Declare(fault.Reason{Kind: fault.Invalid, Code: "access_report.several",
		Title:  fault.Words{EN: "Several consumers have this value; say by complaint_id, or by id_number, who is meant.", ZH: "该信息对应多名消费者，请以 complaint_id 或 id_number 指明具体对象。"},
		Causes: "The telephone number of a family.", Cures: `{"complaint_id":"cmp_01kbf5m2q8e6tar9v3x1c7w0zd"}`})
)

func (c Consumer) faults() []fault.Item {
	byValue := c.Phone != "" || c.IDNumber != ""
	if byValue == (c.ComplaintID != "") {
		return []fault.Item{fault.At("#", who)}
	}
	// A value of which nothing is left asks for everybody.
	var items []fault.Item
	if c.Phone != "" && pii.NormalPhone(c.Phone) == "" {
		items = append(items, fault.At("#/phone", fault.HoldsNothing))
	}
	if c.IDNumber != "" && pii.NormalID(c.IDNumber) == "" {
		items = append(items, fault.At("#/id_number", fault.HoldsNothing))
	}
	return items
}

// Look is one unmasked look at the consumer's data.
type Look struct {
	On             calendar.Date
	DepartmentID   string
	Department     string
	Purpose, Basis string // empty: the entry is older than these columns
	What           string
}

// What was looked at.
const (
	Contact  = "contact"
	Identity = "identity"
)

// Report is who looked, the newest first.
type Report struct {
	Looks []Look // at most MaxLooks
	Total int64
}

// MaxLooks is how many looks a report shows.
const MaxLooks = 1000
