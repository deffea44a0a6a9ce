// Package storetest gives a test a database of its own: SQLite, or a fresh database on the MariaDB that TEST_DSN names. The suites
// are the same for both.
package storetest

import (
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-sql-driver/mysql"

	"xiaobao/internal/store"
)

// Clock is a time that a test moves.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// NewClock starts at an instant in RFC 3339.
func NewClock(at string) *Clock {
	t, err := time.Parse(time.RFC3339, at)
	if err != nil {
		panic(err)
	}
	return &Clock{now: t}
}

// Now is a microsecond later at each call, so that what happens one after the other can be told apart.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(time.Microsecond)
	return c.now
}

// Set moves the time, in RFC 3339.
func (c *Clock) Set(at string) {
	t, err := time.Parse(time.RFC3339, at)
	if err != nil {
		panic(err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = t
}

// New opens a migrated database that ends with the test.
func New(t testing.TB, clock func() time.Time) *store.DB {
	t.Helper()
	db := Open(t, Database(t), clock)
	if err := db.Migrate(context.Background()); err != nil {
		t.Fatal(err)
	}
	return db
}

// Open opens a database that another handle of the test may have open, too, as a second process would.
func Open(t testing.TB, database string, clock func() time.Time) *store.DB {
	t.Helper()
	db, err := store.Open(database, clock)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// Database makes an empty database and says how to open it.
func Database(t testing.TB) string {
	t.Helper()
	dsn := os.Getenv("TEST_DSN")
	if dsn == "" {
		return "sqlite:" + filepath.Join(t.TempDir(), "x.db")
	}
	cfg, err := mysql.ParseDSN(dsn)
	if err != nil {
		t.Fatal(err)
	}
	admin, err := sql.Open("mysql", dsn)
	if err != nil {
		t.Fatal(err)
	}
	name := "t_" + rand.Text()
	if _, err := admin.Exec(fmt.Sprintf("CREATE DATABASE %s CHARACTER SET utf8mb4 COLLATE utf8mb4_bin", name)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_, _ = admin.Exec("DROP DATABASE " + name)
		_ = admin.Close()
	})
	cfg.DBName = name
	return "mysql:" + cfg.FormatDSN()
}

// File is the file that holds a database, where one does: closed, it can be read and written again as another.
func File(database string) (path string, ok bool) { return strings.CutPrefix(database, "sqlite:") }

// Alter does to a database on MariaDB what its administrator could.
func Alter(database, statement string) error {
	admin, err := sql.Open("mysql", strings.TrimPrefix(database, "mysql:"))
	if err != nil {
		return err
	}
	defer admin.Close()
	_, err = admin.Exec(statement)
	return err
}

// OnMariaDB says whether the tests run on MariaDB.
func OnMariaDB() bool { return os.Getenv("TEST_DSN") != "" }
