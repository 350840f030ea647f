package chart

import "todoke/internal/publish/linebreak"

// Drawing is a chart laid out on a surface; the origin is its upper left corner, and lengths are in its own unit (CSS
// pixels in SVG, points in PDF).
type Drawing struct {
	Width, Height float64
	Shapes        []Shape
}

// Shape is one of Rect, Polyline, Polygon, Words.
type Shape interface{ shape() }

// Point is a place on the surface.
type Point struct{ X, Y float64 }

// Rect is a rectangle.
type Rect struct {
	X, Y, W, H   float64
	Fill, Stroke Paint
	Pen          float64 // width of the stroke
}

// Polyline is an open line.
type Polyline struct {
	Points []Point
	Stroke Paint
	Pen    float64
}

// Polygon is a closed figure; the marks of a line are polygons.
type Polygon struct {
	Points       []Point
	Fill, Stroke Paint
	Pen          float64
}

// Anchor says which part of the words stands at their X.
type Anchor string

// The anchors, named as in SVG.
const (
	Start  Anchor = "start"
	Middle Anchor = "middle"
	End    Anchor = "end"
)

// Words is one line of text; Y is its baseline.
type Words struct {
	X, Y   float64
	Size   float64
	Text   string
	Anchor Anchor
	Fill   Paint
	Bold   bool
}

func (Rect) shape()     {}
func (Polyline) shape() {}
func (Polygon) shape()  {}
func (Words) shape()    {}

// wordsWidth is an upper estimate of the width of text in a common sans-serif font: an em for a wide character, 0.58 em for
// others (digits are 0.55 to 0.57 em in such fonts).
func wordsWidth(text string, size float64) float64 {
	width := 0.0
	for _, r := range text {
		if linebreak.RuneColumns(r) == 2 {
			width += size
		} else {
			width += 0.58 * size
		}
	}
	return width
}

// hatch fills a rectangle with diagonal strokes, each cut at its edges, so that no clipping is needed.
func hatch(r Rect) []Shape {
	const pitch = 6
	shapes := []Shape{Rect{X: r.X, Y: r.Y, W: r.W, H: r.H, Stroke: Grid, Pen: 0.75}}
	for d := float64(pitch); d < r.W+r.H; d += pitch {
		from := Point{r.X + max(0, d-r.H), r.Y + min(d, r.H)}
		to := Point{r.X + min(d, r.W), r.Y + max(0, d-r.W)}
		shapes = append(shapes, Polyline{Points: []Point{from, to}, Stroke: Muted, Pen: 0.35})
	}
	return shapes
}

// mark returns the mark of the i-th line at a place: disc, square, triangle, diamond, inverted triangle.
func mark(i int, at Point, radius float64) Shape {
	outlines := [Tones][]Point{
		{{1, 0}, {.71, .71}, {0, 1}, {-.71, .71}, {-1, 0}, {-.71, -.71}, {0, -1}, {.71, -.71}},
		{{-.9, -.9}, {.9, -.9}, {.9, .9}, {-.9, .9}},
		{{0, -1.2}, {1.1, .8}, {-1.1, .8}},
		{{0, -1.3}, {1.1, 0}, {0, 1.3}, {-1.1, 0}},
		{{0, 1.2}, {1.1, -.8}, {-1.1, -.8}},
	}
	var points []Point
	for _, p := range outlines[i%Tones] {
		points = append(points, Point{at.X + p.X*radius, at.Y + p.Y*radius})
	}
	return Polygon{Points: points, Fill: Tone(i), Stroke: Paper, Pen: 0.2 * radius}
}
