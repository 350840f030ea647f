package mailauth_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"todoke/internal/desk"
	"todoke/internal/mailauth"
	"todoke/internal/mailauth/dnstest"
	"todoke/internal/mailauth/signtest"
	"todoke/internal/mailauth/verdict"
)

// noon is when the mails of the tests come in.
var noon = time.Date(2026, 11, 23, 3, 0, 0, 0, time.UTC)

// world is the DNS of the tests. All who sign have the same key, under the selector s.
func world(key signtest.Key) *dnstest.Zone {
	z := &dnstest.Zone{
		TXT: map[string][]string{
			"example.jp":               {"some other text", "v=spf1 ip4:192.0.2.1 include:provider.example.net -all"},
			"_dmarc.example.jp":        {"v=DMARC1; p=reject; sp=quarantine; rua=mailto:dmarc@example.jp"},
			"provider.example.net":     {"v=spf1 a mx ip6:2001:db8::/48 ~all"},
			"strict.example":           {"v=spf1 ip4:192.0.2.1 -all"},
			"_dmarc.strict.example":    {"v=DMARC1; p=none; adkim=s; aspf=s"},
			"mail.strict.example":      {"v=spf1 ip4:192.0.2.1 -all"},
			"plain.example":            {"v=spf1 ip4:192.0.2.1 ?all"},
			"open.example":             {"v=spf1 +all"},
			"_dmarc.open.example":      {"v=DMARC1; p=none"},
			"twice.example":            {"v=spf1 -all", "v=spf1 +all"},
			"_dmarc.twice.example":     {"v=DMARC1; p=reject", "v=DMARC1; p=none"},
			"wrong.example":            {"v=spf1 ipv4:192.0.2.1 -all"},
			"_dmarc.wrong.example":     {"v=DMARC1; p=maybe"},
			"_dmarc.reporting.example": {"v=DMARC1; p=maybe; rua=mailto:dmarc@reporting.example"},
			"helo.example":             {"v=spf1 ip4:192.0.2.1 -all"},
		},
		IP:     map[string][]string{"provider.example.net": {"198.51.100.1"}, "mx.provider.example.net": {"198.51.100.2", "2001:db8:1::1"}},
		MX:     map[string][]string{"provider.example.net": {"mx.provider.example.net"}},
		Broken: map[string]bool{"down.example": true, "_dmarc.down.example": true, "_dmarc.half.example": true, "s._domainkey.down.example": true},
	}
	for _, d := range []string{"example.jp", "mail.example.jp", "strict.example", "mail.strict.example", "plain.example", "lists.example", "jp", "half.example", "mail.half.example"} {
		z.TXT["s._domainkey."+d] = []string{key.Record}
	}
	return z
}

// settings are those of a desk behind mx.csirt.example.jp.
func settings(r mailauth.Resolver) mailauth.Config {
	c := mailauth.Default()
	c.Resolver, c.Now = r, func() time.Time { return noon }
	c.TrustedIDs = []string{"mx.csirt.example.jp"}
	return c
}

// letter is a mail with that From field.
func letter(from string) string {
	return "From: " + from + "\r\nTo: report@csirt.example.jp\r\nSubject: scans\r\n\r\n203.0.113.9 scans us.\r\n"
}

// brief is what most tests look at.
type brief struct{ SPF, DKIM, DMARC, Trusted string }

