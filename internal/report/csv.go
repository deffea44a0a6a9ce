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
		if err := w.Write(d.line(row)); err != nil {
			return nil, err
		}
	}
	w.Flush()
	return b.Bytes(), w.Error()
}

// line is a row in the order of the columns.
func (d Definition) line(r Row) []string {
	cells := make([]string, len(d.Columns))
	for i, c := range d.Columns {
		cells[i] = c.cell(r)
	}
	return cells
}

// guard keeps a spreadsheet from taking a text for a formula.
func guard(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r\n", rune(text[0])) {
		return "'" + text
	}
	return text
}

func number(n int64) string { return strconv.FormatInt(n, 10) }

func fraction(r *float64) string {
	if r == nil {
		return ""
	}
	return strconv.FormatFloat(*r, 'f', 4, 64)
}

func optional(n *int64) string {
	if n == nil {
		return ""
	}
	return number(*n)
}

func positive(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// tenths are written with their one decimal.
func tenths(n *int) string {
	if n == nil {
		return ""
	}
	return fmt.Sprintf("%d.%d", *n/10, *n%10)
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

// Verify is a line for a shell which recomputes the digest and the balance from the CSV beside it: that of each of its tables, the trend excepted, whose
// months are other periods. It counts columns from the right, where all of them are numbers, and prints no number, which not every awk writes in full.
func (r Report) Verify() string {
	t, table := r.Total, `"total"`
	if definition(r.Definition).several() {
		table = "$1"
	}
	return fmt.Sprintf(`f=%s; echo "%s  $f" | sha256sum -c - && awk -F, 'BEGIN{o["total"]}NR>1&&%s!="trend"{t=%s;o[t]+=$(NF-8);r[t]+=$(NF-7);c[t]+=$(NF-6);e[t]+=$NF}`+
		`END{k=NR==%d;for(t in o)if(!(o[t]==%d&&r[t]==%d&&c[t]==%d&&e[t]==%d&&o[t]+r[t]-c[t]==e[t]))k=0;if(k)print "balance: OK";else{print "balance: FAILED";exit 1}}' "$f"`,
		r.FileName(), r.SHA256, table, table, r.RowCount+1, t.Opening, t.Received, t.Closed, t.Closing)
}
