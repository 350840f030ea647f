// Package site serves the pages of published reports. On them every number is a door: a figure leads to the list of exactly
// the rows that it counts, and a row to the message behind it, with what was read in it.
//
// The pages need no script and load nothing from elsewhere, and the policy in every answer forbids both. What comes out of
// mail is shown as text, never as markup. The lists and messages name reporters, so a handler with these doors belongs on the
// desk's own network; a public server leaves them out with Public.
package site

import (
	"bytes"
	"context"
	"errors"
	"iter"
	"log/slog"
	"net/http"
	"time"

	"todoke/internal/desk"
	"todoke/internal/publish"
)

// Source is where the pages come from.
type Source interface {
	// Periods lists the names of the periods that can be shown, the one for the front page first.
	Periods(ctx context.Context) ([]string, error)
	// Rulebooks lists the names of the rulebooks by which a period can be counted, the usual one first.
	Rulebooks() []string
	// Edition returns the edition of a period under a rulebook, or ErrNotFound.
	Edition(ctx context.Context, q EditionQuery) (Edition, error)
	// Rows lists the rows behind a figure, or gives ErrNotFound for a key that is none.
	Rows(ctx context.Context, q RowsQuery) (header []string, rows iter.Seq2[[]string, error], err error)
	// Page is a part of that list, or ErrNotFound for a figure or an After that is none.
	Page(ctx context.Context, q RowsQuery, limit int) (Page, error)
	// Message returns one message, or ErrNotFound.
	Message(ctx context.Context, id string) (Message, error)
}

// ErrNotFound is a Source's answer to a question for something that is not there.
var ErrNotFound = errors.New("not found")

// EditionQuery asks for an edition of a period.
type EditionQuery struct {
	Period, Rules string
	Now           bool // not the published edition, but what is counted now
}

// Edition is an edition to be shown.
type Edition struct {
	publish.Edition
	Published bool // the period has a published edition, which this is unless it is preliminary
	Changed   bool // counting now gives other numbers than the published edition has
}

// RowsQuery asks for the rows behind a figure.
type RowsQuery struct {
	Period, Rules string
	Figure        string // its key: reports, type:scan, port:tcp/22 …
	After         string // where the page begins: the Next of the page before, or ""
}

// Page is a part of a list of rows.
type Page struct {
	Header    []string
	Rows      [][]string
	Number    int    // of rows in the whole list
	Published *int   // the number in the published edition, nil where there is none
	Next      string // the After of the next page, "" for the last page
}

// Message is one message with its reading.
type Message struct {
	ID       string
	Kind     desk.Kind // as counted; the reading alone cannot know a follow-up or duplicate
	Report   string    // number of its report, or ""
	Received time.Time
	SHA256   string
	Reading  desk.Reading
	Door     string // by which it came; "" where it was imported from a file
	Answered string // what was answered, or why nothing; "" where that is not decided
}

// Option changes what the handler serves.
type Option func(*site)

// Public leaves out everything that names a reporter: lists of rows and messages. Figures are then plain numbers.
func Public() Option { return func(s *site) { s.public = true } }

// Zone shows times in the zone; without it they are shown in UTC.
func Zone(zone *time.Location) Option { return func(s *site) { s.zone = zone } }

type site struct {
	source Source
	log    *slog.Logger
	zone   *time.Location
	public bool
}

// New returns the pages of a source.
func New(source Source, log *slog.Logger, options ...Option) http.Handler {
	s := &site{source: source, log: log, zone: time.UTC}
	for _, option := range options {
		option(s)
	}
	mux := http.NewServeMux()
	mux.Handle("GET /{$}", s.handle(s.report))
	mux.Handle("GET /files/{name}", s.handle(s.file))
	mux.Handle("GET "+stylePath, http.HandlerFunc(serveStyle))
	if !s.public {
		mux.Handle("GET /rows", s.handle(s.rows))
		mux.Handle("GET /rows.csv", s.handle(s.rowsCSV))
		mux.Handle("GET /message/{id}", s.handle(s.message))
	}
	mux.Handle("/", s.handle(func(http.ResponseWriter, *http.Request) error { return ErrNotFound }))
	return secure(mux)
}

// Policy is the Content-Security-Policy of every answer.
const Policy = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

func secure(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", Policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}

// handle turns a handler's error into a page, a status and, for what is our own fault, a line in the log.
func (s *site) handle(serve func(w http.ResponseWriter, r *http.Request) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		err := serve(w, r)
		if err == nil || r.Context().Err() != nil {
			return
		}
		status := http.StatusInternalServerError
		switch {
		case errors.Is(err, ErrNotFound):
			status = http.StatusNotFound
		case errors.Is(err, publish.ErrBroken):
			status = http.StatusConflict
		}
		if status == http.StatusInternalServerError {
			s.log.Error("page failed", "path", r.URL.Path, "error", err)
		}
		v := s.view(r)
		page := failurePage{view: v, Status: status, Broken: status == http.StatusConflict}
		page.Heading = v.say("ページを表示できません", "This page cannot be shown")
		s.render(w, status, "failure", page)
	})
}

// render writes a page, whole or not at all.
func (s *site) render(w http.ResponseWriter, status int, name string, page any) error {
	var b bytes.Buffer
	if err := pages.ExecuteTemplate(&b, name, page); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, err := w.Write(b.Bytes())
	return err
}
