package ruleset

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"

	"gopkg.in/yaml.v3"

	"xiaobao/internal/calendar"
)

// Competence says that whoever is responsible for a complaint at a stage needs a valid certificate (岗位资格要求).
type Competence struct {
	Citation
	Stage, Code        string
	ValidFrom, ValidTo calendar.Date // ValidTo is the last day; zero: open
}

func (c Competence) holds(day calendar.Date) bool {
	return !day.Before(c.ValidFrom) && (c.ValidTo.IsZero() || !day.After(c.ValidTo))
}

// Competences are the requirements of all days, and the numbers that go with certificates.
type Competences struct {
	all           []Competence
	WarningDays   int // before its end, a certificate is shown as expiring
	RecordingDays int // after a session within which it is recorded; later it is marked
}

// For is the code of what a stage asks for on a day; empty for nothing.
func (cs Competences) For(stage string, day calendar.Date) string {
	for _, c := range cs.all {
		if c.Stage == stage && c.holds(day) {
			return c.Code
		}
	}
	return ""
}

type fileCompetence struct {
	fileCitation `yaml:",inline"`
	Stage        string
	Competence   string
	ValidTo      calendar.Date `yaml:"valid_to"`
}

// LoadCompetences reads requirements/competence.yaml of the configuration; known says whether a competence stands in the code list. The error joins
// all faults.
func LoadCompetences(files fs.FS, known func(code string) bool) (Competences, error) {
	const name = "requirements/competence.yaml"
	text, err := fs.ReadFile(files, name)
	if err != nil {
		return Competences{}, err
	}
	var f struct {
		Requirements  []fileCompetence
		WarningDays   int `yaml:"warning_days"`
		RecordingDays int `yaml:"recording_days"`
	}
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	decoder.KnownFields(true)
	if err := decoder.Decode(&f); err != nil {
		return Competences{}, fmt.Errorf("%s: %w", name, err)
	}
	all := Competences{WarningDays: f.WarningDays, RecordingDays: f.RecordingDays}
	var faults findings
	faults.add(f.WarningDays >= 1 && f.WarningDays <= longest, "%s: warning_days is not between 1 and %d", name, longest)
	faults.add(f.RecordingDays >= 1 && f.RecordingDays <= longest, "%s: recording_days is not between 1 and %d", name, longest)
	for i, r := range f.Requirements {
		at := fmt.Sprintf("%s: requirements[%d]", name, i)
		r.check(&faults, at, map[calendar.Date]bool{})
		c := Competence{Citation: r.citation(), Stage: r.Stage, Code: r.Competence, ValidFrom: r.ValidFrom, ValidTo: r.ValidTo}
		// In intake nobody is responsible yet, and nothing may keep a complaint from being received.
		faults.add(r.Stage == string(Investigation) || r.Stage == string(Feedback), "%s.stage is neither investigation nor feedback", at)
		faults.add(known(r.Competence), "%s.competence is not in the code list", at)
		faults.add(r.ValidTo.IsZero() || !r.ValidTo.Before(r.ValidFrom), "%s.valid_to lies before valid_from", at)
		for _, other := range all.all {
			faults.add(other.Stage != c.Stage || !other.holds(c.ValidFrom) && !c.holds(other.ValidFrom), "%s: another entry holds for the stage %s on the same day", at, c.Stage)
		}
		all.all = append(all.all, c)
	}
	return all, errors.Join(faults...)
}
