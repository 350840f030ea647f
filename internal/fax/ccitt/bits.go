package ccitt

import "math/bits"

// bitReader gives the bits of data, the most significant of each byte first. Behind the end there are zeros, which are no code.
type bitReader struct {
	data []byte
	at   int // of the next bit
	lsb  bool
}

// peek is the next n bits, at most 16.
func (r *bitReader) peek(n int) int {
	var word uint32
	first := r.at >> 3
	for i := first; i < first+3; i++ {
		word <<= 8
		if i < len(r.data) {
			b := r.data[i]
			if r.lsb {
				b = bits.Reverse8(b)
			}
			word |= uint32(b)
		}
	}
	return int(word >> (24 - r.at&7 - n) & (1<<n - 1))
}

func (r *bitReader) skip(n int)    { r.at += n }
func (r *bitReader) atEnd() bool   { return r.at >= 8*len(r.data) }
func (r *bitReader) alignToBytes() { r.at = (r.at + 7) &^ 7 }

// eolZeros is how many zeros at least stand before the one of an end of line (T.4, section 4.1.2); more are fill.
const eolZeros = 11

// endOfLine takes an end of line, with the fill before it, where one comes next. Zeros up to the end of the data are taken too: no
// code word has so many.
func (r *bitReader) endOfLine() bool {
	if r.peek(eolZeros) != 0 {
		return false
	}
	for r.skip(eolZeros); !r.atEnd(); r.skip(1) {
		if r.peek(1) == 1 {
			r.skip(1)
			return true
		}
	}
	return false
}

// toLineEnd goes to the next end of line, over whatever stands before it, and leaves it there.
func (r *bitReader) toLineEnd() bool {
	for ; !r.atEnd(); r.skip(1) {
		if r.peek(eolZeros) == 0 {
			return true
		}
	}
	return false
}
