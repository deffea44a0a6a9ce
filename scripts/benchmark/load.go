package main

import (
	"slices"
	"sync"
	"time"
)

// result is what one measure found.
type result struct {
	took     time.Duration
	calls    []time.Duration // how long each took, the shortest first
	failures int
	factor   float64 // things done by one call
	err      error   // the first failure
}

func (r result) rate() float64 { return float64(len(r.calls)) * r.factor / r.took.Seconds() }

func (r result) at(percent int) time.Duration {
	if len(r.calls) == 0 {
		return 0
	}
	return r.calls[min(len(r.calls)-1, len(r.calls)*percent/100)].Round(10 * time.Microsecond)
}

// times says that one call did n things.
func (r result) times(n float64) result {
	r.factor = n
	return r
}

// load calls do from n workers at once for a while.
func load(d time.Duration, n int, do func(worker int) error) result {
	end := time.Now().Add(d)
	return gather(n, func(worker, _ int) (more bool, err error) {
		err = do(worker)
		return time.Now().Before(end), err
	})
}

// gather calls do from n workers until it says that there is no more.
func gather(n int, do func(worker, call int) (more bool, err error)) result {
	var mu sync.Mutex
	r := result{factor: 1}
	start := time.Now()
	var wg sync.WaitGroup
	for worker := range n {
		wg.Go(func() {
			for call := 0; ; call++ {
				begin := time.Now()
				more, err := do(worker, call)
				mu.Lock()
				if err != nil {
					r.failures++
					if r.err == nil {
						r.err = err
					}
				} else {
					r.calls = append(r.calls, time.Since(begin))
				}
				mu.Unlock()
				if !more {
					return
				}
			}
		})
	}
	wg.Wait()
	r.took = time.Since(start)
	slices.Sort(r.calls)
	return r
}
