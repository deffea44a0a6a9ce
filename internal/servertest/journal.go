package servertest

import (
	"bytes"
	"sync"
)

// Journal is what the installations of a world log; several may write at once.
type Journal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write appends.
func (j *Journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(p)
}

// String is all that was logged.
func (j *Journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.String()
}
