package access

import (
	"context"
	"errors"
	"slices"

	"xiaobao/internal/actor"
	"xiaobao/internal/apiclient"
	"xiaobao/internal/authz"
	"xiaobao/internal/complaint"
	"xiaobao/internal/fault"
	"xiaobao/internal/session"
	"xiaobao/internal/store"
)

// Service serves the operations on roles and explanations.
type Service struct {
	db         *store.DB
	rights     *authz.InForce
	complaints *complaint.Service
	operation  func(id string) (Operation, bool)
}

// NewService makes the service. The operation looks up one of the contract.
func NewService(db *store.DB, rights *authz.InForce, complaints *complaint.Service, operation func(id string) (Operation, bool)) *Service {
	return &Service{db: db, rights: rights, complaints: complaints, operation: operation}
}

// Role is a role with what it grants in the kinds of department in which it grants something.
type Role struct {
	Code  string
	Kinds []RoleInKind
}

// RoleInKind is what a role grants in a kind of department.
type RoleInKind struct {
	Kind   string
	Grants []authz.RoleGrant
}

// Roles lists the roles that a person can be given, by the policy in force.
func (s *Service) Roles() []Role {
	rights := s.rights.Current()
	var roles []Role
	for _, code := range rights.Roles() {
		role := Role{Code: code}
		for _, kind := range authz.DepartmentKinds() {
			if rights.Serves(code, kind) {
				role.Kinds = append(role.Kinds, RoleInKind{kind, rights.Grants(code, kind)})
			}
		}
		roles = append(roles, role)
	}
	return roles
}

// Explanation is whether somebody may, and why.
type Explanation struct {
	Allowed bool
	Because []authz.Line
	Missing []Missing
}

// Missing is what would have to be otherwise; the zero Line is for what no line of the policy could cure.
type Missing struct {
	Line  authz.Line
	Lacks []string
}

// wanted is what a request would be asked for.
type wanted struct {
	Operation
	questions []authz.Question // any of them; none: no permission is asked
	readable  *authz.Question  // that the complaint must allow besides, to be found at all
}

// Explain says whether somebody may do something, and why. Returns fault.RequestInvalid when the question cannot be asked.
func (s *Service) Explain(ctx context.Context, q Question) (Explanation, error) {
	items := q.faults()
	w, found := s.wanted(q)
	if err := fault.Input(append(items, found...)); err != nil {
		return Explanation{}, err
	}
	return store.Read(ctx, s.db, func(v *store.View) (Explanation, error) {
		who, lacks, items, err := s.caller(v, q)
		if err != nil {
			return Explanation{}, err
		}
		row, found, err := s.row(v, actor.From(ctx), q.ComplaintID)
		if err != nil {
			return Explanation{}, err
		}
		if err := fault.Input(append(items, found...)); err != nil {
			return Explanation{}, err
		}
		return w.explain(s.rights.Current(), who, lacks, row), nil
	})
}

// wanted finds what the permission or the operation asks for.
func (s *Service) wanted(q Question) (wanted, []fault.Item) {
	permissions, pointer := []string{q.Permission}, "#/permission"
	var w wanted
	if q.OperationID != "" {
		pointer = "#/operation_id"
		op, known := s.operation(q.OperationID)
		if !known {
			return w, []fault.Item{fault.At(pointer, fault.NotFoundHere)}
		}
		w.Operation, permissions = op, op.Permissions
	} else if q.Permission == "" {
		return w, nil // told already
	}
	about := false
	for _, p := range permissions {
		if q.OperationID != "" && (p == "public" || p == "signed_in" || p == "signed_in_user") {
			continue
		}
		question, err := authz.ParsePermission(p)
		if err != nil {
			return w, []fault.Item{fault.At(pointer, fault.NotAllowed)}
		}
		w.questions = append(w.questions, question)
		about = about || question.OfComplaint()
	}
	if q.ComplaintID == "" {
		return w, nil
	}
	if !about {
		return w, []fault.Item{fault.At("#/complaint_id", noComplaint)}
	}
	if q.OperationID != "" {
		w.readable = w.found()
	}
	return w, nil
}

