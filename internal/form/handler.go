package form

import (
	"bytes"
	"errors"
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"

	"todoke/internal/desk"
	"todoke/internal/formats/forms"
)

// Handler serves the pages:
//
//	/                   what the desk is and how to report
//	/report             the form; posting to it sends it
//	/report/sent        a receipt without a link, where none could be made
//	/report/{token}     what became of a report; with ?new=1 it is the receipt
//	/report/key.asc     the desk's key
//	/report/assets/     style and scripts, named by their content
type Handler struct {
	cfg      Config
	zone     *time.Location
	zones    []forms.Choice
	inbox    desk.Inbox
	statuses Statuses
	log      *slog.Logger
	now      func() time.Time

	mux     http.Handler
	origins *http.CrossOriginProtection
	visits  *buckets
	reports *buckets
	queue   *queue
	shelf   *shelf
	sent    *sent
	texts   *room // for what is typed, and the page that may have to show it again
	uploads *room // for attachments, and the messages made of them
	stats   counters
}

// New returns the pages. What is typed goes to the inbox, and statuses gives each report its private page. The error tells what
// in the settings cannot work.
func New(cfg Config, inbox desk.Inbox, statuses Statuses, log *slog.Logger, now func() time.Time) (*Handler, error) {
	if err := cfg.check(); err != nil {
		return nil, err
	}
	zone, err := time.LoadLocation(cfg.Zone)
	if err != nil {
		return nil, err
	}
	h := &Handler{
		cfg: cfg, zone: zone, zones: offeredZones(cfg.Zone), inbox: inbox, statuses: statuses, log: log, now: now,
		origins: http.NewCrossOriginProtection(), visits: newBuckets(cfg.Visits), reports: newBuckets(cfg.Reports),
		queue: &queue{rate: cfg.Overall, longest: cfg.MaxWait}, shelf: newShelf(cfg.MaxKept, cfg.KeepFor), sent: newSent(),
		texts: newRoom(cfg.MaxReading / 4), uploads: newRoom(cfg.MaxReading / 4 * 3),
	}
	mux := http.NewServeMux()
	mux.Handle("GET /{$}", h.page(h.front))
	mux.Handle("GET /report", h.page(h.empty))
	mux.Handle("POST /report", h.page(h.submit))
	mux.Handle("GET /report/sent", h.page(h.sentPage))
	mux.Handle("GET /report/{token}", h.page(h.status))
	mux.Handle("GET /report/key.asc", h.page(h.key))
	mux.Handle("GET /report/assets/{name}", http.HandlerFunc(serveAsset))
	mux.Handle("/", h.page(func(http.ResponseWriter, *http.Request) error { return errNotFound }))
	h.mux = mux
	return h, nil
}

// answerTime is how long an answer may take to be fetched.
const answerTime = time.Minute

// Server returns a server for the pages whose limits go with them: headers must come soon and be short, answers be fetched in
// time. How long a form may take is the handler's own matter (pace.go).
func (h *Handler) Server() *http.Server {
	return &http.Server{
		Handler: h, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 30 * time.Second, WriteTimeout: answerTime, IdleTimeout: time.Minute, MaxHeaderBytes: 16 << 10,
		ErrorLog: slog.NewLogLogger(h.log.Handler(), slog.LevelDebug),
	}
}

// policy is the Content-Security-Policy of every answer. The status page alone may ask its own site again, by a script.
const policy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// ServeHTTP puts the headers that every answer has, and hands on.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	head := w.Header()
	head.Set("Content-Security-Policy", policy)
	head.Set("X-Content-Type-Options", "nosniff")
	head.Set("Referrer-Policy", "no-referrer")
	head.Set("Cache-Control", "no-store")
	head.Set("Cross-Origin-Opener-Policy", "same-origin")
	head.Set("Vary", "Accept-Language, Cookie")
	h.mux.ServeHTTP(w, r)
}

// What a page may fail of, beside what the form says beside its fields.
var (
	errNotFound = errors.New("not found")
	errOrigin   = errors.New("sent from a page of another site")
)

// tooOften is a client that has used up its visits.
type tooOften struct{ wait time.Duration }

