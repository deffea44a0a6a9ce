// Package token makes and reads the secrets that callers send: keys of clients, tokens of sessions and of links. A token is a prefix that says what
// it is, 256 random bits, and a checksum, so that one mistyped letter is refused without a look-up, and so that a scanner of repositories can tell
// a leaked one. Only its hash is stored.
package token

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"strings"
)

// Kind is what a token is for; it is the token's prefix.
type Kind string

// The kinds of token.
const (
	Key     Kind = "xbk_live_" // of a partner or regulator
	Access  Kind = "xbs_live_" // of a session
	Refresh Kind = "xbr_live_" // for new tokens of a session
	Survey  Kind = "xbq_live_" // of the link to a survey
)

const (
	randomLength   = 43 // base64 of 32 bytes
	checksumLength = 6
	// PrefixLength is how much of a token may be shown and stored to tell it from others: its kind and 8 of its 43 random characters.
	PrefixLength = len(Key) + 8
)

// New returns a new token of a kind.
func New(kind Kind) string {
	var random [32]byte
	_, _ = rand.Read(random[:]) // never fails: the runtime stops the program instead
	body := string(kind) + base64.RawURLEncoding.EncodeToString(random[:])
	return body + checksum(body)
}

// Parse tells the kind of a token. It reports false when the text is no token or its checksum does not match.
func Parse(text string) (Kind, bool) {
	for _, kind := range []Kind{Key, Access, Refresh, Survey} {
		if !strings.HasPrefix(text, string(kind)) {
			continue
		}
		if len(text) != len(kind)+randomLength+checksumLength {
			return "", false
		}
		body := text[:len(text)-checksumLength]
		return kind, text[len(body):] == checksum(body)
	}
	return "", false
}

// Hash is what is stored of a token. The token's own randomness makes a slow hash needless.
func Hash(text string) []byte {
	sum := sha256.Sum256([]byte(text))
	return sum[:]
}

func checksum(body string) string {
	sum := sha256.Sum256([]byte("xiaobao token checksum\x00" + body))
	return hex.EncodeToString(sum[:])[:checksumLength]
}
