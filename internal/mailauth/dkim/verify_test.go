package dkim_test

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"fmt"
	"math/big"
	"strings"
	"testing"
	"time"

	signer "github.com/emersion/go-msgauth/dkim"
	"github.com/google/go-cmp/cmp"

	"todoke/internal/mailauth/canon"
	"todoke/internal/mailauth/dkim"
	"todoke/internal/mailauth/dnstest"
	"todoke/internal/mailauth/signtest"
	"todoke/internal/mailauth/verdict"
)

const letter = "From: =?utf-8?B?5bGx55Sw?= <yamada@example.jp>\r\n" +
	"To: report@csirt.example.jp\r\n" +
	"Subject: scans from 192.0.2.7,\r\n  folded\r\n" +
	"\r\n" +
	"Dear desk,\r\n\r\nwe see  scans.\t \r\n\r\n\r\n"

var noon = time.Date(2026, 11, 23, 3, 0, 0, 0, time.UTC)

// verify verifies the topmost signature of a mail.
func verify(t *testing.T, raw string, zone *dnstest.Zone) dkim.Result {
	t.Helper()
	m := canon.Split([]byte(raw), canon.Limits{Header: 1 << 20, Fields: 1000})
	fields := m.All(dkim.FieldName)
	if len(fields) == 0 {
		t.Fatalf("no signature in %q", raw)
	}
	return dkim.Verifier{Resolver: zone, Now: noon}.Verify(t.Context(), m, fields[0])
}

// TestForms verifies what another implementation signed, in each form and with each algorithm.
func TestForms(t *testing.T) {
	t.Parallel()
	keys := map[string]signtest.Key{"rsa": signtest.RSA(t), "ed25519": signtest.Ed25519(t)}
	bodies := map[string]string{
		"text":               letter,
		"no body":            strings.SplitAfter(letter, "\r\n\r\n")[0],
		"no last line break": strings.TrimRight(letter, "\r\n\t "),
		"only empty lines":   strings.SplitAfter(letter, "\r\n\r\n")[0] + "\r\n\r\n",
	}
	for name, key := range keys {
		zone := &dnstest.Zone{TXT: map[string][]string{"s._domainkey.example.jp": {key.Record}}}
		for body, raw := range bodies {
			for _, header := range []signer.Canonicalization{signer.CanonicalizationSimple, signer.CanonicalizationRelaxed} {
				for _, text := range []signer.Canonicalization{signer.CanonicalizationSimple, signer.CanonicalizationRelaxed} {
					signed := signtest.DKIM(t, raw, signer.SignOptions{
						Domain: "example.jp", Selector: "s", Signer: key,
						HeaderCanonicalization: header, BodyCanonicalization: text,
					})
					for ending, arrived := range map[string]string{"CRLF": signed, "LF": strings.ReplaceAll(signed, "\r\n", "\n")} {
						got := verify(t, arrived, zone)
						want := dkim.Result{Verdict: verdict.Pass, Domain: "example.jp", Selector: "s"}
						if diff := cmp.Diff(want, got); diff != "" {
							t.Errorf("%s, %s, %s/%s, %s (-want +got):\n%s", name, body, header, text, ending, diff)
						}
					}
				}
			}
		}
	}
}

