package mailbox

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/google/go-cmp/cmp"

	"todoke/internal/desk"
	"todoke/internal/mailbox/imaptest"
)

// TestCollect takes what is in the folder to the byte, by each kind of connection, and moves it.
func TestCollect(t *testing.T) {
	t.Parallel()
	messages := []string{
		string(imaptest.Message("first", 3000)),
		"Subject: eight bits\r\n\r\n\x1b$BFO=P\x1b(B \x93\xcd\x8fo \xff\r\n",
		"\r\nno header at all",
		string(imaptest.Message("long", 3<<20)),
	}
	for name, start := range servers() {
		for _, security := range []Security{TLS, StartTLS, None} {
			t.Run(fmt.Sprintf("%s by %s", name, security), func(t *testing.T) {
				t.Parallel()
				server := start(t)
				owner := server.Client(t)
				for _, message := range messages {
					imaptest.Append(t, owner, "INBOX", []byte(message))
				}
				cfg := config(server)
				cfg.Security = security
				if security != TLS {
					cfg.Address = server.Plain
				}
				r := collect(t, cfg, newInbox())
				for i, message := range messages {
					got := r.inbox.next(t)
					if string(got.Raw) != message {
						t.Errorf("message %d: %d bytes, %.80q, want %d", i, len(got.Raw), got.Raw, len(message))
					}
					got.Raw = nil // compared already, which cmp takes long for
					want := &desk.Delivery{Door: desk.DoorIMAP, Received: noon, TLS: security != None}
					if diff := cmp.Diff(want, got); diff != "" {
						t.Errorf("message %d (-want +got)\n%s", i, diff)
					}
				}
				r.clock.wait(t) // for new mail
				if left := imaptest.Messages(t, owner, "INBOX"); len(left) > 0 {
					t.Errorf("%d messages are left", len(left))
				}
				if !slices.Equal(messages, imaptest.Messages(t, owner, "Done")) {
					t.Error("the messages in Done are others")
				}
				for _, flags := range imaptest.Flags(t, owner, "Done") {
					if slices.Contains(flags, imap.FlagSeen) {
						t.Error("a message was marked as seen")
					}
				}
				if stats := r.Stats(); stats.Messages != 4 || stats.Moved != 4 || stats.Failures != 0 || !stats.LastSweep.Equal(noon) {
					t.Errorf("%+v", stats)
				}
			})
		}
	}
}

// TestIdle hears of new mail while the clock stands still. (The server in memory forgets to tell of what came before it began to idle.)
func TestIdle(t *testing.T) {
	t.Parallel()
	server := imaptest.Dovecot(t)
	owner := server.Client(t)
	r := collect(t, config(server), newInbox())
	for n := range 5 {
		if w := r.clock.wait(t); w.long != time.Minute {
			t.Errorf("it waits %v", w.long)
		}
		message := imaptest.Message(fmt.Sprint("number-", n), 2000)
		imaptest.Append(t, owner, "INBOX", message)
		if got := r.inbox.next(t); !bytes.Equal(got.Raw, message) {
			t.Errorf("got %.80q", got.Raw)
		}
		// The move may wake it once more; then it waits anew.
		eventually(t, "the message is moved", func() bool { return r.Stats().Moved == int64(n+1) })
	}
}

// TestPoll looks again when time has passed, on a server without IDLE or where it is not wanted.
func TestPoll(t *testing.T) {
	t.Parallel()
	for name, start := range map[string]func(*testing.T) (*imaptest.Server, Config){
		"not wanted": func(t *testing.T) (*imaptest.Server, Config) {
			server := imaptest.Dovecot(t)
			cfg := config(server)
			cfg.Idle = false
			return server, cfg
		},
		"not there": func(t *testing.T) (*imaptest.Server, Config) {
			server := imaptest.Dovecot(t, "imap_capability = IMAP4rev1 UIDPLUS MOVE")
			return server, config(server)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server, cfg := start(t)
			owner := server.Client(t)
			r := collect(t, cfg, newInbox())
			first := r.clock.wait(t)
			imaptest.Append(t, owner, "INBOX", imaptest.Message("a", 100))
			if n := r.Stats().Messages; n != 0 {
				t.Errorf("%d messages before their time", n)
			}
			first.end <- noon
			r.inbox.next(t)
		})
	}
}

