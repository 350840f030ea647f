package config

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"time"
)

// Doors are the settings of serve: by which ways mail comes in and goes out.
type Doors struct {
	// Listen is where the desk, the API, /metrics, /healthz and /readyz answer: HOST:PORT or unix:PATH.
	Listen string `toml:"listen"`
	// Public is where the form and the public pages answer.
	Public string `toml:"public"`
	// LMTP is where our own mail server delivers; SMTP, where anybody does.
	LMTP string `toml:"lmtp"`
	SMTP string `toml:"smtp"`
	// PublicURL is under which URL the public pages are seen from outside, without a slash at its end.
	PublicURL string `toml:"public_url"`
	// Hostname is what the doors call themselves.
	Hostname string `toml:"hostname"`
	// Addresses are our addresses that take mail in, and what each is for.
	Addresses []Address `toml:"address"`
	// IMAP are mailboxes that are looked into.
	IMAP []Mailbox `toml:"imap"`
	// Relay is the mail server that carries our letters on: HOST:PORT. Without one nothing is answered.
	Relay string `toml:"relay"`
	// Policy says whether proposals of live mail hold without a handler: auto or assist.
	Policy string `toml:"policy"`
	// MaxMessageMiB is the longest message that is taken in, in MiB.
	MaxMessageMiB int `toml:"max_message_mib"`
	// IncidentsADay is how many incidents a sender who did not authenticate may propose in a day; the rest waits for a handler.
	IncidentsADay int `toml:"incidents_a_day"`
	// AnswersADay is how many acknowledgements one address gets in a day.
	AnswersADay int `toml:"answers_a_day"`
	// AnswerProven answers only those whose address is shown to be genuine.
	AnswerProven bool `toml:"answer_proven"`
	// TokenDays is for how many days a reply address belongs to its matter.
	TokenDays int `toml:"token_days"`
	// TrustedAuthserv are the names under which our own mail servers write Authentication-Results (RFC 8601).
	TrustedAuthserv []string `toml:"trusted_authserv"`
	// TrustedSealers are the domains of lists and forwarders whose word on who wrote a mail is taken (ARC, RFC 8617).
	TrustedSealers []string `toml:"trusted_sealers"`
	// Relays are the networks of our own mail servers, beside this machine: what they hand on came from somebody else.
	Relays []string `toml:"relays"`
	// Proxies are the networks of reverse proxies before the public pages and the API, whose X-Forwarded-For is believed. What comes over
	// a unix socket is always such a proxy's.
	Proxies []string `toml:"proxies"`
	// Resolver is the DNS server asked about senders: HOST:PORT; the system's where not said, none for "none".
	Resolver string `toml:"resolver"`
	// TLSCert and TLSKey are the files of the certificate for STARTTLS (PEM).
	TLSCert string `toml:"tls_cert"`
	TLSKey  string `toml:"tls_key"`
	// KeyFile holds the secret under which private keys and the text of encrypted mail are kept.
	KeyFile string `toml:"key_file"`
}

// Address is one of our mail addresses.
type Address struct {
	Mail string  `toml:"mail"`
	For  Purpose `toml:"for"`
}

// Purpose is what one of our addresses is for.
type Purpose string

// The purposes.
const (
	ForReports   Purpose = "reports"
	ForQuestions Purpose = "questions"
	ForReplies   Purpose = "replies" // parties answer our notices to it
)

// Mailbox is a mailbox of another server.
type Mailbox struct {
	Address      string `toml:"address"` // HOST:PORT
	TLS          string `toml:"tls"`     // tls, starttls, or none (to this machine only)
	User         string `toml:"user"`
	PasswordFile string `toml:"password_file"`
	Folder       string `toml:"folder"`
	Done         string `toml:"done"`         // the folder for what is taken
	PollSeconds  int    `toml:"poll_seconds"` // between two looks, where the server does not tell by itself
	CAFile       string `toml:"ca_file"`      // of the server's certificate, where it is not one that the system knows
}

func defaultDoors() Doors {
	return Doors{
		Hostname: "localhost", Policy: "assist", MaxMessageMiB: 50, IncidentsADay: 50, AnswersADay: 10, TokenDays: 180,
		Addresses: []Address{{"report@csirt.example.jp", ForReports}},
	}
}

// None tells that no door is set.
func (d Doors) None() bool {
	return d.Listen == "" && d.Public == "" && d.LMTP == "" && d.SMTP == "" && len(d.IMAP) == 0
}

// MaxBytes is the longest message that is taken in.
func (d Doors) MaxBytes() int64 { return int64(d.MaxMessageMiB) << 20 }

// TokenFor is how long a reply address belongs to its matter.
func (d Doors) TokenFor() time.Duration { return time.Duration(d.TokenDays) * 24 * time.Hour }

