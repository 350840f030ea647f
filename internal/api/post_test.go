package api

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"todoke/internal/desk"
)

const (
	rawMail     = "From: a@example.org\r\nSubject: scan\r\n\r\n203.0.113.5 scans us on 445/tcp\r\n"
	jsonReport  = `{"reporter":{"email":"a@example.org"},"incidents":[{"address":"203.0.113.5","class":"scan.port","port":445,"proto":"tcp"}]}`
	xarfReport4 = `{"xarf_version":"4.2.0","report_id":"550e8400-e29b-41d4-a716-446655440000","timestamp":"2026-04-01T09:00:00Z",
		"reporter":{"org":"Example Sensors","contact":"abuse@sensors.example.org","domain":"sensors.example.org"},"sender":{"org":"Example Sensors","contact":"abuse@sensors.example.org","domain":"sensors.example.org"},
		"source_identifier":"203.0.113.5","category":"connection","type":"login_attack","destination_port":22,"protocol":"tcp"}`
	feedbackType = `multipart/report; report-type=feedback-report; boundary="part"`
	feedback     = "--part\r\nContent-Type: text/plain\r\n\r\nThis is a complaint.\r\n--part\r\nContent-Type: message/feedback-report\r\n\r\n" +
		"Feedback-Type: abuse\r\nUser-Agent: Example/1\r\nVersion: 1\r\nSource-IP: 203.0.113.5\r\n\r\n--part\r\nContent-Type: message/rfc822\r\n\r\nFrom: b@example.net\r\nSubject: pills\r\n\r\nBuy.\r\n--part--\r\n"
)

// TestTaken: each kind of body becomes one delivery through this door, under the token's name.
func TestTaken(t *testing.T) {
	t.Parallel()
	for _, each := range []struct{ why, contentType, body, from string }{
		{"raw mail", "message/rfc822", rawMail, ""},
		{"a JSON report", "application/json", jsonReport, "a@example.org"},
		{"JSON that says its charset", "application/json; charset=UTF-8", jsonReport, "a@example.org"},
		{"X-ARF 4", "application/x-xarf+json", xarfReport4, ""},
		{"a feedback report", feedbackType, feedback, ""},
	} {
		d := newDoor(t, nil)
		r := post(each.contentType, each.body)
		answer := d.exchange(t, r)
		if answer.StatusCode != http.StatusAccepted {
			t.Errorf("%s: %d %s", each.why, answer.StatusCode, problemOf(t, answer).Detail)
			continue
		}
		got := d.inbox.last(t)
		sum, id := sha256.Sum256(got.Raw), int64(1)
		if diff := cmp.Diff(Answer{ID: &id, SHA256: hex.EncodeToString(sum[:])}, answerOf(t, answer)); diff != "" {
			t.Errorf("%s: answer (-want +got):\n%s", each.why, diff)
		}
		if location := answer.Header.Get("Location"); location != "/api/v1/messages/1" {
			t.Errorf("%s: location %q", each.why, location)
		}
		want := &desk.Delivery{Raw: got.Raw, Door: desk.DoorAPI, Received: testNow, From: each.from, To: []string{"report@csirt.example.jp"}, Remote: "192.0.2.1", User: "feed"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: delivery (-want +got):\n%s", each.why, diff)
		}
		if each.contentType == "message/rfc822" && string(got.Raw) != each.body {
			t.Errorf("%s did not stay as it came", each.why)
		}
		if log := d.log.String(); strings.Contains(log, "203.0.113.5") || strings.Contains(log, "a@example.org") || strings.Contains(log, "good") {
			t.Errorf("%s: the log tells contents, reporters or secrets: %s", each.why, log)
		}
	}
}

