package charset

import (
	"bytes"
	"slices"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
)

const (
	escape   = 0x1B
	shiftOut = 0x0E
	shiftIn  = 0x0F
)

// charSet is a character set that ISO 2022 can designate.
type charSet byte

const (
	setASCII charSet = iota
	setKana          // JIS X 0201 katakana, 7-bit
	set0208
	set0212
	set0213Plane1
	set0213Plane2
	setGB2312
	setKSC5601
	setPrivate // the user-defined characters of ISO-2022-JP-MS
	setLatin1  // only as G2, by single shift
	setGreek   // only as G2, by single shift
)

func (s charSet) double() bool { return s >= set0208 && s <= setPrivate }

// designations are the escape sequences (without ESC) that select G0, longest first where one begins
// another. ESC K and ESC H are NEC's old kanji-in and kanji-out; ESC ( H is a JIS X 0201 lookalike that
// some mailers wrote.
var designations = []struct {
	seq string
	set charSet
}{
	{"$(B", set0208}, {"$(@", set0208}, {"$(D", set0212}, {"$(C", setKSC5601}, {"$(A", setGB2312},
	{"$(O", set0213Plane1}, {"$(Q", set0213Plane1}, {"$(P", set0213Plane2}, {"$(?", setPrivate},
	{"$B", set0208}, {"$@", set0208}, {"$A", setGB2312},
	{"(B", setASCII}, {"(J", setASCII}, {"(H", setASCII}, {"(I", setKana},
	{"K", set0208}, {"H", setASCII},
}

// iso2022 is the state of reading a text in ISO-2022-JP or ISO-2022-KR.
type iso2022 struct {
	src []byte
	dst []byte
	bad int

	g0, g1, g2 charSet
	shifted    bool // G1 is in use, after shift-out
	lost       bool // a line ended in a two-byte set: the next may go on without an escape
}

// appendISO2022 decodes ISO-2022-JP with all that was added to it: half-width kana by escape, by
// shift-out and as 8-bit bytes; the rows of NEC and IBM; JIS X 0212 and 0213; GB 2312, KS C 5601 and the
// Latin-1 and Greek halves of ISO-2022-JP-2. Where escapes were lost on the way, the text tells.
func appendISO2022(dst, src []byte, isKorean bool) ([]byte, int) {
	d := &iso2022{src: src, dst: slices.Grow(dst, len(src)*3/2+4), g1: setKana, g2: setLatin1}
	if isKorean {
		d.g1 = setKSC5601
	}
	for i := 0; i < len(src); {
		i = d.step(i)
	}
	return d.dst, d.bad
}

// step reads what begins at i and returns where the next begins.
func (d *iso2022) step(i int) int {
	c := d.src[i]
	set := d.current()
	switch {
	case c == escape:
		return d.escape(i)
	case c == shiftOut:
		d.shifted = true
		return i + 1
	case c == shiftIn:
		d.shifted = false
		return i + 1
	case c == '\n':
		// RFC 1468: a line ends in ASCII. That the text left out the escape is noted for the next line.
		d.lost = set.double()
		d.g0, d.shifted = setASCII, false
		d.dst = append(d.dst, c)
		return i + 1
	case c >= utf8.RuneSelf:
		return d.eightBit(i)
	case c < 0x21 || c == 0x7F:
		d.dst = append(d.dst, c)
		return i + 1
	case set == setASCII:
		return d.ascii(i)
	case set == setKana:
		if c < 0x60 {
			d.dst = utf8.AppendRune(d.dst, rune(c)-0x21+halfKana)
		} else {
			d.dst = append(d.dst, c)
		}
		return i + 1
	}
	return d.pair(i, set)
}

func (d *iso2022) current() charSet {
	if d.shifted {
		return d.g1
	}
	return d.g0
}

// escape reads the escape sequence at i. One that says nothing about charsets is dropped.
func (d *iso2022) escape(i int) int {
	rest := d.src[i+1:]
	for _, des := range designations {
		if len(rest) >= len(des.seq) && string(rest[:len(des.seq)]) == des.seq {
			d.g0, d.shifted, d.lost = des.set, false, false
			return i + 1 + len(des.seq)
		}
	}
	switch {
	case hasPrefix(rest, ".A"):
		d.g2 = setLatin1
	case hasPrefix(rest, ".F"):
		d.g2 = setGreek
	case hasPrefix(rest, "$)C"):
		d.g1 = setKSC5601
	case hasPrefix(rest, "$)A"):
		d.g1 = setGB2312
	case hasPrefix(rest, "N") && len(rest) > 1 && rest[1] >= 0x20:
		return d.singleShift(i + 2)
	}
	return i + 1 + sequenceLen(rest)
}

