package pgp

import (
	"maps"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"todoke/internal/desk"
)

// TestPhrases: every outcome is said in both languages, with its signer or keys where it has one.
func TestPhrases(t *testing.T) {
	t.Parallel()
	all := maps.Clone(phrases)
	for note, p := range notes {
		all[Outcome(note)] = p
	}
	for outcome, p := range all {
		if strings.Count(p.ja, "%s") != strings.Count(p.en, "%s") {
			t.Errorf("%s: one language says more than the other", outcome)
		}
		if !strings.ContainsFunc(p.ja, func(r rune) bool { return unicode.In(r, unicode.Hiragana) }) || strings.ContainsFunc(p.en, func(r rune) bool { return r > unicode.MaxASCII }) {
			t.Errorf("%s: %q and %q are not Japanese and English", outcome, p.ja, p.en)
		}
	}
}

func TestWords(t *testing.T) {
	t.Parallel()
	opened := Opened{Findings: []Finding{
		{Method: OpenPGP, Outcome: Decrypted, Whole: true, Keys: []string{"0123456789ABCDEF"}},
		{Method: OpenPGP, Signature: true, Outcome: Good, Keys: []string{"FEDCBA9876543210"}, Signer: "Hanako <h@example.jp>", Stranger: true},
		{Method: SMIME, Signature: true, Outcome: Weak, Whole: true, Keys: []string{"1A"}, Signer: "Taro", Detail: "SHA-1"},
	}}
	want := "OpenPGP: It was encrypted and has been decrypted (key 0123456789ABCDEF).\n" +
		"OpenPGP: The signature is good and from a confirmed key: Hanako <h@example.jp> (FEDCBA9876543210). This holds for a part of the mail only. " +
		"The signer is not the owner of the sender's address.\n" +
		"S/MIME: The signature is too weak to be believed: Taro (1A), SHA-1."
	if diff := cmp.Diff(want, opened.Words("en")); diff != "" {
		t.Errorf("English (-want +got)\n%s", diff)
	}
	ja := opened.Words("ja")
	for _, part := range []string{"復号しました", "0123456789ABCDEF", "Hanako <h@example.jp>", "一部についてのみ", "差出人アドレスの持ち主ではありません", "SHA-1"} {
		if !strings.Contains(ja, part) {
			t.Errorf("Japanese does not say %q:\n%s", part, ja)
		}
	}
	many := Finding{Outcome: NoKey, Keys: []string{"1", "2", "3", "4", "5", "6", "7"}}
	if got := many.Words("en"); !strings.Contains(got, "1, 2, 3, 4, 5 (+2)") {
		t.Errorf("many keys: %s", got)
	}
}

func TestSummary(t *testing.T) {
	t.Parallel()
	good := Finding{Signature: true, Outcome: Good, Whole: true, Signer: "Hanako"}
	part := Finding{Signature: true, Outcome: Good, Signer: "Mallory"}
	for _, tc := range []struct {
		name     string
		findings []Finding
		want     desk.PGP
	}{
		{"nothing", nil, desk.PGP{Verdict: "none"}},
		{"signed", []Finding{good}, desk.PGP{Signed: true, Signer: "Hanako", Verdict: "good signature"}},
		{"a signed part says nothing about the mail", []Finding{part}, desk.PGP{Signed: true, Verdict: "good signature"}},
		{"a signature that nobody vouches for has no signer", []Finding{{Signature: true, Outcome: Unconfirmed, Whole: true, Signer: "Hanako"}},
			desk.PGP{Signed: true, Verdict: "signature fits an unconfirmed key"}},
		{"both, each outcome once", []Finding{{Outcome: Decrypted}, good, {Outcome: Decrypted}},
			desk.PGP{Encrypted: true, Signed: true, Signer: "Hanako", Verdict: "decrypted; good signature"}},
	} {
		if diff := cmp.Diff(tc.want, summary(tc.findings)); diff != "" {
			t.Errorf("%s (-want +got)\n%s", tc.name, diff)
		}
	}
}
