package pgp

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/ProtonMail/go-crypto/openpgp/armor"
	"github.com/ProtonMail/go-crypto/openpgp/packet"
	openpgp "github.com/ProtonMail/go-crypto/openpgp/v2"
	"github.com/google/go-cmp/cmp"
)

// Mails that are made to cost. None of these tests measures time: without the bounds they would not end, or not fit into
// memory.

// packets writes an OpenPGP message of the given packets, encrypted to the desk.
func packets(t testing.TB, ring *Ring, inside []byte) []byte {
	t.Helper()
	return message(t, ring, func(w io.Writer, session []byte) {
		data := must[io.WriteCloser](t)(packet.SerializeSymmetricallyEncrypted(w, packet.CipherAES256, false, packet.CipherSuite{}, session, nil))
		data.Write(inside)
		if err := data.Close(); err != nil {
			t.Fatal(err)
		}
	})
}

// message writes an OpenPGP message with its session key encrypted to the desk.
func message(t testing.TB, ring *Ring, write func(w io.Writer, session []byte)) []byte {
	t.Helper()
	var b bytes.Buffer
	w := must[io.WriteCloser](t)(armor.Encode(&b, "PGP MESSAGE", nil))
	entity := ring.current().key.GetEntity()
	session := make([]byte, 32)
	sub := entity.Subkeys[0].PublicKey
	if err := packet.SerializeEncryptedKey(w, sub, packet.CipherAES256, session, nil); err != nil {
		t.Fatal(err)
	}
	write(w, session)
	w.Close()
	return b.Bytes()
}

// compressed wraps packets into a compressed packet.
func compressed(t testing.TB, inside func(write func([]byte))) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := packet.SerializeCompressed(nopCloser{&b}, packet.CompressionZLIB, nil)
	if err != nil {
		t.Fatal(err)
	}
	inside(func(p []byte) { w.Write(p) })
	w.Close()
	return b.Bytes()
}

type nopCloser struct{ *bytes.Buffer }

func (nopCloser) Close() error { return nil }

// literal is a literal packet of zeros.
func literal(size int) []byte { return literalOf(make([]byte, size)) }

// literalOf is a literal packet, in parts of known length.
func literalOf(data []byte) []byte {
	var b bytes.Buffer
	w, err := packet.SerializeLiteral(nopCloser{&b}, true, "", 0)
	if err != nil {
		panic(err)
	}
	w.Write(data)
	w.Close()
	return b.Bytes()
}

// onePass is a one-pass signature packet that is not the last (RFC 9580, 5.4).
var onePass = []byte{0xC4, 13, 3, 0, 8, 22, 1, 2, 3, 4, 5, 6, 7, 8, 0}

func TestBombs(t *testing.T) {
	t.Parallel()
	ring := New(Config{Now: time.Now, Limits: Limits{Unpacked: 1 << 20}})
	must[Key](t)(ring.Make("desk", deskBox, 0, secret))
	small, large := literal(100), literal(20<<20)
	nested := large
	for range 3 {
		inner := nested
		nested = compressed(t, func(write func([]byte)) { write(inner) })
	}
	deep := small
	for range 40 {
		inner := deep
		deep = compressed(t, func(write func([]byte)) { write(inner) })
	}
	signatures := compressed(t, func(write func([]byte)) {
		block := bytes.Repeat(onePass, 10_000)
		for range 100 {
			write(block)
		}
		write(small)
	})
	for _, tc := range []struct {
		name   string
		inside []byte
		want   Outcome
	}{
		{"as it should be", compressed(t, func(write func([]byte)) { write(small) }), Decrypted},
		{"20 MB in 20 KB", compressed(t, func(write func([]byte)) { write(large) }), TooLarge},
		{"compressed three times", nested, TooLarge},
		{"not compressed, over the limit", literal(2 << 20), TooLarge},
		{"compressed forty times", deep, TooDeep},
		{"a million signatures to come", signatures, TooDeep},
		{"more signatures than are verified", append(bytes.Repeat(onePass, maxSignatures+1), small...), TooDeep},
		{"another encryption inside", []byte{0xD2, 2, 1, 0}, Damaged},
		{"nothing", nil, Damaged},
	} {
		mail := head("s") + mimeEncrypted(packets(t, ring, tc.inside))
		opened, ok := ring.Open([]byte(mail))
		if !ok || len(opened.Findings) == 0 || opened.Findings[0].Outcome != tc.want {
			t.Errorf("%s: %+v, want %s", tc.name, opened.Findings, tc.want)
		}
		if closed := string(opened.Raw) == mail; closed == (tc.want == Decrypted) {
			t.Errorf("%s: closed is %v", tc.name, closed)
		}
	}
}

