package chart

import (
	"bytes"
	"encoding/xml"
	"flag"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var update = flag.Bool("update", false, "write the golden files anew, to be looked at before they are kept")

func TestRoundTicks(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ top, step, end int }{
		{0, 1, 1},         // nothing to show still has an axis
		{1, 1, 1},         //
		{6, 1, 6},         // six steps are allowed
		{7, 2, 8},         // a seventh is not
		{30, 5, 30},       // 2 would need fifteen, 5 needs six
		{31, 10, 40},      //
		{300, 50, 300},    //
		{361, 100, 400},   //
		{1201, 500, 1500}, // 200 would need seven
	} {
		step, end := roundTicks(test.top)
		if step != test.step || end != test.end {
			t.Errorf("roundTicks(%d) = %d, %d; want %d, %d", test.top, step, end, test.step, test.end)
		}
	}
}

// known makes values of numbers; -1 is a gap.
func known(numbers ...int) []Value {
	var values []Value
	for _, n := range numbers {
		values = append(values, Value{N: max(n, 0), Known: n >= 0})
	}
	return values
}

// bars is a chart of four columns: two with figures, one gap, and one whose total nobody has broken down.
func bars() Chart {
	return Chart{Kind: Stack, Title: "Bars & <gaps>", Desc: "two bars", Unit: "things", Lang: "en", NoData: "no figures",
		Columns: []string{"2007Q3", "2007Q4", "2008Q1", "2008Q2"},
		Ticks:   []Tick{{0, "Q3", "2007"}, {1, "Q4", ""}, {2, "Q1", "2008"}, {3, "Q2", ""}},
		Marked:  Mark{From: 3, To: 3, Label: "this period"},
		Series: []Series{{Name: "low", Values: known(10, 0, -1, -1)}, {Name: "high", Values: known(30, 0, 5, -1)},
			{Name: "not told apart", Values: known(-1, -1, -1, 20), Open: true}}}
}

// rects returns the painted rectangles on the ground of the chart, below its legend.
func rects(d Drawing, fill Paint) []Rect {
	var found []Rect
	for _, shape := range d.Shapes {
		if r, ok := shape.(Rect); ok && r.Fill == fill && r.Y > 30 {
			found = append(found, r)
		}
	}
	return found
}

// TestBarsTellTheTruth measures what is drawn: heights are as the numbers, a zero has no bar and no hatching, a gap has
// hatching and no bar, although one of its bands is known.
func TestBarsTellTheTruth(t *testing.T) {
	t.Parallel()
	d := bars().Layout(Wide)
	low, high := rects(d, Tone(0)), rects(d, Tone(1))
	if len(low) != 1 || len(high) != 1 {
		t.Fatalf("%d and %d bands are drawn, want one each: zero and gap have none", len(low), len(high))
	}
	if ratio := high[0].H / low[0].H; math.Abs(ratio-3) > 0.001 {
		t.Errorf("30 is drawn %.3f times as high as 10", ratio)
	}
	if math.Abs(high[0].Y+high[0].H-low[0].Y) > 0.001 {
		t.Error("the bands do not stand on each other")
	}
	open := rects(d, Paper)
	if len(open) != 1 || math.Abs(open[0].H-2*low[0].H) > 0.001 {
		t.Errorf("the open band of 20 is drawn as %v", open)
	}
	var hatched []Rect
	for _, shape := range d.Shapes {
		if r, ok := shape.(Rect); ok && r.Fill == None && r.Stroke == Grid && r.H > 50 {
			hatched = append(hatched, r)
		}
	}
	if len(hatched) != 1 || low[0].X >= hatched[0].X || hatched[0].X+hatched[0].W > open[0].X {
		t.Errorf("hatched: %v, want the third column alone", hatched)
	}
}

func TestLinesBreakAtGaps(t *testing.T) {
	t.Parallel()
	c := bars()
	c.Kind, c.Series = Lines, []Series{{Name: "a", Values: known(1, 2, -1, 3)}, {Name: "b", Values: known(2, 2, 2, 2)}}
	var runs []int
	for _, shape := range c.Layout(Wide).Shapes {
		if line, ok := shape.(Polyline); ok && line.Stroke == Tone(0) && line.Points[0].Y > 30 {
			runs = append(runs, len(line.Points))
		}
	}
	if diff := cmp.Diff([]int{2}, runs); diff != "" {
		t.Errorf("lines drawn of a series with a gap before its last value (-want +got):\n%s", diff)
	}
}

// box is the place that words take.
func box(w Words) Rect {
	width := wordsWidth(w.Text, w.Size)
	x := w.X
	switch w.Anchor {
	case Middle:
		x -= width / 2
	case End:
		x -= width
	}
	return Rect{X: x, Y: w.Y - 0.8*w.Size, W: width, H: w.Size}
}

