package fax

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func stream(frames ...Frame) []byte {
	var b bytes.Buffer
	for _, f := range frames {
		writeFrame(&b, f.Kind, f.Data)
	}
	return b.Bytes()
}

// TestFrames: a stream is read as written; one that does not end, is too long or holds something else is an error.
func TestFrames(t *testing.T) {
	t.Parallel()
	page, end := Frame{FramePage, []byte("picture")}, Frame{Kind: FrameEnd}
	for _, test := range []struct {
		why    string
		data   []byte
		frames int
		err    error
	}{
		{"whole", stream(page, page, end), 2, nil},
		{"nothing behind the end is read", append(stream(page, end), "more"...), 1, nil},
		{"the child died between frames", stream(page), 1, errNoEnd},
		{"the child died within a frame", stream(page, page)[:20], 1, errNoEnd},
		{"the child died within a header", stream(page)[:3], 0, errNoEnd},
		{"a frame that claims four gigabytes", []byte{'P', 255, 255, 255, 255, 'x'}, 0, errOutput},
		{"more than the limit in all", stream(page, page, page, page, page, end), 4, errOutput},
	} {
		frames := 0
		err := readFrames(bytes.NewReader(test.data), 50, func(f Frame) error {
			frames++
			if diff := cmp.Diff(page, f); diff != "" {
				t.Errorf("%s: %s", test.why, diff)
			}
			return nil
		})
		if !errors.Is(err, test.err) || frames != test.frames {
			t.Errorf("%s: %d frames, error %v", test.why, frames, err)
		}
	}
	if err := readFrames(strings.NewReader("?\x00\x00\x00\x00"), 50, nil); err == nil {
		t.Error("an unknown kind")
	}
}

func FuzzFrames(f *testing.F) {
	f.Add(stream(Frame{FramePage, []byte("picture")}, Frame{FrameText, nil}, Frame{Kind: FrameEnd}))
	f.Add([]byte{'P', 255, 255, 255, 255})
	f.Fuzz(func(t *testing.T, data []byte) {
		var again []Frame
		taken := 0
		err := readFrames(bytes.NewReader(data), 1000, func(f Frame) error {
			again = append(again, f)
			taken += len(f.Data) + frameHeader
			return nil
		})
		if taken > 1000 {
			t.Fatalf("%d bytes were taken", taken)
		}
		if err == nil && !bytes.HasPrefix(data, stream(again...)) {
			t.Fatal("other frames than those that came")
		}
	})
}

// TestDocumentTakes: the parent does not believe its child.
func TestDocumentTakes(t *testing.T) {
	t.Parallel()
	limits := DefaultLimits()
	for _, f := range []Frame{
		{FramePage, []byte("no PNG")}, {FrameText, []byte("a text without a page")}, {FrameRead, []byte("{}")}, {FrameMissing, []byte("no JSON")},
		{FramePage, []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR\x7f\xff\xff\xff\x7f\xff\xff\xff\x01\x00\x00\x00\x00\x00\x00\x00\x00")},
	} {
		if err := new(Document).take(f, limits); err == nil {
			t.Errorf("%q was taken", f.Data)
		}
	}
	err := new(Document).take(Frame{FrameMissing, []byte(`{"Program":"pdftoppm","Package":"poppler-utils"}`)}, limits)
	if want := "pdftoppm is not installed; on Debian: apt-get install poppler-utils"; err == nil || err.Error() != want {
		t.Errorf("%v, want %q", err, want)
	}
}

// TestMissing: a program that is not installed is named with its package.
func TestMissing(t *testing.T) {
	folders := programFolders
	programFolders = []string{t.TempDir()}
	defer func() { programFolders = folders }()
	for _, test := range []struct{ program, want string }{
		{"tesseract", "tesseract-ocr"}, {"pdftotext", "poppler-utils"}, {"pdfinfo", "poppler-utils"}, {"pdftoppm", "poppler-utils"},
	} {
		_, err := run(1, nil, test.program)
		if diff := cmp.Diff(error(&MissingProgram{test.program, test.want}), err); diff != "" {
			t.Error(diff)
		}
	}
	var told bytes.Buffer
	teller := teller{w: &told}
	teller.ocr(nil, Job{Langs: defaultLangs})
	if want := stream(Frame{FrameMissing, []byte(`{"Program":"tesseract","Package":"tesseract-ocr"}`)}); !bytes.Equal(told.Bytes(), want) {
		t.Errorf("told %q", told.Bytes())
	}
}

// TestReadTSV: words of Japanese stand together, others apart; lines and paragraphs stay; the confidence is that of the characters.
func TestReadTSV(t *testing.T) {
	t.Parallel()
	row := func(paragraph, line, confidence, word string) string {
		return strings.Join([]string{"5", "1", "1", paragraph, line, "1", "0", "0", "9", "9", confidence, word}, "\t") + "\n"
	}
	table := "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext\n" +
		"4\t1\t1\t1\t1\t0\t0\t0\t9\t9\t-1\t\n" +
		row("1", "1", "90", "攻撃元") + row("1", "1", "90", "です") + row("1", "2", "100", "port") + row("1", "2", "50", "22") +
		row("2", "1", "-1", "lost") + row("2", "1", "nan?", "lost") + row("2", "1", "80", " ") + row("2", "1", "60", "end") + "short\trow\n"
	got := readTSV(table)
	want := MachineText{Text: "攻撃元です\nport 22\n\nend\n", Words: 5, Confidence: (0.9*5 + 1*4 + 0.5*2 + 0.6*3) / 14}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if got := readTSV(""); got != (MachineText{}) {
		t.Errorf("of nothing: %+v", got)
	}
	if ja, en := want.Notice("ja"), want.Notice("en"); !strings.Contains(ja, "81%") || !strings.Contains(en, "81%") {
		t.Errorf("%q, %q", ja, en)
	}
}
