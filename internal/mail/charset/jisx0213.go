package charset

import (
	_ "embed"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"
)

// jisx0213Rows is what JIS X 0213:2004 has beyond JIS X 0208: a line for each row, with its plane and number, and
// its cells from 1 on, parted by spaces, empty where the cell is free or the same as in JIS X 0208. Some cells are
// a letter and a combining mark.
//
//go:embed jisx0213.txt
var jisx0213Rows string

// jisx0213 maps plane, row and cell, each from 0, to characters; "" where jis0208 holds or there is none.
var jisx0213 = sync.OnceValue(func() *[2][rowsJIS * rowLen]string {
	table := new([2][rowsJIS * rowLen]string)
	for line := range strings.Lines(jisx0213Rows) {
		fields := strings.SplitN(strings.TrimSuffix(line, "\n"), " ", 3)
		plane, _ := strconv.Atoi(fields[0])
		row, _ := strconv.Atoi(fields[1])
		for cell, text := range strings.Split(fields[2], " ") {
			table[plane-1][(row-1)*rowLen+cell] = text
		}
	}
	return table
})

// append0213 appends the character of JIS X 0213 at plane, row and cell, each from 0.
func append0213(dst []byte, plane int, row, col byte) ([]byte, bool) {
	if text := jisx0213()[plane][int(row)*rowLen+int(col)]; text != "" {
		return append(dst, text...), true
	}
	r := rune(utf8.RuneError)
	if plane == 0 {
		r = cell(jis0208()[:], row, col)
	}
	return utf8.AppendRune(dst, r), r != utf8.RuneError
}

// plane2Rows are the rows of plane 2 in the order in which Shift_JIS-2004 has them behind plane 1, from 1.
var plane2Rows = [...]byte{1, 8, 3, 4, 5, 12, 13, 14, 15, 78, 79, 80, 81, 82, 83, 84, 85, 86, 87, 88, 89, 90, 91, 92, 93, 94}

// appendShiftJIS2004 decodes Shift_JIS-2004, that is, Shift_JIS with JIS X 0213.
func appendShiftJIS2004(dst, src []byte) ([]byte, int) {
	dst = slices.Grow(dst, len(src)*3/2+4)
	bad := 0
	for i := 0; i < len(src); {
		c := src[i]
		if isLeadShiftJIS(c) && i+1 < len(src) {
			if index := shiftJISIndex(c, src[i+1]); index >= 0 {
				plane, row := 0, index/rowLen
				if row >= rowsJIS {
					plane, row = 1, int(plane2Rows[row-rowsJIS])-1
				}
				var ok bool
				if dst, ok = append0213(dst, plane, byte(row), byte(index%rowLen)); !ok {
					bad++
				}
				i += 2
				continue
			}
		}
		var n int
		dst, n = appendShiftJIS(dst, src[i:i+1])
		bad += n
		i++
	}
	return dst, bad
}

// appendEUCJIS2004 decodes EUC-JIS-2004, that is, EUC-JP with JIS X 0213.
func appendEUCJIS2004(dst, src []byte) ([]byte, int) {
	dst = slices.Grow(dst, len(src)*3/2+4)
	bad := 0
	for i := 0; i < len(src); {
		ok, n := true, 1
		switch c := src[i]; {
		case isGR(c) && i+1 < len(src) && isGR(src[i+1]):
			dst, ok = append0213(dst, 0, c-0xA1, src[i+1]-0xA1)
			n = 2
		case c == 0x8F && i+2 < len(src) && isGR(src[i+1]) && isGR(src[i+2]):
			dst, ok = append0213(dst, 1, src[i+1]-0xA1, src[i+2]-0xA1)
			n = 3
		case c < utf8.RuneSelf:
			dst = append(dst, c)
		default:
			var r rune
			r, n = eucRune(src[i:])
			dst, ok = utf8.AppendRune(dst, r), r != utf8.RuneError
		}
		if !ok {
			bad++
		}
		i += n
	}
	return dst, bad
}
