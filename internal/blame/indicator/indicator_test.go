package indicator

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// brief tells findings as "kind value", with "defanged" and the port where they apply.
func brief(found []Finding) []string {
	list := []string{}
	for _, f := range found {
		s := fmt.Sprintf("%s %s", f.Kind, f.Value)
		if f.Port != 0 && f.Kind != Port && f.Kind != URL {
			s += fmt.Sprintf(" port %d", f.Port)
		}
		if f.Defanged {
			s += " defanged"
		}
		list = append(list, s)
	}
	return list
}

type findCase struct {
	why, text string
	want      []string
}

func check(t *testing.T, cases []findCase) {
	t.Helper()
	for _, c := range cases {
		if c.want == nil {
			c.want = []string{}
		}
		if diff := cmp.Diff(c.want, brief(Find(c.text))); diff != "" {
			t.Errorf("%s: %q (-want +got)\n%s", c.why, c.text, diff)
		}
	}
}

func TestAddresses(t *testing.T) {
	t.Parallel()
	check(t, []findCase{
		{"run into Japanese", "攻撃元は203.0.113.7です", []string{"ip 203.0.113.7"}},
		{"full width", "２０３．０．１１３．７から", []string{"ip 203.0.113.7"}},
		{"full width digits with ideographic stops", "２０３。０。１１３。７から", []string{"ip 203.0.113.7"}},
		{"end of a sentence", "It was 203.0.113.7.", []string{"ip 203.0.113.7"}},
		{"with port", "203.0.113.7:22 へ", []string{"ip 203.0.113.7 port 22"}},
		{"with the port of a packet filter", "outside:203.0.113.7/5227 dst", []string{"ip 203.0.113.7"}},
		{"between the cells of a row", "1/203.0.113.7/1476", []string{"ip 203.0.113.7"}},
		{"padded by a device", "203.000.113.007", []string{"ip 203.0.113.7"}},
		{"invisible characters between", "203.\u200b0.113\u200c.7", []string{"ip 203.0.113.7"}},
		{"network", "203.0.113.0/24 から", []string{"cidr 203.0.113.0/24"}},
		{"network with bits of the host", "203.0.113.77/24", []string{"cidr 203.0.113.0/24"}},
		{"network with blanks", "203.0.113.0 / 24", []string{"cidr 203.0.113.0/24"}},
		{"netmask", "203.0.113.0/255.255.255.0", []string{"cidr 203.0.113.0/24"}},
		{"netmask in words", "203.0.113.0 netmask 255.255.255.128", []string{"cidr 203.0.113.0/25"}},
		{"a range that is a network", "203.0.113.0-203.0.113.255", []string{"cidr 203.0.113.0/24"}},
		{"a range that is none", "203.0.113.1 - 203.0.113.4", []string{"ip 203.0.113.1", "cidr 203.0.113.2/31", "ip 203.0.113.4"}},
		{"a range by its last number", "203.0.113.4～7", []string{"cidr 203.0.113.4/30"}},
		{"IPv6", "from 2001:DB8:0:0::7, again", []string{"ip 2001:db8::7"}},
		{"IPv6 network", "2001:db8:1::/48", []string{"cidr 2001:db8:1::/48"}},
		{"IPv6 with port", "[2001:db8::7]:443", []string{"ip 2001:db8::7 port 443"}},
		{"IPv4 in IPv6", "::ffff:203.0.113.7", []string{"ip 203.0.113.7"}},
		{"a slash between columns is no network", "1 / 203.0.113.7 / 22/tcp / 9", []string{"ip 203.0.113.7", "port 22/tcp"}},
		{"an arrow, not a range", "203.0.113.7->192.0.2.1", []string{"ip 203.0.113.7", "ip 192.0.2.1"}},
	})
}

func TestNoAddresses(t *testing.T) {
	t.Parallel()
	for why, text := range map[string]string{
		"a version":            "version 1.2.3.4 を使用",
		"a Japanese version":   "バージョン 1.2.3.4",
		"a product's version":  "Mozilla/5.0 Firefox/3.0.0.1",
		"OpenSSH":              "SSH-2.0-OpenSSH_4.3p2",
		"a date":               "2008.04.12 10:20:30",
		"a section":            "第1.2.3.4節",
		"an object identifier": "1.3.6.1.4.1.2021",
		"too large":            "203.0.113.256",
		"five numbers":         "1.2.3.4.5",
		"a MAC address":        "00:11:22:33:44:55",
		"a scope of C++":       "std::vector dead::beef a::b",
		"a clock":              "12:34:56",
		"a phone":              "03-1234-5678 / 090-1234-5678",
		"a zero network":       "0.0.12.3",
	} {
		if got := Find(text); len(got) > 0 {
			t.Errorf("%s: %q gave %v", why, text, brief(got))
		}
	}
}

