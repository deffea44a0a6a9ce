package pii

import (
	"bytes"
	"crypto/ed25519"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/tink-crypto/tink-go/v2/aead"
	aeadsubtle "github.com/tink-crypto/tink-go/v2/aead/subtle"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/prf"
	tinkpb "github.com/tink-crypto/tink-go/v2/proto/tink_go_proto"
	"github.com/tink-crypto/tink-go/v2/tink"

	"xiaobao/internal/fault"
)

// indexSize is the length of a blind index in bytes. 128 bits: no two values of an institution collide.
const indexSize = 16

// The two keysets are told apart by associated data, so that neither can be put in the other's place.
var (
	valuesData = []byte("xiaobao values")
	indexData  = []byte("xiaobao index")
)

// What can be wrong with a keyring or a value under it.
var (
	ErrWrongKey = fault.Declare(fault.Reason{Kind: fault.Internal, Code: "pii.wrong_key",
		Title: fault.Words{
			EN: "The key file does not open the keyring of this database: it is the key of another one, or the keyring is damaged.",
			ZH: "密钥文件无法打开本数据库的密钥环：密钥属于其他数据库，或密钥环已损坏。"},
		Causes: "A database restored beside the key file of another installation.",
		Cures:  "Put the key file back that was made with this database. Without it no personal value can be read."})
	ErrKeyring = fault.Declare(fault.Reason{Kind: fault.Internal, Code: "pii.keyring_unknown",
		Title: fault.Words{
			EN: "The stored keyring has no form that this program knows.",
			ZH: "所存密钥环的格式不为本程序所知。"},
		Causes: "A keyring that was changed by hand, or written by a newer program.",
		Cures:  "Run the program that wrote it, or restore the keyring from a backup."})
	ErrUnreadable = fault.Declare(fault.Reason{Kind: fault.Internal, Code: "pii.unreadable",
		Title: fault.Words{
			EN: "A sealed value does not open where it stands: it was moved from another row or column, or is damaged.",
			ZH: "加密值在其所在位置无法解密：它来自其他行或列，或已损坏。"},
		Causes: "A row that was copied or changed by hand in the database.",
		Cures:  "Restore the row from a backup."})
)

// Place is where a sealed value stands. It is bound to the value: at any other place the value does not open.
type Place struct {
	Column string // table.column, "complaint_detail.narrative"; no colon
	Row    string // the row's id
}

func (p Place) data() ([]byte, error) {
	if p.Column == "" || p.Row == "" || strings.Contains(p.Column, ":") {
		return nil, fmt.Errorf("pii: %q of row %q is no place", p.Column, p.Row)
	}
	return []byte(p.Column + ":" + p.Row), nil
}

// Keyring seals values and computes their blind indexes. It may be used by many goroutines.
type Keyring struct {
	values tink.AEAD
	index  *prf.Set
}

// wrapped is a keyring as it is stored: Tink's JSON of the two keysets, which names key ids and kinds in the clear and
// holds the keys encrypted.
type wrapped struct {
	Format int             `json:"format"`
	Values json.RawMessage `json:"values"`
	Index  json.RawMessage `json:"index"`
}

const wrappedFormat = 1

// Create makes the two new keysets of an institution, AES-256-GCM for values and HMAC-SHA-256 for indexes, and returns
// them wrapped by the key of NewKEK: JSON, about 1 KB, to be stored in the database and opened by Open.
func Create(kek []byte) ([]byte, error) {
	wrapper, err := aeadsubtle.NewAESGCM(kek)
	if err != nil {
		return nil, fmt.Errorf("pii: wrapping key: %w", err)
	}
	values, err := newKeyset(aead.AES256GCMKeyTemplate(), wrapper, valuesData)
	if err != nil {
		return nil, err
	}
	index, err := newKeyset(prf.HMACSHA256PRFKeyTemplate(), wrapper, indexData)
	if err != nil {
		return nil, err
	}
	return json.Marshal(wrapped{Format: wrappedFormat, Values: values, Index: index})
}

