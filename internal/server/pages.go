package server

import (
	"embed"
	"html/template"
	"net/http"

	"github.com/labstack/echo/v4"

	"xiaobao/internal/actor"
	"xiaobao/internal/fault"
)

//go:embed problem.html
var problemPage embed.FS

var problemTemplate = template.Must(template.ParseFS(problemPage, "problem.html"))

// pages are what stands beside the contract's operations: the contract itself, alone and as a page where it can be tried, the pages that explain problems,
// and the two probes of an operator.
func (s *Shell) pages(e *echo.Echo) {
	e.GET("/openapi.yaml", func(c echo.Context) error {
		return s.document(c, "application/yaml", s.Contract.YAML())
	})
	e.GET("/openapi.json", func(c echo.Context) error {
		return s.document(c, "application/json", s.Contract.JSON())
	})
	e.GET("/problems/:code", s.explainProblem)
	s.docs(e)
	if s.Demo != nil {
		s.demo(e)
	}
	e.GET("/livez", func(c echo.Context) error { return c.String(http.StatusOK, "ok\n") })
	e.GET("/readyz", func(c echo.Context) error {
		if err := s.Ready(c.Request().Context()); err != nil {
			// The title alone: paths are the operator's, who finds them in the log.
			text := err.Error()
			if f := fault.From(err); f != nil {
				text = f.Reason.Title.Say(actor.RequestFrom(c.Request().Context()).Language, nil)
				s.Log.Error("not ready", "cause", fault.Sentence(err, "en"))
			}
			return c.String(http.StatusServiceUnavailable, text+"\n")
		}
		return c.String(http.StatusOK, "ok\n")
	})
}

// document serves the contract, which changes only with the program.
func (s *Shell) document(c echo.Context, mediaType string, body []byte) error {
	etag := `"` + s.Contract.SHA256() + `"`
	h := c.Response().Header()
	h.Set("ETag", etag)
	h.Set("Cache-Control", "no-cache")
	if c.Request().Header.Get("If-None-Match") == etag {
		return c.NoContent(http.StatusNotModified)
	}
	return c.Blob(http.StatusOK, mediaType, body)
}

func (s *Shell) explainProblem(c echo.Context) error {
	reason := fault.Lookup(c.Param("code"))
	if reason == nil {
		return routeNotFound
	}
	h := c.Response().Header()
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
	h.Set(echo.HeaderContentType, "text/html; charset=utf-8")
	c.Response().WriteHeader(http.StatusOK)
	return problemTemplate.Execute(c.Response(), map[string]any{
		"Reason": reason, "Status": statuses[reason.Kind], "Language": actor.RequestFrom(c.Request().Context()).Language})
}
