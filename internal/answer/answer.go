// Package answer holds what the HTTP files of all features share: the once-only answer to a POST, versions and their
// preconditions, page tokens, and small translations between the contract's types and ours.
package answer

import (
	"context"
	"errors"

	"xiaobao/api"
	"xiaobao/internal/store"
)

// State is what the shell and the features tell each other about one request. The shell puts it into the context.
type State struct {
	Replayed bool   // the answer renders a stored result
	List     string // the path of the request: which list its page tokens belong to
	Filter   string // the query of a list without its paging parameters, in canonical form
	Language string
	NoStore  bool // the answer shows personal data

	Elements map[int]error               // of a bulk request: the faults that the contract finds in single elements, by index
	Problem  func(err error) api.Problem // an error as it would be answered, for the elements of a bulk answer
}

type stateKey struct{}

// With puts a new State into the context.
func With(ctx context.Context, s *State) context.Context {
	return context.WithValue(ctx, stateKey{}, s)
}

// From returns the request's State.
func From(ctx context.Context) *State {
	if s, ok := ctx.Value(stateKey{}).(*State); ok {
		return s
	}
	return &State{}
}

// Once answers a POST: it does the work, or finds that the idempotency key stands for work done before, and renders the result as it is now
// and as the caller may see it now.
func Once[R any](ctx context.Context, do func(ctx context.Context) (id string, err error), render func(ctx context.Context, id string) (R, error)) (R, error) {
	id, err := do(ctx)
	var replay *store.Replay
	if errors.As(err, &replay) {
		From(ctx).Replayed = true
		id, err = replay.ID, nil
	}
	if err != nil {
		var none R
		return none, err
	}
	return render(ctx, id)
}
