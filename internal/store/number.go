package store

import (
	"context"
	"sync"
)

// numberBlock is how many numbers a process takes at once: a counter that every intake raises would make them queue.
const numberBlock = 50

type counterRow struct {
	Name string `gorm:"primaryKey" audit:"ignore"`
	Next int64  `audit:"ignore"`
}

func (counterRow) TableName() string { return "counter" }

type numbers struct {
	mu     sync.Mutex
	blocks map[string]block // by the name of the series
}

// block is what a process has in hand of a series: numbers of one period.
type block struct {
	period    string
	next, end int64
}

// Number hands out the next number of a series in a period (a day, a year), starting with 1: unique, rising within a process, not gapless.
func (db *DB) Number(ctx context.Context, series, period string) (int64, error) {
	n := &db.numbers
	n.mu.Lock()
	defer n.mu.Unlock()
	b := n.blocks[series]
	if b.period != period || b.next == b.end {
		start, err := db.takeBlock(ctx, series+":"+period)
		if err != nil {
			return 0, err
		}
		b = block{period: period, next: start, end: start + numberBlock}
	}
	if n.blocks == nil {
		n.blocks = map[string]block{}
	}
	n.blocks[series] = block{period: period, next: b.next + 1, end: b.end}
	return b.next, nil
}

func (db *DB) takeBlock(ctx context.Context, name string) (int64, error) {
	return Maintain(ctx, db, func(tx *Tx) (int64, error) {
		var row counterRow
		found := tx.g.Where("name = ?", name).Limit(1).Find(&row)
		if found.Error != nil {
			return 0, found.Error
		}
		if found.RowsAffected == 0 {
			// Another process may be first; then the key is taken and the whole is run again.
			err := tx.g.Create(&counterRow{Name: name, Next: 1 + numberBlock}).Error
			if _, ok := translate(err).(*Duplicate); ok {
				return 0, errRaced
			}
			return 1, err
		}
		done := tx.g.Model(&counterRow{}).Where("name = ? AND next = ?", name, row.Next).Update("next", row.Next+numberBlock)
		if done.Error == nil && done.RowsAffected == 0 {
			return 0, errRaced
		}
		return row.Next, done.Error
	})
}
