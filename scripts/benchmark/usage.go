package main

import (
	"bytes"
	"database/sql"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// machine is who shares the machine during a measure.
type machine struct{ server, database, load int } // process ids

func newMachine(s *server, db *sql.DB) (machine, error) {
	m := machine{server: s.process.Process.Pid, load: os.Getpid()}
	var file string
	if err := db.QueryRow("SELECT @@pid_file").Scan(&file); err != nil {
		return m, err
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return m, err
	}
	m.database, err = strconv.Atoi(strings.TrimSpace(string(text)))
	return m, err
}

// usage is what each has used of the processors, as the kernel tells it.
type usage struct{ server, database, load time.Duration }

func (m machine) usage() usage { return usage{cpu(m.server), cpu(m.database), cpu(m.load)} }

func (u usage) since(before usage) usage {
	return usage{u.server - before.server, u.database - before.database, u.load - before.load}
}

func cpu(pid int) (used time.Duration) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0
	}
	fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
	for _, ticks := range fields[11:13] { // user and system, in hundredths of a second
		n, _ := strconv.Atoi(ticks)
		used += time.Duration(n) * 10 * time.Millisecond
	}
	return used
}

// peak is the most memory that the server had, in MiB.
func (m machine) peak() (mib float64) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", m.server))
	if err != nil {
		return 0
	}
	_, peak, _ := strings.Cut(string(text), "VmHWM:")
	fmt.Sscanf(peak, "%f", &mib)
	return mib / 1024
}
