package chart

import "strconv"

// Size is the surface of a chart: its width and height, and the size of its words.
type Size struct {
	Width, Height, Words float64
	Titled               bool // the title is drawn too, where no caption stands beside the chart
}

// The sizes in which charts are shown: alone or on a wide screen, on a telephone, and on a page of the PDF.
var (
	Wide   = Size{Width: 720, Height: 340, Words: 12}
	Narrow = Size{Width: 350, Height: 290, Words: 11}
	Alone  = Size{Width: 760, Height: 400, Words: 12, Titled: true}
	Page   = Size{Width: 483, Height: 232, Words: 8}
)

// plot is a chart on its surface while it is being laid out.
type plot struct {
	Chart
	size                     Size
	left, right, top, bottom float64 // edges of the ground on which values stand
	step, end                int     // of the vertical axis
	shapes                   []Shape
}

// Layout draws the chart on a surface of the given size.
func (c Chart) Layout(size Size) Drawing {
	p := &plot{Chart: c, size: size}
	p.step, p.end = roundTicks(c.top())
	p.place()
	p.drawMark()
	p.drawGrid()
	p.drawGaps()
	if c.Kind == Stack {
		p.drawBars()
	} else {
		p.drawLines()
	}
	p.drawAxis()
	return Drawing{Width: size.Width, Height: size.Height, Shapes: p.shapes}
}

func (p *plot) draw(s ...Shape) { p.shapes = append(p.shapes, s...) }

func (p *plot) words(x, y float64, text string, anchor Anchor, fill Paint) {
	p.draw(Words{X: x, Y: y, Size: p.size.Words, Text: text, Anchor: anchor, Fill: fill})
}

// place finds the edges of the ground, drawing the title and the legend above it on the way, since they decide its height.
func (p *plot) place() {
	em := p.size.Words
	y := em
	if p.size.Titled {
		p.draw(Words{X: 0.3 * em, Y: y + 0.7*em, Size: 1.25 * em, Text: p.Title, Anchor: Start, Fill: Ink, Bold: true})
		y += 2.3 * em
	}
	y = p.drawLegend(y)
	p.words(0.3*em, y+em, p.Unit, Start, Muted)
	p.left = wordsWidth(thousands(p.end), em) + 1.1*em
	p.right = p.size.Width - 0.8*em
	p.top = y + 1.9*em
	p.bottom = p.size.Height - 3.4*em
}

// drawLegend draws the names of the series from y downwards, breaking the line where it is full, and returns the y below.
func (p *plot) drawLegend(y float64) float64 {
	em := p.size.Words
	x := 0.3 * em
	entry := func(name string, swatch func(x, y float64)) {
		width := 2.3*em + wordsWidth(name, em) + 1.2*em
		if x > em && x+width > p.size.Width {
			x, y = 0.3*em, y+1.6*em
		}
		swatch(x, y)
		p.words(x+2.3*em, y+0.35*em, name, Start, Ink)
		x += width
	}
	for i, s := range p.Series {
		entry(s.Name, func(x, y float64) { p.drawSwatch(i, x, y) })
	}
	if p.anyGap() {
		entry(p.NoData, func(x, y float64) { p.draw(hatch(Rect{X: x, Y: y - 0.45*em, W: 1.8 * em, H: 0.9 * em})...) })
	}
	return y + 1.1*em
}

func (p *plot) anyGap() bool {
	for column := range p.Columns {
		if p.gap(column) {
			return true
		}
	}
	return false
}

func (p *plot) drawSwatch(i int, x, y float64) {
	em := p.size.Words
	if p.Kind == Stack {
		p.draw(p.band(i, Rect{X: x, Y: y - 0.45*em, W: 1.8 * em, H: 0.9 * em}))
		return
	}
	p.draw(Polyline{Points: []Point{{x, y}, {x + 1.8*em, y}}, Stroke: Tone(i), Pen: 1.8}, mark(i, Point{x + 0.9*em, y}, 0.3*em))
}

// band paints a part of a bar in the manner of its series.
func (p *plot) band(i int, r Rect) Rect {
	r.Fill, r.Stroke, r.Pen = Tone(i), Paper, 0.6
	if p.Series[i].Open {
		r.Fill, r.Stroke, r.Pen = Paper, Muted, 1
	}
	return r
}

