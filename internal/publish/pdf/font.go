package pdf

import (
	"os"

	"github.com/hajimehoshi/ebiten/v2/examples/resources/fonts"
)

// Font is a TrueType font with Japanese glyphs. The PDF holds only the glyphs that it uses.
type Font struct {
	Name       string
	Data       []byte
	Incomplete bool // the font lacks rare kanji; the PDF says so
}

// installed are the places where Debian and its children keep Japanese fonts with TrueType outlines, best first (packages
// fonts-ipaexfont-gothic and fonts-vlgothic). Fonts with PostScript outlines, such as Noto Sans CJK, cannot be embedded here.
var installed = []struct{ name, path string }{
	{"IPAexGothic", "/usr/share/fonts/opentype/ipaexfont-gothic/ipaexg.ttf"},
	{"VL PGothic", "/usr/share/fonts/truetype/vlgothic/VL-PGothic-Regular.ttf"},
	{"VL Gothic", "/usr/share/fonts/truetype/vlgothic/VL-Gothic-Regular.ttf"},
}

// FindFont returns the first font that is installed, else Fallback.
func FindFont() Font {
	for _, candidate := range installed {
		if data, err := os.ReadFile(candidate.path); err == nil {
			return Font{Name: candidate.name, Data: data}
		}
	}
	return Fallback()
}

// Fallback returns the font that is built in, M+ 1p, which lacks a quarter of the kanji of JIS X 0208.
func Fallback() Font {
	return Font{Name: "M+ 1p", Data: fonts.MPlus1pRegular_ttf, Incomplete: true}
}
