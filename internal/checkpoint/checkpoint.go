package checkpoint

import (
	"crypto/ed25519"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Checkpoint says what the trail's first entries were at an instant.
type Checkpoint struct {
	Size int64 // how many entries
	Root string
	Note string // size, root and instant, signed
	At   time.Time
}

// name is who signs, and the first line of what is signed.
const (
	name   = "xiaobao-audit"
	origin = "xiaobao audit"
)

// Signer signs checkpoints, and knows its own.
type Signer struct {
	key      ed25519.PrivateKey
	verifier note.Verifier
	public   string
}

// NewSigner makes a signer of a key.
func NewSigner(key ed25519.PrivateKey) (*Signer, error) {
	public, err := note.NewEd25519VerifierKey(name, key.Public().(ed25519.PublicKey))
	if err != nil {
		return nil, err
	}
	verifier, err := note.NewVerifier(public)
	return &Signer{key: key, verifier: verifier, public: public}, err
}

// Public is the key by which anybody can check a checkpoint, in the form of golang.org/x/mod/sumdb/note.
func (s *Signer) Public() string { return s.public }

// Name is who signs.
func (s *Signer) Name() string { return name }

// KeyHash tells the key from others of the name.
func (s *Signer) KeyHash() uint32 { return s.verifier.KeyHash() }

// Sign signs.
func (s *Signer) Sign(text []byte) ([]byte, error) { return ed25519.Sign(s.key, text), nil }

func (s *Signer) checkpoint(size int64, root tlog.Hash, at time.Time) (Checkpoint, error) {
	c := Checkpoint{Size: size, Root: root.String(), At: at}
	signed, err := note.Sign(&note.Note{Text: fmt.Sprintf("%s\n%d\n%s\n%s\n", origin, c.Size, c.Root, at.Format(time.RFC3339Nano))}, s)
	c.Note = string(signed)
	return c, err
}

// open reads a checkpoint from its note, and refuses one that another key signed.
func (s *Signer) open(text string) (Checkpoint, error) {
	n, err := note.Open([]byte(text), note.VerifierList(s.verifier))
	if err != nil {
		return Checkpoint{}, err
	}
	lines := strings.Split(n.Text, "\n")
	if len(lines) != 5 || lines[0] != origin {
		return Checkpoint{}, fmt.Errorf("the note is no checkpoint")
	}
	c := Checkpoint{Root: lines[2], Note: text}
	c.Size, err = strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return Checkpoint{}, err
	}
	if root, err := base64.StdEncoding.DecodeString(c.Root); err != nil || len(root) != tlog.HashSize {
		return Checkpoint{}, fmt.Errorf("the root is no hash")
	}
	c.At, err = time.Parse(time.RFC3339Nano, lines[3])
	return c, err
}
