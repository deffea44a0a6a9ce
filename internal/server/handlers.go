package server

import (
	"xiaobao/api"
	"xiaobao/internal/complaint"
	"xiaobao/internal/institution"
	"xiaobao/internal/rectification"
	"xiaobao/internal/session"
)

// Features are the operations of the contract, a value for each feature.
type Features struct {
	Institution   *institution.HTTP
	Session       *session.HTTP
	Complaint     *complaint.HTTP
	Rectification *rectification.HTTP
}

// The aliases give the embedded fields names of their own; that the compiler accepts handlers as the contract's server shows that each
// operation is there, once.
type (
	institutionHTTP   = institution.HTTP
	sessionHTTP       = session.HTTP
	complaintHTTP     = complaint.HTTP
	rectificationHTTP = rectification.HTTP
)

type handlers struct {
	problemsHTTP
	*institutionHTTP
	*sessionHTTP
	*complaintHTTP
	*rectificationHTTP
}

var _ api.StrictServerInterface = handlers{}

func (f Features) handlers() handlers {
	return handlers{problemsHTTP{}, f.Institution, f.Session, f.Complaint, f.Rectification}
}
