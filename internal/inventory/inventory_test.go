package inventory

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"gorm.io/gorm/schema"

	"xiaobao/config"
	"xiaobao/internal/contract"
)

// TestNothingIsLeftOut guards that the list is whole: every column that seals a personal value or finds one again, and every property of the contract that
// carries one, stands in config/inventory.yaml, and nothing else does.
func TestNothingIsLeftOut(t *testing.T) {
	list, err := Load(config.Files, config.Files)
	if err != nil {
		t.Fatal(err)
	}
	sealed, indexes := personalColumns(t)
	columns := slices.Sorted(slices.Values(slices.Concat(sealed, indexes)))
	if len(columns) < 40 {
		t.Fatalf("only %d columns were found", len(columns))
	}
	// By this list everything is sealed again after a rotation.
	if got := slices.Sorted(slices.Values(list.Sealed())); !slices.Equal(got, sealed) {
		t.Errorf("the list takes for sealed\n%s, and sealed are\n%s", got, sealed)
	}
	text, err := os.ReadFile("../../openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	read, err := contract.Read(text)
	if err != nil {
		t.Fatal(err)
	}
	c, err := contract.Load(read)
	if err != nil {
		t.Fatal(err)
	}
	for _, sentence := range judge(list, columns, c.PII()) {
		t.Error(sentence)
	}
}

// judge tells what the list lacks and what it names for nothing, and what is to be written.
func judge(list Inventory, columns, properties []string) (sentences []string) {
	say := func(format string, args ...any) { sentences = append(sentences, fmt.Sprintf(format, args...)) }
	for _, column := range columns {
		if !slices.Contains(list.Columns(), column) {
			say("the column %[1]s holds personal data and is not in the inventory; add to items of config/inventory.yaml, then go test ./test -run Generated -update:\n"+
				"  - column: %[1]s\n    item: {zh: <信息项>, en: <what it is>}\n    class: C2 # C1, C2, C3 of JR/T 0171; no line when it is no data of a consumer\n"+
				"    level: sensitive # core, important, sensitive, other\n    use: complaint # one of uses\n    properties: [] # of the contract, with x-pii", column)
		}
	}
	for _, column := range list.Columns() {
		if !slices.Contains(columns, column) {
			say("config/inventory.yaml names the column %s, which no row seals or finds by any more: take the item away", column)
		}
	}
	for _, property := range properties {
		if !slices.Contains(list.Properties(), property) {
			say("the property %[1]s has x-pii and is not in the inventory; add it to the properties of the item in config/inventory.yaml that it carries: properties: [..., %[1]s]\n"+
				"  or, when it is not stored, as an item without column:\n  - item: {zh: <信息项>, en: <what it is>}\n    class: C2\n    level: sensitive\n    use: complaint\n    properties: [%[1]s]", property)
		}
	}
	for _, property := range list.Properties() {
		if !slices.Contains(properties, property) {
			say("config/inventory.yaml names the property %s, which has no x-pii in the contract any more: take it away", property)
		}
	}
	return sentences
}

// The judge sees each way of being wrong, and says what to write.
func TestJudge(t *testing.T) {
	list := Inventory{Items: []Item{{Column: "a.b", Properties: []string{"A.b"}}}}
	got := strings.Join(judge(list, []string{"a.c"}, []string{"A.c"}), "\n")
	for _, want := range []string{"- column: a.c\n", "names the column a.b,", "properties: [A.c]", "names the property A.b,"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing in %s", want, got)
		}
	}
	if got := judge(list, []string{"a.b"}, []string{"A.b"}); got != nil {
		t.Error(got)
	}
}

