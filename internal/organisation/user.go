package organisation

import (
	"xiaobao/internal/fault"
	"xiaobao/internal/money"
	"xiaobao/internal/pii"
)

// The refusals of users.
var (
	nameTaken = fault.Declare(fault.Reason{Kind: fault.Conflict, Code: "user.name_taken",
		Title:  fault.Words{EN: "Another user has this user name.", ZH: "该用户名已被使用。"},
		Causes: `POST /v1/users {"username":"zhaolei", ...} twice`, Cures: "Another user name; who comes back is made active again: PATCH /v1/users/{user_id}"})
	staffIDTaken = fault.Declare(fault.Reason{Kind: fault.Conflict, Code: "user.staff_id_taken",
		Title:  fault.Words{EN: "Another user has this staff number.", ZH: "该工号已被使用。"},
		Causes: "The staff number of a user who is there already.", Cures: "GET /v1/users finds who has it."})
	lastAdministrator = fault.Declare(fault.Reason{Kind: fault.Conflict, Code: "user.last_administrator",
		Title:  fault.Words{EN: "Nobody else could administer users; make somebody else an administrator first.", ZH: "此后将无人能够管理用户，请先指定另一名系统管理员。"},
		Causes: "To suspend, move or take the role from the last active administrator.", Cures: "Give another active user the role first."})
	roleUnknown = fault.Declare(fault.Reason{Kind: fault.Invalid, Code: "user.role_unknown",
		Title:  fault.Words{EN: "The policy in force knows no such role.", ZH: "现行权限策略中没有该角色。"},
		Detail: fault.Words{EN: "The policy in force knows no such role; it knows {roles}.", ZH: "现行权限策略中没有该角色；现有角色为 {roles}。"},
		Causes: `POST /v1/users {"roles":["hander"], ...}`, Cures: "A role of GET /v1/roles."})
	roleIdle = fault.Declare(fault.Reason{Kind: fault.Invalid, Code: "user.role_idle",
		Title:  fault.Words{EN: "The role grants nothing in a department of this kind.", ZH: "该角色在此类部门中没有任何权限。"},
		Detail: fault.Words{EN: "The role grants nothing in a department of kind {kind}; it counts in {kinds}.", ZH: "该角色在 {kind} 类部门中没有任何权限；它适用于 {kinds} 类部门。"},
		Causes: `POST /v1/users {"roles":["auditor"], ...} with a branch's department_id`, Cures: "A role of GET /v1/roles that grants something there, or another department."})
)

// UserPatch is what changes of a user: what is nil stays, and an empty text clears.
type UserPatch struct {
	Name, StaffID, DepartmentID *string
	Roles                       []string
	Status, Phone, Email        *string
	Authority                   *money.Money
	SetAuthority                bool // otherwise Authority stays; nil clears it
}

func (p UserPatch) apply(u User) User {
	for to, from := range map[*string]*string{&u.Name: p.Name, &u.StaffID: p.StaffID, &u.DepartmentID: p.DepartmentID, &u.Status: p.Status, &u.Phone: p.Phone, &u.Email: p.Email} {
		if from != nil {
			*to = *from
		}
	}
	u.StaffID = pii.NormalID(u.StaffID) // complaints name her by it, in whatever width and case
	if p.Roles != nil {
		u.Roles = p.Roles
	}
	if p.SetAuthority {
		u.Authority = p.Authority
	}
	return u
}

// places says that the patch gives the user a department or roles, which must go together.
func (p UserPatch) places() bool { return p.DepartmentID != nil || p.Roles != nil }
