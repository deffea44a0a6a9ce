package pii

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"
)

// TestValuesOpenAtTheirPlaceOnly guards that a row copied onto another person opens nothing.
func TestValuesOpenAtTheirPlaceOnly(t *testing.T) {
	k, place := newTestKeyring(t), Place{narrative, "cmp_1"}
	s := seal(t, k, place, "我的卡被盗刷")
	text, err := k.Unseal(place, s)
	if text != "我的卡被盗刷" || err != nil {
		t.Fatalf("opens as %q, %v", text, err)
	}
	damaged := bytes.Clone(s)
	damaged[len(damaged)-1] ^= 1
	for _, tt := range []struct {
		name  string
		k     *Keyring
		place Place
		value Sealed
		want  error
	}{
		{"another row", k, Place{narrative, "cmp_2"}, s, ErrUnreadable},
		{"another column", k, Place{"party.name", "cmp_1"}, s, ErrUnreadable},
		{"another keyring", newTestKeyring(t), place, s, ErrUnreadable},
		{"damaged", k, place, damaged, ErrUnreadable},
		{"a format that is not known", k, place, append(Sealed{2}, s[1:]...), ErrNotSealed},
		{"a clear text", k, place, Sealed("我的卡被盗刷，请尽快处理并答复"), ErrNotSealed},
		{"cut short", k, place, s[:20], ErrNotSealed},
	} {
		text, err := tt.k.Unseal(tt.place, tt.value)
		if text != "" || !errors.Is(err, tt.want) {
			t.Errorf("%s: %q, %v", tt.name, text, err)
		}
	}
}

// TestSealing guards what lies in the column: one more byte than Tink's, never the same twice, nothing for nothing.
func TestSealing(t *testing.T) {
	k, place := newTestKeyring(t), Place{"party.phone", "cus_1"}
	a, b := seal(t, k, place, "13812345678"), seal(t, k, place, "13812345678")
	if len(a) != 45 || a[0] != 1 || bytes.Equal(a, b) || bytes.Contains(a, []byte("138")) {
		t.Errorf("sealed as %d bytes of format %d", len(a), a[0])
	}
	one := seal(t, k, place, "x")
	if len(one) != shortest {
		t.Errorf("the shortest sealed value has %d bytes, not %d", len(one), shortest)
	}
	if s := seal(t, k, place, ""); s != nil {
		t.Errorf("the empty text has %d bytes", len(s))
	}
	text, err := k.Unseal(place, nil)
	if text != "" || err != nil {
		t.Errorf("nothing opens as %q, %v", text, err)
	}
	for _, p := range []Place{{}, {Column: "party.phone"}, {Row: "cus_1"}, {"party:phone", "cus_1"}} {
		_, err := k.Seal(p, "x")
		if err == nil {
			t.Errorf("%v is a place", p)
		}
		_, err = k.Unseal(p, one)
		if err == nil {
			t.Errorf("%v is a place", p)
		}
	}
}

// TestIndex guards that a value is found again, and that two columns or two institutions cannot be compared.
func TestIndex(t *testing.T) {
	k := newTestKeyring(t)
	phone := k.Index("party.phone", "13812345678")
	if len(phone) != 16 || !bytes.Equal(phone, k.Index("party.phone", "13812345678")) {
		t.Errorf("index %x is not one of 16 bytes", phone)
	}
	for name, other := range map[string][]byte{
		"another value":       k.Index("party.phone", "13812345679"),
		"another column":      k.Index("staff.phone", "13812345678"),
		"a shifted border":    k.Index("party.phone1", "3812345678"),
		"another institution": newTestKeyring(t).Index("party.phone", "13812345678"),
	} {
		if bytes.Equal(phone, other) {
			t.Errorf("%s has the same index", name)
		}
	}
	if i := k.Index("party.phone", ""); i != nil {
		t.Errorf("nothing has the index %x", i)
	}
}