// TestMany takes 500 messages in order, in several batches.
func TestMany(t *testing.T) {
	t.Parallel()
	for name, start := range servers() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := start(t)
			owner := server.Client(t)
			var want []string
			for n := range 500 {
				message := imaptest.Message(fmt.Sprint("m", n), 500)
				imaptest.Append(t, owner, "INBOX", message)
				want = append(want, string(message))
			}
			r := collect(t, config(server), newInbox())
			if diff := cmp.Diff(want, r.inbox.take(t, 500)); diff != "" {
				t.Errorf("(-want +got)\n%.2000s", diff)
			}
			eventually(t, "all are moved", func() bool { return r.Stats().Moved == 500 })
			if n := len(imaptest.Messages(t, owner, "Done")); n != 500 {
				t.Errorf("%d messages in Done", n)
			}
		})
	}
}

// TestCutLines cuts each of the first 30 connections a bit later than the one before, wherever that may be: in the greeting, in a
// message, before it is moved or after. Each message is there once in the end.
func TestCutLines(t *testing.T) {
	t.Parallel()
	for name, start := range servers() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := start(t)
			owner := server.Client(t)
			var want []string
			for n := range 20 {
				message := imaptest.Message(fmt.Sprint("m", n), 10_000)
				imaptest.Append(t, owner, "INBOX", message)
				want = append(want, string(message))
			}
			slices.Sort(want)
			line := newCutter(t, server.Plain, func(n int) int64 {
				if n > 30 {
					return 0
				}
				return int64(n) * 1500
			})
			cfg := config(server)
			cfg.Security, cfg.Address, cfg.Idle = None, line.address, false
			r := collect(t, cfg, newInbox())
			go func() {
				for w := range r.clock.waits {
					w.end <- noon // any wait ends at once
				}
			}()
			got := r.inbox.take(t, 20)
			eventually(t, "all are moved", func() bool { return len(imaptest.Messages(t, owner, "INBOX")) == 0 })
			slices.Sort(got)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got)\n%.2000s", diff)
			}
			if diff := cmp.Diff(want, sorted(t, owner, "Done")); diff != "" {
				t.Errorf("folder Done (-want +got)\n%.2000s", diff)
			}
			if line.connections() < 5 {
				t.Errorf("only %d connections, which shows little", line.connections())
			}
		})
	}
}

// TestServerGone waits for a server that is away, longer each time, and goes on when it is back.
func TestServerGone(t *testing.T) {
	t.Parallel()
	server := imaptest.Dovecot(t)
	line := newCutter(t, server.Secure, never)
	cfg := config(server)
	cfg.Address = line.address
	r := collect(t, cfg, newInbox())
	r.clock.wait(t)
	line.cut()
	if wait := r.clock.wait(t); wait.long > time.Second {
		t.Errorf("the first pause is %v", wait.long)
	} else {
		imaptest.Append(t, server.Client(t), "INBOX", imaptest.Message("a", 100))
		wait.end <- noon
	}
	r.inbox.next(t)
	if stats := r.Stats(); stats.Sessions != 2 || stats.Failures != 1 {
		t.Errorf("%+v", stats)
	}
}

// TestBackoff compares the pauses between failures with their bounds.
func TestBackoff(t *testing.T) {
	t.Parallel()
	cfg := config(&imaptest.Server{Secure: closedPort(t), User: "desk"})
	cfg.MinPause, cfg.MaxPause = time.Second, 10*time.Second
	r := collect(t, cfg, newInbox())
	for i, most := range []time.Duration{1, 2, 4, 8, 10, 10, 10} {
		most *= time.Second
		if got := r.clock.pass(t); got < most/2 || got > most {
			t.Errorf("pause %d is %v, want between %v and %v", i, got, most/2, most)
		}
	}
}

