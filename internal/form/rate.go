package form

import (
	"sync"
	"time"
)

// bucket is a token bucket: each act takes a drop, and drops come in at a steady rate up to the burst.
type bucket struct {
	drops float64
	at    time.Time // when drops was right
}

// take takes a drop. Where there is none it tells how long until there is.
func (b *bucket) take(r Rate, now time.Time) (wait time.Duration, ok bool) {
	if b.at.IsZero() {
		b.drops = float64(r.Burst)
	} else if past := now.Sub(b.at); past > 0 {
		b.drops = min(float64(r.Burst), b.drops+float64(past)/float64(r.Every))
	}
	b.at = now
	if b.drops >= 1 {
		b.drops--
		return 0, true
	}
	return time.Duration((1 - b.drops) * float64(r.Every)), false
}

// buckets holds one bucket for each client in bounded memory. A bucket that was not used while maxClients others were is
// forgotten; it would mostly be full by then.
type buckets struct {
	rate Rate

	mu       sync.Mutex
	now, old map[string]*bucket // used since the last turn; before it
}

// maxClients is how many clients are remembered in each of two generations.
const maxClients = 1 << 15

func newBuckets(r Rate) *buckets {
	return &buckets{rate: r, now: map[string]*bucket{}, old: map[string]*bucket{}}
}

// take takes a drop out of the client's bucket.
func (b *buckets) take(client string, at time.Time) (wait time.Duration, ok bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	mine := b.now[client]
	if mine == nil {
		if mine = b.old[client]; mine == nil {
			mine = &bucket{}
		}
		if len(b.now) >= maxClients {
			b.old, b.now = b.now, map[string]*bucket{}
		}
		b.now[client] = mine
	}
	return mine.take(b.rate, at)
}
