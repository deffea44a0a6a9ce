package survey

import (
	"context"
	"slices"
	"strings"

	"xiaobao/internal/actor"
	"xiaobao/internal/authz"
	"xiaobao/internal/calendar"
	"xiaobao/internal/fault"
	"xiaobao/internal/organisation"
	"xiaobao/internal/pii"
	"xiaobao/internal/ruleset"
	"xiaobao/internal/store"
)

var (
	read      = authz.Question{Object: "survey", Act: "read"}
	readTexts = authz.Question{Object: "survey", Act: "read_text"}
)

// mostTexts is how many texts the results of one request hold, the newest of them [ours].
const mostTexts = 1000

// Results are months, with the department that they are of.
type Results struct {
	Department organisation.Department // the zero one: the whole institution
	Months     []Month
}

// Results returns what came of the surveys in the calendar months of a period that are over, for a department alone, without those below it, or for the whole institution when it
// is empty. Returns badPeriod in fault.RequestMalformed, organisation.DepartmentNotFound, what authz.Check returns.
func (s *Service) Results(ctx context.Context, from, to calendar.Date, department string) (Results, error) {
	who := actor.From(ctx)
	return store.Read(ctx, s.db, func(v *store.View) (Results, error) {
		all, ok := months(from, to, s.today(v))
		if !ok {
			return Results{}, fault.Input([]fault.Item{fault.In(fault.InQuery, "to", badPeriod)})
		}
		r := Results{Months: all}
		row := authz.Row{DepartmentIDs: []string{department}}
		if department == "" {
			if err := s.rights.Current().Check(who, read, row); err != nil {
				return r, err
			}
		} else {
			var err error
			r.Department, err = organisation.LoadDepartment(v, department)
			if err == nil && !s.rights.Current().Scope(who, read).Allows(row) {
				err = organisation.DepartmentNotFound
			}
			if err != nil {
				return r, err
			}
		}
		if len(all) == 0 {
			return r, nil
		}
		if err := s.count(v, all, department); err != nil {
			return r, err
		}
		if !s.rights.Current().Scope(who, readTexts).Allows(row) {
			return r, nil
		}
		return r, s.texts(v, who, all, department)
	})
}

// counted is how many there are of something in a department, of surveys that ended, or were made, on a day.
type counted struct {
	Day, DepartmentID, What string
	Score, N                int64
}

// count fills in all numbers of the months, in three queries however many they are.
func (s *Service) count(v *store.View, all []Month, department string) error {
	span := []any{all[0].From.String(), all[len(all)-1].To.String()}
	var ended, missing, scores []counted
	err := v.Gorm().Raw("SELECT ends_on AS day, department_id, state AS what, COUNT(*) AS n FROM survey_invitation WHERE ends_on >= ? AND ends_on <= ? GROUP BY ends_on, department_id, state", span...).
		Scan(&ended).Error
	if err != nil {
		return err
	}
	err = v.Gorm().Raw("SELECT made_on AS day, department_id, reason AS what, COUNT(*) AS n FROM survey_invitation WHERE made_on >= ? AND made_on <= ? AND reason <> '' GROUP BY made_on, department_id, reason",
		span...).Scan(&missing).Error
	if err != nil {
		return err
	}
	err = v.Gorm().Raw("SELECT i.ends_on AS day, i.department_id, s.question AS what, s.score, COUNT(*) AS n FROM survey_invitation i JOIN survey_score s ON s.invitation_id = i.id "+
		"WHERE i.ends_on >= ? AND i.ends_on <= ? GROUP BY i.ends_on, i.department_id, s.question, s.score", span...).Scan(&scores).Error
	if err != nil {
		return err
	}
	for n := range all {
		all[n].fill(ended, missing, department)
		all[n].judge(scores, department, s.asked)
	}
	return nil
}

