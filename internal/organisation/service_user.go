package organisation

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"xiaobao/internal/actor"
	"xiaobao/internal/authz"
	"xiaobao/internal/fault"
	"xiaobao/internal/id"
	"xiaobao/internal/password"
	"xiaobao/internal/store"
)

var (
	readUser   = authz.Question{Object: "user", Act: "read"}
	createUser = authz.Question{Object: "user", Act: "create"}
	updateUser = authz.Question{Object: "user", Act: "update"}
)

// oneAtATime is the name under which changes of people and departments wait for each other: what must hold, holds over many rows.
const oneAtATime = "organisation"

// Hold keeps people and departments as they are until the caller's transaction commits. It comes before the first look at a row.
func Hold(tx *store.Tx) error { return tx.Alone(oneAtATime) }

// ShownUser is a user as one caller may see her.
type ShownUser struct {
	User
	Department string
	Clear      bool // whether her telephone and e-mail may be shown
	// LockedUntil is until when nobody can sign in by her name; nil when it is not locked, and in lists.
	LockedUntil *time.Time
}

// CreateUser makes a user whose first password is returned, and known to nobody afterwards. Returns nameTaken, staffIDTaken, and
// fault.RequestInvalid when the department or a role cannot be.
func (s *Service) CreateUser(ctx context.Context, u User) (userID, secret string, err error) {
	// Outside the transaction: a hash takes as long as many intakes.
	secret, u.PasswordHash, err = password.OneTime(ctx)
	if err != nil {
		return "", "", err
	}
	u.PasswordChangeRequired, u.ID = true, id.New("usr")
	err = store.Change(ctx, s.db, func(tx *store.Tx) error {
		if err := tx.Alone(oneAtATime); err != nil {
			return err
		}
		if err := s.place(tx, createUser, u); err != nil {
			return err
		}
		_, err := s.AddUser(tx, u)
		return err
	})
	if err != nil {
		return "", "", taken(err)
	}
	return u.ID, secret, nil
}

// place checks that the caller may put a user where she is to be, and that her roles count there.
func (s *Service) place(tx *store.Tx, q authz.Question, u User) error {
	d, err := LoadDepartment(&tx.View, u.DepartmentID)
	if errors.Is(err, DepartmentNotFound) {
		return fault.Input([]fault.Item{fault.At("#/department_id", fault.NotFoundHere)})
	}
	if err != nil {
		return err
	}
	rights := s.rights.Current()
	if err := rights.Check(tx.Actor(), q, authz.Row{DepartmentIDs: []string{d.ID}}); err != nil {
		return err
	}
	return fault.Input(roleFaults(rights, u.Roles, d.Kind))
}

// roleFaults are the roles that the policy does not know, or that grant nothing in a department of the kind.
func roleFaults(rights *authz.Engine, roles []string, kind string) []fault.Item {
	known := rights.Roles()
	var items []fault.Item
	for i, role := range roles {
		at := fmt.Sprintf("#/roles/%d", i)
		switch {
		case !slices.Contains(known, role):
			items = append(items, fault.At(at, roleUnknown, "roles", strings.Join(known, ", ")))
		case !rights.Serves(role, kind):
			where := slices.DeleteFunc(authz.DepartmentKinds(), func(k string) bool { return !rights.Serves(role, k) })
			items = append(items, fault.At(at, roleIdle, "kind", kind, "kinds", strings.Join(where, ", ")))
		}
	}
	return items
}

// taken says in our words which unique key refused a row.
func taken(err error) error {
	var duplicate *store.Duplicate
	if errors.As(err, &duplicate) {
		switch duplicate.Key {
		case "user_account_username":
			return nameTaken
		case "user_account_staff_id":
			return staffIDTaken
		case "department_code":
			return codeTaken
		}
	}
	return err
}

