package codelist

import (
	"maps"
	"slices"
	"strings"

	"xiaobao/internal/spelling"
)

// Lists are the code lists in force, by name. They do not change after Load and may be shared.
type Lists struct {
	byName map[string]List
}

// List is one code list. Its items stand in the order in which they are to be shown; they must not be changed.
type List struct {
	Name     string `yaml:"name"`     // lower snake case, the name of its file
	Version  string `yaml:"version"`  // the civil date of the edition, 2026-11-24
	Title    Labels `yaml:"title"`    // what the list says
	Standard string `yaml:"standard"` // the standard that its codes follow; empty: ours
	Required bool   `yaml:"required"` // the program decides by its codes, so a replacement keeps them all
	Note     string `yaml:"note"`     // what in it is the standard's and what ours
	Credit   string `yaml:"credit"`   // whose data it holds, and under which licence
	Items    []Item `yaml:"items"`
	Digest   string `yaml:"-"` // SHA-256 of its file in lower-case hexadecimal: two editions that differ never share it

	index map[string]int
}

// Item is one code of a list.
type Item struct {
	Code         string   `yaml:"code"`          // ASCII lower-case letters, digits, single _ and -; at most 64
	Parent       string   `yaml:"parent"`        // a code of the same list; empty at the top
	Labels       Labels   `yaml:"labels"`        // as shown
	Standard     string   `yaml:"standard"`      // the item's own standard; Load fills in the list's
	StandardCode string   `yaml:"standard_code"` // the code that the standard itself gives; empty where it is not known
	Basis        string   `yaml:"basis"`         // of refusal_reason alone: law or internal
	Tier         string   `yaml:"tier"`          // of extension_reason alone: complex or special
	Right        string   `yaml:"right"`         // of cause alone: the right that it usually infringes, a code of infringed_right
	Permissions  []string `yaml:"permissions"`   // of duty alone: what its holder may do
	Kinds        []string `yaml:"kinds"`         // of duty alone: the kinds of department whose duty it is; empty: every
	ValidFrom    string   `yaml:"valid_from"`    // the first civil date on which it may be posted; empty: always was
	ValidTo      string   `yaml:"valid_to"`      // the last one; empty: not retired
}

// Labels is a text in both languages of the product.
type Labels struct {
	ZH string `yaml:"zh-CN"`
	EN string `yaml:"en"`
}

// In returns the text in a language: Chinese for every zh, else English.
func (l Labels) In(language string) string {
	if strings.HasPrefix(language, "zh") {
		return l.ZH
	}
	return l.EN
}

// Item returns the item of a code, retired or not.
func (l List) Item(code string) (Item, bool) {
	i, known := l.index[code]
	if !known {
		return Item{}, false
	}
	return l.Items[i], true
}

// Names returns the names of all lists, sorted.
func (ls *Lists) Names() []string { return slices.Sorted(maps.Keys(ls.byName)) }

// Get returns the list of a name.
func (ls *Lists) Get(name string) (List, bool) {
	list, known := ls.byName[name]
	return list, known
}

// Has says that a list holds a code, retired ones included.
func (ls *Lists) Has(name, code string) bool {
	_, known := ls.byName[name].Item(code)
	return known
}

// Postable says whether a record may be given the code on a civil date of the institution (2006-01-02). Where it may
// not because the list has no such code, suggestion is the code that was probably meant, empty when none is near.
func (ls *Lists) Postable(name, code, on string) (ok bool, suggestion string) {
	list := ls.byName[name]
	item, known := list.Item(code)
	if known {
		return item.postable(on), ""
	}
	var postable []string
	for _, it := range list.Items {
		if it.postable(on) {
			postable = append(postable, it.Code)
		}
	}
	return false, spelling.Meant(code, postable)
}

// Label returns the label of a code in a language, retired codes included, and the code itself where the list does not
// hold it: a record classified by a list that was since replaced stays readable.
func (ls *Lists) Label(name, code, language string) string {
	item, known := ls.byName[name].Item(code)
	if !known {
		return code
	}
	return item.Labels.In(language)
}

// Civil dates in this form compare as text.
func (it Item) postable(on string) bool {
	return it.ValidFrom <= on && (it.ValidTo == "" || on <= it.ValidTo)
}

// Basis is the basis of a code, "law" or "internal"; empty where a list has none, or not the code.
func (l *Lists) Basis(name, code string) string {
	list, _ := l.Get(name)
	item, _ := list.Item(code)
	return item.Basis
}

// Right is the right that a cause usually infringes; empty where none is named, or not the cause.
func (l *Lists) Right(cause string) string {
	list, _ := l.Get(causes)
	item, _ := list.Item(cause)
	return item.Right
}

// Tier is the degree of difficulty that a reason for an extension belongs to; empty where a list has none, or not the code.
func (l *Lists) Tier(name, code string) string {
	list, _ := l.Get(name)
	item, _ := list.Item(code)
	return item.Tier
}
