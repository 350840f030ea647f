package cue

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Fold makes the text in which phrases are looked for. What is folded alike is one to all who look:
//
//   - compatibility forms are unified (NFKC, Unicode Standard Annex 15), and so is letter case: ＡＢＣ, ﾎﾟｰﾄ;
//   - a hyphen and an underscore are spaces (brute-force); two hyphens and more are a drawn line, and stay;
//   - the prolonged sound mark falls away, and spellings in use beside each other are one: サーバー, 致します;
//   - white space beside a character of Chinese or Japanese falls away, as writers wrap lines in the middle of words and put
//     spaces around Latin letters or leave them out; any other run of it is one space, a blank line is a line end;
//   - the marks before quoted lines fall away, and what is no UTF-8.
func Fold(s string) Text {
	f := folder{}
	return f.fold(s)
}

// FoldMapped folds and keeps the way back to the text as written, for Text.Source.
func FoldMapped(s string) Text {
	f := folder{mapped: true, shift: unaligned}
	return f.fold(s)
}

// folder makes a folded text in one pass.
type folder struct {
	out    []byte
	breaks []int

	space     bool // white space was read and is still to be written
	lines     int  // line ends in that white space
	lineStart bool // nothing but white space and marks of quoting was read in this line
	item      bool // the line begins with a mark

	mapped bool
	spans  []span
	shift  int // of what is written byte by byte: its offset as written less that in out
}

// unaligned is the shift before a new span.
const unaligned = -1 << 40

func (f *folder) fold(s string) Text {
	f.read(s)
	return Text{folded: string(f.out), breaks: f.breaks, spans: f.spans}
}

// read folds the text into out.
func (f *folder) read(s string) {
	if f.out == nil {
		f.out = make([]byte, 0, len(s)+len(s)/8)
	}
	f.space, f.lineStart = true, true
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case c >= utf8.RuneSelf:
			i += f.wide(s, i)
			continue
		case c == '-' && (strings.HasPrefix(s[i+1:], "-") || strings.HasSuffix(s[:i], "-")):
			f.put(c, i, i+1)
		case plain[c] != 0 && !f.space:
			f.align(i)
			f.out = append(f.out, plain[c])
		default:
			f.ascii(c, i, i+1)
		}
		i++
	}
}

// plain gives the characters of ASCII that stand for themselves wherever no white space is before them, in lower case.
var plain = func() (table [utf8.RuneSelf]byte) {
	for c := range byte(utf8.RuneSelf) {
		switch {
		case 'A' <= c && c <= 'Z':
			table[c] = c + 'a' - 'A'
		case c != '\n' && c != ' ' && c != '\t' && c != '\r' && c != '-' && c != '_':
			table[c] = c
		}
	}
	return table
}()

// ascii reads one character of ASCII, written from at to end; white space is written with what follows it.
func (f *folder) ascii(c byte, at, end int) {
	switch {
	case c == '\n':
		f.space, f.lineStart = true, true
		f.lines++
	case c == ' ' || c == '\t' || c == '\r':
		f.space = true
	case c == '-' || c == '_' || f.lineStart && (c == '>' || c == '|'):
		f.item = f.item || f.lineStart && c != '_'
		f.lineStart = f.lineStart && (c == '>' || c == '|')
		f.space = true
	default:
		f.put(c, at, end)
	}
}

// put writes a character of ASCII.
func (f *folder) put(c byte, at, end int) {
	f.item = f.item || f.lineStart && (c == '-' || c == '*' || c == '#' || c == '=' || c == '+')
	f.gap(rune(c))
	if end == at+1 {
		f.align(at)
	} else {
		f.whole(at, end)
	}
	if lower := plain[c]; lower != 0 {
		c = lower
	}
	f.out = append(f.out, c)
}

