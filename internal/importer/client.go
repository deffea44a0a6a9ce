package importer

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// client sends requests until they are answered.
type client struct {
	url, key string
	patience time.Duration // how long a server may be away
	pause    time.Duration // before the first repetition
	http     *http.Client
}

const (
	requestTimeout = 2 * time.Minute // as long as the server gives itself
	longestPause   = 10 * time.Second
	longestAnswer  = 64 << 20
)

// answer is what came back.
type answer struct {
	status int
	body   []byte
	again  time.Duration // Retry-After
}

// problem is a refusal, as far as it is told to people.
type problem struct {
	Code, Detail string
	RequestID    string `json:"request_id"`
	Errors       []problemItem
}

type problemItem struct{ Pointer, Name, Code, Detail, Suggestion string }

// reasons are all that is wrong, a line each.
func (p problem) reasons() []string {
	if len(p.Errors) == 0 {
		return []string{p.Code + ": " + p.Detail}
	}
	lines := make([]string, len(p.Errors))
	for i, e := range p.Errors {
		lines[i] = strings.TrimSpace(fmt.Sprintf("%s%s %s: %s", e.Pointer, e.Name, e.Code, e.Detail))
		if e.Suggestion != "" {
			lines[i] += " (did you mean " + e.Suggestion + "?)"
		}
	}
	return lines
}

// do sends a request and returns an answer that will not change by waiting: what else it says, the same request is sent again with the same
// key, after a pause that grows and differs between those who wait.
func (c *client) do(ctx context.Context, method, path, key string, body []byte) (answer, error) {
	got, err := c.once(ctx, method, path, key, body)
	if !passing(got, err) {
		return got, err
	}
	within, cancel := context.WithTimeout(ctx, c.patience)
	defer cancel()
	for pause := c.pause; ; pause = min(2*pause, longestPause) {
		wait := max(pause/2+rand.N(pause/2+1), got.again)
		select {
		case <-within.Done():
			if ctx.Err() != nil {
				return got, ctx.Err()
			}
			return got, fmt.Errorf("the server did not serve for %s; last: %w", c.patience, lastOf(got, err))
		case <-time.After(wait):
		}
		now, trouble := c.once(within, method, path, key, body)
		if within.Err() != nil {
			continue
		}
		got, err = now, trouble
		if !passing(got, err) {
			return got, err
		}
	}
}

// once sends a request.
func (c *client) once(ctx context.Context, method, path, key string, body []byte) (answer, error) {
	r, err := http.NewRequestWithContext(ctx, method, c.url+path, bytes.NewReader(body))
	if err != nil {
		return answer{}, err
	}
	r.Header.Set("Authorization", "Bearer "+c.key)
	r.Header.Set("Accept-Language", "en")
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if key != "" {
		r.Header.Set("Idempotency-Key", key)
	}
	response, err := c.http.Do(r)
	if err != nil {
		return answer{}, err
	}
	defer response.Body.Close()
	got := answer{status: response.StatusCode}
	if seconds, err := strconv.Atoi(response.Header.Get("Retry-After")); err == nil {
		got.again = min(time.Duration(seconds)*time.Second, time.Minute)
	}
	got.body, err = io.ReadAll(io.LimitReader(response.Body, longestAnswer))
	return got, err
}

// passing says that an answer may be another one later.
func passing(got answer, err error) bool {
	if err != nil {
		return !errors.Is(err, context.Canceled)
	}
	switch got.status {
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	case http.StatusConflict:
		return got.problem().Code == "idempotency.in_progress"
	}
	return false
}

// problem reads a refusal; what is none has no code.
func (a answer) problem() (p problem) {
	_ = json.Unmarshal(a.body, &p) // something else than our server may have answered
	return p
}

// lastOf is the last trouble in words.
func lastOf(got answer, err error) error {
	if err != nil {
		return err
	}
	p := got.problem()
	if p.Code == "" {
		return fmt.Errorf("status %d, and no answer of Xiaobao's: is the URL right?", got.status)
	}
	return fmt.Errorf("%d %s: %s (request %s)", got.status, p.Code, strings.Join(p.reasons(), "; "), p.RequestID)
}

// limits are how much a server takes at once.
type limits struct {
	Batch     int `json:"batch_max"`
	BatchBody int `json:"batch_body_bytes_max"`
}

// greet asks who the server is, which shows at once whether the URL and the key are right.
func (c *client) greet(ctx context.Context) (limits, error) {
	hasty := *c
	hasty.patience = min(c.patience, longestPause)
	got, err := hasty.do(ctx, http.MethodGet, "/v1/institution", "", nil)
	if err != nil {
		return limits{}, err
	}
	var institution struct{ Limits limits }
	if got.status != http.StatusOK || json.Unmarshal(got.body, &institution) != nil || institution.Limits.Batch == 0 {
		return limits{}, lastOf(got, nil)
	}
	return institution.Limits, nil
}
