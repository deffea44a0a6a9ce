package complaint

import (
	"errors"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"xiaobao/internal/actor"
	"xiaobao/internal/authz"
	"xiaobao/internal/calendar"
	"xiaobao/internal/money"
	"xiaobao/internal/organisation"
	"xiaobao/internal/pii"
	"xiaobao/internal/store"
)

type complaintRow struct {
	ID                  string     `gorm:"primaryKey" audit:"ignore"`
	Version             int64      `audit:"ignore"`
	Number              string     `audit:"track"`
	Stage               string     `audit:"track"`
	Outcome             string     `audit:"track"`
	Source              string     `audit:"track"`
	IntakeChannel       string     `audit:"track"`
	BusinessChannelCode string     `audit:"track"`
	BusinessCode        string     `audit:"track"`
	CauseCode           string     `audit:"track"`
	RegionCode          string     `audit:"track"`
	FinalBusinessCode   string     `audit:"track"`
	FinalCauseCode      string     `audit:"track"`
	ClientID            string     `audit:"track"`
	ReferenceOwner      string     `audit:"ignore"`
	ExternalReference   *string    `audit:"track"`
	ContentDigest       string     `audit:"ignore"`
	DepartmentID        string     `audit:"track"`
	ResponsibleID       string     `audit:"track"`
	ResponsibleIn       string     `audit:"track"`
	AcceptedBy          string     `audit:"track"`
	NamedStaffID        string     `audit:"track"`
	ComplainantKind     string     `audit:"track"`
	ComplainantName     pii.Sealed `audit:"secret"`
	RuleSet             string     `audit:"track"`
	ReceivedAt          time.Time  `audit:"track"`
	RegisteredAt        time.Time  `audit:"ignore"`
	UpdatedAt           time.Time  `gorm:"autoUpdateTime:false" audit:"ignore"`
	ClosedAt            *time.Time `audit:"track"`
	EscalatedAt         *time.Time `audit:"track"`
	DueOn               string     `audit:"track"`
	ActByOn             string     `audit:"ignore"`
	StageDueOn          string     `audit:"track"`
	StageActByOn        string     `audit:"ignore"`
	PromiseDueOn        string     `audit:"track"`
	Provisional         bool       `audit:"track"`
	LateRegistration    bool       `audit:"track"`
	Imported            bool       `audit:"track"`
}

func (complaintRow) TableName() string { return "complaint" }

type matterRow struct {
	ComplaintID            string     `gorm:"primaryKey" audit:"ignore"`
	Narrative              pii.Sealed `audit:"secret"`
	Request                pii.Sealed `audit:"secret"`
	Product                pii.Sealed `audit:"secret"`
	LateReason             pii.Sealed `audit:"secret"`
	OccurredOn             string     `audit:"track"`
	SourceReference        string     `audit:"track"`
	SourceReceivedOn       string     `audit:"track"`
	FeedbackDueOn          string     `audit:"track"`
	Amount                 *int64     `audit:"track"`
	Currency               string     `audit:"track"`
	RespondentDepartmentID string     `audit:"track"`
	RespondentUnit         pii.Sealed `audit:"secret"`
	RespondentStaffName    pii.Sealed `audit:"secret"`
	IDType                 string     `audit:"track"`
	IDNumber               pii.Sealed `audit:"secret"`
	IDUnverified           bool       `audit:"track"`
	CreditCode             pii.Sealed `audit:"secret"`
	LegalRepresentative    pii.Sealed `audit:"secret"`
	Phone                  pii.Sealed `audit:"secret"`
	Email                  pii.Sealed `audit:"secret"`
	Address                pii.Sealed `audit:"secret"`
	Struck                 string     `audit:"track"`
	TransactionReference   string     `audit:"track"`
	TransactionKind        string     `audit:"track"`
	TransactedAt           *time.Time `audit:"track"`
	TransactionRiskLevel   int64      `audit:"track"`
	NameIndex              []byte     `audit:"secret"`
	IDIndex                []byte     `audit:"secret"`
	CreditIndex            []byte     `audit:"secret"`
	PhoneIndex             []byte     `audit:"secret"`
}

func (matterRow) TableName() string { return "complaint_matter" }

// transaction is what a complaint is about; nil when it names none.
func (r matterRow) transaction() *Transaction {
	if r.TransactedAt == nil {
		return nil
	}
	return &Transaction{Reference: r.TransactionReference, Kind: r.TransactionKind, At: r.TransactedAt.UTC(), RiskLevel: int(r.TransactionRiskLevel)}
}

// noDate stands for "none" in the columns that lists are sorted by: it comes last, and needs no NULL.
const noDate = "9999-12-31"

