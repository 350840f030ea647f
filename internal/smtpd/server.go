package smtpd

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/netip"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"todoke/internal/desk"
)

// Server takes mail in at one address.
type Server struct {
	cfg    Config
	inbox  desk.Inbox
	now    func() time.Time
	log    *slog.Logger
	limits *limits
	count  counters

	work   context.Context // of deposits; ends when a stop will wait no longer
	cancel context.CancelFunc

	mu       sync.Mutex
	listener net.Listener
	stopping bool
	stopped  chan struct{}         // closed when stopping begins
	sessions map[*session]struct{} // open connections
	crowded  atomic.Bool           // more than half of the places are taken
	running  sync.WaitGroup        // their goroutines
}

// New makes a server that listens to nobody yet. now is the clock of Received fields and rates.
func New(cfg Config, inbox desk.Inbox, now func() time.Time, log *slog.Logger) (*Server, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	if cfg.MaxUnderway > 0 {
		cfg.MaxUnderway = max(cfg.MaxUnderway, 2*cfg.MaxBytes)
	}
	work, cancel := context.WithCancel(context.Background())
	return &Server{
		cfg: cfg, inbox: inbox, now: now, log: log, limits: newLimits(&cfg, now), work: work, cancel: cancel,
		stopped: make(chan struct{}), sessions: map[*session]struct{}{},
	}, nil
}

// Listen opens the socket: from now on clients wait for Serve.
func (s *Server) Listen() error {
	listener, err := listen(s.cfg.Address, s.cfg.SocketMode)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopping {
		return listener.Close()
	}
	s.listener = listener
	return nil
}

// Addr is where the server listens, nil before Listen.
func (s *Server) Addr() net.Addr {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.listener == nil {
		return nil
	}
	return s.listener.Addr()
}

// Serve answers clients until Shutdown, and then returns nil. It listens first, where Listen was not called.
func (s *Server) Serve() error {
	if s.Addr() == nil {
		if err := s.Listen(); err != nil {
			return err
		}
	}
	if s.isStopping() {
		return nil
	}
	wait := time.Duration(0)
	for {
		conn, err := s.listener.Accept()
		if err == nil {
			wait = 0
			s.open(conn)
			continue
		}
		if s.isStopping() {
			return nil
		}
		if errors.Is(err, net.ErrClosed) {
			return err
		}
		// The system has no more files or memory for now; connections that end give some back.
		wait = min(max(2*wait, 5*time.Millisecond), time.Second)
		s.log.Error("connections cannot be taken", "error", err, "next_try", wait)
		select {
		case <-time.After(wait):
		case <-s.stopped:
		}
	}
}

func (s *Server) isStopping() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.stopping
}

// open gives a connection its session, or turns it away.
func (s *Server) open(conn net.Conn) {
	s.count.connections.Add(1)
	ip := remoteIP(conn)
	client, ok := s.limits.connect(ip)
	if !ok {
		s.turnAway(conn, replyRate)
		return
	}
	session := newSession(s, conn, client, ip)
	if refusal, ok := s.enter(session); !ok {
		s.limits.disconnect(client)
		s.turnAway(conn, refusal)
		return
	}
	go func() {
		defer s.leave(session)
		defer func() {
			if fault := recover(); fault != nil {
				s.log.Error("a session failed", "error", fault, "stack", string(debug.Stack()))
			}
		}()
		session.run()
	}()
}

// enter puts a session among the open ones, where there is room.
func (s *Server) enter(session *session) (refusal reply, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.stopping:
		return replyStopping, false
	case s.cfg.MaxConnections > 0 && len(s.sessions) >= s.cfg.MaxConnections:
		return replyBusy, false
	}
	s.sessions[session] = struct{}{}
	s.running.Add(1)
	s.crowd()
	return reply{}, true
}

// crowd notes whether so many connections are open that those who keep a place without using it have to hurry. The lock is held.
func (s *Server) crowd() {
	crowded := s.cfg.StressTimeout > 0 && s.cfg.MaxConnections > 0 && 2*len(s.sessions) > s.cfg.MaxConnections
	if was := s.crowded.Swap(crowded); !crowded || was {
		return
	}
	for session := range s.sessions {
		session.hurry()
	}
}

func (s *Server) leave(session *session) {
	_ = session.conn.Close()
	s.limits.disconnect(session.client)
	s.mu.Lock()
	delete(s.sessions, session)
	s.crowd()
	s.mu.Unlock()
	s.running.Done()
}

// turnAway answers a connection that gets no session. It does not wait for the client: the answer fits into the socket's buffer.
func (s *Server) turnAway(conn net.Conn, why reply) {
	s.count.refused.Add(1)
	s.log.Debug("connection refused", "remote", conn.RemoteAddr().String(), "why", why.String())
	_ = conn.SetWriteDeadline(time.Now().Add(time.Second))
	_, _ = conn.Write([]byte(why.String() + "\r\n"))
	_ = conn.Close()
}

// Shutdown stops the server: it takes no new connections, says goodbye to clients that have no message underway, and lets the others
// end theirs. When ctx ends first, it cuts them off, which no client takes for an answer, and returns ctx's error.
func (s *Server) Shutdown(ctx context.Context) error {
	err := s.stop()
	ended := make(chan struct{})
	go func() {
		s.running.Wait()
		close(ended)
	}()
	select {
	case <-ended:
		s.cancel()
		return err
	case <-ctx.Done():
	}
	s.cancel()
	s.mu.Lock()
	defer s.mu.Unlock()
	for session := range s.sessions {
		_ = session.conn.Close()
	}
	return ctx.Err()
}

// stop closes the listener and wakes the idle sessions.
func (s *Server) stop() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopping {
		return nil
	}
	s.stopping = true
	close(s.stopped)
	for session := range s.sessions {
		session.stop()
	}
	if s.listener == nil {
		return nil
	}
	return s.listener.Close()
}

// Stats tells what the server has done.
func (s *Server) Stats() Stats {
	stats := s.count.stats()
	s.mu.Lock()
	defer s.mu.Unlock()
	stats.Open = int64(len(s.sessions))
	return stats
}

// remoteIP is where a connection comes from; not valid for a unix socket.
func remoteIP(conn net.Conn) netip.Addr {
	tcp, ok := conn.RemoteAddr().(*net.TCPAddr)
	if !ok {
		return netip.Addr{}
	}
	return tcp.AddrPort().Addr().Unmap()
}
