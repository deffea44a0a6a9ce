package token

import (
	"strings"
	"testing"
)

// A mistyped token is told from a wrong one without a look-up.
func TestChecksumCatchesEveryMistypedLetter(t *testing.T) {
	for _, kind := range []Kind{Key, Access, Refresh} {
		text := New(kind)
		if got, ok := Parse(text); !ok || got != kind {
			t.Fatalf("Parse(%s) = %s, %v", text, got, ok)
		}
		for i := range text {
			wrong := text[:i] + map[bool]string{true: "b", false: "a"}[text[i] == 'a'] + text[i+1:]
			if _, ok := Parse(wrong); ok {
				t.Errorf("letter %d changed: %s was taken", i, wrong)
			}
		}
		if _, ok := Parse(text + "0"); ok {
			t.Error("a longer token was taken")
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(New(Key))
	f.Add("xbk_live_")
	f.Fuzz(func(t *testing.T, text string) {
		if kind, ok := Parse(text); ok && !strings.HasPrefix(text, string(kind)) {
			t.Errorf("%q was taken as %s", text, kind)
		}
	})
}
