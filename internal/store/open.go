package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"gorm.io/gorm"
)

// DB is an open database. It is safe for concurrent use.
type DB struct {
	dialect dialect
	w, r    *gorm.DB
	clock   func() time.Time
	longest time.Duration // that a transaction may take
	running running
	numbers numbers
}

// Open connects to "sqlite:PATH" or "mysql:DSN". It neither creates nor changes a table: see Migrate. The clock says what time it is.
func Open(database string, clock func() time.Time) (*DB, error) {
	d, err := newDialect(database)
	if err != nil {
		return nil, err
	}
	db := &DB{dialect: d, clock: clock, longest: Overlap / 2}
	db.w, err = connect(d.write, d.writers, false)
	if err != nil {
		return nil, err
	}
	db.r, err = connect(d.read, d.readers, true)
	if err != nil {
		return nil, err
	}
	return db, nil
}

func connect(dialector gorm.Dialector, connections int, prepare bool) (*gorm.DB, error) {
	g, err := gorm.Open(dialector, &gorm.Config{
		SkipDefaultTransaction: true,
		DisableAutomaticPing:   true, // a database that is down at the start is told by /readyz, not by a crash loop
		PrepareStmt:            prepare,
		Logger:                 newLog(),
	})
	if err != nil {
		return nil, fmt.Errorf("open the database: %w", err)
	}
	pool, err := g.DB()
	if err != nil {
		return nil, err
	}
	pool.SetMaxOpenConns(connections)
	pool.SetMaxIdleConns(connections)
	// Shorter than the usual idle limit of proxies and of MariaDB's wait_timeout.
	pool.SetConnMaxIdleTime(4 * time.Minute)
	guard(g)
	return g, nil
}

// Close ends all connections.
func (db *DB) Close() error {
	w, err := db.pool(db.w)
	if err != nil {
		return err
	}
	r, err := db.pool(db.r)
	if err != nil {
		return err
	}
	_ = r.Close() // the writer's error is the one that tells
	return w.Close()
}

// Ping tells whether the database answers.
func (db *DB) Ping(ctx context.Context) error {
	pool, err := db.pool(db.r)
	if err != nil {
		return err
	}
	return pool.PingContext(ctx)
}

// Now is the present instant by the database's clock, to the microsecond, in UTC.
func (db *DB) Now() time.Time { return db.clock().UTC().Truncate(time.Microsecond) }

func (db *DB) pool(g *gorm.DB) (*sql.DB, error) { return g.DB() }
