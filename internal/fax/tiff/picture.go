package tiff

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/color"
	"io"

	"golang.org/x/image/tiff"

	"todoke/internal/fax/ccitt"
)

// Picture decodes a page of the file. A *ccitt.Damage comes with the picture as far as it could be read.
func (p Page) Picture(file []byte, limits Limits) (image.Image, error) {
	if int64(p.Width)*int64(p.Height)*int64(p.Stretch) > int64(limits.Pixels) {
		return nil, fmt.Errorf("a page of %d by %d pixels is larger than is opened", p.Width, p.Height*p.Stretch)
	}
	switch p.compression {
	case compressionRLE, compressionGroup3, compressionGroup4:
		return p.fax(file)
	}
	if p.bits > 8 || p.samples > 4 {
		return nil, fmt.Errorf("%d bits in %d samples a pixel are not opened", p.bits, p.samples)
	}
	picture, err := tiff.Decode(&firstPage{file: file, offset: p.offset})
	if err != nil {
		return nil, err
	}
	return stretched(picture, p.Stretch), nil
}

// fax decodes a page in one of the fax codings, strip by strip.
func (p Page) fax(file []byte) (image.Image, error) {
	if p.bits != 1 || p.samples != 1 {
		return nil, errors.New("a fax that is not black and white")
	}
	picture := image.NewPaletted(image.Rect(0, 0, p.Width, p.Height), p.palette())
	var damage ccitt.Damage
	for strip := 0; strip*p.rowsPerStrip < p.Height; strip++ {
		first := strip * p.rowsPerStrip
		last := min(p.Height, first+p.rowsPerStrip)
		err := ccitt.Decode(picture.Pix[first*p.Width:last*p.Width], p.Width, p.strip(file, strip), p.coding())
		var lines *ccitt.Damage
		if errors.As(err, &lines) {
			damage.Lines += lines.Lines
		}
	}
	whole := stretched(picture, p.Stretch)
	if damage.Lines > 0 {
		damage.Of = p.Height
		return whole, &damage
	}
	return whole, nil
}

// palette is of the colours that the codes' white (0) and black (1) are shown as. Photometric interpretation 1 means that 0 is
// black.
func (p Page) palette() color.Palette {
	if p.photometric == 1 {
		return color.Palette{color.Black, color.White}
	}
	return color.Palette{color.White, color.Black}
}

func (p Page) coding() ccitt.Coding {
	return ccitt.Coding{
		Group4:    p.compression == compressionGroup4,
		TwoLines:  p.compression == compressionGroup3 && p.t4Options&1 != 0,
		ByteLines: p.compression == compressionRLE,
		LSBFirst:  p.fillOrder == 2,
	}
}

// strip is the data of a strip, as far as it lies in the file. Where lengths are not told or wrong it ends with the file.
func (p Page) strip(file []byte, i int) []byte {
	if i >= len(p.stripOffsets) || int64(p.stripOffsets[i]) > int64(len(file)) {
		return nil
	}
	data := file[p.stripOffsets[i]:]
	if i < len(p.stripBytes) && p.stripBytes[i] > 0 && int64(p.stripBytes[i]) < int64(len(data)) {
		data = data[:p.stripBytes[i]]
	}
	return data
}

// stretched repeats each line of a picture.
func stretched(picture image.Image, times int) image.Image {
	if times <= 1 {
		return picture
	}
	switch p := picture.(type) {
	case *image.Paletted:
		tall := image.NewPaletted(tallBounds(p.Rect, times), p.Palette)
		repeat(tall.Pix, tall.Stride, p.Pix, p.Stride, times)
		return tall
	case *image.Gray:
		tall := image.NewGray(tallBounds(p.Rect, times))
		repeat(tall.Pix, tall.Stride, p.Pix, p.Stride, times)
		return tall
	}
	return picture // in colours: no fax, so that its lines are as they should be
}

func tallBounds(r image.Rectangle, times int) image.Rectangle {
	return image.Rect(0, 0, r.Dx(), r.Dy()*times)
}

func repeat(to []byte, toStride int, from []byte, fromStride, times int) {
	for y := 0; (y+1)*toStride <= len(to); y++ {
		copy(to[y*toStride:(y+1)*toStride], from[y/times*fromStride:])
	}
}

// firstPage is a file whose header points to a directory of ours as the first.
type firstPage struct {
	file   []byte
	offset uint32
	at     int64
}

func (f *firstPage) ReadAt(b []byte, at int64) (int, error) {
	n, err := bytes.NewReader(f.file).ReadAt(b, at)
	var order binary.ByteOrder = binary.LittleEndian
	if f.file[0] == 'M' {
		order = binary.BigEndian
	}
	var pointer [4]byte
	order.PutUint32(pointer[:], f.offset)
	for i := range pointer {
		if place := int64(4+i) - at; place >= 0 && place < int64(n) {
			b[place] = pointer[i]
		}
	}
	return n, err
}

func (f *firstPage) Read(b []byte) (int, error) {
	n, err := f.ReadAt(b, f.at)
	f.at += int64(n)
	if n > 0 && errors.Is(err, io.EOF) {
		err = nil
	}
	return n, err
}
