package classify

import (
	"testing"

	"todoke/internal/desk"
)

// TestPlainEnglish holds how people who are no specialists tell in English what an address did.
func TestPlainEnglish(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		text string
		want desk.Class
	}{
		{"Somebody writes to our suppliers under our company's name. The e-mail was handed over by 203.0.113.5. We did not send it.", desk.ForgedSpoof},
		{"Letters bearing the sender of our director went out from 203.0.113.5.", desk.ForgedSpoof},
		{"203.0.113.5 mails invoices in our firm's name that we have never issued.", desk.ForgedSpoof},
		{"A mail with a zipped screensaver arrived from 203.0.113.5. I kept the file in quarantine.", desk.MalwareSample},
		{"The message came from 203.0.113.5 and has an exe within a zip. Ask and I upload the specimen.", desk.MalwareSample},
		{"203.0.113.5 has Conficker. His provider should tell him.", desk.MalwareInfected},
		{"The computer at 203.0.113.5 is sick and tries to infect others.", desk.MalwareInfected},
		{"The bots get their orders from 203.0.113.5.", desk.MalwareC2},
		{"We ran the binary in a sandbox; it connects to 203.0.113.5 every ten minutes.", desk.MalwareC2},
		{"Somebody signed in to my mailbox from 203.0.113.5 and wrote all my contacts that I need money.", desk.IntrusionAccount},
		{"The account of a teacher was used by a stranger at 203.0.113.5.", desk.IntrusionAccount},
		{"Calls to Cuba were placed over our PBX by 203.0.113.5, the phone bill is enormous.", desk.IntrusionAccount},
		{"203.0.113.5 tried our remote desktop two thousand times, each with another password.", desk.ScanBruteforce},
		{"203.0.113.5 knocks at ssh with names like oracle and test all night long.", desk.ScanBruteforce},
		{"203.0.113.5 puts union select behind each parameter of our shop.", desk.ScanWeb},
		{"203.0.113.5 asks for the same page 800 times/sec, and our site went down.", desk.DoS},
		{"Only our director got the letter, which quotes a real agenda; the attached document is malicious. It came from 203.0.113.5.", desk.Targeted},
		{"At 203.0.113.5 a Siemens S7 PLC of a pumping station answers anybody.", desk.ICS},
		{"The mongodb at 203.0.113.5 needs no password, anybody can read it.", desk.Vulnerable},
		{"Thousands of delivery status notes come back to us from 203.0.113.5 for mail that is not ours.", desk.ForgedBackscatter},
		{"https://paste.example.net/x7 lists 900 lines mail:password of a Japanese shop.", desk.Other},
		{"https://login.example.net/x looks like the log-in of a German bank.", desk.PhishingSite},
	} {
		_, tellings := propose("", test.text)
		if len(tellings) != 1 || tellings[0].Class != test.want {
			t.Errorf("%s: want %s, got %s", test.text, test.want, shorts(tellings))
		}
	}
}

// TestOriginTold holds how the home of a brand is told that no table knows.
func TestOriginTold(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		text string
		want desk.Origin
	}{
		{"A phishing page for the customers of a Portuguese bank: https://203.0.113.5/x", desk.OriginOverseas},
		{"A phishing page, it asks for the PIN of a Japanese card bank: https://203.0.113.5/x", desk.OriginDomestic},
		{"A phishing page: http://www.kisvarosbank.hu.login.example.net/", desk.OriginOverseas},
		{"A phishing page: http://www.inakashinkin.co.jp.login.example.net/", desk.OriginDomestic},
		{"A phishing page: http://login.jp.example.net/", desk.OriginUnknown},
	} {
		_, tellings := propose("", test.text)
		if len(tellings) != 1 || tellings[0].BrandOrigin != test.want {
			t.Errorf("%s: want %s, got %s", test.text, test.want, shorts(tellings))
		}
	}
}

// shorts writes tellings on one line.
func shorts(tellings []desk.Telling) []string {
	list := make([]string, 0, len(tellings))
	for _, one := range tellings {
		list = append(list, short(one))
	}
	return list
}
