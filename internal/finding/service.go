package finding

import (
	"context"
	"errors"
	"slices"

	"xiaobao/internal/actor"
	"xiaobao/internal/authz"
	"xiaobao/internal/calendar"
	"xiaobao/internal/clock"
	"xiaobao/internal/fault"
	"xiaobao/internal/id"
	"xiaobao/internal/organisation"
	"xiaobao/internal/pii"
	"xiaobao/internal/ruleset"
	"xiaobao/internal/store"
)

// Service serves the operations on findings.
type Service struct {
	db     *store.DB
	keys   *pii.Keyring
	rights *authz.InForce
	rules  *ruleset.Sets
	clocks clock.Reckoner

	readers map[Source]Reader
	mended  func(v *store.View, who actor.Actor, findingIDs []string) (map[string][]string, error)
}

// NewService makes the service.
func NewService(db *store.DB, keys *pii.Keyring, rights *authz.InForce, rules *ruleset.Sets, clocks clock.Reckoner) *Service {
	return &Service{db: db, keys: keys, rights: rights, rules: rules, clocks: clocks, readers: map[Source]Reader{}}
}

// A Reader is what the feature of a source, which stands above this one, tells of its records.
type Reader struct {
	Rows   func(v *store.View, who actor.Actor, ids []string) (map[string]authz.Row, error) // those that the actor may read
	Values func(v *store.View, ids []string) ([]string, error)                              // of consumers, by which texts are masked; nil when they name none
}

// From makes the records of a source known. It is called before the first request.
func (s *Service) From(source Source, r Reader) { s.readers[source] = r }

// MendedBy makes known which rectifications of findings an actor may read. It is called before the first request.
func (s *Service) MendedBy(of func(v *store.View, who actor.Actor, findingIDs []string) (map[string][]string, error)) {
	s.mended = of
}

var (
	create = authz.Question{Object: "finding", Act: "create"}
	read   = authz.Question{Object: "finding", Act: "read"}
)

// Open opens a finding inside the caller's transaction, or finds the one that is open for the same subject already.
func (s *Service) Open(tx *store.Tx, d Draft) (string, error) {
	known, ok, err := s.openOne(&tx.View, d.Source, d.Subject)
	if err != nil || ok {
		return known, err
	}
	f := s.draft(tx, id.New("fnd"), d)
	if f.OwnerID == "" {
		f.OwnerID, err = s.head(&tx.View, f)
		if err != nil {
			return "", err
		}
	}
	return f.ID, store.Again(s.save(tx, "create", nil, f), openKey)
}

// Latest is the newest finding of a subject, whoever may see it; false when there is none.
func (s *Service) Latest(v *store.View, source Source, subject string) (Finding, bool, error) {
	return s.newest(v, source, subject)
}

// Reopen opens a finding again inside the caller's transaction, with a due date of its own. One that is not closed stays as it is.
func (s *Service) Reopen(tx *store.Tx, findingID, reason string) error {
	before, err := s.load(&tx.View, findingID)
	if err != nil || before.State != Closed {
		return err
	}
	due := s.dueOn(before.Severity, s.today(&tx.View))
	if due.IsZero() {
		due = before.DueOn // a severity of the institution's own has no days
	}
	return store.Again(s.save(tx, "reopen", &before, before.reopened(struck(reason), due)), openKey)
}

// Act tells findings, inside the caller's transaction, that something is being done. Returns AlreadyClosed.
func (s *Service) Act(tx *store.Tx, ids []string) error {
	all, err := s.loadAll(&tx.View, ids)
	if err != nil {
		return err
	}
	for _, before := range all {
		after, err := before.acting()
		if err != nil {
			return err
		}
		if err := s.save(tx, "act", &before, after); err != nil {
			return err
		}
	}
	return nil
}

// Verified tells findings, inside the caller's transaction, that an action had its effect. Those of which another action is still awaited stay as they
// are, but are written all the same, so that of two actions that are verified at once the second sees the first.
func (s *Service) Verified(tx *store.Tx, ids, awaited []string) error {
	all, err := s.loadAll(&tx.View, ids)
	if err != nil {
		return err
	}
	for _, before := range all {
		after := before
		if !slices.Contains(awaited, before.ID) && before.State == Acting {
			after = before.closed(tx.Now())
		}
		if err := s.save(tx, "verify", &before, after); err != nil {
			return err
		}
	}
	return nil
}

