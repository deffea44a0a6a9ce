package pii

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"time"

	"github.com/tink-crypto/tink-go/v2/aead"
	aeadsubtle "github.com/tink-crypto/tink-go/v2/aead/subtle"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/prf"
	"github.com/tink-crypto/tink-go/v2/tink"
)

// The two keysets are told apart by associated data, so that neither can be put in the other's place.
var (
	valuesData = []byte("xiaobao values")
	indexData  = []byte("xiaobao index")
)

// Keyset is the keys of an installation as they are changed and wrapped; what seals with them is the Keyring. It never changes: Rotate, Retire and
// Under return another.
type Keyset struct {
	wrapper       tink.AEAD
	values, index *keyset.Handle
	made          map[uint32]time.Time
}

// Key is what may be told of a key that seals values.
type Key struct {
	ID      uint32
	Primary bool      // seals; the others only open what they have sealed
	MadeAt  time.Time // zero for the first one, which was made with the installation
}

// wrapped is a keyset as it is stored: Tink's JSON of the two keysets, which names key ids and kinds in the clear and
// holds the keys encrypted.
type wrapped struct {
	Format int                  `json:"format"`
	Values json.RawMessage      `json:"values"`
	Index  json.RawMessage      `json:"index"`
	Made   map[uint32]time.Time `json:"made,omitempty"`
}

const wrappedFormat = 1

// Create makes the two new keysets of an institution, AES-256-GCM for values and HMAC-SHA-256 for indexes, and returns
// them wrapped by the key of NewKEK: JSON, about 1 KB, to be stored in the database and opened by Open.
func Create(kek []byte) ([]byte, error) {
	values, err := keyset.NewHandle(aead.AES256GCMKeyTemplate())
	if err != nil {
		return nil, fmt.Errorf("pii: new keyset: %w", err)
	}
	index, err := keyset.NewHandle(prf.HMACSHA256PRFKeyTemplate())
	if err != nil {
		return nil, fmt.Errorf("pii: new keyset: %w", err)
	}
	s, err := (&Keyset{values: values, index: index}).Under(kek)
	if err != nil {
		return nil, err
	}
	return s.Wrap()
}

// OpenKeyset unwraps what Create or Wrap made. It returns ErrWrongKey when the key is not the one it was wrapped by, ErrKeyring when
// the bytes are no keyring.
func OpenKeyset(blob, kek []byte) (*Keyset, error) {
	var w wrapped
	err := json.Unmarshal(blob, &w)
	if err != nil {
		return nil, ErrKeyring.Because(err)
	}
	if w.Format != wrappedFormat {
		return nil, ErrKeyring.Because(fmt.Errorf("format %d", w.Format))
	}
	s := &Keyset{made: w.Made}
	s.wrapper, err = aeadsubtle.NewAESGCM(kek)
	if err != nil {
		return nil, ErrWrongKey.Because(err)
	}
	s.values, err = keyset.ReadWithAssociatedData(keyset.NewJSONReader(bytes.NewReader(w.Values)), s.wrapper, valuesData)
	if err != nil {
		return nil, ErrWrongKey.Because(err)
	}
	s.index, err = keyset.ReadWithAssociatedData(keyset.NewJSONReader(bytes.NewReader(w.Index)), s.wrapper, indexData)
	if err != nil {
		return nil, ErrWrongKey.Because(err)
	}
	return s, nil
}

// Keyring seals and opens with these keys.
func (s *Keyset) Keyring() (*Keyring, error) { return newKeyring(s.values, s.index) }

// Keys are those that seal values, in the order in which they were made.
func (s *Keyset) Keys() []Key {
	info := s.values.KeysetInfo()
	var all []Key
	for _, k := range info.GetKeyInfo() {
		all = append(all, Key{ID: k.GetKeyId(), Primary: k.GetKeyId() == info.GetPrimaryKeyId(), MadeAt: s.made[k.GetKeyId()]})
	}
	return all
}

// Rotate adds a key, which seals from now on. The others open what they have sealed.
func (s *Keyset) Rotate(at time.Time) (*Keyset, Key, error) {
	added := Key{Primary: true, MadeAt: at}
	next, err := s.change(func(m *keyset.Manager) (err error) {
		added.ID, err = m.Add(aead.AES256GCMKeyTemplate())
		if err != nil {
			return err
		}
		return m.SetPrimary(added.ID)
	})
	if err != nil {
		return nil, added, err
	}
	next.made[added.ID] = at
	return next, added, nil
}

// Retire destroys a key: what is still sealed under it can never be read again. The key that seals cannot be retired.
func (s *Keyset) Retire(id uint32) (*Keyset, error) {
	next, err := s.change(func(m *keyset.Manager) error { return m.Delete(id) })
	if err != nil {
		return nil, err
	}
	delete(next.made, id)
	return next, nil
}

func (s *Keyset) change(how func(*keyset.Manager) error) (*Keyset, error) {
	m := keyset.NewManagerFromHandle(s.values)
	err := how(m)
	if err != nil {
		return nil, fmt.Errorf("pii: change keyset: %w", err)
	}
	next := &Keyset{wrapper: s.wrapper, index: s.index, made: map[uint32]time.Time{}}
	maps.Copy(next.made, s.made)
	next.values, err = m.Handle()
	if err != nil {
		return nil, fmt.Errorf("pii: change keyset: %w", err)
	}
	return next, nil
}

// Under is the same keys, to be wrapped by another key of NewKEK.
func (s *Keyset) Under(kek []byte) (*Keyset, error) {
	wrapper, err := aeadsubtle.NewAESGCM(kek)
	if err != nil {
		return nil, fmt.Errorf("pii: wrapping key: %w", err)
	}
	next := *s
	next.wrapper = wrapper
	return &next, nil
}

// Wrap is the keyset as it is stored, opened by OpenKeyset.
func (s *Keyset) Wrap() ([]byte, error) {
	values, err := s.wrap(s.values, valuesData)
	if err != nil {
		return nil, err
	}
	index, err := s.wrap(s.index, indexData)
	if err != nil {
		return nil, err
	}
	return json.Marshal(wrapped{Format: wrappedFormat, Values: values, Index: index, Made: s.made})
}

func (s *Keyset) wrap(handle *keyset.Handle, data []byte) (json.RawMessage, error) {
	var out bytes.Buffer
	err := handle.WriteWithAssociatedData(keyset.NewJSONWriter(&out), s.wrapper, data)
	if err != nil {
		return nil, fmt.Errorf("pii: wrap keyset: %w", err)
	}
	return out.Bytes(), nil
}