func listed(d calendar.Date) string {
	if d.IsZero() {
		return noDate
	}
	return d.String()
}

func unlisted(text string, d *calendar.Date) error {
	if text == noDate {
		*d = calendar.Date{}
		return nil
	}
	return d.UnmarshalText([]byte(text))
}

// A vault seals and opens the texts of one row; the first error stays with it.
type vault struct {
	keys  *pii.Keyring
	table string
	row   string
	err   error
}

func (b *vault) seal(column, text string) pii.Sealed {
	sealed, err := b.keys.Seal(pii.Place{Column: b.table + "." + column, Row: b.row}, text)
	b.err = errors.Join(b.err, err)
	return sealed
}

func (b *vault) open(column string, sealed pii.Sealed) string {
	text, err := b.keys.Unseal(pii.Place{Column: b.table + "." + column, Row: b.row}, sealed)
	b.err = errors.Join(b.err, err)
	return text
}

// index is the blind index of a value to be found again; none for an empty one.
func (b *vault) index(column, normal string) []byte {
	if normal == "" {
		return nil
	}
	return b.keys.Index(b.table+"."+column, normal)
}

func (s *Service) vault(table, row string) *vault {
	return &vault{keys: s.keys, table: table, row: row}
}

func (s *Service) toRow(c Summary) (*complaintRow, error) {
	b := s.vault("complaint", c.ID)
	r := &complaintRow{ID: c.ID, Version: c.Version, Number: c.Number, Stage: string(c.Stage), Outcome: c.Outcome, Source: c.Source,
		IntakeChannel: c.IntakeChannel, BusinessChannelCode: c.BusinessChannel, BusinessCode: c.Preliminary.Business, CauseCode: c.Preliminary.Cause,
		RegionCode: c.Region, FinalBusinessCode: c.Final.Business, FinalCauseCode: c.Final.Cause, ClientID: c.ClientID, ReferenceOwner: c.ReferenceOwner, ContentDigest: c.ContentDigest,
		DepartmentID: c.DepartmentID, ResponsibleID: c.ResponsibleID, ResponsibleIn: c.ResponsibleIn, AcceptedBy: c.AcceptedBy, NamedStaffID: c.NamedStaffID,
		ComplainantKind: c.ComplainantKind, ComplainantName: b.seal("complainant_name", c.ComplainantName), RuleSet: c.RuleSet,
		ReceivedAt: c.ReceivedAt, RegisteredAt: c.RegisteredAt, UpdatedAt: c.UpdatedAt, ClosedAt: c.ClosedAt, EscalatedAt: c.EscalatedAt,
		DueOn: listed(c.DueOn), ActByOn: listed(c.ActByOn), StageDueOn: listed(c.StageDueOn), StageActByOn: listed(c.StageActByOn), PromiseDueOn: listed(c.PromiseDueOn),
		Provisional: c.Provisional, LateRegistration: c.LateRegistration, Imported: c.Imported}
	if c.ExternalReference != "" {
		r.ExternalReference = &c.ExternalReference
	}
	return r, b.err
}

func (s *Service) fromRow(r *complaintRow) (Summary, error) {
	b := s.vault("complaint", r.ID)
	c := Summary{ID: r.ID, Version: r.Version, Number: r.Number, Stage: Stage(r.Stage), Outcome: r.Outcome, Source: r.Source,
		IntakeChannel: r.IntakeChannel, BusinessChannel: r.BusinessChannelCode, Region: r.RegionCode,
		Preliminary: Codes{r.BusinessCode, r.CauseCode}, Final: Codes{r.FinalBusinessCode, r.FinalCauseCode},
		ClientID: r.ClientID, ReferenceOwner: r.ReferenceOwner, ContentDigest: r.ContentDigest, DepartmentID: r.DepartmentID,
		ResponsibleID: r.ResponsibleID, ResponsibleIn: r.ResponsibleIn, AcceptedBy: r.AcceptedBy,
		NamedStaffID: r.NamedStaffID, ComplainantKind: r.ComplainantKind, ComplainantName: b.open("complainant_name", r.ComplainantName), RuleSet: r.RuleSet,
		ReceivedAt: r.ReceivedAt.UTC(), RegisteredAt: r.RegisteredAt.UTC(), UpdatedAt: r.UpdatedAt.UTC(), ClosedAt: store.UTC(r.ClosedAt), EscalatedAt: store.UTC(r.EscalatedAt),
		Provisional: r.Provisional, LateRegistration: r.LateRegistration, Imported: r.Imported}
	if r.ExternalReference != nil {
		c.ExternalReference = *r.ExternalReference
	}
	return c, errors.Join(b.err, unlisted(r.DueOn, &c.DueOn), unlisted(r.ActByOn, &c.ActByOn), unlisted(r.StageDueOn, &c.StageDueOn), unlisted(r.StageActByOn, &c.StageActByOn),
		unlisted(r.PromiseDueOn, &c.PromiseDueOn))
}

