package complaint

import (
	"fmt"
	"slices"
	"strings"

	"xiaobao/internal/authz"
	"xiaobao/internal/clock"
)

// WorkflowMarkdown is the workflow for people, in English with the Chinese labels: a diagram of the stages and a row for each step. label finds what a code of a
// list is called; holders say who holds a permission at a stage.
func WorkflowMarkdown(label func(list, code string) string, holders func(q authz.Question, stage Stage) []string) string {
	var b strings.Builder
	b.WriteString("# The life of a complaint 投诉办理流程\n\nMade from `internal/complaint/workflow.go` and `config/authz_policy.csv`.\n\n```mermaid\nstateDiagram-v2\n")
	for _, stage := range anyStage {
		fmt.Fprintf(&b, "  %s : %s %s\n", stage, stage, label("stage", string(stage)))
	}
	fmt.Fprintf(&b, "  [*] --> %s : %s %s\n", StageIntake, Register, label("action", string(Register)))
	for _, s := range workflow {
		for _, from := range s.From {
			if s.To != "" {
				fmt.Fprintf(&b, "  %s --> %s : %s %s\n", from, s.To, s.Action, label("action", string(s.Action)))
			}
		}
	}
	b.WriteString("```\n\nThe statutory clock runs from receipt, and is met by telling the complainant and by nothing earlier. Leaving a stage meets the stage's own clock; entering an open one arms the next. " +
		"Whoever is named in a complaint can do none of this, nobody approves or returns a decision that she drafted, changed or submitted, and a head may what a handler of her unit may.\n\n" +
		"| Step 环节动作 | In 所处阶段 | Leads to 进入 | Clocks 时限 | Permission 权限 | Who may, on which rows 由谁办理 |\n|---|---|---|---|---|---|\n")
	for _, s := range workflow {
		fmt.Fprintf(&b, "| %s %s | %s | %s | %s | %s | %s |\n", s.Action, label("action", string(s.Action)), s.stages(label), s.leads(label), s.clocks(), s.permission(), s.who(label, holders))
	}
	return b.String()
}

func (s step) stages(label func(list, code string) string) string {
	if len(s.From) == len(anyStage) {
		return "any 任一"
	}
	var names []string
	for _, stage := range s.From {
		names = append(names, label("stage", string(stage)))
	}
	return strings.Join(names, "、")
}

func (s step) leads(label func(list, code string) string) string {
	if s.To == "" {
		return "–"
	}
	return label("stage", string(s.To))
}

func (s step) clocks() string {
	names := map[clock.Kind]string{clock.Statutory: "statutory 法定期限", clock.Acknowledgement: "acknowledgement 首次联系", clock.Stage: "stage 环节时限"}
	var says []string
	for _, kind := range s.Meets {
		says = append(says, "meets "+names[kind])
	}
	if s.Ends {
		says = append(says, "ends all others 其余终止")
	}
	if len(says) == 0 {
		return "–"
	}
	return strings.Join(says, "; ")
}

func (s step) permission() string {
	if s.Needs.Object == "" {
		return "–"
	}
	return "`" + s.Needs.String() + "`"
}

// who lists the holders of the step's permission, each once, with its stages where they are not all of the step's.
func (s step) who(label func(list, code string) string, holders func(q authz.Question, stage Stage) []string) string {
	if s.Needs.Object == "" {
		return "the system 系统"
	}
	var all []string
	at := map[string][]string{}
	for _, stage := range s.From {
		there := holders(s.Needs, stage)
		if len(there) == 0 {
			there = []string{"nobody 无"}
		}
		for _, holder := range there {
			if !slices.Contains(all, holder) {
				all = append(all, holder)
			}
			at[holder] = append(at[holder], label("stage", string(stage)))
		}
	}
	for i, holder := range all {
		if len(at[holder]) < len(s.From) {
			all[i] += " (" + strings.Join(at[holder], "、") + ")"
		}
	}
	return strings.Join(all, "<br>")
}
