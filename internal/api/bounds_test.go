package api

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// body is a body in the making: it tells when it is read, and ends when it is told how.
type body struct {
	first []byte
	read  chan struct{}
	end   chan error
}

func newBody(first string) *body {
	return &body{first: []byte(first), read: make(chan struct{}), end: make(chan error)}
}

func (b *body) Read(p []byte) (int, error) {
	if len(b.first) > 0 {
		n := copy(p, b.first)
		b.first = b.first[n:]
		return n, nil
	}
	close(b.read)
	return 0, <-b.end
}

// serve answers a request whose body comes bit by bit.
func (d *door) serve(b io.Reader, length int64) *http.Response {
	r := post("message/rfc822", "")
	r.Body, r.ContentLength = io.NopCloser(b), length
	return d.answer(r)
}

// TestRoom: bodies that are held at once are bounded; who finds no room is told to come again, and room comes free.
func TestRoom(t *testing.T) {
	t.Parallel()
	d := newDoor(t, func(c *Config) { c.MaxBytes, c.MaxReading = 20<<10, 80<<10 })
	first := newBody("From: a@example.org\r\n\r\n")
	var done sync.WaitGroup
	done.Go(func() {
		if answer := d.serve(first, -1); answer.StatusCode != 202 {
			t.Errorf("the first: %d", answer.StatusCode)
		}
	})
	<-first.read
	if answer := d.exchange(t, post("message/rfc822", rawMail)); answer.StatusCode != 503 || answer.Header.Get("Retry-After") == "" {
		t.Errorf("meanwhile: %d", answer.StatusCode)
	}
	first.end <- io.EOF
	done.Wait()
	if answer := d.exchange(t, post("message/rfc822", rawMail)); answer.StatusCode != 202 {
		t.Errorf("afterwards: %d", answer.StatusCode)
	}
	if left := d.room.left.Load(); left != 80<<10 {
		t.Errorf("%d bytes of room are left, want all", left)
	}
}

// TestRoomForOne: however little room is set, one longest body has it.
func TestRoomForOne(t *testing.T) {
	t.Parallel()
	d := newDoor(t, func(c *Config) { c.MaxBytes, c.MaxReading = 1<<20, 1 })
	text := `{"text":"x"` + strings.Repeat(" ", 1<<20-20) + `}`
	if answer := d.exchange(t, post("application/json", text)); answer.StatusCode != 202 {
		t.Errorf("got %d %s", answer.StatusCode, problemOf(t, answer).Detail)
	}
}

// TestCutBody: a body that does not come whole is not taken, however much of it came.
func TestCutBody(t *testing.T) {
	t.Parallel()
	d := newDoor(t, nil)
	cut := io.MultiReader(strings.NewReader(rawMail), &body{read: make(chan struct{}), end: closed(io.ErrUnexpectedEOF)})
	answer := d.serve(cut, -1)
	if p := problemOf(t, answer); p.Status != 400 || !strings.Contains(p.Detail, "send it whole") || d.inbox.count() != 0 {
		t.Errorf("got %d %s, %d messages", p.Status, p.Detail, d.inbox.count())
	}
}

// closed gives an end that has come already.
func closed(err error) chan error {
	end := make(chan error, 1)
	end <- err
	return end
}

// TestChunkedTooLarge: a body that does not say its length is cut at the limit.
func TestChunkedTooLarge(t *testing.T) {
	t.Parallel()
	d := newDoor(t, func(c *Config) { c.MaxBytes, c.MaxReading = 1<<20, 8<<20 })
	if answer := d.serve(bytes.NewReader(make([]byte, 1<<20)), -1); answer.StatusCode != 202 {
		t.Errorf("at the limit: %d", answer.StatusCode)
	}
	if answer := d.serve(bytes.NewReader(make([]byte, 1<<20+1)), -1); answer.StatusCode != 413 {
		t.Errorf("over the limit: %d", answer.StatusCode)
	}
	if left := d.room.left.Load(); left != 8<<20 {
		t.Errorf("%d bytes of room are left, want all", left)
	}
}