func hasPrefix(b []byte, prefix string) bool {
	return len(b) >= len(prefix) && string(b[:len(prefix)]) == prefix
}

// sequenceLen is the length of the escape sequence that rest (behind ESC) begins with: intermediate bytes
// 20 to 2F and one final byte (ISO 2022), or a terminal's control sequence (ESC [ … letter).
func sequenceLen(rest []byte) int {
	n := 0
	if hasPrefix(rest, "[") {
		for n = 1; n < len(rest) && n < 16 && rest[n] >= 0x20 && rest[n] < 0x40; n++ {
		}
	} else {
		for n < len(rest) && n < 4 && rest[n] >= 0x20 && rest[n] < 0x30 {
			n++
		}
	}
	if n > 0 && n < len(rest) && rest[n] >= 0x30 && rest[n] < 0x7F {
		n++
	}
	return n
}

// singleShift reads the one character of G2 at i (RFC 1554).
func (d *iso2022) singleShift(i int) int {
	c := d.src[i] | 0x80
	name := "iso-8859-1"
	if d.g2 == setGreek {
		name = "iso-8859-7"
	}
	var bad int
	d.dst, bad = appendOther(d.dst, []byte{c}, name)
	d.bad += bad
	return i + 1
}

// ascii copies the run of ASCII at i, unless it is Japanese whose escape was lost.
func (d *iso2022) ascii(i int) int {
	end := i
	for end < len(d.src) && d.src[end] >= 0x20 && d.src[end] < 0x7F {
		end++
	}
	run := d.src[i:end]
	if n := d.strayPairs(run, end); n > 0 {
		d.appendPairs(run[:n])
		d.lost = false
		return i + n
	}
	d.dst = d.appendStripped(run)
	d.lost = false
	return end
}

// strayPairs tells how many bytes at the start of run are pairs of JIS X 0208 although nothing selected
// that set: the line before ended in it, or an escape back to ASCII follows which had nothing to end.
func (d *iso2022) strayPairs(run []byte, end int) int {
	closed := hasPrefix(d.src[end:], "\x1b(B") || hasPrefix(d.src[end:], "\x1b(J")
	if !closed && !(d.lost && (end == len(d.src) || d.src[end] == '\n' || d.src[end] == '\r')) {
		return 0
	}
	if len(run)%2 != 0 || hasPrefix(run, "$B") || hasPrefix(run, "$@") || !plausiblePairs(run) {
		return 0
	}
	return len(run)
}

// appendStripped appends ASCII text in which the bytes ESC may have been stripped from the sequences
// around Japanese: "$B" … "(B".
func (d *iso2022) appendStripped(run []byte) []byte {
	for len(run) > 0 {
		start, length := strippedPairs(run)
		if start < 0 {
			break
		}
		d.dst = append(d.dst, run[:start]...)
		d.appendPairs(run[start+2 : start+2+length])
		run = run[start+2+length:]
		if hasPrefix(run, "(B") || hasPrefix(run, "(J") {
			run = run[2:]
		}
	}
	return append(d.dst, run...)
}

// strippedPairs finds the first "$B" or "$@" in run that plausible pairs of JIS X 0208 follow, up to "(B",
// "(J" or the end, and returns where it stands and the length of the pairs; -1 where there is none.
func strippedPairs(run []byte) (start, length int) {
	for at := 0; ; {
		next := bytes.IndexByte(run[at:], '$')
		if next < 0 || at+next+2 > len(run) {
			return -1, 0
		}
		at += next
		if c := run[at+1]; c == 'B' || c == '@' {
			n, closed := pairsUntilASCII(run[at+2:])
			if pairs := run[at+2 : at+2+n]; closed && plausiblePairs(pairs) && !isAccident(pairs, run[at+2+n:]) {
				return at, n
			}
			at += n // what begins in between would end at the same place
		}
		at++
	}
}

// isAccident tells whether pairs behind "$B" are rather ASCII: a single kanji with a letter behind, as in
// "$BIN(BAR)", or kanji alone with no way back to ASCII behind, as in "$BANK1".
func isAccident(pairs, after []byte) bool {
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i] < 0x21+rowLevel1 {
			return false
		}
	}
	return len(after) == 0 || len(pairs) == 2 && len(after) > 2 && (after[2]|0x20 >= 'a' && after[2]|0x20 <= 'z')
}

// maxStripped bounds how far a stripped "(B" is looked for, so that many "$B" cost no more than few.
const maxStripped = 512

