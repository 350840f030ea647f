// Package signtest signs mails for tests: with DKIM by another implementation (emersion/go-msgauth), and with ARC by one of
// its own that shares nothing with what verifies.
package signtest

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/emersion/go-msgauth/dkim"
)

// Key is a private key, and the record that publishes the public one.
type Key struct {
	crypto.Signer
	Record string
}

// RSA is a key of 2048 bits, the same in all tests of a package.
func RSA(t testing.TB) Key {
	key, err := rsaKey()
	if err != nil {
		t.Fatal(err)
	}
	return Key{key, "v=DKIM1; k=rsa; p=" + PublicRSA(t, &key.PublicKey)}
}

var rsaKey = sync.OnceValues(func() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, 2048) })

// PublicRSA is a public key as p= has it.
func PublicRSA(t testing.TB, key *rsa.PublicKey) string {
	der, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return base64.StdEncoding.EncodeToString(der)
}

// Ed25519 is a new key.
func Ed25519(t testing.TB) Key {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return Key{private, "v=DKIM1; k=ed25519; p=" + base64.StdEncoding.EncodeToString(public)}
}

// DKIM puts a DKIM-Signature on top of a mail.
func DKIM(t testing.TB, raw string, options dkim.SignOptions) string {
	var signed bytes.Buffer
	if err := dkim.Sign(&signed, strings.NewReader(raw), &options); err != nil {
		t.Fatal(err)
	}
	return signed.String()
}

// Simply signs in relaxed form, From and Subject and the whole body.
func Simply(t testing.TB, raw, domain string, key Key) string {
	return DKIM(t, raw, dkim.SignOptions{
		Domain: domain, Selector: "s", Signer: key, HeaderKeys: []string{"From", "Subject"},
		HeaderCanonicalization: dkim.CanonicalizationRelaxed, BodyCanonicalization: dkim.CanonicalizationRelaxed,
	})
}

// Seal is one set of ARC to be.
type Seal struct {
	Instance int
	Domain   string // with the selector "arc"
	Key      Key
	Results  string // "mx.example.org; dmarc=pass header.from=example.jp"
	CV       string // none, pass or fail
	Extra    string // more tags of the seal: "h=from;"
	Signed   string // h= of the message signature; "from:subject" where empty
}

// ARC puts a set of ARC on top of a mail that has the sets before it already. Lines end with CRLF.
func ARC(t testing.TB, raw string, s Seal) string {
	head, body, _ := strings.Cut(raw, "\r\n\r\n")
	fields := regexp.MustCompile(`\r\n\b`).Split(head, -1)
	results := fmt.Sprintf("ARC-Authentication-Results: i=%d; %s", s.Instance, s.Results)

	algorithm := "rsa-sha256"
	if _, isEd := s.Key.Signer.(ed25519.PrivateKey); isEd {
		algorithm = "ed25519-sha256"
	}
	if s.Signed == "" {
		s.Signed = "from:subject"
	}
	message := fmt.Sprintf("ARC-Message-Signature: i=%d; a=%s; c=relaxed/relaxed; d=%s;\r\n s=arc; h=%s; bh=%s; b=",
		s.Instance, algorithm, s.Domain, s.Signed, hashed(relaxedBody(body)))
	var signed strings.Builder
	for _, name := range strings.Split(s.Signed, ":") {
		for _, f := range fields {
			if strings.HasPrefix(strings.ToLower(f), name+":") {
				signed.WriteString(relaxedField(f) + "\r\n")
			}
		}
	}
	message += s.Key.sign(t, signed.String()+relaxedField(message))

	seal := fmt.Sprintf("ARC-Seal: i=%d; a=%s; d=%s; s=arc;%s cv=%s; b=", s.Instance, algorithm, s.Domain, s.Extra, s.CV)
	var sealed strings.Builder
	for i := 1; i < s.Instance; i++ {
		for _, name := range []string{"ARC-Authentication-Results", "ARC-Message-Signature", "ARC-Seal"} {
			for _, f := range fields {
				if strings.HasPrefix(f, fmt.Sprintf("%s: i=%d;", name, i)) {
					sealed.WriteString(relaxedField(f) + "\r\n")
				}
			}
		}
	}
	sealed.WriteString(relaxedField(results) + "\r\n" + relaxedField(message) + "\r\n" + relaxedField(seal))
	seal += s.Key.sign(t, sealed.String())
	return seal + "\r\n" + message + "\r\n" + results + "\r\n" + raw
}

// sign signs a text's SHA-256, in base64.
func (k Key) sign(t testing.TB, text string) string {
	sum := sha256.Sum256([]byte(text))
	var opts crypto.SignerOpts = crypto.SHA256
	if _, isEd := k.Signer.(ed25519.PrivateKey); isEd {
		opts = crypto.Hash(0)
	}
	sig, err := k.Sign(rand.Reader, sum[:], opts)
	if err != nil {
		t.Fatal(err)
	}
	return base64.StdEncoding.EncodeToString(sig)
}

func hashed(text string) string {
	sum := sha256.Sum256([]byte(text))
	return base64.StdEncoding.EncodeToString(sum[:])
}

var (
	blanks    = regexp.MustCompile(`[ \t]+`)
	lineBlank = regexp.MustCompile(`[ \t]+\r\n`)
	lastEmpty = regexp.MustCompile(`(\r\n)+$`)
)

func relaxedField(f string) string {
	name, value, _ := strings.Cut(strings.ReplaceAll(f, "\r\n", ""), ":")
	return strings.ToLower(strings.TrimSpace(name)) + ":" + strings.TrimSpace(blanks.ReplaceAllString(value, " "))
}

func relaxedBody(body string) string {
	body = lineBlank.ReplaceAllString(body, "\r\n")
	body = lastEmpty.ReplaceAllString(blanks.ReplaceAllString(body, " "), "")
	if body == "" {
		return ""
	}
	return body + "\r\n"
}
