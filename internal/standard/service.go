package standard

import (
	"context"
	"errors"
	"time"

	"xiaobao/internal/actor"
	"xiaobao/internal/authz"
	"xiaobao/internal/clock"
	"xiaobao/internal/complaint"
	"xiaobao/internal/edition"
	"xiaobao/internal/fault"
	"xiaobao/internal/finding"
	"xiaobao/internal/id"
	"xiaobao/internal/organisation"
	"xiaobao/internal/rectification"
	"xiaobao/internal/store"
)

// Service serves the operations on standards and measurements.
type Service struct {
	db             *store.DB
	rights         *authz.InForce
	clocks         clock.Reckoner
	findings       *finding.Service
	complaints     *complaint.Service
	rectifications *rectification.Service
}

// NewService makes the service.
func NewService(db *store.DB, rights *authz.InForce, clocks clock.Reckoner, findings *finding.Service, complaints *complaint.Service, rectifications *rectification.Service) *Service {
	return &Service{db: db, rights: rights, clocks: clocks, findings: findings, complaints: complaints, rectifications: rectifications}
}

var (
	create = authz.Question{Object: "standard", Act: "create"}
	read   = authz.Question{Object: "standard", Act: "read"}
	drill  = authz.Question{Object: "standard", Act: "drill"}
)

// asks is the permission that a step of a standard's life needs. Its approval publishes it.
func asks(a edition.Action) authz.Question {
	return authz.Question{Object: "standard", Act: string(a)}
}

// measuring is what can be done with a version beside the steps of its life.
const measuring edition.Action = "measure"

// Shown is a standard as one caller may see it.
type Shown struct {
	Standard
	Others  []edition.Edition // all other versions of its code
	People  organisation.Names
	Allowed []string
	Now     time.Time
}

// Create drafts a version of a standard. Returns ownerNotEligible, what edition.New returns, and fault.RequestInvalid with all other faults.
func (s *Service) Create(ctx context.Context, d Draft) (string, error) {
	return store.Write(ctx, s.db, func(ctx context.Context, tx *store.Tx) (string, error) {
		items := d.faults()
		target, _ := hundredths(d.Percent)
		std := Standard{ID: id.For(ctx, "std"), Version: 1, Code: d.Code, Title: d.Title, Measure: d.Measure, WithinDays: d.WithinDays, Department: d.Department, Target: target,
			Direction: d.Direction, Window: d.Window, Minimum: d.Minimum, OwnerID: d.OwnerID, OwnerDepartment: d.OwnerDepartment}
		if std.WithinDays == 0 && std.Measure.limited() {
			std.WithinDays = 1
		}
		more, err := s.place(&tx.View, &std)
		if err != nil {
			return "", err
		}
		items = append(items, more...)
		former, err := versionsOf(&tx.View, d.Code)
		if err != nil {
			return "", err
		}
		for _, f := range former {
			if f.Measure != d.Measure || f.Window != d.Window {
				items = append(items, fault.At("#/measure", otherMeasure))
				break
			}
		}
		if err := fault.Input(items); err != nil {
			return "", err
		}
		if err := s.rights.Current().Check(tx.Actor(), create, std.row()); err != nil {
			return "", err
		}
		std.Edition, err = edition.New(editions(former, ""), tx.Actor().ID, tx.Now())
		if err != nil {
			return "", err
		}
		return std.ID, store.Again(save(tx, "create", nil, std), "standard_code_edition")
	})
}

// place judges the departments and the owner that a draft names; an owner brings her department. Returns ownerNotEligible.
func (s *Service) place(v *store.View, std *Standard) (items []fault.Item, err error) {
	for pointer, department := range map[string]string{"#/department_id": std.Department, "#/owner_department_id": std.OwnerDepartment} {
		if department == "" {
			continue
		}
		_, err := organisation.LoadDepartment(v, department)
		if errors.Is(err, organisation.DepartmentNotFound) {
			items = append(items, fault.At(pointer, fault.NotFoundHere))
			continue
		}
		if err != nil {
			return nil, err
		}
	}
	if std.OwnerID == "" {
		return items, nil
	}
	owner, err := organisation.ActorOf(v, std.OwnerID)
	if errors.Is(err, organisation.UserNotFound) {
		return append(items, fault.At("#/owner_id", fault.NotFoundHere)), nil
	}
	if err != nil {
		return nil, err
	}
	std.OwnerDepartment = owner.DepartmentID
	if !s.rights.Current().Scope(owner, read).Allows(std.row()) {
		return nil, ownerNotEligible
	}
	return items, nil
}

