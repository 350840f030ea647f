package charset

import (
	"slices"
	"unicode/utf8"
)

const halfKana = 0xFF61 // U+FF61, the first half-width katakana, is byte A1 of JIS X 0201

// isLeadShiftJIS tells whether c begins a pair in Shift_JIS.
func isLeadShiftJIS(c byte) bool { return c >= 0x81 && c <= 0x9F || c >= 0xE0 && c <= 0xFC }

// appendShiftJIS decodes Shift_JIS with the characters of CP932.
func appendShiftJIS(dst, src []byte) ([]byte, int) {
	dst = slices.Grow(dst, len(src)*3/2+4)
	table, bad := jis0208(), 0
	for i := 0; i < len(src); {
		c := src[i]
		switch {
		case c < utf8.RuneSelf:
			dst = append(dst, c)
			i++
			continue
		case c >= 0xA1 && c <= 0xDF:
			dst = utf8.AppendRune(dst, rune(c)-0xA1+halfKana)
			i++
			continue
		case isLeadShiftJIS(c) && i+1 < len(src):
			index := shiftJISIndex(c, src[i+1])
			if index >= 0 && table[index] != 0 {
				dst = utf8.AppendRune(dst, rune(table[index]))
				i += 2
				continue
			}
			if src[i+1] >= utf8.RuneSelf {
				i++
			}
		}
		dst = append(dst, "\uFFFD"...)
		bad++
		i++
	}
	return dst, bad
}

// appendEUCJP decodes EUC-JP: pairs of JIS X 0208, half-width kana after 8E, JIS X 0212 after 8F.
func appendEUCJP(dst, src []byte) ([]byte, int) {
	dst = slices.Grow(dst, len(src)*3/2+4)
	bad := 0
	for i := 0; i < len(src); {
		if c := src[i]; c < utf8.RuneSelf {
			dst = append(dst, c)
			i++
			continue
		}
		r, n := eucRune(src[i:])
		if r == utf8.RuneError {
			bad++
		}
		dst = utf8.AppendRune(dst, r)
		i += n
	}
	return dst, bad
}

func isGR(c byte) bool { return c >= 0xA1 && c <= 0xFE }

// eucRune reads the EUC-JP character that begins with the 8-bit byte src[0]; U+FFFD where it is broken.
func eucRune(src []byte) (r rune, n int) {
	switch c := src[0]; {
	case c == 0x8E && len(src) > 1 && src[1] >= 0xA1 && src[1] <= 0xDF:
		return rune(src[1]) - 0xA1 + halfKana, 2
	case c == 0x8F && len(src) > 2 && isGR(src[1]) && isGR(src[2]):
		return cell(jis0212()[:], src[1]-0xA1, src[2]-0xA1), 3
	case isGR(c) && len(src) > 1 && isGR(src[1]):
		return cell(jis0208()[:], c-0xA1, src[1]-0xA1), 2
	case isGR(c) && len(src) > 1 && src[1] >= utf8.RuneSelf:
		return utf8.RuneError, 2
	}
	return utf8.RuneError, 1
}

// cell is the character of a table at row and cell, U+FFFD where there is none.
func cell(table []uint16, row, cell byte) rune {
	if r := table[int(row)*rowLen+int(cell)]; r != 0 {
		return rune(r)
	}
	return utf8.RuneError
}
