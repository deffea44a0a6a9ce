package organisation

import (
	"strings"

	"xiaobao/internal/actor"
	"xiaobao/internal/authz"
	"xiaobao/internal/fault"
)

// The refusals of departments.
var (
	codeTaken = fault.Declare(fault.Reason{Kind: fault.Conflict, Code: "department.code_taken",
		Title:  fault.Words{EN: "Another department has this code.", ZH: "该部门编码已被使用。"},
		Causes: `POST /v1/departments {"code":"nanjing", ...} twice`, Cures: "Another code."})
	inUse = fault.Declare(fault.Reason{Kind: fault.Conflict, Code: "department.in_use",
		Title:  fault.Words{EN: "The department has users or complaints; its kind cannot change.", ZH: "该部门已有用户或投诉，不能变更部门类别。"},
		Causes: `PATCH /v1/departments/{department_id} {"kind":"branch"} of a department with users`, Cures: "A new department of that kind, to which its users are moved."})
	cycle = fault.Declare(fault.Reason{Kind: fault.Invalid, Code: "department.cycle",
		Title:  fault.Words{EN: "A department cannot stand below itself.", ZH: "部门不能隶属于自身或其下级部门。"},
		Causes: "A parent_id that is the department itself, or one below it.", Cures: "A parent that is not below the department."})
	tooDeep = fault.Declare(fault.Reason{Kind: fault.Invalid, Code: "department.too_deep",
		Title:  fault.Words{EN: "The tree of departments would have more levels than {limit}.", ZH: "部门层级将超过 {limit} 级。"},
		Causes: "A department below thirty others.", Cures: "A parent nearer to the top."})
	headElsewhere = fault.Declare(fault.Reason{Kind: fault.Invalid, Code: "department.head_elsewhere",
		Title:  fault.Words{EN: "The head must be an active user of the department.", ZH: "负责人必须是本部门的在职用户。"},
		Causes: "The head_id of a user of another department, or of a suspended one.", Cures: "Move her first: PATCH /v1/users/{user_id}"})
)

// Accepts says that complaints which come to the department can be accepted there.
func (d Department) Accepts(rights *authz.Engine) bool {
	somebody := actor.Actor{Kind: actor.User, ID: "usr_somebody", Roles: []string{Handler}, DepartmentID: d.ID, DepartmentKind: d.Kind}
	return rights.Scope(somebody, authz.Question{Object: "complaint", Act: "accept"}).Allows(authz.Row{Stage: "intake", DepartmentIDs: []string{d.ID}})
}

// maxDepth is how many levels the tree may have [ours]; a path of so many ids fits its column.
const maxDepth = 30

// DepartmentPatch is what changes of a department: what is nil stays, and an empty HeadID clears.
type DepartmentPatch struct {
	Code, Name, Kind, ParentID, HeadID *string
}

func (p DepartmentPatch) apply(d Department) Department {
	for to, from := range map[*string]*string{&d.Code: p.Code, &d.Name: p.Name, &d.Kind: p.Kind, &d.ParentID: p.ParentID, &d.HeadID: p.HeadID} {
		if from != nil {
			*to = *from
		}
	}
	return d
}

// below says that the department is the other one, or stands below it.
func (d Department) below(other Department) bool { return strings.HasPrefix(d.Path, other.Path) }

func depth(path string) int { return strings.Count(path, "/") - 1 }

// hang puts the department below a parent, and what is below it with it. Returns cycle or tooDeep, of which the caller knows the place.
func (d *Department) hang(parent Department, below []Department) *fault.Reason {
	if parent.below(*d) {
		return cycle
	}
	old := d.Path
	d.ParentID, d.Path = parent.ID, parent.Path+d.ID+"/"
	deepest := depth(d.Path)
	for i := range below {
		below[i].Path = d.Path + strings.TrimPrefix(below[i].Path, old)
		deepest = max(deepest, depth(below[i].Path))
	}
	if deepest > maxDepth {
		return tooDeep
	}
	return nil
}
