package pgp

import (
	"bytes"
	"strings"
	"testing"

	"todoke/internal/mail"
)

// BenchmarkOpen measures mails of 3 KiB: those without a cover, which are most, and those with one.
func BenchmarkOpen(b *testing.B) {
	ring := newRing(b)
	must[Key](b)(ring.Make("desk", deskBox, 0, secret))
	other := newRing(b)
	key := must[Key](b)(other.Make("Hanako", reporter, 0, secret))
	must[Key](b)(ring.AddTheirs(must[string](b)(other.Export(key.Fingerprint)), Confirmed))
	ours, _ := ring.Current()
	must[Key](b)(other.AddTheirs(must[string](b)(ring.Export(ours.Fingerprint)), Confirmed))
	body := strings.Repeat("192.0.2.1 scanned port 22 of our host\r\n", 75)
	plain := []byte(head("s") + mixed("m", text(body)))
	for _, bc := range []struct {
		name string
		mail []byte
	}{
		{"plain", plain},
		{"base64", []byte(head("s") + encoded("base64", "utf-8", []byte(body)))},
		{"signed", must[[]byte](b)(other.Sign(plain))},
		{"encrypted", must[[]byte](b)(other.Encrypt(plain, deskBox))},
	} {
		b.Run(bc.name, func(b *testing.B) {
			b.SetBytes(int64(len(bc.mail)))
			for b.Loop() {
				ring.Open(bc.mail)
			}
		})
	}
	large := append([]byte(head("s")), text(strings.Repeat(body, 15<<20/len(body)))...)
	sealed := must[[]byte](b)(other.Encrypt(large, deskBox))
	b.Run("encrypted, 20 MB", func(b *testing.B) {
		b.SetBytes(int64(len(sealed)))
		b.ReportAllocs()
		for b.Loop() {
			if opened, _ := ring.Open(sealed); !bytes.Contains(opened.Raw, []byte("scanned")) {
				b.Fatal("not opened")
			}
		}
	})
	b.Run("mail.Parse of plain, to compare", func(b *testing.B) {
		for b.Loop() {
			mail.Parse(plain, mail.Limits{})
		}
	})
}
