package pgp

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"todoke/internal/mail"
)

func TestParts(t *testing.T) {
	t.Parallel()
	const header = "Content-Type: multipart/mixed; boundary=\"b\"\r\n\r\n"
	for _, tc := range []struct {
		name, body string
		want       []string
	}{
		{"two", "--b\r\nX: 1\r\n\r\na\r\n--b\r\n\r\nc\r\n--b--\r\n", []string{"X: 1\r\n\r\na", "\r\nc"}},
		{"text before and behind", "hello\r\n--b\r\n\r\na\r\n--b--\r\nbye\r\n", []string{"\r\na"}},
		{"the line break before the boundary is not of the part", "--b\n\na\n\n--b--\n", []string{"\na\n"}},
		{"a boundary that goes on is none", "--b\r\n\r\n--bc\r\na\r\n--b--\r\n", []string{"\r\n--bc\r\na"}},
		{"a boundary within a line is none", "--b\r\n\r\na --b\r\n--b--\r\n", []string{"\r\na --b"}},
		{"white space behind the boundary", "--b \t\r\n\r\na\r\n--b-- \r\n", []string{"\r\na"}},
		{"no end", "--b\r\n\r\na\r\n", []string{"\r\na\r\n"}},
		{"nothing", "--b--\r\n", nil},
		{"no boundary at all", "text\r\n", nil},
	} {
		e := readEntity([]byte(header + tc.body))
		var got []string
		for _, part := range e.parts(10) {
			got = append(got, string(e.raw[part.start:part.end]))
		}
		if diff := cmp.Diff(tc.want, got); diff != "" {
			t.Errorf("%s (-want +got)\n%s", tc.name, diff)
		}
	}
}

func TestBlocks(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, text string
		want       []string // kinds
	}{
		{"message", "-----BEGIN PGP MESSAGE-----\n\nA\n-----END PGP MESSAGE-----\n", []string{"MESSAGE"}},
		{"with text around", "a\n-----BEGIN PGP MESSAGE-----\r\n\r\nA\r\n-----END PGP MESSAGE-----\r\nb", []string{"MESSAGE"}},
		{"signed, the signature is part of it", "-----BEGIN PGP SIGNED MESSAGE-----\n\nx\n-----BEGIN PGP SIGNATURE-----\n\nA\n-----END PGP SIGNATURE-----\n", []string{"SIGNED MESSAGE"}},
		{"quoted", "> -----BEGIN PGP MESSAGE-----\n> A\n> -----END PGP MESSAGE-----\n", nil},
		{"not at the start of a line", "see -----BEGIN PGP MESSAGE-----\nA\n-----END PGP MESSAGE-----\n", nil},
		{"no end", "-----BEGIN PGP MESSAGE-----\n\nA\n", nil},
		{"two", strings.Repeat("-----BEGIN PGP MESSAGE-----\nA\n-----END PGP MESSAGE-----\n", 2), []string{"MESSAGE", "MESSAGE"}},
		{"a private key is left alone", "-----BEGIN PGP PRIVATE KEY BLOCK-----\nA\n-----END PGP PRIVATE KEY BLOCK-----\n", nil},
	} {
		var got []string
		for _, b := range blocks([]byte(tc.text)) {
			got = append(got, b.kind)
		}
		if diff := cmp.Diff(tc.want, got); diff != "" {
			t.Errorf("%s (-want +got)\n%s", tc.name, diff)
		}
	}
}

