package pgp

import (
	"bytes"
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/japanese"
)

// correspondents are the desk's ring and a reporter with GnuPG who know each other.
type correspondents struct {
	*gpg
	ring      *Ring
	reporter  string // fingerprint
	recipient string // fingerprint of the desk's key
}

func newCorrespondents(t *testing.T, algorithm string) *correspondents {
	t.Helper()
	g := newGPG(t)
	fingerprint, public := g.key("Hanako <"+reporter+">", algorithm, "never")
	ring := newRing(t)
	var ours Key
	if algorithm == "cv25519" {
		ours = must[Key](t)(ring.Make("例の窓口", deskBox, 0, secret))
	} else { // an old key, made elsewhere
		there := newGPG(t)
		old, _ := there.key("Old desk <"+deskBox+">", algorithm, "never")
		ours = must[Key](t)(ring.Import(there.secret(old), nil, secret, Current))
	}
	must[Key](t)(ring.AddTheirs(public, Confirmed))
	g.knows(must[string](t)(ring.Export(ours.Fingerprint)))
	return &correspondents{g, ring, fingerprint, ours.Fingerprint}
}

func (c *correspondents) encrypt(plain string, extra ...string) []byte {
	return c.must([]byte(plain), append(extra, "--armor", "--encrypt", "--recipient", c.recipient)...)
}

func (c *correspondents) encryptSigned(plain string, extra ...string) []byte {
	return c.encrypt(plain, append(extra, "--sign", "--local-user", c.reporter)...)
}

func (c *correspondents) detached(entity string, extra ...string) []byte {
	return c.must([]byte(entity), append(extra, "--armor", "--detach-sign", "--local-user", c.reporter)...)
}

func (c *correspondents) clearsign(plain string, extra ...string) []byte {
	return c.must([]byte(plain), append(extra, "--clearsign", "--local-user", c.reporter)...)
}

// TestFromGPG opens what a real GnuPG 2 has made, in every shape in which mail brings it.
func TestFromGPG(t *testing.T) {
	t.Parallel()
	for _, algorithm := range []string{"rsa2048", "cv25519"} {
		t.Run(algorithm, func(t *testing.T) {
			t.Parallel()
			c := newCorrespondents(t, algorithm)
			for _, tc := range shapes(c) {
				opened, ok := c.ring.Open([]byte(tc.mail))
				if !ok {
					t.Errorf("%s: no cover was found", tc.name)
				}
				if diff := cmp.Diff(tc.outcomes, outcomes(opened)); diff != "" {
					t.Errorf("%s: outcomes (-want +got)\n%s%+v", tc.name, diff, opened.Findings)
				}
				if closed := !strings.Contains(tc.said, "|"); closed {
					if string(opened.Raw) != tc.mail {
						t.Errorf("%s: a mail that stays closed was changed", tc.name)
					}
				} else if n := bytes.Count(opened.Raw[:bodyStart(opened.Raw)], []byte("Subject:")); n != 1 {
					t.Errorf("%s: %d subjects in\n%s", tc.name, n, opened.Raw)
				} else if diff := cmp.Diff(tc.said, said(opened.Raw)); diff != "" {
					t.Errorf("%s: text (-want +got)\n%s%s", tc.name, diff, opened.Raw)
				}
			}
		})
	}
}

type shape struct {
	name     string
	mail     string
	outcomes []string
	said     string // see said; "" where the mail stays as it was
}

