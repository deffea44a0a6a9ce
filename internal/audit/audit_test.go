package audit

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	table    = regexp.MustCompile(`(?s)CREATE TABLE (\w+) \((.*)`)
	ownID    = regexp.MustCompile(`^\s*id VARCHAR`)
	belonged = regexp.MustCompile(`\b(complaint_id|subject_id) VARCHAR`)
	linking  = regexp.MustCompile(`PRIMARY KEY \((\w+)_id, complaint_id\)|PRIMARY KEY \(complaint_id, (\w+)_id\)`)
)

// TestNothingThatBelongsIsForgotten guards never-and-must 7: each table whose rows have an id and belong to a complaint, or are linked to complaints, is known
// to the trail, so that whoever is named in the complaint is not told of them.
func TestNothingThatBelongsIsForgotten(t *testing.T) {
	files, err := filepath.Glob("../store/migrations/*.sql")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	found := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for statement := range strings.SplitSeq(string(text), ";\n") {
			m := table.FindStringSubmatch(statement)
			if m == nil {
				continue
			}
			name := m[1]
			if link := linking.FindStringSubmatch(m[2]); link != nil {
				name = link[1] + link[2]
			} else if !ownID.MatchString(m[2]) || !belonged.MatchString(m[2]) {
				continue
			}
			found++
			if !slices.ContainsFunc(belongs, func(b struct{ table, complaint string }) bool { return b.table == name }) {
				t.Errorf("%s: rows of %s belong to complaints: add the table to belongs in store.go", filepath.Base(file), name)
			}
		}
	}
	if found < 6 {
		t.Errorf("only %d tables were recognised", found)
	}
}
