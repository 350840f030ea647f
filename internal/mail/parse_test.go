package mail

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/japanese"
)

var (
	jis  = encoder(japanese.ISO2022JP.NewEncoder().String)
	sjis = encoder(japanese.ShiftJIS.NewEncoder().String)
	euc  = encoder(japanese.EUCJP.NewEncoder().String)
)

func b64(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }

// describeParts gives a line for each part: path, type, charset, name, text; and one for each problem.
func describeParts(m *Message) []string {
	var lines []string
	for _, p := range m.Parts {
		line := p.Path + " " + p.Type
		if p.Charset != "" {
			line += " " + p.Charset
		}
		if p.Name != "" {
			line += " name=" + p.Name
		}
		if p.Lesser {
			line += " lesser"
		}
		if p.Text != "" {
			line += fmt.Sprintf(" %q", p.Text)
		}
		lines = append(lines, line)
	}
	for _, p := range m.Problems {
		lines = append(lines, "! "+p.Part+" "+p.Problem)
	}
	return lines
}

// structureCases are mails with what is read in them.
var structureCases = []struct {
	name string
	raw  string
	want []string
}{
	{"plain", "Subject: x\n\nhello\n", []string{`1 text/plain us-ascii "hello\n"`}},
	{"empty", "", []string{"1 text/plain us-ascii"}},
	{"only a header", "Subject: x", []string{"1 text/plain us-ascii"}},
	{"only a body", "This is a mail without a header.\nReally.\n", []string{`1 text/plain us-ascii "This is a mail without a header.\nReally.\n"`, "! 1 no header"}},
	{"CRLF", "Subject: x\r\n\r\nhello\r\nyou\r\n", []string{`1 text/plain us-ascii "hello\nyou\n"`}},
	{"CR alone", "Subject: x\rTo: y\r\rhello\ryou\r", []string{`1 text/plain us-ascii "hello\nyou\n"`, "! 1 lines end in a lone CR"}},
	{"line ends mixed, NUL and controls", "Subject: x\r\n\nhe\x00llo\x07\r\r\nyou\n", []string{`1 text/plain us-ascii "hello\nyou\n"`}},
	{"byte order mark", "\xEF\xBB\xBFSubject: x\n\n\xEF\xBB\xBFhello\n", []string{`1 text/plain us-ascii "hello\n"`}},
	{"mbox line and empty lines in front", "\nFrom a@example.jp Sat Apr 12 03:20:00 2008\nSubject: x\n\nhello\n", []string{`1 text/plain us-ascii "hello\n"`}},
	{"header lines that are none", "Subject: x\nthis is junk\nTo: y\n\nhello\n", []string{`1 text/plain us-ascii "hello\n"`, "! 1 1 header line that is no field left out"}},
	{"no empty line before the body", "Subject: x\nTo: y\nHello, this is the body.\nIt goes on.\n", []string{`1 text/plain us-ascii "Hello, this is the body.\nIt goes on.\n"`, "! 1 no empty line between header and body"}},
	{"white space for the empty line", "Subject: x\n \nhello\n", []string{`1 text/plain us-ascii "hello\n"`}},
	{"multipart", "Content-Type: multipart/mixed; boundary=\"b b\"\n\npreamble\n--b b\n\none\n--b b\nContent-Type: text/plain; name=a.txt\n\ntwo\n\n--b b--\nepilogue\n", []string{
		"TEXT multipart/mixed", `1 text/plain us-ascii "one"`, `2 text/plain us-ascii name=a.txt "two\n"`}},
	{"boundary with spaces behind", "Content-Type: multipart/mixed; boundary=bb\n\n--bb  \n\none\n--bb-- \t\n", []string{"TEXT multipart/mixed", `1 text/plain us-ascii "one"`}},
	{"closing boundary missing", "Content-Type: multipart/mixed; boundary=bb\n\n--bb\n\none\n--bb\n\ntwo\n", []string{"TEXT multipart/mixed", `1 text/plain us-ascii "one"`, `2 text/plain us-ascii "two\n"`, "! TEXT the closing boundary is missing"}},
	{"inner boundary not closed", "Content-Type: multipart/mixed; boundary=out\n\n--out\nContent-Type: multipart/mixed; boundary=in\n\n--in\n\none\n--out\n\ntwo\n--out--\n", []string{
		"TEXT multipart/mixed", "1 multipart/mixed", `1.1 text/plain us-ascii "one"`, `2 text/plain us-ascii "two"`, "! 1 the closing boundary is missing"}},
	{"inner and outer boundary the same", "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b--\n--b\n\ntwo\n--b--\n", []string{
		"TEXT multipart/mixed", "1 multipart/mixed", `1.1 text/plain us-ascii "one"`, `2 text/plain us-ascii "two"`}},
	{"one boundary begins the other", "Content-Type: multipart/mixed; boundary=bound\n\n--bound\nContent-Type: multipart/mixed; boundary=bound1\n\n--bound1\n\none\n--bound1--\n--bound--\n", []string{
		"TEXT multipart/mixed", "1 multipart/mixed", `1.1 text/plain us-ascii "one"`}},
	{"parts behind the closing boundary", "Content-Type: multipart/mixed; boundary=bb\n\n--bb\n\none\n--bb--\n--bb\n\ntwo\n--bb--\n", []string{"TEXT multipart/mixed", `1 text/plain us-ascii "one"`, `2 text/plain us-ascii "two"`}},
	{"boundary not declared", "Content-Type: multipart/mixed\n\n--=_x\nContent-Type: text/plain\n\none\n--=_x--\n", []string{"TEXT multipart/mixed", `1 text/plain us-ascii "one"`, "! TEXT boundary not declared; taken from the body"}},
	{"no MIME header at all", "Subject: x\n\nThis is a multi-part message in MIME format.\n--=_x\nContent-Type: text/html\n\n<p>one\n--=_x--\n", []string{"TEXT multipart/mixed", `1 text/html us-ascii "one\n"`, "! TEXT boundary not declared; taken from the body"}},
	{"another boundary declared", "Content-Type: multipart/mixed; boundary=declared\n\n--used\nContent-Type: text/plain\n\none\n--used--\n", []string{"TEXT multipart/mixed", `1 text/plain us-ascii "one"`, "! TEXT the declared boundary does not occur; another was taken from the body"}},
	{"no boundary anywhere", "Content-Type: multipart/mixed; boundary=bb\n\nonly text\n", []string{`1 text/plain us-ascii "only text\n"`, "! 1 the boundary does not occur; read as text"}},
	{"multipart encoded as a whole", "Content-Type: multipart/mixed; boundary=bb\nContent-Transfer-Encoding: base64\n\n" + b64("--bb\n\none\n--bb--\n") + "\n", []string{"TEXT multipart/mixed", `1 text/plain us-ascii "one"`, "! TEXT the multipart is encoded as a whole"}},
	{"multipart that lies about its encoding", "Content-Type: multipart/mixed; boundary=bb\nContent-Transfer-Encoding: base64\n\n--bb\n\none\n--bb--\n", []string{"TEXT multipart/mixed", `1 text/plain us-ascii "one"`}},
	{"alternative", "Content-Type: multipart/alternative; boundary=bb\n\n--bb\n\none\n--bb\nContent-Type: text/html\n\n<b>one</b>\n--bb--\n", []string{"TEXT multipart/alternative", `1 text/plain us-ascii "one"`, `2 text/html us-ascii lesser "one\n"`}},
	{"alternative with empty plain text", "Content-Type: multipart/alternative; boundary=bb\n\n--bb\n\n \n--bb\nContent-Type: text/html\n\n<b>one</b>\n--bb--\n", []string{"TEXT multipart/alternative", `1 text/plain us-ascii lesser " "`, `2 text/html us-ascii "one\n"`}},
	{"message in a message", "Content-Type: message/rfc822\n\nSubject: inner\nContent-Type: multipart/mixed; boundary=bb\n\n--bb\n\none\n--bb--\n", []string{"1 message/rfc822", "1.TEXT multipart/mixed", `1.1 text/plain us-ascii "one"`}},
	{"encoded message in a message", "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n" + b64("Subject: inner\n\none\n"), []string{"1 message/rfc822", `1.1 text/plain us-ascii "one\n"`}},
	{"digest", "Content-Type: multipart/digest; boundary=bb\n\n--bb\n\nSubject: a\n\none\n--bb\n\nSubject: b\n\ntwo\n--bb--\n", []string{
		"TEXT multipart/digest", "1 message/rfc822", `1.1 text/plain us-ascii "one"`, "2 message/rfc822", `2.1 text/plain us-ascii "two"`}},
	{"report", "Content-Type: multipart/report; report-type=delivery-status; boundary=bb\n\n--bb\n\nfailed\n--bb\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx\n\n--bb\nContent-Type: message/rfc822\n\nSubject: a\n\none\n--bb--\n", []string{
		"TEXT multipart/report", `1 text/plain us-ascii "failed"`, `2 message/delivery-status us-ascii "Reporting-MTA: dns; mx\n"`, "3 message/rfc822", `3.1 text/plain us-ascii "one"`}},
	{"type missing its parts", "Content-Type: text\n\nhello\n", []string{`1 text/plain us-ascii "hello\n"`, `! 1 content type "text" unreadable; read as text/plain`}},
	{"parameter for the type", "Content-Type: charset=us-ascii\n\nhello\n", []string{`1 text/plain us-ascii "hello\n"`, `! 1 content type "charset=us-ascii" unreadable; read as text/plain`}},
	{"charset named twice over", "Content-Type: text/plain; charset=\"charset=utf-8\"\n\n日本\n", []string{`1 text/plain utf-8 "日本\n"`}},
	{"semicolon missing", "Content-Type: text/plain charset=shift_jis\n\n" + sjis("日本語") + "\n", []string{`1 text/plain shift_jis "日本語\n"`}},
	{"transfer encoding 7-bit", "Content-Transfer-Encoding: 7-bit\n\nhello\n", []string{`1 text/plain us-ascii "hello\n"`}},
	{"transfer encoding with a space", "Content-Transfer-Encoding: Quoted Printable\n\nh=65llo=\n you\n", []string{`1 text/plain us-ascii "hello you\n"`}},
	{"transfer encoding with junk", "Content-Transfer-Encoding: base64; x=y\n\n" + b64("hello"), []string{`1 text/plain us-ascii "hello"`}},
	{"transfer encoding that nobody knows", "Content-Transfer-Encoding: base9000\n\nhello\n", []string{`1 text/plain us-ascii "hello\n"`, `! 1 transfer encoding "base9000" unknown; read as not encoded`}},
	{"base64 that is none", "Content-Transfer-Encoding: base64\n\nThis is plain text, as anyone can see.\n", []string{`1 text/plain us-ascii "This is plain text, as anyone can see.\n"`, "! 1 labelled base64 but is not; read as not encoded"}},
	{"base64 with junk", "Content-Transfer-Encoding: base64\n\naGVs!bG8sIHdvcmxk\n", []string{`1 text/plain us-ascii "hello, world"`, "! 1 1 byte in base64 that fit nothing left out"}},
	{"base64 without padding, and padding in the middle", "Content-Transfer-Encoding: base64\n\naGVsbG8=\nIHdvcmxkIQ\n", []string{`1 text/plain us-ascii "hello world!"`}},
	{"quoted-printable in lower case, with white space behind", "Content-Transfer-Encoding: quoted-printable\nContent-Type: text/plain; charset=utf-8\n\n=e6=97=a5=  \n=e6=9c=ac=zz=\n", []string{`1 text/plain utf-8 "日本=zz"`}},
	{"uuencode as transfer encoding", "Content-Type: application/x-test\nContent-Transfer-Encoding: x-uuencode\n\nbegin 644 a.bin\n#86)C\n`\nend\n", []string{"1 application/x-test name=a.bin"}},
	{"uuencoded file in a text", "Subject: x\n\nsee the file\n\nbegin 644 a.txt\n#86)C\n`\nend\n\nbye\n", []string{`1 text/plain us-ascii "see the file\n\n\nbye\n"`, `1.1 application/octet-stream us-ascii name=a.txt "abc"`}},
	{"the word begin is no file", "Subject: x\n\nbegin 644 the story\nof my life\n", []string{`1 text/plain us-ascii "begin 644 the story\nof my life\n"`}},
	{"text under a binary type", "Content-Type: application/octet-stream; name=ACCESS.LOG\n\nline\n", []string{`1 application/octet-stream us-ascii name=ACCESS.LOG "line\n"`}},
	{"a list under a table program's type", "Content-Type: application/vnd.ms-excel; name=hosts.csv\n\nip,port\n", []string{`1 application/vnd.ms-excel us-ascii name=hosts.csv "ip,port\n"`}},
	{"a rotated log", "Content-Type: application/octet-stream; name=access.log.1\n\nline\n", []string{`1 application/octet-stream us-ascii name=access.log.1 "line\n"`}},
	{"a log dated by rotation", "Content-Type: application/x-download; name=secure.log-20140512\n\nline\n", []string{`1 application/x-download us-ascii name=secure.log-20140512 "line\n"`}},
	{"a log of Unix, without ending", "Content-Type: application/octet-stream; name=auth_log\n\nline\n", []string{`1 application/octet-stream us-ascii name=auth_log "line\n"`}},
	{"a program's text is not read", "Content-Type: application/octet-stream; name=bot.php\n\n<?php\n", []string{"1 application/octet-stream name=bot.php"}},
	{"an archive of a log is not opened", "Content-Type: application/gzip; name=access.log.gz\n\n\x1f\x8b\x08\n", []string{"1 application/gzip name=access.log.gz"}},
	{"a mail under the type of any file", "Content-Type: application/octet-stream; name=spam.eml\n\nSubject: y\n\nbuy\n", []string{"1 message/rfc822 name=spam.eml", `1.1 text/plain us-ascii "buy\n"`}},
	{"binary under a text name", "Content-Type: application/octet-stream; name=a.log\n\n\x00\x01\x02\x03\x04\x05", []string{"1 application/octet-stream name=a.log"}},
	{"binary under a text type", "Content-Type: text/plain; name=a.gif\n\nGIF89a\x00\x01\x02\x03\x04\x05", []string{"1 text/plain name=a.gif"}},
	{"flowed", "Content-Type: text/plain; format=flowed\n\na long \nline\n> quoted \n> text\n-- \nname\n", []string{`1 text/plain us-ascii "a long line\n> quoted text\n-- \nname\n"`}},
	{"flowed Japanese", "Content-Type: text/plain; charset=utf-8; format=flowed; delsp=yes\n\n日本 \n語\n", []string{`1 text/plain utf-8 "日本語\n"`}},
	{"HTML in Japanese with its charset inside", "Content-Type: text/html\n\n<html><meta charset=shift_jis><p>" + sjis("本文") + "</p><a href=http://203.0.113.7/x>" + sjis("銀行") + "</a>\n", []string{`1 text/html shift_jis "本文\n\n銀行 <http://203.0.113.7/x>\n"`}},
	{"broken TNEF", "Content-Type: application/ms-tnef; name=winmail.dat\n\n\x78\x9F\x3E\x22\x01\x00\x01\xFF\x00\x00\x00", []string{"1 application/ms-tnef name=winmail.dat", "! 1 TNEF broken: reading attribute 0xff: the stream ends early"}},
	{"whole mail in UTF-16", "\xFF\xFE" + utf16le("Subject: x\r\n\r\n日本語\r\n"), []string{`1 text/plain utf-8 "日本語\n"`, "! 1 the whole mail is in UTF-16", "! 1 charset label missing; read as utf-8"}},

	{"ISO-2022-JP", "Content-Type: text/plain; charset=ISO-2022-JP\n\n" + jis("届出です。") + "\n", []string{`1 text/plain iso-2022-jp "届出です。\n"`}},
	{"ISO-2022-JP without a label", "Subject: x\n\n" + jis("届出です。") + "\n", []string{`1 text/plain iso-2022-jp "届出です。\n"`, "! 1 charset label missing; read as iso-2022-jp"}},
	{"ISO-2022-JP without its escapes", "Content-Type: text/plain; charset=iso-2022-jp\n\n" + strings.ReplaceAll(jis("届出です。"), "\x1b", "") + "\n", []string{`1 text/plain iso-2022-jp "届出です。\n"`}},
	{"Shift_JIS that says ISO-2022-JP", "Content-Type: text/plain; charset=iso-2022-jp\n\n" + sjis("届出です。") + "\n", []string{`1 text/plain shift_jis "届出です。\n"`, "! 1 labelled iso-2022-jp; read as shift_jis"}},
	{"EUC-JP that says UTF-8", "Content-Type: text/plain; charset=utf-8\n\n" + euc("届出です。") + "\n", []string{`1 text/plain euc-jp "届出です。\n"`, "! 1 labelled utf-8; read as euc-jp"}},
	{"UTF-8 that says US-ASCII", "Content-Type: text/plain; charset=us-ascii\n\n届出です。\n", []string{`1 text/plain utf-8 "届出です。\n"`, "! 1 labelled us-ascii; read as utf-8"}},
	{"Shift_JIS without a label", "Subject: x\n\n" + sjis("届出です。") + "\n", []string{`1 text/plain shift_jis "届出です。\n"`, "! 1 charset label missing; read as shift_jis"}},
	{"unknown label", "Content-Type: text/plain; charset=x-unknown\n\n" + euc("届出です。") + "\n", []string{`1 text/plain euc-jp "届出です。\n"`, `! 1 charset label "x-unknown" unknown; read as euc-jp`}},
	{"misspelt label", "Content-Type: text/plain; charset=uft-8\n\n届出です。\n", []string{`1 text/plain utf-8 "届出です。\n"`}},
	{"UTF-8 with a broken place", "Content-Type: text/plain; charset=utf-8\n\n届出\xE3です。\n", []string{`1 text/plain utf-8 "届出` + "\uFFFD" + `です。\n"`, "! 1 1 character unreadable in utf-8"}},
}

