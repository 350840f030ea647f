package smime

import (
	"bytes"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"fmt"
	"time"

	"github.com/smallstep/pkcs7"
)

// maxCertificates bounds the certificates that come with a signature.
const maxCertificates = 50

// minRSA is the shortest RSA key whose signature is believed, in bits, as in package pgp.
const minRSA = 2048

// Verify verifies SignedData (RFC 5652, 5). Detached is what was signed, nil where it stands inside. Content is what was
// signed, also where the signature is not believed. The error is a *Failure; the signer may be known with it. Of several
// signatures the first is looked at.
func (r *Ring) Verify(cms, detached []byte) (content []byte, signer *x509.Certificate, err error) {
	signed, err := parseSigned(cms)
	if err != nil {
		return nil, nil, &Failure{unreadable, err.Error()}
	}
	if detached != nil {
		signed.Content = detached
	}
	if len(signed.Signers) == 0 || len(signed.Certificates) > maxCertificates {
		return signed.Content, nil, &Failure{unreadable, "no signer, or too many certificates"}
	}
	signed.Signers = signed.Signers[:1]
	if signer = signed.GetOnlySigner(); signer == nil {
		signed.Certificates = append(signed.Certificates, r.believed()...)
		if signer = signed.GetOnlySigner(); signer == nil {
			return signed.Content, nil, &Failure{unknownKey, "its certificate did not come with it"}
		}
	}
	if err := r.judge(signed, signer); err != nil {
		return signed.Content, signer, err
	}
	return signed.Content, signer, nil
}

// parseSigned reads SignedData. The library is given DER only: it reads BER in time that grows with the square of its
// length, and nested as deep as the sender likes.
func parseSigned(cms []byte) (signed *pkcs7.PKCS7, err error) {
	der, err := normal(cms)
	if err != nil {
		return nil, err
	}
	defer func() {
		// The library has read past the end of hostile structures before: that is a signature which cannot be read.
		if fault := recover(); fault != nil {
			signed, err = nil, fmt.Errorf("reading signed data: %v", fault)
		}
	}()
	return pkcs7.Parse(der)
}

// believed are our own certificates and the confirmed ones.
func (r *Ring) believed() []*x509.Certificate {
	r.mu.RLock()
	defer r.mu.RUnlock()
	list := append([]*x509.Certificate{}, r.confirmed...)
	for _, own := range r.own {
		list = append(list, own.certificate)
	}
	return list
}

// judge says why a signature is not to be believed, nil where it is: it must fit, be strong, and be made with a
// certificate that the desk confirmed or that an issuer it trusts gave out.
func (r *Ring) judge(signed *pkcs7.PKCS7, signer *x509.Certificate) error {
	if err := fits(signed); err != nil {
		return err
	}
	if reason := weakness(signed, signer); reason != "" {
		return &Failure{weak, reason}
	}
	r.mu.RLock()
	withdrawn := r.withdrawn[sha256.Sum256(signer.Raw)]
	r.mu.RUnlock()
	if withdrawn {
		return &Failure{revoked, "withdrawn by the desk"}
	}
	at := r.signingTime(signed)
	if at.Before(signer.NotBefore) || at.After(signer.NotAfter) {
		return &Failure{expired, "valid to " + signer.NotAfter.UTC().Format(time.DateOnly)}
	}
	for _, c := range r.believed() {
		if bytes.Equal(c.Raw, signer.Raw) {
			return nil
		}
	}
	return r.trusted(signed, signer, at)
}

// fits tells whether the signature is that of the content.
func fits(signed *pkcs7.PKCS7) error {
	err := signed.Verify()
	var digest *pkcs7.MessageDigestMismatchError
	var times *pkcs7.SigningTimeNotValidError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &times): // it was not looked at further
		return &Failure{expired, "signed " + times.SigningTime.UTC().Format(time.DateOnly)}
	case errors.As(err, &digest):
		return &Failure{bad, "the content was altered"}
	case errors.Is(err, x509.ErrUnsupportedAlgorithm):
		return &Failure{weak, "its algorithm is not known"}
	}
	var insecure x509.InsecureAlgorithmError
	if errors.As(err, &insecure) {
		return &Failure{weak, insecure.Error()}
	}
	return &Failure{bad, err.Error()}
}

// weakness says what of a signature that fits is too weak, "" where nothing is.
func weakness(signed *pkcs7.PKCS7, signer *x509.Certificate) string {
	switch algorithm := signed.Signers[0].DigestAlgorithm.Algorithm; {
	case algorithm.Equal(pkcs7.OIDDigestAlgorithmSHA1):
		return "SHA-1"
	}
	if key, ok := signer.PublicKey.(*rsa.PublicKey); ok && key.N.BitLen() < minRSA {
		return fmt.Sprintf("RSA %d", key.N.BitLen())
	}
	return ""
}

// signingTime is when the signature was made, as it says, and now where it does not or says a time to come.
func (r *Ring) signingTime(signed *pkcs7.PKCS7) time.Time {
	now := r.cfg.Now()
	var at time.Time
	if err := signed.UnmarshalSignedAttribute(pkcs7.OIDAttributeSigningTime, &at); err != nil || at.After(now) {
		return now
	}
	return at
}

// trusted tells whether an issuer that the desk trusts gave the certificate out, for mail (RFC 8550).
func (r *Ring) trusted(signed *pkcs7.PKCS7, signer *x509.Certificate, at time.Time) error {
	if r.cfg.Roots == nil {
		return &Failure{untrusted, signer.Issuer.String()}
	}
	issuers := x509.NewCertPool()
	for _, c := range signed.Certificates {
		issuers.AddCert(c)
	}
	_, err := signer.Verify(x509.VerifyOptions{
		Roots: r.cfg.Roots, Intermediates: issuers, CurrentTime: at, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageEmailProtection},
	})
	if err != nil {
		return &Failure{untrusted, err.Error()}
	}
	return nil
}
