package keyring_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"xiaobao/config"
	"xiaobao/internal/app"
	"xiaobao/internal/keyring"
	"xiaobao/internal/pii"
	"xiaobao/internal/store"
	"xiaobao/internal/store/storetest"
)

// TestMain lets this program be the commands that the test below runs and kills.
func TestMain(m *testing.M) {
	if command := os.Getenv("COMMAND_FOR_TEST"); command != "" {
		os.Exit(app.Run(strings.Fields(command), nil, os.Environ(), os.Stdout, os.Stderr))
	}
	os.Exit(m.Run())
}

func command(c config.Config, arguments string) *exec.Cmd {
	p := exec.Command(os.Args[0])
	p.Env = append(os.Environ(), "COMMAND_FOR_TEST="+arguments, "XIAOBAO_DATABASE="+c.Database, "XIAOBAO_KEY_FILE="+c.KeyFile)
	return p
}

func run(t *testing.T, c config.Config, arguments string, wants ...string) string {
	t.Helper()
	said, err := command(c, arguments).CombinedOutput()
	for _, want := range wants {
		if !regexp.MustCompile(want).Match(said) || (err != nil) != strings.HasPrefix(want, "xiaobao: ") {
			t.Fatalf("%s: %v, %s does not say %q", arguments, err, said, want)
		}
	}
	return string(said)
}

// The process that reseals is killed as by a power cut, and another one goes on where it was. Everything can be read in between and afterwards, and the commands say
// what they do, and no key.
func TestResealIsKilled(t *testing.T) {
	ctx := context.Background()
	c, err := config.Load("", nil)
	if err != nil {
		t.Fatal(err)
	}
	c.Database, c.KeyFile = storetest.Database(t), filepath.Join(t.TempDir(), "x.key")
	if _, err := app.Init(ctx, c, app.Parts{Clock: time.Now}, "示例银行", "admin"); err != nil {
		t.Fatal(err)
	}
	db := storetest.Open(t, c.Database, time.Now)
	const values = 3000
	ring, err := keyring.Open(ctx, db, c.KeyFile)
	if err != nil {
		t.Fatal(err)
	}
	old := ring.List()[0].ID
	at := func(i int) pii.Place { return pii.Place{Column: "withdrawal.reference", Row: fmt.Sprint("cmp_", i)} }
	var rows []map[string]any
	for i := range values {
		sealed, err := ring.Keys.Seal(at(i), fmt.Sprint("客户来电撤回第", i, "件"))
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, map[string]any{"complaint_id": fmt.Sprint("cmp_", i), "form": "", "withdrawn_on": "", "recorded_by": "", "reference": sealed})
	}
	_, err = store.Maintain(ctx, db, func(tx *store.Tx) (struct{}, error) {
		return struct{}{}, tx.Gorm().Table("withdrawal").CreateInBatches(rows, 100).Error
	})
	if err != nil {
		t.Fatal(err)
	}
	run(t, c, "keys rotate", `The key \d+ seals from now on; running services take it within two seconds.`)
	run(t, c, fmt.Sprint("keys retire ", old), "xiaobao: 3000 values are still sealed under the key")

	var rest bytes.Buffer
	p := command(c, "keys reseal")
	progress, err := p.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.Stdout = &rest
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	for lines, n := bufio.NewScanner(progress), 0; n < 3 && lines.Scan(); n++ {
		if !strings.HasPrefix(lines.Text(), "withdrawal: ") {
			t.Errorf("progress is told as %q", lines.Text())
		}
	}
	if err := p.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := p.Wait(); err == nil {
		t.Fatalf("it had ended before it was killed: %s", &rest)
	}
	state := run(t, c, "keys status", `\d+ +opens  \S+Z +\d+\n\d+ +seals  \S+Z +[1-9]\d+\n`, `withdrawal.reference +\d+ +\d+ +0\n`, "is under way, or stopped less than two minutes ago: [1-9]")
	said := run(t, c, "keys reseal", `17 tables: \d+ values sealed again, [1-9]\d+ were under the new key already, 0 failed\.`)
	var again, already int
	if _, err := fmt.Sscanf(said[strings.Index(said, "17 tables"):], "17 tables: %d values sealed again, %d were", &again, &already); err != nil || again+already != values || already < 600 {
		t.Errorf("%s after it was killed at\n%s", said, state)
	}
	run(t, c, "keys status", "Nothing is left to be sealed again")
	run(t, c, fmt.Sprint("keys retire ", old), "xiaobao: What was begun before the last rotation or re-sealing may still be written under the key")

	run(t, c, "keys rewrap --new-key-file "+c.KeyFile+".new", "The keys open with .*x.key.new, and with no other file")
	run(t, c, "keys status", "xiaobao: The key file does not open the keyring of this database: .* one from before `xiaobao keys rewrap`")
	if err := os.Rename(c.KeyFile+".new", c.KeyFile); err != nil {
		t.Fatal(err)
	}
	fresh, err := keyring.Open(ctx, db, c.KeyFile)
	if err != nil {
		t.Fatal(err)
	}
	got, err := store.Read(ctx, db, func(v *store.View) (rows []struct {
		ComplaintID string
		Reference   pii.Sealed
	}, err error) {
		return rows, v.Gorm().Table("withdrawal").Find(&rows).Error
	})
	if err != nil || len(got) != values {
		t.Fatal(len(got), err)
	}
	for _, row := range got {
		place := pii.Place{Column: "withdrawal.reference", Row: row.ComplaintID}
		text, err := fresh.Keys.Unseal(place, row.Reference)
		if want := "客户来电撤回第" + strings.TrimPrefix(row.ComplaintID, "cmp_") + "件"; text != want || row.Reference.KeyID() == old {
			t.Fatalf("%s is %q under the key %d: %v", row.ComplaintID, text, row.Reference.KeyID(), err)
		}
	}
	whole := regexp.MustCompile(`[A-Za-z0-9+/=]{40,}`)
	if key := whole.FindString(state); key != "" {
		t.Errorf("the state shows %q", key)
	}
}
