package mailbox

import (
	"bytes"
	"context"
	"crypto/sha256"
	"log/slog"
	"net"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"todoke/internal/desk"
	"todoke/internal/mailbox/imaptest"
)

// patience is how long a test waits for what must happen at once.
const patience = 30 * time.Second

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// inbox keeps deliveries in memory, each once, and tells of each that is new. before, where it is set, is asked first.
type inbox struct {
	before func(*desk.Delivery) error
	fresh  chan *desk.Delivery

	mu   sync.Mutex
	seen map[[32]byte]int // how often each came
}

func newInbox() *inbox {
	return &inbox{fresh: make(chan *desk.Delivery, 10_000), seen: map[[32]byte]int{}}
}

func (b *inbox) Deposit(_ context.Context, d *desk.Delivery) (desk.Receipt, error) {
	if b.before != nil {
		if err := b.before(d); err != nil {
			return desk.Receipt{}, err
		}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	sum := sha256.Sum256(d.Raw)
	b.seen[sum]++
	if b.seen[sum] > 1 {
		return desk.Receipt{Known: true}, nil
	}
	b.fresh <- d
	return desk.Receipt{ID: int64(len(b.seen))}, nil
}

// next waits for the next new delivery.
func (b *inbox) next(t *testing.T) *desk.Delivery {
	t.Helper()
	select {
	case d := <-b.fresh:
		return d
	case <-time.After(patience):
		t.Fatal("no mail came")
		return nil
	}
}

// take waits for n new deliveries and returns their bytes in order.
func (b *inbox) take(t *testing.T, n int) (raws []string) {
	t.Helper()
	for range n {
		raws = append(raws, string(b.next(t).Raw))
	}
	return raws
}

// clock is a Clock whose waits end when the test says so.
type clock struct{ waits chan wait }

type wait struct {
	long time.Duration
	end  chan time.Time
}

func newClock() *clock { return &clock{waits: make(chan wait, 10_000)} }

func (c *clock) clock() Clock {
	return Clock{
		Now: func() time.Time { return noon },
		After: func(long time.Duration) <-chan time.Time {
			end := make(chan time.Time, 1)
			c.waits <- wait{long, end}
			return end
		},
	}
}

// wait waits until the collector waits.
func (c *clock) wait(t *testing.T) wait {
	t.Helper()
	select {
	case w := <-c.waits:
		return w
	case <-time.After(patience):
		t.Fatal("the collector does not wait for anything")
		return wait{}
	}
}

// pass lets the next wait end.
func (c *clock) pass(t *testing.T) time.Duration {
	t.Helper()
	w := c.wait(t)
	w.end <- noon
	return w.long
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

// running is a collector under test.
type running struct {
	*Collector
	inbox *inbox
	clock *clock
	log   *journal
	stop  func() // and wait until it has stopped
}

// config is for a server, by TLS.
func config(server *imaptest.Server) Config {
	cfg := Default()
	cfg.Address, cfg.TLSConfig, cfg.User, cfg.Timeout = server.Secure, server.Trust, server.User, patience
	cfg.Password = func(context.Context) (string, error) { return imaptest.Password, nil }
	return cfg
}

// collect runs a collector until the test ends.
func collect(t *testing.T, cfg Config, box *inbox) *running {
	t.Helper()
	r := &running{inbox: box, clock: newClock(), log: &journal{}}
	c, err := New(cfg, box, r.clock.clock(), slog.New(slog.NewTextHandler(r.log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		c.Run(ctx)
	}()
	r.Collector = c
	r.stop = func() {
		cancel()
		select {
		case <-done:
		case <-time.After(patience):
			t.Error("the collector does not stop")
		}
	}
	t.Cleanup(func() {
		r.stop()
		if t.Failed() {
			t.Logf("log of the collector:\n%s", r.log)
		}
	})
	return r
}

// eventually waits until a condition holds that no event tells of.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	late := time.After(patience)
	for !holds() {
		select {
		case <-tick.C:
		case <-late:
			t.Fatalf("waited in vain: %s", what)
		}
	}
}

// cutter stands between collector and server, and cuts the line.
type cutter struct {
	address string
	target  string
	limit   func(connection int) int64 // bytes from the server after which a connection is cut; 0: never

	mu    sync.Mutex
	conns []net.Conn
	count int
}

func newCutter(t *testing.T, target string, limit func(int) int64) *cutter {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c := &cutter{address: listener.Addr().String(), target: target, limit: limit}
	t.Cleanup(func() {
		_ = listener.Close()
		c.cut()
	})
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go c.pass(conn)
		}
	}()
	return c
}

// pass hands on what both sides say.
func (c *cutter) pass(conn net.Conn) {
	server, err := net.Dial("tcp", c.target)
	if err != nil {
		_ = conn.Close()
		return
	}
	c.mu.Lock()
	c.conns = append(c.conns, conn, server)
	c.count++
	limit := c.limit(c.count)
	c.mu.Unlock()
	go pump(server, conn, 0)
	pump(conn, server, limit)
}

// pump hands bytes on, and closes both ends when one does or the limit is reached.
func pump(to, from net.Conn, limit int64) {
	defer to.Close()
	defer from.Close()
	block := make([]byte, 4096)
	for passed := int64(0); limit == 0 || passed < limit; {
		n, err := from.Read(block)
		if _, failed := to.Write(block[:n]); err != nil || failed != nil {
			return
		}
		passed += int64(n)
	}
}

// cut ends all connections.
func (c *cutter) cut() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, conn := range c.conns {
		_ = conn.Close()
	}
	c.conns = nil
}

// connections is how many there were.
func (c *cutter) connections() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.count
}

// never cuts no line.
func never(int) int64 { return 0 }

// servers are those on which what every server must do is tried.
func servers() map[string]func(*testing.T) *imaptest.Server {
	return map[string]func(*testing.T) *imaptest.Server{
		"Dovecot":   func(t *testing.T) *imaptest.Server { return imaptest.Dovecot(t) },
		"in memory": func(t *testing.T) *imaptest.Server { return imaptest.Memory(t, imap.CapMove, imap.CapUIDPlus) },
	}
}

// sorted are the messages of a folder in an order that can be compared.
func sorted(t *testing.T, client *imapclient.Client, folder string) []string {
	t.Helper()
	messages := imaptest.Messages(t, client, folder)
	slices.Sort(messages)
	return messages
}
