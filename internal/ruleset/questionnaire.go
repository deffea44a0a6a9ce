package ruleset

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"xiaobao/internal/calendar"
	"xiaobao/internal/fault"
)

// Overall is the question that every version of the questionnaire has.
const Overall = "overall"

// Question is one question of a survey, answered with a score.
type Question struct {
	Code string
	Text fault.Words
}

// Questionnaire is one version of what a survey asks (调查问卷), and the letters that ask for it.
type Questionnaire struct {
	Version                       int64
	ValidFrom                     calendar.Date
	Title                         fault.Words
	Questions                     []Question
	Subject, Invitation, Reminder fault.Words
}

// Questionnaires are all versions, the oldest first.
type Questionnaires []Questionnaire

// On is the version of a day; false before the first.
func (all Questionnaires) On(day calendar.Date) (Questionnaire, bool) {
	for _, q := range slices.Backward(all) {
		if !day.Before(q.ValidFrom) {
			return q, true
		}
	}
	return Questionnaire{}, false
}

// Numbered is the version of a number; false when the configuration no longer has it.
func (all Questionnaires) Numbered(version int64) (Questionnaire, bool) {
	i := slices.IndexFunc(all, func(q Questionnaire) bool { return q.Version == version })
	if i < 0 {
		return Questionnaire{}, false
	}
	return all[i], true
}

type (
	fileQuestion struct {
		Code      string
		fileWords `yaml:",inline"`
	}
	fileQuestionnaire struct {
		Version   int64
		ValidFrom calendar.Date `yaml:"valid_from"`
		Questions []fileQuestion
		Letter    struct{ Subject, Invitation, Reminder fileWords }
	}
)

// LoadQuestionnaires reads surveys/complaint.yaml of the configuration. The error joins all faults.
func LoadQuestionnaires(files fs.FS) (Questionnaires, error) {
	const name = "surveys/complaint.yaml"
	text, err := fs.ReadFile(files, name)
	if err != nil {
		return nil, err
	}
	var f struct {
		Title    fileWords
		Versions []fileQuestionnaire
	}
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	decoder.KnownFields(true)
	if err := decoder.Decode(&f); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	var all Questionnaires
	var faults findings
	faults.add(f.Title.full(), "%s: title needs zh and en", name)
	faults.add(len(f.Versions) > 0, "%s: versions are missing", name)
	for i, v := range f.Versions {
		at := fmt.Sprintf("%s: versions[%d]", name, i)
		v.check(&faults, at)
		faults.add(i == 0 || v.Version > f.Versions[i-1].Version && v.ValidFrom.After(f.Versions[i-1].ValidFrom), "%s does not follow the one before in version and valid_from", at)
		q := Questionnaire{Version: v.Version, ValidFrom: v.ValidFrom, Title: f.Title.words(), Subject: v.Letter.Subject.words(), Invitation: v.Letter.Invitation.words(),
			Reminder: v.Letter.Reminder.words()}
		for _, asked := range v.Questions {
			q.Questions = append(q.Questions, Question{asked.Code, asked.words()})
		}
		all = append(all, q)
	}
	return all, errors.Join(faults...)
}

var questionCode = regexp.MustCompile(`^[a-z][a-z0-9_]{0,63}$`)

// mostQuestions is what the contract lets an answer hold.
const mostQuestions = 20

func (v fileQuestionnaire) check(faults *findings, at string) {
	faults.add(v.Version >= 1, "%s.version is missing", at)
	faults.add(!v.ValidFrom.IsZero(), "%s.valid_from is missing", at)
	faults.add(len(v.Questions) <= mostQuestions, "%s has more than %d questions", at, mostQuestions)
	seen := map[string]bool{}
	for i, q := range v.Questions {
		faults.add(questionCode.MatchString(q.Code) && !seen[q.Code], "%s.questions[%d].code is no code, or stands there twice", at, i)
		faults.add(q.full(), "%s.questions[%d] needs zh and en", at, i)
		seen[q.Code] = true
	}
	faults.add(seen[Overall], "%s lacks the question %s", at, Overall)
	for part, words := range map[string]fileWords{"subject": v.Letter.Subject, "invitation": v.Letter.Invitation, "reminder": v.Letter.Reminder} {
		faults.add(words.full(), "%s.letter.%s needs zh and en", at, part)
		faults.add(part == "subject" || strings.Contains(words.ZH, "{link}") && strings.Contains(words.EN, "{link}"), "%s.letter.%s does not show {link}", at, part)
	}
}

// Codes are those of all questions that were ever asked, in the order of the newest version that asks them.
func (all Questionnaires) Codes() []string {
	var codes []string
	for _, q := range slices.Backward(all) {
		for _, asked := range q.Questions {
			if !slices.Contains(codes, asked.Code) {
				codes = append(codes, asked.Code)
			}
		}
	}
	return codes
}

// Question is the newest text of a question.
func (all Questionnaires) Question(code string) (Question, bool) {
	for _, q := range slices.Backward(all) {
		if i := slices.IndexFunc(q.Questions, func(asked Question) bool { return asked.Code == code }); i >= 0 {
			return q.Questions[i], true
		}
	}
	return Question{}, false
}
