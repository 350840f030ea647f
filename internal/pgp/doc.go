// Package pgp opens encrypted and signed mail, and makes it.
//
// OpenPGP (RFC 9580, and RFC 4880 before it) puts bytes under covers: a message is packets, encrypted to the keys of its
// readers, signed by the key of its writer, or both. In mail such covers come in three shapes: as MIME parts of their own
// (PGP/MIME, RFC 3156), as armored blocks within the text ("inline"), and as attached files that are messages. S/MIME
// (RFC 8551) does the same with certificates; its mathematics stand in package smime, which a [Ring] asks through [CMS].
//
// A [Ring] holds our private keys, one of which is current and signs while the old ones go on decrypting, and the public
// keys of others, each with its [State]: offered by somebody, confirmed by a handler, or revoked. [Ring.Open] takes the
// bytes of a mail and gives the mail with every cover that could be opened taken away, as bytes that mail.Parse reads,
// with what was found about each cover and a verdict in words. Covers nest in any order; how deep, how many and how large
// is bounded, since a few bytes can unpack to gigabytes. [Ring.Sign] and [Ring.Encrypt] make PGP/MIME, with the subject
// under the cover (protected headers, RFC 9788).
//
// Nothing here knows a database, a clock of its own or a network. Keys leave the package only as armored text: private
// ones locked by a passphrase (or the bytes of a key file). [Vault] keeps the text of opened mails encrypted at rest.
//
// The packets are read and written by go-crypto and gopenpgp; the framing, the order of covers, the bounds on what a
// sender may make us compute, and the judgement on what is too weak are ours.
package pgp

import "time"

// Limits bound what one mail may cost. A zero field means its default.
type Limits struct {
	Unpacked int64 // bytes that all covers of a mail together may hold when opened and unpacked
	Depth    int   // how deep covers and MIME parts may nest
	Covers   int   // encryptions and signatures that are worked on in one mail
	Packets  int   // recipients of one OpenPGP message
	Parts    int   // MIME parts that are looked at
	Keys     int   // keys that one mail may offer
	KeySize  int   // bytes of one offered key
}

// DefaultLimits are the limits of the design.
func DefaultLimits() Limits {
	return Limits{Unpacked: 50 << 20, Depth: 50, Covers: 20, Packets: 200, Parts: 2000, Keys: 5, KeySize: 128 << 10}
}

func (l Limits) withDefaults() Limits {
	d := DefaultLimits()
	if l.Unpacked <= 0 {
		l.Unpacked = d.Unpacked
	}
	for _, field := range []struct {
		value    *int
		standard int
	}{{&l.Depth, d.Depth}, {&l.Covers, d.Covers}, {&l.Packets, d.Packets}, {&l.Parts, d.Parts}, {&l.Keys, d.Keys}, {&l.KeySize, d.KeySize}} {
		if *field.value <= 0 {
			*field.value = field.standard
		}
	}
	return l
}

// Config is what a Ring needs beside keys.
type Config struct {
	Limits Limits
	// Now is the clock by which keys and signatures expire. It must be given.
	Now func() time.Time
	// CMS opens S/MIME; nil leaves S/MIME closed, and says so.
	CMS CMS
}
