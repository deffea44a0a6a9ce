package codelist

import (
	"fmt"
	"regexp"
	"strings"
	"time"
	"unicode"
)

// maxCode is the bound of every member of the contract that holds a code.
const maxCode = 64

// The list whose codes name a right, and the list of the rights.
const (
	causes = "cause"
	rights = "infringed_right"
)

// The only ground on which CBIRC Order 2020 No. 3 lets an institution not handle a complaint.
const groundInLaw = "not_from_complainant_or_authorised"

var codeForm = regexp.MustCompile(`^[a-z0-9]+([_-][a-z0-9]+)*$`)

// check tells everything that is wrong with a list, as sentences; none when it is sound.
func (l List) check(fileName string) (faults []string) {
	wrong := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	if l.Name != fileName {
		wrong("the list is named %q, not like its file", l.Name)
	}
	if !isDate(l.Version) {
		wrong("version has to be a date like 2026-11-24")
	}
	for _, fault := range l.Title.check() {
		wrong("title: %s", fault)
	}
	if len(l.Items) == 0 {
		wrong("the list holds no code")
	}
	for i, item := range l.Items {
		where := item.Code
		if where == "" {
			where = fmt.Sprintf("item %d", i+1)
		}
		for _, fault := range l.checkItem(i) {
			wrong("%s: %s", where, fault)
		}
	}
	return faults
}

func (l List) checkItem(i int) (faults []string) {
	item := l.Items[i]
	wrong := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	if len(item.Code) > maxCode || !codeForm.MatchString(item.Code) {
		wrong("a code is 1 to %d lower-case letters and digits, joined by single _ or -", maxCode)
	}
	first, known := l.index[item.Code]
	if known && first != i {
		wrong("the code stands in the list twice")
	}
	_, known = l.index[item.Parent]
	if item.Parent != "" && !known {
		wrong("its parent %s is not in the list", item.Parent)
	}
	if l.closesRing(i) {
		wrong("its parents lead back to itself")
	}
	for _, fault := range item.Labels.check() {
		wrong("labels: %s", fault)
	}
	if item.ValidFrom != "" && !isDate(item.ValidFrom) {
		wrong("valid_from has to be a date like 2026-11-24")
	}
	if item.ValidTo != "" && !isDate(item.ValidTo) {
		wrong("valid_to has to be a date like 2026-11-24")
	}
	if item.ValidTo != "" && item.ValidTo < item.ValidFrom {
		wrong("valid_to lies before valid_from")
	}
	return append(faults, item.checkTraits(l.Name)...)
}

// checkTraits guards the words beside a code by which the program decides who approves, and whose duty it is.
func (it Item) checkTraits(list string) (faults []string) {
	wrong := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	switch {
	case list != "refusal_reason" && it.Basis != "":
		wrong("basis belongs to refusal_reason alone")
	case list == "refusal_reason" && it.Basis != "law" && it.Basis != "internal":
		wrong("basis has to be law or internal")
	case it.Basis == "law" && it.Code != groundInLaw:
		wrong("the only refusal with its basis in law is %s; this one is internal", groundInLaw)
	}
	switch {
	case list != "extension_reason" && it.Tier != "":
		wrong("tier belongs to extension_reason alone")
	case list == "extension_reason" && it.Tier != "complex" && it.Tier != "special":
		wrong("tier has to be complex or special")
	}
	switch {
	case list != "duty" && len(it.Permissions)+len(it.Kinds) > 0:
		wrong("permissions and kinds belong to duty alone")
	case list == "duty" && len(it.Permissions) == 0:
		wrong("permissions are missing")
	}
	if list != causes && it.Right != "" {
		wrong("right belongs to %s alone", causes)
	}
	return faults
}

// checkRights tells which causes name a right that there is not.
func (ls *Lists) checkRights() (faults []string) {
	for _, item := range ls.byName[causes].Items {
		_, known := ls.byName[rights].Item(item.Right)
		if item.Right != "" && !known {
			faults = append(faults, fmt.Sprintf("%s: its right %s is not in the list %s", item.Code, item.Right, rights))
		}
	}
	return faults
}

// closesRing says that the parents of an item lead back to it. Of a ring only its first item says so: one fault each.
func (l List) closesRing(i int) bool {
	at := i
	for range l.Items {
		parent, known := l.index[l.Items[at].Parent]
		if !known || parent < i {
			return false
		}
		if parent == i {
			return true
		}
		at = parent
	}
	return false
}

func (l Labels) check() (faults []string) {
	for _, text := range []struct{ language, label string }{{"zh-CN", l.ZH}, {"en", l.EN}} {
		switch {
		case text.label == "":
			faults = append(faults, text.language+" is missing")
		case strings.TrimSpace(text.label) != text.label || strings.ContainsFunc(text.label, unicode.IsControl):
			faults = append(faults, text.language+" has to be one line without blanks around it")
		}
	}
	return faults
}

func isDate(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}
