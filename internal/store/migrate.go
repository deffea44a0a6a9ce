package store

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"
	"testing/fstest"

	"github.com/pressly/goose/v3"
)

//go:embed migrations/*.sql
var migrations embed.FS

// SchemaState compares the database with this binary.
type SchemaState struct {
	Current, Wanted int64
}

// Empty says that nothing was ever migrated.
func (s SchemaState) Empty() bool { return s.Current == 0 }

// Check refuses a schema that this binary does not understand.
func (s SchemaState) Check() error {
	switch {
	case s.Empty():
		return fmt.Errorf("the database is empty: run `xiaobao init` first")
	case s.Current < s.Wanted:
		return fmt.Errorf("the database's schema is %d, this binary needs %d: run `xiaobao migrate`", s.Current, s.Wanted)
	case s.Current > s.Wanted:
		return fmt.Errorf("the database's schema is %d, this binary knows only %d: use the newer binary", s.Current, s.Wanted)
	}
	return nil
}

// Schema tells the state of the database's schema.
func (db *DB) Schema(ctx context.Context) (SchemaState, error) {
	p, err := db.provider()
	if err != nil {
		return SchemaState{}, err
	}
	current, wanted, err := p.GetVersions(ctx)
	if err != nil {
		return SchemaState{}, outward(err)
	}
	return SchemaState{Current: current, Wanted: wanted}, nil
}

// CheckCollation refuses a database that does not compare texts byte by byte, with a sentence that says how to make it right.
func (db *DB) CheckCollation(ctx context.Context) error {
	pool, err := db.pool(db.w)
	if err != nil {
		return err
	}
	return outward(db.dialect.checkCollation(ctx, pool))
}

// Migrate brings the schema up to this binary's. It only goes forward, can be run again after a failure, and refuses a newer schema.
func (db *DB) Migrate(ctx context.Context) error {
	if err := db.CheckCollation(ctx); err != nil {
		return err
	}
	state, err := db.Schema(ctx)
	if err != nil {
		return err
	}
	if state.Current > state.Wanted {
		return state.Check()
	}
	p, err := db.provider()
	if err != nil {
		return err
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return nil
}

func (db *DB) provider() (*goose.Provider, error) {
	pool, err := db.pool(db.w)
	if err != nil {
		return nil, err
	}
	steps, err := steps(db.dialect.instant)
	if err != nil {
		return nil, err
	}
	options, err := db.dialect.migrationLock()
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(db.dialect.name, pool, steps, options...)
}

// steps cuts each file into steps of one statement. MariaDB commits at each CREATE, so a step that holds two could not be run again
// after it failed in between. Version 2003 is the third statement of file 0002. goose takes the steps
// in the order of their names, hence the zeros.
func steps(instant string) (fs.FS, error) {
	files, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return nil, err
	}
	all := fstest.MapFS{}
	for _, file := range files {
		text, err := migrations.ReadFile(file)
		if err != nil {
			return nil, err
		}
		number, name, _ := strings.Cut(path.Base(file), "_")
		n, err := strconv.Atoi(number)
		if err != nil {
			return nil, fmt.Errorf("migration %s: %w", file, err)
		}
		sql := strings.ReplaceAll(string(text), "{{instant}}", instant)
		for i, statement := range strings.Split(strings.TrimSpace(sql), ";\n") {
			statement = strings.TrimSuffix(strings.TrimSpace(statement), ";")
			all[fmt.Sprintf("%09d_%s", n*1000+i+1, name)] = &fstest.MapFile{Data: []byte("-- +goose Up\n" + statement + ";\n")}
		}
	}
	return all, nil
}
