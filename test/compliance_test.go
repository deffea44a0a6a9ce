package test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"xiaobao/internal/contract"
	"xiaobao/internal/servertest"
)

// compliance is testdata/compliance.yaml: the rules that are served, by their numbers in the handbook's table.
type compliance struct {
	Rules []struct {
		Number            int
		Zh, En            string
		Missing           *struct{ Zh, En string } // what is not served of it
		Operations, Tests []string
		Parameters        []parameter
	}
}

// A parameter stands in a file, where it can be changed: a term of a rule set, or all that the file says.
type parameter struct {
	File, Term string // limits.statutory
}

// TestGeneratedCompliance keeps docs/compliance.md to what is there: each operation is in the contract, each test is one of this folder, and each number is read
// from the file that sets it.
func TestGeneratedCompliance(t *testing.T) {
	var all compliance
	text, err := os.ReadFile("testdata/compliance.yaml")
	if err != nil {
		t.Fatal(err)
	}
	decoder := yaml.NewDecoder(strings.NewReader(string(text)))
	decoder.KnownFields(true)
	if err := decoder.Decode(&all); err != nil {
		t.Fatal(err)
	}
	operations, tests := operationPaths(t), testFiles(t)
	var b strings.Builder
	b.WriteString("# Which rules are served 合规对照\n\nThe rules of the handbook's table that this version serves, whole or in part, with the operations that serve them and the tests that show it. " +
		"What is not listed is not served.\nA number of ours, and not of the law, says [ours].\n\n" +
		"| # | Rule 规则 | State 状态 | Operations 接口 | Tests 测试 | Parameters 参数 |\n|---|---|---|---|---|---|\n")
	last := 0
	for _, r := range all.Rules {
		if r.Number <= last || r.Zh == "" || r.En == "" || len(r.Operations) == 0 || len(r.Tests) == 0 {
			t.Errorf("rule %d after %d: the numbers rise, and each has words, operations and tests", r.Number, last)
		}
		last = r.Number
		state := "served 已实现"
		if r.Missing != nil {
			state = fmt.Sprintf("partly 部分; missing: %s 尚缺：%s", r.Missing.En, r.Missing.Zh)
		}
		var served, shown, set []string
		for _, id := range r.Operations {
			if operations[id] == "" {
				t.Errorf("rule %d: no operation %s", r.Number, id)
			}
			served = append(served, fmt.Sprintf("`%s` %s", id, operations[id]))
		}
		for _, name := range r.Tests {
			if tests[name] == "" {
				t.Errorf("rule %d: no test %s", r.Number, name)
			}
			shown = append(shown, fmt.Sprintf("[%s](../test/%s)", name, tests[name]))
		}
		for _, p := range r.Parameters {
			set = append(set, p.markdown(t))
		}
		fmt.Fprintf(&b, "| %d | %s %s | %s | %s | %s | %s |\n", r.Number, cell(r.En), cell(r.Zh), cell(state), strings.Join(served, "<br>"), strings.Join(shown, "<br>"), strings.Join(set, "<br>"))
	}
	generated(t, "docs/compliance.md", b.String())
}

// operationPaths are the contract's operations as one calls them, by their ids.
func operationPaths(t *testing.T) map[string]string {
	t.Helper()
	c, err := contract.Load(servertest.Contract())
	if err != nil {
		t.Fatal(err)
	}
	paths := map[string]string{}
	for _, op := range c.Operations() {
		paths[op.ID] = op.Method + " " + op.Path
	}
	return paths
}

// testFiles are the files of this folder's tests, by their names.
func testFiles(t *testing.T) map[string]string {
	t.Helper()
	files, err := filepath.Glob("*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for _, file := range files {
		tree, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range tree.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && strings.HasPrefix(f.Name.Name, "Test") {
				found[f.Name.Name] = file
			}
		}
	}
	return found
}

// markdown is the parameter as its file sets it now: the last entry of a term, or the file alone.
func (p parameter) markdown(t *testing.T) string {
	t.Helper()
	link := fmt.Sprintf("[%s](../%s)", p.File, p.File)
	text, err := os.ReadFile(filepath.Join("..", filepath.FromSlash(p.File)))
	if err != nil {
		t.Fatal(err)
	}
	if p.Term == "" {
		return link
	}
	var rules map[string]yaml.Node
	if err := yaml.Unmarshal(text, &rules); err != nil {
		t.Fatal(err)
	}
	kind, name, _ := strings.Cut(p.Term, ".")
	var terms map[string][]struct {
		Value    int
		Unit     string
		ToDay    int `yaml:"to_day"`
		Approver string
		Official bool
	}
	node := rules[kind]
	if err := node.Decode(&terms); err != nil || len(terms[name]) == 0 {
		t.Fatalf("%s has no %s: %v", p.File, p.Term, err)
	}
	last := terms[name][len(terms[name])-1]
	said := fmt.Sprintf("%d %s", last.Value, last.Unit)
	if last.ToDay > 0 {
		said = fmt.Sprintf("to day %d, approver %s", last.ToDay, last.Approver)
	}
	if !last.Official {
		said += " [ours]"
	}
	return fmt.Sprintf("%s: %s (%s)", strings.ReplaceAll(name, "_", " "), strings.ReplaceAll(said, "_", " "), link)
}
