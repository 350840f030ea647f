package indicator

import (
	"strings"
	"unicode/utf8"
)

// folded is a text in plain form: full-width ASCII narrowed, invisible
// characters gone, the brackets of defanging opened. It remembers where each
// byte stood.
type folded struct {
	text string // as written
	b    []byte
	// at[i] is the offset in the original of what became b[i]; at[len(b)] ends it.
	at []int32
	// opened holds, in order, the indexes in b where defanging was undone.
	opened []int32
}

// defangedIn reports whether defanging was undone in b[start:end].
func (f *folded) defangedIn(start, end int) bool {
	lo, hi := 0, len(f.opened)
	for lo < hi {
		mid := (lo + hi) / 2
		if int(f.opened[mid]) < start {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo < len(f.opened) && int(f.opened[lo]) < end
}

// maxText bounds what is scanned, so that offsets fit an int32.
const maxText = 1 << 30

func fold(text string) *folded {
	if len(text) > maxText {
		text = text[:maxText]
	}
	f := &folded{
		text: text,
		b:    make([]byte, 0, len(text)+8),
		at:   make([]int32, 0, len(text)+9),
	}
	for i := 0; i < len(text); {
		c := text[i]
		if c >= utf8.RuneSelf {
			if f.plainKanaOrKanji(text, i) {
				f.b = append(f.b, text[i:i+3]...)
				f.at = append(f.at, int32(i), int32(i+1), int32(i+2))
				i += 3
				continue
			}
			i += f.wide(text, i)
			continue
		}
		if n := f.open(text, i); n > 0 {
			i += n
			continue
		}
		f.put(c, i)
		i++
	}
	f.at = append(f.at, int32(len(text)))
	return f
}

// plainKanaOrKanji is the quick look that lets the bulk of Japanese pass: of three
// bytes, no punctuation, and not behind a letter where a word mark may stand.
func (f *folded) plainKanaOrKanji(text string, i int) bool {
	return text[i] >= 0xE3 && text[i] <= 0xE9 && i+2 < len(text) &&
		(text[i] != 0xE3 || text[i+1] != 0x80) && !f.afterAlnum() &&
		text[i+1]&0xC0 == 0x80 && text[i+2]&0xC0 == 0x80
}

func (f *folded) put(c byte, at int) {
	f.b = append(f.b, c)
	f.at = append(f.at, int32(at))
}

// undo writes the plain form of something defanged.
func (f *folded) undo(plain string, at int) {
	f.opened = append(f.opened, int32(len(f.b)))
	for i := range len(plain) {
		f.put(plain[i], at)
	}
}

// wide folds the non-ASCII rune at text[i] and gives the bytes it read.
func (f *folded) wide(text string, i int) int {
	r, n := utf8.DecodeRuneInString(text[i:])
	switch {
	case r >= 0xFF01 && r <= 0xFF5E: // full-width ASCII
		narrow := byte(r - 0xFEE0)
		if opensBracket(narrow) || narrow == '\\' {
			if m := f.openAfter(text, i, i+n, narrow); m > 0 {
				return n + m
			}
		}
		f.put(narrow, i)
		return n
	case r == 0x3000 || r == 0xA0: // ideographic and no-break space
		f.put(' ', i)
		return n
	case r == 0x301C: // wave dash, as in 203.0.113.1〜9
		f.put('~', i)
		return n
	case r == 0x200B, r == 0x200C, r == 0x200D, r == 0x2060, r == 0xFEFF, r == 0xAD:
		// Invisible: put into words so that filters miss them.
		return n
	case r == 0x2010 || r == 0x2011 || r == 0x2013 || r == 0x2212: // dashes within ranges
		f.put('-', i)
		return n
	case (r == 0x3002 || r == 0xFF61) && f.afterDigit() && startsDigit(text[i+n:]):
		// An ideographic full stop between digits, of a Japanese keyboard.
		f.put('.', i)
		return n
	}
	if m := f.wordMark(text[i:], i); m > 0 {
		return m
	}
	for k := range n {
		f.put(text[i+k], i+k)
	}
	return n
}

// wordMarks are Japanese words for the characters that defanging hides.
var wordMarks = []struct{ word, plain string }{
	{"アットマーク", "@"}, {"アット", "@"}, {"ドット", "."},
}

func (f *folded) wordMark(rest string, at int) int {
	if rest[0] != 0xE3 || !f.afterAlnum() {
		return 0
	}
	for _, m := range wordMarks {
		if after, ok := strings.CutPrefix(rest, m.word); ok && after != "" && isAlnum(after[0]) {
			f.undo(m.plain, at)
			return len(m.word)
		}
	}
	return 0
}

func (f *folded) afterDigit() bool { return len(f.b) > 0 && isDigit(f.b[len(f.b)-1]) }
func (f *folded) afterAlnum() bool { return len(f.b) > 0 && isAlnum(f.b[len(f.b)-1]) }

func startsDigit(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return r >= '0' && r <= '9' || r >= '０' && r <= '９'
}

// open undoes the defanging that starts at text[i], an ASCII byte, and gives
// the bytes it took, or 0.
func (f *folded) open(text string, i int) int {
	switch c := text[i]; c {
	case '[', '(', '{', '\\':
		if n := f.openAfter(text, i, i+1, c); n > 0 {
			return 1 + n
		}
	case ' ':
		return f.openSpaced(text, i)
	case '.':
		return f.openHalf(text, i)
	case 'w':
		if strings.HasPrefix(text[i:], "w w w") && !f.afterAlnum() && strings.HasPrefix(strings.TrimLeft(text[i+5:min(len(text), i+8)], " "), ".") {
			f.undo("www", i)
			return 5
		}
	}
	return 0
}

func opensBracket(c byte) bool { return c == '[' || c == '(' || c == '{' }

// hidden are the spellings found inside defanging brackets, longest first.
var hidden = []struct{ word, plain string }{
	{"://", "://"}, {":/", ":/"}, {"//", "//"},
	{"punkt", "."}, {"punto", "."}, {"period", "."}, {"ドット", "."},
	{"アットマーク", "@"}, {"アット", "@"}, {"＠", "@"}, {"．", "."}, {"。", "."}, {"・", "."},
	{"www", "www"}, {"dot", "."}, {"d0t", "."}, {"at", "@"},
	{".", "."}, {",", "."}, {"@", "@"}, {":", ":"}, {"/", "/"},
}

// openAfter undoes "[.]", "( dot )", "{at}", "\." whose first byte, opener,
// stood at text[at] and whose rest starts at from. It gives the bytes of the
// rest, or 0 where this is no defanging. Half brackets ("[." before a letter)
// count too.
func (f *folded) openAfter(text string, at, from int, opener byte) int {
	if opener == '\\' {
		if f.afterAlnum() && from+1 < len(text) && text[from] == '.' && isAlnum(text[from+1]) {
			f.undo(".", at)
			return 1
		}
		return 0
	}
	i := skipSpaces(text, from, 2)
	word, plain := hiddenWord(text[i:])
	if word == 0 {
		return 0
	}
	first := text[i]
	i = skipSpaces(text, i+word, 2)
	if n := closer(text[i:]); n > 0 {
		if plain == "@" || plain == "." {
			f.trimSpaceBeforeWord()
		}
		f.undo(plain, at)
		i += n
		if plain == "." || plain == "@" {
			i = f.skipSpaceAfter(text, i)
		}
		return i - from
	}
	half := first == '.' || first == ','
	if half && opener != '(' && f.afterAlnum() && from+word < len(text) && isAlnum(text[from+word]) {
		f.undo(plain, at)
		return word
	}
	return 0
}

// trimSpaceBeforeWord removes one space between a word and the bracket that
// opened after it: "example [.] jp".
func (f *folded) trimSpaceBeforeWord() {
	n := len(f.b)
	if n >= 2 && f.b[n-1] == ' ' && isAlnum(f.b[n-2]) {
		f.b, f.at = f.b[:n-1], f.at[:n-1]
	}
}

func (f *folded) skipSpaceAfter(text string, i int) int {
	if i+1 < len(text) && text[i] == ' ' && isAlnum(text[i+1]) {
		return i + 1
	}
	return i
}

func skipSpaces(s string, i, most int) int {
	for ; most > 0 && i < len(s) && s[i] == ' '; most-- {
		i++
	}
	return i
}

func hiddenWord(s string) (length int, plain string) {
	if s == "" || isDigit(s[0]) {
		return 0, ""
	}
	for _, h := range hidden {
		if len(s) >= len(h.word) && strings.EqualFold(s[:len(h.word)], h.word) {
			return len(h.word), h.plain
		}
	}
	return 0, ""
}

func closer(s string) int {
	if s == "" {
		return 0
	}
	switch s[0] {
	case ']', ')', '}':
		return 1
	}
	for _, wide := range []string{"］", "）", "｝"} {
		if strings.HasPrefix(s, wide) {
			return len(wide)
		}
	}
	return 0
}

// openHalf undoes ".]" where the opening bracket was forgotten.
func (f *folded) openHalf(text string, i int) int {
	if i+2 < len(text) && (text[i+1] == ']' || text[i+1] == '}') &&
		f.afterAlnum() && isAlnum(text[i+2]) {
		f.undo(".", i)
		return 2
	}
	return 0
}

// spokenEnds are last labels that make a spoken " dot " chain a host.
var spokenEnds = map[string]bool{
	"com": true, "net": true, "org": true, "info": true, "biz": true, "jp": true,
	"cn": true, "ru": true, "kr": true, "tw": true, "us": true, "uk": true, "de": true,
	"fr": true, "eu": true, "io": true, "co": true, "edu": true, "gov": true,
	"example": true, "invalid": true, "test": true,
}

// openSpaced undoes " dot ", " . " and " at " between words, where they end in a
// likely host: "admin at example dot com".
func (f *folded) openSpaced(text string, i int) int {
	if i+3 >= len(text) || !f.afterAlnum() {
		return 0
	}
	rest := text[i+1:]
	switch {
	case hasFoldPrefix(rest, "dot ") && (f.afterDigit() && isDigit(rest[4]) || spokenHost(rest[4:])):
		f.undo(".", i)
		return 5
	case strings.HasPrefix(rest, ". ") && (f.afterDigit() && isDigit(rest[2]) || spokenHost(rest[2:])): // "www . example . jp"
		f.undo(".", i)
		return 3
	case hasFoldPrefix(rest, "at ") && spokenAfterAt(rest[3:]):
		f.undo("@", i)
		return 4
	}
	return 0
}

func hasFoldPrefix(s, prefix string) bool {
	return len(s) > len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}

// spokenHost reports whether s goes on as "example dot com" or "com".
func spokenHost(s string) bool {
	for range 8 {
		n := 0
		for n < len(s) && n < 63 && (isAlnum(s[n]) || s[n] == '-') {
			n++
		}
		if n == 0 {
			return false
		}
		if hasFoldPrefix(s[n:], " dot ") {
			s = s[n+5:]
			continue
		}
		if strings.HasPrefix(s[n:], " . ") {
			s = s[n+3:]
			continue
		}
		return spokenEnds[strings.ToLower(s[:n])]
	}
	return false
}

// spokenAfterAt asks for a host whose dots are spoken or bracketed as well: a
// plain "at" before a host is ordinary English.
func spokenAfterAt(s string) bool {
	n := 0
	for n < len(s) && n < 63 && (isAlnum(s[n]) || s[n] == '-') {
		n++
	}
	if n == 0 {
		return false
	}
	rest := s[n:]
	return hasFoldPrefix(rest, " dot ") && spokenHost(rest[5:]) ||
		hasFoldPrefix(rest, "[.]") || hasFoldPrefix(rest, "(dot)") || hasFoldPrefix(rest, "[dot]")
}

func isDigit(c byte) bool { return c-'0' < 10 }
func isAlpha(c byte) bool { return c|0x20-'a' < 26 }
func isAlnum(c byte) bool { return isDigit(c) || isAlpha(c) }
func isHex(c byte) bool   { return isDigit(c) || c|0x20-'a' < 6 }
