package fax_test

import (
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"todoke/internal/fax"
	"todoke/internal/mail"
)

var tokyo = time.FixedZone("JST", 9*3600)

var own = fax.Own{Gateways: []string{"fax@gw.example.jp", "paper@gw.example.jp", "@fax.example.jp"}, Zone: tokyo}

// gatewayMail is a mail with a document. A from or subject in Japanese stands raw in UTF-8, which the reader takes.
func gatewayMail(header, text, name, document string) string {
	return strings.ReplaceAll(header, "\n", "\r\n") + "Date: Tue, 03 Jun 2008 10:00:00 +0900\r\nMIME-Version: 1.0\r\n" +
		"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" +
		strings.ReplaceAll(text, "\n", "\r\n") + "\r\n--b\r\nContent-Type: application/octet-stream; name=\"" + name + "\"\r\n" +
		"Content-Transfer-Encoding: base64\r\n\r\n" + base64.StdEncoding.EncodeToString([]byte(document)) + "\r\n--b--\r\n"
}

const (
	someTIFF = "II*\x00\x08\x00\x00\x00"
	somePDF  = "%PDF-1.4\n"
)

// at is a time of the tests' day in Tokyo.
func at(hour, minute, second int) time.Time {
	return time.Date(2008, 6, 3, hour, minute, second, 0, tokyo)
}

