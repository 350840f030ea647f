package fax

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"image/png"
	"unicode/utf8"
)

// Opener opens documents of faxes in children.
type Opener struct {
	Exe    string // the program itself, which calls Child where its first argument is ChildCommand
	Limits Limits
	Langs  string // of what is read in pictures, as tesseract names them; "" for Japanese and English
}

// defaultLangs are the languages of the desk.
const defaultLangs = "jpn+eng"

// Page is one page as a picture.
type Page struct {
	PNG           []byte
	Width, Height int    // pixels
	Text          string // that a PDF holds beside the picture, "" where it holds none
}

// Document is what could be opened of a TIFF or PDF.
type Document struct {
	Pages    []Page
	Problems []string // what could not be opened, in plain English
}

// ErrType is of an attachment that is neither TIFF nor PDF.
var ErrType = errors.New("neither TIFF nor PDF")

// Pages makes pictures of a document. What could be opened comes with the error on why there is not more: ErrType, ErrTooLarge, ErrTime,
// ErrDied, *MissingProgram. A document that is merely damaged is no error: Document.Problems says what is lost.
func (o Opener) Pages(ctx context.Context, document []byte) (Document, error) {
	var opened Document
	kind, err := jobFor(document)
	if err != nil {
		return opened, err
	}
	err = RunChild(ctx, o.Exe, Job{Kind: kind, Limits: o.Limits}, document, func(f Frame) error { return opened.take(f, o.Limits) })
	return opened, err
}

// jobFor goes by the document's first bytes: what a mail calls its attachments is often wrong.
func jobFor(document []byte) (JobKind, error) {
	switch {
	case bytes.HasPrefix(document, []byte("II*\x00")), bytes.HasPrefix(document, []byte("MM\x00*")):
		return JobTIFF, nil
	case bytes.Contains(document[:min(len(document), 1024)], []byte("%PDF-")): // readers of PDF look as far
		return JobPDF, nil
	}
	return "", ErrType
}

// maxProblems is how many problems a document may have beside two a page.
const maxProblems = 10

// take adds a frame. The child is not believed: a page must be a PNG within the limits.
func (d *Document) take(f Frame, limits Limits) error {
	switch f.Kind {
	case FramePage:
		config, err := png.DecodeConfig(bytes.NewReader(f.Data))
		if err != nil || config.Width*config.Height > limits.Pixels || len(d.Pages) >= limits.Pages {
			return errors.New("the child told a page that is none")
		}
		d.Pages = append(d.Pages, Page{PNG: f.Data, Width: config.Width, Height: config.Height})
	case FrameText:
		if len(d.Pages) == 0 || !utf8.Valid(f.Data) {
			return errors.New("the child told a text that is none")
		}
		d.Pages[len(d.Pages)-1].Text = string(f.Data)
	case FrameProblem:
		if len(d.Problems) > 2*limits.Pages+maxProblems {
			return errors.New("the child told too many problems")
		}
		d.Problems = append(d.Problems, string(f.Data))
	case FrameMissing:
		return missingProgram(f)
	default:
		return fmt.Errorf("the child told an unexpected %q", byte(f.Kind))
	}
	return nil
}

func missingProgram(f Frame) error {
	missing := new(MissingProgram)
	if err := json.Unmarshal(f.Data, missing); err != nil {
		return err
	}
	return missing
}

// OCR reads the text in a picture (PNG). Errors as of Pages; *MissingProgram where tesseract or a language is not installed.
func (o Opener) OCR(ctx context.Context, picture []byte) (MachineText, error) {
	langs := o.Langs
	if langs == "" {
		langs = defaultLangs
	}
	var read MachineText
	err := RunChild(ctx, o.Exe, Job{Kind: JobOCR, Langs: langs, Limits: o.Limits}, picture, func(f Frame) error {
		switch f.Kind {
		case FrameRead:
			return json.Unmarshal(f.Data, &read)
		case FrameMissing:
			return missingProgram(f)
		}
		return fmt.Errorf("the text was not read: %.200s", f.Data)
	})
	return read, err
}