// Approve approves a draft and publishes it in the same step, from an instant on or at once. Returns what take, edition.Approve and edition.Publish return.
func (s *Service) Approve(ctx context.Context, standardID string, from *time.Time, seen store.Match) (string, error) {
	return s.step(ctx, standardID, edition.Approve, seen.Required, func(e edition.Edition, others []edition.Edition, by string, now time.Time) (edition.Edition, error) {
		approved, err := e.Approve(by, now)
		if err != nil {
			return e, err
		}
		return approved.Publish(others, by, from, now)
	})
}

// Withdraw ends a version. It never fails as stale. Returns what take and edition.Withdraw return.
func (s *Service) Withdraw(ctx context.Context, standardID string) (string, error) {
	fresh := func(int64) error { return nil }
	return s.step(ctx, standardID, edition.Withdraw, fresh, func(e edition.Edition, _ []edition.Edition, by string, now time.Time) (edition.Edition, error) {
		return e.Withdraw(by, now)
	})
}

func (s *Service) step(ctx context.Context, standardID string, a edition.Action, seen func(int64) error,
	change func(e edition.Edition, others []edition.Edition, by string, now time.Time) (edition.Edition, error)) (string, error) {
	return store.Write(ctx, s.db, func(_ context.Context, tx *store.Tx) (string, error) {
		before, err := s.take(tx, standardID, a, seen)
		if err != nil {
			return "", err
		}
		all, err := versionsOf(&tx.View, before.Code)
		if err != nil {
			return "", err
		}
		after := before
		after.Edition, err = change(before.Edition, editions(all, before.ID), tx.Actor().ID, tx.Now())
		if err != nil {
			return "", err
		}
		return standardID, save(tx, string(a), &before, after)
	})
}

// take loads a standard for a step. Returns, in this order: NotFound; auth.forbidden or authz.SamePerson; what the precondition says.
func (s *Service) take(tx *store.Tx, standardID string, a edition.Action, seen func(int64) error) (Standard, error) {
	std, err := s.readable(&tx.View, tx.Actor(), standardID)
	if err != nil {
		return std, err
	}
	if err := s.permit(tx.Actor(), a, std); err != nil {
		return std, err
	}
	return std, seen(std.Version)
}

func (s *Service) permit(who actor.Actor, a edition.Action, std Standard) error {
	if err := s.rights.Current().Check(who, asks(a), std.row()); err != nil {
		return err
	}
	return std.Edition.Permits(a, who.ID)
}

// readable loads a standard if the actor may read it. Returns NotFound.
func (s *Service) readable(v *store.View, who actor.Actor, standardID string) (Standard, error) {
	std, err := load(v, standardID)
	if err == nil && !s.rights.Current().Scope(who, read).Allows(std.row()) {
		err = NotFound
	}
	return std, err
}

// Get returns a standard as the caller may see it. Returns NotFound.
func (s *Service) Get(ctx context.Context, standardID string) (Shown, error) {
	who := actor.From(ctx)
	return store.Read(ctx, s.db, func(v *store.View) (Shown, error) {
		std, err := s.readable(v, who, standardID)
		if err != nil {
			return Shown{}, err
		}
		shown, err := s.show(v, who, []Standard{std})
		if err != nil {
			return Shown{}, err
		}
		return shown[0], nil
	})
}

// show adds to standards what they are shown with, in as many queries for fifty as for one.
func (s *Service) show(v *store.View, who actor.Actor, all []Standard) ([]Shown, error) {
	shown := make([]Shown, len(all))
	var people, codes []string
	for _, std := range all {
		people = append(append(people, std.Edition.People()...), std.Department, std.OwnerID, std.OwnerDepartment)
		codes = append(codes, std.Code)
	}
	names, err := organisation.NamesOf(v, people...)
	if err != nil || len(all) == 0 {
		return shown, err
	}
	versions, err := versionsOf(v, codes...)
	for i, std := range all {
		var mine []Standard
		for _, one := range versions {
			if one.Code == std.Code {
				mine = append(mine, one)
			}
		}
		allowed := std.Edition.Allowed(func(a edition.Action) error {
			if a == edition.Publish { // its approval does
				return NotFound
			}
			return s.permit(who, a, std)
		})
		if std.Edition.InForceAt != nil && s.permit(who, measuring, std) == nil {
			allowed = append(allowed, string(measuring))
		}
		shown[i] = Shown{Standard: std, Others: editions(mine, std.ID), People: names, Allowed: allowed, Now: v.Now()}
	}
	return shown, err
}