func closedPort(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}

// TestCrash stops the collector between deposit and move. The next one moves the message, and the inbox knows it.
func TestCrash(t *testing.T) {
	t.Parallel()
	for name, start := range servers() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := start(t)
			owner := server.Client(t)
			imaptest.Append(t, owner, "INBOX", imaptest.Message("a", 100))
			line := newCutter(t, server.Secure, never)
			cfg := config(server)
			cfg.Address = line.address
			box := newInbox()
			box.before = func(*desk.Delivery) error {
				line.cut()
				return nil
			}
			first := collect(t, cfg, box)
			first.clock.wait(t) // after the failure
			first.stop()
			if n := len(imaptest.Messages(t, owner, "INBOX")); n != 1 {
				t.Fatalf("%d messages in the folder, which shows nothing", n)
			}
			box.before = nil
			second := collect(t, cfg, box)
			eventually(t, "it is moved", func() bool { return second.Stats().Moved == 1 })
			if stats := second.Stats(); stats.Known != 1 || len(box.seen) != 1 {
				t.Errorf("%+v, %d messages in the inbox", stats, len(box.seen))
			}
		})
	}
}

// TestNotFetchedAgain moves a message that was deposited before the line was cut without fetching it again.
func TestNotFetchedAgain(t *testing.T) {
	t.Parallel()
	server := imaptest.Dovecot(t)
	owner := server.Client(t)
	imaptest.Append(t, owner, "INBOX", imaptest.Message("a", 100))
	line := newCutter(t, server.Secure, never)
	cfg := config(server)
	cfg.Address = line.address
	box := newInbox()
	box.before = func(*desk.Delivery) error {
		line.cut()
		return nil
	}
	r := collect(t, cfg, box)
	r.clock.pass(t)
	eventually(t, "it is moved", func() bool { return r.Stats().Moved == 1 })
	if stats := r.Stats(); stats.Messages != 1 || stats.Failures != 1 {
		t.Errorf("%+v", stats)
	}
}

// TestInboxFails leaves mail where it is while the inbox fails, and moves what came before the failure.
func TestInboxFails(t *testing.T) {
	t.Parallel()
	server := imaptest.Dovecot(t)
	owner := server.Client(t)
	for n := range 3 {
		imaptest.Append(t, owner, "INBOX", imaptest.Message(fmt.Sprint("m", n), 100))
	}
	box := newInbox()
	var mu sync.Mutex
	full := true
	box.before = func(d *desk.Delivery) error {
		mu.Lock()
		defer mu.Unlock()
		if full && bytes.Contains(d.Raw, []byte("Subject: m1")) {
			return errors.New("disk full")
		}
		return nil
	}
	r := collect(t, config(server), box)
	failed := r.clock.wait(t)
	if in, done := len(imaptest.Messages(t, owner, "INBOX")), len(imaptest.Messages(t, owner, "Done")); in != 2 || done != 1 {
		t.Errorf("%d messages in the folder and %d in Done", in, done)
	}
	if !strings.Contains(r.log.String(), "disk full") {
		t.Error("the log does not say why")
	}
	mu.Lock()
	full = false
	mu.Unlock()
	failed.end <- noon
	eventually(t, "all are moved", func() bool { return r.Stats().Moved == 3 })
	if n := len(box.seen); n != 3 {
		t.Errorf("%d messages in the inbox", n)
	}
}

