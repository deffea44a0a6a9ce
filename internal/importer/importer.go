package importer

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// Job is one run of the importer.
type Job struct {
	File     string
	Mapping  *Mapping
	URL, Key string
	Workers  int
	Preview  bool          // only say what would be refused
	Refused  string        // the file for refused rows; empty: beside the file
	Patience time.Duration // how long a server that is away is waited for
	Pause    time.Duration // before a request is repeated for the first time; zero: a quarter of a second
	Out      io.Writer     // for the refused rows of a preview
	Progress io.Writer
}

// Summary is what became of the rows.
type Summary struct {
	Rows, Created, Known, Refused int
	Sound                         int // of a preview
	Preview                       bool
	RefusedFile                   string // when there is one
}

// String is the summary for people.
func (s Summary) String() string {
	text := fmt.Sprintf("rows     %7d\n", s.Rows)
	if s.Preview {
		text += fmt.Sprintf("sound    %7d\n", s.Sound)
	} else {
		text += fmt.Sprintf("created  %7d\nknown    %7d\n", s.Created, s.Known)
	}
	text += fmt.Sprintf("refused  %7d\n", s.Refused)
	if s.RefusedFile != "" {
		text += "\nThe refused rows and their reasons: " + s.RefusedFile + "\n"
	}
	return text
}

func (s Summary) results() string {
	if s.Preview {
		return fmt.Sprintf("%d sound, %d refused", s.Sound, s.Refused)
	}
	return fmt.Sprintf("%d created, %d known, %d refused", s.Created, s.Known, s.Refused)
}

// How many rows go together [ours]: enough that a request costs each of them little, few enough that progress shows and an interruption loses
// little time.
const (
	rowsPerBatch   = 200
	rowsPerPreview = 20
)

// Run imports the file. When it is cut off, what was acknowledged stays, and the next run finds it known.
func (j Job) Run(ctx context.Context) (Summary, error) {
	summary := Summary{Preview: j.Preview}
	if j.Refused == "" {
		j.Refused = RefusedFile(j.File)
	}
	if filepath.Clean(j.Refused) == filepath.Clean(j.File) {
		return summary, errors.New("the refused rows would be written over the file itself")
	}
	if at, err := url.Parse(j.URL); err != nil || at.Host == "" || at.Scheme != "http" && at.Scheme != "https" {
		return summary, errors.New("the URL begins with https:// or http:// and the name of the server")
	}
	if j.Preview && j.Mapping.to.preview == "" {
		return summary, fmt.Errorf("the server cannot judge %s without storing them: leave --preview out; what it refuses is told, and kept in a file", j.Mapping.Records)
	}
	total, err := count(j.File, j.Mapping)
	if err != nil {
		return summary, fmt.Errorf("%s: %w", j.File, err)
	}
	t, err := openTable(j.File, j.Mapping)
	if err != nil {
		return summary, fmt.Errorf("%s: %w", j.File, err)
	}
	defer t.file.Close()
	translator, err := newTranslator(j.Mapping, t.header)
	if err != nil {
		return summary, err
	}
	c := &client{url: strings.TrimRight(j.URL, "/"), key: j.Key, patience: j.Patience, pause: max(j.Pause, time.Millisecond), http: &http.Client{Timeout: requestTimeout}}
	if j.Pause == 0 {
		c.pause = 250 * time.Millisecond
	}
	limits, err := c.greet(ctx)
	if err != nil {
		return summary, fmt.Errorf("%s: %w", j.URL, err)
	}
	run := &run{Job: j, client: c, limits: limits, id: rand.Text(), table: t, translator: translator, progress: newProgress(j.Progress, total), summary: summary}
	defer run.progress.end()
	run.refusals = printed{j.Out}
	if !j.Preview {
		run.refusals = &refusals{path: j.Refused, m: j.Mapping, header: t.header, own: translator.own}
	}
	err = run.all(ctx)
	return run.summary, errors.Join(err, run.refusals.close())
}

// run is a job under way.
type run struct {
	Job
	client     *client
	limits     limits
	id         string // of this run
	table      *table
	translator *translator
	progress   *progress
	refusals   interface {
		write(*row) error
		close() error
	}
	summary Summary
}

// load is rows that travel together.
type load struct {
	rows           []*row
	size           int // of the bodies
	created, known int
	ready          chan struct{} // closed when the server has answered
}

