package fulltext

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// maxWord is the number of bytes of a word that are looked at: longer ones are encodings that nobody searches whole.
const maxWord = 64

// maxPlaces is the number of places that one text can have; what stands behind them is not found.
const maxPlaces = 1 << 20

// Terms calls emit for each term of the text with its place, ascending. A place is a word, or one character of a run of
// Chinese or Japanese. The bytes are valid during the call only.
func Terms(text string, emit func(term []byte, place int)) {
	c := cutter{emit: emit}
	c.cut(text, true)
}

// cutter cuts text into terms. The zero pair or word is empty.
type cutter struct {
	emit  func(term []byte, place int)
	place int
	word  []byte
	pair  []byte // the character whose pair is not complete yet
}

// cut takes the text in, rune by rune; foreign runes are brought to NFKC first.
func (c *cutter) cut(text string, fold bool) {
	if fold && !isASCII(text) {
		text = norm.NFKC.String(strings.ToValidUTF8(text, " "))
	}
	for i := 0; i < len(text) && c.place < maxPlaces; {
		b := text[i]
		if b < utf8.RuneSelf {
			c.ascii(b)
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(text[i:])
		c.rune(r)
		i += size
	}
	c.endWord()
	c.endPair()
}

func isASCII(text string) bool {
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func (c *cutter) ascii(b byte) {
	switch {
	case b >= 'a' && b <= 'z', b >= '0' && b <= '9':
	case b >= 'A' && b <= 'Z':
		b += 'a' - 'A'
	default:
		c.endWord()
		c.endPair()
		return
	}
	c.endPair()
	if len(c.word) < maxWord {
		c.word = append(c.word, b)
	}
}

func (c *cutter) rune(r rune) {
	switch {
	case isCJK(r):
		c.endWord()
		first := len(c.pair)
		c.pair = utf8.AppendRune(c.pair, r)
		if first > 0 {
			c.emit(c.pair, c.place)
			c.place++
			c.pair = append(c.pair[:0], c.pair[first:]...)
		}
	case unicode.IsLetter(r), unicode.IsDigit(r), unicode.IsMark(r):
		c.endPair()
		if len(c.word) < maxWord {
			c.word = utf8.AppendRune(c.word, unicode.ToLower(r))
		}
	default:
		c.endWord()
		c.endPair()
	}
}

func (c *cutter) endWord() {
	if len(c.word) > 0 {
		c.emit(c.word, c.place)
		c.place++
		c.word = c.word[:0]
	}
}

func (c *cutter) endPair() {
	if len(c.pair) > 0 {
		c.emit(c.pair, c.place)
		c.place++
		c.pair = c.pair[:0]
	}
}

// isCJK tells whether r is written without spaces between words: kanji, kana and their marks, bopomofo.
func isCJK(r rune) bool {
	switch {
	case r < 0x2E80:
		return false
	case r >= 0x3041 && r <= 0x309F, r >= 0x30A1 && r <= 0x30FA, r >= 0x30FC && r <= 0x30FF, r >= 0x4E00 && r <= 0x9FFF:
		return true
	case r == '々', r == '〆', r == '〇':
		return true
	}
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Bopomofo)
}
