package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"xiaobao/api"
	"xiaobao/internal/actor"
	"xiaobao/internal/fault"
)

var statuses = map[fault.Kind]int{
	fault.Malformed: http.StatusBadRequest, fault.Unauthenticated: http.StatusUnauthorized, fault.Forbidden: http.StatusForbidden,
	fault.NotFound: http.StatusNotFound, fault.NoMethod: http.StatusMethodNotAllowed, fault.NotAcceptable: http.StatusNotAcceptable,
	fault.Conflict: http.StatusConflict, fault.Gone: http.StatusGone, fault.Stale: http.StatusPreconditionFailed,
	fault.TooLarge: http.StatusRequestEntityTooLarge, fault.UnsupportedMedia: http.StatusUnsupportedMediaType,
	fault.Unsatisfiable: http.StatusRequestedRangeNotSatisfiable,
	fault.Invalid:       http.StatusUnprocessableEntity, fault.PreconditionRequired: http.StatusPreconditionRequired,
	fault.TooMany: http.StatusTooManyRequests, fault.Unavailable: http.StatusServiceUnavailable, fault.Internal: http.StatusInternalServerError,
}

var (
	routeNotFound = fault.Declare(fault.Reason{Kind: fault.NotFound, Code: "request.no_such_path",
		Title:  fault.Words{EN: "There is nothing at this path.", ZH: "该路径不存在。"},
		Causes: "GET /v1/complaint", Cures: "GET /v1/complaints"})
	methodNotAllowed = fault.Declare(fault.Reason{Kind: fault.NoMethod, Code: "request.no_such_method",
		Title:  fault.Words{EN: "The path does not take this method; Allow lists those it takes.", ZH: "该路径不支持此方法，支持的方法见 Allow。"},
		Causes: "DELETE /v1/complaints", Cures: "GET /v1/complaints"})
	internal = fault.Declare(fault.Reason{Kind: fault.Internal, Code: "server.internal",
		Title:  fault.Words{EN: "Something went wrong inside; quote the request_id to the operator.", ZH: "系统内部错误，请将 request_id 告知运维人员。"},
		Causes: "A mistake of ours.", Cures: "Nothing that you can do; the operator finds it by request_id."})
	requestEnded = fault.Declare(fault.Reason{Kind: fault.Unavailable, Code: "server.too_slow", Retry: true,
		Title:  fault.Words{EN: "The request was not finished in time; try again with the same Idempotency-Key.", ZH: "请求未能及时完成，请使用相同的 Idempotency-Key 重试。"},
		Causes: "A request that is cut off.", Cures: "Send it again with the same Idempotency-Key."})
)

// fail is where every error ends: it becomes a problem, and what went wrong inside goes to the log, once.
func (s *Shell) fail(err error, c echo.Context) {
	if c.Response().Committed {
		return
	}
	ctx := c.Request().Context()
	f := understand(err)
	status := statuses[f.Reason.Kind]
	if f.Cause != nil {
		s.Log.LogAttrs(ctx, levelOf(status), "failure", slog.String("request_id", actor.RequestFrom(ctx).ID), slog.String("code", f.Reason.Code), slog.Any("cause", f.Cause))
	}
	h := c.Response().Header()
	h.Set(echo.HeaderContentType, "application/problem+json")
	switch f.Reason.Kind {
	case fault.Unauthenticated:
		h.Set("WWW-Authenticate", "Bearer")
	case fault.TooMany, fault.Unavailable:
		h.Set("Retry-After", fmt.Sprint(retryAfter(f)))
	}
	if etag, ok := f.Members["etag"].(string); ok {
		h.Set("ETag", etag)
	}
	if size, ok := f.Members["size"].(int); ok {
		h.Set("Content-Range", fmt.Sprintf("bytes */%d", size))
	}
	c.Response().WriteHeader(status)
	if c.Request().Method == http.MethodHead {
		return
	}
	if err := json.NewEncoder(c.Response()).Encode(s.problem(ctx, c.Request().URL.Path, f)); err != nil {
		s.Log.LogAttrs(ctx, slog.LevelInfo, "the caller left before its problem was written", slog.Any("cause", err))
	}
}

// understand turns any error into a fault.
func understand(err error) *fault.Fault {
	if f := fault.From(err); f != nil {
		return f
	}
	var routed *echo.HTTPError
	if errors.As(err, &routed) {
		switch routed.Code {
		case http.StatusNotFound:
			return routeNotFound.With()
		case http.StatusMethodNotAllowed:
			return methodNotAllowed.With()
		case http.StatusBadRequest, http.StatusUnsupportedMediaType:
			// The generated binder; the contract's check comes first, so this is a gap between the two.
			return fault.RequestMalformed.Because(err)
		}
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return requestEnded.Because(err)
	}
	return internal.Because(err)
}

// problem renders a fault by RFC 9457.
func (s *Shell) problem(ctx context.Context, path string, f *fault.Fault) map[string]any {
	request := actor.RequestFrom(ctx)
	say := func(r *fault.Reason, params map[string]any) string {
		if r.Detail.EN != "" {
			return r.Detail.Say(request.Language, params)
		}
		return r.Title.Say(request.Language, params)
	}
	p := map[string]any{}
	for name, value := range f.Members {
		p[name] = value
	}
	p["type"] = "/problems/" + f.Reason.Code
	p["title"] = f.Reason.Title.Say(request.Language, f.Params)
	p["status"] = statuses[f.Reason.Kind]
	p["detail"] = say(f.Reason, f.Params)
	p["instance"] = path
	p["code"] = f.Reason.Code
	p["request_id"] = request.ID
	p["retryable"] = f.Reason.Retry
	if len(f.Items) == 0 {
		return p
	}
	items := make([]map[string]any, len(f.Items))
	for i, item := range f.Items {
		one := map[string]any{"in": item.In, "code": item.Reason.Code, "detail": say(item.Reason, item.Params)}
		for name, value := range map[string]string{"pointer": item.Pointer, "name": item.Name, "suggestion": item.Suggestion} {
			if value != "" {
				one[name] = value
			}
		}
		items[i] = one
	}
	p["errors"] = items
	return p
}

// element renders what is wrong with one element of a bulk request.
func (s *Shell) element(ctx context.Context, path string, f *fault.Fault) (p api.Problem) {
	text, err := json.Marshal(s.problem(ctx, path, f))
	if err == nil {
		err = json.Unmarshal(text, &p)
	}
	if err != nil {
		s.Log.LogAttrs(ctx, slog.LevelError, "a problem does not fit the contract", slog.String("code", f.Reason.Code), slog.Any("cause", err))
	}
	return p
}

func retryAfter(f *fault.Fault) int {
	if seconds, ok := f.Params["seconds"].(int); ok {
		return seconds
	}
	return 2
}

func levelOf(status int) slog.Level {
	if status >= 500 {
		return slog.LevelError
	}
	return slog.LevelInfo
}

func attrs(ctx context.Context, operation, method, route string, status int, took time.Duration) []slog.Attr {
	who := actor.From(ctx)
	return []slog.Attr{slog.String("request_id", actor.RequestFrom(ctx).ID), slog.String("operation", operation), slog.String("method", method),
		slog.String("route", route), slog.Int("status", status), slog.Duration("took", took), slog.String("actor", strings.TrimSpace(string(who.Kind)+" "+who.ID))}
}
