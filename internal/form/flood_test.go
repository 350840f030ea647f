package form_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"math/bits"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"todoke/internal/form"
)

// Machines: what does not come from our form, or not from a person, is not taken. The form is shown again as it was.
func TestStamp(t *testing.T) {
	t.Parallel()
	const wrote = "書いたこと"
	tests := []struct {
		why    string
		spoil  func(b *browser, v map[string][]string)
		status int
		says   string
	}{
		{"a stamp of our own making", func(_ *browser, v map[string][]string) { v["stamp"] = []string{strings.Repeat("A", 66)} }, 422, "もう一度「送信する」"},
		{"no stamp", func(_ *browser, v map[string][]string) { delete(v, "stamp") }, 422, "もう一度「送信する」"},
		{"another browser's stamp", func(b *browser, v map[string][]string) {
			v["stamp"] = b.door.browser().get("/report").values()["stamp"]
			b.clock.pass(time.Minute)
		}, 422, "Cookie"},
		{"a form that is too old", func(b *browser, _ map[string][]string) { b.clock.pass(25 * time.Hour) }, 422, "時間がたった"},
		{"filled faster than people do", func(b *browser, v map[string][]string) { v["stamp"] = b.get("/report").values()["stamp"] }, 422, "早すぎた"},
		{"the field that people do not see", func(_ *browser, v map[string][]string) { v["website"] = []string{"http://spam.example"} }, 422, "この欄は空に"},
	}
	for _, tt := range tests {
		d := open(t, settings())
		b := d.browser()
		values := b.fresh("details", wrote)
		tt.spoil(b, values)
		page := b.send("/report?lang=ja", values, attached{"a.log", "", "kept"}).want(tt.status, tt.says)
		if len(d.inbox.taken()) > 0 {
			t.Errorf("%s: it was taken", tt.why)
		}
		again := page.values()
		if again.Get("details") != wrote || len(again["kept"]) != 1 {
			t.Errorf("%s: what was typed is lost: %v", tt.why, again)
		}
		again.Del("website")
		d.clock.pass(settings().MinAge)
		b.send("/report?lang=ja", again).want(http.StatusSeeOther)
		d.one()
	}
}

// Another site's page cannot send a report by a visitor's browser.
func TestOtherSite(t *testing.T) {
	t.Parallel()
	d := open(t, settings())
	b := d.browser()
	values := b.fresh()
	b.header = http.Header{"Sec-Fetch-Site": {"cross-site"}}
	b.send("/report?lang=ja", values).want(http.StatusForbidden, "他のサイト")
	b.header = http.Header{"Sec-Fetch-Site": {"same-origin"}}
	b.send("/report?lang=ja", values).want(http.StatusSeeOther)
	if c := d.browser().get("/report").header.Get("Set-Cookie"); !strings.Contains(c, "SameSite=Strict") || !strings.Contains(c, "HttpOnly") {
		t.Errorf("the cookie is %q", c)
	}
}

// A form sent twice is one report; a form changed after it was sent is another, once its writer says so.
func TestTwice(t *testing.T) {
	t.Parallel()
	d := open(t, settings())
	b := d.browser()
	values := b.fresh()
	var wait sync.WaitGroup
	where := make([]string, 4)
	for i := range where {
		wait.Go(func() { where[i] = b.send("/report?lang=ja", values).want(http.StatusSeeOther).header.Get("Location") })
	}
	wait.Wait()
	if diff := cmp.Diff([]string{where[0], where[0], where[0], where[0]}, where); diff != "" || where[0] == "" {
		t.Errorf("receipts (-want +got):\n%s", diff)
	}
	d.one()
	set(values, "details", "書き足しました。")
	page := b.send("/report?lang=ja", values).want(http.StatusConflict, "すでに届出を受け付けています")
	d.one()
	b.send("/report?lang=ja", page.values()).want(http.StatusSeeOther)
	if n := len(d.inbox.taken()); n != 2 {
		t.Errorf("%d messages, want 2", n)
	}
}

