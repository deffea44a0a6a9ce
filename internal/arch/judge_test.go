package arch

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

// judge tells every broken rule in a sentence.
func judge(files []file) []string {
	var sentences []string
	explained, lines := map[string]bool{}, map[string]int{}
	for _, f := range files {
		explained[f.folder()] = explained[f.folder()] || f.syntax.Doc != nil
		if !f.generated {
			lines[f.folder()] += f.lines
		}
		sentences = append(sentences, f.judge()...)
	}
	for _, folder := range slices.Sorted(maps.Keys(explained)) {
		if name := short(folder); !slices.Contains(features, name) && !slices.ContainsFunc(rooms, named(name)) {
			sentences = append(sentences, fmt.Sprintf("%s is in no list: add %q to features or rooms in internal/arch/arch_test.go", folder, name))
		}
		if !explained[folder] {
			sentences = append(sentences, folder+" has no package comment: say in its doc.go what it is, what it guarantees and what it refuses")
		}
		if limit := max(packageLines, longer[short(folder)]); lines[folder] > limit {
			sentences = append(sentences, fmt.Sprintf("%s has %d lines, more than %d: it is two packages", folder, lines[folder], limit))
		}
	}
	return sentences
}

func (f file) judge() (sentences []string) {
	if namesOfNothing.MatchString(f.path) {
		sentences = append(sentences, f.path+" has a name that says nothing: name what it is about")
	}
	if !f.generated && f.lines > fileLines {
		sentences = append(sentences, fmt.Sprintf("%s has %d lines, more than %d: it is two ideas", f.path, f.lines, fileLines))
	}
	mine := f.rule()
	for _, imported := range f.imports() {
		if because := f.refusal(mine, imported); because != "" {
			sentences = append(sentences, fmt.Sprintf("%s imports %s: %s", f.path, strings.TrimPrefix(imported, "xiaobao/"), because))
		}
	}
	if f.generated {
		return sentences
	}
	for _, w := range f.words() {
		for _, ban := range bans {
			if homes := strings.Fields(ban.homes); ban.pattern.MatchString(w.text) && !slices.ContainsFunc(homes, f.isIn) {
				sentences = append(sentences, fmt.Sprintf("%s:%d holds %s: %s", f.path, w.line, ban.what, ban.because))
			}
		}
		if taken, ok := strings.CutPrefix(w.text, "store."); ok && mine.name == "http" && !slices.Contains(ofStore, taken) {
			sentences = append(sentences, fmt.Sprintf("%s:%d takes %s: %s", f.path, w.line, w.text, mine.because))
		}
	}
	return slices.Compact(sentences) // a line that breaks a rule twice is told once
}

// rule finds what holds for a file.
func (f file) rule() rule {
	if slices.Contains(features, f.room()) {
		stem := strings.TrimSuffix(path.Base(f.path), ".go")
		return kinds[slices.IndexFunc(kinds, func(k rule) bool {
			return k.name == "" || stem == k.name || strings.HasPrefix(stem, k.name+"_")
		})]
	}
	at := slices.IndexFunc(rooms, named(short(f.path)))
	if at < 0 {
		at = slices.IndexFunc(rooms, named(f.room()))
	}
	switch {
	case at < 0:
		return rule{because: "no list says what this package may import"}
	case rooms[at].may == "":
		return rule{because: "it rests on the standard library alone"}
	}
	return rule{may: rooms[at].may, because: "beyond the standard library it may import only " + rooms[at].may}
}

// refusal says why a file may not import a package; empty, if it may.
func (f file) refusal(mine rule, imported string) string {
	place := slices.Index(features, f.room())
	allowed := expand(mine.may, place)
	room, ours := strings.CutPrefix(imported, "xiaobao/")
	if !ours {
		if slices.ContainsFunc(allowed, func(module string) bool { return holds(module, imported) }) {
			return ""
		}
		return mine.because
	}
	switch room = short(room); {
	case slices.Contains(allowed, room):
		return ""
	case place >= 0 && slices.Index(features, room) > place:
		return f.room() + " stands before it in the order of the features"
	}
	return mine.because
}

