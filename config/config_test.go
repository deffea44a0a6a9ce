package config

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "x.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// The environment goes before the file, the file before the defaults; a password is never shown.
func TestLayers(t *testing.T) {
	path := write(t, "listen: 127.0.0.1:1\nlanguage: en\n")
	c, err := Load(path, []string{"XIAOBAO_LISTEN=127.0.0.1:2", "XIAOBAO_DATABASE=mysql:u:geheim@tcp(h:3306)/x", "XIAOBAO_ORIGINS=https://a https://b", "HOME=x",
		"XIAOBAO_KEY=xbk_live_x", "XIAOBAO_KEY_2=xbk_live_y"})
	if err != nil {
		t.Fatal(err)
	}
	if c.Listen != "127.0.0.1:2" || c.Language != "en" || c.Currency != "CNY" || len(c.Origins) != 2 {
		t.Errorf("got %+v", c)
	}
	if text := c.String(); strings.Contains(text, "geheim") || !strings.Contains(text, "mysql:***@tcp(h:3306)/x") {
		t.Errorf("shown: %s", text)
	}
}

// All faults come at once, each with the name of its setting.
func TestAllFaultsAtOnce(t *testing.T) {
	_, err := Load(write(t, "listen: nowhere\ntime_zone: Mars\nlanguage: fr\ncurrency: yuan\n"), []string{"XIAOBAO_DATABSE=x", "XIAOBAO_DATABASE=postgres:x", "XIAOBAO_KEY_FILE="})
	for _, want := range []string{"listen: ", "time_zone: ", "language: ", "currency: ", "XIAOBAO_DATABSE: there is no such setting", "database: must begin", "key_file: is missing"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not told in: %v", want, err)
		}
	}
	if _, err := Load(write(t, "listne: x\n"), nil); err == nil || !strings.Contains(err.Error(), "listne") {
		t.Errorf("a mistyped setting: %v", err)
	}
}

// The example is one that loads.
func TestProductionExampleLoads(t *testing.T) {
	text, err := os.ReadFile("production.example.yaml")
	if err != nil {
		t.Fatal(err)
	}
	secret := write(t, "mysql:u:p@tcp(h:3306)/x\n")
	changed := strings.NewReplacer("/run/secrets/xiaobao-database", secret, "/etc/xiaobao", t.TempDir()).Replace(string(text))
	c, err := Load(write(t, changed), nil)
	if err != nil || c.Database != "mysql:u:p@tcp(h:3306)/x" {
		t.Errorf("got %v, %v", c.Database, err)
	}
}

// A file of the institution's own goes before the shipped one, and the others stay.
func TestOverridesGoFirst(t *testing.T) {
	folder := t.TempDir()
	if err := os.MkdirAll(filepath.Join(folder, "calendars"), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"2026.json": "own", "2031.json": "new"} {
		if err := os.WriteFile(filepath.Join(folder, "calendars", name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	files := Config{Overrides: folder}.FS()
	for name, want := range map[string]string{"calendars/2026.json": "own", "calendars/2031.json": "new"} {
		text, err := fs.ReadFile(files, name)
		if err != nil || string(text) != want {
			t.Errorf("%s = %q, %v", name, text, err)
		}
	}
	names, err := fs.Glob(files, "calendars/*.json")
	if err != nil || !slices.Contains(names, "calendars/2019.json") || !slices.Contains(names, "calendars/2031.json") {
		t.Errorf("names = %v, %v", names, err)
	}
}
