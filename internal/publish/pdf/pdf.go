// Package pdf writes a document.Document as PDF: A4 pages with numbers, bookmarks for the sections, and the charts as vector
// drawings. A setter lays blocks out on pages, as shapes in points from the upper left corner; a painter puts the shapes into
// the file. Text is cut into lines by package linebreak and measured with the font that is embedded.
package pdf

import (
	"fmt"
	"io"
	"time"

	"github.com/signintech/gopdf"

	"todoke/internal/publish/chart"
	"todoke/internal/publish/document"
)

// A4 in points, with its margins.
const (
	pageWidth  = 595.28
	pageHeight = 841.89
	margin     = 56
	textWidth  = pageWidth - 2*margin
	textBottom = pageHeight - 70
)

const family = "text"

// Write writes the document. The time is noted as that of the file's making.
func Write(w io.Writer, d document.Document, font Font, made time.Time) error {
	file := &gopdf.GoPdf{}
	file.Start(gopdf.Config{PageSize: gopdf.Rect{W: pageWidth, H: pageHeight}})
	file.SetInfo(gopdf.PdfInfo{Title: d.Title + " " + d.Period, Author: d.Desk, Creator: "Todoke", Producer: "Todoke", CreationDate: made})
	substitute := func(rune) rune { return '?' }
	if err := file.AddTTFFontDataWithOption(family, font.Data, gopdf.TtfOption{OnGlyphNotFoundSubstitute: substitute}); err != nil {
		return fmt.Errorf("embedding the font %s: %w", font.Name, err)
	}
	s := &setter{lang: d.Lang, measure: measurer(file)}
	s.document(d, font)
	if err := paint(file, s.pages); err != nil {
		return fmt.Errorf("painting the PDF: %w", err)
	}
	if _, err := file.WriteTo(w); err != nil {
		return fmt.Errorf("writing the PDF: %w", err)
	}
	return nil
}

// measurer returns a function that measures text of a size in the file's font. Widths are remembered by character, since the
// line breaker asks for growing prefixes of the same text.
func measurer(file *gopdf.GoPdf) func(text string, size float64) float64 {
	const em = 100
	widths := map[rune]float64{}
	file.SetFont(family, "", em) // the family was added just before
	return func(text string, size float64) float64 {
		total := 0.0
		for _, r := range text {
			width, ok := widths[r]
			if !ok {
				width, _ = file.MeasureTextWidth(string(r)) // an unknown glyph measures as its substitute
				widths[r] = width
			}
			total += width
		}
		return total * size / em
	}
}

// page is one page with its shapes and the bookmarks that point into it.
type page struct {
	shapes    []chart.Shape
	bookmarks []bookmark
}

type bookmark struct {
	title string
	y     float64
}

// paint puts the pages into the file.
func paint(file *gopdf.GoPdf, pages []page) error {
	for _, p := range pages {
		file.AddPage()
		for _, b := range p.bookmarks {
			file.SetXY(margin, b.y)
			file.AddOutlineWithPosition(b.title)
		}
		for _, shape := range p.shapes {
			if err := paintShape(file, shape); err != nil {
				return err
			}
		}
	}
	return nil
}

func paintShape(file *gopdf.GoPdf, shape chart.Shape) error {
	switch s := shape.(type) {
	case chart.Rect:
		corners := []chart.Point{{X: s.X, Y: s.Y}, {X: s.X + s.W, Y: s.Y}, {X: s.X + s.W, Y: s.Y + s.H}, {X: s.X, Y: s.Y + s.H}}
		paintPolygon(file, corners, s.Fill, s.Stroke, s.Pen)
	case chart.Polygon:
		paintPolygon(file, s.Points, s.Fill, s.Stroke, s.Pen)
	case chart.Polyline:
		setStroke(file, s.Stroke, s.Pen)
		for i := 1; i < len(s.Points); i++ {
			file.Line(s.Points[i-1].X, s.Points[i-1].Y, s.Points[i].X, s.Points[i].Y)
		}
	case chart.Words:
		return paintWords(file, s)
	}
	return nil
}

func setStroke(file *gopdf.GoPdf, paint chart.Paint, pen float64) {
	c := paint.Light()
	file.SetStrokeColor(c.R, c.G, c.B)
	file.SetLineWidth(pen)
}

func paintPolygon(file *gopdf.GoPdf, points []chart.Point, fill, stroke chart.Paint, pen float64) {
	style := ""
	if stroke != chart.None {
		setStroke(file, stroke, pen)
		style = "D"
	}
	if fill != chart.None {
		c := fill.Light()
		file.SetFillColor(c.R, c.G, c.B)
		style += "F"
	}
	var corners []gopdf.Point
	for _, p := range points {
		corners = append(corners, gopdf.Point{X: p.X, Y: p.Y})
	}
	file.Polygon(corners, style)
}

func paintWords(file *gopdf.GoPdf, words chart.Words) error {
	if words.Text == "" {
		return nil
	}
	if err := file.SetFont(family, "", words.Size); err != nil {
		return err
	}
	width, err := file.MeasureTextWidth(words.Text)
	if err != nil {
		return err
	}
	x := words.X
	switch words.Anchor {
	case chart.Middle:
		x -= width / 2
	case chart.End:
		x -= width
	}
	c := words.Fill.Light()
	file.SetTextColor(c.R, c.G, c.B)
	file.SetXY(x, words.Y)
	return file.Text(words.Text)
}
