package form

import (
	"crypto/sha256"
	"math/bits"
	"sync"
	"time"
)

// queue is the bucket of all clients together and the line before it. When the bucket is dry, a visitor gets a place in the
// line: a time from which the form will be taken. Places are one rate apart, so that the line moves as fast as the bucket fills,
// and it is never longer than the longest wait. A browser with scripts need not stand in it: it may work instead.
type queue struct {
	rate    Rate
	longest time.Duration

	mu   sync.Mutex
	all  bucket
	last time.Time // the latest place given
}

// take takes a drop for a report that comes without work or place.
func (q *queue) take(now time.Time) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	_, ok := q.all.take(q.rate, now)
	return ok
}

// place gives a place in the line, or false where the line is full.
func (q *queue) place(now time.Time) (time.Time, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	next := now.Add(q.rate.Every)
	if later := q.last.Add(q.rate.Every); later.After(next) {
		next = later
	}
	if next.Sub(now) > q.longest {
		return time.Time{}, false
	}
	q.last = next
	return next, true
}

// maxWork bounds the bits of a puzzle: 2^30 digests take a browser half an hour.
const maxWork = 30

// worked tells whether the answer solves the puzzle of a stamp: the digest of both begins with so many zero bits.
func worked(stamp, answer string, zeros int) bool {
	if zeros < 1 || answer == "" || len(answer) > 20 {
		return false
	}
	sum := sha256.Sum256([]byte(stamp + ":" + answer))
	n := 0
	for _, b := range sum {
		n += bits.LeadingZeros8(b)
		if b != 0 {
			break
		}
	}
	return n >= zeros
}