// all reads, sends and tells, each at its own pace, and ends at the first trouble that waiting does not cure.
func (r *run) all(ctx context.Context) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	toSend, inOrder := make(chan *load), make(chan *load, 2*r.Workers) // the second bounds what is in memory
	var workers sync.WaitGroup
	for range r.Workers {
		workers.Go(func() {
			for l := range toSend {
				if err := r.send(ctx, l); err != nil {
					cancel(err)
				}
				close(l.ready)
			}
		})
	}
	workers.Go(func() {
		defer close(inOrder)
		defer close(toSend)
		if err := r.read(ctx, toSend, inOrder); err != nil {
			cancel(err)
		}
	})
	for l := range inOrder {
		select {
		case <-l.ready:
		case <-ctx.Done(): // it may not have got as far as a worker
		}
		if ctx.Err() != nil {
			continue // to let the others end
		}
		if err := r.tell(l); err != nil {
			cancel(err)
		}
	}
	workers.Wait()
	return context.Cause(ctx)
}

// read makes loads of the rows, in order.
func (r *run) read(ctx context.Context, toSend, inOrder chan<- *load) error {
	pass := func(l *load) bool {
		for _, to := range []chan<- *load{inOrder, toSend} {
			select {
			case to <- l:
			case <-ctx.Done():
				return false
			}
		}
		return true
	}
	most := min(rowsPerBatch, r.limits.Batch)
	if r.Preview {
		most = rowsPerPreview
	}
	room := r.limits.BatchBody - 1000 // for what is around the rows
	l := newLoad()
	for {
		one, err := r.table.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		r.translator.translate(one)
		if len(one.body) > room {
			one.body = nil
			one.refuse("it is larger than the server takes")
		}
		if len(l.rows) == most || l.size+len(one.body)+1 > room {
			if !pass(l) {
				return nil
			}
			l = newLoad()
		}
		l.rows = append(l.rows, one)
		l.size += len(one.body) + 1
	}
	if len(l.rows) > 0 {
		pass(l)
	}
	return nil
}

func newLoad() *load { return &load{ready: make(chan struct{})} }

// send lets the server judge the rows of a load.
func (r *run) send(ctx context.Context, l *load) error {
	if r.Preview {
		return r.preview(ctx, l)
	}
	var sent []*row
	var bodies [][]byte
	for _, one := range l.rows {
		if one.body != nil {
			sent, bodies = append(sent, one), append(bodies, one.body)
		}
	}
	if len(sent) == 0 {
		return nil
	}
	to := r.Mapping.to
	body := append(append([]byte(`{"`+to.list+`":[`), bytes.Join(bodies, []byte(","))...), "]}"...)
	// Of the content, so that a repetition is one; and of the run, so that another run is judged by the state it meets: a code list that was mended
	// since, a key that has a scope more. What makes a row the same complaint in both is its reference.
	sum := sha256.Sum256(append([]byte(r.id), body...))
	got, err := r.client.do(ctx, http.MethodPost, to.path, "import-"+hex.EncodeToString(sum[:20]), body)
	if err != nil {
		return err
	}
	var batch struct {
		Items []struct {
			Index, Status int
			Problem       *problem
		}
	}
	if got.status != http.StatusMultiStatus || json.Unmarshal(got.body, &batch) != nil || len(batch.Items) != len(sent) {
		return lastOf(got, nil)
	}
	for i, item := range batch.Items {
		switch {
		case item.Problem != nil:
			sent[i].reasons = item.Problem.reasons()
		case item.Status == http.StatusCreated:
			l.created++
		default:
			l.known++
		}
	}
	return nil
}

// preview asks what would come of each row, and stores nothing.
func (r *run) preview(ctx context.Context, l *load) error {
	for _, one := range l.rows {
		if one.body == nil {
			continue
		}
		got, err := r.client.do(ctx, http.MethodPost, r.Mapping.to.preview, "", one.body)
		switch {
		case err != nil:
			return err
		case got.status == http.StatusUnprocessableEntity:
			one.reasons = got.problem().reasons()
		case got.status != http.StatusOK:
			return lastOf(got, nil)
		}
	}
	return nil
}

// tell counts what became of a load, and keeps its refused rows.
func (r *run) tell(l *load) error {
	s := &r.summary
	s.Rows += len(l.rows)
	s.Created += l.created
	s.Known += l.known
	for _, one := range l.rows {
		if len(one.reasons) == 0 {
			continue
		}
		s.Refused++
		if err := r.refusals.write(one); err != nil {
			return err
		}
		if !r.Preview {
			s.RefusedFile = r.Job.Refused
		}
	}
	if r.Preview {
		s.Sound = s.Rows - s.Refused
	}
	r.progress.add(len(l.rows), *s)
	return nil
}
