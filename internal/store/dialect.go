package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net"
	"net/url"
	"path/filepath"
	"strings"
	"time"

	mysqldriver "github.com/go-sql-driver/mysql"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
	"gorm.io/driver/mysql"
	"gorm.io/driver/sqlite"
	"gorm.io/gorm"
	modernc "modernc.org/sqlite"
)

// dialect holds all that differs between the engines; no other file names one.
type dialect struct {
	name    goose.Dialect
	instant string // the type of a column for instants
	// primaryKey selects the columns of a table's primary key, in their order.
	primaryKey string
	writers    int // connections that may write at once
	readers    int
	write      gorm.Dialector
	read       gorm.Dialector
}

// newDialect understands "sqlite:PATH" and "mysql:DSN", where DSN is go-sql-driver's.
func newDialect(database string) (dialect, error) {
	engine, source, _ := strings.Cut(database, ":")
	switch engine {
	case "sqlite":
		return newSQLite(source), nil
	case "mysql":
		return newMySQL(source)
	}
	return dialect{}, fmt.Errorf("a database is named sqlite:PATH or mysql:DSN, not %q", engine)
}

func newSQLite(path string) dialect {
	file := (&url.URL{Scheme: "file", Opaque: filepath.ToSlash(path)}).String()
	// FULL, because an acknowledged complaint must survive a power cut. Immediate, because a transaction that starts as a reader
	// cannot become a writer when another one got there first. The readers are barred from writing by the engine itself.
	write := file + "?_txlock=immediate&_time_format=sqlite&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=busy_timeout(5000)&_pragma=foreign_keys(1)"
	read := file + "?_time_format=sqlite&_pragma=busy_timeout(5000)&_pragma=query_only(1)"
	open := func(dsn string) gorm.Dialector {
		return sqlite.New(sqlite.Config{DriverName: "sqlite", DSN: dsn})
	}
	// One writer: the engine has one write lock, and waiting in the pool is fair where waiting for the lock is not.
	return dialect{name: goose.DialectSQLite3, instant: "DATETIME", primaryKey: "SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk",
		writers: 1, readers: 8, write: open(write), read: open(read)}
}

func newMySQL(dsn string) (dialect, error) {
	cfg, err := mysqldriver.ParseDSN(dsn)
	if err != nil {
		return dialect{}, fmt.Errorf("the database's DSN cannot be read: %w", err)
	}
	cfg.ParseTime, cfg.Loc, cfg.ClientFoundRows, cfg.Collation = true, time.UTC, true, "utf8mb4_bin"
	if cfg.Params == nil {
		cfg.Params = map[string]string{}
	}
	cfg.Params["time_zone"] = "'+00:00'"
	// A key that is being written by another process makes an insert wait; longer than this and the caller is told.
	cfg.Params["innodb_lock_wait_timeout"] = "2"
	write, read := cfg.Clone(), cfg.Clone()
	write.InterpolateParams = true // one round trip a statement; statements prepared inside a transaction are prepared for it alone
	read.Params["tx_read_only"] = "1"
	open := func(c *mysqldriver.Config) gorm.Dialector {
		return mysql.New(mysql.Config{DSN: c.FormatDSN(), SkipInitializeWithVersion: true})
	}
	// 64 connections were slower than 16 on every load measured.
	const primaryKey = "SELECT column_name FROM information_schema.key_column_usage WHERE table_schema = DATABASE() AND table_name = ? AND constraint_name = 'PRIMARY' ORDER BY ordinal_position"
	return dialect{name: goose.DialectMySQL, instant: "DATETIME(6)", primaryKey: primaryKey, writers: 16, readers: 16, write: open(write), read: open(read)}, nil
}

// migrationLock lets one process migrate at a time where several may try; SQLite has one writer anyway.
func (d dialect) migrationLock() ([]goose.ProviderOption, error) {
	if d.name != goose.DialectMySQL {
		return nil, nil
	}
	locker, err := lock.NewMySQLTableLocker()
	if err != nil {
		return nil, err
	}
	return []goose.ProviderOption{goose.WithLocker(locker)}, nil
}

