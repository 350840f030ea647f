package form_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"

	"todoke/internal/read"
)

// A form that is in order becomes one message, and the visitor is led to the receipt.
func TestReport(t *testing.T) {
	t.Parallel()
	d := open(t, settings())
	d.statuses.after = 1
	b := d.browser()
	answer := b.send("/report?lang=ja", b.fresh("email", "kawaguchi@shoji.example.jp"), attached{"auth.log", "text/plain", "x"})
	answer.want(http.StatusSeeOther)
	got := d.one()
	if diff := cmp.Diff([]string{"form", "kawaguchi@shoji.example.jp", "report@csirt.example.jp", "127.0.0.1"}, []string{string(got.Door), got.From, strings.Join(got.To, " "), got.Remote}); diff != "" {
		t.Errorf("envelope (-want +got):\n%s", diff)
	}
	where := answer.header.Get("Location")
	b.get(where).want(http.StatusOK, "届出を受け付けました", "登録しています", d.url+"/report/token1")
	receipt := b.get(where).want(http.StatusOK, "R-2026-0001", "2026-04-02 19:00 JST", "担当者が対応しています")
	if got := receipt.header.Get("Cache-Control"); got != "no-store" {
		t.Errorf("the receipt may be cached: %q", got)
	}
}

// What is wrong stands beside its field and above the form, and all that was typed is still there, the file too.
func TestFaults(t *testing.T) {
	t.Parallel()
	d := open(t, settings())
	b := d.browser()
	values := b.fresh("kind", "", "details", "  ", "started", "昨日", "ended", "2026-04-01 9:00", "email", "kawaguchi", "log", "\n  two spaces <b>&", "source", "hxxp://evil[.]example/\n192.0.2.1", "naming", "parties", "zone", "UTC")
	values.Del("kind")
	page := b.send("/report?lang=ja", values, attached{"ログ.txt", "text/plain", "one line\n"}).want(http.StatusUnprocessableEntity)

	var links []string
	find(page.id("summary"), func(n *html.Node) bool {
		if n.Data == "a" {
			links = append(links, attr(n, "href"))
			if page.id(strings.TrimPrefix(attr(n, "href"), "#")) == nil {
				t.Errorf("%s leads nowhere", attr(n, "href"))
			}
		}
		return false
	})
	if diff := cmp.Diff([]string{"#kind-0", "#details", "#started", "#email"}, links); diff != "" {
		t.Errorf("summary (-want +got):\n%s", diff)
	}
	for _, name := range []string{"details", "started", "email"} {
		field := page.id(name)
		if attr(field, "aria-invalid") != "true" || !strings.Contains(attr(field, "aria-describedby"), name+"-fault") || text(page.id(name+"-fault")) == "" {
			t.Errorf("the fault of %s does not stand beside it", name)
		}
	}
	if !strings.Contains(text(find(page.root, func(n *html.Node) bool { return n.Data == "title" })), "誤り") {
		t.Error("the title does not tell that there are mistakes")
	}
	again := page.values()
	for _, name := range []string{"started", "ended", "email", "log", "source", "naming", "zone", "stamp"} {
		if diff := cmp.Diff(strings.TrimSpace(values.Get(name)), again.Get(name)); diff != "" {
			t.Errorf("%s is not as it was typed (-want +got):\n%s", name, diff)
		}
	}
	set(again, "kind", "scan", "details", "mended", "started", "2026-04-01 8:00", "email", "k@shoji.example.jp")
	b.send("/report?lang=ja", again).want(http.StatusSeeOther)
	if raw := string(d.one().Raw); !strings.Contains(raw, "b25lIGxpbmUK") { // "one line\n"
		t.Error("the file that came with the faulty form is not in the message")
	}
	later := b.fresh("kept", again.Get("kept"))
	b.send("/report?lang=ja", later).want(http.StatusUnprocessableEntity, "保管の期限が切れました") // it was kept for one report
}

// Who gives no address is nobody's sender: the message comes from the address that takes no answers, under the name that was given.
func TestNoReplyAddress(t *testing.T) {
	t.Parallel()
	d := open(t, settings())
	b := d.browser()
	b.send("/report?lang=en", b.fresh("name", "Jo Doe")).want(http.StatusSeeOther)
	reading := reader().Read(d.one().Raw, read.Envelope{Now: d.clock.Now()})
	got := []string{d.one().From, reading.From.Address, reading.From.Name, reading.ReporterTLD, string(reading.Kind)}
	noReply := settings().NoReply
	if diff := cmp.Diff([]string{noReply, noReply, "Jo Doe", "", "report"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Who goes away after pressing the button has sent the report all the same.
func TestVisitorGone(t *testing.T) {
	t.Parallel()
	d := open(t, settings())
	b := d.browser()
	values := b.fresh()
	ctx, leave := context.WithCancel(t.Context())
	d.inbox.meanwhile = leave
	r := b.posting("/report?lang=ja", values).WithContext(ctx)
	for _, c := range b.client.Jar.Cookies(r.URL) {
		r.AddCookie(c)
	}
	d.handler.ServeHTTP(httptest.NewRecorder(), r)
	d.one()
}
