package site_test

import (
	"context"
	"encoding/csv"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"todoke/internal/count"
	"todoke/internal/desk"
	"todoke/internal/publish"
	"todoke/internal/publish/publishtest"
	"todoke/internal/site"
)

// source answers like a store: its lists have as many rows as the figures say.
type source struct {
	edition publish.Edition
	shown   site.Edition // how the edition stands; its figures are edition's
	message site.Message
	err     error // of every row after the first
}

func newSource() *source {
	return &source{edition: publishtest.Edition(), message: site.Message{
		ID: "7", Kind: desk.KindReport, Report: "R-1", Received: time.Date(2008, 4, 1, 3, 0, 0, 0, time.UTC), SHA256: "ab12",
		Reading: desk.Reading{Subject: "Scan from 192.0.2.1", From: desk.Mailbox{Name: "Hanako", Address: "hanako@example.org"}, Text: "see log\n",
			Indicators: []desk.Indicator{
				{Kind: desk.IndicatorIP, Value: "198.51.100.9", Role: desk.RoleTarget, Why: "destination in a log line"},
				{Kind: desk.IndicatorIP, Value: "192.0.2.1", Role: desk.RoleSource, Why: "source in a log line"}},
			Problems: []desk.Problem{{Part: "1.2", Problem: "unknown charset"}}}}}
}

func (s *source) Periods(context.Context) ([]string, error) { return []string{"2008Q2", "2008Q1"}, nil }
func (s *source) Rulebooks() []string                       { return []string{"address-2008", "incident-2010"} }

func (s *source) Edition(_ context.Context, q site.EditionQuery) (site.Edition, error) {
	if q.Period != "2008Q2" {
		return site.Edition{}, site.ErrNotFound
	}
	shown := s.shown
	shown.Edition = s.edition
	shown.Preliminary = q.Now
	return shown, nil
}

func (s *source) Rows(_ context.Context, q site.RowsQuery) ([]string, iter.Seq2[[]string, error], error) {
	n, ok := publish.Number(s.edition.Figures, q.Figure)
	if !ok {
		return nil, nil, site.ErrNotFound
	}
	return []string{"incident", "address", "first_message"}, func(yield func([]string, error) bool) {
		for i := range n {
			id := fmt.Sprintf("I-%04d", i+1)
			if id <= q.After {
				continue
			}
			if i > 0 && s.err != nil {
				yield(nil, s.err)
				return
			}
			if !yield([]string{id, "=cmd|' /C calc'!A0", "7"}, nil) {
				return
			}
		}
	}, nil
}

func (s *source) Page(ctx context.Context, q site.RowsQuery, limit int) (site.Page, error) {
	header, rows, err := s.Rows(ctx, q)
	if err != nil {
		return site.Page{}, err
	}
	page := site.Page{Header: header}
	page.Number, _ = publish.Number(s.edition.Figures, q.Figure)
	for row, err := range rows {
		if err != nil {
			return site.Page{}, err
		}
		if len(page.Rows) == limit {
			page.Next = page.Rows[limit-1][0]
			break
		}
		page.Rows = append(page.Rows, row)
	}
	if s.shown.Changed {
		was := page.Number + 1
		page.Published = &was
	}
	return page, nil
}

func (s *source) Message(_ context.Context, id string) (site.Message, error) {
	if id != s.message.ID {
		return site.Message{}, site.ErrNotFound
	}
	return s.message, nil
}

func newHandler(s site.Source, options ...site.Option) http.Handler {
	return site.New(s, slog.New(slog.DiscardHandler), options...)
}

func get(t *testing.T, h http.Handler, path string) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
	return w
}

