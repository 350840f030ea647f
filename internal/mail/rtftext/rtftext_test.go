package rtftext

import (
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

var cases = []struct{ name, rtf, want string }{
	{"plain", `{\rtf1\ansi hello\par world}`, "hello\nworld"},
	{"line breaks of the file mean nothing", "{\\rtf1 a\r\nb}", "ab"},
	{"tables are left out", `{\rtf1{\fonttbl{\f0 Arial;}}{\colortbl;\red0;}{\*\generator x;}{\info{\author y}}text}`, "text"},
	{"escapes", `{\rtf1 \{\}\\\~x}`, "{}\\\u00A0x"},
	{"codepage", `{\rtf1\ansi\ansicpg932 \'93\'cd\'8f\'6f}`, "届出"},
	{"second byte as a plain character", `{\rtf1\ansicpg932 \'8fo}`, "出"},
	{"charset of the font", `{\rtf1\ansi{\fonttbl{\f0 Arial;}{\f1\fcharset128 X;}}\f1 \'93\'cd\f0 \'e9}`, "届é"},
	{"Unicode with its replacement", `{\rtf1\uc1 \u23626?\u20986?}`, "届出"},
	{"Unicode, negative", `{\rtf1\u-1?}`, "\uFFFF"},
	{"Unicode with a replacement of two bytes", `{\rtf1\uc2 \u23626\'93\'cd x}`, "届 x"},
	{"surrogates", `{\rtf1\u-10179?\u-8704?}`, "😀"},
	{"link", `{\rtf1 {\field{\*\fldinst HYPERLINK "http://203.0.113.7/x"}{\fldrslt bank}} end}`, "bank <http://203.0.113.7/x> end"},
	{"groups restore", `{\rtf1{\*\hidden {nothing}}shown}`, "shown"},
	{"not closed", `{\rtf1 a{b`, "ab"},
	{"closed too often", `{\rtf1 a}}}b`, "ab"},
}

func TestConvert(t *testing.T) {
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, Convert([]byte(c.rtf)).Text); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestConvertHTML(t *testing.T) {
	rtf := `{\rtf1\ansi\fromhtml1 {\*\htmltag64 <p>}\htmlrtf {\htmlrtf0 text{\*\htmltag84 <a href="http://x.example/">}link{\*\htmltag92 </a>}\htmlrtf }\htmlrtf0}`
	want := Document{HTML: true, Text: `<p>text<a href="http://x.example/">link</a>`}
	if diff := cmp.Diff(want, Convert([]byte(rtf))); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func FuzzConvert(f *testing.F) {
	for _, c := range cases {
		f.Add([]byte(c.rtf))
	}
	f.Fuzz(func(t *testing.T, rtf []byte) {
		if doc := Convert(rtf); !utf8.ValidString(doc.Text) {
			t.Error("not UTF-8")
		}
	})
}
