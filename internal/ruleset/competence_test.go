package ruleset

import (
	"strings"
	"testing"
	"testing/fstest"

	"xiaobao/internal/calendar"
)

func certifying(text string) (Competences, error) {
	return LoadCompetences(fstest.MapFS{"requirements/competence.yaml": {Data: []byte(text + "\nwarning_days: 60\nrecording_days: 7\n")}}, func(code string) bool { return code == "look" || code == "write" })
}

// The day decides what a stage asks for, both ends included.
func TestCompetencesFor(t *testing.T) {
	all, err := certifying(`requirements:
  - {stage: investigation, competence: look, valid_from: 2026-09-01, valid_to: 2026-12-31, official: false, source: {zh: 要求, en: rule}}
  - {stage: investigation, competence: write, valid_from: 2027-01-01, official: false, source: {zh: 要求, en: rule}}
`)
	if err != nil {
		t.Fatal(err)
	}
	for on, want := range map[string]string{"2026-08-31": "", "2026-09-01": "look", "2026-12-31": "look", "2027-01-01": "write", "2040-01-01": "write"} {
		day, err := calendar.Parse(on)
		if err != nil {
			t.Fatal(err)
		}
		if got := all.For("investigation", day); got != want {
			t.Errorf("on %s: %q, want %q", on, got, want)
		}
		if got := all.For("feedback", day); got != "" {
			t.Errorf("feedback on %s: %q", on, got)
		}
	}
}

// All faults of the file are told at once, each with its place.
func TestCompetencesFaults(t *testing.T) {
	_, err := certifying(`requirements:
  - {stage: intake, competence: fly, valid_to: 1999-01-01, source: {zh: 要求}}
  - {stage: feedback, competence: write, valid_from: 2026-01-01, valid_to: 2026-06-30, official: false, source: {zh: 要求, en: rule}}
  - {stage: feedback, competence: look, valid_from: 2026-06-30, official: false, source: {zh: 要求, en: rule}}
`)
	for _, want := range []string{"requirements[0].stage", "requirements[0].competence is not in the code list", "valid_from is missing", "official is missing", "source needs zh and en",
		"requirements[2]: another entry holds for the stage feedback"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q is missing in %v", want, err)
		}
	}
	if _, err := certifying("requirements: [{steps: x}]"); err == nil || !strings.Contains(err.Error(), "steps") {
		t.Errorf("an unknown word: %v", err)
	}
	_, err = LoadCompetences(fstest.MapFS{"requirements/competence.yaml": {Data: []byte("requirements: []")}}, nil)
	for _, want := range []string{"warning_days", "recording_days"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q is missing in %v", want, err)
		}
	}
}
