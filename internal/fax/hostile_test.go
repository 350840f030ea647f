package fax_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"strings"
	"testing"
	"time"

	"todoke/internal/fax"
)

// dir is a directory of a TIFF of our own: its tags with one long value each, and the offset of the next.
type dir struct {
	tags [][2]uint32
	next uint32
}

// hostileTIFF lays directories one behind the other, from offset 8; each has the same number of tags.
func hostileTIFF(dirs []dir, data []byte) []byte {
	le := binary.LittleEndian
	b := le.AppendUint32([]byte("II*\x00"), 8)
	for _, d := range dirs {
		b = le.AppendUint16(b, uint16(len(d.tags)))
		for _, tag := range d.tags {
			b = le.AppendUint16(b, uint16(tag[0]))
			b = le.AppendUint16(b, 4)
			b = le.AppendUint32(b, 1)
			b = le.AppendUint32(b, tag[1])
		}
		b = le.AppendUint32(b, d.next)
	}
	return append(b, data...)
}

// pageTags are the tags of a bilevel page in a compression with its strip at an offset.
func pageTags(w, h, compression, at uint32) [][2]uint32 {
	return [][2]uint32{{256, w}, {257, h}, {258, 1}, {259, compression}, {262, 0}, {273, at}}
}

const dirSize = 2 + 6*12 + 4

// chain are n pages one behind the other; the last leads to last.
func chain(n int, last uint32, tags [][2]uint32) []dir {
	dirs := make([]dir, n)
	for i := range dirs {
		dirs[i] = dir{tags, uint32(8 + (i+1)*dirSize)}
	}
	dirs[n-1].next = last
	return dirs
}

// TestHostileTIFF: what is wrong is said, and what can be opened is.
func TestHostileTIFF(t *testing.T) {
	t.Parallel()
	line := pageTags(16, 1, 4, 8)
	white := []byte{0x80} // Group 4: a line as the one above
	for _, test := range []struct {
		why   string
		file  []byte
		says  string
		pages int
	}{
		{"a chain that leads back", hostileTIFF(chain(3, 8, pageTags(16, 1, 4, 8+3*dirSize)), white), "circle", 3},
		{"an endless chain", hostileTIFF(chain(5000, 0, pageTags(16, 1, 4, 8+5000*dirSize)), white), "more pages", 200},
		{"huge dimensions", hostileTIFF(chain(1, 0, pageTags(1<<31-1, 1<<31-1, 4, 8)), nil), "larger than is opened", 0},
		{"more pixels than a page may have", hostileTIFF(chain(1, 0, pageTags(20000, 2001, 4, 8)), nil), "larger than is opened", 0},
		{"a width that is no number", hostileTIFF(chain(1, 0, pageTags(0, 9, 4, 8)), nil), "no width", 0},
		{"an offset out of the file", hostileTIFF([]dir{{line, 1 << 30}}, nil), "out of the file", 0},
		{"a strip out of the file", hostileTIFF(chain(1, 0, pageTags(16, 9, 4, 1<<31)), nil), "9 of 9 lines", 0},
		{"nothing behind the header", []byte("MM\x00*\x00\x00\x00\x08"), "out of the file", 0},
		{"a header that names no page", []byte("MM\x00*\x00\x00\x00\x00"), "", 0},
		{"a compression that nobody has", hostileTIFF(chain(1, 0, pageTags(16, 9, 60000, 8)), nil), "page 1", 0},
	} {
		t.Run(test.why, func(t *testing.T) {
			t.Parallel()
			opened := pages(t, test.file)
			if said := strings.Join(opened.Problems, "; "); !strings.Contains(said, test.says) || test.says != "" && said == "" {
				t.Errorf("problems %q, want %q", said, test.says)
			}
			if len(opened.Pages) != test.pages {
				t.Errorf("%d pages, want %d", len(opened.Pages), test.pages)
			}
		})
	}
}

// TestBombs: documents that are small and cost much meet the limits of the child, and the parent goes on.
func TestBombs(t *testing.T) {
	t.Parallel()
	limits := fax.DefaultLimits()
	limits.Memory, limits.CPU, limits.Time = 128<<20, time.Second, 20*time.Second
	// Deflate of zeros: a page of 40 million pixels in three bytes each.
	colour := hostileTIFF([]dir{{[][2]uint32{{256, 8000}, {257, 5000}, {258, 8}, {259, 1}, {262, 2}, {273, 98}, {277, 3}}, 0}}, make([]byte, 30<<20))
	for _, test := range []struct {
		why  string
		file []byte
	}{
		{"memory: many pixels in colours", colour},
		{"processor: 200 large pages that share one strip", hostileTIFF(chain(200, 0, pageTags(8000, 4900, 4, 8+200*dirSize)), bytes.Repeat([]byte{0x26, 0xa1, 0x55}, 1<<20))},
	} {
		t.Run(test.why, func(t *testing.T) {
			t.Parallel()
			o := opener(t)
			o.Limits = limits
			if _, err := o.Pages(context.Background(), test.file); !errors.Is(err, fax.ErrDied) && !errors.Is(err, fax.ErrTime) {
				t.Errorf("got %v", err)
			}
		})
	}
}

// TestNoDocument: bytes that are neither TIFF nor PDF start no child.
func TestNoDocument(t *testing.T) {
	t.Parallel()
	for _, document := range []string{"", "II", "\x89PNG\r\n\x1a\n", "%!PS"} {
		if _, err := (fax.Opener{}).Pages(context.Background(), []byte(document)); !errors.Is(err, fax.ErrType) {
			t.Errorf("%q: got %v", document, err)
		}
	}
}

// TestDamagedPDF: what poppler refuses is told as a problem of the document.
func TestDamagedPDF(t *testing.T) {
	t.Parallel()
	need(t, "pdfinfo")
	opened := pages(t, []byte("%PDF-1.4\nnothing more"))
	if len(opened.Pages) != 0 || len(opened.Problems) != 1 || !strings.Contains(opened.Problems[0], "cannot be opened") {
		t.Errorf("%d pages, problems %q", len(opened.Pages), opened.Problems)
	}
}

// TestWallPDF: a page of a hundred metres a side becomes a picture within the limits.
func TestWallPDF(t *testing.T) {
	t.Parallel()
	need(t, "pdftoppm")
	page := pdf(t, []string{"wall"})
	wall := bytes.ReplaceAll(page, []byte("595.00 842.00"), []byte("283465 283465"))
	if bytes.Equal(wall, page) {
		t.Fatal("the page is none of the size that was to be replaced")
	}
	opened := pages(t, wall)
	if len(opened.Pages) != 1 || opened.Pages[0].Width > 2400 || opened.Pages[0].Height > 2400 {
		t.Errorf("%d pages, problems %q", len(opened.Pages), opened.Problems)
	}
}
