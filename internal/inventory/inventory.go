package inventory

import (
	"slices"
	"strings"

	"xiaobao/internal/fault"
	"xiaobao/internal/purpose"
)

// Item is one kind of personal information at one place.
type Item struct {
	Column     string // table.column; empty for what is taken and not stored
	Name       fault.Words
	Properties []string // of the contract, "Complainant.phone"
	Class      string   // C1 to C3; empty: not known, or no financial information of a consumer
	Level      string   // core, important, sensitive, other
	Use
}

// Use is for what items are used, and what becomes of them. Words are empty where nothing is known.
type Use struct {
	Purposes   []purpose.Purpose
	Collected  fault.Words
	Recipients fault.Words
	Retention  *Retention // nil: not known
}

// Retention is how long an item is kept.
type Retention struct {
	Years    int
	From     fault.Words // what the years are counted from
	Official bool        // the letter of the law
	Source   fault.Words
}

// Bases are on what the purposes rest, each once, in their order.
func (u Use) Bases() []string {
	var bases []string
	for _, p := range u.Purposes {
		if !slices.Contains(bases, p.Basis()) {
			bases = append(bases, p.Basis())
		}
	}
	return bases
}

// Inventory is the whole list.
type Inventory struct {
	Version                  string
	ClassSource, LevelSource fault.Words
	Items                    []Item
}

// Columns are the places at which items are stored.
func (i Inventory) Columns() (columns []string) {
	for _, item := range i.Items {
		if item.Column != "" {
			columns = append(columns, item.Column)
		}
	}
	return columns
}

// Sealed are the columns that hold sealed values. The others hold blind indexes of them, which are named so.
func (i Inventory) Sealed() []string {
	return slices.DeleteFunc(i.Columns(), func(column string) bool { return strings.HasSuffix(column, "_index") })
}

// Properties are those of the contract by which items come and go, each once.
func (i Inventory) Properties() (all []string) {
	for _, item := range i.Items {
		all = append(all, item.Properties...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}
