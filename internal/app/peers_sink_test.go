package app_test

import (
	"bytes"
	"io"
	"mime"
	"net"
	"net/mail"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
)

// sink is a mail server that takes all mail and keeps it: where the desk's letters end.
type sink struct {
	Address string

	mu   sync.Mutex
	mail []letter
}

// letter is a mail that reached the sink.
type letter struct {
	Sender     string // of its envelope
	Recipients []string
	Raw        []byte
}

func startSink(t *testing.T) *sink {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &sink{Address: listener.Addr().String()}
	server := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &sinkSession{sink: s}, nil }))
	server.Domain, server.ReadTimeout, server.WriteTimeout = "sink.example", time.Minute, time.Minute
	go server.Serve(listener)
	t.Cleanup(func() { server.Close() })
	return s
}

// sinkSession is one connection to the sink.
type sinkSession struct {
	sink *sink
	letter
}

func (s *sinkSession) Mail(from string, _ *smtp.MailOptions) error {
	s.letter = letter{Sender: from}
	return nil
}

func (s *sinkSession) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.Recipients = append(s.Recipients, to)
	return nil
}

func (s *sinkSession) Data(r io.Reader) (err error) {
	if s.Raw, err = io.ReadAll(r); err != nil {
		return err
	}
	s.sink.mu.Lock()
	defer s.sink.mu.Unlock()
	s.sink.mail = append(s.sink.mail, s.letter)
	return nil
}

func (s *sinkSession) Reset()        { s.letter = letter{} }
func (s *sinkSession) Logout() error { return nil }

// letters is what came so far.
func (s *sink) letters() []letter {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]letter{}, s.mail...)
}

// parse reads a letter's header and body.
func (l letter) parse(t *testing.T) *mail.Message {
	t.Helper()
	m, err := mail.ReadMessage(bytes.NewReader(l.Raw))
	if err != nil {
		t.Fatalf("a letter cannot be read: %v\n%s", err, l.Raw)
	}
	return m
}

// field is a field of a letter's header, decoded.
func (l letter) field(t *testing.T, name string) string {
	t.Helper()
	value, err := new(mime.WordDecoder).DecodeHeader(l.parse(t).Header.Get(name))
	if err != nil {
		t.Fatal(err)
	}
	return value
}

// mailAddress is the address in a field of a letter's header.
func (l letter) mailAddress(t *testing.T, name string) string {
	t.Helper()
	address, err := mail.ParseAddress(l.parse(t).Header.Get(name))
	if err != nil {
		t.Fatalf("%s: %v\n%s", name, err, l.Raw)
	}
	return address.Address
}

var numberInSubject = regexp.MustCompile(`\[(TD[KQ]-[0-9]{4}-[0-9]{5,6})\]`)

// number is the number in the subject of a letter.
func (l letter) number(t *testing.T) string {
	t.Helper()
	found := numberInSubject.FindStringSubmatch(l.field(t, "Subject"))
	if found == nil {
		t.Fatalf("no number in %q", l.field(t, "Subject"))
	}
	return found[1]
}

// swaksPackages are Debian's: swaks, and what it needs for TLS.
const swaksPackages = "swaks libnet-ssleay-perl"

// swaks sends a mail by the program swaks and returns what it and the server said, and its exit status.
func swaks(t *testing.T, server string, args ...string) (said string, status int) {
	t.Helper()
	program := need(t, "swaks", swaksPackages)
	host, port, err := net.SplitHostPort(server)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program, append([]string{"--server", host, "--port", port, "--helo", "client.isp.example", "--timeout", "60"}, args...)...)
	out, err := cmd.CombinedOutput()
	if cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return string(out), cmd.ProcessState.ExitCode()
}

// swaksRaw brings a whole mail, byte for byte, from a sender to a recipient; it must be taken.
func swaksRaw(t *testing.T, server, from, to, raw string) {
	t.Helper()
	if !strings.HasSuffix(raw, "\r\n") {
		raw += "\r\n"
	}
	file := filepath.Join(t.TempDir(), "mail")
	if err := os.WriteFile(file, []byte(raw+"."), 0o600); err != nil {
		t.Fatal(err)
	}
	said, status := swaks(t, server, "--from", from, "--to", to, "--no-data-fixup", "--data", "@"+file)
	if status != 0 {
		t.Fatalf("swaks: exit %d\n%s", status, said)
	}
}
