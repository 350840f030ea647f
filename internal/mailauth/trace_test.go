package mailauth_test

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"todoke/internal/mailauth"
	"todoke/internal/mailauth/signtest"
	"todoke/internal/mailauth/verdict"
)

// Fields as servers write them, and as others forge them.
const (
	border    = "Received: from client.example (host.example [192.0.2.1])\r\n\t(using TLSv1.3)\r\n\tby mx.csirt.example.jp (Postfix) with ESMTPS id 1A2B;\r\n\tMon, 23 Nov 2026 12:00:00 +0900 (JST)\r\n"
	byDovecot = "Received: from mx.csirt.example.jp\r\n\tby mx.csirt.example.jp with LMTP\r\n\tid abc; Mon, 23 Nov 2026 12:00:01 +0900\r\n"
	byFilter  = "Received: from localhost (localhost [127.0.0.1])\r\n\tby mx.csirt.example.jp (Postfix) with ESMTP id 3C; Mon, 23 Nov 2026 12:00:01 +0900\r\n"
	pickup    = "Received: by mx.csirt.example.jp (Postfix, from userid 110)\r\n\tid 4D; Mon, 23 Nov 2026 12:00:01 +0900\r\n"
	within    = "Received: by 2001:db8:a05:1 with SMTP id x; Mon, 23 Nov 2026 12:00:02 +0900\r\n"
	foreign   = "Received: from x (y [198.51.100.9]) by mail.example.net with ESMTP; Mon, 23 Nov 2026 11:59:00 +0900\r\n"
	forged    = "Received: from bank (bank [192.0.2.99]) by mx.csirt.example.jp (Postfix) with ESMTP id 0; Mon, 23 Nov 2026 11:59:00 +0900\r\n"
	liar      = "Received: from x ([192.0.2.1]) by mx.csirt.example.jp (evil.example [203.0.113.1])\r\n\tby mx.csirt.example.jp (Postfix) with SMTP id 5E; Mon, 23 Nov 2026 12:00:00 +0900\r\n"
	double    = "Received: from x ([192.0.2.1]) (evil.example [203.0.113.1])\r\n\tby mx.csirt.example.jp (Postfix) with SMTP id 5E; Mon, 23 Nov 2026 12:00:00 +0900\r\n"
	exim      = "Received: from [192.0.2.1] (helo=client.example)\r\n\tby mx.csirt.example.jp with esmtp (Exim 4); Mon, 23 Nov 2026 12:00:00 +0900\r\n"
	literal   = "Received: from [203.0.113.1] (unknown [IPv6:2001:db8::1])\r\n\tby mx.csirt.example.jp (Postfix) with ESMTP id 6; Mon, 23 Nov 2026 12:00:00 +0900\r\n"

	pass     = "Authentication-Results: MX.csirt.example.jp;\r\n\tspf=pass smtp.mailfrom=a@example.jp; dmarc=pass header.from=example.jp\r\n"
	fail     = "Authentication-Results: mx.csirt.example.jp; spf=fail smtp.mailfrom=a@example.jp\r\n"
	stranger = "Authentication-Results: mx.example.net; spf=pass smtp.mailfrom=a@example.jp; dmarc=pass header.from=example.jp\r\n"
)

