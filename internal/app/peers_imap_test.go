package app_test

import (
	"crypto/tls"
	"encoding/pem"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"todoke/internal/mailbox/imaptest"
)

// TestPeersDovecot: a mailbox of a real Dovecot is emptied over TLS, before and while the program waits for new mail; each mail becomes a
// message with its report and its answer, once, also where the program is killed on the way.
func TestPeersDovecot(t *testing.T) {
	t.Parallel()
	server := imaptest.Dovecot(t)
	client := server.Client(t)
	sink := startSink(t)
	imaptest.Append(t, client, "INBOX", []byte(reports("first@isp.example", "203.0.113.1").raw))
	settings := fmt.Sprintf("relay = %q\n[[imap]]\naddress = %q\nuser = %q\npassword_file = %q\nca_file = %q\ndone = \"Taken\"\n",
		sink.Address, server.Secure, server.User, file(t, "password", imaptest.Password+"\n"), file(t, "ca.pem", certificateOf(t, server)))
	d := startDesk(t, filepath.Join(publicDir(t), "lmtp"), settings)
	d.settled(1)
	imaptest.Append(t, client, "INBOX", []byte(reports("second@isp.example", "203.0.113.2").raw))
	d.settled(2)
	d.kill()
	for _, again := range []envelope{reports("second@isp.example", "203.0.113.2"), reports("third@isp.example", "203.0.113.3")} {
		imaptest.Append(t, client, "INBOX", []byte(again.raw)) // the second was taken already: its bytes are known
	}
	d.start()
	until(t, "three reports", func() bool { return d.counts()["reports"] == 3 })
	until(t, "three letters", func() bool { return len(sink.letters()) == 3 })
	until(t, "an empty mailbox", func() bool { return len(imaptest.Messages(t, client, "INBOX")) == 0 })
	if counts := d.counts(); counts["messages"] != 3 {
		t.Errorf("the figures are %v", counts)
	}
	if taken := imaptest.Messages(t, client, "Taken"); len(taken) != 4 {
		t.Errorf("%d messages are in the folder for what is taken", len(taken))
	}
	var to []string
	for _, l := range sink.letters() {
		to = append(to, l.Recipients...)
	}
	for _, who := range []string{"first@", "second@", "third@"} {
		if n := strings.Count(strings.Join(to, " "), who); n != 1 {
			t.Errorf("%s got %d letters: %q", who, n, to)
		}
	}
}

// certificateOf is the certificate that a server shows, which is its own authority.
func certificateOf(t *testing.T, server *imaptest.Server) string {
	t.Helper()
	conn, err := tls.Dial("tcp", server.Secure, server.Trust)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: conn.ConnectionState().PeerCertificates[0].Raw}))
}
