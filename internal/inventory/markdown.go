package inventory

import (
	"fmt"
	"strings"

	"xiaobao/internal/fault"
)

// Markdown is the list for people.
func (i Inventory) Markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "# Inventory of personal information 个人信息清单\n\nGenerated from config/inventory.yaml, which a test holds to the program and its contract. Edition %s.\n`—` is not known.\n\n", i.Version)
	fmt.Fprintf(&b, "- Class 级别: %s. %s。\n- Level 等级: %s. %s。\n\n", i.ClassSource.EN, i.ClassSource.ZH, i.LevelSource.EN, i.LevelSource.ZH)
	b.WriteString("| Item 信息项 | Where 存放 | Class | Level | Purpose 目的 | Basis 依据 | How collected 来源 | Recipients 接收方 | Retention 保存期限 |\n|---|---|---|---|---|---|---|---|---|\n")
	for _, item := range i.Items {
		var purposes []string
		for _, p := range item.Purposes {
			purposes = append(purposes, string(p))
		}
		column := item.Column
		if column != "" {
			column = "`" + column + "`"
		}
		cells := []string{both(item.Name), column, item.Class, item.Level, strings.Join(purposes, ", "), strings.Join(item.Bases(), ", "), both(item.Collected), both(item.Recipients), item.Retention.words()}
		for n, cell := range cells {
			if cell == "" {
				cells[n] = "—"
			}
		}
		fmt.Fprintf(&b, "| %s |\n", strings.Join(cells, " | "))
	}
	return b.String()
}

func both(w fault.Words) string {
	if w.EN == "" {
		return ""
	}
	return w.ZH + " " + w.EN
}

func (r *Retention) words() string {
	if r == nil {
		return ""
	}
	rule := "[ours]"
	if r.Official {
		rule = "[law]"
	}
	return fmt.Sprintf("%d years from %s（%s起 %d 年）; %s %s", r.Years, r.From.EN, r.From.ZH, r.Years, rule, both(r.Source))
}
