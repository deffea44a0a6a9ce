package store

import (
	"context"
	"time"
)

// CreateForTest makes a table that exists in a test alone.
func CreateForTest(db *DB, statement string) error {
	pool, err := db.pool(db.w)
	if err != nil {
		return err
	}
	_, err = pool.Exec(statement)
	return err
}

// NewLog is the log of the connections.
var NewLog = newLog

// GiveUpAfter sets how long a transaction may take.
func GiveUpAfter(db *DB, longest time.Duration) { db.longest = longest }

// MigrateTo brings the schema up to a file of the migrations, as an older binary did.
func MigrateTo(db *DB, file int64) error {
	p, err := db.provider()
	if err != nil {
		return err
	}
	_, err = p.UpTo(context.Background(), file*1000+999)
	return err
}
