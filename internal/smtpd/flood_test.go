package smtpd

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"todoke/internal/desk"
)

// TestTooLarge refuses messages over the size, declared or not, says so in the log, and keeps none of them.
func TestTooLarge(t *testing.T) {
	t.Parallel()
	const limit = 100_000
	fits := "a: " + strings.Repeat("x", limit-5)
	small := func(cfg *Config) { cfg.MaxBytes = limit }
	t.Run("declared", func(t *testing.T) {
		t.Parallel()
		p := start(t, &inbox{}, lmtp, small)
		c := p.greeted(t)
		c.do("MAIL FROM:<a@isp.example> SIZE=100001", "552 5.3.4")
		c.do("MAIL FROM:<a@isp.example> SIZE=100000", "250")
		logged(t, p, "mail refused: too large", "declared_bytes=100001")
	})
	for name, size := range map[string]string{"not declared": "", "declared too small": " SIZE=10"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := start(t, &inbox{}, lmtp, small)
			c := p.greeted(t)
			for _, message := range []struct{ text, want string }{{fits, "250"}, {fits + "x", "552 5.3.4"}, {strings.Repeat(fits, 7), "552 5.3.4"}} {
				c.do("MAIL FROM:<a@isp.example>"+size, "250")
				c.do("RCPT TO:<report@desk.example>", "250")
				c.do("DATA", "354")
				c.send(message.text + "\r\n.\r\n")
				c.expect(message.want)
			}
			logged(t, p, "mail refused: too large", "bytes=100001")
			if n := len(p.inbox.all()); n != 1 {
				t.Errorf("%d messages were kept", n)
			}
			if stats := p.Stats(); stats.TooLarge != 2 || stats.BytesUnderway != 0 {
				t.Errorf("%+v", stats)
			}
		})
	}
	t.Run("without end", func(t *testing.T) {
		t.Parallel()
		p := start(t, &inbox{}, lmtp, small)
		c := p.greeted(t)
		c.envelope()
		c.do("DATA", "354")
		go func() { // until the server has enough
			for {
				if _, err := c.conn.Write([]byte(fits)); err != nil {
					return
				}
			}
		}()
		eventually(t, "the server ends it", func() bool { return p.Stats().Open == 0 })
		logged(t, p, "mail refused: too large", "bytes_before_end=")
	})
}

func logged(t *testing.T, p *peer, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(p.log.String(), part) {
			t.Errorf("the log lacks %q:\n%s", part, p.log)
		}
	}
}

// TestRoom shows that long messages grow in memory without more than their own size beside it, and that what all of them take is bounded.
func TestRoom(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		declared int64
		most     int // bytes of the buffer for a message of 1 MiB
	}{
		"declared":            {1 << 20, 1 << 20},
		"not declared":        {0, 2 << 20},
		"declared too small":  {70_000, 2 << 20},
		"declared far larger": {40 << 20, 40 << 20},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := &counters{}
			b := &body{memory: &p.underway, total: 64 << 20, limit: 50 << 20, declared: c.declared}
			line := []byte(strings.Repeat("x", 1022) + "\r\n")
			for range 1 << 10 {
				b.add(line)
			}
			if len(b.bytes) != 1<<20 || cap(b.bytes) > c.most || p.underway.Load() != int64(cap(b.bytes)) {
				t.Errorf("%d bytes in a buffer of %d, counted as %d", len(b.bytes), cap(b.bytes), p.underway.Load())
			}
			b.release()
			if p.underway.Load() != 0 {
				t.Errorf("%d bytes were not given back", p.underway.Load())
			}
		})
	}
	t.Run("nothing is kept of what is too large", func(t *testing.T) {
		t.Parallel()
		p := &counters{}
		b := &body{memory: &p.underway, limit: 10_000}
		for range 3 {
			b.add(make([]byte, 5_000))
		}
		if b.bytes != nil || p.underway.Load() != 0 || b.size != 15_000 {
			t.Errorf("%d bytes are kept of %d, and %d counted", len(b.bytes), b.size, p.underway.Load())
		}
	})
	t.Run("who only declares gets nothing", func(t *testing.T) {
		t.Parallel()
		p := &counters{}
		b := &body{memory: &p.underway, limit: 50 << 20, declared: 50 << 20}
		b.add([]byte("x"))
		if cap(b.bytes) > firstRoom {
			t.Errorf("a buffer of %d bytes for one", cap(b.bytes))
		}
	})
}

