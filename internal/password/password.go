// Package password keeps passwords as argon2id hashes in PHC form, and bounds how many are worked on at once: each costs
// 19 MiB and some 40 ms, and a flood of sign-ins must not starve the rest.
package password

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"time"

	"golang.org/x/crypto/argon2"

	"xiaobao/internal/fault"
)

// Busy: too many sign-ins at once.
var Busy = fault.Declare(fault.Reason{Kind: fault.Unavailable, Code: "session.busy", Retry: true,
	Title:  fault.Words{EN: "Too many sign-ins at once; try again in a moment.", ZH: "同时登录的人数过多，请稍后再试。"},
	Causes: "Many sign-ins in the same second.", Cures: "Try again after Retry-After seconds."})

// A cost is what a hash is made at. It stands in the hash, so that the one below can be raised and what was kept before still matches.
type cost struct {
	memoryKiB, passes uint32
	lanes             uint8
}

// today is OWASP's minimum for argon2id (19 MiB, two passes, one lane).
var today = cost{memoryKiB: 19 * 1024, passes: 2, lanes: 1}

const keyLength = 32

// wait is how long a sign-in queues before it is told to come again.
const wait = 3 * time.Second

var slots = make(chan struct{}, 2)

// Hash returns the PHC string of a password.
func Hash(ctx context.Context, password string) (string, error) {
	s := stored{cost: today, salt: make([]byte, 16)}
	_, _ = rand.Read(s.salt)
	var err error
	s.key, err = derive(ctx, password, s.salt, s.cost, keyLength)
	if err != nil {
		return "", err
	}
	return s.String(), nil
}

// Verify reports whether a password has this hash, at the cost that the hash was made at. An empty hash takes as long as one of today and never matches, so
// that an unknown user cannot be told from a wrong password.
func Verify(ctx context.Context, hash, password string) (bool, error) {
	if hash == "" {
		_, err := derive(ctx, password, make([]byte, 16), today, keyLength)
		return false, err
	}
	s, err := parse(hash)
	if err != nil {
		return false, err
	}
	key, err := derive(ctx, password, s.salt, s.cost, uint32(len(s.key)))
	return err == nil && subtle.ConstantTimeCompare(key, s.key) == 1, err
}

func derive(ctx context.Context, password string, salt []byte, c cost, length uint32) ([]byte, error) {
	patience := time.NewTimer(wait)
	defer patience.Stop()
	select {
	case slots <- struct{}{}:
		defer func() { <-slots }()
	case <-patience.C:
		return nil, Busy
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	return argon2.IDKey([]byte(password), salt, c.passes, c.memoryKiB, c.lanes, length), nil
}
