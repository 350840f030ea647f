package publish_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/japanese"

	"todoke/internal/count"
	"todoke/internal/publish"
	"todoke/internal/publish/document"
	"todoke/internal/publish/history"
	"todoke/internal/publish/linebreak"
	"todoke/internal/publish/publishtest"
)

var out = flag.String("out", "", "write the editions of the tests into this folder, to be looked at")

func TestWriteLeavesAllFiles(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "a", "b")
	paths, err := publish.Write(dir, publishtest.Edition(), keep)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"figures.json"}
	for _, lang := range []string{"ja", "en"} {
		for _, name := range []string{"report.%s.html", "report.%s.txt", "report.%s.pdf", "chart-1.%s.svg", "chart-2.%s.svg", "chart-3.%s.svg"} {
			want = append(want, fmt.Sprintf(name, lang))
		}
	}
	for _, table := range []string{"counters", "months", "types", "reporter-tlds", "scan-ports", "phishing-brands", "intrusion-ways",
		"intrusion-aftermath", "not-counted", "identities", "chart-1", "chart-2", "chart-3"} {
		want = append(want, table+".csv")
	}
	slices.Sort(want)
	if diff := cmp.Diff(want, namesIn(t, dir)); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
	for _, path := range paths {
		if info, err := os.Stat(path); err != nil || info.Size() == 0 {
			t.Errorf("%s: %v or empty", path, err)
		}
	}
}

// TestWriteEveryVariant writes each variant, one over the other, as a second edition into the folder of the first.
func TestWriteEveryVariant(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, e := range variants() {
		folder := dir
		if *out != "" {
			folder = filepath.Join(*out, name)
		}
		if _, err := publish.Write(folder, e, keep); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// keep is a store that keeps every edition.
func keep() error { return nil }

// TestNoReportWithoutItsEdition lets the store refuse an edition: the folder must stay as it was.
func TestNoReportWithoutItsEdition(t *testing.T) {
	t.Parallel()
	dir, full := t.TempDir(), errors.New("the disk is full")
	if _, err := publish.Write(dir, publishtest.Edition(), func() error { return full }); !errors.Is(err, full) {
		t.Errorf("error %v, want the store's", err)
	}
	if names := namesIn(t, dir); len(names) > 0 {
		t.Errorf("files without an edition: %q", names)
	}
}

// TestThawedIsTheSameReport freezes an edition and writes the report of what is read back: byte for byte the same.
func TestThawedIsTheSameReport(t *testing.T) {
	t.Parallel()
	for name, e := range variants() {
		figures, beside, err := e.Freeze()
		if err != nil {
			t.Fatal(err)
		}
		back, err := publish.Thaw(figures, beside, e.Published)
		if err != nil {
			t.Fatal(err)
		}
		for _, lang := range publish.Languages {
			if diff := cmp.Diff(publish.Compose(e, lang), publish.Compose(back, lang)); diff != "" {
				t.Errorf("%s in %s (-published +thawed):\n%.2000s", name, lang, diff)
			}
		}
	}
}

// TestErratum corrects the quarter by one late mail and one join: the report says since when, what changed and why, before all
// else and in both languages, and the table names each thing.
func TestErratum(t *testing.T) {
	t.Parallel()
	e := corrected()
	for lang, signs := range map[string][]string{
		"ja": {"正誤", "2008年7月8日", "届出", "ほかのものと一つにまとめた"},
		"en": {"Erratum", "8 July 2008", "Reports", "made a part of another"},
	} {
		var b bytes.Buffer
		if err := publish.Text(&b, e, lang); err != nil {
			t.Fatal(err)
		}
		text := strings.Join(strings.Fields(b.String()), " ")
		before, _, _ := strings.Cut(text, map[string]string{"ja": "概況", "en": "Overview"}[lang])
		for _, sign := range signs {
			if !strings.Contains(strings.ReplaceAll(before, " ", ""), strings.ReplaceAll(sign, " ", "")) {
				t.Errorf("%s: %q does not stand before the overview:\n%s", lang, sign, before)
			}
		}
	}
	for _, table := range publish.CSVs(e) {
		if table.Name != "erratum" {
			continue
		}
		want := "counter,change,identifier,cause,detail\r\nmessages,added,0123456789abcdef,imported-later,\r\nreports,removed,TDK-2008-000002,joined,\"TDK-2008-000001, operation 1\"\r\n"
		if diff := cmp.Diff(want, string(table.Bytes())); diff != "" {
			t.Errorf("erratum.csv (-want +got):\n%s", diff)
		}
		return
	}
	t.Error("there is no erratum.csv")
}

// corrected is the quarter with an erratum.
func corrected() publish.Edition {
	e := publishtest.Edition()
	then := e.Figures
	e.Figures.Counters.Messages++
	e.Figures.Counters.Reports--
	e.Erratum = &publish.Erratum{Since: e.Published, Numbers: publish.Changed(then, e.Figures), Changes: []publish.Change{
		{Counter: "messages", Added: true, Identifier: "0123456789abcdef", Cause: "imported-later"},
		{Counter: "reports", Identifier: "TDK-2008-000002", Cause: "joined", Detail: "TDK-2008-000001, operation 1"},
	}}
	return e
}

func namesIn(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	return names
}

// TestRefusedLeavesTheOld refuses broken figures over an older edition: everything stays as it was.
func TestRefusedLeavesTheOld(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "report.ja.html"), []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	blocked := publishtest.Edition()
	blocked.Figures.Identities[0].Holds = false
	if _, err := publish.Write(dir, blocked, keep); err == nil {
		t.Fatal("broken figures were written")
	}
	if diff := cmp.Diff([]string{"report.ja.html"}, namesIn(t, dir)); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
	if got, _ := os.ReadFile(filepath.Join(dir, "report.ja.html")); string(got) != "old" {
		t.Errorf("the old report is now %q", got)
	}
}

func TestFolderThatIsAFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := publish.Write(path, publishtest.Edition(), keep)
	if err == nil || !strings.Contains(err.Error(), path) || strings.Contains(err.Error(), "\n") {
		t.Errorf("error %v, want one line that names %s", err, path)
	}
}