func (s *Service) toMatterRow(c Complaint) (*matterRow, error) {
	b := s.vault("complaint_matter", c.ID)
	who := c.Complainant
	r := &matterRow{ComplaintID: c.ID, Narrative: b.seal("narrative", c.Narrative), Request: b.seal("request", c.Request), Product: b.seal("product", c.Product),
		LateReason: b.seal("late_reason", c.LateReason), OccurredOn: c.OccurredOn.String(), SourceReference: c.SourceReference,
		SourceReceivedOn: c.SourceReceivedOn.String(), FeedbackDueOn: c.FeedbackDueOn.String(), RespondentDepartmentID: c.Respondent.DepartmentID,
		RespondentUnit: b.seal("respondent_unit", c.Respondent.Unit), RespondentStaffName: b.seal("respondent_staff_name", c.Respondent.StaffName),
		IDType: who.IDType, IDNumber: b.seal("id_number", who.IDNumber), IDUnverified: who.IDUnverified, CreditCode: b.seal("credit_code", who.CreditCode),
		LegalRepresentative: b.seal("legal_representative", who.LegalRepresentative), Phone: b.seal("phone", who.Phone), Email: b.seal("email", who.Email),
		Address: b.seal("address", who.Address), Struck: strings.Join(c.Struck, ","),
		NameIndex: b.index("name", pii.NormalName(c.ComplainantName)), IDIndex: b.index("id_number", pii.NormalID(who.IDNumber)),
		CreditIndex: b.index("credit_code", pii.NormalID(who.CreditCode)), PhoneIndex: b.index("phone", pii.NormalPhone(who.Phone))}
	if c.Amount != nil {
		r.Amount, r.Currency = &c.Amount.Cents, c.Amount.Currency
	}
	if t := c.Transaction; t != nil {
		r.TransactionReference, r.TransactionKind, r.TransactedAt, r.TransactionRiskLevel = t.Reference, t.Kind, &t.At, int64(t.RiskLevel)
	}
	return r, b.err
}

func (s *Service) fromMatterRow(c *Complaint, r *matterRow) error {
	b := s.vault("complaint_matter", r.ComplaintID)
	c.Narrative, c.Request, c.Product, c.LateReason = b.open("narrative", r.Narrative), b.open("request", r.Request), b.open("product", r.Product), b.open("late_reason", r.LateReason)
	c.SourceReference = r.SourceReference
	c.Respondent = Respondent{DepartmentID: r.RespondentDepartmentID, Unit: b.open("respondent_unit", r.RespondentUnit), StaffName: b.open("respondent_staff_name", r.RespondentStaffName)}
	c.Complainant = Complainant{IDType: r.IDType, IDNumber: b.open("id_number", r.IDNumber), IDUnverified: r.IDUnverified, CreditCode: b.open("credit_code", r.CreditCode),
		LegalRepresentative: b.open("legal_representative", r.LegalRepresentative), Phone: b.open("phone", r.Phone), Email: b.open("email", r.Email), Address: b.open("address", r.Address)}
	if r.Struck != "" {
		c.Struck = strings.Split(r.Struck, ",")
	}
	if r.Amount != nil {
		c.Amount = &money.Money{Cents: *r.Amount, Currency: r.Currency}
	}
	c.Transaction = r.transaction()
	return errors.Join(b.err, c.OccurredOn.UnmarshalText([]byte(r.OccurredOn)), c.SourceReceivedOn.UnmarshalText([]byte(r.SourceReceivedOn)),
		c.FeedbackDueOn.UnmarshalText([]byte(r.FeedbackDueOn)))
}

// namedRow is a complaint with the names that it is shown with, in one query.
type namedRow struct {
	Complaint                complaintRow `gorm:"embedded"`
	DepartmentName           *string
	ResponsibleName          *string
	ResponsibleStatus        *string
	ResponsibleNowIn         *string
	ClientName               *string
	RespondentDepartmentName *string
}

// fullRow is all of a complaint.
type fullRow struct {
	Named  namedRow  `gorm:"embedded"`
	Matter matterRow `gorm:"embedded"`
}

const (
	namedColumns = "complaint.*, d.name AS department_name, u.name AS responsible_name, u.status AS responsible_status, u.department_id AS responsible_now_in, c.name AS client_name"
	namedJoins   = "LEFT JOIN department d ON d.id = complaint.department_id LEFT JOIN user_account u ON u.id = complaint.responsible_id LEFT JOIN api_client c ON c.id = complaint.client_id"
)

