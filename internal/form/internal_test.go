package form

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var noon = time.Date(2026, 4, 2, 12, 0, 0, 0, time.UTC)

func newTest(t testing.TB, change func(*Config)) *Handler {
	t.Helper()
	cfg := Default()
	cfg.Key = bytes.Repeat([]byte{1}, 32)
	change(&cfg)
	h, err := New(cfg, nil, nil, slog.New(slog.DiscardHandler), func() time.Time { return noon })
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// Settings that cannot work are told before anything is served.
func TestConfig(t *testing.T) {
	t.Parallel()
	for want, change := range map[string]func(*Config){
		"key":          func(c *Config) { c.Key = c.Key[:31] },
		"time zone":    func(c *Config) { c.Zone = "Nowhere" },
		"mail address": func(c *Config) { c.NoReply = "a <a@example.jp>" },
		"rates":        func(c *Config) { c.Overall.Every = 0 },
		"work":         func(c *Config) { c.Work = 31 },
		"uploads":      func(c *Config) { c.MaxFiles = 0 },
		"room":         func(c *Config) { c.MaxReading = 15 * c.MaxUpload },
		"fingerprint":  func(c *Config) { c.PGP.Fingerprint = "xyz" },
	} {
		cfg := Default()
		cfg.Key = make([]byte, 32)
		if err := cfg.check(); err != nil {
			t.Fatal(err)
		}
		change(&cfg)
		if _, err := New(cfg, nil, nil, nil, nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
}

// Times are read as people write them, in the zone they chose unless they say another.
func TestParseMoment(t *testing.T) {
	t.Parallel()
	tokyo, _ := zoneOf("Asia/Tokyo", zones)
	for typed, want := range map[string]string{
		"2026-04-01 09:30":          "2026-04-01 09:30 +0900",
		"2026/4/1 9:30:05":          "2026-04-01 09:30:05 +0900",
		"2026年4月1日 9時30分":           "2026-04-01 09:30 +0900",
		"2026年4月1日9時":               "2026-04-01 09:00 +0900",
		"２０２６－０４－０１　０９：３０":          "2026-04-01 09:30 +0900", // full width
		"2026-04-01T09:30:00Z":      "2026-04-01 09:30:00 +0000",
		"2026-04-01T09:30:00-05:00": "2026-04-01 09:30:00 -0500",
		"2026-04-01 09:30 UTC":      "2026-04-01 09:30 +0000",
		"2026-04-01 09:30 JST":      "2026-04-01 09:30 +0900",
		"2026-04-01":                "2026-04-01",
		"  2026-04-01  ":            "2026-04-01",
		"昨日の夜":                      "",
		"04/01/2026":                "",
		"2026-13-01":                "",
		"0026-04-01":                "",
		strings.Repeat("2", 10_000): "",
		"2026-04-01 09:30 Mars/Mon": "",
	} {
		got := ""
		if m, ok := parseMoment(typed, tokyo); ok {
			got = m.String()
		}
		if got != want {
			t.Errorf("%.40q: %q, want %q", typed, got, want)
		}
	}
}

// What is read as a time is read as the same time again.
func FuzzMoment(f *testing.F) {
	f.Add("2026年4月1日 9時30分")
	f.Add("2026-04-01T09:30:00-05:00")
	tokyo, _ := zoneOf("Asia/Tokyo", zones)
	f.Fuzz(func(t *testing.T, typed string) {
		m, ok := parseMoment(typed, tokyo)
		if !ok {
			return
		}
		again, ok := parseMoment(m.String(), tokyo)
		if !ok || again.String() != m.String() || m.last.Before(m.first) {
			t.Errorf("%q is %s, and then %s (%t)", typed, m, again, ok)
		}
	})
}

// A stamp is good for one browser and as it is: no bit of it can be changed.
func TestStampBits(t *testing.T) {
	t.Parallel()
	h := newTest(t, func(*Config) {})
	s := newStamp(noon.Add(-time.Minute))
	s.zeros, s.ready = 20, noon.Add(time.Minute)
	sealed := h.seal(s, "cookie")
	got, err := h.open(sealed, "cookie", noon)
	if err != nil || got.nonce != s.nonce || got.zeros != 20 || !got.issued.Equal(s.issued) || !got.ready.Equal(s.ready) {
		t.Fatalf("%v, %v", got, err)
	}
	for i := range sealed {
		for _, c := range []byte("AZaz09-_") {
			changed := sealed[:i] + string(c) + sealed[i+1:]
			if _, err := h.open(changed, "cookie", noon); err == nil && changed != sealed {
				t.Errorf("with %q at %d it is still good", c, i)
			}
		}
	}
	for _, cookie := range []string{"", "cookiE", "cookie2"} {
		if _, err := h.open(sealed, cookie, noon); err == nil {
			t.Errorf("good with the cookie %q", cookie)
		}
	}
	other := newTest(t, func(c *Config) { c.Key = bytes.Repeat([]byte{2}, 32) })
	if _, err := other.open(sealed, "cookie", noon); err == nil {
		t.Error("good under another key")
	}
}

// A million clients take bounded memory, and one who comes back among them is still known.
func TestBucketsBounded(t *testing.T) {
	t.Parallel()
	b := newBuckets(Rate{Burst: 2, Every: time.Hour})
	for i := range 1_000_000 {
		b.take(fmt.Sprint(i), noon)
		if i%10_000 == 0 {
			if _, ok := b.take("regular", noon); ok != (i < 20_000) {
				t.Fatalf("after %d others: %t", i, ok)
			}
		}
	}
	if n := len(b.now) + len(b.old); n > 2*maxClients {
		t.Errorf("%d clients are remembered", n)
	}
}

func TestBucket(t *testing.T) {
	t.Parallel()
	var b bucket
	r := Rate{Burst: 2, Every: time.Minute}
	var got []string
	for _, at := range []time.Duration{0, 0, 0, 30 * time.Second, 60 * time.Second, 60 * time.Second, time.Hour, time.Hour, time.Hour, -time.Hour} {
		wait, ok := b.take(r, noon.Add(at))
		got = append(got, fmt.Sprint(ok, wait))
	}
	want := []string{"true 0s", "true 0s", "false 1m0s", "false 30s", "true 0s", "false 1m0s", "true 0s", "true 0s", "false 1m0s", "false 1m0s"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// The shelf holds no more than it may, nobody takes it all, and nobody pushes another's files off.
func TestShelf(t *testing.T) {
	t.Parallel()
	s := newShelf(4<<20, time.Hour)
	half := file{Data: pieces{make([]byte, 500<<10)}}
	first := s.put(half, "a", noon)
	if first == "" || s.put(half, "a", noon) == "" {
		t.Fatal("there was room")
	}
	if s.put(half, "a", noon) != "" {
		t.Error("one client has more than its share")
	}
	for i := range 20 {
		s.put(half, fmt.Sprint("client", i), noon)
	}
	if s.bytes > s.max || s.put(half, "late", noon) != "" {
		t.Errorf("the shelf has %d bytes of %d", s.bytes, s.max)
	}
	if _, ok := s.get(first, noon); !ok {
		t.Error("the first was pushed off")
	}
	s.drop(first)
	s.drop(first)
	if _, ok := s.get(first, noon); ok || s.put(half, "late", noon) == "" {
		t.Error("what was dropped takes room")
	}
	if s.put(half, "much later", noon.Add(time.Hour)) == "" || len(s.files) != 1 || len(s.order) != 1 || len(s.clients) != 1 {
		t.Errorf("what has had its time is still there: %d files, %d in order, %d clients", len(s.files), len(s.order), len(s.clients))
	}
	for range 10_000 {
		s.drop(s.put(file{}, "busy", noon))
	}
	if len(s.order) > 200 {
		t.Errorf("%d ids of files that are gone", len(s.order))
	}
}

func TestSentBounded(t *testing.T) {
	t.Parallel()
	s := newSent()
	for i := range 100_000 {
		nonce := [16]byte{byte(i), byte(i >> 8), byte(i >> 16)}
		mine, _ := s.begin(t.Context(), nonce, [32]byte{})
		if mine == nil {
			t.Fatal("a new stamp was taken for a used one")
		}
		s.end(nonce, mine, "/report/x")
	}
	if n := len(s.now) + len(s.old); n > 2*maxSent {
		t.Errorf("%d stamps are remembered", n)
	}
}

// Names of files are shown and put into a header.
func TestFileName(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		`C:\Users\taro\log.txt`: "log.txt",
		"../../x":               "x",
		"..":                    "file",
		"":                      "file",
		"a\r\nb\x00c":           "a  bc",
		"evil\u202efdp.exe":     "evilfdp.exe",
		"\xff.bin":              "\uFFFD.bin",
		"報告 書.pdf":              "報告 書.pdf",
	} {
		if got := fileName(name); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
	if got := fileName(strings.Repeat("長", 300) + ".pdf"); len([]rune(got)) != maxName || !strings.HasSuffix(got, ".pdf") {
		t.Errorf("a long name is %q", got)
	}
}

// Any body is read within bounds, and the room that it took is given back.
func FuzzUpload(f *testing.F) {
	f.Add([]byte("--x\r\nContent-Disposition: form-data; name=\"details\"\r\n\r\nv\r\n--x\r\nContent-Disposition: form-data; name=\"files\"; filename=\"a\"\r\n\r\nb\r\n--x--\r\n"))
	f.Add([]byte("--x\r\n\r\n\r\n--x--"))
	f.Add([]byte("--x\r\nContent-Disposition: form-data; name=a; filename*=utf-8''%0d%0aX\r\n\r\n--x--"))
	h := newTest(f, func(c *Config) { c.MaxUpload, c.MaxFiles, c.MaxReading = 1000, 2, 1<<20 })
	f.Fuzz(func(t *testing.T, body []byte) {
		r := httptest.NewRequest("POST", "/report", bytes.NewReader(body))
		r.Header.Set("Content-Type", "multipart/form-data; boundary=x")
		u, _ := h.readUpload(httptest.NewRecorder(), r)
		total := 0
		for _, file := range u.files {
			total += int(file.Data.size())
			if strings.ContainsAny(file.Name, "\r\n\x00/\\") || file.Name == "" {
				t.Errorf("the name %q", file.Name)
			}
		}
		if total > 1000 || len(u.files) > 2 {
			t.Errorf("%d bytes in %d files", total, len(u.files))
		}
		u.leave()
		if h.texts.left+h.uploads.left != 1<<20 || len(h.texts.clients)+len(h.uploads.clients) > 0 {
			t.Errorf("room for %d and %d is left", h.texts.left, h.uploads.left)
		}
	})
}

// Where memory is short, a file is left out and asked for later; what was typed is not. Where there is none even for that, the
// visitor is asked to come again. A client has no more than its share.
func TestRoom(t *testing.T) {
	t.Parallel()
	body := "--x\r\nContent-Disposition: form-data; name=\"details\"\r\n\r\nv\r\n--x\r\nContent-Disposition: form-data; name=\"files\"; filename=\"a\"\r\n\r\n" + strings.Repeat("b", 100_000) + "\r\n--x--\r\n"
	send := func(h *Handler) (*upload, error) {
		r := httptest.NewRequest("POST", "/report", strings.NewReader(body))
		r.Header.Set("Content-Type", "multipart/form-data; boundary=x")
		u, err := h.readUpload(httptest.NewRecorder(), r)
		u.leave()
		return u, err
	}
	h := newTest(t, func(c *Config) { c.MaxUpload, c.MaxReading = 1<<20, 16<<20 })
	if h.uploads.take("a", h.uploads.share+1) {
		t.Error("one client has more than its share")
	}
	for _, client := range []string{"a", "b", "c", "d"} {
		h.uploads.take(client, h.uploads.share)
	}
	if u, err := send(h); err != nil || !u.tooFull || len(u.files) > 0 || u.value(fieldDetails) != "v" {
		t.Errorf("no room for files: %v, %d files, left out %t", err, len(u.files), u.tooFull)
	}
	h.uploads.give("a", h.uploads.share)
	if u, err := send(h); err != nil || u.tooFull || len(u.files) != 1 {
		t.Errorf("one client has left: %v, %d files, left out %t", err, len(u.files), u.tooFull)
	}
	for _, client := range []string{"a", "b", "c", "d"} {
		h.texts.take(client, h.texts.share)
	}
	if _, err := send(h); !errors.Is(err, errNoRoom) {
		t.Errorf("no room for texts: %v", err)
	}
}

// deadlines notes what a reader asks of its connection.
type deadlines struct{ read, write time.Time }

func (d *deadlines) SetReadDeadline(t time.Time) error  { d.read = t; return nil }
func (d *deadlines) SetWriteDeadline(t time.Time) error { d.write = t; return nil }

// A body must keep its pace: bytes that came early buy no more than the grace, and no pace buys more than the longest time.
func TestPace(t *testing.T) {
	t.Parallel()
	now, conn := noon, &deadlines{}
	cfg := Default()
	cfg.MinSpeed, cfg.Grace, cfg.MaxTime = 1000, 30*time.Second, 2*time.Minute
	p := newPaced(bytes.NewReader(make([]byte, 1<<20)), conn, func() time.Time { return now }, cfg)
	var got []string
	for _, step := range []struct {
		after time.Duration
		bytes int
	}{{0, 0}, {10 * time.Second, 1000}, {0, 5000}, {0, 500_000}, {29 * time.Second, 2000}, {0, 1000}, {70 * time.Second, 500_000}, {0, 0}} {
		now = now.Add(step.after)
		p.Read(make([]byte, step.bytes))
		got = append(got, conn.read.Sub(noon).String())
	}
	// 30 s at first; +1 s for 1000 bytes; +5 s; then the grace from 10 s on holds, and at the end the longest time.
	if diff := cmp.Diff([]string{"30s", "30s", "31s", "36s", "40s", "42s", "43s", "2m0s"}, got); diff != "" {
		t.Errorf("deadlines (-want +got):\n%s", diff)
	}
	p.answer()
	p.done()
	if !conn.write.Equal(now.Add(answerTime)) || !conn.read.IsZero() {
		t.Errorf("after the body: write until %v, read until %v", conn.write, conn.read)
	}
}

// BenchmarkSubmit is a form with 1 MiB of attachments, up to the message.
func BenchmarkSubmit(b *testing.B) {
	h := newTest(b, func(*Config) {})
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	w.WriteField("kind", "scan")
	w.WriteField("details", strings.Repeat("あ", 1000))
	part, _ := w.CreateFormFile("files", "a.bin")
	part.Write(make([]byte, 1<<20))
	w.Close()
	b.SetBytes(int64(body.Len()))
	for b.Loop() {
		r := httptest.NewRequest("POST", "/report", bytes.NewReader(body.Bytes()))
		r.Header.Set("Content-Type", w.FormDataContentType())
		u, err := h.readUpload(httptest.NewRecorder(), r)
		if err != nil {
			b.Fatal(err)
		}
		c, faults := h.check(h.answersOf(u))
		if len(faults) > 0 {
			b.Fatal(faults)
		}
		compose(c, envelope{to: "a@example.jp", noReply: "b@example.jp", lang: "ja", now: noon, files: u.files})
		u.leave()
	}
}

var _ http.Handler = (*Handler)(nil)
