// Package rtftext makes text of Rich Text Format, as Outlook sends it inside TNEF.
//
// Only what is shown is kept: characters in the codepage of the document or of their font, Unicode escapes,
// paragraphs and cells. Where the RTF is HTML in disguise (MS-OXRTFEX), that HTML is given back instead.
package rtftext

import (
	"bytes"
	"cmp"
	"strconv"
	"strings"
	"unicode/utf8"

	"todoke/internal/mail/charset"
)

// Document is what an RTF text shows.
type Document struct {
	Text string // UTF-8; HTML where HTML is true
	HTML bool
}

// maxDepth bounds the nesting of groups that are told apart; deeper ones share a state.
const maxDepth = 100

// Convert reads RTF. It never fails: what is no RTF comes out as it is.
func Convert(rtf []byte) Document {
	c := converter{src: rtf, states: make([]state, 1, 16), fonts: map[int]string{}, base: "windows-1252"}
	c.states[0] = state{charset: c.base, skip: 1}
	c.out = make([]byte, 0, len(rtf)/2)
	for c.pos < len(c.src) {
		c.step()
	}
	c.flush()
	return Document{Text: string(c.out), HTML: c.html}
}

// state is what a group inherits and restores.
type state struct {
	charset   string
	skipped   bool // a destination that is not shown
	htmlTag   bool // a destination whose text is HTML
	htmlRTF   bool // text that stands for HTML which is there as well
	fontTable bool
	font      int
	fieldCode bool // what a field does: HYPERLINK "…"
	fieldText bool // what a field shows
	skip      int  // characters behind \u that stand for readers without Unicode
}

type converter struct {
	src     []byte
	pos     int
	out     []byte
	pending []byte // bytes of the current charset, not yet decoded
	states  []state
	deeper  int            // groups open beyond maxDepth
	fonts   map[int]string // charset by number of the font, where it has one of its own
	base    string         // charset of the document
	field   []byte         // the code of the field in hand
	html    bool
	drop    int // characters still to skip behind \u
	high    rune
}

func (c *converter) top() *state { return &c.states[len(c.states)-1] }

func (c *converter) step() {
	switch ch := c.src[c.pos]; ch {
	case '{':
		c.flush()
		c.pos++
		if len(c.states) < maxDepth {
			c.states = append(c.states, *c.top())
		} else {
			c.deeper++
		}
		c.drop = 0
	case '}':
		c.flush()
		c.pos++
		switch {
		case c.deeper > 0:
			c.deeper--
		case len(c.states) > 1:
			shown := c.top().fieldText
			c.states = c.states[:len(c.states)-1]
			if shown && !c.top().fieldText {
				c.endField()
			}
		}
		c.drop = 0
	case '\\':
		c.control()
	case '\r', '\n', 0:
		c.pos++
	default:
		c.pos++
		c.byte(ch)
	}
}

// shown tells whether text in the state of now is part of the document.
func (c *converter) shown() bool {
	s := c.top()
	return !s.fontTable && (!s.skipped || s.htmlTag) && !(c.html && s.htmlRTF)
}

func (c *converter) byte(ch byte) {
	if c.drop > 0 {
		c.drop--
		return
	}
	if c.top().fieldCode && len(c.field) < maxField {
		c.field = append(c.field, ch)
	}
	if c.shown() {
		c.pending = append(c.pending, ch)
	}
}

// maxField bounds the code of a field, in bytes.
const maxField = 4096

// endField writes the target of a link behind what it shows.
func (c *converter) endField() {
	code := bytes.TrimSpace(c.field)
	c.field = c.field[:0]
	rest, ok := bytes.CutPrefix(code, []byte("HYPERLINK"))
	if !ok {
		return
	}
	target := bytes.TrimLeft(rest, " ")
	if t, ok := bytes.CutPrefix(target, []byte{'"'}); ok {
		target, _, _ = bytes.Cut(t, []byte{'"'})
	}
	url := strings.ToValidUTF8(string(target), "")
	if url != "" && !bytes.HasSuffix(c.out, []byte(url)) {
		c.text(" <" + url + ">")
	}
}

// text appends s, which is UTF-8.
func (c *converter) text(s string) {
	if c.shown() {
		c.flush()
		c.out = append(c.out, s...)
	}
}

// flush decodes the bytes read so far.
func (c *converter) flush() {
	if len(c.pending) > 0 {
		c.out, _ = charset.Append(c.out, c.pending, c.top().charset)
		c.pending = c.pending[:0]
	}
}