// checkCollation refuses a database in which names that differ in case or accents count as the same, or in which not every character can be kept.
func (d dialect) checkCollation(ctx context.Context, pool *sql.DB) error {
	if d.name != goose.DialectMySQL {
		return nil
	}
	const wanted = "utf8mb4_bin"
	var database, collation string
	if err := pool.QueryRowContext(ctx, "SELECT schema_name, default_collation_name FROM information_schema.schemata WHERE schema_name = DATABASE()").Scan(&database, &collation); err != nil {
		return err
	}
	if collation != wanted {
		return fmt.Errorf("the database %[1]s has the collation %[2]s, and needs %[3]s: ALTER DATABASE `%[1]s` CHARACTER SET utf8mb4 COLLATE %[3]s", database, collation, wanted)
	}
	var table string
	err := pool.QueryRowContext(ctx, "SELECT table_name, table_collation FROM information_schema.tables WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE' AND table_collation <> ? "+
		"ORDER BY table_name LIMIT 1", wanted).Scan(&table, &collation)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	return fmt.Errorf("the table %[1]s has the collation %[2]s, and needs %[3]s, as every table that is not: ALTER TABLE `%[1]s` CONVERT TO CHARACTER SET utf8mb4 COLLATE %[3]s", table, collation, wanted)
}

// Duplicate says which unique key refused a row. Keys are named table_column, so that both engines' messages parse to the same word.
type Duplicate struct{ Key string }

func (d *Duplicate) Error() string { return "duplicate " + d.Key }

// errRaced: a row changed between reading and writing it. The transaction is tried again and sees the new state.
var errRaced = errors.New("the row changed between reading and writing")

// translate turns what an engine says into what the store understands.
func translate(err error) error {
	if err == nil {
		return nil
	}
	var my *mysqldriver.MySQLError
	if errors.As(err, &my) && my.Number == 1062 {
		// The message carries the value that was refused, so it is dropped.
		_, key, _ := strings.Cut(my.Message, "' for key '")
		key = strings.TrimSuffix(key, "'")
		if i := strings.LastIndex(key, "."); i >= 0 {
			key = key[i+1:]
		}
		return &Duplicate{Key: key}
	}
	var lite *modernc.Error
	if errors.As(err, &lite) && (lite.Code() == 2067 || lite.Code() == 1555) {
		// "constraint failed: UNIQUE constraint failed: table.column, table.column (2067)"
		const before = "constraint failed: "
		columns := lite.Error()[strings.LastIndex(lite.Error(), before)+len(before):]
		columns, _, _ = strings.Cut(columns, " (")
		return &Duplicate{Key: sqliteKey(columns)}
	}
	return err
}

// sqliteKey turns "complaint.client_id, complaint.external_reference" into "complaint_client_id_external_reference".
func sqliteKey(columns string) string {
	parts := strings.Split(columns, ", ")
	table, _, _ := strings.Cut(parts[0], ".")
	key := table
	for _, p := range parts {
		_, column, _ := strings.Cut(p, ".")
		key += "_" + column
	}
	return key
}

// verdict says what to do about an error of the engine.
type verdict int

const (
	final    verdict = iota
	clash            // another writer won: try again
	lockWait         // another writer is slow: try again once
	gone             // the database cannot be reached
)

func judge(err error) verdict {
	if errors.Is(err, errRaced) {
		return clash
	}
	var my *mysqldriver.MySQLError
	if errors.As(err, &my) {
		switch my.Number {
		case 1213, 1020, 1047, 8002, 8022, 9007: // deadlock; record changed; node not ready; TiDB's conflicts
			return clash
		case 1205:
			return lockWait
		case 1053, 1927, 1040, 2006, 2013: // shutting down, killed, too many connections, gone, lost
			return gone
		}
		return final
	}
	var lite *modernc.Error
	if errors.As(err, &lite) {
		if code := lite.Code() & 0xff; code == 5 || code == 6 { // busy, locked
			return clash
		}
		return final
	}
	var network net.Error
	if errors.Is(err, driver.ErrBadConn) || errors.Is(err, mysqldriver.ErrInvalidConn) || errors.As(err, &network) {
		return gone
	}
	return final
}
