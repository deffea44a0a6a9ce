package answer

import (
	"context"
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
	now = now.Add(72*time.Hour + time.Second)
	if _, err := tokens.Page(mine, nil, &next, nil); !errors.Is(err, TokenInvalid) {
		t.Errorf("after three days: %v", err)
	}
}

func FuzzToken(f *testing.F) {
	tokens := Tokens{Sign: func(string) []byte { return []byte("0123456789abcdef") }, Now: time.Now}
	f.Add("abc.def")
	f.Add("e30.MDEyMzQ1Njc4OWFiY2RlZg")
	f.Fuzz(func(t *testing.T, token string) {
		if _, err := tokens.Page(context.Background(), nil, &token, nil); err != nil && !errors.Is(err, TokenInvalid) {
			t.Errorf("%q: %v", token, err)
		}
	})
}
