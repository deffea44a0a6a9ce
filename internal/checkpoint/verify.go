package checkpoint

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"golang.org/x/mod/sumdb/tlog"

	"xiaobao/internal/fault"
	"xiaobao/internal/store"
)

// What can be wrong with a trail.
var (
	changed = fault.Words{EN: "The entry {entry} was changed after it was sealed.", ZH: "审计条目 {entry} 在封存后被修改。"}
	deleted = fault.Words{EN: "The entry {entry} was deleted after it was sealed.", ZH: "审计条目 {entry} 在封存后被删除。"}
	noLeaf  = fault.Words{EN: "The leaf {number} is missing: an entry was deleted with its seal.", ZH: "第 {number} 号封存记录缺失：有审计条目连同其封存记录被删除。"}
	swapped = fault.Words{EN: "The entries {first} and {entry} stand in the wrong order.", ZH: "审计条目 {first} 与 {entry} 的顺序被颠倒。"}
	putIn   = fault.Words{EN: "The entry {entry} was put in behind: what it stands among was sealed without it.", ZH: "审计条目 {entry} 系事后插入：其所在时段封存时并无此条目。"}
	node    = fault.Words{EN: "The seals of the leaves {first} to {last} were changed, among them that of the entry {entry}.", ZH: "第 {first} 至 {last} 号封存记录被修改，其中包括审计条目 {entry} 的封存记录。"}
	beyond  = fault.Words{EN: "The leaves {first} to {last} stand beyond every checkpoint.", ZH: "第 {first} 至 {last} 号封存记录不在任何存证点之内。"}
	cutOff  = fault.Words{EN: "The end is cut off: {source} knows {size} sealed entries, the database has {number}.", ZH: "审计记录的末尾被截断：{source} 记载已封存 {size} 条，数据库中仅有 {number} 条。"}
	differs = fault.Words{EN: "The first {size} entries are not those that {source} was signed for; up to {sound} they are.", ZH: "前 {size} 条审计条目与 {source} 签名时不符；前 {sound} 条相符。"}
	forged  = fault.Words{EN: "{source} is not signed by this installation.", ZH: "{source} 并非由本系统签名。"}
	noFile  = fault.Words{EN: "The file of checkpoints {source} is not there; without it an end that was cut off cannot be seen.", ZH: "存证点文件 {source} 不存在；缺少该文件无法发现被截断的末尾。"}
)

// Finding is something wrong with the trail.
type Finding struct {
	words  fault.Words
	params map[string]any
}

// Say tells the finding in a language.
func (f Finding) Say(language string) string { return f.words.Say(language, f.params) }

// Verification is what Verify is asked, and where it tells.
type Verification struct {
	File     string        // of checkpoints outside the database; empty: none
	Found    func(Finding) // called for each, as they are met
	Progress func(done, of int64)
}

// Verified is what was looked at.
type Verified struct {
	Sealed, Checkpoints, Waiting int64 // Waiting are not sealed yet
	Findings                     int
}

// verifier is a verification under way.
type verifier struct {
	Verification
	signer *Signer
	got    Verified

	fileGone bool

	claims []claim // by size
	tree   edge
	last   entry
	gap    int64 // the last leaf that is missing
	sound  int64
	differ [2]bool // that a checkpoint of the database, of the file, does not fit was told
}

// claim is what a checkpoint says, with where it stands.
type claim struct {
	size int64
	root tlog.Hash
	line int // of the file; 0: in the database
}

// Verify computes the whole trail anew and tells everything that is wrong with it. It holds in memory no more than a batch of entries, and of the checkpoints their sizes
// and roots.
func Verify(ctx context.Context, db *store.DB, signer *Signer, asked Verification) (Verified, error) {
	v := &verifier{Verification: asked, signer: signer, gap: -1}
	// The file first: what it knows, the database knew before.
	if err := v.readFile(); err != nil {
		return v.got, err
	}
	return store.Snapshot(ctx, db, func(view *store.View) (Verified, error) {
		begun, err := sealed(view)
		if err != nil {
			return v.got, err
		}
		if v.fileGone && begun.Revision > 0 { // before the first sealing there is none
			v.found(noFile, "source", v.File)
		}
		if err := v.readCheckpoints(view); err != nil {
			return v.got, err
		}
		if err := v.readLeaves(view); err != nil {
			return v.got, err
		}
		for _, c := range v.claims { // those within the tree are taken off as it grows
			v.found(cutOff, "source", v.source(c), "size", c.size, "number", v.tree.size)
		}
		return v.got, v.readUnsealed(view)
	})
}

func (v *verifier) found(words fault.Words, pairs ...any) {
	params := map[string]any{}
	for i := 0; i+1 < len(pairs); i += 2 {
		params[pairs[i].(string)] = pairs[i+1]
	}
	v.got.Findings++
	v.Found(Finding{words, params})
}

func (v *verifier) source(c claim) string {
	if c.line > 0 {
		return fmt.Sprintf("%s:%d", v.File, c.line)
	}
	return fmt.Sprintf("audit_checkpoint %d", c.size)
}

