package chart

import (
	"fmt"
	"html"
	"strconv"
	"strings"
)

// SVG writes the chart as an SVG element. The id must be unique in the page; title and description are bound to it. A
// stand-alone file holds its own rules for a dark ground; inside a page the page's style sheet holds CSS().
func (c Chart) SVG(id string, size Size, standalone bool) []byte {
	drawing := c.Layout(size)
	var b strings.Builder
	if standalone {
		b.WriteString(`<?xml version="1.0" encoding="UTF-8"?>` + "\n")
	}
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %s %s" width="%s" height="%s" role="img" aria-labelledby="%s-title %s-desc" xml:lang="%s" lang="%s" font-family="sans-serif">`+"\n",
		length(drawing.Width), length(drawing.Height), length(drawing.Width), length(drawing.Height), id, id, c.Lang, c.Lang)
	fmt.Fprintf(&b, "<title id=\"%s-title\">%s</title>\n<desc id=\"%s-desc\">%s</desc>\n", id, escape(c.Title), id, escape(c.Desc))
	if standalone {
		fmt.Fprintf(&b, "<style>\n%s</style>\n", CSS())
		fmt.Fprintf(&b, `<rect width="%s" height="%s"%s/>`+"\n", length(drawing.Width), length(drawing.Height), paintAttributes(Paper, None, 0))
	}
	for _, shape := range drawing.Shapes {
		b.WriteString(element(shape) + "\n")
	}
	b.WriteString("</svg>\n")
	return []byte(b.String())
}

func element(s Shape) string {
	switch s := s.(type) {
	case Rect:
		return fmt.Sprintf(`<rect x="%s" y="%s" width="%s" height="%s"%s/>`, length(s.X), length(s.Y), length(s.W), length(s.H), paintAttributes(s.Fill, s.Stroke, s.Pen))
	case Polyline:
		return fmt.Sprintf(`<polyline points="%s"%s stroke-linejoin="round"/>`, points(s.Points), paintAttributes(None, s.Stroke, s.Pen))
	case Polygon:
		return fmt.Sprintf(`<polygon points="%s"%s/>`, points(s.Points), paintAttributes(s.Fill, s.Stroke, s.Pen))
	case Words:
		weight := ""
		if s.Bold {
			weight = ` font-weight="bold"`
		}
		return fmt.Sprintf(`<text x="%s" y="%s" font-size="%s" text-anchor="%s"%s%s>%s</text>`, length(s.X), length(s.Y), length(s.Size), s.Anchor, paintAttributes(s.Fill, None, 0), weight, escape(s.Text))
	}
	panic(fmt.Sprintf("chart: no element for %T", s))
}

// paintAttributes paints for paper, and names the paints as classes so that a style sheet can paint for a dark ground.
func paintAttributes(fill, stroke Paint, pen float64) string {
	var classes []string
	attributes := ` fill="none"`
	if fill != None {
		classes = append(classes, "f-"+string(fill))
		attributes = fmt.Sprintf(` fill="%s"`, fill.Light().Hex())
	}
	if stroke != None {
		classes = append(classes, "s-"+string(stroke))
		attributes += fmt.Sprintf(` stroke="%s" stroke-width="%s"`, stroke.Light().Hex(), length(pen))
	}
	return fmt.Sprintf(` class="%s"`, strings.Join(classes, " ")) + attributes
}

func points(ps []Point) string {
	var words []string
	for _, p := range ps {
		words = append(words, length(p.X)+","+length(p.Y))
	}
	return strings.Join(words, " ")
}

// length writes a length with at most two decimals, so that pictures are the same on every machine.
func length(v float64) string {
	return strconv.FormatFloat(float64(int(v*100+0.5))/100, 'f', -1, 64)
}

// escape makes text safe in XML, where control characters are not allowed at all.
func escape(text string) string {
	return html.EscapeString(strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' && r != '\n' || r == 0xfffe || r == 0xffff {
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, "\uFFFD")))
}
