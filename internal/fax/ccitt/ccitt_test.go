package ccitt

import (
	"bytes"
	"errors"
	"image"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	peer "golang.org/x/image/ccitt"
)

// TestCodes: no code word begins another (T.4, section 4.1.1), and each table holds as many as the Recommendation does.
func TestCodes(t *testing.T) {
	t.Parallel()
	for name, words := range map[string][]string{
		"white": strings.Fields(whiteTerminating + " " + whiteMakeUp + " " + longMakeUp),
		"black": strings.Fields(blackTerminating + " " + blackMakeUp + " " + longMakeUp),
	} {
		if len(words) != 64+27+13 {
			t.Errorf("%d code words of %s", len(words), name)
		}
		for i, a := range words {
			for j, b := range words {
				if i != j && strings.HasPrefix(b, a) {
					t.Errorf("%s: %s begins %s", name, a, b)
				}
			}
		}
	}
}

// writer encodes lines in one dimension and, by the horizontal and vertical modes, in two.
type writer struct {
	bits strings.Builder
}

func (w *writer) run(colour, n int) {
	terminating := strings.Fields([2]string{whiteTerminating, blackTerminating}[colour])
	makeUp := strings.Fields([2]string{whiteMakeUp, blackMakeUp}[colour])
	long := strings.Fields(longMakeUp)
	for ; n >= 2560; n -= 2560 {
		w.bits.WriteString(long[12])
	}
	if n >= 1792 {
		w.bits.WriteString(long[(n-1792)/64])
		n %= 64
	} else if n >= 64 {
		w.bits.WriteString(makeUp[n/64-1])
		n %= 64
	}
	w.bits.WriteString(terminating[n])
}

// line writes a row of pixels in one dimension.
func (w *writer) line(row []byte) {
	for x, colour := 0, 0; ; colour ^= 1 {
		n := 0
		for x+n < len(row) && int(row[x+n]) == colour {
			n++
		}
		w.run(colour, n)
		if x += n; x == len(row) {
			return
		}
	}
}

// pairs writes a row of Group 4 by the horizontal mode alone.
func (w *writer) pairs(row []byte) {
	for x := 0; x < len(row); {
		w.bits.WriteString("001")
		for colour := range 2 {
			n := 0
			for x+n < len(row) && int(row[x+n]) == colour {
				n++
			}
			w.run(colour, n)
			x += n
		}
	}
}

func (w *writer) bytes() []byte {
	var data []byte
	for i, c := range w.bits.String() {
		if i%8 == 0 {
			data = append(data, 0)
		}
		data[i/8] |= byte(c-'0') << (7 - i%8)
	}
	return data
}

func (w *writer) align() {
	for w.bits.Len()%8 != 0 {
		w.bits.WriteByte('0')
	}
}

const eol = "000000000001"

// noise are rows of runs of every length; the second half repeats itself a little shifted.
func noise(seed uint64, w, h int) []byte {
	r := rand.New(rand.NewPCG(seed, 1))
	pix := make([]byte, w*h)
	for y := range h {
		for x, colour := 0, byte(r.IntN(2)); x < w; colour ^= 1 {
			for n := 1 + r.IntN(1+w>>r.IntN(12)); n > 0 && x < w; n-- {
				pix[y*w+x] = colour
				x++
			}
		}
	}
	return pix
}

// TestCodings writes rows in each coding and reads them.
func TestCodings(t *testing.T) {
	t.Parallel()
	for _, size := range [][2]int{{1728, 40}, {1, 3}, {7, 9}, {6000, 20}, {2560, 5}} {
		w, h := size[0], size[1]
		want := noise(uint64(w), w, h)
		var group3, group4, byteLines, bare writer
		for y := range h {
			row := want[y*w : (y+1)*w]
			group3.bits.WriteString(eol)
			group3.line(row)
			group4.pairs(row)
			byteLines.align()
			byteLines.line(row)
			bare.line(row)
		}
		group3.bits.WriteString(strings.Repeat(eol, 6))
		group4.bits.WriteString(eol + eol)
		for name, test := range map[string]struct {
			data   []byte
			coding Coding
		}{
			"Group 3": {group3.bytes(), Coding{}}, "Group 4": {group4.bytes(), Coding{Group4: true}},
			"lines at bytes": {byteLines.bytes(), Coding{ByteLines: true}}, "without ends of lines": {bare.bytes(), Coding{}},
		} {
			got := make([]byte, w*h)
			if err := Decode(got, w, test.data, test.coding); err != nil || !bytes.Equal(got, want) {
				t.Errorf("%s, %d by %d: another picture, error %v", name, w, h, err)
			}
		}
	}
}

