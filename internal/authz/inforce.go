package authz

import "sync/atomic"

// InForce holds the engine that answers now. Requests under way keep the one that they took.
type InForce struct{ current atomic.Pointer[versioned] }

type versioned struct {
	engine  *Engine
	version int64
}

// PutInForce makes the holder with its first engine, by the version of the policy.
func PutInForce(e *Engine, version int64) *InForce {
	f := &InForce{}
	f.current.Store(&versioned{e, version})
	return f
}

// Current is the engine in force.
func (f *InForce) Current() *Engine { return f.current.Load().engine }

// Version is that of the policy in force.
func (f *InForce) Version() int64 { return f.current.Load().version }

// Swap puts the engine in force, unless its version is no newer than the one that is: of two that reload at once the
// later policy stays. It says whether it did.
func (f *InForce) Swap(e *Engine, version int64) bool {
	next := &versioned{e, version}
	for {
		now := f.current.Load()
		if version <= now.version {
			return false
		}
		if f.current.CompareAndSwap(now, next) {
			return true
		}
	}
}
