package smtpd

import (
	"net/netip"
	"testing"
	"time"
)

// clock is set by hand.
type clock struct{ at time.Time }

func (c *clock) now() time.Time          { return c.at }
func (c *clock) pass(more time.Duration) { c.at = c.at.Add(more) }

// TestRate lets a client have twice a minute's share at once, and then what time brings.
func TestRate(t *testing.T) {
	t.Parallel()
	clock := &clock{noon}
	l := newLimits(&Config{ConnectionsPerMinute: 3, MessagesPerMinute: 6}, clock.now)
	ip := netip.MustParseAddr("192.0.2.1")
	allowed := func() (n int) {
		for range 100 {
			c, ok := l.connect(ip)
			if ok {
				n++
				l.disconnect(c)
			}
		}
		return n
	}
	for _, step := range []struct {
		after time.Duration
		want  int
	}{{0, 6}, {0, 0}, {20 * time.Second, 1}, {time.Minute, 3}, {time.Hour, 6}, {-time.Hour, 0}} {
		clock.pass(step.after)
		if got := allowed(); got != step.want {
			t.Errorf("after %v: %d connections, want %d", step.after, got, step.want)
		}
	}
	if _, ok := l.connect(netip.MustParseAddr("192.0.2.2")); !ok {
		t.Error("another client pays for it")
	}
}

// TestNetworks shows who counts as one client.
func TestNetworks(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{"192.0.2.1", "192.0.2.1", true},
		{"192.0.2.1", "192.0.2.2", false},
		{"192.0.2.1", "::ffff:192.0.2.1", true}, // the same, on a socket for both
		{"2001:db8::1", "2001:db8::ffff:1", true},
		{"2001:db8::1", "2001:db8:0:1::1", false},
		{"fe80::1%eth0", "fe80::1%eth1", true},
	} {
		if got := network(netip.MustParseAddr(c.a)) == network(netip.MustParseAddr(c.b)); got != c.same {
			t.Errorf("%s and %s: one client is %v, want %v", c.a, c.b, got, c.same)
		}
	}
}

// TestFlood shows that the memory of clients is bounded, that those beyond share a place, and that it is free again later.
func TestFlood(t *testing.T) {
	t.Parallel()
	clock := &clock{noon}
	l := newLimits(&Config{MaxPerIP: 2, ConnectionsPerMinute: 60}, clock.now)
	ip := func(n int) netip.Addr { return netip.AddrFrom4([4]byte{10, byte(n >> 16), byte(n >> 8), byte(n)}) }
	var open []*client
	allowed := 0
	for n := range maxClients + 1000 {
		if c, ok := l.connect(ip(n)); ok {
			allowed++
			open = append(open, c)
		}
	}
	if allowed != maxClients+2 {
		t.Errorf("%d connections, want one of each client that is remembered, and two of the place that the others share", allowed)
	}
	if len(l.clients) > maxClients+1 {
		t.Errorf("%d clients are remembered", len(l.clients))
	}
	for _, c := range open {
		l.disconnect(c)
	}
	clock.pass(time.Hour)
	if _, ok := l.connect(ip(1 << 20)); !ok || len(l.clients) > 1 {
		t.Errorf("an hour later the place is not free: %d clients", len(l.clients))
	}
}
