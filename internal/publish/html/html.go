// Package html writes a document.Document as HTML: one self-contained page without script, whose only style sheet is named
// in its Content-Security-Policy by its hash; or, for the served pages, the body alone and the style sheet apart.
//
// Each chart stands in the page twice, laid out for a wide and for a narrow screen; the style sheet shows one of them.
package html

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"strings"
	"unicode"

	"todoke/internal/publish/chart"
	"todoke/internal/publish/commentary"
	"todoke/internal/publish/document"
)

//go:embed report.css
var reportCSS string

//go:embed report.tmpl
var reportTemplate string

// CSS is the style sheet of the report, with the colours of its charts.
func CSS() string { return reportCSS + chart.CSS() }

// ContentSecurityPolicy is the policy of the self-contained page: nothing is loaded, nothing runs, and the one style sheet is
// the one whose hash is named.
func ContentSecurityPolicy() string {
	sum := sha256.Sum256([]byte(CSS()))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; base-uri 'none'; form-action 'none'"
}

// Link returns the address of the rows behind a figure.
type Link func(key string) string

var page = template.Must(template.New("report").Funcs(template.FuncMap{
	"kind":  func(b document.Block) string { return strings.TrimPrefix(fmt.Sprintf("%T", b), "document.") },
	"run":   func(document.Run) template.HTML { return "" }, // bound to the links of a page by render
	"wide":  func(c document.Chart, lang string) template.HTML { return drawing(c, lang, "wide", chart.Wide) },
	"thin":  func(c document.Chart, lang string) template.HTML { return drawing(c, lang, "narrow", chart.Narrow) },
	"count": commentary.Count,
	"note":  noteID,
	"say": func(lang, ja, en string) string {
		if lang == "ja" {
			return ja
		}
		return en
	},
	"sections": sections,
	"lastRow":  func(t document.Table, i int) bool { return t.Sum && i == len(t.Rows)-1 },
	"cell":     func(t document.Table, i int) bool { return t.Columns[i].Numbers },
}).Parse(reportTemplate))

// Page writes the self-contained page. Where link is nil no figure is a link.
func Page(w io.Writer, d document.Document, link Link) error {
	return render(w, "page", d, link)
}

// Body returns what stands between the body tags of the page, for a page that brings its own head.
func Body(d document.Document, link Link) (template.HTML, error) {
	var b bytes.Buffer
	err := render(&b, "report", d, link)
	return template.HTML(b.String()), err
}

// view is what the template sees.
type view struct {
	document.Document
	CSS    template.CSS
	Policy string
}

func render(w io.Writer, name string, d document.Document, link Link) error {
	bound := template.Must(page.Clone()).Funcs(template.FuncMap{"run": func(r document.Run) template.HTML { return run(r, link) }})
	var b bytes.Buffer
	if err := bound.ExecuteTemplate(&b, name, view{d, template.CSS(CSS()), ContentSecurityPolicy()}); err != nil {
		return fmt.Errorf("writing the HTML report: %w", err)
	}
	_, err := w.Write(bytes.Map(shown, b.Bytes()))
	return err
}

// shown drops what has no place in a page: control characters, which XML forbids, and those that turn the direction of writing,
// by which a name could rearrange the words around it.
func shown(r rune) rune {
	if r < ' ' && r != '\n' && r != '\t' || r == 0x7f || r == 0xfffe || r == 0xffff || unicode.Is(unicode.Bidi_Control, r) {
		return -1
	}
	return r
}

// run writes a piece of text: a figure as a link to its rows, a footnote's sign as a link to the footnote.
func run(r document.Run, link Link) template.HTML {
	text := template.HTMLEscapeString(r.Text)
	if r.Figure != "" && link != nil {
		text = fmt.Sprintf(`<a class="figure" href="%s">%s</a>`, template.HTMLEscapeString(link(r.Figure)), text)
	}
	if r.Mark != "" {
		text += fmt.Sprintf(`<sup><a href="#%s">%s</a></sup>`, noteID(r.Mark), template.HTMLEscapeString(r.Mark))
	}
	return template.HTML(text)
}

// noteID is the anchor of a footnote: note-1 for *1.
func noteID(mark string) string { return "note-" + strings.TrimPrefix(mark, "*") }

func drawing(c document.Chart, lang, name string, size chart.Size) template.HTML {
	return template.HTML(c.Chart.SVG(fmt.Sprintf("chart-%d-%s-%s", c.Number, name, lang), size, false))
}

// sections are the headings of the table of contents.
func sections(d document.Document) []document.Heading {
	var found []document.Heading
	for _, block := range d.Blocks {
		if h, ok := block.(document.Heading); ok && h.Level == 2 {
			found = append(found, h)
		}
	}
	return found
}