func TestBrokenFiguresAreRefused(t *testing.T) {
	t.Parallel()
	e := publishtest.Edition()
	e.Figures.Identities[1] = count.Identity{Name: "ports", Left: 349, Right: 350}
	var b bytes.Buffer
	for name, err := range map[string]error{"HTML": publish.HTML(&b, e, "ja"), "Text": publish.Text(&b, e, "en"), "JSON": publish.JSON(&b, e)} {
		if !errors.Is(err, publish.ErrBroken) || !strings.HasSuffix(err.Error(), "ports: 349 in the tables, 350 in the rows, remainder -1") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if b.Len() > 0 {
		t.Errorf("%d bytes were written", b.Len())
	}
}

// variants are editions of every shape that a period can have.
func variants() map[string]publish.Edition {
	edit := func(change func(e *publish.Edition)) publish.Edition {
		e := publishtest.Edition()
		change(&e)
		return e
	}
	hostile := `</script><b a="x">=1+1` + "\x00\x1b\u202e🐡ｱﾎﾟ" + strings.Repeat("長い名前", 40)
	return map[string]publish.Edition{
		"quarter": publishtest.Edition(),
		"erratum": corrected(),
		"empty": edit(func(e *publish.Edition) {
			e.Figures = count.Figures{Period: e.Figures.Period, Scheme: "jpcert-2008"}
		}),
		"no history": edit(func(e *publish.Edition) { e.History = history.Series{} }),
		"running":    edit(func(e *publish.Edition) { e.Published = time.Date(2008, 6, 12, 0, 0, 0, 0, time.UTC) }),
		"days": edit(func(e *publish.Edition) {
			e.Figures.Period = count.PeriodInfo{Name: "2008-04-10..2008-06-30", From: "2008-04-10", To: "2008-06-30", Zone: "Asia/Tokyo"}
		}),
		"days without figures": edit(func(e *publish.Edition) {
			e.Figures = count.Figures{Period: count.PeriodInfo{Name: "2008-04-10..2008-04-11", From: "2008-04-10", To: "2008-04-11", Zone: "Nowhere"}, Scheme: "rsit-1003"}
		}),
		"month": edit(func(e *publish.Edition) {
			e.Figures.Period = count.PeriodInfo{Name: "2008-06", From: "2008-06-01", To: "2008-06-30", Zone: "Asia/Tokyo"}
			e.Figures.Months = e.Figures.Months[2:]
		}),
		"year": edit(func(e *publish.Edition) {
			e.Figures.Period = count.PeriodInfo{Name: "2008", From: "2008-01-01", To: "2008-12-31", Zone: "Asia/Tokyo"}
		}),
		"jpcert-2010": edit(func(e *publish.Edition) {
			incidents, requests := 700, 400
			e.Figures.Scheme, e.Figures.Rulebook.Name = "jpcert-2010", "incident-2010"
			e.Figures.Counters.Incidents, e.Figures.Counters.Requests = &incidents, &requests
			e.Figures.Types = []count.TypeRow{{Type: "scan", Addresses: 350}, {Type: "other", Addresses: 246}, {Type: "phishing", Addresses: 138}, {Type: "defacement"}, {Type: "dos"}, {Type: "ics"}, {Type: "malware"}, {Type: "targeted"}}
		}),
		"hostile": edit(func(e *publish.Edition) {
			e.Figures.Types[4].Type = hostile
			e.Figures.ReporterTLDs[0].TLD = hostile
			e.Figures.ScanPorts[0].Service = hostile
			e.Figures.PhishingBrands[0].Origin = hostile
			e.Figures.Intrusion.Ways[0].Way = hostile
			e.Figures.NotCounted[hostile] = 3
			e.Desk = publish.Desk{NameJA: hostile, NameEN: hostile}
		}),
	}
}

// each runs the check on every variant in both languages.
func each(t *testing.T, check func(t *testing.T, e publish.Edition, lang string)) {
	for name, e := range variants() {
		for _, lang := range publish.Languages {
			t.Run(name+"/"+lang, func(t *testing.T) {
				t.Parallel()
				check(t, e, lang)
			})
		}
	}
}

// TestFiguresAreTheirNumbers asks of every number with a key that it is the number behind the key, and of every table that its
// rows are as wide as its head and add up to its last row.
func TestFiguresAreTheirNumbers(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, e publish.Edition, lang string) {
		checkRun := func(r document.Run) {
			if r.Figure == "" {
				return
			}
			n, ok := publish.Number(e.Figures, r.Figure)
			if got := strings.TrimSuffix(r.Text, "通"); !ok || got != fmt.Sprint(n) {
				t.Errorf("%q is shown for %s, whose number is %d (%v)", r.Text, r.Figure, n, ok)
			}
			if name := publish.FigureName(lang, r.Figure); name == "" {
				t.Errorf("%s has no name", r.Figure)
			}
		}
		for _, block := range publish.Compose(e, lang).Blocks {
			switch b := block.(type) {
			case document.Paragraph:
				for _, r := range b.Runs {
					checkRun(r)
				}
			case document.Table:
				checkTable(t, b, checkRun)
			}
		}
	})
}

