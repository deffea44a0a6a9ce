package importer_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"xiaobao/config"
	"xiaobao/internal/apiclient"
	"xiaobao/internal/app"
	"xiaobao/internal/importer"
	"xiaobao/internal/organisation"
	"xiaobao/internal/servertest"
	"xiaobao/internal/store"
	"xiaobao/internal/store/storetest"
)

// TestMain lets this program be the server that the test below kills.
func TestMain(m *testing.M) {
	if os.Getenv("SERVE_FOR_TEST") != "" {
		os.Exit(app.Run([]string{"serve"}, servertest.Contract().YAML(), os.Environ(), os.Stdout, os.Stderr))
	}
	os.Exit(m.Run())
}

// installation is a database with a key that may import, and the process that serves it.
type installation struct {
	t       *testing.T
	c       config.Config
	key     string
	process *exec.Cmd
}

func install(t *testing.T) *installation {
	t.Helper()
	c, err := config.Load("", nil)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c.Listen, c.Database, c.KeyFile = l.Addr().String(), storetest.Database(t), filepath.Join(t.TempDir(), "x.key")
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	ctx, parts := context.Background(), app.Parts{Contract: servertest.Contract(), Clock: time.Now, Log: slog.New(slog.DiscardHandler)}
	if _, err := app.Init(ctx, c, parts, "示例银行", "admin"); err != nil {
		t.Fatal(err)
	}
	a, err := app.Wire(ctx, c, parts)
	if err != nil {
		t.Fatal(err)
	}
	key, err := store.Write(ctx, a.DB, func(_ context.Context, tx *store.Tx) (string, error) {
		office, err := organisation.DepartmentOfKind(&tx.View, organisation.HeadOffice)
		if err != nil {
			return "", err
		}
		client, err := apiclient.AddClient(tx, apiclient.Client{Name: "历史系统", Kind: apiclient.Partner, IntakeChannel: "partner", DepartmentID: office.ID})
		if err != nil {
			return "", err
		}
		_, secret, err := apiclient.AddKey(tx, apiclient.Key{ClientID: client.ID, Name: "import", Scopes: []string{"complaint.create", "complaint.read", "complaint.import"}})
		return secret, err
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := a.DB.Close(); err != nil {
		t.Fatal(err)
	}
	i := &installation{t: t, c: c, key: key}
	t.Cleanup(i.kill)
	return i
}

func (i *installation) url() string { return "http://" + i.c.Listen }

// serve starts the server and waits until it answers.
func (i *installation) serve() {
	i.t.Helper()
	i.process = exec.Command(os.Args[0])
	i.process.Env = append(os.Environ(), "SERVE_FOR_TEST=1", "XIAOBAO_LISTEN="+i.c.Listen, "XIAOBAO_DATABASE="+i.c.Database, "XIAOBAO_KEY_FILE="+i.c.KeyFile, "XIAOBAO_AUDIT_CHECKPOINTS="+i.c.Checkpoints)
	if err := i.process.Start(); err != nil {
		i.t.Fatal(err)
	}
	for range 500 {
		if r, err := http.Get(i.url() + "/livez"); err == nil {
			_ = r.Body.Close()
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	i.t.Fatal("the server does not come up")
}

// kill ends the server as a power cut would.
func (i *installation) kill() {
	if i.process == nil {
		return
	}
	_ = i.process.Process.Kill()
	_ = i.process.Wait()
	i.process = nil
}

// total is how many complaints are there.
func (i *installation) total() int {
	i.t.Helper()
	r, err := http.NewRequest(http.MethodGet, i.url()+"/v1/complaints?limit=1&include_total=true", nil)
	if err != nil {
		i.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+i.key)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		i.t.Fatal(err)
	}
	defer answer.Body.Close()
	var page struct{ Total int }
	if err := json.NewDecoder(answer.Body).Decode(&page); err != nil {
		i.t.Fatal(err)
	}
	return page.Total
}

// watched tells how many rows were acknowledged.
type watched struct{ acknowledged atomic.Int64 }

func (w *watched) Write(line []byte) (int, error) {
	n, _, _ := strings.Cut(string(line), " ")
	done, err := strconv.ParseInt(n, 10, 64)
	w.acknowledged.Store(done)
	return len(line), err
}

// The server is killed three times while a file goes in. Twice the importer dies with it and is started anew; the third time it waits for the server.
// Each time all that was acknowledged is there, and in the end every row once.
func TestServerIsKilledDuringImport(t *testing.T) {
	const rows = 3000
	var file strings.Builder
	file.WriteString("收到,原因,内容\n")
	for n := range rows {
		fmt.Fprintf(&file, "2024-03-%02d,pricing,%s第%d件\n", n%28+1, strings.Repeat("客户称手续费重复收取。", 20), n/2) // each twice
	}
	i := install(t)
	job := importer.Job{File: write(t, "rows.csv", file.String()), Mapping: mapping(t, fmt.Sprintf(simple, "utf-8")), URL: i.url(), Key: i.key, Workers: 4,
		Patience: time.Minute, Pause: 20 * time.Millisecond, Out: io.Discard}
	known := 0
	for round := range 3 {
		i.serve()
		ctx, cancel := context.WithCancel(context.Background())
		seen := &watched{}
		job.Progress = seen
		ended := make(chan error, 1)
		var s importer.Summary
		go func() {
			var err error
			s, err = job.Run(ctx)
			ended <- err
		}()
		until := int64((round + 1) * rows / 5)
		for seen.acknowledged.Load() < until {
			select {
			case err := <-ended:
				t.Fatalf("round %d ended before it was to be killed: %+v %v", round, s, err)
			case <-time.After(time.Millisecond):
			}
		}
		i.kill()
		acknowledged := int(seen.acknowledged.Load())
		if round < 2 {
			cancel()
			if err := <-ended; err == nil {
				t.Errorf("round %d ended well without a server", round)
			}
		}
		i.serve()
		if n := i.total(); n < acknowledged || n < known || n > rows {
			t.Errorf("round %d: %d complaints, %d were acknowledged", round, n, acknowledged)
		} else {
			known = n
		}
		if round == 2 {
			if err := <-ended; err != nil || s.Created+s.Known != rows || s.Refused != 0 {
				t.Errorf("the importer that waited: %+v %v", s, err)
			}
		} else {
			i.kill()
		}
		cancel()
	}
	job.Progress = io.Discard
	s, err := job.Run(context.Background())
	if err != nil || s.Created != 0 || s.Known != rows || i.total() != rows {
		t.Errorf("in the end %d complaints; the last run: %+v %v", i.total(), s, err)
	}
}
