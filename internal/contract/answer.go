package contract

import (
	"errors"
	"fmt"
	"mime"
	"net/http"
	"sort"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// answer is one documented answer of an operation.
type answer struct {
	content  map[string]func() (*jsonschema.Schema, error) // by media type; nil where it is not JSON
	required []string                                      // headers
}

func (l *loader) answer(p place) *answer {
	if p.value == nil {
		l.fault(p, "there is no such response")
	}
	a := &answer{content: map[string]func() (*jsonschema.Schema, error){}}
	for media, content := range p.member("content").each() {
		a.content[media] = nil
		if isJSON(media) {
			schema := content.schema("schema")
			if schema.value == nil {
				l.fault(content, "a JSON answer has a schema")
			}
			a.content[media] = l.c.responses.later(schema.at)
		}
	}
	for name, header := range p.member("headers").each() {
		l.c.headers[http.CanonicalHeaderKey(name)] = true
		if header.flag("required") {
			a.required = append(a.required, name)
		}
	}
	return a
}

func isJSON(media string) bool { return media == mediaJSON || strings.HasSuffix(media, "+json") }

// CheckResponse holds an answer against the contract, for tests, and strictly: a status, a media type or a member that the
// contract does not name fails, and so does a required header that is missing. "default" speaks for refusals only, 400 and
// above. The error joins all faults and is for the log of a test: it names places and codes.
func (o *Operation) CheckResponse(status int, header http.Header, body []byte) error {
	a := o.answers[strconv.Itoa(status)]
	if a == nil && status >= 400 {
		a = o.answers["default"]
	}
	if a == nil {
		return fmt.Errorf("%s %s: status %d is not documented", o.Method, o.Path, status)
	}
	var faults []error
	for _, name := range a.required {
		if header.Get(name) == "" {
			faults = append(faults, fmt.Errorf("the header %s is missing", name))
		}
	}
	faults = append(faults, a.check(header.Get("Content-Type"), body)...)
	if len(faults) == 0 {
		return nil
	}
	return fmt.Errorf("%s %s: status %d: %w", o.Method, o.Path, status, errors.Join(faults...))
}

func (a *answer) check(contentType string, body []byte) []error {
	if len(a.content) == 0 {
		if len(body) > 0 || contentType != "" {
			return []error{errors.New("no content is documented")}
		}
		return nil
	}
	media, _, _ := mime.ParseMediaType(contentType)
	schema, documented := a.content[media]
	if !documented {
		return []error{fmt.Errorf("the content type %q is not documented", contentType)}
	}
	if schema == nil {
		return nil
	}
	compiled, err := schema()
	if err != nil {
		return []error{err}
	}
	value, items, whole := parse(body)
	if whole {
		items = append(items, judge(compiled, value)...)
	}
	var faults []error
	for _, item := range items {
		faults = append(faults, fmt.Errorf("%s: %s %v", item.Pointer, item.Reason.Code, item.Params))
	}
	for _, at := range undeclared(spread([]*jsonschema.Schema{compiled}), value, nil) {
		faults = append(faults, fmt.Errorf("%s: the contract lacks this member", at))
	}
	return faults
}

// undeclared finds the members that no schema names. Where a schema says nothing at all, anything goes.
func undeclared(list []*jsonschema.Schema, value any, path []string) []string {
	if silent(list) {
		return nil
	}
	var found []string
	switch v := value.(type) {
	case map[string]any:
		for name, inner := range v {
			at := append(path[:len(path):len(path)], name)
			inside, declared := members(list, name)
			if !declared {
				found = append(found, pointer(at))
				continue
			}
			found = append(found, undeclared(inside, inner, at)...)
		}
	case []any:
		for i, inner := range v {
			found = append(found, undeclared(elements(list), inner, append(path[:len(path):len(path)], strconv.Itoa(i)))...)
		}
	}
	sort.Strings(found)
	return found
}

func silent(list []*jsonschema.Schema) bool {
	for _, s := range list {
		if s.Types != nil || len(s.Properties) > 0 || s.AdditionalProperties != nil {
			return false
		}
	}
	return true
}
