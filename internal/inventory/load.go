package inventory

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"

	"gopkg.in/yaml.v3"

	"xiaobao/internal/fault"
	"xiaobao/internal/purpose"
)

// The shape of the file; its head explains it.
type (
	fileWords struct{ ZH, EN string }

	fileRetention struct {
		Years    int
		From     fileWords
		Official *bool
		Source   fileWords
	}
	fileUse struct {
		Purposes              []purpose.Purpose
		Collected, Recipients fileWords
		Retention             *fileRetention
	}
	fileItem struct {
		Column     string
		Item       fileWords
		Class      string
		Level      string
		Use        string
		Properties []string
	}
	file struct {
		Version     string
		ClassSource fileWords `yaml:"class_source"`
		LevelSource fileWords `yaml:"level_source"`
		Uses        map[string]fileUse
		Items       []fileItem
	}
)

var (
	classes = []string{"", "C1", "C2", "C3"}
	levels  = []string{"core", "important", "sensitive", "other"}
)

// Load reads inventory.yaml of the configuration and holds it to the one that ships: it names the same columns and properties. The error joins all faults.
func Load(shipped, files fs.FS) (Inventory, error) {
	ours, err := read(shipped)
	if err != nil {
		return Inventory{}, err
	}
	own, err := read(files)
	if err != nil {
		return Inventory{}, err
	}
	missing := func(what string, all, among []string) (faults []error) {
		for _, one := range all {
			if !slices.Contains(among, one) {
				faults = append(faults, fmt.Errorf("inventory.yaml: "+what, one))
			}
		}
		return faults
	}
	return own, errors.Join(slices.Concat(
		missing("the column %s is missing", ours.Columns(), own.Columns()), missing("there is no column %s", own.Columns(), ours.Columns()),
		missing("the property %s is missing", ours.Properties(), own.Properties()), missing("there is no property %s", own.Properties(), ours.Properties()))...)
}

func read(files fs.FS) (Inventory, error) {
	text, err := fs.ReadFile(files, "inventory.yaml")
	if err != nil {
		return Inventory{}, err
	}
	var f file
	d := yaml.NewDecoder(bytes.NewReader(text))
	d.KnownFields(true)
	if err := d.Decode(&f); err != nil {
		return Inventory{}, fmt.Errorf("inventory.yaml: %w", err)
	}
	return f.inventory(), errors.Join(f.faults()...)
}

func (f file) faults() (faults []error) {
	ask := func(ok bool, format string, args ...any) {
		if !ok {
			faults = append(faults, fmt.Errorf("inventory.yaml: "+format, args...))
		}
	}
	ask(f.Version != "" && f.ClassSource.full() && f.LevelSource.full(), "version, class_source and level_source are needed, in zh and en")
	for _, name := range slices.Sorted(maps.Keys(f.Uses)) {
		u := f.Uses[name]
		for _, p := range u.Purposes {
			ask(p.Basis() != "", "uses.%s: nobody knows on what the purpose %s rests", name, p)
		}
		ask(u.Collected.even() && u.Recipients.even(), "uses.%s: words need zh and en", name)
		r := u.Retention
		ask(r == nil || r.Years > 0 && r.Official != nil && r.From.full() && r.Source.full(), "uses.%s.retention needs years, official, from and source in zh and en", name)
	}
	seen := map[string]bool{}
	for i, item := range f.Items {
		at := fmt.Sprintf("items[%d] %s", i, item.Column)
		_, used := f.Uses[item.Use]
		ask(item.Column == "" || !seen[item.Column], "%s stands there twice", at)
		ask(item.Column != "" || len(item.Properties) > 0, "%s has neither a column nor properties", at)
		ask(item.Item.full(), "%s: item needs zh and en", at)
		ask(used, "%s: use %q is none of uses", at, item.Use)
		ask(slices.Contains(classes, item.Class), "%s: class %q is none of C1, C2, C3", at, item.Class)
		ask(slices.Contains(levels, item.Level), "%s: level %q is none of core, important, sensitive, other", at, item.Level)
		seen[item.Column] = true
	}
	return faults
}

func (f file) inventory() Inventory {
	all := Inventory{Version: f.Version, ClassSource: f.ClassSource.words(), LevelSource: f.LevelSource.words()}
	for _, item := range f.Items {
		u := f.Uses[item.Use]
		use := Use{Purposes: u.Purposes, Collected: u.Collected.words(), Recipients: u.Recipients.words()}
		if r := u.Retention; r != nil {
			use.Retention = &Retention{Years: r.Years, From: r.From.words(), Official: r.Official != nil && *r.Official, Source: r.Source.words()}
		}
		all.Items = append(all.Items, Item{Column: item.Column, Name: item.Item.words(), Properties: item.Properties, Class: item.Class, Level: item.Level, Use: use})
	}
	return all
}

func (w fileWords) full() bool         { return w.ZH != "" && w.EN != "" }
func (w fileWords) even() bool         { return (w.ZH == "") == (w.EN == "") }
func (w fileWords) words() fault.Words { return fault.Words{EN: w.EN, ZH: w.ZH} }
