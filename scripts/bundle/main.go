// Command bundle merges the pages of the contract (api/spec/*.yaml) into one document. Pages are merged, not resolved: every page
// refers to "#/components/..." as it stands in the whole. A key that two pages define is an error naming both.
//
//	bundle -pages DIR -published FILE -codegen FILE
//
// The published file is the contract as clients get it. The codegen file also keeps the x-go-* extensions, which tell the Go
// generator how to spell a type and are nobody else's business.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"gopkg.in/yaml.v3"
)

func main() {
	pages := flag.String("pages", "", "folder of the pages")
	published := flag.String("published", "", "the contract as clients get it")
	codegen := flag.String("codegen", "", "the contract as the generator reads it")
	flag.Parse()
	if err := run(*pages, *published, *codegen); err != nil {
		fmt.Fprintln(os.Stderr, "bundle:", err)
		os.Exit(1)
	}
}

func run(pages, published, codegen string) error {
	names, err := filepath.Glob(filepath.Join(pages, "*.yaml"))
	if err != nil {
		return err
	}
	sort.Strings(names) // _root.yaml first: the order of the whole follows it
	whole := &yaml.Node{Kind: yaml.MappingNode}
	from := map[*yaml.Node]string{}
	for _, name := range names {
		page, err := read(name)
		if err != nil {
			return err
		}
		if err := merge(whole, page, filepath.Base(name), "", from); err != nil {
			return err
		}
	}
	if err := write(codegen, whole); err != nil {
		return err
	}
	strip(whole)
	return write(published, whole)
}

func read(name string) (*yaml.Node, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if len(doc.Content) != 1 || doc.Content[0].Kind != yaml.MappingNode {
		return nil, fmt.Errorf("%s: not a mapping", name)
	}
	return expand(doc.Content[0]), nil
}

// expand writes out anchors and merge keys: a page may use them, a client's parser need not know them.
func expand(node *yaml.Node) *yaml.Node {
	if node.Kind == yaml.AliasNode {
		return expand(node.Alias)
	}
	plain := *node
	plain.Anchor, plain.Content = "", nil
	for i, child := range node.Content {
		if node.Kind == yaml.MappingNode && i%2 == 0 && child.Tag == "!!merge" {
			plain.Content = append(plain.Content, expand(node.Content[i+1]).Content...)
			continue
		}
		if node.Kind == yaml.MappingNode && i%2 == 1 && node.Content[i-1].Tag == "!!merge" {
			continue
		}
		plain.Content = append(plain.Content, expand(child))
	}
	return &plain
}

// merge adds the page's members to the whole. Only the containers that pages share are merged; anything else may stand once.
func merge(whole, page *yaml.Node, file, path string, from map[*yaml.Node]string) error {
	for i := 0; i+1 < len(page.Content); i += 2 {
		key, value := page.Content[i], page.Content[i+1]
		old := member(whole, key.Value)
		here := path + "/" + key.Value
		switch {
		case old == nil && shared(here):
			fresh := &yaml.Node{Kind: value.Kind, Tag: value.Tag}
			whole.Content = append(whole.Content, key, fresh)
			from[fresh] = file
			if err := join(fresh, value, file, here, from); err != nil {
				return err
			}
		case old == nil:
			whole.Content = append(whole.Content, key, value)
			from[value] = file
		case shared(here):
			if err := join(old, value, file, here, from); err != nil {
				return err
			}
		default:
			return fmt.Errorf("%s:%d: %s also stands in %s", file, key.Line, here, from[old])
		}
	}
	return nil
}

func join(whole, page *yaml.Node, file, here string, from map[*yaml.Node]string) error {
	if page.Kind == yaml.SequenceNode {
		whole.Content = append(whole.Content, page.Content...)
		return nil
	}
	return merge(whole, page, file, here, from)
}

func shared(path string) bool {
	return path == "/paths" || path == "/tags" || path == "/components" ||
		strings.HasPrefix(path, "/components/") && strings.Count(path, "/") == 2
}

func member(mapping *yaml.Node, key string) *yaml.Node {
	for i := 0; i+1 < len(mapping.Content); i += 2 {
		if mapping.Content[i].Value == key {
			return mapping.Content[i+1]
		}
	}
	return nil
}

func strip(node *yaml.Node) {
	if node.Kind == yaml.MappingNode {
		kept := node.Content[:0:0]
		for i := 0; i+1 < len(node.Content); i += 2 {
			if !strings.HasPrefix(node.Content[i].Value, "x-go-") {
				kept = append(kept, node.Content[i], node.Content[i+1])
			}
		}
		node.Content = kept
	}
	for _, child := range node.Content {
		strip(child)
	}
}

func write(name string, whole *yaml.Node) error {
	var out bytes.Buffer
	if strings.HasSuffix(name, "openapi.yaml") {
		out.WriteString("# Generated from api/spec by `go generate ./api`; edit the pages there.\n")
	}
	enc := yaml.NewEncoder(&out)
	enc.SetIndent(2)
	if err := enc.Encode(whole); err != nil {
		return err
	}
	return os.WriteFile(name, out.Bytes(), 0o644)
}
