package api

import (
	"errors"
	"io"
	"net/http"
	"os"
	"sync/atomic"
	"time"
)

// room bounds the bytes of bodies and messages that are held in memory at once. Nobody waits for room: whoever finds none is told
// to come again.
type room struct{ left atomic.Int64 }

func (r *room) take(n int64) bool {
	if r.left.Add(-n) < 0 {
		r.left.Add(n)
		return false
	}
	return true
}

func (r *room) give(n int64) { r.left.Add(n) }

// firstRoom is how much room is taken for a body before its size is known.
const firstRoom = 64 << 10

// body reads the body of a request within its bounds, and takes room for so many times its size. The caller gives it back.
func (h *Handler) body(w http.ResponseWriter, r *http.Request, times int64) (body []byte, held int64, err error) {
	if r.ContentLength > h.cfg.MaxBytes {
		return nil, 0, h.tooLarge()
	}
	p := &paced{body: http.MaxBytesReader(w, r.Body, h.cfg.MaxBytes), conn: http.NewResponseController(w), start: time.Now(), grace: h.cfg.Grace, minSpeed: h.cfg.MinSpeed}
	defer p.done()
	for {
		if len(body) == cap(body) {
			grown := max(firstRoom, min(2*len(body), int(h.cfg.MaxBytes)+1))
			if !h.room.take(int64(grown)*times - held) {
				return nil, held, fail(http.StatusServiceUnavailable, "The desk is taking in as much as it can hold; send it again later.").after(busyTime).with("Connection", "close")
			}
			held = int64(grown) * times
			body = append(make([]byte, 0, grown), body...)
		}
		n, err := p.Read(body[len(body):cap(body)])
		body = body[:len(body)+n]
		if err != nil {
			return body, held, h.bodyError(body, err)
		}
	}
}

// bodyError is what the end of a body is to its sender.
func (h *Handler) bodyError(body []byte, err error) error {
	switch {
	case errors.As(err, new(*http.MaxBytesError)):
		return h.tooLarge()
	case errors.Is(err, errSlow):
		return fail(http.StatusRequestTimeout, "The body came slower than %d bytes a second; send it again over a faster line, or send less.", h.cfg.MinSpeed).with("Connection", "close")
	case !errors.Is(err, io.EOF):
		return fail(http.StatusBadRequest, "The body ended before its end; send it whole.").with("Connection", "close")
	case len(body) == 0:
		return fail(http.StatusBadRequest, "The body is empty; send a message in it.")
	}
	return nil
}

func (h *Handler) tooLarge() *problem {
	return fail(http.StatusRequestEntityTooLarge, "The message is larger than the %d bytes that the desk takes; send it in several messages or leave attachments out.", h.cfg.MaxBytes)
}

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

// done lets the connection be used for further requests.
func (p *paced) done() { p.conn.SetReadDeadline(time.Time{}) }