func (p *plot) columnWidth() float64 { return (p.right - p.left) / float64(max(1, len(p.Columns))) }

func (p *plot) x(column int) float64 { return p.left + float64(column)*p.columnWidth() }

func (p *plot) y(n int) float64 {
	return p.bottom - (p.bottom-p.top)*float64(n)/float64(p.end)
}

func (p *plot) drawMark() {
	if p.Marked.Label == "" {
		return
	}
	from, to := p.x(p.Marked.From), p.x(p.Marked.To+1)
	p.draw(Rect{X: from, Y: p.top, W: to - from, H: p.bottom - p.top, Fill: Tinted})
	p.words(to, p.top-0.5*p.size.Words, p.Marked.Label, End, Muted)
}

func (p *plot) drawGrid() {
	for n := 0; n <= p.end; n += p.step {
		y := p.y(n)
		p.draw(Polyline{Points: []Point{{p.left, y}, {p.right, y}}, Stroke: Grid, Pen: 0.75})
		p.words(p.left-0.5*p.size.Words, y+0.35*p.size.Words, thousands(n), End, Muted)
	}
}

// drawGaps hatches each run of columns without figures.
func (p *plot) drawGaps() {
	for first := 0; first < len(p.Columns); first++ {
		if !p.gap(first) {
			continue
		}
		next := first
		for next < len(p.Columns) && p.gap(next) {
			next++
		}
		p.draw(hatch(Rect{X: p.x(first), Y: p.top, W: p.x(next) - p.x(first), H: p.bottom - p.top})...)
		first = next
	}
}

func (p *plot) drawBars() {
	width := p.columnWidth()
	for column := range p.Columns {
		if p.gap(column) {
			continue
		}
		base := 0
		for i, s := range p.Series {
			n := s.Values[column].N
			if n > 0 {
				r := Rect{X: p.x(column) + 0.12*width, W: 0.76 * width, Y: p.y(base + n), H: p.y(base) - p.y(base+n)}
				p.draw(p.band(i, r))
			}
			base += n
		}
	}
}

func (p *plot) drawLines() {
	for i, s := range p.Series {
		var run []Point
		var all []Point
		flush := func() {
			if len(run) > 1 {
				p.draw(Polyline{Points: run, Stroke: Tone(i), Pen: 1.8})
			}
			run = nil
		}
		for column, v := range s.Values {
			if !v.Known {
				flush()
				continue
			}
			at := Point{p.x(column) + p.columnWidth()/2, p.y(v.N)}
			run, all = append(run, at), append(all, at)
		}
		flush()
		for _, at := range all {
			p.draw(mark(i, at, 0.27*p.size.Words))
		}
	}
}

// drawAxis draws the base line and below it the ticks, leaving out a label that would touch the one before or
// leave the surface.
func (p *plot) drawAxis() {
	em := p.size.Words
	p.draw(Polyline{Points: []Point{{p.left, p.bottom}, {p.right, p.bottom}}, Stroke: Muted, Pen: 1})
	labelEnd, yearEnd := 0.0, 0.0
	for i, tick := range p.Ticks {
		x, next := p.x(tick.From), p.right
		if i+1 < len(p.Ticks) {
			next = p.x(p.Ticks[i+1].From)
		}
		long := 0.4 * em
		if tick.Year != "" {
			long = 2.6 * em
		}
		p.draw(Polyline{Points: []Point{{x, p.bottom}, {x, p.bottom + long}}, Stroke: Grid, Pen: 0.75})
		width := wordsWidth(tick.Label, em)
		start := x + 0.3*em
		if next-x < 1.5*p.columnWidth() { // the label of one column stands under its middle
			start = (x + next - width) / 2
		}
		if start >= labelEnd && start+width <= p.size.Width {
			p.words(start+width/2, p.bottom+1.4*em, tick.Label, Middle, Muted)
			labelEnd = start + width + 0.1*em
		}
		start, width = x+0.3*em, wordsWidth(tick.Year, em)
		if tick.Year != "" && start >= yearEnd && start+width <= p.size.Width {
			p.words(start, p.bottom+2.7*em, tick.Year, Start, Ink)
			yearEnd = start + width + 0.1*em
		}
	}
}

// thousands writes a number with a comma after each three digits.
func thousands(n int) string {
	text := strconv.Itoa(n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}
