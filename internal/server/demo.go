package server

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"net/http"

	"github.com/labstack/echo/v4"
)

// Examples are what the demonstration's pages may name to everybody: never a password or a key.
type Examples struct {
	BaseURL    string             `json:"base_url"`
	Users      []ExampleUser      `json:"users"`
	Clients    []ExampleClient    `json:"clients"`
	Complaints []ExampleComplaint `json:"complaints"`
}

// ExampleUser is a user that one can sign in as.
type ExampleUser struct {
	Username   string `json:"username"`
	Name       string `json:"name"`
	Role       string `json:"role"`
	Department string `json:"department"`
}

// ExampleClient is whose key one can send.
type ExampleClient struct {
	Name string `json:"name"`
	Kind string `json:"kind"`
}

// ExampleComplaint is a complaint that is there from the beginning.
type ExampleComplaint struct {
	ID    string            `json:"id"`
	About map[string]string `json:"about"` // by language
}

// A small client that uses the public operations alone, as anybody's would.
//
//go:embed demo.html
var demoPage []byte

// The pages that are not about complaints.
//
//go:embed demo_pillars.js
var demoPillars []byte

// demo serves what only the demonstration has.
func (s *Shell) demo(e *echo.Echo) {
	// The page holds its script and style itself, and has one script more from here; their digests let these run, and nothing from elsewhere.
	policy := "default-src 'none'; script-src 'self' " + digest(demoPage, "script") + "; style-src " + digest(demoPage, "style") +
		"; img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
	e.GET("/demo", newAsset("demo.html", demoPage).serve(policy))
	e.GET("/demo/pillars.js", newAsset("demo_pillars.js", demoPillars).serve(""))
	e.GET("/docs/examples.json", func(c echo.Context) error {
		x := *s.Demo
		x.BaseURL = "http://" + c.Request().Host // as whoever asks reaches us
		c.Response().Header().Set("Cache-Control", "no-cache")
		return c.JSON(http.StatusOK, x)
	})
}

// digest is how a policy names the one element of a kind that a page holds.
func digest(page []byte, element string) string {
	_, rest, _ := bytes.Cut(page, []byte("<"+element+">"))
	text, _, _ := bytes.Cut(rest, []byte("</"+element+">"))
	sum := sha256.Sum256(text)
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}
