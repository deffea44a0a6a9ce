package edition

import (
	"time"

	"xiaobao/internal/store"
)

// Columns are those of a version in the row of its text, which embeds them.
type Columns struct {
	Number      int64      `gorm:"column:edition" audit:"track"`
	State       string     `audit:"track"`
	DraftedBy   string     `audit:"track"`
	DraftedAt   time.Time  `audit:"ignore"`
	ApprovedBy  string     `audit:"track"`
	ApprovedAt  *time.Time `audit:"track"`
	PublishedBy string     `audit:"track"`
	PublishedAt *time.Time `audit:"track"`
	InForceAt   *time.Time `audit:"track"`
	WithdrawnBy string     `audit:"track"`
	WithdrawnAt *time.Time `audit:"track"`
}

// ColumnsOf translates a version for its row.
func ColumnsOf(e Edition) Columns {
	return Columns{Number: e.Number, State: string(e.State), DraftedBy: e.DraftedBy, DraftedAt: e.DraftedAt, ApprovedBy: e.ApprovedBy, ApprovedAt: e.ApprovedAt,
		PublishedBy: e.PublishedBy, PublishedAt: e.PublishedAt, InForceAt: e.InForceAt, WithdrawnBy: e.WithdrawnBy, WithdrawnAt: e.WithdrawnAt}
}

// Edition translates a row's columns.
func (c Columns) Edition() Edition {
	return Edition{Number: c.Number, State: State(c.State), DraftedBy: c.DraftedBy, DraftedAt: c.DraftedAt.UTC(), ApprovedBy: c.ApprovedBy, ApprovedAt: store.UTC(c.ApprovedAt),
		PublishedBy: c.PublishedBy, PublishedAt: store.UTC(c.PublishedAt), InForceAt: store.UTC(c.InForceAt), WithdrawnBy: c.WithdrawnBy, WithdrawnAt: store.UTC(c.WithdrawnAt)}
}