// TestOpenRefuses guards the key: without the right one there is no keyring, and the sentence says so.
func TestOpenRefuses(t *testing.T) {
	kek := NewKEK()
	blob, err := Create(kek)
	if err != nil {
		t.Fatal(err)
	}
	var parts wrapped
	err = json.Unmarshal(blob, &parts)
	if err != nil {
		t.Fatal(err)
	}
	swapped, err := json.Marshal(wrapped{Format: 1, Values: parts.Index, Index: parts.Values})
	if err != nil {
		t.Fatal(err)
	}
	newer := bytes.Replace(blob, []byte(`"format":1`), []byte(`"format":2`), 1)
	for _, tt := range []struct {
		name      string
		blob, kek []byte
		want      error
	}{
		{"another key", blob, NewKEK(), ErrWrongKey},
		{"a key cut short", blob, kek[:31], ErrWrongKey},
		{"the two keysets exchanged", swapped, kek, ErrWrongKey},
		{"a keyset missing", []byte(`{"format":1}`), kek, ErrWrongKey},
		{"no keyring", []byte("keyring"), kek, ErrKeyring},
		{"nothing", nil, kek, ErrKeyring},
		{"a newer keyring", newer, kek, ErrKeyring},
	} {
		k, err := Open(tt.blob, tt.kek)
		if k != nil || !errors.Is(err, tt.want) {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
	_, err = Create(kek[:16+1])
	if err == nil {
		t.Error("a keyring is wrapped by a key of 17 bytes")
	}
}

// TestWrappedKeyringTellsWhatItIs guards the operator who finds the row: it names its kinds, and holds no clear key.
func TestWrappedKeyringTellsWhatItIs(t *testing.T) {
	blob, err := Create(NewKEK())
	if err != nil {
		t.Fatal(err)
	}
	for _, word := range []string{`"format":1`, "AesGcmKey", "HmacPrfKey", "encryptedKeyset"} {
		if !strings.Contains(string(blob), word) {
			t.Errorf("%s does not stand in %s", word, blob)
		}
	}
	if strings.Contains(string(blob), "keyData") {
		t.Errorf("a clear key in %s", blob)
	}
}

// TestRotation guards that Tink's prefix does its work behind our format byte: after a second key became primary the old values still open, also those of
// a keyring that took it; a retired key opens nothing; and what is stored opens with the key file that it was wrapped by last.
func TestRotation(t *testing.T) {
	place, kek, at := Place{"party.phone", "cus_1"}, NewKEK(), time.Date(2026, 3, 24, 1, 30, 0, 0, time.UTC)
	blob, err := Create(kek)
	if err != nil {
		t.Fatal(err)
	}
	first, err := OpenKeyset(blob, kek)
	if err != nil {
		t.Fatal(err)
	}
	stored := func(s *Keyset, kek []byte) *Keyring {
		t.Helper()
		blob, err := s.Wrap()
		if err != nil {
			t.Fatal(err)
		}
		k, err := Open(blob, kek)
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
	old := stored(first, kek)
	value, phone := seal(t, old, place, "13812345678"), old.Index("party.phone", "13812345678")
	second, added, err := first.Rotate(at)
	if err != nil {
		t.Fatal(err)
	}
	keys := second.Keys()
	if len(keys) != 2 || keys[0].Primary || keys[0].ID != value.KeyID() || keys[1] != added || !added.Primary || !added.MadeAt.Equal(at) || !bytes.HasPrefix(value, Mark(keys[0].ID)) {
		t.Errorf("the keys %+v", keys)
	}
	old.Take(stored(second, kek))
	fresh := seal(t, old, place, "13812345678")
	if fresh.KeyID() != added.ID || !bytes.Equal(old.Index("party.phone", "13812345678"), phone) {
		t.Error("it seals with the old key, or its indexes changed")
	}
	if _, err := second.Retire(added.ID); err == nil {
		t.Error("the key that seals is retired")
	}
	third, err := second.Retire(value.KeyID())
	if err != nil {
		t.Fatal(err)
	}
	another := NewKEK()
	third, err = third.Under(another)
	if err != nil {
		t.Fatal(err)
	}
	last := stored(third, another)
	for name, tt := range map[string]struct {
		k     *Keyring
		value Sealed
		want  error
	}{"old with both": {old, value, nil}, "new with both": {old, fresh, nil}, "new with the new": {last, fresh, nil}, "old with the new": {last, value, ErrUnreadable}} {
		if _, err := tt.k.Unseal(place, tt.value); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A keyring looks once for newer keys when a value is under none of its own, and for nothing else; what hinders the look is told.
func TestRenewal(t *testing.T) {
	place, k, other := Place{"party.phone", "cus_1"}, newTestKeyring(t), newTestKeyring(t)
	value, looks := seal(t, other, place, "13812345678"), 0
	var hindered error
	k.RenewBy(func() error {
		looks++
		if hindered == nil {
			k.Take(other)
		}
		return hindered
	})
	if _, err := k.Unseal(place, seal(t, k, place, "x")); err != nil || looks != 0 {
		t.Errorf("its own value: %v after %d looks", err, looks)
	}
	hindered = ErrWrongKey
	if _, err := k.Unseal(place, value); !errors.Is(err, ErrWrongKey) {
		t.Errorf("hindered: %v", err)
	}
	k.FallBehind()
	if _, err := k.Seal(place, "x"); !errors.Is(err, ErrBehind) {
		t.Errorf("behind: %v", err)
	}
	hindered = nil
	if text, err := k.Unseal(place, value); text != "13812345678" || err != nil || looks != 2 {
		t.Errorf("%q, %v after %d looks", text, err, looks)
	}
	seal(t, k, place, "x")
}

func FuzzUnseal(f *testing.F) {
	k, place := newTestKeyring(f), Place{"party.phone", "cus_1"}
	f.Add([]byte(seal(f, newTestKeyring(f), place, "13812345678")))
	f.Add([]byte{})
	f.Add([]byte{1})
	f.Fuzz(func(t *testing.T, stored []byte) {
		text, err := k.Unseal(place, stored)
		if len(stored) > 0 && err == nil || text != "" {
			t.Errorf("%x opens as %q", stored, text)
		}
	})
}

func BenchmarkSeal(b *testing.B) {
	k, place := newTestKeyring(b), Place{"party.phone", "cus_01ky5s9t5v3k8f2n0q4r6w8x1z"}
	for b.Loop() {
		_, err := k.Seal(place, "13812345678")
		if err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkUnseal(b *testing.B) {
	k, place := newTestKeyring(b), Place{"party.phone", "cus_01ky5s9t5v3k8f2n0q4r6w8x1z"}
	s := seal(b, k, place, "13812345678")
	for b.Loop() {
		_, err := k.Unseal(place, s)
		if err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkIndex(b *testing.B) {
	k := newTestKeyring(b)
	for b.Loop() {
		k.Index("party.phone", "13812345678")
	}
}

// A key that signs is the same for its name and keyring, and no other's.
func TestSigningKey(t *testing.T) {
	kek := NewKEK()
	open := func() *Keyring {
		t.Helper()
		blob, err := Create(kek)
		if err != nil {
			t.Fatal(err)
		}
		k, err := Open(blob, kek)
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
	k := open()
	if !k.SigningKey("a").Equal(k.SigningKey("a")) || k.SigningKey("a").Equal(k.SigningKey("b")) || k.SigningKey("a").Equal(open().SigningKey("a")) {
		t.Error("the keys are alike, or differ, where they must not")
	}
}