// TestPages walks through every kind of page in both languages: its status, what must stand on it, that it is well-formed,
// that it has neither script nor inline style nor anything from elsewhere, and that it forbids all three.
func TestPages(t *testing.T) {
	t.Parallel()
	h := newHandler(newSource())
	const policy = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
	for _, test := range []struct {
		path   string
		status int
		want   string
	}{
		{"/?lang=ja", 200, "インシデント対応窓口"},
		{"/?lang=en", 200, "Quarterly report"},
		{"/?lang=en&period=2008Q2&rules=incident-2010", 200, `<strong aria-current="page">incident-2010</strong>`},
		{"/?lang=en&period=1999Q1", 404, "not found"},
		{"/rows?lang=en&figure=type:scan", 200, "Rows behind this number: 350"},
		{"/rows?lang=ja&figure=brand:domestic", 200, "国内のブランド"},
		{"/rows?lang=en&figure=type:%3Cscript%3E", 404, "not found"},
		{"/rows?lang=en", 404, "not found"},
		{"/message/7?lang=ja", 200, "unknown charset"},
		{"/message/8?lang=en", 404, "not found"},
		{"/nothing?lang=en", 404, "not found"},
	} {
		w := get(t, h, test.path)
		if w.Code != test.status {
			t.Errorf("%s: status %d, want %d", test.path, w.Code, test.status)
		}
		body := w.Body.String()
		if !strings.Contains(body, test.want) {
			t.Errorf("%s: lacks %q", test.path, test.want)
		}
		if got := w.Header().Get("Content-Security-Policy"); got != policy {
			t.Errorf("%s: policy %q", test.path, got)
		}
		if err := wellFormed(body); err != nil {
			t.Errorf("%s: %v", test.path, err)
		}
		for _, forbidden := range []string{"<script", "<style", " style=", " onclick=", "http://www.", "https://", "javascript:"} {
			if strings.Contains(strings.ReplaceAll(body, "http://www.w3.org/2000/svg", ""), forbidden) {
				t.Errorf("%s: has %q", test.path, forbidden)
			}
		}
	}
}

// TestStateOfAnEdition shows an edition as it was published, after which something changed: the front page says when it was
// published, that counting now differs, and leads there and back; a list says that the published number was another.
func TestStateOfAnEdition(t *testing.T) {
	t.Parallel()
	s := newSource()
	h := newHandler(s)
	if body := get(t, h, "/?lang=en").Body.String(); strings.Contains(body, "As published") {
		t.Error("an edition that is not published says that it is")
	}
	s.shown = site.Edition{Published: true, Changed: true}
	for path, signs := range map[string][]string{
		"/?lang=en":                           {"As published: <time>2008-07-08 00:00:00", "counting now gives other numbers", "now=1"},
		"/?lang=ja":                           {"公表した版：", "いま数えると別の数になります"},
		"/?lang=en&now=1":                     {"not published", "now=0", "figure=reports&amp;lang=en&amp;now=1", "Preliminary", "Counted 8 July 2008 00:00, not published"},
		"/rows?lang=en&figure=brand:domestic": {"Rows behind this number: 7", "The published edition has 8;"},
	} {
		body := get(t, h, path).Body.String()
		for _, sign := range signs {
			if !strings.Contains(body, sign) {
				t.Errorf("%s: lacks %q", path, sign)
			}
		}
	}
}

// TestColumns looks at the heads of a list: in the page's language, the message first, whatever its place in the CSV.
func TestColumns(t *testing.T) {
	t.Parallel()
	h := newHandler(newSource())
	for lang, heads := range map[string]string{
		"ja": `<th scope="col">最初のメッセージ</th><th scope="col">インシデント</th><th scope="col">アドレス</th>`,
		"en": `<th scope="col">First message</th><th scope="col">Incident</th><th scope="col">Address</th>`,
	} {
		if body := get(t, h, "/rows?figure=brand:domestic&lang="+lang).Body.String(); !strings.Contains(body, heads) {
			t.Errorf("%s: the heads of the list are not %s", lang, heads)
		}
	}
	if body := get(t, h, "/rows.csv?figure=brand:domestic&lang=ja").Body.String(); !strings.HasPrefix(body, "incident,address,first_message\r\n") {
		t.Errorf("the CSV begins %.60q", body)
	}
}