// TestFull puts messages off for which there is no memory, and takes them when there is.
func TestFull(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	p := start(t, &inbox{deposit: func(_ context.Context, d *desk.Delivery) (desk.Receipt, error) {
		if len(d.Raw) > 1<<20 {
			<-release
		}
		return desk.Receipt{}, nil
	}}, lmtp, func(cfg *Config) { cfg.MaxBytes, cfg.MaxUnderway = 3<<20, 1 })
	long := "a: b\r\n\r\n" + strings.Repeat("x", 3<<20-100)
	var first [2]*rawClient
	for i := range first {
		first[i] = p.greeted(t)
		first[i].envelope()
		first[i].do("DATA", "354")
		first[i].send(long + "\r\n.\r\n")
	}
	eventually(t, "two messages are with the inbox", func() bool { return p.Stats().BytesUnderway == 6<<20 })
	third := p.greeted(t)
	third.mail(long, "452 4.3.1")
	close(release)
	for _, c := range first {
		c.expect("250")
	}
	third.mail(long, "250")
}

// TestManyRecipients takes 100 of 10,000 recipients and tells the client to come again for the others.
func TestManyRecipients(t *testing.T) {
	t.Parallel()
	p := start(t, &inbox{}, smtp)
	c := p.greeted(t)
	c.do("MAIL FROM:<a@isp.example>", "250")
	go func() {
		for n := range 10_000 {
			if _, err := fmt.Fprintf(c.conn, "RCPT TO:<report+%d@desk.example>\r\n", n); err != nil {
				return
			}
		}
		_, _ = c.conn.Write([]byte("DATA\r\n"))
	}()
	answers := map[string]int{}
	for range 10_000 {
		line, err := c.answer()
		if err != nil {
			t.Fatal(err)
		}
		answers[line[:9]]++
	}
	if answers["250 2.1.5"] != 100 || answers["452 4.5.3"] != 9_900 {
		t.Errorf("answers %v", answers)
	}
	c.expect("354")
	c.send("a: b\r\n\r\n.\r\n")
	c.expect("250")
	if to := p.inbox.all()[0].To; len(to) != 100 || to[99] != "report+99@desk.example" {
		t.Errorf("%d recipients", len(to))
	}
}

// TestErrors ends sessions that only fail or do nothing.
func TestErrors(t *testing.T) {
	t.Parallel()
	for name, command := range map[string]string{
		"guessing addresses": "RCPT TO:<guess@desk.example>", "nonsense": "HOW ARE YOU", "doing nothing": "NOOP", "resetting": "RSET",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := start(t, &inbox{}, smtp).greeted(t)
			c.do("MAIL FROM:<a@isp.example>", "250")
			c.send(strings.Repeat(command+"\r\n", 20))
			if last := c.ended(); !strings.HasPrefix(last, "421 4.7.0") {
				t.Errorf("the last word was %q", last)
			}
		})
	}
	t.Run("between messages", func(t *testing.T) {
		t.Parallel()
		c := start(t, &inbox{}, smtp).greeted(t)
		for range 30 { // as connection caches of mail servers do
			c.do("NOOP", "250")
			c.do("RSET", "250")
			c.mail("a: b\r\n\r\n", "250")
		}
	})
}

// TestLongLine ends a session whose command has no end, and does not keep it.
func TestLongLine(t *testing.T) {
	t.Parallel()
	c := start(t, &inbox{}, smtp).greeted(t)
	c.send("EHLO " + strings.Repeat("x", bufferSize-5))
	if last := c.ended(); !strings.HasPrefix(last, "500 5.5.6") {
		t.Errorf("the last word was %q", last)
	}
}

