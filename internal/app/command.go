package app

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/alecthomas/kong"

	"xiaobao/config"
	"xiaobao/internal/fault"
	"xiaobao/internal/store"
)

// commands are what the binary can do.
type commands struct {
	Config string `help:"A YAML file with settings; see config/production.example.yaml." type:"path" placeholder:"FILE"`

	Serve   serveCommand   `cmd:"" help:"Serve the API."`
	Demo    demoCommand    `cmd:"" help:"Serve an invented institution from an embedded database; needs no configuration."`
	Init    initCommand    `cmd:"" help:"Make a new installation: schema, keys, policy and the first administrator."`
	Import  importCommand  `cmd:"" help:"Bring in the complaints of a CSV file through the API of a server."`
	Verify  verifyCommand  `cmd:"" help:"Compute the audit trail anew and name every entry that was changed, deleted, reordered, put in or cut off."`
	Keys    keysCommand    `cmd:"" help:"The keys that seal personal data: show, rotate, re-seal, retire, and exchange the key file."`
	Migrate migrateCommand `cmd:"" help:"Bring the database's schema up to this binary."`
	Show    showCommand    `cmd:"" name:"config" help:"Show the settings in force, without passwords, and check the files that go with them."`
	Version versionCommand `cmd:"" help:"Show the version."`
}

// environment is what a command finds around it.
type environment struct {
	ctx        context.Context
	contract   []byte
	settings   func() (config.Config, error)
	out        io.Writer
	complaints io.Writer
	log        *slog.Logger
}

// Run executes the command line and returns the exit code.
func Run(arguments []string, contract []byte, variables []string, out, complaints io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	var c commands
	code := -1
	parser, err := kong.New(&c, kong.Name("xiaobao"), kong.Description("消保: the consumer-protection work of a financial institution, as an API."),
		kong.Writers(out, complaints), kong.Exit(func(wanted int) { code = wanted }), kong.UsageOnError())
	if err != nil {
		fmt.Fprintln(complaints, "xiaobao:", err)
		return 1
	}
	chosen, err := parser.Parse(arguments)
	if code >= 0 { // --help
		return code
	}
	if err != nil {
		fmt.Fprintln(complaints, "xiaobao:", err)
		return 2
	}
	e := &environment{ctx: ctx, contract: contract, out: out, complaints: complaints, log: slog.New(slog.NewJSONHandler(complaints, nil)),
		settings: func() (config.Config, error) { return config.Load(c.Config, variables) }}
	if err := chosen.Run(e); err != nil {
		fmt.Fprintln(complaints, "xiaobao:", fault.Sentence(err, "en"))
		return 1
	}
	return 0
}

type showCommand struct{}

// Run shows the settings, and tells the faults of the files with which the program would not start.
func (showCommand) Run(e *environment) error {
	c, err := e.settings()
	if err != nil {
		return err
	}
	if _, err := fmt.Fprint(e.out, c); err != nil {
		return err
	}
	_, err = read(c)
	return err
}

type versionCommand struct{}

// Run shows the version.
func (versionCommand) Run(e *environment) error {
	_, err := fmt.Fprintln(e.out, "xiaobao", Version())
	return err
}

type migrateCommand struct{}

// Run migrates the database of an installation.
func (migrateCommand) Run(e *environment) error {
	c, err := e.settings()
	if err != nil {
		return err
	}
	db, err := store.Open(c.Database, now)
	if err != nil {
		return err
	}
	defer db.Close()
	state, err := db.Schema(e.ctx)
	if err != nil {
		return err
	}
	if state.Empty() {
		return state.Check()
	}
	if err := db.Migrate(e.ctx); err != nil {
		return err
	}
	_, err = fmt.Fprintf(e.out, "The schema is now %d.\n", state.Wanted)
	return err
}

// Version is the version of this binary: the module's when it was installed by version, else the commit.
func Version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && len(s.Value) >= 12 {
			return "0.0.0+" + s.Value[:12]
		}
	}
	return "0.0.0+dev"
}