// TestProtected: which fields a content speaks for.
func TestProtected(t *testing.T) {
	t.Parallel()
	outer := readEntity([]byte("From: Hanako <h@example.jp>\r\nSubject: ...\r\nReceived: by mx\r\n\r\n")).header
	for _, tc := range []struct {
		name, inner string
		want        []string
	}{
		{"not marked", "Subject: true\r\nContent-Type: text/plain\r\n\r\n", nil},
		{"memory hole", "Subject: true\r\nContent-Type: text/plain; protected-headers=v1\r\n\r\n", []string{"Subject: true"}},
		{"RFC 9788", "Subject: true\r\nTo: x@example.jp\r\nContent-Type: text/plain; hp=cipher\r\n\r\n", []string{"Subject: true", "To: x@example.jp"}},
		{"folded", "Subject: a\r\n b\r\nContent-Type: text/plain; hp=cipher\r\n\r\n", []string{"Subject: a\r\n b"}},
		{"the first of several", "Subject: a\r\nSubject: b\r\nContent-Type: text/plain; hp=cipher\r\n\r\n", []string{"Subject: a"}},
		{"the same sender with a name", "From: H <H@example.jp>\r\nContent-Type: text/plain; hp=cipher\r\n\r\n", []string{"From: H <H@example.jp>"}},
		{"another sender", "From: m@example.com\r\nContent-Type: text/plain; hp=cipher\r\n\r\n", nil},
		{"what the way writes", "Received: x\r\nAuthentication-Results: x\r\nDKIM-Signature: x\r\nReturn-Path: x\r\nContent-Type: text/plain; hp=cipher\r\n\r\n", nil},
		{"what stood outside", "HP-Outer: Subject: ...\r\nContent-Type: text/plain; hp=cipher\r\n\r\n", nil},
	} {
		var got []string
		for _, f := range protectedFields(readEntity([]byte(tc.inner)), outer) {
			got = append(got, strings.TrimSpace(string(f.raw)))
		}
		if diff := cmp.Diff(tc.want, got); diff != "" {
			t.Errorf("%s (-want +got)\n%s", tc.name, diff)
		}
	}
}

// TestForwardedSubject: what a content says of its mail is not said of a mail that it passes on.
func TestForwardedSubject(t *testing.T) {
	t.Parallel()
	ring := newRing(t)
	must[Key](t)(ring.Make("desk", deskBox, 0, secret))
	forwarded := "Content-Type: message/rfc822\r\n\r\n" + head("passed on") + mimeEncrypted(packets(t, ring, literalOf([]byte(text("x\r\n")))))
	content := strings.Replace(mixed("m", forwarded), "multipart/mixed;", "multipart/mixed; hp=cipher;", 1)
	opened, _ := ring.Open([]byte(head("...") + mimeEncrypted(packets(t, ring, literalOf([]byte("Subject: true\r\n"+content))))))
	if diff := cmp.Diff([]string{"decrypted", "part: decrypted"}, outcomes(opened)); diff != "" {
		t.Errorf("outcomes (-want +got)\n%s", diff)
	}
	m := mail.Parse(opened.Raw, mail.Limits{})
	got := []string{m.Header.Subject()}
	for _, part := range m.Parts {
		if part.Embedded && part.Header.Has("Subject") {
			got = append(got, part.Header.Subject())
		}
	}
	if diff := cmp.Diff([]string{"true", "passed on"}, got); diff != "" {
		t.Errorf("subjects (-want +got)\n%s", diff)
	}
}

// TestNothingToOpen: other mail is left as it is, byte by byte.
func TestNothingToOpen(t *testing.T) {
	t.Parallel()
	ring := newRing(t)
	for _, raw := range []string{
		"", "\n", "Subject", head("s") + text("hello\r\n"), head("s") + mixed("b", text("a"), text("b")),
		head("s") + text("what is -----BEGIN PGP MESSAGE----- for?\r\n"),
		head("s") + mixed("a", "Content-Type: application/octet-stream; name=notes.asc\r\n\r\nplain notes\r\n"),
		head("s") + "Content-Type: application/pkcs7-mime; smime-type=certs-only\r\n\r\nAAAA\r\n",
	} {
		if opened, ok := ring.Open([]byte(raw)); ok || string(opened.Raw) != raw || opened.PGP.Verdict != "none" || opened.Words("en") != "" {
			t.Errorf("%q: %v, %+v", raw, ok, opened)
		}
	}
}