// GetUser returns a user as the caller may see her. Returns UserNotFound.
func (s *Service) GetUser(ctx context.Context, id string) (ShownUser, error) {
	who := actor.From(ctx)
	return store.Read(ctx, s.db, func(v *store.View) (ShownUser, error) {
		u, err := s.visibleUser(v, who, id)
		if err != nil {
			return ShownUser{}, err
		}
		names, err := NamesOf(v, u.DepartmentID)
		if err != nil {
			return ShownUser{}, err
		}
		locked, err := s.LockedUntil(v, u.Username)
		return ShownUser{User: u, Department: names[u.DepartmentID], Clear: s.rights.Current().Scope(who, updateUser).Allows(rowOf(u)), LockedUntil: locked}, err
	})
}

func rowOf(u User) authz.Row { return authz.Row{DepartmentIDs: []string{u.DepartmentID}} }

// visibleUser loads a user whom the caller may read.
func (s *Service) visibleUser(v *store.View, who actor.Actor, id string) (User, error) {
	u, err := s.LoadUser(v, id)
	if err == nil && !s.rights.Current().Scope(who, readUser).Allows(rowOf(u)) {
		return User{}, UserNotFound
	}
	return u, err
}

// ChangeUser changes a user inside the caller's transaction if the actor may. Returns UserNotFound or the refusal of user.update.
func (s *Service) ChangeUser(tx *store.Tx, id, action string, change func(*User)) (User, error) {
	before, err := s.changeable(tx, id)
	if err != nil {
		return User{}, err
	}
	after := before
	change(&after)
	after.UpdatedAt = tx.Now()
	return after, s.SaveUser(tx, action, &before, after)
}

func (s *Service) changeable(tx *store.Tx, id string) (User, error) {
	u, err := s.visibleUser(&tx.View, tx.Actor(), id)
	if err != nil {
		return User{}, err
	}
	return u, s.rights.Current().Check(tx.Actor(), updateUser, rowOf(u))
}

// UpdateUser changes, moves or suspends a user. Returns UserNotFound, the refusals of the precondition, lastAdministrator, staffIDTaken,
// and fault.RequestInvalid when the department or a role cannot be.
func (s *Service) UpdateUser(ctx context.Context, id string, seen store.Match, p UserPatch) error {
	err := store.Change(ctx, s.db, func(tx *store.Tx) error {
		if err := tx.Alone(oneAtATime); err != nil {
			return err
		}
		before, err := s.changeable(tx, id)
		if err != nil {
			return err
		}
		if err := seen.Required(before.Version); err != nil {
			return err
		}
		after := p.apply(before)
		after.UpdatedAt = tx.Now()
		if err := s.keepsAdministrator(&tx.View, before, after); err != nil {
			return err
		}
		if p.places() {
			if err := s.place(tx, updateUser, after); err != nil {
				return err
			}
		}
		if err := s.SaveUser(tx, "user.update", &before, after); err != nil {
			return err
		}
		return s.follow(tx, before, after)
	})
	return taken(err)
}

// follow does what a move or a suspension brings about.
func (s *Service) follow(tx *store.Tx, before, after User) error {
	if after.DepartmentID == before.DepartmentID && after.Status == Active {
		return nil
	}
	if err := leaveHeadship(tx, after.ID); err != nil || after.Status == Active {
		return err
	}
	for _, end := range s.suspensions {
		if err := end(tx, after.ID); err != nil {
			return err
		}
	}
	return nil
}

// keepsAdministrator refuses a change after which nobody could administer users.
func (s *Service) keepsAdministrator(v *store.View, before, after User) error {
	kinds, err := kindsOf(v, before.DepartmentID, after.DepartmentID)
	if err != nil {
		return err
	}
	rights := s.rights.Current()
	if !administers(rights, before.placed(kinds[before.DepartmentID])) || after.Status == Active && administers(rights, after.placed(kinds[after.DepartmentID])) {
		return nil
	}
	others, err := othersPlaced(v, before.ID)
	if err != nil {
		return err
	}
	if before.Status == Active && !slices.ContainsFunc(others, func(p placed) bool { return administers(rights, p) }) {
		return lastAdministrator
	}
	return nil
}

// administers says that who is so placed may change every user, wherever she works.
func administers(rights *authz.Engine, p placed) bool {
	who := actor.Actor{Kind: actor.User, Roles: splitRoles(p.Roles), DepartmentKind: p.Kind}
	return rights.Check(who, updateUser, authz.Row{}) == nil
}
