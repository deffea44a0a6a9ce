package importer

import (
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// row is a row of the file on its way.
type row struct {
	number, line int // its place among the rows, from 1, and where it begins in the file
	cells        []string
	reference    string
	body         []byte   // as it is posted; nil when it is refused here
	reasons      []string // why it is refused
}

// translator turns the cells of one file into records.
type translator struct {
	*Mapping
	at    map[string]int // columns by name
	width int
	own   []bool         // columns that an earlier run added to its file of refused rows
	twins map[string]int // how many equal rows came before, by hash
}

// newTranslator holds a map against the header of a file. The error tells all columns that are missing.
func newTranslator(m *Mapping, header []string) (*translator, error) {
	t := &translator{Mapping: m, at: map[string]int{}, width: len(header), own: make([]bool, len(header)), twins: map[string]int{}}
	twice := map[string]bool{}
	for i, name := range header {
		name = strings.TrimSpace(name)
		_, known := t.at[name]
		twice[name] = known
		t.at[name] = i
		t.own[i] = slices.Contains(refusedColumns, name)
	}
	var faults []string
	for _, name := range m.columns() {
		if _, ok := t.at[name]; !ok {
			faults = append(faults, fmt.Sprintf("the file has no column %q", name))
		} else if twice[name] {
			faults = append(faults, fmt.Sprintf("the file has the column %q twice", name))
		}
	}
	if len(faults) > 0 {
		return nil, fmt.Errorf("%s", strings.Join(faults, "\n"))
	}
	return t, nil
}

// cell is what a column says in a row; empty for what the map takes for nothing.
func (t *translator) cell(r *row, column string) string {
	text := strings.TrimSpace(r.cells[t.at[column]])
	if slices.Contains(t.Empty, text) {
		return ""
	}
	return text
}

// translate makes the body of a row, or tells all that keeps it from being one.
func (t *translator) translate(r *row) {
	if len(r.reasons) > 0 {
		return
	}
	if len(r.cells) != t.width {
		r.refuse("it has %d columns, the header has %d", len(r.cells), t.width)
		return
	}
	if !slices.ContainsFunc(r.cells, func(cell string) bool { return strings.TrimSpace(cell) != "" }) {
		r.refuse("it is empty")
		return
	}
	if slices.ContainsFunc(r.cells, func(cell string) bool { return !isText(cell) }) {
		r.refuse("it holds bytes that are no text in %s", t.Encoding)
		return
	}
	record := map[string]any{}
	if t.to.refers {
		r.reference = t.refer(r)
		record["external_reference"] = r.reference
	}
	said := map[string]bool{} // objects of which columns of this row say something; false: columns could, and do not
	for _, name := range slices.Sorted(maps.Keys(t.Members)) {
		rule := t.Members[name]
		value := t.value(r, rule)
		if text, ok := value.(string); ok && rule.kind == number {
			value = t.count(r, rule, text)
		}
		object, _, nested := strings.Cut(name, ".")
		if nested && rule.Const == nil {
			said[object] = said[object] || value != nil
		}
		put(record, name, value)
	}
	for object, something := range said {
		if !something { // what is constant in it says nothing by itself
			delete(record, object)
		}
	}
	if len(r.reasons) == 0 {
		body, err := json.Marshal(record)
		if err != nil {
			r.refuse("%v", err)
			return
		}
		r.body = body
	}
}

func (r *row) refuse(format string, a ...any) {
	r.reasons = append(r.reasons, fmt.Sprintf(format, a...))
}

// value is what a rule makes of a row; nil is nothing.
func (t *translator) value(r *row, rule Rule) any {
	switch {
	case rule.Const != nil:
		return rule.Const.value
	case rule.Template != "":
		return t.fill(r, rule.Template)
	}
	cell := t.cell(r, rule.From)
	if cell == "" {
		return nil
	}
	if rule.Values != nil {
		meant, ok := rule.Values[cell]
		if !ok {
			// Not what it holds: that may be personal, and is in the file.
			r.refuse("column %s: the value is none of those in the map", rule.From)
		}
		return meant.value
	}
	if rule.layout != "" {
		date, err := rule.date(cell, t.zone)
		if err != nil {
			r.refuse("%v", err)
		}
		return date
	}
	return cell
}

// count is the whole number that a text writes.
func (t *translator) count(r *row, rule Rule, text string) any {
	if !wholeNumber.MatchString(text) {
		r.refuse("column %s: not a whole number", rule.From)
		return nil
	}
	return json.Number(text)
}

// fill puts a row's cells into a template; nil when all of them are empty.
func (t *translator) fill(r *row, template string) any {
	something := false
	filled := placeholder.ReplaceAllStringFunc(template, func(found string) string {
		cell := t.cell(r, found[1:len(found)-1])
		something = something || cell != ""
		return cell
	})
	if !something {
		return nil
	}
	return strings.TrimSpace(filled)
}

// put sets a member by its path.
func put(object map[string]any, path string, value any) {
	if value == nil || value == "" {
		return
	}
	name, below, nested := strings.Cut(path, ".")
	if !nested {
		object[name] = value
		return
	}
	inner, ok := object[name].(map[string]any)
	if !ok {
		inner = map[string]any{}
		object[name] = inner
	}
	put(inner, below, value)
}

// refer makes the reference of a row: its own number, or what it had when it was refused, or a hash of its cells and which of its equals it is.
func (t *translator) refer(r *row) string {
	if column := t.Reference.From; column != "" && t.cell(r, column) != "" {
		return t.Reference.Prefix + t.cell(r, column)
	}
	if !t.Reference.SHA256 {
		r.refuse("column %s: it has no number of its own", t.Reference.From)
		return ""
	}
	if at, ok := t.at[refusedReference]; ok && r.cells[at] != "" {
		return r.cells[at]
	}
	sum := t.hash(r)
	t.twins[sum]++
	return fmt.Sprintf("%s%s-%d", t.Reference.Prefix, sum, t.twins[sum])
}

// hash is of the row as a line of CSV in UTF-8, comma-separated, quoted where it must be, without its end: of most files, the line itself.
func (t *translator) hash(r *row) string {
	var cells []string
	for i, cell := range r.cells {
		if !t.own[i] {
			cells = append(cells, cell)
		}
	}
	var line bytes.Buffer
	w := csv.NewWriter(&line)
	_ = w.Write(cells) // to memory
	w.Flush()
	sum := sha256.Sum256(bytes.TrimSuffix(line.Bytes(), []byte("\n")))
	return hex.EncodeToString(sum[:])[:32]
}