// TestSlowSenders cuts off who is too slow, at each stage, while another is served.
func TestSlowSenders(t *testing.T) {
	t.Parallel()
	p := start(t, &inbox{}, smtp, func(cfg *Config) {
		cfg.CommandTimeout, cfg.DataTimeout, cfg.MinRate = time.Second, time.Second, 1<<20
	})
	// Each sends a byte now and then, so that the connection is never idle.
	drip := func(c *rawClient, b byte) {
		tick := time.NewTicker(10 * time.Millisecond)
		defer tick.Stop()
		for range tick.C {
			if _, err := c.conn.Write([]byte{b}); err != nil {
				return
			}
		}
	}
	command := p.greeted(t)
	go drip(command, 'x')
	data := p.greeted(t)
	data.envelope()
	data.do("DATA", "354")
	go drip(data, '\n')
	silent := p.dial(t)
	p.greeted(t).mail("served: yes\r\n\r\n", "250")
	for name, c := range map[string]*rawClient{"a command": command, "data": data, "silence": silent} {
		if last := c.ended(); !strings.HasPrefix(last, "421 4.4.2") && last != "" { // "": lost because we were still sending
			t.Errorf("%s: the last word was %q", name, last)
		}
	}
	if stats := p.Stats(); stats.TimedOut < 3 || stats.Messages != 1 {
		t.Errorf("%+v", stats)
	}
}

// TestStress: where places are rare, those who keep one without using it lose it, and others are served.
func TestStress(t *testing.T) {
	t.Parallel()
	p := start(t, &inbox{}, smtp, func(cfg *Config) {
		cfg.MaxConnections, cfg.MaxPerIP, cfg.ConnectionsPerMinute = 8, 0, 0
		cfg.CommandTimeout, cfg.StressTimeout = time.Hour, 100*time.Millisecond
	})
	var idle []*rawClient
	for range 4 { // half of the places: nobody has to hurry
		idle = append(idle, p.greeted(t))
	}
	idle[0].do("NOOP", "250")
	for range 3 {
		idle = append(idle, p.greeted(t))
	}
	for _, c := range idle {
		if last := c.ended(); !strings.HasPrefix(last, "421 4.4.2") {
			t.Errorf("the last word was %q", last)
		}
	}
	p.greeted(t).mail("served: yes\r\n\r\n", "250")
}

// TestEarned shows that who sends fast enough may take longer than DataTimeout.
func TestEarned(t *testing.T) {
	t.Parallel()
	p := start(t, &inbox{}, smtp, func(cfg *Config) { cfg.DataTimeout, cfg.MinRate = time.Second, 64<<10 })
	c := p.greeted(t)
	c.envelope()
	c.do("DATA", "354")
	began := time.Now()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for range 30 {
		c.send(strings.Repeat("x", 64<<10))
		<-tick.C
	}
	c.send("\r\n.\r\n")
	c.expect("250")
	if took := time.Since(began); took < 1200*time.Millisecond {
		t.Fatalf("the message took %v, which shows nothing", took)
	}
}

// TestDeaf cuts off who takes no answers, however many it asks for.
func TestDeaf(t *testing.T) {
	t.Parallel()
	p := start(t, &inbox{}, lmtp, func(cfg *Config) { cfg.WriteTimeout, cfg.MaxErrors = 200*time.Millisecond, 0 })
	c := p.greeted(t)
	go func() {
		for {
			if _, err := c.conn.Write([]byte(strings.Repeat("NOOP\r\n", 1000))); err != nil {
				return
			}
		}
	}()
	eventually(t, "the server gives up", func() bool { return p.Stats().TimedOut == 1 && p.Stats().Open == 0 })
}

