package charset

import (
	"bytes"
	"unicode/utf8"
)

// Rows of JIS X 0208, counted from 0, by what they hold.
const (
	rowHiragana = 3
	rowKatakana = 4
	rowNEC      = 12 // circled digits and the like, which NEC put there
	rowLevel1   = 15 // the 2,965 kanji in common use
	rowLevel2   = 47
)

// sampleSize is how many bytes, from the first one that is not ASCII, decide on a charset.
const sampleSize = 8 << 10

// Choose gives the charset to read src in, labelled as label, and where that is not what the label says,
// how it was found.
func Choose(src []byte, label string) (name, guess string) {
	name, known := Canonical(label)
	first := firstSpecial(src)
	if len(src) >= 2 && (name == "" || name == ASCII || isUnicode(name)) {
		if wide := detectWide(src, name); wide != "" {
			return wide, guessed(wide, name, label, known)
		}
	}
	if first == len(src) && !isWide(name) && name != UTF7 && name != hzGB2312 {
		return chooseASCII(src, name)
	}
	if name == "" || name == ASCII {
		found := Detect(src[first:])
		return found, guessed(found, name, label, known)
	}
	if name == UTF8 && src[first] >= utf8.RuneSelf && utf8.Valid(src) {
		return name, ""
	}
	if found := contradicts(src[first:], name); found != "" && found != name {
		return found, "labelled " + name + "; read as " + found
	}
	return name, ""
}

// chooseASCII names the charset of a text of 7-bit bytes without controls: that of its label, as the same
// bytes are the same text in all of them, unless it is Japanese that lost its escapes.
func chooseASCII(src []byte, name string) (string, string) {
	if name == ISO2022JP {
		return name, ""
	}
	if (name == "" || name == ASCII || name == UTF8) && hasStripped(src) {
		return ISO2022JP, "escapes were stripped; read as iso-2022-jp"
	}
	if name == "" {
		return ASCII, ""
	}
	return name, ""
}

// hasStripped tells whether 7-bit src has Japanese without the bytes ESC, of enough length that it is no
// accident.
func hasStripped(src []byte) bool {
	sample := src[:min(len(src), sampleSize)]
	if !bytes.Contains(sample, []byte("(B")) && !bytes.Contains(sample, []byte("(J")) {
		return false
	}
	start, length := strippedPairs(sample)
	if start < 0 || length < 4 {
		return false
	}
	rest := sample[start+2+length:]
	return hasPrefix(rest, "(B") || hasPrefix(rest, "(J")
}

func guessed(found, name, label string, known bool) string {
	switch {
	case found == name || found == ASCII:
		return ""
	case !known && label == "":
		return "charset label missing; read as " + found
	case name != "":
		return "labelled " + name + "; read as " + found
	}
	return "charset label " + quoteLabel(label) + " unknown; read as " + found
}

// quoteLabel makes a foreign label fit to be printed in a phrase.
func quoteLabel(label string) string {
	clean := make([]byte, 0, 40)
	for i := 0; i < len(label) && len(clean) < 40; i++ {
		if c := label[i]; c > 0x20 && c < 0x7F && c != '"' {
			clean = append(clean, c)
		}
	}
	return `"` + string(clean) + `"`
}

func isUnicode(name string) bool { return name == UTF8 || isWide(name) }

func isWide(name string) bool {
	return name == UTF16LE || name == UTF16BE || name == UTF32LE || name == UTF32BE || name == "utf-16" || name == "utf-32"
}

// IsWide tells whether a label is that of a charset whose text is full of zero bytes: UTF-16, UTF-32.
func IsWide(label string) bool {
	name, _ := Canonical(label)
	return isWide(name)
}

// firstSpecial is the offset of the first byte of src that is not plain ASCII: 8-bit, ESC or a shift.
func firstSpecial(src []byte) int {
	for i, c := range src {
		if c >= utf8.RuneSelf || c == escape || c == shiftOut {
			return i
		}
	}
	return len(src)
}

// Detect finds the charset of src from its bytes alone. It never fails: text of no known kind is
// windows-1252.
func Detect(src []byte) string {
	if wide := detectWide(src, ""); wide != "" {
		return wide
	}
	src = src[firstSpecial(src):]
	sample := src[:min(len(src), sampleSize)]
	if hasDesignation(sample) {
		if bytes.Contains(sample, []byte("\x1b$)C")) {
			return ISO2022KR
		}
		return ISO2022JP
	}
	for i, c := range src {
		if c >= utf8.RuneSelf {
			return detectEightBit(src[i:])
		}
	}
	return ASCII
}

