package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"xiaobao/config"
	"xiaobao/internal/actor"
	"xiaobao/internal/fault"
	"xiaobao/internal/inventory"
	"xiaobao/internal/keyring"
)

type keysCommand struct {
	Status keysStatus `cmd:"" help:"Show the keys, how many values are sealed under each, and what is left to do."`
	Rotate keysRotate `cmd:"" help:"Make a new key, which seals from now on; the old ones open what they have sealed."`
	Reseal keysReseal `cmd:"" help:"Seal again with the new key what is sealed under old ones. May be stopped and run again, beside the service."`
	Retire keysRetire `cmd:"" help:"Destroy an old key under which nothing is sealed any more."`
	Rewrap keysRewrap `cmd:"" help:"Make the keys open with another key file, and with the old one no more."`
}

// keysActor is as whom the trail knows changes to the keys.
var keysActor = actor.Actor{Kind: actor.System, ID: "keys"}

// ring opens the keys of an installation for a command, with the columns that hold what they sealed.
func (e *environment) ring(do func(ctx context.Context, ring *keyring.Ring, columns []string) error) error {
	c, err := e.settings()
	if err != nil {
		return err
	}
	db, err := open(e.ctx, c, now)
	if err != nil {
		return err
	}
	defer db.Close()
	personal, err := inventory.Load(config.Files, c.FS())
	if err != nil {
		return err
	}
	ring, err := keyring.Open(e.ctx, db, c.KeyFile)
	if err != nil {
		return err
	}
	return do(actor.With(e.ctx, keysActor), ring, personal.Sealed())
}

type keysStatus struct{}

// Run shows the keys.
func (keysStatus) Run(e *environment) error {
	return e.ring(func(ctx context.Context, ring *keyring.Ring, columns []string) error {
		counts, err := ring.Count(ctx, columns)
		if err != nil {
			return err
		}
		under, err := ring.ResealingUntil(ctx)
		if err != nil {
			return err
		}
		return showKeys(e.out, ring, counts, under)
	})
}

func showKeys(out io.Writer, ring *keyring.Ring, counts keyring.Counts, until time.Time) error {
	t := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "key\tstate\tmade\tvalues")
	left, head := counts.All(), "\nvalues of"
	for _, k := range ring.List() {
		state := "opens"
		if k.Primary {
			state, left = "seals", left-counts.Under(k.ID)
		}
		fmt.Fprintf(t, "%d\t%s\t%s\t%d\n", k.ID, state, k.MadeAt.Format(time.RFC3339), counts.Under(k.ID))
		head += fmt.Sprint("\tunder ", k.ID)
	}
	if counts.All() > 0 {
		fmt.Fprintln(t, head+"\tunder others")
	}
	for _, c := range counts {
		if (keyring.Counts{c}).All() == 0 {
			continue
		}
		var cells string
		for _, k := range ring.List() {
			cells += fmt.Sprint(c.ByKey[k.ID], "\t")
		}
		fmt.Fprintf(t, "%s\t%s%d\n", c.Column, cells, c.Unknown)
	}
	switch {
	case left == 0:
		fmt.Fprintln(t, "\nNothing is left to be sealed again.")
	case until.IsZero():
		fmt.Fprintf(t, "\n%d values wait for `xiaobao keys reseal`.\n", left)
	default:
		fmt.Fprintf(t, "\n`xiaobao keys reseal` is under way, or stopped less than two minutes ago: %d values are left.\n", left)
	}
	return t.Flush()
}

type keysRotate struct{}

// Run makes a new key.
func (keysRotate) Run(e *environment) error {
	return e.ring(func(ctx context.Context, ring *keyring.Ring, _ []string) error {
		key, err := ring.Rotate(ctx)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(e.out, "The key %d seals from now on; running services take it within two seconds.\nNext: `xiaobao keys reseal`.\n", key.ID)
		return err
	})
}

type keysReseal struct{}

var errNotResealed = errors.New("some values do not open; they stay as they are")

// Run seals again what is sealed under old keys.
func (keysReseal) Run(e *environment) error {
	return e.ring(func(ctx context.Context, ring *keyring.Ring, columns []string) error {
		got, err := ring.Reseal(ctx, columns, func(table string, done, of int64) {
			fmt.Fprintf(e.complaints, "%s: %d of %d values\n", table, done, of)
		})
		for _, f := range got.Failures {
			fmt.Fprintf(e.out, "%s of %s: %s\n", f.Place.Column, f.Place.Row, fault.Sentence(f.Cause, "en"))
		}
		fmt.Fprintf(e.out, "%d tables: %d values sealed again, %d were under the new key already, %d failed.\n", got.Tables, got.Values, got.Already, len(got.Failures))
		switch {
		case err != nil && e.ctx.Err() != nil:
			return errors.New("stopped; run it again to go on")
		case err == nil && len(got.Failures) > 0:
			return errNotResealed
		}
		return err
	})
}

type keysRetire struct {
	ID uint32 `arg:"" name:"key-id" help:"The key, as 'keys status' names it."`
}

// Run destroys an old key.
func (k keysRetire) Run(e *environment) error {
	return e.ring(func(ctx context.Context, ring *keyring.Ring, columns []string) error {
		if err := ring.Retire(ctx, columns, k.ID); err != nil {
			return err
		}
		_, err := fmt.Fprintf(e.out, "The key %d is destroyed. A backup from before keeps it, and opens with the key file of then.\n", k.ID)
		return err
	})
}

type keysRewrap struct {
	NewKeyFile string `required:"" type:"path" placeholder:"FILE" help:"The new key file; it is made when it is not there."`
}

// Run exchanges the key file.
func (k keysRewrap) Run(e *environment) error {
	return e.ring(func(ctx context.Context, ring *keyring.Ring, _ []string) error {
		if err := ring.Rewrap(ctx, k.NewKeyFile); err != nil {
			return err
		}
		_, err := fmt.Fprintf(e.out, "The keys open with %s, and with no other file. Put it at key_file on every machine; running services take it within two seconds, and until then /readyz fails.\n", k.NewKeyFile)
		return err
	})
}