func checkTable(t *testing.T, table document.Table, checkRun func(document.Run)) {
	numbers := slices.IndexFunc(table.Columns, func(c document.Column) bool { return c.Numbers })
	sum := 0
	for i, row := range table.Rows {
		if len(row) != len(table.Columns) {
			t.Fatalf("%s: row %d has %d cells", table.ID, i, len(row))
		}
		for _, cell := range row {
			checkRun(cell)
		}
		n := 0
		fmt.Sscan(strings.ReplaceAll(row[numbers].Text, ",", ""), &n)
		if table.Sum && i == len(table.Rows)-1 && n != sum {
			t.Errorf("%s: rows add up to %d, the last row says %d", table.ID, sum, n)
		}
		sum += n
	}
	if table.Unit == "" {
		t.Errorf("%s has no unit", table.ID)
	}
}

// TestTextIsMailable asks of the text that each line fits 72 columns and that ISO-2022-JP carries it there and back.
func TestTextIsMailable(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, e publish.Edition, lang string) {
		var b bytes.Buffer
		if err := publish.Text(&b, e, lang); err != nil {
			t.Fatal(err)
		}
		text := b.String()
		for i, line := range strings.Split(text, "\n") {
			if n := linebreak.Columns(line); n > 72 {
				t.Errorf("line %d has %d columns: %s", i+1, n, line)
			}
		}
		if strings.ContainsAny(text, "\x00\x1b\t\r") {
			t.Error("has control characters")
		}
		encoded, err := japanese.ISO2022JP.NewEncoder().String(text)
		if err != nil {
			t.Fatalf("cannot be encoded: %v", err)
		}
		back, err := japanese.ISO2022JP.NewDecoder().String(encoded)
		if diff := cmp.Diff(text, back); diff != "" || err != nil {
			t.Errorf("does not come back from ISO-2022-JP: %v\n%s", err, diff)
		}
	})
}

var (
	ids   = regexp.MustCompile(` id="([^"]*)"`)
	refs  = regexp.MustCompile(` href="#([^"]*)"`)
	style = regexp.MustCompile(`(?s)<style>(.*?)</style>`)
)

