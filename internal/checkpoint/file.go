package checkpoint

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"xiaobao/internal/store"
)

// longestLine is more than a checkpoint's line in the file can have.
const longestLine = 4096

// publish appends to the file the checkpoints that it does not know yet: those of this process, and those of one that had the lease before.
func (s *Sealer) publish(ctx context.Context) error {
	if s.file == "" {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(s.file), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(s.file, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return fmt.Errorf("the file of checkpoints: %w", err)
	}
	return errors.Join(s.appendTo(ctx, f), f.Close())
}

func (s *Sealer) appendTo(ctx context.Context, f *os.File) error {
	last, torn, err := s.lastIn(f)
	if err != nil {
		return fmt.Errorf("the file of checkpoints: %w", err)
	}
	if torn { // a process died while it wrote
		if _, err := f.WriteString("\n"); err != nil {
			return err
		}
	}
	size, err := store.Read(ctx, s.db, sizeOf)
	if err != nil {
		return err
	}
	if size < last {
		return fmt.Errorf("the file of checkpoints knows %d sealed entries, the database %d: run `xiaobao verify`", last, size)
	}
	for last < size {
		all, err := store.Read(ctx, s.db, func(v *store.View) ([]Checkpoint, error) { return newer(v, last) })
		if err != nil {
			return err
		}
		var lines bytes.Buffer
		for _, c := range all {
			text, err := json.Marshal(c.Note)
			if err != nil {
				return err
			}
			lines.Write(append(text, '\n'))
			last = c.Size
		}
		if _, err := f.Write(lines.Bytes()); err != nil {
			return fmt.Errorf("the file of checkpoints: %w", err)
		}
		if err := f.Sync(); err != nil {
			return fmt.Errorf("the file of checkpoints: %w", err)
		}
	}
	return nil
}

// lastIn is the size of the last checkpoint in the file, and whether a line after it was not finished.
func (s *Sealer) lastIn(f *os.File) (last int64, torn bool, err error) {
	info, err := f.Stat()
	if err != nil {
		return 0, false, err
	}
	end := io.NewSectionReader(f, max(0, info.Size()-4*longestLine), 4*longestLine)
	text, err := io.ReadAll(end)
	if err != nil {
		return 0, false, err
	}
	for line := range bytes.Lines(text) {
		if c, err := s.signer.line(line); err == nil {
			last = c.Size
		}
	}
	return last, len(text) > 0 && text[len(text)-1] != '\n', nil
}

// line reads a line of the file.
func (s *Signer) line(line []byte) (Checkpoint, error) {
	var text string
	if err := json.Unmarshal(line, &text); err != nil {
		return Checkpoint{}, err
	}
	return s.open(text)
}

// readFile reads the checkpoints of a file; those that are not ours go to forged, with the number of their line.
func (s *Signer) readFile(path string, each func(c Checkpoint, line int), forged func(line int)) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan(); n++ {
		if !json.Valid(lines.Bytes()) {
			continue // a process died while it wrote the line; what it should have said stands in the next
		}
		c, err := s.line(lines.Bytes())
		if err != nil {
			forged(n)
			continue
		}
		each(c, n)
	}
	return lines.Err()
}
