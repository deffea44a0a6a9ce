package store

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
