package pii

import (
	"crypto/ed25519"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/prf"
	"github.com/tink-crypto/tink-go/v2/tink"

	"xiaobao/internal/fault"
)

// indexSize is the length of a blind index in bytes. 128 bits: no two values of an institution collide.
const indexSize = 16

// What can be wrong with a keyring or a value under it.
var (
	ErrWrongKey = fault.Declare(fault.Reason{Kind: fault.Internal, Code: "pii.wrong_key",
		Title: fault.Words{
			EN: "The key file does not open the keyring of this database: it is the key of another one, or one from before `xiaobao keys rewrap`, or the keyring is damaged.",
			ZH: "密钥文件无法打开本数据库的密钥环：密钥属于其他数据库，或已被 `xiaobao keys rewrap` 更换，或密钥环已损坏。"},
		Causes: "A database restored beside the key file of another installation, or of another time.",
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
		Causes: "A row that was copied or changed by hand in the database, or put back from before its key was retired.",
		Cures:  "Restore the row from a backup."})
	ErrBehind = fault.Declare(fault.Reason{Kind: fault.Unavailable, Code: "pii.keyring_behind", Retry: true,
		Title: fault.Words{
			EN: "The keys were rotated, and this process cannot open the new one: it stores no personal values until its key file is put right.",
			ZH: "密钥已轮换，而本进程无法打开新密钥：在密钥文件恢复正确之前不保存个人信息。"},
		Causes: "A key file that was exchanged for one machine and not for this one, and a rotation after it.",
		Cures:  "Put the key file in force at key_file; the process takes it within two seconds."})
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

// Keyring seals values and computes their blind indexes. It may be used by many goroutines, and its keys may change while it is.
type Keyring struct {
	current atomic.Pointer[suite]
	index   *prf.Set
	renew   func() error
}

// suite is what a keyring seals and opens with at a time.
type suite struct {
	values tink.AEAD
	ids    []uint32
	behind bool
}

// Open unwraps what Create made, as OpenKeyset does.
func Open(blob, kek []byte) (*Keyring, error) {
	s, err := OpenKeyset(blob, kek)
	if err != nil {
		return nil, err
	}
	return s.Keyring()
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
	k, s := &Keyring{index: set}, &suite{values: sealer}
	for _, key := range values.KeysetInfo().GetKeyInfo() {
		s.ids = append(s.ids, key.GetKeyId())
	}
	k.current.Store(s)
	return k, nil
}

// RenewBy says how to look for newer keys when a value is under a key that is not here: another process may have changed them. It is
// called before the keyring is used, and the function Takes what it finds.
func (k *Keyring) RenewBy(look func() error) { k.renew = look }

// Take goes on with the keys of another keyring of the same installation. The key of the indexes stays.
func (k *Keyring) Take(newer *Keyring) { k.current.Store(newer.current.Load()) }

// FallBehind says that others seal with a key that cannot be had here: Seal refuses until a Take, since the key that is here may be destroyed at any time.
func (k *Keyring) FallBehind() {
	behind := *k.current.Load()
	behind.behind = true
	k.current.Store(&behind)
}

// Seal encrypts a text for its place. The empty text is nil. The result is 34 bytes longer than the text, and differs
// each time. It returns ErrBehind after FallBehind.
func (k *Keyring) Seal(place Place, text string) (Sealed, error) {
	if text == "" {
		return nil, nil
	}
	data, err := place.data()
	if err != nil {
		return nil, err
	}
	with := k.current.Load()
	if with.behind {
		return nil, ErrBehind
	}
	box, err := with.values.Encrypt([]byte(text), data)
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
	with := k.current.Load()
	if k.renew != nil && !slices.Contains(with.ids, value.KeyID()) {
		if err := k.renew(); err != nil {
			return "", err
		}
		with = k.current.Load()
	}
	text, err := with.values.Decrypt(value[1:], data)
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
