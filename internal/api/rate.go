package api

import (
	"sync"
	"time"
)

// buckets hold a token bucket for each caller: each act takes a drop, and drops come in at a steady rate up to the burst. There are
// as many as tokens have been given out.
type buckets struct {
	rate Rate

	mu  sync.Mutex
	all map[string]*bucket
}

type bucket struct {
	drops float64
	at    time.Time // when drops was right
}

func newBuckets(r Rate) *buckets { return &buckets{rate: r, all: map[string]*bucket{}} }

// take takes a drop out of the caller's bucket. Where there is none it tells how long until there is.
func (b *buckets) take(caller string, now time.Time) (wait time.Duration, ok bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	mine := b.all[caller]
	if mine == nil {
		mine = &bucket{drops: float64(b.rate.Burst), at: now}
		b.all[caller] = mine
	}
	if past := now.Sub(mine.at); past > 0 {
		mine.drops = min(float64(b.rate.Burst), mine.drops+float64(past)/float64(b.rate.Every))
		mine.at = now
	}
	if mine.drops < 1 {
		return time.Duration((1 - mine.drops) * float64(b.rate.Every)), false
	}
	mine.drops--
	return 0, true
}
