package mail

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"unicode/utf8"
)

// hostileMails are mails made to cost as much as they can. Each is built when its test runs.
var hostileMails = []struct {
	name string
	why  string
	make func() []byte
}{
	{"nested multiparts", "a level of nesting a line: a parser that reads a body again for each level is quadratic", func() []byte {
		var b bytes.Buffer
		for i := range 20_000 {
			fmt.Fprintf(&b, "Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n", i, i)
		}
		return b.Bytes()
	}},
	{"nested messages", "message/rfc822 in message/rfc822", func() []byte {
		return bytes.Repeat([]byte("Content-Type: message/rfc822\n\n"), 100_000)
	}},
	{"nested base64", "each level is decoded again", func() []byte {
		mail := []byte("Content-Type: text/plain\n\nhello\n")
		for range 30 {
			mail = []byte("Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n" + base64.StdEncoding.EncodeToString(mail) + "\n")
		}
		return mail
	}},
	{"large nested base64", "20 MiB that decodes to nearly as much several times", func() []byte {
		mail := bytes.Repeat([]byte("a line of a log file that is neither short nor long\n"), 150_000)
		for range 4 {
			mail = []byte("Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n" + base64.StdEncoding.EncodeToString(mail) + "\n")
		}
		return mail
	}},
	{"200,000 parts", "a part costs memory", func() []byte {
		return append([]byte("Content-Type: multipart/mixed; boundary=x\n\n"), bytes.Repeat([]byte("--x\n\npart\n"), 200_000)...)
	}},
	{"50 MB header line", "one field", func() []byte {
		return append([]byte("Subject: "), bytes.Repeat([]byte("a"), 50<<20)...)
	}},
	{"50 MB header", "very many fields", func() []byte {
		return bytes.Repeat([]byte("X: y\n"), 10<<20)
	}},
	{"50 MB folded header", "very many continuation lines", func() []byte {
		return append([]byte("Subject: a\n"), bytes.Repeat([]byte(" b\n"), 16<<20)...)
	}},
	{"encoded words", "endless ones, all to be joined", func() []byte {
		return append([]byte("Subject: "), bytes.Repeat([]byte("=?iso-2022-jp?B?GyRCJCIbKEI=?=\n "), 300_000)...)
	}},
	{"half encoded words", "the end of each is looked for", func() []byte {
		return append([]byte("Subject: "), bytes.Repeat([]byte("=?a?q?"), 1_000_000)...)
	}},
	{"a million escapes", "of ISO-2022-JP", func() []byte {
		return append([]byte("Content-Type: text/plain; charset=iso-2022-jp\n\n"), bytes.Repeat([]byte("\x1b$B$\"\x1b(B"), 1_000_000)...)
	}},
	{"stripped escapes", "each $B may begin Japanese", func() []byte {
		return append([]byte("Content-Type: text/plain; charset=iso-2022-jp\n\n"), bytes.Repeat([]byte("$B"), 2_000_000)...)
	}},
	{"half-width kana", "a byte becomes three", func() []byte {
		return append([]byte("Content-Type: text/plain; charset=shift_jis\n\n"), bytes.Repeat([]byte("\xB1"), 30<<20)...)
	}},
	{"plain text", "of 50 MiB", func() []byte {
		return append([]byte("Content-Type: text/plain\n\n"), bytes.Repeat([]byte("a line of a log file that is neither short nor long\r\n"), 900_000)...)
	}},
	{"base64 attachment", "of 50 MiB", func() []byte {
		return append([]byte("Content-Type: application/pdf\nContent-Transfer-Encoding: base64\n\n"), bytes.Repeat([]byte("QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5ejAxMjM0NTY3\r\n"), 600_000)...)
	}},
	{"quoted-printable", "of 50 MiB", func() []byte {
		return append([]byte("Content-Type: text/plain\nContent-Transfer-Encoding: quoted-printable\n\n"), bytes.Repeat([]byte("="), 50<<20-100)...)
	}},
	{"HTML of open tags", "and links never closed", func() []byte {
		return append([]byte("Content-Type: text/html\n\n"), bytes.Repeat([]byte("<a href=\"http://a.example/\"><b>"), 500_000)...)
	}},
	{"HTML of one link", "closing tags make the text of the link be taken again", func() []byte {
		return append([]byte("Content-Type: text/html\n\n"), bytes.Repeat([]byte("<a href=http://a.example>x</a>"), 500_000)...)
	}},
	{"HTML of quotes", "each line gets marks", func() []byte {
		return append([]byte("Content-Type: text/html\n\n"), bytes.Repeat([]byte("<blockquote>x<br>"), 500_000)...)
	}},
	{"boundaries", "lines that look like one of many", func() []byte {
		var b bytes.Buffer
		for i := range 49 {
			fmt.Fprintf(&b, "Content-Type: multipart/mixed; boundary=boundary%02d\n\n--boundary%02d\n", i, i)
		}
		b.WriteString("\n")
		b.Write(bytes.Repeat([]byte("--boundaryxx\n"), 1_000_000))
		return b.Bytes()
	}},
	{"wrong boundaries", "each multipart declares one that never comes, so that its body is searched for another", func() []byte {
		var b bytes.Buffer
		b.WriteString("Content-Type: multipart/mixed; boundary=top\n\n")
		for range 2000 {
			b.WriteString("--top\nContent-Type: multipart/mixed; boundary=never\n\n")
			b.Write(bytes.Repeat([]byte("--x\ncontent\n"), 500))
		}
		return b.Bytes()
	}},
	{"nested wrong boundaries", "what is read again holds what is read again", func() []byte {
		var b bytes.Buffer
		for range 49 {
			b.WriteString("Content-Type: multipart/mixed; boundary=never\n\n--x\n")
		}
		b.Write(bytes.Repeat([]byte("text text text text\n"), 500_000))
		return b.Bytes()
	}},
	{"uuencode starts", "each could be a file", func() []byte {
		return append([]byte("Content-Type: text/plain\n\n"), bytes.Repeat([]byte("begin 644 a\n#86)C\n"), 500_000)...)
	}},
	{"uuencode starts without data", "each is followed to its end", func() []byte {
		return append([]byte("Content-Type: text/plain\n\n"), bytes.Repeat([]byte("begin 644 a\n`\n"), 500_000)...)
	}},
	{"parameters", "of RFC 2231", func() []byte {
		var b bytes.Buffer
		b.WriteString("Content-Type: application/x; ")
		for i := range 100_000 {
			fmt.Fprintf(&b, "name*%d*=%%41;\n ", i%1000)
		}
		return b.Bytes()
	}},
	{"addresses", "brackets and comments that nest", func() []byte {
		return append([]byte("From: "), bytes.Repeat([]byte("(<\"a@,"), 1_000_000)...)
	}},
	{"8-bit garbage", "in which charsets are looked for", func() []byte {
		b := []byte("Content-Type: text/plain\n\n")
		for i := range 20 << 20 {
			b = append(b, byte(i*7919>>3)|0x80)
		}
		return b
	}},
	{"NULs", "no text at all", func() []byte { return make([]byte, 50<<20) }},
	{"flowed", "every line flows", func() []byte {
		return append([]byte("Content-Type: text/plain; format=flowed\n\n"), bytes.Repeat([]byte("> a \n"), 1_000_000)...)
	}},
	{"RTF groups", "in TNEF or bare", func() []byte {
		return append([]byte("Content-Type: text/rtf\n\n"), bytes.Repeat([]byte("{\\f1\\'82"), 500_000)...)
	}},
}

