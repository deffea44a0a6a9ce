package organisation

import (
	"context"
	"errors"

	"xiaobao/internal/actor"
	"xiaobao/internal/authz"
	"xiaobao/internal/fault"
	"xiaobao/internal/id"
	"xiaobao/internal/store"
)

var (
	readDepartment   = authz.Question{Object: "department", Act: "read"}
	createDepartment = authz.Question{Object: "department", Act: "create"}
	updateDepartment = authz.Question{Object: "department", Act: "update"}
)

// Use says whether a feature keeps something of a department.
type Use func(v *store.View, departmentID string) (bool, error)

// UsedBy makes a feature's use of departments known, for features that stand above this one.
func (s *Service) UsedBy(use Use) { s.uses = append(s.uses, use) }

// ShownDepartment is a department with the name of its head.
type ShownDepartment struct {
	Department
	Head string
}

// CreateDepartment makes a department below another one. Returns codeTaken, and fault.RequestInvalid when the parent cannot be.
func (s *Service) CreateDepartment(ctx context.Context, d Department) (string, error) {
	d.ID = id.New("dep")
	err := store.Change(ctx, s.db, func(tx *store.Tx) error {
		if err := tx.Alone(oneAtATime); err != nil {
			return err
		}
		parent, err := s.parent(tx, createDepartment, d.ParentID)
		if err != nil {
			return err
		}
		if depth(parent.Path) >= maxDepth {
			return fault.Input([]fault.Item{fault.At("#/parent_id", tooDeep, "limit", maxDepth)})
		}
		_, err = AddDepartment(tx, d)
		return err
	})
	return d.ID, taken(err)
}

// parent loads the department under which the caller may put another one.
func (s *Service) parent(tx *store.Tx, q authz.Question, id string) (Department, error) {
	d, err := LoadDepartment(&tx.View, id)
	if errors.Is(err, DepartmentNotFound) {
		return Department{}, fault.Input([]fault.Item{fault.At("#/parent_id", fault.NotFoundHere)})
	}
	if err != nil {
		return Department{}, err
	}
	return d, s.rights.Current().Check(tx.Actor(), q, authz.Row{DepartmentIDs: []string{d.ID}})
}

// GetDepartment returns a department. Returns DepartmentNotFound.
func (s *Service) GetDepartment(ctx context.Context, id string) (ShownDepartment, error) {
	return store.Read(ctx, s.db, func(v *store.View) (ShownDepartment, error) {
		d, err := s.visibleDepartment(v, actor.From(ctx), id)
		if err != nil {
			return ShownDepartment{}, err
		}
		names, err := NamesOf(v, d.HeadID)
		return ShownDepartment{d, names[d.HeadID]}, err
	})
}

func (s *Service) visibleDepartment(v *store.View, who actor.Actor, id string) (Department, error) {
	d, err := LoadDepartment(v, id)
	if err == nil && !s.rights.Current().Scope(who, readDepartment).Allows(authz.Row{DepartmentIDs: []string{d.ID}}) {
		return Department{}, DepartmentNotFound
	}
	return d, err
}

// UpdateDepartment changes or moves a department. Returns DepartmentNotFound, the refusals of the precondition, inUse, codeTaken, and
// fault.RequestInvalid when the parent or head cannot be.
func (s *Service) UpdateDepartment(ctx context.Context, id string, seen store.Match, p DepartmentPatch) error {
	err := store.Change(ctx, s.db, func(tx *store.Tx) error {
		if err := tx.Alone(oneAtATime); err != nil {
			return err
		}
		before, err := s.visibleDepartment(&tx.View, tx.Actor(), id)
		if err != nil {
			return err
		}
		if err := s.rights.Current().Check(tx.Actor(), updateDepartment, authz.Row{DepartmentIDs: []string{id}}); err != nil {
			return err
		}
		if err := seen.Required(before.Version); err != nil {
			return err
		}
		return s.change(tx, before, p)
	})
	return taken(err)
}

func (s *Service) change(tx *store.Tx, before Department, p DepartmentPatch) error {
	after := p.apply(before)
	after.UpdatedAt = tx.Now()
	if after.Kind != before.Kind {
		if err := s.unused(&tx.View, before.ID); err != nil {
			return err
		}
	}
	var items []fault.Item
	if p.HeadID != nil && *p.HeadID != "" {
		ok, err := s.works(&tx.View, *p.HeadID, before.ID)
		if err != nil {
			return err
		}
		if !ok {
			items = append(items, fault.At("#/head_id", headElsewhere))
		}
	}
	var below []Department
	if after.ParentID != before.ParentID {
		parent, err := s.parent(tx, updateDepartment, after.ParentID)
		if err != nil {
			return err
		}
		below, err = departmentsBelow(&tx.View, before)
		if err != nil {
			return err
		}
		if refused := after.hang(parent, below); refused != nil {
			items = append(items, fault.At("#/parent_id", refused, "limit", maxDepth))
		}
	}
	if err := fault.Input(items); err != nil {
		return err
	}
	return moveDepartment(tx, before, after, below)
}

// unused refuses to touch a department that somebody works in, or that another feature keeps something of.
func (s *Service) unused(v *store.View, id string) error {
	for _, use := range append([]Use{hasUsers}, s.uses...) {
		used, err := use(v, id)
		if err != nil {
			return err
		}
		if used {
			return inUse
		}
	}
	return nil
}

// works says that a user is active in a department.
func (s *Service) works(v *store.View, userID, departmentID string) (bool, error) {
	u, err := s.LoadUser(v, userID)
	if errors.Is(err, UserNotFound) {
		return false, nil
	}
	return u.DepartmentID == departmentID && u.Status == Active, err
}
