package smtpd

import (
	"net/netip"
	"sync"
	"time"
)

// maxClients is how many clients are remembered at once. When as many are, those that would be a new one share one place.
const maxClients = 1 << 16

// client is what is remembered of where connections come from: an IPv4 address, or an IPv6 network of 64 bits, which one
// customer of a provider has for himself.
type client struct {
	open        int
	connections bucket
	messages    bucket
}

// bucket is a token bucket: it fills at a rate up to twice of what a minute brings, and each event takes one token.
type bucket struct {
	tokens float64
	at     time.Time // when tokens was true; zero: the bucket is full
}

// refill adds what has come in since.
func (b *bucket) refill(now time.Time, perMinute int) {
	full := 2 * float64(perMinute)
	if b.at.IsZero() {
		b.tokens = full
	} else if since := now.Sub(b.at); since > 0 {
		b.tokens = min(full, b.tokens+since.Minutes()*float64(perMinute))
	}
	b.at = now
}

// take takes a token if there is one. Without a rate there always is.
func (b *bucket) take(now time.Time, perMinute int) bool {
	if perMinute <= 0 {
		return true
	}
	b.refill(now, perMinute)
	if b.tokens < 1 {
		return false
	}
	b.tokens--
	return true
}

// full tells whether the bucket remembers nothing.
func (b *bucket) full(now time.Time, perMinute int) bool {
	if perMinute <= 0 || b.at.IsZero() {
		return true
	}
	b.refill(now, perMinute)
	return b.tokens >= 2*float64(perMinute)
}

// limits holds clients to their share.
type limits struct {
	perIP       int // connections open at once
	connections int // a minute
	messages    int // a minute
	now         func() time.Time

	mu      sync.Mutex
	clients map[netip.Prefix]*client
	swept   time.Time
}

func newLimits(cfg *Config, now func() time.Time) *limits {
	return &limits{
		perIP: cfg.MaxPerIP, connections: cfg.ConnectionsPerMinute, messages: cfg.MessagesPerMinute,
		now: now, clients: map[netip.Prefix]*client{},
	}
}

// network is where an address belongs to.
func network(ip netip.Addr) netip.Prefix {
	ip = ip.Unmap().WithZone("")
	bits := 32
	if ip.Is6() {
		bits = 64
	}
	prefix, _ := ip.Prefix(bits)
	return prefix
}

// connect notes a connection that opens. Where the client may not have it, ok is false; else disconnect has to be called with
// the client. A connection by a unix socket has no client, which is nil, and no limits.
func (l *limits) connect(ip netip.Addr) (c *client, ok bool) {
	if !ip.IsValid() {
		return nil, true
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	c = l.client(network(ip))
	if l.perIP > 0 && c.open >= l.perIP || !c.connections.take(l.now(), l.connections) {
		return nil, false
	}
	c.open++
	return c, true
}

// disconnect notes that a connection has ended.
func (l *limits) disconnect(c *client) {
	if c == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	c.open--
}

// message notes a message that begins and tells whether the client may send it.
func (l *limits) message(c *client) bool {
	if c == nil {
		return true
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return c.messages.take(l.now(), l.messages)
}

// failure notes a failed log-in, which costs as much as a connection.
func (l *limits) failure(c *client) {
	if c == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	c.connections.take(l.now(), l.connections)
}

// client finds what is remembered of a network.
func (l *limits) client(of netip.Prefix) *client {
	if c := l.clients[of]; c != nil {
		return c
	}
	if len(l.clients) >= maxClients {
		l.sweep()
	}
	if len(l.clients) >= maxClients {
		of = netip.Prefix{} // the place that is shared
		if c := l.clients[of]; c != nil {
			return c
		}
	}
	c := &client{}
	l.clients[of] = c
	return c
}

// sweep forgets the clients of which there is nothing to remember, at most once a second, since it looks at all of them.
func (l *limits) sweep() {
	now := l.now()
	if now.Sub(l.swept) < time.Second {
		return
	}
	l.swept = now
	for of, c := range l.clients {
		if c.open == 0 && c.connections.full(now, l.connections) && c.messages.full(now, l.messages) {
			delete(l.clients, of)
		}
	}
}