// TestManyReaders: a sender may hide for whom each of many session keys is, so that each would have to be tried, and name
// as many readers as it likes. The one that is ours comes last.
func TestManyReaders(t *testing.T) {
	t.Parallel()
	ring, other := newRing(t), newRing(t)
	must[Key](t)(ring.Make("desk", deskBox, 0, secret))
	must[Key](t)(other.Make("other", reporter, 0, secret))
	foreign := other.current().key.GetEntity().Subkeys[0].PublicKey
	for _, tc := range []struct {
		name   string
		before int
		hide   bool
		want   Outcome
	}{
		{"a few", 5, false, Decrypted},
		{"a few that are hidden", 5, true, Decrypted},
		{"more than are tried", maxTries, true, NoKey},
		{"as many as are named in a long list", 150, false, Decrypted},
		{"more than are read", DefaultLimits().Packets, false, TooDeep},
	} {
		var b bytes.Buffer
		for range tc.before {
			err := packet.SerializeEncryptedKeyAEADwithHiddenOption(&b, foreign, packet.CipherAES256, false, make([]byte, 32), tc.hide, nil)
			if err != nil {
				t.Fatal(err)
			}
		}
		raw := packets(t, ring, literal(10))
		ours := must[[]byte](t)(io.ReadAll(must[*armor.Block](t)(armor.Decode(bytes.NewReader(raw))).Body))
		b.Write(ours)
		opened, _ := ring.Open([]byte(head("s") + mixed("m", "Content-Type: application/octet-stream; name=a.gpg\r\nContent-Transfer-Encoding: base64\r\n\r\n"+
			base64.StdEncoding.EncodeToString(b.Bytes()))))
		if len(opened.Findings) != 1 || opened.Findings[0].Outcome != tc.want {
			t.Errorf("%s: %+v, want %s", tc.name, opened.Findings, tc.want)
		}
	}
}

// TestManySignatures: each signature of a part costs a hash of all of it.
func TestManySignatures(t *testing.T) {
	t.Parallel()
	ring := newRing(t)
	must[Key](t)(ring.Make("desk", deskBox, 0, secret))
	signed := readEntity(must[[]byte](t)(ring.Sign([]byte(head("s") + text("x\r\n")))))
	parts := signed.parts(2)
	armored := readEntity(signed.raw[parts[1].start:parts[1].end]).decoded()
	one := must[[]byte](t)(io.ReadAll(must[*armor.Block](t)(armor.Decode(bytes.NewReader(armored))).Body))
	for _, tc := range []struct {
		count int
		want  []string
	}{
		{1, []string{"stranger's good signature"}},
		{2, []string{"stranger's good signature", "stranger's good signature"}},
		{maxSignatures + 1, []string{string(Unreadable)}},
		{0, []string{string(Unreadable)}},
	} {
		o := &opener{ring: ring, lim: DefaultLimits()}
		o.detached(signed.raw[parts[0].start:parts[0].end], bytes.Repeat(one, tc.count), true)
		if diff := cmp.Diff(tc.want, outcomes(Opened{Findings: o.findings})); diff != "" {
			t.Errorf("%d signatures (-want +got)\n%s", tc.count, diff)
		}
	}
}

// TestUnprotected: an encryption without a check of integrity, which anybody on the way can alter, is not opened (RFC
// 9580, 5.7).
func TestUnprotected(t *testing.T) {
	t.Parallel()
	ring := newRing(t)
	must[Key](t)(ring.Make("desk", deskBox, 0, secret))
	old := message(t, ring, func(w io.Writer, _ []byte) { w.Write(append([]byte{0xC9, 100}, make([]byte, 100)...)) })
	opened, _ := ring.Open([]byte(head("s") + mimeEncrypted(old)))
	if diff := cmp.Diff([]string{string(Unprotected)}, outcomes(opened)); diff != "" {
		t.Errorf("outcomes (-want +got)\n%s", diff)
	}
}

