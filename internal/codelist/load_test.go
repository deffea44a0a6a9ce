package codelist_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"xiaobao/internal/codelist"
)

// sound is a list without a fault.
func sound(name string, codes ...string) string {
	var b strings.Builder
	b.WriteString("name: " + name + "\nversion: 2026-11-24\ntitle: {zh-CN: 题, en: T}\nitems:\n")
	for _, code := range codes {
		b.WriteString("  - {code: " + code + ", labels: {zh-CN: 项, en: I}}\n")
	}
	return b.String()
}

func with(name string, items ...string) string {
	return sound(name) + "  - {" + strings.Join(items, "}\n  - {") + "}\n"
}

const labels = "labels: {zh-CN: 项, en: I}"

// TestLoadRefuses guards that a list with a fault never comes into force, and what the operator reads about it.
func TestLoadRefuses(t *testing.T) {
	for _, c := range []struct{ name, file, body, want string }{
		{"empty file", "a.yaml", "", "a.yaml: the file is empty"},
		{"second document", "a.yaml", sound("a", "x") + "---\nname: b\n", "a.yaml: the file holds more than one document"},
		{"ending", "a.yml", sound("a", "x"), "a.yml: the name of a code list ends in .yaml"},
		{"name", "a.yaml", sound("b", "x"), `a.yaml: the list is named "b", not like its file`},
		{"version", "a.yaml", strings.Replace(sound("a", "x"), "2026-11-24", "v1", 1), "a.yaml: version has to be a date like 2026-11-24"},
		{"title", "a.yaml", strings.Replace(sound("a", "x"), ", en: T", "", 1), "a.yaml: title: en is missing"},
		{"no code", "a.yaml", sound("a"), "a.yaml: the list holds no code"},
		{"code missing", "a.yaml", with("a", labels), "a.yaml: item 1: a code is 1 to 64 lower-case letters and digits, joined by single _ or -"},
		{"code capital", "a.yaml", sound("a", "Phone"), "a.yaml: Phone: a code is 1 to 64 lower-case letters and digits, joined by single _ or -"},
		{"code too long", "a.yaml", sound("a", strings.Repeat("x", 65)), "a.yaml: " + strings.Repeat("x", 65) + ": a code is 1 to 64 lower-case letters and digits, joined by single _ or -"},
		{"duplicate", "a.yaml", sound("a", "x", "x"), "a.yaml: x: the code stands in the list twice"},
		{"label missing", "a.yaml", with("a", "code: x, labels: {en: I}"), "a.yaml: x: labels: zh-CN is missing"},
		{"label blank", "a.yaml", with("a", `code: x, labels: {zh-CN: 项, en: " "}`), "a.yaml: x: labels: en has to be one line without blanks around it"},
		{"parent unknown", "a.yaml", with("a", "code: x, parent: y, "+labels), "a.yaml: x: its parent y is not in the list"},
		{"parent itself", "a.yaml", with("a", "code: x, parent: x, "+labels), "a.yaml: x: its parents lead back to itself"},
		{"ring is told once", "a.yaml", with("a", "code: w, parent: x, "+labels, "code: x, parent: z, "+labels, "code: y, parent: x, "+labels, "code: z, parent: y, "+labels),
			"a.yaml: x: its parents lead back to itself"},
		{"date", "a.yaml", with("a", "code: x, valid_from: 2026-02-30, "+labels), "a.yaml: x: valid_from has to be a date like 2026-11-24"},
		{"other date", "a.yaml", with("a", "code: x, valid_to: later, "+labels), "a.yaml: x: valid_to has to be a date like 2026-11-24"},
		{"dates crossed", "a.yaml", with("a", "code: x, valid_from: 2026-02-02, valid_to: 2026-02-01, "+labels), "a.yaml: x: valid_to lies before valid_from"},
		{"basis elsewhere", "a.yaml", with("a", "code: x, basis: law, "+labels), "a.yaml: x: basis belongs to refusal_reason alone"},
		{"tier elsewhere", "a.yaml", with("a", "code: x, tier: special, "+labels), "a.yaml: x: tier belongs to extension_reason alone"},
		{"duties elsewhere", "a.yaml", with("a", "code: x, permissions: [report.create], "+labels), "a.yaml: x: permissions and kinds belong to duty alone"},
		{"duty without permissions", "duty.yaml", with("duty", "code: x, kinds: [audit], "+labels), "duty.yaml: x: permissions are missing"},
		{"no basis", "refusal_reason.yaml", with("refusal_reason", "code: x, "+labels), "refusal_reason.yaml: x: basis has to be law or internal"},
		{"invented ground in law", "refusal_reason.yaml", with("refusal_reason", "code: too_late, basis: law, "+labels),
			"refusal_reason.yaml: too_late: the only refusal with its basis in law is not_from_complainant_or_authorised; this one is internal"},
		{"no tier", "extension_reason.yaml", with("extension_reason", "code: x, "+labels), "extension_reason.yaml: x: tier has to be complex or special"},
	} {
		t.Run(c.name, func(t *testing.T) {
			lists, err := codelist.Load(files(c.file, c.body))
			if err == nil || lists != nil {
				t.Fatal("it was loaded")
			}
			if diff := cmp.Diff(c.want, err.Error()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestLoadRefusesUnknownMembers guards that a misspelt member is not read as a missing one.
func TestLoadRefusesUnknownMembers(t *testing.T) {
	_, err := codelist.Load(files("a.yaml", with("a", "code: x, valid_til: 2026-01-01, "+labels)))
	if err == nil || !strings.HasPrefix(err.Error(), "a.yaml: ") || !strings.Contains(err.Error(), "valid_til") {
		t.Errorf("it says %v", err)
	}
}

// TestLoadTellsAllFaults guards that an operator mends all files in one go.
func TestLoadTellsAllFaults(t *testing.T) {
	_, err := codelist.Load(files(
		"a.yaml", with("a", "code: x, parent: y, labels: {en: I}", "code: x, "+labels),
		"b.yaml", "name: [",
		"c.yaml", sound("c"),
	))
	want := []string{"a.yaml: x: its parent y", "a.yaml: x: labels: zh-CN", "a.yaml: x: the code stands", "b.yaml: yaml: ", "c.yaml: the list holds"}
	lines := strings.Split(err.Error(), "\n")
	if len(lines) != len(want) {
		t.Fatalf("%d lines, want %d:\n%v", len(lines), len(want), err)
	}
	for i, line := range lines {
		if !strings.HasPrefix(line, want[i]) {
			t.Errorf("line %d is %q; want %q ...", i+1, line, want[i])
		}
	}
}

// TestReplacementRefused guards that an institution's list is one that is read, and keeps what the program decides by.
func TestReplacementRefused(t *testing.T) {
	required := strings.Replace(sound("source", "own", "pboc"), "items:", "required: true\nitems:", 1)
	shipped := files("source.yaml", required, "cause.yaml", sound("cause", "other"))
	for _, c := range []struct{ name, file, body, want string }{
		{"misspelt name", "sorce.yaml", sound("sorce", "own"), "sorce.yaml: there is no such code list to replace; did you mean source?"},
		{"unknown name", "weather.yaml", sound("weather", "rain"), "weather.yaml: there is no such code list to replace"},
		{"code dropped", "source.yaml", sound("source", "own", "village"), "source.yaml: pboc: the program decides by this code, so it has to stay in the list"},
		{"code retired", "source.yaml", with("source", "code: own, "+labels, "code: pboc, valid_to: 2026-12-31, "+labels),
			"source.yaml: pboc: the program decides by this code, so its validity cannot be changed"},
		{"code added", "source.yaml", sound("source", "village", "own", "pboc"), ""},
		{"other list", "cause.yaml", sound("cause", "claims"), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			lists, err := codelist.Load(shipped, files(c.file, c.body))
			got := ""
			if err != nil {
				got = err.Error()
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Fatal(diff)
			}
			if err == nil && len(lists.Names()) != 2 {
				t.Errorf("the lists are %v", lists.Names())
			}
		})
	}
}

// FuzzLoad guards that whatever stands in an institution's file, it is refused or every promise about its codes holds.
func FuzzLoad(f *testing.F) {
	f.Add(channels)
	f.Add(sound("channel", "x", "x"))
	f.Add(with("channel", "code: x, parent: y, "+labels, "code: y, parent: x, "+labels))
	f.Add("name: &a channel\nitems: *a")
	f.Fuzz(func(t *testing.T, body string) {
		lists, err := codelist.Load(fstest.MapFS{"channel.yaml": {Data: []byte(body)}})
		if err != nil {
			return
		}
		list, _ := lists.Get("channel")
		for _, item := range list.Items {
			found, known := list.Item(item.Code)
			if !known || !cmp.Equal(found, item) {
				t.Errorf("%q is not found", item.Code)
			}
			if lists.Label("channel", item.Code, "zh-CN") == "" || lists.Label("channel", item.Code, "en") == "" {
				t.Errorf("%q lacks a label", item.Code)
			}
			steps := 0
			for up := item; up.Parent != ""; steps++ {
				up, known = list.Item(up.Parent)
				if !known || steps > len(list.Items) {
					t.Fatalf("the parents of %q end nowhere", item.Code)
				}
			}
		}
	})
}

// TestRightOfACauseIsOne guards that what a decision proposes is a right that the list of them has, and that no other list proposes one.
func TestRightOfACauseIsOne(t *testing.T) {
	right := func(list, code string) string { return with(list, "code: x, right: "+code+", "+labels) }
	lists, err := codelist.Load(files("cause.yaml", right("cause", "respect"), "infringed_right.yaml", sound("infringed_right", "respect")))
	if err != nil || lists.Right("x") != "respect" || lists.Right("y") != "" {
		t.Errorf("%v", err)
	}
	for file, want := range map[string]string{"cause": "cause.yaml: x: its right honour is not in the list", "source": "source.yaml: x: right belongs to cause alone"} {
		_, err := codelist.Load(files(file+".yaml", right(file, "honour"), "infringed_right.yaml", sound("infringed_right", "respect")))
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: %v, want %s", file, err, want)
		}
	}
}