// TestHTMLStandsAlone asks of the page that it is well-formed, loads nothing, runs nothing, names its one style sheet by its
// hash, has each id once, and leads only to places of its own.
func TestHTMLStandsAlone(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, e publish.Edition, lang string) {
		var b bytes.Buffer
		if err := publish.HTML(&b, e, lang); err != nil {
			t.Fatal(err)
		}
		page := b.String()
		checkWellFormed(t, page)
		sheets := style.FindAllStringSubmatch(page, -1)
		if len(sheets) != 1 {
			t.Fatalf("%d style sheets", len(sheets))
		}
		sum := sha256.Sum256([]byte(sheets[0][1]))
		policy := `content="default-src &#39;none&#39;; style-src &#39;sha256-` +
			strings.ReplaceAll(base64.StdEncoding.EncodeToString(sum[:]), "+", "&#43;") + `&#39;; base-uri &#39;none&#39;; form-action &#39;none&#39;"`
		if !strings.Contains(page, policy) {
			t.Errorf("the policy is not %s", policy)
		}
		outside := strings.ReplaceAll(page, "http://www.w3.org/2000/svg", "")
		for _, forbidden := range []string{"<script", "</script", "<b ", " style=", "http://", "https://", "src=", "\x00", "\x1b"} {
			if strings.Contains(outside, forbidden) {
				t.Errorf("has %q", forbidden)
			}
		}
		places := map[string]bool{}
		for _, id := range ids.FindAllStringSubmatch(page, -1) {
			if places[id[1]] {
				t.Errorf("id %s twice", id[1])
			}
			places[id[1]] = true
		}
		for _, ref := range refs.FindAllStringSubmatch(page, -1) {
			if !places[ref[1]] {
				t.Errorf("leads to #%s, which is not there", ref[1])
			}
		}
	})
}

func checkWellFormed(t *testing.T, page string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(page))
	d.Entity = xml.HTMLEntity
	for {
		if _, err := d.Token(); err == io.EOF {
			return
		} else if err != nil {
			t.Fatalf("not well-formed: %v", err)
		}
	}
}

func TestCharts(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, e publish.Edition, lang string) {
		charts := publish.Charts(e, lang)
		if len(charts) != 3 {
			t.Fatalf("%d charts", len(charts))
		}
		for i, c := range charts {
			if c.Number != i+1 {
				t.Errorf("chart %d has the number %d", i+1, c.Number)
			}
			for _, s := range c.Chart.Series {
				if len(s.Values) != len(c.Chart.Columns) {
					t.Errorf("chart %d: %s has %d values for %d columns", i+1, s.Name, len(s.Values), len(c.Chart.Columns))
				}
			}
		}
	})
}

// TestChartsOfTheSeed has the ends of the three figures, from the design's sums and the history.
func TestChartsOfTheSeed(t *testing.T) {
	t.Parallel()
	got := map[string]string{}
	for _, c := range publish.Charts(publishtest.Edition(), "en") {
		columns := c.Chart.Columns
		got[fmt.Sprint(c.Number, " columns")] = fmt.Sprint(len(columns), " ", columns[0], " ", columns[len(columns)-1])
		for _, s := range c.Chart.Series {
			first, last := s.Values[0], s.Values[len(s.Values)-1]
			got[fmt.Sprint(c.Number, " ", s.Name)] = fmt.Sprintf("%d%v %d%v", first.N, first.Known, last.N, last.Known)
		}
	}
	want := map[string]string{
		"1 columns": "24 2006-07 2008-06", "2 columns": "24 2006-07 2008-06", "3 columns": "8 2006Q3 2008Q2",
		"1 reports": "265true 189true", "1 notices": "82true 169true",
		"1 messages": "0false 256true", "1 addresses": "0false 276true", "1 inquiries": "0false 6true",
		"2 scan": "68true 122true", "2 phishing": "57true 55true", "2 intrusion": "0true 6true", "2 forged + other": "143true 93true",
		"3 Overseas brands": "0false 122true", "3 Domestic brands": "0false 7true", "3 Brand not told": "0false 9true",
		"3 not broken down": "159true 0false", // 57 + 47 + 55 in a quarter whose brands nobody told apart
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("charts (-want +got):\n%s", diff)
	}
}

// TestRequestsAreComparedFrom2010 publishes under the rulebook of that year, whose counters the history has since April 2010.
func TestRequestsAreComparedFrom2010(t *testing.T) {
	t.Parallel()
	e := variants()["jpcert-2010"]
	e.Figures.Period = count.PeriodInfo{Name: "2010Q3", From: "2010-07-01", To: "2010-09-30", Zone: "Asia/Tokyo"}
	e.Figures.Months = nil
	e.Published = time.Date(2010, 10, 8, 0, 0, 0, 0, time.UTC)
	var b bytes.Buffer
	if err := publish.Text(&b, e, "en"); err != nil {
		t.Fatal(err)
	}
	text := strings.Join(strings.Fields(b.String()), " ")
	for _, want := range []string{
		"There were 768 messages, 2,345 (75.3%) fewer than in April to June 2010 (3,113). No comparison: no figures for July to September 2009.",
		"There were 400 requests to act, 447 (52.8%) fewer than in April to June 2010 (847).", // 250 + 191 + 406
	} {
		if !strings.Contains(text, want) {
			t.Errorf("does not say %q", want)
		}
	}
}

