package contract

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"

	"xiaobao/internal/fault"
	"xiaobao/internal/spelling"
)

// parameter is a query or header parameter of an operation. A list is repeated, never written with commas.
type parameter struct {
	in, name string
	required bool
	list     bool
	scalar   string // integer, number, boolean or string: what the text, or each text of a list, stands for
	schema   *jsonschema.Schema
}

func newParameter(in, name string, required bool, schema *jsonschema.Schema) *parameter {
	p := &parameter{in: in, name: name, required: required, schema: schema}
	asked := typeNames(schema)
	if slices.Contains(asked, "array") {
		p.list = true
		asked = nil
		for _, item := range elements(spread([]*jsonschema.Schema{schema})) {
			asked = append(asked, typeNames(item)...)
		}
	}
	for _, scalar := range []string{"integer", "number", "boolean", "string"} {
		if slices.Contains(asked, scalar) {
			p.scalar = scalar
			break
		}
	}
	return p
}

// check judges the texts that were sent, of which there may be none.
func (p *parameter) check(sent []string) []fault.Item {
	if len(sent) == 0 {
		// A missing header has a status of its own, where it is read.
		if p.required && p.in == fault.InQuery {
			return []fault.Item{fault.In(p.in, p.name, fault.BadParameter)}
		}
		return nil
	}
	if !p.list && len(sent) > 1 {
		return []fault.Item{fault.In(p.in, p.name, fault.RepeatedParam)}
	}
	values := make([]any, len(sent))
	for i, text := range sent {
		if wrong := unfit(text); wrong != nil {
			return []fault.Item{fault.In(p.in, p.name, wrong)}
		}
		values[i] = p.read(text)
	}
	var value any = values
	if !p.list {
		value = values[0]
	}
	var refused *jsonschema.ValidationError
	if !errors.As(p.schema.Validate(value), &refused) {
		return nil
	}
	item := fault.In(p.in, p.name, fault.BadParameter)
	item.Suggestion = meant(refused)
	return []fault.Item{item}
}

var (
	integerText = regexp.MustCompile(`^-?(0|[1-9][0-9]*)$`)
	numberText  = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$`)
)

// read makes of a text the value that the schema speaks of. A text of a wrong form stays a text, which the schema refuses.
func (p *parameter) read(text string) any {
	switch p.scalar {
	case "integer":
		_, err := strconv.ParseInt(text, 10, 64)
		if err == nil && integerText.MatchString(text) {
			return json.Number(text)
		}
	case "number":
		if v, ok := number(text); ok && numberText.MatchString(text) {
			return v
		}
	case "boolean":
		if text == "true" || text == "false" {
			return text == "true"
		}
	}
	return text
}

// meant is the first suggestion in what the validator found.
func meant(e *jsonschema.ValidationError) string {
	switch k := e.ErrorKind.(type) {
	case *kind.Enum:
		return nearest(k)
	case *finding:
		return k.suggestion
	}
	for _, cause := range e.Causes {
		if word := meant(cause); word != "" {
			return word
		}
	}
	return ""
}

// unfit says what the characters of a text lack.
func unfit(text string) *fault.Reason {
	if !utf8.ValidString(text) {
		return fault.BadUTF8
	}
	if strings.IndexByte(text, 0) >= 0 {
		return fault.NUL
	}
	return nil
}

func (o *Operation) checkQuery(raw string) []fault.Item {
	if raw == "" && !o.asks {
		return nil
	}
	sent, items := readQuery(raw)
	for name := range sent {
		if o.query[name] == nil {
			item := fault.In(fault.InQuery, name, fault.UnknownParameter)
			item.Suggestion = spelling.Meant(name, o.names)
			items = append(items, item)
		}
	}
	for name, p := range o.query {
		items = append(items, p.check(sent[name])...)
	}
	return items
}

// maxName is what the contract grants the name of a parameter in an answer. [ours]
const maxName = 200

// readQuery takes the query string apart, by the rules of net/url, but tells what that passes over in silence.
func readQuery(raw string) (sent map[string][]string, items []fault.Item) {
	sent = map[string][]string{}
	for part := range strings.SplitSeq(raw, "&") {
		if part == "" {
			continue
		}
		key, value, _ := strings.Cut(part, "=")
		name, badName := url.QueryUnescape(key)
		if badName != nil || unfit(name) != nil || utf8.RuneCountInString(name) > maxName {
			name = "" // nothing that can be shown
		}
		text, badText := url.QueryUnescape(value)
		if name == "" || badText != nil || strings.Contains(part, ";") {
			items = append(items, fault.In(fault.InQuery, name, fault.BadQuery))
			continue
		}
		sent[name] = append(sent[name], text)
	}
	return sent, items
}

func (o *Operation) checkHeaders(header http.Header) []fault.Item {
	var items []fault.Item
	for _, p := range o.headers {
		items = append(items, p.check(header[p.name])...)
	}
	return items
}
