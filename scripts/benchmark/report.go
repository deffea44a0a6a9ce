package main

import (
	"fmt"
	"os"
	"strings"
	"time"
)

// row is a measure by its name.
type row struct {
	name   string
	result result
	used   usage // by all its calls together
}

// each is what one call cost a process.
func (r row) each(used time.Duration) string {
	if len(r.result.calls) == 0 {
		return "–"
	}
	return fmt.Sprintf("%.2f ms", used.Seconds()*1000/float64(len(r.result.calls))/r.result.factor)
}

// report is what a run found.
type report struct {
	machine  machine
	rows     []row
	profiles []string // the names of the shares
	shares   []shares
}

func (f *report) add(name string, take func() result) {
	before := f.machine.usage()
	r := row{name: name, result: take()}
	r.used = f.machine.usage().since(before)
	f.rows = append(f.rows, r)
	fmt.Printf("%-45s %8.0f/s  p50 %-10s p99 %-10s server %s, database %s, load %s\n", name, r.result.rate(), r.result.at(50), r.result.at(99),
		r.each(r.used.server), r.each(r.used.database), r.each(r.used.load))
	if r.result.err != nil {
		fmt.Printf("  %d failures: %v\n", r.result.failures, r.result.err)
	}
}

// explain takes a profile of the server under a load.
func (f *report) explain(s *server, name string, d time.Duration, do func(int) error) error {
	var r result
	got, err := s.profile(d, func() { r = load(d, 16, do) })
	f.profiles, f.shares = append(f.profiles, name), append(f.shares, got)
	if err == nil {
		err = r.err
	}
	return err
}

func (f *report) write(path string) error {
	rate := map[string]float64{}
	for _, r := range f.rows {
		rate[r.name] = r.result.rate()
	}
	var b strings.Builder
	b.WriteString("# Performance\n\nMade by `scripts/bench`: server, MariaDB with durable commits and load generator together on one machine. The rates mean little elsewhere; the ratios do.\n" +
		"The last three columns are the processor time of one call.\n\n" +
		"| measure | per second | p50 | p99 | failures | server | database | load |\n|---|---|---|---|---|---|---|---|\n")
	for _, r := range f.rows {
		server := r.each(r.used.server)
		if strings.HasPrefix(r.name, "raw") {
			server = "–"
		}
		fmt.Fprintf(&b, "| %s | %.0f | %s | %s | %d | %s | %s | %s |\n", r.name, r.result.rate(), r.result.at(50), r.result.at(99), r.result.failures, server,
			r.each(r.used.database), r.each(r.used.load))
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
	fmt.Fprintf(&b, "\nThe server had at most %.0f MiB of memory (wanted: < 150).\n\n## Where the server's time goes\n\nShares of its processor time, by profile, 16 connections. "+
		"What the runtime does for a part, making memory above all, counts as the part's.\n\n%s", f.machine.peak(), tabled(f.profiles, f.shares))
	fmt.Print("\n", b.String())
	return os.WriteFile(path, []byte(b.String()), 0o644)
}
