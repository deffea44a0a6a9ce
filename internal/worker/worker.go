// Package worker is what happens without a request: jobs that run now and then, each in one process at a time, held by a lease in the database.
//
// It guarantees that a job that fails, or a process that dies, is only late: the next process that gets the lease takes up what is there. A job must therefore go
// by the rows' own dates and not by when it runs.
package worker

import (
	"context"
	"log/slog"
	"time"

	"xiaobao/internal/id"
	"xiaobao/internal/store"
)

// Job is something to be done again and again.
type Job struct {
	Name  string
	Every time.Duration
	Do    func(ctx context.Context) error
}

// Run does the jobs until the context ends.
func Run(ctx context.Context, db *store.DB, log *slog.Logger, jobs ...Job) {
	holder := id.New("wrk")
	done := make(chan struct{})
	for _, job := range jobs {
		go func() {
			defer func() { done <- struct{}{} }()
			repeat(ctx, db, log, holder, job)
		}()
	}
	for range jobs {
		<-done
	}
}

func repeat(ctx context.Context, db *store.DB, log *slog.Logger, holder string, job Job) {
	tick := time.NewTicker(job.Every)
	defer tick.Stop()
	for {
		if err := once(ctx, db, holder, job); err != nil && ctx.Err() == nil {
			log.Error("a job failed and will be tried again", "job", job.Name, "cause", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// once does the job if this process gets the lease. The lease outlasts the interval, so that a second process takes over only when the first has stopped.
func once(ctx context.Context, db *store.DB, holder string, job Job) error {
	mine, err := db.Lease(ctx, job.Name, holder, 3*job.Every)
	if err != nil || !mine {
		return err
	}
	return job.Do(ctx)
}
