package policy

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"xiaobao/internal/authz"
	"xiaobao/internal/store"
)

// every is how often a process looks for a new version; with the time of a look it keeps the promise of two seconds.
const every = time.Second

// Build makes the engine of a policy that is written as the policy file is.
type Build func(content []byte) (*authz.Engine, error)

// PutInForce loads the newest version.
func PutInForce(ctx context.Context, db *store.DB, build Build) (*authz.InForce, error) {
	f, err := store.Read(ctx, db, func(v *store.View) (*authz.InForce, error) {
		engine, version, err := newest(v, build, 0)
		if err != nil || engine == nil {
			return nil, err
		}
		return authz.PutInForce(engine, version), nil
	})
	if err == nil && f == nil {
		return nil, errors.New("the database has no policy: run `xiaobao init` first")
	}
	return f, err
}

// Follow puts newer versions in force until the context ends.
func Follow(ctx context.Context, db *store.DB, build Build, inForce *authz.InForce, log *slog.Logger) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if err := Refresh(ctx, db, build, inForce); err != nil && ctx.Err() == nil {
			log.Error("a new policy was not put in force; the old one stays", "cause", err)
		}
	}
}

// Refresh looks once.
func Refresh(ctx context.Context, db *store.DB, build Build, inForce *authz.InForce) error {
	_, err := store.Read(ctx, db, func(v *store.View) (struct{}, error) {
		engine, version, err := newest(v, build, inForce.Version())
		if err == nil && engine != nil {
			inForce.Swap(engine, version)
		}
		return struct{}{}, err
	})
	return err
}
