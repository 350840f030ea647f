package pgp

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"mime/quotedprintable"
	"strings"
	"testing"
	"time"

	"todoke/internal/mail"
)

// Helpers that write mails as mailers do.

const (
	reporter = "hanako@reporter.example"
	deskBox  = "desk@csirt.example.jp"
)

var secret = []byte("a passphrase of the tests")

// head are the fields of a mail from the reporter.
func head(subject string) string {
	return "From: Hanako <" + reporter + ">\r\nTo: " + deskBox + "\r\nSubject: " + subject + "\r\nMessage-ID: <1@reporter.example>\r\nMIME-Version: 1.0\r\n"
}

// text is an entity with a text that needs no encoding.
func text(body string) string {
	return "Content-Type: text/plain; charset=us-ascii\r\n\r\n" + body
}

// mimeEncrypted frames an armored message (RFC 3156, 4).
func mimeEncrypted(armored []byte) string {
	return "Content-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\"; boundary=\"enc\"\r\n\r\n" +
		"--enc\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n\r\n" +
		"--enc\r\nContent-Type: application/octet-stream; name=\"encrypted.asc\"\r\n\r\n" + crlf(armored) + "\r\n--enc--\r\n"
}

// mimeSigned frames an entity and its signature (RFC 3156, 5).
func mimeSigned(entity string, signature []byte) string {
	return "Content-Type: multipart/signed; micalg=pgp-sha256; protocol=\"application/pgp-signature\"; boundary=\"sig\"\r\n\r\n" +
		"--sig\r\n" + entity + "\r\n--sig\r\nContent-Type: application/pgp-signature\r\n\r\n" + crlf(signature) + "\r\n--sig--\r\n"
}

// mixed makes multipart/mixed of entities.
func mixed(boundary string, entities ...string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Content-Type: multipart/mixed; boundary=%q\r\n\r\n", boundary)
	for _, entity := range entities {
		fmt.Fprintf(&b, "--%s\r\n%s\r\n", boundary, entity)
	}
	fmt.Fprintf(&b, "--%s--\r\n", boundary)
	return b.String()
}

// encoded makes a text part in base64 or quoted-printable.
func encoded(encoding, charset string, body []byte) string {
	var b bytes.Buffer
	if encoding == "base64" {
		s := base64.StdEncoding.EncodeToString(body)
		for len(s) > 76 {
			b.WriteString(s[:76] + "\r\n")
			s = s[76:]
		}
		b.WriteString(s)
	} else {
		w := quotedprintable.NewWriter(&b)
		w.Write(body)
		w.Close()
	}
	return "Content-Type: text/plain; charset=" + charset + "\r\nContent-Transfer-Encoding: " + encoding + "\r\n\r\n" + b.String()
}

func crlf(b []byte) string { return string(canonicalLines(b)) }

// outcomes are the outcomes of the findings, with "part:" before those that do not hold for the whole mail.
func outcomes(o Opened) []string {
	list := []string{}
	for _, f := range o.Findings {
		s := string(f.Outcome)
		if f.Signature && f.Stranger && f.Outcome == Good {
			s = "stranger's " + s
		}
		if !f.Whole {
			s = "part: " + s
		}
		list = append(list, s)
	}
	return list
}

// said is the subject and the text of a mail.
func said(raw []byte) string {
	m := mail.Parse(raw, mail.Limits{})
	var b strings.Builder
	b.WriteString(m.Header.Subject() + "|")
	for _, part := range m.TextParts() {
		b.WriteString(strings.TrimSpace(part.Text) + "|")
	}
	return b.String()
}

// newRing makes a ring without keys.
func newRing(t testing.TB) *Ring {
	t.Helper()
	return New(Config{Now: time.Now})
}

// must gives a value or ends the test.
func must[T any](t testing.TB) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}
