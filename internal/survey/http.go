package survey

import (
	"context"

	"xiaobao/api"
	"xiaobao/internal/answer"
	"xiaobao/internal/ruleset"
)

// HTTP serves the surveys' operations of the contract.
type HTTP struct {
	service *Service
	asked   ruleset.Questionnaires
}

// NewHTTP makes the operations.
func NewHTTP(s *Service) *HTTP { return &HTTP{service: s, asked: s.asked} }

// GetSurvey returns what a link asks.
func (h *HTTP) GetSurvey(ctx context.Context, r api.GetSurveyRequestObject) (api.GetSurveyResponseObject, error) {
	s, err := h.service.Get(ctx, r.Token)
	if err != nil {
		return nil, err
	}
	language := answer.From(ctx).Language
	body := api.Survey{Title: s.Title.Say(language, nil), Version: s.Version, EndsOn: *answer.Day(s.EndsOn), Questions: make([]api.SurveyQuestion, len(s.Questions))}
	for i, q := range s.Questions {
		body.Questions[i] = api.SurveyQuestion{Code: q.Code, Text: q.Text.Say(language, nil)}
	}
	return api.GetSurvey200JSONResponse(body), nil
}

// AnswerSurvey takes an answer.
func (h *HTTP) AnswerSurvey(ctx context.Context, r api.AnswerSurveyRequestObject) (api.AnswerSurveyResponseObject, error) {
	a := Answer{Text: answer.Value(r.Body.Text), OptOut: r.Body.OptOut != nil && *r.Body.OptOut}
	if r.Body.Scores != nil {
		for _, s := range *r.Body.Scores {
			a.Scores = append(a.Scores, Score{s.Question, s.Score})
		}
	}
	if c := r.Body.Complaint; c != nil {
		a.Complains, a.Request, a.Narrative = true, c.Request, c.Narrative
	}
	taken, err := h.service.Answer(ctx, r.Token, a)
	if err != nil {
		return nil, err
	}
	return api.AnswerSurvey201JSONResponse{State: string(taken.State), AnsweredAt: taken.At, ComplaintNumber: answer.Text(taken.Number)}, nil
}

// ListSurveyResults returns the results of months.
func (h *HTTP) ListSurveyResults(ctx context.Context, r api.ListSurveyResultsRequestObject) (api.ListSurveyResultsResponseObject, error) {
	results, err := h.service.Results(ctx, answer.Date(&r.Params.From), answer.Date(&r.Params.To), answer.Value(r.Params.Department))
	if err != nil {
		return nil, err
	}
	language := answer.From(ctx).Language
	body := api.ListSurveyResults200JSONResponse{Department: answer.Ref(results.Department.ID, results.Department.Name), Data: make([]api.SurveyResult, len(results.Months))}
	for i, m := range results.Months {
		body.Data[i] = h.toAPI(m, language)
	}
	return body, nil
}

func (h *HTTP) toAPI(m Month, language string) api.SurveyResult {
	r := api.SurveyResult{FromOn: *answer.Day(m.From), ToOn: *answer.Day(m.To), Sent: m.Sent, Answered: m.Answered, Suppressed: m.Answered == nil, ResponseRate: m.Rate(),
		NotInvited: make([]api.SurveyNotInvited, len(m.NotInvited)), Questions: make([]api.SurveyQuestionResult, len(m.Questions))}
	for i, missing := range m.NotInvited {
		r.NotInvited[i] = api.SurveyNotInvited{Reason: missing.Reason, Count: missing.N}
	}
	for i, q := range m.Questions {
		asked, _ := h.asked.Question(q.Code)
		one := api.SurveyQuestionResult{Code: q.Code, Text: asked.Text.Say(language, nil)}
		if q.Scores != nil {
			mean, distribution := q.Scores.Mean(), q.Scores[:]
			one.Answers, one.Mean, one.Distribution = &q.N, &mean, &distribution
		}
		r.Questions[i] = one
	}
	if m.Texts != nil {
		r.Texts = &m.Texts
	}
	return r
}
