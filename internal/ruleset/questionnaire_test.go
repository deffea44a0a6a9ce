package ruleset

import (
	"strings"
	"testing"
	"testing/fstest"

	"xiaobao/config"
	"xiaobao/internal/calendar"
)

const questionnaire = `title: {zh: 调查, en: Survey}
versions:
  - version: 1
    valid_from: 2020-01-01
    questions: [{code: overall, zh: 满意？, en: 'Satisfied?'}]
    letter: &letter {subject: {zh: 题, en: s}, invitation: {zh: '{link}', en: '{link}'}, reminder: {zh: '{link}', en: '{link}'}}
  - version: 2
    valid_from: 2026-05-01
    questions: [{code: overall, zh: 满意？, en: 'Satisfied?'}, {code: speed, zh: 快？, en: 'Fast?'}]
    letter: *letter
`

func asking(text string) (Questionnaires, error) {
	return LoadQuestionnaires(fstest.MapFS{"surveys/complaint.yaml": {Data: []byte(text)}})
}

// The day decides which version is asked; a version that was asked can be found again.
func TestQuestionnaireOfADay(t *testing.T) {
	all, err := asking(questionnaire)
	if err != nil {
		t.Fatal(err)
	}
	for day, want := range map[string]int64{"2019-12-31": 0, "2020-01-01": 1, "2026-04-30": 1, "2026-05-01": 2} {
		on, err := calendar.Parse(day)
		if err != nil {
			t.Fatal(err)
		}
		if q, ok := all.On(on); q.Version != want || ok != (want != 0) {
			t.Errorf("%s: version %d, want %d", day, q.Version, want)
		}
	}
	if q, ok := all.Numbered(2); !ok || len(q.Questions) != 2 || q.Title.EN != "Survey" {
		t.Error(q)
	}
	if _, ok := all.Numbered(3); ok {
		t.Error("there is no version 3")
	}
}

// All that is wrong with a file is told at once, and where.
func TestQuestionnaireFaults(t *testing.T) {
	_, err := asking(strings.NewReplacer("version: 2", "version: 1", "code: overall, zh: 满意？, en: 'Satisfied?'}, {code: speed", "code: Über, zh: x}, {code: speed", "reminder: {zh: '{link}'",
		"reminder: {zh: ''").Replace(questionnaire))
	if err == nil {
		t.Fatal("the file was taken")
	}
	for _, want := range []string{"versions[1] does not follow", "versions[1].questions[0].code is no code", "versions[1].questions[0] needs zh and en", "versions[1] lacks the question overall",
		"versions[0].letter.reminder needs zh and en", "versions[1].letter.reminder does not show {link}"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not told in %v", want, err)
		}
	}
}

// What ships is whole.
func TestQuestionnaireThatShips(t *testing.T) {
	if all, err := LoadQuestionnaires(config.Files); err != nil || len(all.Codes()) != 4 {
		t.Error(all, err)
	}
}
