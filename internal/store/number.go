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
	all, err := db.Numbers(ctx, series, period, 1)
	if err != nil {
		return 0, err
	}
	return all[0], nil
}

// Numbers hands out as many numbers as Number would one after the other, with one visit to the counter at the most.
func (db *DB) Numbers(ctx context.Context, series, period string, count int) ([]int64, error) {
	n := &db.numbers
	n.mu.Lock()
	defer n.mu.Unlock()
	b := n.blocks[series]
	if b.period != period {
		b = block{period: period}
	}
	all := make([]int64, 0, count)
	for len(all) < count {
		if b.next == b.end {
			size := max(numberBlock, int64(count-len(all)))
			start, err := db.takeBlock(ctx, series+":"+period, size)
			if err != nil {
				return nil, err
			}
			b.next, b.end = start, start+size
		}
		all = append(all, b.next)
		b.next++
	}
	if n.blocks == nil {
		n.blocks = map[string]block{}
	}
	n.blocks[series] = b
	return all, nil
}

func (db *DB) takeBlock(ctx context.Context, name string, size int64) (int64, error) {
	return Maintain(ctx, db, func(tx *Tx) (int64, error) {
		var row counterRow
		found := tx.g.Where("name = ?", name).Limit(1).Find(&row)
		if found.Error != nil {
			return 0, found.Error
		}
		if found.RowsAffected == 0 {
			// Another process may be first; then the key is taken and the whole is run again.
			err := tx.g.Create(&counterRow{Name: name, Next: 1 + size}).Error
			if _, ok := translate(err).(*Duplicate); ok {
				return 0, errRaced
			}
			return 1, err
		}
		done := tx.g.Model(&counterRow{}).Where("name = ? AND next = ?", name, row.Next).Update("next", row.Next+size)
		if done.Error == nil && done.RowsAffected == 0 {
			return 0, errRaced
		}
		return row.Next, done.Error
	})
}
