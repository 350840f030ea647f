package app_test

import (
	"crypto/tls"
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"todoke/internal/mailbox/imaptest"
)

// TestPeersDovecot: mail is taken out of a mailbox at a real Dovecot, over TLS: what lay there before the start, and what comes while the
// desk watches. It is moved away and answered, and nothing is taken twice over a stop and a start.
func TestPeersDovecot(t *testing.T) {
	t.Parallel()
	dovecot := imaptest.Dovecot(t)
	owner := dovecot.Client(t)
	dir := publicDir(t)
	secret, trust := filepath.Join(dir, "secret"), filepath.Join(dir, "trust.pem")
	if err := os.WriteFile(secret, []byte(imaptest.Password+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(trust, certificateOf(t, dovecot), 0o600); err != nil {
		t.Fatal(err)
	}
	before, after := reports("quinn@isp.example", "203.0.113.130"), reports("rosa@isp.example", "203.0.113.131")
	imaptest.Append(t, owner, "INBOX", []byte(before.raw))

	s := startSink(t)
	d := startDesk(t, filepath.Join(dir, "lmtp"), fmt.Sprintf("relay = %q\n[[imap]]\naddress = %q\ntls = \"tls\"\nuser = %q\npassword_file = %q\nca_file = %q\ndone = \"Taken\"\n",
		s.Address, dovecot.Secure, dovecot.User, secret, trust))
	d.settled(1)
	imaptest.Append(t, owner, "INBOX", []byte(after.raw))
	d.settled(2)
	letters := s.letters()
	if len(letters) != 2 {
		t.Fatalf("%d letters answer two reports", len(letters))
	}
	for i, want := range []struct{ from, address string }{{"quinn@isp.example", "203.0.113.130"}, {"rosa@isp.example", "203.0.113.131"}} {
		diff(t, "the letter's recipient and sender", []string{want.from, ""}, []string{letters[i].Recipients[0], letters[i].Sender})
		diff(t, "the report", []string{"incident " + want.address + " scan.port 22", "report " + want.from, letterLine}, d.report(letters[i].number(t)).summary())
	}
	until(t, "both are moved away", func() bool {
		return len(imaptest.Messages(t, owner, "INBOX")) == 0 && len(imaptest.Messages(t, owner, "Taken")) == 2
	})

	if status := d.stop(); status != 0 {
		t.Errorf("the program ended with status %d", status)
	}
	imaptest.Append(t, owner, "INBOX", []byte(before.raw)) // the same bytes again, as after a move that was lost
	d.start()
	until(t, "it is moved away", func() bool {
		return len(imaptest.Messages(t, owner, "INBOX")) == 0 && len(imaptest.Messages(t, owner, "Taken")) == 3
	})
	d.settled(0)
	diff(t, "known", 1, d.metrics()[`deliveries_total outcome="known"`])
	diff(t, "the figures", map[string]int{"messages": 2, "reports": 2, "addresses": 2, "outbound": 2}, d.counts())
	if n := len(s.letters()); n != 2 {
		t.Errorf("%d letters", n)
	}
}

// certificateOf is the certificate of a server's TLS, as PEM.
func certificateOf(t *testing.T, server *imaptest.Server) []byte {
	t.Helper()
	trust := server.Trust.Clone()
	trust.ServerName, _, _ = strings.Cut(server.Secure, ":")
	conn, err := tls.Dial("tcp", server.Secure, trust)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: conn.ConnectionState().PeerCertificates[0].Raw})
}
