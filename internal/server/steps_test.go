package server

import (
	"strings"
	"testing"
)

// The language is one of the two that there are, and the one that is asked for first.
func FuzzAcceptLanguage(f *testing.F) {
	for _, seed := range []string{"", "zh-CN,zh;q=0.9,en;q=0.8", "en", "fr, en-GB", "ZH", "*", "zh_CN", ";,;", "de;q=1", "\x00"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, header string) {
		for _, own := range []string{"zh-CN", "en"} {
			if got := (&Shell{Language: own}).language(header); got != "zh-CN" && got != "en" || got != own && !strings.Contains(strings.ToLower(header), got[:2]) {
				t.Errorf("%q gives %q", header, got)
			}
		}
	})
}

// A token has no blanks around it, and comes after the word Bearer alone.
func FuzzAuthorization(f *testing.F) {
	for _, seed := range []string{"Bearer x", "bearer  x ", "Basic x", "Bearer", "Bearerx", "Bearer ", "", " Bearer x", "Bearer\tx", "Bearer x y"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, header string) {
		token, found := bearer(header)
		if found && (strings.TrimSpace(token) != token || !strings.EqualFold(header[:7], "Bearer ") || !strings.Contains(header[7:], token)) {
			t.Errorf("%q gives %q", header, token)
		}
	})
}

// A key in quotes and the bare one are the same.
func FuzzIdempotencyKey(f *testing.F) {
	for _, seed := range []string{"a", `"a"`, `""`, `"`, `a"b`, ""} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, key string) {
		if got := bare(key); got != bare(`"`+key+`"`) || strings.HasPrefix(got, `"`) || strings.HasSuffix(got, `"`) {
			t.Errorf("%q gives %q", key, got)
		}
	})
}
