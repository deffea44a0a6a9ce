package importer

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/transform"
)

// What the file of refused rows has before the row's own cells. The reference is kept, so that a row which has no number of its own stays
// the same one when it is sent again.
const (
	refusedReference = "xiaobao_reference"
	refusedRow       = "xiaobao_row"
	refusedReasons   = "xiaobao_reasons"
)

var refusedColumns = []string{refusedReference, refusedRow, refusedReasons}

// RefusedFile is where the refused rows of a file go when nothing else is said: beside it.
func RefusedFile(path string) string {
	extension := filepath.Ext(path)
	return strings.TrimSuffix(path, extension) + ".refused" + extension
}

// refusals writes refused rows to a file that is made for the first of them, in the form of the file that they come from.
type refusals struct {
	path   string
	m      *Mapping
	header []string
	own    []bool // columns of header that an earlier run added

	file  *os.File
	coded io.WriteCloser
	csv   *csv.Writer
}

func (w *refusals) write(r *row) error {
	if w.file == nil {
		if err := w.begin(); err != nil {
			return err
		}
	}
	return w.csv.Write(append([]string{r.reference, strconv.Itoa(r.number), strings.Join(r.reasons, "\n")}, w.theirs(r.cells)...))
}

func (w *refusals) begin() error {
	var err error
	// It holds what the rows hold: people's data.
	w.file, err = os.OpenFile(w.path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	w.coded = w.file
	if w.m.Encoding == gb18030 {
		w.coded = transform.NewWriter(w.file, simplifiedchinese.GB18030.NewEncoder())
	} else if _, err := w.file.Write(bom); err != nil { // spreadsheets ask for it
		return err
	}
	w.csv = csv.NewWriter(w.coded)
	w.csv.Comma, _ = utf8.DecodeRuneInString(w.m.Delimiter)
	w.csv.UseCRLF = true
	return w.csv.Write(append(append([]string{}, refusedColumns...), w.theirs(w.header)...))
}

// theirs are cells without those that an earlier run added.
func (w *refusals) theirs(cells []string) []string {
	var kept []string
	for i, cell := range cells {
		if i >= len(w.own) || !w.own[i] {
			kept = append(kept, cell)
		}
	}
	return kept
}

func (w *refusals) close() error {
	if w.file == nil {
		return nil
	}
	w.csv.Flush()
	errs := []error{w.csv.Error()}
	if w.coded != io.WriteCloser(w.file) {
		errs = append(errs, w.coded.Close())
	}
	return errors.Join(append(errs, w.file.Close())...)
}

// printed lists refused rows where nothing is to be written.
type printed struct{ to io.Writer }

func (p printed) write(r *row) error {
	_, err := fmt.Fprintf(p.to, "row %d (line %d) is refused:\n    %s\n", r.number, r.line, strings.Join(r.reasons, "\n    "))
	return err
}

func (p printed) close() error { return nil }
