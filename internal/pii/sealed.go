package pii

import (
	"bytes"
	"database/sql/driver"
	"encoding/binary"
	"fmt"
	"io"
	"log/slog"

	"xiaobao/internal/fault"
)

// Sealed is a personal value as it is stored: a format byte, then what Tink made. Keyring.Seal makes it and
// Keyring.Unseal opens it. The empty value is nil, NULL in a column. Wherever it is printed it says "[sealed]".
type Sealed []byte

// formatAESGCM is the format byte of AES-256-GCM under the keyring's values key. It stands before Tink's own prefix so
// that another suite, or a key per person, can come without asking what the old bytes were.
const formatAESGCM = 1

// markSize is the length of a Mark: format byte, and Tink's prefix, which holds the key's id.
const markSize = 1 + 5

// shortest is the length of one sealed byte: mark, nonce, the byte, tag.
const shortest = markSize + 12 + 1 + 16

const opaque = "[sealed]"

// ErrNotSealed says that bytes are not of a form that Seal makes.
var ErrNotSealed = fault.Declare(fault.Reason{Kind: fault.Internal, Code: "pii.not_sealed",
	Title: fault.Words{
		EN: "The bytes are not a sealed value, or one of a newer format than this program knows.",
		ZH: "该数据不是加密值，或其格式比本程序所知的更新。"},
	Causes: "A column of sealed values that was written by hand, or by a newer program.",
	Cures:  "Run the program that wrote it, or restore the row from a backup."})

// String hides the value.
func (Sealed) String() string { return opaque }

// GoString hides the value from %#v.
func (Sealed) GoString() string { return opaque }

// Format hides the value from every verb, %x and %s included.
func (Sealed) Format(f fmt.State, _ rune) { io.WriteString(f, opaque) }

// MarshalJSON hides the value. It is there so that a forgotten field shows "[sealed]" and not the stored bytes.
func (Sealed) MarshalJSON() ([]byte, error) { return []byte(`"` + opaque + `"`), nil }

// MarshalText hides the value from the other encodings.
func (Sealed) MarshalText() ([]byte, error) { return []byte(opaque), nil }

// LogValue hides the value from slog.
func (Sealed) LogValue() slog.Value { return slog.StringValue(opaque) }

// Value gives the bytes to the database, nil when empty. It returns ErrNotSealed for anything that Seal did not make,
// so that a text converted to Sealed never reaches a column.
func (s Sealed) Value() (driver.Value, error) {
	if len(s) == 0 {
		return nil, nil
	}
	if !s.known() {
		return nil, ErrNotSealed
	}
	return []byte(s), nil
}

// Scan takes the bytes of a VARBINARY or BLOB column; NULL and no bytes are nil.
func (s *Sealed) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*s = nil
	case []byte: // the driver's own memory: it must be copied
		*s = bytes.Clone(v)
		if len(v) == 0 {
			*s = nil
		}
	default:
		return ErrNotSealed.Because(fmt.Errorf("column holds %T", src))
	}
	return nil
}

// KeyID names the key under which the value is sealed; 0 where there is none.
func (s Sealed) KeyID() uint32 {
	if !s.known() {
		return 0
	}
	return binary.BigEndian.Uint32(s[2:markSize])
}

// Mark is what every value under a key begins with, and no other.
func Mark(keyID uint32) []byte {
	return binary.BigEndian.AppendUint32([]byte{formatAESGCM, 1}, keyID) // 1: Tink's own
}

func (s Sealed) known() bool { return len(s) >= shortest && s[0] == formatAESGCM }
