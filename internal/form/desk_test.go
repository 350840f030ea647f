package form_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/textproto"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
	_ "time/tzdata"

	"golang.org/x/net/html"

	"todoke/internal/desk"
	"todoke/internal/form"
)

// inbox keeps deliveries in memory, or fails while err is set.
type inbox struct {
	mu         sync.Mutex
	deliveries []*desk.Delivery
	err        error
	meanwhile  func() // what happens while a delivery is stored
}

func (i *inbox) Deposit(ctx context.Context, d *desk.Delivery) (desk.Receipt, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.meanwhile != nil {
		i.meanwhile()
	}
	if ctx.Err() != nil {
		return desk.Receipt{}, ctx.Err()
	}
	if i.err != nil {
		return desk.Receipt{}, i.err
	}
	i.deliveries = append(i.deliveries, d)
	return desk.Receipt{ID: int64(len(i.deliveries))}, nil
}

func (i *inbox) fail(err error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.err = err
}

func (i *inbox) taken() []*desk.Delivery {
	i.mu.Lock()
	defer i.mu.Unlock()
	return append([]*desk.Delivery{}, i.deliveries...)
}

// statuses gives the token "token1" to the first delivery, and tells for each what the test sets.
type statuses struct {
	mu     sync.Mutex
	status form.Status
	asked  int
	after  int   // how many times it is asked before status holds
	err    error // of Open
}

func (s *statuses) Open(_ context.Context, delivery int64) (string, error) {
	return "token" + strconv.FormatInt(delivery, 10), s.err
}

func (s *statuses) Status(_ context.Context, token string) (form.Status, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !strings.HasPrefix(token, "token") {
		return form.Status{}, form.ErrNoStatus
	}
	s.asked++
	if s.asked <= s.after {
		return form.Status{Received: s.status.Received, State: form.StateRegistering}, nil
	}
	return s.status, nil
}

// clock is the time of the test, which goes on only when it is told to.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// door is a form that serves, with the desk behind it.
type door struct {
	*testing.T
	inbox    *inbox
	statuses *statuses
	clock    *clock
	handler  *form.Handler
	url      string
}

var day = time.Date(2026, 4, 2, 10, 0, 0, 0, time.UTC)

func settings() form.Config {
	cfg := form.Default()
	cfg.NameJA, cfg.NameEN = "架空 CSIRT", "Example CSIRT"
	cfg.Key = bytes.Repeat([]byte{7}, 32)
	return cfg
}

func open(t *testing.T, cfg form.Config) *door {
	t.Helper()
	d := &door{T: t, inbox: &inbox{}, clock: &clock{now: day}}
	d.statuses = &statuses{status: form.Status{Received: day, Number: "R-2026-0001", State: form.StateOpen}}
	handler, err := form.New(cfg, d.inbox, d.statuses, slog.New(slog.NewTextHandler(t.Output(), nil)), d.clock.Now)
	if err != nil {
		t.Fatal(err)
	}
	d.handler = handler
	server := httptest.NewUnstartedServer(nil)
	server.Config = handler.Server()
	server.Start()
	t.Cleanup(server.Close)
	d.url = server.URL
	return d
}

// browser is a visitor with cookies who follows no redirects by itself.
type browser struct {
	*door
	client *http.Client
	header http.Header
}

func (d *door) browser() *browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		d.Fatal(err)
	}
	client := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return &browser{d, client, http.Header{}}
}

// page is an answer.
type page struct {
	*testing.T
	status int
	header http.Header
	body   string
	root   *html.Node
}

func (b *browser) do(r *http.Request) *page {
	b.Helper()
	for name, values := range b.header {
		r.Header[name] = values
	}
	answer, err := b.client.Do(r)
	if err != nil {
		b.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		b.Fatal(err)
	}
	root, err := html.Parse(bytes.NewReader(body))
	if err != nil {
		b.Fatal(err)
	}
	return &page{b.T, answer.StatusCode, answer.Header, string(body), root}
}

