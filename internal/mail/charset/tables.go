package charset

import (
	"sync"
	"unicode/utf8"

	"golang.org/x/text/encoding/japanese"
)

// rowLen is the number of cells in a row of a JIS table; rows and cells count from 0 in this package.
const rowLen = 94

// Rows of the JIS X 0208 table as Shift_JIS extends it (120 rows: 94 of JIS, then those of lead bytes
// F0 to FC).
const (
	rows0208     = 120
	rowsJIS      = 94
	firstPrivate = 94 * rowLen  // Shift_JIS F040: the user-defined area begins
	afterPrivate = 114 * rowLen // Shift_JIS FA40: IBM's extension begins
)

// jis0208 maps row*94+cell to a character of the basic plane, 0 where there is none. It has NEC's row 13
// and IBM's characters at the places where CP932 has them.
var jis0208 = sync.OnceValue(func() *[rows0208 * rowLen]uint16 {
	table := new([rows0208 * rowLen]uint16)
	pairs := make([]byte, 0, 3*len(table))
	for i := range table {
		lead, trail := shiftJISPair(i)
		pairs = append(pairs, lead, trail, '\n')
	}
	fillTable(table[:], pairs, japanese.ShiftJIS.NewDecoder().Bytes)
	for i := firstPrivate; i < afterPrivate; i++ {
		table[i] = uint16(0xE000 + i - firstPrivate)
	}
	return table
})

// jis0212 is the supplementary plane JIS X 0212, in the same shape.
var jis0212 = sync.OnceValue(func() *[rowsJIS * rowLen]uint16 {
	table := new([rowsJIS * rowLen]uint16)
	triples := make([]byte, 0, 4*len(table))
	for i := range table {
		triples = append(triples, 0x8F, byte(0xA1+i/rowLen), byte(0xA1+i%rowLen), '\n')
	}
	fillTable(table[:], triples, japanese.EUCJP.NewDecoder().Bytes)
	return table
})

// fillTable sets each cell to what decode makes of its line in lines.
func fillTable(table []uint16, lines []byte, decode func([]byte) ([]byte, error)) {
	text, err := decode(lines)
	if err != nil {
		return // the decoders of x/text report bad cells as U+FFFD, never as errors
	}
	for i := range table {
		r, n := utf8.DecodeRune(text)
		if r != utf8.RuneError && r < 0x10000 {
			table[i] = uint16(r)
		}
		for text = text[n:]; len(text) > 0 && text[0] != '\n'; {
			text = text[1:]
		}
		text = text[1:]
	}
}

// shiftJISPair is the inverse of shiftJISIndex.
func shiftJISPair(index int) (lead, trail byte) {
	row, cell := index/rowLen, index%rowLen
	lead = byte(0x81 + row/2)
	if lead > 0x9F {
		lead += 0x40
	}
	if row%2 == 1 {
		return lead, byte(0x9F + cell)
	}
	trail = byte(0x40 + cell)
	if trail >= 0x7F {
		trail++
	}
	return lead, trail
}

// shiftJISIndex is the table index of a Shift_JIS pair whose lead byte is one, or -1 where the trail byte
// is none.
func shiftJISIndex(lead, trail byte) int {
	if trail < 0x40 || trail == 0x7F || trail > 0xFC {
		return -1
	}
	row := int(lead) - 0x81
	if lead >= 0xE0 {
		row -= 0x40
	}
	row *= 2
	switch {
	case trail >= 0x9F:
		return (row+1)*rowLen + int(trail) - 0x9F
	case trail >= 0x80:
		return row*rowLen + int(trail) - 0x41
	}
	return row*rowLen + int(trail) - 0x40
}
