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
	"strings"
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
	var rows []row
	add := func(name string, r result) {
		rows = append(rows, row{name, r})
		fmt.Println(rows[len(rows)-1])
	}
	for _, n := range []int{1, 16, 64} {
		add(fmt.Sprintf("raw intake, %d connections", n), load(o.each, n, func(int) error { return t.insert(ctx, db, 1) }))
	}
	add("raw point read, 16 connections", load(o.each, 16, func(int) error { return t.read(ctx, db) }))
	add("raw list of 50, 16 connections", load(o.each, 16, func(int) error { return t.list(ctx, db) }))
	before := s.usage()
	for _, n := range []int{1, 16, 64} {
		add(fmt.Sprintf("intake, %d connections", n), load(o.each, n, func(int) error { _, err := s.intake(); return err }))
	}
	add("batch of 100, 4 connections, per complaint", load(o.each, 4, func(int) error { return s.batch(100) }).times(100))
	add("read one, 16 connections", load(o.each, 16, func(int) error { return s.get("/v1/complaints/" + t.id) }))
	add("list of 50, 16 connections", load(o.each, 16, func(int) error { return s.get("/v1/complaints?limit=50&sort=-received_at") }))
	accepted, err := s.acceptances(2000)
	if err != nil {
		return err
	}
	add("acceptance, 16 connections", accepted)
	after := s.usage()
	return write(o.out, rows, before, after)
}

func write(path string, rows []row, before, after usage) error {
	rate := map[string]float64{}
	for _, r := range rows {
		rate[r.name] = r.result.rate()
	}
	var b strings.Builder
	b.WriteString("# Performance\n\nMade by `scripts/bench`: server, MariaDB with durable commits and load generator together on one machine. The rates mean little elsewhere; the ratios do.\n\n")
	b.WriteString("| measure | per second | p50 | p99 | failures |\n|---|---|---|---|---|\n")
	for _, r := range rows {
		fmt.Fprintf(&b, "| %s | %.0f | %s | %s | %d |\n", r.name, r.result.rate(), r.result.at(50), r.result.at(99), r.result.failures)
	}
	b.WriteString("\n| ratio | is | wanted |\n|---|---|---|\n")
	for _, c := range []struct {
		name, of, to string
		wanted       float64
	}{
		{"intake to the raw rate of its rows", "intake, 16 connections", "raw intake, 16 connections", 0.40},
		{"read one to the raw point read", "read one, 16 connections", "raw point read, 16 connections", 0.30},
		{"list of 50 to the raw list", "list of 50, 16 connections", "raw list of 50, 16 connections", 0.30},
		{"batch to intake, per complaint", "batch of 100, 4 connections, per complaint", "intake, 16 connections", 1.5},
	} {
		fmt.Fprintf(&b, "| %s | %.2f | ≥ %.2f |\n", c.name, rate[c.of]/rate[c.to], c.wanted)
	}
	fmt.Fprintf(&b, "\nThe server used %.1f s of CPU for all of it and at most %.0f MiB of memory (wanted: < 150).\n", (after.cpu - before.cpu).Seconds(), after.peakMiB)
	fmt.Print("\n", b.String())
	return os.WriteFile(path, []byte(b.String()), 0o644)
}
