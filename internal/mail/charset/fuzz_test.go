package charset

import (
	"testing"
	"unicode/utf8"
)

func FuzzToUTF8(f *testing.F) {
	f.Add([]byte("\x1b$BFO=P\x1b(B"), "iso-2022-jp")
	f.Add([]byte("\x93\xCD\x8F\x6F"), "shift_jis")
	f.Add([]byte("+MMYwuTDI-"), "utf-7")
	f.Add([]byte("~{:z~}"), "hz-gb-2312")
	f.Add([]byte("$BFO=P(B \x0e123\x0f"), "")
	f.Add([]byte("\xFF\xFE\x00\xD8"), "utf-16")
	f.Fuzz(func(t *testing.T, src []byte, label string) {
		r := ToUTF8(src, label)
		if !utf8.ValidString(r.Text) {
			t.Error("not UTF-8")
		}
		if len(r.Text) > 3*len(src)+16 {
			t.Errorf("%d bytes made of %d", len(r.Text), len(src))
		}
		if r.Charset == "" || !utf8.ValidString(r.Guess) {
			t.Errorf("charset %q, guess %q", r.Charset, r.Guess)
		}
	})
}
