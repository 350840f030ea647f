// Package text writes a document.Document as plain text of 72 columns, for mail. Only characters that ISO-2022-JP can carry
// appear in it: others are replaced by their plain form, or by the geta mark 〓, the printer's sign for a type that is not
// in the case. Columns are those of a terminal with Japanese fonts, where a kanji takes two.
package text

import (
	"bufio"
	"fmt"
	"io"
	"regexp"
	"strings"

	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/unicode/norm"

	"todoke/internal/publish/document"
	"todoke/internal/publish/linebreak"
)

// Columns is the width of every line at most.
const Columns = 72

// Write writes the document, encoded in UTF-8, with LF at the line ends.
func Write(w io.Writer, d document.Document) error {
	out := &writer{Writer: bufio.NewWriter(w), lang: d.Lang}
	out.head(d)
	for _, block := range d.Blocks {
		switch b := block.(type) {
		case document.Heading:
			out.heading(b)
		case document.Paragraph:
			out.line("")
			out.fill("", "", b.Plain())
		case document.Note:
			out.line("")
			indent := strings.Repeat(" ", linebreak.Columns(b.Mark)+2)
			out.fill(b.Mark+": ", indent, b.Text)
		case document.Table:
			out.table(b)
		case document.Chart:
			out.chart(b)
		}
	}
	return out.Flush()
}

type writer struct {
	*bufio.Writer
	lang string
}

// line writes one line; a bufio.Writer keeps its first error for Flush.
func (w *writer) line(text string) { w.WriteString(strings.TrimRight(text, " ") + "\n") }

// columns measures text. Outside Japanese text no ambiguous character is left by Safe, so one measure serves both languages.
func columns(text string) float64 { return float64(linebreak.Columns(text)) }

// fill writes a paragraph, its first line after first and the others after rest, which must be equally wide.
func (w *writer) fill(first, rest, text string) {
	lines := linebreak.Lines(w.safe(text), Columns-columns(first), columns)
	for i, line := range lines {
		if i == 0 {
			w.line(first + line)
		} else {
			w.line(rest + line)
		}
	}
}

func (w *writer) head(d document.Document) {
	w.line(strings.Repeat("=", Columns))
	for _, text := range []string{d.Title, d.Period, d.Desk, d.Date} {
		for _, line := range linebreak.Lines(w.safe(text), Columns, columns) {
			w.line(strings.Repeat(" ", (Columns-linebreak.Columns(line))/2) + line)
		}
	}
	w.line(strings.Repeat("=", Columns))
}

func (w *writer) heading(h document.Heading) {
	w.line("")
	if h.Level == 2 {
		w.line("")
	}
	for _, line := range linebreak.Lines(w.safe(h.Text), Columns, columns) {
		w.line(line)
		if h.Level == 2 {
			w.line(strings.Repeat("-", linebreak.Columns(line)))
		}
	}
}

func (w *writer) chart(c document.Chart) {
	say := "[Figure %d: %s. See the HTML or PDF edition.]"
	if w.lang == "ja" {
		say = "［図%d「%s」はHTML版とPDF版にあります。］"
	}
	w.line("")
	w.fill("", "", fmt.Sprintf(say, c.Number, c.Chart.Title))
}

// indent stands before each row of a table, gutter between its columns.
const (
	indent = "  "
	gutter = 2
)

func (w *writer) table(t document.Table) {
	unit := "Unit: "
	if w.lang == "ja" {
		unit = "単位: "
	}
	w.line("")
	w.fill(indent, indent, t.Caption)
	w.fill(indent, indent, unit+t.Unit)
	var heads []string
	for _, column := range t.Columns {
		heads = append(heads, w.safe(column.Head))
	}
	rows := [][]string{heads}
	for _, row := range t.Rows {
		var cells []string
		for _, cell := range row {
			cells = append(cells, w.safe(cell.Plain()))
		}
		rows = append(rows, cells)
	}
	widths := columnWidths(rows)
	total := -gutter
	for _, width := range widths {
		total += width + gutter
	}
	rule := indent + strings.Repeat("-", total)
	for i, cells := range rows {
		if i == 1 || t.Sum && i == len(rows)-1 {
			w.line(rule)
		}
		w.row(t, cells, widths)
	}
}

// columnWidths gives each column the width of its widest cell, and narrows the widest ones until the row fits.
func columnWidths(rows [][]string) []int {
	widths := make([]int, len(rows[0]))
	for _, cells := range rows {
		for i, cell := range cells {
			widths[i] = max(widths[i], linebreak.Columns(cell))
		}
	}
	for {
		total, widest := len(indent)-gutter, 0
		for i, width := range widths {
			total += width + gutter
			if width > widths[widest] {
				widest = i
			}
		}
		if total <= Columns {
			return widths
		}
		widths[widest] -= min(total-Columns, max(1, widths[widest]/2))
	}
}

// row writes one row, over several lines where a cell had to be cut.
func (w *writer) row(t document.Table, cells []string, widths []int) {
	var cut [][]string
	height := 1
	for i, cell := range cells {
		lines := linebreak.Lines(cell, float64(widths[i]), columns)
		cut = append(cut, lines)
		height = max(height, len(lines))
	}
	for n := range height {
		line := indent
		for i, lines := range cut {
			text := ""
			if n < len(lines) {
				text = lines[n]
			}
			pad := strings.Repeat(" ", max(0, widths[i]-linebreak.Columns(text)))
			if t.Columns[i].Numbers {
				line += pad + text
			} else {
				line += text + pad
			}
			line += strings.Repeat(" ", gutter)
		}
		w.line(line)
	}
}

// substitutes are plain forms of characters that JIS X 0208 lacks, or that different tables map to different characters,
// so that they would arrive as something else.
var substitutes = strings.NewReplacer(
	"–", "-", "—", "--", "−", "-", "“", `"`, "”", `"`, "‘", "'", "’", "'", "…", "...", "\u00a0", " ", "～", "から", "〜", "から")

// halfWidthKana are runs of half-width kana with their sound marks, which ISO-2022-JP does not have.
var halfWidthKana = regexp.MustCompile(`[\x{FF61}-\x{FF9F}]+`)

// safe returns text that ISO-2022-JP can carry and that cannot disturb a line: no control characters, no half-width kana.
func (w *writer) safe(text string) string {
	text = substitutes.Replace(strings.ToValidUTF8(text, "〓"))
	text = halfWidthKana.ReplaceAllStringFunc(text, norm.NFKC.String)
	encoder := japanese.ISO2022JP.NewEncoder()
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		if r < 0x7f {
			return r
		}
		encoder.Reset()
		if _, err := encoder.String(string(r)); err != nil {
			return '〓'
		}
		return r
	}, text)
}
