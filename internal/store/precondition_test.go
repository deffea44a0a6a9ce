package store

import (
	"strconv"
	"strings"
	"testing"
)

// An If-Match that lets a version through names it, or any.
func FuzzParseMatch(f *testing.F) {
	for _, seed := range []string{`"1"`, `W/"1"`, "*", `"1-gzip"`, `"0", "1"`, "1", ",", `""`, ` `, "W/", `"W/"1""`, "1\x00"} {
		f.Add(seed, int64(1))
	}
	f.Fuzz(func(t *testing.T, header string, version int64) {
		m := ParseMatch(&header)
		if m.Required(version) == nil && !strings.Contains(header, "*") && !strings.Contains(header, strconv.FormatInt(version, 10)) {
			t.Errorf("%q lets version %d through", header, version)
		}
		if own := ParseMatch(new(ETag(version))); own.Required(version) != nil || own.Required(version+1) == nil {
			t.Errorf("the etag of version %d does not stand for it alone", version)
		}
	})
}
