package password

import (
	"context"
	"errors"
	"strings"
	"testing"
)

// A hash matches its own password alone, and says by which method it was made.
func TestHashMatchesItsPasswordAlone(t *testing.T) {
	ctx := context.Background()
	hash, err := Hash(ctx, "密码 correct horse")
	if err != nil || !strings.HasPrefix(hash, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Fatalf("Hash = %q, %v", hash, err)
	}
	for _, c := range []struct {
		hash, password string
		want           bool
	}{
		{hash, "密码 correct horse", true}, {hash, "密码 correct horsf", false}, {hash, "", false}, {"", "", false},
	} {
		if got, err := Verify(ctx, c.hash, c.password); got != c.want || err != nil {
			t.Errorf("Verify(%q) = %v, %v; want %v", c.password, got, err, c.want)
		}
	}
}

// Who cannot get a place in time is told to come again, and costs nothing.
func TestBoundRefusesTheFlood(t *testing.T) {
	for range cap(slots) {
		slots <- struct{}{}
	}
	defer func() {
		for range cap(slots) {
			<-slots
		}
	}()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Hash(ctx, "x"); !errors.Is(err, context.Canceled) {
		t.Errorf("Hash while all places are taken: %v", err)
	}
}