// holds says whether a word of a list is the module that a package belongs to.
func holds(module, imported string) bool {
	return strings.Contains(module, ".") && strings.HasPrefix(imported+"/", module+"/")
}

// expand spells out the words that stand for many rooms. The place is the feature's in the order.
func expand(may string, place int) []string {
	var all []string
	for _, word := range strings.Fields(may) {
		switch word {
		case "below":
			all = append(all, features[:place]...)
		case "features":
			all = append(all, features...)
		case "every":
			all = append(all, features...)
			for _, r := range rooms {
				if !slices.Contains(forTests, r.name) {
					all = append(all, r.name)
				}
			}
		default:
			all = append(all, word)
		}
	}
	return all
}

func named(name string) func(rule) bool { return func(r rule) bool { return r.name == name } }

// TestJudgeFindsEachFault guards the checks themselves: a tree that breaks one rule is told so, a tree that breaks none is left alone.
func TestJudgeFindsEachFault(t *testing.T) {
	const complaint = "// Package complaint is a feature.\npackage complaint\n"
	for _, c := range []struct{ name, path, text, want string }{
		{"store file with gorm", "internal/complaint/store_list.go", complaint + `import _ "gorm.io/gorm/clause"`, ""},
		{"domain file with gorm", "internal/complaint/storage.go", complaint + `import _ "gorm.io/gorm"`,
			"internal/complaint/storage.go imports gorm.io/gorm: a domain file is pure"},
		{"another gorm", "internal/complaint/store.go", complaint + `import _ "gorm.io/gormer"`,
			"internal/complaint/store.go imports gorm.io/gormer: a store file knows rows and what its service knows"},
		{"feature below", "internal/complaint/service.go", complaint + `import _ "xiaobao/internal/organisation"`, ""},
		{"feature above", "internal/complaint/service_notice.go", complaint + `import _ "xiaobao/internal/report"`,
			"internal/complaint/service_notice.go imports internal/report: complaint stands before it in the order of the features"},
		{"domain file with a feature below", "internal/complaint/workflow.go", complaint + `import _ "xiaobao/internal/organisation"`,
			"internal/complaint/workflow.go imports internal/organisation: a domain file is pure"},
		{"HTTP file reading a version", "internal/complaint/http.go", complaint + "import \"xiaobao/internal/store\"\nvar _ = store.ParseMatch", ""},
		{"HTTP file writing", "internal/complaint/http.go", complaint + "import \"xiaobao/internal/store\"\nvar _ = store.Write",
			"internal/complaint/http.go:4 takes store.Write: an HTTP file translates between the contract and its own service"},
		{"service with the contract", "internal/complaint/service.go", complaint + `import _ "xiaobao/api"`,
			"internal/complaint/service.go imports api: a service acts through the store and on the features below it"},
		{"room that rests on nothing", "internal/fault/fault.go", "// Package fault.\npackage fault\nimport _ \"xiaobao/internal/id\"",
			"internal/fault/fault.go imports internal/id: it rests on the standard library alone"},
		{"module of its file", "internal/store/dialect.go", "// Package store.\npackage store\nimport _ \"modernc.org/sqlite\"", ""},
		{"module of another file", "internal/store/open.go", "// Package store.\npackage store\nimport _ \"github.com/pressly/goose/v3\"",
			"internal/store/open.go imports github.com/pressly/goose/v3: beyond the standard library it may import only actor fault id gorm.io/gorm"},
		{"test room in production", "internal/app/app.go", "// Package app.\npackage app\nimport _ \"xiaobao/internal/store/storetest\"",
			"internal/app/app.go imports internal/store/storetest: beyond the standard library it may import only " +
				rooms[slices.IndexFunc(rooms, named("app"))].may},
		{"unlisted package", "internal/shop/shop.go", "// Package shop.\npackage shop",
			`internal/shop is in no list: add "shop" to features or rooms in internal/arch/arch_test.go`},
		{"no package comment", "internal/money/money.go", "package money",
			"internal/money has no package comment: say in its doc.go what it is, what it guarantees and what it refuses"},
		{"name of nothing", "internal/complaint/types.go", complaint, "internal/complaint/types.go has a name that says nothing: name what it is about"},
		{"long file", "internal/complaint/decide.go", complaint + strings.Repeat("\n", fileLines),
			"internal/complaint/decide.go has 452 lines, more than 450: it is two ideas"},
		{"time of day", "internal/complaint/decide.go", complaint + "import \"time\"\nvar _ = time.Now()",
			"internal/complaint/decide.go:4 holds the time of day: time is passed in, so that tests can move it"},
		{"time of day where it belongs", "internal/worker/worker.go", "// Package worker.\npackage worker\nimport \"time\"\nvar _ = time.Now()", ""},
		{"status", "internal/answer/answer.go", "// Package answer.\npackage answer\nimport \"net/http\"\nvar _ = http.StatusTeapot",
			"internal/answer/answer.go:4 holds a status: server/problem.go alone chooses statuses; return a fault"},
		{"raw Exec", "internal/complaint/store.go", complaint + "func f(tx interface{ Exec(string) }) { tx.Exec(`DELETE`) }",
			"internal/complaint/store.go:3 holds raw Exec: rows change through the store, which audits them"},
		{"raw Exec on a call", "internal/complaint/store.go", complaint + "func f() { g().h.Exec(`DELETE`) }",
			"internal/complaint/store.go:3 holds raw Exec: rows change through the store, which audits them"},
		{"another door", "internal/session/store.go", "// Package session.\npackage session\nimport _ \"database/sql\"",
			"internal/session/store.go:3 holds database/sql: the store is the one door to the database"},
		{"AutoMigrate", "internal/store/open.go", "// Package store.\npackage store\nvar _ = g.AutoMigrate",
			"internal/store/open.go:3 holds AutoMigrate: tables change by the files in store/migrations"},
		{"SKIP LOCKED", "internal/store/lease.go", "// Package store.\npackage store\nconst q = `FOR UPDATE skip\n LOCKED`",
			"internal/store/lease.go:3 holds SKIP LOCKED: TiDB ignores it and Galera keeps it per node; claim rows by a conditional UPDATE"},
		{"engine's name", "internal/store/lease.go", "// Package store.\npackage store\nvar onMySQL bool",
			"internal/store/lease.go:3 holds an engine's name: what differs between engines stands in store/dialect.go"},
		{"engine's name in a comment", "internal/store/lease.go", "// Package store runs on SQLite.\npackage store", ""},
		{"engine's name where it belongs", "internal/store/dialect.go", "// Package store.\npackage store\nconst name = `sqlite`", ""},
		{"broken rule in a test", "internal/complaint/store_test.go", "package complaint\nimport _ \"database/sql\"", ""},
		{"another module", "scripts/bundle/main.go", "package main\nimport _ \"gorm.io/gorm\"", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			files, err := read(fstest.MapFS{c.path: {Data: []byte(c.text)}, "scripts/go.mod": {}, "go.mod": {}})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, strings.Join(judge(files), "\n")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestBigPackageIsTwo guards the limit that no single file reaches.
func TestBigPackageIsTwo(t *testing.T) {
	tree := fstest.MapFS{}
	for i := range packageLines/fileLines + 1 {
		tree[fmt.Sprintf("internal/money/part%d.go", i)] = &fstest.MapFile{Data: []byte("// Package money.\npackage money" + strings.Repeat("\n", fileLines-1))}
	}
	files, err := read(tree)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"internal/money has 3150 lines, more than 3000: it is two packages"}, judge(files)); diff != "" {
		t.Error(diff)
	}
}
