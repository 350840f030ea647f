package arc_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"todoke/internal/mailauth/arc"
	"todoke/internal/mailauth/canon"
	"todoke/internal/mailauth/dkim"
	"todoke/internal/mailauth/dnstest"
	"todoke/internal/mailauth/signtest"
	"todoke/internal/mailauth/verdict"
)

const letter = "From: yamada@example.jp\r\nTo: incidents@list.example.org\r\nSubject: [incidents] scans\r\n\r\n" +
	"we see  scans \r\n-- \r\nthe list\r\n"

func verify(t *testing.T, raw string, zone *dnstest.Zone) arc.Chain {
	t.Helper()
	m := canon.Split([]byte(raw), canon.Limits{Header: 1 << 20, Fields: 1000})
	return arc.Verify(t.Context(), dkim.Verifier{Resolver: zone, Now: time.Unix(1.7e9, 0)}, m)
}

// chain seals the letter by that many forwarders, list1.example.org, list2.example.org and so on. change may alter a seal.
func chain(t *testing.T, key signtest.Key, n int, change func(*signtest.Seal)) string {
	raw := letter
	for i := 1; i <= n; i++ {
		s := signtest.Seal{Instance: i, Domain: fmt.Sprintf("list%d.example.org", i), Key: key, CV: "pass",
			Results: fmt.Sprintf("list%d.example.org; dkim=pass header.d=example.jp", i)}
		if i == 1 {
			s.CV = "none"
		}
		if change != nil {
			change(&s)
		}
		raw = signtest.ARC(t, raw, s)
	}
	return raw
}

// published has the key of each forwarder.
func published(key signtest.Key) *dnstest.Zone {
	zone := &dnstest.Zone{TXT: map[string][]string{}, Broken: map[string]bool{}}
	for i := 1; i <= 60; i++ {
		zone.TXT[fmt.Sprintf("arc._domainkey.list%d.example.org", i)] = []string{key.Record}
	}
	return zone
}

func TestChains(t *testing.T) {
	t.Parallel()
	for name, key := range map[string]signtest.Key{"rsa": signtest.RSA(t), "ed25519": signtest.Ed25519(t)} {
		for _, n := range []int{1, 2, 3, 50} {
			got := verify(t, chain(t, key, n, nil), published(key))
			var sealers, saw []string
			for _, s := range got.Sets {
				sealers, saw = append(sealers, s.Sealer), append(saw, s.Results.ID)
			}
			var want []string
			for i := 1; i <= n; i++ {
				want = append(want, fmt.Sprintf("list%d.example.org", i))
			}
			if got.Verdict != verdict.Pass || !cmp.Equal(want, sealers) || !cmp.Equal(want, saw) {
				t.Errorf("%s, %d sets: %s (%s), sealed by %v, results of %v", name, n, got.Verdict, got.Reason, sealers, saw)
			}
		}
	}
}

