package complaint

import (
	"context"

	"xiaobao/internal/actor"
	"xiaobao/internal/authz"
	"xiaobao/internal/fault"
	"xiaobao/internal/id"
	"xiaobao/internal/pii"
	"xiaobao/internal/purpose"
	"xiaobao/internal/store"
)

// Search is whose complaints are looked for, by what is known of them: all that is given must match.
type Search struct {
	Phone, IDNumber, CreditCode, Name string
	Reason                            string
}

var searching = authz.Question{Object: "complaint", Act: "search"}

// searchEmpty: without a value, everything would be found.
var searchEmpty = fault.Declare(fault.Reason{Kind: fault.Invalid, Code: "complaint.search_empty",
	Title:  fault.Words{EN: "Give at least one of phone, id_number, credit_code and name.", ZH: "请至少填写 phone、id_number、credit_code、name 中的一项。"},
	Causes: `POST /v1/complaint-searches {"reason":"投诉人来电查询进度。"}`, Cures: `{"phone":"13812345678","reason":"投诉人来电查询进度。"}`})

// normal are the values as they are looked up, by the names of their indexes; those that were not given are empty.
func (q Search) normal() map[string]string {
	return map[string]string{"phone": pii.NormalPhone(q.Phone), "id_number": pii.NormalID(q.IDNumber), "credit_code": pii.NormalID(q.CreditCode), "name": pii.NormalName(q.Name)}
}

// Search audits that somebody's complaints are looked for, and why; Found finds them. Returns fault.RequestInvalid.
func (s *Service) Search(ctx context.Context, q Search) (string, error) {
	var kinds []string
	for kind, value := range q.normal() {
		if value != "" {
			kinds = append(kinds, kind)
		}
	}
	if len(kinds) == 0 {
		return "", fault.Input([]fault.Item{fault.At("#", searchEmpty)})
	}
	// The audit keeps no personal value: the reason may hold one.
	reason, _ := pii.Strike(q.Reason)
	reason = pii.MaskValues(reason, q.Phone, q.IDNumber, q.Name)
	return store.Write(ctx, s.db, func(_ context.Context, tx *store.Tx) (string, error) {
		act := looking(searching.String(), "complaint_search", id.New("csr"), "", purpose.ComplaintHandling, reason)
		tx.NoteOf(act, "searched", kinds...)
		return act.ID, nil
	})
}

// Found returns what a search finds among the complaints that the caller may search and read. To show it again is audited again.
func (s *Service) Found(ctx context.Context, q Search, again bool) (store.List[Shown], error) {
	if again {
		if _, err := s.Search(store.Unclaimed(ctx), q); err != nil {
			return store.List[Shown]{}, err
		}
	}
	return store.Read(ctx, s.db, func(v *store.View) (store.List[Shown], error) { return s.found(v, actor.From(ctx), q) })
}
