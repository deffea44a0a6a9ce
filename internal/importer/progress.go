package importer

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
)

// progress tells how far the work is: a bar on a terminal, a line for each tenth elsewhere.
type progress struct {
	to    io.Writer
	total int
	done  int
	told  int // tenths
	bar   *progressbar.ProgressBar
}

func newProgress(to io.Writer, total int) *progress {
	p := &progress{to: to, total: total}
	if isTerminal(to) {
		p.bar = progressbar.NewOptions(total, progressbar.OptionSetWriter(to), progressbar.OptionShowCount(), progressbar.OptionShowIts(), progressbar.OptionSetItsString("rows"),
			progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionFullWidth(), progressbar.OptionClearOnFinish())
	}
	return p
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// add tells that so many rows more are done.
func (p *progress) add(rows int, s Summary) {
	p.done += rows
	if p.bar != nil {
		_ = p.bar.Add(rows) // a bar that cannot be drawn is no reason to stop
		return
	}
	if tenths := p.done * 10 / max(p.total, 1); tenths > p.told {
		p.told = tenths
		fmt.Fprintf(p.to, "%d of %d rows: %s\n", p.done, p.total, s.results())
	}
}

func (p *progress) end() {
	if p.bar != nil {
		_ = p.bar.Exit()
	}
}
