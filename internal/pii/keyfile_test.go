package pii

import (
	"encoding/base64"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestKeyFile guards the life of a key file: made once, for its owner alone, never overwritten.
func TestKeyFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "kek")
	err := WriteKEK(path)
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 {
		t.Errorf("made with mode %o", info.Mode().Perm())
	}
	kek, err := ReadKEK(path)
	if err != nil {
		t.Fatal(err)
	}
	blob, err := Create(kek)
	if err != nil {
		t.Fatal(err)
	}
	_, err = Open(blob, kek)
	if err != nil {
		t.Error(err)
	}

	err = WriteKEK(path)
	if !errors.Is(err, ErrKeyFileExists) {
		t.Errorf("written twice: %v", err)
	}
	after, err := ReadKEK(path)
	if string(after) != string(kek) || err != nil {
		t.Errorf("the key changed: %v", err)
	}
	err = WriteKEK(filepath.Join(path, "below"))
	if err == nil {
		t.Error("written below a file")
	}
}

// TestKeyFileRefused guards what the program does not start with.
func TestKeyFileRefused(t *testing.T) {
	good := base64.StdEncoding.EncodeToString(NewKEK())
	for _, tt := range []struct {
		name, text string
		mode       os.FileMode
		want       error
	}{
		{"read by the group", good, 0o640, ErrKeyFileOpen},
		{"read by all", good, 0o604, ErrKeyFileOpen},
		{"written by the group", good, 0o620, ErrKeyFileOpen},
		{"empty", "", 0o600, ErrKeyFileForm},
		{"too short", base64.StdEncoding.EncodeToString(NewKEK()[:16]), 0o600, ErrKeyFileForm},
		{"not base64", "correct horse battery staple", 0o600, ErrKeyFileForm},
		{"too long", strings.Repeat(good, 2), 0o400, ErrKeyFileForm},
		{"read by its owner", "\n" + good + "\r\n", 0o400, nil},
	} {
		path := filepath.Join(t.TempDir(), "kek")
		err := os.WriteFile(path, []byte(tt.text), 0o600)
		if err != nil {
			t.Fatal(err)
		}
		err = os.Chmod(path, tt.mode)
		if err != nil {
			t.Fatal(err)
		}
		_, err = ReadKEK(path)
		if !errors.Is(err, tt.want) {
			t.Errorf("%s: %v", tt.name, err)
		}
		if err != nil && tt.text != "" && strings.Contains(err.Error(), tt.text) {
			t.Errorf("%s: the error quotes the key: %v", tt.name, err)
		}
	}
	_, err := ReadKEK(filepath.Join(t.TempDir(), "none"))
	if !errors.Is(err, ErrKeyFileMissing) {
		t.Errorf("a file that is not there: %v", err)
	}
}
