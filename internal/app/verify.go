package app

import (
	"errors"
	"fmt"

	"xiaobao/config"
	"xiaobao/internal/checkpoint"
	"xiaobao/internal/keyring"
)

// checkpointKey names the key that signs checkpoints.
const checkpointKey = "audit checkpoints"

type verifyCommand struct {
	Checkpoints string `type:"path" placeholder:"FILE" help:"The file of checkpoints outside the database, or a copy of it; otherwise the one of the settings."`
}

var errNotWhole = errors.New("the audit trail is not whole. 审计记录不完整。")

// Run verifies the audit trail of an installation.
func (c verifyCommand) Run(e *environment) error {
	settings, err := e.settings()
	if err != nil {
		return err
	}
	if c.Checkpoints != "" {
		settings.Checkpoints = c.Checkpoints
	}
	got, public, err := c.verify(e, settings)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(e.out, "%d entries are sealed, %d wait for it; %d checkpoints of the key %s.\n已封存 %d 条审计条目，待封存 %d 条；存证点 %d 个。\n",
		got.Sealed, got.Waiting, got.Checkpoints, public, got.Sealed, got.Waiting, got.Checkpoints)
	if err != nil {
		return err
	}
	if got.Findings > 0 {
		return errNotWhole
	}
	_, err = fmt.Fprintln(e.out, "The audit trail is whole. 审计记录完整。")
	return err
}

func (c verifyCommand) verify(e *environment, settings config.Config) (got checkpoint.Verified, public string, err error) {
	db, err := open(e.ctx, settings, now)
	if err != nil {
		return got, "", err
	}
	defer db.Close()
	ring, err := keyring.Open(e.ctx, db, settings.KeyFile)
	if err != nil {
		return got, "", err
	}
	signer, err := checkpoint.NewSigner(ring.Keys.SigningKey(checkpointKey))
	if err != nil {
		return got, "", err
	}
	got, err = checkpoint.Verify(e.ctx, db, signer, checkpoint.Verification{File: settings.Checkpoints,
		Found: func(f checkpoint.Finding) { fmt.Fprintln(e.out, f.Say("en"), f.Say("zh-CN")) },
		Progress: func(done, of int64) {
			if done%100_000 == 0 || done == of && of > 100_000 {
				fmt.Fprintf(e.complaints, "verified %d of %d\n", done, of)
			}
		}})
	return got, signer.Public(), err
}
