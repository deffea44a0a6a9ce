package checkpoint

import (
	"golang.org/x/mod/sumdb/tlog"

	"xiaobao/internal/store"
)

// sealedEntry is a leaf with the entry that it seals.
type sealedEntry struct {
	entry
	number  int64
	entryID string
	sealed  tlog.Hash
}

func leafCount(v *store.View) (int64, error) {
	var count int64
	err := v.Gorm().Model(&leafRow{}).Select("COALESCE(MAX(number), -1) + 1").Scan(&count).Error
	return count, err
}

// leavesFrom returns the leaves of one batch, and what is there of their entries.
func leavesFrom(v *store.View, number int64) ([]sealedEntry, error) {
	var all []sealedEntry
	var hashes [][]byte
	q := v.Gorm().Table("audit_leaf").Select("audit_leaf.number, audit_leaf.entry_id, audit_leaf.hash, "+spelled("audit_entry")).
		Joins("LEFT JOIN audit_entry ON audit_entry.id = audit_leaf.entry_id").
		Where("audit_leaf.number >= ? AND audit_leaf.number < ?", number, number+batchSize).Order("audit_leaf.number")
	all, hashes = make([]sealedEntry, 0, batchSize), make([][]byte, 0, batchSize) // of fixed place: rows are read into them
	err := store.Scan(q, func() []any {
		e, pointers := newEntry()
		all, hashes = append(all, sealedEntry{entry: e}), append(hashes, nil)
		leaf := &all[len(all)-1]
		return append([]any{&leaf.number, &leaf.entryID, &hashes[len(hashes)-1]}, pointers...)
	})
	for i := range hashes {
		copy(all[i].sealed[:], hashes[i])
	}
	return all, err
}

// nodesBetween returns the nodes that the leaves from one number to before another complete, by their places.
func nodesBetween(v *store.View, from, to int64) (map[int64]tlog.Hash, error) {
	var rows []nodeRow
	err := v.Gorm().Where("position >= ? AND position < ?", tlog.StoredHashIndex(0, from), tlog.StoredHashIndex(0, to)).Find(&rows).Error
	nodes := make(map[int64]tlog.Hash, len(rows))
	for _, r := range rows {
		var hash tlog.Hash
		copy(hash[:], r.Hash)
		nodes[r.Position] = hash
	}
	return nodes, err
}

// behind names the entries without a seal among those that are sealed.
func behind(v *store.View, each func(id string)) error {
	until, err := sealed(v)
	if err != nil {
		return err
	}
	var id string
	q := v.Gorm().Table("audit_entry").Select("audit_entry.id").Joins("LEFT JOIN audit_leaf ON audit_leaf.entry_id = audit_entry.id").
		Where("audit_leaf.entry_id IS NULL AND (audit_entry.at < ? OR audit_entry.at = ? AND audit_entry.id <= ?)", until.UntilAt, until.UntilAt, until.UntilID)
	first := true
	err = store.Scan(q, func() []any {
		if !first {
			each(id)
		}
		first = false
		return []any{&id}
	})
	if !first && err == nil {
		each(id)
	}
	return err
}

// waiting counts the entries that are to be sealed.
func waiting(v *store.View) (int64, error) {
	until, err := sealed(v)
	if err != nil {
		return 0, err
	}
	var n int64
	err = v.Gorm().Table("audit_entry").Where("at > ? OR at = ? AND id > ?", until.UntilAt, until.UntilAt, until.UntilID).Count(&n).Error
	return n, err
}