// TestChanges changes a signed mail as relays, lists and forgers do. The other implementation must find the same.
func TestChanges(t *testing.T) {
	t.Parallel()
	key := signtest.RSA(t)
	zone := &dnstest.Zone{TXT: map[string][]string{"s._domainkey.example.jp": {key.Record}}}
	sign := func(c signer.Canonicalization, fields ...string) string {
		return signtest.DKIM(t, letter, signer.SignOptions{Domain: "example.jp", Selector: "s", Signer: key,
			HeaderKeys: fields, HeaderCanonicalization: c, BodyCanonicalization: c})
	}
	relaxed := sign(signer.CanonicalizationRelaxed, "From", "From", "Subject", "Reply-To")
	simple := sign(signer.CanonicalizationSimple, "From", "Subject")
	cases := []struct {
		why, raw, old, new string
		want               verdict.Verdict
		reason             verdict.Reason
	}{
		{"white space at the end of a line", relaxed, "scans.\t \r\n", "scans.\r\n", verdict.Pass, ""},
		{"a field folded anew", relaxed, ",\r\n  folded", ", folded", verdict.Pass, ""},
		{"a field's name in capitals", relaxed, "\r\nSubject:", "\r\nSUBJECT :", verdict.Pass, ""},
		{"a field on top that is not signed", relaxed, "DKIM-Signature:", "Received: from x by y\r\nDKIM-Signature:", verdict.Pass, ""},
		{"white space where the form is simple", simple, "scans.\t \r\n", "scans.\r\n", verdict.Fail, verdict.BodyChanged},
		{"a field folded anew where the form is simple", simple, ",\r\n  folded", ", folded", verdict.Fail, verdict.HeaderChanged},
		{"empty lines at the end, where every form forgives them", simple, "\t \r\n\r\n\r\n", "\t \r\n", verdict.Pass, ""},
		{"a word in the body", relaxed, "scans.", "scams.", verdict.Fail, verdict.BodyChanged},
		{"a footer", relaxed, "scans.\t \r\n", "scans.\r\n-- \r\nthe list\r\n", verdict.Fail, verdict.BodyChanged},
		{"the subject", relaxed, "Subject: ", "Subject: [list] ", verdict.Fail, verdict.HeaderChanged},
		{"From", relaxed, "yamada@", "suzuki@", verdict.Fail, verdict.HeaderChanged},
		{"a second From, where there is to be none", relaxed, "\r\nTo:", "\r\nFrom: x@example.com\r\nTo:", verdict.Fail, verdict.HeaderChanged},
		{"a field that is signed as missing", relaxed, "\r\nTo:", "\r\nReply-To: x@example.com\r\nTo:", verdict.Fail, verdict.HeaderChanged},
		{"the signature itself", relaxed, " b=", " b=AAAA", verdict.Fail, verdict.HeaderChanged},
		{"another domain than the key's", relaxed, "d=example.jp", "d=example.com", verdict.PermError, verdict.NoKey},
	}
	for _, c := range cases {
		changed := strings.Replace(c.raw, c.old, c.new, 1)
		if changed == c.raw {
			t.Errorf("%s: nothing was changed in %q", c.why, c.raw)
		}
		if got := verify(t, changed, zone); got.Verdict != c.want || got.Reason != c.reason {
			t.Errorf("%s: %s (%s), want %s (%s)", c.why, got.Verdict, got.Reason, c.want, c.reason)
		}
		lookup := func(name string) ([]string, error) { return zone.LookupTXT(t.Context(), name) }
		other, err := signer.VerifyWithOptions(strings.NewReader(changed), &signer.VerifyOptions{LookupTXT: lookup})
		if err != nil || len(other) != 1 || (other[0].Err == nil) != (c.want == verdict.Pass) {
			t.Errorf("%s: the other implementation finds %+v, %v", c.why, other, err)
		}
	}
}