// TestKnown: the same bytes again are known, under the same id; where they were a message long ago there is no id and no place.
func TestKnown(t *testing.T) {
	t.Parallel()
	d := newDoor(t, nil)
	d.exchange(t, post("message/rfc822", rawMail))
	again := answerOf(t, d.exchange(t, post("message/rfc822", rawMail)))
	if !again.Known || again.ID == nil || *again.ID != 1 || d.inbox.count() != 1 {
		t.Errorf("again: %+v, %d deliveries", again, d.inbox.count())
	}
	h, err := New(Default(), longKnown{}, fakeTokens{}, d.keys, fakeStatuses{}, d.Handler.log, d.clock)
	if err != nil {
		t.Fatal(err)
	}
	d.Handler = h
	answer := d.exchange(t, post("message/rfc822", rawMail))
	if a := answerOf(t, answer); !a.Known || a.ID != nil || answer.Header.Get("Location") != "" {
		t.Errorf("long known: %+v, location %q", a, answer.Header.Get("Location"))
	}
}

// longKnown is an inbox that has read every message before.
type longKnown struct{ desk.Inbox }

func (longKnown) Deposit(context.Context, *desk.Delivery) (desk.Receipt, error) {
	return desk.Receipt{Known: true}, nil
}

// TestRefused: what cannot be taken is answered with a problem that says what to do, and nothing is deposited.
func TestRefused(t *testing.T) {
	t.Parallel()
	small := func(c *Config) { c.MaxBytes = 1000 }
	for _, each := range []struct {
		why     string
		change  func(*Config)
		request *http.Request
		status  int
		detail  string // a part of it
		field   string // of the answer's header, with the beginning of its value
	}{
		{"no token", nil, post("message/rfc822", rawMail, "Authorization: "), 401, "Show a valid token", `Www-Authenticate: Bearer realm="todoke"`},
		{"a token that nobody has", nil, post("message/rfc822", rawMail, "Authorization: Bearer bad"), 401, "Show a valid token", `Www-Authenticate: Bearer realm="todoke", error="invalid_token"`},
		{"another scheme", nil, post("message/rfc822", rawMail, "Authorization: Basic Z29vZDo="), 401, "Show a valid token", "Www-Authenticate: Bearer"},
		{"a token as long as a novel", nil, post("message/rfc822", rawMail, "Authorization: Bearer "+strings.Repeat("a", maxSecret+1)), 401, "Show a valid token", "Www-Authenticate: Bearer"},
		{"a token without the scope", nil, post("message/rfc822", rawMail, "Authorization: Bearer weak"), 403, "lacks the scope messages:write", `Www-Authenticate: Bearer realm="todoke", error="insufficient_scope"`},
		{"tokens cannot be looked up", nil, post("message/rfc822", rawMail, "Authorization: Bearer down"), 503, "cannot check tokens just now", "Retry-After: 30"},
		{"no type", nil, post("", rawMail), 415, "Say in Content-Type", "Accept: message/rfc822, application/json"},
		{"a type that is none", nil, post("text", rawMail), 415, "does not take this type", "Accept: message/rfc822"},
		{"another type", nil, post("text/html", rawMail), 415, "does not take this type", "Accept: message/rfc822"},
		{"another report", nil, post("multipart/report; report-type=delivery-status; boundary=part", feedback), 415, "only feedback reports", "Accept: message/rfc822"},
		{"a feedback report without a boundary", nil, post("multipart/report; report-type=feedback-report", feedback), 415, "and a boundary", "Accept: message/rfc822"},
		{"a feedback report with a wrong boundary", nil, post("multipart/report; report-type=feedback-report; boundary=other", feedback), 400, "the boundary that Content-Type names is not in the body", ""},
		{"a boundary that would end the header", nil, post("multipart/report; report-type=feedback-report; boundary=\"a\\\r\n\r\nb\"", feedback), 415, "", ""},
		{"compressed", nil, post("message/rfc822", rawMail, "Content-Encoding: gzip"), 415, "without Content-Encoding", "Accept-Encoding: identity"},
		{"JSON in another charset", nil, post("application/json; charset=shift_jis", jsonReport), 415, "JSON is UTF-8", ""},
		{"empty", nil, post("message/rfc822", ""), 400, "The body is empty", ""},
		{"larger than announced", small, post("message/rfc822", strings.Repeat("a", 1001)), 413, "larger than the 1000 bytes", ""},
		{"no JSON", nil, post("application/json", `{"text":`), 400, "the body is no JSON", ""},
		{"an unknown field", nil, post("application/json", `{"incidents":[{"address":"203.0.113.5","class":"dos","prot":"tcp"}]}`), 400, `At #/incidents/0/prot: "prot" is no field here`, ""},
		{"our own address as reporter", nil, post("application/json", `{"reporter":{"email":"report@csirt.example.jp"},"text":"x"}`), 400, "At #/reporter/email: this is an address of the desk itself", ""},
		{"X-ARF of another version", nil, post("application/x-xarf+json", `{"xarf_version":"3","category":"a","type":"b","source_identifier":"c"}`), 400, "only version 4", ""},
		{"X-ARF without a source", nil, post("application/x-xarf+json", `{"xarf_version":"4.0.0","category":"connection","type":"ddos"}`), 400, "At #/source_identifier: X-ARF 4 needs source_identifier", ""},
		{"X-ARF with an object for its source", nil, post("application/x-xarf+json", `{"xarf_version":"4.0.0","category":"connection","type":"ddos","source_identifier":{}}`), 400, "At #/source_identifier: this is of another type", ""},
		{"X-ARF that is a list", nil, post("application/x-xarf+json", `[]`), 400, "At #: this is of another type", ""},
		{"X-ARF nested deeply", nil, post("application/x-xarf+json", strings.Repeat("[", 100)+strings.Repeat("]", 100)), 400, "nested deeper than 20", ""},
		{"an empty key", nil, post("message/rfc822", rawMail, `Idempotency-Key: ""`), 400, "Idempotency-Key must be", ""},
		{"a key without its end", nil, post("message/rfc822", rawMail, `Idempotency-Key: "abc`), 400, "Idempotency-Key must be", ""},
		{"a list of keys", nil, post("message/rfc822", rawMail, `Idempotency-Key: "a", "b"`), 400, "Idempotency-Key must be", ""},
		{"a key too long", nil, post("message/rfc822", rawMail, "Idempotency-Key: "+strings.Repeat("k", maxKey+1)), 400, "Idempotency-Key must be", ""},
	} {
		d := newDoor(t, each.change)
		answer := d.exchange(t, each.request)
		p := problemOf(t, answer)
		if answer.StatusCode != each.status || !strings.Contains(p.Detail, each.detail) {
			t.Errorf("%s: got %d %q, want %d %q", each.why, answer.StatusCode, p.Detail, each.status, each.detail)
		}
		if name, value, _ := strings.Cut(each.field, ": "); !strings.HasPrefix(answer.Header.Get(name), value) {
			t.Errorf("%s: %s is %q, want %q", each.why, name, answer.Header.Get(name), value)
		}
		if d.inbox.count() != 0 {
			t.Errorf("%s: it was deposited", each.why)
		}
	}
}

