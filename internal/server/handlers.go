package server

import (
	"xiaobao/api"
	"xiaobao/internal/apiclient"
	"xiaobao/internal/audit"
	"xiaobao/internal/complaint"
	"xiaobao/internal/institution"
	"xiaobao/internal/session"
)

// Features are the operations of the contract, a value for each feature.
type Features struct {
	Institution *institution.HTTP
	Session     *session.HTTP
	Complaint   *complaint.HTTP
	APIClient   *apiclient.HTTP
	Audit       *audit.HTTP
}

// The aliases give the embedded fields names of their own; that the compiler accepts handlers as the contract's server shows that each
// operation is there, once.
type (
	institutionHTTP = institution.HTTP
	sessionHTTP     = session.HTTP
	complaintHTTP   = complaint.HTTP
	apiclientHTTP   = apiclient.HTTP
	auditHTTP       = audit.HTTP
)

type handlers struct {
	problemsHTTP
	*institutionHTTP
	*sessionHTTP
	*complaintHTTP
	*apiclientHTTP
	*auditHTTP
}

var _ api.StrictServerInterface = handlers{}

func (f Features) handlers() handlers {
	return handlers{problemsHTTP{}, f.Institution, f.Session, f.Complaint, f.APIClient, f.Audit}
}
