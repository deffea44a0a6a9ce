package server

import (
	"context"

	"xiaobao/api"
	"xiaobao/internal/answer"
	"xiaobao/internal/fault"
)

// problemsHTTP serves the list of problems; it stands here because this package alone knows their statuses.
type problemsHTTP struct{}

// ListProblems explains every code.
func (problemsHTTP) ListProblems(context.Context, api.ListProblemsRequestObject) (api.ListProblemsResponseObject, error) {
	var body api.ListProblems200JSONResponse
	for _, r := range fault.Declared() {
		body.Data = append(body.Data, api.ProblemExplanation{Code: r.Code, Status: int32(statuses[r.Kind]), Title: answer.Labels(r.Title),
			Retryable: r.Retry, Causes: r.Causes, Cures: r.Cures})
	}
	return body, nil
}
