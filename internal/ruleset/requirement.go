package ruleset

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"

	"gopkg.in/yaml.v3"

	"xiaobao/internal/calendar"
)

// Requirement says that a notice of rights is due before a kind of transaction (告知要求).
type Requirement struct {
	Citation
	Notice, TransactionKind string
	RiskLevelFrom           int // of the product; 0: whatever its level
	Act                     Act // what has to be proved at the least
	ValidFrom, ValidTo      calendar.Date
}

// Act is what is proved of a notice; a later one proves the earlier ones as well.
type Act string

// The acts.
const (
	Served    Act = "served"
	Displayed Act = "displayed"
	Confirmed Act = "confirmed"
)

var strength = map[Act]int{Served: 1, Displayed: 2, Confirmed: 3}

// Proves says that an act is as strong as another, or stronger.
func (a Act) Proves(other Act) bool { return strength[a] >= strength[other] }

// Requirements are those of all days.
type Requirements []Requirement

// Before lists what is due on a day before a kind of transaction, in the order of the file. A product without a risk level has level 0.
func (all Requirements) Before(kind string, riskLevel int, day calendar.Date) []Requirement {
	var due []Requirement
	for _, r := range all {
		ended := !r.ValidTo.IsZero() && day.After(r.ValidTo)
		if r.TransactionKind == kind && riskLevel >= r.RiskLevelFrom && !day.Before(r.ValidFrom) && !ended {
			due = append(due, r)
		}
	}
	return due
}

type fileRequirement struct {
	fileCitation    `yaml:",inline"`
	Notice          string
	TransactionKind string        `yaml:"transaction_kind"`
	RiskLevelFrom   int           `yaml:"risk_level_from"`
	ValidTo         calendar.Date `yaml:"valid_to"`
	Act             Act
}

// LoadRequirements reads requirements/rights-notices.yaml of the configuration; known says whether a kind of transaction stands in the code list. The
// error joins all faults.
func LoadRequirements(files fs.FS, known func(kind string) bool) (Requirements, error) {
	const name = "requirements/rights-notices.yaml"
	text, err := fs.ReadFile(files, name)
	if err != nil {
		return nil, err
	}
	var f struct{ Requirements []fileRequirement }
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	decoder.KnownFields(true)
	if err := decoder.Decode(&f); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	var all Requirements
	var faults findings
	for i, r := range f.Requirements {
		at := fmt.Sprintf("%s: requirements[%d]", name, i)
		r.check(&faults, at, map[calendar.Date]bool{})
		faults.add(r.Notice != "", "%s.notice is missing", at)
		faults.add(known(r.TransactionKind), "%s.transaction_kind is not in the code list", at)
		faults.add(r.RiskLevelFrom >= 0 && r.RiskLevelFrom <= 5, "%s.risk_level_from is not between 1 and 5", at)
		faults.add(strength[r.Act] > 0, "%s.act is none of served, displayed, confirmed", at)
		faults.add(r.ValidTo.IsZero() || !r.ValidTo.Before(r.ValidFrom), "%s.valid_to lies before valid_from", at)
		all = append(all, Requirement{Citation: r.citation(), Notice: r.Notice, TransactionKind: r.TransactionKind, RiskLevelFrom: r.RiskLevelFrom, Act: r.Act,
			ValidFrom: r.ValidFrom, ValidTo: r.ValidTo})
	}
	return all, errors.Join(faults...)
}