func (b *browser) get(path string) *page {
	b.Helper()
	r, err := http.NewRequest("GET", b.url+path, nil)
	if err != nil {
		b.Fatal(err)
	}
	return b.do(r)
}

// attached is a file that a test sends along.
type attached struct{ name, mediaType, content string }

// send posts the form's fields as a browser does.
func (b *browser) send(path string, values url.Values, files ...attached) *page {
	b.Helper()
	return b.do(b.posting(path, values, files...))
}

// posting is the request that send makes.
func (b *browser) posting(path string, values url.Values, files ...attached) *http.Request {
	b.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for name, list := range values {
		for _, v := range list {
			w.WriteField(name, v)
		}
	}
	for _, f := range files {
		part, _ := w.CreatePart(textproto.MIMEHeader{"Content-Disposition": {multipart.FileContentDisposition("files", f.name)}, "Content-Type": {f.mediaType}})
		io.WriteString(part, f.content)
	}
	w.Close()
	r, err := http.NewRequest("POST", b.url+path, &body)
	if err != nil {
		b.Fatal(err)
	}
	r.Header.Set("Content-Type", w.FormDataContentType())
	return r
}

// fresh opens the form, lets a minute pass and fills in what is needed; pairs of names and values add to it.
func (b *browser) fresh(pairs ...string) url.Values {
	b.Helper()
	values := b.get("/report?lang=ja").values()
	b.clock.pass(time.Minute)
	set(values, "kind", "scan", "details", "SSH への不正なログインの試みがありました。")
	set(values, pairs...)
	return values
}

func set(values url.Values, pairs ...string) {
	for i := 0; i < len(pairs); i += 2 {
		values.Set(pairs[i], pairs[i+1])
	}
}

type node = html.Node

// find gives the first element for which the test holds, nil for none.
func find(n *html.Node, test func(*html.Node) bool) *html.Node {
	if n.Type == html.ElementNode && test(n) {
		return n
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if found := find(c, test); found != nil {
			return found
		}
	}
	return nil
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, name string) bool {
	for _, a := range n.Attr {
		if a.Key == name {
			return true
		}
	}
	return false
}

func text(n *html.Node) string {
	if n == nil {
		return ""
	}
	if n.Type == html.TextNode {
		return n.Data
	}
	var b strings.Builder
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		b.WriteString(text(c))
	}
	return strings.TrimSpace(b.String())
}

func (p *page) id(id string) *html.Node {
	return find(p.root, func(n *html.Node) bool { return attr(n, "id") == id })
}

// values are what a browser would send of the form as it stands on the page.
func (p *page) values() url.Values {
	values := url.Values{}
	form := p.id("report")
	if form == nil {
		p.Helper()
		p.Fatalf("no form in the answer %d: %s", p.status, p.body)
	}
	find(form, func(n *html.Node) bool {
		name, value := attr(n, "name"), attr(n, "value")
		switch {
		case name == "":
		case n.Data == "textarea":
			values.Add(name, strings.TrimPrefix(text(n), "\n"))
		case n.Data == "select":
			chosen := find(n, func(o *html.Node) bool { return has(o, "selected") })
			values.Add(name, attr(chosen, "value"))
		case n.Data != "input" || attr(n, "type") == "file":
		case attr(n, "type") == "radio" || attr(n, "type") == "checkbox":
			if has(n, "checked") {
				values.Add(name, value)
			}
		default:
			values.Add(name, value)
		}
		return false
	})
	return values
}

func (p *page) want(status int, words ...string) *page {
	p.Helper()
	if p.status != status {
		p.Errorf("status %d, want %d: %s", p.status, status, text(p.id("main")))
	}
	for _, w := range words {
		if !strings.Contains(text(p.root), w) {
			p.Errorf("the page does not say %q: %s", w, text(p.id("main")))
		}
	}
	return p
}

// one gives the only message that was taken in.
func (d *door) one() *desk.Delivery {
	d.Helper()
	got := d.inbox.taken()
	if len(got) != 1 {
		d.Fatalf("%d messages were taken in, want 1", len(got))
	}
	return got[0]
}

var errGone = errors.New("the database is gone")