// TestNothingIsCompared asks that a period which is not over, or not made of whole months, is set against nothing.
func TestNothingIsCompared(t *testing.T) {
	t.Parallel()
	for name, sign := range map[string]string{"running": "The period is not over", "days": "The period does not consist of whole months"} {
		var b bytes.Buffer
		if err := publish.Text(&b, variants()[name], "en"); err != nil {
			t.Fatal(err)
		}
		for _, word := range []string{" more than in", " fewer than in", "highest", "lowest"} {
			if strings.Contains(b.String(), word) {
				t.Errorf("%s: compares (%q)", name, word)
			}
		}
		if !strings.Contains(strings.ReplaceAll(b.String(), "\n", " "), sign) {
			t.Errorf("%s: does not say %q", name, sign)
		}
	}
}

// TestMonthsToCome asks that a month which has not begun is drawn as one without figures.
func TestMonthsToCome(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		why       string
		published time.Time
		gaps      int
	}{
		{"published after the quarter", time.Date(2008, 7, 8, 0, 0, 0, 0, time.UTC), 0},
		{"counted in its last month", time.Date(2008, 6, 12, 0, 0, 0, 0, time.UTC), 0},
		{"counted an hour into May, Tokyo time", time.Date(2008, 4, 30, 16, 0, 0, 0, time.UTC), 1},
		{"counted an hour before", time.Date(2008, 4, 30, 14, 0, 0, 0, time.UTC), 2},
	} {
		e := publishtest.Edition()
		e.Published = test.published
		gaps := 0
		for _, value := range publish.Charts(e, "en")[0].Chart.Series[0].Values[21:] {
			if !value.Known {
				gaps++
			}
		}
		if gaps != test.gaps {
			t.Errorf("%s: %d months of the quarter are gaps, want %d", test.why, gaps, test.gaps)
		}
	}
}

func TestJSONIsTheFigures(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	e := publishtest.Edition()
	if err := publish.JSON(&b, e); err != nil {
		t.Fatal(err)
	}
	var got count.Figures
	if err := json.Unmarshal(b.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(e.Figures, got); diff != "" {
		t.Errorf("figures (-want +got):\n%s", diff)
	}
}

func TestCSVs(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, e publish.Edition, _ string) {
		for _, table := range publish.CSVs(e) {
			rows, err := csv.NewReader(bytes.NewReader(table.Bytes())).ReadAll()
			if err != nil {
				t.Fatalf("%s: %v", table.Name, err)
			}
			for _, row := range rows {
				for _, cell := range row {
					if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
						t.Errorf("%s: the cell %q may be taken for a formula", table.Name, cell)
					}
				}
			}
		}
	})
	got := string(publish.CSVs(publishtest.Edition())[2].Bytes())
	want := "type,count,unit\r\nscan,350,addresses\r\nother,221,addresses\r\nphishing,138,addresses\r\nintrusion,18,addresses\r\nforged,7,addresses\r\n"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("types.csv (-want +got):\n%s", diff)
	}
}

func TestSafeCells(t *testing.T) {
	t.Parallel()
	got := publish.SafeCells([]string{"=1+1", "+81", "-5", "-", "-1+cmd", "@x", "\tx", "a=b", "", "10"})
	want := []string{"'=1+1", "+81", "-5", "'-", "'-1+cmd", "'@x", "'\tx", "a=b", "", "10"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("cells (-want +got):\n%s", diff)
	}
}

func TestNumber(t *testing.T) {
	t.Parallel()
	f := publishtest.Quarter()
	const none = -1
	for key, want := range map[string]int{"messages": 768, "reports": 584, "addresses": 734, "notices": 465, "inquiries": 19,
		"type:scan": 350, "port:22": 114, "port:tcp/22": 114, "port:udp/22": none, "brand:unknown": 9, "tld:jp": 169, "tld:": 57,
		"not-counted:spam": 20, "type:": none, "nothing": none, "": none, "type:scan:x": none} {
		n, ok := publish.Number(f, key)
		if !ok {
			n = none
		}
		if n != want {
			t.Errorf("%q: %d, want %d", key, n, want)
		}
	}
}