func (tooOften) Error() string { return "too many requests" }

// failureOf gives an error its status and its words.
func failureOf(err error) (status int, ja, en string) {
	switch {
	case errors.Is(err, errNotFound), errors.Is(err, ErrNoStatus):
		return http.StatusNotFound, "お探しのページはありません。届出の状況のリンクは、期限が切れたものかもしれません。", "There is no such page. A status link may have expired."
	case errors.As(err, new(tooOften)):
		return http.StatusTooManyRequests, "続けて多くの要求が届いています。少し待ってから、もう一度お試しください。前の画面に戻ると、書いた内容が残っています。", "Too many requests came from your network. Wait a little and try again; what you typed is on the page before."
	case errors.Is(err, errOrigin):
		return http.StatusForbidden, "他のサイトから送られたため、受け付けませんでした。このサイトの届出フォームから送ってください。", "This was sent from another site and was not taken. Please use the form on this site."
	case errors.Is(err, errMalformed):
		return http.StatusBadRequest, "届出フォームから送られた形になっていないため、読み取れませんでした。", "This did not have the shape of our form and could not be read."
	case errors.Is(err, errSlow):
		return http.StatusRequestTimeout, "送信に時間がかかりすぎたため、途中で止めました。前の画面に戻り、添付ファイルを減らしてお試しください。", "Sending took too long and was stopped. Go back and try with fewer attachments."
	case errors.Is(err, errNoRoom):
		return http.StatusServiceUnavailable, "いま届出が混み合っています。少し待ってから、前の画面に戻ってもう一度お送りください。", "The desk is very busy. Wait a little, go back and send again."
	}
	return http.StatusInternalServerError, "内部の誤りが起きました。時間をおいてもう一度お試しください。", "Something failed on our side. Please try again later."
}

// page turns a page's error into a page of its own, and bounds each client's visits.
func (h *Handler) page(serve func(w http.ResponseWriter, r *http.Request) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var err error
		if wait, ok := h.visits.take(h.cfg.Proxies.Client(r).Network(), h.now()); ok {
			err = serve(w, r)
		} else {
			h.stats.refused.Add(1)
			err = tooOften{wait}
		}
		// Who has gone gets no answer. A deadline that was missed ends the context too, but there somebody waits.
		if err != nil && (r.Context().Err() == nil || errors.Is(err, errSlow)) {
			h.fail(w, r, err)
		}
	})
}

func (h *Handler) fail(w http.ResponseWriter, r *http.Request, err error) {
	status, ja, en := failureOf(err)
	if status == http.StatusInternalServerError {
		h.log.Error("page failed", "route", r.Pattern, "error", err)
	}
	if busy := (tooOften{}); errors.As(err, &busy) {
		w.Header().Set("Retry-After", seconds(busy.wait))
	}
	if errors.Is(err, errSlow) || errors.Is(err, errMalformed) {
		w.Header().Set("Connection", "close")
	}
	v := h.view(r)
	v.Heading = v.Say("ページを表示できません", "This page cannot be shown")
	if err := render(w, status, "failure", failurePage{v, v.Say(ja, en)}); err != nil {
		h.log.Error("page failed", "route", r.Pattern, "error", err)
	}
}

// render writes a page, whole or not at all.
func render(w http.ResponseWriter, status int, name string, page any) error {
	var b bytes.Buffer
	if err := pages.ExecuteTemplate(&b, name, page); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	w.Write(b.Bytes()) // a visitor who has gone is no failure of ours
	return nil
}

// counters count what the door did since it was opened.
type counters struct {
	taken, faulty, refused, flooded, failed atomic.Int64
}

// Stats is what the door did since it was opened.
type Stats struct {
	Taken   int64 // reports that were deposited
	Faulty  int64 // forms that were shown again for what was typed
	Refused int64 // requests over a client's rate
	Flooded int64 // forms that were asked to work or wait
	Failed  int64 // forms that the inbox did not take
}

// Stats tells what the door did so far.
func (h *Handler) Stats() Stats {
	c := &h.stats
	return Stats{c.taken.Load(), c.faulty.Load(), c.refused.Load(), c.flooded.Load(), c.failed.Load()}
}
