package server

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"xiaobao/api"
	"xiaobao/internal/actor"
	"xiaobao/internal/answer"
	"xiaobao/internal/authz"
	"xiaobao/internal/contract"
)

// How many bytes a body may have.
const (
	MaxBody      = 1 << 20
	MaxBatchBody = 8 << 20 // of an operation that takes many records at once: 500 complaints with long narratives
)

// Shell is what the HTTP shell is made of.
type Shell struct {
	Contract *contract.Contract
	Rights   *authz.InForce
	// Authenticate finds the actor of a token; remote is the caller's address.
	Authenticate func(ctx context.Context, token, remote string) (actor.Actor, error)
	// ChangeRequired refuses everything else to who must change her password.
	ChangeRequired error
	Ready          func(ctx context.Context) error // whether requests can be served
	Tokens         answer.Tokens
	Language       string       // of texts, when the caller does not say: zh-CN or en
	Origins        []string     // of browsers that may call; "*" is any
	Proxies        []*net.IPNet // whose X-Forwarded-For says who calls
	Log            *slog.Logger
	Observe        func(operation string, status int, took time.Duration) // for the metrics
	Demo           *Examples                                              // what the demonstration's pages name; nil: there are none
}

// Handler serves the features' operations.
func (s *Shell) Handler(f Features) http.Handler {
	e := echo.New()
	e.HideBanner, e.HidePort = true, true
	e.HTTPErrorHandler = s.fail
	// Who calls is who connects, unless that is a proxy of ours: a header that anyone can send is no address.
	trusted := []echo.TrustOption{echo.TrustLoopback(false), echo.TrustLinkLocal(false), echo.TrustPrivateNet(false)}
	for _, proxy := range s.Proxies {
		trusted = append(trusted, echo.TrustIPRange(proxy))
	}
	e.IPExtractor = echo.ExtractIPFromXFFHeader(trusted...)
	for _, step := range s.steps() {
		e.Use(step)
	}
	s.pages(e)
	api.RegisterHandlers(e, api.NewStrictHandler(f, nil))
	return e
}

// steps are what every request passes, in this order (api conventions, "Order of checks").
func (s *Shell) steps() []echo.MiddlewareFunc {
	return []echo.MiddlewareFunc{
		s.identify,     // request id, language, headers of every answer
		s.record,       // one line in the log, one count in the metrics
		s.recover,      // a panic is an opaque 500
		s.allowOrigins, // CORS, on errors too
		s.authenticate, // 401
		s.authorise,    // 403, of the operation
		s.check,        // 413, 415, 400, 422
		s.claim,        // the idempotency key
	}
}

// operation is the contract's operation of a request; nil for what the contract does not describe.
func (s *Shell) operation(c echo.Context) *contract.Operation {
	return s.Contract.Operation(c.Request().Method, c.Path())
}
