// Package chart is a small model of a chart over time and its drawing. A Chart says what is shown; Layout turns it into a
// Drawing of rectangles, lines and words on a given size; the Drawing is written as SVG here and painted into the PDF by
// package pdf, so that both show the same picture.
//
// What a reader can rely on: the axis begins at zero and has round ticks; a column without figures is hatched as a gap and
// never drawn as zero; series differ in lightness, and lines also in their marks, so that they can be told apart in grey
// and by colour-blind readers; the period that the report is about stands on a tinted ground.
package chart

// Kind is the way in which values are drawn.
type Kind int

// The kinds of chart.
const (
	Lines Kind = iota // one line a series, broken where a value is not known
	Stack             // one bar a column, its series on top of each other
)

// Value is one figure, known or not.
type Value struct {
	N     int
	Known bool
}

// Series is one line, or one band of the stacked bars. Values has one entry a column.
type Series struct {
	Name   string
	Values []Value
	Open   bool // a band drawn as an outline: what was counted but not told apart; it stands for the bands not known in its column
}

// Tick labels a run of columns on the axis, up to the next tick. Year is set where it differs from the tick before.
type Tick struct {
	From  int // first column
	Label string
	Year  string
}

// Chart is what a figure shows.
type Chart struct {
	Kind    Kind
	Title   string
	Desc    string   // what the figure shows, in words, for readers who cannot see it
	Unit    string   // of the vertical axis
	Lang    string   // "ja" or "en"
	Columns []string // the name of each column, for a table of the values
	Ticks   []Tick
	Series  []Series
	Marked  Mark   // the period of the report
	NoData  string // the legend's words for a gap
}

// Mark is a run of columns on tinted ground, with a word above it.
type Mark struct {
	From, To int // To is the last column; an empty Label is no mark
	Label    string
}

// gap tells whether a column is drawn as a gap: in a stack where a band is not known and no open band stands for it, since
// the bar's height would be a lie; among lines where none is known.
func (c Chart) gap(column int) bool {
	known := 0
	for _, s := range c.Series {
		if s.Values[column].Known {
			known++
			if s.Open {
				return false
			}
		}
	}
	if c.Kind == Stack {
		return known < c.closed()
	}
	return known == 0
}

// closed counts the bands that are not open.
func (c Chart) closed() int {
	n := 0
	for _, s := range c.Series {
		if !s.Open {
			n++
		}
	}
	return n
}

// top is the largest value that the axis must reach.
func (c Chart) top() int {
	top := 0
	for column := range c.Columns {
		height := 0
		for _, s := range c.Series {
			n := s.Values[column].N
			switch {
			case !s.Values[column].Known:
			case c.Kind == Stack:
				height += n
			default:
				height = max(height, n)
			}
		}
		if !c.gap(column) {
			top = max(top, height)
		}
	}
	return top
}

// roundTicks returns the step and the end of an axis from zero that reaches top: a step of 1, 2 or 5 times a power of ten
// with three to six steps in all (fewer only where top is below three).
func roundTicks(top int) (step, end int) {
	step = 1
	for factor := 0; (top+step-1)/step > 6; factor++ {
		step = step * 2
		if factor%3 == 1 { // 1, 2, 5, 10: the step from 2 goes to 5
			step = step / 4 * 5
		}
	}
	return step, max(1, (top+step-1)/step) * step
}
