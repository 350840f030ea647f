package dkim

import (
	"context"
	"crypto"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"net"
	"slices"
	"strings"

	"todoke/internal/mailauth/verdict"
)

// Resolver asks DNS for TXT records. An error that is a *net.DNSError says whether there are none (IsNotFound), whether DNS
// has trouble for now (Temporary), or, being neither, that this mail has asked enough. Any other error is trouble for now.
type Resolver interface {
	LookupTXT(ctx context.Context, name string) ([]string, error)
}

// Bounds of an RSA key in bits. Below, signatures must not count (RFC 8301, section 3.2); above, one check would take
// more time than mail is worth.
const (
	minRSA = 1024
	maxRSA = 8192
)

// Key is a public key as a domain publishes it (RFC 6376, section 3.6.1).
type Key struct {
	Public  crypto.PublicKey // *rsa.PublicKey or ed25519.PublicKey
	Testing bool             // t=y: the domain tries DKIM out
	Strict  bool             // t=s: i= must be of the very domain of d=
}

// LookupKey asks DNS for a key. Where there is none that can be used, the verdict says why: TempError or PermError.
func LookupKey(ctx context.Context, r Resolver, domain, selector string) (Key, verdict.Verdict, verdict.Reason) {
	records, err := r.LookupTXT(ctx, selector+"._domainkey."+domain)
	var dns *net.DNSError
	switch {
	case err == nil && len(records) == 1:
		key, reason := ParseKey(records[0])
		if reason != "" {
			return key, verdict.PermError, reason
		}
		return key, verdict.Pass, ""
	case err == nil, errors.As(err, &dns) && dns.IsNotFound:
		return Key{}, verdict.PermError, verdict.NoKey // of several records none is to be chosen: RFC 6376, 3.6.2.2
	case errors.As(err, &dns) && !dns.Temporary():
		return Key{}, verdict.PermError, verdict.TooManyLookups
	}
	return Key{}, verdict.TempError, verdict.DNSTrouble
}

// ParseKey reads a key record. The reason is "" where the key can be used.
func ParseKey(record string) (Key, verdict.Reason) {
	tags, ok := ParseTags(record)
	if !ok {
		return Key{}, verdict.BadKey
	}
	if v, has := tags["v"]; has && v != "DKIM1" {
		return Key{}, verdict.BadKey
	}
	if hashes := tags.List("h"); hashes != nil && !slices.Contains(hashes, "sha256") {
		return Key{}, verdict.BadKey
	}
	if services := tags.List("s"); services != nil && !slices.Contains(services, "*") && !slices.Contains(services, "email") {
		return Key{}, verdict.BadKey
	}
	flags := tags.List("t")
	key := Key{Testing: slices.Contains(flags, "y"), Strict: slices.Contains(flags, "s")}
	var reason verdict.Reason
	key.Public, reason = parsePublic(tags["k"], tags.Packed("p"))
	return key, reason
}

// parsePublic reads the key itself, of the type that k= names.
func parsePublic(kind, text string) (crypto.PublicKey, verdict.Reason) {
	if text == "" {
		return nil, verdict.KeyRevoked
	}
	der, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, verdict.BadKey
	}
	switch strings.ToLower(kind) {
	case "", "rsa":
		return parseRSA(der)
	case "ed25519": // RFC 8463, section 4.2: the bare key
		if len(der) == ed25519.PublicKeySize {
			return ed25519.PublicKey(der), ""
		}
	}
	return nil, verdict.BadKey
}

// parseRSA reads a SubjectPublicKeyInfo, or the bare key that RFC 6376 speaks of too (erratum 3017).
func parseRSA(der []byte) (crypto.PublicKey, verdict.Reason) {
	var key *rsa.PublicKey
	if public, err := x509.ParsePKIXPublicKey(der); err == nil {
		key, _ = public.(*rsa.PublicKey)
	} else {
		key, _ = x509.ParsePKCS1PublicKey(der)
	}
	switch {
	case key == nil || key.N.BitLen() > maxRSA:
		return nil, verdict.BadKey
	case key.N.BitLen() < minRSA:
		return nil, verdict.WeakKey
	}
	return key, ""
}

// Verify tells whether sig is the key's signature, by that algorithm, of a text with that SHA-256. ok is false also where the
// key is not of the algorithm.
func (k Key) Verify(algorithm string, sum, sig []byte) bool {
	switch public := k.Public.(type) {
	case *rsa.PublicKey:
		return algorithm == RSASHA256 && rsa.VerifyPKCS1v15(public, crypto.SHA256, sum, sig) == nil
	case ed25519.PublicKey:
		return algorithm == Ed25519SHA256 && ed25519.Verify(public, sum, sig)
	}
	return false
}
