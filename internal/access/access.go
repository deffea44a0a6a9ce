package access

import "xiaobao/internal/fault"

// The refusals of questions.
var (
	oneSubject = fault.Declare(fault.Reason{Kind: fault.Invalid, Code: "access.one_subject",
		Title:  fault.Words{EN: "Say who: one of user_id, api_key_id and api_client_id.", ZH: "请指明对象：user_id、api_key_id、api_client_id 三者填一。"},
		Causes: `POST /v1/access-explanations {"permission":"complaint.read"}`, Cures: `{"user_id":"usr_...","permission":"complaint.read"}`})
	oneQuestion = fault.Declare(fault.Reason{Kind: fault.Invalid, Code: "access.one_question",
		Title:  fault.Words{EN: "Say what: one of permission and operation_id.", ZH: "请指明操作：permission、operation_id 二者填一。"},
		Causes: `POST /v1/access-explanations {"user_id":"usr_..."}`, Cures: `{"user_id":"usr_...","operation_id":"getComplaint"}`})
	noComplaint = fault.Declare(fault.Reason{Kind: fault.Invalid, Code: "access.no_complaint",
		Title:  fault.Words{EN: "This is not about a complaint.", ZH: "此项与具体投诉无关。"},
		Causes: `POST /v1/access-explanations {"permission":"user.read","complaint_id":"cmp_...", ...}`, Cures: "The same without complaint_id."})
)

// Question is who would like to do what, perhaps to which complaint.
type Question struct {
	UserID, ClientID, KeyID string // one of them
	Permission, OperationID string // one of them
	ComplaintID             string // empty: whichever
}

// faults are what is wrong with the form of a question.
func (q Question) faults() []fault.Item {
	var items []fault.Item
	if given(q.UserID, q.ClientID, q.KeyID) != 1 {
		items = append(items, fault.At("#", oneSubject))
	}
	if given(q.Permission, q.OperationID) != 1 {
		items = append(items, fault.At("#", oneQuestion))
	}
	return items
}

func given(texts ...string) int {
	n := 0
	for _, t := range texts {
		if t != "" {
			n++
		}
	}
	return n
}

// Operation is what an explanation needs to know of an operation of the contract.
type Operation struct {
	Permissions          []string // as x-permission says
	BeforePasswordChange bool     // also for who must change her password first
	OfComplaint          bool     // its path names a complaint, which the caller must be able to read
}

// What keeps a caller out before any permission is asked, beside what the features say.
const (
	lackSuspended      = "suspended"
	lackPasswordChange = "password_change"
	lackUserOnly       = "user_only"
)