func wellFormed(page string) error {
	d := xml.NewDecoder(strings.NewReader(page))
	d.Entity = xml.HTMLEntity
	d.AutoClose = []string{"meta", "link"}
	d.Strict = true
	for {
		_, err := d.Token()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fmt.Errorf("not well-formed: %w", err)
		}
	}
}

var href = regexp.MustCompile(`<a class="figure" href="([^"]+)">([^<]+)</a>`)

// TestEveryFigureOpensItsRows follows each figure of the report: the list behind it has as many rows as the figure says,
// page by page and as CSV.
func TestEveryFigureOpensItsRows(t *testing.T) {
	t.Parallel()
	h := newHandler(newSource())
	links := href.FindAllStringSubmatch(get(t, h, "/?lang=en").Body.String(), -1)
	// 5 in the sentence, 5 counters, 5 TLDs and those without a domain, 5 types, 6 ports, 3 ways, 2 deeds, 3 brands, 1 inquiry,
	// 7 uncounted, 2 unconfirmed, 1 of reports without an incident; the counters are 5 and the distinct addresses
	if len(links) != 47 {
		t.Errorf("%d figures are links, want 47", len(links))
	}
	for _, link := range links {
		path, number := strings.ReplaceAll(link[1], "&amp;", "&"), link[2]
		u, err := url.Parse(path)
		if err != nil {
			t.Fatal(err)
		}
		listed := 0
		for next := path; next != ""; {
			body := get(t, h, next).Body.String()
			listed += strings.Count(body, "<td>I-")
			next = ""
			if m := regexp.MustCompile(`rel="next" href="([^"]+)"`).FindStringSubmatch(body); m != nil {
				next = strings.ReplaceAll(m[1], "&amp;", "&")
			}
		}
		if fmt.Sprint(listed) != number {
			t.Errorf("%s says %s, its pages list %d", u.Query().Get("figure"), number, listed)
		}
		table, err := csv.NewReader(get(t, h, "/rows.csv?"+u.RawQuery).Body).ReadAll()
		if err != nil || fmt.Sprint(len(table)-1) != number {
			t.Errorf("%s says %s, its CSV has %d rows (%v)", u.Query().Get("figure"), number, len(table)-1, err)
		}
	}
}

func TestCSVHasNoFormula(t *testing.T) {
	t.Parallel()
	table, err := csv.NewReader(get(t, newHandler(newSource()), "/rows.csv?figure=type:forged").Body).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"I-0001", "'=cmd|' /C calc'!A0", "7"}
	if diff := cmp.Diff(want, table[1]); diff != "" {
		t.Errorf("row (-want +got):\n%s", diff)
	}
}

// TestBrokenList asks that a list which ends by an error does not look whole: the connection is cut.
func TestBrokenList(t *testing.T) {
	t.Parallel()
	s := newSource()
	s.err = errors.New("disk gone")
	server := httptest.NewServer(newHandler(s))
	defer server.Close()
	if w := get(t, newHandler(s), "/rows?figure=type:scan"); w.Code != 500 {
		t.Errorf("page: status %d, want 500", w.Code)
	}
	resp, err := http.Get(server.URL + "/rows.csv?figure=type:scan")
	if err != nil {
		return // cut before the first byte
	}
	defer resp.Body.Close()
	if body, err := io.ReadAll(resp.Body); err == nil {
		t.Errorf("the broken list ended like a whole one: %q", body)
	}
}

func TestHostileMessage(t *testing.T) {
	t.Parallel()
	const script = `</pre><script>alert(1)</script><img src=x onerror=alert(2)>`
	s := newSource()
	s.message.Reading.Subject = script
	s.message.Reading.Text = script + "\x00\x1b[31m \u202egnp.exe \xff"
	s.message.Reading.From.Name = script
	s.message.Reading.Indicators[0].Value = script
	s.message.Reading.Problems[0].Problem = script
	body := get(t, newHandler(s), "/message/7").Body.String()
	for _, forbidden := range []string{"<script", "<img", "\x00", "\x1b", "\u202e"} {
		if strings.Contains(body, forbidden) {
			t.Errorf("the page has %q", forbidden)
		}
	}
	if err := wellFormed(body); err != nil {
		t.Error(err)
	}
	if !strings.Contains(body, "&lt;script&gt;alert(1)") || !strings.Contains(body, "␀␛[31m") {
		t.Error("the text is not shown as it is")
	}
}