func TestRecognise(t *testing.T) {
	t.Parallel()
	dated := at(10, 0, 0)
	for _, test := range []struct {
		why  string
		mail string
		want *fax.Fax // nil: no fax
	}{
		{"HylaFAX tells all in the output of faxinfo",
			gatewayMail("From: The HylaFAX Receive Agent <fax@gw.example.jp>\nSubject: Facsimile received from +81 3 5555 0100\n",
				"recvq/fax000000017.tif (ftp://gw.example.jp:4559/recvq/fax000000017.tif):\n             Sender: +81 3 5555 0100\n              Pages: 3\n            Quality: Fine\n           Received: 2008:06:03 09:41:07\n    Time To Receive: 1:52\n", "fax000000017.tif", someTIFF),
			&fax.Fax{Profile: "HylaFAX", Gateway: true, Number: "+81355550100", Told: "+81 3 5555 0100", Pages: 3, Received: at(9, 41, 7)}},
		{"a caller's line number is better than what the machine calls itself",
			gatewayMail("From: HylaFAX <x@elsewhere.example.com>\nSubject: facsimile received from EXAMPLE KK\n", "  Sender: EXAMPLE KK\n  Pages: 1\n  CallID1: 0355550101\n", "a.tif", someTIFF),
			&fax.Fax{Profile: "HylaFAX", Number: "+81355550101", Told: "0355550101", Pages: 1, Received: dated}},
		{"a sender's name is told and is no number",
			gatewayMail("From: HylaFAX <x@elsewhere.example.com>\nSubject: Facsimile received from EXAMPLE KK\n", "Pages: 2\n", "a.tif", someTIFF),
			&fax.Fax{Profile: "HylaFAX", Told: "EXAMPLE KK", Pages: 2, Received: dated}},
		{"a Japanese provider in words",
			gatewayMail("From: <info@fax.example.jp>\nSubject: FAX受信のお知らせ\n", "FAXを受信しました。\n\n受信日時：2008年6月3日 9時05分\n発信者番号：03-5555-0102\n受信枚数：４枚\n", "fax.pdf", somePDF),
			&fax.Fax{Profile: "Fax 受信サービス", Gateway: true, Number: "+81355550102", Told: "03-5555-0102", Pages: 4, Received: at(9, 5, 0)}},
		{"full-width digits and brackets",
			gatewayMail("From: <noreply@provider.example.com>\nSubject: 【ＦＡＸ】ファックスが届きました\n", "【送信元FAX番号】０６－５５５５－０１０３\n【枚数】２枚\n【受信日時】2008/06/03 09:07\n", "fax.pdf", somePDF),
			&fax.Fax{Profile: "Fax 受信サービス", Number: "+81655550103", Told: "06-5555-0103", Pages: 2, Received: at(9, 7, 0)}},
		{"the caller withheld the number",
			gatewayMail("From: <info@fax.example.jp>\nSubject: FAX受信通知\n", "発信元番号：非通知\n枚数：1\n連絡先：03-5555-0199\n", "fax.pdf", somePDF),
			&fax.Fax{Profile: "Fax 受信サービス", Gateway: true, Told: "非通知", Pages: 1, Received: dated}},
		{"a machine in the office",
			gatewayMail("From: <mfp@office.example.jp>\nSubject: Fax received from 03-5555-0104\nX-Mailer: Example MFP 2.1\n", "TSI: 81 3 5555 0104\nReceived pages: 5\nReceived at: 2008-06-03 09:10:11\n", "x.tif", someTIFF),
			&fax.Fax{Profile: "Fax machine", Number: "+81355550104", Told: "81 3 5555 0104", Pages: 5, Received: at(9, 10, 11)}},
		{"Internet fax with the number in the address",
			gatewayMail("From: FAX=+81355550105@ifax.example.com\nSubject: message\n", "2 pages\n", "x.tif", someTIFF),
			&fax.Fax{Profile: "Internet fax", Number: "+81355550105", Told: "+81355550105", Pages: 2, Received: dated}},
		{"a hosted service abroad",
			gatewayMail("From: eFax <message@efax.example.com>\nSubject: eFax message from \"1 212 555 0106\" - 3 page(s), Caller-ID: +1-212-555-0106\n", "You have received a 3 page fax at 2008-06-03 09:12:13.\n", "x.pdf", somePDF),
			&fax.Fax{Profile: "eFax", Number: "+12125550106", Told: "+1-212-555-0106", Pages: 3, Received: at(9, 12, 13)}},
		{"an English gateway that is known by its address only",
			gatewayMail("From: <fax@gw.example.jp>\nSubject: New fax\n", "From: +49 30 5555 0107\nPages: 2\n", "x.pdf", somePDF),
			&fax.Fax{Profile: "Fax gateway", Gateway: true, Number: "+493055550107", Told: "+49 30 5555 0107", Pages: 2, Received: dated}},
		{"a gateway that says nothing: the mail's own time",
			gatewayMail("From: <paper@gw.example.jp>\nSubject: scan\n", "", "x.pdf", somePDF),
			&fax.Fax{Gateway: true, Received: dated}},
		{"the time of the topmost Received field comes before Date",
			gatewayMail("Received: from a by b; Tue, 03 Jun 2008 10:00:30 +0900\nFrom: <paper@gw.example.jp>\nSubject: scan\n", "", "x.pdf", somePDF),
			&fax.Fax{Gateway: true, Received: at(10, 0, 30)}},

		{"a report with a PDF is no fax", gatewayMail("From: <a@example.com>\nSubject: scan from 192.0.2.1\n", "My fax: 03-5555-0108. Pages: 3\n", "log.pdf", somePDF), nil},
		{"nor is a fax told of without a document", "From: HylaFAX <x@example.com>\r\nSubject: Facsimile received from 0355550100\r\n\r\nPages: 1\r\n", nil},
		{"nor a gateway's notice without a document", "From: <fax@gw.example.jp>\r\nSubject: Fax transmission report\r\n\r\nPages: 1\r\n", nil},
		{"nor what calls itself typed, from a stranger", "From: <a@example.com>\r\nSubject: x\r\nX-Todoke-Fax: typed; number=+81355550100; pages=1\r\n\r\nx\r\n", nil},
		{"nor a file that only claims to be a TIFF", gatewayMail("From: HylaFAX <x@example.com>\nSubject: Facsimile received from 1\n", "", "x.tif", "MZ"), nil},
		{"nor a text about PDF", "From: <fax@gw.example.jp>\r\nSubject: fax\r\n\r\n%PDF-1.4 is how a PDF begins\r\n", nil},
	} {
		m := mail.Parse([]byte(test.mail), mail.DefaultLimits())
		got, is := fax.Known().Recognise(m, own)
		if is != (test.want != nil) {
			t.Errorf("%s: a fax: %v", test.why, is)
			continue
		}
		if !is {
			continue
		}
		if len(got.Attachments) != 1 {
			t.Errorf("%s: %d attachments", test.why, len(got.Attachments))
		}
		got.Attachments = nil
		if diff := cmp.Diff(*test.want, got); diff != "" {
			t.Errorf("%s: %s", test.why, diff)
		}
	}
}

