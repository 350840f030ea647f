package tiff

import (
	"bytes"
	"image"
	"testing"

	"golang.org/x/image/tiff"
)

// FuzzPages: any bytes give at most as many pages as are allowed, each within its bounds, without a panic.
func FuzzPages(f *testing.F) {
	var b bytes.Buffer
	if err := tiff.Encode(&b, image.NewGray(image.Rect(0, 0, 9, 7)), &tiff.Options{Compression: tiff.Deflate}); err != nil {
		f.Fatal(err)
	}
	if pages, err := Pages(b.Bytes(), Limits{Pages: 5, Pixels: 1 << 16}); err != nil || len(pages) != 1 {
		f.Fatalf("the seed has %d pages, error %v", len(pages), err)
	}
	f.Add(b.Bytes())
	f.Add([]byte("II*\x00\x08\x00\x00\x00\x06\x00" +
		"\x00\x01\x04\x00\x01\x00\x00\x00\x10\x00\x00\x00" + "\x01\x01\x04\x00\x01\x00\x00\x00\x01\x00\x00\x00" +
		"\x02\x01\x04\x00\x01\x00\x00\x00\x01\x00\x00\x00" + "\x03\x01\x04\x00\x01\x00\x00\x00\x04\x00\x00\x00" +
		"\x06\x01\x04\x00\x01\x00\x00\x00\x00\x00\x00\x00" + "\x11\x01\x04\x00\x01\x00\x00\x00\x56\x00\x00\x00" + "\x08\x00\x00\x00\x80"))
	limits := Limits{Pages: 5, Pixels: 1 << 16}
	f.Fuzz(func(t *testing.T, file []byte) {
		pages, _ := Pages(file, limits)
		if len(pages) > limits.Pages {
			t.Fatalf("%d pages", len(pages))
		}
		for _, page := range pages {
			picture, err := page.Picture(file, limits)
			if picture == nil && err == nil {
				t.Fatal("neither picture nor error")
			}
			if picture != nil && picture.Bounds().Dx()*picture.Bounds().Dy() > limits.Pixels {
				t.Fatalf("a picture of %v", picture.Bounds())
			}
		}
	})
}
