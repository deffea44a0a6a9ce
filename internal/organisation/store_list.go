package organisation

import (
	"context"
	"strings"

	"xiaobao/internal/actor"
	"xiaobao/internal/authz"
	"xiaobao/internal/store"
)

// UserFilter is which users a list shows; empty members do not restrict.
type UserFilter struct{ DepartmentID, Role, Status string }

// ListUsers returns the users that the caller may read, by user name.
func (s *Service) ListUsers(ctx context.Context, f UserFilter, p store.Page) (store.List[ShownUser], error) {
	who, rights := actor.From(ctx), s.rights.Current()
	return store.Read(ctx, s.db, func(v *store.View) (store.List[ShownUser], error) {
		where, args := rights.Scope(who, readUser).Where(authz.Columns{Departments: []string{"user_account.department_id"}})
		q := v.Gorm().Model(&userRow{}).Where(where, args...)
		if f.DepartmentID != "" {
			q = q.Where("department_id = ?", f.DepartmentID)
		}
		if f.Status != "" {
			q = q.Where("status = ?", f.Status)
		}
		if f.Role != "" {
			role := strings.NewReplacer("!", "!!", "_", "!_", "%", "!%").Replace(f.Role)
			q = q.Where("(roles = ? OR roles LIKE ? ESCAPE '!' OR roles LIKE ? ESCAPE '!' OR roles LIKE ? ESCAPE '!')", f.Role, role+",%", "%,"+role, "%,"+role+",%")
		}
		list, err := store.ListOf(q, store.Order{Column: "username", ID: "id"}, p, func(r userRow) []any { return []any{r.Username, r.ID} })
		if err != nil {
			return store.List[ShownUser]{}, err
		}
		return s.showUsers(v, list, rights.Scope(who, updateUser))
	})
}

func (s *Service) showUsers(v *store.View, list store.List[userRow], changeable authz.Filter) (store.List[ShownUser], error) {
	var ids []string
	for _, r := range list.Rows {
		ids = append(ids, r.DepartmentID)
	}
	names, err := NamesOf(v, ids...)
	if err != nil {
		return store.List[ShownUser]{}, err
	}
	return store.Shown(list, func(r userRow) (ShownUser, error) {
		u, err := s.fromUserRow(r)
		return ShownUser{User: u, Department: names[u.DepartmentID], Clear: changeable.Allows(rowOf(u))}, err
	})
}

// DepartmentFilter is which departments a list shows; empty members do not restrict.
type DepartmentFilter struct{ Kind, ParentID string }

// ListDepartments returns the departments that the caller may read, by code.
func (s *Service) ListDepartments(ctx context.Context, f DepartmentFilter, p store.Page) (store.List[ShownDepartment], error) {
	who := actor.From(ctx)
	return store.Read(ctx, s.db, func(v *store.View) (store.List[ShownDepartment], error) {
		where, args := s.rights.Current().Scope(who, readDepartment).Where(authz.Columns{Departments: []string{"department.id"}})
		q := v.Gorm().Model(&departmentRow{}).Where(where, args...)
		if f.Kind != "" {
			q = q.Where("kind = ?", f.Kind)
		}
		if f.ParentID != "" {
			q = q.Where("parent_id = ?", f.ParentID)
		}
		list, err := store.ListOf(q, store.Order{Column: "code", ID: "id"}, p, func(r departmentRow) []any { return []any{r.Code, r.ID} })
		if err != nil {
			return store.List[ShownDepartment]{}, err
		}
		var heads []string
		for _, r := range list.Rows {
			heads = append(heads, r.HeadID)
		}
		names, err := NamesOf(v, heads...)
		if err != nil {
			return store.List[ShownDepartment]{}, err
		}
		return store.Shown(list, func(r departmentRow) (ShownDepartment, error) {
			return ShownDepartment{r.toDomain(), names[r.HeadID]}, nil
		})
	})
}

// departmentsBelow are all departments below one.
func departmentsBelow(v *store.View, d Department) ([]Department, error) {
	var rows []departmentRow
	err := v.Gorm().Where("path LIKE ? AND id <> ?", d.Path+"%", d.ID).Find(&rows).Error
	below := make([]Department, len(rows))
	for i, r := range rows {
		below[i] = r.toDomain()
	}
	return below, err
}

// moveDepartment saves a department with the paths of those below it.
func moveDepartment(tx *store.Tx, before, after Department, below []Department) error {
	rows := make([]departmentRow, len(below))
	for i, d := range below {
		rows[i] = *toDepartmentRow(d)
	}
	act := store.Act{Action: "department.update", Object: "department", ID: after.ID}
	return tx.Save(act, toDepartmentRow(before), toDepartmentRow(after), store.Update(rows), store.Put(headsOf(&before, after, tx.Now())))
}

func hasUsers(v *store.View, departmentID string) (bool, error) {
	var n int64
	err := v.Gorm().Model(&userRow{}).Where("department_id = ?", departmentID).Limit(1).Count(&n).Error
	return n > 0, err
}

// leaveHeadship takes from the user the departments that she heads.
func leaveHeadship(tx *store.Tx, userID string) error {
	var rows []departmentRow
	if err := tx.Gorm().Where("head_id = ?", userID).Find(&rows).Error; err != nil {
		return err
	}
	for _, r := range rows {
		before := r.toDomain()
		after := before
		after.HeadID, after.UpdatedAt = "", tx.Now()
		if err := SaveDepartment(tx, "department.update", &before, after); err != nil {
			return err
		}
	}
	return nil
}

// placed is what the rights ask of a user: her roles, and the kind of her department.
type placed struct{ Roles, Kind string }

func (u User) placed(kind string) placed { return placed{strings.Join(u.Roles, ","), kind} }

// othersPlaced are the different ways in which the active users but one are placed.
func othersPlaced(v *store.View, but string) ([]placed, error) {
	var all []placed
	err := v.Gorm().Table("user_account u").Joins("JOIN department d ON d.id = u.department_id").
		Where("u.status = ? AND u.id <> ?", Active, but).Distinct("u.roles", "d.kind").Scan(&all).Error
	return all, err
}

// ActorOf is a user as the rights see her; the zero Actor when she is suspended. Returns UserNotFound.
func ActorOf(v *store.View, userID string) (actor.Actor, error) {
	var rows []struct{ Name, StaffID, Roles, Status, DepartmentID, Kind, Path string }
	err := v.Gorm().Table("user_account u").Joins("JOIN department d ON d.id = u.department_id").Where("u.id = ?", userID).
		Select("u.name, COALESCE(u.staff_id, '') AS staff_id, u.roles, u.status, u.department_id, d.kind, d.path").Scan(&rows).Error
	if err != nil {
		return actor.Actor{}, err
	}
	if len(rows) == 0 {
		return actor.Actor{}, UserNotFound
	}
	u := rows[0]
	if u.Status != Active {
		return actor.Actor{}, nil
	}
	a := actor.Actor{Kind: actor.User, ID: userID, Name: u.Name, Roles: splitRoles(u.Roles), DepartmentID: u.DepartmentID, DepartmentKind: u.Kind, StaffID: u.StaffID}
	a.Subtree, err = Below(v, u.Path)
	return a, err
}

// kindsOf are the kinds of departments, by id.
func kindsOf(v *store.View, ids ...string) (map[string]string, error) {
	var rows []departmentRow
	err := v.Gorm().Select("id, kind").Where("id IN ?", ids).Find(&rows).Error
	kinds := map[string]string{}
	for _, r := range rows {
		kinds[r.ID] = r.Kind
	}
	return kinds, err
}