// found is the question whose answer decides whether the record of an operation is there for the caller: what a path of a complaint names is the
// complaint, what another path names is the object of the permission.
func (w wanted) found() *authz.Question {
	q := authz.Question{Object: "complaint", Act: "read"}
	if !w.OfComplaint {
		q.Object = w.questions[0].Object
	}
	if _, err := authz.ParsePermission(q.String()); err != nil || slices.Contains(w.questions, q) {
		return nil
	}
	return &q
}

// caller finds who the request would come from, and what keeps her out before any permission is asked.
func (s *Service) caller(v *store.View, q Question) (actor.Actor, []string, []fault.Item, error) {
	if q.UserID != "" {
		c, err := session.CallerOf(v, q.UserID)
		if err != nil || c == nil {
			return actor.Actor{}, nil, []fault.Item{fault.At("#/user_id", fault.NotFoundHere)}, err
		}
		if c.Suspended {
			return c.Actor, []string{lackSuspended}, nil, nil
		}
		return c.Actor, nil, nil, nil
	}
	find, id, pointer := apiclient.CallerOfKey, q.KeyID, "#/api_key_id"
	if q.ClientID != "" {
		find, id, pointer = apiclient.CallerOfClient, q.ClientID, "#/api_client_id"
	}
	c, err := find(v, id)
	if err != nil || c == nil {
		return actor.Actor{}, nil, []fault.Item{fault.At(pointer, fault.NotFoundHere)}, err
	}
	return c.Actor, c.Lacks, nil, nil
}

// row finds the complaint, nil when none is asked about. Who asks and is named in it is told what is told of an absent one.
func (s *Service) row(v *store.View, asks actor.Actor, id string) (*authz.Row, []fault.Item, error) {
	if id == "" {
		return nil, nil, nil
	}
	row, err := s.complaints.AccessRow(v, id)
	absent := errors.Is(err, complaint.NotFound)
	if err != nil && !absent {
		return nil, nil, err
	}
	if absent || asks.StaffID != "" && slices.Contains(row.NamedStaffIDs, asks.StaffID) {
		return nil, []fault.Item{fault.At("#/complaint_id", fault.NotFoundHere)}, nil
	}
	return &row, nil, nil
}

// explain judges as the shell and the features do, in their order.
func (w wanted) explain(rights *authz.Engine, who actor.Actor, lacks []string, row *authz.Row) Explanation {
	if slices.Equal(w.Permissions, []string{"public"}) {
		return Explanation{Allowed: true}
	}
	if who.MustChangePassword && !w.BeforePasswordChange {
		lacks = append(lacks, lackPasswordChange)
	}
	if slices.Equal(w.Permissions, []string{"signed_in_user"}) && who.Kind != actor.User {
		lacks = append(lacks, lackUserOnly)
	}
	var x Explanation
	if len(lacks) > 0 {
		x.Missing = append(x.Missing, Missing{Lacks: lacks})
	}
	x.add(rights, who, row, w.questions...)
	if w.readable != nil {
		x.add(rights, who, row, *w.readable)
	}
	x.Allowed = len(x.Missing) == 0
	return x
}

// add asks for any of the permissions; where one is held, the lack of another is no lack.
func (x *Explanation) add(rights *authz.Engine, who actor.Actor, row *authz.Row, questions ...authz.Question) {
	var missing []Missing
	allowed := len(questions) == 0
	for _, q := range questions {
		one := rights.Explain(who, q, row)
		allowed = allowed || one.Allowed
		x.Because = append(x.Because, one.Because...)
		for _, m := range one.Missing {
			lacks := make([]string, len(m.Lacks))
			for i, l := range m.Lacks {
				lacks[i] = string(l)
			}
			missing = append(missing, Missing{m.Line, lacks})
		}
	}
	if !allowed {
		x.Missing = append(x.Missing, missing...)
	}
}