// TestTags verifies signatures that are as a forger, a careless signer or time made them. Each changes one tag of one that is good;
// what then fails by its tags must not reach the mathematics, where everything changed would fail.
func TestTags(t *testing.T) {
	t.Parallel()
	const good = "v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.jp; s=s; h=from; bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=AAAA"
	key := signtest.RSA(t)
	zone := &dnstest.Zone{
		TXT:    map[string][]string{"s._domainkey.example.jp": {key.Record}},
		Broken: map[string]bool{"gone._domainkey.example.jp": true},
	}
	cases := []struct {
		why, old, new string
		want          verdict.Verdict
		reason        verdict.Reason
	}{
		{"as it is, of an empty body", "", "", verdict.Fail, verdict.HeaderChanged},
		{"no version", "v=1; ", "", verdict.PermError, verdict.Malformed},
		{"another version", "v=1", "v=2", verdict.PermError, verdict.Malformed},
		{"SHA-1", "rsa-sha256", "rsa-sha1", verdict.PermError, verdict.WeakAlgorithm},
		{"an algorithm that nobody knows", "rsa-sha256", "rot13", verdict.PermError, verdict.Malformed},
		{"the algorithm of another key", "rsa-sha256", "ed25519-sha256", verdict.Fail, verdict.HeaderChanged},
		{"a form that nobody knows", "relaxed/relaxed", "relaxed/loose", verdict.PermError, verdict.Malformed},
		{"no domain", "d=example.jp; ", "", verdict.PermError, verdict.Malformed},
		{"a domain that is none", "d=example.jp", "d=ex ample..jp", verdict.PermError, verdict.Malformed},
		{"no selector", "s=s; ", "", verdict.PermError, verdict.Malformed},
		{"no fields", "h=from; ", "", verdict.PermError, verdict.FromUnsigned},
		{"From not among the fields", "h=from", "h=subject:to", verdict.PermError, verdict.FromUnsigned},
		{"too many fields", "h=from", "h=from" + strings.Repeat(":x", 1000), verdict.PermError, verdict.Malformed},
		{"too many tags", "s=s", "s=s" + manyTags(), verdict.PermError, verdict.Malformed},
		{"a tag twice", "s=s", "s=s; s=s", verdict.PermError, verdict.Malformed},
		{"a tag without a value's sign", "s=s", "s=s; oops", verdict.PermError, verdict.Malformed},
		{"base64 that is none", "b=AAAA", "b=A*AA", verdict.PermError, verdict.Malformed},
		{"no signature", "b=AAAA", "b=", verdict.PermError, verdict.Malformed},
		{"expired", "s=s", "s=s; t=1700000000; x=1700000001", verdict.PermError, verdict.Expired},
		{"expires before it was made", "s=s", "s=s; t=9700000001; x=9700000000", verdict.PermError, verdict.Malformed},
		{"not expired", "s=s", "s=s; x=9700000000", verdict.Fail, verdict.HeaderChanged},
		{"a time that is none", "s=s", "s=s; x=soon", verdict.PermError, verdict.Malformed},
		{"the beginning of the body only", "s=s", "s=s; l=0", verdict.Fail, verdict.HeaderChanged},
		{"more than the body", "s=s", "s=s; l=7", verdict.Fail, verdict.BodyLength},
		{"a length that is none", "s=s", "s=s; l=-1", verdict.PermError, verdict.Malformed},
		{"for somebody below", "s=s", "s=s; i=x@mail.example.jp", verdict.Fail, verdict.HeaderChanged},
		{"for somebody else", "s=s", "s=s; i=x@notexample.jp", verdict.PermError, verdict.Malformed},
		{"a key by other means than DNS", "s=s", "s=s; q=http", verdict.PermError, verdict.NoKey},
		{"a key that is not there", "s=s", "s=t", verdict.PermError, verdict.NoKey},
		{"a key whose server is down", "s=s", "s=gone", verdict.TempError, verdict.DNSTrouble},
	}
	for _, c := range cases {
		tags := strings.Replace(good, c.old, c.new, 1)
		raw := "DKIM-Signature: " + tags + "\r\nFrom: yamada@example.jp\r\n\r\n"
		if got := verify(t, raw, zone); got.Verdict != c.want || got.Reason != c.reason {
			t.Errorf("%s: %s (%s), want %s (%s)", c.why, got.Verdict, got.Reason, c.want, c.reason)
		}
	}
}

// manyTags are sixty tags that nobody knows.
func manyTags() string {
	var tags strings.Builder
	for i := range 60 {
		fmt.Fprintf(&tags, "; x%d=y", i)
	}
	return tags.String()
}

// TestAlgorithm: a key verifies by its own algorithm only, whatever a signature says.
func TestAlgorithm(t *testing.T) {
	t.Parallel()
	sum := sha256.Sum256([]byte("text"))
	for own, key := range map[string]signtest.Key{dkim.RSASHA256: signtest.RSA(t), dkim.Ed25519SHA256: signtest.Ed25519(t)} {
		opts := crypto.SignerOpts(crypto.SHA256)
		if own == dkim.Ed25519SHA256 {
			opts = crypto.Hash(0)
		}
		sig, err := key.Sign(rand.Reader, sum[:], opts)
		if err != nil {
			t.Fatal(err)
		}
		public, reason := dkim.ParseKey(key.Record)
		if reason != "" {
			t.Fatal(reason)
		}
		for _, algorithm := range []string{dkim.RSASHA256, dkim.Ed25519SHA256, ""} {
			if got := public.Verify(algorithm, sum[:], sig); got != (algorithm == own) {
				t.Errorf("a key of %s by %q: %v", own, algorithm, got)
			}
		}
	}
}