// pairsUntilASCII is the length of the pairs at the start of b; closed tells whether "(B", "(J" or the end of b
// stands behind them.
func pairsUntilASCII(b []byte) (n int, closed bool) {
	for n < maxStripped {
		if n == len(b) || hasPrefix(b[n:], "(B") || hasPrefix(b[n:], "(J") {
			return n, true
		}
		if n+1 >= len(b) || b[n] < 0x21 || b[n] > 0x7E || b[n+1] < 0x21 || b[n+1] > 0x7E {
			return n, false
		}
		n += 2
	}
	return n, false
}

// plausiblePairs tells whether 7-bit pairs read as Japanese: all exist, and most are kana, punctuation or
// kanji of the first level.
func plausiblePairs(b []byte) bool {
	table, common, pairs := jis0208(), 0, 0
	for i := 0; i+1 < len(b); i += 2 {
		row, c := b[i]-0x21, b[i+1]-0x21
		if b[i] < 0x21 || b[i] > 0x7E || b[i+1] < 0x21 || b[i+1] > 0x7E || table[int(row)*rowLen+int(c)] == 0 {
			return false
		}
		if row == rowHiragana || row == rowKatakana || row == 0 || row >= rowLevel1 && row < rowLevel2 {
			common++
		}
		pairs++
	}
	return pairs > 0 && common*4 >= pairs*3
}

func (d *iso2022) appendPairs(b []byte) {
	for i := 0; i+1 < len(b); i += 2 {
		d.dst = utf8.AppendRune(d.dst, cell(jis0208()[:], b[i]-0x21, b[i+1]-0x21))
	}
}

// pair reads the two-byte character of set at i.
func (d *iso2022) pair(i int, set charSet) int {
	c0 := d.src[i]
	if i+1 >= len(d.src) || d.src[i+1] < 0x21 || d.src[i+1] > 0x7E {
		// Half a character: what follows (a line end, an escape) is read for itself.
		d.dst = append(d.dst, "\uFFFD"...)
		d.bad++
		return i + 1
	}
	c1 := d.src[i+1]
	var r rune
	switch set {
	case set0213Plane1, set0213Plane2:
		var ok bool
		if d.dst, ok = append0213(d.dst, int(set-set0213Plane1), c0-0x21, c1-0x21); !ok {
			d.bad++
		}
		return i + 2
	case set0208:
		if c0 == '(' && (c1 == 'B' || c1 == 'J') {
			// No character stands there: it is the way back to ASCII, whose ESC was lost.
			d.g0 = setASCII
			return i + 2
		}
		r = cell(jis0208()[:], c0-0x21, c1-0x21)
	case set0212:
		r = cell(jis0212()[:], c0-0x21, c1-0x21)
	case setPrivate:
		r = 0xE000 + rune(c0-0x21)*rowLen + rune(c1-0x21)
	case setGB2312:
		r = eightBitPair(simplifiedchinese.GBK, c0, c1)
	case setKSC5601:
		r = eightBitPair(korean.EUCKR, c0, c1)
	}
	if r == utf8.RuneError {
		d.bad++
	}
	d.dst = utf8.AppendRune(d.dst, r)
	return i + 2
}

// eightBitPair reads a 7-bit pair through the 8-bit encoding of the same set.
func eightBitPair(enc encoding.Encoding, c0, c1 byte) rune {
	var out [8]byte
	n, _, err := enc.NewDecoder().Transform(out[:], []byte{c0 | 0x80, c1 | 0x80}, true)
	if err != nil {
		return utf8.RuneError
	}
	r, size := utf8.DecodeRune(out[:n])
	if size != n {
		return utf8.RuneError
	}
	return r
}

// eightBit reads the run of text with 8-bit bytes at i, which a 7-bit charset has no room for: half-width
// kana (JIS X 0201 in 8 bits), or text of another charset pasted in.
func (d *iso2022) eightBit(i int) int {
	end := i
	for end < len(d.src) && d.src[end] != escape && d.src[end] != '\n' {
		end++
	}
	run := d.src[i:end]
	name := detectEightBit(run)
	if onlyKana(run) {
		name = ShiftJIS // which has the kana at the same places
	}
	var bad int
	d.dst, bad = Append(d.dst, run, name)
	d.bad += bad
	return end
}

// onlyKana tells whether all 8-bit bytes of run are half-width kana, with no more punctuation than text has.
func onlyKana(run []byte) bool {
	letters, commas := 0, 0
	for _, c := range run {
		switch {
		case c < utf8.RuneSelf:
		case c >= 0xA6 && c <= 0xDF:
			letters++
		case c >= 0xA1 && c <= 0xA5:
			commas++
		default:
			return false
		}
	}
	return commas*4 <= letters
}
