package fax_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"todoke/internal/fax"
)

// TestOCR lets tesseract read a Japanese page that came as a fax does: rendered, made black and white, Group 3, opened by a child.
func TestOCR(t *testing.T) {
	t.Parallel()
	need(t, "tesseract")
	need(t, "pdftoppm")
	rendered := pages(t, pdf(t, []string{"不正アクセスの届出", "攻撃元のアドレスは次のとおりです。", "192.0.2.77 port 22", "Please stop the attack"}))
	sheet := gray(t, rendered.Pages[0].PNG)
	for i, p := range sheet.Pix {
		sheet.Pix[i] = 255 * (p >> 7)
	}
	faxed := pages(t, tiffTool(t, sheets(sheet), "-c", "g3:2d"))
	read := ocr(t, faxed.Pages[0].PNG)
	t.Logf("confidence %.2f: %q", read.Confidence, read.Text)
	for _, want := range []string{"不正アクセスの届出", "攻撃元のアドレス", "192.0.2.77", "Please stop the attack"} {
		if !strings.Contains(read.Text, want) {
			t.Errorf("%q is not in %q", want, read.Text)
		}
	}
	if read.Confidence < 0.6 || read.Confidence > 1 || read.Words < 6 {
		t.Errorf("confidence %v, %d words", read.Confidence, read.Words)
	}
}

// TestOCRWithout: a language that is not installed is said, with the package that holds it; a picture that is none is an error.
func TestOCRWithout(t *testing.T) {
	t.Parallel()
	need(t, "tesseract")
	o := opener(t)
	o.Langs = "xyz"
	blank := pages(t, tiffTool(t, sheets(sheet(64, 64, 1)), "-c", "g4")).Pages[0].PNG
	_, err := o.OCR(context.Background(), blank)
	var missing *fax.MissingProgram
	if !errors.As(err, &missing) || missing.Package != "tesseract-ocr-xyz" {
		t.Errorf("got %v", err)
	}
	for _, langs := range []string{"jpn --psm 0", "../x", "+"} {
		o.Langs = langs
		if _, err := o.OCR(context.Background(), blank); err == nil {
			t.Errorf("%q passed for a language", langs)
		}
	}
	if _, err := opener(t).OCR(context.Background(), []byte("no picture")); err == nil {
		t.Error("no picture, and no error")
	}
}
