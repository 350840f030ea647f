package smtpd

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"todoke/internal/desk"
)

// patience is how long a test waits for what must happen at once.
const patience = 20 * time.Second

// noon is what the clock of the tests shows.
var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.FixedZone("", 9*60*60))

// inbox keeps deliveries in memory. deposit, where it is set, is asked instead.
type inbox struct {
	deposit func(context.Context, *desk.Delivery) (desk.Receipt, error)

	mu   sync.Mutex
	kept []*desk.Delivery
}

func (b *inbox) Deposit(ctx context.Context, d *desk.Delivery) (desk.Receipt, error) {
	if b.deposit != nil {
		if receipt, err := b.deposit(ctx, d); err != nil {
			return receipt, err
		}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.kept = append(b.kept, d)
	return desk.Receipt{ID: int64(len(b.kept))}, nil
}

func (b *inbox) all() []*desk.Delivery {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.kept
}

// journal is a log to look into.
type journal struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.b.Write(p)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.b.String()
}

// peer is a server under test.
type peer struct {
	*Server
	inbox *inbox
	log   *journal
}

// ours takes in mail for report@ and help@, each with a token behind a plus sign, and for the postmaster.
func ours(address string) Verdict {
	local, domain, _ := strings.Cut(strings.ToLower(address), "@")
	local, _, _ = strings.Cut(local, "+")
	if local == "postmaster" && domain == "" || domain == "desk.example" && (local == "report" || local == "help") {
		return Accept
	}
	return Unknown
}

// lmtp and smtp change a config to that of a server of a test.
func lmtp(cfg *Config) { *cfg = DefaultLMTP() }
func smtp(cfg *Config) { *cfg = DefaultSMTP() }

// start runs a server until the test ends. The first change makes the config, further ones change it.
func start(tb testing.TB, box *inbox, changes ...func(*Config)) *peer {
	tb.Helper()
	var cfg Config
	for i, change := range changes {
		change(&cfg)
		if i == 0 {
			cfg.Address, cfg.Domain, cfg.Recipients = "127.0.0.1:0", "mx.desk.example", ours
		}
	}
	log := &journal{}
	level := slog.LevelDebug
	if _, ok := tb.(*testing.B); ok {
		level = slog.LevelError
	}
	server, err := New(cfg, box, func() time.Time { return noon }, slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: level})))
	if err != nil {
		tb.Fatal(err)
	}
	if err := server.Listen(); err != nil {
		tb.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve() }()
	tb.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		if err := server.Shutdown(ctx); err != nil {
			tb.Errorf("shutdown: %v", err)
		}
		if err := <-served; err != nil {
			tb.Errorf("serve: %v", err)
		}
	})
	return &peer{server, box, log}
}

// client speaks the protocol by hand.
type rawClient struct {
	tb   testing.TB
	conn net.Conn
	in   *bufio.Reader
}

// dial connects without reading the greeting.
func (p *peer) dial(tb testing.TB) *rawClient {
	tb.Helper()
	conn, err := net.Dial(p.Addr().Network(), p.Addr().String())
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = conn.Close() })
	return speak(tb, conn)
}

func speak(tb testing.TB, conn net.Conn) *rawClient {
	tb.Helper()
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		tb.Fatal(err)
	}
	return &rawClient{tb, conn, bufio.NewReader(conn)}
}

// greeted connects and says hello.
func (p *peer) greeted(tb testing.TB) *rawClient {
	tb.Helper()
	c := p.dial(tb)
	c.expect("220 ")
	if p.cfg.LMTP {
		c.do("LHLO client.example", "250")
	} else {
		c.do("EHLO client.example", "250")
	}
	return c
}

func (c *rawClient) send(text string) {
	c.tb.Helper()
	if _, err := c.conn.Write([]byte(text)); err != nil {
		c.tb.Fatalf("sending %.60q: %v", text, err)
	}
}

// answer reads an answer, of which it returns the last line.
func (c *rawClient) answer() (string, error) {
	for {
		line, err := c.in.ReadString('\n')
		if err != nil {
			return line, err
		}
		if len(line) > 3 && line[3] == '-' {
			continue
		}
		return strings.TrimSuffix(line, "\r\n"), nil
	}
}

// expect reads an answer and compares how it begins.
func (c *rawClient) expect(want string) string {
	c.tb.Helper()
	line, err := c.answer()
	if err != nil {
		c.tb.Fatalf("waiting for %q: %v", want, err)
	}
	if !strings.HasPrefix(line, want) {
		c.tb.Fatalf("answer %q, want %q", line, want)
	}
	return line
}

// do sends a command and compares the answer.
func (c *rawClient) do(command, want string) string {
	c.tb.Helper()
	c.send(command + "\r\n")
	return c.expect(want)
}

// ended waits until the server has closed the connection, and returns what it said before.
func (c *rawClient) ended() (last string) {
	c.tb.Helper()
	for {
		line, err := c.answer()
		if err == nil {
			last = line
			continue
		}
		var timeout net.Error
		if errors.As(err, &timeout) && timeout.Timeout() {
			c.tb.Fatal("the server did not close the connection")
		}
		return last
	}
}

// mail sends a message to the recipients, and expects the answer to its data.
func (c *rawClient) mail(message, want string, to ...string) {
	c.tb.Helper()
	c.envelope(to...)
	c.do("DATA", "354")
	c.send(message + "\r\n.\r\n")
	c.expect(want)
}

// envelope begins a message.
func (c *rawClient) envelope(to ...string) {
	c.tb.Helper()
	if len(to) == 0 {
		to = []string{"report@desk.example"}
	}
	c.do("MAIL FROM:<reporter@isp.example>", "250")
	for _, address := range to {
		c.do("RCPT TO:<"+address+">", "250")
	}
}

// eventually waits until a condition holds that no event tells of.
func eventually(tb testing.TB, what string, holds func() bool) {
	tb.Helper()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	late := time.After(patience)
	for !holds() {
		select {
		case <-tick.C:
		case <-late:
			tb.Fatalf("waited in vain: %s", what)
		}
	}
}

// socket is an address of a unix socket with a short path.
func socket(tb testing.TB) (address, path string) {
	tb.Helper()
	path = filepath.Join(tb.TempDir(), "s")
	if len(path) > 100 {
		tb.Skipf("skipped: the path of the temporary folder is too long for a socket: %d bytes", len(path))
	}
	return "unix:" + path, path
}