// TestLength: whoever adds a line to a mail that is signed with l= is found out before any key is asked for.
func TestLength(t *testing.T) {
	t.Parallel()
	raw := "DKIM-Signature: v=1; a=rsa-sha256; c=simple/simple; d=example.jp; s=s; h=from; l=7; " +
		"bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=AAAA\r\nFrom: yamada@example.jp\r\n\r\nsigned\r\n"
	zone := &dnstest.Zone{}
	if got := verify(t, raw, zone); got.Verdict != verdict.Fail || got.Reason != verdict.BodyLength {
		t.Errorf("a body that is longer than l=: %s (%s)", got.Verdict, got.Reason)
	}
	if asked := zone.Asked(); asked != nil {
		t.Errorf("DNS was asked for %v", asked)
	}
}

// TestKeys verifies one good signature against keys of every kind.
func TestKeys(t *testing.T) {
	t.Parallel()
	key := signtest.RSA(t)
	public := strings.TrimPrefix(key.Record, "v=DKIM1; k=rsa; p=")
	number := func(bits uint) string {
		n := new(big.Int).SetBit(big.NewInt(1), int(bits)-1, 1)
		return signtest.PublicRSA(t, &rsa.PublicKey{N: n, E: 65537})
	}
	raw := signtest.Simply(t, letter, "example.jp", key)
	cases := []struct {
		why     string
		records []string
		want    verdict.Verdict
		reason  verdict.Reason
	}{
		{"as published", []string{key.Record}, verdict.Pass, ""},
		{"with the least", []string{"p=" + public}, verdict.Pass, ""},
		{"for mail and SHA-256 among others, with notes and folds", []string{"v=DKIM1; n=a key; h=sha1:sha256; s=email:x; p=" + public[:40] + " " + public[40:] + ";"}, verdict.Pass, ""},
		{"only tried out", []string{key.Record + "; t=y:s"}, verdict.Neutral, verdict.Testing},
		{"for the very domain", []string{key.Record + "; t=s"}, verdict.Pass, ""},
		{"withdrawn", []string{"v=DKIM1; p="}, verdict.PermError, verdict.KeyRevoked},
		{"two keys", []string{key.Record, key.Record}, verdict.PermError, verdict.NoKey},
		{"none", nil, verdict.PermError, verdict.NoKey},
		{"another key", []string{"p=" + number(2048)}, verdict.Fail, verdict.HeaderChanged},
		{"another kind", []string{"k=ed25519; p=" + public}, verdict.PermError, verdict.BadKey},
		{"a kind that nobody knows", []string{"k=dsa; p=" + public}, verdict.PermError, verdict.BadKey},
		{"another version", []string{"v=DKIM2; p=" + public}, verdict.PermError, verdict.BadKey},
		{"for other services", []string{"s=tlsrpt; p=" + public}, verdict.PermError, verdict.BadKey},
		{"for other hashes", []string{"h=sha1; p=" + public}, verdict.PermError, verdict.BadKey},
		{"of 1023 bits", []string{"p=" + number(1023)}, verdict.PermError, verdict.WeakKey},
		{"of 16384 bits", []string{"p=" + number(16384)}, verdict.PermError, verdict.BadKey},
		{"no base64", []string{"p=***"}, verdict.PermError, verdict.BadKey},
		{"no key", []string{"p=AAAA"}, verdict.PermError, verdict.BadKey},
		{"no tags", []string{"hello"}, verdict.PermError, verdict.BadKey},
	}
	for _, c := range cases {
		zone := &dnstest.Zone{TXT: map[string][]string{"s._domainkey.example.jp": c.records}}
		if got := verify(t, raw, zone); got.Verdict != c.want || got.Reason != c.reason {
			t.Errorf("%s: %s (%s), want %s (%s)", c.why, got.Verdict, got.Reason, c.want, c.reason)
		}
	}
}

// TestIdentity: a key may be bound to its very domain (t=s), which a signature for somebody below breaks.
func TestIdentity(t *testing.T) {
	t.Parallel()
	key := signtest.RSA(t)
	raw := signtest.DKIM(t, letter, signer.SignOptions{Domain: "example.jp", Selector: "s", Signer: key, Identifier: "@mail.example.jp"})
	for flags, want := range map[string]verdict.Verdict{"": verdict.Pass, "; t=s": verdict.PermError} {
		zone := &dnstest.Zone{TXT: map[string][]string{"s._domainkey.example.jp": {key.Record + flags}}}
		if got := verify(t, raw, zone); got.Verdict != want {
			t.Errorf("with %q: %s, want %s", flags, got.Verdict, want)
		}
	}
}
