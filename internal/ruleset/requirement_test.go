package ruleset

import (
	"strings"
	"testing"
	"testing/fstest"

	"xiaobao/internal/calendar"
)

const requirements = `requirements:
  - {notice: risk, transaction_kind: wealth, risk_level_from: 4, act: confirmed, valid_from: 2026-03-16, valid_to: 2026-06-30, official: false, source: {zh: 要求, en: rule}}
  - {notice: rights, transaction_kind: wealth, act: displayed, valid_from: 2000-01-01, official: true, article: '9', source: {zh: 要求, en: rule}}
`

func requiring(text string) (Requirements, error) {
	return LoadRequirements(fstest.MapFS{"requirements/rights-notices.yaml": {Data: []byte(text)}}, func(kind string) bool { return kind == "wealth" })
}

// The day and the product's level decide what is due.
func TestRequirementsBefore(t *testing.T) {
	all, err := requiring(requirements)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		kind  string
		level int
		day   string
		want  string
	}{
		{"wealth", 4, "2026-03-15", "rights"}, {"wealth", 4, "2026-03-16", "risk rights"}, {"wealth", 3, "2026-03-16", "rights"}, {"wealth", 0, "2026-03-16", "rights"},
		{"wealth", 5, "2026-06-30", "risk rights"}, {"wealth", 5, "2026-07-01", "rights"}, {"loan", 5, "2026-03-16", ""},
	} {
		day, err := calendar.Parse(tt.day)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, r := range all.Before(tt.kind, tt.level, day) {
			got = append(got, r.Notice)
		}
		if strings.Join(got, " ") != tt.want {
			t.Errorf("%+v: %v", tt, got)
		}
	}
	if !Confirmed.Proves(Displayed) || !Served.Proves(Served) || Displayed.Proves(Confirmed) || Act("heard of").Proves(Served) {
		t.Error("a stronger act proves a weaker one, and not the reverse")
	}
}

// All faults of the file are told at once, each with its place.
func TestRequirementsFaults(t *testing.T) {
	_, err := requiring(`requirements:
  - {transaction_kind: loan, risk_level_from: 9, act: shouted, valid_to: 1999-01-01, source: {zh: 要求}}
`)
	for _, want := range []string{"requirements[0].notice", "transaction_kind is not in the code list", "risk_level_from", "act is none of", "valid_from is missing",
		"official is missing", "source needs zh and en"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q is missing in %v", want, err)
		}
	}
	if _, err := requiring("requirements: [{notices: x}]"); err == nil || !strings.Contains(err.Error(), "notices") {
		t.Errorf("an unknown word: %v", err)
	}
}