// fill adds up who was asked and who answered.
func (m *Month) fill(ended, missing []counted, department string) {
	answers := map[string]int64{}
	for _, c := range ended {
		if !m.holds(c.Day) {
			continue
		}
		if c.What == string(Answered) {
			answers[c.DepartmentID] += c.N
		}
		if c.of(department) {
			m.Sent += c.N
		}
	}
	if n, ok := shown(answers, department); ok {
		m.Answered = &n
	}
	reasons := map[string]int64{}
	for _, c := range missing {
		if m.holds(c.Day) && c.of(department) {
			reasons[c.What] += c.N
		}
	}
	for reason, n := range reasons {
		m.NotInvited = append(m.NotInvited, Missing{reason, n})
	}
	slices.SortFunc(m.NotInvited, func(a, b Missing) int { return strings.Compare(a.Reason, b.Reason) })
}

// judge adds up what was answered to each question that anybody answered; the order is that of the newest version that has them.
func (m *Month) judge(scores []counted, department string, asked ruleset.Questionnaires) {
	answers, given := map[string]map[string]int64{}, map[string]*Scores{}
	for _, c := range scores {
		if !m.holds(c.Day) {
			continue
		}
		if answers[c.What] == nil {
			answers[c.What], given[c.What] = map[string]int64{}, &Scores{}
		}
		answers[c.What][c.DepartmentID] += c.N
		if c.of(department) {
			given[c.What][c.Score-1] += c.N
		}
	}
	for _, code := range asked.Codes() {
		if answers[code] == nil {
			continue
		}
		result := QuestionResult{Code: code}
		if n, ok := shown(answers[code], department); ok {
			result.N, result.Scores = n, given[code]
		}
		m.Questions = append(m.Questions, result)
	}
}

func (c counted) of(department string) bool { return department == "" || c.DepartmentID == department }

// texts adds what consumers wrote, masked by what is known of each, to the months of which answers are shown; what was written after a complaint that the reader may not read, because it
// names her, is left out.
func (s *Service) texts(v *store.View, who actor.Actor, all []Month, department string) error {
	q := v.Gorm().Where("ends_on >= ? AND ends_on <= ? AND state = ? AND text IS NOT NULL", all[0].From.String(), all[len(all)-1].To.String(), string(Answered))
	if department != "" {
		q = q.Where("department_id = ?", department)
	}
	var rows []invitationRow
	if err := q.Order("ends_on DESC, id DESC").Limit(mostTexts).Find(&rows).Error; err != nil {
		return err
	}
	ids := make([]string, len(rows))
	for n, r := range rows {
		ids[n] = r.ComplaintID
	}
	readable, err := s.complaints.Rows(v, who, ids)
	if err != nil {
		return err
	}
	complainants, err := s.complaints.Complainants(v, ids)
	if err != nil {
		return err
	}
	for n := range all {
		all[n].Texts = []string{}
	}
	for _, r := range rows {
		n := slices.IndexFunc(all, func(m Month) bool { return m.holds(r.EndsOn) })
		if _, ok := readable[r.ComplaintID]; !ok || n < 0 || all[n].Answered == nil {
			continue
		}
		text, err := s.keys.Unseal(place(r.ID), r.Text)
		if err != nil {
			return err
		}
		all[n].Texts = append(all[n].Texts, pii.MaskValues(text, complainants[r.ComplaintID].Personal()...))
	}
	for n := range all {
		slices.Sort(all[n].Texts) // the order of their arrival would tell of their writers
	}
	return nil
}

// Outcome is what came of a survey that has ended.
type Outcome struct {
	ComplaintID string
	Answered    bool
	Satisfied   bool
}

// Ended are the surveys whose links ended in some days, first and last included, whoever asks, for departments or for all when they are nil.
func Ended(v *store.View, from, to calendar.Date, departments []string) ([]Outcome, error) {
	q := v.Gorm().Table("survey_invitation i").Joins("LEFT JOIN survey_score s ON s.invitation_id = i.id AND s.question = ?", ruleset.Overall).
		Where("i.ends_on >= ? AND i.ends_on <= ?", from.String(), to.String())
	if departments != nil {
		q = q.Where("i.department_id IN ?", departments)
	}
	var rows []struct {
		ComplaintID string
		Score       *int64
	}
	err := q.Order("i.complaint_id").Select("i.complaint_id, s.score").Scan(&rows).Error
	all := make([]Outcome, len(rows))
	for n, r := range rows {
		all[n] = Outcome{ComplaintID: r.ComplaintID, Answered: r.Score != nil, Satisfied: r.Score != nil && *r.Score >= satisfied}
	}
	return all, err
}
