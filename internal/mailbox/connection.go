package mailbox

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

// watched is a connection that breaks off when the server gives no sign of life while an answer is waited for, and only then.
type watched struct {
	net.Conn
	timeout time.Duration

	mu      sync.Mutex
	waiting bool // for an answer
}

// Read reads, and gives the server time anew for what is still to come.
func (w *watched) Read(p []byte) (int, error) {
	n, err := w.Conn.Read(p)
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.waiting {
		_ = w.Conn.SetReadDeadline(time.Now().Add(w.timeout))
	}
	return n, err
}

// SetReadDeadline does nothing: the library's own limits leave out the wait for an answer, and cut off long messages on slow lines.
func (w *watched) SetReadDeadline(time.Time) error { return nil }

// wait begins and ends the wait for an answer.
func (w *watched) wait(waiting bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.waiting = waiting
	limit := time.Time{}
	if waiting {
		limit = time.Now().Add(w.timeout)
	}
	_ = w.Conn.SetReadDeadline(limit)
}

// session is one connection to the server, logged in.
type session struct {
	*Collector
	conn   *watched
	client *imapclient.Client
	news   chan struct{} // has something when the server told of new mail
}

// open connects, logs in and selects the folder. The session ends with ctx.
func (c *Collector) open(ctx context.Context) (*session, error) {
	conn, err := c.dial(ctx)
	if err != nil {
		return nil, err
	}
	s := &session{Collector: c, conn: &watched{Conn: conn, timeout: c.cfg.Timeout}, news: make(chan struct{}, 1)}
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	if err := s.logIn(ctx); err != nil {
		stop()
		_ = conn.Close()
		return nil, err
	}
	return s, nil
}

// close ends the connection. The server needs no goodbye: nothing is underway.
func (s *session) close() { _ = s.client.Close() }

func (c *Collector) dial(ctx context.Context) (net.Conn, error) {
	dialer := net.Dialer{Timeout: c.cfg.Timeout}
	conn, err := dialer.DialContext(ctx, "tcp", c.cfg.Address)
	if err != nil {
		return nil, err
	}
	if tcp, ok := conn.RemoteAddr().(*net.TCPAddr); c.cfg.Security == None && (!ok || !tcp.IP.IsLoopback()) {
		_ = conn.Close() // "localhost" can be a name like any other
		return nil, fmt.Errorf("%s is not on this machine, and the connection is not protected", conn.RemoteAddr())
	}
	return conn, nil
}

// logIn makes a client of the connection.
func (s *session) logIn(ctx context.Context) error {
	s.conn.wait(true)
	defer s.conn.wait(false)
	if err := s.greet(ctx); err != nil {
		return err
	}
	password, err := s.cfg.Password(ctx)
	if err != nil {
		return fmt.Errorf("password: %w", err)
	}
	if err := s.client.Login(s.cfg.User, password).Wait(); err != nil {
		return fmt.Errorf("log-in: %w", err)
	}
	if err := s.needDone(); err != nil {
		return err
	}
	selected, err := s.client.Select(s.cfg.Folder, nil).Wait()
	if err != nil {
		return fmt.Errorf("folder %q: %w", s.cfg.Folder, err)
	}
	s.memory.expect(selected.UIDValidity)
	return nil
}

// greet secures the connection and waits for the server's greeting.
func (s *session) greet(ctx context.Context) error {
	options := &imapclient.Options{UnilateralDataHandler: &imapclient.UnilateralDataHandler{Mailbox: s.told}}
	switch s.cfg.Security {
	case TLS:
		stream := tls.Client(s.conn, s.tlsConfig())
		ctx, cancel := context.WithTimeout(ctx, s.cfg.Timeout)
		defer cancel()
		if err := stream.HandshakeContext(ctx); err != nil {
			return fmt.Errorf("TLS: %w", err)
		}
		s.client = imapclient.New(stream, options)
	case StartTLS:
		options.TLSConfig = s.tlsConfig()
		client, err := imapclient.NewStartTLS(s.conn, options)
		if err != nil {
			return fmt.Errorf("STARTTLS: %w", err)
		}
		s.client = client
		return nil
	default:
		s.client = imapclient.New(s.conn, options)
	}
	return s.client.WaitGreeting()
}

// tlsConfig is the config with the server's name in it.
func (c *Collector) tlsConfig() *tls.Config {
	config := c.cfg.TLSConfig.Clone()
	if config == nil {
		config = &tls.Config{}
	}
	if config.ServerName == "" {
		config.ServerName, _, _ = net.SplitHostPort(c.cfg.Address)
	}
	return config
}

// told hears of changes that the server tells on its own.
func (s *session) told(data *imapclient.UnilateralDataMailbox) {
	if data.NumMessages == nil {
		return
	}
	select {
	case s.news <- struct{}{}:
	default: // it is known already
	}
}

// needDone makes the folder for what is done where it is not there.
func (s *session) needDone() error {
	found, err := s.client.List("", s.cfg.Done, nil).Collect()
	if err != nil {
		return fmt.Errorf("folder %q: %w", s.cfg.Done, err)
	}
	if len(found) > 0 {
		return nil
	}
	if err := s.client.Create(s.cfg.Done, nil).Wait(); err != nil {
		return fmt.Errorf("making folder %q: %w", s.cfg.Done, err)
	}
	s.log.Info("folder made", "folder", s.cfg.Done)
	return nil
}

// ask waits for the answer to a command.
func (s *session) ask(command func() error) error {
	s.conn.wait(true)
	defer s.conn.wait(false)
	return command()
}

// has tells whether the server has an extension.
func (s *session) has(extension imap.Cap) bool {
	var has bool
	_ = s.ask(func() error {
		has = s.client.Caps().Has(extension)
		return nil
	})
	return has
}