// TestSameWords: who guesses a token learns nothing from the answer.
func TestSameWords(t *testing.T) {
	t.Parallel()
	d := newDoor(t, nil)
	one := d.exchange(t, post("message/rfc822", rawMail, "Authorization: Bearer bad"))
	two := d.exchange(t, post("message/rfc822", rawMail, "Authorization: Bearer goo"))
	if diff := cmp.Diff(one.Header, two.Header); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(problemOf(t, one), problemOf(t, two), cmp.AllowUnexported(problem{})); diff != "" {
		t.Error(diff)
	}
}

// TestNowhere: paths and methods that there are not are problems too, and nothing is redirected.
func TestNowhere(t *testing.T) {
	t.Parallel()
	d := newDoor(t, nil)
	for _, each := range []struct {
		method, path string
		status       int
		allow        string
	}{
		{"GET", "/api/v1/messages", 405, "POST"},
		{"OPTIONS", "/api/v1/messages", 405, "POST"}, // what a browser asks before it sends across sites
		{"DELETE", "/api/v1/messages/1", 405, "GET, HEAD"},
		{"POST", "/api/v1/openapi.json", 405, "GET, HEAD"},
		{"GET", "/api/v1/", 404, ""},
		{"GET", "/api//v1/openapi.json", 404, ""},
		{"GET", "/api/v2/messages", 404, ""},
	} {
		answer := d.answer(request(each.method, each.path, "", ""))
		if p := problemOf(t, answer); p.Status != each.status || answer.Header.Get("Allow") != each.allow {
			t.Errorf("%s %s: got %d, allow %q; want %d, %q", each.method, each.path, p.Status, answer.Header.Get("Allow"), each.status, each.allow)
		}
	}
}

