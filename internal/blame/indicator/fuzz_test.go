package indicator

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzFind asks of any text: no panic, spans in order, in range and on rune
// borders, and normal forms that are read again as themselves.
func FuzzFind(f *testing.F) {
	for _, seed := range []string{
		"攻撃元は203.0.113.7です http://example.com/a.htmlに",
		"hxxp[:]//u@www[.]example[.]jp:80/a(b)?c=[1]",
		"203.0.113.1-203.0.113.9 2001:db8::/32 ２０３．０．１１３．７",
		"<http://example.com/a\n b> user(at)example(dot)com 日本語.jp",
		"d41d8cd98f00b204e9800998ecf8427e CVE-2008-1447 AS64500 22/tcp",
		"http://0x7f.1/ ttp://a.b.jp \\.[.](dot) dot at",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		last := 0
		for k, found := range Find(text) {
			if found.Start < 0 || found.End <= found.Start || found.End > len(text) {
				t.Fatalf("%+v in a text of %d bytes", found, len(text))
			}
			if found.Start < last && (k == 0 || found.Kind != CIDR && found.Kind != IP) {
				t.Fatalf("%+v overlaps what ended at %d", found, last)
			}
			last = found.End
			if utf8.ValidString(text) && (!utf8.RuneStart(text[found.Start]) || found.End < len(text) && !utf8.RuneStart(text[found.End])) {
				t.Fatalf("%+v splits a character of %q", found, text)
			}
			again := Find(found.Value)
			if len(again) != 1 || again[0].Value != found.Value || again[0].Kind != found.Kind {
				t.Errorf("%s %q of %q is read again as %v", found.Kind, found.Value, text, brief(again))
			}
		}
	})
}

// BenchmarkFind reads 3 KB of each kind.
func BenchmarkFind(b *testing.B) {
	for name, part := range map[string]string{
		"prose": "弊社のウェブサーバに対して、先週から総当たりの攻撃と思われるアクセスが続いています。詳細は www.example.jp をご覧ください。\n",
		"logs":  "Jun 11 02:09:40 gate sshd[812]: Failed password for invalid user anna from 203.0.113.5 port 40022 ssh2\n",
		"urls":  "hxxp://www[.]example[.]jp/login/index[.]php?a=1 (203.0.113.7)\n",
	} {
		text := strings.Repeat(part, 3000/len(part)+1)
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				Find(text)
			}
		})
	}
}

// BenchmarkHostile shows that cost grows with size only: compare the rates of the sizes.
func BenchmarkHostile(b *testing.B) {
	for name, part := range map[string]string{
		"dots": "a.", "colons": "1:", "brackets": "[.](.)", "schemes": "http://", "angles": "<http://a.jp/", "ats": "a@", "wide": "日", "idn": "日.jp", "spoken": "a dot ", "hex": "0", "ids": "Message-ID: a\n ",
	} {
		for _, size := range []int{64 << 10, 1 << 20} {
			text := strings.Repeat(part, size/len(part))
			b.Run(name, func(b *testing.B) {
				b.SetBytes(int64(len(text)))
				for b.Loop() {
					Find(text)
				}
			})
		}
	}
}
