// Package tiff reads the pages of a TIFF file (TIFF 6.0, 1992; for fax: RFC 2301 and RFC 3949), each described by an image file
// directory, the directories being a chain by offsets.
//
// The chain is walked here, within bounds, before anything is decoded: how many pages there are, how large each is, and that no
// offset leads out of the file or in a circle. Fax codings are decoded by package ccitt; a page in another one (LZW, PackBits,
// Deflate, none) by golang.org/x/image/tiff, which reads the first page of a file: it is shown the file with that page first.
package tiff

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// Limits bound what is read of a file.
type Limits struct {
	Pages  int // directories
	Pixels int // of a page
}

// Page is one directory of the chain, as far as it matters here.
type Page struct {
	Width, Height int
	// Stretch is how many times a line must be repeated for the picture to have its proportions: fax machines send 204 pixels
	// an inch across, and 98 lines an inch where they are in a hurry.
	Stretch int

	offset       uint32 // of the directory in the file
	compression  int
	photometric  int
	fillOrder    int
	rowsPerStrip int
	stripOffsets []uint32
	stripBytes   []uint32
	t4Options    uint32
	bits         int
	samples      int
}

// Compressions of TIFF that are fax codings.
const (
	compressionRLE    = 2
	compressionGroup3 = 3
	compressionGroup4 = 4
)

// Errors of a file as a whole.
var (
	ErrFormat = errors.New("not a TIFF file")
	ErrChain  = errors.New("the chain of pages leads in a circle")
	ErrPages  = errors.New("more pages than are opened")
)

// Pages reads the chain of directories. What could be read comes with an error on what could not. Reduced pictures of a page
// (thumbnails) are left out.
func Pages(file []byte, limits Limits) ([]Page, error) {
	order, next, err := header(file)
	if err != nil {
		return nil, err
	}
	var pages []Page
	seen := map[uint32]bool{}
	budget := int64(len(file))
	for next != 0 {
		if seen[next] {
			return pages, ErrChain
		}
		if len(seen) >= limits.Pages {
			return pages, ErrPages
		}
		seen[next] = true
		d := directory{file: file, order: order, budget: &budget}
		page, after, err := d.read(next)
		if err != nil {
			return pages, fmt.Errorf("page %d: %w", len(pages)+1, err)
		}
		if !d.reduced {
			pages = append(pages, page)
		}
		next = after
	}
	return pages, nil
}

// header reads the first eight bytes (TIFF 6.0, section 2): byte order, the number 42, where the first directory is.
func header(file []byte) (order binary.ByteOrder, first uint32, err error) {
	if len(file) < 8 {
		return nil, 0, ErrFormat
	}
	switch string(file[:4]) {
	case "II*\x00":
		order = binary.LittleEndian
	case "MM\x00*":
		order = binary.BigEndian
	default:
		return nil, 0, ErrFormat
	}
	return order, order.Uint32(file[4:]), nil
}

// directory reads one image file directory.
type directory struct {
	file       []byte
	order      binary.ByteOrder
	budget     *int64 // bytes of values that may still be read: pages that point to the same values again and again cost no more than the file
	page       Page
	xRes, yRes float64
	reduced    bool
}

var errOutside = errors.New("an offset leads out of the file")

// entrySize is the length of a directory's entry: tag, type, count, value or its offset.
const entrySize = 12

func (d *directory) read(offset uint32) (page Page, next uint32, err error) {
	d.page = Page{offset: offset, compression: 1, fillOrder: 1, bits: 1, samples: 1, Stretch: 1}
	at := int64(offset)
	if at+2 > int64(len(d.file)) {
		return page, 0, errOutside
	}
	count := int64(d.order.Uint16(d.file[at:]))
	end := at + 2 + count*entrySize
	if end+4 > int64(len(d.file)) {
		return page, 0, errOutside
	}
	for entry := at + 2; entry < end; entry += entrySize {
		if err := d.entry(d.file[entry : entry+entrySize]); err != nil {
			return page, 0, err
		}
	}
	d.page.Stretch = stretch(d.xRes, d.yRes)
	if d.page.Width <= 0 || d.page.Height <= 0 {
		return page, 0, errors.New("no width or no height is told")
	}
	if d.page.rowsPerStrip <= 0 || d.page.rowsPerStrip > d.page.Height {
		d.page.rowsPerStrip = d.page.Height
	}
	return d.page, d.order.Uint32(d.file[end:]), nil
}