// control reads a control symbol or word at the backslash.
func (c *converter) control() {
	c.pos++
	if c.pos >= len(c.src) {
		return
	}
	ch := c.src[c.pos]
	if ch|0x20 < 'a' || ch|0x20 > 'z' {
		c.pos++
		c.symbol(ch)
		return
	}
	start := c.pos
	for c.pos < len(c.src) && c.pos-start < 32 && c.src[c.pos]|0x20 >= 'a' && c.src[c.pos]|0x20 <= 'z' {
		c.pos++
	}
	word := string(c.src[start:c.pos])
	start = c.pos
	if c.pos < len(c.src) && c.src[c.pos] == '-' {
		c.pos++
	}
	for c.pos < len(c.src) && c.pos-start < 10 && c.src[c.pos] >= '0' && c.src[c.pos] <= '9' {
		c.pos++
	}
	arg, err := strconv.Atoi(string(c.src[start:c.pos]))
	if c.pos < len(c.src) && c.src[c.pos] == ' ' {
		c.pos++
	}
	c.word(word, arg, err == nil)
}

func (c *converter) symbol(ch byte) {
	switch ch {
	case '\'':
		if c.pos+2 <= len(c.src) {
			if v, err := strconv.ParseUint(string(c.src[c.pos:c.pos+2]), 16, 8); err == nil {
				c.pos += 2
				c.byte(byte(v))
			}
		}
	case '*':
		c.top().skipped = true
	case '~':
		c.text("\u00A0")
	case '_':
		c.text("-")
	case '\\', '{', '}':
		c.byte(ch)
	case '\r', '\n':
		c.text("\n")
	}
}

// hidden are the destinations without the mark \* that are not shown.
var hidden = map[string]bool{
	"colortbl": true, "stylesheet": true, "info": true, "pict": true, "header": true, "footer": true, "headerl": true, "headerr": true,
	"footerl": true, "footerr": true, "object": true, "generator": true, "listtable": true, "listoverridetable": true, "xmlnstbl": true,
}

// shows are the words that stand for characters.
var shows = map[string]string{
	"par": "\n", "line": "\n", "sect": "\n", "page": "\n", "row": "\n", "tab": "\t", "cell": "\t", "emdash": "—", "endash": "–",
	"bullet": "•", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”", "emspace": " ", "enspace": " ",
}

func (c *converter) word(word string, arg int, hasArg bool) {
	if s, ok := shows[word]; ok {
		c.text(s)
		return
	}
	if hidden[word] {
		c.top().skipped = true
		return
	}
	switch word {
	case "fromhtml":
		c.html = true
	case "htmltag":
		c.top().htmlTag = true
	case "htmlrtf":
		c.flush()
		c.top().htmlRTF = !hasArg || arg != 0
	case "mhtmltag":
		c.top().skipped, c.top().htmlTag = true, false
	case "fldinst":
		c.top().skipped, c.top().fieldCode = true, true
		c.field = c.field[:0]
	case "fldrslt":
		c.top().fieldText = true
	case "fonttbl":
		c.top().fontTable = true
	case "ansicpg":
		c.setCharset("cp" + strconv.Itoa(arg))
	case "f":
		c.flush()
		c.top().font = arg
		if !c.top().fontTable {
			c.top().charset = cmp.Or(c.fonts[arg], c.base)
		}
	case "fcharset":
		c.fontCharset(arg)
	case "uc":
		c.top().skip = max(0, min(arg, 10))
	case "u":
		c.unicode(arg)
	}
}

func (c *converter) setCharset(label string) {
	if name, ok := charset.Canonical(label); ok {
		c.flush()
		c.base = name
		for i := range c.states {
			c.states[i].charset = name
		}
	}
}

// fontCharsets are the Windows charset numbers of fonts.
var fontCharsets = map[int]string{
	128: charset.ShiftJIS, 129: "euc-kr", 134: "gb18030", 136: "big5", 161: "windows-1253", 162: "windows-1254", 163: "windows-1258",
	177: "windows-1255", 178: "windows-1256", 186: "windows-1257", 204: "windows-1251", 222: "windows-874", 238: "windows-1250",
}

// maxFonts bounds the fonts remembered.
const maxFonts = 1000

func (c *converter) fontCharset(n int) {
	if name := fontCharsets[n]; name != "" && c.top().fontTable && len(c.fonts) < maxFonts {
		c.fonts[c.top().font] = name
	}
}

// unicode writes the character of \uN, a signed 16-bit unit of UTF-16.
func (c *converter) unicode(arg int) {
	r := rune(uint16(arg))
	switch {
	case r >= 0xD800 && r < 0xDC00:
		c.high = r
	case r >= 0xDC00 && r < 0xE000:
		if c.high != 0 {
			c.text(string((c.high-0xD800)<<10 | (r - 0xDC00) + 0x10000))
		}
		c.high = 0
	default:
		c.text(string(utf8.AppendRune(nil, r)))
		c.high = 0
	}
	c.drop = c.top().skip
}
