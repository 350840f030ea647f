package likeness

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"
)

// maxText is how much of a text is looked at, in bytes: what a mail is about, it says early.
const maxText = 8 << 10

// Features are the features of a text, each once: words of Latin letters and pairs of them, short numbers (ports, codes), and
// pairs of kana and kanji. Addresses, hosts, URLs and long numbers are none, since they tell who, not what.
func Features(text string) []string {
	if len(text) > maxText {
		text = strings.ToValidUTF8(text[:maxText], "")
	}
	text = spell(text)
	c := collector{text: text, seen: newIndex(len(text) / 2), word: none}
	for at := 0; at < len(text); {
		kind, size := token(text[at:])
		c.take(kind, at, at+size)
		at += size
	}
	return c.seen.all
}

// spell writes a text in lower case and narrow letters (Unicode Standard Annex 11), with one blank for each run of white space
// and none at its ends.
func spell(text string) string {
	out := make([]byte, 0, len(text)+len(text)/8)
	blanks := false // were read and are still to be written
	for at := 0; at < len(text); {
		r, size := rune(text[at]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(text[at:])
		}
		at += size
		if kindOf(r) != japanese { // which has neither case nor width, and is no white space
			if r = narrowLower(r); r == ' ' {
				blanks = true
				continue
			}
		}
		if blanks && len(out) > 0 {
			out = append(out, ' ')
		}
		blanks = false
		out = utf8.AppendRune(out, r)
	}
	return string(out)
}

// narrowLower is a character in lower case and narrow; of white space, the blank.
func narrowLower(r rune) rune {
	switch {
	case 'a' <= r && r <= 'z':
		return r
	case 'A' <= r && r <= 'Z':
		return r + 'a' - 'A'
	case r >= utf8.RuneSelf:
		if narrow := width.LookupRune(r).Folded(); narrow != 0 {
			r = narrow
		}
		r = unicode.ToLower(r)
	}
	if unicode.IsSpace(r) {
		return ' '
	}
	return r
}

// signs are what addresses, URLs and paths have between letters and digits.
const signs = ".@/:-_?=&%#~"

// The kinds of token.
const (
	blank    = iota
	word     // of Latin letters
	number   // of digits
	japanese // kana and kanji
	address  // letters, digits and signs as addresses and paths have them
)

// token gives the kind and size of the token that a text begins with.
func token(text string) (kind, size int) {
	kind = blank
	dots := 0
	for i, r := range text {
		k := kindOf(r)
		switch {
		case i == 0:
			kind = k
		case k == kind:
		case latin(k) && latin(kind):
			kind = address
		default:
			return settle(kind, dots, text[:i]), i
		}
		if r == '.' || r == '@' || r == '/' || r == ':' {
			dots++
		}
		size = i + utf8.RuneLen(r)
	}
	return settle(kind, dots, text[:size]), size
}

// settle makes words of what looks like an address only by a sign at its ends, such as the last word of a sentence.
func settle(kind, dots int, text string) int {
	if kind != address || dots > 1 {
		return kind
	}
	text = strings.Trim(text, signs)
	for _, r := range text {
		if r < 'a' || r > 'z' {
			return address
		}
	}
	if text == "" {
		return blank
	}
	return word
}

func latin(kind int) bool { return kind == word || kind == number || kind == address }

// asciiKinds are the kinds of the ASCII characters.
var asciiKinds = func() (kinds [utf8.RuneSelf]int) {
	for c := range kinds {
		switch {
		case c >= 'a' && c <= 'z':
			kinds[c] = word
		case c >= '0' && c <= '9':
			kinds[c] = number
		case strings.ContainsRune(signs, rune(c)):
			kinds[c] = address
		}
	}
	return kinds
}()

// kindOf is the kind of a character: kana, and the kanji of the blocks that texts are written in.
func kindOf(r rune) int {
	switch {
	case r < utf8.RuneSelf:
		return asciiKinds[r]
	case r >= 0x3041 && r <= 0x30FF, r >= 0x4E00 && r <= 0x9FFF, r == '々':
		return japanese
	}
	return blank
}

// collector gathers features, each once. They share the memory of the text.
type collector struct {
	text string
	seen *index
	word int // where the word before began, if only one blank parts it from what comes; else none
}

const none = -1

// maxWord is the length of the longest word that is a feature.
const maxWord = 20

// take adds the features of the token from start to end.
func (c *collector) take(kind, start, end int) {
	before := c.word
	c.word = none
	switch kind {
	case blank:
		if c.text[start:end] == " " {
			c.word = before
		}
	case word:
		for strings.IndexByte(signs, c.text[start]) >= 0 {
			start, before = start+1, none
		}
		last := end
		for strings.IndexByte(signs, c.text[last-1]) >= 0 {
			last--
		}
		if last-start < 2 || last-start > maxWord {
			return
		}
		c.seen.add(c.text[start:last])
		if before != none {
			c.seen.add(c.text[before:last])
		}
		if last == end {
			c.word = start
		}
	case number:
		if digits := c.text[start:end]; len(digits) <= 5 && digits[0] != '0' {
			c.seen.add(digits)
		}
	case japanese:
		c.pairs(c.text[start:end])
	}
}

// pairs adds each two characters that stand together. Longer runs were tried: they tell no more, and cost three times as much.
func (c *collector) pairs(text string) {
	before := none
	for i, r := range text {
		if before != none {
			c.seen.add(text[before : i+utf8.RuneLen(r)])
		}
		before = i
	}
}
