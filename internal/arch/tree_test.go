package arch

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"strconv"
	"strings"
)

// file is a Go file of production code.
type file struct {
	path      string // from the root of the module
	syntax    *ast.File
	positions *token.FileSet
	lines     int
	generated bool
}

// read parses the module's production code. Tests, test data and modules inside the module are left out.
func read(root fs.FS) ([]file, error) {
	var files []file
	err := fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			return enter(root, name)
		}
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		text, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		f := file{path: name, positions: token.NewFileSet(), lines: bytes.Count(text, []byte("\n"))}
		f.syntax, err = parser.ParseFile(f.positions, name, text, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		f.generated = ast.IsGenerated(f.syntax)
		files = append(files, f)
		return nil
	})
	return files, err
}

func enter(root fs.FS, folder string) error {
	if folder == "." {
		return nil
	}
	_, err := fs.Stat(root, path.Join(folder, "go.mod"))
	if base := path.Base(folder); err == nil || strings.HasPrefix(base, ".") || base == "testdata" {
		return fs.SkipDir
	}
	return nil
}

func (f file) folder() string { return path.Dir(f.path) }

func (f file) room() string { return short(f.folder()) }

// isIn says whether the file is, or is in, what a list names.
func (f file) isIn(name string) bool { return name == f.room() || name == short(f.path) }

// short names a folder or a file as the lists do.
func short(path string) string { return strings.TrimPrefix(path, "internal/") }

// imports are the packages beyond the standard library.
func (f file) imports() (packages []string) {
	for _, i := range f.syntax.Imports {
		name, _ := strconv.Unquote(i.Path.Value) // the parser has checked it
		if first, _, _ := strings.Cut(name, "/"); first == "xiaobao" || strings.Contains(first, ".") {
			packages = append(packages, name)
		}
	}
	return packages
}

type word struct {
	text string
	line int
}

// words are what the bans read: names as they are used, calls of methods, texts, imports.
func (f file) words() (words []word) {
	add := func(n ast.Node, text string) {
		words = append(words, word{text, f.positions.Position(n.Pos()).Line})
	}
	ast.Inspect(f.syntax, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ImportSpec:
			add(n, "import "+n.Path.Value)
			return false
		case *ast.CallExpr:
			if method, ok := n.Fun.(*ast.SelectorExpr); ok {
				add(method.Sel, "."+method.Sel.Name+"(")
			}
		case *ast.SelectorExpr:
			if of, ok := n.X.(*ast.Ident); ok {
				add(n, of.Name+"."+n.Sel.Name)
			}
		case *ast.Ident:
			add(n, n.Name)
		case *ast.BasicLit:
			if n.Kind == token.STRING {
				add(n, n.Value)
			}
		}
		return true
	})
	return words
}
