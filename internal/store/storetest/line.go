package storetest

import (
	"io"
	"net"
	"strings"
	"sync"
	"testing"

	"github.com/go-sql-driver/mysql"
)

// Line is the line between an installation and its database server, which a test can cut.
type Line struct {
	t      testing.TB
	server string
	listen net.Listener

	mu  sync.Mutex
	cut bool
	all []net.Conn
}

// Between puts a line between an installation and its database server, and says how to open the database through it.
func Between(t testing.TB, database string) (*Line, string) {
	t.Helper()
	dsn, err := mysql.ParseDSN(strings.TrimPrefix(database, "mysql:"))
	if err != nil {
		t.Fatal(err)
	}
	listen, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l := &Line{t: t, server: dsn.Addr, listen: listen}
	go l.serve()
	t.Cleanup(func() {
		_ = listen.Close()
		l.Cut()
	})
	dsn.Addr = listen.Addr().String()
	return l, "mysql:" + dsn.FormatDSN()
}

func (l *Line) serve() {
	for {
		near, err := l.listen.Accept()
		if err != nil {
			return // the test is over
		}
		far, err := net.Dial("tcp", l.server)
		if err != nil || !l.take(near, far) {
			_ = near.Close()
			continue
		}
		go func() { _, _ = io.Copy(far, near); _ = far.Close() }()
		go func() { _, _ = io.Copy(near, far); _ = near.Close() }()
	}
}

func (l *Line) take(pair ...net.Conn) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.cut {
		for _, c := range pair {
			_ = c.Close()
		}
		return false
	}
	l.all = append(l.all, pair...)
	return true
}

// Cut ends all connections and lets none through.
func (l *Line) Cut() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.cut = true
	for _, c := range l.all {
		_ = c.Close()
	}
	l.all = nil
}

// Mend lets connections through again.
func (l *Line) Mend() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.cut = false
}
