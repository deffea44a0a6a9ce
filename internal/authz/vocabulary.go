package authz

import (
	"fmt"
	"slices"
	"strings"
)

// anything is the only pattern of the policy, and only for kinds of department and stages.
const anything = "*"

// clientRole is the one role of whoever holds an API key.
const clientRole = "client"

// object is a kind of thing that rights are about.
type object struct {
	name string
	acts []string
	// staged: it is, or belongs to, exactly one complaint, and is judged at that complaint's stage.
	staged bool
	// names: its rows can name a member of staff, from whom they are kept.
	names bool
}

// objects is the whole vocabulary of permissions. A feature that brings an act adds it here; until then no policy can
// grant it and no operation can ask for it.
var objects = []object{
	{"complaint", []string{"create", "import", "read", "search", "update", "accept", "settle", "refuse", "withdraw", "assign",
		"investigate", "extend", "note", "log_contact", "add_material", "perform"}, true, true},
	{"consumer.contact", []string{"read", "reveal"}, true, true},
	{"consumer.identity", []string{"read", "reveal"}, true, true},
	{"decision", []string{"read", "draft", "approve"}, true, true},
	{"notice", []string{"record"}, true, true},
	{"extension", []string{"read", "approve"}, true, true},
	// It has a life of its own, and may mend what several complaints, in several stages, complained of.
	{"rectification", []string{"create", "read", "update", "complete", "verify"}, false, true},
	{"rights_notice", []string{"create", "read", "approve", "publish", "withdraw"}, false, false},
	{"notice_delivery", []string{"create", "read"}, false, false},
	{"finding", []string{"create", "read"}, false, true},
	{"standard", []string{"create", "read", "approve", "withdraw", "measure", "drill"}, false, false}, // withdraw likewise: see consent_text
	{"assessment", []string{"create", "read", "approve"}, false, false},
	{"assessment_draft", []string{"read"}, false, false}, // those that nobody has approved
	{"department_assessment", []string{"read"}, false, false},
	{"training_course", []string{"create", "read"}, false, false},
	{"training_session", []string{"create"}, false, false},
	{"certificate", []string{"read"}, false, false},
	{"training_coverage", []string{"read"}, false, false},
	{"survey", []string{"read", "read_text"}, false, false},
	{"report", []string{"create", "read"}, false, false},
	{"analysis", []string{"read"}, false, true},                                      // of complaints, and of what mends them
	{"consent_text", []string{"create", "read", "approve", "publish"}, false, false}, // nobody asks for publish any more; policies that were kept name it
	{"consent", []string{"record", "read", "withdraw", "decide"}, false, false},
	{"information_inventory", []string{"read"}, false, false},
	{"internal_policy", []string{"create", "read", "approve", "publish"}, false, false},
	{"policy_acknowledgement", []string{"read"}, false, false},
	{"duty", []string{"read"}, false, false},
	{"responsible_person", []string{"read"}, false, false},
	{"audit", []string{"read"}, false, false},
	{"access_report", []string{"create"}, false, false},
	{"user", []string{"create", "read", "update"}, false, false},
	{"department", []string{"create", "read", "update"}, false, false},
	{"role", []string{"read"}, false, false},
	{"api_client", []string{"create", "read", "update"}, false, false},
	{"api_key", []string{"create", "read", "update", "delete"}, false, false},
	{"access", []string{"explain"}, false, false},
}

func findObject(name string) (object, bool) {
	i := slices.IndexFunc(objects, func(o object) bool { return o.name == name })
	if i < 0 {
		return object{}, false
	}
	return objects[i], true
}

// word is a code of the policy with its labels.
type word struct{ code, en, zh string }

// stages are those of a complaint, in the order of its life.
var stages = []word{
	{"intake", "intake", "受理"},
	{"investigation", "investigation", "调查"},
	{"feedback", "feedback", "反馈"},
	{"closed", "closed", "办结"},
	{"archived", "archived", "归档"},
}

// kinds are those of departments, and of the organisations that hold API keys.
var kinds = []word{
	{"complaint_center", "Complaint centre", "投诉处理中心"},
	{"branch", "Branch", "分支机构"},
	{"business_unit", "Business unit", "业务部门"},
	{"legal", "Legal", "法律部门"},
	{"consumer_protection", "Consumer-protection office", "消费者权益保护部门"},
	{"head_office", "Head office", "总部"},
	{"audit", "Audit", "审计部门"},
	{"partner", "Partner", "合作机构"},
	{"regulator", "Regulator", "监管机构"},
}

// roles are those of the policy that ships. An institution may add its own, hence a role is checked for its shape alone:
// one that nobody holds grants nothing.
var roles = []word{
	{"handler", "Handler", "经办人"},
	{"head", "Head", "负责人"},
	{"officer", "Officer", "消保专员"},
	{"senior_manager", "Senior manager", "高级管理人员"},
	{"auditor", "Auditor", "审计人员"},
	{"administrator", "Administrator", "系统管理员"},
	{"staff", "Staff", "员工"},
	{clientRole, "API client", "接口客户端"},
}

// scope says which rows. The order is from the widest down.
type scope uint8

const (
	scopeAll        scope = iota
	scopeSubtree          // of the actor's department and those below it
	scopeDepartment       // of the actor's department
	scopeAssigned         // for which the actor is responsible, or which the actor owns
	scopeLinked           // through a rectification that the actor owns
	scopePosted           // by the actor, an API client
	scopeCount
)

// scopes are indexed by scope.
var scopes = []word{
	scopeAll:        {"all", "all", "全部"},
	scopeSubtree:    {"subtree", "own department and below", "本部门及下级"},
	scopeDepartment: {"department", "own department", "本部门"},
	scopeAssigned:   {"assigned", "own responsibility", "本人负责"},
	scopeLinked:     {"linked", "through an own rectification", "经本人整改事项关联"},
	scopePosted:     {"posted", "posted by itself", "自行提交"},
}

func indexOf(words []word, code string) int {
	for i := range words {
		if words[i].code == code {
			return i
		}
	}
	return -1
}

// Question is what somebody would like to do, at whatever stage and on whatever row.
type Question struct{ Object, Act string }

// ParsePermission reads a permission, "consumer.contact.reveal", which is split at the last dot. It refuses one that no
// policy could grant, so that an operation which asks for it is found at start.
func ParsePermission(permission string) (Question, error) {
	dot := strings.LastIndexByte(permission, '.')
	if dot < 0 {
		return Question{}, fmt.Errorf("authz: permission %q is not an object, a dot and an act", permission)
	}
	q := Question{Object: permission[:dot], Act: permission[dot+1:]}
	o, known := findObject(q.Object)
	if !known {
		return Question{}, fmt.Errorf("authz: permission %q is about an unknown object", permission)
	}
	if !slices.Contains(o.acts, q.Act) {
		return Question{}, fmt.Errorf("authz: permission %q: nobody can %q a %s", permission, q.Act, q.Object)
	}
	return q, nil
}

// String is the permission, as operations, keys and problems write it.
func (q Question) String() string { return q.Object + "." + q.Act }
