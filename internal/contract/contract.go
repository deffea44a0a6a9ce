package contract

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Contract is a loaded openapi.yaml. It does not change, and serves any number of callers.
type Contract struct {
	*Document

	// Codes says whether a code stands in a code list (x-code-list) and which was probably meant. A code that is posted must
	// be valid today; one that filters may be retired, since old records carry it. It is set before the first Check; nil:
	// codes are not judged.
	Codes func(list, code string, posted bool) (ok bool, suggestion string)

	pii []string

	headers                       map[string]bool // of answers, by their canonical names
	parameters, bodies, responses *schemas

	operations []*Operation
	routes     map[string]*Operation // by method and route
	named      map[string]bool       // operationIds
}

// Load makes the contract of a document. It compiles the schemas of parameters at once, those of bodies when they are first
// used. The error joins all faults of the document, one a line, each with its JSON Pointer: an operation without
// x-permission, operationId or tag, a parameter of a style that is not read, a reference that leads nowhere.
func Load(d *Document) (*Contract, error) {
	c := &Contract{Document: d, routes: map[string]*Operation{}, named: map[string]bool{}, headers: map[string]bool{}}
	if err := c.prepare(d.tree); err != nil {
		return nil, fmt.Errorf("contract: %w", err)
	}
	root := place{root: d.tree, value: d.tree}
	l := &loader{c: c}
	if !strings.HasPrefix(root.text("openapi"), "3.1.") {
		l.fault(root, "the document is not OpenAPI 3.1")
	}
	for path, item := range root.member("paths").each() {
		for _, method := range methods {
			if item.member(method).value != nil {
				l.operation(path, method, item)
			}
		}
	}
	if len(l.faults) > 0 {
		slices.SortFunc(l.faults, func(a, b error) int { return cmp.Compare(a.Error(), b.Error()) })
		return nil, errors.Join(l.faults...)
	}
	slices.SortFunc(c.operations, func(a, b *Operation) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(slices.Index(methods, strings.ToLower(a.Method)), slices.Index(methods, strings.ToLower(b.Method))))
	})
	for name, schema := range root.member("components").member("schemas").each() {
		c.pii = append(c.pii, personal(name, schema)...)
	}
	slices.Sort(c.pii)
	return c, nil
}

func (c *Contract) prepare(document any) error {
	ask := func(posted bool) codeCheck {
		return func(list, code string) (bool, string) {
			if c.Codes == nil {
				return true, ""
			}
			return c.Codes(list, code, posted)
		}
	}
	var errs [3]error
	c.parameters, errs[0] = newSchemas(document, ask(false))
	c.bodies, errs[1] = newSchemas(document, ask(true))
	c.responses, errs[2] = newSchemas(document, nil) // records may carry retired codes
	return errors.Join(errs[:]...)
}

// personal lists the properties below a schema that carry x-pii.
func personal(name string, schema place) []string {
	var found []string
	object, _ := schema.value.(map[string]any)
	properties, _ := object["properties"].(map[string]any)
	for property := range properties {
		p := schema.schema("properties").schema(property)
		if p.flag("x-pii") {
			found = append(found, name+"."+property)
		}
		found = append(found, personal(name+"."+property, p)...)
	}
	if object["items"] != nil {
		found = append(found, personal(name, schema.schema("items"))...)
	}
	for _, joined := range []string{"allOf", "anyOf", "oneOf"} {
		parts, _ := object[joined].([]any)
		for _, part := range parts {
			found = append(found, personal(name, place{value: part})...)
		}
	}
	return found
}

// PII lists the properties of the components' schemas that are people's data (x-pii: true), sorted, each by schema and path:
// "Complainant.phone".
func (c *Contract) PII() []string { return slices.Clone(c.pii) }

// AnswerHeaders lists the headers that answers are documented to carry, sorted, in their canonical form.
func (c *Contract) AnswerHeaders() []string { return slices.Sorted(maps.Keys(c.headers)) }

// Operations lists all operations, by path, then GET, PUT, POST, DELETE, PATCH.
func (c *Contract) Operations() []*Operation { return slices.Clone(c.operations) }

// Operation finds an operation by its method and Echo's route, "/v1/complaints/:complaint_id"; nil for none.
func (c *Contract) Operation(method, route string) *Operation { return c.routes[method+" "+route] }

// Compile compiles every schema that would otherwise wait for its first use. A test of the document calls it, so that no
// request is the first to meet a mistake.
func (c *Contract) Compile() error {
	var errs []error
	for _, o := range c.operations {
		if o.body != nil {
			_, err := o.body()
			errs = append(errs, err)
		}
		for _, a := range o.answers {
			for _, schema := range a.content {
				if schema != nil {
					_, err := schema()
					errs = append(errs, err)
				}
			}
		}
	}
	return errors.Join(errs...)
}
