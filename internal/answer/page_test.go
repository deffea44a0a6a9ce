package answer

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"testing"
	"time"

	"xiaobao/internal/actor"
)

// A page token goes on with its own list, for its own caller, for three days; nothing else reads it.
func TestTokenIsBound(t *testing.T) {
	now := time.Date(2026, 3, 24, 1, 0, 0, 0, time.UTC)
	tokens := Tokens{Sign: func(text string) []byte { return []byte{byte(len(text)), text[0], text[len(text)-1]} }, Now: func() time.Time { return now }}
	mine := With(actor.With(context.Background(), actor.Actor{Kind: actor.User, ID: "usr_1"}), &State{Filter: "stage=intake"})
	next, err := tokens.Next(mine, "2026-03-24", "cmp_1")
	if err != nil {
		t.Fatal(err)
	}
	page, err := tokens.Page(mine, nil, &next, nil)
	filter, _ := tokens.Filter(mine, next)
	if err != nil || len(page.After) != 2 || page.After[1] != "cmp_1" || page.Limit != 50 || filter != "stage=intake" {
		t.Errorf("%+v, %q, %v", page, filter, err)
	}
	other := actor.With(mine, actor.Actor{Kind: actor.User, ID: "usr_2"})
	if _, err := tokens.Page(other, nil, &next, nil); !errors.Is(err, TokenInvalid) {
		t.Errorf("another caller: %v", err)
	}
	elsewhere := With(mine, &State{List: "/v1/users", Filter: "stage=intake"})
	if _, err := tokens.Page(elsewhere, nil, &next, nil); !errors.Is(err, TokenMismatch) {
		t.Errorf("another list: %v", err)
	}
	now = now.Add(72*time.Hour + time.Second)
	if _, err := tokens.Page(mine, nil, &next, nil); !errors.Is(err, TokenInvalid) {
		t.Errorf("after three days: %v", err)
	}
}

// Nothing but what was signed is a token.
func FuzzToken(f *testing.F) {
	tokens := Tokens{Now: func() time.Time { return time.Date(2026, 3, 24, 1, 0, 0, 0, time.UTC) }, Sign: func(text string) []byte {
		mac := hmac.New(sha256.New, []byte("key"))
		mac.Write([]byte(text))
		return mac.Sum(nil)
	}}
	mine := With(actor.With(context.Background(), actor.Actor{Kind: actor.User, ID: "usr_1"}), &State{List: "/v1/complaints"})
	text, err := tokens.Next(mine, "a", 1)
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range []string{text, text[:len(text)-1], "." + text, text + ".", "", ".", "e30.e30", "abc.def", "\x00", text + "=", " " + text, text + "\n", text[:len(text)-1] + "_"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, sent string) {
		if _, err := tokens.Page(mine, nil, &sent, nil); err == nil && sent != text || err != nil && !errors.Is(err, TokenInvalid) {
			t.Errorf("%q: %v", sent, err)
		}
	})
}
