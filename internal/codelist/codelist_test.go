package codelist_test

import (
	"io/fs"
	"testing"
	"testing/fstest"

	"xiaobao/internal/codelist"
)

const channels = `
name: channel
version: 2026-11-24
title: {zh-CN: 渠道, en: Channel}
standard: S-1
items:
  - {code: phone, labels: {zh-CN: 电话, en: Telephone}}
  - {code: phones, labels: {zh-CN: 多部电话, en: Telephones}}
  - {code: website, labels: {zh-CN: 网站, en: Website}, standard: S-2}
  - {code: telex, labels: {zh-CN: 电传, en: Telex}, valid_to: 2026-03-31}
  - {code: app, parent: website, labels: {zh-CN: 客户端, en: App}, valid_from: 2026-04-01}
`

func mustLoad(t *testing.T, layers ...fs.FS) *codelist.Lists {
	t.Helper()
	lists, err := codelist.Load(layers...)
	if err != nil {
		t.Fatal(err)
	}
	return lists
}

func files(pairs ...string) fstest.MapFS {
	m := fstest.MapFS{}
	for i := 0; i < len(pairs); i += 2 {
		m[pairs[i]] = &fstest.MapFile{Data: []byte(pairs[i+1])}
	}
	return m
}

// TestPostable guards that a code is posted only on the days of its validity, both included, and that what was probably
// meant is told for a slip of the hand and for nothing else.
func TestPostable(t *testing.T) {
	lists := mustLoad(t, files("channel.yaml", channels))
	for _, c := range []struct {
		name, list, code, on string
		ok                   bool
		suggestion           string
	}{
		{"without dates", "channel", "phone", "2026-11-24", true, ""},
		{"last day", "channel", "telex", "2026-03-31", true, ""},
		{"retired", "channel", "telex", "2026-04-01", false, ""},
		{"day before the first", "channel", "app", "2026-03-31", false, ""},
		{"first day", "channel", "app", "2026-04-01", true, ""},
		{"one letter short", "channel", "webste", "2026-11-24", false, "website"},
		{"neighbours swapped", "channel", "wbesiet", "2026-11-24", false, "website"},
		{"three slips", "channel", "wexxxte", "2026-11-24", false, ""},
		{"capitals", "channel", "PHONE", "2026-11-24", false, "phone"},
		{"the nearer of two", "channel", "phonez", "2026-11-24", false, "phone"},
		{"a retired code is not suggested", "channel", "telexx", "2026-11-24", false, ""},
		{"all letters different", "channel", "x", "2026-11-24", false, ""},
		{"empty", "channel", "", "2026-11-24", false, ""},
		{"a label is no code", "channel", "电话", "2026-11-24", false, ""},
		{"no such list", "chanel", "phone", "2026-11-24", false, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			ok, suggestion := lists.Postable(c.list, c.code, c.on)
			if ok != c.ok || suggestion != c.suggestion {
				t.Errorf("Postable(%q, %q, %s) = %v, %q; want %v, %q", c.list, c.code, c.on, ok, suggestion, c.ok, c.suggestion)
			}
		})
	}
}

// TestLabel guards that a record is readable in both languages for ever, whatever became of its code.
func TestLabel(t *testing.T) {
	lists := mustLoad(t, files("channel.yaml", channels))
	for _, c := range []struct{ list, code, language, want string }{
		{"channel", "phone", "zh-CN", "电话"},
		{"channel", "phone", "zh", "电话"},
		{"channel", "phone", "en", "Telephone"},
		{"channel", "telex", "zh-CN", "电传"},
		{"channel", "carrier_pigeon", "zh-CN", "carrier_pigeon"},
		{"chanel", "phone", "en", "phone"},
	} {
		got := lists.Label(c.list, c.code, c.language)
		if got != c.want {
			t.Errorf("Label(%q, %q, %q) = %q; want %q", c.list, c.code, c.language, got, c.want)
		}
	}
}

// TestItemTellsItsStandard guards that every item says whose code it is, also where two standards share a list.
func TestItemTellsItsStandard(t *testing.T) {
	list, _ := mustLoad(t, files("channel.yaml", channels)).Get("channel")
	for code, want := range map[string]string{"phone": "S-1", "website": "S-2"} {
		item, _ := list.Item(code)
		if item.Standard != want {
			t.Errorf("%s has standard %q; want %q", code, item.Standard, want)
		}
	}
}

// TestReplace guards that an institution's list takes the place of the whole shipped one, and of no other.
func TestReplace(t *testing.T) {
	shipped := files("channel.yaml", channels, "other.yaml", sound("other", "a", "b"))
	before := mustLoad(t, shipped)
	after := mustLoad(t, shipped, files("channel.yaml", sound("channel", "desk"), "README.txt", "ours"))

	list, _ := after.Get("channel")
	if len(list.Items) != 1 || list.Items[0].Code != "desk" {
		t.Errorf("the institution's list is not in force: %v", list.Items)
	}
	for name, changed := range map[string]bool{"channel": true, "other": false} {
		was, _ := before.Get(name)
		is, _ := after.Get(name)
		if (was.Digest != is.Digest) != changed || len(is.Digest) != 64 {
			t.Errorf("digest of %s: %q, then %q", name, was.Digest, is.Digest)
		}
	}
}