// wide reads what begins with a character outside ASCII, and gives its length.
func (f *folder) wide(s string, at int) int {
	r, size := utf8.DecodeRuneInString(s[at:])
	if from, to, ok := respell(r, s[at:]); ok {
		f.gap(r)
		f.whole(at, at+len(from))
		f.out = append(f.out, to...)
		return len(from)
	}
	end := at + size
	switch {
	case 0x3041 <= r && r <= 0x30FE && r != prolonged || 0x4E00 <= r && r <= 0x9FFF || 0x3001 <= r && r <= 0x3003:
		f.gap(r)
		f.align(at)
		f.out = append(f.out, s[at:end]...)
		if r == '。' {
			f.end()
		}
	case 0xFF61 <= r && r <= 0xFF9F:
		return f.halfKana(s, at)
	default:
		for _, n := range norm.NFKC.String(s[at:end]) {
			f.one(n, at, end)
		}
		if r == '！' || r == '？' {
			f.end()
		}
	}
	return size
}

// maxKana bounds a run of half-width katakana that is read at once, in bytes.
const maxKana = 3 * 32

// halfKana reads a run of half-width katakana, whose voiced sounds take two characters, and gives its length.
func (f *folder) halfKana(s string, at int) int {
	end := at
	for end < len(s) && end-at <= maxKana {
		r, size := utf8.DecodeRuneInString(s[end:])
		if r < 0xFF61 || r > 0xFF9F {
			break
		}
		end += size
	}
	for _, r := range norm.NFKC.String(s[at:end]) {
		f.one(r, at, end)
	}
	return end - at
}

// prolonged is the sound mark of katakana's long vowels.
const prolonged = 'ー'

// one writes a character in its compatibility form, written from at to end.
func (f *folder) one(r rune, at, end int) {
	switch r {
	case prolonged:
		f.widen(end)
	case '\u200b', '\ufeff', '\u00ad', utf8.RuneError: // shown as nothing
	case '\u2018', '\u2019':
		f.ascii('\'', at, end)
	case '\u201c', '\u201d':
		f.ascii('"', at, end)
	case '\u2010', '\u2011', '\u2012', '\u2013', '\u2014':
		f.space = true
	default:
		if r < utf8.RuneSelf {
			f.ascii(byte(r), at, end)
			return
		}
		r = unicode.ToLower(r)
		f.gap(r)
		f.whole(at, end)
		f.out = utf8.AppendRune(f.out, r)
		if r == '。' {
			f.end()
		}
	}
}

// gap writes the white space before the character next, and ends the sentence before it where it is one.
func (f *folder) gap(next rune) {
	f.lineStart = false
	if !f.space {
		return
	}
	lines, item := f.lines, f.item
	f.space, f.lines, f.item = false, 0, false
	if len(f.out) == 0 {
		return
	}
	last, _ := utf8.DecodeLastRune(f.out)
	if lines > 1 || lines == 1 && item || last == '.' || last == '?' || last == '!' {
		f.end()
	}
	switch {
	case lines > 1:
		f.out = append(f.out, '\n')
	case !isCJK(last) && !isCJK(next):
		f.out = append(f.out, ' ')
	}
}

// end ends a sentence.
func (f *folder) end() {
	if n := len(f.breaks); n == 0 || f.breaks[n-1] != len(f.out) {
		f.breaks = append(f.breaks, len(f.out))
	}
}

// align maps what is written next byte by byte.
func (f *folder) align(at int) {
	if f.mapped && at-len(f.out) != f.shift {
		f.spans = append(f.spans, span{folded: int32(len(f.out)), source: int32(at)})
		f.shift = at - len(f.out)
	}
}

// whole maps what is written next, as a whole, to the text from at to end.
func (f *folder) whole(at, end int) {
	if f.mapped {
		f.spans = append(f.spans, span{int32(len(f.out)), int32(at), int32(end)})
		f.shift = unaligned
	}
}

// widen makes the character just written reach to end.
func (f *folder) widen(end int) {
	if !f.mapped || len(f.out) == 0 {
		return
	}
	if last := &f.spans[len(f.spans)-1]; last.end != 0 {
		last.end = max(last.end, int32(end))
		return
	}
	_, size := utf8.DecodeLastRune(f.out)
	begin := len(f.out) - size
	f.spans = append(f.spans, span{int32(begin), int32(begin + f.shift), int32(end)})
	f.shift = unaligned
}

func isCJK(r rune) bool { return r >= 0x2E80 }