// One network that sends too many is stopped before it can use up what is there for all.
func TestClientRate(t *testing.T) {
	t.Parallel()
	cfg := settings()
	cfg.Reports = form.Rate{Burst: 2, Every: time.Minute}
	cfg.Overall = form.Rate{Burst: 3, Every: time.Hour}
	cfg.Proxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	d := open(t, cfg)
	from := func(ip string) *browser {
		b := d.browser()
		b.header = http.Header{"X-Forwarded-For": {"192.0.2.1, " + ip}}
		return b
	}
	forms := make([]map[string][]string, 5)
	b := from("2001:db8:1:2::1")
	for i := range forms {
		forms[i] = b.fresh("details", "message "+strconv.Itoa(i))
	}
	for i, values := range forms[:2] {
		b.send("/report?lang=ja", values).want(http.StatusSeeOther)
		if got := d.inbox.taken()[i].Remote; got != "2001:db8:1:2::1" {
			t.Errorf("remote %q", got)
		}
	}
	for _, values := range forms[2:] {
		b.header = http.Header{"X-Forwarded-For": {"2001:db8:1:2:ffff::9"}} // the same network
		page := b.send("/report?lang=ja", values).want(http.StatusTooManyRequests, "続けて多くの届出", "19:06")
		if page.values().Get("details") != values["details"][0] || page.header.Get("Retry-After") != "60" {
			t.Errorf("details %q, Retry-After %q", page.values().Get("details"), page.header.Get("Retry-After"))
		}
	}
	other := from("198.51.100.4")
	other.send("/report?lang=ja", other.fresh()).want(http.StatusSeeOther)
	d.clock.pass(time.Minute)
	other = from("198.51.100.5")
	other.send("/report?lang=ja", other.fresh()).want(http.StatusTooManyRequests, "非常に多く")
}

// In a flood, a report is taken after the told time or for work, and the one who sends it loses nothing.
func TestFlood(t *testing.T) {
	t.Parallel()
	cfg := settings()
	cfg.Overall = form.Rate{Burst: 1, Every: time.Minute}
	cfg.MaxWait, cfg.Work = 2*time.Minute, 10
	d := open(t, cfg)
	forms := make([]map[string][]string, 4)
	browsers := make([]*browser, 4)
	for i := range browsers {
		browsers[i] = d.browser()
		forms[i] = browsers[i].get("/report?lang=ja").values()
		forms[i]["kind"], forms[i]["details"] = []string{"other"}, []string{"text " + strconv.Itoa(i)}
	}
	d.clock.pass(10 * time.Second)
	browsers[0].send("/report?lang=ja", forms[0]).want(http.StatusSeeOther)

	patient := browsers[1].send("/report?lang=ja", forms[1], attached{"a.log", "", "a"}).want(http.StatusTooManyRequests, "19:02 JSTを過ぎてから")
	hurried := browsers[2].send("/report?lang=en", forms[2]).want(http.StatusTooManyRequests, "Press Send once more after 19:03 JST")
	full := browsers[3].send("/report?lang=ja", forms[3]).want(http.StatusTooManyRequests, "しばらく待って")
	if full.values().Get("details") != "text 3" || len(patient.values()["kept"]) != 1 {
		t.Error("what was typed is lost")
	}

	solved := hurried.values()
	solved.Set("work", solve(solved.Get("stamp"), 10))
	unsolved := hurried.values()
	unsolved.Set("work", "1x")
	browsers[2].send("/report?lang=ja", unsolved).want(http.StatusTooManyRequests)
	browsers[1].send("/report?lang=ja", solved).want(http.StatusUnprocessableEntity) // work of another browser's form
	browsers[2].send("/report?lang=ja", solved).want(http.StatusSeeOther)

	early := browsers[1].send("/report?lang=ja", patient.values()).want(http.StatusTooManyRequests, "19:02 JSTを過ぎてから") // the place stays
	// While others take each drop that comes in, the place in the line holds.
	for range 2 {
		d.clock.pass(51 * time.Second)
		b := d.browser()
		b.send("/report?lang=ja", b.fresh())
	}
	browsers[1].send("/report?lang=ja", early.values()).want(http.StatusSeeOther)
	if got := d.handler.Stats(); got.Flooded < 4 || got.Taken < 3 {
		t.Errorf("stats: %+v", got)
	}
}

