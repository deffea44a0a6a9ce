package server

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io"
	"net/http"
	"path"
	"strings"

	"github.com/labstack/echo/v4"
)

// docs/swagger-ui is what the npm package swagger-ui-dist 5.35.0 holds under these names, packed by gzip -9 -n; nothing in it was changed.
//
//go:embed docs
var docsFiles embed.FS

// docsPolicy lets the page talk to this server alone. Swagger UI writes style attributes, hence unsafe-inline for styles.
const docsPolicy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// docs serves the contract as a page on which its operations can be tried; it works offline.
func (s *Shell) docs(e *echo.Echo) {
	e.GET("/docs", func(c echo.Context) error { return c.Redirect(http.StatusFound, "/docs/") })
	page := readAsset("docs/index.html")
	if s.Demo != nil {
		page = newAsset("docs/index.html", bytes.Replace(page.raw, []byte("<body>"), []byte(`<body data-examples="examples.json">`), 1))
	}
	e.GET("/docs/", page.serve(docsPolicy))
	for _, name := range []string{"start.js", "start.css"} {
		e.GET("/docs/"+name, readAsset("docs/"+name).serve(""))
	}
	for _, name := range []string{"swagger-ui-bundle.js", "swagger-ui.css"} {
		e.GET("/docs/"+name, readAsset("docs/swagger-ui/"+name+".gz").serve(""))
	}
}

// An asset is a file that changes only with the program: as it is, or packed.
type asset struct {
	mediaType string
	raw, gz   []byte // one of the two
	etag      string
}

func readAsset(name string) asset {
	body, err := docsFiles.ReadFile(name)
	if err != nil {
		panic(err) // it is embedded, or the program was not built
	}
	return newAsset(name, body)
}

var mediaTypes = map[string]string{".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}

func newAsset(name string, body []byte) asset {
	sum := sha256.Sum256(body)
	a := asset{raw: body, etag: `W/"` + hex.EncodeToString(sum[:8]) + `"`}
	plain, packed := strings.CutSuffix(name, ".gz")
	if packed {
		a.raw, a.gz = nil, body
	}
	a.mediaType = mediaTypes[path.Ext(plain)]
	return a
}

// serve answers with the asset: packed to who takes that, unpacked to everybody else.
func (a asset) serve(policy string) echo.HandlerFunc {
	return func(c echo.Context) error {
		h := c.Response().Header()
		h.Set("ETag", a.etag)
		h.Set("Cache-Control", "no-cache")
		if policy != "" {
			h.Set("Content-Security-Policy", policy)
			h.Set("Referrer-Policy", "no-referrer")
		}
		if a.gz != nil {
			h.Add("Vary", "Accept-Encoding")
		}
		switch {
		case c.Request().Header.Get("If-None-Match") == a.etag:
			return c.NoContent(http.StatusNotModified)
		case a.gz == nil:
			return c.Blob(http.StatusOK, a.mediaType, a.raw)
		case takesGzip(c.Request().Header.Get("Accept-Encoding")):
			h.Set("Content-Encoding", "gzip")
			return c.Blob(http.StatusOK, a.mediaType, a.gz)
		}
		unpacked, err := gzip.NewReader(bytes.NewReader(a.gz))
		if err != nil {
			return err
		}
		body, err := io.ReadAll(unpacked)
		if err != nil {
			return err
		}
		return c.Blob(http.StatusOK, a.mediaType, body)
	}
}

// takesGzip says whether an Accept-Encoding names gzip, with a weight that is not zero.
func takesGzip(header string) bool {
	for part := range strings.SplitSeq(strings.ToLower(header), ",") {
		coding, weight, weighed := strings.Cut(strings.ReplaceAll(part, " ", ""), ";q=")
		if coding == "gzip" {
			return !weighed || strings.Trim(weight, "0.") != ""
		}
	}
	return false
}