// Tags of TIFF 6.0.
const (
	tagSubfile      = 254
	tagWidth        = 256
	tagHeight       = 257
	tagBits         = 258
	tagCompression  = 259
	tagPhotometric  = 262
	tagFillOrder    = 266
	tagStripOffsets = 273
	tagSamples      = 277
	tagRowsPerStrip = 278
	tagStripBytes   = 279
	tagXResolution  = 282
	tagYResolution  = 283
	tagT4Options    = 292
)

// entry takes one entry of the directory; those of no matter are passed over.
func (d *directory) entry(entry []byte) error {
	tag := d.order.Uint16(entry)
	switch tag {
	case tagXResolution, tagYResolution:
		return d.resolution(tag, entry)
	case tagSubfile, tagWidth, tagHeight, tagBits, tagCompression, tagPhotometric, tagFillOrder, tagStripOffsets, tagSamples,
		tagRowsPerStrip, tagStripBytes, tagT4Options:
	default:
		return nil
	}
	values, err := d.integers(entry)
	if err != nil {
		return fmt.Errorf("tag %d: %w", tag, err)
	}
	if len(values) == 0 {
		return nil
	}
	first := int(values[0])
	p := &d.page
	switch tag {
	case tagSubfile:
		d.reduced = first&1 != 0
	case tagWidth:
		p.Width = first
	case tagHeight:
		p.Height = first
	case tagBits:
		p.bits = first
	case tagCompression:
		p.compression = first
	case tagPhotometric:
		p.photometric = first
	case tagFillOrder:
		p.fillOrder = first
	case tagStripOffsets:
		p.stripOffsets = values
	case tagSamples:
		p.samples = first
	case tagRowsPerStrip:
		p.rowsPerStrip = first
	case tagStripBytes:
		p.stripBytes = values
	case tagT4Options:
		p.t4Options = values[0]
	}
	return nil
}

// Types of values (TIFF 6.0, section 2).
const (
	typeShort    = 3
	typeLong     = 4
	typeRational = 5
)

// integers are the values of an entry: in the entry itself where they fit into four bytes, else at the offset there.
func (d *directory) integers(entry []byte) ([]uint32, error) {
	size := map[uint16]int64{typeShort: 2, typeLong: 4}[d.order.Uint16(entry[2:])]
	if size == 0 {
		return nil, errors.New("not an integer")
	}
	count := int64(d.order.Uint32(entry[4:]))
	if *d.budget -= count * size; *d.budget < 0 {
		return nil, errors.New("more values than the file can hold")
	}
	data := entry[8:12]
	if count*size > 4 {
		at := int64(d.order.Uint32(entry[8:]))
		if at+count*size > int64(len(d.file)) {
			return nil, errOutside
		}
		data = d.file[at : at+count*size]
	}
	values := make([]uint32, count)
	for i := range values {
		if size == 2 {
			values[i] = uint32(d.order.Uint16(data[2*i:]))
		} else {
			values[i] = d.order.Uint32(data[4*i:])
		}
	}
	return values, nil
}

// resolution reads a fraction; one that cannot be read is not told.
func (d *directory) resolution(tag uint16, entry []byte) error {
	at := int64(d.order.Uint32(entry[8:]))
	if d.order.Uint16(entry[2:]) != typeRational || at+8 > int64(len(d.file)) {
		return nil
	}
	below := d.order.Uint32(d.file[at+4:])
	if below == 0 {
		return nil
	}
	value := float64(d.order.Uint32(d.file[at:])) / float64(below)
	if tag == tagXResolution {
		d.xRes = value
	} else {
		d.yRes = value
	}
	return nil
}

// maxStretch is for 204 by 49 lines; what claims more is no fax.
const maxStretch = 4

func stretch(x, y float64) int {
	if x <= 0 || y <= 0 {
		return 1
	}
	return max(1, min(maxStretch, int(x/y+0.5)))
}
