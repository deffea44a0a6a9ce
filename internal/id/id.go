// Package id makes identifiers: opaque, prefixed with the kind of thing, ordered by the time they were made.
package id

import (
	"context"
	"encoding/base32"

	"github.com/google/uuid"
)

// Crockford's alphabet keeps the order of the bytes; lower case reads and types better.
var crockford = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// New returns a new identifier, for example cmp_01ky5s9t5v3k8f2n0q4r6w8x1z: the prefix and 26 characters.
func New(prefix string) string {
	// NewV7 fails only when the system has no randomness left, and then nothing is safe to go on.
	u := uuid.Must(uuid.NewV7())
	return prefix + "_" + crockford.EncodeToString(u[:])
}

type nameKey struct{}

// Named makes For call what is made under the context by a name. The demonstration's records have the same ids whenever it begins anew.
func Named(ctx context.Context, name string) context.Context {
	return context.WithValue(ctx, nameKey{}, name)
}

// For is New, or prefix_name under Named.
func For(ctx context.Context, prefix string) string {
	if name, ok := ctx.Value(nameKey{}).(string); ok {
		return prefix + "_" + name
	}
	return New(prefix)
}
