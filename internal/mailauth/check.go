package mailauth

import (
	"context"
	"net/netip"
	"time"

	"todoke/internal/mailauth/canon"
	"todoke/internal/mailauth/dkim"
)

// Envelope is what is known of how the mail came, besides its bytes.
type Envelope struct {
	IP   netip.Addr // of the client; not valid where none is known
	Helo string     // what it called itself
	From string     // envelope sender (reverse-path), "" for the null sender
	// Inside says that our own mail server or mailbox handed the mail on (a local LMTP socket, IMAP), so that what stands at
	// the top of the header is its writing. A client of Config.Relays is inside too. Never set it for what came by a form, by
	// an API, or from the open network.
	Inside bool
	// Received is when the door took the mail in; signatures are judged as of then. Zero: now.
	Received time.Time
}

// Config holds the settings. Start from Default.
type Config struct {
	// Resolver asks DNS. Without one only what our own mail server found out is known.
	Resolver Resolver
	// TrustedIDs are the names of our own mail servers: as they stand behind "by" in their Received fields, and as
	// authserv-id in their Authentication-Results. Name a server only where it takes such fields of its own name out of
	// mail that comes in (RFC 8601, section 5), as OpenDKIM and Rspamd do. Empty: no such field is believed.
	TrustedIDs []string
	// Relays are the networks of our own mail servers: what they hand on came from somebody else.
	Relays []netip.Prefix
	// TrustedSealers are domains whose word on a mail's author we take (ARC): lists and forwarders known to us, and our own
	// domain where our mail server seals.
	TrustedSealers []string
	// Now is the clock.
	Now func() time.Time

	MaxSignatures int           // DKIM signatures that are verified; those of From's own domain go first
	MaxQuestions  int           // DNS questions for one mail
	MaxHeader     int           // bytes of header that are looked at
	MaxFields     int           // header fields that are looked at
	AnswerWait    time.Duration // for one DNS answer
	Timeout       time.Duration // for all of them
}

// Default returns the settings that hold where nothing else is said. Resolver and TrustedIDs are for the caller to give.
func Default() Config {
	return Config{
		Relays:        []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")},
		Now:           time.Now,
		MaxSignatures: 10,
		MaxQuestions:  150,
		MaxHeader:     1 << 20,
		MaxFields:     10_000,
		AnswerWait:    12 * time.Second, // resolvers wait 5 s before they try the next server
		Timeout:       30 * time.Second,
	}
}

// checker is the check of one mail.
type checker struct {
	cfg      Config
	resolver *thrifty // nil where there is none
	verifier dkim.Verifier
	m        *canon.Message
	session  session
	ours     ours
	policy   policy
	r        Results
}

// Check finds out who answers for a mail. It never fails: what cannot be known is said in the verdicts. It takes no longer
// than Config.Timeout plus the time to hash the mail twice.
func Check(ctx context.Context, raw []byte, e Envelope, cfg Config) Results {
	ctx, cancel := context.WithTimeout(ctx, cfg.Timeout)
	defer cancel()
	c := &checker{cfg: cfg, m: canon.Split(raw, canon.Limits{Header: cfg.MaxHeader, Fields: cfg.MaxFields})}
	now := e.Received
	if now.IsZero() {
		now = cfg.Now()
	}
	if cfg.Resolver != nil {
		c.resolver = newThrifty(cfg.Resolver, cfg.MaxQuestions, cfg.AnswerWait)
		c.verifier = dkim.Verifier{Resolver: c.resolver, Now: now}
	}
	c.session, c.ours = c.trace(e)
	c.r.From = c.fromDomain()

	// SPF goes last of those that ask DNS: a record can use up all questions and all time.
	c.checkDKIM(ctx)
	c.checkARC(ctx)
	c.readPolicy(ctx)
	c.checkSPF(ctx)
	c.checkDMARC()
	return c.r
}
