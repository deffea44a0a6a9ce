package test

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"xiaobao/internal/contract"
	"xiaobao/internal/fault"
	"xiaobao/internal/servertest"
)

// document is as much of the contract as these tests look at.
type document struct {
	Paths      map[string]map[string]yaml.Node
	Components struct {
		RequestBodies map[string]reference `yaml:"requestBodies"`
		Responses     map[string]reference
	}
}

type described struct {
	OperationID          string `yaml:"operationId"`
	Summary, Description string
	Problems             []string  `yaml:"x-problems"`
	RequestBody          reference `yaml:"requestBody"`
	Responses            map[string]reference
}

type reference struct {
	Ref     string `yaml:"$ref"`
	Content map[string]struct{ Example any }
}

func (d document) follow(r reference) reference {
	name := r.Ref[strings.LastIndex(r.Ref, "/")+1:]
	switch {
	case strings.HasPrefix(r.Ref, "#/components/responses/"):
		return d.Components.Responses[name]
	case strings.HasPrefix(r.Ref, "#/components/requestBodies/"):
		return d.Components.RequestBodies[name]
	}
	return r
}

// Every operation says what it is, in both languages of the trade, and shows examples that keep its own contract; each problem that it names is declared.
func TestOperationsAreDescribed(t *testing.T) {
	t.Parallel()
	var d document
	if err := yaml.Unmarshal(servertest.Contract().YAML(), &d); err != nil {
		t.Fatal(err)
	}
	c, err := contract.Load(servertest.Contract())
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Compile(); err != nil {
		t.Fatal(err)
	}
	han := regexp.MustCompile(`\p{Han}`)
	count := 0
	for path, methods := range d.Paths {
		for method, node := range methods {
			if method == "parameters" {
				continue
			}
			var op described
			if err := node.Decode(&op); err != nil {
				t.Fatal(err)
			}
			count++
			if !han.MatchString(op.Summary) || len(op.Description) < 20 {
				t.Errorf("%s: summary %q, description %q", op.OperationID, op.Summary, op.Description)
			}
			for _, code := range op.Problems {
				if fault.Lookup(code) == nil {
					t.Errorf("%s names the problem %s, which nobody declares", op.OperationID, code)
				}
			}
			operation := find(c, strings.ToUpper(method), path)
			d.examples(t, operation, op.RequestBody, op.Responses)
		}
	}
	if count > 125 {
		t.Errorf("%d operations; the budget is 125", count)
	}
}

func find(c *contract.Contract, method, path string) *contract.Operation {
	all := c.Operations()
	return all[slices.IndexFunc(all, func(o *contract.Operation) bool { return o.Method == method && o.Path == path })]
}

func (d document) examples(t *testing.T, op *contract.Operation, body reference, responses map[string]reference) {
	t.Helper()
	if request := d.follow(body).Content["application/json"].Example; op.HasBody {
		r := httptest.NewRequest(op.Method, strings.ReplaceAll(strings.ReplaceAll(op.Path, "{", ""), "}", ""), strings.NewReader(asJSON(t, request)))
		r.Header.Set("Content-Type", "application/json")
		if _, err := op.Check(r); err != nil {
			t.Errorf("%s: the example of the request is refused: %v", op.ID, err)
		}
	}
	for status, response := range responses {
		content, ok := d.follow(response).Content["application/json"]
		if !ok || status == "default" {
			continue
		}
		header := http.Header{"Content-Type": {"application/json"}, "Etag": {`"1"`}, "Location": {"/v1/x"}, "Cache-Control": {"no-cache"}}
		if err := op.CheckResponse(number(status), header, []byte(asJSON(t, content.Example))); err != nil {
			t.Errorf("%s: the example of %s breaks the contract: %v", op.ID, status, err)
		}
	}
}

// Every reason that a caller can meet stands under an operation's x-problems, or is one that any request can meet.
func TestEveryProblemHasItsPlace(t *testing.T) {
	t.Parallel()
	c, err := contract.Load(servertest.Contract())
	if err != nil {
		t.Fatal(err)
	}
	named := map[string]bool{}
	for _, op := range c.Operations() {
		for _, code := range op.Problems {
			named[code] = true
		}
	}
	everywhere := regexp.MustCompile(`^(request|value|auth|server|record|idempotency|pii|session)\.`)
	for _, r := range fault.Declared() {
		if !named[r.Code] && !everywhere.MatchString(r.Code) {
			t.Errorf("%s stands under no operation", r.Code)
		}
	}
}
