// Package checkpoint makes the audit trail (审计日志) show every later touch: its entries become leaves of a Merkle tree, and the tree's root is
// signed now and then, a checkpoint (存证点), which is also written to a file outside the database.
//
// It guarantees that whoever changes, deletes, reorders or puts in entries behind, or cuts the trail's end off, is found by Verify, which names the
// entries; with the database alone nobody can make the checkpoints that would hide it, and with the keys, too, not those that the file holds.
//
// Writers do not wait for it. An entry gets its number when it is so old (Horizon) that no transaction which began before it can still commit: the
// store gives up one that takes longer than half of store.Overlap. Until then an entry is protected by nothing here. The clocks of all processes
// must agree to within the difference.
//
// It refuses to seal when the leaves that stand there are not those of the last checkpoint, and to write to a file that knows more than the database.
//
// It serves handbook 4.3 (the trail is kept whole). The tree is that of RFC 6962, as golang.org/x/mod/sumdb/tlog computes it; checkpoints are notes of
// golang.org/x/mod/sumdb/note.
package checkpoint
