package pgp

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"todoke/internal/mail"
)

// outgoing are mails that the desk sends, with what makes each hard.
var outgoing = []struct{ name, mail, text string }{
	{"ASCII", "Content-Type: text/plain\r\n\r\nhello\r\n", "hello"},
	{"bare line feeds", "Content-Type: text/plain\n\nhello\nworld\n", "hello\nworld"},
	{"8 bits", "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n届出を受け付けました。\r\n", "届出を受け付けました。"},
	{"white space at line ends, From at the start", "Content-Type: text/plain\r\n\r\nFrom here \r\n-- \r\nFrom the desk\t\r\n", "From here \n-- \nFrom the desk"},
	{"ISO-2022-JP", "Content-Type: text/plain; charset=iso-2022-jp\r\n\r\n\x1b$BFO=P\x1b(B\r\n", "届出"},
	{"no line end", "Content-Type: text/plain\r\n\r\nhello", "hello"},
	{"long line", "Content-Type: text/plain\r\n\r\n" + strings.Repeat("x", 2000) + "\r\n", strings.Repeat("x", 2000)},
	{"no Content-Type", "\r\nhello\r\n", "hello"},
	{"parts", "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n表\r\n--b\r\n" +
		"Content-Type: application/octet-stream; name=x\r\n\r\n\x00\xff\x01\n\r\n--b--\r\n", "表"},
}

// TestToGPG: a real GnuPG verifies what the desk signs, and decrypts what it encrypts.
func TestToGPG(t *testing.T) {
	t.Parallel()
	for _, algorithm := range []string{"rsa2048", "cv25519"} {
		t.Run(algorithm, func(t *testing.T) {
			t.Parallel()
			c := newCorrespondents(t, algorithm)
			for _, tc := range outgoing {
				t.Run(tc.name, func(t *testing.T) {
					raw := head("=?utf-8?B?5bGK5Ye6?=") + tc.mail
					c.checkSigned(t, must[[]byte](t)(c.ring.Sign([]byte(raw))), tc.text)
					c.checkEncrypted(t, must[[]byte](t)(c.ring.Encrypt([]byte(raw), reporter)), tc.text)
				})
			}
		})
	}
}

func (c *correspondents) checkSigned(t *testing.T, signed []byte, text string) {
	t.Helper()
	if i := bytes.IndexFunc(signed, func(r rune) bool { return r >= 0x80 }); i >= 0 {
		t.Errorf("signed mail is not 7-bit: %.40q", signed[i:])
	}
	e := readEntity(signed)
	parts := e.parts(3)
	if len(parts) != 2 {
		t.Fatalf("%d parts in\n%s", len(parts), signed)
	}
	content, signature := signed[parts[0].start:parts[0].end], readEntity(signed[parts[1].start:parts[1].end]).decoded()
	c.verify(t, content, signature, e.params["micalg"])
	if got := strings.TrimSpace(mail.Parse(signed, mail.Limits{}).BodyText()); got != text {
		t.Errorf("text %q, want %q", got, text)
	}
}

// hashNames are the hash algorithms of RFC 9580, 9.5, as gpg says them.
var hashNames = map[string]string{"8": "pgp-sha256", "9": "pgp-sha384", "10": "pgp-sha512"}

// verify has gpg verify a detached signature.
func (c *correspondents) verify(t *testing.T, content, signature []byte, micalg string) {
	t.Helper()
	file := c.home + "/sig"
	writeFile(t, file, signature)
	_, status, err := c.run(content, "--verify", file, "-")
	if err != nil || !strings.Contains(status, "VALIDSIG "+c.recipient) {
		t.Errorf("gpg does not verify: %v\n%s\n%s", err, status, content)
		return
	}
	_, valid, _ := strings.Cut(status, "VALIDSIG ")
	if fields := strings.Fields(valid); hashNames[fields[7]] != micalg {
		t.Errorf("micalg %q, but gpg says hash %s", micalg, fields[7])
	}
}

func (c *correspondents) checkEncrypted(t *testing.T, encrypted []byte, text string) {
	t.Helper()
	m := mail.Parse(encrypted, mail.Limits{})
	if m.Header.Subject() != "[...]" || bytes.Contains(encrypted, []byte("5bGK5Ye6")) {
		t.Errorf("the subject stands outside: %s", encrypted)
	}
	if m.Header.Get("Message-ID") == "" || m.Header.Get("To") != deskBox {
		t.Errorf("fields are missing outside: %s", encrypted)
	}
	e := readEntity(encrypted)
	parts := e.parts(3)
	if len(parts) != 2 {
		t.Fatalf("%d parts in\n%s", len(parts), encrypted)
	}
	plain, status, err := c.run(readEntity(encrypted[parts[1].start:parts[1].end]).decoded(), "--decrypt")
	if err != nil || !strings.Contains(status, "VALIDSIG "+c.recipient) || !strings.Contains(status, "GOODMDC") && !strings.Contains(status, "DECRYPTION_OKAY") {
		t.Fatalf("gpg does not decrypt: %v\n%s", err, status)
	}
	inner := mail.Parse(plain, mail.Limits{})
	if got := strings.TrimSpace(inner.BodyText()); got != text || inner.Header.Subject() != "届出" {
		t.Errorf("inside: subject %q, text %q, want %q", inner.Header.Subject(), got, text)
	}
	_, params := inner.Header.ContentType()
	if diff := cmp.Diff([]string{"cipher", "v1", "[...]"}, []string{params["hp"], params["protected-headers"], hpOuter(inner, "Subject")}); diff != "" {
		t.Errorf("protected header (-want +got)\n%s", diff)
	}
	opened, _ := c.ring.Open(encrypted) // the desk reads what it wrote
	if diff := cmp.Diff([]string{"decrypted", "stranger's good signature"}, outcomes(opened)); diff != "" {
		t.Errorf("opened by the desk itself (-want +got)\n%s", diff)
	}
	if got := mail.Parse(opened.Raw, mail.Limits{}); got.Header.Subject() != "届出" {
		t.Errorf("the subject was not put back: %s", opened.Raw)
	}
}