// TestMisdirected: what was signed for one reader, and encrypted by that reader to another, is not for the other.
func TestMisdirected(t *testing.T) {
	t.Parallel()
	ring, between, writer := newRing(t), newRing(t), newRing(t)
	must[Key](t)(ring.Make("desk", deskBox, 0, secret))
	reader := must[Key](t)(between.Make("between", "between@example.com", 0, secret))
	author := must[Key](t)(writer.Make("Hanako", reporter, 0, secret))
	must[Key](t)(writer.AddTheirs(must[string](t)(between.Export(reader.Fingerprint)), Confirmed))
	must[Key](t)(ring.AddTheirs(must[string](t)(writer.Export(author.Fingerprint)), Confirmed))
	sent := readEntity(must[[]byte](t)(writer.Encrypt([]byte(head("s")+text("fire him\r\n")), "between@example.com")))
	part := sent.parts(2)[1]
	armored := readEntity(sent.raw[part.start:part.end]).decoded()

	o := &opener{ring: between, lim: DefaultLimits()}
	env := must[*envelope](t)(readEnvelope(source(armored, nil), 10))
	if _, ok := o.unlockEnvelope(env); !ok {
		t.Fatal("the reader cannot read it")
	}
	inside := must[[]byte](t)(io.ReadAll(must[io.ReadCloser](t)(o.inside(armored, env, nil))))
	opened, _ := ring.Open([]byte(head("s") + mimeEncrypted(packets(t, ring, inside))))
	if diff := cmp.Diff([]string{string(Decrypted), string(Misdirected)}, outcomes(opened)); diff != "" {
		t.Errorf("outcomes (-want +got)\n%s", diff)
	}
}

// TestSharedLimit: all covers of a mail share what may be unpacked.
func TestSharedLimit(t *testing.T) {
	t.Parallel()
	ring := New(Config{Now: time.Now, Limits: Limits{Unpacked: 1 << 20}})
	must[Key](t)(ring.Make("desk", deskBox, 0, secret))
	bomb := mimeEncrypted(packets(t, ring, compressed(t, func(write func([]byte)) { write(literal(600 << 10)) })))
	opened, _ := ring.Open([]byte(head("s") + mixed("m", bomb, bomb)))
	if diff := cmp.Diff([]string{"part: decrypted", "part: unpacks to more than is allowed"}, outcomes(opened)); diff != "" {
		t.Errorf("outcomes (-want +got)\n%s", diff)
	}
}

// TestBombsShare: what was unpacked in vain counts too, so that twenty bombs cost no more than one.
func TestBombsShare(t *testing.T) {
	t.Parallel()
	ring := New(Config{Now: time.Now, Limits: Limits{Unpacked: 1 << 20}})
	must[Key](t)(ring.Make("desk", deskBox, 0, secret))
	for _, tc := range []struct {
		name   string
		inside []byte
	}{
		{"a long text", compressed(t, func(write func([]byte)) { write(literal(2 << 20)) })},
		{"a long way to the text", compressed(t, func(write func([]byte)) {
			write(append([]byte{0xD5, 0xFF, 0, 32, 0, 0}, make([]byte, 2<<20)...)) // padding (RFC 9580, 5.14)
			write(literal(10))
		})},
	} {
		o := &opener{ring: ring, lim: ring.cfg.Limits, unpacked: ring.cfg.Limits.Unpacked}
		if _, ok := o.message(packets(t, ring, tc.inside), true); ok || o.unpacked > 0 {
			t.Errorf("%s: opened %v, %d bytes left", tc.name, ok, o.unpacked)
		}
	}
}

// TestManyCovers: a mail of many covers is opened as far as the limit goes, and says so once.
func TestManyCovers(t *testing.T) {
	t.Parallel()
	ring := New(Config{Now: time.Now, Limits: Limits{Covers: 3}})
	must[Key](t)(ring.Make("desk", deskBox, 0, secret))
	cover := mimeEncrypted(packets(t, ring, literal(100)))
	opened, _ := ring.Open([]byte(head("s") + mixed("m", cover, cover, cover, cover, cover)))
	want := []string{"part: decrypted", "part: decrypted", "part: decrypted", "part: too many covers"}
	if diff := cmp.Diff(want, outcomes(opened)); diff != "" {
		t.Errorf("outcomes (-want +got)\n%s", diff)
	}
}

