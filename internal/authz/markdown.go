package authz

import (
	"fmt"
	"slices"
	"strings"
)

// Markdown renders the whole policy for people: a section for each kind of department, in it a table for each role, and
// who inherits from whom. The same policy gives the same text.
func (p Policy) Markdown() string {
	var b strings.Builder
	b.WriteString("# Who may do what\n\n" +
		"Each row reads as a sentence: who holds the role in such a department may do this, at this stage, on these rows.\n" +
		"Whoever is named in a complaint sees nothing of it, whatever stands here.\n")
	for _, kind := range append(slices.Clone(kinds), word{anything, "Every department", "所有部门"}) {
		of := only(p.lines, func(l Line) bool { return l.Kind == kind.code })
		if len(of) == 0 {
			continue
		}
		fmt.Fprintf(&b, "\n## %s %s (`%s`)\n", kind.en, kind.zh, kind.code)
		for _, role := range rolesIn(of) {
			fmt.Fprintf(&b, "\n### %s\n\n", role.title())
			writeTable(&b, only(of, func(l Line) bool { return l.Role == role.code }))
		}
	}
	if len(p.inherits) > 0 {
		b.WriteString("\n## Inherited 继承\n\n")
	}
	for _, i := range p.inherits {
		fmt.Fprintf(&b, "- %s may also what %s may\n", roleWord(i.heir).title(), roleWord(i.role).title())
	}
	return b.String()
}

// writeTable has one row for each object, stage and scope, with all its acts.
func writeTable(b *strings.Builder, lines []Line) {
	b.WriteString("| Object 对象 | Stage 环节 | Acts 操作 | Rows 数据范围 |\n|---|---|---|---|\n")
	for _, o := range objects {
		for _, stage := range append([]word{{anything, "any", "任一环节"}}, stages...) {
			for _, rows := range scopes {
				var acts []string
				for _, act := range o.acts {
					if slices.ContainsFunc(lines, func(l Line) bool {
						return l.Object == o.name && l.Stage == stage.code && l.Scope == rows.code && l.Act == act
					}) {
						acts = append(acts, act)
					}
				}
				if len(acts) > 0 {
					fmt.Fprintf(b, "| %s | %s %s | %s | %s %s |\n",
						o.name, stage.en, stage.zh, strings.Join(acts, ", "), rows.en, rows.zh)
				}
			}
		}
	}
}

// rolesIn lists the roles of the lines: those that ship in their order, then an institution's own by name.
func rolesIn(lines []Line) []word {
	var own []string
	for _, l := range lines {
		if indexOf(roles, l.Role) < 0 && !slices.Contains(own, l.Role) {
			own = append(own, l.Role)
		}
	}
	slices.Sort(own)
	var listed []word
	for _, role := range roles {
		if slices.ContainsFunc(lines, func(l Line) bool { return l.Role == role.code }) {
			listed = append(listed, role)
		}
	}
	for _, code := range own {
		listed = append(listed, roleWord(code))
	}
	return listed
}

func roleWord(code string) word {
	if i := indexOf(roles, code); i >= 0 {
		return roles[i]
	}
	return word{code: code}
}

// title is the labels and the code, or the code alone of a role without labels.
func (w word) title() string {
	if w.en == "" {
		return "`" + w.code + "`"
	}
	return fmt.Sprintf("%s %s (`%s`)", w.en, w.zh, w.code)
}

// Holders say in words who holds a permission at a stage, and on which rows: "handler 经办人, Complaint centre 投诉处理中心: own department 本部门".
func (p Policy) Holders(q Question, stage string) []string {
	var all []string
	for _, l := range p.granting(q) {
		if l.Stage == anything || l.Stage == stage {
			all = append(all, fmt.Sprintf("%s, %s: %s", named(roles, l.Role), named(kinds, l.Kind), named(scopes, l.Scope)))
		}
	}
	return all
}

// named is a code's words in both languages; a code of the institution's own stands for itself.
func named(words []word, code string) string {
	if i := indexOf(words, code); i >= 0 {
		return words[i].en + " " + words[i].zh
	}
	return code
}
