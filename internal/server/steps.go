package server

import (
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"xiaobao/api"
	"xiaobao/internal/actor"
	"xiaobao/internal/answer"
	"xiaobao/internal/authz"
	"xiaobao/internal/contract"
	"xiaobao/internal/fault"
	"xiaobao/internal/id"
	"xiaobao/internal/store"
)

// The refusals of the shell's steps.
var (
	authMissing = fault.Declare(fault.Reason{Kind: fault.Unauthenticated, Code: "auth.missing",
		Title:  fault.Words{EN: "Sign in, or send an API key, as Authorization: Bearer.", ZH: "请登录，或以 Authorization: Bearer 发送接口密钥。"},
		Causes: "GET /v1/me without Authorization", Cures: "GET /v1/me with Authorization: Bearer xbs_live_..."})
	authInvalid = fault.Declare(fault.Reason{Kind: fault.Unauthenticated, Code: "auth.invalid",
		Title:  fault.Words{EN: "The token is mistyped, unknown, or its session has ended.", ZH: "令牌有误、不存在，或会话已结束。"},
		Causes: "A token with one letter changed.", Cures: "Sign in again, or ask for a new key."})
	userOnly = fault.Declare(fault.Reason{Kind: fault.Forbidden, Code: "auth.user_only",
		Title:  fault.Words{EN: "This is for people who signed in; a key has neither sessions nor a password.", ZH: "此操作仅限登录用户，接口密钥没有会话和密码。"},
		Causes: "GET /v1/me/sessions with an API key", Cures: "The same with a user's access token."})
	keyMissing = fault.Declare(fault.Reason{Kind: fault.Malformed, Code: "idempotency.key_missing",
		Title:  fault.Words{EN: "A key's intake needs an Idempotency-Key.", ZH: "使用接口密钥提交投诉必须带 Idempotency-Key。"},
		Causes: "POST /v1/complaints with an API key and without Idempotency-Key", Cures: "Send a new Idempotency-Key for each complaint."})
)

func (s *Shell) identify(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r, h := c.Request(), c.Response().Header()
		request := actor.Request{ID: id.New("req"), Language: s.language(r.Header.Get("Accept-Language")), Address: c.RealIP()}
		state := &answer.State{Language: request.Language, List: r.URL.Path}
		h.Set("Request-Id", request.ID)
		if theirs := r.Header.Get("X-Request-Id"); theirs != "" && len(theirs) <= 200 {
			h.Set("X-Request-Id", theirs)
		}
		h.Set("Content-Language", request.Language)
		h.Add("Vary", "Accept-Language")
		h.Set("X-Content-Type-Options", "nosniff")
		if strings.HasPrefix(r.URL.Path, "/v1/") {
			h.Set("Cache-Control", "no-store")
		}
		c.Response().Before(func() {
			if state.Replayed {
				h.Set("Idempotency-Replayed", "true")
			}
		})
		ctx := answer.With(actor.WithRequest(r.Context(), request), state)
		state.Problem = func(err error) api.Problem { return s.element(ctx, r.URL.Path, understand(err)) }
		c.SetRequest(r.WithContext(ctx))
		return next(c)
	}
}

// language picks zh-CN or en: the first of the two that the header names.
func (s *Shell) language(header string) string {
	for part := range strings.SplitSeq(header, ",") {
		tag, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(part)), ";")
		switch {
		case tag == "zh" || strings.HasPrefix(tag, "zh-"):
			return "zh-CN"
		case tag == "en" || strings.HasPrefix(tag, "en-"):
			return "en"
		}
	}
	return s.Language
}

func (s *Shell) record(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		start := time.Now()
		if err := next(c); err != nil {
			c.Error(err) // here, so that the status is known
		}
		took, status := time.Since(start), c.Response().Status
		name := "other"
		if op := s.operation(c); op != nil {
			name = op.ID
		}
		s.Observe(name, status, took)
		r := c.Request()
		// The path, never the query: it is the route that helps, and a query may hold what a person typed.
		s.Log.LogAttrs(r.Context(), levelOf(status), "request", attrs(r.Context(), name, r.Method, c.Path(), status, took)...)
		return nil
	}
}

func (s *Shell) recover(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) (err error) {
		defer func() {
			if p := recover(); p != nil {
				if p == http.ErrAbortHandler {
					panic(p)
				}
				err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
			}
		}()
		return next(c)
	}
}

// ofShell are the headers that the shell puts on answers of any operation, beside those that the contract documents for one.
var ofShell = []string{"Content-Language", "Deprecation", "Idempotency-Replayed", "Request-Id", "Retry-After", "Sunset", "Www-Authenticate", "X-Request-Id"}

func (s *Shell) allowOrigins(next echo.HandlerFunc) echo.HandlerFunc {
	exposed := strings.Join(append(s.Contract.AnswerHeaders(), ofShell...), ", ")
	return func(c echo.Context) error {
		r, h := c.Request(), c.Response().Header()
		origin := r.Header.Get("Origin")
		if origin == "" || !slices.Contains(s.Origins, origin) && !slices.Contains(s.Origins, "*") {
			return next(c)
		}
		h.Add("Vary", "Origin")
		h.Set("Access-Control-Allow-Origin", origin)
		h.Set("Access-Control-Expose-Headers", exposed)
		if r.Method == http.MethodOptions && r.Header.Get("Access-Control-Request-Method") != "" {
			h.Set("Access-Control-Allow-Methods", "GET, POST, PUT, PATCH, DELETE")
			h.Set("Access-Control-Allow-Headers", "Authorization, Content-Type, If-Match, If-None-Match, Idempotency-Key, Accept-Language, X-Request-Id")
			h.Set("Access-Control-Max-Age", "600")
			return c.NoContent(http.StatusNoContent)
		}
		return next(c)
	}
}

