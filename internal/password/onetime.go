package password

import (
	"context"
	"crypto/rand"
)

// OneTime makes a password that nobody has chosen, of 80 random bits, and its hash.
func OneTime(ctx context.Context) (plain, hash string, err error) {
	plain = rand.Text()[:16]
	hash, err = Hash(ctx, plain)
	return plain, hash, err
}
