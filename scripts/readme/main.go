// Command readme does what the README says, and compares what comes out with what it shows.
//
//	readme -binary FILE README.md
//
// A block marked sh is run, one after the other in one shell, against a demonstration that is started first; the block marked text or json that follows it is
// what must come out, where … stands for anything. Blocks marked console are for people: they start servers or run this.
package main

import (
	"bufio"
	"flag"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

func main() {
	binary := flag.String("binary", "", "the program to demonstrate")
	flag.Parse()
	if err := run(*binary, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "readme:", err)
		os.Exit(1)
	}
}

func run(binary string, documents []string) error {
	folder, err := os.MkdirTemp("", "readme")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	address, err := freeAddress()
	if err != nil {
		return err
	}
	exports, stop, err := demonstrate(binary, address, filepath.Join(folder, "demo"))
	if err != nil {
		return err
	}
	defer stop()
	for _, document := range documents {
		text, err := os.ReadFile(document)
		if err != nil {
			return err
		}
		if err := do(document, string(text), address, exports, folder); err != nil {
			return err
		}
	}
	return nil
}

// do runs the blocks of one document.
func do(document, text, address string, exports []string, folder string) error {
	ran := 0
	for _, b := range blocks(strings.NewReplacer("127.0.0.1:8080", address, "data/demo/", "demo/").Replace(text)) {
		if b.language != "sh" {
			continue
		}
		shell := exec.Command("bash", "-euo", "pipefail", "-c", strings.Join(exports, "\n")+"\n[ ! -f vars ] || . ./vars\n"+b.text+"\ndeclare -p | grep -E '^declare -[x-]+ [A-Z]+=' | grep -vE ' (BASH|SHELLOPTS|UID|EUID|PPID|RANDOM|SECONDS|LINENO)' > vars || true")
		shell.Dir = folder
		out, err := shell.CombinedOutput()
		if err != nil {
			return fmt.Errorf("%s:%d: %w\n%s", document, b.line, err, out)
		}
		if b.wanted != "" && !matches(b.wanted, string(out)) {
			return fmt.Errorf("%s:%d: came out:\n%s\nbut it shows:\n%s", document, b.line, out, b.wanted)
		}
		ran++
	}
	if ran == 0 {
		return fmt.Errorf("%s: no block was run", document)
	}
	fmt.Printf("%s: %d blocks do what they show\n", document, ran)
	return nil
}

type block struct {
	language, text, wanted string
	line                   int
}

// blocks reads the fenced blocks of a document; what must come out of a block goes to it.
func blocks(text string) []block {
	var all []block
	var open *block
	for i, line := range strings.Split(text, "\n") {
		switch {
		case open == nil && strings.HasPrefix(line, "```"):
			open = &block{language: strings.TrimPrefix(line, "```"), line: i + 1}
		case open != nil && strings.HasPrefix(line, "```"):
			if last := len(all) - 1; last >= 0 && all[last].language == "sh" && (open.language == "text" || open.language == "json") {
				all[last].wanted = open.text
			} else {
				all = append(all, *open)
			}
			open = nil
		case open != nil:
			open.text += line + "\n"
		}
	}
	return all
}

var space = regexp.MustCompile(`\s+`)

// matches compares without regard to white space; … stands for anything.
func matches(wanted, got string) bool {
	var pattern strings.Builder
	for i, part := range strings.Split(space.ReplaceAllString(strings.TrimSpace(wanted), " "), "…") {
		if i > 0 {
			pattern.WriteString("(?s:.*)")
		}
		pattern.WriteString(regexp.QuoteMeta(part))
	}
	return regexp.MustCompile("^" + pattern.String() + "$").MatchString(space.ReplaceAllString(strings.TrimSpace(got), " "))
}

func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	return l.Addr().String(), nil
}

// demonstrate starts a demonstration and returns the export lines that it prints.
func demonstrate(binary, address, data string) (exports []string, stop func(), err error) {
	c := exec.Command(binary, "demo", "--listen", address, "--data", data)
	c.Stderr = nil
	out, err := c.StdoutPipe()
	if err != nil {
		return nil, nil, err
	}
	if err := c.Start(); err != nil {
		return nil, nil, err
	}
	stop = func() {
		_ = c.Process.Signal(os.Interrupt)
		_ = c.Wait()
	}
	giveUp := time.AfterFunc(time.Minute, stop)
	defer giveUp.Stop()
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		line := strings.TrimSpace(lines.Text())
		if strings.HasPrefix(line, "export ") {
			line, _, _ = strings.Cut(line, "#")
			exports = append(exports, line)
		} else if len(exports) > 0 {
			go func() { // what it prints further must not block it
				for lines.Scan() {
				}
			}()
			return exports, stop, nil
		}
	}
	stop()
	return nil, nil, fmt.Errorf("the demonstration ended before it listened")
}