func TestDefanged(t *testing.T) {
	t.Parallel()
	check(t, []findCase{
		{"the usual", "hxxp://www[.]example[.]jp/a[.]php", []string{"url http://www.example.jp/a.php defanged"}},
		{"all brackets", "hXXps[:]//evil(.)example{.}jp[/]x", []string{"url https://evil.example.jp/x defanged"}},
		{"the whole separator", "http[://]example[dot]com/", []string{"url http://example.com/ defanged"}},
		{"stars", "h**p://a.example.jp/", []string{"url http://a.example.jp/ defanged"}},
		{"the head cut off", "ttp://b.example.jp/ と ://c.example.jp/z", []string{"url http://b.example.jp/ defanged", "url http://c.example.jp/z defanged"}},
		{"blanks in the brackets", "www[ . ]example [.] jp", []string{"host www.example.jp defanged"}},
		{"half brackets", "www[.example.]jp", []string{"host www.example.jp defanged"}},
		{"backslashes", `203\.0\.113\.7`, []string{"ip 203.0.113.7 defanged"}},
		{"an address", "203[.]0[.]113[.]7", []string{"ip 203.0.113.7 defanged"}},
		{"an address, full width brackets", "203［．］0［．］113［．］7", []string{"ip 203.0.113.7 defanged"}},
		{"spoken", "admin at example dot com", []string{"email admin@example.com defanged"}},
		{"spoken numbers", "203 dot 0 dot 113 dot 7", []string{"ip 203.0.113.7 defanged"}},
		{"mail", "user[at]example[.]com, user(at)example(dot)com", []string{"email user@example.com defanged", "email user@example.com defanged"}},
		{"blanks between the labels", "see www . example . org/a and 203 . 0 . 113 . 7", []string{"url http://www.example.org/a defanged", "ip 203.0.113.7 defanged"}},
		{"blanks in www too", "w w w . example-shop . com", []string{"host www.example-shop.com defanged"}},
		{"Japanese words", "userアットマークexampleドットjp", []string{"email user@example.jp defanged"}},
		{"full width is the keyboard's, not defanged", "ｈｔｔｐ：／／ｗｗｗ．ｅｘａｍｐｌｅ．ｊｐ／", []string{"url http://www.example.jp/"}},
		{"a file name that the writer defanged is a host", "setup[.]zip", []string{"host setup.zip defanged"}},
		{"English is not spoken", "look at example pages, dot the i", nil},
	})
}

func TestHostsAndURLs(t *testing.T) {
	t.Parallel()
	check(t, []findCase{
		{"Japanese goes on", "http://example.com/a.htmlにアクセス、www.example.jp。", []string{"url http://example.com/a.html", "host www.example.jp"}},
		{"after a bare host too", "http://example.jpにアクセス", []string{"url http://example.jp"}},
		{"brackets of the sentence", "(http://example.com/x) 「http://example.com/y」", []string{"url http://example.com/x", "url http://example.com/y"}},
		{"brackets of its own", "http://example.com/x_(y)", []string{"url http://example.com/x_(y)"}},
		{"broken over two lines", "<http://example.com/aaa\nbbb.html>", []string{"url http://example.com/aaabbb.html"}},
		{"case of the path is kept", "HTTP://Example.COM/PaTh?Q=1#F", []string{"url http://example.com/PaTh?Q=1#F"}},
		{"port and account", "http://u:p@example.com:8080/", []string{"url http://u:p@example.com:8080/"}},
		{"a number as host", "http://3405803783/ http://0xcb.0.113.7/x http://0313.0.0161.7/", []string{"url http://203.0.113.7/", "url http://203.0.113.7/x", "url http://203.0.113.7/"}},
		{"IPv6 host", "http://[2001:DB8::7]:8080/x", []string{"url http://[2001:db8::7]:8080/x"}},
		{"IDN", "http://日本語.jp/ と 日本語.jp", []string{"url http://xn--wgv71a119e.jp/", "host xn--wgv71a119e.jp"}},
		{"without scheme", "www.example.jp/login.php", []string{"url http://www.example.jp/login.php"}},
		{"host and its address", "mail.example.com(203.0.113.7)", []string{"host mail.example.com", "ip 203.0.113.7"}},
		{"host and port", "evil.example.com:8080", []string{"host evil.example.com port 8080"}},
		{"final dot and capitals", "WWW.Example.JP.", []string{"host www.example.jp"}},
		{"mail", "abuse@Example.JP まで", []string{"email abuse@example.jp"}},
		{"full width at", "user＠example.jp", []string{"email user@example.jp"}},
		{"a list entry under the domain of Poland", "entry.pl\nother.pl", []string{"host entry.pl", "host other.pl"}},
		{"numbers under a common domain", "163.com と 4.2.jp", []string{"host 163.com", "host 4.2.jp"}},
		{"onion", "http://abcdefghij234567.onion/", []string{"url http://abcdefghij234567.onion/"}},
	})
}

