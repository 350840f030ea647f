package app

import (
	"context"
	"encoding/csv"
	"html"
	"io"
	"log/slog"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"todoke/internal/config"
	"todoke/internal/site"
	"todoke/internal/store"
)

// TestFiguresOpenTheirRows follows each figure of the demo's front page to its rows: there must be as many as the number says,
// on the page and in its CSV, and the first row must lead to a mail.
func TestFiguresOpenTheirRows(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	c := config.Default()
	s, err := store.Open(t.Context(), "sqlite:"+filepath.Join(dir, "todoke.db"), store.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	e := &env{Streams: Streams{Out: io.Discard, Err: io.Discard}, ctx: context.Background(), flags: &commands{}, now: time.Now}
	if err := e.demo(c, s, dir); err != nil {
		t.Fatal(err)
	}
	reader, err := newReader(c)
	if err != nil {
		t.Fatal(err)
	}
	handler := site.New(&pages{env: e, config: c, store: s, reader: reader, first: samplePeriod}, slog.New(slog.DiscardHandler), site.Zone(c.Location()))
	get := func(path string) string {
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, httptest.NewRequest("GET", path, nil))
		if answer.Code != 200 {
			t.Fatalf("%s: status %d", path, answer.Code)
		}
		return answer.Body.String()
	}
	links := regexp.MustCompile(`<a[^>]*href="(/rows\?[^"]+)"[^>]*>([0-9,]+)</a>`).FindAllStringSubmatch(get("/"), -1)
	if len(links) < 30 {
		t.Fatalf("the front page has only %d figures with rows", len(links))
	}
	for _, link := range links {
		path, number := html.UnescapeString(link[1]), strings.ReplaceAll(link[2], ",", "")
		want, err := strconv.Atoi(number)
		if err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(get(strings.Replace(path, "/rows?", "/rows.csv?", 1)), "\uFEFF"))).ReadAll()
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		if got := len(rows) - 1; got != want {
			t.Errorf("%s: the figure is %d, its list has %d rows", path, want, got)
		}
		page := get(path)
		message := regexp.MustCompile(`href="(/message/[^"]+)"`).FindStringSubmatch(page)
		if want > 0 && message == nil {
			t.Errorf("%s: no row leads to a mail", path)
		} else if want > 0 {
			get(html.UnescapeString(message[1]))
		}
	}
	if _, err := s.Join(t.Context(), "TDK-2008-000002", "TDK-2008-000001", store.Decider{Who: "hanako", Why: "one site", At: time.Now()}); err != nil {
		t.Fatal(err)
	}
	checkPublishedStays(t, get)
}

// checkPublishedStays looks at the pages after two reports were joined: the published number stays, the page says that another
// is counted now and shows that where asked, and the list says that the published number was another.
func checkPublishedStays(t *testing.T, get func(path string) string) {
	t.Helper()
	for path, signs := range map[string][]string{
		"/?lang=en":                    {">584</a>", "As published", "counting now gives other numbers"},
		"/?lang=en&now=1":              {">583</a>", "Preliminary", "See the published edition"},
		"/?lang=en&period=2008-05":     {"Preliminary"},
		"/rows?lang=en&figure=reports": {"Rows behind this number: 583", "The published edition has 584;"},
	} {
		page := get(path)
		for _, sign := range signs {
			if !strings.Contains(page, sign) {
				t.Errorf("%s lacks %q", path, sign)
			}
		}
	}
	if strings.Contains(get("/rows?lang=en&figure=addresses"), "The published edition has") {
		t.Error("a number that has not changed is said to have")
	}
}
