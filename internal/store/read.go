package store

import (
	"context"
	"database/sql"
	"time"

	"gorm.io/gorm"
)

// View looks at rows. It is bound to the request's context.
type View struct {
	g   *gorm.DB
	now time.Time
}

// Gorm starts a query. Only store files call it.
func (v *View) Gorm() *gorm.DB { return v.g }

// Now is the instant of the Read or Write: one for all that happens in it.
func (v *View) Now() time.Time { return v.now }

// Read runs a function that looks at rows. Each of its queries sees what is committed when it starts.
func Read[T any](ctx context.Context, db *DB, fn func(v *View) (T, error)) (T, error) {
	v := &View{g: db.r.WithContext(ctx), now: db.Now()}
	got, err := fn(v)
	return got, outward(err)
}

// Snapshot runs a function whose queries all see the same state, for reports and exports.
func Snapshot[T any](ctx context.Context, db *DB, fn func(v *View) (T, error)) (T, error) {
	var got T
	begun := db.r.WithContext(ctx).Begin(&sql.TxOptions{ReadOnly: true, Isolation: sql.LevelRepeatableRead})
	if begun.Error != nil {
		return got, outward(begun.Error)
	}
	defer begun.Rollback() // nothing to keep
	got, err := fn(&View{g: begun, now: db.Now()})
	return got, outward(err)
}

// PrimaryKey names the columns of a table's primary key, in their order.
func PrimaryKey(ctx context.Context, db *DB, table string) ([]string, error) {
	return Read(ctx, db, func(v *View) ([]string, error) {
		var columns []string
		err := v.g.Raw(db.dialect.primaryKey, table).Scan(&columns).Error
		return columns, err
	})
}
