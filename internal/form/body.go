package form

import (
	"errors"
	"io"
	"net/http"
	"os"
	"sync/atomic"
	"time"
)

// room bounds the bytes of all bodies that are held in memory at once. Nobody waits for room: whoever finds none is told to
// come again.
type room struct{ left atomic.Int64 }

func (r *room) take(n int64) bool {
	if r.left.Add(-n) < 0 {
		r.left.Add(n)
		return false
	}
	return true
}

func (r *room) give(n int64) { r.left.Add(n) }

// errSlow ends a body that comes slower than the settings allow.
var errSlow = errors.New("the body came too slowly")

// paced reads a body and gives up on one that comes too slowly: after the grace it must have come with the least speed.
// Otherwise a few thousand connections that send a byte now and then would hold the door shut.
type paced struct {
	body     io.Reader
	conn     *http.ResponseController
	start    time.Time // the connection's own clock
	grace    time.Duration
	minSpeed int64
	read     int64
}

func (p *paced) Read(b []byte) (int, error) {
	allowed := p.grace + time.Duration(p.read)*time.Second/time.Duration(p.minSpeed)
	// A connection without deadlines, as in a test, is read without them.
	if err := p.conn.SetReadDeadline(p.start.Add(allowed)); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return 0, err
	}
	n, err := p.body.Read(b)
	p.read += int64(n)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		err = errSlow
	}
	return n, err
}

// done lets the connection be used for further requests, once the body has been read to its end. Else the deadline stays, for
// the server reads on a little after the answer.
func (p *paced) done() { p.conn.SetReadDeadline(time.Time{}) }

// answer gives the answer its own time, however long the body took.
func (p *paced) answer() { p.conn.SetWriteDeadline(time.Now().Add(answerTime)) }
