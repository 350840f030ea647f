package form_test

import (
	"bytes"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"todoke/internal/desk"
	"todoke/internal/mail"
	"todoke/internal/read"
)

// What the desk cannot store it does not take, and says so; all that was typed and attached is sent by pressing once more.
func TestInboxFails(t *testing.T) {
	t.Parallel()
	d := open(t, settings())
	b := d.browser()
	d.inbox.fail(errGone)
	values := b.fresh("log", "line", "pgp", "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nx\n-----END PGP PUBLIC KEY BLOCK-----")
	page := b.send("/report?lang=ja", values, attached{"a.log", "text/plain", "kept"}).want(http.StatusServiceUnavailable, "まだ受け付けていません", "a.log")
	if title := text(find(page.root, hasName("title"))); !strings.HasPrefix(title, "まだ送信していません") {
		t.Errorf("the title is %q", title)
	}
	again := page.values()
	for _, name := range []string{"kind", "details", "log", "pgp", "purpose", "naming", "zone", "stamp"} {
		if again.Get(name) != values.Get(name) {
			t.Errorf("%s is now %q", name, again.Get(name))
		}
	}
	d.inbox.fail(desk.ErrTooLarge)
	b.send("/report?lang=ja", again).want(http.StatusUnprocessableEntity, "大きすぎて")
	d.inbox.fail(nil)
	b.send("/report?lang=ja", again).want(http.StatusSeeOther)
	d.one()
	if got := d.handler.Stats(); got.Failed != 1 || got.Taken != 1 {
		t.Errorf("stats: %+v", got)
	}
}

// A report is safe even where its link cannot be made, and the receipt says so.
func TestNoLink(t *testing.T) {
	t.Parallel()
	d := open(t, settings())
	d.statuses.err = errGone
	b := d.browser()
	answer := b.send("/report?lang=en", b.fresh()).want(http.StatusSeeOther)
	b.get(answer.header.Get("Location")).want(http.StatusOK, "Your report was received", "do not send it again")
	d.one()
}

// Attachments over a limit are told beside their field; those that fit are kept, and can be taken back.
func TestAttachments(t *testing.T) {
	t.Parallel()
	cfg := settings()
	cfg.MaxUpload, cfg.MaxFiles = 100_000, 3
	big := strings.Repeat("x", 60_000)
	tests := []struct {
		why   string
		files []attached
		says  string // "" where it is taken
		kept  int
	}{
		{"none", nil, "", 0},
		{"up to the limit", []attached{{"a", "", big}, {"b", "", big[:40_000]}}, "", 0},
		{"one byte over it together", []attached{{"a", "", big}, {"b", "", big[:40_001]}}, "98 KiBを超えています", 1},
		{"one that is too large by itself", []attached{{"small", "", "x"}, {"a", "", big + big}, {"after", "", "y"}}, "98 KiBを超えています", 2},
		{"too many", []attached{{"a", "", "1"}, {"b", "", "2"}, {"c", "", "3"}, {"d", "", "4"}}, "3個まで", 3},
		{"beyond what is read at all", []attached{{"a", "", strings.Repeat("y", 9<<20)}}, "98 KiBを超えています", 0},
		{"an empty file is a file", []attached{{"empty", "", ""}}, "", 0},
	}
	for _, tt := range tests {
		d := open(t, cfg)
		b := d.browser()
		page := b.send("/report?lang=ja", b.fresh(), tt.files...)
		if tt.says == "" {
			page.want(http.StatusSeeOther)
			if n := len(leaves(d.one())); n != 1+len(tt.files) {
				t.Errorf("%s: %d parts", tt.why, n)
			}
			continue
		}
		page.want(http.StatusUnprocessableEntity)
		if got := text(page.id("files-fault")); !strings.Contains(got, tt.says) {
			t.Errorf("%s: it says %q", tt.why, got)
		}
		again := page.values()
		if len(again["kept"]) != tt.kept || again.Get("details") == "" {
			t.Errorf("%s: kept %d, details %q", tt.why, len(again["kept"]), again.Get("details"))
		}
		if tt.kept > 0 {
			again.Set("drop", again["kept"][0])
		}
		b.send("/report?lang=ja", again).want(http.StatusSeeOther)
		if n := len(leaves(d.one())); n != 1+max(0, tt.kept-1) {
			t.Errorf("%s: %d parts after one was taken back", tt.why, n)
		}
	}
}