func TestNormalise(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ told, want, why string }{
		{"+81 3 5555 0100", "+81355550100", "as the standard writes it"},
		{"+81 (0)3-5555-0100", "+81355550100", "the zero is for those who call from within"},
		{"03-5555-0100", "+81355550100", "a number of the desk's own country"},
		{"０３（５５５５）０１００", "+81355550100", "full-width"},
		{"81 3 5555 0100", "+81355550100", "a TSI without the plus"},
		{"010 81 3 5555 0100", "+81355550100", "Japan's prefix for calls abroad"},
		{"0049 30 5555 0100", "+493055550100", "the world's"},
		{"+1 (212) 555-0100", "+12125550100", "brackets are only brackets"},
		{"0120-555-010", "+81120555010", "a free number"},
		{"5510", "5510", "an extension"},
		{"<+81 3 5555 0100>", "+81355550100", "an address"},
		{"FAX 03-5555-0100", "+81355550100", "with a word"},
		{"", "", "nothing"},
		{"非通知", "", "withheld"},
		{"anonymous", "", "withheld"},
		{"EXAMPLE 24", "", "a house with a number in its name"},
		{"12", "", "too short"},
		{"+1234567890123456", "", "sixteen digits are no number"},
	} {
		if got := fax.Normalise(test.told, ""); got != test.want {
			t.Errorf("%s: %q is %q, want %q", test.why, test.told, got, test.want)
		}
	}
	if got := fax.Normalise("030 5555 0100", "49"); got != "+493055550100" {
		t.Errorf("a desk in another country: %q", got)
	}
}

// TestLoad adds a user's profile; a file with a fault is refused in words that name it.
func TestLoad(t *testing.T) {
	t.Parallel()
	load := func(text string) (*fax.Profiles, error) {
		path := filepath.Join(t.TempDir(), "own.toml")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return fax.Load(path)
	}
	profiles, err := load("[[profile]]\nname = \"Ours\"\nknown = ['^Subject: paper$']\nnumber = ['^by (\\d+)']\n")
	if err != nil {
		t.Fatal(err)
	}
	m := mail.Parse([]byte(gatewayMail("From: <a@example.com>\nSubject: paper\n", "by 0355550110\n", "x.tif", someTIFF)), mail.DefaultLimits())
	if got, is := profiles.Recognise(m, own); !is || got.Profile != "Ours" || got.Number != "+81355550110" {
		t.Errorf("got %v, %+v", is, got)
	}
	for _, test := range []struct{ text, says string }{
		{"", "no [[profile]]"},
		{"[[profile]]\nname = \"x\"\n", "known"},
		{"[[profile]]\nknown = ['x']\n", "no name"},
		{"[[profile]]\nname = \"x\"\nknown = ['(']\n", "missing closing"},
		{"[[profile]]\nname = \"x\"\nknown = ['x']\nnumber = ['x']\n", "one group"},
		{"[[profile]]\nname = \"x\"\nknown = ['x']\ntime = ['(x)']\n", "layouts"},
		{"[[profile]]\nname = \"x\"\nknown = ['x']\nnumbr = ['(x)']\n", "numbr"},
	} {
		if _, err := load(test.text); err == nil || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%q: %v does not say %q", test.text, err, test.says)
		}
	}
	if _, err := fax.Load(filepath.Join(t.TempDir(), "none.toml")); err == nil {
		t.Error("a file that is not there")
	}
}
