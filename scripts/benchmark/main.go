// Command benchmark measures the server over HTTP against the raw database, in one run.
//
//	benchmark -binary FILE -folder DIR -out docs/performance.md
//
// TEST_DSN names the database server; scripts/bench starts one. Rates differ from machine to machine and from day to day: only the ratios within one run mean something.
package main

import (
	"context"
	"database/sql"
	"flag"
	"fmt"
	"os"
	"time"

	"github.com/go-sql-driver/mysql"
)

func main() {
	var o options
	flag.StringVar(&o.binary, "binary", "", "the server")
	flag.StringVar(&o.folder, "folder", "", "for its key and settings")
	flag.StringVar(&o.out, "out", "", "the document to write")
	flag.DurationVar(&o.each, "each", 5*time.Second, "how long each measure takes")
	flag.IntVar(&o.rows, "rows", 100_000, "complaints in the database before the reads are measured")
	flag.Parse()
	if err := run(o); err != nil {
		fmt.Fprintln(os.Stderr, "benchmark:", err)
		os.Exit(1)
	}
}

type options struct {
	binary, folder, out string
	each                time.Duration
	rows                int
}

func run(o options) error {
	cfg, err := mysql.ParseDSN(os.Getenv("TEST_DSN"))
	if err != nil {
		return err
	}
	admin, err := sql.Open("mysql", cfg.FormatDSN())
	if err != nil {
		return err
	}
	defer admin.Close()
	if _, err := admin.Exec("CREATE DATABASE bench CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"); err != nil {
		return err
	}
	cfg.DBName = "bench"
	s, err := start(o, "mysql:"+cfg.FormatDSN())
	if err != nil {
		return err
	}
	defer s.stop()
	cfg.ParseTime, cfg.InterpolateParams = true, true
	db, err := sql.Open("mysql", cfg.FormatDSN())
	if err != nil {
		return err
	}
	defer db.Close()
	db.SetMaxIdleConns(64)
	return measure(o, s, db)
}

// measure fills the database, takes every figure, and writes them down.
func measure(o options, s *server, db *sql.DB) error {
	ctx := context.Background()
	one, err := s.intake()
	if err != nil {
		return err
	}
	t, err := newTemplate(ctx, db, one)
	if err != nil {
		return err
	}
	if err := t.fill(ctx, db, o.rows); err != nil {
		return err
	}
	m, err := newMachine(s, db)
	if err != nil {
		return err
	}
	found := report{machine: m}
	intake := func(int) error { _, err := s.intake(); return err }
	read := func(int) error { return s.get("/v1/complaints/" + t.id) }
	list := func(int) error { return s.get("/v1/complaints?limit=50&sort=-received_at") }
	for _, n := range []int{1, 16, 64} {
		found.add(fmt.Sprintf("raw intake, %d connections", n), func() result { return load(o.each, n, func(int) error { return t.insert(ctx, db, 1) }) })
	}
	found.add("raw point read, 16 connections", func() result { return load(o.each, 16, func(int) error { return t.read(ctx, db) }) })
	found.add("raw list of 50, 16 connections", func() result { return load(o.each, 16, func(int) error { return t.list(ctx, db) }) })
	for _, n := range []int{1, 16, 64} {
		found.add(fmt.Sprintf("intake, %d connections", n), func() result { return load(o.each, n, intake) })
	}
	found.add("batch of 100, 4 connections, per complaint", func() result { return load(o.each, 4, func(int) error { return s.batch(100) }).times(100) })
	found.add("read one, 16 connections", func() result { return load(o.each, 16, read) })
	found.add("list of 50, 16 connections", func() result { return load(o.each, 16, list) })
	ids, err := s.intakes(2000)
	if err != nil {
		return err
	}
	found.add("acceptance, 16 connections", func() result { return s.accept(ids) })
	// Again, as a profile costs a little.
	for _, one := range []struct {
		name string
		do   func(int) error
	}{{"intake", intake}, {"read one", read}, {"list of 50", list}} {
		if err := found.explain(s, one.name, o.each, one.do); err != nil {
			return err
		}
	}
	return found.write(o.out)
}
