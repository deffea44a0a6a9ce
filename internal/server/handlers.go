package server

import (
	"xiaobao/api"
	"xiaobao/internal/apiclient"
	"xiaobao/internal/audit"
	"xiaobao/internal/complaint"
	"xiaobao/internal/institution"
	"xiaobao/internal/rectification"
	"xiaobao/internal/session"
)

// The aliases give the embedded fields names of their own; that the compiler accepts Features as the contract's server shows that each
// operation is there, once.
type (
	institutionHTTP   = institution.HTTP
	sessionHTTP       = session.HTTP
	apiclientHTTP     = apiclient.HTTP
	auditHTTP         = audit.HTTP
	complaintHTTP     = complaint.HTTP
	rectificationHTTP = rectification.HTTP
)

// Features are the operations of the contract.
type Features struct {
	problemsHTTP
	*institutionHTTP
	*sessionHTTP
	*apiclientHTTP
	*auditHTTP
	*complaintHTTP
	*rectificationHTTP
}

var _ api.StrictServerInterface = Features{}

// NewFeatures puts the operations together.
func NewFeatures(i *institution.HTTP, s *session.HTTP, k *apiclient.HTTP, a *audit.HTTP, c *complaint.HTTP, r *rectification.HTTP) Features {
	return Features{problemsHTTP{}, i, s, k, a, c, r}
}