// TestInboxTrouble: what the inbox cannot keep is not taken; what it never will is too large.
func TestInboxTrouble(t *testing.T) {
	t.Parallel()
	for _, each := range []struct {
		why    string
		fails  error
		status int
	}{
		{"the disk is full", errors.New("no space left on device"), 503},
		{"over the limit of the desk", fmt.Errorf("keeping it: %w", desk.ErrTooLarge), 413},
	} {
		d := newDoor(t, nil)
		d.inbox.fails = each.fails
		answer := d.exchange(t, post("application/json", jsonReport, "Idempotency-Key: k1"))
		if p := problemOf(t, answer); p.Status != each.status || each.status == 503 && answer.Header.Get("Retry-After") != "30" {
			t.Errorf("%s: got %d %v", each.why, p.Status, answer.Header)
		}
		d.inbox.fails = nil
		if again := d.exchange(t, post("application/json", jsonReport, "Idempotency-Key: k1")); again.StatusCode != http.StatusAccepted {
			t.Errorf("%s: the key stays taken: %d", each.why, again.StatusCode)
		}
	}
}

// TestRates: a token that posts too often is told when to come again, and others are served meanwhile.
func TestRates(t *testing.T) {
	t.Parallel()
	d := newDoor(t, func(c *Config) { c.Messages = Rate{2, 10 * time.Second}; c.Questions = Rate{1, time.Minute} })
	steps := []struct {
		why     string
		wait    time.Duration
		request *http.Request
		status  int
		retry   string
	}{
		{"the first", 0, post("message/rfc822", rawMail), 202, ""},
		{"the second", 0, post("message/rfc822", rawMail), 202, ""},
		{"the third is one too many", 0, post("message/rfc822", rawMail), 429, "10"},
		{"a while later, still", 4 * time.Second, post("message/rfc822", rawMail), 429, "6"},
		{"another token", 0, post("message/rfc822", rawMail, "Authorization: Bearer second"), 202, ""},
		{"a drop has come in", 6 * time.Second, post("message/rfc822", rawMail), 202, ""},
		{"questions have a bucket of their own", 0, request("GET", "/api/v1/messages/2", "", ""), 200, ""},
		{"which is dry too", 0, request("GET", "/api/v1/messages/2", "", ""), 429, "60"},
	}
	for _, s := range steps {
		d.wait(s.wait)
		answer := d.exchange(t, s.request)
		if answer.StatusCode != s.status || answer.Header.Get("Retry-After") != s.retry {
			t.Errorf("%s: got %d, retry after %q; want %d, %q", s.why, answer.StatusCode, answer.Header.Get("Retry-After"), s.status, s.retry)
		}
	}
	if diff := cmp.Diff(Stats{Taken: 4, Known: 3, Limited: 3}, d.Stats()); diff != "" {
		t.Errorf("stats (-want +got):\n%s", diff)
	}
}