func TestNoHosts(t *testing.T) {
	t.Parallel()
	for why, text := range map[string]string{
		"files":                  "setup.zip report.doc index.php run.exe access.log mail.app libc.so test.pl",
		"paths":                  "/var/www/mail.example.txt C:\\win.com /usr/bin/foo.sh",
		"classes":                "java.lang.String org.apache.name System.Net fooBar.name",
		"a program's word":       "ASP.NET と Node.js",
		"abbreviations":          "e.g. i.e. a.m. p.m. U.S.A.",
		"sentences run together": "it ended.In time",
		"a call":                 "list.add() user.name()",
		"a Message-ID":           "Message-ID: <1234.abc@mx.example.jp>",
		"references, folded":     "References: <1@a.example.jp>\n <2@b.example.jp>",
	} {
		if got := Find(text); len(got) > 0 {
			t.Errorf("%s: %q gave %v", why, text, brief(got))
		}
	}
}

func TestIdentifiers(t *testing.T) {
	t.Parallel()
	sha256 := strings.Repeat("0aF1", 16)
	check(t, []findCase{
		{"MD5", "MD5: D41D8CD98F00B204E9800998ECF8427E", []string{"hash d41d8cd98f00b204e9800998ecf8427e"}},
		{"SHA-256 in Japanese", "ハッシュ値は" + sha256 + "です", []string{"hash " + strings.ToLower(sha256)}},
		{"thirty-two digits are no hash", strings.Repeat("1234", 8), nil},
		{"CVE", "cve-2008-1447, CAN-2003-0352", []string{"cve CVE-2008-1447", "cve CVE-2003-0352"}},
		{"AS", "AS64500, ASN 64501, AS1.10", []string{"asn AS64500", "asn AS64501", "asn AS65546"}},
		{"as is a word", "as 5 people, as64 b", []string{}},
		{"ports", "tcp/22, 22/udp, port 80, ports: 443, dst port 25", []string{"port 22/tcp", "port 22/udp", "port 80", "port 443", "port 25"}},
		{"ports in Japanese", "22番ポート、ポート番号：445、ポート 80/tcp", []string{"port 22", "port 445", "port 80/tcp"}},
		{"a blank before the counter", "5900 番ポート、3 ポートを閉じた", []string{"port 5900"}},
		{"a port behind its protocol", "on TCP 2967 and UDP port 161, TCP 02:11:19", []string{"port 2967/tcp", "port 161/udp"}},
		{"names of malware are no hosts", "Worm.Example.GE, Trojan.Sample.in, W32.Other.at", nil},
		{"no port", "port 70000, 3 ports, airport 2008", nil},
	})
}

// TestOffsets checks that spans point at what was written.
func TestOffsets(t *testing.T) {
	t.Parallel()
	text := "元：２０３．０．１１３．７、hxxp://www[.]example[.]jp/x と日本語.jpではなく\u200bwww.example.jp\u200bです"
	var got []string
	for _, f := range Find(text) {
		got = append(got, text[f.Start:f.End])
	}
	want := []string{"２０３．０．１１３．７", "hxxp://www[.]example[.]jp/x", "www.example.jp"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}
