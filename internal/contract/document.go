package contract

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/url"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"gopkg.in/yaml.v3"
)

// Document is openapi.yaml as it was read. It does not change, and one serves any number of contracts.
type Document struct {
	yaml, json []byte
	sha256     string
	tree       any
}

// Read reads the bytes of openapi.yaml. Returns what is no YAML, or what JSON cannot say.
func Read(doc []byte) (*Document, error) {
	text, err := toJSON(doc)
	if err != nil {
		return nil, fmt.Errorf("contract: %w", err)
	}
	tree, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return nil, fmt.Errorf("contract: %w", err)
	}
	sum := sha256.Sum256(doc)
	return &Document{yaml: doc, json: text, sha256: hex.EncodeToString(sum[:]), tree: tree}, nil
}

// YAML is the document as published. It is not to be changed.
func (d *Document) YAML() []byte { return d.yaml }

// JSON is the document as JSON, compact, members in the order of the YAML. It is not to be changed.
func (d *Document) JSON() []byte { return d.json }

// SHA256 is the digest of the YAML's bytes, in hexadecimal.
func (d *Document) SHA256() string { return d.sha256 }

// toJSON writes the YAML as compact JSON, members in their order. What JSON cannot say is refused: a contract means the
// same in both forms.
func toJSON(doc []byte) ([]byte, error) {
	var root yaml.Node
	err := yaml.Unmarshal(doc, &root)
	if err != nil {
		return nil, err
	}
	if root.Kind != yaml.DocumentNode {
		return nil, fmt.Errorf("the document is empty")
	}
	var out bytes.Buffer
	err = writeNode(jsontext.NewEncoder(&out), root.Content[0])
	if err != nil {
		return nil, err
	}
	return bytes.TrimSpace(out.Bytes()), nil
}

func writeNode(e *jsontext.Encoder, n *yaml.Node) error {
	begin, end := jsontext.BeginArray, jsontext.EndArray
	switch n.Kind {
	case yaml.ScalarNode:
		return writeScalar(e, n)
	case yaml.AliasNode:
		return writeNode(e, n.Alias)
	case yaml.MappingNode:
		begin, end = jsontext.BeginObject, jsontext.EndObject
	}
	err := e.WriteToken(begin)
	if err != nil {
		return err
	}
	for i, part := range n.Content {
		write := writeNode
		if n.Kind == yaml.MappingNode && i%2 == 0 {
			write = writeName
		}
		err = write(e, part)
		if err != nil {
			return err
		}
	}
	return e.WriteToken(end)
}

func writeName(e *jsontext.Encoder, key *yaml.Node) error {
	if key.Kind != yaml.ScalarNode || key.ShortTag() == "!!merge" {
		return fmt.Errorf("line %d: a member's name must be plain", key.Line)
	}
	if e.WriteToken(jsontext.String(key.Value)) != nil {
		return fmt.Errorf("line %d: %q stands twice in its mapping", key.Line, key.Value)
	}
	return nil
}

func writeScalar(e *jsontext.Encoder, n *yaml.Node) error {
	switch n.ShortTag() {
	case "!!str", "!!timestamp": // an unquoted date is the text of a date
		return e.WriteToken(jsontext.String(n.Value))
	case "!!null":
		return e.WriteToken(jsontext.Null)
	case "!!bool":
		return e.WriteToken(jsontext.Bool(strings.EqualFold(n.Value, "true")))
	case "!!int", "!!float":
		literal := jsontext.Value(n.Value)
		if literal.IsValid() && literal.Kind() == '0' {
			return e.WriteValue(literal)
		}
	}
	return fmt.Errorf("line %d: %q cannot be said in JSON", n.Line, n.Value)
}

// place is a value in the document and the JSON Pointer to it, by which its schema is compiled.
type place struct {
	root  any
	at    string
	value any
}

// member goes one step down and, unless it leads to a schema, on through a $ref. What is absent has a nil value.
func (p place) member(name string) place {
	object, _ := p.value.(map[string]any)
	return place{p.root, p.at + "/" + escape(name), object[name]}.follow()
}

// schema goes down to a schema, whose $ref is the compiler's to follow.
func (p place) schema(name string) place {
	object, _ := p.value.(map[string]any)
	return place{p.root, p.at + "/" + escape(name), object[name]}
}

func (p place) follow() place {
	// A component may refer to another; a circle is cut off and reads as absent.
	for range 10 {
		ref := p.text("$ref")
		if ref == "" {
			return p
		}
		p = lookUp(p.root, strings.TrimPrefix(ref, "#"))
	}
	return place{root: p.root, at: p.at}
}

// lookUp finds the value of a JSON Pointer. A reference out of the document finds nothing.
func lookUp(root any, pointer string) place {
	p := place{root: root, value: root}
	if decoded, err := url.PathUnescape(pointer); err == nil {
		pointer = decoded
	}
	for _, token := range strings.Split(pointer, "/")[1:] {
		p = p.schema(unescape(token))
	}
	return p
}

// each lists the members of an object or the items of a list, by name or index.
func (p place) each() map[string]place {
	places := map[string]place{}
	switch v := p.value.(type) {
	case map[string]any:
		for name := range v {
			places[name] = p.member(name)
		}
	case []any:
		for i, item := range v {
			token := fmt.Sprint(i)
			places[token] = place{p.root, p.at + "/" + token, item}.follow()
		}
	}
	return places
}

func (p place) text(name string) string {
	object, _ := p.value.(map[string]any)
	text, _ := object[name].(string)
	return text
}

func (p place) flag(name string) bool {
	object, _ := p.value.(map[string]any)
	flag, _ := object[name].(bool)
	return flag
}

// texts reads one string or a list of strings.
func (p place) texts(name string) ([]string, bool) {
	object, _ := p.value.(map[string]any)
	switch v := object[name].(type) {
	case string:
		return []string{v}, true
	case []any:
		texts := make([]string, 0, len(v))
		for _, item := range v {
			text, ok := item.(string)
			if !ok {
				return nil, false
			}
			texts = append(texts, text)
		}
		return texts, true
	}
	return nil, false
}

var (
	escaper   = strings.NewReplacer("~", "~0", "/", "~1")
	unescaper = strings.NewReplacer("~1", "/", "~0", "~")
)

func escape(token string) string   { return escaper.Replace(token) }
func unescape(token string) string { return unescaper.Replace(token) }