// TestConnectionLimits answers 421 to connections over a limit, and takes the next when one has ended.
func TestConnectionLimits(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		limit func(*Config)
		want  string
	}{
		"in all":      {func(cfg *Config) { cfg.MaxConnections = 2 }, "421 4.3.2"},
		"from one IP": {func(cfg *Config) { cfg.MaxPerIP = 2 }, "421 4.7.0"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := start(t, &inbox{}, smtp, c.limit)
			first, second := p.greeted(t), p.greeted(t)
			p.dial(t).expect(c.want)
			first.do("QUIT", "221")
			first.ended()
			eventually(t, "its place is free", func() bool { return p.Stats().Open == 1 })
			p.greeted(t).mail("a: b\r\n\r\n", "250")
			second.mail("a: b\r\n\r\n", "250")
			if stats := p.Stats(); stats.Refused != 1 || stats.Connections != 4 {
				t.Errorf("%+v", stats)
			}
		})
	}
	t.Run("a minute, on a clock that stands still", func(t *testing.T) {
		t.Parallel()
		p := start(t, &inbox{}, smtp, func(cfg *Config) { cfg.ConnectionsPerMinute = 2 })
		for range 4 {
			p.greeted(t)
		}
		p.dial(t).expect("421 4.7.0")
	})
	t.Run("messages", func(t *testing.T) {
		t.Parallel()
		p := start(t, &inbox{}, smtp, func(cfg *Config) { cfg.MessagesPerMinute = 1 })
		c := p.greeted(t)
		c.mail("a: b\r\n\r\n", "250")
		c.mail("a: b\r\n\r\n", "250")
		c.do("MAIL FROM:<a@isp.example>", "450 4.7.1")
		p.greeted(t).do("MAIL FROM:<a@isp.example>", "450 4.7.1") // another connection is no way around
	})
	t.Run("a unix socket has none by address", func(t *testing.T) {
		t.Parallel()
		address, _ := socket(t)
		p := start(t, &inbox{}, smtp, func(cfg *Config) { cfg.Address, cfg.MaxPerIP, cfg.MessagesPerMinute = address, 1, 1 })
		for range 4 {
			p.greeted(t).mail("a: b\r\n\r\n", "250")
		}
	})
}

// TestShutdown lets a message end that is underway, and nobody else.
func TestShutdown(t *testing.T) {
	t.Parallel()
	begun, release := make(chan struct{}), make(chan struct{})
	p := start(t, &inbox{deposit: func(_ context.Context, d *desk.Delivery) (desk.Receipt, error) {
		if d.From == "slow@isp.example" {
			close(begun)
			<-release
		}
		return desk.Receipt{}, nil
	}}, lmtp)
	idle := p.greeted(t)
	silent := p.dial(t)
	silent.expect("220")
	begins := p.greeted(t)
	begins.envelope()
	sending := p.greeted(t)
	sending.envelope()
	sending.do("DATA", "354")
	sending.send("half: ")
	deposited := p.greeted(t)
	deposited.send("MAIL FROM:<slow@isp.example>\r\nRCPT TO:<report@desk.example>\r\nDATA\r\na: b\r\n\r\n.\r\n")
	<-begun

	stopped := make(chan error, 1)
	go func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		stopped <- p.Shutdown(ctx)
	}()
	for _, c := range []*rawClient{idle, silent} {
		c.expect("421 4.3.2")
		c.ended()
	}
	begins.do("DATA", "354")
	for _, c := range []*rawClient{begins, sending} {
		c.send("sent\r\n\r\n.\r\n")
		c.expect("250 2.6.0")
		c.expect("421 4.3.2")
	}
	select {
	case err := <-stopped:
		t.Fatalf("stopped (%v) before the inbox had answered", err)
	default:
	}
	close(release)
	for _, want := range []string{"250", "250", "354", "250 2.6.0", "421 4.3.2"} {
		deposited.expect(want)
	}
	if err := <-stopped; err != nil {
		t.Errorf("shutdown: %v", err)
	}
	if n := len(p.inbox.all()); n != 3 {
		t.Errorf("%d messages, want the three that were underway", n)
	}
}

// TestShutdownCutsOff ends what does not end in time, without saying 250.
func TestShutdownCutsOff(t *testing.T) {
	t.Parallel()
	begun := make(chan struct{})
	p := start(t, &inbox{deposit: func(ctx context.Context, _ *desk.Delivery) (desk.Receipt, error) {
		close(begun)
		<-ctx.Done()
		return desk.Receipt{}, ctx.Err()
	}}, lmtp)
	sending := p.greeted(t)
	sending.envelope()
	sending.do("DATA", "354")
	deposited := p.greeted(t)
	deposited.envelope()
	deposited.do("DATA", "354")
	deposited.send("a: b\r\n\r\n.\r\n")
	<-begun
	ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond)
	defer cancel()
	if err := p.Shutdown(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("shutdown: %v", err)
	}
	for _, c := range []*rawClient{sending, deposited} {
		if last := c.ended(); strings.HasPrefix(last, "250") {
			t.Errorf("the last word was %q", last)
		}
	}
}