// solve finds a number that the desk takes for work.
func solve(stamp string, zeros int) string {
	for n := 0; ; n++ {
		sum := sha256.Sum256(fmt.Appendf(nil, "%s:%d", stamp, n))
		if bits.LeadingZeros16(uint16(sum[0])<<8|uint16(sum[1])) >= zeros {
			return strconv.Itoa(n)
		}
	}
}

// Whoever asks for pages without end gets a short answer that costs little.
func TestVisits(t *testing.T) {
	t.Parallel()
	cfg := settings()
	cfg.Visits = form.Rate{Burst: 3, Every: time.Second}
	d := open(t, cfg)
	b := d.browser()
	for range 3 {
		b.get("/report/token1").want(http.StatusOK)
	}
	if page := b.get("/report/token1").want(http.StatusTooManyRequests); page.header.Get("Retry-After") != "1" {
		t.Errorf("Retry-After %q", page.header.Get("Retry-After"))
	}
	d.clock.pass(time.Second)
	b.get("/report/token1").want(http.StatusOK)
}

// A sender who sends next to nothing is cut off while others are served.
func TestSlow(t *testing.T) {
	t.Parallel()
	cfg := settings()
	cfg.Grace, cfg.MinSpeed = 300*time.Millisecond, 1<<20
	d := open(t, cfg)
	address := strings.TrimPrefix(d.url, "http://")
	var slow []net.Conn
	for range 20 {
		conn, err := (&net.Dialer{}).DialContext(context.Background(), "tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		fmt.Fprintf(conn, "POST /report HTTP/1.1\r\nHost: %s\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: 100000\r\n\r\n--x\r\nContent-Disposition: form-data; name=\"details\"\r\n\r\na", address)
		slow = append(slow, conn)
	}
	b := d.browser()
	b.send("/report?lang=ja", b.fresh()).want(http.StatusSeeOther)
	for _, conn := range slow {
		conn.SetReadDeadline(time.Now().Add(20 * time.Second))
		answer, err := io.ReadAll(conn) // ends when the door hangs up
		if err != nil || !bytes.HasPrefix(answer, []byte("HTTP/1.1 408 ")) {
			t.Fatalf("%v: %.200s", err, answer)
		}
	}
}

// While machines post without end from many networks, people are served.
func TestServedInFlood(t *testing.T) {
	t.Parallel()
	cfg := settings()
	cfg.Proxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	cfg.MaxUpload, cfg.MaxReading = 1<<20, 16<<20
	d := open(t, cfg)
	stop := make(chan struct{})
	var machines sync.WaitGroup
	var answers sync.Map // status to true
	for i := range 16 {
		machines.Go(func() {
			b := d.browser()
			big := attached{"x.bin", "", strings.Repeat("x", 1<<19)}
			for n := 0; ; n++ {
				select {
				case <-stop:
					return
				default:
				}
				b.header = http.Header{"X-Forwarded-For": {fmt.Sprintf("198.51.%d.%d", i, n%256)}}
				answers.Store(b.send("/report", map[string][]string{"details": {"spam"}, "kind": {"other"}, "website": {"x"}}, big).status, true)
			}
		})
	}
	for range 10 {
		b := d.browser()
		b.send("/report?lang=ja", b.fresh(), attached{"a.log", "", "a"}).want(http.StatusSeeOther)
	}
	close(stop)
	machines.Wait()
	answers.Range(func(status, _ any) bool {
		if status != http.StatusUnprocessableEntity && status != http.StatusTooManyRequests && status != http.StatusServiceUnavailable {
			t.Errorf("a machine got %d", status)
		}
		return true
	})
	if got := d.handler.Stats(); got.Taken != 10 {
		t.Errorf("stats: %+v", got)
	}
}
