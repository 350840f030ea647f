package pdf

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/signintech/gopdf"

	"todoke/internal/publish/chart"
	"todoke/internal/publish/document"
)

// hard is a document with all that is hard to set: a table over several pages, cells and words that are too wide, long
// paragraphs, headings before tables and at the foot of a page, a chart.
func hard() document.Document {
	table := document.Table{ID: "t", Caption: "長い表", Unit: "件", Sum: true,
		Columns: []document.Column{{Head: "名前"}, {Head: "説明"}, {Head: "数", Numbers: true}}}
	for i := range 90 {
		table.Rows = append(table.Rows, []document.Run{{Text: fmt.Sprintf("行%d", i)}, {Text: strings.Repeat("とても長い説明、", i%12)}, {Text: fmt.Sprint(i), Mark: "*2"}})
	}
	c := chart.Chart{Kind: chart.Stack, Title: "図", Unit: "件", Columns: []string{"a"}, Ticks: []chart.Tick{{Label: "a"}},
		Series: []chart.Series{{Name: "x", Values: []chart.Value{{N: 3, Known: true}}}}}
	d := document.Document{Lang: "ja", Title: strings.Repeat("長い題名", 12), Period: "2008年4月", Desk: strings.Repeat("窓口の長い名前", 12), Date: "2008年7月8日"}
	for i := range 6 {
		d.Blocks = append(d.Blocks,
			document.Heading{Level: 2, ID: fmt.Sprint("h", i), Text: fmt.Sprintf("第%d節", i)},
			document.Text("ja", strings.Repeat("届出の数を示します。", 10+40*i)),
			document.Note{Mark: "*2", Text: strings.Repeat("脚注です。", 30)},
			document.Chart{Number: i, Chart: c, Notes: []string{"注"}})
	}
	d.Blocks = append(d.Blocks, document.Heading{Level: 3, ID: "t", Text: "表"}, table,
		document.Text("ja", strings.Repeat("x", 500)))
	return d
}

func set(t *testing.T, d document.Document) *setter {
	t.Helper()
	file := &gopdf.GoPdf{}
	file.Start(gopdf.Config{PageSize: gopdf.Rect{W: pageWidth, H: pageHeight}})
	if err := file.AddTTFFontData(family, Fallback().Data); err != nil {
		t.Fatal(err)
	}
	s := &setter{lang: d.Lang, measure: measurer(file)}
	s.document(d, Fallback())
	return s
}

// TestNothingLeavesThePageOrOverlaps measures every word on every page.
func TestNothingLeavesThePageOrOverlaps(t *testing.T) {
	t.Parallel()
	s := set(t, hard())
	if len(s.pages) < 6 {
		t.Fatalf("only %d pages: the document is not hard", len(s.pages))
	}
	type box struct {
		left, right, top, bottom float64
		text                     string
	}
	for number, p := range s.pages {
		var boxes []box
		for _, shape := range p.shapes {
			words, ok := shape.(chart.Words)
			if !ok || words.Text == "" {
				continue
			}
			width := s.measure(words.Text, words.Size)
			left := words.X
			switch words.Anchor {
			case chart.Middle:
				left -= width / 2
			case chart.End:
				left -= width
			}
			b := box{left, left + width, words.Y - 0.8*words.Size, words.Y + 0.1*words.Size, words.Text}
			if b.left < margin-0.1 || b.right > pageWidth-margin+0.1 || b.top < margin-1 || b.bottom > pageHeight-30 {
				t.Errorf("page %d: %q leaves the page: %+v", number+1, words.Text, b)
			}
			for _, o := range boxes {
				if b.left < o.right-0.1 && o.left < b.right-0.1 && b.top < o.bottom-0.1 && o.top < b.bottom-0.1 {
					t.Errorf("page %d: %q overlaps %q", number+1, b.text, o.text)
				}
			}
			boxes = append(boxes, b)
		}
	}
}

func TestEveryPageOfATableHasItsHead(t *testing.T) {
	t.Parallel()
	row := regexp.MustCompile(`^行\d+$`)
	for number, p := range set(t, hard()).pages {
		rows, heads := 0, 0
		for _, shape := range p.shapes {
			if words, ok := shape.(chart.Words); ok {
				if row.MatchString(words.Text) {
					rows++
				}
				if words.Text == "名前" {
					heads++
				}
			}
		}
		if rows > 0 && heads != 1 {
			t.Errorf("page %d has %d rows and %d heads", number+1, rows, heads)
		}
	}
}

// TestHeadingsKeepWithText asks that no heading is the last thing on its page.
func TestHeadingsKeepWithText(t *testing.T) {
	t.Parallel()
	for number, p := range set(t, hard()).pages {
		for _, b := range p.bookmarks {
			below := 0
			for _, shape := range p.shapes {
				if words, ok := shape.(chart.Words); ok && words.Y > b.y+30 && words.Y < textBottom {
					below++
				}
			}
			if below == 0 {
				t.Errorf("%q stands alone at the foot of page %d", b.title, number+1)
			}
		}
	}
}

func TestFile(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	d := hard()
	if err := Write(&b, d, Fallback(), time.Date(2008, 7, 8, 0, 0, 0, 0, time.UTC)); err != nil {
		t.Fatal(err)
	}
	file := b.String()
	if !strings.HasPrefix(file, "%PDF-1.") || !strings.HasSuffix(file, "%%EOF\n") {
		t.Error("is no PDF")
	}
	pages := len(set(t, d).pages)
	if n := strings.Count(file, "/Type /Page\n"); n != pages {
		t.Errorf("%d pages, want %d", n, pages)
	}
	if n := strings.Count(file, "/Title <FEFF"); n != 1+len(set(t, d).pages[0].bookmarks)+bookmarksAfterFirst(set(t, d)) {
		t.Errorf("%d titles of file and bookmarks", n)
	}
	if b.Len() > len(Fallback().Data)/2 {
		t.Errorf("%d bytes: the font is not cut to what is used", b.Len())
	}
}

func bookmarksAfterFirst(s *setter) int {
	n := 0
	for _, p := range s.pages[1:] {
		n += len(p.bookmarks)
	}
	return n
}

// TestUnknownGlyph sets a character that no font has: it must not stop the report.
func TestUnknownGlyph(t *testing.T) {
	t.Parallel()
	d := document.Document{Lang: "en", Title: "x", Blocks: []document.Block{document.Text("en", "\U0010FFFD \x00 🐡 ok")}}
	var b bytes.Buffer
	if err := Write(&b, d, Fallback(), time.Time{}); err != nil {
		t.Error(err)
	}
}

func TestBadFont(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	err := Write(&b, hard(), Font{Name: "broken.ttf", Data: []byte("no font")}, time.Time{})
	if err == nil || !strings.Contains(err.Error(), "broken.ttf") {
		t.Errorf("error %v, want one that names the font", err)
	}
}
