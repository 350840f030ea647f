// Package smime opens what S/MIME mail (RFC 8551) is made of: the Cryptographic Message Syntax (CMS, RFC 5652).
//
// S/MIME does what OpenPGP does, with certificates: a content is encrypted with a session key that is encrypted to each
// reader's certificate (EnvelopedData, AuthEnvelopedData of RFC 5083), or signed by its writer's (SignedData), whose
// issuer vouches for the address. A [Ring] holds our certificates with their private keys, of which old ones go on
// decrypting, and the roots and certificates that the desk believes. Where CMS stands in a mail, and how covers nest, is
// the matter of package pgp, to which a Ring is the CMS that it asks.
//
// CMS comes in BER, whose lengths may be left open and whose nesting is free; [normal] makes the one form (DER) of it
// within bounds before anything else looks at it. Signatures are computed by smallstep/pkcs7. Compressed data and S/MIME
// to be sent are left out: the desk writes OpenPGP.
package smime

import (
	"crypto/x509"
	"time"
)

// Config is what a Ring needs beside certificates.
type Config struct {
	// Now is the clock by which certificates expire. It must be given.
	Now func() time.Time
	// Roots are the issuers whose word on a signer is believed; nil means none.
	Roots *x509.CertPool
}

// Outcomes of opening, in the words of package pgp.
const (
	noKey      = "encrypted to keys that are not here"
	damaged    = "encrypted, but damaged or altered"
	unreadable = "unreadable cover"
	unknownKey = "signed by an unknown key"
	bad        = "bad signature"
	weak       = "signature too weak"
	expired    = "signed by an expired key"
	revoked    = "signed by a revoked key"
	untrusted  = "signed with an untrusted certificate"
)

// Failure is why CMS was not opened or a signature is not believed.
type Failure struct {
	outcome string
	detail  string
}

// Error says what happened, for a log.
func (f *Failure) Error() string {
	if f.detail == "" {
		return f.outcome
	}
	return f.outcome + ": " + f.detail
}

// Outcome is the outcome of package pgp that the failure stands for.
func (f *Failure) Outcome() string { return f.outcome }

// Detail is the technical reason.
func (f *Failure) Detail() string { return f.detail }

// Outcomes are all outcomes that a Failure can have.
func Outcomes() []string {
	return []string{noKey, damaged, unreadable, unknownKey, bad, weak, expired, revoked, untrusted}
}
