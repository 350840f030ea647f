// Package document is the report as a reader sees it, in one language and no format: headings, paragraphs, tables, charts
// and footnotes in their order. The writers of HTML, text and PDF all write the same Document, so that no edition says
// something in one format that it does not say in the other.
package document

import (
	"strings"

	"todoke/internal/publish/chart"
)

// Document is one report in one language.
type Document struct {
	Lang   string // "ja" or "en"
	Title  string
	Period string // the period in words, with its first and last day
	Desk   string // who publishes
	Date   string // when it was published or, before that, counted, in words
	Blocks []Block
}

// Block is one of Heading, Paragraph, Table, Chart, Note.
type Block interface{ block() }

// Heading begins a section; Level is 2 or 3 (the title is 1).
type Heading struct {
	Level int
	ID    string // unique in the document
	Text  string
}

// Run is a piece of a paragraph or cell. A run with a Figure is a number, and the key of the rows behind it; a run with a
// Mark carries a footnote's sign.
type Run struct {
	Text   string
	Figure string
	Mark   string // "*1"
}

// Paragraph is text.
type Paragraph struct{ Runs []Run }

// Column heads one column of a table.
type Column struct {
	Head    string
	Numbers bool // set to the right
}

// Table is a table with its unit. Every row has one cell a column.
type Table struct {
	ID      string
	Caption string
	Unit    string
	Columns []Column
	Rows    [][]Run
	Sum     bool // the last row is the sum of those above
}

// Chart is a figure with its number, its caption and what must be known to read it.
type Chart struct {
	Number int
	Chart  chart.Chart
	Notes  []string
}

// Note is a footnote.
type Note struct {
	Mark string
	Text string
}

func (Heading) block()   {}
func (Paragraph) block() {}
func (Table) block()     {}
func (Chart) block()     {}
func (Note) block()      {}

// Text is a paragraph of plain sentences. Sentences of English are set apart by a space.
func Text(lang string, sentences ...string) Paragraph {
	space := " "
	if lang == "ja" {
		space = ""
	}
	return Paragraph{Runs: []Run{{Text: strings.Join(sentences, space)}}}
}

// Plain is the paragraph's text with the footnotes' signs in it.
func (p Paragraph) Plain() string { return plain(p.Runs...) }

// Plain is the run's text with its footnote's sign.
func (r Run) Plain() string { return plain(r) }

func plain(runs ...Run) string {
	var b strings.Builder
	for _, run := range runs {
		b.WriteString(run.Text)
		if run.Mark != "" {
			b.WriteString(" (" + run.Mark + ")")
		}
	}
	return b.String()
}
