package server

import (
	"xiaobao/api"
	"xiaobao/internal/access"
	"xiaobao/internal/complaint"
	"xiaobao/internal/institution"
	"xiaobao/internal/organisation"
	"xiaobao/internal/session"
)

// Features are the operations of the contract, a value for each feature.
type Features struct {
	Institution  *institution.HTTP
	Session      *session.HTTP
	Organisation *organisation.HTTP
	Complaint    *complaint.HTTP
	Access       *access.HTTP
}

// The aliases give the embedded fields names of their own; that the compiler accepts handlers as the contract's server shows that each
// operation is there, once.
type (
	institutionHTTP  = institution.HTTP
	sessionHTTP      = session.HTTP
	organisationHTTP = organisation.HTTP
	complaintHTTP    = complaint.HTTP
	accessHTTP       = access.HTTP
)

type handlers struct {
	problemsHTTP
	*institutionHTTP
	*sessionHTTP
	*organisationHTTP
	*complaintHTTP
	*accessHTTP
}

var _ api.StrictServerInterface = handlers{}

func (f Features) handlers() handlers {
	return handlers{problemsHTTP{}, f.Institution, f.Session, f.Organisation, f.Complaint, f.Access}
}
