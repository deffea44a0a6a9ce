package pii

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"xiaobao/internal/fault"
)

const kekSize = 32 // bytes: AES-256

// What can be wrong with a key file. Operators meet these when the program starts.
var (
	ErrKeyFileMissing = keyFile("pii.key_file_unreadable",
		"The key file {path} cannot be read.",
		"无法读取密钥文件 {path}。",
		"Give the path of the key file, and let the program's own account read it.")
	ErrKeyFileOpen = keyFile("pii.key_file_open",
		"The key file {path} can be used by others than its owner (mode {mode}); allow its owner alone: chmod 600.",
		"密钥文件 {path} 的权限为 {mode}，所有者以外的用户也可使用；请仅允许所有者访问：chmod 600。",
		"chmod 600 the file. If others may have read it, make a new key.")
	ErrKeyFileForm = keyFile("pii.key_file_form",
		"The key file {path} does not hold a key: 32 bytes, written as base64, are expected.",
		"密钥文件 {path} 中没有密钥：应为以 base64 书写的 32 字节。",
		"Put the file back as it was made.")
	ErrKeyFileExists = keyFile("pii.key_file_exists",
		"The key file {path} exists already and is not overwritten: what was sealed under it would be lost.",
		"密钥文件 {path} 已存在，不予覆盖：否则由其加密的数据将无法恢复。",
		"Use the key that is there, or give another path.")
)

func keyFile(code, en, zh, cures string) *fault.Reason {
	return fault.Declare(fault.Reason{Kind: fault.Internal, Code: code,
		Title:  fault.Words{EN: "The key file cannot be used.", ZH: "密钥文件无法使用。"},
		Detail: fault.Words{EN: en, ZH: zh},
		Causes: "The program stops at its start.", Cures: cures})
}

// NewKEK makes a key that wraps a keyring: 32 random bytes.
func NewKEK() []byte {
	key := make([]byte, kekSize)
	rand.Read(key) // never fails: the program ends instead
	return key
}

// WriteKEK makes a new key and writes it to a new file, base64 text readable by the owner alone. It returns
// ErrKeyFileExists rather than overwrite a file.
func WriteKEK(path string) (err error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return ErrKeyFileExists.With("path", path)
	}
	if err != nil {
		return fmt.Errorf("pii: key file: %w", err)
	}
	_, err = f.WriteString(base64.StdEncoding.EncodeToString(NewKEK()) + "\n")
	// A key that a power cut takes away makes everything sealed since unreadable: it is on the disk before it is used.
	err = errors.Join(err, f.Sync(), f.Close())
	if err != nil {
		return fmt.Errorf("pii: key file: %w", errors.Join(err, os.Remove(path)))
	}
	return nil
}

// EnsureKEK reads the key of a file, and makes the file first where there is none.
func EnsureKEK(path string) ([]byte, error) {
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		if err := WriteKEK(path); err != nil {
			return nil, err
		}
	}
	return ReadKEK(path)
}

// ReadKEK reads the key of a file. It returns ErrKeyFileMissing, ErrKeyFileOpen or ErrKeyFileForm, with the path.
func ReadKEK(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, unreadable(path, err)
	}
	defer f.Close()
	// The opened file is asked, not the path, so that what is checked is what is read.
	info, err := f.Stat()
	if err != nil {
		return nil, unreadable(path, err)
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 {
		return nil, ErrKeyFileOpen.With("path", path, "mode", fmt.Sprintf("%04o", mode))
	}
	text, err := io.ReadAll(io.LimitReader(f, 1024))
	if err != nil {
		return nil, unreadable(path, err)
	}
	key, err := base64.StdEncoding.DecodeString(string(bytes.TrimSpace(text)))
	if err != nil || len(key) != kekSize {
		return nil, ErrKeyFileForm.With("path", path) // without the cause: it would quote the key
	}
	return key, nil
}

func unreadable(path string, cause error) error {
	f := ErrKeyFileMissing.With("path", path)
	f.Cause = cause
	return f
}
