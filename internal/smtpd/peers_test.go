package smtpd

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"errors"
	"io"
	"math/big"
	"net"
	netsmtp "net/smtp"
	"strings"
	"testing"
	"time"

	gosmtp "github.com/emersion/go-smtp"
	"github.com/google/go-cmp/cmp"

	"todoke/internal/desk"
)

// certificate makes a certificate for 127.0.0.1 that signs itself, and a pool that trusts it.
func certificate(tb testing.TB) (server, client *tls.Config) {
	tb.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		tb.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "mx.desk.example"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		tb.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		tb.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(leaf)
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}},
		&tls.Config{RootCAs: pool, ServerName: "127.0.0.1"}
}

// TestSTARTTLS sends a message through TLS by Go's own client.
func TestSTARTTLS(t *testing.T) {
	t.Parallel()
	server, trust := certificate(t)
	p := start(t, &inbox{}, smtp, func(cfg *Config) { cfg.TLS = server })
	c, err := netsmtp.Dial(p.Addr().String())
	check(t, err)
	check(t, c.Hello("client.example"))
	if offered, _ := c.Extension("AUTH"); offered {
		t.Error("AUTH is offered in clear, and by nobody")
	}
	check(t, c.StartTLS(trust))
	if again, _ := c.Extension("STARTTLS"); again {
		t.Error("STARTTLS is offered again")
	}
	check(t, c.Mail("reporter@isp.example"))
	check(t, c.Rcpt("report@desk.example"))
	w, err := c.Data()
	check(t, err)
	_, err = io.WriteString(w, "Subject: a\n\n.b\n")
	check(t, err)
	check(t, w.Close())
	check(t, c.Quit())
	want := []*desk.Delivery{{
		Raw:  []byte("Subject: a\r\n\r\n.b\r\n"),
		Door: desk.DoorSMTP, Received: noon, From: "reporter@isp.example", To: []string{"report@desk.example"},
		Remote: "127.0.0.1", Helo: "client.example", TLS: true,
	}}
	if diff := cmp.Diff(want, p.inbox.all()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// TestSTARTTLSInjection shows that nothing said in clear counts behind STARTTLS.
func TestSTARTTLSInjection(t *testing.T) {
	t.Parallel()
	server, trust := certificate(t)
	t.Run("commands behind it", func(t *testing.T) {
		t.Parallel()
		c := start(t, &inbox{}, smtp, func(cfg *Config) { cfg.TLS = server }).greeted(t)
		c.send("STARTTLS\r\nMAIL FROM:<forged@bank.example>\r\n")
		if last := c.ended(); !strings.HasPrefix(last, "554 5.7.0") {
			t.Errorf("the last word was %q", last)
		}
	})
	t.Run("commands before it", func(t *testing.T) {
		t.Parallel()
		plain := start(t, &inbox{}, smtp, func(cfg *Config) { cfg.TLS = server }).greeted(t)
		plain.envelope()
		plain.do("STARTTLS", "220")
		c := speak(t, tls.Client(plain.conn, trust))
		c.do("DATA", "503")
		c.do("MAIL FROM:<a@isp.example>", "503") // not even hello is known
		c.do("EHLO x", "250")
		c.do("STARTTLS", "503")
	})
	t.Run("no handshake", func(t *testing.T) {
		t.Parallel()
		p := start(t, &inbox{}, smtp, func(cfg *Config) { cfg.TLS, cfg.CommandTimeout = server, time.Second })
		c := p.greeted(t)
		c.do("STARTTLS", "220")
		c.ended()
		c = p.greeted(t)
		c.do("STARTTLS", "220")
		c.send("EHLO not.tls\r\n")
		c.ended()
	})
}

// accounts knows one user; the directory is down for another.
func accounts(_ context.Context, user, password string) error {
	switch {
	case user == "sensor" && password == "correct horse":
		return nil
	case user == "broken":
		return errors.New("ldap-3.internal does not answer")
	default:
		return ErrCredentials
	}
}

// TestAuth logs in by both mechanisms, and fails in each way.
func TestAuth(t *testing.T) {
	t.Parallel()
	server, trust := certificate(t)
	p := start(t, &inbox{}, smtp, func(cfg *Config) { cfg.TLS, cfg.Auth = server, accounts })
	secure := func(t *testing.T) *rawClient {
		plain := p.greeted(t)
		plain.do("STARTTLS", "220")
		c := speak(t, tls.Client(plain.conn, trust))
		c.do("EHLO client.example", "250")
		return c
	}
	b64 := func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
	for name, turns := range map[string][]string{
		"plain at once":             {"AUTH PLAIN " + b64("\x00sensor\x00correct horse"), "235 2.7.0"},
		"plain when asked":          {"AUTH plain", "334", b64("\x00sensor\x00correct horse"), "235 2.7.0"},
		"plain as oneself":          {"AUTH PLAIN " + b64("sensor\x00sensor\x00correct horse"), "235 2.7.0"},
		"plain for somebody else":   {"AUTH PLAIN " + b64("admin\x00sensor\x00correct horse"), "501"},
		"login":                     {"AUTH LOGIN", "334 VXNlcm5hbWU6", b64("sensor"), "334 UGFzc3dvcmQ6", b64("correct horse"), "235 2.7.0"},
		"login with the name":       {"AUTH LOGIN " + b64("sensor"), "334 UGFzc3dvcmQ6", b64("correct horse"), "235 2.7.0"},
		"wrong password":            {"AUTH PLAIN " + b64("\x00sensor\x00wrong"), "535 5.7.8", "MAIL FROM:<>", "250"},
		"nobody":                    {"AUTH PLAIN " + b64("\x00\x00"), "501"},
		"the directory is down":     {"AUTH PLAIN " + b64("\x00broken\x00x"), "454 4.7.0 Log-in is not possible now"},
		"given up":                  {"AUTH LOGIN", "334", "*", "501", "NOOP", "250"},
		"no Base64":                 {"AUTH PLAIN !!!!", "501"},
		"control characters":        {"AUTH LOGIN", "334", "a\x01", "501", "NOOP", "250"},
		"other mechanism":           {"AUTH CRAM-MD5", "504"},
		"twice":                     {"AUTH PLAIN " + b64("\x00sensor\x00correct horse"), "235", "AUTH PLAIN " + b64("\x00sensor\x00correct horse"), "503"},
		"in the midst of a message": {"MAIL FROM:<>", "250", "AUTH LOGIN", "503"},
	} {
		t.Run(name, func(t *testing.T) {
			c := secure(t)
			for i := 0; i < len(turns); i += 2 {
				if got := c.do(turns[i], turns[i+1]); strings.Contains(got, "internal") {
					t.Errorf("the client is told %q", got)
				}
			}
		})
	}
	t.Run("in clear", func(t *testing.T) {
		p.greeted(t).do("AUTH PLAIN "+b64("\x00sensor\x00correct horse"), "538 5.7.11")
	})
	t.Run("by Go's client, with a message", func(t *testing.T) {
		c, err := netsmtp.Dial(p.Addr().String())
		check(t, err)
		check(t, c.StartTLS(trust))
		check(t, c.Auth(netsmtp.PlainAuth("", "sensor", "correct horse", "127.0.0.1")))
		check(t, c.Mail("sensor@isp.example"))
		check(t, c.Rcpt("report@desk.example"))
		w, err := c.Data()
		check(t, err)
		check(t, w.Close())
		d := p.inbox.all()[0]
		if d.User != "sensor" || !d.TLS {
			t.Errorf("user %q, TLS %v", d.User, d.TLS)
		}
	})
	if log := p.log.String(); strings.Contains(log, "correct horse") || strings.Contains(log, b64("correct horse")) {
		t.Error("the log holds a password")
	}
}

// TestGuessing shows that failed log-ins use up a client's connections.
func TestGuessing(t *testing.T) {
	t.Parallel()
	server, trust := certificate(t)
	p := start(t, &inbox{}, smtp, func(cfg *Config) { cfg.TLS, cfg.Auth, cfg.ConnectionsPerMinute = server, accounts, 3 })
	plain := p.greeted(t)
	plain.do("STARTTLS", "220")
	c := speak(t, tls.Client(plain.conn, trust))
	c.do("EHLO client.example", "250")
	for range 5 {
		c.do("AUTH PLAIN AGEAYg==", "535")
	}
	p.dial(t).expect("421 4.7.0")
	if n := p.Stats().LoginFailures; n != 5 {
		t.Errorf("%d failures counted", n)
	}
}

// TestLMTPClient has another implementation's LMTP client send to three recipients, one of whom is unknown.
func TestLMTPClient(t *testing.T) {
	t.Parallel()
	address, path := socket(t)
	p := start(t, &inbox{}, lmtp, func(cfg *Config) { cfg.Address = address })
	conn, err := net.Dial("unix", path)
	check(t, err)
	c := gosmtp.NewClientLMTP(conn)
	check(t, c.Hello("mta.example"))
	check(t, c.Mail("reporter@isp.example", &gosmtp.MailOptions{Size: 20, Body: gosmtp.Body8BitMIME}))
	check(t, c.Rcpt("report@desk.example", nil))
	var refused *gosmtp.SMTPError
	if err := c.Rcpt("nobody@desk.example", nil); !errors.As(err, &refused) || refused.Code != 550 || refused.EnhancedCode != (gosmtp.EnhancedCode{5, 1, 1}) {
		t.Errorf("the unknown recipient: %v", err)
	}
	check(t, c.Rcpt("help+a@desk.example", nil))
	w, err := c.Data()
	check(t, err)
	_, err = io.WriteString(w, "Subject: a\r\n\r\n.b\r\n")
	check(t, err)
	check(t, w.Close())
	check(t, c.Quit())
	want := []string{"report@desk.example", "help+a@desk.example"}
	if diff := cmp.Diff(want, p.inbox.all()[0].To); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func check(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}
