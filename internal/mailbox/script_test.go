package mailbox

import (
	"bufio"
	"errors"
	"fmt"
	"net"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"todoke/internal/mailbox/imaptest"
)

// scripted is a server with one message, which says what no good server says. Commands that the script does not name are answered
// by OK.
type scripted struct {
	address string
	script  map[string]string // what goes before the tagged answer, by command; "silence" is no answer at all

	mu   sync.Mutex
	said []string // commands that came, without their tags
}

// oneMessage is the script of a server that does all it should.
func oneMessage(extensions string) map[string]string {
	return map[string]string{
		"CAPABILITY":       "* CAPABILITY IMAP4rev1 " + extensions + "\r\n",
		"LIST":             "* LIST () \"/\" Done\r\n",
		"SELECT":           "* 1 EXISTS\r\n* OK [UIDVALIDITY 7] \r\n",
		"UID SEARCH":       "* SEARCH 5\r\n",
		"UID FETCH sizes":  "* 1 FETCH (UID 5 RFC822.SIZE 6)\r\n",
		"UID FETCH bodies": "* 1 FETCH (UID 5 BODY[] {6}\r\na: b\r\n)\r\n",
	}
}

func newScripted(t *testing.T, script map[string]string) *scripted {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	check(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	s := &scripted{address: listener.Addr().String(), script: script}
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go s.serve(conn)
		}
	}()
	return s
}

func (s *scripted) serve(conn net.Conn) {
	defer conn.Close()
	_, _ = fmt.Fprint(conn, "* OK hello\r\n")
	for in := bufio.NewScanner(conn); in.Scan(); {
		tag, line, _ := strings.Cut(in.Text(), " ")
		name, rest, _ := strings.Cut(line, " ")
		if name == "UID" {
			second, _, _ := strings.Cut(rest, " ")
			name += " " + second
		}
		switch {
		case strings.Contains(line, "RFC822.SIZE"):
			name += " sizes"
		case strings.Contains(line, "BODY.PEEK[]"):
			name += " bodies"
		}
		s.mu.Lock()
		s.said = append(s.said, name)
		s.mu.Unlock()
		if s.script[name] == "silence" {
			continue
		}
		_, _ = fmt.Fprintf(conn, "%s%s OK done\r\n", s.script[name], tag)
	}
}

// commands are those that came, each once.
func (s *scripted) commands() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Compact(slices.Clone(s.said))
}

func (s *scripted) config() Config {
	cfg := config(&imaptest.Server{User: "desk"})
	cfg.Address, cfg.Security, cfg.Idle = s.address, None, false
	return cfg
}

// TestCommands compares what a server hears when it can move and when it cannot.
func TestCommands(t *testing.T) {
	t.Parallel()
	for extensions, move := range map[string][]string{
		"MOVE UIDPLUS": {"UID MOVE"},
		"UIDPLUS":      {"UID COPY", "UID STORE", "UID EXPUNGE"},
		"":             {"UID COPY", "UID STORE"},
	} {
		t.Run(extensions, func(t *testing.T) {
			t.Parallel()
			server := newScripted(t, oneMessage(extensions))
			r := collect(t, server.config(), newInbox())
			r.clock.wait(t)
			want := append([]string{"LOGIN", "LIST", "SELECT", "NOOP", "UID SEARCH", "UID FETCH sizes", "UID FETCH bodies"}, move...)
			got := slices.DeleteFunc(server.commands(), func(name string) bool { return name == "CAPABILITY" }) // whenever it is asked
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// TestLies leaves a message that is longer than the server had said, and does not read it again.
func TestLies(t *testing.T) {
	t.Parallel()
	script := oneMessage("MOVE")
	script["UID FETCH bodies"] = "* 1 FETCH (UID 5 BODY[] {2000}\r\n" + strings.Repeat("x", 2000) + ")\r\n"
	server := newScripted(t, script)
	cfg := server.config()
	cfg.MaxBytes = 1999
	r := collect(t, cfg, newInbox())
	r.clock.pass(t)
	r.clock.wait(t)
	if stats := r.Stats(); stats.TooLarge != 1 || stats.Messages != 0 || stats.Failures != 0 {
		t.Errorf("%+v", stats)
	}
	if slices.Contains(server.commands(), "UID MOVE") {
		t.Error("it was moved")
	}
}

// TestNothing passes over a message of which the server has no text, and others that nobody asked for.
func TestNothing(t *testing.T) {
	t.Parallel()
	for name, fetched := range map[string]string{
		"no text":         "* 1 FETCH (UID 5 BODY[] NIL)\r\n",
		"no answer":       "",
		"another message": "* 2 FETCH (UID 6 BODY[] {6}\r\na: b\r\n)\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			script := oneMessage("MOVE")
			script["UID FETCH bodies"] = fetched
			r := collect(t, newScripted(t, script).config(), newInbox())
			r.clock.wait(t)
			if stats := r.Stats(); stats.Messages != 0 || stats.Moved != 0 || stats.Failures != 0 {
				t.Errorf("%+v", stats)
			}
		})
	}
}

// TestNoAnswer gives up a server that does not answer a command, whichever it is.
func TestNoAnswer(t *testing.T) {
	t.Parallel()
	for _, command := range []string{"LOGIN", "LIST", "SELECT", "NOOP", "UID SEARCH", "UID FETCH sizes", "UID FETCH bodies", "UID MOVE", "IDLE"} {
		t.Run(command, func(t *testing.T) {
			t.Parallel()
			script := oneMessage("MOVE IDLE")
			script[command] = "silence"
			cfg := newScripted(t, script).config()
			cfg.Timeout, cfg.Idle = 200*time.Millisecond, true
			r := collect(t, cfg, newInbox())
			if w := r.clock.wait(t); w.long > time.Second {
				t.Errorf("it waits %v, as if all were well", w.long)
			}
			if stats := r.Stats(); stats.Failures != 1 {
				t.Errorf("%+v", stats)
			}
		})
	}
}

// TestSlowLine lets a server take as long as it likes that goes on saying something, and breaks off when it falls silent.
func TestSlowLine(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	check(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	const pieces, pace, timeout = 30, 50 * time.Millisecond, time.Second
	go func() {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		tick := time.NewTicker(pace)
		defer tick.Stop()
		for range pieces {
			<-tick.C
			_, _ = conn.Write([]byte("x"))
		}
	}()
	conn, err := net.Dial("tcp", listener.Addr().String())
	check(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	line := &watched{Conn: conn, timeout: timeout}
	line.wait(true)
	read := 0
	for err == nil {
		var n int
		n, err = line.Read(make([]byte, 1))
		read += n
	}
	if read != pieces || !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("%d bytes read, then %v", read, err)
	}
}
