package smime_test

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"todoke/internal/smime"
)

// authority is a real OpenSSL with an authority that gives out certificates: the peer of these tests.
type authority struct {
	t   *testing.T
	dir string
}

// newAuthority makes an authority. Where there is no OpenSSL the test is skipped, unless TODOKE_CI says that it must run.
func newAuthority(t *testing.T) *authority {
	t.Helper()
	if _, err := exec.LookPath("openssl"); err != nil {
		if os.Getenv("TODOKE_CI") != "" {
			t.Fatal("openssl is not installed, and TODOKE_CI is set")
		}
		t.Skip("openssl is not installed")
	}
	a := &authority{t, t.TempDir()}
	a.run(nil, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out", "ca.pem", "-days", "30", "-subj", "/CN=Test authority")
	return a
}

// run runs openssl in the authority's folder and gives its output.
func (a *authority) run(input []byte, args ...string) []byte {
	a.t.Helper()
	cmd := exec.Command("openssl", args...)
	cmd.Dir = a.dir
	cmd.Stdin = bytes.NewReader(input)
	var output, errors bytes.Buffer
	cmd.Stdout, cmd.Stderr = &output, &errors
	if err := cmd.Run(); err != nil {
		a.t.Fatalf("openssl %s: %v\n%s", strings.Join(args, " "), err, &errors)
	}
	return output.Bytes()
}

// certify makes NAME.key, NAME.pem and NAME.p12. Key is a value of -newkey; extra are options of "openssl x509".
func (a *authority) certify(name, key string, extra ...string) {
	a.t.Helper()
	request := []string{"req", "-newkey", key, "-nodes", "-keyout", name + ".key", "-out", name + ".csr", "-subj", "/CN=" + name}
	if curve, ok := strings.CutPrefix(key, "ec:"); ok {
		request = append(request[:2], append([]string{"ec", "-pkeyopt", "ec_paramgen_curve:" + curve}, request[3:]...)...)
	}
	a.run(nil, request...)
	extensions := "subjectAltName=email:" + name + "@example.net\nextendedKeyUsage=emailProtection\nsubjectKeyIdentifier=hash\n"
	if err := os.WriteFile(filepath.Join(a.dir, name+".ext"), []byte(extensions), 0o600); err != nil {
		a.t.Fatal(err)
	}
	a.run(nil, append([]string{"x509", "-req", "-in", name + ".csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-out", name + ".pem",
		"-days", "20", "-extfile", name + ".ext"}, extra...)...)
	a.run(nil, "pkcs12", "-export", "-in", name+".pem", "-inkey", name+".key", "-out", name+".p12", "-passout", "pass:old")
}

func (a *authority) file(name string) []byte {
	a.t.Helper()
	data, err := os.ReadFile(filepath.Join(a.dir, name))
	if err != nil {
		a.t.Fatal(err)
	}
	return data
}

// ring makes a ring with our certificates.
func (a *authority) ring(roots *x509.CertPool, ours ...string) *smime.Ring {
	a.t.Helper()
	r := smime.New(smime.Config{Now: time.Now, Roots: roots})
	for _, name := range ours {
		p12, err := smime.Import(a.file(name+".p12"), "old", "new")
		if err != nil {
			a.t.Fatal(err)
		}
		if _, err := r.AddOurs(p12, "old"); !errors.Is(err, smime.ErrLocked) {
			a.t.Errorf("%s opens with the passphrase of before: %v", name, err)
		}
		if _, err := r.AddOurs(p12, "new"); err != nil {
			a.t.Fatal(err)
		}
	}
	return r
}

func (a *authority) roots() *x509.CertPool {
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(a.file("ca.pem"))
	return roots
}

var entity = []byte("Content-Type: text/plain\r\n\r\nport 22 was scanned\r\n")

// outcome is the outcome that an error says, "" for none.
func outcome(t *testing.T, err error) string {
	t.Helper()
	if err == nil {
		return ""
	}
	var failure *smime.Failure
	if !errors.As(err, &failure) {
		t.Fatalf("%v is no Failure", err)
	}
	return failure.Outcome()
}

// TestDecryptOpenSSL opens what a real OpenSSL has encrypted, for RSA and elliptic curves, in each form it writes.
func TestDecryptOpenSSL(t *testing.T) {
	t.Parallel()
	a := newAuthority(t)
	a.certify("rsa", "rsa:2048")
	a.certify("p256", "ec:prime256v1")
	a.certify("p384", "ec:secp384r1")
	a.certify("other", "rsa:2048")
	r := a.ring(nil, "rsa", "p256", "p384")
	large := bytes.Repeat(entity, 5000)
	for _, tc := range []struct {
		name    string
		content []byte
		args    []string // of openssl
		want    string   // outcome
	}{
		{"the default", entity, []string{"smime", "-encrypt", "rsa.pem"}, ""},
		{"AES-128", entity, []string{"smime", "-encrypt", "-aes128", "rsa.pem"}, ""},
		{"AES-192", entity, []string{"smime", "-encrypt", "-aes192", "rsa.pem"}, ""},
		{"triple DES of old mailers", entity, []string{"smime", "-encrypt", "-des3", "rsa.pem"}, ""},
		{"RC2, which is broken, is not opened", entity, []string{"smime", "-encrypt", "-rc2-128", "-provider", "legacy", "-provider", "default", "rsa.pem"}, "encrypted, but damaged or altered"},
		{"streamed: lengths left open", entity, []string{"cms", "-encrypt", "-stream", "-aes256", "rsa.pem"}, ""},
		{"streamed in many pieces", large, []string{"cms", "-encrypt", "-stream", "-aes256", "rsa.pem"}, ""},
		{"named by key identifier", entity, []string{"cms", "-encrypt", "-keyid", "-aes256", "rsa.pem"}, ""},
		{"OAEP", entity, []string{"cms", "-encrypt", "-aes256", "-recip", "rsa.pem", "-keyopt", "rsa_padding_mode:oaep"}, ""},
		{"OAEP with SHA-256", entity, []string{"cms", "-encrypt", "-aes256", "-recip", "rsa.pem", "-keyopt", "rsa_padding_mode:oaep", "-keyopt", "rsa_oaep_md:sha256"}, ""},
		{"authenticated", entity, []string{"cms", "-encrypt", "-aes-256-gcm", "rsa.pem"}, ""},
		{"authenticated, streamed", large, []string{"cms", "-encrypt", "-stream", "-aes-128-gcm", "rsa.pem"}, ""},
		{"elliptic curve", entity, []string{"cms", "-encrypt", "-aes256", "p256.pem"}, ""},
		{"elliptic curve, SHA-256 for the key", entity, []string{"cms", "-encrypt", "-aes-256-gcm", "-recip", "p384.pem", "-keyopt", "ecdh_kdf_md:sha256"}, ""},
		{"one of several readers", entity, []string{"cms", "-encrypt", "-aes256", "other.pem", "rsa.pem"}, ""},
		{"for somebody else", entity, []string{"cms", "-encrypt", "-aes256", "other.pem"}, "encrypted to keys that are not here"},
	} {
		cms := a.run(tc.content, append([]string{tc.args[0], "-binary", "-outform", "DER"}, tc.args[1:]...)...)
		content, keys, err := r.Decrypt(cms)
		if got := outcome(t, err); got != tc.want {
			t.Errorf("%s: outcome %q (%v), want %q", tc.name, got, err, tc.want)
			continue
		}
		if tc.want == "" && !bytes.Equal(content, tc.content) {
			t.Errorf("%s: content %.100q", tc.name, content)
		}
		if len(keys) == 0 {
			t.Errorf("%s: no keys are named", tc.name)
		}
		cms[len(cms)-20] ^= 1
		if content, _, err := r.Decrypt(cms); err == nil && bytes.Equal(content, tc.content) {
			t.Errorf("%s: altered, and opened all the same", tc.name)
		}
	}
}

// TestWanted: what cannot be opened says which certificate it wants, and opens when that comes.
func TestWanted(t *testing.T) {
	t.Parallel()
	a := newAuthority(t)
	a.certify("late", "rsa:2048")
	cms := a.run(entity, "cms", "-encrypt", "-binary", "-outform", "DER", "late.pem")
	r := a.ring(nil)
	_, wants, err := r.Decrypt(cms)
	if outcome(t, err) != "encrypted to keys that are not here" || r.Opens(wants) {
		t.Fatalf("without the key: %v, wants %v", err, wants)
	}
	p12, err := smime.Import(a.file("late.p12"), "old", "new")
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := r.AddOurs(p12, "new")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{certificate.ID}, wants); diff != "" {
		t.Errorf("wants (-the certificate +got)\n%s", diff)
	}
	if !r.Opens(wants) {
		t.Error("the ring does not know that it opens this now")
	}
	if content, _, err := r.Decrypt(cms); err != nil || !bytes.Equal(content, entity) {
		t.Errorf("with the key: %v, %q", err, content)
	}
}