// TestWordsNeverTouch asks of charts of any shape that no two words overlap and that all stand on the surface.
func TestWordsNeverTouch(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := bars()
		c.Kind = Kind(rapid.IntRange(0, 1).Draw(t, "kind"))
		columns := rapid.IntRange(1, 36).Draw(t, "columns")
		c.Columns, c.Ticks, c.Series = make([]string, columns), nil, nil
		every := rapid.IntRange(1, 4).Draw(t, "columns a tick")
		for i := 0; i < columns; i += every {
			c.Ticks = append(c.Ticks, Tick{From: i, Label: rapid.SampledFrom([]string{"Q1", "10-12月", "Jul", ""}).Draw(t, "label"),
				Year: rapid.SampledFrom([]string{"", "2008"}).Draw(t, "year")})
		}
		for range rapid.IntRange(1, Tones).Draw(t, "series") {
			values := make([]int, columns)
			for i := range values {
				values[i] = rapid.IntRange(-1, 99999).Draw(t, "value")
			}
			c.Series = append(c.Series, Series{Name: rapid.SampledFrom([]string{"scan", "メール・ファクス（通）", "dos + targeted + ics + other"}).Draw(t, "name"), Values: known(values...)})
		}
		c.Marked = Mark{From: columns - 1, To: columns - 1, Label: "this period, so far"}
		size := rapid.SampledFrom([]Size{Wide, Narrow, Alone, Page}).Draw(t, "size")
		var boxes []Rect
		for _, shape := range c.Layout(size).Shapes {
			words, ok := shape.(Words)
			if !ok || words.Text == "" {
				continue
			}
			b := box(words)
			if b.X < -0.01 || b.Y < -0.01 || b.X+b.W > size.Width+0.01 || b.Y+b.H > size.Height+0.01 {
				t.Fatalf("%q at %+v leaves the surface %+v", words.Text, b, size)
			}
			for i, o := range boxes {
				if b.X < o.X+o.W-0.01 && o.X < b.X+b.W-0.01 && b.Y < o.Y+o.H-0.01 && o.Y < b.Y+b.H-0.01 {
					t.Fatalf("%q at %+v touches words %d at %+v", words.Text, b, i, o)
				}
			}
			boxes = append(boxes, b)
		}
	})
}

// luminance is the relative luminance of WCAG 2.
func luminance(c RGB) float64 {
	linear := func(v uint8) float64 {
		s := float64(v) / 255
		if s <= 0.04045 {
			return s / 12.92
		}
		return math.Pow((s+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(c.R) + 0.7152*linear(c.G) + 0.0722*linear(c.B)
}

func contrast(a, b RGB) float64 {
	x, y := luminance(a)+0.05, luminance(b)+0.05
	return max(x, y) / min(x, y)
}

// TestTonesInGrey asks that bands which touch each other differ in lightness alone, and stand out from the ground.
func TestTonesInGrey(t *testing.T) {
	t.Parallel()
	for name, colour := range map[string]func(Paint) RGB{"light": Paint.Light, "dark": Paint.Dark} {
		for i := range Tones {
			if c := contrast(colour(Tone(i)), colour(Paper)); c < 2.2 {
				t.Errorf("%s tone %d against the ground: contrast %.2f", name, i+1, c)
			}
			if i > 0 {
				if c := contrast(colour(Tone(i)), colour(Tone(i-1))); c < 1.5 {
					t.Errorf("%s tones %d and %d: contrast %.2f", name, i, i+1, c)
				}
			}
		}
		if c := contrast(colour(Muted), colour(Tinted)); c < 4.5 {
			t.Errorf("%s: words on the tinted ground: contrast %.2f", name, c)
		}
	}
}

func TestSVGIsWellFormedAndNamed(t *testing.T) {
	t.Parallel()
	c := bars()
	c.Series[0].Name = "</svg><script>\x01"
	for _, standalone := range []bool{true, false} {
		svg := c.SVG("x", Narrow, standalone)
		decoder := xml.NewDecoder(bytes.NewReader(svg))
		for {
			if _, err := decoder.Token(); err == io.EOF {
				break
			} else if err != nil {
				t.Fatalf("not well-formed: %v", err)
			}
		}
		for _, want := range []string{`role="img"`, `aria-labelledby="x-title x-desc"`, `<title id="x-title">Bars &amp; &lt;gaps&gt;</title>`, `<desc id="x-desc">`} {
			if !strings.Contains(string(svg), want) {
				t.Errorf("lacks %s", want)
			}
		}
		if strings.Contains(string(svg), "<script") || strings.Contains(string(svg), "<style") != standalone {
			t.Errorf("has markup of a name, or style (stand-alone: %v)", standalone)
		}
	}
}

func TestGolden(t *testing.T) {
	t.Parallel()
	path := filepath.Join("testdata", "bars.svg")
	got := bars().SVG("bars", Alone, true)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("the picture has changed; look at it and run with -update (-want +got):\n%s", diff)
	}
}
