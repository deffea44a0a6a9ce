package ruleset

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"

	"gopkg.in/yaml.v3"

	"xiaobao/internal/calendar"
	"xiaobao/internal/fault"
)

// The shape of a file. The words in it are read by compliance officers; config/rulesets/nfra-2020.yaml explains them.
type (
	fileWords struct{ ZH, EN string }

	fileCitation struct {
		ValidFrom calendar.Date `yaml:"valid_from"`
		Article   string
		Official  *bool // must be said: silence is neither law nor ours
		Source    fileWords
	}
	fileTerm struct {
		fileCitation `yaml:",inline"`
		Value        int
		Unit         calendar.Unit
	}
	fileTier struct {
		fileCitation `yaml:",inline"`
		ToDay        int `yaml:"to_day"`
		Approver     Approver
		Telling      Telling
	}
	file struct {
		Code       string
		Title      fileWords
		Sources    []string
		Limits     map[Name][]fileTerm
		Extensions map[TierName][]fileTier
	}
)

// Load reads every rulesets/*.yaml of the configuration. The error joins all faults of all files.
func Load(files fs.FS) (*Sets, error) {
	names, err := fs.Glob(files, "rulesets/*.yaml")
	if err != nil {
		return nil, err
	}
	sets := &Sets{byCode: map[string]*Set{}}
	var faults []error
	for _, name := range names {
		f, err := read(files, name)
		if err != nil {
			faults = append(faults, fmt.Errorf("%s: %w", name, err))
			continue
		}
		for _, err := range check(f) {
			faults = append(faults, fmt.Errorf("%s: %w", name, err))
		}
		if sets.byCode[f.Code] != nil {
			faults = append(faults, fmt.Errorf("%s: code %s is taken by another file", name, f.Code))
		}
		sets.byCode[f.Code] = f.set()
	}
	faults = append(faults, checkTogether(sets)...)
	if len(faults) > 0 {
		return nil, errors.Join(faults...)
	}
	return sets, nil
}

func read(files fs.FS, name string) (file, error) {
	text, err := fs.ReadFile(files, name)
	if err != nil {
		return file{}, err
	}
	var f file
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	decoder.KnownFields(true)
	err = decoder.Decode(&f)
	if err != nil {
		return file{}, err
	}
	err = decoder.Decode(new(yaml.Node))
	if err != io.EOF {
		return file{}, errors.New("a file holds one rule set, not several documents")
	}
	return f, nil
}

func (f file) set() *Set {
	s := &Set{
		Code: f.Code, Title: f.Title.words(), sources: f.Sources,
		terms: map[Name][]Term{}, tiers: map[TierName][]Tier{},
	}
	for name, versions := range f.Limits {
		for _, v := range versions {
			s.terms[name] = append(s.terms[name], Term{
				Citation: v.citation(), Set: f.Code, Name: name, ValidFrom: v.ValidFrom,
				Limit: calendar.Limit{Value: v.Value, Unit: v.Unit},
			})
		}
		slices.SortFunc(s.terms[name], func(a, b Term) int { return a.ValidFrom.Compare(b.ValidFrom) })
	}
	for name, versions := range f.Extensions {
		for _, v := range versions {
			s.tiers[name] = append(s.tiers[name], Tier{
				Citation: v.citation(), Name: name, ValidFrom: v.ValidFrom,
				ToDay: v.ToDay, Approver: v.Approver, Telling: v.Telling,
			})
		}
		slices.SortFunc(s.tiers[name], func(a, b Tier) int { return a.ValidFrom.Compare(b.ValidFrom) })
	}
	return s
}

func (c fileCitation) citation() Citation {
	return Citation{Article: c.Article, Official: c.Official != nil && *c.Official, Source: c.Source.words()}
}

func (w fileWords) words() fault.Words { return fault.Words{EN: w.EN, ZH: w.ZH} }
