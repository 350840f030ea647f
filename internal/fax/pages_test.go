package fax_test

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hajimehoshi/ebiten/v2/examples/resources/fonts"
	"github.com/signintech/gopdf"
	"golang.org/x/image/tiff"
)

// sheet is a page of our own with shapes of every kind that a fax coding treats differently: white lines, long and short runs, slants,
// dots, full black.
func sheet(w, h, seed int) *image.Gray {
	sheet := image.NewGray(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			black := false
			switch y * 6 / h {
			case 1:
				black = (x+y*3+seed)%37 < 9
			case 2:
				black = (x*x+y*7*seed)%11 == 0
			case 3:
				black = x > seed*5 && x < w-3
			case 4:
				black = (x/(seed+1)+y)%2 == 0
			case 5:
				black = true
			}
			if !black {
				sheet.SetGray(x, y, color.Gray{Y: 255})
			}
		}
	}
	return sheet
}

func sheets(all ...*image.Gray) []*image.Gray { return all }

// tiffTool is a file of the sheets in a coding, made by libtiff's tools.
func tiffTool(t *testing.T, pages []*image.Gray, args ...string) []byte {
	t.Helper()
	need(t, "tiffcp")
	need(t, "ppm2tiff")
	folder := t.TempDir()
	args = slices.Clone(args)
	for i, each := range pages {
		name := string(rune('a' + i))
		if err := os.WriteFile(filepath.Join(folder, name+".pbm"), pbm(each), 0o600); err != nil {
			t.Fatal(err)
		}
		tool(t, folder, "ppm2tiff", "-R", "204", name+".pbm", name+".tif")
		args = append(args, name+".tif")
	}
	tool(t, folder, "tiffcp", append(args, "all.tif")...) // a name with a comma has a meaning to tiffcp
	data, err := os.ReadFile(filepath.Join(folder, "all.tif"))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func tool(t *testing.T, folder, name string, args ...string) {
	t.Helper()
	command := exec.Command(name, args...)
	command.Dir = folder
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%s %q: %v: %s", name, args, err, out)
	}
}

// pbm is the picture as a portable bitmap, a bit a pixel.
func pbm(g *image.Gray) []byte {
	w, h := g.Rect.Dx(), g.Rect.Dy()
	var b bytes.Buffer
	fmt.Fprintf(&b, "P4\n%d %d\n", w, h)
	for y := range h {
		row := make([]byte, (w+7)/8)
		for x := range w {
			if g.GrayAt(x, y).Y == 0 {
				row[x/8] |= 0x80 >> (x % 8)
			}
		}
		b.Write(row)
	}
	return b.Bytes()
}

func gray(t *testing.T, picture []byte) *image.Gray {
	t.Helper()
	img, err := png.Decode(bytes.NewReader(picture))
	if err != nil {
		t.Fatal(err)
	}
	g := image.NewGray(img.Bounds())
	for y := range g.Rect.Dy() {
		for x := range g.Rect.Dx() {
			g.Set(x, y, img.At(x, y))
		}
	}
	return g
}

// TestTIFF opens files of two pages that libtiff wrote: each pixel comes back, in order, from every coding that fax gateways use.
func TestTIFF(t *testing.T) {
	t.Parallel()
	both := sheets(sheet(1728, 300, 3), sheet(611, 97, 2))
	for _, test := range []struct {
		why  string
		args []string
	}{
		{"Group 3 in one dimension", []string{"-c", "g3:1d"}},
		{"Group 3 in two dimensions, as HylaFAX keeps faxes", []string{"-c", "g3:2d"}},
		{"Group 3 with ends of lines filled up to bytes", []string{"-c", "g3:1d:fill"}},
		{"Group 3 in two dimensions, filled", []string{"-c", "g3:2d:fill"}},
		{"Group 4", []string{"-c", "g4"}},
		{"Group 4 in strips", []string{"-c", "g4", "-r", "16"}},
		{"Group 3 in strips, the lowest bit first", []string{"-c", "g3:2d", "-r", "64", "-f", "lsb2msb"}},
		{"big-endian Group 4", []string{"-c", "g4", "-B"}},
		{"LZW", []string{"-c", "lzw"}},
		{"PackBits", []string{"-c", "packbits"}},
		{"Deflate", []string{"-c", "zip"}},
		{"not compressed", []string{"-c", "none"}},
	} {
		t.Run(test.why, func(t *testing.T) {
			t.Parallel()
			opened := pages(t, tiffTool(t, both, test.args...))
			if len(opened.Pages) != len(both) || len(opened.Problems) > 0 {
				t.Fatalf("%d pages, problems %q", len(opened.Pages), opened.Problems)
			}
			for i, each := range opened.Pages {
				if got := gray(t, each.PNG); !bytes.Equal(got.Pix, both[i].Pix) {
					t.Errorf("page %d is another picture", i+1)
				}
			}
		})
	}
}

