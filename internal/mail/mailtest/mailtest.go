// Package mailtest is a mail server for tests: it speaks SMTP on a port of its own, keeps what it is given, and refuses what the test says.
package mailtest

import (
	"errors"
	"io"
	"mime"
	"mime/quotedprintable"
	"net"
	netmail "net/mail"
	"sync"
	"testing"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// The one who may hand letters in where a server asks.
const (
	Username = "survey"
	Password = "letterbox"
)

// Received is a letter as it came.
type Received struct {
	From, To, Subject, Text string
	Header                  netmail.Header
}

// Server is a mail server.
type Server struct {
	Address string // host:port

	mu      sync.Mutex
	letters []Received
	refuse  func(to string) bool
}

// New starts a server that ends with the test. With auth it takes letters only from Username.
func New(t testing.TB, auth bool) *Server {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{Address: l.Addr().String()}
	serving := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &session{server: s, open: !auth}, nil }))
	serving.Domain, serving.AllowInsecureAuth = "localhost", true
	go func() { _ = serving.Serve(l) }()
	t.Cleanup(func() { _ = serving.Close() })
	return s
}

// Refuse makes the server refuse letters to whom the function says; nil refuses nobody.
func (s *Server) Refuse(whom func(to string) bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refuse = whom
}

// Letters are what has come since it was asked last, in order.
func (s *Server) Letters() []Received {
	s.mu.Lock()
	defer s.mu.Unlock()
	got := s.letters
	s.letters = nil
	return got
}

type session struct {
	server   *Server
	open     bool
	from, to string
}

// AuthMechanisms is what the server offers.
func (s *session) AuthMechanisms() []string { return []string{sasl.Plain} }

// Auth lets Username in.
func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, username, password string) error {
		if username != Username || password != Password {
			return errors.New("not known here")
		}
		s.open = true
		return nil
	}), nil
}

// Mail begins a letter.
func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	if !s.open {
		return smtp.ErrAuthRequired
	}
	s.from = from
	return nil
}

// Rcpt takes the recipient.
func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.server.mu.Lock()
	defer s.server.mu.Unlock()
	if s.server.refuse != nil && s.server.refuse(to) {
		return &smtp.SMTPError{Code: 450, EnhancedCode: smtp.EnhancedCode{4, 2, 1}, Message: "not now for " + to}
	}
	s.to = to
	return nil
}

// Data takes the letter.
func (s *session) Data(r io.Reader) error {
	m, err := netmail.ReadMessage(r)
	if err != nil {
		return err
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if err != nil {
		return err
	}
	text, err := io.ReadAll(quotedprintable.NewReader(m.Body))
	if err != nil {
		return err
	}
	s.server.mu.Lock()
	defer s.server.mu.Unlock()
	s.server.letters = append(s.server.letters, Received{From: s.from, To: s.to, Subject: subject, Text: string(text), Header: m.Header})
	return nil
}

// Reset forgets the letter under way.
func (s *session) Reset() { s.from, s.to = "", "" }

// Logout ends the session.
func (s *session) Logout() error { return nil }
