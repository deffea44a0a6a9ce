package rectification

import (
	"context"
	"slices"

	"xiaobao/internal/actor"
	"xiaobao/internal/authz"
	"xiaobao/internal/calendar"
	"xiaobao/internal/clock"
	"xiaobao/internal/complaint"
	"xiaobao/internal/finding"
	"xiaobao/internal/organisation"
	"xiaobao/internal/pii"
	"xiaobao/internal/ruleset"
	"xiaobao/internal/store"
)

// Service serves the operations on rectifications.
type Service struct {
	db         *store.DB
	keys       *pii.Keyring
	rights     *authz.InForce
	rules      *ruleset.Sets
	clocks     clock.Reckoner
	people     *organisation.Service
	complaints *complaint.Service
	findings   *finding.Service
}

// NewService makes the service.
func NewService(db *store.DB, keys *pii.Keyring, rights *authz.InForce, rules *ruleset.Sets, clocks clock.Reckoner, people *organisation.Service,
	complaints *complaint.Service, findings *finding.Service) *Service {
	return &Service{db: db, keys: keys, rights: rights, rules: rules, clocks: clocks, people: people, complaints: complaints, findings: findings}
}

var (
	create = authz.Question{Object: "rectification", Act: "create"}
	read   = authz.Question{Object: "rectification", Act: "read"}
)

// asks is the permission that an action needs.
func (a Action) asks() authz.Question {
	return authz.Question{Object: "rectification", Act: string(a)}
}

// Shown is a rectification as one caller may see it.
type Shown struct {
	Rectification                    // ComplaintIDs and FindingIDs are those that the caller may read
	Count         int                // of all its complaints
	Values        []string           // of its complainants, which its texts must not show
	People        organisation.Names // of users and departments
	Allowed       []Action
	Today         calendar.Date
}

// Get returns a rectification as the caller may see it. Returns NotFound.
func (s *Service) Get(ctx context.Context, id string) (Shown, error) {
	who := actor.From(ctx)
	return store.Read(ctx, s.db, func(v *store.View) (Shown, error) {
		r, row, err := s.readable(v, who, id)
		if err != nil {
			return Shown{}, err
		}
		shown := Shown{Rectification: r, Count: len(r.ComplaintIDs), Allowed: s.allowed(who, r.Summary, row), Today: s.today(v)}
		known, err := s.complaints.Rows(v, who, r.ComplaintIDs)
		if err != nil {
			return Shown{}, err
		}
		shown.ComplaintIDs = slices.DeleteFunc(slices.Clone(r.ComplaintIDs), func(id string) bool { _, ok := known[id]; return !ok })
		findings, err := s.findings.Rows(v, who, r.FindingIDs)
		if err != nil {
			return Shown{}, err
		}
		shown.FindingIDs = slices.DeleteFunc(slices.Clone(r.FindingIDs), func(id string) bool { _, ok := findings[id]; return !ok })
		origins, err := s.origins(v, r)
		if err != nil {
			return Shown{}, err
		}
		shown.Values, err = s.complaints.PersonalValues(v, origins)
		if err != nil {
			return Shown{}, err
		}
		shown.People, err = organisation.NamesOf(v, r.people()...)
		return shown, err
	})
}

// people are the users and departments that a rectification names.
func (s Summary) people() []string {
	return []string{s.OwnerID, s.DepartmentID, s.OpenedBy, s.OpenerDepartmentID, s.CompletedBy, s.VerifiedBy}
}

// readable loads a rectification if the actor may read it. Returns NotFound.
func (s *Service) readable(v *store.View, who actor.Actor, id string) (Rectification, authz.Row, error) {
	r, named, err := s.load(v, id)
	if err != nil {
		return Rectification{}, authz.Row{}, err
	}
	row := r.row()
	row.NamedStaffIDs = named
	if !s.rights.Current().Scope(who, read).Allows(row) {
		return Rectification{}, authz.Row{}, NotFound
	}
	return r, row, nil
}

// permit refuses what the actor may not do to a rectification that she may read, whatever its state.
func (s *Service) permit(who actor.Actor, a Action, r Summary, row authz.Row) error {
	if err := s.rights.Current().Check(who, a.asks(), row); err != nil {
		return err
	}
	if a == Verify && r.involves(who.ID) {
		return authz.SamePerson
	}
	return nil
}

// allowed is what the actor may do now.
func (s *Service) allowed(who actor.Actor, r Summary, row authz.Row) []Action {
	return slices.DeleteFunc(slices.Clone(actions), func(a Action) bool { return !r.State.takes(a) || s.permit(who, a, r, row) != nil })
}

// today is the civil day in the institution's zone.
func (s *Service) today(v *store.View) calendar.Date { return calendar.DateOf(v.Now(), s.clocks.Zone) }
