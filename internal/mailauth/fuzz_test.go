package mailauth_test

import (
	"net/netip"
	"os"
	"strings"
	"testing"

	"todoke/internal/mailauth"
	"todoke/internal/mailauth/dnstest"
	"todoke/internal/mailauth/signtest"
)

// FuzzCheck sends anything, from outside, in the name of a domain that publishes no key and no machine: nothing may make it
// trusted. DNS answers what the fuzzer likes to the questions of others.
func FuzzCheck(f *testing.F) {
	for _, name := range []string{"testdata/signed.eml", "testdata/list.eml"} {
		raw, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw, "v=spf1 include:%{i}._spf.%{d2} a:%{l1r+-}.x mx exists:%{h} ptr -all")
	}
	f.Add([]byte(border+pass+letter("a@example.jp")), "v=DKIM1; k=ed25519; p=AAAA")
	f.Add([]byte("DKIM-Signature: v=1; a=rsa-sha256; d=example.jp; s=s; h=from; bh=AAAA; b=AAAA; l=0; x=1\n"+letter("a@example.jp")), "v=DMARC1; p=none")
	f.Fuzz(func(t *testing.T, raw []byte, record string) {
		zone := &dnstest.Zone{Endless: func(name string) []string {
			if name == "example.jp" || strings.HasSuffix(name, ".example.jp") {
				return nil
			}
			return []string{record}
		}}
		config := settings(zone)
		config.MaxHeader, config.MaxFields, config.TrustedSealers = 8<<10, 100, []string{"example.jp", "list.example.org"}
		e := mailauth.Envelope{IP: netip.MustParseAddr("203.0.113.1"), Helo: "x.example", From: "a@example.org"}
		r := mailauth.Check(t.Context(), raw, e, config)
		if r.From == "example.jp" && r.Trusted() {
			t.Errorf("trusted: %+v", r)
		}
		if n := len(zone.Asked()); n > config.MaxQuestions {
			t.Errorf("%d questions", n)
		}
		for _, lang := range []string{"ja", "en"} {
			if words := r.Words(lang); strings.ContainsAny(words, "\r\n\x00<>") || strings.Contains(words, "%!") {
				t.Errorf("words: %q", words)
			}
		}
	})
}

// BenchmarkCheck checks a mail of 3 KB that passes all methods, with the signatures of RSA and Ed25519 that many mails have. DNS
// costs nothing.
func BenchmarkCheck(b *testing.B) {
	rsa, ed := signtest.RSA(b), signtest.Ed25519(b)
	raw := letter("a@example.jp") + strings.Repeat("Nov 23 12:00:01 www sshd[1]: Failed password for root from 192.0.2.7\r\n", 25)
	raw = signtest.Simply(b, signtest.Simply(b, raw, "example.jp", rsa), "mail.example.jp", ed)
	zone := world(rsa)
	zone.TXT["s._domainkey.mail.example.jp"] = []string{ed.Record}
	config := settings(zone)
	e := mailauth.Envelope{IP: netip.MustParseAddr("192.0.2.1"), From: "a@example.jp"}
	if r := mailauth.Check(b.Context(), []byte(raw), e, config); len(r.DKIM.Domains) != 2 || !r.SPF.Aligned {
		b.Fatalf("%+v", r)
	}
	b.SetBytes(int64(len(raw)))
	for b.Loop() {
		mailauth.Check(b.Context(), []byte(raw), e, config)
	}
}
