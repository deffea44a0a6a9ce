package report

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"regexp"
	"time"

	"xiaobao/api"
	"xiaobao/internal/answer"
)

// byteOrderMark is how Excel knows UTF-8.
const byteOrderMark = "\xEF\xBB\xBF"

// GetReportCsv serves a report as a file, whole or in parts.
func (h *HTTP) GetReportCsv(ctx context.Context, r api.GetReportCsvRequestObject) (api.GetReportCsvResponseObject, error) {
	found, err := h.service.Get(ctx, r.ReportID)
	if err != nil {
		return nil, err
	}
	etag, mark := `"`+found.SHA256[:16]+`"`, ""
	if answer.Value(r.Params.Bom) {
		etag, mark = `"`+found.SHA256[:16]+`-bom"`, byteOrderMark
	}
	if found.State == Issued && answer.Unchanged(r.Params.IfNoneMatch, etag) {
		return api.GetReportCsv304Response{Headers: api.GetReportCsv304ResponseHeaders{CacheControl: kept(found), ETag: etag}}, nil
	}
	f := newFile()
	f.header.Set("ETag", etag)
	f.header.Set("Cache-Control", kept(found))
	f.header.Set("Content-Type", "text/csv; charset=utf-8")
	f.header.Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", found.FileName()))
	err = h.service.CSV(ctx, found, func(content []byte) error {
		return f.fill(append([]byte(mark), content...), r.Params)
	})
	return f, err
}

// A file is an answer with a file, or a part of one, as the standard library makes it. It is kept until it is whole: its digest stands before it.
type file struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func newFile() *file { return &file{header: http.Header{}} }

// Header is of http.ResponseWriter.
func (f *file) Header() http.Header { return f.header }

// WriteHeader is of http.ResponseWriter.
func (f *file) WriteHeader(status int) { f.status = status }

func (f *file) Write(part []byte) (int, error) { return f.body.Write(part) }

// oneRange is a range as it is served. Another unit, several ranges and what is none are passed over, as RFC 9110 allows: they give the whole.
var oneRange = regexp.MustCompile(`^bytes=([0-9]+-[0-9]*|-[1-9][0-9]*)$`)

// fill puts in what was asked for. Returns outOfRange.
func (f *file) fill(content []byte, p api.GetReportCsvParams) error {
	asked := &http.Request{Method: http.MethodGet, Header: http.Header{}}
	if p.Range != nil && oneRange.MatchString(*p.Range) {
		asked.Header.Set("Range", *p.Range)
	}
	if p.IfRange != nil {
		asked.Header.Set("If-Range", *p.IfRange)
	}
	http.ServeContent(f, asked, "", time.Time{}, bytes.NewReader(content))
	if f.header.Get("Accept-Ranges") == "" { // it stands in all answers but the refusal, whose text is not ours
		return outOfRange.With().Member("size", len(content))
	}
	f.header.Set("Repr-Digest", sha256Field(content))
	f.header.Set("Content-Digest", sha256Field(f.body.Bytes()))
	return nil
}

// VisitGetReportCsvResponse sends the answer.
func (f *file) VisitGetReportCsvResponse(w http.ResponseWriter) error {
	for name, values := range f.header {
		w.Header()[name] = values
	}
	w.WriteHeader(f.status)
	_, err := w.Write(f.body.Bytes())
	return err
}

// sha256Field is a digest as RFC 9530 writes it.
func sha256Field(content []byte) string {
	sum := sha256.Sum256(content)
	return "sha-256=:" + base64.StdEncoding.EncodeToString(sum[:]) + ":"
}
