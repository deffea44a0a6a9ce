package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"xiaobao/config"
)

type demoCommand struct {
	Listen string `default:"127.0.0.1:8080" help:"Where to listen."`
	Data   string `default:"data/demo" type:"path" help:"The folder of the demonstration's database, key and credentials."`
	Fresh  bool   `help:"Begin anew: delete what is in that folder."`
}

const credentialsFile = "demo-credentials.json"

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
	known, err := d.read()
	if errors.Is(err, fs.ErrNotExist) {
		known, err = d.invent(e.ctx, e, c)
	}
	if err != nil {
		return err
	}
	return e.serve(c, func(address string) error {
		known.BaseURL = "http://" + address
		if err := d.write(known); err != nil {
			return err
		}
		return known.print(e)
	})
}

// forget deletes what a demonstration made, and nothing else that may lie in the folder.
func (d demoCommand) forget() error {
	for _, name := range []string{"xiaobao.db", "xiaobao.db-wal", "xiaobao.db-shm", "xiaobao.key", credentialsFile} {
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

func (d demoCommand) invent(ctx context.Context, e *environment, c config.Config) (Credentials, error) {
	if err := d.forget(); err != nil { // what an interrupted start left
		return Credentials{}, err
	}
	p := Parts{Contract: e.contract, Clock: now, Log: e.log, Observe: newMetrics().observe}
	if _, err := Init(ctx, c, p, "示例银行", "admin"); err != nil {
		return Credentials{}, err
	}
	a, err := Wire(ctx, c, p)
	if err != nil {
		return Credentials{}, err
	}
	defer a.DB.Close()
	return a.Seed(ctx, NewSecret)
}

func (c Credentials) print(e *environment) error {
	fmt.Fprintf(e.out, "\n  Xiaobao 消保 (demonstration)   %s\n  contract                       %s/openapi.yaml\n\n", c.BaseURL, c.BaseURL)
	for _, u := range c.Users {
		fmt.Fprintf(e.out, "  %-12s %-24s %-16s %s\n", u.Username, u.Password, u.Role, u.Department)
	}
	fmt.Fprintln(e.out)
	for i, k := range c.Keys {
		fmt.Fprintf(e.out, "export XIAOBAO_KEY_%d=%s   # %s (%s)\n", i+1, k.Secret, k.Name, k.Kind)
	}
	_, err := fmt.Fprintln(e.out)
	return err
}
