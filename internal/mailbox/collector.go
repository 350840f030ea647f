package mailbox

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"time"

	"github.com/emersion/go-imap/v2"

	"todoke/internal/desk"
)

// Clock is the time by which a collector stamps messages and waits. Time limits of the network are not its matter.
type Clock struct {
	Now   func() time.Time
	After func(time.Duration) <-chan time.Time
}

// Collector takes mail out of one mailbox.
type Collector struct {
	cfg    Config
	inbox  desk.Inbox
	clock  Clock
	log    *slog.Logger
	count  counters
	memory memory
}

// New makes a collector that does nothing yet.
func New(cfg Config, inbox desk.Inbox, clock Clock, log *slog.Logger) (*Collector, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	return &Collector{cfg: cfg, inbox: inbox, clock: clock, log: log.With("mailbox", cfg.Address)}, nil
}

// Run collects mail until ctx ends. It returns nothing: each failure is logged, and tried again.
func (c *Collector) Run(ctx context.Context) {
	pause := c.cfg.MinPause
	for {
		swept, err := c.session(ctx)
		if ctx.Err() != nil {
			return
		}
		if swept {
			pause = c.cfg.MinPause
		}
		wait := jitter(pause)
		pause = min(2*pause, c.cfg.MaxPause)
		c.count.failed()
		c.log.Error("collecting mail failed", "error", err, "next_try", wait)
		select {
		case <-c.clock.After(wait):
		case <-ctx.Done():
			return
		}
	}
}

// jitter shortens a pause by up to a half, so that those that failed together do not come back together.
func jitter(pause time.Duration) time.Duration { return pause - rand.N(pause/2+1) }

// Stats tells what the collector has done.
func (c *Collector) Stats() Stats {
	c.count.mu.Lock()
	defer c.count.mu.Unlock()
	return c.count.stats
}

// session collects mail by one connection, until it fails or ctx ends. swept tells whether all was well for a while.
func (c *Collector) session(ctx context.Context) (swept bool, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	s, err := c.open(ctx)
	if err != nil {
		return false, err
	}
	defer s.close()
	c.count.opened()
	defer c.count.closed()
	c.log.Info("mailbox opened", "folder", c.cfg.Folder)
	for {
		if err := s.sweep(ctx); err != nil {
			return swept, err
		}
		swept = true
		if err := s.wait(ctx); err != nil {
			return swept, err
		}
	}
}

// now is when something happens.
func (c *Collector) now() time.Time { return c.clock.Now() }

var errClosed = errors.New("the server closed the connection")

// wait waits until there may be new mail.
func (s *session) wait(ctx context.Context) error {
	if !s.cfg.Idle || !s.has(imap.CapIdle) {
		return s.pause(ctx)
	}
	var stop func() error
	err := s.ask(func() error {
		idle, err := s.client.Idle()
		if err != nil {
			return err
		}
		stop = func() error { return errors.Join(idle.Close(), idle.Wait()) }
		return nil
	})
	if err != nil {
		return err
	}
	return errors.Join(s.pause(ctx), s.ask(stop))
}

// pause waits until the server tells of mail, or it is time to look in any case.
func (s *session) pause(ctx context.Context) error {
	select {
	case <-s.news:
		return nil
	case <-s.clock.After(s.cfg.Poll):
		return nil
	case <-s.client.Closed():
		return errClosed
	case <-ctx.Done():
		return ctx.Err()
	}
}