// TestTooLarge leaves long messages where they are, and says so once.
func TestTooLarge(t *testing.T) {
	t.Parallel()
	for name, start := range servers() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := start(t)
			owner := server.Client(t)
			small, large := imaptest.Message("small", 1000), imaptest.Message("large", 20_000)
			refused := imaptest.Message("refused", 100)
			for _, message := range [][]byte{large, small, refused} {
				imaptest.Append(t, owner, "INBOX", message)
			}
			cfg := config(server)
			cfg.MaxBytes = 10_000
			cfg.Idle = false
			box := newInbox()
			box.before = func(d *desk.Delivery) error {
				if bytes.Equal(d.Raw, refused) {
					return fmt.Errorf("over its own limit: %w", desk.ErrTooLarge)
				}
				return nil
			}
			line := newCutter(t, server.Secure, never)
			cfg.Address = line.address
			r := collect(t, cfg, box)
			r.inbox.next(t)
			r.clock.pass(t) // look again
			r.clock.wait(t)
			line.cut()
			r.clock.pass(t) // come again
			r.clock.wait(t)
			if diff := cmp.Diff([]string{string(large), string(refused)}, imaptest.Messages(t, owner, "INBOX")); diff != "" {
				t.Errorf("(-want +got)\n%.2000s", diff)
			}
			if n := strings.Count(r.log.String(), "too large"); n != 2 {
				t.Errorf("told %d times of two messages", n)
			}
			if stats := r.Stats(); stats.TooLarge != 2 || stats.Messages != 1 || stats.Sessions != 2 {
				t.Errorf("%+v", stats)
			}
		})
	}
}

// TestValidityChanges makes the folder anew, so that the UID of a message that was too large is another's.
func TestValidityChanges(t *testing.T) {
	t.Parallel()
	server := imaptest.Dovecot(t)
	owner := server.Client(t)
	check(t, owner.Create("Reports", nil).Wait())
	imaptest.Append(t, owner, "Reports", imaptest.Message("large", 20_000))
	line := newCutter(t, server.Secure, never)
	cfg := config(server)
	cfg.Address, cfg.Folder, cfg.MaxBytes = line.address, "Reports", 10_000
	r := collect(t, cfg, newInbox())
	r.clock.wait(t)
	before := r.Stats()
	check(t, owner.Delete("Reports").Wait())
	check(t, owner.Create("Reports", nil).Wait())
	imaptest.Append(t, owner, "Reports", imaptest.Message("another", 1000))
	go func() {
		for w := range r.clock.waits {
			w.end <- noon // however often it fails until the folder is there
		}
	}()
	line.cut()
	if got := r.inbox.next(t); !bytes.Contains(got.Raw, []byte("Subject: another")) {
		t.Errorf("got %.80q", got.Raw)
	}
	if before.TooLarge != 1 {
		t.Errorf("before: %+v", before)
	}
}

// TestWithoutMove moves by COPY, STORE and UID EXPUNGE, and leaves alone what others have marked as deleted.
func TestWithoutMove(t *testing.T) {
	t.Parallel()
	for name, start := range map[string]func(t *testing.T) *imaptest.Server{
		"Dovecot": func(t *testing.T) *imaptest.Server {
			return imaptest.Dovecot(t, "imap_capability = IMAP4rev1 IDLE UIDPLUS")
		},
		"in memory": func(t *testing.T) *imaptest.Server { return imaptest.Memory(t, imap.CapUIDPlus) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := start(t)
			owner := server.Client(t)
			theirs := imaptest.Message("deleted-by-the-owner", 100)
			imaptest.Append(t, owner, "INBOX", theirs)
			_, err := owner.Select("INBOX", nil).Wait()
			check(t, err)
			check(t, owner.Store(imap.SeqSetNum(1), &imap.StoreFlags{Op: imap.StoreFlagsAdd, Flags: []imap.Flag{imap.FlagDeleted}}, nil).Close())
			imaptest.Append(t, owner, "INBOX", imaptest.Message("a", 100))
			r := collect(t, config(server), newInbox())
			if got := r.inbox.next(t); !bytes.Contains(got.Raw, []byte("Subject: a")) {
				t.Errorf("got %.80q", got.Raw)
			}
			eventually(t, "it is moved", func() bool { return r.Stats().Moved == 1 })
			if diff := cmp.Diff([]string{string(theirs)}, imaptest.Messages(t, owner, "INBOX")); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			if n := len(imaptest.Messages(t, owner, "Done")); n != 1 {
				t.Errorf("%d messages in Done", n)
			}
		})
	}
}

