package importer

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"os"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/transform"
)

var bom = []byte("\uFEFF")

// table is a CSV file that is being read, its header first.
type table struct {
	file   *os.File
	csv    *csv.Reader
	header []string
	number int
}

var (
	errUTF16    = errors.New("the file is in UTF-16; save it as CSV UTF-8")
	errNoHeader = errors.New("the file has no header")
)

// openTable opens a file and reads its header.
func openTable(path string, m *Mapping) (*table, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	t := &table{file: f}
	if err := t.begin(m); err != nil {
		_ = f.Close()
		return nil, err
	}
	return t, nil
}

func (t *table) begin(m *Mapping) error {
	raw := bufio.NewReaderSize(t.file, 1<<16)
	if start, _ := raw.Peek(2); bytes.Equal(start, []byte{0xff, 0xfe}) || bytes.Equal(start, []byte{0xfe, 0xff}) {
		return errUTF16
	}
	decoded := raw
	if m.Encoding == gb18030 {
		decoded = bufio.NewReader(transform.NewReader(raw, simplifiedchinese.GB18030.NewDecoder()))
	}
	if start, _ := decoded.Peek(len(bom)); bytes.Equal(start, bom) {
		_, _ = decoded.Discard(len(bom)) // they have just been seen
	}
	t.csv = csv.NewReader(decoded)
	t.csv.Comma, _ = utf8.DecodeRuneInString(m.Delimiter)
	t.csv.FieldsPerRecord = -1 // a row with too few or too many is refused, and not the file
	var err error
	t.header, err = t.csv.Read()
	if errors.Is(err, io.EOF) {
		return errNoHeader
	}
	return err
}

// next reads a row; io.EOF after the last. A row that is no CSV is refused, and the next one read.
func (t *table) next() (*row, error) {
	cells, err := t.csv.Read()
	var wrong *csv.ParseError
	switch {
	case errors.As(err, &wrong):
		t.number++
		r := &row{number: t.number, line: wrong.StartLine, cells: cells}
		r.refuse("line %d: %v", wrong.Line, wrong.Err)
		return r, nil
	case err != nil:
		return nil, err
	}
	t.number++
	line, _ := t.csv.FieldPos(0)
	return &row{number: t.number, line: line, cells: cells}, nil
}

// count reads a file to its end and says how many rows it has.
func count(path string, m *Mapping) (int, error) {
	t, err := openTable(path, m)
	if err != nil {
		return 0, err
	}
	defer t.file.Close()
	t.csv.ReuseRecord = true
	for {
		if _, err := t.next(); errors.Is(err, io.EOF) {
			return t.number, nil
		} else if err != nil {
			return 0, err
		}
	}
}

// isText says that a cell was decoded without loss and can be sent.
func isText(cell string) bool {
	return utf8.ValidString(cell) && !strings.ContainsRune(cell, utf8.RuneError) && !strings.ContainsRune(cell, 0)
}