// memoryLimit is what reading a mail may allocate beyond the mail itself, in bytes (the design, section 7).
const memoryLimit = 64 << 20

// TestHostileMails reads each hostile mail, looks at everything that was read, and counts all bytes allocated,
// whether still in use or not.
func TestHostileMails(t *testing.T) { // not parallel: the count is of the whole process
	for _, h := range hostileMails {
		t.Run(h.name, func(t *testing.T) {
			raw := h.make()
			var before, after runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			m := Parse(raw, DefaultLimits())
			runtime.ReadMemStats(&after)
			used := after.TotalAlloc - before.TotalAlloc
			t.Logf("allocated %.1f MiB for a mail of %.1f MiB", float64(used)/(1<<20), float64(len(raw))/(1<<20))
			if used > memoryLimit {
				t.Errorf("%s: allocated more than the limit", h.why)
			}
			checkMessage(t, m, DefaultLimits())
			m.Header.Subject()
			m.Header.AddressList("From")
			for _, p := range m.Parts {
				Segments(p.Text)
			}
		})
	}
}

// TestHostileTexts sorts texts whose lines each ask for a look at many others. A quadratic look would take hours.
func TestHostileTexts(t *testing.T) {
	for name, line := range map[string]string{
		"rulers": "----------\n", "empty lines": "\n", "attributions": "2008-04-12 03:20 a@example.jp wrote:\n", "quotes with gaps": "> a\n\n\n\n",
		"fields": "From: a\nTo: b\nSubject: c\n\n", "separators": "-----Original Message-----\n", "forwards and their ends": "----- 転送ここから -----\n----- 転送ここまで -----\n",
		"closings": "Regards,\n\n", "rulers and text": "----------\na@example.jp\n", "notices": "confidentiality notice\n\n", "one line": "> a wrote: ----- ",
		"dashes": "--\n", "pipes": "| a\n",
	} {
		t.Run(name, func(t *testing.T) {
			text := strings.Repeat(line, 2<<20/len(line))
			segments := Segments(text)
			if n := len(segments); n == 0 || segments[n-1].End != len(text) {
				t.Errorf("%d segments do not cover the text", n)
			}
		})
	}
}

// checkMessage checks what holds for every mail, however broken.
func checkMessage(t testing.TB, m *Message, lim Limits) {
	t.Helper()
	if m.Root == nil || len(m.Parts) == 0 || m.Parts[0] != m.Root {
		t.Fatal("the root is not the first of the parts")
	}
	if len(m.Parts) > lim.Parts {
		t.Errorf("%d parts", len(m.Parts))
	}
	paths := map[string]bool{}
	for _, p := range m.Parts {
		if paths[p.Path] {
			t.Errorf("path %q twice", p.Path)
		}
		paths[p.Path] = true
		if !utf8.ValidString(p.Text) || !utf8.ValidString(p.Name) {
			t.Errorf("part %s: not UTF-8", p.Path)
		}
		if i := strings.IndexFunc(p.Text, func(r rune) bool { return r < 0x20 && r != '\n' && r != '\t' || r >= 0x7F && r < 0xA0 }); i >= 0 {
			t.Errorf("part %s: control character at %d", p.Path, i)
		}
		for _, l := range p.Links {
			if !utf8.ValidString(l.Text) || !utf8.ValidString(l.URL) {
				t.Errorf("part %s: link is not UTF-8", p.Path)
			}
		}
	}
	for _, p := range m.Problems {
		if !utf8.ValidString(p.Problem) || strings.ContainsAny(p.Problem, "\n\r\x1b") {
			t.Errorf("problem %q is no phrase", p.Problem)
		}
		if !paths[p.Part] {
			t.Errorf("problem of part %q, which is none", p.Part)
		}
	}
}
