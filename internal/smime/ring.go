package smime

import (
	"crypto"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"software.sslmate.com/src/go-pkcs12"
)

// Ring holds our certificates with their private keys, and the certificates of others that a handler confirmed. It is
// safe for concurrent use.
type Ring struct {
	cfg Config

	mu        sync.RWMutex
	own       []*identity
	confirmed []*x509.Certificate
	withdrawn map[[sha256.Size]byte]bool
}

// identity is a certificate of ours.
type identity struct {
	certificate *x509.Certificate
	key         crypto.PrivateKey
}

// Certificate describes a certificate.
type Certificate struct {
	ID          string // serial number, upper-case hexadecimals
	KeyID       string // subject key identifier, the same; "" where it has none
	Fingerprint string // SHA-256, upper-case hexadecimals
	Name        string
	Addresses   []string
	Issuer      string
	Created     time.Time // UTC
	Expires     time.Time // UTC
	Ours        bool
}

// Errors of the ring.
var (
	ErrLocked         = errors.New("the passphrase or key file does not open this PKCS #12 file")
	ErrNotCertificate = errors.New("not a certificate in PEM")
)

// New makes an empty ring.
func New(cfg Config) *Ring {
	return &Ring{cfg: cfg, withdrawn: map[[sha256.Size]byte]bool{}}
}

// Import takes a certificate with its private key from a PKCS #12 file (RFC 7292), as authorities and mailers give it
// out, locked by passphrase. What it gives is the same locked by secret: that is what to keep, and what AddOurs takes.
func Import(p12 []byte, passphrase, secret string) ([]byte, error) {
	key, certificate, issuers, err := pkcs12.DecodeChain(p12, passphrase)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrLocked, err)
	}
	return pkcs12.Modern2023.Encode(key, certificate, issuers, secret)
}

// AddOurs adds a certificate with its private key, from a PKCS #12 file locked by secret. Expired ones go on decrypting.
func (r *Ring) AddOurs(p12 []byte, secret string) (Certificate, error) {
	key, certificate, _, err := pkcs12.DecodeChain(p12, secret)
	if err != nil {
		return Certificate{}, fmt.Errorf("%w: %w", ErrLocked, err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.own = append(r.own, &identity{certificate, key})
	return describe(certificate, true), nil
}

// AddTheirs adds the certificate of somebody, in PEM, that a handler confirmed.
func (r *Ring) AddTheirs(certificate []byte) (Certificate, error) {
	block, _ := pem.Decode(certificate)
	if block == nil || block.Type != "CERTIFICATE" {
		return Certificate{}, ErrNotCertificate
	}
	c, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return Certificate{}, fmt.Errorf("%w: %w", ErrNotCertificate, err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.confirmed = append(r.confirmed, c)
	return describe(c, false), nil
}

// Withdraw makes the ring believe no signature of a certificate any more, whatever its issuer says.
func (r *Ring) Withdraw(fingerprint string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	var sum [sha256.Size]byte
	if len(fingerprint) != 2*len(sum) {
		return fmt.Errorf("%q is no fingerprint of a certificate", fingerprint)
	}
	if n, err := hex.Decode(sum[:], []byte(fingerprint)); err != nil || n != len(sum) {
		return fmt.Errorf("%q is no fingerprint of a certificate", fingerprint)
	}
	r.withdrawn[sum] = true
	return nil
}

// List gives all certificates, ours first.
func (r *Ring) List() []Certificate {
	r.mu.RLock()
	defer r.mu.RUnlock()
	var list []Certificate
	for _, own := range r.own {
		list = append(list, describe(own.certificate, true))
	}
	for _, c := range r.confirmed {
		list = append(list, describe(c, false))
	}
	return list
}

// Opens tells whether one of our certificates is among those that a closed mail wants.
func (r *Ring) Opens(wants []string) bool {
	return slices.ContainsFunc(r.List(), func(c Certificate) bool {
		return c.Ours && (slices.Contains(wants, c.ID) || c.KeyID != "" && slices.Contains(wants, c.KeyID))
	})
}

// ours is our certificate that a reader names.
func (r *Ring) ours(who reader) *identity {
	r.mu.RLock()
	defer r.mu.RUnlock()
	for _, own := range r.own {
		if who.isFor(own.certificate) {
			return own
		}
	}
	return nil
}

func describe(c *x509.Certificate, ours bool) Certificate {
	sum := sha256.Sum256(c.Raw)
	return Certificate{
		ID: strings.ToUpper(c.SerialNumber.Text(16)), KeyID: fmt.Sprintf("%X", c.SubjectKeyId), Fingerprint: fmt.Sprintf("%X", sum),
		Name: c.Subject.CommonName, Addresses: c.EmailAddresses, Issuer: c.Issuer.String(),
		Created: c.NotBefore.UTC(), Expires: c.NotAfter.UTC(), Ours: ours,
	}
}
