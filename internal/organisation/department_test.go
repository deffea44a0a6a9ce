package organisation

import (
	"strings"
	"testing"

	"xiaobao/internal/fault"
)

// A department takes all below it along, and never comes to stand below itself.
func TestHang(t *testing.T) {
	at := func(path string) Department {
		ids := strings.Split(strings.Trim(path, "/"), "/")
		return Department{ID: ids[len(ids)-1], Path: path}
	}
	deep := "/a/" + strings.Repeat("x/", maxDepth-2)
	for _, c := range []struct {
		name, moved, parent, below string
		want                       *fault.Reason
		path, belowPath            string
	}{
		{"sideways", "/a/b/", "/a/c/", "/a/b/d/", nil, "/a/c/b/", "/a/c/b/d/"},
		{"up", "/a/b/c/", "/a/", "/a/b/c/d/", nil, "/a/c/", "/a/c/d/"},
		{"below itself", "/a/b/", "/a/b/", "/a/b/d/", cycle, "/a/b/", "/a/b/d/"},
		{"below its child", "/a/b/", "/a/b/d/", "/a/b/d/", cycle, "/a/b/", "/a/b/d/"},
		{"the root", "/a/", "/a/b/", "/a/b/", cycle, "/a/", "/a/b/"},
		{"beside one whose id begins alike", "/a/b/", "/a/bb/", "/a/b/d/", nil, "/a/bb/b/", "/a/bb/b/d/"},
		{"as deep as can be", "/b/", deep, "", nil, deep + "b/", ""},
		{"its child too deep", "/b/", deep, "/b/c/", tooDeep, deep + "b/", deep + "b/c/"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := at(c.moved)
			var below []Department
			if c.below != "" {
				below = append(below, at(c.below))
			}
			if got := d.hang(at(c.parent), below); got != c.want {
				t.Errorf("refused with %v", got)
			}
			if d.Path != c.path || c.below != "" && below[0].Path != c.belowPath {
				t.Errorf("%s %v", d.Path, below)
			}
		})
	}
}