// TestWithoutExpunge marks messages as deleted on a server that can do no more, and takes none of them again.
func TestWithoutExpunge(t *testing.T) {
	t.Parallel()
	server := imaptest.Dovecot(t, "imap_capability = IMAP4rev1")
	owner := server.Client(t)
	imaptest.Append(t, owner, "INBOX", imaptest.Message("a", 100))
	r := collect(t, config(server), newInbox())
	r.inbox.next(t)
	r.clock.pass(t)
	r.clock.pass(t)
	r.clock.wait(t)
	if stats := r.Stats(); stats.Messages != 1 || stats.Moved != 1 || stats.Failures != 0 {
		t.Errorf("%+v", stats)
	}
	if flags := imaptest.Flags(t, owner, "INBOX"); len(flags) != 1 || !slices.Contains(flags[0], imap.FlagDeleted) {
		t.Errorf("flags %v", flags)
	}
	if n := len(imaptest.Messages(t, owner, "Done")); n != 1 {
		t.Errorf("%d messages in Done", n)
	}
}

// TestDoneIsGone deletes nothing where the copy failed, and makes the folder again.
func TestDoneIsGone(t *testing.T) {
	t.Parallel()
	for name, extensions := range map[string]string{"MOVE": "IMAP4rev1 UIDPLUS MOVE", "COPY": "IMAP4rev1 UIDPLUS"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := imaptest.Dovecot(t, "imap_capability = "+extensions)
			owner := server.Client(t)
			imaptest.Append(t, owner, "INBOX", imaptest.Message("a", 100))
			box := newInbox()
			box.before = func(*desk.Delivery) error { return owner.Delete("Done").Wait() }
			r := collect(t, config(server), box)
			failed := r.clock.wait(t)
			if flags := imaptest.Flags(t, owner, "INBOX"); len(flags) != 1 || slices.Contains(flags[0], imap.FlagDeleted) {
				t.Fatalf("the message is gone or marked as deleted: %v", flags)
			}
			failed.end <- noon
			eventually(t, "it is moved", func() bool { return r.Stats().Moved == 1 })
			if stats := r.Stats(); stats.Failures != 1 || stats.Messages != 1 {
				t.Errorf("%+v", stats)
			}
		})
	}
}

// TestRemovedMeanwhile goes on when somebody else removes a message.
func TestRemovedMeanwhile(t *testing.T) {
	t.Parallel()
	server := imaptest.Dovecot(t)
	owner := server.Client(t)
	for n := range 3 {
		imaptest.Append(t, owner, "INBOX", imaptest.Message(fmt.Sprint("m", n), 100))
	}
	_, err := owner.Select("INBOX", nil).Wait()
	check(t, err)
	box := newInbox()
	box.before = func(d *desk.Delivery) error {
		if !bytes.Contains(d.Raw, []byte("Subject: m0")) {
			return nil
		}
		second := imap.UIDSetNum(2)
		deleted := &imap.StoreFlags{Op: imap.StoreFlagsAdd, Flags: []imap.Flag{imap.FlagDeleted}}
		return errors.Join(owner.Store(second, deleted, nil).Close(), owner.UIDExpunge(second).Close())
	}
	r := collect(t, config(server), box)
	r.clock.wait(t)
	if stats := r.Stats(); stats.Messages != 2 || stats.Moved != 2 || stats.Failures != 0 {
		t.Errorf("%+v", stats)
	}
}

// TestSilentServer gives up a server that says no more, at each stage of a session.
func TestSilentServer(t *testing.T) {
	t.Parallel()
	for name, script := range map[string][]string{
		"no greeting":  nil,
		"no log-in":    {"* OK [CAPABILITY IMAP4rev1] hello"},
		"not a server": {"HTTP/1.1 400 Bad Request"},
		"bye":          {"* BYE too many connections"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			listener, err := net.Listen("tcp", "127.0.0.1:0")
			check(t, err)
			t.Cleanup(func() { _ = listener.Close() })
			go func() {
				for {
					conn, err := listener.Accept()
					if err != nil {
						return
					}
					for _, line := range script {
						_, _ = io.WriteString(conn, line+"\r\n")
					}
					go func() { _, _ = io.Copy(io.Discard, conn) }() // and says nothing more
				}
			}()
			cfg := config(&imaptest.Server{User: "desk"})
			cfg.Address, cfg.Security, cfg.Timeout = listener.Addr().String(), None, 100*time.Millisecond
			r := collect(t, cfg, newInbox())
			r.clock.pass(t)
			r.clock.wait(t)
			if stats := r.Stats(); stats.Failures != 2 || stats.Connected {
				t.Errorf("%+v", stats)
			}
		})
	}
}