// TestGone: a caller who goes away once the body has come has posted it all the same, and its key holds.
func TestGone(t *testing.T) {
	t.Parallel()
	d := newDoor(t, nil)
	d.inbox.gate, d.inbox.comes = make(chan struct{}), make(chan struct{}, 1)
	ctx, leave := context.WithCancel(context.Background())
	var done sync.WaitGroup
	done.Go(func() { d.answer(post("application/json", jsonReport, "Idempotency-Key: k").WithContext(ctx)) })
	<-d.inbox.comes
	leave()
	close(d.inbox.gate)
	done.Wait()
	d.inbox.gate = nil
	if d.inbox.count() != 1 {
		t.Error("it was not deposited")
	}
	if again := d.exchange(t, post("application/json", jsonReport, "Idempotency-Key: k")); again.StatusCode != 202 || d.inbox.count() != 1 {
		t.Errorf("again: %d, %d messages", again.StatusCode, d.inbox.count())
	}
}

// server opens the API on loopback.
func server(t *testing.T, change func(*Config)) (*door, *httptest.Server) {
	d := newDoor(t, change)
	s := httptest.NewServer(d)
	t.Cleanup(s.Close)
	return d, s
}

// TestSlow: a body that comes too slowly is cut, and not taken.
func TestSlow(t *testing.T) {
	t.Parallel()
	d, s := server(t, func(c *Config) { c.Grace, c.MinSpeed = 50*time.Millisecond, 1<<20 })
	conn, err := net.Dial("tcp", s.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(20 * time.Second))
	fmt.Fprint(conn, "POST /api/v1/messages HTTP/1.1\r\nHost: desk\r\nAuthorization: Bearer good\r\nContent-Type: message/rfc822\r\nContent-Length: 1000\r\n\r\nFrom: a@exa")
	answer := make([]byte, 12)
	if _, err := io.ReadFull(conn, answer); err != nil || string(answer) != "HTTP/1.1 408" {
		t.Errorf("got %q, %v", answer, err)
	}
	if d.inbox.count() != 0 {
		t.Error("it was deposited")
	}
}

// TestServed: over real connections, one after the other on the same connection, messages are taken and questions answered.
func TestServed(t *testing.T) {
	t.Parallel()
	d, s := server(t, nil)
	for range 3 {
		for _, r := range []*http.Request{post("message/rfc822", rawMail), request("GET", "/api/v1/messages/2", "", ""), request("HEAD", "/api/v1/openapi.json", "", "")} {
			r.RequestURI, r.URL.Scheme, r.URL.Host = "", "http", s.Listener.Addr().String()
			answer, err := s.Client().Do(r)
			if err != nil {
				t.Fatal(err)
			}
			io.Copy(io.Discard, answer.Body)
			answer.Body.Close()
			if answer.StatusCode > 299 {
				t.Errorf("%s %s: %d", r.Method, r.URL.Path, answer.StatusCode)
			}
		}
	}
	if got := d.inbox.last(t).Remote; got != "127.0.0.1" {
		t.Errorf("remote %q", got)
	}
}

// TestUnknownError: an error that the door does not know is told as one of the desk's side, without its words.
func TestUnknownError(t *testing.T) {
	t.Parallel()
	w := httptest.NewRecorder()
	d := newDoor(t, nil)
	d.finish(w, post("", ""), errors.New("secret words"))
	if w.Code != 500 || strings.Contains(w.Body.String(), "secret") {
		t.Errorf("got %d %s", w.Code, w.Body)
	}
}

// BenchmarkPost takes in a report of ten incidents.
func BenchmarkPost(b *testing.B) {
	d := newDoor(b, func(c *Config) { c.Messages.Burst = 1 << 40 })
	one := `{"address":"203.0.113.5","class":"scan.port","port":445,"proto":"tcp","first_seen":"2026-04-01T09:00:00+09:00","evidence":"Apr  1 09:00:00 gw kernel: DROP IN=eth0 SRC=203.0.113.5 DST=198.51.100.7 PROTO=TCP SPT=4000 DPT=445"},`
	report := `{"reporter":{"email":"a@example.org"},"incidents":[` + strings.TrimSuffix(strings.Repeat(one, 10), ",") + `]}`
	for b.Loop() {
		d.inbox.kept = nil
		w := httptest.NewRecorder()
		if d.ServeHTTP(w, post("application/json", report)); w.Code != 202 {
			b.Fatal(w.Body)
		}
	}
}