// TestInAHurry: a fax of 98 lines an inch is shown with its proportions.
func TestInAHurry(t *testing.T) {
	t.Parallel()
	need(t, "tiffset")
	folder := t.TempDir()
	file := filepath.Join(folder, "fax.tif")
	if err := os.WriteFile(file, tiffTool(t, sheets(sheet(1728, 60, 3)), "-c", "g3:2d"), 0o600); err != nil {
		t.Fatal(err)
	}
	tool(t, folder, "tiffset", "-s", "283", "98.0", "fax.tif")
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	opened := pages(t, data)
	if len(opened.Pages) != 1 || opened.Pages[0].Width != 1728 || opened.Pages[0].Height != 120 {
		t.Fatalf("%d pages, problems %q", len(opened.Pages), opened.Problems)
	}
	want := sheet(1728, 60, 3)
	got := gray(t, opened.Pages[0].PNG)
	if !bytes.Equal(got.Pix[1728*31:1728*32], want.Pix[1728*15:1728*16]) {
		t.Error("line 31 is not line 15 of the fax")
	}
}

// TestDamagedLine: what the telephone line swallowed of Group 3 costs the lines it was in, not those behind.
func TestDamagedLine(t *testing.T) {
	t.Parallel()
	whole := sheet(1728, 300, 3)
	for _, coding := range []string{"g3:1d", "g3:2d"} {
		file := tiffTool(t, sheets(whole), "-c", coding, "-r", "300")
		at := bytes.IndexByte(file, 0x00) + len(file)/3
		for i := range 6 {
			file[at+i] = 0x5a
		}
		opened := pages(t, file)
		if len(opened.Pages) != 1 || len(opened.Problems) != 1 || !strings.Contains(opened.Problems[0], "lines damaged") {
			t.Fatalf("%s: %d pages, problems %q", coding, len(opened.Pages), opened.Problems)
		}
		got := gray(t, opened.Pages[0].PNG)
		if last := 1728 * 290; !bytes.Equal(got.Pix[last:], whole.Pix[last:]) {
			t.Errorf("%s: the foot of the page is lost", coding)
		}
	}
}

// TestColours: a scan in grey or colours is opened as well; such machines mail LZW.
func TestColours(t *testing.T) {
	t.Parallel()
	scan := image.NewRGBA(image.Rect(0, 0, 90, 70))
	for i := range scan.Pix {
		scan.Pix[i] = byte(i * 7)
		if i%4 == 3 {
			scan.Pix[i] = 255
		}
	}
	var b bytes.Buffer
	if err := tiff.Encode(&b, scan, &tiff.Options{Compression: tiff.Deflate}); err != nil {
		t.Fatal(err)
	}
	opened := pages(t, b.Bytes())
	if len(opened.Pages) != 1 {
		t.Fatalf("problems %q", opened.Problems)
	}
	got, err := png.Decode(bytes.NewReader(opened.Pages[0].PNG))
	if err != nil {
		t.Fatal(err)
	}
	for _, at := range []image.Point{{0, 0}, {44, 31}, {89, 69}} {
		want := color.RGBAModel.Convert(scan.At(at.X, at.Y))
		if diff := cmp.Diff(want, color.RGBAModel.Convert(got.At(at.X, at.Y))); diff != "" {
			t.Errorf("at %v: %s", at, diff)
		}
	}
}

// TestPDF renders a PDF of two pages and takes out the text that it holds.
func TestPDF(t *testing.T) {
	t.Parallel()
	need(t, "pdftoppm")
	opened := pages(t, pdf(t, []string{"不正アクセスの届出", "192.0.2.7 port 22"}, []string{"second page"}))
	if len(opened.Pages) != 2 || len(opened.Problems) > 0 {
		t.Fatalf("%d pages, problems %q", len(opened.Pages), opened.Problems)
	}
	if text := opened.Pages[0].Text; !strings.Contains(text, "不正アクセスの届出") || !strings.Contains(text, "192.0.2.7 port 22") {
		t.Errorf("text of page 1: %q", text)
	}
	if text := opened.Pages[1].Text; strings.TrimSpace(text) != "second page" {
		t.Errorf("text of page 2: %q", text)
	}
	got := gray(t, opened.Pages[0].PNG)
	if got.Rect.Dy() != 2339 || got.Rect.Dx() < 1650 || got.Rect.Dx() > 1656 {
		t.Errorf("A4 at 200 dots an inch is %v", got.Rect)
	}
	if !slices.ContainsFunc(got.Pix, func(p byte) bool { return p < 64 }) {
		t.Error("the page is blank")
	}
}

// pdf makes a PDF of A4 pages with lines of text.
func pdf(t *testing.T, pages ...[]string) []byte {
	t.Helper()
	var doc gopdf.GoPdf
	doc.Start(gopdf.Config{PageSize: *gopdf.PageSizeA4})
	if err := doc.AddTTFFontData("mplus", japaneseFont(t)); err != nil {
		t.Fatal(err)
	}
	if err := doc.SetFont("mplus", "", 22); err != nil {
		t.Fatal(err)
	}
	for _, lines := range pages {
		doc.AddPage()
		for i, line := range lines {
			doc.SetXY(60, 60+float64(i)*50)
			if err := doc.Cell(nil, line); err != nil {
				t.Fatal(err)
			}
		}
	}
	return doc.GetBytesPdf()
}

// japaneseFont is the M+ font that ships in a module of the program's.
func japaneseFont(t *testing.T) []byte {
	t.Helper()
	return fonts.MPlus1pRegular_ttf
}
