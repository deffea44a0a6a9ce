package app

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"
	"unicode"

	"xiaobao/config"
	"xiaobao/internal/contract"
	"xiaobao/internal/server"
)

type demoCommand struct {
	Listen string `default:"127.0.0.1:8080" help:"Where to listen."`
	Data   string `default:"data/demo" type:"path" help:"The folder of the demonstration's database, key and credentials."`
	Fresh  bool   `help:"Begin anew: delete what is in that folder."`
}

const (
	credentialsFile = "demo-credentials.json"
	checkpointsFile = "audit.checkpoints"
)

// Credentials are what a newcomer needs to make the first requests.
type Credentials struct {
	BaseURL string     `json:"base_url"`
	Users   []DemoUser `json:"users"`
	Keys    []DemoKey  `json:"keys"`
}

// DemoUser is a user of the demonstration.
type DemoUser struct {
	Username   string `json:"username"`
	Password   string `json:"password"`
	Role       string `json:"role"`
	Department string `json:"department"`
}

// DemoKey is a key of the demonstration.
type DemoKey struct {
	Name   string `json:"name"`
	Kind   string `json:"kind"`
	Secret string `json:"secret"`
}

// Run serves the demonstration; the first time, it invents an institution.
func (d demoCommand) Run(e *environment) error {
	if d.Fresh {
		if err := d.forget(); err != nil {
			return err
		}
	}
	c, err := config.Load("", nil)
	if err != nil {
		return err
	}
	c.Listen = d.Listen
	c.Database = "sqlite:" + filepath.Join(d.Data, "xiaobao.db")
	c.KeyFile = filepath.Join(d.Data, "xiaobao.key")
	c.Checkpoints = filepath.Join(d.Data, checkpointsFile)
	known, err := d.read()
	if errors.Is(err, fs.ErrNotExist) {
		known, err = d.invent(e.ctx, e, c)
	}
	if err != nil {
		return err
	}
	return e.serve(c, demoExamples(known), func(address string) error {
		known.BaseURL = "http://" + reachable(address)
		if err := d.write(known); err != nil {
			return err
		}
		return known.print(e.out, filepath.Join(d.Data, credentialsFile))
	})
}

// reachable is an address that one can call, of one to listen on: 0.0.0.0:8080 is everywhere and nowhere.
func reachable(address string) string {
	host, port, err := net.SplitHostPort(address)
	if err == nil && net.ParseIP(host).IsUnspecified() {
		return net.JoinHostPort("127.0.0.1", port)
	}
	return address
}

// forget deletes what a demonstration made, and nothing else that may lie in the folder.
func (d demoCommand) forget() error {
	for _, name := range []string{"xiaobao.db", "xiaobao.db-wal", "xiaobao.db-shm", "xiaobao.key", checkpointsFile, credentialsFile} {
		if err := os.Remove(filepath.Join(d.Data, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

func (d demoCommand) read() (Credentials, error) {
	var c Credentials
	text, err := os.ReadFile(filepath.Join(d.Data, credentialsFile))
	if err != nil {
		return c, err
	}
	return c, json.Unmarshal(text, &c)
}

func (d demoCommand) write(c Credentials) error {
	text, err := json.MarshalIndent(c, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(d.Data, credentialsFile), append(text, '\n'), 0o600)
}

// invent makes the institution and what happened in it until now. Its founding lies back, so that people and keys are older than what they did.
func (d demoCommand) invent(ctx context.Context, e *environment, c config.Config) (Credentials, error) {
	if err := d.forget(); err != nil { // what an interrupted start left
		return Credentials{}, err
	}
	read, err := contract.Read(e.contract)
	if err != nil {
		return Credentials{}, err
	}
	start := now()
	clock := &demoClock{start.AddDate(0, 0, -90)}
	p := Parts{Contract: read, Clock: clock.now, Log: e.log, Observe: newMetrics().observe}
	if _, err := Init(ctx, c, p, "示例银行", "admin"); err != nil {
		return Credentials{}, err
	}
	a, err := Wire(ctx, c, p)
	if err != nil {
		return Credentials{}, err
	}
	defer a.DB.Close()
	made, err := a.Seed(ctx, NewSecret)
	if err != nil {
		return Credentials{}, err
	}
	return made, a.SeedComplaints(ctx, start, clock.set)
}

// A demoClock stands where it is put, while the past is told.
type demoClock struct{ at time.Time }

func (c *demoClock) now() time.Time   { return c.at }
func (c *demoClock) set(at time.Time) { c.at = at }

// demoExamples are what the demonstration's pages may name.
func demoExamples(c Credentials) *server.Examples {
	x, names := &server.Examples{}, map[string]string{}
	for _, u := range demoUsers {
		names[u.Username] = u.Name
	}
	for _, u := range c.Users {
		x.Users = append(x.Users, server.ExampleUser{Username: u.Username, Name: names[u.Username], Role: u.Role, Department: u.Department})
	}
	for _, k := range c.Keys {
		x.Clients = append(x.Clients, server.ExampleClient{Name: k.Name, Kind: k.Kind})
	}
	for _, d := range demoStories {
		x.Complaints = append(x.Complaints, server.ExampleComplaint{ID: "cmp_demo_" + d.name, About: map[string]string{"zh-CN": d.zh, "en": d.en}})
	}
	return x
}

// print tells a newcomer where to go, and what to paste into a shell.
func (c Credentials) print(out io.Writer, file string) error {
	w := bufio.NewWriter(out)
	fmt.Fprintf(w, "\n  Xiaobao 消保 · demonstration (示例银行)\n\n")
	for _, line := range [][2]string{{"work list 工作清单", "/demo"}, {"try the API 接口试用", "/docs"}, {"contract 接口契约", "/openapi.yaml"}} {
		fmt.Fprintf(w, "  %s%s\n", padded(line[0], 24), c.BaseURL+line[1])
	}
	fmt.Fprintf(w, "  %s%s   (passwords and keys; --fresh makes new ones)\n\n", padded("credentials 凭据", 24), file)
	for _, u := range c.Users {
		fmt.Fprintf(w, "  %-12s%-16s%-18s%s\n", u.Username, u.Password, u.Role, u.Department)
	}
	fmt.Fprintf(w, "\nexport XIAOBAO_URL=%s\n", c.BaseURL)
	seen := map[string]int{}
	for _, k := range c.Keys {
		name := "XIAOBAO_" + strings.ToUpper(k.Kind) + "_KEY"
		if seen[k.Kind]++; seen[k.Kind] > 1 {
			name = fmt.Sprintf("%s_%d", name, seen[k.Kind])
		}
		fmt.Fprintf(w, "export %s=%s   # %s\n", name, k.Secret, k.Name)
	}
	fmt.Fprintln(w)
	return w.Flush()
}

// padded fills a text up to a width; a Chinese character is two columns wide.
func padded(text string, width int) string {
	for _, r := range text {
		width--
		if r > unicode.MaxLatin1 {
			width--
		}
	}
	return text + strings.Repeat(" ", max(1, width))
}
