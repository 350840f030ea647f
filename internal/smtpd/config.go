package smtpd

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"strings"
	"time"
)

// Verdict says whether mail for an address is taken in.
type Verdict int

// The verdicts on a recipient.
const (
	Unknown Verdict = iota // 550: no such address here
	Accept
)

// ErrCredentials is what Config.Auth returns for a wrong name or password.
var ErrCredentials = errors.New("wrong user or password")

// Config is what a Server is told. A limit that is 0 is no limit, unless said otherwise.
type Config struct {
	Address    string      // where to listen: "HOST:PORT" or "unix:PATH"
	SocketMode fs.FileMode // permissions of a unix socket; whoever may write to it may bring mail
	LMTP       bool        // speak LMTP, else SMTP
	Domain     string      // this server's name, in its greeting

	MaxBytes      int64 // longest message that is taken; announced by SIZE; must be set
	MaxUnderway   int64 // bytes of all messages that are being received, raised to twice MaxBytes; beyond it clients come again
	MaxRecipients int   // recipients of one message
	MaxReceived   int   // Received fields of a message; one with more goes round in circles (RFC 5321, section 6.3)
	MaxErrors     int   // commands of one connection, since its last message, that failed or did nothing; then it is closed

	MaxConnections       int // open at once
	MaxPerIP             int // open at once from one IPv4 address or one IPv6 network of 64 bits
	ConnectionsPerMinute int // from one such client on average, twice as many at once; a failed log-in counts too
	MessagesPerMinute    int // from one such client on average, twice as many at once

	CommandTimeout time.Duration // for a whole command line to come; must be set
	StressTimeout  time.Duration // the same while more than half of MaxConnections are open; 0: no other
	DataTimeout    time.Duration // for a message to come, beside the time that its bytes have at MinRate; must be set
	MinRate        int64         // bytes a second that a message has to come with after DataTimeout; must be set
	WriteTimeout   time.Duration // for the client to take an answer; must be set
	DepositTimeout time.Duration // for the inbox to make a message durable; must be set

	TLS  *tls.Config                                            // for STARTTLS; nil: not offered
	Auth func(ctx context.Context, user, password string) error // nil: nobody can log in. ErrCredentials: 535; another error: 454

	// Recipients says whether mail for an address is taken in. The address is as the client wrote it, without angle brackets; it
	// can be "postmaster" alone, in any case, which is always somebody's (RFC 5321, section 4.5.1). It must be set, be fast, and
	// be safe for concurrent use.
	Recipients func(address string) Verdict
}

// DefaultLMTP is for a server behind our own MTA, which keeps floods off by itself: it limits nobody by address.
func DefaultLMTP() Config {
	cfg := defaults()
	cfg.LMTP = true
	return cfg
}

// DefaultSMTP is for a server that anybody can reach.
func DefaultSMTP() Config {
	cfg := defaults()
	cfg.MaxErrors = 20
	cfg.MaxPerIP = 10
	cfg.StressTimeout = 10 * time.Second
	cfg.ConnectionsPerMinute = 60
	cfg.MessagesPerMinute = 120
	return cfg
}

func defaults() Config {
	return Config{
		SocketMode:     0o660,
		MaxBytes:       50 << 20,
		MaxUnderway:    256 << 20,
		MaxRecipients:  100,
		MaxReceived:    50,
		MaxErrors:      1000,
		MaxConnections: 200,
		CommandTimeout: 5 * time.Minute, // RFC 5321, section 4.5.3.2.7
		DataTimeout:    5 * time.Minute,
		MinRate:        4 << 10,
		WriteTimeout:   time.Minute,
		DepositTimeout: time.Minute,
	}
}

// Validate names the first setting that cannot work.
func (c *Config) Validate() error {
	if _, _, err := splitAddress(c.Address); err != nil {
		return err
	}
	switch {
	case c.Domain == "" || strings.ContainsFunc(c.Domain, notInDomain):
		return fmt.Errorf("domain %q: not a host name", c.Domain)
	case c.MaxBytes <= 0:
		return errors.New("max_bytes must be more than 0")
	case c.CommandTimeout <= 0 || c.DataTimeout <= 0 || c.WriteTimeout <= 0 || c.DepositTimeout <= 0:
		return errors.New("each timeout must be more than 0")
	case c.MinRate <= 0:
		return errors.New("min_rate must be more than 0")
	case c.Recipients == nil:
		return errors.New("it is not told whose mail to take")
	}
	return nil
}

// splitAddress makes network and address, as package net wants them, of Config.Address.
func splitAddress(address string) (network, where string, err error) {
	if path, ok := strings.CutPrefix(address, "unix:"); ok {
		if path == "" {
			return "", "", errors.New("address unix: lacks the path of the socket")
		}
		return "unix", path, nil
	}
	if _, _, err := net.SplitHostPort(address); err != nil {
		return "", "", fmt.Errorf("address %q is neither HOST:PORT nor unix:PATH", address)
	}
	return "tcp", address, nil
}

func notInDomain(r rune) bool {
	return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '.' || r == '_')
}