// TestHostile: mails of some megabytes that a careless reader would read over and over.
func TestHostile(t *testing.T) {
	t.Parallel()
	ring := newRing(t)
	must[Key](t)(ring.Make("desk", deskBox, 0, secret))
	const size = 8 << 20
	fill := func(s string) string { return strings.Repeat(s, size/len(s)) }
	nested := strings.Builder{}
	for i := range 2000 {
		fmt.Fprintf(&nested, "Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n", i, i)
	}
	for _, tc := range []struct{ name, mail string }{
		{"blocks that begin and never end", text(fill("-----BEGIN PGP MESSAGE-----\n"))},
		{"blocks in one line", text(fill("-----BEGIN PGP MESSAGE-----"))},
		{"blocks of all kinds", text(fill("-----BEGIN PGP X1-----\n-----BEGIN PGP X22-----\n"))},
		{"signed blocks without end", text(fill("-----BEGIN PGP SIGNED MESSAGE-----\n\n"))},
		{"one signed block of empty lines", text("-----BEGIN PGP SIGNED MESSAGE-----\n\n" + fill("\n") + "-----BEGIN PGP SIGNATURE-----\n\nAAAA\n-----END PGP SIGNATURE-----\n")},
		{"boundaries in one line", "Content-Type: multipart/mixed; boundary=-\r\n\r\n" + fill("---")},
		{"boundaries", "Content-Type: multipart/mixed; boundary=b\r\n\r\n" + fill("--b\n")},
		{"multipart in multipart", nested.String()},
		{"mail in mail", strings.Repeat("Content-Type: message/rfc822\r\n\r\n", 5000)},
		{"header without end", "Subject: x\r\n" + fill(" \r\n")},
		{"a signature of megabytes", mimeSigned(text("x"), []byte("-----BEGIN PGP SIGNATURE-----\n\n"+fill("AAAAAAAAAAAAAAAAAAAAAAAA\n")+"-----END PGP SIGNATURE-----\n"))},
		{"keys of megabytes", "Content-Type: application/pgp-keys\r\n\r\n-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n" + fill("AAAAAAAAAAAAAAAAAAAAAAAA\n") + "-----END PGP PUBLIC KEY BLOCK-----\n"},
		{"many keys", "Content-Type: application/pgp-keys\r\n\r\n" + fill("-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nAAAA\n-----END PGP PUBLIC KEY BLOCK-----\n")},
		{"Autocrypt of megabytes", "Autocrypt: addr=" + reporter + "; keydata=" + fill("A") + "\r\n" + text("x")},
	} {
		mail := head("s") + tc.mail
		opened, _ := ring.Open([]byte(mail))
		for _, f := range opened.Findings {
			if f.Outcome == Decrypted || f.Outcome == Good {
				t.Errorf("%s: %+v", tc.name, f)
			}
		}
		if len(opened.Findings) > 200 || len(opened.Problems) > 20 {
			t.Errorf("%s: %d findings, %d problems", tc.name, len(opened.Findings), len(opened.Problems))
		}
	}
}

// TestKeyBounds: a key made to cost is refused before any signature of it is verified.
func TestKeyBounds(t *testing.T) {
	t.Parallel()
	other := newRing(t)
	key := must[Key](t)(other.Make("Hanako", reporter, 0, secret))
	h, err := other.find(key.Fingerprint)
	if err != nil {
		t.Fatal(err)
	}
	entity := h.key.GetEntity()
	for _, identity := range entity.Identities {
		for range maxSelfSigned {
			identity.SelfCertifications = append(identity.SelfCertifications, identity.SelfCertifications[0])
		}
	}
	var b bytes.Buffer
	w := must[io.WriteCloser](t)(armor.Encode(&b, openpgp.PublicKeyType, nil))
	if err := entity.Serialize(w); err != nil {
		t.Fatal(err)
	}
	w.Close()
	if _, err := newRing(t).AddTheirs(b.String(), Offered); err == nil {
		t.Error("took a key with too many signatures")
	}
	opened, _ := newRing(t).Open([]byte(head("s") + "Content-Type: application/pgp-keys\r\n\r\n" + crlf(b.Bytes())))
	if len(opened.Offered) != 0 || len(opened.Problems) != 1 {
		t.Errorf("offered %d keys, problems %v", len(opened.Offered), opened.Problems)
	}
}

// TestConcurrent opens and changes keys at once, for the race detector.
func TestConcurrent(t *testing.T) {
	t.Parallel()
	ring := newRing(t)
	must[Key](t)(ring.Make("desk", deskBox, 0, secret))
	other := newRing(t)
	theirs := must[Key](t)(other.Make("Hanako", reporter, 0, secret))
	public := must[string](t)(other.Export(theirs.Fingerprint))
	must[Key](t)(ring.AddTheirs(public, Confirmed))
	signed := must[[]byte](t)(other.Sign([]byte(head("s") + text("x\r\n"))))
	done := make(chan []string)
	const readers = 4
	for range readers {
		go func() {
			var last []string
			for range 10 {
				ring.SetState(theirs.Fingerprint, Confirmed)
				ring.Current()
				opened, _ := ring.Open(signed)
				last = outcomes(opened)
				ring.For(reporter)
				ring.List()
			}
			done <- last
		}()
	}
	for range 10 {
		ring.AddTheirs(public, Confirmed)
		ring.Encrypt([]byte(head("s")+text("x\r\n")), reporter)
	}
	for range readers {
		if diff := cmp.Diff([]string{"good signature"}, <-done); diff != "" {
			t.Errorf("outcomes (-want +got)\n%s", diff)
		}
	}
}
