package charset

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
)

func encode(t testing.TB, enc encoding.Encoding, s string) string {
	t.Helper()
	out, err := enc.NewEncoder().String(s)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestISO2022 has the dialects of ISO-2022-JP, byte by byte.
func TestISO2022(t *testing.T) {
	cases := []struct{ name, in, want string }{
		{"JIS X 0208-1983", "\x1b$BFO=P\x1b(B.", "届出."},
		{"JIS X 0208-1978, back by JIS X 0201 Roman", "\x1b$@FO=P\x1b(J.", "届出."},
		{"four-byte designation", "\x1b$(BFO\x1b(B", "届"},
		{"announcer of JIS X 0208-1990", "\x1b&@\x1b$BFO\x1b(B", "届"},
		{"NEC's kanji-in and kanji-out", "\x1bKFO\x1bH.", "届."},
		{"Roman keeps backslash and tilde", "\x1b(JC:\\~\x1b(B", "C:\\~"},
		{"half-width kana by escape", "\x1b(I6E\x1b(B.", "ｶﾅ."},
		{"half-width kana by shift-out", "a\x0e6E\x0fb", "aｶﾅb"},
		{"half-width kana in eight bits", "a\xB6\xC5b", "aｶﾅb"},
		{"NEC row 13", "\x1b$B-!-j\x1b(B", "①㈱"},
		{"NEC's copy of IBM's characters", "\x1b$B|q\x1b(B", "ⅰ"},
		{"JIS X 0212", "\x1b$(D0!\x1b(B", "丂"},
		{"JIS X 0213 plane 1", "\x1b$(QOT\x1b(B", "𠮟"},
		{"JIS X 0213 plane 2", "\x1b$(P!!\x1b(B", "𠂉"},
		{"JIS X 0213, two code points", "\x1b$(Q$w\x1b(B", "か\u309A"},
		{"GB 2312 in ISO-2022-JP-2", "\x1b$A::WV\x1b(B", "汉字"},
		{"KS C 5601 in ISO-2022-JP-2", "\x1b$(CGQ1[\x1b(B", "한글"},
		{"Latin-1 by single shift", "caf\x1b.A\x1bNi", "café"},
		{"Greek by single shift", "\x1b.F\x1bNa", "α"},
		{"line end goes back to ASCII", "\x1b$BFO\nok", "届\nok"},
		{"a line goes on in kanji without an escape", "\x1b$BFO=P\r\n$G$9\x1b(B.", "届出\r\nです."},
		{"first escape lost", "$G$9\x1b(B.", "です."},
		{"both escapes stripped", "a $BFO=P(B b", "a 届出 b"},
		{"closing escape stripped", "\x1b$BFO=P(B ok", "届出 ok"},
		{"ASCII that looks like an escape", "cost $Billion (B) here", "cost $Billion (B) here"},
		{"shell variables", "$BASH $BIN(BAR)", "$BASH $BIN(BAR)"},
		{"shell variables at the end of a line", "echo $BANK1\necho $BASE64\n", "echo $BANK1\necho $BASE64\n"},
		{"both escapes stripped, the second lost", "$B$G$9\nok", "です\nok"},
		{"space in kanji", "\x1b$BFO =P\x1b(B", "届 出"},
		{"half a character", "\x1b$BFOF\x1b(Bok", "届\uFFFDok"},
		{"no such character", "\x1b$B)!\x1b(B", "\uFFFD"},
		{"colours of a terminal", "\x1b[31mred\x1b[0m", "red"},
		{"escape at the end", "ab\x1b", "ab"},
		{"Shift_JIS pasted in", "\x1b$BFO\x1b(B \x93\xCD\x8F\x6F", "届 届出"},
		{"UTF-8 pasted in", "\x1b$BFO\x1b(B 届出です", "届 届出です"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got, _ := Append(nil, []byte(c.in), ISO2022JP)
			if diff := cmp.Diff(c.want, string(got)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// TestTables compares every pair of bytes with golang.org/x/text, which follows the same standard.
func TestTables(t *testing.T) {
	for lead := 0x81; lead <= 0xFC; lead++ {
		for trail := 0x40; trail <= 0xFC; trail++ {
			pair := []byte{byte(lead), byte(trail)}
			compare(t, ShiftJIS, japanese.ShiftJIS, pair)
			compare(t, EUCJP, japanese.EUCJP, pair)
			compare(t, EUCJP, japanese.EUCJP, append([]byte{0x8F}, pair...))
			if lead >= 0xA1 && trail >= 0xA1 {
				low := string([]byte{byte(lead) & 0x7F, byte(trail) & 0x7F})
				compare(t, ISO2022JP, japanese.ISO2022JP, []byte("\x1b$B"+low+"\x1b(B"))
				compare(t, ISO2022JP, japanese.ISO2022JP, []byte("\x1b$(D"+low+"\x1b(B"))
			}
		}
	}
}

// compare checks that where the reference reads src, so do we.
func compare(t *testing.T, name string, ref encoding.Encoding, src []byte) {
	t.Helper()
	want, err := ref.NewDecoder().Bytes(src)
	if err != nil || bytes.Contains(want, []byte("\uFFFD")) || bytes.Contains(want, []byte("\u0080")) || bytes.IndexByte(want, 0) >= 0 {
		return // broken, or a byte that x/text lets through
	}
	got, bad := Append(nil, src, name)
	if bad != 0 || !bytes.Equal(got, want) {
		t.Errorf("%s % X: %q, want %q", name, src, got, want)
	}
}

func TestJISX0213In8Bits(t *testing.T) {
	if got, _ := Append(nil, []byte("\xEF\xE3\x8A\x4F\x98\x73.\xB6"), ShiftJIS2004); string(got) != "鷗外𠮟.ｶ" {
		t.Errorf("Shift_JIS-2004: %q", got)
	}
	if got, _ := Append(nil, []byte("\xFE\xE5\xB3\xB0\xCF\xD4.\x8E\xB6"), EUCJIS2004); string(got) != "鷗外𠮟.ｶ" {
		t.Errorf("EUC-JIS-2004: %q", got)
	}
}

func TestBrokenBytes(t *testing.T) {
	cases := []struct {
		name, charset, in, want string
		bad                     int
	}{
		{"Shift_JIS keeps ASCII behind a lead byte", ShiftJIS, "\x93\ncat", "\uFFFD\ncat", 1},
		{"Shift_JIS at the end", ShiftJIS, "a\x93", "a\uFFFD", 1},
		{"EUC-JP keeps ASCII behind a lead byte", EUCJP, "\xC6a", "\uFFFDa", 1},
		{"UTF-8 one mark for a broken sequence", UTF8, "\xE6\x97!", "\uFFFD!", 1},
		{"UTF-8 surrogates in three bytes each", UTF8, "\xED\xA0\xBD\xED\xB8\x80", "😀", 0},
		{"UTF-16 lone surrogate", UTF16BE, "\xD8\x00\x00a", "\uFFFDa", 1},
		{"UTF-16 half a unit", UTF16BE, "\x00a\x00", "a\uFFFD", 1},
		{"UTF-7", UTF7, "a +XEpR+g- +- b", "a 届出 + b", 0},
		{"UTF-7 in the dialect of IMAP", UTF7, "&XEpR+g-.txt & b", "届出.txt & b", 0},
		{"UTF-32", UTF32LE, "\x4A\x5C\x00\x00", "届", 0},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got, bad := Append(nil, []byte(c.in), c.charset)
			if diff := cmp.Diff(c.want, string(got)); diff != "" || bad != c.bad {
				t.Errorf("%d bad, -want +got:\n%s", bad, diff)
			}
		})
	}
}

func TestDetect(t *testing.T) {
	cases := []struct {
		charset string
		enc     encoding.Encoding
		texts   []string
	}{
		{ShiftJIS, japanese.ShiftJIS, []string{"届出", "山田太郎", "不正アクセス", "フィッシングサイトです。", "ﾃｽﾄ送信", "①②の順", "Re: 調査のお願い"}},
		{EUCJP, japanese.EUCJP, []string{"届出", "山田太郎", "不正アクセス", "フィッシングサイトです。", "①②の順", "Re: 調査のお願い"}},
		{ISO2022JP, japanese.ISO2022JP, []string{"届出", "Re: 調査のお願い"}},
		{"windows-1252", charmap.Windows1252, []string{"café", "Grüße aus München", "Señor", "À bientôt", "“quoted” – dash", "100 €"}},
		{"windows-1251", charmap.Windows1251, []string{"Сообщение об атаке на сервер"}},
		{"koi8-r", charmap.KOI8R, []string{"Сообщение об атаке на сервер"}},
		{"gb18030", simplifiedchinese.GBK, []string{"我们的服务器正在受到来自贵方网络的攻击，请尽快处理并告知结果，谢谢。"}},
		{"big5", traditionalchinese.Big5, []string{"我們的伺服器正在受到來自貴方網路的攻擊，請儘快處理並告知結果。"}},
		{"euc-kr", korean.EUCKR, []string{"귀하의 네트워크에서 공격이 발생하고 있습니다"}},
	}
	for _, c := range cases {
		for _, text := range c.texts {
			r := ToUTF8([]byte(encode(t, c.enc, text)), "")
			if r.Charset != c.charset || r.Text != text {
				t.Errorf("%q in %s: read as %s: %q", text, c.charset, r.Charset, r.Text)
			}
			if r.Guess != "charset label missing; read as "+c.charset {
				t.Errorf("%q: guess %q", text, r.Guess)
			}
		}
	}
}

// TestLies has texts under labels that they are not in.
func TestLies(t *testing.T) {
	const text = "御社のサーバから不審な通信があります。"
	encodings := map[string]encoding.Encoding{ShiftJIS: japanese.ShiftJIS, EUCJP: japanese.EUCJP, ISO2022JP: japanese.ISO2022JP, UTF8: encoding.Nop}
	for name, enc := range encodings {
		for _, label := range []string{"us-ascii", "iso-8859-1", "utf-8", "iso-2022-jp", "shift_jis", "euc-jp", "gb2312", "x-unknown", "windows-1251"} {
			if name == EUCJP && label == "gb2312" {
				continue // kana are at the same places in both, and Japanese is written in GB 2312 too
			}
			r := ToUTF8([]byte(encode(t, enc, text)), label)
			if r.Text != text {
				t.Errorf("%s labelled %s: read as %s: %q", name, label, r.Charset, r.Text)
			}
			if canonical, _ := Canonical(label); (r.Guess == "") != (canonical == name) {
				t.Errorf("%s labelled %s: guess %q", name, label, r.Guess)
			}
		}
	}
}

// TestLabelsThatAreTrue has texts that could be taken for others, under labels that are right.
func TestLabelsThatAreTrue(t *testing.T) {
	cases := []struct {
		label string
		enc   encoding.Encoding
		text  string
	}{
		{"windows-1252", charmap.Windows1252, "“Ça va?” – 100 €"},
		{"iso-8859-1", charmap.ISO8859_1, "ÄÖÜ äöü ß"},
		{"koi8-r", charmap.KOI8R, "Привет"},
		{"windows-1251", charmap.Windows1251, "Привет, мир"},
		{"gb2312", simplifiedchinese.GBK, "您好"},
		{"big5", traditionalchinese.Big5, "您好，謝謝"},
		{"euc-kr", korean.EUCKR, "안녕"},
		{"shift_jis", japanese.ShiftJIS, "ｶﾅ"},
		{"euc-jp", japanese.EUCJP, "ｶﾅ"},
		{"iso-8859-5", charmap.ISO8859_5, "Привет"},
		{"tis-620", charmap.Windows874, "สวัสดี"},
	}
	for _, c := range cases {
		r := ToUTF8([]byte(encode(t, c.enc, c.text)), c.label)
		if r.Text != c.text || r.Guess != "" || r.Bad != 0 {
			t.Errorf("%s: %+v, want %q", c.label, r, c.text)
		}
	}
}

func TestCanonical(t *testing.T) {
	for label, want := range map[string]string{
		"shift-jis": ShiftJIS, "Shift_JIS": ShiftJIS, "x-sjis": ShiftJIS, "MS932": ShiftJIS, "csShiftJIS": ShiftJIS, "windows-31j": ShiftJIS,
		"uft-8": UTF8, "UTF8": UTF8, "utf-8; format=flowed": UTF8, "3Dutf-8": UTF8, "unicode-1-1-utf-8": UTF8,
		"charset=us-ascii": ASCII, "ANSI_X3.4-1968": ASCII, "ascii": ASCII,
		"iso-2022-jp-1": ISO2022JP, "iso-2022-jp-3": ISO2022JP, "ISO-2022-JP-MS": ISO2022JP, "cp50220": ISO2022JP, "JIS": ISO2022JP,
		"x-euc-jp": EUCJP, "eucJP-ms": EUCJP, "cp51932": EUCJP, "ujis": EUCJP,
		"unicode-1-1-utf-7": UTF7, "gb2312": "gb18030", "GBK": "gb18030", "ks_c_5601-1987": "euc-kr", "Big5": "big5",
		"latin1": "windows-1252", "iso8859-15": "iso-8859-15", "ISO_8859-2": "iso-8859-2", "cp1251": "windows-1251", "win-1250": "windows-1250", "koi8-u": "koi8-u",
	} {
		if got, known := Canonical(label); got != want || !known {
			t.Errorf("%q: %q %v, want %q", label, got, known, want)
		}
	}
	for _, label := range []string{"", "x-unknown", "unknown-8bit", "7bit", "default", "foo", "=?"} {
		if got, known := Canonical(label); got != "" || known {
			t.Errorf("%q: %q %v, want none", label, got, known)
		}
	}
}

func BenchmarkToUTF8(b *testing.B) {
	line := "当社のサーバに対して、貴管理下と思われるアドレスから不審な接続が続いています。\r\n"
	for name, enc := range map[string]encoding.Encoding{ISO2022JP: japanese.ISO2022JP, ShiftJIS: japanese.ShiftJIS, EUCJP: japanese.EUCJP, UTF8: encoding.Nop} {
		src := []byte(strings.Repeat(encode(b, enc, line), 30))
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(src)))
			b.ReportAllocs()
			for b.Loop() {
				ToUTF8(src, name)
			}
		})
	}
}
