package standard

import (
	"math"

	"xiaobao/internal/edition"
	"xiaobao/internal/fault"
)

// NotFound: the standard is absent or out of the caller's scope, which look the same.
var NotFound = fault.Declare(fault.Reason{Kind: fault.NotFound, Code: "standard.not_found",
	Title:  fault.Words{EN: "There is no such standard.", ZH: "没有该服务标准。"},
	Causes: "POST /v1/standards/std_unknown/approval", Cures: "GET /v1/standards"})

// The other refusals.
var (
	noOwner = fault.Declare(fault.Reason{Kind: fault.Invalid, Code: "standard.owner_missing",
		Title:  fault.Words{EN: "A standard has one owner: name either the person or the department that answers for it.", ZH: "服务标准须有且仅有一个责任主体，请填写责任人或者责任部门之一。"},
		Causes: "POST /v1/standards without owner_id and owner_department_id, or with both", Cures: `"owner_department_id":"dep_..."`})
	outOfRange = fault.Declare(fault.Reason{Kind: fault.Invalid, Code: "standard.target_out_of_range",
		Title:  fault.Words{EN: "The target lies outside the measure's range, {from} to {to} percent.", ZH: "目标值超出该指标的取值范围（{from} 至 {to}，单位：%）。"},
		Causes: `{"measure":"first_contact","target":120}`, Cures: "A share in percent, with two decimals at the most."})
	noLimit = fault.Declare(fault.Reason{Kind: fault.Invalid, Code: "standard.limit_not_asked",
		Title:  fault.Words{EN: "This measure has a limit of its own: leave within_days out.", ZH: "该指标自有期限，无需填写 within_days。"},
		Causes: `{"measure":"timely_closing","within_days":3}`, Cures: "Leave within_days out."})
	ownerNotEligible = fault.Declare(fault.Reason{Kind: fault.Conflict, Code: "standard.owner_not_eligible",
		Title:  fault.Words{EN: "The owner is not active, or may not read the standard.", ZH: "责任人已停用，或者无权查看该服务标准。"},
		Causes: "An owner_id of a suspended user, or of a handler.", Cures: "Name the head of a department, or the department itself."})
	otherMeasure = fault.Declare(fault.Reason{Kind: fault.Invalid, Code: "standard.other_measure",
		Title:  fault.Words{EN: "All versions of a standard have one measure and one window; another one is another standard.", ZH: "同一服务标准的各版本须使用同一指标和统计周期；如需变更请新建标准。"},
		Causes: "POST /v1/standards with the code of a standard of another measure", Cures: "Another code."})
)

// The windows, and the directions of a target.
const (
	Month   = "month"
	Quarter = "quarter"

	AtLeast = "at_least"
	AtMost  = "at_most"
)

// Measure is an entry of the catalogue.
type Measure string

// The measures, each a share in percent of the records that count.
const (
	RegistrationLag     Measure = "registration_lag"      // complaints received in the period and registered within some working days
	FirstContact        Measure = "first_contact"         // complaints received in the period and first contacted within some working days
	TimelyClosing       Measure = "timely_closing"        // complaints whose statutory limit ended in the period, with the notice given before
	RectificationOnTime Measure = "rectification_on_time" // rectifications due in the period and done by then
	Satisfaction        Measure = "satisfaction"          // surveys whose links ended in the period, answered by consumers who were satisfied: 4 or 5 of 5
	NoticeProof         Measure = "notice_proof"          // complaints received in the period about a sale before which notices were due, each of them proved
	RepeatShare         Measure = "repeat_share"          // complaints received in the period that repeat an earlier one [ours]: the fewer, the better
)

// definition is the version of what the measures mean; it rises when the same records would give another value.
const definition = 2

// limited says that a standard sets within how many working days.
func (m Measure) limited() bool { return m == RegistrationLag || m == FirstContact }

// Standard is one version of a standard.
type Standard struct {
	ID              string
	Version         int64
	Code            string
	Edition         edition.Edition
	Title           string
	Measure         Measure
	WithinDays      int    // working days; 0 for a measure that has a limit of its own
	Department      string // it and those below it; empty: the whole institution
	Target          int64  // in hundredths of a percent
	Direction       string
	Window          string
	Minimum         int64 // fewer records are insufficient
	OwnerID         string
	OwnerDepartment string // of the owner, or the owner itself
}

// hundredths is a share in percent as it is kept; false when it has more than two decimals or is no share.
func hundredths(percent float64) (int64, bool) {
	kept := math.Round(percent * 100)
	return int64(kept), math.Abs(percent*100-kept) < 1e-6 && kept >= 0 && kept <= 100_00
}

// faults are all that is wrong with a draft beyond what the contract's schema says and what its owner is.
func (d Draft) faults() []fault.Item {
	var items []fault.Item
	if (d.OwnerID == "") == (d.OwnerDepartment == "") {
		items = append(items, fault.At("#/owner_department_id", noOwner))
	}
	if _, ok := hundredths(d.Percent); !ok {
		items = append(items, fault.At("#/target", outOfRange, "from", 0, "to", 100))
	}
	if d.WithinDays != 0 && !d.Measure.limited() {
		items = append(items, fault.At("#/within_days", noLimit))
	}
	return items
}

// Draft is a version to be drafted.
type Draft struct {
	Code, Title              string
	Replace                  bool // the version that is not published yet, which is withdrawn
	Measure                  Measure
	WithinDays               int
	Department               string
	Percent                  float64
	Direction, Window        string
	Minimum                  int64
	OwnerID, OwnerDepartment string // one of them
}
