package test

import (
	"encoding/json"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"xiaobao/config"
	"xiaobao/internal/authz"
	"xiaobao/internal/codelist"
	"xiaobao/internal/complaint"
	"xiaobao/internal/fault"
	"xiaobao/internal/inventory"
	"xiaobao/internal/servertest"
)

var update = flag.Bool("update", false, "write the generated files anew")

// generated compares a file of the repository with what it is made from. `go test ./test -run Generated -update` makes it.
func generated(t *testing.T, file, want string) {
	t.Helper()
	path := filepath.Join("..", filepath.FromSlash(file))
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	got, err := os.ReadFile(path)
	if err != nil || string(got) != want {
		t.Errorf("%s is stale (%v): go test ./test -run Generated -update", file, err)
	}
}

// The policy that ships, for people.
func TestGeneratedPermissions(t *testing.T) {
	text, err := fs.ReadFile(config.Files, "authz_policy.csv")
	if err != nil {
		t.Fatal(err)
	}
	p, err := authz.ParseCSV(text)
	if err != nil {
		t.Fatal(err)
	}
	generated(t, "docs/permissions.md", p.Markdown())
}

// The workflow and who may do its steps, for people.
func TestGeneratedWorkflow(t *testing.T) {
	text, err := fs.ReadFile(config.Files, "authz_policy.csv")
	if err != nil {
		t.Fatal(err)
	}
	p, err := authz.ParseCSV(text)
	if err != nil {
		t.Fatal(err)
	}
	codes, err := fs.Sub(config.Files, "codes")
	if err != nil {
		t.Fatal(err)
	}
	lists, err := codelist.Load(codes)
	if err != nil {
		t.Fatal(err)
	}
	generated(t, "docs/workflow.md", complaint.WorkflowMarkdown(func(list, code string) string { return lists.Label(list, code, "zh-CN") },
		func(q authz.Question, stage complaint.Stage) []string { return p.Holders(q, string(stage)) }))
}

// The inventory of personal information, for people.
func TestGeneratedInventory(t *testing.T) {
	list, err := inventory.Load(config.Files, config.Files)
	if err != nil {
		t.Fatal(err)
	}
	generated(t, "docs/inventory.md", list.Markdown())
}

// Every code of a problem, for people.
func TestGeneratedErrors(t *testing.T) {
	statuses := statusesOf(t)
	var b strings.Builder
	b.WriteString("# Problems 错误码\n\nEvery code that a request can be refused with. `GET /v1/problems` says the same to programs.\n")
	feature := ""
	for _, r := range fault.Declared() {
		name, _, _ := strings.Cut(r.Code, ".")
		if name != feature {
			feature = name
			fmt.Fprintf(&b, "\n## %s\n\n| Code | Status | English | 中文 | A request that meets it | What to do instead |\n|---|---|---|---|---|---|\n", name)
		}
		said := r.Title
		if r.Detail.EN != "" {
			said = r.Detail
		}
		cells := []string{"`" + r.Code + "`", fmt.Sprint(statuses[r.Code]), cell(said.EN), cell(said.ZH), cell(r.Causes), cell(r.Cures)}
		fmt.Fprintf(&b, "| %s |\n", strings.Join(cells, " | "))
	}
	generated(t, "docs/errors.md", b.String())
}

// cell keeps a text from breaking its table, and names in braces or angles from being taken for markup.
func cell(text string) string {
	return strings.NewReplacer("|", `\|`, "<", "&lt;", "\n", " ").Replace(text)
}

func statusesOf(t *testing.T) map[string]int {
	t.Helper()
	w := servertest.New(t, morning)
	var all struct {
		Data []struct {
			Code   string
			Status int
		}
	}
	if err := json.Unmarshal([]byte(w.Do(servertest.Request{Method: "GET", URL: "/v1/problems"}).Body), &all); err != nil {
		t.Fatal(err)
	}
	statuses := map[string]int{}
	for _, one := range all.Data {
		statuses[one.Code] = one.Status
	}
	return statuses
}

// The codes of problems as the contract lists them; scripts/generate carries them on.
func TestGeneratedProblemCodes(t *testing.T) {
	var b strings.Builder
	b.WriteString("# Generated from the declared faults: go test ./test -run Generated -update\n" +
		"components:\n  schemas:\n    KnownProblemCode:\n      type: string\n" +
		"      description: The codes of problems that this version can answer with; GET /v1/problems explains each.\n      enum:\n")
	for _, r := range fault.Declared() {
		fmt.Fprintf(&b, "        - %s\n", r.Code)
	}
	generated(t, "api/spec/problem_codes.yaml", b.String())
}