func (v *verifier) claim(c Checkpoint, line int) {
	root, err := tlog.ParseHash(c.Root)
	if err == nil { // the note was opened: its root is one
		v.claims = append(v.claims, claim{c.Size, root, line})
	}
}

func (v *verifier) readFile() error {
	if v.File == "" {
		return nil
	}
	line := 0
	err := v.signer.readFile(v.File, func(c Checkpoint, n int) { line = n; v.claim(c, line) }, func(n int) {
		v.found(forged, "source", fmt.Sprintf("%s:%d", v.File, n))
	})
	if errors.Is(err, fs.ErrNotExist) {
		v.fileGone = true
		return nil
	}
	return err
}

func (v *verifier) readCheckpoints(view *store.View) error {
	for last := int64(-1); ; {
		rows, err := newer(view, last)
		if err != nil {
			return err
		}
		for _, row := range rows {
			last = row.Size
			c, err := v.signer.open(row.Note)
			if err != nil || c.Size != row.Size || c.Root != row.Root || !c.At.Equal(row.At) {
				v.found(forged, "source", v.source(claim{size: row.Size}))
				continue
			}
			v.claim(c, 0)
		}
		v.got.Checkpoints += int64(len(rows))
		if len(rows) < batchSize {
			break
		}
	}
	slices.SortStableFunc(v.claims, func(a, b claim) int { return cmp.Compare(a.size, b.size) })
	return nil
}

// readLeaves walks through the sealed entries in their order.
func (v *verifier) readLeaves(view *store.View) error {
	total, err := leafCount(view)
	if err != nil {
		return err
	}
	var most int64
	if len(v.claims) > 0 {
		most = v.claims[len(v.claims)-1].size
	}
	if total > most { // a batch and its checkpoint are one; nor may one leaf with a vast number make this run for ever
		v.found(beyond, "first", most, "last", total-1)
		total = most
	}
	for v.tree.size < total {
		leaves, err := leavesFrom(view, v.tree.size)
		if err != nil {
			return err
		}
		nodes, err := nodesBetween(view, v.tree.size, v.tree.size+batchSize)
		if err != nil {
			return err
		}
		for end := min(total, v.tree.size+batchSize); v.tree.size < end; {
			leaf := sealedEntry{}
			if len(leaves) > 0 && leaves[0].number == v.tree.size {
				leaf, leaves = leaves[0], leaves[1:]
			}
			if err := v.leaf(leaf, nodes); err != nil {
				return err
			}
		}
		v.got.Sealed = v.tree.size
		v.Progress(v.tree.size, total)
	}
	return nil
}

// leaf compares a leaf with its entry, the nodes above it with what they stand above, and the tree with the checkpoints of its size.
func (v *verifier) leaf(leaf sealedEntry, nodes map[int64]tlog.Hash) error {
	switch {
	case leaf.entryID == "":
		v.found(noLeaf, "number", v.tree.size)
		v.gap = v.tree.size
	case !leaf.there():
		v.found(deleted, "entry", leaf.entryID)
	default:
		if leaf.hash() != leaf.sealed {
			v.found(changed, "entry", leaf.entryID)
		}
		if v.last.there() && leaf.before(v.last) {
			v.found(swapped, "first", v.last.id(), "entry", leaf.entryID)
		}
		v.last = leaf.entry
	}
	last := v.tree.size
	v.tree.grow(leaf.sealed, func(position int64, computed tlog.Hash) tlog.Hash {
		stored, there := nodes[position]
		if !there {
			stored = computed
		}
		level, n := tlog.SplitStoredHashIndex(position)
		known := level == 1 && v.gap >= 0 && v.gap/2 == n
		if !there || stored != computed && !known {
			v.found(node, "first", n<<level, "last", last, "entry", leaf.entryID)
		}
		return stored // each node answers for those just below it, so that one change is told once
	})
	return v.compare()
}

// compare holds the tree against the checkpoints of its size.
func (v *verifier) compare() error {
	if len(v.claims) == 0 || v.claims[0].size > v.tree.size {
		return nil
	}
	root, err := v.tree.root()
	if err != nil {
		return err
	}
	for len(v.claims) > 0 && v.claims[0].size <= v.tree.size {
		c := v.claims[0]
		v.claims = v.claims[1:]
		if c.root != root {
			kind := min(c.line, 1)
			if v.differ[kind] {
				continue // those after the first differ all
			}
			v.differ[kind] = true
			v.found(differs, "size", c.size, "source", v.source(c), "sound", v.sound)
			continue
		}
		v.sound = c.size
	}
	return nil
}

// readUnsealed looks for entries that are behind the seal and have none.
func (v *verifier) readUnsealed(view *store.View) error {
	err := behind(view, func(id string) { v.found(putIn, "entry", id) })
	if err != nil {
		return err
	}
	v.got.Waiting, err = waiting(view)
	return err
}
