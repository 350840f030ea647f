package app_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// small is a desk without a mail server of its own: all the world brings mail to its SMTP.
type small struct {
	*scene
	trust  string // a file with the certificate of its TLS
	secret string // of the token
}

// credentialName is the name of a program's token at the small desk.
const credentialName = "sensor"

func newSmall(t *testing.T) *small {
	t.Helper()
	need(t, "swaks", swaksPackages)
	dir := publicDir(t)
	cert, key := certificate(t, dir)
	smtp, s := freeAddress(t), startSink(t)
	d := startDesk(t, filepath.Join(dir, "lmtp"), fmt.Sprintf("relay = %q\nsmtp = %q\ntls_cert = %q\ntls_key = %q\nincidents_a_day = 6\n", s.Address, smtp, cert, key))
	secret := strings.TrimSpace(must(t, d.dir, "token", "add", credentialName))
	return &small{scene: &scene{peerDesk: d, sink: s, door: smtp}, trust: cert, secret: secret}
}

// certificate makes a certificate and its key as docs/install.md says.
func certificate(t *testing.T, dir string) (cert, key string) {
	t.Helper()
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	out, err := exec.Command(need(t, "openssl", "openssl"), "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
		"-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", cert).CombinedOutput()
	if err != nil {
		t.Fatalf("openssl: %v\n%s", err, out)
	}
	return cert, key
}

// secure are the arguments by which swaks asks for STARTTLS and checks the certificate.
func (s *small) secure(more ...string) []string {
	return append([]string{"--tls", "--tls-verify", "--tls-ca-path", s.trust, "--ehlo", "client.isp.example"}, more...)
}

// TestPeersSMTP: mail comes from swaks to the desk's own SMTP.
func TestPeersSMTP(t *testing.T) {
	t.Parallel()
	s := newSmall(t)

	s.run(t, "STARTTLS, an attachment, one recipient unknown", func(t *testing.T) {
		before, letters := s.counts(), len(s.sink.letters())
		log := filepath.Join(t.TempDir(), "auth.log")
		lines := strings.Repeat("Nov 22 23:10:01 gw sshd[811]: Failed password for root from 203.0.113.90 port 4022 ssh2\n", 3)
		if err := os.WriteFile(log, []byte(lines), 0o600); err != nil {
			t.Fatal(err)
		}
		said, status := swaks(t, s.door, s.secure("--from", "lena@isp.example", "--to", "nobody@csirt.example.jp,"+ours, "--header", "Subject: Break-in attempts",
			"--body", "Hello,\n\nsomebody tried passwords on our gateway last night. The log is attached.\n", "--attach-type", "text/plain", "--attach-name", "auth.log", "--attach", "@"+log)...)
		if status != 0 || !strings.Contains(said, "TLS started with cipher TLSv1.3") || !strings.Contains(said, "<~* 550 5.1.1") || !strings.Contains(said, "<~  250 2.1.5") {
			t.Errorf("exit %d\n%s", status, said)
		}
		s.kept++
		s.settled(s.kept)
		diff(t, "the figures", map[string]int{"messages": 1, "reports": 1, "addresses": 1, "outbound": 1}, difference(before, s.counts()))
		answers := s.sink.letters()[letters:]
		if len(answers) != 1 {
			t.Fatalf("%d letters", len(answers))
		}
		diff(t, "the report", []string{"incident 203.0.113.90 scan.bruteforce 22", "report lena@isp.example", letterLine}, s.report(answers[0].number(t)).summary())
	})

	s.run(t, "who authenticates may propose more", func(t *testing.T) {
		many := func(from string, first int) []string {
			var lines []string
			for i := range 7 {
				lines = append(lines, fmt.Sprintf("The host 203.0.113.%d scanned port 23 of our sensor.", first+i))
			}
			return s.secure("--from", from, "--to", ours, "--header", "Subject: Scans", "--body", strings.Join(lines, "\n")+"\n")
		}
		before := s.counts()
		if said, status := swaks(t, s.door, append(many("mona@isp.example", 100), "--auth", "PLAIN", "--auth-user", credentialName, "--auth-password", s.secret)...); status != 0 {
			t.Fatalf("exit %d\n%s", status, said)
		}
		s.kept++
		s.settled(s.kept)
		if more := difference(before, s.counts()); more["addresses"] != 7 {
			t.Errorf("of seven addresses: %v", more)
		}
		before = s.counts()
		if said, status := swaks(t, s.door, many("nora@isp.example", 110)...); status != 0 {
			t.Fatalf("exit %d\n%s", status, said)
		}
		s.kept++
		s.settled(s.kept)
		diff(t, "waiting for a handler", 1, s.metrics()[`waiting step="handler"`])
		diff(t, "the figures", map[string]int{}, difference(before, s.counts()))
	})

	s.run(t, "wrong secrets, and none in clear", func(t *testing.T) {
		const authenticationFailed = 28 // swaks' exit status
		mail := []string{"--from", "olga@isp.example", "--to", ours, "--auth", "PLAIN", "--auth-user", credentialName, "--auth-password"}
		if said, status := swaks(t, s.door, s.secure(append(mail, "wrong")...)...); status != authenticationFailed || !strings.Contains(said, "535 5.7.8") {
			t.Errorf("a wrong secret: exit %d\n%s", status, said)
		}
		if said, status := swaks(t, s.door, append(mail, s.secret)...); status != authenticationFailed || strings.Contains(said, "-> AUTH") {
			t.Errorf("in clear: exit %d\n%s", status, said)
		}
	})

	s.run(t, "fields in fields", func(t *testing.T) { headerInjection(t, s.scene) })
	s.run(t, "round in circles", func(t *testing.T) {
		mail := reports("pia@isp.example", "203.0.113.120")
		kept := s.metrics()[`deliveries_total outcome="kept"`]
		file := filepath.Join(t.TempDir(), "mail")
		raw := strings.Repeat("Received: from a.isp.example by b.isp.example; Mon, 23 Nov 2026 09:00:00 +0900\r\n", 60) + mail.raw + "."
		if err := os.WriteFile(file, []byte(raw), 0o600); err != nil {
			t.Fatal(err)
		}
		said, status := swaks(t, s.door, "--from", mail.from, "--to", mail.to, "--no-data-fixup", "--data", "@"+file)
		if status == 0 || !strings.Contains(said, "554 5.4.6") {
			t.Errorf("exit %d\n%s", status, said)
		}
		diff(t, "deliveries, loops", []int{kept, 1}, []int{s.metrics()[`deliveries_total outcome="kept"`], s.metrics()[`door_messages_total door="smtp",outcome="loop"`]})
	})
}