func (s *Shell) authenticate(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		op := s.operation(c)
		if op == nil || public(op) {
			return next(c)
		}
		r := c.Request()
		token, found := bearer(r.Header.Get("Authorization"))
		if !found {
			return authMissing
		}
		a, err := s.Authenticate(r.Context(), token, c.RealIP())
		if err != nil {
			return err
		}
		if a.IsZero() {
			return authInvalid
		}
		c.SetRequest(r.WithContext(actor.With(r.Context(), a)))
		return next(c)
	}
}

// bearer is the token of an Authorization header.
func bearer(header string) (token string, found bool) {
	scheme, token, found := strings.Cut(header, " ")
	return strings.TrimSpace(token), found && strings.EqualFold(scheme, "Bearer")
}

func (s *Shell) authorise(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		op, a := s.operation(c), actor.From(c.Request().Context())
		switch {
		case op == nil || public(op):
			return next(c)
		case a.MustChangePassword && !op.BeforePasswordChange:
			return s.ChangeRequired
		case op.Permissions[0] == "signed_in":
			return next(c)
		case op.Permissions[0] == "signed_in_user":
			if a.Kind != actor.User {
				return userOnly
			}
			return next(c)
		}
		rights := s.Rights.Current()
		var refusal error
		for _, permission := range op.Permissions {
			q, err := authz.ParsePermission(permission)
			if err != nil {
				return err
			}
			if rights.May(a, q) {
				return next(c)
			}
			if refusal == nil {
				refusal = rights.Refusal(a, q)
			}
		}
		return refusal
	}
}

func (s *Shell) check(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		op := s.operation(c)
		if op == nil {
			return next(c)
		}
		if err := s.unfoldPageToken(c); err != nil {
			return err
		}
		r := c.Request()
		if r.Body != nil {
			r.Body = http.MaxBytesReader(c.Response(), r.Body, bodyLimit(op))
		}
		body, err := op.Check(r)
		if err != nil {
			return err
		}
		if body != nil {
			r.Body = body
			answer.From(r.Context()).Elements = body.Elements()
			// The generated code binds by this header, and knows one JSON.
			r.Header.Set("Content-Type", "application/json")
		}
		return next(c)
	}
}

// bodyLimit is how many bytes the body of a request to an operation may have.
func bodyLimit(op *contract.Operation) int64 {
	if op.Bulk != "" {
		return MaxBatchBody
	}
	return MaxBody
}

// unfoldPageToken gives a page token that is sent alone the filter that it came from.
func (s *Shell) unfoldPageToken(c echo.Context) error {
	r := c.Request()
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil // the check of the contract says what is wrong
	}
	paging := url.Values{}
	for _, name := range []string{"page_token", "limit", "include_total"} {
		if query.Has(name) {
			paging[name] = query[name]
			query.Del(name)
		}
	}
	filter := query.Encode()
	if token := paging.Get("page_token"); token != "" {
		own, err := s.Tokens.Filter(r.Context(), token)
		if err != nil {
			return err
		}
		if filter != "" && filter != own {
			return answer.TokenMismatch
		}
		filter = own
		r.URL.RawQuery = strings.TrimPrefix(filter+"&"+paging.Encode(), "&")
	}
	answer.From(r.Context()).Filter = filter
	return nil
}

func (s *Shell) claim(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		op := s.operation(c)
		if op == nil || op.Method != http.MethodPost || public(op) {
			return next(c)
		}
		r := c.Request()
		who := actor.From(r.Context())
		key := bare(r.Header.Get("Idempotency-Key"))
		if key == "" {
			if who.Kind == actor.Client && slices.Contains(op.Problems, keyMissing.Code) {
				return fault.Input([]fault.Item{fault.In(fault.InHeader, "Idempotency-Key", keyMissing)})
			}
			return next(c)
		}
		claim := store.Claim{Scope: who.ID + " " + op.ID, Key: key, Fingerprint: s.fingerprint(r)}
		c.SetRequest(r.WithContext(store.WithClaim(r.Context(), claim)))
		return next(c)
	}
}

// bare is an idempotency key without its quotes.
func bare(header string) string { return strings.Trim(header, `"`) }

// public says that an operation asks nobody who they are.
func public(op *contract.Operation) bool { return op.Permissions[0] == "public" }

// fingerprint tells one request from another. It is keyed: a plain hash of a search would let a phone number be guessed from it.
func (s *Shell) fingerprint(r *http.Request) string {
	text := r.Method + " " + r.URL.RequestURI() + "\n"
	if body, ok := r.Body.(*contract.Body); ok {
		text += string(body.Canonical())
	}
	return hex.EncodeToString(s.Tokens.Sign(text))
}
