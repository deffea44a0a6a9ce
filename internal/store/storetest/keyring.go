package storetest

import (
	"testing"

	"xiaobao/internal/pii"
)

// Keyring makes a keyring of its own for a test.
func Keyring(t testing.TB) *pii.Keyring {
	t.Helper()
	kek := pii.NewKEK()
	wrapped, err := pii.Create(kek)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := pii.Open(wrapped, kek)
	if err != nil {
		t.Fatal(err)
	}
	return keys
}
