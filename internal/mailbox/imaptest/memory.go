package imaptest

import (
	"crypto/tls"
	"errors"
	"io"
	"log"
	"net"
	"testing"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"
)

// Memory starts a server in memory that has the extensions given, beside IMAP4rev1 and IDLE.
func Memory(tb testing.TB, extensions ...imap.Cap) *Server {
	tb.Helper()
	cert, key, trust, err := certificate()
	must(tb, err)
	pair, err := tls.X509KeyPair(cert, key)
	must(tb, err)
	user := imapmemserver.NewUser("desk", Password)
	must(tb, user.Create("INBOX", nil))
	accounts := imapmemserver.New()
	accounts.AddUser(user)
	caps := imap.CapSet{imap.CapIMAP4rev1: {}}
	for _, extension := range extensions {
		caps[extension] = struct{}{}
	}
	config := &tls.Config{Certificates: []tls.Certificate{pair}}
	server := imapserver.New(&imapserver.Options{
		NewSession: func(*imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			return accounts.NewSession(), nil, nil
		},
		Caps: caps, TLSConfig: config, InsecureAuth: true, Logger: log.New(io.Discard, "", 0),
	})
	plain, err := net.Listen("tcp", "127.0.0.1:0")
	must(tb, err)
	secure, err := tls.Listen("tcp", "127.0.0.1:0", config)
	must(tb, err)
	for _, listener := range []net.Listener{plain, secure} {
		go func() {
			if err := server.Serve(listener); err != nil && !errors.Is(err, net.ErrClosed) {
				log.Printf("IMAP server in memory: %v", err)
			}
		}()
	}
	tb.Cleanup(func() { _ = server.Close() })
	return &Server{Plain: plain.Addr().String(), Secure: secure.Addr().String(), Trust: trust, User: "desk"}
}
