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
	"xiaobao/internal/rightsnotice"
	"xiaobao/internal/store"
)

// Service serves the operations on standards and measurements.
type Service struct {
	Texts          edition.Texts[Standard] // approves, and so publishes, versions
	db             *store.DB
	rights         *authz.InForce
	clocks         clock.Reckoner
	findings       *finding.Service
	complaints     *complaint.Service
	rectifications *rectification.Service
	notices        *rightsnotice.Service
}

// NewService makes the service.
func NewService(db *store.DB, rights *authz.InForce, clocks clock.Reckoner, findings *finding.Service, complaints *complaint.Service, rectifications *rectification.Service,
	notices *rightsnotice.Service) *Service {
	s := &Service{db: db, rights: rights, clocks: clocks, findings: findings, complaints: complaints, rectifications: rectifications, notices: notices}
	s.Texts = s.walk()
	return s
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
		return std.ID, s.Texts.Draft(tx, former, d.Replace, func(e edition.Edition) error {
			std.Edition = e
			return store.Again(save(tx, "create", nil, std), "standard_code_edition")
		})
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

// walk is how standards go through their life; the approval of one publishes it.
func (s *Service) walk() edition.Texts[Standard] {
	return edition.Texts[Standard]{DB: s.db, Load: s.readable, ApprovalPublishes: true,
		Permit: func(who actor.Actor, a edition.Action, std Standard) error {
			return s.rights.Current().Check(who, asks(a), std.row())
		},
		Others: func(v *store.View, std Standard) ([]edition.Edition, error) {
			all, err := versionsOf(v, std.Code)
			return editions(all, std.ID), err
		},
		Parts: func(std *Standard) (string, int64, *edition.Edition) { return std.ID, std.Version, &std.Edition },
		Save: func(tx *store.Tx, a edition.Action, before, after Standard) error {
			return save(tx, string(a), &before, after)
		}}
}

// permit refuses who may not measure by a standard.
func (s *Service) permit(who actor.Actor, std Standard) error {
	return s.rights.Current().Check(who, asks(measuring), std.row())
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
		allowed := s.Texts.Allowed(who, std)
		if std.Edition.InForceAt != nil && s.permit(who, std) == nil {
			allowed = append(allowed, string(measuring))
		}
		shown[i] = Shown{Standard: std, Others: editions(mine, std.ID), People: names, Allowed: allowed, Now: v.Now()}
	}
	return shown, err
}