// TestIdempotency: the same key and body get the same answer and make one message; another body is refused; another caller's keys
// are others.
func TestIdempotency(t *testing.T) {
	t.Parallel()
	d := newDoor(t, nil)
	const key = `Idempotency-Key: "8e03978e-40d5-43dd-bc93-6894a57f9324"`
	first := answerOf(t, d.exchange(t, post("application/json", jsonReport, key)))
	d.wait(time.Hour)
	again := answerOf(t, d.exchange(t, post("application/json", jsonReport, key)))
	if diff := cmp.Diff(first, again); diff != "" || d.inbox.count() != 1 {
		t.Errorf("again: %d messages (-first +again):\n%s", d.inbox.count(), diff)
	}
	if bare := answerOf(t, d.exchange(t, post("application/json", jsonReport, "Idempotency-Key: 8e03978e-40d5-43dd-bc93-6894a57f9324"))); !cmp.Equal(first, bare) {
		t.Errorf("the key without quotes is another: %+v", bare)
	}
	other := d.exchange(t, post("application/json", strings.Replace(jsonReport, "445", "139", 1), key))
	if p := problemOf(t, other); p.Status != 422 || !strings.Contains(p.Detail, "send a new key") {
		t.Errorf("another body: %d %s", p.Status, p.Detail)
	}
	if answer := d.exchange(t, post("message/rfc822", jsonReport, key)); answer.StatusCode != 422 {
		t.Errorf("the same bytes as another type: %d", answer.StatusCode)
	}
	d.exchange(t, post("application/json", jsonReport, key, "Authorization: Bearer second"))
	if d.inbox.count() != 2 {
		t.Errorf("%d messages, want another caller's too", d.inbox.count())
	}
	d.keys.fails = errors.New("the database is away")
	if answer := d.exchange(t, post("application/json", jsonReport, key)); answer.StatusCode != 503 {
		t.Errorf("keys cannot be looked up: %d", answer.StatusCode)
	}
}

// TestUnderway: while a message is being taken in, the same key gets 409, and the first still its answer.
func TestUnderway(t *testing.T) {
	t.Parallel()
	d := newDoor(t, nil)
	d.inbox.gate, d.inbox.comes = make(chan struct{}), make(chan struct{}, 1)
	var first *http.Response
	var done sync.WaitGroup
	done.Go(func() { first = d.exchange(t, post("application/json", jsonReport, "Idempotency-Key: k")) })
	<-d.inbox.comes
	if answer := d.exchange(t, post("application/json", jsonReport, "Idempotency-Key: k")); answer.StatusCode != 409 || answer.Header.Get("Retry-After") != "1" {
		t.Errorf("meanwhile: %d %v", answer.StatusCode, answer.Header)
	}
	close(d.inbox.gate)
	done.Wait()
	if first.StatusCode != 202 || d.inbox.count() != 1 {
		t.Errorf("the first: %d, %d messages", first.StatusCode, d.inbox.count())
	}
}

// TestLostNode: a message whose key was not ended, since its node died, has the same Message-ID and contents when it comes again.
// Without a key it is another message.
func TestLostNode(t *testing.T) {
	t.Parallel()
	d := newDoor(t, nil)
	messages := func(fields ...string) (one, two string) {
		d.exchange(t, post("application/json", jsonReport, fields...))
		one = string(d.inbox.last(t).Raw)
		d.keys.begun = nil
		d.wait(time.Minute)
		d.exchange(t, post("application/json", jsonReport, fields...))
		return one, string(d.inbox.last(t).Raw)
	}
	undated := func(raw string) string {
		_, rest, _ := strings.Cut(raw, "\r\n")
		return withoutTimestamp(rest)
	}
	if one, two := messages("Idempotency-Key: k"); one == two || undated(one) != undated(two) {
		t.Errorf("with a key: differs beyond its date:\n%s", cmp.Diff(one, two))
	}
	one, _ := messages("Idempotency-Key: one")
	if other, _ := messages("Idempotency-Key: other"); undated(one) == undated(other) {
		t.Error("two keys make one message of the same body")
	}
	if one, two := messages(); undated(one) == undated(two) {
		t.Error("without a key: two reports have one Message-ID")
	}
}

