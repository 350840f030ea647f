package api

import (
	"errors"
	"fmt"
	"net/mail"
	"time"

	"todoke/internal/proxied"
)

// Config holds the settings of the API. Default gives those that hold where nothing else is said.
type Config struct {
	// Mail is the desk's address that takes reports: the recipient of what is posted.
	Mail string
	// NoReply is the sender of what is posted without an address to answer to. It must not be one of the desk's own addresses, or
	// the report would pass for mail of ours; and it must be listed among the senders without a mail domain of their own
	// (fax_gateways).
	NoReply string
	// Own tells whether a mail address is one of the desk's. No report may name one as its reporter's. Nil: none is.
	Own func(address string) bool
	// Proxies are the networks whose X-Forwarded-For and X-Forwarded-Proto are believed. What comes over a unix socket is always
	// such a proxy's.
	Proxies proxied.Proxies

	// MaxBytes is the longest body that is taken.
	MaxBytes int64
	// MaxReading is how many bytes of bodies, and of the messages made of them, are held in memory at once, for all callers. It is
	// never less than what one longest body takes.
	MaxReading int64
	// Grace is how long a body may take however short it is; beyond it, it must come with at least MinSpeed bytes a second.
	Grace    time.Duration
	MinSpeed int64
	// DepositTime is how long the inbox may take to make a message durable.
	DepositTime time.Duration

	// Messages bounds what one token may post, Questions how often it may ask for the state of a message.
	Messages, Questions Rate
}

// Rate is what a bucket holds, and how long one drop takes to come in.
type Rate struct {
	Burst int
	Every time.Duration
}

// Default returns the settings that hold where nothing else is said.
func Default() Config {
	return Config{
		Mail: "report@csirt.example.jp", NoReply: "no-reply@api.csirt.example.jp",
		MaxBytes: 50 << 20, MaxReading: 256 << 20, Grace: 30 * time.Second, MinSpeed: 16 << 10, DepositTime: 30 * time.Second,
		Messages: Rate{600, 100 * time.Millisecond}, Questions: Rate{600, 100 * time.Millisecond},
	}
}

// check tells what in the settings cannot work.
func (c Config) check() error {
	switch {
	case c.MaxBytes <= 0 || c.MinSpeed <= 0 || c.Grace <= 0 || c.DepositTime <= 0:
		return errors.New("api: bounds on size, speed and time must be above zero")
	}
	for _, r := range []Rate{c.Messages, c.Questions} {
		if r.Burst < 1 || r.Every <= 0 {
			return errors.New("api: rates must be above zero")
		}
	}
	for _, address := range []string{c.Mail, c.NoReply} {
		if a, err := mail.ParseAddress(address); err != nil || a.Address != address {
			return fmt.Errorf("api: %q is not a mail address", address)
		}
	}
	if c.own(c.NoReply) {
		return fmt.Errorf("api: %q is one of the desk's own addresses; what it sends would pass for the desk's mail", c.NoReply)
	}
	return nil
}

func (c Config) own(address string) bool { return c.Own != nil && c.Own(address) }
