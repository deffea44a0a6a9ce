package contract

import (
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// The document has this address while schemas are compiled; nothing is fetched from it or from anywhere.
const address = "file:///openapi.json"

// schemas compiles the schemas of the document, for one use: parameters, bodies or answers, which differ in what they ask
// of codes.
type schemas struct {
	mu sync.Mutex // the compiler is not made for several callers
	c  *jsonschema.Compiler
}

func newSchemas(document any, codes codeCheck) (*schemas, error) {
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	c.UseLoader(jsonschema.SchemeURLLoader{})
	c.AssertFormat()
	for _, f := range formats {
		c.RegisterFormat(f)
	}
	c.AssertVocabs()
	c.RegisterVocabulary(keywords(codes))
	err := c.AddResource(address, document)
	if err != nil {
		return nil, err
	}
	return &schemas{c: c}, nil
}

func (s *schemas) compile(at string) (*jsonschema.Schema, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.c.Compile(address + "#" + strings.ReplaceAll(at, "%", "%25"))
}

// later compiles at the first use and once: all bodies together would cost a cold start more than everything else.
func (s *schemas) later(at string) func() (*jsonschema.Schema, error) {
	return sync.OnceValues(func() (*jsonschema.Schema, error) { return s.compile(at) })
}

// spread lists the schemas that a schema consists of: itself and what it refers to, joins or chooses from.
func spread(list []*jsonschema.Schema) []*jsonschema.Schema {
	var all []*jsonschema.Schema
	seen := map[*jsonschema.Schema]bool{}
	var add func(s *jsonschema.Schema)
	add = func(s *jsonschema.Schema) {
		if s == nil || seen[s] {
			return
		}
		seen[s] = true
		all = append(all, s)
		add(s.Ref)
		for _, parts := range [][]*jsonschema.Schema{s.AllOf, s.AnyOf, s.OneOf} {
			for _, part := range parts {
				add(part)
			}
		}
	}
	for _, s := range list {
		add(s)
	}
	return all
}

// members are the schemas of an object's member. declared is false when none of the list knows the member.
func members(list []*jsonschema.Schema, name string) (found []*jsonschema.Schema, declared bool) {
	for _, s := range list {
		if property := s.Properties[name]; property != nil {
			found, declared = append(found, property), true
			continue
		}
		switch additional := s.AdditionalProperties.(type) {
		case bool:
			declared = declared || additional
		case *jsonschema.Schema:
			found, declared = append(found, additional), true
		}
	}
	return spread(found), declared
}

// elements are the schemas of a list's items.
func elements(list []*jsonschema.Schema) []*jsonschema.Schema {
	var found []*jsonschema.Schema
	for _, s := range list {
		if s.Items2020 != nil {
			found = append(found, s.Items2020)
		}
	}
	return spread(found)
}

// typeNames are the JSON types that the schema, or a part of it, asks for.
func typeNames(s *jsonschema.Schema) []string {
	var names []string
	for _, part := range spread([]*jsonschema.Schema{s}) {
		if part.Types != nil {
			names = append(names, part.Types.ToStrings()...)
		}
	}
	return names
}
