package fax

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/png"
	"math"
	"os"
	"strconv"
	"strings"

	"todoke/internal/fax/ccitt"
	"todoke/internal/fax/tiff"
)

// tiff tells the pages of a TIFF file.
func (t *teller) tiff(file []byte, limits Limits) {
	bounds := tiff.Limits{Pages: limits.Pages, Pixels: limits.Pixels}
	pages, err := tiff.Pages(file, bounds)
	if err != nil {
		t.problem("%v", err)
	}
	for i, page := range pages {
		picture, err := page.Picture(file, bounds)
		if err != nil {
			t.problem("page %d: %v", i+1, err)
		}
		var damage *ccitt.Damage
		if err == nil || errors.As(err, &damage) && damage.Lines < damage.Of {
			t.page(picture)
		}
	}
}

func (t *teller) page(picture image.Image) {
	var b bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestSpeed}
	if err := encoder.Encode(&b, picture); err != nil {
		t.problem("writing a page: %v", err)
		return
	}
	t.frame(FramePage, b.Bytes())
}

// documentName is the file that a child keeps a PDF in: its programs go to and fro in it.
const documentName = "document.pdf"

// pageSide is the length of a PDF's page, in pixels: A4 at 200 dots an inch, as a fax has them. It bounds the pixels whatever size a
// page claims.
const pageSide = 2339

// pdf tells the pages of a PDF, and the text that each holds. A page is rendered by itself, so that one that cannot be costs none of
// the others.
func (t *teller) pdf(document []byte, limits Limits) {
	if err := os.WriteFile(documentName, document, 0o600); err != nil {
		t.err = err
		return
	}
	count, err := pdfPages()
	switch {
	case complained(err, "Incorrect password"):
		t.problem("the PDF is locked by a password")
		return
	case err != nil:
		t.failure("the PDF cannot be opened", err)
		return
	case count > limits.Pages:
		t.problem("%v: %d of %d", tiff.ErrPages, limits.Pages, count)
	}
	side := strconv.Itoa(min(pageSide, int(math.Sqrt(float64(limits.Pixels)))))
	for i := 1; i <= min(count, limits.Pages) && t.err == nil; i++ {
		page := strconv.Itoa(i)
		picture, err := run(limits.Output, nil, "pdftoppm", "-png", "-scale-to", side, "-f", page, "-l", page, documentName)
		if err != nil {
			t.failure("page "+page, err)
			continue
		}
		t.frame(FramePage, picture)
		if text, err := run(maxText, nil, "pdftotext", "-layout", "-enc", "UTF-8", "-f", page, "-l", page, documentName, "-"); err != nil {
			t.failure("the text of page "+page, err)
		} else if text = bytes.TrimRight(text, "\f\n "); len(text) > 0 {
			t.frame(FrameText, text)
		}
	}
}

// maxText bounds the text of a page, in bytes.
const maxText = 1 << 20

// pdfPages asks how many pages there are.
func pdfPages() (int, error) {
	info, err := run(maxText, nil, "pdfinfo", documentName)
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(info)) {
		if value, ok := strings.CutPrefix(line, "Pages:"); ok {
			return strconv.Atoi(strings.TrimSpace(value))
		}
	}
	return 0, fmt.Errorf("pdfinfo tells no count of pages")
}