// hasDesignation tells whether an escape sequence that selects a multi-byte set or kana is in b.
func hasDesignation(b []byte) bool {
	for {
		i := bytes.IndexByte(b, escape)
		if i < 0 {
			return false
		}
		b = b[i+1:]
		if hasPrefix(b, "$B") || hasPrefix(b, "$@") || hasPrefix(b, "(I") || hasPrefix(b, "$(") || hasPrefix(b, "$A") || hasPrefix(b, "$)") {
			return true
		}
	}
}

// detectWide recognizes UTF-16 and UTF-32 by a byte order mark or by where the zero bytes stand.
func detectWide(src []byte, name string) string {
	switch {
	case len(src) >= 4 && src[0] == 0xFF && src[1] == 0xFE && src[2] == 0 && src[3] == 0:
		return UTF32LE
	case len(src) >= 4 && src[0] == 0 && src[1] == 0 && src[2] == 0xFE && src[3] == 0xFF:
		return UTF32BE
	case len(src) >= 2 && src[0] == 0xFF && src[1] == 0xFE:
		return UTF16LE
	case len(src) >= 2 && src[0] == 0xFE && src[1] == 0xFF:
		return UTF16BE
	}
	sample := src[:min(len(src), 512)&^1]
	var zero [2]int
	for i, c := range sample {
		if c == 0 {
			zero[i&1]++
		}
	}
	half := len(sample) / 2
	switch {
	case half >= 2 && zero[1] > half/4 && zero[0] <= half/16:
		return UTF16LE
	case half >= 2 && zero[0] > half/4 && zero[1] <= half/16:
		return UTF16BE
	case name == "utf-16":
		return UTF16BE // RFC 2781, 4.3
	case name == "utf-32":
		return UTF32BE
	}
	return ""
}

// contradicts gives the charset that src plainly is in although it is labelled name, or "".
func contradicts(src []byte, name string) string {
	sample := src[:min(len(src), sampleSize)]
	if name != ISO2022JP && name != ISO2022KR && name != hzGB2312 && hasDesignation(sample) && !isWide(name) {
		return ISO2022JP
	}
	if isWide(name) || name == UTF7 {
		return ""
	}
	switch name {
	case ISO2022JP, ISO2022KR:
		if hasDesignation(sample) || bytes.IndexByte(sample, shiftOut) >= 0 || isASCII(sample) {
			return ""
		}
		return detectEightBit(sample)
	case UTF8:
		return contradictsUTF8(sample)
	}
	if multi := multibyteUTF8(sample); multi >= 2 && wholeUTF8(sample) {
		// By chance other text is hardly ever UTF-8 in more than one place.
		if name != ShiftJIS && name != EUCJP || multi >= 3 || measure(sample, name).bad > 0 {
			return UTF8
		}
	}
	return contradictsLegacy(sample, name)
}

// contradictsUTF8 judges a text that says UTF-8: a few broken places are damage, many are another charset.
func contradictsUTF8(sample []byte) string {
	good, broken := 0, 0
	for i := 0; i < len(sample); {
		if sample[i] < utf8.RuneSelf {
			i++
			continue
		}
		r, n := utf8.DecodeRune(sample[i:])
		if r == utf8.RuneError && n == 1 {
			n = brokenSequence(sample[i:])
			if i+n == len(sample) && n > 1 {
				break // the last character was cut, by us or on the way
			}
			broken++
		} else {
			good++
		}
		i += n
	}
	if broken == 0 || good > broken {
		return ""
	}
	return detectEightBit(sample)
}

// contradictsLegacy judges a text labelled with one of the older charsets by how well it reads as that and
// as the Japanese ones.
func contradictsLegacy(sample []byte, name string) string {
	labelled := measure(sample, name)
	if labelled.bad == 0 && labelled.kana > 4*labelled.comma {
		return "" // it reads as Japanese: no need to try the others
	}
	found := detectEightBit(sample)
	if found != ShiftJIS && found != EUCJP || found == name {
		return ""
	}
	other := measure(sample, found)
	switch name {
	case ShiftJIS, EUCJP:
		// Hiragana of EUC-JP read as Shift_JIS are a half-width comma each.
		commas := found == EUCJP && other.bad == 0 && labelled.comma >= 3 && other.kana >= 3
		if commas || labelled.bad > other.bad && other.score() > labelled.score() {
			return found
		}
	case "gbk", "gb18030", "big5", "euc-kr":
		// Kana are in these sets too, at the same place as in EUC-JP: only broken text speaks against them. Those
		// of Shift_JIS are at the place of characters that hardly occur.
		if other.bad == 0 && (labelled.bad > 2 && other.kana > 0 || found == ShiftJIS && other.kana >= 3) {
			return found
		}
	default:
		whole := other.common >= 3 && 10*2*other.common >= 8*len(sample)
		if other.bad == 0 && (other.kana >= 2 || whole) {
			return found
		}
	}
	return ""
}

