package app

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"xiaobao/config"
	"xiaobao/internal/contract"
	"xiaobao/internal/server"
)

// now is the one clock of the binary.
func now() time.Time { return time.Now() }

type serveCommand struct{}

// Run serves the API until the process is told to end.
func (serveCommand) Run(e *environment) error {
	c, err := e.settings()
	if err != nil {
		return err
	}
	return e.serve(c, nil, func(address string) error {
		_, err := fmt.Fprintf(e.out, "Xiaobao listens on http://%s\n", address)
		return err
	})
}

// serve runs an installation, with the pages of the demonstration or without, and says when it listens.
func (e *environment) serve(c config.Config, demo *server.Examples, listening func(address string) error) error {
	m := newMetrics()
	read, err := contract.Read(e.contract)
	if err != nil {
		return err
	}
	a, err := Wire(e.ctx, c, Parts{Contract: read, Clock: now, Log: e.log, Observe: m.observe, Demo: demo})
	if err != nil {
		return err
	}
	defer a.DB.Close()
	listener, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancelCause(e.ctx)
	defer cancel(nil)
	if c.ListenMetrics != "" {
		if err := m.listen(ctx, c.ListenMetrics, cancel); err != nil {
			return err
		}
	}
	go a.Run(ctx)
	if err := listening(listener.Addr().String()); err != nil {
		return err
	}
	return serveUntil(ctx, listener, a.Handler)
}

// serveUntil serves until the context ends, and lets the requests under way finish.
func serveUntil(ctx context.Context, l net.Listener, h http.Handler) error {
	s := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: time.Minute, WriteTimeout: 2 * time.Minute, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10}
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(l) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 20*time.Second)
	defer cancel()
	err := s.Shutdown(grace)
	if cause := context.Cause(ctx); !errors.Is(cause, context.Canceled) {
		return errors.Join(cause, err)
	}
	return err
}

// metrics count requests for Prometheus, by operation and status: nothing that a caller wrote is a label.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.HistogramVec
}

func newMetrics() *metrics {
	m := &metrics{registry: prometheus.NewRegistry(), requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "xiaobao_request_seconds", Help: "Time of requests by operation and status.", Buckets: []float64{.002, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10}},
		[]string{"operation", "status"})}
	m.registry.MustRegister(m.requests, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

func (m *metrics) observe(operation string, status int, took time.Duration) {
	m.requests.WithLabelValues(operation, fmt.Sprint(status)).Observe(took.Seconds())
}

func (m *metrics) listen(ctx context.Context, address string, failed context.CancelCauseFunc) error {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return fmt.Errorf("listen for metrics: %w", err)
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{}))
	go func() {
		if err := serveUntil(ctx, l, mux); err != nil && ctx.Err() == nil {
			failed(fmt.Errorf("metrics: %w", err))
		}
	}()
	return nil
}
