// Package password keeps passwords as argon2id hashes in PHC form, and bounds how many are worked on at once: each costs
// 19 MiB and some 40 ms, and a flood of sign-ins must not starve the rest.
package password

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"
	"time"

	"golang.org/x/crypto/argon2"

	"xiaobao/internal/fault"
)

// Busy: too many sign-ins at once.
var Busy = fault.Declare(fault.Reason{Kind: fault.Unavailable, Code: "session.busy", Retry: true,
	Title:  fault.Words{EN: "Too many sign-ins at once; try again in a moment.", ZH: "同时登录的人数过多，请稍后再试。"},
	Causes: "Many sign-ins in the same second.", Cures: "Try again after Retry-After seconds."})

// The cost: OWASP's minimum for argon2id (19 MiB, two passes, one lane).
const (
	memoryKiB = 19 * 1024
	passes    = 2
	lanes     = 1
	keyLength = 32
)

// wait is how long a sign-in queues before it is told to come again.
const wait = 3 * time.Second

var slots = make(chan struct{}, 2)

// Hash returns the PHC string of a password.
func Hash(ctx context.Context, password string) (string, error) {
	var salt [16]byte
	_, _ = rand.Read(salt[:])
	key, err := derive(ctx, password, salt[:])
	if err != nil {
		return "", err
	}
	enc := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, memoryKiB, passes, lanes, enc.EncodeToString(salt[:]), enc.EncodeToString(key)), nil
}

// Verify reports whether a password has this hash. An empty hash takes as long and never matches, so that an unknown user cannot be told
// from a wrong password.
func Verify(ctx context.Context, hash, password string) (bool, error) {
	parts := strings.Split(hash, "$")
	if len(parts) != 6 {
		_, err := derive(ctx, password, make([]byte, 16))
		return false, err
	}
	enc := base64.RawStdEncoding
	salt, err := enc.DecodeString(parts[4])
	if err != nil {
		return false, fmt.Errorf("a stored password hash cannot be read: %w", err)
	}
	want, err := enc.DecodeString(parts[5])
	if err != nil {
		return false, fmt.Errorf("a stored password hash cannot be read: %w", err)
	}
	key, err := derive(ctx, password, salt)
	return err == nil && subtle.ConstantTimeCompare(key, want) == 1, err
}

func derive(ctx context.Context, password string, salt []byte) ([]byte, error) {
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
	return argon2.IDKey([]byte(password), salt, passes, memoryKiB, lanes, keyLength), nil
}