func shapes(c *correspondents) []shape {
	body := text("port 22 was scanned\r\n")
	japanese2022, err := japanese.ISO2022JP.NewEncoder().String("攻撃を受けました\n")
	if err != nil {
		c.t.Fatal(err)
	}
	protected := "Content-Type: text/plain; charset=us-ascii; protected-headers=\"v1\"\r\nSubject: the true subject\r\n\r\nhello\r\n"
	rfc9788 := "Content-Type: text/plain; charset=us-ascii; hp=\"cipher\"\r\nSubject: the true subject\r\nFrom: Mallory <m@example.com>\r\nHP-Outer: Subject: [...]\r\n\r\nhello\r\n"
	signedEntity := mimeSigned(body, c.detached(body))
	encryptedEntity := mimeEncrypted(c.encrypt(body))
	return []shape{
		{"PGP/MIME encrypted", head("s") + mimeEncrypted(c.encrypt(body)), []string{"decrypted"}, "s|port 22 was scanned|"},
		{"PGP/MIME encrypted and signed in one", head("s") + mimeEncrypted(c.encryptSigned(body)), []string{"decrypted", "good signature"}, "s|port 22 was scanned|"},
		{"uncompressed", head("s") + mimeEncrypted(c.encryptSigned(body, "-z", "0")), []string{"decrypted", "good signature"}, "s|port 22 was scanned|"},
		{"bzip2", head("s") + mimeEncrypted(c.encryptSigned(body, "--compress-algo", "bzip2")), []string{"decrypted", "good signature"}, "s|port 22 was scanned|"},
		{"recipient hidden", head("s") + mimeEncrypted(c.must([]byte(body), "--armor", "--encrypt", "--hidden-recipient", c.recipient)), []string{"decrypted"}, "s|port 22 was scanned|"},
		{"PGP/MIME signed", head("s") + signedEntity, []string{"good signature"}, "s|port 22 was scanned|"},
		{"PGP/MIME signed as text", head("s") + mimeSigned(body, c.detached(body, "--textmode")), []string{"good signature"}, "s|port 22 was scanned|"},
		{"signed, kept with bare line feeds", strings.ReplaceAll(head("s")+signedEntity, "\r\n", "\n"), []string{"good signature"}, "s|port 22 was scanned|"},
		{"signed, then altered", head("s") + strings.Replace(signedEntity, "port 22", "port 23", 1), []string{"bad signature"}, "s|port 23 was scanned|"},
		{"signed inside encrypted", head("s") + mimeEncrypted(c.encrypt(signedEntity)), []string{"decrypted", "good signature"}, "s|port 22 was scanned|"},
		{"encrypted inside signed", head("s") + mimeSigned(encryptedEntity, c.detached(encryptedEntity)), []string{"good signature", "decrypted"}, "s|port 22 was scanned|"},
		{"encrypted twice", head("s") + mimeEncrypted(c.encrypt(encryptedEntity)), []string{"decrypted", "decrypted"}, "s|port 22 was scanned|"},
		{"four covers", head("s") + mimeEncrypted(c.encrypt(mimeSigned(mimeEncrypted(c.encryptSigned(body)), c.detached(mimeEncrypted(c.encryptSigned(body)))))),
			[]string{"decrypted", "bad signature", "decrypted", "good signature"}, "s|port 22 was scanned|"}, // each encryption is another text
		{"with the footer of a list", head("s") + mixed("list", mimeSigned(body, c.detached(body)), text("-- \r\nto leave the list\r\n")),
			[]string{"part: good signature"}, "s|port 22 was scanned|-- \nto leave the list|"},
		{"signed, with a third part", head("s") + strings.Replace(signedEntity, "\r\n--sig--", "\r\n--sig\r\n\r\nnot signed\r\n--sig--", 1),
			[]string{"part: good signature"}, "s|port 22 was scanned|not signed|"},
		{"signed, the signature shown as text", head("s") + strings.Replace(signedEntity, "Content-Type: application/pgp-signature", "Content-Type: text/plain", 1),
			[]string{"part: good signature"}, ""},
		{"broken up by Exchange", head("s") + mixed("x", text(""), "Content-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n",
			"Content-Type: application/octet-stream; name=\"encrypted.asc\"\r\n\r\n"+crlf(c.encrypt(body))),
			[]string{"part: decrypted"}, "s|port 22 was scanned|"},
		{"memory hole", head("...") + mimeEncrypted(c.encrypt(protected)), []string{"decrypted"}, "the true subject|hello|"},
		{"RFC 9788", head("[...]") + mimeEncrypted(c.encrypt(rfc9788)), []string{"decrypted"}, "the true subject|hello|"},
		{"protected at two places", head("...") + mimeEncrypted(c.encrypt("Subject: outer of two\r\n"+strings.Replace(mimeSigned(protected, c.detached(protected)), "multipart/signed;", "multipart/signed; protected-headers=v1;", 1))),
			[]string{"decrypted", "good signature"}, "the true subject|hello|"},
		{"protected under two covers", head("...") + mimeEncrypted(c.encrypt(mimeEncrypted(c.encrypt(protected)))), []string{"decrypted", "decrypted"}, "the true subject|hello|"},
		{"RFC 9788 in a part", head("[...]") + mixed("p", mimeEncrypted(c.encrypt(rfc9788))), []string{"part: decrypted"}, "[...]|hello|"},

		{"inline encrypted", head("s") + text(crlf(c.encrypt("hello\n"))), []string{"decrypted"}, "s|hello|"},
		{"inline encrypted and signed", head("s") + text(crlf(c.encryptSigned("hello\n"))), []string{"decrypted", "good signature"}, "s|hello|"},
		{"inline among text", head("s") + text("Dear desk,\r\n\r\n"+crlf(c.encrypt("hello\n"))+"\r\nregards\r\n"), []string{"part: decrypted"}, "s|Dear desk,\n\nhello\n\nregards|"},
		{"inline in base64", head("s") + encoded("base64", "us-ascii", c.encrypt("hello\n")), []string{"decrypted"}, "s|hello|"},
		{"inline in quoted-printable", head("s") + encoded("quoted-printable", "us-ascii", c.encrypt("hello\n")), []string{"decrypted"}, "s|hello|"},
		{"ISO-2022-JP under inline", head("s") + "Content-Type: text/plain; charset=iso-2022-jp\r\n\r\n" + crlf(c.encrypt(japanese2022)), []string{"decrypted"}, "s|攻撃を受けました|"},
		{"the armor names the charset", head("s") + text(strings.Replace(crlf(c.encrypt(japanese2022)), "MESSAGE-----\r\n", "MESSAGE-----\r\nCharset: ISO-2022-JP\r\n", 1)), []string{"decrypted"}, "s|攻撃を受けました|"},
		{"inline signed", head("s") + text(crlf(c.clearsign("- hello\n-- \nme\n"))), []string{"good signature"}, "s|- hello\n--\nme|"},
		{"inline signed, ISO-2022-JP", head("s") + "Content-Type: text/plain; charset=iso-2022-jp\r\n\r\n" + crlf(c.clearsign(japanese2022)), []string{"good signature"}, "s|攻撃を受けました|"},
		{"inline signed in base64", head("s") + encoded("base64", "iso-2022-jp", c.clearsign(japanese2022)), []string{"good signature"}, "s|攻撃を受けました|"},
		{"inline signed, then altered", head("s") + text(strings.Replace(crlf(c.clearsign("hello\n")), "hello", "jello", 1)), []string{"bad signature"}, "s|jello|"},
		{"inline signed with text around it", head("s") + text("unsigned\r\n"+crlf(c.clearsign("hello\n"))), []string{"part: good signature"}, "s|unsigned\nhello|"},
		{"signed, not in clear", head("s") + text(crlf(c.must([]byte("hello\n"), "--armor", "--sign", "--local-user", c.reporter))), []string{"good signature"}, "s|hello|"},

		{"attached message", head("s") + mixed("a", text("see file\r\n"), "Content-Type: application/octet-stream; name=\"scan.log.gpg\"\r\nContent-Disposition: attachment; filename=\"scan.log.gpg\"\r\nContent-Transfer-Encoding: base64\r\n\r\n"+
			base64.StdEncoding.EncodeToString(c.must([]byte("192.0.2.1 scanned\n"), "--encrypt", "--recipient", c.recipient))+"\r\n"),
			[]string{"part: decrypted"}, "s|see file|192.0.2.1 scanned|"},
		{"forwarded", head("fw") + mixed("f", text("look\r\n"), "Content-Type: message/rfc822\r\n\r\n"+head("inner")+mimeEncrypted(c.encryptSigned(body))),
			[]string{"part: decrypted", "part: good signature"}, "fw|look|port 22 was scanned|"},
		{"forwarded by somebody else", strings.Replace(head("fw"), reporter, "someone@else.example", 1) + "Content-Type: message/rfc822\r\n\r\n" + head("inner") + signedEntity,
			[]string{"part: good signature"}, "fw|port 22 was scanned|"},
		{"of another sender", strings.Replace(head("s"), reporter, "someone@else.example", 1) + signedEntity, []string{"stranger's good signature"}, "s|port 22 was scanned|"},

		{"with a password", head("s") + text(crlf(c.must([]byte("hello\n"), "--passphrase", "x", "--armor", "--symmetric"))), []string{"encrypted with a password"}, ""},
		{"altered", head("s") + mimeEncrypted(altered(c.encrypt(body))), []string{"encrypted, but damaged or altered"}, ""},
		{"cut", head("s") + mimeEncrypted(cut(c.encrypt(body))), []string{"encrypted, but damaged or altered"}, ""},
	}
}