func utf16le(s string) string {
	var b []byte
	for _, r := range s {
		b = append(b, byte(r), byte(r>>8))
	}
	return string(b)
}

func TestParseStructure(t *testing.T) {
	for _, c := range structureCases {
		t.Run(c.name, func(t *testing.T) {
			m := Parse([]byte(c.raw), Limits{})
			if diff := cmp.Diff(c.want, describeParts(m)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			checkMessage(t, m, DefaultLimits())
		})
	}
}

// wordCases are raw header values and what they say.
var wordCases = []struct{ name, raw, want string }{
	{"plain", "hello", "hello"},
	{"folded", "hello\r\n world", "hello world"},
	{"B", "=?ISO-2022-JP?B?" + b64(jis("届出")) + "?=", "届出"},
	{"Q", "=?utf-8?q?=E5=B1=8A_x?=", "届 x"},
	{"text around", "Re: =?utf-8?B?" + b64("届出") + "?= (1)", "Re: 届出 (1)"},
	{"two words, white space between dropped", "=?utf-8?B?" + b64("届") + "?=\r\n =?utf-8?B?" + b64("出") + "?=", "届出"},
	{"word and text keep their space", "=?utf-8?B?" + b64("届") + "?= x", "届 x"},
	{"character split between words", "=?utf-8?B?" + b64("届"[:2]) + "?= =?UTF-8?B?" + b64("届"[2:]) + "?=", "届"},
	{"escape missing at the end of a word", "=?iso-2022-jp?B?" + b64("\x1b$BFO") + "?= =?iso-2022-jp?B?" + b64("=P\x1b(B") + "?=", "届出"},
	{"padding missing", "=?utf-8?B?" + strings.TrimRight(b64("届出x"), "=") + "?=", "届出x"},
	{"one padding too few", "=?utf-8?B?eA=?=", "x"},
	{"spaces inside Q", "=?utf-8?Q?a b c?=", "a b c"},
	{"question mark left in Q", "=?utf-8?Q?what?=21?= x", "what?! x"},
	{"text behind a word that reads as hex", "=?utf-8?Q?a?=be =?utf-8?Q?c?=", "abe c"},
	{"word folded in the middle", "=?utf-8?B?5bGK\r\n 5Ye6?=", "届出"},
	{"end missing", "=?utf-8?B?" + b64("届出") + "\r\n =?utf-8?B?" + b64("です") + "?=", "届出です"},
	{"wrong label", "=?iso-2022-jp?B?" + b64(sjis("届出です")) + "?=", "届出です"},
	{"unknown label", "=?x-unknown?B?" + b64(euc("届出です")) + "?=", "届出です"},
	{"language", "=?utf-8*ja?B?" + b64("届出") + "?=", "届出"},
	{"no encoded word", "=?what=?=", "=?what=?="},
	{"words without a space between", "=?utf-8?B?" + b64("届") + "?==?utf-8?B?" + b64("出") + "?=", "届出"},
	{"raw ISO-2022-JP", jis("届出です"), "届出です"},
	{"raw ISO-2022-JP without escapes", strings.ReplaceAll(jis("届出です"), "\x1b", ""), "届出です"},
	{"raw Shift_JIS", sjis("届出です"), "届出です"},
	{"raw EUC-JP", euc("届出です"), "届出です"},
	{"raw UTF-8", "届出です", "届出です"},
	{"half-width kana", "=?iso-2022-jp?B?" + b64("\x1b(I6E\x1b(B") + "?=", "ｶﾅ"},
	{"line breaks hidden in a word", "=?utf-8?Q?a=0D=0ABcc:_x?=", "a  Bcc: x"},
}

func TestDecodeHeaderValue(t *testing.T) {
	for _, c := range wordCases {
		t.Run(c.name, func(t *testing.T) {
			m := Parse([]byte("Subject: "+c.raw+"\n\n"), Limits{})
			if diff := cmp.Diff(c.want, m.Header.Subject()); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestFileName(t *testing.T) {
	cases := []struct{ name, field, want string }{
		{"plain", `attachment; filename=report.txt`, "report.txt"},
		{"quoted", `attachment; filename="my report.txt"`, "my report.txt"},
		{"unquoted with spaces", `attachment; filename=my report.txt; size=3`, "my report.txt"},
		{"escaped quote", `attachment; filename="a\"b.txt"`, `a"b.txt`},
		{"encoded word", `attachment; filename="=?iso-2022-jp?B?` + b64(jis("報告.txt")) + `?="`, "報告.txt"},
		{"folded encoded words", "attachment;\n filename=\"=?utf-8?B?" + b64("報") + "?=\n =?utf-8?B?" + b64("告.txt") + "?=\"", "報告.txt"},
		{"RFC 2231", `attachment; filename*=utf-8'ja'%E5%A0%B1%E5%91%8A.txt`, "報告.txt"},
		{"RFC 2231 in Shift_JIS", `attachment; filename*=shift_jis''%95%F1%8D%90.txt`, "報告.txt"},
		{"RFC 2231 sections out of order", "attachment; filename*1*=%91%8A.txt; filename*0*=utf-8''%E5%A0%B1%E5", "報告.txt"},
		{"RFC 2231 sections, not encoded", `attachment; filename*0="long "; filename*1="name.txt"`, "long name.txt"},
		{"RFC 2231 beats the plain one", `attachment; filename="?.txt"; filename*=utf-8''%E5%A0%B1.txt`, "報.txt"},
		{"RFC 2231 without a charset", `attachment; filename*=%E5%A0%B1.txt`, "報.txt"},
		{"raw ISO-2022-JP", `attachment; filename="` + jis("報告.txt") + `"`, "報告.txt"},
		{"raw ISO-2022-JP with a semicolon among its bytes", `attachment; filename=` + jis("山札") + `.txt`, "山札.txt"},
		{"raw Shift_JIS with a backslash among its bytes", `attachment; filename="` + sjis("表.txt") + `"`, "表.txt"},
		{"raw UTF-8", `attachment; filename="報告.txt"`, "報告.txt"},
		{"closing quote missing", `attachment; filename="a.txt`, "a.txt"},
		{"folders taken off", `attachment; filename="..\..\a.txt"`, "a.txt"},
		{"type without value", `filename=a.txt`, "a.txt"},
		{"semicolons at the end", `attachment; filename="a.txt";;`, "a.txt"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			m := Parse([]byte("Content-Type: application/pdf\nContent-Disposition: "+c.field+"\n\n"), Limits{})
			if diff := cmp.Diff(c.want, m.Root.Name); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestAddressList(t *testing.T) {
	cases := []struct {
		name, raw string
		want      []Address
	}{
		{"bare", "a@example.jp", []Address{{"", "a@example.jp"}}},
		{"name", "Taro Yamada <a@example.jp>", []Address{{"Taro Yamada", "a@example.jp"}}},
		{"quoted name with comma", `"Yamada, Taro" <a@example.jp>, b@example.jp`, []Address{{"Yamada, Taro", "a@example.jp"}, {"", "b@example.jp"}}},
		{"comment", "a@example.jp (Taro (of Example))", []Address{{"Taro (of Example)", "a@example.jp"}}},
		{"group", "team: a@example.jp, B <b@example.jp>; c@example.jp", []Address{{"", "a@example.jp"}, {"B", "b@example.jp"}, {"", "c@example.jp"}}},
		{"empty group", "undisclosed-recipients:;", nil},
		{"encoded", "=?iso-2022-jp?B?" + b64(jis("山田太郎")) + "?= <a@example.jp>", []Address{{"山田太郎", "a@example.jp"}}},
		{"encoded in quotes", "\"=?utf-8?B?" + b64("山田, 太郎") + "?=\" <a@example.jp>", []Address{{"山田, 太郎", "a@example.jp"}}},
		{"Q with a raw comma", "=?utf-8?Q?Doe,_Jane?= <a@example.jp>", []Address{{"Doe, Jane", "a@example.jp"}}},
		{"raw ISO-2022-JP", jis("山田太郎") + " <a@example.jp>", []Address{{"山田太郎", "a@example.jp"}}},
		{"raw Shift_JIS", sjis("山田太郎") + " <a@example.jp>", []Address{{"山田太郎", "a@example.jp"}}},
		{"name in Japanese with the address behind", "山田太郎 a@example.jp", []Address{{"山田太郎", "a@example.jp"}}},
		{"bracket missing", "Taro <a@example.jp, b@example.jp", []Address{{"Taro", "a@example.jp"}, {"", "b@example.jp"}}},
		{"quote missing", `"Taro <a@example.jp>`, []Address{{"Taro", "a@example.jp"}}},
		{"source route", "<@relay.example,@x.example:a@example.jp>", []Address{{"", "a@example.jp"}}},
		{"double brackets", "Taro <<a@example.jp>>", []Address{{"Taro", "a@example.jp"}}},
		{"quoted local part", `"a b"@example.jp`, []Address{{"", `"a b"@example.jp`}}},
		{"local name", "MAILER-DAEMON", []Address{{"", "MAILER-DAEMON"}}},
		{"only a name", "山田 太郎", []Address{{"山田 太郎", ""}}},
		{"semicolons between", "a@example.jp; b@example.jp;", []Address{{"", "a@example.jp"}, {"", "b@example.jp"}}},
		{"null sender", "<>", nil},
		{"address literal", "a@[IPv6:2001:db8::1]", []Address{{"", "a@[IPv6:2001:db8::1]"}}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			m := Parse([]byte("From: "+c.raw+"\n\n"), Limits{})
			if diff := cmp.Diff(c.want, m.Header.AddressList("from")); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestMessageIDs(t *testing.T) {
	raw := "Message-ID: <a@example.jp> (added by relay)\nIn-Reply-To: Your message of \"Sat, 12 Apr\" <b@example.jp>\nReferences: <c@example.jp>\r\n\t<d@exam\r\n ple.jp> junk <e@example.jp>\n\n"
	h := Parse([]byte(raw), Limits{}).Header
	if diff := cmp.Diff("<a@example.jp>", h.MessageID()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"<b@example.jp>"}, h.InReplyTo()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"<c@example.jp>", "<d@example.jp>", "<e@example.jp>"}, h.References()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff("<x@example.jp>", Parse([]byte("Message-ID: x@example.jp\n\n"), Limits{}).Header.MessageID()); diff != "" {
		t.Error("without brackets: " + diff)
	}
}

func TestReceived(t *testing.T) {
	raw := "Received: from b (b [192.0.2.2])\n\tby c; Sat, 12 Apr 2008 03:20:21 +0900\nReceived: from a by b; Sat, 12 Apr 2008 03:20:00 +0900\n\n"
	received := Parse([]byte(raw), Limits{}).Header.Received()
	want := []string{"from b (b [192.0.2.2]) by c; Sat, 12 Apr 2008 03:20:21 +0900", "from a by b; Sat, 12 Apr 2008 03:20:00 +0900"}
	if diff := cmp.Diff(want, received); diff != "" {
		t.Fatal(diff)
	}
	if d, ok := ReceivedDate(received[0]); !ok || d.UTC().Format("2006-01-02 15:04:05") != "2008-04-11 18:20:21" {
		t.Errorf("date is %v %v", d, ok)
	}
}

// dateCases are dates as mailers write them, and the same as RFC 3339; "" for none.
var dateCases = []struct{ name, in, want string }{
	{"RFC 5322", "Sat, 12 Apr 2008 03:20:00 +0900 (JST)", "2008-04-12T03:20:00+09:00"},
	{"without a weekday", "12 Apr 2008 03:20 +0900", "2008-04-12T03:20:00+09:00"},
	{"zone by name", "Sat, 12 Apr 2008 03:20:00 JST", "2008-04-12T03:20:00+09:00"},
	{"obsolete zone", "12 Apr 08 03:20:00 EDT", "2008-04-12T03:20:00-04:00"},
	{"zone only in a comment", "Sat, 12 Apr 2008 03:20:00 (JST)", "2008-04-12T03:20:00+09:00"},
	{"two-digit year of the last century", "12 Apr 98 03:20:00 GMT", "1998-04-12T03:20:00Z"},
	{"three-digit year", "12 Apr 108 03:20:00 +0000", "2008-04-12T03:20:00Z"},
	{"asctime", "Sat Apr 12 03:20:00 2008", "2008-04-12T03:20:00Z"},
	{"asctime with zone", "Sat Apr 12 03:20:00 JST 2008", "2008-04-12T03:20:00+09:00"},
	{"ISO 8601", "2008-04-12T03:20:00.123+09:00", "2008-04-12T03:20:00+09:00"},
	{"digits and slashes", "2008/04/12 03:20:00", "2008-04-12T03:20:00Z"},
	{"American", "4/12/2008 3:20:00 PM", "2008-04-12T15:20:00Z"},
	{"dots for colons", "Sat, 12 Apr 2008 03.20.00 +0900", "2008-04-12T03:20:00+09:00"},
	{"Japanese", "2008年4月12日 03:20:00 +0900", "2008-04-12T03:20:00+09:00"},
	{"hyphens", "12-Apr-2008 03:20:00 +0900", "2008-04-12T03:20:00+09:00"},
	{"GMT and an offset", "Sat, 12 Apr 2008 03:20:00 GMT+0900", "2008-04-12T03:20:00+09:00"},
	{"long month", "April 12, 2008 3:20:00 AM +0900", "2008-04-12T03:20:00+09:00"},
	{"leap second", "31 Dec 2008 23:59:60 +0000", "2009-01-01T00:00:00Z"},
	{"no date", "yesterday", ""},
	{"no such day", "31 Feb 2008 03:20:00 +0900", ""},
	{"no such hour", "12 Apr 2008 33:20:00 +0900", ""},
	{"empty", "", ""},
}

func TestParseDate(t *testing.T) {
	for _, c := range dateCases {
		t.Run(c.name, func(t *testing.T) {
			got := ""
			if d, ok := ParseDate(c.in); ok {
				got = d.Format("2006-01-02T15:04:05Z07:00")
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestLimits(t *testing.T) {
	parts := "Content-Type: multipart/mixed; boundary=b\n\n" + strings.Repeat("--b\n\nx\n", 100)
	nested := strings.Repeat("Content-Type: message/rfc822\n\n", 100)
	cases := []struct {
		name    string
		raw     string
		lim     Limits
		problem string
	}{
		{"size", strings.Repeat("a\n", 100), Limits{Size: 10}, "longer than 10 bytes; the rest was not read"},
		{"parts", parts, Limits{Parts: 5}, "more than 5 parts; the others were not read"},
		{"depth", nested, Limits{Depth: 3}, "nested deeper than 3; not read further"},
		{"header", strings.Repeat("A: b\n", 100) + "\n", Limits{HeaderSize: 20}, "header too long; cut after 5 fields"},
		{"fields", strings.Repeat("A: b\n", 100) + "\n", Limits{Fields: 7}, "header too long; cut after 7 fields"},
		{"decoded", "Content-Transfer-Encoding: base64\n\n" + b64(strings.Repeat("a", 1000)), Limits{Decoded: 100}, "decoded body too long; cut"},
		{"text", "\n" + strings.Repeat("a\n", 100), Limits{Text: 50}, "text too long; cut"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			m := Parse([]byte(c.raw), c.lim)
			for _, p := range m.Problems {
				if p.Problem == c.problem {
					return
				}
			}
			t.Errorf("problems %v lack %q", m.Problems, c.problem)
		})
	}
}

func TestHeaderTakesCharsetOfBody(t *testing.T) {
	// These two bytes are a word in each of the charsets; the body tells which is meant.
	raw := "Subject: \xBB\xB3\nContent-Type: text/plain; charset=euc-jp\n\n" + euc("山から届出です。") + "\n"
	if diff := cmp.Diff("山", Parse([]byte(raw), Limits{}).Header.Subject()); diff != "" {
		t.Error(diff)
	}
}

func TestRawHeaderIsToldOf(t *testing.T) {
	m := Parse([]byte("Subject: "+sjis("届出です")+"\nContent-Type: text/plain; charset=us-ascii\n\nx\n"), Limits{})
	want := []Problem{{"1", "Subject not encoded; read as shift_jis"}}
	if diff := cmp.Diff(want, m.Problems); diff != "" {
		t.Error(diff)
	}
}

func TestUTF16Attachment(t *testing.T) {
	raw := "Content-Type: text/csv; charset=utf-16le; name=a.csv\n\n" + utf16le("日付,件数\r\n")
	if diff := cmp.Diff("日付,件数\n", Parse([]byte(raw), Limits{}).Root.Text); diff != "" {
		t.Error(diff)
	}
}

func TestBodyText(t *testing.T) {
	raw := "Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b\nContent-Type: text/plain\nContent-Disposition: attachment; filename=a.log\n\nlog\n--b\n\ntwo\n--b\nContent-Type: message/rfc822\n\nSubject: x\n\ninner\n--b--\n"
	m := Parse([]byte(raw), Limits{})
	if diff := cmp.Diff("one\ntwo\n", m.BodyText()); diff != "" {
		t.Error(diff)
	}
	if n := len(m.TextParts()); n != 4 {
		t.Errorf("%d text parts", n)
	}
}

func TestParseLeavesMailAsItIs(t *testing.T) {
	for _, c := range structureCases {
		raw := []byte(c.raw)
		Parse(raw, Limits{})
		if !bytes.Equal(raw, []byte(c.raw)) {
			t.Errorf("%s: changed", c.name)
		}
	}
}