// scanNamed runs a query on complaints and reads its rows with the names that they are shown with.
func scanNamed(q *gorm.DB) ([]*namedRow, error) {
	return store.Rows[namedRow](q.Joins(namedJoins).Select(namedColumns))
}

// loadNamed finds a complaint and the names that it is shown with, whoever may see it. Returns NotFound.
func (s *Service) loadNamed(v *store.View, id string) (Shown, error) {
	rows, err := store.Rows[fullRow](v.Gorm().Table("complaint").Joins(namedJoins).Joins("JOIN complaint_matter m ON m.complaint_id = complaint.id").
		Joins("LEFT JOIN department rd ON rd.id = m.respondent_department_id").Where("complaint.id = ?", id).
		Select(namedColumns + ", rd.name AS respondent_department_name, m.*"))
	if err != nil {
		return Shown{}, err
	}
	if len(rows) == 0 {
		return Shown{}, NotFound
	}
	shown, err := s.named(&rows[0].Named)
	if err != nil {
		return Shown{}, err
	}
	if err := s.fromMatterRow(&shown.Complaint, &rows[0].Matter); err != nil {
		return Shown{}, err
	}
	shown.People[shown.Respondent.DepartmentID] = text(rows[0].Named.RespondentDepartmentName)
	return shown, nil
}

// named is a row with its names. The open complaints of who is suspended, or has left the department as one of which she was responsible, are nobody's.
func (s *Service) named(r *namedRow) (Shown, error) {
	summary, err := s.fromRow(&r.Complaint)
	if err != nil {
		return Shown{}, err
	}
	if summary.Stage.Open() && (text(r.ResponsibleStatus) == organisation.Suspended || text(r.ResponsibleNowIn) != summary.ResponsibleIn) {
		summary.ResponsibleID = ""
	}
	return Shown{Complaint: Complaint{Summary: summary}, Client: text(r.ClientName),
		People: organisation.Names{summary.DepartmentID: text(r.DepartmentName), r.Complaint.ResponsibleID: text(r.ResponsibleName)}}, nil
}

func text(p *string) string {
	if p == nil {
		return ""
	}
	return *p
}

// loadSummary finds what lists know of a complaint, whoever may see it. Returns NotFound.
func (s *Service) loadSummary(v *store.View, id string) (Summary, error) {
	row, err := store.Take[complaintRow](v.Gorm().Where("id = ?", id), NotFound)
	if err != nil {
		return Summary{}, err
	}
	return s.fromRow(&row)
}

// withMatter is all of a complaint.
func (s *Service) withMatter(v *store.View, summary Summary) (Complaint, error) {
	var matter matterRow
	if err := v.Gorm().Where("complaint_id = ?", summary.ID).Take(&matter).Error; err != nil {
		return Complaint{}, err
	}
	c := Complaint{Summary: summary}
	return c, s.fromMatterRow(&c, &matter)
}

// earlier is a complaint that has one of the caller's references already.
type earlier struct {
	ID, digest string
	hidden     bool // the caller may not know of it
}

// is says that a reference which was sent again stands for the same content. Returns referenceConflict otherwise.
func (e earlier) is(digest string) error {
	switch {
	case e.hidden:
		return referenceConflict
	case e.digest != digest:
		return referenceConflict.With().Member("existing", e.ID)
	}
	return nil
}

// ownerOf is within whom the references that somebody sends are unique: her client, or her department, so that none tells of another's complaints.
func ownerOf(who actor.Actor) string {
	if who.Kind == actor.Client {
		return who.ID
	}
	return who.DepartmentID
}

// recall finds what the caller's references stand for already, by reference. The people of a department share theirs, so that one may meet a complaint that
// she may not read: it was handed on, or names her.
func (s *Service) recall(v *store.View, who actor.Actor, references ...string) (map[string]earlier, error) {
	references = slices.DeleteFunc(slices.Clone(references), func(r string) bool { return r == "" })
	if len(references) == 0 {
		return nil, nil
	}
	var rows []complaintRow
	err := v.Gorm().Select("id, external_reference, content_digest").Where("reference_owner = ? AND external_reference IN ?", ownerOf(who), references).Find(&rows).Error
	if err != nil {
		return nil, err
	}
	ids := make([]string, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	readable := map[string]authz.Row{}
	people := who.Kind != actor.Client
	if people {
		readable, err = s.Rows(v, who, ids)
		if err != nil {
			return nil, err
		}
	}
	found := make(map[string]earlier, len(rows))
	for _, r := range rows {
		_, ok := readable[r.ID]
		found[*r.ExternalReference] = earlier{ID: r.ID, digest: r.ContentDigest, hidden: people && !ok}
	}
	return found, nil
}
