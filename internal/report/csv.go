package report

import (
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
)

// encode renders rows as a CSV (RFC 4180, UTF-8, no mark of byte order): the same rows give the same bytes.
func encode(d Definition, rows []Row) ([]byte, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	header := make([]string, len(d.Columns))
	for i, c := range d.Columns {
		header[i] = c.Name
	}
	if err := w.Write(header); err != nil {
		return nil, err
	}
	for _, row := range rows {
		if err := w.Write(row.cells()); err != nil {
			return nil, err
		}
	}
	w.Flush()
	return b.Bytes(), w.Error()
}

// cells are a row in the order of the columns.
func (r Row) cells() []string {
	return []string{guard(r.Source), guard(r.IntakeChannel), guard(r.Business), guard(r.Cause), guard(r.Region), guard(r.Outcome),
		number(r.Opening), number(r.Received), number(r.Closed), number(r.ClosedInTime), number(r.OverdueOpen),
		rate(r.Rate()), days(r.P50), days(r.P90), number(r.Closing)}
}

// guard keeps a spreadsheet from taking a text for a formula.
func guard(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r\n", rune(text[0])) {
		return "'" + text
	}
	return text
}

func number(n int64) string { return strconv.FormatInt(n, 10) }

func rate(r *float64) string {
	if r == nil {
		return ""
	}
	return strconv.FormatFloat(*r, 'f', 4, 64)
}

func days(n *int) string {
	if n == nil {
		return ""
	}
	return strconv.Itoa(*n)
}

func digest(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// FileName is the name under which the CSV is saved.
func (r Report) FileName() string { return r.Number + ".csv" }

// Verify is a line for a shell which recomputes the digest and the balance from the CSV beside it. It counts columns from the right, where all
// of them are numbers, and prints no number, which not every awk writes in full.
func (r Report) Verify() string {
	t := r.Total
	return fmt.Sprintf(`f=%s; echo "%s  $f" | sha256sum -c - && awk -F, 'NR>1{o+=$(NF-8);r+=$(NF-7);c+=$(NF-6);e+=$NF}`+
		`END{if(NR==%d&&o==%d&&r==%d&&c==%d&&e==%d&&o+r-c==e)print "balance: OK";else{print "balance: FAILED";exit 1}}' "$f"`,
		r.FileName(), r.SHA256, r.RowCount+1, t.Opening, t.Received, t.Closed, t.Closing)
}
