package complaint

import (
	"time"

	"xiaobao/internal/calendar"
	"xiaobao/internal/fault"
	"xiaobao/internal/money"
	"xiaobao/internal/pii"
)

// NotFound: the complaint is absent or out of the caller's scope, which look the same.
var NotFound = fault.Declare(fault.Reason{Kind: fault.NotFound, Code: "complaint.not_found",
	Title:  fault.Words{EN: "There is no such complaint.", ZH: "没有该投诉。"},
	Causes: "GET /v1/complaints/cmp_unknown", Cures: "GET /v1/complaints"})

// TransactionUnknown: the complaint does not name the sale that it is about.
var TransactionUnknown = fault.Declare(fault.Reason{Kind: fault.Conflict, Code: "complaint.transaction_unknown",
	Title:  fault.Words{EN: "The complaint does not name the transaction that it is about.", ZH: "该投诉未登记涉诉交易。"},
	Causes: "GET /v1/complaints/{complaint_id}/notice-provenance of a complaint without transaction", Cures: "PATCH /v1/complaints/{complaint_id} with its transaction."})

// Stage is where a complaint stands.
type Stage string

// The stages, in the order of life.
const (
	StageIntake        Stage = "intake"
	StageInvestigation Stage = "investigation"
	StageFeedback      Stage = "feedback"
	StageClosed        Stage = "closed"
	StageArchived      Stage = "archived"
)

// Open says that the consumer still waits for an answer.
func (s Stage) Open() bool { return s == StageIntake || s == StageInvestigation || s == StageFeedback }

// The sources that rules name; the others stand in the code list `source`.
const (
	SourceOwn  = "own"
	SourcePBOC = "pboc"
)

// The kinds of complainant.
const (
	Person       = "person"
	Organization = "organization"
	Unidentified = "unidentified"
)

// Codes are the two codes of a classification, facets B and C of JR/T 0169; empty is none.
type Codes struct{ Business, Cause string }

// Summary is what a row of a list knows of a complaint.
type Summary struct {
	ID                          string
	Version                     int64
	Number                      string
	Stage                       Stage
	Outcome                     string // empty while open
	Source, IntakeChannel       string
	BusinessChannel, Region     string
	Preliminary, Final          Codes
	ClientID, ExternalReference string
	ReferenceOwner              string // within which the reference is unique: the client, or the department that registered it
	ContentDigest               string
	DepartmentID                string
	ResponsibleID               string // empty in intake, and while nobody is found
	ResponsibleIn               string // the department as one of which she is; when she leaves it, nobody is
	AcceptedBy                  string // to whom a unit hands the complaint back
	NamedStaffID                string // the staff number of the person complained of
	ComplainantKind             string
	ComplainantName             string
	RuleSet                     string
	ReceivedAt, RegisteredAt    time.Time
	UpdatedAt                   time.Time
	ClosedAt, EscalatedAt       *time.Time
	DueOn, ActByOn              calendar.Date // of the statutory clock; zero once closed
	StageDueOn, StageActByOn    calendar.Date // of the stage's clock; zero once closed
	PromiseDueOn                calendar.Date // of what was promised to the complainant; zero while nothing is, and once it was performed
	Provisional                 bool
	LateRegistration, Imported  bool
}

// Business is the code that counts: the final one when there is one.
func (s Summary) Business() string { return first(s.Final.Business, s.Preliminary.Business) }

// Cause is the code that counts: the final one when there is one.
func (s Summary) Cause() string { return first(s.Final.Cause, s.Preliminary.Cause) }

// Overdue says that a date has passed while the complaint is open, or that of a promise that was not performed.
func (s Summary) Overdue(today calendar.Date) bool {
	late := func(d calendar.Date) bool { return !d.IsZero() && today.After(d) }
	return s.Stage.Open() && (late(s.DueOn) || late(s.StageDueOn)) || late(s.PromiseDueOn)
}

// Complaint is all of it.
type Complaint struct {
	Summary
	Complainant        Complainant
	Respondent         Respondent
	OccurredOn         calendar.Date
	Product            string
	Transaction        *Transaction
	Amount             *money.Money
	Request, Narrative string
	SourceReference    string
	SourceReceivedOn   calendar.Date
	FeedbackDueOn      calendar.Date
	LateReason         string
	Struck             []string // JSON Pointers of texts from which a secret was struck out
}

// Intake is a complaint as it comes in.
type Intake struct {
	Source, IntakeChannel string
	BusinessChannel       string
	ExternalReference     string
	SourceReference       string
	SourceReceivedOn      calendar.Date
	FeedbackDueOn         calendar.Date
	ReceivedAt            *time.Time
	OccurredOn            calendar.Date
	ComplainantKind       string
	ComplainantName       string
	Complainant           Complainant
	Respondent            Respondent
	NamedStaffID          string
	Codes                 Codes
	Region, Product       string
	Amount                *money.Money
	Transaction           *Transaction `json:",omitempty"` // the digest of a complaint without one stays what it was before there were any
	Request, Narrative    string
	LateReason            string
}

// told is what of an intake is kept as it was told, under the clocks of nobody yet.
func (in Intake) told() Complaint {
	return Complaint{
		Summary: Summary{Source: in.Source, IntakeChannel: in.IntakeChannel, BusinessChannel: in.BusinessChannel, Region: in.Region, Preliminary: in.Codes,
			ExternalReference: in.ExternalReference, NamedStaffID: pii.NormalID(in.NamedStaffID), ComplainantKind: in.ComplainantKind, ComplainantName: in.ComplainantName},
		Complainant: in.Complainant, Respondent: in.Respondent, OccurredOn: in.OccurredOn, Product: in.Product, Transaction: in.Transaction, Amount: in.Amount,
		Request: in.Request, Narrative: in.Narrative, SourceReference: in.SourceReference, SourceReceivedOn: in.SourceReceivedOn, FeedbackDueOn: in.FeedbackDueOn, LateReason: in.LateReason}
}

// Transaction is the sale, or whatever else the consumer agreed to, that a complaint is about.
type Transaction struct {
	Reference, Kind string
	At              time.Time
	RiskLevel       int // of the product, 1 to 5; 0 when it has none
}

// Complainant is who complains; her kind and name stand in the summary.
type Complainant struct {
	IDType, IDNumber    string
	IDUnverified        bool
	CreditCode          string
	LegalRepresentative string
	Phone, Email        string
	Address             string
}

// Personal are the complainant's values that texts are masked by.
func (c Complaint) Personal() []string {
	who := c.Complainant
	return []string{c.ComplainantName, who.LegalRepresentative, who.IDNumber, who.Phone, who.Email, who.Address}
}

// Respondent is whom the complaint is about; the staff number stands in the summary.
type Respondent struct {
	DepartmentID, Unit, StaffName string
}

func first(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
