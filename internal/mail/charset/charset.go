// Package charset turns the bytes of mail into UTF-8, whatever the label says.
//
// Mail of Japan comes in ISO-2022-JP (a 7-bit code that switches between character sets by escape
// sequences, RFC 1468 and its extensions RFC 1554 and RFC 2237), Shift_JIS with Microsoft's additions
// (CP932), EUC-JP and UTF-8, and often under a label that is missing, misspelt or a lie. So a label is a
// hint here: [ToUTF8] decodes by it where the bytes fit, and by the bytes where they do not, and says
// which. The decoders for Japanese are ours, because those at hand stop at half-width kana by shift-out,
// at lost escapes and at 8-bit bytes in a 7-bit text; the mapping is that of the WHATWG Encoding
// Standard, whose tables are taken from golang.org/x/text. All other charsets are decoded by x/text.
//
// Two deviations from WHATWG, both for evidence that is typed with the same keys: the Roman set of
// JIS X 0201 is read as ASCII (so that paths and URLs keep \ and ~), and bytes that do not fit give
// U+FFFD without ever swallowing an ASCII character behind them.
package charset

import (
	"bytes"
	"unicode/utf8"
	"unsafe"

	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/transform"
)

// Canonical names of the charsets that this package decodes itself.
const (
	ASCII        = "us-ascii"
	UTF8         = "utf-8"
	UTF7         = "utf-7"
	UTF16LE      = "utf-16le"
	UTF16BE      = "utf-16be"
	UTF32LE      = "utf-32le"
	UTF32BE      = "utf-32be"
	ISO2022JP    = "iso-2022-jp"
	ISO2022KR    = "iso-2022-kr"
	ShiftJIS     = "shift_jis"
	EUCJP        = "euc-jp"
	ShiftJIS2004 = "shift_jis-2004"
	EUCJIS2004   = "euc-jis-2004"

	hzGB2312 = "hz-gb-2312"
)

// Result is a decoded text.
type Result struct {
	Text    string // valid UTF-8
	Charset string // canonical name of the charset used
	Bad     int    // places where bytes could not be read and U+FFFD stands
	Guess   string // "" where the label was right, else how the charset was found, as one English phrase
}

// largeText is the size, in bytes, from which memory is taken once for the largest result rather than by need.
const largeText = 1 << 20

// ToUTF8 decodes src, labelled as label ("" where there is none). The result is at most 3*len(src)+16 bytes
// long.
func ToUTF8(src []byte, label string) Result {
	name, guess := Choose(src, label)
	var room []byte
	if len(src) > largeText && !((name == ASCII || name == UTF8) && utf8.Valid(src)) {
		room = make([]byte, 0, 3*len(src)+16) // the most it can be, so that nothing is copied in growing
	}
	text, bad := Append(room, src, name)
	return Result{Text: unsafe.String(unsafe.SliceData(text), len(text)), Charset: name, Bad: bad, Guess: guess}
}

// Append appends src, read in the charset of the canonical name, to dst as UTF-8, and tells how many
// places could not be read.
func Append(dst, src []byte, name string) ([]byte, int) {
	switch name {
	case ASCII, UTF8, "":
		return appendUTF8(dst, src)
	case ISO2022JP, ISO2022KR:
		return appendISO2022(dst, src, name == ISO2022KR)
	case ShiftJIS:
		return appendShiftJIS(dst, src)
	case EUCJP:
		return appendEUCJP(dst, src)
	case ShiftJIS2004:
		return appendShiftJIS2004(dst, src)
	case EUCJIS2004:
		return appendEUCJIS2004(dst, src)
	case UTF7:
		return appendUTF7(dst, src)
	case UTF16LE, UTF16BE:
		return appendUTF16(dst, src, name == UTF16BE)
	case UTF32LE, UTF32BE:
		return appendUTF32(dst, src, name == UTF32BE)
	}
	return appendOther(dst, src, name)
}

// appendOther decodes by golang.org/x/text.
func appendOther(dst, src []byte, name string) ([]byte, int) {
	enc, err := htmlindex.Get(name)
	if name == hzGB2312 { // which the WHATWG wants nobody to read
		enc, err = simplifiedchinese.HZGB2312, nil
	}
	if err != nil {
		return appendUTF8(dst, src)
	}
	start := len(dst)
	if cap(dst)-start < len(src) {
		dst = append(make([]byte, 0, start+len(src)*2+16), dst...)
	}
	dst, _, err = transform.Append(enc.NewDecoder(), dst, src)
	if err != nil {
		return appendUTF8(dst[:start], src)
	}
	return dst, bytes.Count(dst[start:], []byte("\uFFFD"))
}

// appendUTF8 copies src, with U+FFFD for each byte that is not UTF-8. Surrogates that were written as
// three bytes each (CESU-8, by Java and databases) are joined.
func appendUTF8(dst, src []byte) ([]byte, int) {
	if utf8.Valid(src) {
		return append(dst, src...), 0
	}
	bad := 0
	for len(src) > 0 {
		if n := validPrefix(src); n > 0 {
			dst = append(dst, src[:n]...)
			src = src[n:]
			continue
		}
		if r, ok := surrogatePair(src); ok {
			dst = utf8.AppendRune(dst, r)
			src = src[6:]
			continue
		}
		n := brokenSequence(src)
		dst = append(dst, "\uFFFD"...)
		bad++
		src = src[n:]
	}
	return dst, bad
}

// validPrefix is the length of the longest prefix of src that is UTF-8.
func validPrefix(src []byte) int {
	i := 0
	for i < len(src) {
		if src[i] < utf8.RuneSelf {
			i++
			continue
		}
		r, n := utf8.DecodeRune(src[i:])
		if r == utf8.RuneError && n <= 1 {
			break
		}
		i += n
	}
	return i
}

// brokenSequence is the length of the broken UTF-8 sequence that src begins with: its lead byte and the
// continuation bytes that a sequence of that lead would still have taken.
func brokenSequence(src []byte) int {
	want := 1
	switch lead := src[0]; {
	case lead >= 0xC2 && lead < 0xE0:
		want = 2
	case lead >= 0xE0 && lead < 0xF0:
		want = 3
	case lead >= 0xF0 && lead < 0xF5:
		want = 4
	}
	n := 1
	for n < want && n < len(src) && src[n]&0xC0 == 0x80 {
		n++
	}
	return n
}

func surrogatePair(src []byte) (rune, bool) {
	if len(src) < 6 || src[0] != 0xED || src[3] != 0xED || src[1]&0xF0 != 0xA0 || src[4]&0xF0 != 0xB0 ||
		src[2]&0xC0 != 0x80 || src[5]&0xC0 != 0x80 {
		return 0, false
	}
	high := rune(src[1]&0x0F)<<6 | rune(src[2]&0x3F)
	low := rune(src[4]&0x0F)<<6 | rune(src[5]&0x3F)
	return 0x10000 + high<<10 + low, true
}
