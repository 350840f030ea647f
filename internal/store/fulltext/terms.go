package fulltext

import (
	"bytes"
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
// Chinese or Japanese; four numbers with dots between stand at the place of the last one, beside it. The bytes are valid
// during the call only.
func Terms(text string, emit func(term []byte, place int)) {
	c := cutter{emit: emit}
	c.cut(text)
}

// cutter cuts text into terms. The zero pair or word is empty.
type cutter struct {
	emit  func(term []byte, place int)
	place int
	word  []byte
	pair  []byte // the character whose pair is not complete yet
	quad  quad
}

// quad follows numbers with dots between, for an address is searched as one term: its numbers apart are in nearly every
// mail. A dot may be in brackets, as in 203[.]0[.]113[.]7.
type quad struct {
	text    []byte // the last numbers, up to four, with dots between
	numbers int
	dots    int // in what stood since the last number, many where anything but a dot and brackets did
}

const broken = 2 // more dots than there can be between two numbers of an address

// separate takes in what stands between words.
func (q *quad) separate(b byte) {
	switch b {
	case '.':
		q.dots++
	case '[', ']', '(', ')', '{', '}', '\\':
	default:
		q.dots = broken
	}
}

// add takes the next word in and tells whether text is four numbers now.
func (q *quad) add(word []byte) bool {
	dotted := q.dots == 1 && q.numbers > 0
	q.dots = 0
	if !isOctet(word) {
		q.numbers = 0
		return false
	}
	if !dotted {
		q.text, q.numbers = append(q.text[:0], word...), 1
		return false
	}
	if q.numbers == 4 {
		first := bytes.IndexByte(q.text, '.')
		q.text = append(q.text[:0], q.text[first+1:]...)
		q.numbers--
	}
	q.text = append(append(q.text, '.'), word...)
	q.numbers++
	return q.numbers == 4
}

// isOctet tells whether the word is a number of up to three digits.
func isOctet(word []byte) bool {
	if len(word) > 3 {
		return false
	}
	for _, b := range word {
		if b < '0' || b > '9' {
			return false
		}
	}
	return true
}

// cut takes the text in, rune by rune; foreign runes are brought to NFKC first.
func (c *cutter) cut(text string) {
	if !isFolded(text) {
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

// isFolded tells of a text that NFKC leaves as it is, as nearly all Japanese ones: it has only ASCII, kanji, kana with
// their marks in them, and the usual punctuation. Of other texts it may not know.
func isFolded(text string) bool {
	for i := 0; i < len(text); {
		if text[i] < utf8.RuneSelf {
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(text[i:])
		i += size
		switch {
		case r >= 0x4E00 && r <= 0x9FFF, r >= 0x3041 && r <= 0x3096, r >= 0x30A1 && r <= 0x30FE, r >= 0x3001 && r <= 0x3003, r >= 0x3008 && r <= 0x3011:
		default:
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
		c.quad.separate(b)
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
		c.quad.dots = broken
	}
}

func (c *cutter) endWord() {
	if len(c.word) > 0 {
		c.emit(c.word, c.place)
		if c.quad.add(c.word) {
			c.emit(c.quad.text, c.place)
		}
		c.place++
		c.word = c.word[:0]
	}
}

func (c *cutter) endPair() {
	if len(c.pair) > 0 {
		c.emit(c.pair, c.place)
		c.place++
		c.pair = c.pair[:0]
		c.quad.dots = broken
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
