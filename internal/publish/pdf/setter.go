package pdf

import (
	"fmt"
	"strings"

	"todoke/internal/publish/chart"
	"todoke/internal/publish/document"
	"todoke/internal/publish/linebreak"
)

// Sizes of text in points, and the height of a line as a multiple of its size.
const (
	bodySize  = 10
	smallSize = 8.5
	leading   = 1.65
)

// setter lays blocks out on pages. y is the upper edge of what comes next on the last page.
type setter struct {
	lang    string
	measure func(text string, size float64) float64
	pages   []page
	y       float64
}

func (s *setter) document(d document.Document, font Font) {
	s.newPage()
	s.head(d)
	for i, block := range d.Blocks {
		switch b := block.(type) {
		case document.Heading:
			s.heading(b, d.Blocks[i+1:])
		case document.Paragraph:
			s.paragraph(b.Plain(), bodySize, chart.Ink, "")
		case document.Note:
			s.paragraph(b.Text, smallSize, chart.Muted, b.Mark+"  ")
		case document.Table:
			s.table(b)
		case document.Chart:
			s.chart(b)
		}
	}
	if font.Incomplete {
		s.paragraph(s.say("このPDFは予備の書体で組んだため、まれな漢字が「?」になることがあります。", "This PDF was set in a built-in font; rare kanji may appear as \"?\"."), smallSize, chart.Muted, "")
	}
	s.numberPages(d)
}

func (s *setter) say(ja, en string) string {
	if s.lang == "ja" {
		return ja
	}
	return en
}

func (s *setter) newPage() {
	s.pages = append(s.pages, page{})
	s.y = margin
}

func (s *setter) page() *page { return &s.pages[len(s.pages)-1] }

func (s *setter) draw(shapes ...chart.Shape) { s.page().shapes = append(s.page().shapes, shapes...) }

// need begins a new page where less than height is left on this one.
func (s *setter) need(height float64) {
	if s.y+height > textBottom && s.y > margin {
		s.newPage()
	}
}

// line draws one line of text with its upper edge at y and returns the edge below it.
func (s *setter) line(x, y float64, text string, size float64, anchor chart.Anchor, paint chart.Paint) float64 {
	s.draw(chart.Words{X: x, Y: y + size*(leading+0.7)/2, Size: size, Text: text, Anchor: anchor, Fill: paint})
	return y + size*leading
}

func (s *setter) lines(text string, size, width float64) []string {
	return linebreak.Lines(text, width, func(t string) float64 { return s.measure(t, size) })
}

func (s *setter) head(d document.Document) {
	for _, line := range s.lines(d.Desk, bodySize, textWidth) {
		s.y = s.line(margin, s.y, line, bodySize, chart.Start, chart.Muted)
	}
	for _, line := range s.lines(d.Title, 20, textWidth) {
		s.y = s.line(margin, s.y, line, 20, chart.Start, chart.Ink)
	}
	s.y = s.line(margin, s.y, d.Period, 12, chart.Start, chart.Ink)
	s.y = s.line(margin, s.y, d.Date, bodySize, chart.Start, chart.Muted) + 4
	s.rule(s.y, chart.Ink, 1)
	s.y += 8
	s.page().bookmarks = append(s.page().bookmarks, bookmark{d.Title, margin})
}

func (s *setter) rule(y float64, paint chart.Paint, pen float64) {
	s.draw(chart.Polyline{Points: []chart.Point{{X: margin, Y: y}, {X: margin + textWidth, Y: y}}, Stroke: paint, Pen: pen})
}

// heading keeps with at least the beginning of what follows it.
func (s *setter) heading(h document.Heading, after []document.Block) {
	size, space := 15.0, 20.0
	if h.Level == 3 {
		size, space = 11.5, 12
	}
	lines := s.lines(h.Text, size, textWidth)
	own := space + float64(len(lines))*size*leading
	s.need(own + s.follows(after))
	if s.y > margin {
		s.y += space
	}
	s.page().bookmarks = append(s.page().bookmarks, bookmark{h.Text, s.y})
	for _, line := range lines {
		s.y = s.line(margin, s.y, line, size, chart.Start, chart.Ink)
	}
	s.y += 2
}