// TestBroken breaks a chain of two in every place that its seals and signatures are to protect.
func TestBroken(t *testing.T) {
	t.Parallel()
	key := signtest.RSA(t)
	good := chain(t, key, 2, nil)
	first := chain(t, key, 1, nil)
	set := strings.TrimSuffix(first, letter)
	replaced := func(old, new string) string { return strings.Replace(good, old, new, 1) }
	sealed := func(change func(*signtest.Seal)) string { return chain(t, key, 2, change) }
	cases := []struct {
		why, raw string
		want     verdict.Verdict
		reason   verdict.Reason
	}{
		{"no chain", letter, verdict.None, ""},
		{"white space in the body, which is forgiven", replaced("see  scans \r\n", "see scans\r\n"), verdict.Pass, ""},
		{"a field above", "Received: from a by b\r\n" + good, verdict.Pass, ""},
		{"the body", replaced("scans \r\n--", "scams \r\n--"), verdict.Fail, verdict.BodyChanged},
		{"From", replaced("yamada", "suzuki"), verdict.Fail, verdict.HeaderChanged},
		{"the results of the last", replaced("list2.example.org; dkim=pass header.d=example.jp", "list2.example.org; dkim=pass header.d=example.com"), verdict.Fail, verdict.HeaderChanged},
		{"the results of the first", replaced("list1.example.org; dkim=pass header.d=example.jp", "list1.example.org; dkim=pass header.d=example.com"), verdict.Fail, verdict.HeaderChanged},
		{"the message signature of the first", replaced("d=list1.example.org;\r\n", "d=list3.example.org;\r\n"), verdict.Fail, verdict.HeaderChanged},
		{"a set taken away", strings.TrimPrefix(good, good[:strings.Index(good, "ARC-Seal: i=1")]), verdict.Pass, ""},
		{"the first set taken away", strings.Replace(good, set, "", 1), verdict.Fail, verdict.Broken},
		{"a set doubled", set + good, verdict.Fail, verdict.Broken},
		{"a seal taken away", replaced("ARC-Seal: i=1", "X-Seal: i=1"), verdict.Fail, verdict.Broken},
		{"a message signature taken away", replaced("ARC-Message-Signature: i=1", "X-Message-Signature: i=1"), verdict.Fail, verdict.Broken},
		{"the last message signature taken away", replaced("ARC-Message-Signature: i=2", "X-Message-Signature: i=2"), verdict.Fail, verdict.Broken},
		{"an instance twice", replaced("Results: i=1; ", "Results: i=2; "), verdict.Fail, verdict.Broken},
		{"an instance that is none", replaced("ARC-Seal: i=1", "ARC-Seal: i=0"), verdict.Fail, verdict.Broken},
		{"results without an instance", replaced("Results: i=1; ", "Results: "), verdict.Fail, verdict.Broken},
		{"a first set that says pass", sealed(func(s *signtest.Seal) { s.CV = "pass" }), verdict.Fail, verdict.Broken},
		{"a second set that says none", sealed(func(s *signtest.Seal) { s.CV = "none" }), verdict.Fail, verdict.Broken},
		{"a second set that says fail", sealed(func(s *signtest.Seal) {
			if s.Instance == 2 {
				s.CV = "fail"
			}
		}), verdict.Fail, verdict.SealedAsFailed},
		{"a seal that says what it covers", sealed(func(s *signtest.Seal) { s.Extra = " h=from;" }), verdict.Fail, verdict.Broken},
		{"a message signature that covers seals", sealed(func(s *signtest.Seal) { s.Signed = "from:arc-seal" }), verdict.Fail, verdict.Malformed},
		{"a message signature without From", sealed(func(s *signtest.Seal) { s.Signed = "subject" }), verdict.Fail, verdict.FromUnsigned},
		{"a forwarder without a key", sealed(func(s *signtest.Seal) { s.Domain = "nokey.example.org" }), verdict.Fail, verdict.NoKey},
		{"51 sets", strings.Repeat("ARC-Seal: i=1; cv=none\r\n", 51) + letter, verdict.Fail, verdict.TooMany},
	}
	for _, c := range cases {
		got := verify(t, c.raw, published(key))
		if got.Verdict != c.want || got.Reason != c.reason || c.raw == good {
			t.Errorf("%s: %s (%s), want %s (%s)", c.why, got.Verdict, got.Reason, c.want, c.reason)
		}
	}
}

// TestDNSTrouble: a forwarder whose DNS is down leaves the chain open, and a forged chain asks DNS no more than its sets.
func TestDNSTrouble(t *testing.T) {
	t.Parallel()
	key := signtest.RSA(t)
	zone := published(key)
	zone.Broken["arc._domainkey.list1.example.org"] = true
	if got := verify(t, chain(t, key, 2, nil), zone); got.Verdict != verdict.TempError || got.Reason != verdict.DNSTrouble {
		t.Errorf("%s (%s)", got.Verdict, got.Reason)
	}
	if diff := cmp.Diff([]string{"TXT arc._domainkey.list2.example.org", "TXT arc._domainkey.list1.example.org"}, zone.Asked()); diff != "" {
		t.Errorf("questions (-want +got):\n%s", diff)
	}
}
