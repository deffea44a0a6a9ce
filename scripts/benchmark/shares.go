package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/google/pprof/profile"
)

// parts are what the server's time is divided into. A sample belongs to the innermost function on its stack that one of the prefixes names, so that what the
// runtime does for a part counts as the part's.
var parts = []struct {
	name     string
	prefixes []string
}{
	{"database driver", []string{"github.com/go-sql-driver/", "database/sql."}},
	{"GORM", []string{"gorm.io/"}},
	{"store: transactions, audit, claims", []string{"xiaobao/internal/store."}},
	{"sealing and blind indexes", []string{"xiaobao/internal/pii.(*Keyring)", "github.com/tink-crypto/", "crypto/"}},
	{"masking and striking out", []string{"xiaobao/internal/pii."}},
	{"contract check", []string{"xiaobao/internal/contract.", "github.com/santhosh-tekuri/", "github.com/go-json-experiment/"}},
	{"JSON of answers and requests", []string{"encoding/json."}},
	{"rights", []string{"xiaobao/internal/authz.", "github.com/casbin/"}},
	{"log and metrics", []string{"log/slog.", "github.com/prometheus/"}},
	{"HTTP", []string{"net/http.", "github.com/labstack/", "xiaobao/api.", "xiaobao/internal/server.", "github.com/oapi-codegen/"}},
	{"the features", []string{"xiaobao/"}},
	{"garbage collection", []string{"runtime.gcBgMarkWorker", "runtime.bgsweep", "runtime.bgscavenge", "runtime.gcAssist"}},
}

// others are samples of no part: the scheduler and the like.
const others = "runtime"

// shares are the parts' shares of the CPU that the server used, by name.
type shares map[string]float64

// profile is how the server's time is shared while it works.
func (s *server) profile(d time.Duration, work func()) (shares, error) {
	var worked sync.WaitGroup
	worked.Go(work)
	defer worked.Wait()
	client := http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", s.profiles)
	}}}
	response, err := client.Get(fmt.Sprintf("http://server/debug/pprof/profile?seconds=%d", max(1, int(d.Seconds()))))
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	p, err := profile.Parse(response.Body)
	if err != nil {
		return nil, err
	}
	sum, total := shares{}, 0.0
	for _, sample := range p.Sample {
		sum[partOf(sample)] += float64(sample.Value[0])
		total += float64(sample.Value[0])
	}
	for name := range sum {
		sum[name] /= total
	}
	return sum, nil
}

func partOf(s *profile.Sample) string {
	for _, location := range s.Location {
		for _, line := range location.Line {
			for _, part := range parts {
				for _, prefix := range part.prefixes {
					if strings.HasPrefix(line.Function.Name, prefix) {
						return part.name
					}
				}
			}
		}
	}
	return others
}

// tabled shows the shares of several measures beside each other.
func tabled(names []string, all []shares) string {
	var b strings.Builder
	fmt.Fprintf(&b, "| part of the server | %s |\n|---|%s\n", strings.Join(names, " | "), strings.Repeat("---|", len(names)))
	row := func(name string) {
		fmt.Fprintf(&b, "| %s |", name)
		for _, one := range all {
			fmt.Fprintf(&b, " %.0f %% |", 100*one[name])
		}
		b.WriteString("\n")
	}
	for _, part := range parts {
		row(part.name)
	}
	row(others)
	return b.String()
}