// TestShortPicture: lines that did not come are white and counted.
func TestShortPicture(t *testing.T) {
	t.Parallel()
	var w writer
	for range 3 {
		w.bits.WriteString(eol)
		w.line([]byte{1, 1, 0, 0})
	}
	w.bits.WriteString(strings.Repeat(eol, 6))
	got := bytes.Repeat([]byte{7}, 5*4)
	err := Decode(got, 4, w.bytes(), Coding{})
	var damage *Damage
	if !errors.As(err, &damage) {
		t.Fatalf("error %v", err)
	}
	if diff := cmp.Diff(Damage{Lines: 2, Of: 5}, *damage); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]byte{1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, got); diff != "" {
		t.Error(diff)
	}
}

// FuzzDecode: any data gives a picture without a panic; and what the Go project's decoder reads without fault, ours reads as the same.
func FuzzDecode(f *testing.F) {
	var w writer
	for y := range 8 {
		w.bits.WriteString(eol)
		w.line(noise(uint64(y), 64, 1))
	}
	f.Add(w.bytes(), uint16(64), uint8(0))
	f.Add([]byte{0x26, 0xa1, 0x55, 0x80}, uint16(40), uint8(1))
	f.Add(bytes.Repeat([]byte{0x00, 0x18}, 200), uint16(40), uint8(2))
	f.Add([]byte{0x35, 0xd3, 0x00}, uint16(9), uint8(12))
	f.Fuzz(func(t *testing.T, data []byte, width uint16, flags uint8) {
		w, h := int(width%3000)+1, 16
		coding := Coding{Group4: flags&1 != 0, TwoLines: flags&2 != 0, ByteLines: flags&4 != 0, LSBFirst: flags&8 != 0}
		pix := make([]byte, w*h)
		err := Decode(pix, w, data, coding)
		for _, p := range pix {
			if p > 1 {
				t.Fatal("a pixel that is neither black nor white")
			}
		}
		if err != nil || !coding.Group4 {
			return
		}
		order := peer.MSB
		if coding.LSBFirst {
			order = peer.LSB
		}
		theirs := image.NewGray(image.Rect(0, 0, w, h))
		if peer.DecodeIntoGray(theirs, bytes.NewReader(data), order, peer.Group4, nil) != nil {
			return
		}
		for i, p := range theirs.Pix {
			if (p == 0) != (pix[i] == 1) {
				t.Fatalf("pixel %d of %d by %d is another than theirs", i, w, h)
			}
		}
	})
}

func BenchmarkGroup4(b *testing.B) {
	const w, h = 1728, 2200
	var out writer
	for y := range h {
		out.pairs(noise(uint64(y), w, 1))
	}
	data, pix := out.bytes(), make([]byte, w*h)
	b.SetBytes(w * h)
	for b.Loop() {
		if err := Decode(pix, w, data, Coding{Group4: true}); err != nil {
			b.Fatal(err)
		}
	}
}

// TestLostReference: behind a line that could not be read, those that are told by the line above cannot be read either: they are
// shown as the last good one, up to the next that stands alone.
func TestLostReference(t *testing.T) {
	t.Parallel()
	var w writer
	w.bits.WriteString(eol + "1")
	w.line([]byte{1, 1, 0, 0})
	w.bits.WriteString(eol + "0" + "00000001111") // no mode begins with seven zeros
	w.bits.WriteString(eol + "0" + "0110111")     // one to the right of the line above, were it the right one
	w.bits.WriteString(eol + "1")
	w.line([]byte{0, 0, 1, 1})
	w.bits.WriteString(eol + "0" + "111") // as the line above
	w.bits.WriteString(strings.Repeat(eol+"1", 6))
	got := make([]byte, 5*4)
	err := Decode(got, 4, w.bytes(), Coding{TwoLines: true})
	var damage *Damage
	if !errors.As(err, &damage) || damage.Lines != 2 {
		t.Errorf("error %v", err)
	}
	if diff := cmp.Diff([]byte{1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 1, 1, 0, 0, 1, 1}, got); diff != "" {
		t.Error(diff)
	}
}
