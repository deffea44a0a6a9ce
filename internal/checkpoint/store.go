package checkpoint

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"xiaobao/internal/store"
)

type leafRow struct {
	Number  int64  `gorm:"primaryKey;autoIncrement:false" audit:"ignore"`
	EntryID string `audit:"ignore"`
	Hash    []byte `audit:"ignore"`
}

func (leafRow) TableName() string { return "audit_leaf" }

type nodeRow struct {
	Position int64  `gorm:"primaryKey;autoIncrement:false" audit:"ignore"`
	Hash     []byte `audit:"ignore"`
}

func (nodeRow) TableName() string { return "audit_node" }

type checkpointRow struct {
	Size int64     `gorm:"primaryKey;autoIncrement:false" audit:"ignore"`
	Root string    `audit:"ignore"`
	Note string    `audit:"ignore"`
	At   time.Time `audit:"ignore"`
}

func (checkpointRow) TableName() string { return "audit_checkpoint" }

func (r checkpointRow) checkpoint() Checkpoint {
	return Checkpoint{Size: r.Size, Root: r.Root, Note: r.Note, At: r.At.UTC()}
}

// sealRow says up to which entry all are sealed.
type sealRow struct {
	ID       string    `gorm:"primaryKey" audit:"ignore"`
	Revision int64     `audit:"ignore"`
	UntilAt  time.Time `audit:"ignore"`
	UntilID  string    `audit:"ignore"`
}

func (sealRow) TableName() string { return "audit_seal" }

// lastID comes after the id of every entry of an instant.
const lastID = "~"

// spelled are the columns of an entry to select, as newEntry reads them.
func spelled(table string) string {
	columns := make([]string, len(entryColumns))
	for i, c := range entryColumns {
		columns[i] = table + "." + c
		if c == "at" {
			columns[i] = "CAST(" + table + ".at AS CHAR)"
		}
	}
	return strings.Join(columns, ", ")
}

func sealed(v *store.View) (sealRow, error) {
	var row sealRow
	err := v.Gorm().Where("id = ?", "main").Take(&row).Error
	return row, err
}

// List returns the checkpoints, the newest first.
func List(v *store.View, p store.Page) (store.List[Checkpoint], error) {
	order := store.Order{Column: "size", ID: "size", Down: true}
	rows, err := store.ListOf(v.Gorm().Model(&checkpointRow{}), order, p, func(r checkpointRow) []any { return []any{r.Size} })
	if err != nil {
		return store.List[Checkpoint]{}, err
	}
	return store.Shown(rows, func(r checkpointRow) (Checkpoint, error) { return r.checkpoint(), nil })
}

// newer returns some checkpoints beyond a size, in order.
func newer(v *store.View, size int64) ([]Checkpoint, error) {
	var rows []checkpointRow
	err := v.Gorm().Where("size > ?", size).Order("size").Limit(batchSize).Find(&rows).Error
	all := make([]Checkpoint, len(rows))
	for i, r := range rows {
		all[i] = r.checkpoint()
	}
	return all, err
}

// sizeOf is how many entries the last checkpoint is about.
func sizeOf(v *store.View) (int64, error) {
	var size int64
	err := v.Gorm().Model(&checkpointRow{}).Select("COALESCE(MAX(size), 0)").Scan(&size).Error
	return size, err
}

var errTorn = errors.New("the sealed entries are not those of the last checkpoint: run `xiaobao verify`")

// loadEdge reads the tree as the last checkpoint left it. Returns errTorn when leaves or nodes of it are missing, or stand beyond it.
func loadEdge(v *store.View) (*edge, error) {
	size, err := sizeOf(v)
	if err != nil {
		return nil, err
	}
	var leaves int64
	if err := v.Gorm().Model(&leafRow{}).Select("COALESCE(MAX(number), -1) + 1").Scan(&leaves).Error; err != nil {
		return nil, err
	}
	if size != leaves {
		return nil, fmt.Errorf("%w (%d and %d)", errTorn, leaves, size)
	}
	e := &edge{size: size}
	for level, n := range full(size) {
		var row struct{ Hash []byte }
		q := v.Gorm().Model(&nodeRow{}).Select("hash").Where("position = ?", tlog.StoredHashIndex(level, n))
		if level == 0 {
			q = v.Gorm().Model(&leafRow{}).Select("hash").Where("number = ?", n)
		}
		found := q.Limit(1).Scan(&row)
		if found.Error != nil {
			return nil, found.Error
		}
		if len(row.Hash) != tlog.HashSize {
			return nil, fmt.Errorf("%w (node %d of level %d)", errTorn, n, level)
		}
		e.nodes[level] = tlog.Hash(row.Hash)
	}
	return e, nil
}

// ripe returns the next entries to be sealed, in order.
func ripe(v *store.View, from sealRow, until time.Time) ([]entry, error) {
	var all []entry
	q := v.Gorm().Table("audit_entry").Select(spelled("audit_entry")).Where("at >= ? AND (at > ? OR id > ?) AND at <= ?", from.UntilAt, from.UntilAt, from.UntilID, until).
		Order("at, id").Limit(batchSize)
	err := store.Scan(q, func() []any {
		e, pointers := newEntry()
		all = append(all, e)
		return pointers
	})
	return all, err
}

// instantOf reads an entry's instant as the engine compares it.
func instantOf(v *store.View, id string) (time.Time, error) {
	var row struct{ At time.Time }
	err := v.Gorm().Table("audit_entry").Select("at").Where("id = ?", id).Take(&row).Error
	return row.At.UTC(), err
}

// add keeps a batch, if nobody has been first.
func (b *batch) add(tx *store.Tx) error {
	moved := tx.Gorm().Model(&sealRow{}).Where("id = ? AND revision = ?", "main", b.from.Revision).
		Updates(map[string]any{"revision": b.from.Revision + 1, "until_at": b.untilAt, "until_id": b.untilID})
	if moved.Error != nil {
		return moved.Error
	}
	if moved.RowsAffected == 0 {
		return errors.New("another process seals the audit trail at the same time")
	}
	if len(b.leaves) == 0 {
		return nil
	}
	for _, rows := range []any{b.leaves, b.nodes} {
		if err := tx.Gorm().CreateInBatches(rows, batchSize).Error; err != nil {
			return err
		}
	}
	c := b.checkpoint
	return tx.Gorm().Create(&checkpointRow{Size: c.Size, Root: c.Root, Note: c.Note, At: c.At}).Error
}
