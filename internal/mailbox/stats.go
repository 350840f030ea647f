package mailbox

import (
	"sync"
	"time"
)

// Stats is what a collector has done since it was made.
type Stats struct {
	Connected bool      // logged in now
	LastSweep time.Time // when the whole folder was last looked through; zero: never
	Sessions  int64     // log-ins
	Failures  int64     // connections that failed, or ended by a failure
	Messages  int64     // kept by the inbox
	Known     int64     // of these, messages whose bytes were here before
	Bytes     int64     // of these
	TooLarge  int64     // left in the folder
	Moved     int64
}

// counters keeps Stats.
type counters struct {
	mu    sync.Mutex
	stats Stats
}

func (c *counters) change(change func(*Stats)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	change(&c.stats)
}

func (c *counters) opened() { c.change(func(s *Stats) { s.Sessions++; s.Connected = true }) }

func (c *counters) closed() { c.change(func(s *Stats) { s.Connected = false }) }

func (c *counters) failed() { c.change(func(s *Stats) { s.Failures++ }) }

func (c *counters) left() { c.change(func(s *Stats) { s.TooLarge++ }) }

func (c *counters) moved(n int) { c.change(func(s *Stats) { s.Moved += int64(n) }) }

func (c *counters) polled(at time.Time) { c.change(func(s *Stats) { s.LastSweep = at }) }

func (c *counters) took(size int64, known bool) {
	c.change(func(s *Stats) {
		s.Messages++
		s.Bytes += size
		if known {
			s.Known++
		}
	})
}
