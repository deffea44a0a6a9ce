package app

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"xiaobao/config"
	"xiaobao/internal/keyring"
	"xiaobao/internal/organisation"
	"xiaobao/internal/password"
	"xiaobao/internal/pii"
	"xiaobao/internal/policy"
	"xiaobao/internal/store"
)

type initCommand struct {
	Institution string `required:"" help:"The name of the institution."`
	Admin       string `default:"admin" help:"The user name of the first administrator."`
}

// Run makes a new installation.
func (i initCommand) Run(e *environment) error {
	c, err := e.settings()
	if err != nil {
		return err
	}
	secret, err := Init(e.ctx, c, Parts{Clock: now, Log: e.log}, i.Institution, i.Admin)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(e.out, "The installation of %s is ready.\n\n  user name  %s\n  password   %s   (must be changed at the first sign-in)\n  key file   %s\n\n"+
		"Keep a copy of the key file apart from the database and its backups: without it, no personal data can be read again.\n",
		i.Institution, i.Admin, secret, c.KeyFile)
	return err
}

var errDone = errors.New("this database was made before; init does not run twice")

// Init makes a new installation: schema, keyset, policy, institution, and a first administrator whose password it returns. It refuses a database
// that was made before, and a key file that is there already, unless a run before stopped in between.
func Init(ctx context.Context, c config.Config, p Parts, institution, admin string) (string, error) {
	if file, ok := strings.CutPrefix(c.Database, "sqlite:"); ok {
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			return "", err
		}
	}
	db, err := store.Open(c.Database, p.Clock)
	if err != nil {
		return "", err
	}
	defer db.Close()
	if err := db.Migrate(ctx); err != nil {
		return "", err
	}
	done, err := keyring.Kept(ctx, db)
	if err != nil {
		return "", err
	}
	if done {
		return "", errDone
	}
	keys, wrapped, err := makeKeys(c.KeyFile)
	if err != nil {
		return "", err
	}
	secret := rand.Text()[:16]
	hash, err := password.Hash(ctx, secret)
	if err != nil {
		return "", err
	}
	rules, err := fs.ReadFile(config.Files, "authz_policy.csv")
	if err != nil {
		return "", err
	}
	err = store.Change(ctx, db, func(tx *store.Tx) error {
		return found(tx, organisation.NewService(db, keys, nil), rules, institution, organisation.User{Username: admin, Name: admin, PasswordHash: hash})
	})
	if err != nil {
		return "", err
	}
	// Last: the keyring is the mark of a finished init.
	return secret, keyring.Keep(ctx, db, wrapped)
}

// makeKeys makes a key file, or reads the one that an interrupted init left, and a keyset under it.
func makeKeys(path string) (*pii.Keyring, []byte, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, nil, err
	}
	kek, err := pii.EnsureKEK(path)
	if err != nil {
		return nil, nil, err
	}
	wrapped, err := pii.Create(kek)
	if err != nil {
		return nil, nil, err
	}
	keys, err := pii.Open(wrapped, kek)
	return keys, wrapped, err
}

// found fills a new database with what cannot be done without.
func found(tx *store.Tx, people *organisation.Service, rules []byte, institution string, admin organisation.User) error {
	if err := policy.Seed(tx, rules); err != nil {
		return err
	}
	if err := organisation.Found(tx, institution); err != nil {
		return err
	}
	office, err := organisation.AddDepartment(tx, organisation.Department{Code: "head-office", Name: "总部", Kind: organisation.HeadOffice})
	if err != nil {
		return err
	}
	admin.DepartmentID, admin.Roles, admin.PasswordChangeRequired = office.ID, []string{organisation.Administrator}, true
	_, err = people.AddUser(tx, admin)
	return err
}
