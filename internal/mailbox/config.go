package mailbox

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"
)

// Security says how the connection is protected.
type Security string

// The ways to protect a connection.
const (
	TLS      Security = "tls"      // from its first byte, usually port 993
	StartTLS Security = "starttls" // by STARTTLS, usually port 143
	None     Security = "none"     // not at all; only to this machine
)

// Config is what a Collector is told.
type Config struct {
	Address   string // HOST:PORT
	Security  Security
	TLSConfig *tls.Config // nil: the system's certificate authorities
	User      string
	Password  func(context.Context) (string, error) // asked at each connection, so that a changed password needs no restart

	Folder   string        // where mail is collected
	Done     string        // where it is moved to; made if it is not there
	MaxBytes int64         // longer messages stay where they are, and the log tells of each once
	Poll     time.Duration // pause between looks at the folder; with IDLE only a safeguard
	Idle     bool          // use IDLE where the server has it
	Timeout  time.Duration // for a connection to open, and for each sign of life while an answer is waited for

	MinPause time.Duration // after a failure; it doubles with each further one
	MaxPause time.Duration
}

// Default is a config that lacks Address, User and Password.
func Default() Config {
	return Config{
		Security: TLS, Folder: "INBOX", Done: "Done", MaxBytes: 50 << 20, Poll: time.Minute, Idle: true, Timeout: time.Minute,
		MinPause: time.Second, MaxPause: 5 * time.Minute,
	}
}

// longestPoll keeps servers from logging out a client that says nothing (RFC 9051, section 5.4).
const longestPoll = 25 * time.Minute

// Validate names the first setting that cannot work.
func (c *Config) Validate() error {
	host, _, err := net.SplitHostPort(c.Address)
	if err != nil {
		return fmt.Errorf("address %q is not HOST:PORT", c.Address)
	}
	switch c.Security {
	case TLS, StartTLS:
	case None:
		if ip := net.ParseIP(host); host != "localhost" && !ip.IsLoopback() {
			return errors.New(`security = "none" is for a server on this machine only`)
		}
	default:
		return fmt.Errorf("security %q is none of tls, starttls and none", c.Security)
	}
	switch {
	case c.User == "" || c.Password == nil:
		return errors.New("user and password must be set")
	case c.Folder == "" || c.Done == "" || sameFolder(c.Folder, c.Done):
		return errors.New("folder and done must be two folders")
	case c.MaxBytes <= 0:
		return errors.New("max_bytes must be more than 0")
	case c.Poll <= 0 || c.Poll > longestPoll:
		return fmt.Errorf("poll must be more than 0 and at most %v", longestPoll)
	case c.Timeout <= 0 || c.MinPause <= 0 || c.MaxPause < c.MinPause:
		return errors.New("timeout and pauses must be more than 0")
	}
	return nil
}

// sameFolder tells whether two names mean one folder: INBOX is the only one without regard to case (RFC 9051, section 5.1).
func sameFolder(a, b string) bool {
	return a == b || strings.EqualFold(a, "INBOX") && strings.EqualFold(b, "INBOX")
}