// From is our address that answers where a message came to none of ours: the first for reports, else the first.
func (d Doors) From() string {
	for _, each := range d.Addresses {
		if each.For == ForReports {
			return strings.ToLower(each.Mail)
		}
	}
	return strings.ToLower(d.Addresses[0].Mail)
}

func (d Doors) validate() error {
	for key, address := range map[string]string{"listen": d.Listen, "public": d.Public, "lmtp": d.LMTP, "smtp": d.SMTP} {
		if err := Endpoint(address); err != nil {
			return fmt.Errorf("%s: %w", key, err)
		}
	}
	if d.Relay != "" && (strings.HasPrefix(d.Relay, "unix:") || Endpoint(d.Relay) != nil) {
		return fmt.Errorf("relay: %q is no server; write HOST:PORT", d.Relay)
	}
	if d.Resolver != "" && d.Resolver != "none" && Endpoint(d.Resolver) != nil {
		return fmt.Errorf("resolver: %q is no server; write HOST:PORT, or none", d.Resolver)
	}
	if err := networks("relays", d.Relays); err != nil {
		return err
	}
	if err := networks("proxies", d.Proxies); err != nil {
		return err
	}
	if u, err := url.Parse(d.PublicURL); d.PublicURL != "" && (err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || strings.HasSuffix(d.PublicURL, "/")) {
		return fmt.Errorf("public_url: %q is no such URL; write https://report.example.jp", d.PublicURL)
	}
	if !IsHost(d.Hostname) {
		return fmt.Errorf("hostname: %q is no host", d.Hostname)
	}
	if d.Policy != "auto" && d.Policy != "assist" {
		return fmt.Errorf("policy: %q is none; write auto or assist", d.Policy)
	}
	for key, n := range map[string]int{"max_message_mib": d.MaxMessageMiB, "answers_a_day": d.AnswersADay, "token_days": d.TokenDays} {
		if n < 1 {
			return fmt.Errorf("%s: %d is too few; write at least 1", key, n)
		}
	}
	if d.IncidentsADay < 0 {
		return fmt.Errorf("incidents_a_day: %d is too few; write 0 for any number", d.IncidentsADay)
	}
	if d.MaxMessageMiB > 1024 {
		return fmt.Errorf("max_message_mib: %d is too many; write at most 1024", d.MaxMessageMiB)
	}
	if (d.TLSCert == "") != (d.TLSKey == "") {
		return errors.New("tls_cert, tls_key: one needs the other")
	}
	if err := validateAddresses(d.Addresses); err != nil {
		return err
	}
	return validateMailboxes(d.IMAP)
}

func validateAddresses(addresses []Address) error {
	if len(addresses) == 0 {
		return errors.New("address: a desk needs at least one; write [[address]] with mail and for")
	}
	for _, each := range addresses {
		local, domain, ok := strings.Cut(each.Mail, "@")
		if !ok || local == "" || strings.ContainsAny(local, "+ \t\"<>") || !IsHost(domain) {
			return fmt.Errorf("address: %q is no address of ours; write report@example.jp", each.Mail)
		}
		switch each.For {
		case ForReports, ForQuestions, ForReplies:
		default:
			return fmt.Errorf("address %s: for: %q is no purpose; write reports, questions or replies", each.Mail, each.For)
		}
	}
	return nil
}

func validateMailboxes(mailboxes []Mailbox) error {
	for _, each := range mailboxes {
		if Endpoint(each.Address) != nil || each.Address == "" || strings.HasPrefix(each.Address, "unix:") {
			return fmt.Errorf("imap: address: %q is no server; write HOST:PORT", each.Address)
		}
		if each.TLS != "" && each.TLS != "tls" && each.TLS != "starttls" && each.TLS != "none" {
			return fmt.Errorf("imap %s: tls: %q is none; write tls, starttls, or none for a server on this machine", each.Address, each.TLS)
		}
		if each.User == "" || each.PasswordFile == "" {
			return fmt.Errorf("imap %s: user and password_file are needed", each.Address)
		}
		if each.PollSeconds < 0 {
			return fmt.Errorf("imap %s: poll_seconds: %d is too few", each.Address, each.PollSeconds)
		}
	}
	return nil
}

// Endpoint tells whether a text is a place to listen at or to reach: HOST:PORT or unix:PATH; "" is none, and is fine.
func Endpoint(address string) error {
	if path, ok := strings.CutPrefix(address, "unix:"); ok && path != "" || address == "" {
		return nil
	}
	if _, port, err := net.SplitHostPort(address); err != nil || port == "" {
		return fmt.Errorf("%q is no place to listen at; write HOST:PORT or unix:PATH", address)
	}
	return nil
}