func briefly(r mailauth.Results) brief {
	d := r.Desk()
	return brief{d.SPF, d.DKIM, d.DMARC, map[bool]string{true: "trusted", false: "no"}[r.Trusted()]}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	key := signtest.RSA(t)
	cases := []struct {
		why, from, signer, ip, sender string
		want                          brief
	}{
		{"nothing speaks for it", "a@example.jp", "", "203.0.113.1", "x@elsewhere.example", brief{"none", "none", "fail", "no"}},
		{"signed by the very domain", "a@example.jp", "example.jp", "203.0.113.1", "x@elsewhere.example", brief{"none", "pass", "pass", "trusted"}},
		{"signed below, of one organisation", "a@example.jp", "mail.example.jp", "203.0.113.1", "", brief{"none", "pass", "pass", "trusted"}},
		{"signed above, of one organisation", "a@mail.example.jp", "example.jp", "203.0.113.1", "", brief{"none", "pass", "pass", "trusted"}},
		{"signed by somebody else", "a@example.jp", "lists.example", "203.0.113.1", "", brief{"none", "pass", "fail", "no"}},
		{"signed by a public suffix", "a@example.jp", "jp", "203.0.113.1", "", brief{"none", "pass", "fail", "no"}},
		{"from a listed machine", "a@example.jp", "", "192.0.2.1", "bounce@example.jp", brief{"pass", "none", "pass", "trusted"}},
		{"from a machine of its provider, by A", "a@example.jp", "", "198.51.100.1", "a@example.jp", brief{"pass", "none", "pass", "trusted"}},
		{"by MX and AAAA", "a@example.jp", "", "2001:db8:1::1", "a@example.jp", brief{"pass", "none", "pass", "trusted"}},
		{"by network of IPv6", "a@example.jp", "", "2001:db8:0:1::1", "a@example.jp", brief{"pass", "none", "pass", "trusted"}},
		{"from no machine of its own", "a@example.jp", "", "203.0.113.1", "a@example.jp", brief{"fail", "none", "fail", "no"}},
		{"an IPv4 address in IPv6", "a@example.jp", "", "::ffff:192.0.2.1", "a@example.jp", brief{"pass", "none", "pass", "trusted"}},
		{"SPF of another domain", "a@example.jp", "", "192.0.2.1", "a@plain.example", brief{"pass", "none", "fail", "no"}},
		{"softfail", "a@provider.example.net", "", "203.0.113.1", "a@provider.example.net", brief{"softfail", "none", "none", "no"}},
		{"neutral", "a@plain.example", "", "203.0.113.1", "a@plain.example", brief{"neutral", "none", "none", "no"}},
		{"no policy, signed", "a@plain.example", "plain.example", "203.0.113.1", "", brief{"none", "pass", "none", "trusted"}},
		{"no policy, from a listed machine", "a@plain.example", "", "192.0.2.1", "a@plain.example", brief{"pass", "none", "none", "trusted"}},
		{"strict, signed below", "a@strict.example", "mail.strict.example", "203.0.113.1", "", brief{"none", "pass", "fail", "no"}},
		{"strict, sent from below", "a@strict.example", "", "192.0.2.1", "a@mail.strict.example", brief{"pass", "none", "fail", "no"}},
		{"strict, signed by itself", "a@strict.example", "strict.example", "203.0.113.1", "", brief{"none", "pass", "pass", "trusted"}},
		{"strict, sent from itself", "a@strict.example", "", "192.0.2.1", "a@strict.example", brief{"pass", "none", "pass", "trusted"}},
		{"a domain that lets everybody send", "a@open.example", "", "203.0.113.1", "a@open.example", brief{"pass", "none", "fail", "no"}},
		{"two records of each kind", "a@twice.example", "", "203.0.113.1", "a@twice.example", brief{"permerror", "none", "permerror", "no"}},
		{"records that cannot be read", "a@wrong.example", "", "203.0.113.1", "a@wrong.example", brief{"permerror", "none", "permerror", "no"}},
		{"a policy that cannot be read, but wants reports", "a@reporting.example", "", "203.0.113.1", "", brief{"none", "none", "fail", "no"}},
		{"DNS is down", "a@down.example", "down.example", "192.0.2.1", "a@down.example", brief{"temperror", "temperror", "temperror", "no"}},
		{"DNS of the policy is down, signed by the very domain", "a@half.example", "half.example", "203.0.113.1", "", brief{"none", "pass", "temperror", "trusted"}},
		{"DNS of the policy is down, signed below", "a@half.example", "mail.half.example", "203.0.113.1", "", brief{"none", "pass", "temperror", "no"}},
		{"DNS of a stranger is down", "a@example.jp", "down.example", "203.0.113.1", "a@down.example", brief{"temperror", "temperror", "fail", "no"}},
		{"two addresses of one domain", "a@example.jp, b@EXAMPLE.jp.", "example.jp", "203.0.113.1", "", brief{"none", "pass", "pass", "trusted"}},
		{"two domains", "a@example.jp, b@example.com", "example.jp", "203.0.113.1", "", brief{"none", "pass", "permerror", "no"}},
		{"two From fields", "a@example.jp\r\nFrom: b@example.com", "example.jp", "203.0.113.1", "", brief{"none", "pass", "permerror", "no"}},
		{"a name that pretends to be an address", `"a@example.jp" <a@elsewhere.example>`, "example.jp", "203.0.113.1", "", brief{"none", "pass", "none", "no"}},
		{"a name only", "example.jp", "example.jp", "203.0.113.1", "", brief{"none", "pass", "permerror", "no"}},
	}
	for _, c := range cases {
		raw := letter(c.from)
		if c.signer != "" {
			raw = signtest.Simply(t, raw, c.signer, key)
		}
		e := mailauth.Envelope{IP: netip.MustParseAddr(c.ip), Helo: "client.example", From: c.sender}
		got := briefly(mailauth.Check(t.Context(), []byte(raw), e, settings(world(key))))
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.why, diff)
		}
	}
}

