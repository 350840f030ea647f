package form

import (
	"encoding/hex"
	"errors"
	"fmt"
	"net/mail"
	"strings"
	"time"

	"todoke/internal/proxied"
)

// Config holds the settings of the form. Default gives those that hold where nothing else is said.
type Config struct {
	// NameJA and NameEN name the desk.
	NameJA, NameEN string
	// URL is where visitors find the pages, as "https://report.example.jp". It stands in status links; "" takes the host that the
	// browser asked for.
	URL string
	// Mail is the address that takes reports by mail. It is shown, and is the recipient of the form's messages.
	Mail string
	// NoReply is the sender of reports without a reply address. It must not be one of the desk's own addresses, or the report
	// would pass for mail of ours; and it must be listed among the senders without a mail domain of their own (fax_gateways).
	NoReply string
	// PGP is the desk's key; without one (Armored is "") the pages speak of none.
	PGP PublicKey
	// Key signs stamps: at least 32 random bytes, the same on all nodes.
	Key []byte
	// Zone is the time zone that is chosen on the empty form, and in which times are shown, by its name
	// in the IANA database.
	Zone string
	// Proxies are the networks whose X-Forwarded-For and X-Forwarded-Proto are believed. What comes over a unix socket is
	// always such a proxy's.
	Proxies proxied.Proxies

	// MaxUpload is how many bytes all attachments of a report may have together; MaxFiles how many there may be.
	MaxUpload int64
	MaxFiles  int
	// MaxReading is how many bytes of what visitors send are held in memory at once: a quarter for texts, the rest for attachments
	// and the messages made of them. One client may have a quarter of each. It must be 16 times MaxUpload at least.
	MaxReading int64
	// MaxKept is how many bytes of attachments are kept for forms that have to be sent again, KeepFor for how long after the
	// form was shown.
	MaxKept int64
	KeepFor time.Duration
	// A form must come with at least MinSpeed bytes a second, and may never be further behind than Grace. It may take MaxTime.
	MinSpeed       int64
	Grace, MaxTime time.Duration

	// MinAge and MaxAge bound the age of a form when it is sent: machines are faster, and old stamps may be stolen.
	MinAge, MaxAge time.Duration
	// Visits bounds what one client may ask for at all, Reports how many reports it may send. A client is an IPv4 address or an
	// IPv6 network of 64 bits.
	Visits, Reports Rate
	// Overall bounds the reports of all clients. Beyond it a report needs work, or a wait of at most MaxWait.
	Overall Rate
	MaxWait time.Duration
	// Work is how many leading zero bits the digest of the puzzle must have; each doubles the work.
	Work int
}

// Rate is what a bucket holds, and how long one drop takes to come in.
type Rate struct {
	Burst int
	Every time.Duration
}

// PublicKey is the desk's OpenPGP key as the pages show it.
type PublicKey struct {
	Armored     string // RFC 9580, section 6: public key block
	Fingerprint string // hexadecimal digits, with or without spaces
	WKD         string // mail address under which the key is found in the Web Key Directory, "" for none
}

// Default returns the settings that hold where nothing else is said. Key has no default.
func Default() Config {
	return Config{
		NameJA: "CSIRT", NameEN: "CSIRT", Mail: "report@csirt.example.jp", NoReply: "no-reply@form.csirt.example.jp", Zone: "Asia/Tokyo",
		MaxUpload: 20 << 20, MaxFiles: 20, MaxReading: 320 << 20, MaxKept: 128 << 20, KeepFor: 30 * time.Minute,
		MinSpeed: 4 << 10, Grace: 30 * time.Second, MaxTime: 15 * time.Minute,
		MinAge: 3 * time.Second, MaxAge: 24 * time.Hour,
		Visits: Rate{120, time.Second}, Reports: Rate{10, time.Minute}, Overall: Rate{60, 2 * time.Second},
		MaxWait: 10 * time.Minute, Work: 20,
	}
}

// check tells what in the settings cannot work.
func (c Config) check() error {
	switch {
	case len(c.Key) < 32:
		return errors.New("form: the key must have at least 32 bytes")
	case c.MaxUpload <= 0 || c.MaxFiles <= 0 || c.MinSpeed <= 0 || c.Grace <= 0 || c.MaxTime <= 0:
		return errors.New("form: bounds on uploads must be above zero")
	case c.MaxReading < 16*c.MaxUpload:
		return errors.New("form: there must be room for 16 times the largest upload")
	case c.Work < 1 || c.Work > maxWork:
		return fmt.Errorf("form: work must be 1 to %d bits", maxWork)
	}
	for _, r := range []Rate{c.Visits, c.Reports, c.Overall} {
		if r.Burst < 1 || r.Every <= 0 {
			return errors.New("form: rates must be above zero")
		}
	}
	for _, address := range []string{c.Mail, c.NoReply} {
		if a, err := mail.ParseAddress(address); err != nil || a.Address != address {
			return fmt.Errorf("form: %q is not a mail address", address)
		}
	}
	if _, err := time.LoadLocation(c.Zone); err != nil || c.Zone == "" {
		return fmt.Errorf("form: %q is not a time zone of the IANA database", c.Zone)
	}
	if _, err := hex.DecodeString(strings.ReplaceAll(c.PGP.Fingerprint, " ", "")); err != nil {
		return fmt.Errorf("form: fingerprint: %w", err)
	}
	return nil
}

// name is the desk's name in a language.
func (c Config) name(lang string) string {
	if lang == "en" {
		return c.NameEN
	}
	return c.NameJA
}