// TestTrace: which fields are believed, and which machine is taken for the client. SPF shows it: its record is of 192.0.2.1, and
// where our server is believed the source says so.
func TestTrace(t *testing.T) {
	t.Parallel()
	lmtp := mailauth.Envelope{IP: netip.MustParseAddr("127.0.0.1"), Helo: "mx.csirt.example.jp", From: "a@example.jp"}
	socket := mailauth.Envelope{Inside: true, From: "a@example.jp"}
	mailbox := mailauth.Envelope{Inside: true}
	outside := mailauth.Envelope{IP: netip.MustParseAddr("203.0.113.1"), Helo: "evil.example", From: "a@example.jp"}
	type seen struct {
		Verdict verdict.Verdict
		Source  mailauth.Source
		Client  string
	}
	computed := func(v verdict.Verdict, client string) seen { return seen{v, mailauth.Computed, client} }
	ours := func(v verdict.Verdict, client string) seen { return seen{v, mailauth.Ours, client} }
	nothing := seen{verdict.None, mailauth.Unknown, ""}
	cases := []struct {
		why      string
		envelope mailauth.Envelope
		top      string
		want     seen
	}{
		{"Postfix, with the filter's field below its Received", lmtp, border + pass, ours("pass", "192.0.2.1")},
		{"by a socket", socket, border + pass, ours("pass", "192.0.2.1")},
		{"with the field above", lmtp, pass + border, ours("pass", "192.0.2.1")},
		{"no field: the client is in the Received", lmtp, border, computed("pass", "192.0.2.1")},
		{"the field of another server", lmtp, border + stranger, computed("pass", "192.0.2.1")},
		{"our name behind a Received of others", lmtp, border + foreign + pass, computed("pass", "192.0.2.1")},
		{"our name behind a Received forged in our name", lmtp, border + forged + fail, computed("pass", "192.0.2.1")},
		{"two of ours that contradict each other", lmtp, border + fail + pass, computed("pass", "192.0.2.1")},
		{"two of ours that agree", lmtp, border + pass + pass, ours("pass", "192.0.2.1")},
		{"no Received of ours", lmtp, pass + foreign, nothing},
		{"no Received at all", lmtp, pass, nothing},
		{"through Dovecot", mailbox, "Return-Path: <a@example.jp>\r\n" + byDovecot + border + pass, ours("pass", "192.0.2.1")},
		{"through Dovecot, without the field", mailbox, "Return-Path: <a@example.jp>\r\n" + byDovecot + border, computed("pass", "192.0.2.1")},
		{"a Return-Path that the sender wrote", mailbox, border + "Return-Path: <a@example.jp>\r\n", computed("none", "192.0.2.1")},
		{"through a filter", lmtp, byFilter + border + pass, ours("pass", "192.0.2.1")},
		{"through a filter that hands back by command", lmtp, pickup + border + pass, ours("pass", "192.0.2.1")},
		{"a hop within a mail service", lmtp, within + border + pass, ours("pass", "192.0.2.1")},
		{"Exim", lmtp, exim + pass, ours("pass", "192.0.2.1")},
		{"HELO is our name, where the server writes no address", mailbox, "Received: from mx.csirt.example.jp (203.0.113.1)\r\n\tby mx.csirt.example.jp with ESMTP\r\n" + border + pass, nothing},
		{"HELO is our name, by LMTP from outside", lmtp, strings.NewReplacer("client.example", "mx.csirt.example.jp", "(Postfix) with ESMTPS", "with LMTP", "192.0.2.1", "203.0.113.1").Replace(border) + border + fail, computed("fail", "203.0.113.1")},
		{"a hop in an order that nobody writes", lmtp, "Received: (from x) by mx.csirt.example.jp\r\n" + border + pass, nothing},
		{"HELO is our name", lmtp, strings.Replace(border, "client.example", "mx.csirt.example.jp", 1) + pass, ours("pass", "192.0.2.1")},
		{"HELO is an address", lmtp, literal, computed("pass", "2001:db8::1")},
		{"HELO holds a hop", lmtp, liar + pass, nothing},
		{"HELO holds an address", lmtp, double, nothing},
		{"a client from outside who forges it all", outside, border + pass, computed("fail", "203.0.113.1")},
		{"a form or an API, whose text is forged", mailauth.Envelope{From: "a@example.jp"}, border + pass, nothing},
	}
	zone := world(signtest.RSA(t))
	zone.TXT["example.jp"] = []string{"v=spf1 ip4:192.0.2.1 ip6:2001:db8::1 -all"}
	for _, c := range cases {
		r := mailauth.Check(t.Context(), []byte(c.top+letter("a@example.jp")), c.envelope, settings(zone))
		if diff := cmp.Diff(c.want, seen{r.SPF.Verdict, r.SPF.Source, r.SPF.Client}); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.why, diff)
		}
		if trusted := c.want.Verdict == verdict.Pass; r.Trusted() != trusted {
			t.Errorf("%s: trusted %v", c.why, r.Trusted())
		}
	}
	untold := settings(zone)
	untold.TrustedIDs = nil
	if r := mailauth.Check(t.Context(), []byte(border+pass+letter("a@example.jp")), lmtp, untold); r.SPF.Source != mailauth.Unknown {
		t.Errorf("no server is named in the settings: %+v", r.SPF)
	}
}

