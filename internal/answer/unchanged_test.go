package answer

import "testing"

// What proxies do to a tag does not make a client fetch again what it has.
func TestUnchanged(t *testing.T) {
	for sent, want := range map[string]bool{`"a"`: true, `W/"a"`: true, `"a-gzip"`: true, `"b", "a"`: true, "*": true, `"b"`: false, "": false, `"aa"`: false} {
		if got := Unchanged(&sent, `"a"`); got != want {
			t.Errorf("%s: %v", sent, got)
		}
	}
	if Unchanged(nil, `"a"`) {
		t.Error("nothing was sent")
	}
}
