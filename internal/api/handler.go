package api

import (
	"errors"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"todoke/internal/desk"
)

// Handler serves the API. It is to be mounted at "/api/".
type Handler struct {
	cfg      Config
	inbox    desk.Inbox
	tokens   Tokens
	keys     Keys
	statuses Statuses
	log      *slog.Logger
	now      func() time.Time

	messages, questions *buckets
	room                room
	stats               counters
}

// New returns the API. What is posted goes to the inbox. The error tells what in the settings cannot work.
func New(cfg Config, inbox desk.Inbox, tokens Tokens, keys Keys, statuses Statuses, log *slog.Logger, now func() time.Time) (*Handler, error) {
	if err := cfg.check(); err != nil {
		return nil, err
	}
	h := &Handler{
		cfg: cfg, inbox: inbox, tokens: tokens, keys: keys, statuses: statuses, log: log, now: now,
		messages: newBuckets(cfg.Messages), questions: newBuckets(cfg.Questions),
	}
	h.room.left.Store(max(cfg.MaxReading, cfg.MaxBytes*mostMemory))
	return h, nil
}

// busyTime is how long a caller is told to wait when the desk cannot take its request.
const busyTime = 30 * time.Second

// action answers a request, or says why it cannot.
type action func(w http.ResponseWriter, r *http.Request) error

// route finds the action for a path and method. Routing is done here and not by http.ServeMux, whose own answers are no problems
// (RFC 9457).
func (h *Handler) route(r *http.Request) (action, error) {
	var methods map[string]action
	switch path := r.URL.Path; {
	case path == "/api/v1/messages":
		methods = map[string]action{http.MethodPost: h.post}
	case strings.HasPrefix(path, "/api/v1/messages/"):
		methods = map[string]action{http.MethodGet: h.state}
	case path == "/api/v1/openapi.json":
		methods = map[string]action{http.MethodGet: describeAPI}
	default:
		return nil, fail(http.StatusNotFound, "There is nothing here; see /api/v1/openapi.json for what there is.")
	}
	var allowed []string
	for method, do := range methods {
		if r.Method == method || r.Method == http.MethodHead && method == http.MethodGet {
			return do, nil
		}
		if allowed = append(allowed, method); method == http.MethodGet {
			allowed = append(allowed, http.MethodHead)
		}
	}
	slices.Sort(allowed)
	return nil, fail(http.StatusMethodNotAllowed, "This is not possible here; use %s.", allowed[0]).with("Allow", strings.Join(allowed, ", "))
}

// ServeHTTP answers a request.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	head := w.Header()
	head.Set("X-Content-Type-Options", "nosniff")
	head.Set("Cache-Control", "no-store")
	head.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	do, err := h.route(r)
	if err == nil {
		err = do(w, r)
	}
	if err != nil {
		h.finish(w, r, err)
	}
}

// finish tells a caller why its request cannot be answered.
func (h *Handler) finish(w http.ResponseWriter, r *http.Request, err error) {
	var p *problem
	if !errors.As(err, &p) {
		h.log.Error("request failed", "method", r.Method, "error", err)
		p = fail(http.StatusInternalServerError, "Something failed on the desk's side; try again later, and tell the desk if it stays so.")
	}
	h.stats.count(p.Status)
	p.write(w)
}

// counters count what the door did since it was opened.
type counters struct {
	taken, known, refused, limited, failed atomic.Int64
}

func (c *counters) count(status int) {
	switch {
	case status == http.StatusTooManyRequests:
		c.limited.Add(1)
	case status >= http.StatusInternalServerError:
		c.failed.Add(1)
	default:
		c.refused.Add(1)
	}
}

// Stats is what the door did since it was opened.
type Stats struct {
	Taken   int64 // messages that were deposited
	Known   int64 // of these, whose bytes were there before
	Refused int64 // requests with something wrong
	Limited int64 // requests over a token's rate
	Failed  int64 // requests that the desk could not serve
}

// Stats tells what the door did so far.
func (h *Handler) Stats() Stats {
	c := &h.stats
	return Stats{c.taken.Load(), c.known.Load(), c.refused.Load(), c.limited.Load(), c.failed.Load()}
}