// altered changes a byte near the end of an armored message.
func altered(armored []byte) []byte {
	lines := strings.Split(string(armored), "\n")
	i := len(lines) - 5
	for lines[i] == "" || strings.HasPrefix(lines[i], "=") || len(lines[i]) < 20 {
		i--
	}
	c := byte('A')
	if lines[i][10] == 'A' {
		c = 'B'
	}
	lines[i] = lines[i][:10] + string(c) + lines[i][11:]
	return []byte(strings.Join(lines, "\n"))
}

// cut ends an armored message too early.
func cut(armored []byte) []byte { return armored[:len(armored)-120] }

// TestNotBelieved: signatures that fit but prove nothing are told apart.
func TestNotBelieved(t *testing.T) {
	t.Parallel()
	g := newGPG(t)
	ring := newRing(t)
	must[Key](t)(ring.Make("desk", deskBox, 0, secret))
	body := text("hello\r\n")
	then := []string{"--faked-system-time", "20200101T000000!"}

	good, goodPublic := g.key("Good <"+reporter+">", "cv25519", "never")
	weak, weakPublic := g.key("Weak <"+reporter+">", "rsa1024", "never")
	expired, expiredPublic := g.key("Expired <"+reporter+">", "cv25519", "1y", then...)
	revoked, _ := g.key("Revoked <"+reporter+">", "cv25519", "never")
	offered, offeredPublic := g.key("Offered <"+reporter+">", "cv25519", "never")
	unknown, _ := g.key("Unknown <"+reporter+">", "cv25519", "never")
	withdrawn, withdrawnPublic := g.key("Withdrawn <"+reporter+">", "cv25519", "never")
	dsa, dsaPublic := g.key("DSA <"+reporter+">", "dsa2048", "never")
	sha1, sha1Public := g.key("SHA-1 <"+reporter+">", "rsa2048", "never", "--cert-digest-algo", "SHA1")
	soon := time.Now().UTC().Add(5 * time.Minute).Format("20060102T150405")
	sign := func(key string, extra ...string) []byte {
		return g.must([]byte(body), append(extra, "--armor", "--detach-sign", "--local-user", key)...)
	}
	byRevoked := sign(revoked)
	late, _ := g.key("Late <"+reporter+">", "cv25519", "never", then...)
	byLate := sign(late, "--faked-system-time", "20220101T000000!")
	g.must(nil, "--faked-system-time", "20200601T000000!", "--quick-set-expire", late, "3m") // gpg itself does not sign with an expired key
	revocation, err := os.ReadFile(filepath.Join(g.home, "openpgp-revocs.d", revoked+".rev"))
	if err != nil {
		t.Fatal(err)
	}
	g.knows(strings.Replace(string(revocation), ":-----BEGIN", "-----BEGIN", 1))
	subkey, bySubkey := g.signingSubkey("Subkey <"+reporter+">", body)
	for _, public := range []string{goodPublic, weakPublic, dsaPublic, sha1Public, string(g.must(nil, "--armor", "--export", subkey)), expiredPublic, string(g.must(nil, "--armor", "--export", revoked)),
		string(g.must(nil, "--armor", "--export", late)), withdrawnPublic} {
		must[Key](t)(ring.AddTheirs(public, Confirmed))
	}
	must[Key](t)(ring.AddTheirs(offeredPublic, Offered))
	if err := ring.SetState(withdrawn, Withdrawn); err != nil {
		t.Fatal(err)
	}

	for _, tc := range []struct {
		name      string
		signature []byte
		want      Outcome
		words     string // in the verdict
	}{
		{"good", sign(good), Good, "Good <" + reporter + ">"},
		{"SHA-1", sign(good, "--digest-algo", "SHA1"), Weak, "SHA-1"},
		{"short RSA key", sign(weak), Weak, "RSA 1024"},
		{"signed while the key was valid, which has expired since", sign(expired, then...), Good, "has expired since"},
		{"the key had expired", byLate, Expired, "had expired"},
		{"the subkey had expired", bySubkey, Expired, "had expired"},
		{"DSA", sign(dsa), Weak, "DSA 2048"},
		{"the key carries a revocation", byRevoked, Revoked, "revoked"},
		{"the desk withdrew its trust", sign(withdrawn), Revoked, "revoked"},
		{"nobody has confirmed the key", sign(offered), Unconfirmed, "nobody has confirmed"},
		{"the key is not here", sign(unknown), UnknownKey, unknown[24:]},
		{"a clock five minutes fast", sign(good, "--faked-system-time", soon), Good, "Good <"},
		{"a name bound by SHA-1", sign(sha1), Good, "binds its name by SHA-1"},
		{"the signature has a date of its own that is over", sign(good, "--faked-system-time", "20990101T000000!"), Outdated, "future"},
		{"no signature at all", []byte("-----BEGIN PGP SIGNATURE-----\n\nAAAA\n-----END PGP SIGNATURE-----\n"), Unreadable, "cannot be read"},
	} {
		opened, _ := ring.Open([]byte(head("s") + mimeSigned(body, tc.signature)))
		if len(opened.Findings) != 1 {
			t.Errorf("%s: findings %+v", tc.name, opened.Findings)
			continue
		}
		if f := opened.Findings[0]; f.Outcome != tc.want || !strings.Contains(f.Words("en"), tc.words) {
			t.Errorf("%s: %q, want %q; in words %q, want %q in it", tc.name, f.Outcome, tc.want, f.Words("en"), tc.words)
		}
		if signer := opened.PGP.Signer; (signer != "") != (tc.want == Good) {
			t.Errorf("%s: signer %q", tc.name, signer)
		}
	}
}

// signingSubkey makes a key with a subkey for signing that expired in 2020, and a signature by it of 2022.
func (g *gpg) signingSubkey(name, body string) (fingerprint string, signature []byte) {
	g.t.Helper()
	then := func(at string, args ...string) []byte {
		return g.must([]byte(body), append([]string{"--faked-system-time", at}, args...)...)
	}
	fingerprint, _ = g.key(name, "cv25519", "never", "--faked-system-time", "20200101T000000!")
	then("20200101T000000!", "--quick-add-key", fingerprint, "ed25519", "sign", "never")
	listed := strings.Split(string(g.must(nil, "--with-colons", "--list-keys", fingerprint)), "\nfpr:::::::::")
	subkey := strings.Split(listed[len(listed)-1], ":")[0]
	signature = then("20220101T000000!", "--armor", "--detach-sign", "--local-user", subkey+"!")
	then("20200601T000000!", "--quick-set-expire", fingerprint, "3m", subkey)
	return fingerprint, signature
}
