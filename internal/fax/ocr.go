package fax

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// MachineText is what a machine read in a picture. It is a guess, and is to be shown as one.
type MachineText struct {
	Text       string  // lines end with \n, an empty line between blocks
	Confidence float64 // the mean over the characters, 0 to 1, as tesseract judges itself; 0 where nothing was read
	Words      int
}

// ocr tells the text of a picture.
func (t *teller) ocr(picture []byte, job Job) {
	if !validLangs(job.Langs) {
		t.problem("%q names no languages of tesseract", job.Langs)
		return
	}
	table, err := run(job.Limits.Output, bytes.NewReader(picture), "tesseract", "stdin", "stdout", "-l", job.Langs, "--dpi", "200", "tsv")
	for lang := range strings.SplitSeq(job.Langs, "+") {
		if complained(err, "Failed loading language '"+lang+"'") || complained(err, lang+".traineddata") {
			err = &MissingProgram{Program: "tesseract's " + lang, Package: "tesseract-ocr-" + strings.ReplaceAll(lang, "_", "-")}
		}
	}
	if err != nil {
		t.failure("the text of the picture", err)
		return
	}
	t.json(FrameRead, readTSV(string(table)))
}

func validLangs(langs string) bool {
	for lang := range strings.SplitSeq(langs, "+") {
		if lang == "" || strings.Trim(lang, "abcdefghijklmnopqrstuvwxyz_") != "" {
			return false
		}
	}
	return true
}

// The columns of tesseract's table; the level of a row that is a word.
const (
	columnLevel      = 0
	columnBlock      = 2
	columnParagraph  = 3
	columnLine       = 4
	columnConfidence = 10
	columnText       = 11
	columns          = 12
	wordLevel        = "5"
)

// readTSV makes a text of tesseract's table, a word a row.
func readTSV(table string) MachineText {
	var b strings.Builder
	var read MachineText
	var sum float64
	var letters int
	var before []string
	for row := range strings.Lines(table) {
		cells := strings.SplitN(strings.TrimRight(row, "\r\n"), "\t", columns)
		if len(cells) < columns || cells[columnLevel] != wordLevel {
			continue
		}
		word := strings.TrimSpace(cells[columnText])
		confidence, err := strconv.ParseFloat(cells[columnConfidence], 64)
		if err != nil || confidence < 0 || word == "" {
			continue
		}
		b.WriteString(gap(before, cells))
		b.WriteString(word)
		n := utf8.RuneCountInString(word)
		sum += min(confidence, 100) / 100 * float64(n)
		letters += n
		read.Words++
		before = cells
	}
	if letters > 0 {
		read.Text = b.String() + "\n"
		read.Confidence = sum / float64(letters)
	}
	return read
}

// gap is what stands between two words: an empty line between paragraphs, an end of line between lines, a space between words that
// are written with spaces.
func gap(before, word []string) string {
	switch {
	case before == nil:
		return ""
	case before[columnBlock] != word[columnBlock] || before[columnParagraph] != word[columnParagraph]:
		return "\n\n"
	case before[columnLine] != word[columnLine]:
		return "\n"
	}
	last, _ := utf8.DecodeLastRuneInString(before[columnText])
	first, _ := utf8.DecodeRuneInString(word[columnText])
	if unspaced(last) && unspaced(first) {
		return ""
	}
	return " "
}

// unspaced tells whether a character belongs to Japanese, which puts no spaces between words.
func unspaced(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana) || r >= 0x3000 && r <= 0x303f || r == 'ー'
}

// Notice says to people, in "ja" or "en", how the text came about.
func (m MachineText) Notice(language string) string {
	percent := int(m.Confidence*100 + 0.5)
	if language == "ja" {
		return fmt.Sprintf("機械で読み取った文字です（確からしさ %d%%）。画像と照らし合わせてください。", percent)
	}
	return fmt.Sprintf("Read by machine (confidence %d%%); compare it with the picture.", percent)
}
