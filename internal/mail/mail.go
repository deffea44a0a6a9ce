// Package mail sends letters by SMTP.
//
// It guarantees that a letter is handed to the server once for each call that returns without an error, that nothing of a letter goes over a connection that
// is less protected than the settings say, and that no error names the recipient. Whether a letter arrives, nobody can know here.
package mail

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"mime"
	"mime/quotedprintable"
	"net"
	netmail "net/mail"
	"net/smtp"
	"net/textproto"
	"strings"
	"time"
)

// How the connection is protected.
const (
	StartTLS = "starttls" // turned into TLS before anything is said, as on port 587
	TLS      = "tls"      // TLS from the first byte, as on port 465
	Plain    = "none"     // for a server on the same machine
)

// timeout is how long one letter may take [ours].
const timeout = 30 * time.Second

// Server is where letters are handed in.
type Server struct {
	Address            string // host:port
	Security           string // StartTLS, TLS or Plain
	Username, Password string // empty: the server asks nobody who they are
	From               string // 示例银行 <survey@bank.example>
}

// Letter is one plain text for one recipient.
type Letter struct {
	ID                string // the same when a letter is sent again, so that the recipient's program can tell
	To, Subject, Text string
	At                time.Time
}

var errRecipient = errors.New("mail: what stands for the recipient is no address")

// Send hands a letter to the server.
func (s Server) Send(ctx context.Context, l Letter) error {
	from, err := netmail.ParseAddress(s.From)
	if err != nil {
		return fmt.Errorf("mail: the sender: %w", err)
	}
	to, err := netmail.ParseAddress(l.To)
	if err != nil {
		return errRecipient // and not the cause, which repeats what it could not read
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	c, err := s.dial(ctx)
	if err != nil {
		return unnamed("connect", err)
	}
	defer c.Close()
	if s.Username != "" {
		host, _, _ := net.SplitHostPort(s.Address)
		if err := c.Auth(smtp.PlainAuth("", s.Username, s.Password, host)); err != nil {
			return unnamed("sign in", err)
		}
	}
	for _, step := range []func() error{
		func() error { return c.Mail(from.Address) },
		func() error { return c.Rcpt(to.Address) },
		func() error { return write(c, l.text(from, to)) },
	} {
		if err := step(); err != nil {
			return unnamed("hand in", err)
		}
	}
	_ = c.Quit() // the server has taken the letter: how it parts changes nothing
	return nil
}

// unnamed is an error without what the server said, which may repeat the recipient.
func unnamed(doing string, err error) error {
	var reply *textproto.Error
	if errors.As(err, &reply) {
		return fmt.Errorf("mail: %s: the server answered %d", doing, reply.Code)
	}
	return fmt.Errorf("mail: %s: %w", doing, err)
}

func (s Server) dial(ctx context.Context) (*smtp.Client, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", s.Address)
	if err != nil {
		return nil, err
	}
	until, _ := ctx.Deadline()
	if err := conn.SetDeadline(until); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	host, _, _ := net.SplitHostPort(s.Address)
	secure := &tls.Config{ServerName: host}
	if s.Security == TLS {
		conn = tls.Client(conn, secure)
	}
	c, err := smtp.NewClient(conn, host)
	if err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	if s.Security == StartTLS {
		if err := c.StartTLS(secure); err != nil {
			return nil, errors.Join(err, c.Close())
		}
	}
	return c, nil
}

func write(c *smtp.Client, text []byte) error {
	w, err := c.Data()
	if err != nil {
		return err
	}
	if _, err := w.Write(text); err != nil {
		return err
	}
	return w.Close()
}

// text is a letter as it travels, by RFC 5322. It says that a machine wrote it, so that no other answers.
func (l Letter) text(from, to *netmail.Address) []byte {
	_, domain, _ := strings.Cut(from.Address, "@")
	var b bytes.Buffer
	for _, header := range [][2]string{{"From", from.String()}, {"To", to.String()}, {"Subject", mime.BEncoding.Encode("utf-8", l.Subject)}, {"Date", l.At.Format(time.RFC1123Z)},
		{"Message-ID", "<" + l.ID + "@" + domain + ">"}, {"Auto-Submitted", "auto-generated"}, {"MIME-Version", "1.0"}, {"Content-Type", "text/plain; charset=utf-8"},
		{"Content-Transfer-Encoding", "quoted-printable"}} {
		b.WriteString(header[0] + ": " + header[1] + "\r\n")
	}
	b.WriteString("\r\n")
	body := quotedprintable.NewWriter(&b)
	_, _ = body.Write([]byte(l.Text)) // into memory
	_ = body.Close()
	return b.Bytes()
}
