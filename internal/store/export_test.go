package store

import "time"

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
