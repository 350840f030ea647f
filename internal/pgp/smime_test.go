package pgp

import (
	"bytes"
	"crypto/x509"
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

// openSSL is a real OpenSSL in a folder with an authority and the certificates desk and hanako.
type openSSL struct {
	t   *testing.T
	dir string
}

func newOpenSSL(t *testing.T) *openSSL {
	t.Helper()
	if _, err := exec.LookPath("openssl"); err != nil {
		if os.Getenv("TODOKE_CI") != "" {
			t.Fatal("openssl is not installed, and TODOKE_CI is set")
		}
		t.Skip("openssl is not installed")
	}
	o := &openSSL{t, t.TempDir()}
	o.run("", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out", "ca.pem", "-days", "30", "-subj", "/CN=Test authority")
	for name, address := range map[string]string{"desk": deskBox, "hanako": reporter} {
		o.run("", "req", "-newkey", "rsa:2048", "-nodes", "-keyout", name+".key", "-out", name+".csr", "-subj", "/CN="+name)
		writeFile(t, filepath.Join(o.dir, "ext"), []byte("subjectAltName=email:"+address+"\n"))
		o.run("", "x509", "-req", "-in", name+".csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-out", name+".pem", "-days", "20", "-extfile", "ext")
		o.run("", "pkcs12", "-export", "-in", name+".pem", "-inkey", name+".key", "-out", name+".p12", "-passout", "pass:"+string(secret))
	}
	return o
}

func (o *openSSL) run(input string, args ...string) string {
	o.t.Helper()
	cmd := exec.Command("openssl", args...)
	cmd.Dir = o.dir
	cmd.Stdin = strings.NewReader(input)
	var output, errors bytes.Buffer
	cmd.Stdout, cmd.Stderr = &output, &errors
	if err := cmd.Run(); err != nil {
		o.t.Fatalf("openssl %s: %v\n%s", strings.Join(args, " "), err, &errors)
	}
	return output.String()
}

func (o *openSSL) file(name string) []byte {
	o.t.Helper()
	return must[[]byte](o.t)(os.ReadFile(filepath.Join(o.dir, name)))
}

func (o *openSSL) sign(entity string, extra ...string) string {
	return o.run(entity, append([]string{"smime", "-sign", "-signer", "hanako.pem", "-inkey", "hanako.key"}, extra...)...)
}

func (o *openSSL) encrypt(entity string) string {
	return o.run(entity, "smime", "-encrypt", "-aes256", "desk.pem")
}

func (o *openSSL) certificates() *smime.Ring {
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(o.file("ca.pem"))
	ring := smime.New(smime.Config{Now: time.Now, Roots: roots})
	must[smime.Certificate](o.t)(ring.AddOurs(o.file("desk.p12"), string(secret)))
	return ring
}

// TestFromOpenSSL opens whole mails as a real OpenSSL writes them, and S/MIME and OpenPGP in each other.
func TestFromOpenSSL(t *testing.T) {
	t.Parallel()
	o := newOpenSSL(t)
	c := newCorrespondents(t, "cv25519")
	c.ring.cfg.CMS = o.certificates()
	h, body := strings.ReplaceAll(head("s"), "MIME-Version: 1.0\r\n", ""), text("port 22 was scanned\r\n")
	for _, tc := range []struct {
		name, mail string
		outcomes   []string
	}{
		{"signed in clear", h + o.sign(body), []string{"good signature"}},
		{"signed in clear, altered", h + strings.Replace(o.sign(body), "scanned", "spanned", 1), []string{"bad signature"}},
		{"signed in clear, with CRLF", h + crlf([]byte(o.sign(body))), []string{"good signature"}},
		{"signed in one piece", h + o.sign(body, "-nodetach"), []string{"good signature"}},
		{"encrypted", h + o.encrypt(body), []string{"decrypted"}},
		{"signed, then encrypted", h + o.encrypt(o.sign(body)), []string{"decrypted", "good signature"}},
		{"signed in one piece, then encrypted", h + o.encrypt(o.sign(body, "-nodetach")), []string{"decrypted", "good signature"}},
		{"encrypted, then signed", h + o.sign(o.encrypt(body)), []string{"good signature", "decrypted"}},
		{"three covers", h + o.sign(o.encrypt(o.sign(body))), []string{"good signature", "decrypted", "good signature"}},
		{"OpenPGP inside S/MIME", h + o.encrypt(mimeEncrypted(c.encryptSigned(body))), []string{"decrypted", "decrypted", "good signature"}},
		{"S/MIME inside OpenPGP", h + mimeEncrypted(c.encryptSigned(o.encrypt(o.sign(body)))), []string{"decrypted", "good signature", "decrypted", "good signature"}},
		{"under no better name than that of the file", h + strings.NewReplacer("application/pkcs7-mime; smime-type=enveloped-data; name=\"smime.p7m\"", "application/octet-stream",
			"application/x-pkcs7-mime; smime-type=enveloped-data; name=\"smime.p7m\"", "application/octet-stream").Replace(o.encrypt(body)), []string{"decrypted"}},
		{"of another sender", strings.Replace(h, reporter, "someone@else.example", 1) + o.sign(body), []string{"stranger's good signature"}},
	} {
		opened, _ := c.ring.Open([]byte(tc.mail))
		if diff := cmp.Diff(tc.outcomes, outcomes(opened)); diff != "" {
			t.Errorf("%s: outcomes (-want +got)\n%s%+v", tc.name, diff, opened.Findings)
		}
		if got := said(opened.Raw); got != "s|port 22 was scanned|" && tc.outcomes[0] != "bad signature" {
			t.Errorf("%s: text %q in\n%s", tc.name, got, opened.Raw)
		}
	}
}

// TestSMIMEClosed: without certificates S/MIME stays closed, and says what it wants.
func TestSMIMEClosed(t *testing.T) {
	t.Parallel()
	o := newOpenSSL(t)
	raw := []byte(head("s") + o.encrypt(text("x\r\n")))
	opened, ok := newRing(t).Open(raw)
	if !ok || opened.PGP.Verdict != string(NoKey) || !bytes.Equal(opened.Raw, raw) {
		t.Errorf("without S/MIME: %+v", opened.Findings)
	}
	certificates := smime.New(smime.Config{Now: time.Now})
	ring := New(Config{Now: time.Now, CMS: certificates})
	opened, _ = ring.Open(raw)
	want := o.certificates().List()[0].ID
	if diff := cmp.Diff([]string{want}, opened.Wants); diff != "" {
		t.Errorf("wants (-want +got)\n%s", diff)
	}
	must[smime.Certificate](t)(certificates.AddOurs(o.file("desk.p12"), string(secret)))
	if opened, _ = ring.Open(raw); !ring.Opens([]string{want}) || opened.PGP.Verdict != string(Decrypted) {
		t.Errorf("with the certificate: %+v", opened.Findings)
	}
}

// TestOutcomesAgree: the outcomes that package smime says are those of this package, though neither knows the other.
func TestOutcomesAgree(t *testing.T) {
	t.Parallel()
	_, _, err := smime.New(smime.Config{Now: time.Now}).Decrypt([]byte("junk"))
	if stated(err, Good) != Unreadable {
		t.Errorf("%v is not an outcome", err)
	}
	if stated(errors.New("other"), Bad) != Bad {
		t.Error("an error without an outcome has one")
	}
	for _, outcome := range smime.Outcomes() {
		if _, ok := phrases[Outcome(outcome)]; !ok {
			t.Errorf("no words for %q of smime", outcome)
		}
	}
}