// TestDeadLine finds out that a connection is dead on which nothing comes any more, when it is time to look again.
func TestDeadLine(t *testing.T) {
	t.Parallel()
	server := imaptest.Dovecot(t)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	check(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	dead := make(chan struct{})
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			far, err := net.Dial("tcp", server.Plain)
			if err != nil {
				return
			}
			go func() { _, _ = io.Copy(far, conn) }()
			go func() {
				block := make([]byte, 4096)
				for {
					n, err := far.Read(block)
					select {
					case <-dead: // what the server says is lost from now on
						n = 0
					default:
					}
					if _, failed := conn.Write(block[:n]); err != nil || failed != nil {
						return
					}
				}
			}()
		}
	}()
	cfg := config(server)
	cfg.Address, cfg.Security, cfg.Timeout = listener.Addr().String(), None, 2*time.Second
	r := collect(t, cfg, newInbox())
	idle := r.clock.wait(t)
	close(dead)
	idle.end <- noon
	eventually(t, "it gives up", func() bool { return r.Stats().Failures == 1 })
}

// TestLogIn names what is wrong, without the password, and tries again.
func TestLogIn(t *testing.T) {
	t.Parallel()
	server := imaptest.Dovecot(t, "auth_failure_delay = 0")
	for name, c := range map[string]struct {
		spoil func(*Config)
		want  string
	}{
		"wrong password": {func(cfg *Config) {
			cfg.Password = func(context.Context) (string, error) { return "battery staple", nil }
		}, "log-in: "},
		"no password": {func(cfg *Config) {
			cfg.Password = func(context.Context) (string, error) { return "", errors.New("no such file") }
		}, "no such file"},
		"unknown certificate":   {func(cfg *Config) { cfg.TLSConfig = nil }, "certificate"},
		"no such folder":        {func(cfg *Config) { cfg.Folder = "Nowhere" }, "Nowhere"},
		"TLS on the plain port": {func(cfg *Config) { cfg.Address = server.Plain }, "TLS: "},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg := config(server)
			c.spoil(&cfg)
			r := collect(t, cfg, newInbox())
			r.clock.pass(t)
			r.clock.wait(t)
			if log := r.log.String(); !strings.Contains(log, c.want) || strings.Contains(log, "battery staple") {
				t.Errorf("log, which should tell of %q:\n%s", c.want, log)
			}
		})
	}
}

// TestValidate names what is wrong in a config.
func TestValidate(t *testing.T) {
	t.Parallel()
	for want, spoil := range map[string]func(*Config){
		"HOST:PORT":         func(cfg *Config) { cfg.Address = "imap.example" },
		"this machine only": func(cfg *Config) { cfg.Security = None },
		"none of tls":       func(cfg *Config) { cfg.Security = "ssl" },
		"user and password": func(cfg *Config) { cfg.User = "" },
		"two folders":       func(cfg *Config) { cfg.Done = "inbox" },
		"max_bytes":         func(cfg *Config) { cfg.MaxBytes = 0 },
		"poll":              func(cfg *Config) { cfg.Poll = time.Hour },
		"pauses":            func(cfg *Config) { cfg.MaxPause = 0 },
	} {
		cfg := config(&imaptest.Server{Secure: "imap.example:993", User: "desk"})
		if err := cfg.Validate(); err != nil {
			t.Fatalf("before: %v", err)
		}
		spoil(&cfg)
		if err := cfg.Validate(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want it to tell of %q", err, want)
		}
	}
}

func check(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}
