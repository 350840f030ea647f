package cue

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// folded is a text in the spelling in which cues are looked for, with the way back: runes[i] was written at
// offsets[i] of the text, and ends[i] is where what was read for it ends.
type folded struct {
	runes   []rune
	offsets []int32
	ends    []int32
}

// paragraph stands for a blank line, so that no cue reaches over one.
const paragraph = '\n'

// folder makes a folded text. Writers wrap lines in the middle of Japanese words and put spaces around Latin letters or
// leave them out; so white space beside a CJK character falls away, and any other run of it is one space.
type folder struct {
	folded
	space     bool
	lines     int
	lineStart bool
}

// fold folds at most limit bytes of the text: compatibility forms (NFKC) and letter case unified, hyphens and underscores
// as spaces, the prolonged sound mark dropped (サーバー and サーバ are one word).
func fold(text string, limit int) folded {
	if len(text) > limit {
		text = text[:limit]
	}
	f := folder{lineStart: true}
	n := utf8.RuneCountInString(text)
	f.runes, f.offsets, f.ends = make([]rune, 0, n), make([]int32, 0, n), make([]int32, 0, n)
	for i := 0; i < len(text); {
		c := text[i]
		if c < utf8.RuneSelf {
			f.ascii(c, int32(i))
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(text[i:])
		if r >= 0xFF61 && r <= 0xFF9F {
			size = f.halfKana(text, i)
		} else {
			f.wide(r, text[i:i+size], int32(i), int32(i+size))
		}
		i += size
	}
	return f.folded
}

func (f *folder) ascii(c byte, at int32) {
	switch {
	case c == '\n':
		f.space, f.lineStart = true, true
		f.lines++
	case c == ' ' || c == '\t' || c == '\r':
		f.space = true
	case c == '-' || c == '_':
		f.space, f.lineStart = true, false
	case f.lineStart && (c == '>' || c == '|'):
		f.space = true // the mark of a quoted line
	default:
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		f.put(rune(c), at, at+1)
	}
}

// halfKana reads a run of half-width katakana, whose voiced sounds take two characters.
func (f *folder) halfKana(text string, at int) int {
	end := at
	for end < len(text) {
		r, size := utf8.DecodeRuneInString(text[end:])
		if r < 0xFF61 || r > 0xFF9F || end-at > 3*32 {
			break
		}
		end += size
	}
	for _, r := range norm.NFKC.String(text[at:end]) {
		f.one(r, int32(at), int32(end))
	}
	return end - at
}

func (f *folder) wide(r rune, raw string, at, end int32) {
	if (r >= 0x3041 && r <= 0x30FE) || (r >= 0x4E00 && r <= 0x9FFF) {
		f.one(r, at, end)
		return
	}
	for _, n := range norm.NFKC.String(raw) {
		if n < utf8.RuneSelf && n != ' ' {
			f.ascii(byte(n), at)
			f.widen(end)
			continue
		}
		f.one(unicode.ToLower(n), at, end)
	}
}

// widen corrects the end of the character just written: a full-width letter takes three bytes.
func (f *folder) widen(end int32) {
	if n := len(f.ends); n > 0 && f.ends[n-1] < end {
		f.ends[n-1] = end
	}
}

func (f *folder) one(r rune, at, end int32) {
	switch r {
	case 'ー', '\u200b', '\ufeff', '\u00ad', utf8.RuneError:
		if r == 'ー' {
			f.widen(end)
		}
	case '\u2018', '\u2019':
		f.put('\'', at, end)
	case '\u2010', '\u2011', '\u2012', '\u2013', '\u2014', ' ', '\u3000':
		f.space = true
	default:
		f.put(r, at, end)
	}
}

func (f *folder) put(r rune, at, end int32) {
	if f.space && len(f.runes) > 0 {
		last := f.runes[len(f.runes)-1]
		switch {
		case f.lines > 1:
			f.add(paragraph, at, at)
		case !isCJK(last) && !isCJK(r):
			f.add(' ', at, at)
		}
	}
	f.space, f.lines, f.lineStart = false, 0, false
	f.add(r, at, end)
}

func (f *folder) add(r rune, at, end int32) {
	f.runes = append(f.runes, r)
	f.offsets = append(f.offsets, at)
	f.ends = append(f.ends, end)
}

func isCJK(r rune) bool { return r >= 0x2E80 }

func isAlnum(r rune) bool { return 'a' <= r && r <= 'z' || '0' <= r && r <= '9' }

func isKatakana(r rune) bool { return r >= 0x30A1 && r <= 0x30FA }
