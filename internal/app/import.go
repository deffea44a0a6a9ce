package app

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	"xiaobao/config"
	"xiaobao/internal/importer"
)

type importCommand struct {
	File     string        `arg:"" type:"existingfile" help:"The CSV file."`
	Map      string        `required:"" placeholder:"MAP.yaml" help:"What its columns mean: a file, or one that ships: cfpb-complaints, cfpb-multichannel, zh-example, zh-deliveries."`
	URL      string        `required:"" help:"Where the server is, for example https://xiaobao.example.cn."`
	Key      string        `required:"" env:"XIAOBAO_KEY" help:"An API key with complaint.create, and complaint.import for what is old, or with notice_delivery.create; better given in the environment, where other users of the machine do not see it."`
	Workers  int           `default:"4" help:"How many requests go at once."`
	Preview  bool          `help:"Send nothing to be stored; list every row that would be refused, with its reasons."`
	Refused  string        `type:"path" placeholder:"FILE" help:"Where the refused rows go; otherwise beside the CSV file."`
	Patience time.Duration `default:"5m" help:"How long a server that is away is waited for."`
}

// Run imports a file through the API.
func (i importCommand) Run(e *environment) error {
	if i.Workers < 1 || i.Workers > 64 {
		return errors.New("--workers: 1 to 64")
	}
	mapping, err := readMapping(i.Map)
	if err != nil {
		return err
	}
	s, err := importer.Job{File: i.File, Mapping: mapping, URL: i.URL, Key: i.Key, Workers: i.Workers, Preview: i.Preview, Refused: i.Refused, Patience: i.Patience,
		Out: e.out, Progress: e.complaints}.Run(e.ctx)
	if s.Rows > 0 || err == nil {
		if _, err := fmt.Fprint(e.out, s); err != nil {
			return err
		}
	}
	switch {
	case err != nil && e.ctx.Err() != nil:
		return errors.New("stopped; run it again to go on")
	case err != nil:
		return fmt.Errorf("%w\nWhat is counted above stays; run it again to go on", err)
	case s.Refused > 0:
		return errors.New("some rows were refused")
	}
	return nil
}

// readMapping reads a map from a file, or one that ships.
func readMapping(name string) (*importer.Mapping, error) {
	text, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) && !strings.ContainsAny(name, `/\`) {
		shipped, none := fs.ReadFile(config.Files, "import/"+strings.TrimSuffix(name, ".yaml")+".yaml")
		if none == nil {
			text, err = shipped, nil
		}
	}
	if err != nil {
		return nil, fmt.Errorf("--map: %w", err)
	}
	m, err := importer.ParseMapping(text)
	if err != nil {
		return nil, fmt.Errorf("the map %s has faults:\n%w", name, err)
	}
	return m, nil
}
