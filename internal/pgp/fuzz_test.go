package pgp

import (
	"bytes"
	"testing"
	"time"

	"todoke/internal/mail"
	"todoke/internal/smime"
)

// fuzzRing has a key that nothing the fuzzer writes is encrypted to, and small limits that it reaches.
func fuzzRing(f *testing.F) *Ring {
	ring := New(Config{Now: time.Now, CMS: smime.New(smime.Config{Now: time.Now}), Limits: Limits{Unpacked: 1 << 16, Depth: 8, Covers: 5, Parts: 50, Keys: 2, KeySize: 4096}})
	must[Key](f)(ring.Make("desk", deskBox, 0, secret))
	return ring
}

// fuzzSeeds are mails with covers of every shape, made by a ring with its own key.
func fuzzSeeds(f *testing.F, ring *Ring) [][]byte {
	plain := []byte(head("s") + text("hello\r\n"))
	ours, _ := ring.Current()
	must[Key](f)(ring.AddTheirs(must[string](f)(ring.Export(ours.Fingerprint)), Confirmed))
	signed := must[[]byte](f)(ring.Sign(plain))
	encrypted := packets(f, ring, literal(20))
	return [][]byte{
		plain, signed, []byte(head("s") + mimeEncrypted(encrypted)), []byte(head("s") + text(crlf(encrypted))),
		[]byte(head("s") + mixed("m", mimeEncrypted(encrypted), "Content-Type: message/rfc822\r\n\r\n"+string(signed))),
		[]byte(head("s") + mixed("m", "Content-Type: application/octet-stream; name=a.gpg\r\n\r\n"+crlf(encrypted))),
		[]byte(head("s") + text("-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n- -x\n-----BEGIN PGP SIGNATURE-----\n\nAAAA\n-----END PGP SIGNATURE-----\n")),
		[]byte(head("s") + "Content-Type: application/pkcs7-mime; smime-type=signed-data\r\nContent-Transfer-Encoding: base64\r\n\r\nMAsGCSqGSIb3DQEHAg==\r\n"),
		[]byte(head("s") + "Content-Type: application/pgp-keys\r\n\r\n" + crlf([]byte(must[string](f)(ring.Export(ours.Fingerprint))))),
	}
}

func FuzzOpen(f *testing.F) {
	ring := fuzzRing(f)
	for _, seed := range fuzzSeeds(f, ring) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		kept := bytes.Clone(raw)
		opened, ok := ring.Open(raw)
		if !bytes.Equal(raw, kept) {
			t.Error("the mail was changed")
		}
		if !ok && !bytes.Equal(opened.Raw, raw) {
			t.Error("nothing was found, and yet the mail is another")
		}
		if len(opened.Raw) > len(raw)*4+8<<16 {
			t.Errorf("%d bytes became %d", len(raw), len(opened.Raw))
		}
		for _, finding := range opened.Findings {
			if finding.Words("ja") == "" || finding.Words("en") == "" || phrases[finding.Outcome] == (phrase{}) {
				t.Errorf("no words for %+v", finding)
			}
		}
		if opened.PGP.Signer != "" && opened.PGP.Verdict == "none" {
			t.Errorf("signed by %q, and nothing was found", opened.PGP.Signer)
		}
		mail.Parse(opened.Raw, mail.Limits{})
		if again, _ := ring.Open(raw); !bytes.Equal(again.Raw, opened.Raw) || len(again.Findings) != len(opened.Findings) {
			t.Error("opened twice, different")
		}
	})
}

func FuzzBlocks(f *testing.F) {
	f.Add([]byte("-----BEGIN PGP MESSAGE-----\n\nA\n-----END PGP MESSAGE-----\n"))
	f.Add([]byte("x\n-----BEGIN PGP SIGNED MESSAGE-----\n\n-----BEGIN PGP SIGNATURE-----\n-----END PGP SIGNATURE-----"))
	f.Fuzz(func(t *testing.T, text []byte) {
		at := 0
		for _, b := range blocks(text) {
			if b.start < at || b.end <= b.start || b.end > len(text) || !bytes.HasPrefix(text[b.start:], []byte(blockBegin)) {
				t.Fatalf("block %+v behind %d of %d", b, at, len(text))
			}
			at = b.end
		}
	})
}

// FuzzInside reads packets that somebody encrypted to us, which a fuzzer of whole mails never gets to.
func FuzzInside(f *testing.F) {
	ring := fuzzRing(f)
	f.Add(literal(20))
	f.Add(append(bytes.Clone(onePass), literal(20)...))
	f.Add(compressed(f, func(write func([]byte)) { write(literal(20)) }))
	f.Fuzz(func(t *testing.T, inside []byte) {
		opened, ok := ring.Open([]byte(head("s") + mimeEncrypted(packets(t, ring, inside))))
		if !ok || len(opened.Findings) == 0 || opened.Findings[0].Signature {
			t.Errorf("%+v", opened.Findings)
		}
		for _, finding := range opened.Findings {
			if finding.Outcome == Good || finding.Outcome == Unconfirmed {
				t.Errorf("believed %+v", finding)
			}
		}
	})
}

// FuzzKey reads keys that come with mails.
func FuzzKey(f *testing.F) {
	ring := fuzzRing(f)
	ours, _ := ring.Current()
	f.Add(must[[]byte](f)(ring.ExportBinary(ours.Fingerprint)))
	header := []byte(head("s") + "Content-Type: application/pgp-keys\r\nContent-Transfer-Encoding: binary\r\n\r\n")
	f.Fuzz(func(t *testing.T, key []byte) {
		opened, _ := ring.Open(append(bytes.Clone(header), key...))
		for _, k := range opened.Offered {
			if k.Ours || k.State != Offered || len(k.Names) == 0 {
				t.Errorf("offered %+v", k)
			}
			if again, err := newRing(t).AddTheirs(k.Armored, Offered); err != nil || again.Fingerprint != k.Fingerprint {
				t.Errorf("an offered key cannot be read back: %v", err)
			}
		}
	})
}
