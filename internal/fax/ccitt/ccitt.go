// Package ccitt decodes the pictures of fax machines: Group 3 in one and two dimensions (ITU-T Recommendation T.4: MH and MR), Group
// 4 (T.6: MMR), and the variant of Group 3 without line ends that TIFF knows (TIFF 6.0, section 10).
//
// A line of a fax is black and white runs. In one dimension each run is a code word; in two dimensions a line is told by how its
// changes of colour differ from those of the line above. A telephone line swallows bits. In Group 3 every line begins with a mark,
// so a line that cannot be read costs itself (and, in two dimensions, those up to the next one that stands alone): it is shown as
// the line above, as fax machines do. In Group 4 all behind the fault is lost.
//
// The package golang.org/x/image/ccitt reads neither two-dimensional Group 3, which is what most received faxes are kept as, nor
// on behind a fault; it is the measure of ours in the tests.
package ccitt

import (
	"errors"
	"fmt"
)

// Coding is how lines are coded.
type Coding struct {
	Group4    bool // T.6
	TwoLines  bool // T.4 in two dimensions; a bit behind each end of line says which lines are
	ByteLines bool // each line begins at a byte and there are no ends of lines: TIFF's compression 2
	LSBFirst  bool // the first pixel is the lowest bit of a byte: TIFF's fill order 2
}

// Damage says what of a picture could not be read; it is nil where all could.
type Damage struct {
	Lines int // that could not be read or are missing
	Of    int
}

func (d *Damage) Error() string {
	return fmt.Sprintf("%d of %d lines damaged or missing", d.Lines, d.Of)
}

// Decode reads the lines of a picture of a width into pix, a byte a pixel: 0 for white, 1 for black. len(pix) is a multiple
// of the width, and every pixel of it is written: a missing line is white. The error is nil or a *Damage. Time is linear in
// the sizes of data and pix.
func Decode(pix []byte, width int, data []byte, coding Coding) error {
	if width <= 0 || len(pix)%width != 0 {
		return errors.New("picture without width")
	}
	d := decoder{r: bitReader{data: data, lsb: coding.LSBFirst}, coding: coding, width: width}
	lines := len(pix) / width
	damaged := 0
	for y := range lines {
		more, whole := d.line(y == 0)
		if !more {
			clear(pix[y*width:])
			damaged += lines - y
			break
		}
		if !whole {
			damaged++
		}
		paint(pix[y*width:(y+1)*width], d.above)
	}
	if damaged > 0 {
		return &Damage{Lines: damaged, Of: lines}
	}
	return nil
}

// paint draws a line of changes.
func paint(row []byte, changes []int) {
	clear(row)
	for i := 0; i < len(changes); i += 2 {
		end := len(row)
		if i+1 < len(changes) {
			end = changes[i+1]
		}
		black := row[changes[i]:end]
		for x := range black {
			black[x] = 1
		}
	}
}

// decoder holds the line above and the one that is being read as the places where the colour changes, ascending, the first to
// black; none is at or behind the width.
type decoder struct {
	r            bitReader
	coding       Coding
	width        int
	above, below []int
	lost         bool // the line above is not what the sender had: only a line that stands alone can be read
}

var errCode = errors.New("no code word")

// line reads the next line to above. more is false at the end of the picture; whole is false where the line could not be read
// and is that above it.
func (d *decoder) line(first bool) (more, whole bool) {
	alone := !d.coding.Group4
	switch {
	case d.coding.Group4:
		if d.r.atEnd() || d.r.peek(12) == 1 { // end of block: T.6, section 2.4.1.1
			return false, false
		}
	case d.coding.ByteLines:
		d.r.alignToBytes()
		if d.r.atEnd() {
			return false, false
		}
	default:
		if alone, more = d.lineStart(first); !more {
			return false, false
		}
	}
	if d.lost && !alone {
		return d.r.toLineEnd(), false
	}
	d.below = d.below[:0]
	var err error
	if alone {
		err = d.oneDimension()
	} else {
		err = d.twoDimensions()
	}
	if err != nil {
		return d.recover(), false
	}
	d.lost = false
	d.above, d.below = d.below, d.above
	return true, true
}

// lineStart takes the end of line before a line of Group 3, and says whether the line stands alone. Two ends of lines in a row
// are the end of the picture. Some programs leave out all of them.
func (d *decoder) lineStart(first bool) (alone, more bool) {
	ended := d.r.endOfLine()
	alone = true
	if d.coding.TwoLines && ended {
		alone = d.r.peek(1) == 1
		d.r.skip(1)
	}
	if d.r.atEnd() || ended && !first && d.r.peek(eolZeros+1) == 1 {
		return false, false
	}
	return alone, true
}

// recover goes on behind a line that could not be read.
func (d *decoder) recover() bool {
	if d.coding.Group4 || d.coding.ByteLines {
		return false
	}
	d.lost = d.coding.TwoLines
	return d.r.toLineEnd()
}

// change notes that the colour changes at x. Two changes at one place are none.
func (d *decoder) change(x int) {
	switch last := len(d.below) - 1; {
	case last >= 0 && d.below[last] == x:
		d.below = d.below[:last]
	case x < d.width:
		d.below = append(d.below, x)
	}
}

// run reads the length of a run: make-up codes, then a terminating one.
func (d *decoder) run(colour int) (int, error) {
	runs := tables().runs[colour]
	for total := 0; ; {
		c := runs[d.r.peek(maxCode)]
		if c.bits == 0 {
			return 0, errCode
		}
		d.r.skip(int(c.bits))
		if total += int(c.value); total > d.width {
			return 0, errCode
		}
		if c.value < 64 {
			return total, nil
		}
	}
}

// oneDimension reads a line that stands alone (T.4, section 4.1).
func (d *decoder) oneDimension() error {
	for x, colour := 0, 0; ; colour ^= 1 {
		n, err := d.run(colour)
		if err != nil {
			return err
		}
		if x += n; x > d.width {
			return errCode
		}
		if x == d.width {
			return nil
		}
		d.change(x)
	}
}

// twoDimensions reads a line that is told by the one above (T.4, section 4.2; T.6, section 2.2). a0, b1 and b2 are the names
// of the Recommendation.
func (d *decoder) twoDimensions() error {
	modes := tables().modes
	a0, colour, next := -1, 0, 0
	for a0 < d.width {
		c := modes[d.r.peek(maxCode)]
		if c.bits == 0 {
			return errCode
		}
		d.r.skip(int(c.bits))
		next = d.opposite(next, a0, colour)
		b1 := d.changeAbove(next)
		switch c.value {
		case pass:
			a0 = d.changeAbove(next + 1)
		case horizontal:
			for _, each := range [2]int{colour, colour ^ 1} {
				n, err := d.run(each)
				if err != nil {
					return err
				}
				if a0 = max(a0, 0) + n; a0 > d.width {
					return errCode
				}
				d.change(a0)
			}
		default:
			a1 := b1 + int(c.value)
			if a1 < max(a0, 0) || a1 > d.width {
				return errCode
			}
			d.change(a1)
			a0, colour = a1, colour^1
		}
	}
	return nil
}

// opposite is the index of b1: the first change above that lies right of a0 and is to the colour that is not ours. It looks from
// the one found before; at most one step back is needed, for the colour may have changed.
func (d *decoder) opposite(from, a0, colour int) int {
	i := max(from-1, 0)
	if i&1 != colour {
		i++
	}
	for i < len(d.above) && d.above[i] <= a0 {
		i += 2
	}
	return i
}

func (d *decoder) changeAbove(i int) int {
	if i < len(d.above) {
		return d.above[i]
	}
	return d.width
}