func newKeyset(template *tinkpb.KeyTemplate, wrapper tink.AEAD, data []byte) (json.RawMessage, error) {
	handle, err := keyset.NewHandle(template)
	if err != nil {
		return nil, fmt.Errorf("pii: new keyset: %w", err)
	}
	var out bytes.Buffer
	err = handle.WriteWithAssociatedData(keyset.NewJSONWriter(&out), wrapper, data)
	if err != nil {
		return nil, fmt.Errorf("pii: wrap keyset: %w", err)
	}
	return out.Bytes(), nil
}

// Open unwraps what Create made. It returns ErrWrongKey when the key is not the one it was wrapped by, ErrKeyring when
// the bytes are no keyring.
func Open(blob, kek []byte) (*Keyring, error) {
	var w wrapped
	err := json.Unmarshal(blob, &w)
	if err != nil {
		return nil, ErrKeyring.Because(err)
	}
	if w.Format != wrappedFormat {
		return nil, ErrKeyring.Because(fmt.Errorf("format %d", w.Format))
	}
	wrapper, err := aeadsubtle.NewAESGCM(kek)
	if err != nil {
		return nil, ErrWrongKey.Because(err)
	}
	values, err := keyset.ReadWithAssociatedData(keyset.NewJSONReader(bytes.NewReader(w.Values)), wrapper, valuesData)
	if err != nil {
		return nil, ErrWrongKey.Because(err)
	}
	index, err := keyset.ReadWithAssociatedData(keyset.NewJSONReader(bytes.NewReader(w.Index)), wrapper, indexData)
	if err != nil {
		return nil, ErrWrongKey.Because(err)
	}
	return newKeyring(values, index)
}

func newKeyring(values, index *keyset.Handle) (*Keyring, error) {
	sealer, err := aead.New(values)
	if err != nil {
		return nil, ErrKeyring.Because(err)
	}
	set, err := prf.NewPRFSet(index)
	if err != nil {
		return nil, ErrKeyring.Because(err)
	}
	return &Keyring{values: sealer, index: set}, nil
}

// Seal encrypts a text for its place. The empty text is nil. The result is 34 bytes longer than the text, and differs
// each time.
func (k *Keyring) Seal(place Place, text string) (Sealed, error) {
	if text == "" {
		return nil, nil
	}
	data, err := place.data()
	if err != nil {
		return nil, err
	}
	box, err := k.values.Encrypt([]byte(text), data)
	if err != nil {
		return nil, fmt.Errorf("pii: seal %s: %w", place.Column, err)
	}
	return append(Sealed{formatAESGCM}, box...), nil
}

// Unseal opens a value at its place; nil is the empty text. It returns ErrNotSealed for an unknown format, ErrUnreadable
// when the value is not the one that was sealed there.
func (k *Keyring) Unseal(place Place, value Sealed) (string, error) {
	if len(value) == 0 {
		return "", nil
	}
	data, err := place.data()
	if err != nil {
		return "", err
	}
	if !value.known() {
		return "", ErrNotSealed.Because(fmt.Errorf("column %s, row %s", place.Column, place.Row))
	}
	text, err := k.values.Decrypt(value[1:], data)
	if err != nil {
		return "", ErrUnreadable.Because(fmt.Errorf("column %s, row %s: %w", place.Column, place.Row, err))
	}
	return string(text), nil
}

// Index is the blind index of a normalised value (NormalPhone ...) in a column: 16 bytes, the same for the same value,
// nil for the empty one. The column is part of it, so that equal values of two columns cannot be seen to be equal.
func (k *Keyring) Index(column, normalised string) []byte {
	if normalised == "" {
		return nil
	}
	sum, err := k.index.ComputePrimaryPRF([]byte(column+"\x00"+normalised), indexSize)
	if err != nil {
		panic("pii: index: " + err.Error()) // HMAC-SHA-256 gives 32 bytes and fails only when asked for more
	}
	return sum
}

// SigningKey is a key that signs, derived from the keyring: the same for a name as long as the database's keyring lives.
func (k *Keyring) SigningKey(name string) ed25519.PrivateKey {
	// What indexes are made of holds a zero byte, and this does not.
	seed, err := k.index.ComputePrimaryPRF([]byte("signing key: "+name), ed25519.SeedSize)
	if err != nil {
		panic("pii: signing key: " + err.Error()) // HMAC-SHA-256 gives 32 bytes and fails only when asked for more
	}
	return ed25519.NewKeyFromSeed(seed)
}