// Create opens a finding that somebody saw. Returns notEligible, and fault.RequestInvalid with all other faults.
func (s *Service) Create(ctx context.Context, d Draft) (string, error) {
	return store.Write(ctx, s.db, func(_ context.Context, tx *store.Tx) (string, error) {
		f := s.draft(tx, id.For(ctx, "fnd"), d)
		f.Source, f.Subject = Manual, f.ID
		items, err := s.place(tx, f)
		if err != nil {
			return "", err
		}
		if f.DueOn.IsZero() {
			items = append(items, fault.At("#/due_on", fault.Required)) // a severity that the institution added
		}
		if !d.DueOn.IsZero() && d.DueOn.Before(s.today(&tx.View)) {
			items = append(items, fault.At("#/due_on", duePassed))
		}
		if err := fault.Input(items); err != nil {
			return "", err
		}
		if f.OwnerID == "" {
			f.OwnerID, err = s.head(&tx.View, f)
			if err != nil {
				return "", err
			}
		} else if err := s.answers(&tx.View, f, f.OwnerID); err != nil {
			return "", err
		}
		return f.ID, s.save(tx, "create", nil, f)
	})
}

// place judges where a finding that somebody saw belongs.
func (s *Service) place(tx *store.Tx, f Finding) ([]fault.Item, error) {
	_, err := organisation.LoadDepartment(&tx.View, f.DepartmentID)
	if errors.Is(err, organisation.DepartmentNotFound) {
		return []fault.Item{fault.At("#/department_id", fault.NotFoundHere)}, nil
	}
	if err != nil {
		return nil, err
	}
	return nil, s.rights.Current().Check(tx.Actor(), create, f.row(nil))
}

// draft makes a finding of a draft, with the due date of its severity unless it has its own.
func (s *Service) draft(tx *store.Tx, newID string, d Draft) Finding {
	f := Finding{Description: struck(d.Description), Summary: Summary{ID: newID, Version: 1, Source: d.Source, SourceID: d.SourceID, Subject: d.Subject, Title: struck(d.Title),
		Right: d.Right, Severity: d.Severity, DepartmentID: d.DepartmentID, OwnerID: d.OwnerID, DueOn: d.DueOn, State: Open,
		CreatedAt: tx.Now(), UpdatedAt: tx.Now()}}
	if f.DueOn.IsZero() {
		f.DueOn = s.dueOn(d.Severity, s.today(&tx.View))
	}
	return f
}

// dueOn is when a severity has to be mended; zero for one that the institution added.
func (s *Service) dueOn(severity string, from calendar.Date) calendar.Date {
	term, ok := s.rules.Internal().Term(limits[severity], from)
	if !ok {
		return calendar.Date{}
	}
	due, _ := s.clocks.Calendar.Due(from, term.Limit)
	return due
}

// head is the head of a finding's department if she can answer for it, else nobody: the department's head answers once there is one, and until then the
// consumer-protection office sees it.
func (s *Service) head(v *store.View, f Finding) (string, error) {
	department, err := organisation.LoadDepartment(v, f.DepartmentID)
	if err != nil || department.HeadID == "" {
		return "", err
	}
	err = s.answers(v, f, department.HeadID)
	if errors.Is(err, notEligible) {
		return "", nil
	}
	return department.HeadID, err
}

// answers refuses an owner who could not read the finding. Returns fault.RequestInvalid, notEligible.
func (s *Service) answers(v *store.View, f Finding, ownerID string) error {
	owner, err := organisation.ActorOf(v, ownerID)
	if errors.Is(err, organisation.UserNotFound) {
		return fault.Input([]fault.Item{fault.At("#/owner_id", fault.NotFoundHere)})
	}
	if err != nil {
		return err
	}
	named, err := namedIn(v, []string{f.SourceID})
	if err != nil {
		return err
	}
	f.OwnerID = ownerID
	if !s.rights.Current().Scope(owner, read).Allows(f.row(named)) {
		return notEligible
	}
	return nil
}

// today is the civil day in the institution's zone.
func (s *Service) today(v *store.View) calendar.Date { return calendar.DateOf(v.Now(), s.clocks.Zone) }

// struck is a text without the secrets that must not be stored.
func struck(text string) string {
	clean, _ := pii.Strike(text)
	return clean
}