// TestVerifyOpenSSL judges what a real OpenSSL has signed.
func TestVerifyOpenSSL(t *testing.T) {
	t.Parallel()
	a := newAuthority(t)
	a.certify("hanako", "rsa:2048")
	a.certify("p256", "ec:prime256v1")
	a.certify("short", "rsa:1024")
	a.certify("gone", "rsa:2048")
	a.run(nil, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "self.key", "-out", "self.pem", "-days", "9", "-subj", "/CN=Self made")
	r := a.ring(a.roots())
	unroot := a.ring(nil)
	block, _ := pem.Decode(a.file("gone.pem"))
	gone, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	confirmed := a.ring(nil)
	if _, err := confirmed.AddTheirs(a.file("self.pem")); err != nil {
		t.Fatal(err)
	}
	info, err := confirmed.AddTheirs(a.file("gone.pem"))
	if err != nil || info.ID != strings.ToUpper(gone.SerialNumber.Text(16)) {
		t.Fatalf("%+v, %v", info, err)
	}
	if err := confirmed.Withdraw(info.Fingerprint); err != nil {
		t.Fatal(err)
	}
	altered := bytes.Replace(entity, []byte("22"), []byte("23"), 1)
	for _, tc := range []struct {
		name     string
		ring     *smime.Ring
		args     []string
		detached []byte
		want     string
		signer   string
	}{
		{"opaque", r, []string{"smime", "-sign", "-nodetach", "-signer", "hanako.pem", "-inkey", "hanako.key"}, nil, "", "hanako"},
		{"opaque, streamed", r, []string{"cms", "-sign", "-nodetach", "-stream", "-signer", "hanako.pem", "-inkey", "hanako.key"}, nil, "", "hanako"},
		{"detached", r, []string{"smime", "-sign", "-signer", "hanako.pem", "-inkey", "hanako.key"}, entity, "", "hanako"},
		{"elliptic curve", r, []string{"cms", "-sign", "-signer", "p256.pem", "-inkey", "p256.key"}, entity, "", "p256"},
		{"without attributes", r, []string{"cms", "-sign", "-noattr", "-signer", "hanako.pem", "-inkey", "hanako.key"}, entity, "", "hanako"},
		{"altered", r, []string{"smime", "-sign", "-signer", "hanako.pem", "-inkey", "hanako.key"}, altered, "bad signature", "hanako"},
		{"altered, without attributes", r, []string{"cms", "-sign", "-noattr", "-signer", "hanako.pem", "-inkey", "hanako.key"}, altered, "bad signature", "hanako"},
		{"SHA-1", r, []string{"smime", "-sign", "-md", "sha1", "-signer", "hanako.pem", "-inkey", "hanako.key"}, entity, "signature too weak", "hanako"},
		{"short key", r, []string{"smime", "-sign", "-signer", "short.pem", "-inkey", "short.key"}, entity, "signature too weak", "short"},
		{"issuer not trusted", unroot, []string{"smime", "-sign", "-signer", "hanako.pem", "-inkey", "hanako.key"}, entity, "signed with an untrusted certificate", "hanako"},
		{"self made", r, []string{"smime", "-sign", "-signer", "self.pem", "-inkey", "self.key"}, entity, "signed with an untrusted certificate", "Self made"},
		{"self made, but confirmed", confirmed, []string{"smime", "-sign", "-signer", "self.pem", "-inkey", "self.key"}, entity, "", "Self made"},
		{"withdrawn", confirmed, []string{"smime", "-sign", "-signer", "gone.pem", "-inkey", "gone.key"}, entity, "signed by a revoked key", "gone"},
		{"certificate left out", r, []string{"smime", "-sign", "-nocerts", "-signer", "hanako.pem", "-inkey", "hanako.key"}, entity, "signed by an unknown key", ""},
		{"certificate left out, but confirmed", confirmed, []string{"smime", "-sign", "-nocerts", "-signer", "self.pem", "-inkey", "self.key"}, entity, "", "Self made"},
	} {
		cms := a.run(entity, append([]string{tc.args[0], "-binary", "-outform", "DER"}, tc.args[1:]...)...)
		content, signer, err := tc.ring.Verify(cms, tc.detached)
		if got := outcome(t, err); got != tc.want {
			t.Errorf("%s: outcome %q (%v), want %q", tc.name, got, err, tc.want)
		}
		if want := tc.detached; want == nil && !bytes.Equal(content, entity) || want != nil && !bytes.Equal(content, want) {
			t.Errorf("%s: content %q", tc.name, content)
		}
		name := ""
		if signer != nil {
			name = signer.Subject.CommonName
		}
		if name != tc.signer {
			t.Errorf("%s: signer %q, want %q", tc.name, name, tc.signer)
		}
	}
}

// TestExpiredCertificate: with the clock after its end, a certificate that says no time of signing is not believed.
func TestExpiredCertificate(t *testing.T) {
	t.Parallel()
	a := newAuthority(t)
	a.certify("hanako", "rsa:2048")
	later := smime.New(smime.Config{Now: func() time.Time { return time.Now().AddDate(1, 0, 0) }, Roots: a.roots()})
	for _, tc := range []struct{ name, option, want string }{
		{"signed while it was valid, as the signature says", "-binary", ""},
		{"no time is said", "-noattr", "signed by an expired key"},
	} {
		cms := a.run(entity, "cms", "-sign", "-binary", tc.option, "-outform", "DER", "-signer", "hanako.pem", "-inkey", "hanako.key")
		if _, _, err := later.Verify(cms, entity); outcome(t, err) != tc.want {
			t.Errorf("%s: %v, want %q", tc.name, err, tc.want)
		}
	}
}