// TestResults looks at everything that is found out about one mail, also after it was kept as JSON.
func TestResults(t *testing.T) {
	t.Parallel()
	key := signtest.RSA(t)
	raw := signtest.Simply(t, letter("Yamada <a@mail.example.jp>"), "example.jp", key)
	raw = signtest.Simply(t, raw, "lists.example", key)
	raw = signtest.Simply(t, raw, "nokey.example", key)
	e := mailauth.Envelope{IP: netip.MustParseAddr("192.0.2.1"), Helo: "mx.example.jp", From: "bounce@example.jp"}
	got := mailauth.Check(t.Context(), []byte(raw), e, settings(world(key)))
	want := mailauth.Results{
		From:  "mail.example.jp",
		SPF:   mailauth.SPF{Verdict: "pass", Source: "computed", Domain: "example.jp", Client: "192.0.2.1", Aligned: true},
		DKIM:  mailauth.DKIM{Verdict: "pass", Source: "computed", Domains: []string{"example.jp", "lists.example"}, Failed: []string{"nokey.example"}, Aligned: true},
		DMARC: mailauth.DMARC{Verdict: "pass", Source: "computed", Domain: "example.jp", Policy: "quarantine"},
		ARC:   mailauth.ARC{Verdict: "none", Source: "computed"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	kept, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	var again mailauth.Results
	if err := json.Unmarshal(kept, &again); err != nil || !cmp.Equal(got, again) || !again.Trusted() {
		t.Errorf("kept as %s, read as %+v: %v", kept, again, err)
	}
	words := map[string]string{"ja": got.Words("ja"), "en": got.Words("en")}
	if diff := cmp.Diff(desk.AuthResults{SPF: "pass", DKIM: "pass", DMARC: "pass", ARC: "none", Trusted: true, Words: words}, got.Desk()); diff != "" {
		t.Errorf("for the reading (-want +got):\n%s", diff)
	}
	for address, vouched := range map[string]bool{"b@MAIL.example.jp": true, "a@example.jp": false, "a@example.com": false, "": false} {
		if got.Vouches(address) != vouched {
			t.Errorf("an answer to %q: %v", address, !vouched)
		}
	}
}

// TestNobody: where no one domain stands in From, nothing that passed speaks for it.
func TestNobody(t *testing.T) {
	t.Parallel()
	r := mailauth.Results{DMARC: mailauth.DMARC{Verdict: "pass"}, DKIM: mailauth.DKIM{Verdict: "pass", Aligned: true}, ARC: mailauth.ARC{Vouched: "lists.example"}}
	if r.Trusted() || r.Vouches("") || r.Vouches("a@example.jp") {
		t.Error("nobody is trusted")
	}
}

// TestNoQuestions: a desk that allows no question gets answers that no later try would mend.
func TestNoQuestions(t *testing.T) {
	t.Parallel()
	key := signtest.RSA(t)
	config := settings(world(key))
	config.MaxQuestions = 0
	raw := signtest.Simply(t, letter("a@example.jp"), "example.jp", key)
	got := mailauth.Check(t.Context(), []byte(raw), mailauth.Envelope{IP: netip.MustParseAddr("192.0.2.1"), From: "a@example.jp"}, config)
	if diff := cmp.Diff(brief{"permerror", "permerror", "permerror", "no"}, briefly(got)); diff != "" || got.DKIM.Reason != verdict.TooManyLookups {
		t.Errorf("%+v (-want +got):\n%s", got, diff)
	}
}

// TestNullSender: bounces name nobody, so that HELO is asked (RFC 7208, section 2.4).
func TestNullSender(t *testing.T) {
	t.Parallel()
	for helo, want := range map[string]verdict.Verdict{"helo.example": "pass", "localhost": "none", "[192.0.2.1]": "none", "": "none"} {
		e := mailauth.Envelope{IP: netip.MustParseAddr("192.0.2.1"), Helo: helo}
		got := mailauth.Check(t.Context(), []byte(letter("MAILER-DAEMON@helo.example")), e, settings(world(signtest.RSA(t))))
		if got.SPF.Verdict != want || got.Trusted() != (want == verdict.Pass) {
			t.Errorf("HELO %q: %s (%s), trusted %v", helo, got.SPF.Verdict, got.SPF.Reason, got.Trusted())
		}
	}
}

// TestReceivedTime: a signature is judged by when the mail came in, not by when it is looked at.
func TestReceivedTime(t *testing.T) {
	t.Parallel()
	expires := noon.Add(-time.Second)
	raw := fmt.Sprintf("DKIM-Signature: v=1; a=rsa-sha256; d=example.jp; s=s; h=from; bh=AAAA; b=AAAA; x=%d\r\n", expires.Unix()) + letter("a@example.jp")
	for received, want := range map[time.Time]verdict.Reason{
		{}:                       verdict.Expired, // the clock says noon
		expires.Add(time.Second): verdict.Expired,
		expires:                  verdict.BodyChanged,
		expires.Add(-time.Hour):  verdict.BodyChanged,
	} {
		got := mailauth.Check(t.Context(), []byte(raw), mailauth.Envelope{Received: received}, settings(world(signtest.RSA(t))))
		if got.DKIM.Reason != want {
			t.Errorf("received %v: %s, want %s", received, got.DKIM.Reason, want)
		}
	}
}

// TestWithoutResolver: nobody is asked, and nobody is trusted.
func TestWithoutResolver(t *testing.T) {
	t.Parallel()
	raw := signtest.Simply(t, letter("a@example.jp"), "example.jp", signtest.RSA(t))
	got := mailauth.Check(t.Context(), []byte(raw), mailauth.Envelope{IP: netip.MustParseAddr("192.0.2.1"), From: "a@example.jp"}, settings(nil))
	if diff := cmp.Diff(brief{"none", "none", "none", "no"}, briefly(got)); diff != "" || got.DKIM.Reason != verdict.NotChecked || got.DKIM.Source != mailauth.Unknown {
		t.Errorf("%+v (-want +got):\n%s", got, diff)
	}
}

// TestOtherImplementation verifies what dkimpy 1.1.4 signed: a letter with an RSA and an Ed25519 signature, and the same after a
// mailing list had added its footer and sealed it, and a second forwarder had sealed it again.
func TestOtherImplementation(t *testing.T) {
	t.Parallel()
	zone := &dnstest.Zone{}
	if err := json.Unmarshal(fixture(t, "zone.json"), &zone.TXT); err != nil {
		t.Fatal(err)
	}
	zone.TXT["_dmarc.example.jp"] = []string{"v=DMARC1; p=reject"}

	signed := mailauth.Check(t.Context(), fixture(t, "signed.eml"), mailauth.Envelope{}, settings(zone))
	if diff := cmp.Diff([]string{"example.jp"}, signed.DKIM.Domains); diff != "" || len(signed.DKIM.Failed) > 0 || !signed.Trusted() {
		t.Errorf("the letter: %+v (-want +got):\n%s", signed.DKIM, diff)
	}
	for _, c := range []struct {
		why     string
		trusted []string
		vouched string
	}{
		{"nobody is trusted", nil, ""},
		{"the list alone is trusted: the forwarder behind it could have changed everything", []string{"list.example.org"}, ""},
		{"the forwarder alone is trusted: he saw nothing that passed", []string{"forward.example.net"}, ""},
		{"both are trusted", []string{"Forward.example.net", "list.example.org."}, "list.example.org"},
	} {
		config := settings(zone)
		config.TrustedSealers = c.trusted
		got := mailauth.Check(t.Context(), fixture(t, "list.eml"), mailauth.Envelope{}, config)
		want := mailauth.ARC{Verdict: "pass", Source: "computed", Sealers: []string{"forward.example.net", "list.example.org"}, Vouched: c.vouched}
		if diff := cmp.Diff(want, got.ARC); diff != "" || got.DKIM.Verdict != "fail" || got.DMARC.Verdict != "fail" || got.Trusted() != (c.vouched != "") {
			t.Errorf("%s: trusted %v, %+v (-want +got):\n%s", c.why, got.Trusted(), got.DKIM, diff)
		}
	}
}

func fixture(t *testing.T, name string) []byte {
	raw, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// TestList sends signed mail through a list that changes it and says what it saw.
func TestList(t *testing.T) {
	t.Parallel()
	key := signtest.RSA(t)
	signed := signtest.Simply(t, letter("a@example.jp"), "example.jp", key)
	footer := strings.Replace(signed, "scans us.\r\n", "scans us.\r\n-- \r\nthe list\r\n", 1)
	for _, c := range []struct {
		why, results, from string
		trusted            bool
	}{
		{"the list saw DMARC pass", "lists.example; dmarc=pass header.from=example.jp", "", true},
		{"the list saw the signature", "lists.example; dkim=pass header.d=mail.example.jp", "", true},
		{"the list saw the envelope", "lists.example; spf=pass smtp.mailfrom=a@example.jp", "", true},
		{"the list saw another domain", "lists.example; dkim=pass header.d=example.com; dmarc=pass header.from=example.com", "", false},
		{"the list saw the signature and DMARC fail", "lists.example; dkim=pass header.d=example.jp; dmarc=fail header.from=example.jp", "", false},
		{"the list saw nothing", "lists.example; none", "", false},
		{"a word in quotes", `lists.example; spf=fail smtp.mailfrom="; dmarc=pass header.from=example.jp"`, "", false},
		{"somebody changed From behind the list", "lists.example; dmarc=pass header.from=example.jp", "From: x@example.jp", false},
	} {
		raw := signtest.ARC(t, footer, signtest.Seal{Instance: 1, Domain: "lists.example", Key: key, CV: "none", Results: c.results})
		if c.from != "" {
			raw = strings.Replace(raw, "From: a@example.jp", c.from, 1)
		}
		zone := world(key)
		zone.TXT["arc._domainkey.lists.example"] = []string{key.Record}
		config := settings(zone)
		config.TrustedSealers = []string{"lists.example"}
		got := mailauth.Check(t.Context(), []byte(raw), mailauth.Envelope{}, config)
		if got.Trusted() != c.trusted {
			t.Errorf("%s: trusted %v, %+v", c.why, got.Trusted(), got.ARC)
		}
	}
}

// TestRealDNS asks a real server by the standard library's resolver.
func TestRealDNS(t *testing.T) {
	t.Parallel()
	key := signtest.RSA(t)
	resolver := world(key).Serve(t)
	for _, c := range []struct {
		why, from, signer, ip string
		want                  brief
	}{
		{"signed and sent by its own", "a@example.jp", "example.jp", "2001:db8:1::1", brief{"pass", "pass", "pass", "trusted"}},
		{"of a domain that does not exist", "a@nowhere.example", "nowhere.example", "192.0.2.1", brief{"none", "permerror", "none", "no"}},
		{"of a domain whose server is down", "a@down.example", "down.example", "192.0.2.1", brief{"temperror", "temperror", "temperror", "no"}},
		{"by a domain that has names but no record", "a@mx.provider.example.net", "", "192.0.2.1", brief{"none", "none", "none", "no"}},
	} {
		raw := letter(c.from)
		if c.signer != "" {
			raw = signtest.Simply(t, raw, c.signer, key)
		}
		e := mailauth.Envelope{IP: netip.MustParseAddr(c.ip), From: c.from}
		got := mailauth.Check(t.Context(), []byte(raw), e, settings(resolver))
		if diff := cmp.Diff(c.want, briefly(got)); diff != "" {
			t.Errorf("%s (-want +got):\n%s\n%+v", c.why, diff, got)
		}
	}
}

// TestTime: servers that do not answer cost the time that is set, and leave it open.
func TestTime(t *testing.T) {
	t.Parallel()
	key := signtest.RSA(t)
	zone := world(key)
	zone.Silent = map[string]bool{"s._domainkey.example.jp": true, "_dmarc.example.jp": true, "example.jp": true}
	config := settings(zone)
	config.Timeout = 20 * time.Millisecond
	raw := signtest.Simply(t, letter("a@example.jp"), "example.jp", key)
	e := mailauth.Envelope{IP: netip.MustParseAddr("192.0.2.1"), From: "a@example.jp"}
	got := mailauth.Check(t.Context(), []byte(raw), e, config)
	if diff := cmp.Diff(brief{"temperror", "temperror", "temperror", "no"}, briefly(got)); diff != "" || !got.Temporary() {
		t.Errorf("temporary %v (-want +got):\n%s", got.Temporary(), diff)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if got := mailauth.Check(ended, []byte(raw), e, settings(zone)); !got.Temporary() {
		t.Errorf("when the program stops: %+v", got)
	}
}

// endless is a record that includes another one, which includes another one, …
func endless(name string) []string {
	if strings.HasPrefix(name, "_dmarc.") || strings.Contains(name, "_domainkey") {
		return nil
	}
	return []string{fmt.Sprintf("v=spf1 include:a.%s include:b.%s -all", name, name)}
}

// TestHostile sends what is made to cost much: the verdict is what it should be, and DNS is asked no more than it should.
func TestHostile(t *testing.T) {
	t.Parallel()
	key := signtest.RSA(t)
	good := signtest.Simply(t, letter("a@example.jp"), "example.jp", key)
	bodySum := regexp.MustCompile(`bh=[^;]+`).FindString(good)
	var signatures strings.Builder
	for i := range 5000 {
		fmt.Fprintf(&signatures, "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=d%d.example; s=s; h=from; %s; b=AAAA\r\n", i, bodySum)
	}
	cases := []struct {
		why, raw, sender string
		questions        int
		want             brief
	}{
		{"five thousand signatures above a good one", signatures.String() + good, "", 12, brief{"none", "pass", "pass", "trusted"}},
		{"a header that is too long", "X: " + strings.Repeat("x", 2<<20) + "\r\n" + good, "", 0, brief{"none", "permerror", "permerror", "no"}},
		{"a field folded a million times", "X: x\r\n" + strings.Repeat(" \r\n", 1<<20) + good, "", 0, brief{"none", "permerror", "permerror", "no"}},
		{"twenty thousand fields", strings.Repeat("X: x\r\n", 20_000) + good, "", 0, brief{"none", "permerror", "permerror", "no"}},
		{"a signature of a hundred thousand fields", "DKIM-Signature: v=1; a=rsa-sha256; d=example.jp; s=s; h=from" + strings.Repeat(":x", 100_000) + "; bh=AAAA; b=AAAA\r\n" + letter("a@example.jp"), "", 1, brief{"none", "permerror", "fail", "no"}},
		{"a signature of a hundred thousand tags", "DKIM-Signature: " + strings.Repeat("x=y;", 100_000) + "\r\n" + letter("a@example.jp"), "", 1, brief{"none", "permerror", "fail", "no"}},
		{"includes without end", letter("a@endless.example"), "a@endless.example", 15, brief{"permerror", "none", "none", "no"}},
		{"ten MX that have no address, five times", letter("a@five.example"), "a@five.example", 60, brief{"fail", "none", "none", "no"}},
		{"ten times", letter("a@ten.example"), "a@ten.example", 85, brief{"permerror", "none", "none", "no"}},
		{"a hundred MX", letter("a@hundred.example"), "a@hundred.example", 5, brief{"permerror", "none", "none", "no"}},
		{"an envelope of a megabyte", letter("a@example.jp"), strings.Repeat("x", 1<<20) + "@example.jp", 1, brief{"none", "none", "fail", "no"}},
		{"a From of a hundred thousand addresses", letter(strings.Repeat("a@example.jp, ", 50_000) + "b@example.jp"), "", 1, brief{"none", "none", "fail", "no"}},
		{"ten thousand sets of ARC", strings.Repeat("ARC-Seal: i=1; cv=none; d=a.example; s=s; b=AAAA\r\n", 9_000) + letter("a@example.jp"), "", 1, brief{"none", "none", "fail", "no"}},
	}
	for _, c := range cases {
		zone := world(key)
		zone.Endless = endless
		for name, terms := range map[string]int{"five": 5, "ten": 10, "hundred": 1} {
			zone.TXT[name+".example"] = []string{"v=spf1" + strings.Repeat(" mx", terms) + " -all"}
			for i := range map[string]int{"five": 10, "ten": 10, "hundred": 100}[name] {
				zone.MX[name+".example"] = append(zone.MX[name+".example"], fmt.Sprintf("mx%d.%s.example", i, name))
			}
		}
		got := mailauth.Check(t.Context(), []byte(c.raw), mailauth.Envelope{IP: netip.MustParseAddr("192.0.2.1"), From: c.sender}, settings(zone))
		if diff := cmp.Diff(c.want, briefly(got)); diff != "" {
			t.Errorf("%s (-want +got):\n%s\n%+v", c.why, diff, got)
		}
		if n := len(zone.Asked()); n > c.questions {
			t.Errorf("%s: %d questions", c.why, n)
		}
	}
}