// hpOuter is what a protected header says that stands outside (RFC 9788, 2.2).
func hpOuter(m *mail.Message, name string) string {
	for _, value := range m.Header.Values("HP-Outer") {
		if rest, ok := strings.CutPrefix(value, name+": "); ok {
			return rest
		}
	}
	return ""
}

// TestNotSent: nothing is encrypted to a key that nobody confirmed, or signed without a current key.
func TestNotSent(t *testing.T) {
	t.Parallel()
	ring := newRing(t)
	raw := []byte(head("s") + text("hello\r\n"))
	if _, err := ring.Sign(raw); !errors.Is(err, ErrNoCurrent) {
		t.Errorf("signed without a key: %v", err)
	}
	ours := must[Key](t)(ring.Make("desk", deskBox, 0, secret))
	other := newRing(t)
	theirs := must[Key](t)(other.Make("Hanako", reporter, 0, secret))
	public := must[string](t)(other.Export(theirs.Fingerprint))
	encrypt := func() []string {
		_, err := ring.Encrypt(raw, reporter)
		var missing *NoKeyError
		errors.As(err, &missing)
		if missing == nil {
			return nil
		}
		return missing.Addresses
	}
	want := []string{reporter}
	if diff := cmp.Diff(want, encrypt()); diff != "" {
		t.Errorf("no key at all (-want +got)\n%s", diff)
	}
	must[Key](t)(ring.AddTheirs(public, Offered))
	if diff := cmp.Diff(want, encrypt()); diff != "" {
		t.Errorf("only offered (-want +got)\n%s", diff)
	}
	if err := ring.SetState(theirs.Fingerprint, Confirmed); err != nil || encrypt() != nil {
		t.Errorf("confirmed, and still not encrypted: %v", err)
	}
	if err := ring.SetState(theirs.Fingerprint, Withdrawn); err != nil || encrypt() == nil {
		t.Errorf("withdrawn, and still encrypted: %v", err)
	}
	if _, err := ring.Encrypt(raw); err == nil {
		t.Error("encrypted to nobody")
	}
	must[Key](t)(ring.Revoke(ours.Fingerprint, "", false, secret))
	if _, err := ring.Sign(raw); !errors.Is(err, ErrNoCurrent) {
		t.Errorf("signed with a revoked key: %v", err)
	}
}

// TestExpiredRecipient: nothing is encrypted to a key whose time is over.
func TestExpiredRecipient(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, time.March, 2, 3, 4, 5, 0, time.UTC)
	clock := start
	ring := New(Config{Now: func() time.Time { return clock }})
	must[Key](t)(ring.Make("desk", deskBox, 0, secret))
	other := New(Config{Now: func() time.Time { return start }})
	theirs := must[Key](t)(other.Make("Hanako", reporter, 24*time.Hour, secret))
	must[Key](t)(ring.AddTheirs(must[string](t)(other.Export(theirs.Fingerprint)), Confirmed))
	if _, ok := ring.For(reporter); !ok {
		t.Error("no key on its first day")
	}
	clock = start.Add(25 * time.Hour)
	if key, ok := ring.For(reporter); ok {
		t.Errorf("a key of %v to %v serves at %v", key.Created, key.Expires, clock)
	}
}

// TestUnsendable: what cannot be signed so that it arrives unchanged is refused.
func TestUnsendable(t *testing.T) {
	t.Parallel()
	ring := newRing(t)
	must[Key](t)(ring.Make("desk", deskBox, 0, secret))
	for _, tc := range []struct{ name, raw string }{
		{"a subject in 8 bits", "Subject: 届出\r\n" + text("x")},
		{"a forwarded mail in 8 bits", "Content-Type: message/rfc822\r\n\r\nSubject: x\r\n\r\n届出\r\n"},
		{"a multipart without parts", "Content-Type: multipart/mixed; boundary=b\r\n\r\nnothing\r\n"},
	} {
		if signed, err := ring.Sign([]byte(tc.raw)); err == nil {
			t.Errorf("%s: signed as\n%s", tc.name, signed)
		}
	}
}