// TestOurs takes results that our server wrote. No DNS is needed for these: the zone is empty.
func TestOurs(t *testing.T) {
	t.Parallel()
	const signature = "DKIM-Signature: v=1; d=example.jp; s=s; b=abcdefgh\r\nDKIM-Signature: v=1; d=lists.example; s=s; b=12345678\r\n"
	cases := []struct {
		why, results string
		want         brief
		domains      []string
	}{
		{"all of them", "spf=pass smtp.mailfrom=example.jp; dkim=pass header.d=example.jp; dmarc=pass header.from=example.jp",
			brief{"pass", "pass", "pass", "trusted"}, []string{"example.jp"}},
		{"DMARC alone", "dmarc=pass header.from=example.jp", brief{"none", "permerror", "pass", "trusted"}, nil},
		{"DMARC of another From", "dmarc=pass header.from=example.com", brief{"none", "permerror", "none", "no"}, nil},
		{"DMARC fail, though a signature passed", "dkim=pass header.d=example.jp; dmarc=fail header.from=example.jp", brief{"none", "pass", "fail", "no"}, []string{"example.jp"}},
		{"a signature, named by its identity", "dkim=pass header.i=@example.jp", brief{"none", "pass", "none", "trusted"}, []string{"example.jp"}},
		{"a signature of others", "dkim=pass header.d=lists.example", brief{"none", "pass", "none", "no"}, []string{"lists.example"}},
		{"a signature that the mail does not have", "dkim=pass header.d=mail.example.jp", brief{"none", "none", "none", "no"}, nil},
		{"one signature passed, one did not", "dkim=fail header.d=lists.example header.b=12345678; dkim=pass header.d=example.jp header.b=abcdefgh",
			brief{"none", "pass", "none", "trusted"}, []string{"example.jp"}},
		{"of one signature both", "dkim=fail header.d=example.jp header.b=abcdefgh; dkim=pass header.d=example.jp header.b=abcdefgh",
			brief{"none", "permerror", "none", "no"}, nil},
		{"SPF of HELO beside that of the envelope", "spf=pass smtp.helo=example.jp; spf=softfail smtp.mailfrom=a@example.jp", brief{"softfail", "permerror", "none", "no"}, nil},
		{"SPF of the envelope as Gmail writes it", "spf=pass smtp.mail=a@example.jp", brief{"pass", "permerror", "none", "trusted"}, nil},
		{"SPF of HELO alone", "spf=pass smtp.helo=example.jp", brief{"pass", "permerror", "none", "trusted"}, nil},
		{"older words", "spf=hardfail smtp.mailfrom=a@example.jp; dkim=policy header.d=example.jp; dmarc=bestguesspass header.from=example.jp",
			brief{"fail", "fail", "none", "no"}, nil},
		{"a result in a comment", "spf=fail (dkim=pass header.d=example.jp; dmarc=pass header.from=example.jp) smtp.mailfrom=x@example.jp", brief{"fail", "permerror", "none", "no"}, nil},
		{"a result in quotes", `spf=fail smtp.mailfrom="; dmarc=pass header.from=example.jp"@example.jp`, brief{"fail", "permerror", "none", "no"}, nil},
	}
	for _, c := range cases {
		raw := border + "Authentication-Results: mx.csirt.example.jp; " + c.results + "\r\n" + signature + letter("a@example.jp")
		e := mailauth.Envelope{Inside: true, From: "a@elsewhere.example"}
		zone := world(signtest.RSA(t))
		clear(zone.TXT)
		r := mailauth.Check(t.Context(), []byte(raw), e, settings(zone))
		if diff := cmp.Diff(c.want, briefly(r)); diff != "" {
			t.Errorf("%s (-want +got):\n%s\n%+v", c.why, diff, r)
		}
		if diff := cmp.Diff(c.domains, r.DKIM.Domains); diff != "" {
			t.Errorf("%s: domains (-want +got):\n%s", c.why, diff)
		}
	}
}

// TestOursARC: our server verified the chain; the sealers are read from the mail.
func TestOursARC(t *testing.T) {
	t.Parallel()
	key := signtest.RSA(t)
	sealed := signtest.ARC(t, letter("a@example.jp"), signtest.Seal{Instance: 1, Domain: "lists.example", Key: key, CV: "none",
		Results: "lists.example; dmarc=pass header.from=example.jp"})
	config := settings(nil)
	config.TrustedSealers = []string{"lists.example"}
	for why, c := range map[string]struct {
		result, raw string
		want        verdict.Verdict
		trusted     bool
	}{
		"it held":                    {"pass", sealed, verdict.Pass, true},
		"it did not":                 {"fail", sealed, verdict.Fail, false},
		"it held, but sets are gone": {"pass", strings.Replace(sealed, "ARC-Seal", "X-Seal", 1), verdict.Fail, false},
	} {
		raw := border + "Authentication-Results: mx.csirt.example.jp; arc=" + c.result + "\r\n" + c.raw
		r := mailauth.Check(t.Context(), []byte(raw), mailauth.Envelope{Inside: true}, config)
		if r.ARC.Verdict != c.want || r.ARC.Source != mailauth.Ours || r.Trusted() != c.trusted {
			t.Errorf("%s: trusted %v, %+v", why, r.Trusted(), r.ARC)
		}
	}
}