func leaves(d *desk.Delivery) (all []*mail.Part) {
	for _, p := range mail.Parse(d.Raw, mail.DefaultLimits()).Parts {
		if len(p.Children) == 0 && !strings.HasPrefix(p.Type, "multipart/") {
			all = append(all, p)
		}
	}
	return all
}

// A file that was kept longer than promised is asked for once more.
func TestKeptTooLong(t *testing.T) {
	t.Parallel()
	d := open(t, settings())
	b := d.browser()
	values := b.fresh("details", "")
	again := b.send("/report?lang=ja", values, attached{"a.log", "", "x"}).values()
	set(again, "details", "now")
	d.clock.pass(settings().KeepFor)
	b.send("/report?lang=ja", again).want(http.StatusUnprocessableEntity, "保管の期限が切れました")
}

// Bodies that no browser sends get a short answer.
func TestOddBodies(t *testing.T) {
	t.Parallel()
	d := open(t, settings())
	b := d.browser()
	post := func(mediaType, body string) *page {
		r, err := http.NewRequest("POST", d.url+"/report", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", mediaType)
		return b.do(r)
	}
	post("application/x-www-form-urlencoded", "details=x").want(http.StatusBadRequest)
	post("multipart/form-data", "").want(http.StatusBadRequest)
	post("multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"details\"\r\n\r\nno end").want(http.StatusBadRequest)
	post("multipart/form-data; boundary=x", "--x\r\n"+strings.Repeat("A: b\r\n", 20_000)+"\r\n--x--\r\n").want(http.StatusBadRequest)
	many := strings.Repeat("--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb\r\n", 5_000)
	post("multipart/form-data; boundary=x", many+"--x--\r\n").want(http.StatusUnprocessableEntity)
	if len(d.inbox.taken()) > 0 {
		t.Error("something was taken")
	}
}

// Texts are bounded, and the bound stands beside the field with all that was typed.
func TestLongTexts(t *testing.T) {
	t.Parallel()
	d := open(t, settings())
	b := d.browser()
	long := strings.Repeat("あ", 50_001)
	page := b.send("/report?lang=en", b.fresh("details", long)).want(http.StatusUnprocessableEntity)
	if got := text(page.id("details-fault")); !strings.Contains(got, "50,001") || !strings.Contains(got, "attach the rest") {
		t.Errorf("it says %q", got)
	}
	if page.values().Get("details") != long {
		t.Error("the text is not there any more")
	}
	huge := b.send("/report?lang=en", b.fresh("log", strings.Repeat("x", 5<<20))).want(http.StatusUnprocessableEntity)
	if got := text(huge.id("log-fault")); !strings.Contains(got, "cut off") {
		t.Errorf("it says %q", got)
	}
}

// What is typed is checked where it can be, and read as people write it.
func TestChecks(t *testing.T) {
	t.Parallel()
	tests := []struct {
		why         string
		typed       []string
		field, says string // "" where it is taken
	}{
		{"the kind is none of ours", []string{"kind", "<script>"}, "kind", "選んで"},
		{"a time to come", []string{"started", "2026-05-01"}, "started", "先の日時"},
		{"the end before the beginning", []string{"started", "2026-04-01 10:00", "ended", "2026-04-01 09:59"}, "ended", "始まりより前"},
		{"the same day without an hour is no fault", []string{"started", "2026-04-01 10:00", "ended", "2026-04-01"}, "", ""},
		{"a zone that is not offered", []string{"zone", "../../etc/localtime"}, "zone", "タイムゾーン"},
		{"a question without an address", []string{"purpose", "question"}, "email", "返信先"},
		{"a full-width address", []string{"email", "ｋ＠ｓｈｏｊｉ．ｅｘａｍｐｌｅ．ｊｐ"}, "", ""},
		{"half a key", []string{"pgp", "-----BEGIN PGP PUBLIC KEY BLOCK-----\nabc"}, "pgp", "全体"},
		{"a purpose that is none", []string{"purpose", "x"}, "purpose", "選んで"},
	}
	d := open(t, settings())
	for _, tt := range tests {
		d.clock.pass(time.Minute) // for the client's bucket
		b := d.browser()
		page := b.send("/report?lang=ja", b.fresh(tt.typed...))
		switch {
		case tt.says == "":
			page.want(http.StatusSeeOther)
		case page.status != http.StatusUnprocessableEntity || !strings.Contains(text(page.id(tt.field+"-fault")), tt.says):
			t.Errorf("%s: %d, beside the field stands %q", tt.why, page.status, text(page.id(tt.field+"-fault")))
		}
	}
	b := d.browser()
	private := b.send("/report?lang=ja", b.fresh("pgp", "-----BEGIN PGP PRIVATE KEY BLOCK-----\nsecret\n-----END PGP PRIVATE KEY BLOCK-----")).want(http.StatusUnprocessableEntity, "これは秘密鍵です")
	if strings.Contains(private.body, "secret") {
		t.Error("the private key stands on the page once more")
	}
}

// A desk in a zone of its own offers it, chosen already.
func TestOwnZone(t *testing.T) {
	t.Parallel()
	cfg := settings()
	cfg.Zone = "America/Denver"
	d := open(t, cfg)
	b := d.browser()
	values := b.fresh("started", "2026-04-01 09:30")
	if got := values.Get("zone"); got != "America/Denver" {
		t.Errorf("the chosen zone is %q", got)
	}
	b.send("/report?lang=en", values).want(http.StatusSeeOther)
	if got := reader().Read(d.one().Raw, read.Envelope{Now: d.clock.Now()}).Form.Fields["started"]; got != "2026-04-01 09:30 -0600" {
		t.Errorf("started %q", got)
	}
}

// The form turns to the other language with all that was typed.
func TestTurn(t *testing.T) {
	t.Parallel()
	d := open(t, settings())
	b := d.browser()
	values := b.fresh("email", "half")
	page := b.send("/report?lang=en", withTurn(values), attached{"a.log", "", "x"}).want(http.StatusOK, "Report an incident", "Files that are here already")
	again := page.values()
	if again.Get("email") != "half" || again.Get("stamp") != values.Get("stamp") || page.id("summary") != nil {
		t.Errorf("turned: %v", again)
	}
	if len(d.inbox.taken()) > 0 {
		t.Error("turning it sent it")
	}
	many := make([]attached, settings().MaxFiles+1)
	for i := range many {
		many[i] = attached{"a", "", "x"}
	}
	b.send("/report?lang=en", withTurn(values), many...).want(http.StatusOK, "There can be 20 attachments") // what is left out is told
}

func withTurn(values url.Values) url.Values {
	turned := url.Values{"turn": {"1"}}
	for name, v := range values {
		turned[name] = v
	}
	return turned
}

// Every answer forbids what the pages do not need.
func TestHeaders(t *testing.T) {
	t.Parallel()
	cfg := settings()
	cfg.PGP.Armored, cfg.PGP.Fingerprint, cfg.PGP.WKD = "-----BEGIN PGP PUBLIC KEY BLOCK-----", "0123456789abcdef0123456789abcdef01234567", "report@csirt.example.jp"
	d := open(t, cfg)
	b := d.browser()
	const strict = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
	front := b.get("/?lang=en").want(http.StatusOK, "Example CSIRT", "0123 4567 89AB CDEF 0123", "report@csirt.example.jp", "Report by web form")
	style := attr(find(front.root, hasName("link")), "href")
	script := attr(find(front.root, hasName("script")), "src")
	for path, status := range map[string]int{"/": 200, "/report": 200, "/report/sent": 200, "/report/token1": 200, "/report/none": 404, "/report/token" + strings.Repeat("1", 60): 404, "/report/key.asc": 200, style: 200, script: 200, "/nothing": 404, "/report/assets/form.css": 404} {
		answer := b.get(path)
		if answer.status != status {
			t.Errorf("%s: %d, want %d", path, answer.status, status)
		}
		for name, want := range map[string]string{"Content-Security-Policy": strict, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"} {
			if got := answer.header.Get(name); got != want {
				t.Errorf("%s: %s is %q", path, name, got)
			}
		}
	}
	for _, path := range []string{"/report/token1", "/report/sent", "/report/none"} {
		if got := b.get(path).header.Get("Cache-Control"); got != "no-store" {
			t.Errorf("%s: Cache-Control %q", path, got)
		}
	}
	key := b.get("/report/key.asc")
	if key.header.Get("Content-Type") != "application/pgp-keys" || key.body != cfg.PGP.Armored {
		t.Errorf("key: %v %q", key.header, key.body)
	}
	r, _ := http.NewRequest("DELETE", d.url+"/report", nil)
	if page := b.do(r); page.status != http.StatusNotFound && page.status != http.StatusMethodNotAllowed {
		t.Errorf("DELETE: %d", page.status)
	}
}

func hasName(name string) func(*node) bool { return func(n *node) bool { return n.Data == name } }

// The pages speak the language that is asked for, else the browser's, else Japanese.
func TestLanguage(t *testing.T) {
	t.Parallel()
	d := open(t, settings())
	for _, tt := range []struct{ query, accept, want string }{
		{"", "", "ja"}, {"?lang=en", "ja", "en"}, {"?lang=ja", "en", "ja"}, {"", "fr, en-GB;q=0.8", "en"}, {"", "ja-JP, en", "ja"}, {"?lang=xx", "en", "en"}, {"", "de", "ja"},
	} {
		b := d.browser()
		b.header = http.Header{"Accept-Language": {tt.accept}}
		if got := attr(find(b.get("/report"+tt.query).root, hasName("html")), "lang"); got != tt.want {
			t.Errorf("%q, %q: %s, want %s", tt.query, tt.accept, got, tt.want)
		}
	}
}

// The receipt without scripts asks for the number again, each time later, and then stops.
func TestRefresh(t *testing.T) {
	t.Parallel()
	d := open(t, settings())
	d.statuses.after = 100
	b := d.browser()
	path, waited := "/report/token1?lang=ja&new=1", 0
	for range 20 {
		page := b.get(path).want(http.StatusOK, "登録しています")
		if !strings.Contains(page.header.Get("Content-Security-Policy"), "connect-src 'self'") {
			t.Error("the script may not ask for the number")
		}
		at := strings.Index(page.body, `<noscript><meta http-equiv="refresh" content="`)
		if at < 0 {
			if waited < 60 || waited > 600 {
				t.Errorf("it asked for %d seconds", waited)
			}
			return
		}
		content, _, _ := strings.Cut(page.body[at+len(`<noscript><meta http-equiv="refresh" content="`):], `"`)
		seconds, next, _ := strings.Cut(content, ";url=")
		n, err := strconv.Atoi(seconds)
		if err != nil {
			t.Fatal(err)
		}
		waited += n
		path = strings.ReplaceAll(next, "&amp;", "&")
	}
	t.Error("the page goes on asking")
}

// Nothing of what was typed comes back as markup.
func TestEscaping(t *testing.T) {
	t.Parallel()
	d := open(t, settings())
	b := d.browser()
	const evil = `"></textarea><script>alert(1)</script>`
	values := b.fresh("kind", "x")
	for _, name := range []string{"details", "source", "name", "email", "log", "website", "zone", "purpose"} {
		values.Set(name, evil)
	}
	page := b.send("/report?lang=ja", values, attached{evil, evil, evil})
	if strings.Contains(page.body, "<script>alert") {
		t.Error("it does")
	}
	if !bytes.Contains([]byte(page.body), []byte("&lt;script&gt;alert(1)")) {
		t.Error("what was typed is lost")
	}
}
