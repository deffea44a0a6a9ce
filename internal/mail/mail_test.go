package mail_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"xiaobao/internal/mail"
	"xiaobao/internal/mail/mailtest"
)

var letter = mail.Letter{ID: "svm_1", To: "wang@example.com", Subject: "满意度调查", Text: "您好：\n\nhttps://bank.example/s/" + strings.Repeat("x", 90) + "\n.\n",
	At: time.Date(2026, 4, 30, 2, 0, 0, 0, time.UTC)}

// A letter arrives as it was written, also one with a line that is a single dot, from who may hand it in.
func TestLetterArrives(t *testing.T) {
	box := mailtest.New(t, true)
	s := mail.Server{Address: box.Address, Security: mail.Plain, Username: mailtest.Username, Password: mailtest.Password, From: "示例银行 <survey@bank.example>"}
	if err := s.Send(context.Background(), letter); err != nil {
		t.Fatal(err)
	}
	got := box.Letters()
	if len(got) != 1 || got[0].To != letter.To || got[0].From != "survey@bank.example" || got[0].Subject != letter.Subject || strings.ReplaceAll(got[0].Text, "\r\n", "\n") != letter.Text {
		t.Fatalf("%+v", got)
	}
	for header, want := range map[string]string{"Message-Id": "<svm_1@bank.example>", "Date": "Thu, 30 Apr 2026 02:00:00 +0000", "Auto-Submitted": "auto-generated"} {
		if got[0].Header.Get(header) != want {
			t.Errorf("%s: %q", header, got[0].Header.Get(header))
		}
	}
}

// What goes wrong is told without the recipient; nothing is sent over less than was asked for, or past a second header.
func TestLetterIsNotSent(t *testing.T) {
	box := mailtest.New(t, true)
	box.Refuse(func(string) bool { return true })
	right := mail.Server{Address: box.Address, Security: mail.Plain, Username: mailtest.Username, Password: mailtest.Password, From: "survey@bank.example"}
	change := func(f func(*mail.Server)) mail.Server { s := right; f(&s); return s }
	for name, tt := range map[string]struct {
		server mail.Server
		to     string
		want   string
	}{
		"refused":        {right, letter.To, "the server answered 450"},
		"not signed in":  {change(func(s *mail.Server) { s.Username = "" }), letter.To, "the server answered 502"},
		"wrong password": {change(func(s *mail.Server) { s.Password = "x" }), letter.To, "sign in: the server answered 454"},
		"without TLS":    {change(func(s *mail.Server) { s.Security = mail.StartTLS }), letter.To, "connect"},
		"not TLS":        {change(func(s *mail.Server) { s.Security = mail.TLS }), letter.To, "connect"},
		"nobody there":   {change(func(s *mail.Server) { s.Address = "127.0.0.1:1" }), letter.To, "connect"},
		"two headers":    {right, "wang@example.com\r\nBcc: li@example.com", "is no address"},
	} {
		l := letter
		l.To = tt.to
		err := tt.server.Send(context.Background(), l)
		if err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "wang") {
			t.Errorf("%s: %v, want %q", name, err, tt.want)
		}
	}
	if got := box.Letters(); len(got) != 0 {
		t.Error(got)
	}
}
