package server

import (
	"xiaobao/api"
	"xiaobao/internal/access"
	"xiaobao/internal/apiclient"
	"xiaobao/internal/audit"
	"xiaobao/internal/complaint"
	"xiaobao/internal/institution"
	"xiaobao/internal/organisation"
	"xiaobao/internal/rectification"
	"xiaobao/internal/report"
	"xiaobao/internal/session"
)

// The aliases give the embedded fields names of their own; that the compiler accepts Features as the contract's server shows that each
// operation is there, once.
type (
	institutionHTTP   = institution.HTTP
	organisationHTTP  = organisation.HTTP
	sessionHTTP       = session.HTTP
	apiclientHTTP     = apiclient.HTTP
	auditHTTP         = audit.HTTP
	complaintHTTP     = complaint.HTTP
	accessHTTP        = access.HTTP
	rectificationHTTP = rectification.HTTP
	reportHTTP        = report.HTTP
)

// Features are the operations of the contract.
type Features struct {
	problemsHTTP
	*institutionHTTP
	*organisationHTTP
	*sessionHTTP
	*apiclientHTTP
	*auditHTTP
	*complaintHTTP
	*accessHTTP
	*rectificationHTTP
	*reportHTTP
}

var _ api.StrictServerInterface = Features{}

// NewFeatures puts the operations together.
func NewFeatures(i *institution.HTTP, o *organisation.HTTP, s *session.HTTP, k *apiclient.HTTP, a *audit.HTTP, c *complaint.HTTP, x *access.HTTP, r *rectification.HTTP,
	p *report.HTTP) Features {
	return Features{problemsHTTP{}, i, o, s, k, a, c, x, r, p}
}
