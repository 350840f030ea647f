package pdf

import (
	"todoke/internal/publish/chart"
	"todoke/internal/publish/document"
)

const (
	cellSize   = 9.5
	cellGap    = 16 // between columns
	rowPadding = 5  // above and below the text of a row together
)

// laidTable is a table whose cells have been cut into lines.
type laidTable struct {
	document.Table
	caption []string
	widths  []float64
	head    laidRow
	rows    []laidRow
}

// laidRow holds the lines of each cell of a row.
type laidRow struct {
	cells  [][]string
	height float64
}

func (t laidTable) height() float64 {
	height := t.captionHeight() + t.head.height + 10
	for _, row := range t.rows {
		height += row.height
	}
	return height
}

func (t laidTable) captionHeight() float64 { return float64(len(t.caption)) * bodySize * leading }

func (s *setter) layTable(t document.Table) laidTable {
	unit := s.say("（単位："+t.Unit+"）", " ("+t.Unit+")")
	laid := laidTable{Table: t, caption: s.lines(t.Caption+unit, bodySize, textWidth), widths: s.columnWidths(t)}
	heads := make([]document.Run, len(t.Columns))
	for i, column := range t.Columns {
		heads[i].Text = column.Head
	}
	laid.head = s.layRow(heads, laid.widths)
	for _, row := range t.Rows {
		laid.rows = append(laid.rows, s.layRow(row, laid.widths))
	}
	return laid
}

// columnWidths gives each column the width of its widest cell, and narrows the widest columns until the row fits.
func (s *setter) columnWidths(t document.Table) []float64 {
	widths := make([]float64, len(t.Columns))
	for i, column := range t.Columns {
		widths[i] = s.measure(column.Head, cellSize)
		for _, row := range t.Rows {
			widths[i] = max(widths[i], s.measure(row[i].Plain(), cellSize))
		}
	}
	room := textWidth - cellGap*float64(len(widths)-1)
	for {
		total, widest := 0.0, 0
		for i, width := range widths {
			total += width
			if width > widths[widest] {
				widest = i
			}
		}
		if total <= room+0.01 {
			return widths
		}
		widths[widest] -= min(total-room, widths[widest]/2)
	}
}

func (s *setter) layRow(cells []document.Run, widths []float64) laidRow {
	var row laidRow
	most := 1
	for i, cell := range cells {
		lines := s.lines(cell.Plain(), cellSize, widths[i]+0.01)
		row.cells = append(row.cells, lines)
		most = max(most, len(lines))
	}
	row.height = float64(most)*cellSize*1.3 + rowPadding
	return row
}

// table sets a table, on a new page where it fits there and not here, else over several pages with its head on each.
func (s *setter) table(t document.Table) {
	laid := s.layTable(t)
	if laid.height() <= textBottom-margin {
		s.need(laid.height())
	} else {
		s.need(laid.captionHeight() + 4*laid.head.height)
	}
	s.y += 4
	for _, line := range laid.caption {
		s.y = s.line(margin, s.y, line, bodySize, chart.Start, chart.Ink)
	}
	s.tableRow(laid, laid.head, chart.Muted)
	s.tableRule(laid, chart.Muted, 0.8)
	for i, row := range laid.rows {
		if s.y+row.height > textBottom {
			s.newPage()
			s.tableRow(laid, laid.head, chart.Muted)
			s.tableRule(laid, chart.Muted, 0.8)
		}
		if laid.Sum && i == len(laid.rows)-1 {
			s.tableRule(laid, chart.Muted, 0.8)
		}
		s.tableRow(laid, row, chart.Ink)
		s.tableRule(laid, chart.Grid, 0.5)
	}
	s.y += 8
}

func (s *setter) tableRow(t laidTable, row laidRow, paint chart.Paint) {
	x := float64(margin)
	for i, lines := range row.cells {
		y := s.y + rowPadding/2 + cellSize
		for _, line := range lines {
			words := chart.Words{X: x, Y: y, Size: cellSize, Text: line, Anchor: chart.Start, Fill: paint}
			if t.Columns[i].Numbers {
				words.X, words.Anchor = x+t.widths[i], chart.End
			}
			s.draw(words)
			y += cellSize * 1.3
		}
		x += t.widths[i] + cellGap
	}
	s.y += row.height
}

func (s *setter) tableRule(t laidTable, paint chart.Paint, pen float64) {
	width := -float64(cellGap)
	for _, column := range t.widths {
		width += column + cellGap
	}
	s.draw(chart.Polyline{Points: []chart.Point{{X: margin, Y: s.y}, {X: margin + width, Y: s.y}}, Stroke: paint, Pen: pen})
}
