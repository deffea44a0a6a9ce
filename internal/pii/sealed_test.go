package pii

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"xiaobao/internal/fault"
)

const narrative = "complaint_detail.narrative"

func newTestKeyring(t testing.TB) *Keyring {
	t.Helper()
	kek := NewKEK()
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

func seal(t testing.TB, k *Keyring, p Place, text string) Sealed {
	t.Helper()
	s, err := k.Seal(p, text)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestSealedNeverShows guards never-row 19: no error, log line or answer holds a personal value, nor its sealed bytes.
func TestSealedNeverShows(t *testing.T) {
	s := Sealed("\x01 thirty-four bytes and more of a value")
	type row struct{ Phone Sealed }
	var out []string
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%20s"} {
		out = append(out, fmt.Sprintf(verb, s), fmt.Sprintf(verb, row{s}), fmt.Sprintf(verb, &row{s}), fmt.Sprintf(verb, []Sealed{s}))
	}
	for _, v := range []any{s, row{s}, map[string]any{"phone": s}} {
		text, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, string(text))
	}
	text, err := xml.Marshal(row{s})
	if err != nil {
		t.Fatal(err)
	}
	out = append(out, string(text), s.String(), s.GoString())
	for _, line := range out {
		if !strings.Contains(line, "[sealed]") || strings.Contains(line, "thirty") || strings.Contains(line, "116") {
			t.Errorf("%q shows the value", line)
		}
	}
}

// TestSealedIsNotLogged guards the same for both handlers of slog.
func TestSealedIsNotLogged(t *testing.T) {
	s := Sealed("\x01 thirty-four bytes and more of a value")
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("m", "phone", s, "row", struct{ Phone Sealed }{s})
	slog.New(slog.NewJSONHandler(&log, nil)).Info("m", "phone", s, "row", struct{ Phone Sealed }{s})
	if strings.Count(log.String(), "[sealed]") != 4 || strings.Contains(log.String(), "thirty") {
		t.Errorf("logged: %s", log.String())
	}
}

// TestColumns guards that a value survives its column, and that nothing else gets into it.
func TestColumns(t *testing.T) {
	k, place := newTestKeyring(t), Place{narrative, "cmp_1"}
	stored, err := seal(t, k, place, "张三").Value()
	if err != nil {
		t.Fatal(err)
	}
	column := stored.([]byte)
	var back Sealed
	err = back.Scan(column)
	if err != nil {
		t.Fatal(err)
	}
	clear(column) // the driver reuses its memory
	text, err := k.Unseal(place, back)
	if text != "张三" || err != nil {
		t.Errorf("came back as %q, %v", text, err)
	}

	for _, empty := range []any{nil, []byte{}} {
		back = Sealed("before")
		err = back.Scan(empty)
		if back != nil || err != nil {
			t.Errorf("Scan(%#v) leaves %d bytes, %v", empty, len(back), err)
		}
	}
	for _, empty := range []Sealed{nil, {}} {
		v, err := empty.Value()
		if v != nil || err != nil {
			t.Errorf("the empty value is stored as %v, %v", v, err)
		}
	}
	_, err = Sealed("a text that is longer than the shortest sealed value").Value()
	if !errors.Is(err, ErrNotSealed) {
		t.Errorf("a clear text is stored: %v", err)
	}
	_, err = Sealed("\x01short").Value()
	if !errors.Is(err, ErrNotSealed) {
		t.Errorf("a clear text is stored: %v", err)
	}
	err = back.Scan("text")
	if !errors.Is(err, ErrNotSealed) {
		t.Errorf("a text column is read: %v", err)
	}
}

// TestWords guards what an operator reads.
func TestWords(t *testing.T) {
	for _, tt := range []struct {
		words  fault.Words
		params map[string]any
		en, zh string
	}{
		{ErrNotSealed.Title, nil, "The bytes are not a sealed value, or one of a newer format than this program knows.",
			"该数据不是加密值，或其格式比本程序所知的更新。"},
		{ErrWrongKey.Title, nil,
			"The key file does not open the keyring of this database: it is the key of another one, or one from before `xiaobao keys rewrap`, or the keyring is damaged.",
			"密钥文件无法打开本数据库的密钥环：密钥属于其他数据库，或已被 `xiaobao keys rewrap` 更换，或密钥环已损坏。"},
		{ErrKeyring.Title, nil, "The stored keyring has no form that this program knows.", "所存密钥环的格式不为本程序所知。"},
		{ErrUnreadable.Title, nil,
			"A sealed value does not open where it stands: it was moved from another row or column, or is damaged.",
			"加密值在其所在位置无法解密：它来自其他行或列，或已损坏。"},
		{ErrKeyFileOpen.Detail, map[string]any{"path": "/k", "mode": "0644"},
			"The key file /k can be used by others than its owner (mode 0644); allow its owner alone: chmod 600.",
			"密钥文件 /k 的权限为 0644，所有者以外的用户也可使用；请仅允许所有者访问：chmod 600。"},
		{ErrKeyFileMissing.Detail, map[string]any{"path": "/k"}, "The key file /k cannot be read.", "无法读取密钥文件 /k。"},
		{ErrKeyFileForm.Detail, map[string]any{"path": "/k"},
			"The key file /k does not hold a key: 32 bytes, written as base64, are expected.",
			"密钥文件 /k 中没有密钥：应为以 base64 书写的 32 字节。"},
		{ErrKeyFileExists.Detail, map[string]any{"path": "/k"},
			"The key file /k exists already and is not overwritten: what was sealed under it would be lost.",
			"密钥文件 /k 已存在，不予覆盖：否则由其加密的数据将无法恢复。"},
	} {
		if got := tt.words.Say("en", tt.params); got != tt.en {
			t.Errorf("says %q, want %q", got, tt.en)
		}
		if got := tt.words.Say("zh-CN", tt.params); got != tt.zh {
			t.Errorf("说 %q，应为 %q", got, tt.zh)
		}
	}
}