// personalColumns reads the rows of all packages: their fields of type pii.Sealed, and their blind indexes.
func personalColumns(t *testing.T) (sealed, indexes []string) {
	t.Helper()
	rows, tables := map[string]*ast.StructType{}, map[string]string{}
	err := filepath.WalkDir("..", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		in := filepath.Dir(path) + "."
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.TypeSpec:
				if s, ok := n.Type.(*ast.StructType); ok {
					rows[in+n.Name.Name] = s
				}
			case *ast.FuncDecl:
				if n.Name.Name == "TableName" && n.Recv != nil {
					tables[in+n.Recv.List[0].Type.(*ast.Ident).Name] = literal(t, n.Body.List[0].(*ast.ReturnStmt).Results[0])
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for row, s := range rows {
		for _, field := range s.Fields.List {
			for _, name := range field.Names {
				if personal(field, name.Name) {
					if tables[row] == "" {
						t.Errorf("%s.%s seals a value and its type has no TableName: nobody can say where it is stored", row, name.Name)
					}
					column := tables[row] + "." + columnOf(t, field, name.Name)
					if _, index := field.Type.(*ast.ArrayType); index {
						indexes = append(indexes, column)
					} else {
						sealed = append(sealed, column)
					}
				}
			}
		}
	}
	slices.Sort(sealed)
	return sealed, indexes
}

// personal says that a field seals a value, or is a blind index of one.
func personal(field *ast.Field, name string) bool {
	switch kind := field.Type.(type) {
	case *ast.SelectorExpr:
		of, ok := kind.X.(*ast.Ident)
		return ok && of.Name == "pii" && kind.Sel.Name == "Sealed"
	case *ast.ArrayType:
		of, ok := kind.Elt.(*ast.Ident)
		return ok && of.Name == "byte" && strings.HasSuffix(name, "Index") && field.Tag != nil
	}
	return false
}

func columnOf(t *testing.T, field *ast.Field, name string) string {
	t.Helper()
	if field.Tag != nil {
		for part := range strings.SplitSeq(reflect.StructTag(literal(t, field.Tag)).Get("gorm"), ";") {
			if column, named := strings.CutPrefix(part, "column:"); named {
				return column
			}
		}
	}
	return schema.NamingStrategy{}.ColumnName("", name)
}

func literal(t *testing.T, e ast.Expr) string {
	t.Helper()
	text, err := strconv.Unquote(e.(*ast.BasicLit).Value)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

const good = `version: 2026-01-01
class_source: {zh: 级, en: class}
level_source: {zh: 等, en: level}
uses:
  complaint: {purposes: [complaint_handling, audit, legal_claims], retention: {years: 3, from: {zh: 办结, en: closing}, official: true, source: {zh: 法, en: law}}}
items:
  - {column: a.b, item: {zh: 甲, en: a}, class: C2, level: sensitive, use: complaint, properties: [A.b]}
`

// A list of the institution's own keeps every item of the product's; all that is wrong with it is told at once.
func TestLoad(t *testing.T) {
	file := func(text string) fs.FS { return fstest.MapFS{"inventory.yaml": {Data: []byte(text)}} }
	list, err := Load(file(good), file(strings.Replace(good, "years: 3", "years: 5", 1)))
	if err != nil || list.Items[0].Retention.Years != 5 || !slices.Equal(list.Items[0].Bases(), []string{"law"}) {
		t.Fatal(list, err)
	}
	if text := list.Markdown(); !strings.Contains(text, "| 甲 a | `a.b` | C2 | sensitive | complaint_handling, audit, legal_claims | law | — | — | 5 years from closing（办结起 5 年）; [law] 法 law |") {
		t.Error(text)
	}
	for text, wants := range map[string][]string{
		strings.Replace(good, "a.b", "a.c", 1): {"the column a.b is missing", "there is no column a.c"},
		strings.Replace(good, "A.b", "A.c", 1): {"the property A.b is missing", "there is no property A.c"},
		strings.NewReplacer("C2", "C9", "sensitive", "grave", "audit", "fun", "years: 3", "years: 0", "en: a}", "en: ''}", "version: 2026-01-01", "version: ''").Replace(good): {"C9", "grave", "fun",
			"retention needs years", "item needs zh and en", "version, class_source"},
		good + "  - {column: a.b, item: {zh: 甲, en: a}, level: other, use: nothing}\n  - {item: {zh: 甲, en: a}, level: other, use: complaint}\n": {"stands there twice", `use "nothing"`, "neither a column"},
		good + "surplus: 1\n": {"surplus"},
		strings.Replace(good, "purposes:", "collected: {zh: 甲}, purposes:", 1): {"words need zh and en"},
	} {
		_, err := Load(file(good), file(text))
		for _, want := range wants {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%q is not told: %v", want, err)
			}
		}
	}
}