func TestBrokenFiguresAreNotShown(t *testing.T) {
	t.Parallel()
	s := newSource()
	s.edition.Figures.Identities = []count.Identity{{Name: "types", Left: 733, Right: 734}}
	for _, path := range []string{"/?lang=en", "/files/report.en.txt"} {
		w := get(t, newHandler(s), path)
		if w.Code != http.StatusConflict || strings.Contains(w.Body.String(), "584") {
			t.Errorf("%s: status %d, want 409 and no figure", path, w.Code)
		}
	}
}

func TestPublicNamesNobody(t *testing.T) {
	t.Parallel()
	h := newHandler(newSource(), site.Public())
	for _, path := range []string{"/rows?figure=reports", "/rows.csv?figure=reports", "/message/7"} {
		if w := get(t, h, path); w.Code != 404 {
			t.Errorf("%s: status %d, want 404", path, w.Code)
		}
	}
	if strings.Contains(get(t, h, "/?lang=en").Body.String(), "/rows?") {
		t.Error("the public report leads to rows")
	}
}

func TestFiles(t *testing.T) {
	t.Parallel()
	h := newHandler(newSource())
	for name, kind := range map[string]string{
		"report.ja.txt": "text/plain; charset=utf-8", "report.en.html": "text/html; charset=utf-8", "report.ja.pdf": "application/pdf",
		"figures.json": "application/json", "chart-2.ja.svg": "image/svg+xml", "types.csv": "text/csv; charset=utf-8"} {
		w := get(t, h, "/files/"+name+"?period=2008Q2")
		if w.Code != 200 || w.Header().Get("Content-Type") != kind || w.Body.Len() == 0 {
			t.Errorf("%s: %d, %q, %d bytes", name, w.Code, w.Header().Get("Content-Type"), w.Body.Len())
		}
		if want := `attachment; filename=2008Q2-` + name; w.Header().Get("Content-Disposition") != want {
			t.Errorf("%s: disposition %q, want %q", name, w.Header().Get("Content-Disposition"), want)
		}
	}
	if w := get(t, h, "/files/..%2fsecret"); w.Code != 404 {
		t.Errorf("a file that is none: status %d", w.Code)
	}
}

func TestLanguageOfTheBrowser(t *testing.T) {
	t.Parallel()
	h := newHandler(newSource())
	for accept, want := range map[string]string{"en-GB,en;q=0.9,ja;q=0.5": "en", "ja-JP": "ja", "fr,en": "en", "": "ja", "fr": "ja"} {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("Accept-Language", accept)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if !strings.Contains(w.Body.String(), `<html lang="`+want+`">`) {
			t.Errorf("Accept-Language %q: not in %s", accept, want)
		}
	}
}

func TestOnlyReading(t *testing.T) {
	t.Parallel()
	w := httptest.NewRecorder()
	newHandler(newSource()).ServeHTTP(w, httptest.NewRequest("POST", "/rows?figure=reports", nil))
	if w.Code != 404 && w.Code != 405 {
		t.Errorf("POST: status %d", w.Code)
	}
}

// TestStyleSheet follows the link of a page to its style sheet.
func TestStyleSheet(t *testing.T) {
	t.Parallel()
	h := newHandler(newSource())
	m := regexp.MustCompile(`rel="stylesheet" href="([^"]+)"`).FindStringSubmatch(get(t, h, "/").Body.String())
	if m == nil {
		t.Fatal("the page has no style sheet")
	}
	w := get(t, h, m[1])
	if w.Code != 200 || w.Header().Get("Content-Type") != "text/css; charset=utf-8" || !strings.Contains(w.Body.String(), "prefers-color-scheme: dark") {
		t.Errorf("style sheet: %d %q", w.Code, w.Header().Get("Content-Type"))
	}
}