// follows is the height that must fit under a heading: the paragraph after it, and the beginning of the table or the chart that
// it introduces.
func (s *setter) follows(after []document.Block) float64 {
	if len(after) == 0 {
		return 0
	}
	switch b := after[0].(type) {
	case document.Heading:
		return 30 + s.follows(after[1:])
	case document.Paragraph:
		own := min(float64(len(s.lines(b.Plain(), bodySize, textWidth)))*bodySize*leading+5, textBottom/4)
		if len(after) > 1 && introduced(after[1]) {
			own += s.follows(after[1:])
		}
		return own
	case document.Table:
		return min(s.layTable(b).height(), textBottom/3)
	case document.Chart:
		return s.chartHeight(b)
	}
	return 0
}

// introduced tells of blocks that stand with the paragraph before them.
func introduced(b document.Block) bool {
	switch b.(type) {
	case document.Table, document.Chart:
		return true
	}
	return false
}

// paragraph sets text over the whole width; a sign stands before its first line, and the lines below are indented by it.
func (s *setter) paragraph(text string, size float64, paint chart.Paint, sign string) {
	indent := s.measure(sign, size)
	lines := s.lines(text, size, textWidth-indent)
	s.need(min(2, float64(len(lines))) * size * leading)
	for i, line := range lines {
		s.need(size * leading)
		if i == 0 && sign != "" {
			s.line(margin, s.y, sign, size, chart.Start, paint)
		}
		s.y = s.line(margin+indent, s.y, line, size, chart.Start, paint)
	}
	s.y += 5
}

func (s *setter) chartCaption(c document.Chart) []string {
	return s.lines(fmt.Sprintf(s.say("図%d　%s", "Figure %d: %s"), c.Number, c.Chart.Title), bodySize, textWidth)
}

func (s *setter) chartHeight(c document.Chart) float64 {
	height := chart.Page.Height + float64(len(s.chartCaption(c)))*bodySize*leading + 18
	for _, note := range c.Notes {
		height += float64(len(s.lines(note, smallSize, textWidth)))*smallSize*leading + 5
	}
	return height
}

func (s *setter) chart(c document.Chart) {
	s.need(s.chartHeight(c))
	s.y += 6
	for _, line := range s.chartCaption(c) {
		s.y = s.line(margin, s.y, line, bodySize, chart.Start, chart.Ink)
	}
	s.y += 4
	for _, shape := range c.Chart.Layout(chart.Page).Shapes {
		s.draw(moved(shape, margin, s.y))
	}
	s.y += chart.Page.Height + 4
	for _, note := range c.Notes {
		s.paragraph(note, smallSize, chart.Muted, "")
	}
	s.y += 4
}

// moved returns the shape at another place.
func moved(shape chart.Shape, dx, dy float64) chart.Shape {
	shift := func(points []chart.Point) []chart.Point {
		var out []chart.Point
		for _, p := range points {
			out = append(out, chart.Point{X: p.X + dx, Y: p.Y + dy})
		}
		return out
	}
	switch v := shape.(type) {
	case chart.Rect:
		v.X, v.Y = v.X+dx, v.Y+dy
		return v
	case chart.Words:
		v.X, v.Y = v.X+dx, v.Y+dy
		return v
	case chart.Polyline:
		v.Points = shift(v.Points)
		return v
	case chart.Polygon:
		v.Points = shift(v.Points)
		return v
	}
	return shape
}

// numberPages writes the foot of each page, once their number is known.
func (s *setter) numberPages(d document.Document) {
	running := strings.TrimSpace(d.Desk + "  " + d.Period)
	for i := range s.pages {
		y := pageHeight - 40.0
		s.pages[i].shapes = append(s.pages[i].shapes,
			chart.Words{X: margin, Y: y, Size: 8, Text: s.lines(running, 8, textWidth-60)[0], Anchor: chart.Start, Fill: chart.Muted},
			chart.Words{X: margin + textWidth, Y: y, Size: 8, Text: fmt.Sprintf("%d / %d", i+1, len(s.pages)), Anchor: chart.End, Fill: chart.Muted})
	}
}
