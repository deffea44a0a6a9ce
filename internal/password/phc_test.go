package password

import (
	"context"
	"strings"
	"testing"
)

// cheap is "correct horse battery" at another cost than today's.
const cheap = "$argon2id$v=19$m=8,t=1,p=1$AAECAwQFBgcICQoLDA0ODw$Df5QnPsxnm9jlneZqtPE2c4G1+mr75903MRdMO2p1gw"

// A hash made at another cost still matches its password alone: costs are raised, and people keep their passwords.
func TestHashMatchesAtItsOwnCost(t *testing.T) {
	for password, want := range map[string]bool{"correct horse battery": true, "correct horse batterx": false} {
		if got, err := Verify(context.Background(), cheap, password); got != want || err != nil {
			t.Errorf("Verify(%q) = %v, %v", password, got, err)
		}
	}
	dearer := strings.Replace(cheap, "t=1", "t=2", 1)
	if got, err := Verify(context.Background(), dearer, "correct horse battery"); got || err != nil {
		t.Errorf("the cost in the hash is not used: %v, %v", got, err)
	}
}

// What is no hash of ours is an error, matches nothing, and is refused before it costs anything.
func TestUnreadableHashes(t *testing.T) {
	swap := func(old, new string) string { return strings.Replace(cheap, old, new, 1) }
	for _, hash := range []string{
		"x", "$2a$10$N9qo8uLOickgx2ZMRZoMye", cheap + "$", swap("argon2id", "argon2i"), swap("v=19", "v=16"), swap("m=8", "m=7"), swap("m=8", "m=08"), swap("m=8", "m=+8"),
		swap("m=8", "m=-8"), swap("m=8", "m=262145"), swap("m=8", "m=99999999999"), swap("t=1", "t=0"), swap("t=1", "t=17"), swap("p=1", "p=0"), swap("p=1", "p=2"), swap("p=1", "p=256"),
		swap("m=8,t=1,p=1", "m=262144,t=1,p=17"), swap("p=1", "p=1,x=1"), swap("AAECAwQFBgcICQoLDA0ODw", "AAEC"), swap("AAECAwQFBgcICQoLDA0ODw", strings.Repeat("AAAA", 22)),
		swap("AAECAwQFBgcICQoLDA0ODw", "AAECAwQFBgcICQoLDA0OD!"), swap("ODw$", "ODx$"), cheap[:strings.LastIndex(cheap, "$")+1], cheap + strings.Repeat("AAAA", 16), cheap + "!",
	} {
		got, err := Verify(context.Background(), hash, "")
		if got || err == nil {
			t.Errorf("%q: %v, %v", hash, got, err)
		} else if strings.Contains(err.Error(), "AAEC") {
			t.Errorf("the error repeats the hash: %v", err)
		}
	}
}

// FuzzParse: what is read is bounded and is written the same again; nothing panics.
func FuzzParse(f *testing.F) {
	f.Add(cheap)
	f.Add("$argon2id$v=19$m=19456,t=2,p=1$$")
	f.Add("$argon2id$v=19$m=4294967295,t=4294967295,p=255$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA")
	f.Fuzz(func(t *testing.T, hash string) {
		s, err := parse(hash)
		if err == nil && (s.String() != hash || !s.bounded()) {
			t.Errorf("%q was read as %+v", hash, s)
		}
	})
}
