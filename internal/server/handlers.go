package server

import (
	"xiaobao/api"
	"xiaobao/internal/access"
	"xiaobao/internal/accessreport"
	"xiaobao/internal/apiclient"
	"xiaobao/internal/assessment"
	"xiaobao/internal/audit"
	"xiaobao/internal/complaint"
	"xiaobao/internal/consent"
	"xiaobao/internal/duty"
	"xiaobao/internal/finding"
	"xiaobao/internal/institution"
	"xiaobao/internal/internalpolicy"
	"xiaobao/internal/organisation"
	"xiaobao/internal/rectification"
	"xiaobao/internal/report"
	"xiaobao/internal/rightsnotice"
	"xiaobao/internal/rootcause"
	"xiaobao/internal/session"
	"xiaobao/internal/standard"
	"xiaobao/internal/survey"
	"xiaobao/internal/training"
)

// The aliases give the embedded fields names of their own; that the compiler accepts Features as the contract's server shows that each
// operation is there, once.
type (
	Institution   = institution.HTTP
	Organisation  = organisation.HTTP
	Session       = session.HTTP
	APIClient     = apiclient.HTTP
	Audit         = audit.HTTP
	Complaint     = complaint.HTTP
	Access        = access.HTTP
	Rectification = rectification.HTTP
	Consent       = consent.HTTP
	Finding       = finding.HTTP
	Standard      = standard.HTTP
	AccessReport  = accessreport.HTTP
	Report        = report.HTTP
	RightsNotice  = rightsnotice.HTTP

	InternalPolicy = internalpolicy.HTTP
	Duty           = duty.HTTP
	Training       = training.HTTP
	RootCause      = rootcause.HTTP
	Survey         = survey.HTTP
	Assessment     = assessment.HTTP
)

// Features are the operations of the contract.
type Features struct {
	problemsHTTP
	*Institution
	*Organisation
	*Session
	*APIClient
	*Audit
	*Complaint
	*Access
	*Rectification
	*Consent
	*Finding
	*Standard
	*AccessReport
	*Report
	*RightsNotice
	*InternalPolicy
	*Duty
	*Training
	*RootCause
	*Survey
	*Assessment
}

var _ api.StrictServerInterface = Features{}