func isASCII(b []byte) bool {
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// wholeUTF8 is utf8.Valid, forgiving a character cut off at the end of the sample.
func wholeUTF8(sample []byte) bool {
	rest := len(sample) - validPrefix(sample)
	return rest == 0 || len(sample) == sampleSize && rest < utf8.UTFMax
}

// multibyteUTF8 counts the characters of more than one byte in valid UTF-8.
func multibyteUTF8(sample []byte) int {
	n := 0
	for _, c := range sample {
		if c >= 0xC2 {
			n++
		}
	}
	return n
}

// detectEightBit finds the charset of a text that has 8-bit bytes and no escapes.
func detectEightBit(src []byte) string {
	sample := src[:min(len(src), sampleSize)]
	if multibyteUTF8(sample) > 0 && wholeUTF8(sample) && validPrefix(sample) > 0 {
		return UTF8
	}
	sjis, euc := measure(sample, ShiftJIS), measure(sample, EUCJP)
	best, name := sjis, ShiftJIS
	if euc.score() > sjis.score() {
		best, name = euc, EUCJP
	}
	japanese := best.kana+best.common > 0 || best.half >= 3
	if best.half > 4*(best.kana+best.common) && isKOI8(sample) {
		japanese = false
	}
	if best.bad*8 <= best.chars() && best.score() > 0 && japanese {
		if name == EUCJP && best.kana == 0 {
			return detectEUCLike(sample)
		}
		return name
	}
	if isBig5(sample) {
		return "big5"
	}
	return detectSingleByte(sample)
}

// isKOI8 tells Russian in KOI8-R from half-width kana: all its letters stand above C0, and kana are on both
// sides.
func isKOI8(sample []byte) bool {
	low, high := 0, 0
	for _, c := range sample {
		switch {
		case c >= 0xC0:
			high++
		case c >= 0xA6:
			low++
		}
	}
	return high >= 8 && low*16 <= high
}

// isBig5 tells whether sample is made of pairs of Big5, most of them from the common characters A4 to C6.
func isBig5(sample []byte) bool {
	pairs, common := 0, 0
	for i := 0; i+1 < len(sample); i++ {
		lead, trail := sample[i], sample[i+1]
		if lead < utf8.RuneSelf {
			continue
		}
		if lead < 0xA1 || lead > 0xF9 || trail < 0x40 || trail > 0x7E && trail < 0xA1 {
			return false
		}
		pairs++
		if lead >= 0xA4 && lead <= 0xC6 {
			common++
		}
		i++
	}
	return pairs >= 6 && common*4 >= pairs*3
}

// detectEUCLike tells apart the charsets made of pairs A1 to FE, in a text without Japanese kana.
func detectEUCLike(sample []byte) string {
	hangul, hanzi, pairs := 0, 0, 0
	for i := 0; i+1 < len(sample); i++ {
		if sample[i] < utf8.RuneSelf {
			continue
		}
		switch lead := sample[i]; {
		case lead >= 0xB0 && lead <= 0xC8:
			hangul++
		case lead > 0xC8:
			hanzi++
		}
		pairs++
		i++
	}
	switch {
	case pairs < 8: // too short to tell: a Japanese name
		return EUCJP
	case hanzi*20 <= hangul:
		return "euc-kr"
	case pairs >= 24: // so many kanji in a row and no kana is Chinese
		return "gb18030"
	}
	return EUCJP
}

// detectSingleByte tells Cyrillic from Western text by where most of its letters stand.
func detectSingleByte(sample []byte) string {
	upper, lower, controls, letters := 0, 0, 0, 0
	for _, c := range sample {
		switch {
		case c >= 0xE0:
			lower++
		case c >= 0xC0:
			upper++
		case c >= 0x80 && c <= 0x9F:
			controls++
		case c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z':
			letters++
		}
	}
	switch high := upper + lower; {
	case high < 8 || high < letters:
		return "windows-1252"
	case lower > upper*2:
		return "windows-1251"
	case upper > lower*2:
		return "koi8-r"
	}
	return "windows-1252"
}
