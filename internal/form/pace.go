package form

import (
	"errors"
	"io"
	"net/http"
	"os"
	"time"
)

// errSlow ends a body that comes slower than the settings allow.
var errSlow = errors.New("the body came too slowly")

// connection is what paced needs of one: http.ResponseController.
type connection interface {
	SetReadDeadline(time.Time) error
	SetWriteDeadline(time.Time) error
}

// paced reads a body and gives up on one that comes too slowly. Otherwise a few thousand connections that send a byte now and
// then would hold the door shut. A body may never be further behind the least speed than the grace, however fast it began.
type paced struct {
	body     io.Reader
	conn     connection
	now      func() time.Time // the connection's clock, which is the machine's
	grace    time.Duration
	minSpeed int64
	due      time.Time // when the next bytes must be there
	end      time.Time // when all must be there
}

func newPaced(body io.Reader, conn connection, now func() time.Time, cfg Config) *paced {
	start := now()
	return &paced{body: body, conn: conn, now: now, grace: cfg.Grace, minSpeed: cfg.MinSpeed, due: start.Add(cfg.Grace), end: start.Add(cfg.MaxTime)}
}

func (p *paced) Read(b []byte) (int, error) {
	due := p.due
	if due.After(p.end) {
		due = p.end
	}
	// A connection without deadlines, as in a test, is read without them.
	if err := p.conn.SetReadDeadline(due); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return 0, err
	}
	n, err := p.body.Read(b)
	p.due = p.due.Add(time.Duration(n) * time.Second / time.Duration(p.minSpeed))
	if latest := p.now().Add(p.grace); p.due.After(latest) {
		p.due = latest
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		err = errSlow
	}
	return n, err
}

// done lets the connection be used for further requests, once the body has been read to its end. Else the deadline stays, for
// the server reads on a little after the answer.
func (p *paced) done() { p.conn.SetReadDeadline(time.Time{}) }

// answer gives the answer its own time, however long the body took.
func (p *paced) answer() { p.conn.SetWriteDeadline(p.now().Add(answerTime)) }
