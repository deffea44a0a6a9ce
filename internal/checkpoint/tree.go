package checkpoint

import (
	"bytes"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"
)

// entryColumns are all columns of an entry. Its instant is read as the engine spells it: what it parses to would hide a change of spelling.
var entryColumns = []string{"at", "id", "actor_kind", "actor_id", "actor_name", "department_id", "action", "object", "object_id", "request_id", "stage", "basis", "purpose", "reason", "changes"}

// entry is an audit entry by its columns, in their order; all of them nil when there is none.
type entry [][]byte

// newEntry has room for an entry, and the pointers to read it with.
func newEntry() (entry, []any) {
	e, pointers := make(entry, len(entryColumns)), make([]any, len(entryColumns))
	for i := range e {
		pointers[i] = &e[i]
	}
	return e, pointers
}

func (e entry) there() bool { return len(e) > 0 && e[0] != nil }

func (e entry) id() string { return string(e[1]) }

// before is the order in which entries are sealed: by instant and id.
func (e entry) before(other entry) bool {
	if c := bytes.Compare(e[0], other[0]); c != 0 {
		return c < 0
	}
	return bytes.Compare(e[1], other[1]) < 0
}

// hash is of a form in which no two entries are alike: each value stands behind its name and its length.
func (e entry) hash() tlog.Hash {
	var form bytes.Buffer
	form.WriteString("xiaobao audit entry 1\n")
	for i, value := range e {
		fmt.Fprintf(&form, "%s %d\n%s\n", entryColumns[i], len(value), value)
	}
	return tlog.RecordHash(form.Bytes())
}

// An edge is the newest node of each level of a tree: all that is needed to let it grow and to compute its root.
type edge struct {
	size  int64
	nodes [64]tlog.Hash
}

// grow adds a leaf. Each node that it completes is handed to keep, with its place, and what that returns is gone on with.
func (e *edge) grow(leaf tlog.Hash, keep func(position int64, node tlog.Hash) tlog.Hash) {
	n := e.size
	e.size++
	level := 0
	for ; n>>level&1 == 1; level++ {
		left := e.nodes[level]
		e.nodes[level] = leaf
		leaf = keep(tlog.StoredHashIndex(level+1, n>>(level+1)), tlog.NodeHash(left, leaf))
	}
	e.nodes[level] = leaf
}

// full are the places of the nodes that a tree of a size is made of, by level: those of the biggest whole trees in it.
func full(size int64) map[int]int64 {
	places := map[int]int64{}
	for level := 0; size>>level > 0; level++ {
		if size>>level&1 == 1 {
			places[level] = size>>level - 1
		}
	}
	return places
}

// root is the hash of the whole tree.
func (e *edge) root() (tlog.Hash, error) {
	return tlog.TreeHash(e.size, tlog.HashReaderFunc(func(positions []int64) ([]tlog.Hash, error) {
		hashes := make([]tlog.Hash, len(positions))
		for i, p := range positions {
			level, _ := tlog.SplitStoredHashIndex(p)
			hashes[i] = e.nodes[level]
		}
		return hashes, nil
	}))
}
