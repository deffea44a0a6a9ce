// Package actor says who acts: a member of staff, the holder of an API key, or the system itself.
//
// The shell puts the actor and the request into the context once a caller is known; the store writes them into each
// audit entry, and the rights decide by them. An Actor is made fresh for every request from what the database holds
// at that moment, so that a move, a revocation or a lock takes effect at the next call.
package actor

import "context"

// Kind is the sort of actor.
type Kind string

// The kinds of actor.
const (
	User   Kind = "user"
	Client Kind = "client"
	System Kind = "system"
)

// Actor is who acts, with all that the rights ask for.
type Actor struct {
	Kind Kind
	ID   string // usr_..., cli_..., or the name of a job
	Name string // as shown; empty for System

	Roles          []string // as the policy names them; a client has the one role "client"
	DepartmentID   string   // of a user
	DepartmentKind string   // of a user's department; partner or regulator of a client
	Subtree        []string // the user's department and all below it
	StaffID        string   // the number by which a complaint may name this user; empty when unknown

	Scopes        []string // of an API key: permissions, "complaint.create"; nil for a user
	IntakeChannel string   // that a client's complaints come by
	SessionID     string   // of a user's session

	MustChangePassword bool   // and may do nothing else before
	KeyID              string // of a client's key
}

// IsZero says that nobody signed in.
func (a Actor) IsZero() bool { return a.Kind == "" }

// Request is what the records keep of the request under way.
type Request struct {
	ID       string
	Language string // zh-CN or en
	Address  string // from which the caller came
}

type actorKey struct{}
type requestKey struct{}

// With puts the actor into the context.
func With(ctx context.Context, a Actor) context.Context { return context.WithValue(ctx, actorKey{}, a) }

// From returns the actor of the context, the zero Actor when there is none.
func From(ctx context.Context) Actor {
	a, _ := ctx.Value(actorKey{}).(Actor)
	return a
}

// WithRequest puts the request into the context.
func WithRequest(ctx context.Context, r Request) context.Context {
	return context.WithValue(ctx, requestKey{}, r)
}

// RequestFrom returns the request of the context.
func RequestFrom(ctx context.Context) Request {
	r, _ := ctx.Value(requestKey{}).(Request)
	return r
}