// TestState: only who posted a message is told what became of it.
func TestState(t *testing.T) {
	t.Parallel()
	d := newDoor(t, nil)
	for _, each := range []struct {
		why, id, token string
		status         int
		body, retry    string
	}{
		{"not read yet", "1", "good", 200, `{"id":1,"state":"registering","number":null,"kind":null}`, "2"},
		{"a report", "2", "good", 200, `{"id":2,"state":"open","number":"CSIRT-2026-0001","kind":"report"}`, ""},
		{"spam", "3", "good", 200, `{"id":3,"state":"filed","number":null,"kind":"spam"}`, ""},
		{"another's", "2", "second", 404, "", ""},
		{"none", "99", "good", 404, "", ""},
		{"no number", "two", "good", 404, "", ""},
		{"a number too large", "99999999999999999999", "good", 404, "", ""},
		{"a negative one", "-1", "good", 404, "", ""},
		{"the database is away", "4", "good", 503, "", "30"},
		{"no token", "2", "", 401, "", ""},
		{"no scope", "2", "weak", 403, "", ""},
	} {
		r := request("GET", "/api/v1/messages/"+each.id, "", "", "Authorization: Bearer "+each.token)
		answer := d.exchange(t, r)
		if answer.StatusCode != each.status || answer.Header.Get("Retry-After") != each.retry {
			t.Errorf("%s: got %d, retry after %q", each.why, answer.StatusCode, answer.Header.Get("Retry-After"))
		}
		if got := bodyOf(t, answer); each.body != "" && strings.TrimSpace(got) != each.body {
			t.Errorf("%s: got %s", each.why, got)
		}
	}
}

// TestProxies: what our own proxies say of the client is believed, what others say is not.
func TestProxies(t *testing.T) {
	t.Parallel()
	for _, each := range []struct {
		why, remote, forwarded, want string
		tls                          bool
	}{
		{"no proxy", "203.0.113.9:1", "198.51.100.1", "203.0.113.9", false},
		{"our proxy", "192.0.2.10:1", "198.51.100.1", "198.51.100.1", true},
		{"a client that lies to our proxy", "192.0.2.10:1", "1.1.1.1, 198.51.100.1", "198.51.100.1", true},
		{"two of our proxies", "192.0.2.10:1", "198.51.100.1, 192.0.2.11", "198.51.100.1", true},
		{"a unix socket is a proxy's", "@", "198.51.100.1", "198.51.100.1", true},
		{"nobody says", "@", "", "", true},
	} {
		d := newDoor(t, func(c *Config) { c.Proxies = prefixes("192.0.2.0/24") })
		r := post("message/rfc822", rawMail, "X-Forwarded-For: "+each.forwarded, "X-Forwarded-Proto: https")
		r.RemoteAddr = each.remote
		d.exchange(t, r)
		if got := d.inbox.last(t); got.Remote != each.want || got.TLS != each.tls {
			t.Errorf("%s: remote %q, TLS %v", each.why, got.Remote, got.TLS)
		}
	}
}

// TestConfig: settings that cannot work are told.
func TestConfig(t *testing.T) {
	t.Parallel()
	for why, change := range map[string]func(*Config){
		"no size":             func(c *Config) { c.MaxBytes = 0 },
		"no rate":             func(c *Config) { c.Messages.Every = 0 },
		"no address":          func(c *Config) { c.Mail = "report" },
		"a name with it":      func(c *Config) { c.NoReply = "Desk <no-reply@api.csirt.example.jp>" },
		"the desk's own name": func(c *Config) { c.Own = func(address string) bool { return address == c.NoReply } },
	} {
		cfg := Default()
		change(&cfg)
		if _, err := New(cfg, nil, nil, nil, nil, nil, nil); err == nil {
			t.Errorf("%s: no error", why)
		}
	}
}
