// Package htmltext turns HTML mail into text that reads as the page does, and collects its links.
//
// A link whose target is not what it shows is written as "shown <target>", so that a reader of the text
// sees where it leads; the list of links has all of them. Scripts, styles and comments are left out.
package htmltext

import (
	"bytes"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Link is a link of a page: what it shows and where it leads.
type Link struct {
	Text, URL string
}

// Document is a page as text.
type Document struct {
	Text  []byte // UTF-8; no longer than the page and a few bytes
	Links []Link
	Cut   bool // the text would have become longer than the page, which no honest page does
}

// maxLinks bounds the links of a page.
const maxLinks = 10_000

// maxShown bounds the text kept of one link, in bytes.
const maxShown = 500

// Convert makes text of a page. The text may hold control characters that the page held.
func Convert(page string) Document {
	c := converter{z: html.NewTokenizer(strings.NewReader(page)), out: make([]byte, 0, len(page)/2+64)}
	c.z.SetMaxBuf(maxToken)
	doc := Document{}
	for c.token() {
		if len(c.out) > len(page)+64 {
			doc.Cut = true
			break
		}
	}
	c.closeLink()
	doc.Text, doc.Links = append(bytes.TrimSpace(c.out), '\n'), c.links
	return doc
}

// maxToken bounds the size of a tag or a stretch of text, in bytes; a page is read up to one that is longer.
const maxToken = 8 << 20

// converter walks the tokens of a page.
type converter struct {
	z     *html.Tokenizer
	out   []byte
	links []Link

	newlines int  // line ends due before the next text
	space    bool // a space is due before the next text on the same line
	pre      int  // depth of <pre>
	quote    int  // depth of <blockquote>
	skip     atom.Atom
	href     string
	shown    int // where the text of the open link begins in out
	inLink   bool
}

// token handles the next token; false at the end.
func (c *converter) token() bool {
	switch c.z.Next() {
	case html.ErrorToken:
		return false
	case html.TextToken:
		if c.skip == 0 {
			c.text(string(c.z.Text()))
		}
	case html.StartTagToken, html.SelfClosingTagToken:
		name, attrs := c.z.TagName()
		c.start(atom.Lookup(name), attrs)
	case html.EndTagToken:
		name, _ := c.z.TagName()
		c.end(atom.Lookup(name))
	}
	return true
}

func (c *converter) start(tag atom.Atom, attrs bool) {
	switch tag {
	case atom.Script, atom.Style, atom.Title, atom.Noscript, atom.Template:
		if c.skip == 0 {
			c.skip = tag
		}
	case atom.Br:
		c.lineBreak()
	case atom.P, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Ul, atom.Ol, atom.Dl:
		c.blockBreak(2)
	case atom.Form:
		c.blockBreak(1)
		c.hiddenLink(c.attr("action", attrs))
	case atom.Iframe, atom.Frame:
		c.hiddenLink(c.attr("src", attrs))
	case atom.Div, atom.Table, atom.Tr, atom.Dt, atom.Dd, atom.Section, atom.Article, atom.Header, atom.Footer, atom.Address, atom.Center:
		c.blockBreak(1)
	case atom.Li:
		c.blockBreak(1)
		c.text("- ")
		c.space = true
	case atom.Td, atom.Th:
		c.space = true
		c.tab()
	case atom.Hr:
		c.blockBreak(1)
		c.text("--------")
		c.blockBreak(1)
	case atom.Pre:
		c.blockBreak(1)
		c.pre++
	case atom.Blockquote:
		c.blockBreak(1)
		c.quote++
	case atom.A, atom.Area:
		c.openLink(c.attr("href", attrs))
	case atom.Img:
		c.image(attrs)
	}
}

func (c *converter) end(tag atom.Atom) {
	switch tag {
	case c.skip:
		c.skip = 0
	case atom.P, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Ul, atom.Ol, atom.Dl:
		c.blockBreak(2)
	case atom.Div, atom.Table, atom.Tr, atom.Li, atom.Dt, atom.Dd:
		c.blockBreak(1)
	case atom.Pre:
		c.pre = max(0, c.pre-1)
		c.blockBreak(1)
	case atom.Blockquote:
		c.blockBreak(1)
		c.quote = max(0, c.quote-1)
	case atom.A:
		c.closeLink()
	}
}

func (c *converter) attr(name string, more bool) string {
	for more {
		var key, value []byte
		key, value, more = c.z.TagAttr()
		if string(key) == name {
			return string(value)
		}
	}
	return ""
}

// image writes the alternative text of an image, and counts its address among the links.
func (c *converter) image(more bool) {
	var alt, src string
	for more {
		var key, value []byte
		key, value, more = c.z.TagAttr()
		switch string(key) {
		case "alt":
			alt = string(value)
		case "src":
			src = string(value)
		}
	}
	if alt != "" {
		c.text(alt)
	}
	c.hiddenLink(src)
}

// hiddenLink lists an address that the page uses without showing a link: of an image, a form, a frame.
func (c *converter) hiddenLink(url string) {
	if url = cleanURL(url); isWebURL(url) && len(c.links) < maxLinks {
		c.links = append(c.links, Link{URL: url})
	}
}

// maxURL bounds the length of an address, in bytes.
const maxURL = 8 << 10

// cleanURL takes out the white space that browsers ignore in an address.
func cleanURL(url string) string {
	url = strings.TrimSpace(url)
	if strings.ContainsAny(url, "\t\r\n") {
		url = strings.NewReplacer("\t", "", "\r", "", "\n", "").Replace(url)
	}
	if len(url) > maxURL {
		url = strings.ToValidUTF8(url[:maxURL], "")
	}
	return url
}

// blockBreak makes sure that n line ends stand before the next text.
func (c *converter) blockBreak(n int) {
	if len(c.out) > 0 {
		c.newlines = max(c.newlines, n)
	}
	c.space = false
}

func (c *converter) lineBreak() {
	c.newlines = min(c.newlines+1, 3)
	c.space = false
}

// tab puts two cells of a table apart.
func (c *converter) tab() {
	if c.newlines == 0 && len(c.out) > 0 {
		c.out = append(c.out, '\t')
		c.space = false
	}
}

// maxQuote bounds the marks of quoting in front of a line.
const maxQuote = 8

// flush writes the line ends and the space that are due.
func (c *converter) flush() {
	if c.newlines > 0 {
		for ; c.newlines > 0; c.newlines-- {
			c.out = append(c.out, '\n')
		}
		for range min(c.quote, maxQuote) {
			c.out = append(c.out, '>')
		}
		if c.quote > 0 {
			c.out = append(c.out, ' ')
		}
		c.space = false
	}
	if c.space {
		c.out = append(c.out, ' ')
		c.space = false
	}
}

// text writes text with runs of white space as one space, or as it is inside <pre>.
func (c *converter) text(s string) {
	if c.pre > 0 {
		for line := range strings.Lines(s) {
			body, ended := strings.CutSuffix(line, "\n")
			if body = strings.TrimSuffix(body, "\r"); body != "" {
				c.flush()
				c.out = append(c.out, body...)
			}
			if ended {
				c.newlines = min(c.newlines+1, 3)
			}
		}
		return
	}
	s = strings.ReplaceAll(s, "\u00A0", " ")
	for len(s) > 0 {
		n := strings.IndexAny(s, " \t\r\n\f")
		if n == 0 {
			c.space = c.newlines == 0 && len(c.out) > 0
			s = s[1:]
			continue
		}
		if n < 0 {
			n = len(s)
		}
		c.flush()
		c.out = append(c.out, s[:n]...)
		s = s[n:]
	}
}

func (c *converter) openLink(href string) {
	c.closeLink()
	if href = cleanURL(href); href == "" || strings.HasPrefix(href, "#") {
		return
	}
	c.flush()
	c.href, c.shown, c.inLink = href, len(c.out), true
}

// closeLink ends the open link: it is listed, and its target written behind it unless the text shows it.
func (c *converter) closeLink() {
	if !c.inLink {
		return
	}
	c.inLink = false
	text := bytes.TrimSpace(c.out[c.shown:])
	shown := strings.ToValidUTF8(string(text[:min(len(text), maxShown)]), "")
	if len(c.links) < maxLinks {
		c.links = append(c.links, Link{Text: shown, URL: c.href})
	}
	if isWebURL(c.href) && !sameTarget(shown, c.href) {
		c.out = append(append(append(c.out, " <"...), c.href...), '>')
	}
}

func isWebURL(s string) bool {
	return len(s) > 5 && (strings.EqualFold(s[:5], "http:") || strings.EqualFold(s[:5], "https") || strings.EqualFold(s[:4], "ftp:"))
}

// sameTarget tells whether the text of a link is its target.
func sameTarget(shown, url string) bool {
	return strings.TrimSuffix(shown, "/") == strings.TrimSuffix(url, "/")
}
