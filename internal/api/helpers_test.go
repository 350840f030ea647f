package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pb33f/libopenapi"
	validator "github.com/pb33f/libopenapi-validator"
)

var testNow = time.Date(2026, 4, 2, 3, 4, 5, 0, time.UTC)

// door is the API with everything around it faked.
type door struct {
	*Handler
	inbox *fakeInbox
	keys  *fakeKeys
	log   *bytes.Buffer
	mu    sync.Mutex
	at    time.Time
}

// newDoor opens the API; change may alter its settings.
func newDoor(t testing.TB, change func(*Config)) *door {
	t.Helper()
	cfg := Default()
	cfg.Own = func(address string) bool { return strings.HasSuffix(address, "@csirt.example.jp") }
	if change != nil {
		change(&cfg)
	}
	d := &door{inbox: &fakeInbox{}, keys: &fakeKeys{}, log: &bytes.Buffer{}, at: testNow}
	h, err := New(cfg, d.inbox, fakeTokens{}, d.keys, fakeStatuses{}, slog.New(slog.NewTextHandler(d.log, &slog.HandlerOptions{Level: slog.LevelDebug})), d.clock)
	if err != nil {
		t.Fatal(err)
	}
	d.Handler = h
	return d
}

func (d *door) clock() time.Time {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.at
}

func (d *door) wait(span time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.at = d.at.Add(span)
}

// request makes a request with a good token; fields come as "Name: value", and a later one replaces.
func request(method, path, contentType, body string, fields ...string) *http.Request {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer good")
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	for _, f := range fields {
		name, value, _ := strings.Cut(f, ": ")
		if r.Header.Del(name); value != "" {
			r.Header.Set(name, value)
		}
	}
	return r
}

func post(contentType, body string, fields ...string) *http.Request {
	return request(http.MethodPost, "/api/v1/messages", contentType, body, fields...)
}

// described holds answers against the OpenAPI document.
var described = sync.OnceValues(func() (validator.Validator, error) {
	document, err := libopenapi.NewDocument(openAPI)
	if err != nil {
		return nil, err
	}
	v, errs := validator.NewValidator(document)
	return v, errors.Join(errs...)
})

// exchange has a request answered, and holds the answer against the OpenAPI document: its status, type, header and body. A request
// that was taken must be one that the document allows.
func (d *door) exchange(t *testing.T, r *http.Request) *http.Response {
	t.Helper()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	w := httptest.NewRecorder()
	d.ServeHTTP(w, r)
	r.Body = io.NopCloser(bytes.NewReader(body))
	hold(t, r, w.Result())
	return w.Result()
}

// hold holds an answer against the document.
func hold(t *testing.T, r *http.Request, answer *http.Response) {
	t.Helper()
	v, err := described()
	if err != nil {
		t.Fatal(err)
	}
	if ok, errs := v.ValidateHttpResponse(r, answer); !ok {
		for _, e := range errs {
			t.Errorf("%s %s: the answer %d is not as described: %s %s %v", r.Method, r.URL.Path, answer.StatusCode, e.Message, e.Reason, e.SchemaValidationErrors)
		}
	}
	if answer.StatusCode < 300 {
		if ok, errs := v.ValidateHttpRequest(r); !ok {
			for _, e := range errs {
				t.Errorf("%s %s was taken but is not as described: %s %s %v", r.Method, r.URL.Path, e.Message, e.Reason, e.SchemaValidationErrors)
			}
		}
	}
	if slices.ContainsFunc([]string{"Set-Cookie", "Access-Control-Allow-Origin"}, func(name string) bool { return answer.Header.Get(name) != "" }) {
		t.Errorf("the answer is one for browsers: %v", answer.Header)
	}
}

// problemOf reads the problem in an answer, and asks that it is one.
func problemOf(t *testing.T, answer *http.Response) problem {
	t.Helper()
	var p problem
	if err := json.NewDecoder(answer.Body).Decode(&p); err != nil {
		t.Fatal(err)
	}
	if got := answer.Header.Get("Content-Type"); got != "application/problem+json" {
		t.Errorf("a problem came as %q", got)
	}
	if p.Status != answer.StatusCode || p.Title != http.StatusText(answer.StatusCode) {
		t.Errorf("the problem says %d %s, the answer %d", p.Status, p.Title, answer.StatusCode)
	}
	return p
}

func answerOf(t *testing.T, answer *http.Response) Answer {
	t.Helper()
	var a Answer
	if err := json.NewDecoder(answer.Body).Decode(&a); err != nil {
		t.Fatal(err)
	}
	return a
}

func bodyOf(t *testing.T, answer *http.Response) string {
	t.Helper()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// answer has a request answered that the document knows nothing of.
func (d *door) answer(r *http.Request) *http.Response {
	w := httptest.NewRecorder()
	d.ServeHTTP(w, r)
	return w.Result()
}

func prefixes(list ...string) (networks []netip.Prefix) {
	for _, each := range list {
		networks = append(networks, netip.MustParsePrefix(each))
	}
	return networks
}

// timestamp is the member of an X-ARF report that tells when it was written, where the incident tells no time.
var timestamp = regexp.MustCompile(`"timestamp": "[^"]*"`)

func withoutTimestamp(raw string) string { return timestamp.ReplaceAllString(raw, "") }
