// Package imaptest lends IMAP servers to tests: Dovecot, as the machine has it installed, and one in memory. Each test has an empty
// account of its own.
package imaptest

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

// Password is that of each account.
const Password = "correct-horse"

// Server is a server that runs at least until the test ends, and an account there.
type Server struct {
	Plain  string      // HOST:PORT without TLS, and with STARTTLS
	Secure string      // HOST:PORT with TLS
	Trust  *tls.Config // trusts the server's certificate
	User   string
}

// Client logs in, as the owner of the mailbox does beside the program under test. It logs out when the test ends.
func (s *Server) Client(tb testing.TB) *imapclient.Client {
	tb.Helper()
	client, err := imapclient.DialInsecure(s.Plain, nil)
	must(tb, err)
	tb.Cleanup(func() { _ = client.Close() })
	must(tb, client.Login(s.User, Password).Wait())
	return client
}

// Append puts a message into a folder.
func Append(tb testing.TB, client *imapclient.Client, folder string, raw []byte) {
	tb.Helper()
	command := client.Append(folder, int64(len(raw)), nil)
	_, err := command.Write(raw)
	must(tb, err)
	must(tb, command.Close())
	_, err = command.Wait()
	must(tb, err)
}

// Messages reads all messages of a folder.
func Messages(tb testing.TB, client *imapclient.Client, folder string) (raws []string) {
	tb.Helper()
	for _, message := range fetch(tb, client, folder) {
		raws = append(raws, string(message.BodySection[0].Bytes))
	}
	return raws
}

// Flags reads the flags of all messages of a folder.
func Flags(tb testing.TB, client *imapclient.Client, folder string) (flags [][]imap.Flag) {
	tb.Helper()
	for _, message := range fetch(tb, client, folder) {
		flags = append(flags, message.Flags)
	}
	return flags
}

func fetch(tb testing.TB, client *imapclient.Client, folder string) []*imapclient.FetchMessageBuffer {
	tb.Helper()
	selected, err := client.Select(folder, &imap.SelectOptions{ReadOnly: true}).Wait()
	must(tb, err)
	if selected.NumMessages == 0 {
		return nil
	}
	all := imap.SeqSet{{Start: 1, Stop: 0}}
	messages, err := client.Fetch(all, &imap.FetchOptions{
		UID: true, Flags: true, BodySection: []*imap.FetchItemBodySection{{Peek: true}},
	}).Collect()
	must(tb, err)
	return messages
}

// certificate makes a certificate for 127.0.0.1 that signs itself, and its key, both as PEM, and a config that trusts it.
func certificate() (cert, key []byte, trust *tls.Config, err error) {
	secret, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, nil, err
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "127.0.0.1"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, secret.Public(), secret)
	if err != nil {
		return nil, nil, nil, err
	}
	secretDER, err := x509.MarshalPKCS8PrivateKey(secret)
	if err != nil {
		return nil, nil, nil, err
	}
	cert = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(cert)
	return cert, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secretDER}), &tls.Config{RootCAs: pool}, nil
}

// Message makes a message of about n bytes that is like no other with another name.
func Message(name string, n int) []byte {
	var b bytes.Buffer
	b.WriteString("From: reporter@isp.example\r\nTo: report@desk.example\r\nSubject: " + name + "\r\nMessage-ID: <" + name + "@isp.example>\r\n\r\n")
	for b.Len() < n {
		b.WriteString("203.0.113.9 - - [23/Nov/2026:12:00:00 +0900] \"GET / HTTP/1.0\"\r\n")
	}
	return b.Bytes()
}

func must(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}
